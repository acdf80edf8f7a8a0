//! What is frozen: a document with its clinical questions, as canonical JSON, and the SHA-256 of its bytes (I8).
//!
//! The body is in the form that ProseMirror editors read as JSON, so that any of them shows it without a CRDT; a question is
//! its texts and its values by the names that ADR-0031 gives them. Canonical: keys in the order of their bytes, no spaces,
//! nothing that says nothing (empty paragraphs at the top, empty texts, settings without a value), text with the same looks
//! in one piece, whole numbers without a point. As in [`crate::rounds::text`] the way to write it is this file's own, with a
//! golden test, so that no new version of a library makes an old signature look void.
//!
//! Recurses as deep as the document is nested, which is bounded where updates come in. Callers contain what yrs may do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};
use consilium_model::document::BODY;
use consilium_model::form::{Element, Form, Stretch};
use consilium_model::meeting::ids::Hash32;
use consilium_model::question as questions;
use consilium_model::references;
use consilium_model::register::{self, State, Values};
use consilium_protocol::ids::DocName;
use yrs::any::Number;
use yrs::{Any, ReadTxn, XmlFragment};

/// What every text says it is.
pub const FORMAT: &str = "consilium publication 1";

/// Bytes of a frozen text: 200 pages with sixty questions are a tenth of it.
pub const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Characters of a title that is kept beside the text, for lists.
const TITLE_CHARS_MAX: usize = 300;

/// A value of JSON that has one way to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Values by names.
    Map(BTreeMap<String, Json>),
}

/// What is signed and published.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// Its title.
    pub title: String,
    /// The canonical text.
    pub text: String,
    /// Of its bytes.
    pub hash: Hash32,
}

impl Content {
    /// Freezes it; `None` where there is nothing in it.
    #[must_use]
    pub fn freeze(
        title: &str,
        body: Vec<Json>,
        questions: Vec<Json>,
        references: BTreeMap<String, Json>,
    ) -> Option<Self> {
        if body.is_empty() && questions.is_empty() {
            return None;
        }
        Some(Self::of(title, body, questions, references))
    }

    /// The same of a draft, which may have nothing in it.
    #[must_use]
    pub fn of(
        title: &str,
        body: Vec<Json>,
        questions: Vec<Json>,
        references: BTreeMap<String, Json>,
    ) -> Self {
        let shown = title
            .trim()
            .chars()
            .filter(|character| !character.is_control());
        let title: String = shown.take(TITLE_CHARS_MAX).collect();
        let doc = map([("content", Json::List(body)), ("type", text("doc"))]);
        let mut whole = BTreeMap::from([
            ("body".to_owned(), doc),
            ("format".to_owned(), text(FORMAT)),
            ("questions".to_owned(), Json::List(questions)),
            ("title".to_owned(), text(&title)),
        ]);
        if !references.is_empty() {
            whole.insert("references".to_owned(), Json::Map(references));
        }
        let written = Json::Map(whole).canonical();
        Self {
            hash: hash_of(written.as_bytes()),
            title,
            text: written,
        }
    }
}

/// The hash that people sign.
#[must_use]
pub fn hash_of(bytes: &[u8]) -> Hash32 {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    Hash32(hash)
}

/// The blocks of a body in which there is something; adds the references that they name to `cited`.
pub fn body<T: ReadTxn>(txn: &T, cited: &mut BTreeSet<String>) -> Vec<Json> {
    let Some(body) = txn.get_xml_fragment(BODY) else {
        return Vec::new();
    };
    let mut blocks = Vec::new();
    for node in body.children(txn) {
        let form = Form::read(txn, &node);
        let is_empty = match &form {
            Form::Element(element) => element.name == "paragraph" && form.text().trim().is_empty(),
            Form::Text(_) => true,
        };
        if !is_empty {
            references::cited(&form, cited);
            write_form(&mut blocks, &form);
        }
    }
    blocks
}

/// What the document says of the references that are cited, by the keys of its map, with the style in which they are shown.
/// Nothing where nothing is cited.
pub fn cited_references<T: ReadTxn>(txn: &T, cited: &BTreeSet<String>) -> BTreeMap<String, Json> {
    if cited.is_empty() {
        return BTreeMap::new();
    }
    let known = references::read(txn).into_iter();
    known
        .filter(|(key, _)| key == references::STYLE || cited.contains(references::id_of(key)))
        .map(|(key, value)| (key, value_of(&value)))
        .collect()
}

