//! A clinical question of a guideline: what it is called, and how its document is laid out (D10, ADR-0031).
//!
//! A question of a document `N` is the CRDT document `N/question/<id>`. Long texts are roots of their own, each a CRDT text
//! under a fixed name, so that nobody has to make a place for them first and two who begin at once write into the same one.
//! Everything that is chosen and not written (a strength, a judgement, a number of studies) is a register of
//! [`crate::register`], and so are the wordings in which letters of two people must not mix (an effect with its numbers, an
//! action with its dose, the statement). The outcomes are an array of ids, to which clients only ever add; an outcome that is not wanted any
//! more is set aside by a register.
//!
//! What else stands in such a document is foreign: it is kept, told ([`foreign_roots`]), and nothing here reads it. Codes and
//! scales are those of [`crate::grade`]. Knows no access and no server.

use std::collections::BTreeMap;

use consilium_protocol::ids::DocName;
pub use consilium_protocol::question_block::{QUESTION, QUESTION_ID, is_id};
use yrs::{Array, GetString, Out, ReadTxn};

use crate::document::{META, TITLE};
use crate::grade::Criterion;
use crate::register::VALUES;

/// Questions of one document, those in the bin included: a long guideline has sixty.
pub const QUESTIONS_MAX: usize = 200;

/// The root of the outcomes: an array of their ids.
pub const OUTCOMES: &str = "outcomes";

/// Outcomes that are read of one question: a summary-of-findings table has seven.
pub const OUTCOMES_MAX: usize = 100;

/// The texts of the question itself, by the names of their roots.
pub const PICO: [&str; 4] = [
    "pico/population",
    "pico/intervention",
    "pico/comparison",
    "pico/outcome",
];

/// The texts of an outcome, behind `outcome/<id>/`.
pub const OUTCOME_TEXTS: [&str; 2] = ["name", "comment"];

/// The texts of a recommendation, behind `recommendation/<id>/`.
pub const RECOMMENDATION_TEXTS: [&str; 2] = ["population", "remarks"];

/// What stands between the name of a document and the id of its question.
const BETWEEN: &str = "/question/";

/// The document of which the one of this name is a question; `None` when it is no question. Questions have none of their own.
#[must_use]
pub fn parent_of(name: &DocName) -> Option<DocName> {
    let (parent, id) = name.as_str().rsplit_once(BETWEEN)?;
    if !is_id(id) || parent.contains(BETWEEN) {
        return None;
    }
    DocName::parse(parent).ok()
}

/// The id of a question by its name.
#[must_use]
pub fn id_of(name: &DocName) -> Option<&str> {
    parent_of(name)?;
    Some(name.as_str().rsplit_once(BETWEEN)?.1)
}

/// What a question of a document is called; `None` when the id is none, the name would be too long, or the document is a
/// question itself.
#[must_use]
pub fn of_document(document: &DocName, id: &str) -> Option<DocName> {
    if !is_id(id) || document.as_str().contains(BETWEEN) {
        return None;
    }
    DocName::parse(&format!("{document}{BETWEEN}{id}")).ok()
}

/// What stands for a question in a text where nobody knows what it says: "[PICO 4f21]". The app writes the same.
#[must_use]
pub fn sign_of(id: Option<&str>) -> String {
    let end = id.filter(|id| is_id(id)).map_or("?", |id| &id[32..]);
    format!("[PICO {end}]")
}

/// Whether a root of this name is a text of a question.
#[must_use]
pub fn is_text(root: &str) -> bool {
    if root == TITLE || PICO.contains(&root) {
        return true;
    }
    match root.split('/').collect::<Vec<_>>()[..] {
        ["etd", criterion] => Criterion::from_code(criterion).is_some(),
        ["outcome", id, text] => is_id(id) && OUTCOME_TEXTS.contains(&text),
        ["recommendation", id, text] => is_id(id) && RECOMMENDATION_TEXTS.contains(&text),
        _ => false,
    }
}

/// Whether a register of this name holds the references that the evidence of an outcome rests on.
#[must_use]
pub fn is_evidence(register: &str) -> bool {
    register.starts_with("outcome/") && register.ends_with("/references")
}

