//! The words that stand between those of the people, in the language of the guideline. They are the app's, from
//! `web/src/messages`.

use consilium_model::grade::certainty::Domain;
use consilium_model::grade::{
    Certainty, Criterion, Direction, ImportanceClass, Judgement, Start, Strength,
};

use crate::community::wording::Language;

/// Words of one language.
#[derive(Debug)]
pub(super) struct Words {
    language: Language,
    pub(super) guideline: &'static str,
    pub(super) untitled: &'static str,
    pub(super) question: &'static str,
    pub(super) recommendation: &'static str,
    pub(super) population: &'static str,
    pub(super) intervention: &'static str,
    pub(super) comparison: &'static str,
    pub(super) outcomes: &'static str,
    pub(super) outcome: &'static str,
    pub(super) importance: &'static str,
    pub(super) studies: &'static str,
    pub(super) participants: &'static str,
    pub(super) kind_of_studies: &'static str,
    pub(super) effect: &'static str,
    pub(super) certainty: &'static str,
    pub(super) comment: &'static str,
    pub(super) findings: &'static str,
    pub(super) decision: &'static str,
    pub(super) judgement: &'static str,
    pub(super) reasons: &'static str,
    pub(super) direction: &'static str,
    pub(super) strength: &'static str,
    pub(super) for_whom: &'static str,
    pub(super) remarks: &'static str,
    pub(super) review_by: &'static str,
    pub(super) references: &'static str,
    pub(super) undecided: &'static str,
    pub(super) or: &'static str,
    pub(super) community: &'static str,
    pub(super) version: &'static str,
    pub(super) published_on: &'static str,
    pub(super) published_by: &'static str,
    pub(super) licence: &'static str,
    pub(super) whats_new: &'static str,
    pub(super) hash: &'static str,
    pub(super) withdrawn: &'static str,
    pub(super) superseded: &'static str,
    pub(super) draft: &'static str,
    pub(super) signed_by: &'static str,
    pub(super) votes: &'static str,
    pub(super) verdict: &'static str,
    pub(super) about: &'static str,
    pub(super) declined: &'static str,
    pub(super) somebody: &'static str,
    pub(super) set_by_panel: &'static str,
}

const ENGLISH: Words = Words {
    language: Language::English,
    guideline: "Clinical practice guideline",
    untitled: "Untitled",
    question: "Clinical question",
    recommendation: "Recommendation",
    population: "Population",
    intervention: "Intervention",
    comparison: "Comparison",
    outcomes: "Outcomes, in words",
    outcome: "Outcome",
    importance: "Importance, 1 to 9",
    studies: "Number of studies",
    participants: "Number of participants",
    kind_of_studies: "Kind of studies",
    effect: "Effect",
    certainty: "Certainty of the evidence",
    comment: "Comment",
    findings: "Summary of findings",
    decision: "From evidence to decision",
    judgement: "Judgement",
    reasons: "Evidence and considerations",
    direction: "Direction",
    strength: "Strength",
    for_whom: "For whom",
    remarks: "Remarks",
    review_by: "Review by",
    references: "References",
    undecided: "To be decided, because it was set differently at the same time",
    or: "or",
    community: "Community",
    version: "Version",
    published_on: "Published on",
    published_by: "First published by",
    licence: "Licence",
    whats_new: "What is new",
    hash: "SHA-256 of the text that was signed",
    withdrawn: "This version was withdrawn",
    superseded: "There is a later version than this one",
    draft: "This is a draft. It is not published.",
    signed_by: "Signed by",
    votes: "What was voted on of this text",
    verdict: "Result",
    about: "About",
    declined: "Declined to sign",
    somebody: "Somebody who has left",
    set_by_panel: "Set by the panel",
};

