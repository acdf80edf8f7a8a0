//! What is handed in, and by how many. A ballot names nobody (I9): who is on the roll, and that nobody hands in two, is
//! known elsewhere, and nothing here could link the one to the other.

/// A rating from 1 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rating(u8);

impl Rating {
    /// `None` outside 1 to 9.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        if value >= 1 && value <= 9 {
            Some(Self(value))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The third of the scale that it lies in.
    #[must_use]
    pub const fn band(self) -> Band {
        match self.0 {
            ..=3 => Band::Low,
            4..=6 => Band::Middle,
            _ => Band::High,
        }
    }
}

/// A third of the scale from 1 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// 1 to 3.
    Low,
    /// 4 to 6.
    Middle,
    /// 7 to 9.
    High,
}

/// One ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ballot {
    /// A rating, for the methods that rate.
    Rating(Rating),
    /// Yes, for the methods that vote.
    Approve,
    /// No.
    Object,
    /// Takes part and chooses nothing, also "cannot judge".
    Abstain,
}

impl Ballot {
    /// The stable word: the number of a rating, `approve`, `object` or `abstain`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Rating(rating) => rating.get().to_string(),
            Self::Approve => "approve".to_owned(),
            Self::Object => "object".to_owned(),
            Self::Abstain => "abstain".to_owned(),
        }
    }

    /// Reads a [`Ballot::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "approve" => Some(Self::Approve),
            "object" => Some(Self::Object),
            "abstain" => Some(Self::Abstain),
            _ => match word.as_bytes() {
                [digit @ b'1'..=b'9'] => Rating::new(digit - b'0').map(Self::Rating),
                _ => None,
            },
        }
    }
}

/// Who might have voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Roll {
    /// May vote. Whoever is recused is not among them, so a recusal counts towards no quorum and no denominator.
    pub eligible: u32,
    /// Would be on the roll, and must not vote on this.
    pub recused: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_and_others_are_none() {
        let ratings = (1..=9).filter_map(Rating::new).map(Ballot::Rating);
        for ballot in ratings.chain([Ballot::Approve, Ballot::Object, Ballot::Abstain]) {
            assert_eq!(Ballot::from_word(&ballot.word()), Some(ballot));
        }
        for word in ["0", "10", "07", "+7", " 7", "", "Approve", "7.0"] {
            assert_eq!(Ballot::from_word(word), None, "{word}");
        }
        assert_eq!(Rating::new(0), None);
        assert_eq!(Rating::new(10), None);
    }
}
