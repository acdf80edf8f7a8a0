//! Fractions and thresholds in whole numbers: where a limit decides, nothing is rounded.
//!
//! "Over 75 %" of 8 votes is a comparison of products, not of decimals. A fraction becomes a decimal only to be read.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: i64,
    denominator: i64,
}

impl Fraction {
    /// `numerator / denominator` in lowest terms; `None` for a denominator of nought or below.
    #[must_use]
    pub const fn new(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator <= 0 || numerator == i64::MIN {
            return None;
        }
        let divisor = greatest_common_divisor(numerator.abs(), denominator);
        Some(Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        })
    }

    /// For constants and small parts of votes, whose denominators are known: a denominator below 1 counts as 1.
    pub(super) const fn of(numerator: i64, denominator: i64) -> Self {
        match Self::new(numerator, denominator) {
            Some(fraction) => fraction,
            None => Self {
                numerator,
                denominator: 1,
            },
        }
    }

    /// Above the line.
    #[must_use]
    pub const fn numerator(self) -> i64 {
        self.numerator
    }

    /// Below the line; at least 1.
    #[must_use]
    pub const fn denominator(self) -> i64 {
        self.denominator
    }

    /// To be read: with this many decimal places, halves away from nought. Never to be compared.
    #[must_use]
    pub fn decimal(self, places: u8) -> String {
        let scale = 10_i128.pow(u32::from(places.min(9)));
        let denominator = i128::from(self.denominator);
        let scaled = i128::from(self.numerator.unsigned_abs()) * scale;
        let rounded = (2 * scaled + denominator) / (2 * denominator);
        let sign = if self.numerator < 0 && rounded > 0 {
            "-"
        } else {
            ""
        };
        let (whole, rest) = (rounded / scale, rounded % scale);
        if places == 0 {
            return format!("{sign}{whole}");
        }
        let width = usize::from(places.min(9));
        format!("{sign}{whole}.{rest:0width$}")
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = i128::from(self.numerator) * i128::from(other.denominator);
        let right = i128::from(other.numerator) * i128::from(self.denominator);
        left.cmp(&right)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// A text that is no fraction in lowest terms, or no share of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a share: two whole numbers in lowest terms, as in 3/4, from 0/1 to 1/1")]
pub struct NotAShare;

/// A part of a whole: from nothing to all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(Fraction);

impl Share {
    /// `part` of `whole`; `None` when that is no part of it, or the whole is nothing.
    #[must_use]
    pub const fn new(part: u32, whole: u32) -> Option<Self> {
        if part > whole {
            return None;
        }
        match Fraction::new(part as i64, whole as i64) {
            Some(fraction) => Some(Self(fraction)),
            None => None,
        }
    }

    /// So many hundredths; more than 100 count as 100.
    #[must_use]
    pub const fn percent(hundredths: u8) -> Self {
        let hundredths = if hundredths > 100 { 100 } else { hundredths };
        Self(Fraction::of(hundredths as i64, 100))
    }

    /// As a fraction.
    #[must_use]
    pub const fn fraction(self) -> Fraction {
        self.0
    }

    /// How `part` of `whole` stands to it; `None` where the whole is nothing.
    pub(super) fn compare(self, part: u32, whole: u32) -> Option<Ordering> {
        let found = Fraction::new(i64::from(part), i64::from(whole))?;
        Some(found.cmp(&self.0))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Share {
    type Err = NotAShare;

    fn from_str(text: &str) -> Result<Self, NotAShare> {
        let (part, whole) = text.split_once('/').ok_or(NotAShare)?;
        let part = part.parse().map_err(|_| NotAShare)?;
        let whole = whole.parse().map_err(|_| NotAShare)?;
        let share = Self::new(part, whole).ok_or(NotAShare)?;
        // One way to write it, so that the text of a frozen rule can be compared and hashed.
        if share.to_string() == text {
            Ok(share)
        } else {
            Err(NotAShare)
        }
    }
}

/// Whether the limit itself is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// It is.
    AtLeast,
    /// It is not.
    MoreThan,
}

impl Reach {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AtLeast, Self::MoreThan];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AtLeast => "at-least",
            Self::MoreThan => "more-than",
        }
    }

    /// Reads a [`Reach::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.word() == word)
    }
}