/// The references that the evidence of a question rests on.
pub fn cited_by(values: &Values, cited: &mut BTreeSet<String>) {
    for (name, register) in &values.registers {
        if questions::is_evidence(name.as_str())
            && let State::Settled(Any::Array(ids)) = register.state()
        {
            cited.extend(ids.iter().filter_map(register::code).map(str::to_owned));
        }
    }
}

/// What a question says; `None` where that is nothing.
pub fn question<T: ReadTxn>(txn: &T, name: &DocName, values: &Values) -> Option<Json> {
    let id = questions::id_of(name)?;
    let texts: BTreeMap<String, Json> = questions::texts(txn)
        .into_iter()
        .map(|(name, said)| (name, Json::Text(said)))
        .collect();
    let settled: BTreeMap<String, Json> = values
        .registers
        .iter()
        .filter_map(|(name, register)| match register.state() {
            State::Settled(Any::Null | Any::Undefined) | State::Unset | State::Conflict => None,
            State::Settled(value) => Some((name.as_str().to_owned(), value_of(value))),
        })
        .collect();
    if texts.is_empty() && settled.is_empty() {
        return None;
    }
    let outcomes = questions::outcomes(txn).iter().map(|id| text(id)).collect();
    Some(map([
        ("id", text(id)),
        ("outcomes", Json::List(outcomes)),
        ("texts", Json::Map(texts)),
        ("values", Json::Map(settled)),
    ]))
}

/// What was set in the registers of a question on which people have to decide, each as its canonical text.
pub fn undecided(values: &Values) -> Vec<(String, Vec<String>)> {
    let conflicts = values.registers.iter();
    conflicts
        .filter(|(_, register)| register.state() == State::Conflict)
        .map(|(name, register)| {
            let settings = register.current.iter().map(|setting| &setting.value);
            let foreign = register.foreign.iter().map(|foreign| &foreign.content);
            let all = settings
                .chain(foreign)
                .map(|value| value_of(value).canonical());
            (name.as_str().to_owned(), all.collect())
        })
        .collect()
}

fn text(said: &str) -> Json {
    Json::Text(said.to_owned())
}

fn map<const N: usize>(entries: [(&str, Json); N]) -> Json {
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    Json::Map(entries.into_iter().collect())
}

fn write_form(out: &mut Vec<Json>, form: &Form) {
    match form {
        Form::Element(element) => out.push(write_element(element)),
        Form::Text(stretches) => write_stretches(out, stretches),
    }
}

fn write_element(element: &Element) -> Json {
    let mut entries = BTreeMap::from([("type".to_owned(), text(&element.name))]);
    let settings = settings_of(&element.settings);
    if !settings.is_empty() {
        entries.insert("attrs".to_owned(), Json::Map(settings));
    }
    let mut content = Vec::new();
    for child in &element.content {
        write_form(&mut content, child);
    }
    if !content.is_empty() {
        entries.insert("content".to_owned(), Json::List(content));
    }
    Json::Map(entries)
}

fn write_stretches(out: &mut Vec<Json>, stretches: &[Stretch]) {
    let said = stretches.iter().filter(|stretch| !stretch.text.is_empty());
    let mut said = said.peekable();
    while let Some(stretch) = said.next() {
        let marks = marks_of(stretch);
        let mut words = stretch.text.clone();
        while let Some(next) = said.next_if(|next| marks_of(next) == marks) {
            words.push_str(&next.text);
        }
        let mut entries = BTreeMap::from([
            ("text".to_owned(), Json::Text(words)),
            ("type".to_owned(), text("text")),
        ]);
        if !marks.is_empty() {
            entries.insert("marks".to_owned(), Json::List(marks));
        }
        out.push(Json::Map(entries));
    }
}

fn marks_of(stretch: &Stretch) -> Vec<Json> {
    let marks = stretch.marks.iter();
    marks
        .filter(|(_, value)| !matches!(value, Any::Null | Any::Undefined))
        .map(|(name, value)| {
            // Editors write a hash behind the name of a mark of which there are several.
            let name = name.split("--").next().unwrap_or(name);
            let mut entries = BTreeMap::from([("type".to_owned(), text(name))]);
            if let Any::Map(settings) = value {
                let settings = settings
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                let settings = settings_of(&settings);
                if !settings.is_empty() {
                    entries.insert("attrs".to_owned(), Json::Map(settings));
                }
            }
            Json::Map(entries)
        })
        .collect()
}

