//! What a clinical question says, as JSON for programs that know no CRDT, and as blocks for people.
//!
//! Texts by the names of their roots, values by those of their registers: one value where it is settled, all of them where
//! a person has to decide. Names and codes are those of `consilium_model`. [`placed`] puts the blocks of questions where a text
//! names them, and those of the others behind it. The app writes more of each, in the reader's language
//! (`web/src/ui/portal/questions/said-questions.ts`); here it is what is asked and what is recommended.

mod words;

use std::collections::BTreeSet;

use consilium_model::grade::{Certainty, Direction, Strength};
use consilium_model::prose::{Block, LINE_BREAK, Run};
use consilium_model::question::{self, PICO};
use consilium_model::register::{self, State, Values};
use serde_json::{Value, json};
use yrs::{Any, Doc, Transact};

use self::words::Words;
use super::archive::decoded;
use crate::community::wording::Language;
use crate::panic_boundary::contain;

/// The level of the heading above the questions that a text does not name.
const REST_LEVEL: u8 = 2;

/// How deep headings go.
const LEVEL_MAX: u8 = 4;

/// A question of a document, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedQuestion {
    id: String,
    title: String,
    /// Each under a heading.
    parts: Vec<(&'static str, Vec<Block>)>,
}

impl AskedQuestion {
    /// Reads a question from its state, one update (V1). `listed_title` is for one that does not say its own. Of a state that
    /// cannot be read, which must not keep the text back, that is all there is.
    #[must_use]
    pub fn of(id: &str, listed_title: &str, state: &[u8], language: Language) -> Self {
        let words = Words::of(language);
        let read = decoded(state).and_then(|doc| contain(|| parts(&doc, words)).ok());
        let (title, parts) = read.unwrap_or_default();
        let title = Some(title)
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| listed_title.trim().to_owned());
        Self {
            id: id.to_owned(),
            title,
            parts,
        }
    }

    fn title(&self, words: &Words) -> String {
        if self.title.is_empty() {
            words.untitled.to_owned()
        } else {
            self.title.clone()
        }
    }

    fn write(&self, level: u8, words: &Words, out: &mut Vec<Block>) {
        out.push(Block::heading(level.min(LEVEL_MAX), self.title(words)));
        for (heading, blocks) in &self.parts {
            out.push(Block::heading((level + 1).min(LEVEL_MAX), *heading));
            out.extend(blocks.iter().cloned());
        }
    }
}

/// The blocks of a text with `questions` in their places, each in the first that names it, and the others behind the text.
#[must_use]
pub fn placed(body: Vec<Block>, questions: &[AskedQuestion], language: Language) -> Vec<Block> {
    let words = Words::of(language);
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let mut out = Vec::with_capacity(body.len());
    let mut level = 1;
    for block in body {
        let Block::Question(id) = &block else {
            if let Block::Heading(of, _) = &block {
                level = *of;
            }
            out.push(block);
            continue;
        };
        match questions.iter().find(|question| question.id == *id) {
            None => out.push(Block::paragraph(words.not_in)),
            Some(question) if placed.insert(&question.id) => {
                question.write(level + 1, words, &mut out);
            }
            Some(question) => {
                let said = format!("{} {}", words.above, question.title(words));
                out.push(Block::paragraph(said));
            }
        }
    }
    let rest: Vec<_> = questions
        .iter()
        .filter(|question| !placed.contains(question.id.as_str()))
        .collect();
    if !rest.is_empty() {
        out.push(Block::heading(REST_LEVEL, words.rest));
        for question in rest {
            question.write(REST_LEVEL + 1, words, &mut out);
        }
    }
    out
}

