//! Why a command is refused, each with a stable code that a client may show in its own words.

/// Makes the enum, its list, its codes and its sentences from one place.
macro_rules! refusals {
    ($($name:ident = $code:literal, $sentence:literal;)*) => {
        /// Why a command is refused. Nothing has changed then.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
        pub enum Refusal {
            $(#[doc = $sentence] #[error($sentence)] $name,)*
        }

        impl Refusal {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

refusals! {
    NotPresent = "not-present", "whoever acts has to be in the meeting";
    NotYours = "not-yours", "this is for others to do";
    NotNow = "not-now", "this cannot be done as the meeting stands";
    AlreadySo = "already-so", "it is so already";
    Full = "full", "there are as many of these as a meeting holds";
    BadText = "bad-text", "a text is empty, too long, or holds control characters";
    BadTime = "bad-time", "a time is too short or too long";
    BadChoices = "bad-choices", "there are too few choices or too many, or two are the same";
    NoSuchPerson = "no-such-person", "the meeting has nobody of that name who is admitted";
    NoSuchItem = "no-such-item", "the agenda has no such item";
    NoSuchPoll = "no-such-poll", "there is no such poll";
    NoSuchRound = "no-such-round", "there is no such round";
    NoSuchMotion = "no-such-motion", "this motion is not the one on top";
    NoSuchChoice = "no-such-choice", "this was not to choose from";
    NoSuchLock = "no-such-lock", "this place is not locked";
    NoCurrentItem = "no-current-item", "no item is current, or another";
    NoTimer = "no-timer", "there is no timer in such a state";
    NotOurText = "not-our-text", "the meeting is not about this document";
    LeaderStays = "leader-stays", "whom the community named to lead is not put out of the meeting";
    NotOneself = "not-oneself", "this is not done to oneself";
    MayNotChair = "may-not-chair", "they cannot take the chair: absent, a guest, or recused from the current item";
    ChairRecused = "chair-recused", "the chair is recused from that item and has to hand over first";
    Recused = "recused", "recused from the current item";
    NoElection = "no-election", "nobody is being elected";
    PollOpen = "poll-open", "another poll is open";
    PollClosed = "poll-closed", "the poll is closed";
    RoundOpen = "round-open", "a round is open";
    RoundClosed = "round-closed", "the round is closed";
    NotOnRoll = "not-on-roll", "not among those who may vote in this round";
    NoQuorum = "no-quorum", "too few of those who may vote are present";
    OtherText = "other-text", "the vote is about another version of the text";
    WrongSlot = "wrong-slot", "this is not where the ballot lies that was cast before";
    MotionPending = "motion-pending", "a motion is pending";
    TooDeep = "too-deep", "an amendment of an amendment is not amended";
    NotSeconded = "not-seconded", "nobody but its mover supports it";
    NotYourMotion = "not-your-motion", "somebody else moved it";
}
