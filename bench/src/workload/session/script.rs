//! Who does what when in a session, fixed before it begins. Pure.
//!
//! People are numbered: the leader, the other writers, those who look on. Of the last, some come and go, one at a time, and
//! do nothing else but vote; the others raise their hands in turn.

use std::time::Duration;

use anyhow::{Result, ensure};

/// Hands raised a second, and as many lowered.
pub(super) const HANDS_PER_SECOND: u32 = 2;

/// How long a hand is up.
const HAND_UP: Duration = Duration::from_secs(2);

/// How long an item of the agenda is dealt with.
const ITEM: Duration = Duration::from_secs(5);

/// From one who goes to the next.
const GOING: Duration = Duration::from_secs(3);

/// How long they are away: long enough to be seen to be.
const AWAY: Duration = Duration::from_millis(1_500);

/// How long the room has for its answers.
const VOTING: Duration = Duration::from_secs(5);

/// Before the first answer, and after the last.
const PAUSE: Duration = Duration::from_millis(500);

/// Those who come and go.
const COMERS: usize = 10;

/// What the poll offers.
pub(super) const OPTIONS: [&str; 3] = ["yes", "no", "later"];

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deed {
    RaiseHand,
    LowerHand,
    /// The item with this place.
    BeginItem(usize),
    OpenPoll,
    /// With the option of this place.
    Answer(usize),
    ClosePoll,
    Go,
    Come,
}

/// What is told apart in the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Hand,
    Item,
    PollOpened,
    PollResult,
    Presence,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [
        Self::Hand,
        Self::Item,
        Self::PollOpened,
        Self::PollResult,
        Self::Presence,
    ];

    /// Its place in [`Kind::ALL`].
    pub(super) const fn place(self) -> usize {
        self as usize
    }

    /// What its figures begin with.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Item => "item",
            Self::PollOpened => "poll_opened",
            Self::PollResult => "poll_result",
            Self::Presence => "presence",
        }
    }
}

impl Deed {
    /// Nothing for what nobody else is shown: an answer to a poll.
    pub(super) const fn kind(self) -> Option<Kind> {
        match self {
            Self::RaiseHand | Self::LowerHand => Some(Kind::Hand),
            Self::BeginItem(_) => Some(Kind::Item),
            Self::OpenPoll => Some(Kind::PollOpened),
            Self::Answer(_) => None,
            Self::ClosePoll => Some(Kind::PollResult),
            Self::Go | Self::Come => Some(Kind::Presence),
        }
    }
}

/// Somebody does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Act {
    /// After the epoch.
    pub(super) at: Duration,
    /// Who, by their number.
    pub(super) who: usize,
    pub(super) deed: Deed,
}

/// A session.
#[derive(Debug)]
pub(super) struct Script {
    people: usize,
    acts: Vec<Act>,
    items: usize,
    /// When it is over.
    end: Duration,
}

impl Script {
    pub(super) fn new(
        writers: usize,
        people: usize,
        warmup: Duration,
        measured: Duration,
    ) -> Result<Self> {
        let end = warmup + measured;
        let comers = people.saturating_sub(COMERS)..people;
        // Hands that are up at one time, and one.
        let hands = writers..comers.start;
        ensure!(
            writers > 0 && hands.len() > 2 * HANDS_PER_SECOND as usize,
            "too few people look on for a session"
        );
        ensure!(
            measured >= VOTING + PAUSE * 6,
            "a session takes at least {} seconds",
            (VOTING + PAUSE * 6).as_secs()
        );
        let mut acts = Vec::new();
        let mut act = |at, who, deed| acts.push(Act { at, who, deed });

        let every = Duration::from_secs(1) / HANDS_PER_SECOND;
        let mut at = warmup + every / 2;
        for who in hands.cycle() {
            if at + HAND_UP >= end {
                break;
            }
            act(at, who, Deed::RaiseHand);
            act(at + HAND_UP, who, Deed::LowerHand);
            at += every;
        }
        // In the middle.
        let opened = warmup + (measured - VOTING - PAUSE * 3) / 2;
        act(opened, 0, Deed::OpenPoll);
        for nth in 0..people {
            // Not in the order of their numbers: 7919 is a prime above the number of people.
            let who = nth * 7_919 % people;
            let at = opened + PAUSE + VOTING.mul_f64(nth as f64 / people as f64);
            act(at, who, Deed::Answer(who % OPTIONS.len()));
        }
        let closed = opened + VOTING + PAUSE * 2;
        act(closed, 0, Deed::ClosePoll);
        let mut items = 0;
        let mut at = warmup + PAUSE;
        while at < end {
            act(at, 0, Deed::BeginItem(items));
            items += 1;
            at += ITEM;
            // The agenda stands still while a poll is open.
            if at + PAUSE > opened && at < closed + PAUSE {
                at = closed + PAUSE;
            }
        }
        let mut at = warmup + PAUSE;
        for who in comers.cycle() {
            // Whoever is away does not vote.
            if at + AWAY + PAUSE > opened && at < closed + PAUSE {
                at = closed + PAUSE;
            }
            if at + AWAY >= end {
                break;
            }
            act(at, who, Deed::Go);
            act(at + AWAY, who, Deed::Come);
            at += GOING;
        }
        acts.sort_unstable();
        Ok(Self {
            people,
            acts,
            items,
            end,
        })
    }

