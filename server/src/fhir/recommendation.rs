//! A recommendation as a `PlanDefinition` with one action: the unit that is reused and brought up to date.

use consilium_model::grade::Certainty;
use serde_json::{Value, json};

use super::evidence::Evidence;
use super::moment;
use super::narrative::{Narrative, Origin};
use super::object::{Object, line, lines};
use super::question::{Question, Recommendation};
use super::{Entry, Whole, codes};

/// Extensions that HL7 has for actions of plans.
const STRENGTH: &str = "http://hl7.org/fhir/StructureDefinition/cqf-strengthOfRecommendation";
const QUALITY: &str = "http://hl7.org/fhir/StructureDefinition/cqf-qualityOfEvidence";
const DIRECTION: &str =
    "http://hl7.org/fhir/uv/cpg/StructureDefinition/cpg-directionOfRecommendation";

/// The recommendations of a question, which rest on its evidence.
pub(super) fn entries(whole: &Whole<'_>, question: &Question, evidence: &Evidence) -> Vec<Entry> {
    question
        .recommendations()
        .map(|recommendation| entry(whole, question, recommendation, evidence))
        .collect()
}

fn entry(
    whole: &Whole<'_>,
    question: &Question,
    recommendation: Recommendation<'_>,
    evidence: &Evidence,
) -> Entry {
    let path = [
        "question",
        &question.id,
        "recommendation",
        recommendation.id,
    ];
    let mut related: Vec<Value> = evidence
        .bodies()
        .map(|body| json!({ "type": "justification", "resourceReference": body.reference() }))
        .collect();
    related.extend(evidence.cited(whole));
    let text = narrative(
        whole,
        recommendation,
        Narrative::new(whole.guideline.language.word()),
    )
    .done(Origin::Fields);
    let resource = whole
        .artifact("PlanDefinition", &path)
        .with("title", line(question.text("title")))
        .with("text", text)
        .with("description", lines(recommendation.statement()))
        .with("subjectCanonical", evidence.population().into())
        .with("usage", lines(recommendation.text("remarks")))
        .with("effectivePeriod", period(whole, recommendation))
        .with("relatedArtifact", related.into())
        .with("action", json!([action(whole, recommendation)]));
    Entry {
        name: whole.names.urn(&path),
        resource: resource.done(),
    }
}

fn action(whole: &Whole<'_>, recommendation: Recommendation<'_>) -> Value {
    let words = whole.words;
    let strength = recommendation.strength();
    let direction = recommendation.direction();
    let certainty = recommendation.certainty();
    let coded = [
        (
            STRENGTH,
            strength.map(|code| codes::strength(code, words.strong(code))),
        ),
        (
            DIRECTION,
            direction.map(|code| codes::direction(code, words.direct(code))),
        ),
        (
            QUALITY,
            certainty.map(|level| codes::rating(level.code(), words.level(level))),
        ),
    ];
    let extensions: Vec<Value> = coded
        .into_iter()
        .filter_map(|(url, concept)| concept.map(|concept| codes::extension(url, &concept)))
        .collect();
    Object::new()
        .with("extension", extensions.into())
        .with("linkId", line(recommendation.id))
        .with("title", line(recommendation.said("action")))
        .with("textEquivalent", lines(recommendation.statement()))
        .with(
            "subjectCodeableConcept",
            codes::words_only(recommendation.text("population")),
        )
        .done()
}

/// From its publication until it is to be looked at again: its own day, or else that of the version.
fn period(whole: &Whole<'_>, recommendation: Recommendation<'_>) -> Value {
    let published = whole.published();
    let end = match moment::written_date(recommendation.said("review-by")) {
        Value::Null => published.map_or(Value::Null, |version| moment::date(version.review_by_ms)),
        own => own,
    };
    let start = published.map_or(Value::Null, |version| moment::date(version.at_ms));
    // A period that ends before it begins is none in FHIR. The day that is overdue says more.
    let is_period = start
        .as_str()
        .zip(end.as_str())
        .is_none_or(|(start, end)| start <= end);
    let start = if is_period { start } else { Value::Null };
    Object::new().with("start", start).with("end", end).done()
}

/// What it says, in words.
pub(super) fn narrative(
    whole: &Whole<'_>,
    recommendation: Recommendation<'_>,
    narrative: Narrative,
) -> Narrative {
    let words = whole.words;
    let certainty = recommendation.certainty();
    narrative
        .paragraph(recommendation.statement())
        .labelled(
            words.strength,
            recommendation
                .strength()
                .map_or("", |code| words.strong(code)),
        )
        .labelled(
            words.direction,
            recommendation
                .direction()
                .map_or("", |code| words.direct(code)),
        )
        .labelled(
            words.certainty,
            certainty.map_or("", |level: Certainty| words.level(level)),
        )
        .labelled(words.for_whom, recommendation.text("population"))
        .labelled(words.remarks, recommendation.text("remarks"))
        .labelled(words.review_by, recommendation.said("review-by"))
}
