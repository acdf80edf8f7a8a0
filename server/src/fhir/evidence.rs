//! What a question asks, as `EvidenceVariable`, and what is known of each outcome, as `Evidence` with its certainty.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::narrative::{Narrative, Origin};
use super::object::{Object, line, lines};
use super::question::{Outcome, Question, Undecided};
use super::{Entry, Whole, codes};

/// The largest number that FHIR's `unsignedInt` holds.
const COUNT_MAX: u64 = 2_147_483_647;

/// The evidence of a question.
pub(super) struct Evidence {
    population: Option<Entry>,
    /// What is compared with what, and the outcomes.
    variables: Vec<Entry>,
    bodies: Vec<Entry>,
    references: BTreeSet<String>,
}

impl Evidence {
    pub(super) fn of(whole: &Whole<'_>, question: &Question, undecided: &[Undecided]) -> Self {
        let words = whole.words;
        let pico = |part: &str, called: &str| {
            let text = question.text(&format!("pico/{part}"));
            let path = ["question", question.id.as_str(), part];
            (!text.is_empty()).then(|| variable(whole, &path, called, text))
        };
        let population = pico("population", words.population);
        let intervention = pico("intervention", words.intervention);
        let comparison = pico("comparison", words.comparison);
        let in_words = pico("outcome", words.outcomes);
        let mut roles: Vec<Value> = Vec::new();
        for (entry, code, called) in [
            (&population, "population", words.population),
            (&intervention, "exposure", words.intervention),
            (&comparison, "referenceExposure", words.comparison),
        ] {
            roles.extend(entry.as_ref().map(|entry| definition(entry, code, called)));
        }
        let mut outcomes = Vec::new();
        let mut bodies = Vec::new();
        let mut references = BTreeSet::new();
        for outcome in question.outcomes() {
            let path = ["question", question.id.as_str(), "outcome", outcome.id];
            let measured = variable(whole, &path, &called(whole, outcome), outcome.text("name"));
            let mut roles = roles.clone();
            roles.push(definition(&measured, "measuredVariable", words.outcome));
            bodies.push(body(whole, question, outcome, roles, undecided));
            outcomes.push(measured);
            references.extend(outcome.references().map(str::to_owned));
        }
        let compared = [intervention, comparison, in_words].into_iter().flatten();
        Self {
            population,
            variables: compared.chain(outcomes).collect(),
            bodies,
            references,
        }
    }

    /// The bodies of evidence, one for each outcome.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &Entry> {
        self.bodies.iter()
    }

    /// The canonical name of the population.
    pub(super) fn population(&self) -> Option<&str> {
        Some(&self.population.as_ref()?.name)
    }

    /// The references of all outcomes, each once.
    pub(super) fn cited(&self, whole: &Whole<'_>) -> Vec<Value> {
        let ids = self.references.iter();
        ids.filter_map(|id| whole.citations.cited(id)).collect()
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = Entry> {
        let variables = self.population.into_iter().chain(self.variables);
        variables.chain(self.bodies)
    }
}

/// What an outcome is called.
pub(super) fn called(whole: &Whole<'_>, outcome: Outcome<'_>) -> String {
    match outcome.text("name") {
        "" => format!("{} {}", whole.words.outcome, outcome.place),
        name => name.to_owned(),
    }
}

fn variable(whole: &Whole<'_>, path: &[&str], called: &str, said: &str) -> Entry {
    let text = Narrative::new(whole.guideline.language.word())
        .labelled(called, if said.is_empty() { called } else { said })
        .done(Origin::Fields);
    let resource = whole
        .artifact("EvidenceVariable", path)
        .with("title", line(called))
        .with("text", text)
        .with("description", lines(said));
    Entry {
        name: whole.names.urn(path),
        resource: resource.done(),
    }
}

fn definition(entry: &Entry, code: &str, called: &str) -> Value {
    json!({ "variableRole": codes::role(code, called), "intended": entry.reference() })
}