    /// Everything, in the order of time.
    pub(super) fn acts(&self) -> &[Act] {
        &self.acts
    }

    pub(super) fn act(&self, place: usize) -> Act {
        self.acts[place]
    }

    /// Items that the agenda needs.
    pub(super) const fn items(&self) -> usize {
        self.items
    }

    /// Everybody votes.
    pub(super) const fn voters(&self) -> usize {
        self.people
    }

    pub(super) const fn end(&self) -> Duration {
        self.end
    }

    /// Whether somebody is there all the time.
    pub(super) const fn stays(&self, who: usize) -> bool {
        who + COMERS < self.people
    }

    /// How many chose each option.
    pub(super) fn counts(&self) -> [usize; OPTIONS.len()] {
        let mut counts = [0; OPTIONS.len()];
        for act in &self.acts {
            if let Deed::Answer(option) = act.deed {
                counts[option] += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn script() -> Script {
        Script::new(20, 520, Duration::from_secs(3), Duration::from_secs(30)).unwrap()
    }

    #[test]
    fn everybody_votes_once_within_five_seconds_and_between_opening_and_close() {
        let script = script();
        let at = |wanted: fn(Deed) -> bool| -> Vec<Act> {
            let acts = script.acts().iter().copied();
            acts.filter(|act| wanted(act.deed)).collect()
        };
        let opened = at(|deed| deed == Deed::OpenPoll)[0].at;
        let closed = at(|deed| deed == Deed::ClosePoll)[0].at;
        let votes = at(|deed| matches!(deed, Deed::Answer(_)));
        let voters: BTreeSet<usize> = votes.iter().map(|act| act.who).collect();
        assert_eq!((votes.len(), voters.len()), (520, 520));
        assert!(votes[519].at - votes[0].at <= VOTING);
        assert!(opened < votes[0].at && votes[519].at < closed && closed < script.end());
        assert_eq!(script.counts(), [174, 173, 173]);
    }

    #[test]
    fn whoever_is_away_is_away_alone_and_while_nobody_votes() {
        let script = script();
        let mut away = None;
        let mut went = 0;
        for act in script.acts() {
            match act.deed {
                Deed::Go => {
                    assert_eq!(away.replace(act.who), None);
                    assert!(!script.stays(act.who));
                    went += 1;
                }
                Deed::Come => assert_eq!(away.take(), Some(act.who)),
                Deed::Answer(_) | Deed::OpenPoll | Deed::ClosePoll => assert_eq!(away, None),
                Deed::RaiseHand => assert!(script.stays(act.who) && act.who >= 20),
                _ => {}
            }
        }
        assert!(went >= 5, "{went}");
    }

    #[test]
    fn the_agenda_stands_still_while_the_poll_is_open() {
        for (warmup, measured) in [(3, 30), (0, 8)] {
            let [warmup, measured] = [warmup, measured].map(Duration::from_secs);
            let script = Script::new(2, 60, warmup, measured).unwrap();
            let mut is_open = false;
            let mut items = 0;
            for act in script.acts() {
                match act.deed {
                    Deed::OpenPoll => is_open = true,
                    Deed::ClosePoll => is_open = false,
                    Deed::BeginItem(item) => {
                        assert!(!is_open);
                        assert_eq!(item, items);
                        items += 1;
                    }
                    _ => {}
                }
            }
            assert!(items == script.items() && items >= 2);
        }
    }

    #[test]
    fn a_hand_goes_up_and_down_in_turn() {
        let small = Script::new(1, 20, Duration::ZERO, Duration::from_secs(20)).unwrap();
        let mut up = BTreeSet::new();
        for act in small.acts() {
            match act.deed {
                Deed::RaiseHand => assert!(up.insert(act.who)),
                Deed::LowerHand => assert!(up.remove(&act.who)),
                _ => {}
            }
        }
        assert!(up.is_empty());
        assert!(Script::new(1, 12, Duration::ZERO, Duration::from_secs(20)).is_err());
        assert!(Script::new(1, 20, Duration::ZERO, Duration::from_secs(5)).is_err());
    }
}
