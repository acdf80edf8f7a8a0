//! The scales of an Evidence-to-Decision table: which judgements each criterion knows.
//!
//! Source: Alonso-Coello P, Schünemann HJ, Moberg J, et al. GRADE Evidence to Decision (EtD) frameworks: 1. Introduction. BMJ
//! 2016;353:i2016. There is no code system for the judgements; the codes are ours, in the order of the scale.

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// Is the problem a priority?
    Problem,
    /// How substantial are the desirable effects?
    DesirableEffects,
    /// How substantial are the undesirable effects?
    UndesirableEffects,
    /// How certain is the evidence of effects, overall?
    Certainty,
    /// Do people value the main outcomes differently?
    Values,
    /// Which side does the balance of effects favour?
    Balance,
    /// How large are the costs?
    Resources,
    /// Which side does cost-effectiveness favour?
    CostEffectiveness,
    /// What would happen to health equity?
    Equity,
    /// Is it acceptable to those concerned?
    Acceptability,
    /// Can it be done?
    Feasibility,
}

use Judgement as J;

const AGREEMENT: &[J] = &[
    J::No,
    J::ProbablyNo,
    J::ProbablyYes,
    J::Yes,
    J::Varies,
    J::DontKnow,
];
const SIZE: &[J] = &[
    J::Trivial,
    J::Small,
    J::Moderate,
    J::Large,
    J::Varies,
    J::DontKnow,
];
const CERTAINTY: &[J] = &[
    J::VeryLow,
    J::Low,
    J::ModerateCertainty,
    J::High,
    J::NoIncludedStudies,
];
const VALUES: &[J] = &[
    J::ImportantVariability,
    J::PossiblyImportantVariability,
    J::ProbablyNoImportantVariability,
    J::NoImportantVariability,
];
const BALANCE: &[J] = &[
    J::FavoursComparison,
    J::ProbablyFavoursComparison,
    J::FavoursNeither,
    J::ProbablyFavoursIntervention,
    J::FavoursIntervention,
    J::Varies,
    J::DontKnow,
];
const RESOURCES: &[J] = &[
    J::LargeCosts,
    J::ModerateCosts,
    J::NegligibleCostsAndSavings,
    J::ModerateSavings,
    J::LargeSavings,
    J::Varies,
    J::DontKnow,
];
const COST_EFFECTIVENESS: &[J] = &[
    J::FavoursComparison,
    J::ProbablyFavoursComparison,
    J::FavoursNeither,
    J::ProbablyFavoursIntervention,
    J::FavoursIntervention,
    J::Varies,
    J::NoIncludedStudies,
];
const EQUITY: &[J] = &[
    J::Reduced,
    J::ProbablyReduced,
    J::ProbablyNoImpact,
    J::ProbablyIncreased,
    J::Increased,
    J::Varies,
    J::DontKnow,
];

impl Criterion {
    /// All, in the order of the table.
    pub const ALL: [Self; 11] = [
        Self::Problem,
        Self::DesirableEffects,
        Self::UndesirableEffects,
        Self::Certainty,
        Self::Values,
        Self::Balance,
        Self::Resources,
        Self::CostEffectiveness,
        Self::Equity,
        Self::Acceptability,
        Self::Feasibility,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::DesirableEffects => "desirable-effects",
            Self::UndesirableEffects => "undesirable-effects",
            Self::Certainty => "certainty",
            Self::Values => "values",
            Self::Balance => "balance",
            Self::Resources => "resources",
            Self::CostEffectiveness => "cost-effectiveness",
            Self::Equity => "equity",
            Self::Acceptability => "acceptability",
            Self::Feasibility => "feasibility",
        }
    }

    /// Reads a [`Criterion::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|criterion| criterion.code() == code)
    }

    /// Its judgements, in the order of the scale; those off the scale ("varies") last.
    #[must_use]
    pub const fn scale(self) -> &'static [Judgement] {
        match self {
            Self::Problem | Self::Acceptability | Self::Feasibility => AGREEMENT,
            Self::DesirableEffects | Self::UndesirableEffects => SIZE,
            Self::Certainty => CERTAINTY,
            Self::Values => VALUES,
            Self::Balance => BALANCE,
            Self::Resources => RESOURCES,
            Self::CostEffectiveness => COST_EFFECTIVENESS,
            Self::Equity => EQUITY,
        }
    }

    /// The judgement of its scale with this code.
    #[must_use]
    pub fn judgement(self, code: &str) -> Option<Judgement> {
        self.scale()
            .iter()
            .copied()
            .find(|judgement| judgement.code() == code)
    }
}

