//! What is known of meetings, outside of any database.

use std::collections::BTreeMap;

use consilium_model::access::Role;
use consilium_model::meeting::ballot::{BoxWrite, Boxes};
use consilium_model::meeting::event::{Event, Record};
use consilium_model::meeting::people::Lobby;
use consilium_model::meeting::state::{Phase, Setup, State};
use consilium_protocol::ids::DocName;

use super::SNAPSHOT_AFTER;
use crate::store::portal_ids::{AccountId, CommunityId, MeetingId};

/// A meeting to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeeting {
    /// Its id.
    pub id: MeetingId,
    /// What it is called.
    pub title: String,
    /// When it is to begin, in milliseconds since 1970 UTC.
    pub starts_at_ms: Option<i64>,
    /// What it is about.
    pub documents: Vec<DocName>,
    /// Who takes over, in this order.
    pub deputies: Vec<AccountId>,
    /// Whether those who come wait.
    pub lobby: Lobby,
    /// Whether nobody leads it.
    pub peers: bool,
}

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingView {
    /// Its id.
    pub id: MeetingId,
    /// Whose it is.
    pub community: CommunityId,
    /// What it is called.
    pub title: String,
    /// When it is to begin, in milliseconds since 1970 UTC.
    pub starts_at_ms: Option<i64>,
    /// How far it has come.
    pub phase: Phase,
    /// What the asker is in the community.
    pub role: Role,
    /// What the community said.
    pub setup: Setup,
    /// Those of its documents that the asker may read, with their titles.
    pub documents: Vec<(DocName, String)>,
    /// What its leader and deputies are called.
    pub names: BTreeMap<AccountId, String>,
    /// Whether the asker may take it off before it begins.
    pub may_cancel: bool,
}

/// Where a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The version after its last event.
    pub version: u64,
    /// Counts what changed without an event.
    pub turn: u64,
}

impl Mark {
    /// Whether nothing has changed between this one and the other, or this one is the earlier.
    #[must_use]
    pub fn is_no_later_than(self, other: Self) -> bool {
        self.version <= other.version && self.turn <= other.turn
    }
}

/// Somebody is connected by a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// Which node.
    pub node: i64,
    /// Who.
    pub person: AccountId,
}

/// What becomes of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkWrite {
    /// It is there.
    Put(Link),
    /// It is gone.
    Take(Link),
}

/// A meeting as whoever decides needs it.
#[derive(Debug, Clone)]
pub struct StoredMeeting {
    /// Whose it is.
    pub community: CommunityId,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    pub mark: Mark,
    /// The version of the state that is written whole.
    pub written: u64,
    /// What the events made.
    pub state: State,
    /// What lies in the boxes.
    pub boxes: Boxes,
    /// Who is connected, by which node.
    pub links: Vec<Link>,
}

/// What was decided about a meeting.
#[derive(Debug, Clone, Copy)]
pub struct Keep<'a> {
    /// Which meeting.
    pub id: MeetingId,
    /// Whose it is.
    pub community: CommunityId,
    /// What it is called.
    pub title: &'a str,
    /// Where it stood when this was decided.
    pub on: Mark,
    /// What happened.
    pub records: &'a [Record],
    /// What happens to the boxes.
    pub writes: &'a [BoxWrite],
    /// Who is connected, or no longer.
    pub links: &'a [LinkWrite],
    /// The state after it, where that is to be written whole.
    pub state: Option<&'a State>,
}

impl Keep<'_> {
    /// Whether the state is to be written whole with these events: when the meeting begins and ends, and after so many
    /// others that reading them again would take longer.
    #[must_use]
    pub fn writes_the_state(records: &[Record], written: u64) -> bool {
        let is_turning = |record: &Record| matches!(record.event, Event::Opened | Event::Ended);
        records.iter().any(is_turning)
            || records
                .last()
                .is_some_and(|last| last.version >= written + SNAPSHOT_AFTER)
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is kept, and the meeting stands here.
    At(Mark),
    /// The meeting stands elsewhere by now, or is gone: load it and decide again. Nothing was kept.
    Moved,
    /// It was to begin, and this other one is under way about a text of it. Nothing was kept.
    TextHeld(MeetingId),
}

/// A meeting under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderWay {
    /// Which.
    pub id: MeetingId,
    /// Where it stands.
    pub mark: Mark,
}

/// Somebody who may be in the meetings of a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: AccountId,
    /// As what.
    pub role: Role,
    /// What they are called.
    pub name: String,
}

/// A sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// Of which node.
    pub node: i64,
    /// It rises while that lives.
    pub beat: i64,
}