fn settings_of(settings: &BTreeMap<String, Any>) -> BTreeMap<String, Json> {
    settings
        .iter()
        .filter(|(_, value)| !matches!(value, Any::Null | Any::Undefined))
        .map(|(key, value)| (key.clone(), value_of(value)))
        .collect()
}

fn value_of(value: &Any) -> Json {
    match value {
        Any::Null | Any::Undefined => Json::Null,
        Any::Bool(is_true) => Json::Bool(*is_true),
        Any::Number(number) => number_of(*number),
        Any::String(said) => text(said),
        Any::Buffer(bytes) => {
            let mut digits = String::with_capacity(bytes.len() * 2);
            for byte in bytes.iter() {
                // Writing into a string does not fail.
                let _ = write!(digits, "{byte:02x}");
            }
            Json::Text(digits)
        }
        Any::Array(values) => Json::List(values.iter().map(value_of).collect()),
        Any::Map(values) => Json::Map(
            values
                .iter()
                .map(|(key, value)| (key.clone(), value_of(value)))
                .collect(),
        ),
    }
}

/// A whole number is the same however a client sent it; what is no number in JSON is nothing.
fn number_of(number: Number) -> Json {
    match number {
        Number::Int(number) => Json::Number(number.to_string()),
        Number::Float(float) => match Number::try_i64(float) {
            Number::Int(number) => Json::Number(number.to_string()),
            Number::Float(float) if float.is_finite() => Json::Number(float.to_string()),
            Number::Float(_) => Json::Null,
        },
    }
}