/// A judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// No.
    No,
    /// Probably no.
    ProbablyNo,
    /// Probably yes.
    ProbablyYes,
    /// Yes.
    Yes,
    /// It varies.
    Varies,
    /// Not known.
    DontKnow,
    /// Trivial effects.
    Trivial,
    /// Small effects.
    Small,
    /// Moderate effects.
    Moderate,
    /// Large effects.
    Large,
    /// Very low certainty.
    VeryLow,
    /// Low certainty.
    Low,
    /// Moderate certainty.
    ModerateCertainty,
    /// High certainty.
    High,
    /// There is no study of it.
    NoIncludedStudies,
    /// Important uncertainty about values, or variability.
    ImportantVariability,
    /// Possibly important.
    PossiblyImportantVariability,
    /// Probably not important.
    ProbablyNoImportantVariability,
    /// Not important.
    NoImportantVariability,
    /// Favours the comparison.
    FavoursComparison,
    /// Probably favours the comparison.
    ProbablyFavoursComparison,
    /// Favours neither.
    FavoursNeither,
    /// Probably favours the intervention.
    ProbablyFavoursIntervention,
    /// Favours the intervention.
    FavoursIntervention,
    /// Large costs.
    LargeCosts,
    /// Moderate costs.
    ModerateCosts,
    /// Negligible costs and savings.
    NegligibleCostsAndSavings,
    /// Moderate savings.
    ModerateSavings,
    /// Large savings.
    LargeSavings,
    /// Equity reduced.
    Reduced,
    /// Probably reduced.
    ProbablyReduced,
    /// Probably no impact.
    ProbablyNoImpact,
    /// Probably increased.
    ProbablyIncreased,
    /// Increased.
    Increased,
}

impl Judgement {
    /// The stable code, unambiguous within the scale of a criterion.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::ProbablyNo => "probably-no",
            Self::ProbablyYes => "probably-yes",
            Self::Yes => "yes",
            Self::Varies => "varies",
            Self::DontKnow => "dont-know",
            Self::Trivial => "trivial",
            Self::Small => "small",
            Self::Moderate | Self::ModerateCertainty => "moderate",
            Self::Large => "large",
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::High => "high",
            Self::NoIncludedStudies => "no-included-studies",
            Self::ImportantVariability => "important-variability",
            Self::PossiblyImportantVariability => "possibly-important-variability",
            Self::ProbablyNoImportantVariability => "probably-no-important-variability",
            Self::NoImportantVariability => "no-important-variability",
            Self::FavoursComparison => "favours-comparison",
            Self::ProbablyFavoursComparison => "probably-favours-comparison",
            Self::FavoursNeither => "favours-neither",
            Self::ProbablyFavoursIntervention => "probably-favours-intervention",
            Self::FavoursIntervention => "favours-intervention",
            Self::LargeCosts => "large-costs",
            Self::ModerateCosts => "moderate-costs",
            Self::NegligibleCostsAndSavings => "negligible-costs-and-savings",
            Self::ModerateSavings => "moderate-savings",
            Self::LargeSavings => "large-savings",
            Self::Reduced => "reduced",
            Self::ProbablyReduced => "probably-reduced",
            Self::ProbablyNoImpact => "probably-no-impact",
            Self::ProbablyIncreased => "probably-increased",
            Self::Increased => "increased",
        }
    }
}
