//! How certain the evidence about one outcome is, computed from judgements of its domains.
//!
//! Evidence from randomised trials starts high, from observational studies low; five reasons lower it, three raise it; it
//! never leaves the four levels. Sources: Balshem H, Helfand M, Schünemann HJ, et al. GRADE guidelines: 3. Rating the quality
//! of evidence. J Clin Epidemiol 2011;64:401-406, with 4 to 8 on what lowers it; Guyatt GH, Oxman AD, Sultan S, et al. GRADE
//! guidelines: 9. Rating up the quality of evidence. J Clin Epidemiol 2011;64:1311-1316.
//!
//! All steps are added up, and only the sum is held within the levels: three down and two up from high are moderate, in
//! whatever order they are named. What GRADE advises against but does not forbid is done and said ([`Caution`]).

/// How certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The true effect is probably markedly different.
    VeryLow,
    /// The true effect might be markedly different.
    Low,
    /// The true effect is probably close.
    Moderate,
    /// The true effect lies close to the estimate.
    High,
}

impl Certainty {
    /// The code system of the codes in FHIR R5.
    pub const SYSTEM: &'static str = "http://hl7.org/fhir/certainty-rating";

    /// All, the lowest first.
    pub const ALL: [Self; 4] = [Self::VeryLow, Self::Low, Self::Moderate, Self::High];

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }

    /// Reads a [`Certainty::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// What kind of studies there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Start {
    /// Randomised trials.
    Randomised,
    /// Observational studies.
    Observational,
}

impl Start {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Randomised, Self::Observational];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Randomised => "randomised",
            Self::Observational => "observational",
        }
    }

    /// Reads a [`Start::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|start| start.code() == code)
    }

    /// Where its evidence starts.
    #[must_use]
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::Randomised => Certainty::High,
            Self::Observational => Certainty::Low,
        }
    }
}

/// How much a domain lowers certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Concern {
    /// Not at all.
    #[default]
    None,
    /// By one level.
    Serious,
    /// By two levels.
    VerySerious,
    /// By three levels.
    ExtremelySerious,
}

impl Concern {
    /// All, the least first.
    pub const ALL: [Self; 4] = [
        Self::None,
        Self::Serious,
        Self::VerySerious,
        Self::ExtremelySerious,
    ];

    /// The code, of [`Certainty::SYSTEM`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "no-concern",
            Self::Serious => "serious-concern",
            Self::VerySerious => "very-serious-concern",
            Self::ExtremelySerious => "extremely-serious-concern",
        }
    }

    /// Reads a [`Concern::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|concern| concern.code() == code)
    }

    /// Levels down.
    #[must_use]
    pub const fn levels(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Serious => 1,
            Self::VerySerious => 2,
            Self::ExtremelySerious => 3,
        }
    }

    /// The same as an adjustment, of [`Certainty::SYSTEM`].
    #[must_use]
    pub const fn adjustment(self) -> &'static str {
        match self {
            Self::None => "no-change",
            Self::Serious => "downcode1",
            Self::VerySerious => "downcode2",
            Self::ExtremelySerious => "downcode3",
        }
    }
}

/// How much a large effect raises certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LargeEffect {
    /// Not at all.
    #[default]
    None,
    /// By one level: at least twice or at most half the risk.
    Large,
    /// By two levels: at least five times or at most a fifth of the risk.
    VeryLarge,
}

impl LargeEffect {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::None, Self::Large, Self::VeryLarge];

    /// The code, an adjustment of [`Certainty::SYSTEM`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "no-change",
            Self::Large => "upcode1",
            Self::VeryLarge => "upcode2",
        }
    }

    /// Reads a [`LargeEffect::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.code() == code)
    }

    /// Levels up.
    #[must_use]
    pub const fn levels(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Large => 1,
            Self::VeryLarge => 2,
        }
    }
}

/// Whether a reason that raises certainty by one level is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Presence {
    /// It is not.
    #[default]
    Absent,
    /// It is.
    Present,
}

impl Presence {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Absent, Self::Present];

    /// The code, of [`Certainty::SYSTEM`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Present => "present",
        }
    }

    /// Reads a [`Presence::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|presence| presence.code() == code)
    }

    /// Levels up.
    #[must_use]
    pub const fn levels(self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::Present => 1,
        }
    }
}

/// The domains, by their names in certainty types of FHIR (`http://hl7.org/fhir/certainty-type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// Limitations of the studies.
    RiskOfBias,
    /// Results that differ without explanation.
    Inconsistency,
    /// Other people, interventions or outcomes than the question asks about.
    Indirectness,
    /// Few events, wide intervals.
    Imprecision,
    /// Studies that were not published.
    PublicationBias,
    /// A large effect.
    LargeEffect,
    /// More effect with more exposure.
    DoseResponseGradient,
    /// What was not controlled for would have hidden the effect, or made one where none was found.
    PlausibleConfounding,
}

