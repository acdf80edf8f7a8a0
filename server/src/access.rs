//! What a bearer may do with a document, now and as it changes (I3, D10).
//!
//! A token of an embedding application says it by itself: its map of documents holds until it runs out. A member of the
//! portal is another matter: the community decides, and may decide anew at any moment. So the portal is asked, for each
//! document that is opened and again whenever the *epoch* of access moves, a number that every act moves which could
//! change what anybody may do, in the transaction of that act. Every node reads it twice a second, and at once after an
//! act of its own: a change reaches open sockets on all nodes within a second, whether or not the bus works.
//!
//! A meeting about a document may keep people from writing it for a while. That takes nothing from what they may do
//! otherwise, so it is laid over the answer ([`Moderation`]), and asking anew about it asks no store.
//!
//! Sockets and REST ask the same object. It does not know rooms, sockets or HTTP.

pub mod portal;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use consilium_model::meeting::writing::Why;
use consilium_protocol::ids::{Access, DocName};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::auth::Grants;
use crate::auth::grants::PortalMember;
use crate::meetings::moderation::Moderation;
use crate::store::StoreError;

/// How often the epoch is read. With the time that members' sockets need to ask, changes take less than a second.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// How often everybody asks anew though the epoch stands still. Terms that run out are nobody's act; each is noticed when
/// it is over, and this is for clocks that are set.
const TERMS_INTERVAL: Duration = Duration::from_secs(30);

/// What somebody may do, if it can still be said who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They may do this.
    May(Access),
    /// The session that they were let in by has ended: they are nobody, until they sign in again.
    SessionOver,
}

/// What the portal says.
#[async_trait]
pub trait Rules: Send + Sync + 'static {
    /// What a member may do with a document as of `now`; [`Access::None`] also for a document that does not exist, and
    /// [`Verdict::SessionOver`] for one too when nobody is signed in any more.
    ///
    /// # Errors
    /// The storage-wide kinds: nobody knows.
    async fn access(
        &self,
        member: &PortalMember,
        name: &DocName,
        now: SystemTime,
    ) -> Result<Verdict, StoreError>;

    /// A number that moves when any answer of [`Rules::access`] may be another, other than by the time of day.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn epoch(&self) -> Result<u64, StoreError>;

    /// When the next answer of [`Rules::access`] after `now` may be another by the time of day; `None` when none will.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn next_end(&self, now: SystemTime) -> Result<Option<SystemTime>, StoreError>;
}

/// How often answers may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moves {
    /// By a decision of a community, the end of a session, or the time of day.
    pub decisions: u64,
    /// By what is going on in a meeting.
    pub meetings: u64,
}

/// What a meeting leaves of what was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moderated {
    /// What somebody may do now.
    pub access: Access,
    /// Why it is less than was granted.
    pub why: Option<Why>,
}

/// Answers who may do what. A cheap handle; clones share it.
#[derive(Clone)]
pub struct AccessBook {
    rules: Option<Arc<dyn Rules>>,
    changes: watch::Sender<Moves>,
    /// Counts the same decisions, for those whom meetings do not concern.
    decisions: watch::Sender<u64>,
    look: Arc<Notify>,
    moderation: Moderation,
}

impl AccessBook {
    /// Where there is no portal: tokens say it all.
    #[must_use]
    pub fn of_tokens() -> Self {
        Self::new(None)
    }

    /// Where members of a portal come in. [`AccessBook::keep_watch`] must run for changes to be noticed.
    #[must_use]
    pub fn of_portal(rules: Arc<dyn Rules>) -> Self {
        Self::new(Some(rules))
    }

    fn new(rules: Option<Arc<dyn Rules>>) -> Self {
        Self {
            rules,
            changes: watch::Sender::new(Moves::default()),
            decisions: watch::Sender::new(0),
            look: Arc::new(Notify::new()),
            moderation: Moderation::default(),
        }
    }

