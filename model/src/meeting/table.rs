//! Who may do what, when: one table, seat by seat and stage by stage.
//!
//! docs/meetings.md shows it, and a test holds the two together. What is allowed here may still be refused for another
//! reason (a hand that is up already, a round that is closed); what is not allowed here is never done, by whichever client.

use super::deed::Deed;
use super::seat::{Seat, Stage};

/// One deed, and the stages in which each seat may do it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The deed.
    pub deed: Deed,
    /// For each of [`Seat::ALL`], the letters of the stages: p planned, o open, v vacant; `-` never. Nothing is ever done
    /// in a meeting that has ended.
    pub stages: [&'static str; 9],
}

/// The table, in the order of [`Deed::ALL`].
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    //                          chair  leader deputy member peer   guest  waiting outside server
    row(Deed::Arrive,         ["-",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::Drop,           ["-",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::Expel,          ["-",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::Tick,           ["-",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::SetRoll,        ["-",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::TextChanged,    ["-",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::Open,           ["-",   "p",   "p",   "-",   "p",   "-",   "-",    "-",    "-"]),
    row(Deed::End,            ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "pov"]),
    row(Deed::Leave,          ["o",   "pov", "pov", "pov", "po",  "pov", "pov",  "-",    "-"]),
    row(Deed::SetLobby,       ["o",   "p",   "p",   "-",   "po",  "-",   "-",    "-",    "-"]),
    row(Deed::Admit,          ["o",   "p",   "p",   "-",   "po",  "-",   "-",    "-",    "-"]),
    row(Deed::Remove,         ["o",   "p",   "p",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::NameDeputies,   ["o",   "p",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::HandOver,       ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Reclaim,        ["-",   "ov",  "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Elect,          ["-",   "v",   "v",   "v",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::AddItem,        ["o",   "p",   "p",   "-",   "po",  "-",   "-",    "-",    "-"]),
    row(Deed::MoveItem,       ["o",   "p",   "p",   "-",   "po",  "-",   "-",    "-",    "-"]),
    row(Deed::ParkItem,       ["o",   "p",   "p",   "-",   "po",  "-",   "-",    "-",    "-"]),
    row(Deed::BeginItem,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::CloseItem,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::PauseTimer,     ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::ResumeTimer,    ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::ExtendTimer,    ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::Recuse,         ["o",   "p",   "p",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::RecuseMyself,   ["o",   "pov", "pov", "pov", "po",  "pov", "-",    "-",    "-"]),
    row(Deed::EndRecusal,     ["o",   "p",   "-",   "-",   "-",   "-",   "-",    "-",    "pov"]),
    row(Deed::RaiseHand,      ["-",   "ov",  "ov",  "ov",  "o",   "ov",  "-",    "-",    "-"]),
    row(Deed::LowerHand,      ["o",   "ov",  "ov",  "ov",  "o",   "ov",  "-",    "-",    "-"]),
    row(Deed::LowerHandOf,    ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::MoveHand,       ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::GiveFloor,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::TakeFloor,      ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::YieldFloor,     ["o",   "ov",  "ov",  "ov",  "o",   "ov",  "-",    "-",    "-"]),
    row(Deed::SetFloor,       ["o",   "p",   "p",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Freeze,         ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Unfreeze,       ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Lock,           ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Unlock,         ["o",   "-",   "-",   "-",   "-",   "-",   "-",    "-",    "-"]),
    row(Deed::Gather,         ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::CancelGather,   ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::Stay,           ["o",   "ov",  "ov",  "ov",  "o",   "ov",  "-",    "-",    "-"]),
    row(Deed::Spotlight,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::EndSpotlight,   ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::Present,        ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::StopPresenting, ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::OpenPoll,       ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::AnswerPoll,     ["o",   "ov",  "ov",  "ov",  "o",   "-",   "-",    "-",    "-"]),
    row(Deed::ClosePoll,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::OpenRound,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::CastBallot,     ["o",   "ov",  "ov",  "ov",  "o",   "-",   "-",    "-",    "-"]),
    row(Deed::CloseRound,     ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::VoidRound,      ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::Propose,        ["-",   "o",   "o",   "o",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::Second,         ["-",   "o",   "o",   "o",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::WithdrawMotion, ["o",   "o",   "o",   "o",   "o",   "-",   "-",    "-",    "-"]),
    row(Deed::DecideMotion,   ["o",   "-",   "-",   "-",   "o",   "-",   "-",    "-",    "-"]),
];

const fn row(deed: Deed, stages: [&'static str; 9]) -> Row {
    Row { deed, stages }
}

/// Whether somebody in this seat may do this in this stage.
#[must_use]
pub fn may(seat: Seat, deed: Deed, stage: Stage) -> bool {
    stages(seat, deed).contains(stage.letter())
}

/// The letters of the stages in which somebody in this seat may do this.
pub(super) fn stages(seat: Seat, deed: Deed) -> &'static str {
    TABLE
        .iter()
        .find(|row| row.deed == deed)
        .zip(Seat::ALL.into_iter().position(|each| each == seat))
        .map_or("-", |(row, at)| row.stages[at])
}
