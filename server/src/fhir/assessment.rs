//! What people judged and said, as `ArtifactAssessment`: importance of outcomes, the Evidence-to-Decision table, votes, and
//! dissent. Votes are what was published of them: verdict, turnout and what was said, without names and without ballots.

use consilium_model::grade::Criterion;
use serde_json::{Value, json};

use super::evidence::{called, level};
use super::guideline::Signature;
use super::moment;
use super::narrative::{Narrative, Origin};
use super::object::{Object, clean, line, lines};
use super::question::{Outcome, Question, Undecided};
use super::{Entry, Whole, codes};
use crate::publication::votes::Vote;

/// What is put together about one artifact.
struct About<'a> {
    path: &'a [&'a str],
    title: &'a str,
    /// The name of the resource.
    artifact: &'a str,
    at_ms: i64,
    text: Value,
    content: Vec<Value>,
}

fn entry(whole: &Whole<'_>, about: About<'_>) -> Entry {
    let copyright = whole
        .published()
        .map(|published| codes::licence(published.licence));
    let resource = whole
        .resource("ArtifactAssessment", about.path)
        .with("title", line(about.title))
        .with("text", about.text)
        .with("date", moment::date_time(about.at_ms))
        .with("copyright", copyright.into())
        .with("artifactReference", json!({ "reference": about.artifact }))
        .with("content", about.content.into())
        .with(
            "workflowStatus",
            whole.guideline.standing.workflow_status().into(),
        );
    Entry {
        name: whole.names.urn(about.path),
        resource: resource.done(),
    }
}

/// How important each outcome is.
pub(super) fn of_outcomes(whole: &Whole<'_>, question: &Question) -> Vec<Entry> {
    question
        .outcomes()
        .filter_map(|outcome| importance(whole, question, outcome))
        .collect()
}

fn importance(whole: &Whole<'_>, question: &Question, outcome: Outcome<'_>) -> Option<Entry> {
    let words = whole.words;
    let importance = outcome.importance()?;
    let class = importance.class();
    let path = [
        "question",
        &question.id,
        "outcome",
        outcome.id,
        "importance",
    ];
    let artifact = whole
        .names
        .urn(&["question", &question.id, "outcome", outcome.id]);
    let said = format!("{}, {}", importance.get(), words.class(class));
    let title = format!("{}: {}", words.importance, called(whole, outcome));
    let content = Object::new()
        .with("informationType", "rating".into())
        .with(
            "type",
            codes::ours("assessment", "outcome-importance", words.importance),
        )
        .with(
            "classifier",
            json!([codes::ours(
                "outcome-importance",
                class.code(),
                words.class(class)
            )]),
        )
        .with("quantity", json!({ "value": importance.get() }))
        .done();
    let text = Narrative::new(whole.guideline.language.word())
        .labelled(&title, &said)
        .done(Origin::Fields);
    let about = About {
        path: &path,
        title: &title,
        artifact: &artifact,
        at_ms: whole.guideline.at_ms,
        text,
        content: vec![content],
    };
    Some(entry(whole, about))
}

/// The Evidence-to-Decision table of a question, about `artifact`; nothing where nothing is judged.
pub(super) fn of_decision(whole: &Whole<'_>, question: &Question, artifact: &str) -> Option<Entry> {
    let words = whole.words;
    let content: Vec<Value> = judgements(question)
        .map(|(criterion, code, reasons)| {
            let judged = criterion.judgement(code);
            let classifier = judged.map(|judgement| {
                codes::ours("judgement", judgement.code(), words.judge(judgement))
            });
            // Without a judgement it is what somebody considered.
            let kind = if judged.is_some() {
                "rating"
            } else {
                "comment"
            };
            Object::new()
                .with("informationType", kind.into())
                .with(
                    "type",
                    codes::ours("criterion", criterion.code(), words.criterion(criterion)),
                )
                .with("classifier", classifier.into_iter().collect())
                .with("summary", lines(reasons))
                .done()
        })
        .collect();
    if content.is_empty() {
        return None;
    }
    let path = ["question", &question.id, "decision"];
    let text = decision_table(
        whole,
        question,
        Narrative::new(whole.guideline.language.word()),
    )
    .done(Origin::Fields);
    let about = About {
        path: &path,
        title: words.decision,
        artifact,
        at_ms: whole.guideline.at_ms,
        text,
        content,
    };
    Some(entry(whole, about))
}

/// Criteria about which something is said: the code of the judgement and the reasons, either may be empty.
fn judgements(question: &Question) -> impl Iterator<Item = (Criterion, &str, &str)> {
    Criterion::ALL.into_iter().filter_map(|criterion| {
        let name = format!("etd/{}", criterion.code());
        let known = |code: &&str| criterion.judgement(code).is_some();
        let code = Some(question.said(&name)).filter(known).unwrap_or_default();
        let reasons = question.text(&name);
        (!code.is_empty() || !reasons.is_empty()).then_some((criterion, code, reasons))
    })
}

