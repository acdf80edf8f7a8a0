//! A clinical question by its texts and settled values, which have the names of ADR-0031, and what they mean.
//!
//! Reads anything: a code that nobody here knows, or a number that is none, counts as not set.

use std::collections::{BTreeMap, BTreeSet};

use consilium_model::grade::certainty::{Domain, LargeEffect, Presence, Rated};
use consilium_model::grade::{
    Certainty, Concern, Direction, Domains, Importance, Override, Start, Strength,
};
use serde::Deserialize;
use serde_json::Value;

/// A question, as it is frozen.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Question {
    /// Its id within the document.
    pub id: String,
    /// The ids of its outcomes, in their order.
    pub outcomes: Vec<String>,
    /// Its texts.
    pub texts: BTreeMap<String, String>,
    /// Its values.
    pub values: BTreeMap<String, Value>,
}

/// A value on which people have to decide: several set it at the same time.
#[derive(Debug, Clone)]
pub struct Undecided {
    /// The register.
    pub register: String,
    /// All that was set.
    pub values: Vec<Value>,
}

/// An outcome that is not set aside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome<'a> {
    question: &'a Question,
    pub(super) id: &'a str,
    /// Its place among all, from 1.
    pub(super) place: usize,
}

/// A recommendation that says something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recommendation<'a> {
    question: &'a Question,
    pub(super) id: &'a str,
}

/// What was said of a domain of certainty, by its code.
pub(super) struct Judged {
    pub(super) domain: Domain,
    pub(super) code: &'static str,
}

impl Question {
    /// A text; empty where nothing is written.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text.trim())
    }

    /// A value that is a code or a wording; empty where nothing is set.
    pub(super) fn said(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(Value::as_str)
            .map_or("", str::trim)
    }

    /// A whole number.
    fn number(&self, name: &str) -> Option<u64> {
        let value = self.values.get(name)?;
        // A choice among numbers is kept as a code.
        let written = || value.as_str()?.parse().ok();
        value.as_u64().or_else(written)
    }

    pub(super) fn outcomes(&self) -> impl Iterator<Item = Outcome<'_>> {
        let all = self.outcomes.iter().zip(1..);
        all.map(|(id, place)| Outcome {
            question: self,
            id,
            place,
        })
        .filter(|outcome| outcome.said("aside") != "aside")
    }

    pub(super) fn recommendations(&self) -> impl Iterator<Item = Recommendation<'_>> {
        let names = self.texts.keys().chain(self.values.keys());
        let ids: BTreeSet<&str> = names
            .filter_map(|name| name.strip_prefix("recommendation/")?.split('/').next())
            .collect();
        ids.into_iter()
            .map(|id| Recommendation { question: self, id })
    }
}

impl<'a> Outcome<'a> {
    fn path(self, field: &str) -> String {
        format!("outcome/{}/{field}", self.id)
    }

    pub(super) fn text(self, field: &str) -> &'a str {
        self.question.text(&self.path(field))
    }

    pub(super) fn said(self, field: &str) -> &'a str {
        self.question.said(&self.path(field))
    }

    pub(super) fn number(self, field: &str) -> Option<u64> {
        self.question.number(&self.path(field))
    }

    pub(super) fn importance(self) -> Option<Importance> {
        Importance::new(u8::try_from(self.number("importance")?).ok()?)
    }

    /// The ids of the references that its evidence rests on.
    pub(super) fn references(self) -> impl Iterator<Item = &'a str> {
        let ids = self.question.values.get(&self.path("references"));
        let ids = ids.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(Value::as_str)
    }

    pub(super) fn start(self) -> Option<Start> {
        Start::from_code(self.said("start"))
    }

    /// What was said of each domain, in the order of [`Domain::ALL`].
    pub(super) fn judged(self) -> Vec<Judged> {
        let lowers = |domain, field| {
            let concern = Concern::from_code(self.said(field))?;
            Some((domain, concern.code()))
        };
        let raises = |domain, field| {
            let presence = Presence::from_code(self.said(field))?;
            Some((domain, presence.code()))
        };
        let large = LargeEffect::from_code(self.said("large-effect"));
        [
            lowers(Domain::RiskOfBias, "risk-of-bias"),
            lowers(Domain::Inconsistency, "inconsistency"),
            lowers(Domain::Indirectness, "indirectness"),
            lowers(Domain::Imprecision, "imprecision"),
            lowers(Domain::PublicationBias, "publication-bias"),
            large.map(|large| (Domain::LargeEffect, large.code())),
            raises(Domain::DoseResponseGradient, "dose-response"),
            raises(Domain::PlausibleConfounding, "plausible-confounding"),
        ]
        .into_iter()
        .flatten()
        .map(|(domain, code)| Judged { domain, code })
        .collect()
    }

    /// The certainty that holds; nothing as long as it is not said what kind of studies there are, or people have to decide
    /// on a part of it.
    pub(super) fn rated(self, undecided: &[Undecided]) -> Option<Rated> {
        let of_this = format!("outcome/{}/", self.id);
        if undecided
            .iter()
            .any(|each| each.register.starts_with(&of_this))
        {
            return None;
        }
        let concern = |field| Concern::from_code(self.said(field)).unwrap_or_default();
        let presence = |field| Presence::from_code(self.said(field)).unwrap_or_default();
        let domains = Domains {
            start: self.start()?,
            risk_of_bias: concern("risk-of-bias"),
            inconsistency: concern("inconsistency"),
            indirectness: concern("indirectness"),
            imprecision: concern("imprecision"),
            publication_bias: concern("publication-bias"),
            large_effect: LargeEffect::from_code(self.said("large-effect")).unwrap_or_default(),
            dose_response_gradient: presence("dose-response"),
            plausible_confounding: presence("plausible-confounding"),
        };
        Some(domains.rated(self.instead()))
    }

    fn instead(self) -> Option<Override> {
        let instead = self.question.values.get(&self.path("certainty-instead"))?;
        let certainty = Certainty::from_code(instead["certainty"].as_str()?)?;
        Override::new(certainty, instead["reason"].as_str()?)
    }
}

impl<'a> Recommendation<'a> {
    fn path(self, field: &str) -> String {
        format!("recommendation/{}/{field}", self.id)
    }

    pub(super) fn text(self, field: &str) -> &'a str {
        self.question.text(&self.path(field))
    }

    pub(super) fn said(self, field: &str) -> &'a str {
        self.question.said(&self.path(field))
    }

    /// Its statement; the action alone where nobody has worded one.
    pub(super) fn statement(self) -> &'a str {
        let statement = self.said("statement");
        if statement.is_empty() {
            self.said("action")
        } else {
            statement
        }
    }

    pub(super) fn strength(self) -> Option<Strength> {
        Strength::from_code(self.said("strength"))
    }

    pub(super) fn direction(self) -> Option<Direction> {
        Direction::from_code(self.said("direction"))
    }

    pub(super) fn certainty(self) -> Option<Certainty> {
        Certainty::from_code(self.said("certainty"))
    }
}