/// The title of a question, and what is asked and recommended, each under its heading.
fn parts(doc: &Doc, words: &Words) -> (String, Vec<(&'static str, Vec<Block>)>) {
    let txn = doc.transact();
    let values = register::read(&txn);
    let texts = question::texts(&txn);
    let text = |name: &str| texts.get(name).map_or("", |said| said.trim());
    let mut parts = Vec::new();
    let names = texts.keys().map(String::as_str);
    let recommendations: BTreeSet<&str> = names
        .chain(values.registers.keys().map(register::RegisterName::as_str))
        .filter_map(|name| name.strip_prefix("recommendation/")?.split('/').next())
        .collect();
    for id in recommendations {
        let name = |what: &str| format!("recommendation/{id}/{what}");
        let said = |what: &str| value(&values, &name(what), words, wording);
        let statement = Some(said("statement"))
            .filter(|said| !said.is_empty())
            .unwrap_or_else(|| said("action"));
        let facts = facts(&values, &name, words);
        let mut inner = Vec::new();
        if !statement.is_empty() {
            inner.push(Block::Paragraph(lines(&statement, Run::bold)));
        }
        if !facts.is_empty() {
            inner.push(Block::paragraph(facts.join(" · ")));
        }
        inner.extend(labelled(words.population, text(&name("population"))));
        inner.extend(labelled(words.remarks, text(&name("remarks"))));
        inner.extend(labelled(words.review_by, &said("review-by")));
        if !inner.is_empty() {
            parts.push((words.recommendation, vec![Block::Blockquote(inner)]));
        }
    }
    let asked: Vec<Block> = PICO
        .iter()
        .zip(words.pico)
        .filter_map(|(name, label)| labelled(label, text(name)))
        .collect();
    if !asked.is_empty() {
        parts.push((words.question, asked));
    }
    (text(consilium_model::document::TITLE).to_owned(), parts)
}

/// Direction, strength and certainty, as far as they are said.
fn facts(values: &Values, name: &impl Fn(&str) -> String, words: &Words) -> Vec<String> {
    let fact = |what: &str, label: &str, say: &dyn Fn(&str) -> Option<&'static str>| {
        let said = value(values, &name(what), words, |value| {
            register::code(value)
                .and_then(say)
                .unwrap_or_default()
                .to_owned()
        });
        (!said.is_empty()).then(|| format!("{label}: {said}"))
    };
    [
        fact("direction", words.direction, &|code| {
            Direction::from_code(code).map(|direction| words.of_direction(direction))
        }),
        fact("strength", words.strength, &|code| {
            Strength::from_code(code).map(|strength| words.of_strength(strength))
        }),
        fact("certainty", words.certainty, &|code| {
            Certainty::from_code(code).map(|certainty| words.of_certainty(certainty))
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A value in words; where several people set it at once, all of theirs.
fn value(values: &Values, name: &str, words: &Words, say: impl Fn(&Any) -> String) -> String {
    let Some((_, register)) = values
        .registers
        .iter()
        .find(|(found, _)| found.as_str() == name)
    else {
        return String::new();
    };
    match register.state() {
        State::Unset => String::new(),
        State::Settled(value) => say(value),
        State::Conflict => {
            let all: Vec<String> = register
                .current
                .iter()
                .map(|setting| say(&setting.value))
                .map(|said| {
                    if said.is_empty() {
                        "–".to_owned()
                    } else {
                        said
                    }
                })
                .collect();
            format!("{} ({})", words.undecided, all.join(" / "))
        }
    }
}

fn wording(value: &Any) -> String {
    match value {
        Any::String(said) => said.trim().to_owned(),
        _ => String::new(),
    }
}

fn labelled(label: &str, said: &str) -> Option<Block> {
    if said.is_empty() {
        return None;
    }
    let mut runs = vec![Run::bold(format!("{label}:")), Run::plain(" ")];
    runs.extend(lines(said, Run::plain));
    Some(Block::Paragraph(runs))
}

fn lines(said: &str, run: impl Fn(String) -> Run) -> Vec<Run> {
    let mut runs = Vec::new();
    for (at, line) in said.lines().enumerate() {
        if at > 0 {
            runs.push(Run::plain(LINE_BREAK));
        }
        if !line.is_empty() {
            runs.push(run(line.to_owned()));
        }
    }
    runs
}

/// What it says.
pub(super) fn said(doc: &Doc) -> Value {
    let txn = doc.transact();
    let values = register::read(&txn);
    let registers: serde_json::Map<String, Value> = values
        .registers
        .iter()
        .filter_map(|(name, register)| {
            let said = match register.state() {
                State::Unset => return None,
                State::Settled(value) => json!({ "value": plain(value) }),
                State::Conflict => {
                    let all = register.current.iter().map(|setting| &setting.value);
                    json!({ "undecided": all.map(plain).collect::<Vec<_>>() })
                }
            };
            Some((name.as_str().to_owned(), said))
        })
        .collect();
    json!({
        "texts": question::texts(&txn),
        "outcomes": question::outcomes(&txn),
        "values": registers,
    })
}

/// A value as JSON has it; nothing for what it has not.
fn plain(value: &Any) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests;
