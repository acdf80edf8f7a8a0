//! Declarations of interests, and how others judge them: what the form asks, and who may judge whom (ADR-0037).
//!
//! The form asks what the disclosure form of the ICMJE asks, and for intellectual interests besides. Nothing is true or
//! false here: a declaration says what somebody says, a judgement says what others make of it, and what follows for access
//! is [`consilium_model::access::Participation`]'s business. Pure; [`crate::store::interests`] keeps it.

use std::fmt;

use consilium_model::access::Participation;

use crate::community::wording::{self, Unfit};
use crate::store::portal_ids::AccountId;
use crate::words::words;

/// Entries of one declaration: a busy expert has thirty.
pub const ENTRIES_MAX: usize = 100;

/// A name of an organisation.
pub const ORGANISATION_CHARS_MAX: usize = 200;

/// What it was for: a sentence or two.
pub const PURPOSE_CHARS_MAX: usize = 500;

/// After so long a declaration is asked for again: a year.
pub const DECLARED_FOR_MS: i64 = 365 * 24 * 60 * 60 * 1_000;

words!(
    /// What the form asks for. All but the first concern the past 36 months; the last two are intellectual interests.
    Item {
        /// Support for this very work, without a limit of time.
        Support = "support",
        /// Grants or contracts.
        Grants = "grants",
        /// Royalties or licences.
        Royalties = "royalties",
        /// Consulting fees.
        Consulting = "consulting",
        /// Payment or honoraria for lectures, presentations, writing, education.
        Honoraria = "honoraria",
        /// Payment for expert testimony.
        Testimony = "testimony",
        /// Support for attending meetings or for travel.
        Travel = "travel",
        /// Patents planned, issued or pending.
        Patents = "patents",
        /// A data safety monitoring board or an advisory board.
        Boards = "boards",
        /// Leadership or a fiduciary role elsewhere, paid or unpaid.
        Leadership = "leadership",
        /// Stock or stock options.
        Stock = "stock",
        /// Equipment, materials, drugs, medical writing, gifts or other services.
        Equipment = "equipment",
        /// Other financial or non-financial interests.
        Other = "other",
        /// One's own studies of the subject.
        OwnStudies = "own-studies",
        /// Opinions that one has published about it.
        Opinions = "opinions",
    }
);

words!(
    /// How much it was worth, roughly, in the community's own currency.
    Amount {
        /// Up to 1,000.
        To1000 = "to-1000",
        /// Up to 10,000.
        To10000 = "to-10000",
        /// Up to 50,000.
        To50000 = "to-50000",
        /// More.
        More = "more",
    }
);

/// A month of a year, as `2026-11`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(String);

impl Month {
    /// Reads one from 1900 to 2199; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_number =
            |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(year, 4) || !is_number(month, 2) {
            return None;
        }
        let known = (1900..2200).contains(&year.parse::<u16>().ok()?)
            && (1..=12).contains(&month.parse::<u16>().ok()?);
        known.then(|| Self(text.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing that somebody declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// What the form asked for.
    pub item: Item,
    /// From whom, or with whom.
    pub organisation: String,
    /// What for.
    pub purpose: String,
    /// How much; `None` where it cannot be said in money, or is not.
    pub amount: Option<Amount>,
    /// Since when.
    pub from: Option<Month>,
    /// Until when.
    pub until: Option<Month>,
    /// Whether it is still going on.
    pub is_ongoing: bool,
}

impl Interest {
    /// Checks what was filled in, and takes the spaces around it away.
    ///
    /// # Errors
    /// [`Unfit`]: no organisation or purpose, one that is too long, an end before the beginning, or an end of what is still
    /// going on.
    pub fn checked(self) -> Result<Self, Unfit> {
        let is_backwards =
            matches!((&self.from, &self.until), (Some(from), Some(until)) if until < from);
        if is_backwards || (self.is_ongoing && self.until.is_some()) {
            return Err(Unfit);
        }
        Ok(Self {
            organisation: wording::line(&self.organisation, ORGANISATION_CHARS_MAX)?,
            purpose: wording::line(&self.purpose, PURPOSE_CHARS_MAX)?,
            ..self
        })
    }
}

/// Why something about interests is refused. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Nobody judges their own interests.
    Oneself,
    /// Whoever does not take full part in something neither judges others there nor leads what is decided about it.
    NotFullPart,
}

/// Whether somebody who governs may judge somebody about something, given how far they take part in it themselves.
///
/// # Errors
/// [`Refusal`].
pub fn may_judge(
    judge: AccountId,
    member: AccountId,
    judges_part: Participation,
) -> Result<(), Refusal> {
    if judge == member {
        return Err(Refusal::Oneself);
    }
    leads_fully(judges_part)
}

/// Whether somebody who governs may lead what is decided about something, given how far they take part in it.
///
/// # Errors
/// [`Refusal::NotFullPart`].
pub fn leads_fully(part: Participation) -> Result<(), Refusal> {
    match part {
        Participation::Full => Ok(()),
        Participation::Discusses | Participation::Excluded => Err(Refusal::NotFullPart),
    }
}

/// What becomes of somebody's place in an open round when they are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Late {
    /// They had not voted.
    NoBallot,
    /// They had, under their name: the ballot was taken out.
    BallotRemoved,
    /// It is a round without names. Whether a ballot in it is theirs, nobody can say.
    MayHaveVoted,
}