impl Domain {
    /// All: those that lower certainty, then those that raise it.
    pub const ALL: [Self; 8] = [
        Self::RiskOfBias,
        Self::Inconsistency,
        Self::Indirectness,
        Self::Imprecision,
        Self::PublicationBias,
        Self::LargeEffect,
        Self::DoseResponseGradient,
        Self::PlausibleConfounding,
    ];

    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RiskOfBias => "RiskOfBias",
            Self::Inconsistency => "Inconsistency",
            Self::Indirectness => "Indirectness",
            Self::Imprecision => "Imprecision",
            Self::PublicationBias => "PublicationBias",
            Self::LargeEffect => "LargeEffect",
            Self::DoseResponseGradient => "DoseResponseGradient",
            Self::PlausibleConfounding => "PlausibleConfounding",
        }
    }
}

/// The judgements about one outcome's evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Domains {
    /// Where it starts.
    pub start: Start,
    /// Lowers.
    pub risk_of_bias: Concern,
    /// Lowers.
    pub inconsistency: Concern,
    /// Lowers.
    pub indirectness: Concern,
    /// Lowers.
    pub imprecision: Concern,
    /// Lowers.
    pub publication_bias: Concern,
    /// Raises.
    pub large_effect: LargeEffect,
    /// Raises.
    pub dose_response_gradient: Presence,
    /// Raises.
    pub plausible_confounding: Presence,
}

/// What a panel should look at again: GRADE hardly knows a case for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caution {
    /// Raised although a domain lowers it: meant for studies without other limitations.
    RaisedDespiteConcern,
    /// Raised although it comes from randomised trials.
    RaisedFromRandomised,
}

impl Domains {
    /// Evidence of a kind, with nothing said about it yet.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self {
            start,
            risk_of_bias: Concern::default(),
            inconsistency: Concern::default(),
            indirectness: Concern::default(),
            imprecision: Concern::default(),
            publication_bias: Concern::default(),
            large_effect: LargeEffect::default(),
            dose_response_gradient: Presence::default(),
            plausible_confounding: Presence::default(),
        }
    }

    /// Levels down, of all domains together.
    #[must_use]
    pub fn levels_down(&self) -> u8 {
        [
            self.risk_of_bias,
            self.inconsistency,
            self.indirectness,
            self.imprecision,
            self.publication_bias,
        ]
        .into_iter()
        .map(Concern::levels)
        .sum()
    }

    /// Levels up, of all reasons together.
    #[must_use]
    pub fn levels_up(&self) -> u8 {
        self.large_effect.levels()
            + self.dose_response_gradient.levels()
            + self.plausible_confounding.levels()
    }

    /// The certainty that follows.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        let start = match self.start.certainty() {
            Certainty::VeryLow => 0,
            Certainty::Low => 1,
            Certainty::Moderate => 2,
            Certainty::High => 3,
        };
        match (start + self.levels_up()).saturating_sub(self.levels_down()) {
            0 => Certainty::VeryLow,
            1 => Certainty::Low,
            2 => Certainty::Moderate,
            _ => Certainty::High,
        }
    }

    /// What should be looked at again.
    #[must_use]
    pub fn cautions(&self) -> Vec<Caution> {
        let is_raised = self.levels_up() > 0;
        let mut found = Vec::new();
        if is_raised && self.levels_down() > 0 {
            found.push(Caution::RaisedDespiteConcern);
        }
        if is_raised && self.start == Start::Randomised {
            found.push(Caution::RaisedFromRandomised);
        }
        found
    }

    /// The certainty that holds: the computed one, unless a panel has put another in its place.
    #[must_use]
    pub fn rated(&self, instead: Option<Override>) -> Rated {
        let computed = self.certainty();
        Rated {
            computed,
            holds: instead
                .as_ref()
                .map_or(computed, |instead| instead.certainty),
            reason: instead.map(|instead| instead.reason),
        }
    }
}

/// A panel's own rating in place of the computed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    certainty: Certainty,
    reason: String,
}

impl Override {
    /// `None` without a reason: a rating that nobody can follow is not one.
    #[must_use]
    pub fn new(certainty: Certainty, reason: &str) -> Option<Self> {
        let reason = reason.trim();
        (!reason.is_empty()).then(|| Self {
            certainty,
            reason: reason.to_owned(),
        })
    }
}

/// A certainty, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// From the domains.
    pub computed: Certainty,
    /// The one to be shown.
    pub holds: Certainty,
    /// Why another than the computed one holds.
    pub reason: Option<String>,
}
