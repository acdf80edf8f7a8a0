//! The mailroom of a node: letters go into the outbox, and one task takes them out again and sends them.
//!
//! Of several nodes whoever takes a mail first sends it. Two send one only when the first has handed it over and then could
//! not say so. What fails is tried again later and later, for a day; then it is given up, with a line in the log and a
//! figure, and without a word about what it said.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::letter::{Language, Letter};
use super::limits::{CLAIM, FORGOTTEN_PAUSE, GIVEN_UP_AFTER, POLL, RETRY_FIRST, RETRY_MAX};
use super::post::{NoPost, Post, PostError};
use super::settings::MailSettings;
use super::words;
use crate::people::email;
use crate::people::limits::RESET_LINK_LIFE;
use crate::people::secrets::{FreshSecret, SET_PASSWORD_PATH};
use crate::public_url::PublicUrl;
use crate::sealed::{NotSealed, Sealer};
use crate::store::outbox::{ClaimedMail, NewMail};
use crate::store::people::{Email, NewPasswordLink, PORTAL_KEY_BYTES};
use crate::store::portal_ids::MailId;
use crate::store::{Store, StoreError};
use crate::telemetry::names;

/// What sealing the secrets of links is for; another form of them would be another.
const SEALED_FOR: &str = "consilium 2026 mail link";

/// When a mail is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// After the first failure; doubled with each.
    pub retry_first: Duration,
    /// How often the outbox is looked into.
    pub poll: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            retry_first: RETRY_FIRST,
            poll: POLL,
        }
    }
}

/// The mailroom.
pub struct Mailroom {
    store: Arc<dyn Store>,
    post: Post,
    public_url: PublicUrl,
    sealer: Sealer,
    schedule: Schedule,
    put_in: Notify,
}

impl std::fmt::Debug for Mailroom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailroom").finish_non_exhaustive()
    }
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoMailroom {
    /// The settings make no way to the server for mail.
    #[error(transparent)]
    Post(#[from] NoPost),
    /// Links cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] NotSealed),
}

/// What becomes of a mail that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Sent,
    /// There is nobody to write to, or nothing to say any more.
    Idle,
    GivenUp,
    Later,
}

impl Mailroom {
    /// Prepares it; sends nothing yet.
    ///
    /// # Errors
    /// [`NoMailroom`].
    pub fn new(
        settings: &MailSettings,
        public_url: &PublicUrl,
        portal_key: &[u8; PORTAL_KEY_BYTES],
        store: Arc<dyn Store>,
        schedule: Schedule,
    ) -> Result<Self, NoMailroom> {
        Ok(Self {
            store,
            post: Post::new(settings)?,
            public_url: public_url.clone(),
            sealer: Sealer::new(portal_key, SEALED_FOR)?,
            schedule,
            put_in: Notify::new(),
        })
    }

    /// Puts a letter into the outbox. `path` is that of its link, with a secret in it. False when too many wait, or one like
    /// it was sent a moment ago.
    ///
    /// # Errors
    /// The storage-wide kinds.
    ///
    /// Cancel safety: it is put in wholly or not at all.
    pub async fn put(
        &self,
        letter: &Letter,
        to: &Email,
        language: Language,
        path: Option<&str>,
    ) -> Result<bool, StoreError> {
        let unfit = |error: String| StoreError::Rejected(error.into());
        let sealed = path.map(|path| self.sealer.seal(path.as_bytes()));
        let mail = NewMail {
            id: MailId::new(),
            recipient: to.written.clone(),
            kind: letter.kind(),
            language: language.word(),
            details: serde_json::to_string(letter).map_err(|error| unfit(error.to_string()))?,
            sealed: sealed
                .transpose()
                .map_err(|error| unfit(error.to_string()))?,
            only_once: matches!(letter, Letter::ForgottenPassword).then(|| to.folded.clone()),
            created_at_ms: now_ms(),
        };
        let is_in = self.store.put_mail(&mail).await?;
        self.put_in.notify_one();
        Ok(is_in)
    }

