//! Direction and strength of a recommendation, and how its sentence begins and ends because of them.
//!
//! "We recommend" for a strong one, "we suggest" for a weak one, and never a negated verb for one against: "we do not
//! recommend" is read as having no recommendation. Source: Andrews J, Guyatt G, Oxman AD, et al. GRADE guidelines: 14. Going
//! from evidence to recommendations: the significance and presentation of recommendations. J Clin Epidemiol 2013;66:719-725.

/// For or against an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// For it.
    For,
    /// Against it.
    Against,
}

impl Direction {
    /// The code system of the codes.
    pub const SYSTEM: &'static str =
        "http://hl7.org/fhir/uv/cpg/CodeSystem/cpg-recommendation-direction-cs";

    /// Both.
    pub const ALL: [Self; 2] = [Self::For, Self::Against];

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
        }
    }

    /// Reads a [`Direction::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|direction| direction.code() == code)
    }
}

/// How strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Most people should follow it.
    Strong,
    /// Also called conditional: different people will rightly choose differently.
    Weak,
}

impl Strength {
    /// The code system of the codes.
    pub const SYSTEM: &'static str =
        "http://terminology.hl7.org/CodeSystem/recommendation-strength";

    /// Both.
    pub const ALL: [Self; 2] = [Self::Strong, Self::Weak];

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
        }
    }

    /// Reads a [`Strength::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|strength| strength.code() == code)
    }
}

/// Both in one code, as some implementations have it: `strong-for`, `weak-against` and so on.
#[must_use]
pub const fn combined_code(strength: Strength, direction: Direction) -> &'static str {
    match (strength, direction) {
        (Strength::Strong, Direction::For) => "strong-for",
        (Strength::Weak, Direction::For) => "weak-for",
        (Strength::Strong, Direction::Against) => "strong-against",
        (Strength::Weak, Direction::Against) => "weak-against",
    }
}

/// The language of a guideline's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::German];
}

/// What stands around the action, which is a noun phrase: "antibiotics within one hour", "Antibiotika binnen einer Stunde"
/// (in German in the accusative).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wording {
    /// Before it.
    pub before: &'static str,
    /// Behind it; empty where nothing is.
    pub behind: &'static str,
}

/// The words that follow from strength and direction.
#[must_use]
pub const fn wording(language: Language, strength: Strength, direction: Direction) -> Wording {
    let (before, behind) = match (language, strength, direction) {
        (Language::English, Strength::Strong, Direction::For) => ("We recommend", ""),
        (Language::English, Strength::Strong, Direction::Against) => ("We recommend against", ""),
        (Language::English, Strength::Weak, Direction::For) => ("We suggest", ""),
        (Language::English, Strength::Weak, Direction::Against) => ("We suggest against", ""),
        (Language::German, Strength::Strong, Direction::For) => ("Wir empfehlen", ""),
        (Language::German, Strength::Strong, Direction::Against) => {
            ("Wir empfehlen den Verzicht auf", "")
        }
        (Language::German, Strength::Weak, Direction::For) => ("Wir schlagen", "vor"),
        (Language::German, Strength::Weak, Direction::Against) => {
            ("Wir schlagen den Verzicht auf", "vor")
        }
    };
    Wording { before, behind }
}

impl Wording {
    /// The sentence about an action.
    #[must_use]
    pub fn sentence(self, action: &str) -> String {
        let action = action.trim().trim_end_matches('.');
        let parts = [self.before, action, self.behind];
        let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}.", words.join(" "))
    }
}