/// The texts of a question that say something, by the names of their roots. Changes nothing, and reads anything.
pub fn texts<T: ReadTxn>(txn: &T) -> BTreeMap<String, String> {
    let names: Vec<String> = root_names(txn).filter(|name| is_text(name)).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let text = txn.get_text(name.as_str())?.get_string(txn);
            (!text.is_empty()).then_some((name, text))
        })
        .collect()
}

/// The ids of the outcomes in the order in which they are shown, each once, at most [`OUTCOMES_MAX`].
pub fn outcomes<T: ReadTxn>(txn: &T) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let Some(array) = txn.get_array(OUTCOMES) else {
        return found;
    };
    for item in array.iter(txn) {
        if let Out::Any(yrs::Any::String(id)) = item
            && is_id(&id)
            && !found.iter().any(|known| **known == *id)
            && found.len() < OUTCOMES_MAX
        {
            found.push(id.to_string());
        }
    }
    found
}

/// The names of roots that belong to no question, in order: a body for example, that some client wrote.
pub fn foreign_roots<T: ReadTxn>(txn: &T) -> Vec<String> {
    let is_ours = |name: &str| [META, OUTCOMES, VALUES].contains(&name) || is_text(name);
    let mut names: Vec<String> = root_names(txn).filter(|name| !is_ours(name)).collect();
    names.sort_unstable();
    names
}

fn root_names<T: ReadTxn>(txn: &T) -> impl Iterator<Item = String> {
    txn.root_refs().map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use yrs::{Doc, Text, Transact};

    use super::*;

    const ID: &str = "0199a1b2-0000-7000-8000-000000000001";

    fn name(text: &str) -> DocName {
        DocName::parse(text).unwrap()
    }

    #[test]
    fn names_lead_there_and_back() {
        for document in ["guideline", "a/b", "question"] {
            let question = of_document(&name(document), ID).unwrap();
            assert_eq!(question.as_str(), format!("{document}/question/{ID}"));
            assert_eq!(parent_of(&question), Some(name(document)));
            assert_eq!(id_of(&question), Some(ID));
        }
    }

    #[test]
    fn what_is_no_question_has_no_document() {
        let twice = format!("a/question/{ID}/question/{ID}");
        let upper = format!("a/question/{}", ID.to_uppercase());
        let behind = format!("a/question/{ID}/discussion");
        for text in [
            "guideline",
            "a/question/",
            "a/question/first",
            &format!("/question/{ID}"),
            &format!("question/{ID}"),
            &upper,
            &twice,
            &behind,
        ] {
            assert_eq!(parent_of(&name(text)), None, "{text}");
            assert_eq!(id_of(&name(text)), None, "{text}");
        }
        assert_eq!(of_document(&name("a"), "first"), None);
        assert_eq!(of_document(&name(&format!("a/question/{ID}")), ID), None);
        assert_eq!(of_document(&name(&"n".repeat(250)), ID), None, "too long");
    }

    #[test]
    fn a_sign_is_the_end_of_an_id_and_of_no_other_text() {
        assert_eq!(sign_of(Some(ID)), "[PICO 0001]");
        for none in [None, Some("first"), Some("ä".repeat(36).as_str())] {
            assert_eq!(sign_of(none), "[PICO ?]");
        }
    }

    #[test]
    fn texts_and_outcomes_are_read_and_the_rest_is_told() {
        let doc = Doc::new();
        let outcome = format!("outcome/{ID}/name");
        for (root, words) in [
            (TITLE, "Statins?"),
            ("pico/population", "Adults"),
            ("etd/equity", "Those who pay"),
            (outcome.as_str(), "Death"),
            ("body", "Foreign"),
            ("etd/taste", "Foreign too"),
            ("outcome/first/name", "And this"),
            ("pico/comparison", ""),
        ] {
            let text = doc.get_or_insert_text(root);
            text.push(&mut doc.transact_mut(), words);
        }
        let array = doc.get_or_insert_array(OUTCOMES);
        for id in [ID, "no id", ID] {
            array.push_back(&mut doc.transact_mut(), id);
        }
        let txn = doc.transact();
        let found = texts(&txn);
        let read: Vec<(&str, &str)> = found
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                ("etd/equity", "Those who pay"),
                (outcome.as_str(), "Death"),
                ("pico/population", "Adults"),
                (TITLE, "Statins?"),
            ]
        );
        assert_eq!(outcomes(&txn), [ID]);
        assert_eq!(
            foreign_roots(&txn),
            ["body", "etd/taste", "outcome/first/name"]
        );
    }
}