impl Late {
    /// All.
    pub const ALL: [Self; 3] = [Self::NoBallot, Self::BallotRemoved, Self::MayHaveVoted];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoBallot => "no-ballot",
            Self::BallotRemoved => "ballot-removed",
            Self::MayHaveVoted => "may-have-voted",
        }
    }

    /// Reads a [`Late::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interest() -> Interest {
        Interest {
            item: Item::Consulting,
            organisation: " Sanor Ltd ".to_owned(),
            purpose: "Advice on dosing".to_owned(),
            amount: Some(Amount::To10000),
            from: Month::parse("2025-01"),
            until: Month::parse("2025-06"),
            is_ongoing: false,
        }
    }

    #[test]
    fn an_interest_says_with_whom_and_what_for_and_ends_after_it_began() {
        assert_eq!(interest().checked().unwrap().organisation, "Sanor Ltd");
        for unfit in [
            Interest {
                organisation: "  ".to_owned(),
                ..interest()
            },
            Interest {
                purpose: "a\nb".to_owned(),
                ..interest()
            },
            Interest {
                purpose: "x".repeat(PURPOSE_CHARS_MAX + 1),
                ..interest()
            },
            Interest {
                until: Month::parse("2024-12"),
                ..interest()
            },
            Interest {
                is_ongoing: true,
                ..interest()
            },
        ] {
            assert_eq!(unfit.clone().checked(), Err(Unfit), "{unfit:?}");
        }
    }

    #[test]
    fn a_month_is_a_year_and_a_month() {
        for good in ["1900-01", "2026-11", "2199-12"] {
            assert_eq!(Month::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-1 ", "+026-11",
        ] {
            assert_eq!(Month::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn nobody_judges_themselves_and_who_takes_no_full_part_judges_nobody() {
        let (anna, bert) = (AccountId::new(), AccountId::new());
        for part in Participation::ALL {
            assert_eq!(may_judge(anna, anna, part), Err(Refusal::Oneself));
            let expected = if part == Participation::Full {
                Ok(())
            } else {
                Err(Refusal::NotFullPart)
            };
            assert_eq!(may_judge(anna, bert, part), expected);
            assert_eq!(leads_fully(part), expected);
        }
    }

    #[test]
    fn words_are_read_back() {
        for item in Item::ALL {
            assert_eq!(Item::from_word(item.word()), Some(*item));
        }
        for amount in Amount::ALL {
            assert_eq!(Amount::from_word(amount.word()), Some(*amount));
        }
        for late in Late::ALL {
            assert_eq!(Late::from_word(late.word()), Some(late));
        }
        assert_eq!(Item::from_word("bribes"), None);
    }
}