    /// What the bearer of `grants` may do with `name` now, meetings considered.
    ///
    /// # Errors
    /// As [`AccessBook::granted`].
    ///
    /// Cancel safety: reads only.
    pub async fn of(&self, grants: &Grants, name: &DocName) -> Result<Verdict, StoreError> {
        Ok(match self.granted(grants, name).await? {
            Verdict::May(granted) => Verdict::May(self.moderated(grants, name, granted).access),
            Verdict::SessionOver => Verdict::SessionOver,
        })
    }

    /// What a meeting leaves of what was granted, at this moment.
    #[must_use]
    pub fn moderated(&self, grants: &Grants, name: &DocName, granted: Access) -> Moderated {
        let why = match grants.portal_member() {
            Some(member) if granted == Access::Write => self.moderation.why(
                name,
                &member.account.user(),
                portal::millis(SystemTime::now()),
            ),
            _ => None,
        };
        Moderated {
            access: if why.is_some() { Access::Read } else { granted },
            why,
        }
    }

    /// How often answers may have changed by now.
    #[must_use]
    pub fn moves(&self) -> Moves {
        *self.changes.borrow()
    }

    /// What meetings have to say.
    #[must_use]
    pub fn moderation(&self) -> &Moderation {
        &self.moderation
    }

    /// A meeting may have changed who writes.
    pub fn judge_anew(&self) {
        self.changes.send_modify(|moves| moves.meetings += 1);
    }

    /// What the bearer of `grants` may do with `name`, whatever goes on in a meeting.
    ///
    /// # Errors
    /// The storage-wide kinds, for members of the portal: nobody knows.
    ///
    /// Cancel safety: reads only.
    pub async fn granted(&self, grants: &Grants, name: &DocName) -> Result<Verdict, StoreError> {
        match (grants.portal_member(), &self.rules) {
            (None, _) => Ok(Verdict::May(grants.access_to(name))),
            (Some(member), Some(rules)) => rules.access(member, name, SystemTime::now()).await,
            (Some(_), None) => Ok(Verdict::May(Access::None)),
        }
    }

    /// Moves whenever an answer of [`AccessBook::of`] may have changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Moves> {
        self.changes.subscribe()
    }

    /// Moves whenever communities may have decided something about access.
    #[must_use]
    pub fn decisions(&self) -> watch::Receiver<u64> {
        self.decisions.subscribe()
    }

    /// An act of this node may have changed something: the epoch is read at once.
    pub fn look_now(&self) {
        self.look.notify_one();
    }

    /// Reads the epoch for ever, or until `stop`. When it has moved, when a term is over, and when storage comes back after
    /// it was away, everybody asks anew.
    ///
    /// Cancel safety: reads only.
    pub async fn keep_watch(self, stop: CancellationToken) {
        let Some(rules) = self.rules else {
            return;
        };
        let mut known = None;
        let mut asked_at = Instant::now();
        let mut ends_at = None;
        loop {
            let epoch = rules.epoch().await.ok();
            let is_over = ends_at.is_some_and(|end| end <= Instant::now());
            let is_due = is_over || asked_at.elapsed() >= TERMS_INTERVAL;
            if epoch.is_some() && (epoch != known || is_due) {
                asked_at = Instant::now();
                // Asked for first: what ends in between is noticed at the end that this found.
                ends_at = next_end(&*rules).await;
                self.changes.send_modify(|moves| moves.decisions += 1);
                self.decisions.send_modify(|count| *count += 1);
            }
            known = epoch;
            let next_look = Instant::now() + POLL_INTERVAL;
            tokio::select! {
                () = self.look.notified() => {}
                () = tokio::time::sleep_until(ends_at.map_or(next_look, |end| end.min(next_look))) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// When the next term is over, by the clock that the watch sleeps by. While nobody knows, none is.
async fn next_end(rules: &dyn Rules) -> Option<Instant> {
    let now = SystemTime::now();
    let end = rules.next_end(now).await.ok().flatten()?;
    Instant::now().checked_add(end.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests;