impl Json {
    /// The one way to write it.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(is_true) => out.push_str(if *is_true { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(said) => write_text(out, said),
            Self::List(values) => {
                out.push('[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    value.write(out);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_text(out, key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// Quotes, backslashes and controls are escaped, and nothing else.
fn write_text(out: &mut String, said: &str) {
    out.push('"');
    for character in said.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                // Writing into a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use consilium_model::prose::{Block, Mark, Run, append};
    use consilium_model::register::{RegisterName, set};
    use yrs::{Doc, Map, Text, Transact};

    use super::*;
    use crate::plain_doc::plain_doc;

    const QUESTION: &str = "g/question/0199a1b2-0000-7000-8000-000000000001";

    fn document(blocks: &[Block]) -> Doc {
        let doc = plain_doc();
        let body = doc.get_or_insert_xml_fragment(BODY);
        append(&mut doc.transact_mut(), &body, blocks);
        doc
    }

    fn sample() -> Vec<Block> {
        vec![
            Block::heading(2, "Children"),
            Block::Paragraph(vec![
                Run::plain("We \"suggest\" "),
                Run::bold("A"),
                Run::link(".", "https://example.org/a"),
            ]),
            Block::paragraph("  "),
        ]
    }

    fn frozen(blocks: &[Block]) -> Content {
        let doc = document(blocks);
        let body = body(&doc.transact(), &mut BTreeSet::new());
        Content::freeze("Asthma", body, Vec::new(), BTreeMap::new()).unwrap()
    }

    #[test]
    fn the_canonical_text_and_its_hash_stay_what_they_are() {
        // Signatures name the hash for ever. Should this fail, all of them would look void.
        let content = frozen(&sample());
        assert_eq!(
            content.text,
            r#"{"body":{"content":[{"attrs":{"level":2},"content":[{"text":"Children","type":"text"}],"type":"heading"},{"content":[{"text":"We \"suggest\" ","type":"text"},{"marks":[{"type":"bold"}],"text":"A","type":"text"},{"marks":[{"attrs":{"href":"https://example.org/a","rel":"noopener noreferrer nofollow","target":"_blank"},"type":"link"}],"text":".","type":"text"}],"type":"paragraph"}],"type":"doc"},"format":"consilium publication 1","questions":[],"title":"Asthma"}"#
        );
        assert_eq!(content.hash, hash_of(content.text.as_bytes()));
        let read: serde_json::Value = serde_json::from_str(&content.text).unwrap();
        assert_eq!(read["body"]["content"][0]["attrs"]["level"], 2);
    }

    #[test]
    fn a_letter_a_look_or_a_title_makes_another_hash_and_an_empty_line_does_not() {
        let hash = frozen(&sample()).hash;
        let mut longer = sample();
        longer.push(Block::paragraph(""));
        assert_eq!(frozen(&longer).hash, hash);
        for (at, block) in [
            (0, Block::heading(1, "Children")),
            (0, Block::heading(2, "Adults")),
            (
                1,
                Block::Paragraph(vec![Run {
                    text: "We \"suggest\" A.".to_owned(),
                    marks: vec![Mark::Bold],
                }]),
            ),
        ] {
            let mut other = sample();
            other[at] = block;
            assert_ne!(frozen(&other).hash, hash, "{at}");
        }
        let doc = document(&sample());
        let body = body(&doc.transact(), &mut BTreeSet::new());
        let other = Content::freeze("Sepsis", body, Vec::new(), BTreeMap::new()).unwrap();
        assert_ne!(other.hash, hash);
        assert_eq!(
            Content::freeze("Asthma", Vec::new(), Vec::new(), BTreeMap::new()),
            None
        );
    }

    #[test]
    fn a_question_is_its_texts_and_its_values() {
        let doc = Doc::new();
        let name = DocName::parse(QUESTION).unwrap();
        assert_eq!(
            question(&doc.transact(), &name, &register::read(&doc.transact())),
            None
        );
        let population = doc.get_or_insert_text("pico/population");
        population.push(&mut doc.transact_mut(), "Adults\n\u{1}");
        let strength = RegisterName::parse("recommendation/1/strength").unwrap();
        set(
            &mut doc.transact_mut(),
            &strength,
            Any::from("weak"),
            1,
            &BTreeSet::new(),
        );
        let studies = RegisterName::parse("outcome/1/studies").unwrap();
        set(
            &mut doc.transact_mut(),
            &studies,
            Any::from(3.0),
            1,
            &BTreeSet::new(),
        );
        let txn = doc.transact();
        let said = question(&txn, &name, &register::read(&txn)).unwrap();
        assert_eq!(
            said.canonical(),
            r#"{"id":"0199a1b2-0000-7000-8000-000000000001","outcomes":[],"texts":{"pico/population":"Adults\u000a\u0001"},"values":{"outcome/1/studies":3,"recommendation/1/strength":"weak"}}"#
        );
    }

    #[test]
    fn where_a_question_stands_is_part_of_what_is_signed() {
        let id = "0199a1b2-0000-7000-8000-000000000001";
        let mut blocks = sample();
        blocks.insert(1, Block::Question(id.to_owned()));
        let content = frozen(&blocks);
        assert!(
            content
                .text
                .contains(&format!(r#"{{"attrs":{{"id":"{id}"}},"type":"question"}}"#)),
            "{}",
            content.text
        );
        let mut moved = sample();
        moved.push(Block::Question(id.to_owned()));
        assert_ne!(frozen(&moved).hash, content.hash);
        assert_ne!(frozen(&sample()).hash, content.hash);
    }

    #[test]
    fn what_is_cited_is_frozen_with_the_text_and_the_rest_of_the_library_is_not() {
        let doc = document(&sample());
        let library = doc.get_or_insert_map(references::REFERENCES);
        for (key, value) in [
            ("000000000000000a", "cited"),
            ("000000000000000a/volume", "7"),
            ("000000000000000b", "not cited"),
            (references::STYLE, "author-date"),
        ] {
            library.insert(&mut doc.transact_mut(), key, value);
        }
        let none = cited_references(&doc.transact(), &BTreeSet::new());
        assert_eq!(none, BTreeMap::new());
        let evidence = RegisterName::parse("outcome/1/references").unwrap();
        let ids = Any::from(vec![Any::from("000000000000000a")]);
        set(&mut doc.transact_mut(), &evidence, ids, 1, &BTreeSet::new());
        let mut cited = BTreeSet::new();
        cited_by(&register::read(&doc.transact()), &mut cited);
        let kept = cited_references(&doc.transact(), &cited);
        let keys: Vec<&str> = kept.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            ["000000000000000a", "000000000000000a/volume", "style"]
        );
        let body = body(&doc.transact(), &mut cited);
        let content = Content::freeze("Asthma", body, Vec::new(), kept).unwrap();
        assert!(
            content
                .text
                .contains(r#""references":{"000000000000000a":"cited""#)
        );
    }
}