fn body(
    whole: &Whole<'_>,
    question: &Question,
    outcome: Outcome<'_>,
    roles: Vec<Value>,
    undecided: &[Undecided],
) -> Entry {
    let words = whole.words;
    let path = ["question", &question.id, "outcome", outcome.id, "evidence"];
    let called = called(whole, outcome);
    let design = outcome
        .start()
        .map(|start| codes::ours("kind-of-studies", start.code(), words.start(start)));
    let related: Vec<Value> = outcome
        .references()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|id| whole.citations.cited(id))
        .collect();
    let note = match lines(outcome.text("comment")) {
        Value::String(text) if !text.is_empty() => json!([{ "text": text }]),
        _ => Value::Null,
    };
    let statistic = statistic(whole, outcome);
    let statistics = match &statistic {
        Value::Object(fields) if fields.is_empty() => Value::Null,
        _ => json!([statistic]),
    };
    let certainty = certainty(whole, outcome, undecided);
    let resource = whole
        .artifact("Evidence", &path)
        .with("title", line(&called))
        .with("text", narrative(whole, outcome, undecided))
        .with("relatedArtifact", related.into())
        .with("note", note)
        .with("variableDefinition", roles.into())
        .with("studyDesign", design.into_iter().collect())
        .with("statistic", statistics)
        .with("certainty", certainty.into_iter().collect());
    Entry {
        name: whole.names.urn(&path),
        resource: resource.done(),
    }
}

fn statistic(whole: &Whole<'_>, outcome: Outcome<'_>) -> Value {
    let count = |field: &str| outcome.number(field).filter(|count| *count <= COUNT_MAX);
    // What is too large for a number of FHIR stands in words.
    let too_large = |field: &str, called: &str| {
        let count = outcome.number(field).filter(|count| *count > COUNT_MAX);
        count.map(|count| format!("{called}: {count}"))
    };
    let said: Vec<String> = [
        too_large("studies", whole.words.studies),
        too_large("participants", whole.words.participants),
    ]
    .into_iter()
    .flatten()
    .collect();
    let size = Object::new()
        .with("description", lines(&said.join("\n")))
        .with("numberOfStudies", count("studies").into())
        .with("numberOfParticipants", count("participants").into())
        .done();
    Object::new()
        .with("description", lines(outcome.said("effect")))
        .with("sampleSize", size)
        .done()
}

/// The certainty that holds, with what was said of each domain; nothing where nothing is said.
fn certainty(whole: &Whole<'_>, outcome: Outcome<'_>, undecided: &[Undecided]) -> Option<Value> {
    let words = whole.words;
    let parts: Vec<Value> = outcome
        .judged()
        .into_iter()
        .map(|judged| {
            let called = words.domain(judged.domain);
            Object::new()
                .with("type", codes::certainty_type(Some(judged.domain), called))
                .with(
                    "rating",
                    codes::rating(judged.code, words.judged(judged.code)),
                )
                .done()
        })
        .collect();
    let rated = outcome.rated(undecided);
    if rated.is_none() && parts.is_empty() {
        return None;
    }
    let level = rated.as_ref().map(|rated| rated.holds);
    let reason = rated.and_then(|rated| rated.reason);
    let reason = reason.map_or_else(String::new, |reason| {
        format!("{}: {reason}", words.set_by_panel)
    });
    let overall = Object::new()
        .with("description", lines(&reason))
        .with("type", codes::certainty_type(None, words.certainty))
        .with(
            "rating",
            level.map_or(Value::Null, |level| {
                codes::rating(level.code(), words.level(level))
            }),
        )
        .with("subcomponent", parts.into());
    Some(overall.done())
}

fn narrative(whole: &Whole<'_>, outcome: Outcome<'_>, undecided: &[Undecided]) -> Value {
    let words = whole.words;
    let count = |field: &str| {
        outcome
            .number(field)
            .map_or_else(String::new, |count| count.to_string())
    };
    Narrative::new(whole.guideline.language.word())
        .labelled(words.outcome, &called(whole, outcome))
        .labelled(
            words.kind_of_studies,
            outcome.start().map_or("", |start| words.start(start)),
        )
        .labelled(words.effect, outcome.said("effect"))
        .labelled(words.studies, &count("studies"))
        .labelled(words.participants, &count("participants"))
        .labelled(words.certainty, &level(whole, outcome, undecided))
        .labelled(words.comment, outcome.text("comment"))
        .done(Origin::Fields)
}

/// The certainty that holds, in a word; empty where there is none.
pub(super) fn level(whole: &Whole<'_>, outcome: Outcome<'_>, undecided: &[Undecided]) -> String {
    let rated = outcome.rated(undecided);
    rated.map_or_else(String::new, |rated| {
        whole.words.level(rated.holds).to_owned()
    })
}