const GERMAN: Words = Words {
    language: Language::German,
    guideline: "Klinische Leitlinie",
    untitled: "Ohne Titel",
    question: "Klinische Frage",
    recommendation: "Empfehlung",
    population: "Population",
    intervention: "Intervention",
    comparison: "Vergleich",
    outcomes: "Endpunkte in Worten",
    outcome: "Endpunkt",
    importance: "Wichtigkeit, 1 bis 9",
    studies: "Zahl der Studien",
    participants: "Zahl der Teilnehmenden",
    kind_of_studies: "Art der Studien",
    effect: "Effekt",
    certainty: "Vertrauenswürdigkeit der Evidenz",
    comment: "Kommentar",
    findings: "Zusammenfassung der Ergebnisse",
    decision: "Von der Evidenz zur Entscheidung",
    judgement: "Urteil",
    reasons: "Evidenz und Überlegungen",
    direction: "Richtung",
    strength: "Stärke",
    for_whom: "Für wen",
    remarks: "Bemerkungen",
    review_by: "Zu überprüfen bis",
    references: "Literatur",
    undecided: "Noch zu entscheiden, weil es zur selben Zeit verschieden gesetzt wurde",
    or: "oder",
    community: "Gemeinschaft",
    version: "Fassung",
    published_on: "Veröffentlicht am",
    published_by: "Zuerst veröffentlicht von",
    licence: "Lizenz",
    whats_new: "Was neu ist",
    hash: "SHA-256 des unterzeichneten Textes",
    withdrawn: "Diese Fassung wurde zurückgezogen",
    superseded: "Es gibt eine spätere Fassung als diese",
    draft: "Dies ist ein Entwurf. Er ist nicht veröffentlicht.",
    signed_by: "Unterzeichnet von",
    votes: "Worüber zu diesem Text abgestimmt wurde",
    verdict: "Ergebnis",
    about: "Zu",
    declined: "Nicht unterzeichnet",
    somebody: "Jemand, der gegangen ist",
    set_by_panel: "Vom Panel gesetzt",
};

/// Those of a language.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

