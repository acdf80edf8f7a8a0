//! Where meetings are kept (ADR-0030): their events, a state from which to go on, and the boxes of ballots beside them.
//!
//! Nothing is decided here. Whoever decides loads a meeting with its [`Mark`], asks the pure function, and brings what
//! follows; it is kept in one transaction, and only if the mark is still the same. That holds also for what makes no event,
//! so that no ballot is changed after the close (I9), and of two connections that go at once one is the last.
//!
//! A ballot's row says the meeting, the box, the slot and the choice, and nothing else. What the community has to say (who
//! plans, who may be there, what the ledger keeps) is asked and written in the same transactions. Does not know HTTP.

mod boxes;
mod keeping;
mod planning;
mod reading;
pub mod record;

use async_trait::async_trait;
use consilium_model::meeting::event::Record;
use consilium_protocol::ids::DocName;

use super::StoreError;
use super::communities::record::{Actor, Decided};
use super::portal_ids::{CommunityId, MeetingId};
use super::statements::{Database, act, end, read};

pub use record::{
    Beat, Keep, Kept, Link, LinkWrite, Mark, MeetingView, Member, NewMeeting, StoredMeeting,
    UnderWay,
};

/// Meetings of a community that may be planned at once. Nobody reads a longer list.
pub const PLANNED_MAX: i64 = 100;

/// Meetings in a list, the newest first.
pub const LISTED_MAX: u32 = 200;

/// After so many events the state is written again.
pub const SNAPSHOT_AFTER: u64 = 64;

/// Where meetings are kept. Every method is safe to call from any number of tasks and nodes at once, and fails with the
/// storage-wide kinds of [`StoreError`]; what is refused by a rule is in the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait MeetingStore: Send + Sync + 'static {
    /// Plans a meeting.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn plan_meeting(
        &self,
        by: Actor,
        community: CommunityId,
        meeting: &NewMeeting,
    ) -> Result<Decided<MeetingView>, StoreError>;

    /// The meetings of a community, the newest first; at most [`LISTED_MAX`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meetings(
        &self,
        by: Actor,
        community: CommunityId,
    ) -> Result<Decided<Vec<MeetingView>>, StoreError>;

    /// One of them, for whoever may be in it; `None` for others, as where there is none.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meeting(&self, by: Actor, id: MeetingId) -> Result<Option<MeetingView>, StoreError>;

    /// Takes a meeting off that has not begun; for whoever planned it, and for those who may plan meetings. False when it
    /// has begun.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn cancel_meeting(
        &self,
        by: Actor,
        id: MeetingId,
    ) -> Result<Option<Decided<bool>>, StoreError>;

    /// A meeting as whoever decides needs it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn load_meeting(&self, id: MeetingId) -> Result<Option<StoredMeeting>, StoreError>;

    /// Where a meeting stands.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meeting_mark(&self, id: MeetingId) -> Result<Option<Mark>, StoreError>;

    /// Keeps what was decided, if the meeting is still as it was, and no other is under way about a text of one that begins.
    ///
    /// # Errors
    /// The storage-wide kinds. After one the outcome may be unknown: the meeting has to be loaded again.
    async fn keep_meeting(&self, keep: &Keep<'_>) -> Result<Kept, StoreError>;

    /// What happened in a meeting, in order. When it has ended, without what was of the moment.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meeting_events(&self, id: MeetingId) -> Result<Vec<Record>, StoreError>;

    /// The meetings that are under way, and where they stand.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meetings_under_way(&self) -> Result<Vec<UnderWay>, StoreError>;

    /// The meeting under way about a document. There is one at most: another does not begin ([`Kept::TextHeld`]).
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meeting_about(&self, document: &DocName) -> Result<Option<MeetingId>, StoreError>;

    /// Who is in a community as of now, by name: whoever may be in its meetings.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn meeting_members(
        &self,
        community: CommunityId,
        now_ms: i64,
    ) -> Result<Vec<Member>, StoreError>;

    /// This node lives. Its beat moves.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn beat(&self, node: i64) -> Result<(), StoreError>;

    /// The beats of all nodes that have anybody in a meeting, and of those that had.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn beats(&self) -> Result<Vec<Beat>, StoreError>;

    /// A node is gone: its beat is forgotten, if it still is this.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn forget_beat(&self, beat: Beat) -> Result<(), StoreError>;
}

#[async_trait]
impl<D: Database> MeetingStore for D {
    async fn plan_meeting(
        &self,
        by: Actor,
        community: CommunityId,
        meeting: &NewMeeting,
    ) -> Result<Decided<MeetingView>, StoreError> {
        act!(self, "plan a meeting", |s| planning::plan(
            s, by, community, meeting
        ))
    }

    async fn meetings(
        &self,
        by: Actor,
        community: CommunityId,
    ) -> Result<Decided<Vec<MeetingView>>, StoreError> {
        read!(self, "list meetings", |s| reading::list(s, by, community))
    }

    async fn meeting(&self, by: Actor, id: MeetingId) -> Result<Option<MeetingView>, StoreError> {
        read!(self, "read a meeting", |s| reading::one(s, by, id))
    }

    async fn cancel_meeting(
        &self,
        by: Actor,
        id: MeetingId,
    ) -> Result<Option<Decided<bool>>, StoreError> {
        act!(self, "take a meeting off", |s| planning::cancel(s, by, id))
    }

    async fn load_meeting(&self, id: MeetingId) -> Result<Option<StoredMeeting>, StoreError> {
        read!(self, "load a meeting", |s| reading::load(s, id))
    }

    async fn meeting_mark(&self, id: MeetingId) -> Result<Option<Mark>, StoreError> {
        read!(self, "look at a meeting", |s| reading::mark(s, id))
    }

    async fn keep_meeting(&self, keep: &Keep<'_>) -> Result<Kept, StoreError> {
        act!(self, "keep what a meeting decided", |s| keeping::keep(
            s, keep
        ))
    }

    async fn meeting_events(&self, id: MeetingId) -> Result<Vec<Record>, StoreError> {
        read!(self, "read what happened in a meeting", |s| {
            reading::events(s, id, 0)
        })
    }

    async fn meetings_under_way(&self) -> Result<Vec<UnderWay>, StoreError> {
        read!(self, "look for meetings", |s| reading::under_way(s))
    }

    async fn meeting_about(&self, document: &DocName) -> Result<Option<MeetingId>, StoreError> {
        read!(self, "look for a meeting about a document", |s| {
            reading::about(s, document)
        })
    }

    async fn meeting_members(
        &self,
        community: CommunityId,
        now_ms: i64,
    ) -> Result<Vec<Member>, StoreError> {
        read!(self, "list who may be in a meeting", |s| {
            planning::members(s, community, now_ms)
        })
    }

    async fn beat(&self, node: i64) -> Result<(), StoreError> {
        act!(self, "say that a node lives", |s| keeping::beat(s, node))
    }

    async fn beats(&self) -> Result<Vec<Beat>, StoreError> {
        read!(self, "look which nodes live", |s| keeping::beats(s))
    }

    async fn forget_beat(&self, beat: Beat) -> Result<(), StoreError> {
        act!(self, "forget a node", |s| keeping::forget_beat(s, beat))
    }
}
