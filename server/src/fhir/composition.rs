//! The document itself: its text in sections, then a section for each question, what was voted, and the references; with
//! everything that they refer to.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use consilium_model::question::{QUESTION, QUESTION_ID, sign_of};
use serde_json::{Value, json};

use super::evidence::Evidence;
use super::guideline::{Guideline, Standing, Version};
use super::narrative::{Narrative, Origin, plain};
use super::object::{Object, clean, line, lines};
use super::question::{Question, Undecided};
use super::{Entry, URI, Whole, assessment, codes, moment, recommendation};

const COMPOSITION: &[&str] = &["composition"];

/// The composition, and behind it all that it refers to.
pub(super) fn with_parts(whole: &Whole<'_>) -> Vec<Entry> {
    let guideline = whole.guideline;
    let name = whole.names.urn(COMPOSITION);
    let mut parts: Vec<Entry> = Vec::new();
    let mut sections = text_sections(whole);
    for (question, place) in guideline.text.questions.iter().zip(1..) {
        let (section, entries) = of_question(whole, question, place, &name);
        sections.push(section);
        parts.extend(entries);
    }
    if let Standing::Version(version) = &guideline.standing {
        let (section, entries) = of_votes(whole, version, &name);
        sections.extend(section);
        parts.extend(entries);
    }
    let citations = whole.citations.entries(whole);
    if !citations.is_empty() {
        sections.push(section(whole.words.references, Value::Null, &citations));
        parts.extend(citations);
    }
    let author = organization(whole);
    let composition = composition(whole, author.as_ref(), sections);
    let first = Entry {
        name,
        resource: composition,
    };
    let mut all = vec![first];
    all.extend(author);
    all.extend(parts);
    // An archive may bring a text in which two questions have one id; in a bundle no two resources have one name.
    let mut names = HashSet::new();
    all.retain(|entry| names.insert(entry.name.clone()));
    all
}

/// The community; nothing outside of a portal.
fn organization(whole: &Whole<'_>) -> Option<Entry> {
    let community = whole.guideline.community.as_ref()?;
    let path = ["community", &community.id];
    let resource = whole
        .resource("Organization", &path)
        .with("name", line(&community.name));
    Some(Entry {
        name: whole.names.urn(&path),
        resource: resource.done(),
    })
}

fn composition(whole: &Whole<'_>, author: Option<&Entry>, sections: Vec<Value>) -> Value {
    let guideline = whole.guideline;
    let words = whole.words;
    let title = match clean(&guideline.text.title) {
        title if title.is_empty() => words.untitled.to_owned(),
        title => title,
    };
    // A composition has an author, and the display of one is enough.
    let authored = author.map_or_else(|| json!({ "display": words.somebody }), Entry::reference);
    let (identifiers, attesters, related) = match &guideline.standing {
        Standing::Draft => (Vec::new(), Vec::new(), Vec::new()),
        Standing::Version(version) => (
            identifiers(version),
            attesters(whole, version),
            origins(version),
        ),
    };
    whole
        .resource("Composition", COMPOSITION)
        .with("text", about(whole, &title))
        .with("url", whole.names.urn(COMPOSITION).into())
        .with("identifier", identifiers.into())
        .with(
            "version",
            whole
                .published()
                .map_or(Value::Null, |published| line(&published.number)),
        )
        .with("status", guideline.standing.composition_status().into())
        .with("type", codes::words_only(words.guideline))
        .with("date", moment::date_time(guideline.at_ms))
        .with("author", json!([authored]))
        .with("title", line(&title))
        .with("note", undecided_notes(whole))
        .with("attester", attesters.into())
        .with("custodian", author.map(Entry::reference).into())
        .with("relatesTo", related.into())
        .with("section", sections.into())
        .done()
}

/// The id of the version, and the digest of the text that was signed (RFC 6920), by which anybody can tell it.
fn identifiers(version: &Version) -> Vec<Value> {
    let digest = BASE64_URL_SAFE_NO_PAD.encode(version.hash);
    vec![
        json!({ "system": URI, "value": format!("urn:uuid:{}", version.id) }),
        json!({ "system": URI, "value": format!("ni:///sha-256;{digest}") }),
    ]
}