impl Words {
    fn choose(&self, english: &'static str, german: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::German => german,
        }
    }

    /// How many of how many voted.
    pub(super) fn turnout(&self, voted: u32, eligible: u32, recused: u32) -> String {
        match self.language {
            Language::English => format!("{voted} of {eligible} voted, {recused} recused"),
            Language::German => {
                format!("{voted} von {eligible} haben abgestimmt, {recused} ausgeschlossen")
            }
        }
    }

    pub(super) fn level(&self, certainty: Certainty) -> &'static str {
        match certainty {
            Certainty::VeryLow => self.choose("Very low", "Sehr gering"),
            Certainty::Low => self.choose("Low", "Gering"),
            Certainty::Moderate => self.choose("Moderate", "Moderat"),
            Certainty::High => self.choose("High", "Hoch"),
        }
    }

    pub(super) fn domain(&self, domain: Domain) -> &'static str {
        match domain {
            Domain::RiskOfBias => self.choose("Risk of bias", "Verzerrungsrisiko"),
            Domain::Inconsistency => self.choose("Inconsistency", "Inkonsistenz"),
            Domain::Indirectness => self.choose("Indirectness", "Indirektheit"),
            Domain::Imprecision => self.choose("Imprecision", "Fehlende Präzision"),
            Domain::PublicationBias => self.choose("Publication bias", "Publikationsbias"),
            Domain::LargeEffect => self.choose("Large effect", "Großer Effekt"),
            Domain::DoseResponseGradient => {
                self.choose("Dose-response gradient", "Dosis-Wirkungs-Beziehung")
            }
            Domain::PlausibleConfounding => self.choose(
                "Plausible confounding would weaken the effect",
                "Plausible Störgrößen würden den Effekt abschwächen",
            ),
        }
    }

    /// The codes of domains: concerns, effects and presence.
    pub(super) fn judged(&self, code: &str) -> &'static str {
        match code {
            "no-concern" => self.choose("No concern", "Keine Bedenken"),
            "serious-concern" => self.choose("Serious concern", "Schwerwiegende Bedenken"),
            "very-serious-concern" => {
                self.choose("Very serious concern", "Sehr schwerwiegende Bedenken")
            }
            "extremely-serious-concern" => self.choose(
                "Extremely serious concern",
                "Äußerst schwerwiegende Bedenken",
            ),
            "no-change" => self.choose("No large effect", "Kein großer Effekt"),
            "upcode1" => self.choose("Large effect", "Großer Effekt"),
            "upcode2" => self.choose("Very large effect", "Sehr großer Effekt"),
            "present" => self.choose("Yes", "Ja"),
            "absent" => self.choose("No", "Nein"),
            _ => "",
        }
    }

    pub(super) fn start(&self, start: Start) -> &'static str {
        match start {
            Start::Randomised => self.choose("Randomised trials", "Randomisierte Studien"),
            Start::Observational => self.choose("Observational studies", "Beobachtungsstudien"),
        }
    }

    pub(super) fn class(&self, class: ImportanceClass) -> &'static str {
        match class {
            ImportanceClass::NotImportant => self.choose("not important", "nicht wichtig"),
            ImportanceClass::Important => self.choose("important", "wichtig"),
            ImportanceClass::Critical => self.choose("critical", "kritisch"),
        }
    }

    pub(super) fn direct(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::For => self.choose("For", "Dafür"),
            Direction::Against => self.choose("Against", "Dagegen"),
        }
    }

    pub(super) fn strong(&self, strength: Strength) -> &'static str {
        match strength {
            Strength::Strong => self.choose("Strong", "Stark"),
            Strength::Weak => self.choose("Weak (conditional)", "Schwach (bedingt)"),
        }
    }

    pub(super) fn criterion(&self, criterion: Criterion) -> &'static str {
        match criterion {
            Criterion::Problem => self.choose("Problem", "Problem"),
            Criterion::DesirableEffects => self.choose("Desirable effects", "Erwünschte Effekte"),
            Criterion::UndesirableEffects => {
                self.choose("Undesirable effects", "Unerwünschte Effekte")
            }
            Criterion::Certainty => self.certainty,
            Criterion::Values => self.choose("Values", "Werte"),
            Criterion::Balance => self.choose("Balance of effects", "Abwägung der Effekte"),
            Criterion::Resources => self.choose("Resources required", "Benötigte Mittel"),
            Criterion::CostEffectiveness => self.choose("Cost-effectiveness", "Kosteneffektivität"),
            Criterion::Equity => self.choose("Equity", "Chancengleichheit"),
            Criterion::Acceptability => self.choose("Acceptability", "Akzeptanz"),
            Criterion::Feasibility => self.choose("Feasibility", "Umsetzbarkeit"),
        }
    }

    pub(super) fn judge(&self, judgement: Judgement) -> &'static str {
        use Judgement as J;
        match judgement {
            J::No => self.choose("No", "Nein"),
            J::ProbablyNo => self.choose("Probably no", "Wahrscheinlich nein"),
            J::ProbablyYes => self.choose("Probably yes", "Wahrscheinlich ja"),
            J::Yes => self.choose("Yes", "Ja"),
            J::Varies => self.choose("Varies", "Unterschiedlich"),
            J::DontKnow => self.choose("Don’t know", "Nicht bekannt"),
            J::Trivial => self.choose("Trivial", "Unbedeutend"),
            J::Small => self.choose("Small", "Klein"),
            J::Moderate => self.choose("Moderate", "Mäßig"),
            J::Large => self.choose("Large", "Groß"),
            J::VeryLow => self.level(Certainty::VeryLow),
            J::Low => self.level(Certainty::Low),
            J::ModerateCertainty => self.level(Certainty::Moderate),
            J::High => self.level(Certainty::High),
            J::NoIncludedStudies => {
                self.choose("No included studies", "Keine eingeschlossenen Studien")
            }
            J::ImportantVariability => self.choose(
                "Important uncertainty or variability",
                "Bedeutsame Unsicherheit oder Unterschiede",
            ),
            J::PossiblyImportantVariability => self.choose(
                "Possibly important uncertainty or variability",
                "Möglicherweise bedeutsame Unsicherheit oder Unterschiede",
            ),
            J::ProbablyNoImportantVariability => self.choose(
                "Probably no important uncertainty or variability",
                "Wahrscheinlich keine bedeutsame Unsicherheit oder Unterschiede",
            ),
            J::NoImportantVariability => self.choose(
                "No important uncertainty or variability",
                "Keine bedeutsame Unsicherheit oder Unterschiede",
            ),
            J::FavoursComparison => {
                self.choose("Favours the comparison", "Spricht für den Vergleich")
            }
            J::ProbablyFavoursComparison => self.choose(
                "Probably favours the comparison",
                "Spricht wahrscheinlich für den Vergleich",
            ),
            J::FavoursNeither => self.choose("Favours neither", "Spricht für keines von beiden"),
            J::ProbablyFavoursIntervention => self.choose(
                "Probably favours the intervention",
                "Spricht wahrscheinlich für die Intervention",
            ),
            J::FavoursIntervention => {
                self.choose("Favours the intervention", "Spricht für die Intervention")
            }
            J::LargeCosts => self.choose("Large costs", "Große Kosten"),
            J::ModerateCosts => self.choose("Moderate costs", "Mäßige Kosten"),
            J::NegligibleCostsAndSavings => self.choose(
                "Negligible costs and savings",
                "Unerhebliche Kosten und Einsparungen",
            ),
            J::ModerateSavings => self.choose("Moderate savings", "Mäßige Einsparungen"),
            J::LargeSavings => self.choose("Large savings", "Große Einsparungen"),
            J::Reduced => self.choose("Reduced", "Verringert"),
            J::ProbablyReduced => self.choose("Probably reduced", "Wahrscheinlich verringert"),
            J::ProbablyNoImpact => {
                self.choose("Probably no impact", "Wahrscheinlich keine Auswirkung")
            }
            J::ProbablyIncreased => self.choose("Probably increased", "Wahrscheinlich erhöht"),
            J::Increased => self.choose("Increased", "Erhöht"),
        }
    }
}