/// The same as a table.
pub(super) fn decision_table(
    whole: &Whole<'_>,
    question: &Question,
    narrative: Narrative,
) -> Narrative {
    let words = whole.words;
    let rows: Vec<Vec<String>> = judgements(question)
        .map(|(criterion, code, reasons)| {
            let judged = criterion
                .judgement(code)
                .map_or("", |judgement| words.judge(judgement));
            [words.criterion(criterion), judged, reasons]
                .map(str::to_owned)
                .to_vec()
        })
        .collect();
    narrative.table(&["", words.judgement, words.reasons], &rows)
}

/// The summary of findings, as a table.
pub(super) fn findings_table(
    whole: &Whole<'_>,
    question: &Question,
    undecided: &[Undecided],
    narrative: Narrative,
) -> Narrative {
    let words = whole.words;
    let rows: Vec<Vec<String>> = question
        .outcomes()
        .map(|outcome| {
            let count = |field| {
                outcome
                    .number(field)
                    .map_or_else(String::new, |count| count.to_string())
            };
            let importance = outcome.importance().map_or_else(String::new, |importance| {
                format!("{}, {}", importance.get(), words.class(importance.class()))
            });
            vec![
                called(whole, outcome),
                importance,
                count("participants"),
                count("studies"),
                outcome.said("effect").to_owned(),
                level(whole, outcome, undecided),
                outcome.text("comment").to_owned(),
            ]
        })
        .collect();
    let head = [
        words.outcome,
        words.importance,
        words.participants,
        words.studies,
        words.effect,
        words.certainty,
        words.comment,
    ];
    narrative.table(&head, &rows)
}

/// One vote about a text, the one at this place among all of them.
pub(super) fn of_vote(whole: &Whole<'_>, vote: &Vote, place: usize, composition: &str) -> Entry {
    let words = whole.words;
    let place = place.to_string();
    let path = ["vote", &vote.text, &place];
    let turnout = words.turnout(vote.voted, vote.eligible, vote.recused);
    let summary = format!("{turnout}\n{}", vote.rule);
    let mut content = vec![
        Object::new()
            .with("informationType", "rating".into())
            .with("summary", lines(&summary))
            .with("type", codes::ours("assessment", "vote", words.verdict))
            .with(
                "classifier",
                json!([codes::ours("verdict", &vote.verdict, "")]),
            )
            .done(),
    ];
    content.extend(vote.said.iter().filter_map(|said| comment(said, None)));
    let mut text = Narrative::new(whole.guideline.language.word())
        .paragraph(&vote.question)
        .labelled(words.about, &vote.quote)
        .labelled(words.verdict, &format!("{} ({turnout})", vote.verdict));
    for said in &vote.said {
        text = text.labelled(words.comment, said);
    }
    let about = About {
        path: &path,
        title: &vote.question,
        artifact: composition,
        at_ms: vote.ended_at,
        text: text.done(Origin::Fields),
        content,
    };
    entry(whole, about)
}

/// Why those did not sign who declined; nothing where nobody did.
pub(super) fn of_dissent(
    whole: &Whole<'_>,
    signatures: &[Signature],
    composition: &str,
) -> Option<Entry> {
    let words = whole.words;
    let declined: Vec<(&Signature, &str)> = signatures
        .iter()
        .filter_map(|signature| Some((signature, signature.declined.as_deref()?)))
        .collect();
    let at_ms = declined
        .iter()
        .map(|(signature, _)| signature.at_ms)
        .max()?;
    let mut text = Narrative::new(whole.guideline.language.word());
    let mut content = Vec::new();
    for (signature, reason) in declined {
        let name = named(whole, signature);
        text = text.labelled(&name, reason);
        content.extend(comment(reason, Some(&name)));
    }
    let about = About {
        path: &["dissent"],
        title: words.declined,
        artifact: composition,
        at_ms,
        text: text.done(Origin::Fields),
        content,
    };
    Some(entry(whole, about))
}

/// What somebody is called who signed or declined.
pub(super) fn named(whole: &Whole<'_>, signature: &Signature) -> String {
    match clean(&signature.name) {
        name if name.is_empty() => whole.words.somebody.to_owned(),
        name => name,
    }
}

fn comment(said: &str, by: Option<&str>) -> Option<Value> {
    let Value::String(text) = lines(said) else {
        return None;
    };
    let author = by.map(|name| json!({ "type": "Practitioner", "display": line(name) }));
    (!text.is_empty()).then(|| {
        Object::new()
            .with("informationType", "comment".into())
            .with("summary", text.into())
            .with("author", author.into())
            .done()
    })
}