/// Those who signed, under the names that are published with the version.
fn attesters(whole: &Whole<'_>, version: &Version) -> Vec<Value> {
    let signed = version
        .signatures
        .iter()
        .filter(|each| each.declined.is_none());
    signed
        .map(|signature| {
            let name = assessment::named(whole, signature);
            Object::new()
                .with("mode", codes::attestation())
                .with("time", moment::date_time(signature.at_ms))
                .with(
                    "party",
                    json!({ "type": "Practitioner", "display": line(&name) }),
                )
                .done()
        })
        .collect()
}

/// Where it was published before it was brought here.
fn origins(version: &Version) -> Vec<Value> {
    let origin = version
        .published
        .as_ref()
        .and_then(|published| published.origin.as_ref());
    origin
        .map(|(community, at_ms)| {
            Object::new()
                .with("type", "derived-from".into())
                .with("display", line(community))
                .with("publicationDate", moment::date(*at_ms))
                .done()
        })
        .into_iter()
        .collect()
}

/// What the version is, in words.
fn about(whole: &Whole<'_>, title: &str) -> Value {
    let words = whole.words;
    let day = |at_ms: i64| moment::date(at_ms).as_str().unwrap_or_default().to_owned();
    let mut said = Narrative::new(whole.guideline.language.word())
        .heading(1, title)
        .labelled(words.community, whole.community());
    let Standing::Version(version) = &whole.guideline.standing else {
        return said.paragraph(words.draft).done(Origin::Fields);
    };
    match &version.published {
        None => said = said.paragraph(words.draft),
        Some(published) => {
            said = said
                .labelled(words.version, &published.number)
                .labelled(words.published_on, &day(published.at_ms));
            if let Some((community, at_ms)) = &published.origin {
                said = said.labelled(words.published_by, &format!("{community}, {}", day(*at_ms)));
            }
            said = said
                .labelled(words.review_by, &day(published.review_by_ms))
                .labelled(words.licence, codes::licence(published.licence))
                .labelled(words.whats_new, &published.note);
        }
    }
    if let Some(reason) = &version.withdrawn {
        said = said.labelled(words.withdrawn, reason);
    }
    if version.is_superseded {
        said = said.paragraph(words.superseded);
    }
    let signed: Vec<String> = version
        .signatures
        .iter()
        .filter(|each| each.declined.is_none())
        .map(|each| assessment::named(whole, each))
        .collect();
    let hash: String = version
        .hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    said.labelled(words.signed_by, &signed.join(", "))
        .labelled(words.hash, &hash)
        .done(Origin::Fields)
}

/// What people have to decide (D12), one note a question.
fn undecided_notes(whole: &Whole<'_>) -> Value {
    let notes: Vec<Value> = whole
        .guideline
        .undecided
        .values()
        .filter(|undecided| !undecided.is_empty())
        .map(|undecided| {
            let said = format!(
                "{}:\n{}",
                whole.words.undecided,
                said_of(whole, undecided).join("\n")
            );
            json!({ "text": lines(&said) })
        })
        .collect();
    notes.into()
}

fn said_of(whole: &Whole<'_>, undecided: &[Undecided]) -> Vec<String> {
    let or = format!(" {} ", whole.words.or);
    undecided
        .iter()
        .map(|Undecided { register, values }| {
            let values: Vec<String> = values
                .iter()
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .collect();
            format!("{register}: {}", values.join(&or))
        })
        .collect()
}

/// The text: what stands before the first heading of the highest level, and a section for each of these.
fn text_sections(whole: &Whole<'_>) -> Vec<Value> {
    let Guideline { language, text, .. } = whole.guideline;
    let level_of = |block: &Value| {
        let is_heading = block["type"] == "heading";
        is_heading.then(|| block["attrs"]["level"].as_u64().unwrap_or(1))
    };
    let blocks: Vec<Value> = text
        .blocks
        .iter()
        .map(|block| named(whole, block))
        .collect();
    let top = blocks.iter().filter_map(level_of).min();
    let mut parts: Vec<(Option<&Value>, Vec<&Value>)> = vec![(None, Vec::new())];
    for block in &blocks {
        if level_of(block).is_some() && level_of(block) == top && !plain(block).is_empty() {
            parts.push((Some(block), Vec::new()));
        } else if let Some((_, blocks)) = parts.last_mut() {
            blocks.push(block);
        }
    }
    parts
        .into_iter()
        .filter_map(|(heading, blocks)| {
            let title = heading.map(plain).unwrap_or_default();
            // With its heading, so that a section without a text is one all the same.
            let narrative = Narrative::new(language.word())
                .blocks(heading.into_iter().chain(blocks))
                .done(Origin::People);
            (!narrative.is_null()).then(|| section(&title, narrative, &[]))
        })
        .collect()
}

