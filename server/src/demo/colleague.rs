//! When a simulated member comes, types, thinks, comments, loses the network and goes: a pure state machine without clock or network.
//!
//! What is already written comes in with each question, so there is nothing to fall out of step with: whatever stands
//! behind the mark is the beginning of a draft and is written on, or shortened until it is; or somebody else has written
//! there, and then the paragraph is theirs and is left alone for good. Nobody acts without an audience, and nobody for
//! ever: after so many keys a colleague rests until everything begins again, so that a page that was left open over night
//! does not fill the journal.

use std::time::Duration;

use super::script::{Habit, Part};

/// Keys of one colleague in one document before they rest: about an hour of writing.
const KEYS_MAX: u32 = 6_000;

/// Keys before the network is lost, and before it comes back.
const KEYS_UNTIL_OFFLINE: std::ops::Range<u32> = 30..60;
const KEYS_OFFLINE: std::ops::Range<u32> = 25..50;

/// How long something takes, in milliseconds.
mod pace {
    use std::ops::Range;

    pub(super) const ARRIVAL: Range<u64> = 400..2_400;
    pub(super) const KEY: Range<u64> = 70..190;
    pub(super) const WORD: Range<u64> = 120..320;
    pub(super) const SENTENCE: Range<u64> = 900..2_200;
    pub(super) const ERASE: Range<u64> = 50..110;
    pub(super) const THOUGHT: Range<u64> = 5_000..11_000;
    pub(super) const REST: Range<u64> = 10_000..14_000;
}

/// What a colleague sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scene<'a> {
    /// Whether somebody is here for whom it is worth it, and who is not this very member.
    pub audience: Audience,
    /// What stands behind the mark; `None` when the paragraph is not there.
    pub written: Option<&'a str>,
}

/// Who else has the document open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Nobody but colleagues.
    Nobody,
    /// A visitor.
    Somebody,
    /// A visitor who is this member: there is nothing to play then.
    Oneself,
}

/// What a colleague does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Shows that they are here, with the cursor behind what they wrote.
    Come,
    /// Is here no more. What was written offline has arrived before.
    Leave,
    /// Types this at the end.
    Type(char),
    /// Takes the last character away.
    Erase,
    /// Is cut off; what follows is written on their own device.
    LoseNetwork,
    /// Is back, with what was written meanwhile.
    FindNetwork,
    /// Has finished a draft, looks at what was said beside the text, and says what is theirs to say next, if anything is.
    Consider,
    /// Nothing.
    Wait,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Away,
    Here,
    Offline,
}

/// A simulated member in one document.
#[derive(Debug)]
pub struct Colleague {
    part: Part,
    dice: Dice,
    place: Place,
    /// Which draft is being written.
    goal: usize,
    keys: u32,
    /// How many keys are left until the network goes or comes.
    until_network: u32,
}

impl Colleague {
    /// One who plays `part`, the same way for the same seed.
    #[must_use]
    pub fn new(part: Part, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let until_network = dice.count(KEYS_UNTIL_OFFLINE);
        Self {
            part,
            dice,
            place: Place::Away,
            goal: 0,
            keys: 0,
            until_network,
        }
    }

    /// The connection was lost by itself, or was never there.
    pub fn cut_off(&mut self) {
        self.place = Place::Away;
    }

    /// Whether they show that they are here.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.place == Place::Here
    }

    /// Whether they write on without the network.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.place == Place::Offline
    }

    /// What they do now, and how long until the next question.
    pub fn next(&mut self, scene: Scene<'_>) -> (Move, Duration) {
        match (self.place, self.wish(scene)) {
            (Place::Offline, None) => self.find_network(),
            (Place::Here, None) => {
                self.place = Place::Away;
                (Move::Leave, self.dice.wait(pace::REST))
            }
            (Place::Away, None) => (Move::Wait, self.dice.wait(pace::REST)),
            (Place::Away, Some(_)) => {
                self.place = Place::Here;
                (Move::Come, self.dice.wait(pace::ARRIVAL))
            }
            (Place::Here | Place::Offline, Some(wish)) => self.write(wish),
        }
    }

    /// What they would write if they were here; `None` when there is nothing for them to do.
    fn wish(&mut self, scene: Scene<'_>) -> Option<Wish> {
        let written = scene.written?;
        if scene.audience != Audience::Somebody || self.keys >= KEYS_MAX {
            return None;
        }
        let drafts = self.part.drafts;
        // What nobody but them can have written.
        drafts.iter().find(|draft| draft.starts_with(written))?;
        let draft = drafts[self.goal];
        if written == draft {
            return Some(Wish::Think);
        }
        Some(match draft.strip_prefix(written) {
            Some(rest) => Wish::Type(rest.chars().next()?),
            None => Wish::Erase,
        })
    }

    fn write(&mut self, wish: Wish) -> (Move, Duration) {
        let is_key = wish != Wish::Think;
        if is_key && self.part.habit == Habit::GoesOffline {
            if self.until_network == 0 {
                return if self.place == Place::Here {
                    self.place = Place::Offline;
                    self.until_network = self.dice.count(KEYS_OFFLINE);
                    (Move::LoseNetwork, self.dice.wait(pace::SENTENCE))
                } else {
                    self.find_network()
                };
            }
            self.until_network -= 1;
        }
        self.keys += u32::from(is_key);
        match wish {
            Wish::Type(character) => {
                let pace = match character {
                    '.' | '?' | ':' | ';' => pace::SENTENCE,
                    ' ' | ',' => pace::WORD,
                    _ => pace::KEY,
                };
                (Move::Type(character), self.dice.wait(pace))
            }
            Wish::Erase => (Move::Erase, self.dice.wait(pace::ERASE)),
            Wish::Think if self.place == Place::Offline => self.find_network(),
            Wish::Think => {
                self.goal = (self.goal + 1) % self.part.drafts.len();
                (Move::Consider, self.dice.wait(pace::THOUGHT))
            }
        }
    }

    fn find_network(&mut self) -> (Move, Duration) {
        self.place = Place::Here;
        self.until_network = self.dice.count(KEYS_UNTIL_OFFLINE);
        (Move::FindNetwork, self.dice.wait(pace::SENTENCE))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Type(char),
    Erase,
    Think,
}

/// Chance that can be repeated (SplitMix64).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn wait(&mut self, range: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(range.start + self.roll() % (range.end - range.start))
    }

    fn count(&mut self, range: std::ops::Range<u32>) -> u32 {
        range.start + (self.roll() % u64::from(range.end - range.start)) as u32
    }
}

#[cfg(test)]
mod tests;
