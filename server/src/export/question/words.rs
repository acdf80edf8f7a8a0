//! The words around what a clinical question says, in the languages of communities.

use consilium_model::grade::{Certainty, Direction, Strength};

use crate::community::wording::Language;

/// All of one language.
pub(super) struct Words {
    pub(super) untitled: &'static str,
    pub(super) question: &'static str,
    /// In the order of [`consilium_model::question::PICO`].
    pub(super) pico: [&'static str; 4],
    pub(super) recommendation: &'static str,
    pub(super) direction: &'static str,
    directions: [&'static str; 2],
    pub(super) strength: &'static str,
    strengths: [&'static str; 2],
    pub(super) certainty: &'static str,
    certainties: [&'static str; 4],
    pub(super) population: &'static str,
    pub(super) remarks: &'static str,
    pub(super) review_by: &'static str,
    pub(super) undecided: &'static str,
    /// Before a title.
    pub(super) above: &'static str,
    pub(super) not_in: &'static str,
    /// Above the questions that stand nowhere in the text.
    pub(super) rest: &'static str,
}

const ENGLISH: Words = Words {
    untitled: "Clinical question without a title",
    question: "The question",
    pico: [
        "Population",
        "Intervention",
        "Comparison",
        "Outcomes, in words",
    ],
    recommendation: "Recommendation",
    direction: "Direction",
    directions: ["For", "Against"],
    strength: "Strength",
    strengths: ["Strong", "Weak (conditional)"],
    certainty: "Certainty",
    certainties: ["Very low", "Low", "Moderate", "High"],
    population: "For whom",
    remarks: "Remarks",
    review_by: "Review by",
    undecided: "to be decided",
    above: "Clinical question, see above:",
    not_in: "A clinical question stood here that is not part of this text.",
    rest: "Clinical questions",
};

const GERMAN: Words = Words {
    untitled: "Klinische Frage ohne Titel",
    question: "Die Frage",
    pico: [
        "Population",
        "Intervention",
        "Vergleich",
        "Endpunkte in Worten",
    ],
    recommendation: "Empfehlung",
    direction: "Richtung",
    directions: ["Dafür", "Dagegen"],
    strength: "Stärke",
    strengths: ["Stark", "Schwach (bedingt)"],
    certainty: "Vertrauenswürdigkeit",
    certainties: ["Sehr gering", "Gering", "Moderat", "Hoch"],
    population: "Für wen",
    remarks: "Bemerkungen",
    review_by: "Zu überprüfen bis",
    undecided: "zu entscheiden",
    above: "Klinische Frage, siehe oben:",
    not_in: "Hier stand eine klinische Frage, die nicht Teil dieses Textes ist.",
    rest: "Klinische Fragen",
};

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    pub(super) const fn of_direction(&self, direction: Direction) -> &'static str {
        let [towards, against] = self.directions;
        match direction {
            Direction::For => towards,
            Direction::Against => against,
        }
    }

    pub(super) const fn of_strength(&self, strength: Strength) -> &'static str {
        let [strong, weak] = self.strengths;
        match strength {
            Strength::Strong => strong,
            Strength::Weak => weak,
        }
    }

    pub(super) const fn of_certainty(&self, certainty: Certainty) -> &'static str {
        let [very_low, low, moderate, high] = self.certainties;
        match certainty {
            Certainty::VeryLow => very_low,
            Certainty::Low => low,
            Certainty::Moderate => moderate,
            Certainty::High => high,
        }
    }
}
