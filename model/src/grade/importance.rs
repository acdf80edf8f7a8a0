//! How much an outcome matters to those who decide: 1 to 9, in three classes.
//!
//! Source: Guyatt GH, Oxman AD, Kunz R, et al. GRADE guidelines: 2. Framing the question and deciding on important outcomes.
//! J Clin Epidemiol 2011;64:395-400.

use crate::consensus::{Band, Rating};

/// Rated importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Importance(Rating);

impl Importance {
    /// `None` outside 1 to 9.
    #[must_use]
    pub const fn new(value: u8) -> Option<Self> {
        match Rating::new(value) {
            Some(rating) => Some(Self(rating)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }

    /// The class.
    #[must_use]
    pub const fn class(self) -> ImportanceClass {
        match self.0.band() {
            Band::Low => ImportanceClass::NotImportant,
            Band::Middle => ImportanceClass::Important,
            Band::High => ImportanceClass::Critical,
        }
    }
}

/// What importance means for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportanceClass {
    /// 1 to 3: of limited importance.
    NotImportant,
    /// 4 to 6: important, not critical.
    Important,
    /// 7 to 9: critical.
    Critical,
}

impl ImportanceClass {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::NotImportant, Self::Important, Self::Critical];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotImportant => "not-important",
            Self::Important => "important",
            Self::Critical => "critical",
        }
    }
}
