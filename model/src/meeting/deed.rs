//! Everything that can be done in a meeting, each with its stable word.

/// Makes the enum, its list and its words from one place, so that none of them lacks a deed.
macro_rules! deeds {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// What a command does, without its particulars.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Deed {
            $($(#[doc = $doc])* $name,)*
        }

        impl Deed {
            /// All deeds, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable word: of a command in JSON, and in the table.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

deeds! {
    /// Somebody has come: their first connection.
    Arrive = "arrive",
    /// Somebody's last connection is gone.
    Drop = "drop",
    /// Somebody may no longer be here, by the community's decision.
    Expel = "expel",
    /// Time has passed.
    Tick = "tick",
    /// Who may vote has changed in the community.
    SetRoll = "set-roll",
    /// A document says something else.
    TextChanged = "text-changed",
    /// The meeting begins.
    Open = "open",
    /// The meeting ends.
    End = "end",
    /// Going, and saying so.
    Leave = "leave",
    /// Whether those who come wait in the lobby.
    SetLobby = "set-lobby",
    /// Let somebody in from the lobby, who may have been removed before.
    Admit = "admit",
    /// Put somebody out, with a reason.
    Remove = "remove",
    /// Who takes over, in which order.
    NameDeputies = "name-deputies",
    /// Give the chair to somebody.
    HandOver = "hand-over",
    /// The leader takes the chair back.
    Reclaim = "reclaim",
    /// Vote for a chair, while there is none.
    Elect = "elect",
    /// Put an item on the agenda.
    AddItem = "add-item",
    /// Put an item elsewhere on the agenda.
    MoveItem = "move-item",
    /// Leave an item for later.
    ParkItem = "park-item",
    /// Take an item up; the one before is done.
    BeginItem = "begin-item",
    /// The current item is done.
    CloseItem = "close-item",
    /// Stop the timer.
    PauseTimer = "pause-timer",
    /// Let the timer run on.
    ResumeTimer = "resume-timer",
    /// Give the item more time.
    ExtendTimer = "extend-timer",
    /// Recuse somebody from an item.
    Recuse = "recuse",
    /// Recuse oneself from an item.
    RecuseMyself = "recuse-myself",
    /// Take a recusal back.
    EndRecusal = "end-recusal",
    /// Ask for the floor.
    RaiseHand = "raise-hand",
    /// Ask no longer.
    LowerHand = "lower-hand",
    /// Take somebody else's hand down.
    LowerHandOf = "lower-hand-of",
    /// Put a hand elsewhere in the queue.
    MoveHand = "move-hand",
    /// Give somebody the floor.
    GiveFloor = "give-floor",
    /// Take the floor from whoever has it.
    TakeFloor = "take-floor",
    /// Give the floor back.
    YieldFloor = "yield-floor",
    /// Who may write.
    SetFloor = "set-floor",
    /// Nobody writes, but whom the chair names.
    Freeze = "freeze",
    /// The texts may be written again.
    Unfreeze = "unfreeze",
    /// Only named editors write in a place.
    Lock = "lock",
    /// The place is open again.
    Unlock = "unlock",
    /// Bring everyone to a place, after a countdown.
    Gather = "gather",
    /// Bring nobody anywhere.
    CancelGather = "cancel-gather",
    /// Not to be brought there.
    Stay = "stay",
    /// Show a place to all.
    Spotlight = "spotlight",
    /// Show it no longer.
    EndSpotlight = "end-spotlight",
    /// Be followed by all: where one reads in a text, and what one selects.
    Present = "present",
    /// Be followed no longer.
    StopPresenting = "stop-presenting",
    /// Ask the room.
    OpenPoll = "open-poll",
    /// Answer, or answer otherwise.
    AnswerPoll = "answer-poll",
    /// Show what the room said.
    ClosePoll = "close-poll",
    /// Begin a formal round.
    OpenRound = "open-round",
    /// Vote, or vote otherwise.
    CastBallot = "cast-ballot",
    /// Count the round.
    CloseRound = "close-round",
    /// End the round without a result.
    VoidRound = "void-round",
    /// Move something, or amend what was moved last.
    Propose = "propose",
    /// Support what somebody moved.
    Second = "second",
    /// Take back what one moved.
    WithdrawMotion = "withdraw-motion",
    /// Say what became of the motion on top.
    DecideMotion = "decide-motion",
}