/// What a share of votes has to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Threshold {
    /// Whether the limit itself is enough.
    pub reach: Reach,
    /// The limit.
    pub share: Share,
}

impl Threshold {
    /// So many hundredths or more.
    #[must_use]
    pub const fn at_least(hundredths: u8) -> Self {
        Self {
            reach: Reach::AtLeast,
            share: Share::percent(hundredths),
        }
    }

    /// More than so many hundredths.
    #[must_use]
    pub const fn more_than(hundredths: u8) -> Self {
        Self {
            reach: Reach::MoreThan,
            share: Share::percent(hundredths),
        }
    }

    /// Whether `part` of `whole` comes to it. Of nothing, no part does.
    #[must_use]
    pub fn is_met(self, part: u32, whole: u32) -> bool {
        let Some(found) = self.share.compare(part, whole) else {
            return false;
        };
        match self.reach {
            Reach::AtLeast => found != Ordering::Less,
            Reach::MoreThan => found == Ordering::Greater,
        }
    }

    /// Whether it decides nothing: everything comes to it, or nothing does.
    pub(super) fn is_void(self) -> bool {
        match self.reach {
            Reach::AtLeast => self.share == Share::percent(0),
            Reach::MoreThan => self.share == Share::percent(100),
        }
    }

    /// Whether two disjoint parts of one whole can both come to it.
    pub(super) fn allows_two(self) -> bool {
        let half = Share::percent(50);
        match self.share.cmp(&half) {
            Ordering::Less => true,
            Ordering::Equal => self.reach == Reach::AtLeast,
            Ordering::Greater => false,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.reach.word(), self.share)
    }
}

impl FromStr for Threshold {
    type Err = NotAShare;

    fn from_str(text: &str) -> Result<Self, NotAShare> {
        let (reach, share) = text.split_once(':').ok_or(NotAShare)?;
        Ok(Self {
            reach: Reach::from_word(reach).ok_or(NotAShare)?,
            share: share.parse()?,
        })
    }
}

const fn greatest_common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    // Both were nought only if the denominator was, which is refused before.
    if a == 0 { 1 } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_halves_away_from_nought() {
        for (numerator, denominator, places, expected) in [
            (1, 3, 2, "0.33"),
            (2, 3, 2, "0.67"),
            (1, 8, 2, "0.13"),
            (-1, 8, 2, "-0.13"),
            (-1, 1000, 2, "0.00"),
            (13, 2, 1, "6.5"),
            (13, 2, 0, "7"),
            (999, 1000, 2, "1.00"),
            (0, 5, 1, "0.0"),
        ] {
            let fraction = Fraction::new(numerator, denominator).unwrap();
            assert_eq!(fraction.decimal(places), expected);
        }
        assert_eq!(Fraction::new(1, 0), None);
        assert_eq!(Fraction::new(1, -2), None);
    }

    #[test]
    fn a_limit_itself_is_enough_only_where_that_was_said() {
        for (part, whole, at_least, more_than) in [
            (3, 4, true, false),
            (75, 100, true, false),
            (749_999, 1_000_000, false, false),
            (750_001, 1_000_000, true, true),
            (0, 0, false, false),
            (u32::MAX, u32::MAX, true, true),
        ] {
            assert_eq!(Threshold::at_least(75).is_met(part, whole), at_least);
            assert_eq!(Threshold::more_than(75).is_met(part, whole), more_than);
        }
    }

    #[test]
    fn thresholds_have_one_text() {
        for threshold in [Threshold::at_least(75), Threshold::more_than(0)] {
            assert_eq!(threshold.to_string().parse(), Ok(threshold));
        }
        assert_eq!(Threshold::at_least(75).to_string(), "at-least:3/4");
        for text in [
            "at-least:75/100",
            "at-least:5/4",
            "at-least:3/0",
            "at-least:+3/4",
            "at-least:3",
            "atleast:3/4",
            "3/4",
            "",
        ] {
            assert_eq!(text.parse::<Threshold>(), Err(NotAShare), "{text}");
        }
    }
}
