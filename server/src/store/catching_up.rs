//! What the portal keeps so that people catch up: notifications, since when they have not been there, and what they chose
//! to be there for.
//!
//! What is decided is told in the transaction of the act ([`telling`], called by the acts themselves). What is said in
//! discussions is told some seconds later by a task of each node ([`crate::telling`]), because it is in CRDT documents: the
//! store says which have something new, and takes what follows from it in one transaction. A notification's id is made of
//! who is told and of what, so nobody is told twice, whoever tells how often.
//!
//! Nothing here decides about access; everything here asks, when it is shown, what the viewer may see then. No row holds
//! words of a document.
//!
//! Reading order: [`record`], the trait below, then a file for each part. Does not know HTTP or CRDTs.

mod chosen;
mod digest;
mod discussions;
mod endings;
mod notifications;
pub mod record;
pub(in crate::store) mod telling;
mod visits;

use std::collections::HashMap;

use async_trait::async_trait;

pub use self::record::{
    Call, CallKind, ChosenRole, Digest, DocumentNews, DueDiscussion, EndingTerm, Heard, Kind,
    NotificationView, Seen, Topic,
};

use super::StoreError;
use super::communities::record::{Actor, Decided};
use super::portal_ids::{AccountId, CommunityId, NotificationId};
use super::statements::{Database, act, end, read};

/// Where it lives. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait CatchingUpStore: Send + Sync + 'static {
    /// What concerns the actor and may be shown to them now, the newest first: at most [`record::NOTIFICATIONS_MAX`], and
    /// none older than [`record::NOTIFICATIONS_KEPT_MS`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn notifications(&self, by: Actor) -> Result<Vec<NotificationView>, StoreError>;

    /// Those of them that are unread. Cheap: it is asked again and again.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn unread(&self, by: Actor) -> Result<Vec<NotificationView>, StoreError>;

    /// Marks notifications of the actor as read: these, or all up to a moment. Others' are passed over.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn mark_read(
        &self,
        by: Actor,
        ids: &[NotificationId],
        up_to_ms: Option<i64>,
    ) -> Result<(), StoreError>;

    /// What somebody does not want to be told of.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn silences(&self, account: AccountId) -> Result<Vec<Topic>, StoreError>;

    /// Says what somebody does not want to be told of from now on; what they were told stays.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn silence(&self, account: AccountId, topics: &[Topic]) -> Result<(), StoreError>;

    /// Discussions in which something was committed since they were last read, among those whose record was touched since a
    /// moment; at most `count`.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn due_discussions(
        &self,
        touched_since_ms: i64,
        count: u32,
    ) -> Result<Vec<DueDiscussion>, StoreError>;

    /// Takes what follows from a discussion that was due, and notes how far it was read, in one transaction. Only those are
    /// told who may read the document now. Repeating it does nothing.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn tell(
        &self,
        discussion: &DueDiscussion,
        heard: &Heard,
        now_ms: i64,
    ) -> Result<(), StoreError>;

    /// What has happened in a community since the actor's last visit, as far as they may read it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn digest(&self, by: Actor, id: CommunityId) -> Result<Decided<Digest>, StoreError>;

    /// Notes that the actor is there. Writes at most once in [`record::VISIT_GRANULARITY_MS`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn visit(&self, by: Actor, id: CommunityId) -> Result<(), StoreError>;

    /// Nothing up to now is new to the actor any more.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn caught_up(&self, by: Actor, id: CommunityId) -> Result<Decided<()>, StoreError>;

    /// What members say they are there for; for those who see the members.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn chosen_roles(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<HashMap<AccountId, Vec<ChosenRole>>>, StoreError>;

    /// Says what the actor is there for, in place of what they said before.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn choose_roles(
        &self,
        by: Actor,
        id: CommunityId,
        roles: &[ChosenRole],
    ) -> Result<Decided<()>, StoreError>;
}

/// Whoever asks what concerns them is told first which terms of theirs end soon.
async fn tell_of_endings<D: Database>(store: &D, by: Actor) -> Result<(), StoreError> {
    let untold = read!(store, "look for terms that end", |s| endings::untold(s, by))?;
    if untold.is_empty() {
        return Ok(());
    }
    act!(store, "tell of terms that end", |s| endings::tell(
        s, by, &untold
    ))
}

#[async_trait]
impl<D: Database> CatchingUpStore for D {
    async fn notifications(&self, by: Actor) -> Result<Vec<NotificationView>, StoreError> {
        tell_of_endings(self, by).await?;
        read!(self, "list notifications", |s| notifications::list(
            s,
            by,
            notifications::Which::All
        ))
    }

    async fn unread(&self, by: Actor) -> Result<Vec<NotificationView>, StoreError> {
        tell_of_endings(self, by).await?;
        read!(self, "count notifications", |s| notifications::list(
            s,
            by,
            notifications::Which::Unread
        ))
    }

    async fn mark_read(
        &self,
        by: Actor,
        ids: &[NotificationId],
        up_to_ms: Option<i64>,
    ) -> Result<(), StoreError> {
        act!(self, "mark notifications as read", |s| {
            notifications::mark_read(s, by, ids, up_to_ms)
        })
    }

    async fn silences(&self, account: AccountId) -> Result<Vec<Topic>, StoreError> {
        read!(self, "read silences", |s| notifications::silences(
            s, account
        ))
    }

    async fn silence(&self, account: AccountId, topics: &[Topic]) -> Result<(), StoreError> {
        act!(self, "change silences", |s| notifications::silence(
            s, account, topics
        ))
    }

    async fn due_discussions(
        &self,
        touched_since_ms: i64,
        count: u32,
    ) -> Result<Vec<DueDiscussion>, StoreError> {
        read!(self, "look for discussions", |s| discussions::due(
            s,
            touched_since_ms,
            count
        ))
    }

    async fn tell(
        &self,
        discussion: &DueDiscussion,
        heard: &Heard,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        act!(self, "tell of a discussion", |s| discussions::tell(
            s, discussion, heard, now_ms
        ))
    }

    async fn digest(&self, by: Actor, id: CommunityId) -> Result<Decided<Digest>, StoreError> {
        read!(self, "read what is new", |s| digest::of(s, by, id))
    }

    async fn visit(&self, by: Actor, id: CommunityId) -> Result<(), StoreError> {
        let is_due = read!(self, "read a visit", |s| visits::is_due(s, by, id))?;
        if !is_due {
            return Ok(());
        }
        act!(self, "note a visit", |s| visits::note(s, by, id))
    }

    async fn caught_up(&self, by: Actor, id: CommunityId) -> Result<Decided<()>, StoreError> {
        act!(self, "catch up", |s| visits::catch_up(s, by, id))
    }

    async fn chosen_roles(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<HashMap<AccountId, Vec<ChosenRole>>>, StoreError> {
        read!(self, "list chosen roles", |s| chosen::list(s, by, id))
    }

    async fn choose_roles(
        &self,
        by: Actor,
        id: CommunityId,
        roles: &[ChosenRole],
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "choose roles", |s| chosen::choose(s, by, id, roles))
    }
}
