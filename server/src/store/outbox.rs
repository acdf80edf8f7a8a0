//! Mails that wait to be sent: durable, so that one is sent although the server for mail is away or a node ends.
//!
//! A node takes a mail for a while ([`OutboxStore::claim_mail`]), so that no other sends it meanwhile; one that a node took
//! and did not finish is due again after that. A mail that is sent, or given up, is deleted: what people were written is
//! kept nowhere. Of what was asked for by anybody (a forgotten password) a row rests for some minutes instead, whether there
//! was anybody to write to or not, so that nobody is written to all the time and nobody learns who is here. Does not know
//! what a mail says.

mod queries;

use async_trait::async_trait;

use super::StoreError;
use super::portal_ids::MailId;
use super::statements::{Database, act, end, read};

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Its id.
    pub id: MailId,
    /// To whom: an e-mail address.
    pub recipient: String,
    /// Which letter.
    pub kind: &'static str,
    /// In which language.
    pub language: &'static str,
    /// What the letter says, without secrets.
    pub details: String,
    /// The secret of a link, sealed.
    pub sealed: Option<Vec<u8>>,
    /// Of mails of one kind with the same text here there is one at a time.
    pub only_once: Option<String>,
    /// Now, and when it is due.
    pub created_at_ms: i64,
}

/// A mail that was taken to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMail {
    /// Its id.
    pub id: MailId,
    /// To whom.
    pub recipient: String,
    /// Which letter.
    pub kind: String,
    /// In which language.
    pub language: String,
    /// What the letter says.
    pub details: String,
    /// The secret of a link, sealed.
    pub sealed: Option<Vec<u8>>,
    /// When it was written.
    pub created_at_ms: i64,
    /// How often it was taken before.
    pub attempts: i64,
    /// Whether it was dealt with already, and only rested.
    pub is_spent: bool,
}

/// The outbox. Every method is safe to call from any number of tasks and nodes at once.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
///
/// # Errors
/// All methods: the storage-wide kinds, and [`StoreError::Corrupt`] when a record is not as it was written.
#[async_trait]
pub trait OutboxStore: Send + Sync + 'static {
    /// Puts a mail in. False when one like it is there already, or too many wait
    /// ([`super::limits::MAILS_WAITING_MAX`]); nothing was changed then.
    async fn put_mail(&self, mail: &NewMail) -> Result<bool, StoreError>;

    /// Takes the mail that is due for longest, for whoever asks alone until `until_ms`; `None` when none is due, or somebody
    /// else was faster.
    async fn claim_mail(
        &self,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<Option<ClaimedMail>, StoreError>;

    /// Lets a mail be due at another time.
    async fn postpone_mail(&self, id: MailId, due_at_ms: i64) -> Result<(), StoreError>;

    /// Notes that a mail is dealt with, and forgets what it said. It comes once more at that time, to be removed.
    async fn rest_mail(&self, id: MailId, until_ms: i64) -> Result<(), StoreError>;

    /// Deletes a mail.
    async fn remove_mail(&self, id: MailId) -> Result<(), StoreError>;

    /// How many wait to be sent.
    async fn mails_waiting(&self) -> Result<u64, StoreError>;
}

#[async_trait]
impl<D: Database> OutboxStore for D {
    async fn put_mail(&self, mail: &NewMail) -> Result<bool, StoreError> {
        act!(self, "put a mail into the outbox", |s| queries::put(
            s, mail
        ))
    }

    async fn claim_mail(
        &self,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<Option<ClaimedMail>, StoreError> {
        act!(self, "take a mail", |s| queries::claim(s, now_ms, until_ms))
    }

    async fn postpone_mail(&self, id: MailId, due_at_ms: i64) -> Result<(), StoreError> {
        act!(self, "postpone a mail", |s| queries::postpone(
            s, id, due_at_ms
        ))
    }

    async fn rest_mail(&self, id: MailId, until_ms: i64) -> Result<(), StoreError> {
        act!(self, "let a mail rest", |s| queries::rest(s, id, until_ms))
    }

    async fn remove_mail(&self, id: MailId) -> Result<(), StoreError> {
        act!(self, "remove a mail", |s| queries::remove(s, id))
    }

    async fn mails_waiting(&self) -> Result<u64, StoreError> {
        read!(self, "count mails", |s| queries::waiting(s))
    }
}