/// A block in which questions stand by their titles: what they say is in sections of their own. One that the reader does not
/// see has its sign, as wherever nothing is known of it.
fn named(whole: &Whole<'_>, block: &Value) -> Value {
    if block["type"] == QUESTION {
        let id = block["attrs"][QUESTION_ID].as_str();
        let mut questions = whole.guideline.text.questions.iter().zip(1..);
        let found = questions.find(|(question, _)| Some(question.id.as_str()) == id);
        let said = match found {
            Some((question, place)) => {
                format!("→ {}", title_of(whole, question, place))
            }
            None => sign_of(id),
        };
        return json!({ "type": "paragraph", "content": [{ "type": "text", "text": said }] });
    }
    match block {
        Value::Object(fields) => fields
            .iter()
            .map(|(field, value)| match value.as_array() {
                Some(within) if field == "content" => {
                    let within = within.iter().map(|child| named(whole, child));
                    (field.clone(), within.collect())
                }
                _ => (field.clone(), value.clone()),
            })
            .collect(),
        other => other.clone(),
    }
}

/// What a question is called, the one at this place.
fn title_of(whole: &Whole<'_>, question: &Question, place: usize) -> String {
    match question.text("title") {
        "" => format!("{} {place}", whole.words.question),
        title => title.to_owned(),
    }
}

fn section(title: &str, text: Value, entries: &[Entry]) -> Value {
    let references: Vec<Value> = entries.iter().map(Entry::reference).collect();
    Object::new()
        .with("title", line(title))
        .with("text", text)
        .with("entry", references.into())
        .done()
}

fn of_question(
    whole: &Whole<'_>,
    question: &Question,
    place: usize,
    composition: &str,
) -> (Value, Vec<Entry>) {
    let words = whole.words;
    let undecided = whole.guideline.undecided.get(&question.id);
    let undecided = undecided.map_or(&[][..], Vec::as_slice);
    let evidence = Evidence::of(whole, question, undecided);
    let mut entries = recommendation::entries(whole, question, &evidence);
    // A table of judgements is about what it leads to; without a recommendation, about the guideline.
    let judged = entries.first().map_or(composition, |first| &first.name);
    let decision = assessment::of_decision(whole, question, judged);
    entries.extend(evidence.into_entries());
    entries.extend(assessment::of_outcomes(whole, question));
    entries.extend(decision);
    let title = title_of(whole, question, place);
    let mut text = Narrative::new(whole.guideline.language.word()).heading(2, &title);
    for each in said_of(whole, undecided) {
        text = text.labelled(words.undecided, &each);
    }
    for each in question.recommendations() {
        text = recommendation::narrative(whole, each, text.heading(3, words.recommendation));
    }
    for (part, called) in [
        ("pico/population", words.population),
        ("pico/intervention", words.intervention),
        ("pico/comparison", words.comparison),
        ("pico/outcome", words.outcomes),
    ] {
        text = text.labelled(called, question.text(part));
    }
    if question.outcomes().next().is_some() {
        text =
            assessment::findings_table(whole, question, undecided, text.heading(3, words.findings));
    }
    if entries
        .iter()
        .any(|entry| entry.name == whole.names.urn(&["question", &question.id, "decision"]))
    {
        text = assessment::decision_table(whole, question, text.heading(3, words.decision));
    }
    (
        section(&title, text.done(Origin::Fields), &entries),
        entries,
    )
}

/// Votes and dissent; no section where there is neither.
fn of_votes(
    whole: &Whole<'_>,
    version: &Version,
    composition: &str,
) -> (Option<Value>, Vec<Entry>) {
    let votes = version
        .published
        .as_ref()
        .map_or(&[][..], |published| &published.votes);
    let mut entries: Vec<Entry> = votes
        .iter()
        .zip(1..)
        .map(|(vote, place)| assessment::of_vote(whole, vote, place, composition))
        .collect();
    entries.extend(assessment::of_dissent(
        whole,
        &version.signatures,
        composition,
    ));
    let made = (!entries.is_empty()).then(|| section(whole.words.votes, Value::Null, &entries));
    (made, entries)
}
