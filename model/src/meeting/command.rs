//! What can be asked of a meeting. In JSON, `do` is the word of the deed.
//!
//! Commands of the server are in the same list, so that a client which sends one is refused by the same table.

use std::collections::BTreeSet;

use consilium_protocol::ids::{DocName, UserId};
use serde::{Deserialize, Serialize};

use super::agenda::{NewItem, Recusal};
use super::ballot::{Ballot, Slot};
use super::deed::Deed;
use super::floor::FloorMode;
use super::ids::{Hash32, ItemId, MotionId, PollId, RoundId};
use super::motion::MotionEnd;
use super::people::{Kind, Lobby};
use super::place::Place;
use super::poll::NewPoll;
use super::round::NewRound;
use super::time::Span;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody, by the server's word (D16).
    Person(UserId),
    /// The server itself.
    Server,
}

/// One command. Places in lists count from 0; beyond the end is the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(
    missing_docs,
    reason = "the words are those of `Deed`, which says what each is"
)]
pub enum Command {
    Arrive {
        who: UserId,
        kind: Kind,
    },
    Drop {
        who: UserId,
    },
    Expel {
        who: UserId,
    },
    Tick,
    SetRoll {
        voters: BTreeSet<UserId>,
    },
    TextChanged {
        document: DocName,
        hash: Hash32,
    },
    Open,
    End,
    Leave,
    SetLobby {
        lobby: Lobby,
    },
    Admit {
        who: UserId,
    },
    Remove {
        who: UserId,
        reason: String,
    },
    NameDeputies {
        deputies: Vec<UserId>,
    },
    HandOver {
        to: UserId,
    },
    Reclaim,
    Elect {
        candidate: UserId,
    },
    AddItem {
        item: NewItem,
    },
    MoveItem {
        item: ItemId,
        to: usize,
    },
    ParkItem {
        item: ItemId,
    },
    BeginItem {
        item: ItemId,
    },
    CloseItem,
    PauseTimer,
    ResumeTimer,
    ExtendTimer {
        by: Span,
    },
    Recuse {
        who: UserId,
        item: ItemId,
        how: Recusal,
    },
    RecuseMyself {
        item: ItemId,
        how: Recusal,
    },
    EndRecusal {
        who: UserId,
        item: ItemId,
    },
    RaiseHand,
    LowerHand,
    LowerHandOf {
        who: UserId,
    },
    MoveHand {
        who: UserId,
        to: usize,
    },
    GiveFloor {
        who: UserId,
        time: Option<Span>,
    },
    TakeFloor,
    YieldFloor,
    SetFloor {
        mode: FloorMode,
    },
    Freeze {
        except: BTreeSet<UserId>,
    },
    Unfreeze,
    Lock {
        place: Place,
        editors: BTreeSet<UserId>,
    },
    Unlock {
        place: Place,
    },
    Gather {
        place: Place,
        countdown: Span,
    },
    CancelGather,
    Stay,
    Spotlight {
        place: Place,
    },
    EndSpotlight,
    Present {
        document: DocName,
    },
    StopPresenting,
    OpenPoll {
        poll: NewPoll,
    },
    AnswerPoll {
        poll: PollId,
        option: u8,
    },
    ClosePoll {
        poll: PollId,
    },
    OpenRound {
        round: NewRound,
    },
    CastBallot {
        round: RoundId,
        text: Hash32,
        slot: Option<Hash32>,
        ballot: Ballot,
    },
    CloseRound {
        round: RoundId,
    },
    VoidRound {
        round: RoundId,
        reason: String,
    },
    Propose {
        text: String,
    },
    Second {
        motion: MotionId,
    },
    WithdrawMotion {
        motion: MotionId,
    },
    DecideMotion {
        motion: MotionId,
        end: MotionEnd,
        becomes: Option<String>,
    },
}

impl Command {
    /// What it does.
    #[must_use]
    pub const fn deed(&self) -> Deed {
        match self {
            Self::Arrive { .. } => Deed::Arrive,
            Self::Drop { .. } => Deed::Drop,
            Self::Expel { .. } => Deed::Expel,
            Self::Tick => Deed::Tick,
            Self::SetRoll { .. } => Deed::SetRoll,
            Self::TextChanged { .. } => Deed::TextChanged,
            Self::Open => Deed::Open,
            Self::End => Deed::End,
            Self::Leave => Deed::Leave,
            Self::SetLobby { .. } => Deed::SetLobby,
            Self::Admit { .. } => Deed::Admit,
            Self::Remove { .. } => Deed::Remove,
            Self::NameDeputies { .. } => Deed::NameDeputies,
            Self::HandOver { .. } => Deed::HandOver,
            Self::Reclaim => Deed::Reclaim,
            Self::Elect { .. } => Deed::Elect,
            Self::AddItem { .. } => Deed::AddItem,
            Self::MoveItem { .. } => Deed::MoveItem,
            Self::ParkItem { .. } => Deed::ParkItem,
            Self::BeginItem { .. } => Deed::BeginItem,
            Self::CloseItem => Deed::CloseItem,
            Self::PauseTimer => Deed::PauseTimer,
            Self::ResumeTimer => Deed::ResumeTimer,
            Self::ExtendTimer { .. } => Deed::ExtendTimer,
            Self::Recuse { .. } => Deed::Recuse,
            Self::RecuseMyself { .. } => Deed::RecuseMyself,
            Self::EndRecusal { .. } => Deed::EndRecusal,
            Self::RaiseHand => Deed::RaiseHand,
            Self::LowerHand => Deed::LowerHand,
            Self::LowerHandOf { .. } => Deed::LowerHandOf,
            Self::MoveHand { .. } => Deed::MoveHand,
            Self::GiveFloor { .. } => Deed::GiveFloor,
            Self::TakeFloor => Deed::TakeFloor,
            Self::YieldFloor => Deed::YieldFloor,
            Self::SetFloor { .. } => Deed::SetFloor,
            Self::Freeze { .. } => Deed::Freeze,
            Self::Unfreeze => Deed::Unfreeze,
            Self::Lock { .. } => Deed::Lock,
            Self::Unlock { .. } => Deed::Unlock,
            Self::Gather { .. } => Deed::Gather,
            Self::CancelGather => Deed::CancelGather,
            Self::Stay => Deed::Stay,
            Self::Spotlight { .. } => Deed::Spotlight,
            Self::EndSpotlight => Deed::EndSpotlight,
            Self::Present { .. } => Deed::Present,
            Self::StopPresenting => Deed::StopPresenting,
            Self::OpenPoll { .. } => Deed::OpenPoll,
            Self::AnswerPoll { .. } => Deed::AnswerPoll,
            Self::ClosePoll { .. } => Deed::ClosePoll,
            Self::OpenRound { .. } => Deed::OpenRound,
            Self::CastBallot { .. } => Deed::CastBallot,
            Self::CloseRound { .. } => Deed::CloseRound,
            Self::VoidRound { .. } => Deed::VoidRound,
            Self::Propose { .. } => Deed::Propose,
            Self::Second { .. } => Deed::Second,
            Self::WithdrawMotion { .. } => Deed::WithdrawMotion,
            Self::DecideMotion { .. } => Deed::DecideMotion,
        }
    }
}

impl Slot {
    /// Where a ballot of this person's lies: under their name, or under the secret that only they know.
    pub(super) fn of(who: &UserId, secret: Option<Hash32>) -> Self {
        secret.map_or_else(|| Self::Named(who.clone()), Self::Secret)
    }
}
