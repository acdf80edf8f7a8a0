//! Who may do what on the way to a published version, pure: numbers, licences, what stands in the way, and what each step is
//! called in the ledger.
//!
//! A version is a candidate until it is replaced by another or published, and then for ever, so its state is its version:
//! whoever comes second finds it ended. Everybody who was named has to decide; one signature at least is needed, and those
//! who decline are published with their reason.

use std::fmt;
use std::str::FromStr;

use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::DocName;
use serde_json::Value;

use crate::store::portal_ids::RoundId;

/// Signatories of one version: a panel and its societies.
pub const SIGNATORIES_MAX: usize = 50;

/// What somebody says who does not sign: a paragraph or two, published for ever.
pub const DECLINED_CHARS_MAX: usize = 2_000;

/// What is new in a version: a paragraph or two.
pub const NOTE_CHARS_MAX: usize = 2_000;

/// The largest part of a number.
const PART_MAX: u16 = 999;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A version is looked at again in a year at the earliest; a day less, because days begin at different times.
pub const REVIEW_MS_MIN: i64 = 364 * DAY_MS;

/// And in ten years at the latest, with their leap days.
pub const REVIEW_MS_MAX: i64 = 3_654 * DAY_MS;

/// How long before its day a version is on the watch list: about six months.
pub const WATCH_MS: i64 = 183 * DAY_MS;

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It can be signed.
    Candidate,
    /// Another one was prepared.
    Replaced,
    /// It is published.
    Published,
}

impl State {
    /// All.
    pub const ALL: [Self; 3] = [Self::Candidate, Self::Replaced, Self::Published];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Replaced => "replaced",
            Self::Published => "published",
        }
    }

    /// Reads a [`State::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

/// What others may do with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Licence {
    /// Creative Commons, by name.
    CcBy,
    /// By name and not commercially.
    CcByNc,
    /// By name and under the same licence.
    CcBySa,
    /// By name and unchanged.
    CcByNd,
    /// Nothing without being asked.
    AllRightsReserved,
}

impl Licence {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::CcBy,
        Self::CcByNc,
        Self::CcBySa,
        Self::CcByNd,
        Self::AllRightsReserved,
    ];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CcBy => "cc-by-4.0",
            Self::CcByNc => "cc-by-nc-4.0",
            Self::CcBySa => "cc-by-sa-4.0",
            Self::CcByNd => "cc-by-nd-4.0",
            Self::AllRightsReserved => "all-rights-reserved",
        }
    }

    /// Reads a [`Licence::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

/// The number of a version, as the field counts: 1.0, 1.1, 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    major: u16,
    minor: u16,
}

/// A text that is no number of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the number of a version: two numbers up to 999 with a point between them, from 1.0")]
pub struct NotANumber;

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (major, minor) = text.split_once('.').ok_or(NotANumber)?;
        let part = |text: &str| {
            // One way to write each.
            let number: u16 = text.parse().map_err(|_| NotANumber)?;
            (number <= PART_MAX && number.to_string() == text)
                .then_some(number)
                .ok_or(NotANumber)
        };
        let number = Self {
            major: part(major)?,
            minor: part(minor)?,
        };
        if number.major == 0 {
            return Err(NotANumber);
        }
        Ok(number)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What has to be done before a version can be prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// A question in which a person has to decide (D12).
    Undecided {
        /// Which.
        question: DocName,
        /// What it is called.
        title: String,
        /// The registers.
        values: Vec<String>,
        /// How much else among its values is none.
        foreign: usize,
    },
    /// A round about the document that is open.
    OpenRound {
        /// Which.
        round: RoundId,
        /// What it asks.
        question: String,
    },
    /// There is nothing in it.
    NoText,
}

/// Why something about a version is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Something has to be decided first.
    Obstacles,
    /// The text is too long.
    TextTooLong,
    /// Somebody who cannot sign is named, or nobody, or too many.
    CannotSign,
    /// The actor is not named.
    NotASignatory,
    /// What they sign is another text.
    OtherText,
    /// They have signed or declined.
    HasDecided,
    /// It is no candidate any more.
    Over,
    /// The text has changed since it was prepared.
    Changed,
    /// Somebody has not decided, or nobody has signed.
    Unsigned,
    /// The number does not follow those before.
    Number,
    /// It is not published.
    NotPublished,
    /// It was withdrawn.
    Withdrawn,
}

/// How somebody who was named has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They sign.
    Sign,
    /// They do not, and say why.
    Decline(String),
}

/// One step, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A candidate was prepared.
    Prepared {
        /// Of its text.
        hash: Hash32,
        /// How many are to sign.
        signatories: usize,
    },
    /// Somebody has signed.
    Signed {
        /// What they signed.
        hash: Hash32,
    },
    /// Somebody has declined.
    Declined {
        /// What they declined.
        hash: Hash32,
    },
    /// It was published.
    Published {
        /// Of its text.
        hash: Hash32,
        /// Its number.
        number: Number,
        /// Its licence.
        licence: Licence,
        /// When it is to be looked at again.
        review_by_ms: i64,
    },
    /// It was withdrawn.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

impl Step {
    /// The stable word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Prepared { .. } => "publication-prepared",
            Self::Signed { .. } => "publication-signed",
            Self::Declined { .. } => "publication-declined",
            Self::Published { .. } => "version-published",
            Self::Withdrawn { .. } => "version-withdrawn",
        }
    }

    /// What the ledger keeps besides the word.
    #[must_use]
    pub fn detail(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Prepared { hash, signatories } => vec![
                ("hash", hash.to_string().into()),
                ("signatories", (*signatories).into()),
            ],
            Self::Signed { hash } | Self::Declined { hash } => {
                vec![("hash", hash.to_string().into())]
            }
            Self::Published {
                hash,
                number,
                licence,
                review_by_ms,
            } => vec![
                ("hash", hash.to_string().into()),
                ("number", number.to_string().into()),
                ("licence", licence.word().into()),
                ("reviewBy", (*review_by_ms).into()),
            ],
            Self::Withdrawn { reason } => vec![("reason", reason.as_str().into())],
        }
    }
}

/// Whether everybody who was named has decided, and somebody has signed.
#[must_use]
pub fn is_signed(decisions: impl IntoIterator<Item = Option<bool>>) -> bool {
    let mut has_signature = false;
    for decision in decisions {
        match decision {
            None => return false,
            Some(signed) => has_signature |= signed,
        }
    }
    has_signature
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_two_numbers_and_they_are_in_order() {
        for text in ["1.0", "1.1", "2.0", "10.999", "999.0"] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }
        for text in [
            "", "1", "1.", ".1", "0.9", "01.0", "1.00", "1.0.0", "1.1000", "-1.0", "a.b", "1.+1",
        ] {
            assert_eq!(text.parse::<Number>(), Err(NotANumber), "{text}");
        }
        let number = |text: &str| text.parse::<Number>().unwrap();
        assert!(number("1.9") < number("1.10"));
        assert!(number("1.10") < number("2.0"));
    }

    #[test]
    fn it_is_signed_when_all_have_decided_and_one_has_signed() {
        assert!(is_signed([Some(true), Some(false)]));
        assert!(!is_signed([Some(true), None]));
        assert!(!is_signed([Some(false), Some(false)]));
        assert!(!is_signed([]));
    }

    #[test]
    fn words_come_back() {
        for licence in Licence::ALL {
            assert_eq!(Licence::from_word(licence.word()), Some(licence));
        }
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
    }
}
