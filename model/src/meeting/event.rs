//! What has happened in a meeting: facts, from which its state is rebuilt.
//!
//! No event says how anybody voted before the votes are counted, and none ever says how a member voted in an anonymous
//! round (I9): ballots lie in [`super::ballot::Boxes`], beside the record. A reason, a title or a motion is here in words,
//! because the minutes are made of them; people are named by their ids.

use std::collections::{BTreeMap, BTreeSet};

use consilium_protocol::ids::{DocName, UserId};
use serde::{Deserialize, Serialize};

use super::agenda::{NewItem, Recusal, Timer};
use super::ballot::Ballot;
use super::command::Actor;
use super::floor::FloorMode;
use super::ids::{ItemId, MotionId, PollId, RoundId};
use super::lead::How;
use super::motion::MotionEnd;
use super::people::{Kind, Lobby};
use super::place::Place;
use super::poll::NewPoll;
use super::round::{NewRound, RoundResult, VoidReason};
use super::time::{Moment, Span};

/// One event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The version of the meeting after it. Rises by one with each event.
    pub version: u64,
    /// When. Never before the event ahead of it.
    pub at: Moment,
    /// By whom.
    pub by: Actor,
    /// What.
    pub event: Event,
}

/// What happened. In JSON, `event` is the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "event",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
#[expect(
    missing_docs,
    reason = "each is the past of a command; what is more than that is said"
)]
pub enum Event {
    /// Somebody came, or came with another standing in the community.
    Arrived {
        who: UserId,
        kind: Kind,
    },
    /// Somebody came and waits to be let in.
    Knocked {
        who: UserId,
        kind: Kind,
    },
    Dropped {
        who: UserId,
    },
    Left {
        who: UserId,
    },
    Admitted {
        who: UserId,
    },
    /// Somebody was put out. Without a reason it was the community's decision, which the ledger explains.
    Removed {
        who: UserId,
        reason: Option<String>,
    },
    LobbySet {
        lobby: Lobby,
    },
    RollSet {
        voters: BTreeSet<UserId>,
    },
    Opened,
    Ended,
    DeputiesNamed {
        deputies: Vec<UserId>,
    },
    /// Somebody is the chair, and whoever was is no longer.
    ChairTaken {
        who: UserId,
        how: How,
    },
    /// The chair is gone, and has until then to come back.
    GraceBegan {
        until: Moment,
    },
    /// Nobody is there to take over: those present elect somebody.
    ElectionBegan,
    /// The first ballot is in; the election ends then.
    ElectionEnds {
        at: Moment,
    },
    Elected {
        by: UserId,
        candidate: UserId,
    },
    ItemAdded {
        id: ItemId,
        item: NewItem,
    },
    ItemMoved {
        item: ItemId,
        to: usize,
    },
    ItemParked {
        item: ItemId,
    },
    /// An item is current, and its timer ends then. What was current before is done.
    ItemBegan {
        item: ItemId,
        until: Option<Moment>,
    },
    ItemClosed {
        item: ItemId,
    },
    TimerPaused {
        left: Span,
    },
    TimerResumed {
        until: Moment,
    },
    /// More time, and how the timer stands with it.
    TimerExtended {
        by: Span,
        timer: Timer,
    },
    /// The time box of the current item is used up.
    Overran {
        item: ItemId,
    },
    Recused {
        who: UserId,
        item: ItemId,
        how: Recusal,
    },
    RecusalEnded {
        who: UserId,
        item: ItemId,
    },
    /// A hand is up, at this place of the queue.
    HandRaised {
        who: UserId,
        at: usize,
    },
    HandLowered {
        who: UserId,
    },
    HandMoved {
        who: UserId,
        to: usize,
    },
    FloorGiven {
        who: UserId,
        until: Option<Moment>,
    },
    FloorFree,
    FloorSet {
        mode: FloorMode,
    },
    Frozen {
        except: BTreeSet<UserId>,
    },
    Unfrozen,
    Locked {
        place: Place,
        editors: BTreeSet<UserId>,
    },
    Unlocked {
        place: Place,
    },
    /// Everyone is brought to a place then, but those who stay.
    Gathering {
        place: Place,
        at: Moment,
    },
    Gathered,
    GatheringCancelled,
    Stayed {
        who: UserId,
    },
    Spotlit {
        place: Place,
    },
    SpotlightEnded,
    /// Somebody is followed by all, in this document. It ends by itself where they go, lose the chair or are recused.
    Presenting {
        who: UserId,
        document: DocName,
    },
    PresentingEnded,
    PollOpened {
        id: PollId,
        poll: NewPoll,
    },
    PollClosed {
        poll: PollId,
        counts: Vec<u32>,
    },
    RoundOpened {
        id: RoundId,
        round: NewRound,
        roll: BTreeSet<UserId>,
        recused: u32,
    },
    /// Somebody has voted; not how, and not whether they changed it later.
    BallotCast {
        round: RoundId,
        who: UserId,
    },
    /// A round is counted. `named` says how each voted, and is empty where the rule said anonymous.
    RoundClosed {
        round: RoundId,
        result: RoundResult,
        named: BTreeMap<UserId, Ballot>,
    },
    /// A round has no result, or what it decided about is no more (I8).
    RoundVoided {
        round: RoundId,
        why: VoidReason,
    },
    Proposed {
        id: MotionId,
        text: String,
        by: UserId,
    },
    Seconded {
        motion: MotionId,
        by: UserId,
    },
    MotionEnded {
        motion: MotionId,
        end: MotionEnd,
        becomes: Option<String>,
    },
}

impl Event {
    /// Whether it is of the moment only: who asked for the floor, had it, or was brought somewhere. Those are not kept
    /// when the meeting has ended, and the state rebuilt without them is the same then.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::HandRaised { .. }
                | Self::HandLowered { .. }
                | Self::HandMoved { .. }
                | Self::FloorGiven { .. }
                | Self::FloorFree
                | Self::Gathering { .. }
                | Self::Gathered
                | Self::GatheringCancelled
                | Self::Stayed { .. }
                | Self::Spotlit { .. }
                | Self::SpotlightEnded
                | Self::Presenting { .. }
                | Self::PresentingEnded
        )
    }
}