    /// Sends what is due, until `stop`.
    ///
    /// Cancel safety: a mail under way is due again after [`CLAIM`].
    pub async fn serve(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let has_sent = tokio::select! {
                () = stop.cancelled() => return,
                has_sent = self.send_one() => has_sent,
            };
            match has_sent {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.put_in.notified() => {}
                () = tokio::time::sleep(self.schedule.poll) => {}
            }
        }
    }

    /// Sends the mail that is due for longest, if there is one.
    async fn send_one(&self) -> Result<bool, StoreError> {
        let now = now_ms();
        let Some(mail) = self.store.claim_mail(now, now + millis(CLAIM)).await? else {
            metrics::gauge!(names::MAILS_WAITING).set(self.store.mails_waiting().await? as f64);
            return Ok(false);
        };
        if mail.is_spent {
            self.store.remove_mail(mail.id).await?;
            return Ok(true);
        }
        let outcome = self.deal_with(&mail, now).await?;
        let word = match outcome {
            Outcome::Sent => "sent",
            Outcome::Idle => "idle",
            Outcome::GivenUp => "given-up",
            Outcome::Later => "later",
        };
        metrics::counter!(names::MAILS, "outcome" => word).increment(1);
        match outcome {
            Outcome::Later => {
                let due = now_ms() + millis(self.delay_after(mail.attempts));
                self.store.postpone_mail(mail.id, due).await?;
            }
            // Whether there was anybody makes no difference to whoever asks again.
            _ if mail.kind == Letter::ForgottenPassword.kind() => {
                let until = now_ms() + millis(FORGOTTEN_PAUSE);
                self.store.rest_mail(mail.id, until).await?;
            }
            Outcome::Sent | Outcome::Idle | Outcome::GivenUp => {
                self.store.remove_mail(mail.id).await?;
            }
        }
        Ok(true)
    }

    async fn deal_with(&self, mail: &ClaimedMail, now: i64) -> Result<Outcome, StoreError> {
        let give_up = |why: &str| {
            tracing::warn!(kind = mail.kind, why, "a mail is given up");
            Outcome::GivenUp
        };
        if now - mail.created_at_ms > millis(GIVEN_UP_AFTER) {
            return Ok(give_up("it could not be handed over for a day"));
        }
        let Ok(letter) = serde_json::from_str::<Letter>(&mail.details) else {
            return Ok(give_up("another version of the server wrote it"));
        };
        let path = match &letter {
            Letter::Invitation { .. } => {
                let opened = mail
                    .sealed
                    .as_ref()
                    .and_then(|sealed| self.sealer.open(sealed));
                let Some(path) = opened.and_then(|path| String::from_utf8(path).ok()) else {
                    return Ok(give_up("its link cannot be opened: the store was restored"));
                };
                Some(path)
            }
            Letter::ForgottenPassword => {
                match self.new_password_path(&mail.recipient, now).await? {
                    Some(path) => Some(path),
                    None => return Ok(Outcome::Idle),
                }
            }
            Letter::PasswordChanged { .. } => None,
        };
        let link = path.map(|path| self.public_url.at(&path));
        let written = words::write(
            &letter,
            Language::of(&mail.language),
            link.as_deref(),
            &self.public_url.to_string(),
        );
        Ok(match self.post.send(&mail.recipient, &written).await {
            Ok(()) => Outcome::Sent,
            Err(PostError::ForGood(error)) => give_up(&error),
            Err(PostError::ForNow(error)) => {
                tracing::warn!(
                    kind = mail.kind,
                    attempts = mail.attempts + 1,
                    error,
                    "a mail is tried again later"
                );
                Outcome::Later
            }
        })
    }

    /// A fresh link for a new password, in place of an earlier one; `None` where there is no account, or it is locked.
    async fn new_password_path(&self, to: &str, now: i64) -> Result<Option<String>, StoreError> {
        let Some(email) = email::parse(to) else {
            return Ok(None);
        };
        let Some(account) = self.store.account_by_email(&email).await? else {
            return Ok(None);
        };
        let secret = FreshSecret::make()
            .map_err(|error| StoreError::Unavailable(error.to_string().into()))?;
        let link = NewPasswordLink::lasting(account.id, secret.hash(), now, RESET_LINK_LIFE);
        let is_made = self.store.put_password_link(&link).await?;
        Ok(is_made.then(|| format!("{SET_PASSWORD_PATH}{}", secret.expose())))
    }

    fn delay_after(&self, attempts: i64) -> Duration {
        let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or(20);
        self.schedule
            .retry_first
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(RETRY_MAX)
    }
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, millis)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
