//! What the portal keeps of members who are away: on which day they were last here, since when they are asked, since when
//! they have stepped back.
//!
//! [`crate::community::inactivity`] decides; here it is carried out, each member in one transaction that asks again with
//! what is true then. So two nodes that look at once do no harm, and who says yes at the last moment stays. A community is
//! never without a leader: one who steps back hands over to whoever was deputy longest, and where there is nobody, they
//! stay. A day is all that is known of a visit. Both databases share this code; [`super::statements`] says how.

mod attendance;
mod steps;

pub(super) use self::steps::rule_of;

use async_trait::async_trait;

use super::StoreError;
use super::communities::{Actor, Decided};
use super::portal_ids::{AccountId, CommunityId};
use super::statements::{Database, act, end, read};
use crate::community::inactivity::{Rule, Step};

/// A member about whom there may be something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Absent {
    /// In this community.
    pub community: CommunityId,
    /// Who.
    pub account: AccountId,
}

/// Members in one answer of [`SteppingBackStore::absent`].
pub const ABSENT_PAGE: u32 = 200;

/// Where visits are noted and absences end. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait SteppingBackStore: Send + Sync + 'static {
    /// Notes that the actor was here today. Nothing happens for whoever is not in the community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn note_visit(&self, by: Actor, id: CommunityId) -> Result<(), StoreError>;

    /// Decides what is done about members who are away, or that nothing is; for leaders.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn set_inactivity_rule(
        &self,
        by: Actor,
        id: CommunityId,
        rule: Option<Rule>,
    ) -> Result<Decided<()>, StoreError>;

    /// The actor says that they are still with the community, or with it again.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn say_present(&self, by: Actor, id: CommunityId) -> Result<Decided<()>, StoreError>;

    /// The next members after this one about whom there may be something to do as of `now_ms`, in the order of their ids;
    /// at most [`ABSENT_PAGE`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn absent(&self, now_ms: i64, after: Option<Absent>) -> Result<Vec<Absent>, StoreError>;

    /// Does about a member what is to be done as of `now_ms`; what that was.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn take_step(&self, member: Absent, now_ms: i64) -> Result<Step, StoreError>;
}

#[async_trait]
impl<D: Database> SteppingBackStore for D {
    async fn note_visit(&self, by: Actor, id: CommunityId) -> Result<(), StoreError> {
        act!(self, "note a visit", |s| attendance::note(s, by, id))
    }

    async fn set_inactivity_rule(
        &self,
        by: Actor,
        id: CommunityId,
        rule: Option<Rule>,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "decide about members who are away", |s| {
            attendance::set_rule(s, by, id, rule)
        })
    }

    async fn say_present(&self, by: Actor, id: CommunityId) -> Result<Decided<()>, StoreError> {
        act!(self, "come back", |s| attendance::say_present(s, by, id))
    }

    async fn absent(&self, now_ms: i64, after: Option<Absent>) -> Result<Vec<Absent>, StoreError> {
        read!(self, "list members who are away", |s| steps::absent(
            s, now_ms, after
        ))
    }

    async fn take_step(&self, member: Absent, now_ms: i64) -> Result<Step, StoreError> {
        act!(self, "ask a member, or let them step back", |s| {
            steps::take(s, member, now_ms)
        })
    }
}
