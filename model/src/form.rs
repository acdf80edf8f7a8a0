//! The shape of prose as it stands in a document: elements, their settings, and stretches of text with their marks.
//!
//! For comparing what two versions say and for writing a block of one into another. Where [`crate::prose`] knows the
//! names of the editor's schema, this knows none: whatever an editor has written is carried as it is.

use std::collections::BTreeMap;
use std::fmt::Write;

use yrs::types::Attrs;
use yrs::types::Delta;
use yrs::types::text::YChange;
use yrs::{
    Any, In, Out, ReadTxn, Text, TransactionMut, Xml, XmlElementPrelim, XmlElementRef, XmlFragment,
    XmlOut, XmlTextPrelim,
};

use crate::question::{QUESTION, QUESTION_ID, sign_of};
use crate::references::{CITATION, citation_text, setting};

/// An element or a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A block, a part of one, or something that stands in a line.
    Element(Element),
    /// Text.
    Text(Vec<Stretch>),
}

/// An element.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The editor's node type.
    pub name: String,
    /// Its settings.
    pub settings: BTreeMap<String, Any>,
    /// What is in it.
    pub content: Vec<Form>,
}

/// Text with the same marks throughout.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The text.
    pub text: String,
    /// Its marks.
    pub marks: BTreeMap<String, Any>,
}

impl Form {
    /// Reads what stands in a document.
    pub fn read<T: ReadTxn>(txn: &T, node: &XmlOut) -> Self {
        match node {
            XmlOut::Element(element) => Self::Element(Element::read(txn, element)),
            XmlOut::Text(text) => Self::Text(stretches(txn, text)),
            // Nested fragments are nothing that an editor makes.
            XmlOut::Fragment(fragment) => Self::Element(Element {
                name: String::new(),
                settings: BTreeMap::new(),
                content: fragment
                    .children(txn)
                    .map(|child| Self::read(txn, &child))
                    .collect(),
            }),
        }
    }

    /// What it says, line by line, without marks.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(stretches) => stretches.iter().map(|each| each.text.as_str()).collect(),
            Self::Element(element) => element.text(),
        }
    }

    /// One text for all that looks the same: what is empty counts for nothing, and neither does how text is cut up.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    fn write_canonical(&self, out: &mut String) {
        match self {
            Self::Element(element) => {
                // Writing into a string does not fail.
                let _ = write!(out, "<{:?}{:?}>", element.name, settled(&element.settings));
                for child in &element.content {
                    child.write_canonical(out);
                }
                out.push_str("</>");
            }
            Self::Text(stretches) => {
                for alike in characters(stretches).chunk_by(|one, other| one.1 == other.1) {
                    let said: String = alike.iter().map(|(c, _)| *c).collect();
                    let marks = alike.first().map(|(_, marks)| settled(marks));
                    let _ = write!(out, "{said:?}{:?}", marks.unwrap_or_default());
                }
            }
        }
    }

    /// Writes it into `parent`, so that it stands at `index` there.
    pub fn insert<P: XmlFragment>(&self, txn: &mut TransactionMut<'_>, parent: &P, index: u32) {
        match self {
            Self::Element(element) => {
                let made =
                    parent.insert(txn, index, XmlElementPrelim::empty(element.name.as_str()));
                for (key, value) in &element.settings {
                    made.insert_attribute(txn, key.as_str(), value.clone());
                }
                for (child, at) in element.content.iter().zip(0..) {
                    child.insert(txn, &made, at);
                }
            }
            Self::Text(stretches) => {
                let made = parent.insert(txn, index, XmlTextPrelim::new(""));
                make_text_say(txn, &made, &[], stretches);
            }
        }
    }
}

impl Element {
    /// Reads what stands in a document.
    pub fn read<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Self {
        Self {
            name: element
                .try_tag()
                .map(ToString::to_string)
                .unwrap_or_default(),
            settings: element
                .attributes(txn)
                .filter_map(|(key, value)| match value {
                    Out::Any(value) => Some((key.to_owned(), value)),
                    _ => None,
                })
                .collect(),
            content: element
                .children(txn)
                .map(|child| Form::read(txn, &child))
                .collect(),
        }
    }

    fn text(&self) -> String {
        if self.name == "hardBreak" {
            return "\n".to_owned();
        }
        if self.name == CITATION {
            return citation_text(|name| setting(self, name));
        }
        if self.name == QUESTION {
            return sign_of(setting(self, QUESTION_ID).as_deref());
        }
        let is_line = self.content.iter().any(|child| match child {
            Form::Text(_) => true,
            Form::Element(inline) => inline.name == CITATION,
        });
        let parts: Vec<String> = self.content.iter().map(Form::text).collect();
        parts.join(if is_line { "" } else { "\n" })
    }

    /// Changes an element that looks like `self` so that it looks like `wanted`, which has the same name, and leaves
    /// alone what is the same in both: whoever has their cursor there keeps it.
    pub fn turn_into(&self, txn: &mut TransactionMut<'_>, element: &XmlElementRef, wanted: &Self) {
        for (key, value) in &wanted.settings {
            if self.settings.get(key) != Some(value) {
                element.insert_attribute(txn, key.as_str(), value.clone());
            }
        }
        for key in self.settings.keys() {
            if !wanted.settings.contains_key(key) {
                element.remove_attribute(txn, key);
            }
        }
        let (start, old, new) = differing(&self.content, &wanted.content);
        let old = &self.content[start..start + old];
        let new = &wanted.content[start..start + new];
        let is_alike = old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| match (old, new) {
                (Form::Element(old), Form::Element(new)) => old.name == new.name,
                (Form::Text(_), Form::Text(_)) => true,
                (Form::Element(_), Form::Text(_)) | (Form::Text(_), Form::Element(_)) => false,
            });
        let first = u32::try_from(start).unwrap_or(u32::MAX);
        if is_alike {
            for ((old, new), at) in old.iter().zip(new).zip(first..) {
                match (element.get(txn, at), old, new) {
                    (Some(XmlOut::Element(child)), Form::Element(old), Form::Element(new)) => {
                        old.turn_into(txn, &child, new);
                    }
                    (Some(XmlOut::Text(child)), Form::Text(old), Form::Text(new)) => {
                        make_text_say(txn, &child, old, new);
                    }
                    _ => {}
                }
            }
            return;
        }
        if !old.is_empty() {
            element.remove_range(txn, first, u32::try_from(old.len()).unwrap_or(u32::MAX));
        }
        for (new, at) in new.iter().zip(first..) {
            new.insert(txn, element, at);
        }
    }
}

/// The stretches of a text. What is embedded in it and no text is left out: no editor of ours embeds.
pub fn stretches<T: ReadTxn, X: Text>(txn: &T, text: &X) -> Vec<Stretch> {
    text.diff(txn, YChange::identity)
        .into_iter()
        .filter_map(|piece| match piece.insert {
            Out::Any(Any::String(said)) => Some(Stretch {
                text: said.to_string(),
                marks: piece
                    .attributes
                    .map(|marks| {
                        marks
                            .iter()
                            .map(|(key, value)| (key.to_string(), value.clone()))
                            .collect()
                    })
                    .unwrap_or_default(),
            }),
            _ => None,
        })
        .collect()
}

/// Changes a text that says `old` so that it says `new`: one piece in the middle goes, another comes.
pub fn make_text_say<X: Text>(
    txn: &mut TransactionMut<'_>,
    text: &X,
    old: &[Stretch],
    new: &[Stretch],
) {
    let old = characters(old);
    let new = characters(new);
    let (start, gone, come) = differing(&old, &new);
    if gone == 0 && come == 0 {
        return;
    }
    let mut delta: Vec<Delta<In>> = Vec::new();
    if start > 0 {
        delta.push(Delta::Retain(bytes(&old[..start]), None));
    }
    if gone > 0 {
        delta.push(Delta::Deleted(bytes(&old[start..start + gone])));
    }
    for stretch in new[start..start + come].chunk_by(|one, other| one.1 == other.1) {
        let said: String = stretch.iter().map(|(c, _)| *c).collect();
        let marks = stretch.first().map(|(_, marks)| *marks);
        let marks: Attrs = marks
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str().into(), value.clone()))
            .collect();
        let marks = (!marks.is_empty()).then(|| Box::new(marks));
        delta.push(Delta::Inserted(said.as_str().into(), marks));
    }
    text.apply_delta(txn, delta);
}

type Character<'a> = (char, &'a BTreeMap<String, Any>);

fn characters(stretches: &[Stretch]) -> Vec<Character<'_>> {
    stretches
        .iter()
        .flat_map(|stretch| stretch.text.chars().map(|c| (c, &stretch.marks)))
        .collect()
}

/// Documents on the server count in bytes of UTF-8.
fn bytes(characters: &[Character<'_>]) -> u32 {
    let bytes: usize = characters.iter().map(|(c, _)| c.len_utf8()).sum();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Where two lists differ: where that begins, and how many of each it takes in.
fn differing<T: PartialEq>(old: &[T], new: &[T]) -> (usize, usize, usize) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let end = old[start..]
        .iter()
        .rev()
        .zip(new[start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    (start, old.len() - start - end, new.len() - start - end)
}

/// Settings without those that say nothing, and in one order at every depth.
fn settled(settings: &BTreeMap<String, Any>) -> BTreeMap<&str, String> {
    settings
        .iter()
        .filter(|(_, value)| !matches!(value, Any::Null | Any::Undefined))
        .map(|(key, value)| (key.as_str(), one_order(value)))
        .collect()
}

fn one_order(value: &Any) -> String {
    match value {
        Any::Map(entries) => {
            let entries: BTreeMap<&str, String> = entries
                .iter()
                .map(|(key, value)| (key.as_str(), one_order(value)))
                .collect();
            format!("{entries:?}")
        }
        Any::Array(entries) => {
            let entries: Vec<String> = entries.iter().map(one_order).collect();
            format!("{entries:?}")
        }
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yrs::{Doc, Transact, XmlFragmentRef};

    fn marks(names: &[&str]) -> BTreeMap<String, Any> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), Any::Bool(true)))
            .collect()
    }

    fn said(text: &str, names: &[&str]) -> Stretch {
        Stretch {
            text: text.to_owned(),
            marks: marks(names),
        }
    }

    fn element(name: &str, content: Vec<Form>) -> Element {
        Element {
            name: name.to_owned(),
            settings: BTreeMap::new(),
            content,
        }
    }

    fn paragraph(content: Vec<Stretch>) -> Element {
        element("paragraph", vec![Form::Text(content)])
    }

    fn list(items: &[&str]) -> Element {
        let items = items.iter().map(|text| {
            Form::Element(element(
                "listItem",
                vec![Form::Element(paragraph(vec![said(text, &[])]))],
            ))
        });
        element("bulletList", items.collect())
    }

    fn first(txn: &impl ReadTxn, body: &XmlFragmentRef) -> XmlElementRef {
        body.get(txn, 0).and_then(XmlOut::into_xml_element).unwrap()
    }

    /// Writes `old`, turns it into `new`, and reads that.
    fn check(old: &Element, new: &Element) {
        let doc = Doc::new();
        let body = doc.get_or_insert_xml_fragment("body");
        let mut txn = doc.transact_mut();
        Form::Element(old.clone()).insert(&mut txn, &body, 0);
        let made = first(&txn, &body);
        assert_eq!(&Element::read(&txn, &made), old);
        old.turn_into(&mut txn, &made, new);
        let found = Form::Element(Element::read(&txn, &made));
        assert_eq!(found.canonical(), Form::Element(new.clone()).canonical());
    }

    #[test]
    fn whatever_stands_there_becomes_what_is_wanted() {
        let versions = [
            paragraph(vec![said("Ceftriaxon 2 g", &[])]),
            paragraph(vec![said("Ceftriaxon 1 g täglich", &[])]),
            paragraph(vec![
                said("Ceftri", &[]),
                said("axon", &["bold"]),
                said(" 💊", &[]),
            ]),
            paragraph(vec![
                said("💊", &["bold", "italic"]),
                said("axon", &["bold"]),
            ]),
            paragraph(vec![]),
            element("paragraph", vec![]),
            element(
                "paragraph",
                vec![
                    Form::Text(vec![said("one", &[])]),
                    Form::Element(element("hardBreak", vec![])),
                    Form::Text(vec![said("two", &["bold"])]),
                ],
            ),
        ];
        for old in &versions {
            for new in &versions {
                check(old, new);
            }
        }
        let lists = [
            list(&["a"]),
            list(&["a", "b"]),
            list(&["c", "b"]),
            list(&[]),
        ];
        for old in &lists {
            for new in &lists {
                check(old, new);
            }
        }
    }

    #[test]
    fn settings_come_go_and_change() {
        let with = |settings: &[(&str, i64)]| Element {
            settings: settings
                .iter()
                .map(|(key, value)| ((*key).to_owned(), Any::from(*value)))
                .collect(),
            ..element("heading", vec![Form::Text(vec![said("x", &[])])])
        };
        check(&with(&[("level", 1)]), &with(&[("level", 2)]));
        check(&with(&[("level", 1)]), &with(&[]));
        check(&with(&[]), &with(&[("level", 1), ("other", 2)]));
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        let cut = Form::Element(paragraph(vec![said("a", &[]), said("b", &[])]));
        let whole = Form::Element(paragraph(vec![said("ab", &[])]));
        assert_eq!(cut.canonical(), whole.canonical());
        let empty = Form::Element(element("paragraph", vec![]));
        assert_eq!(
            Form::Element(paragraph(vec![])).canonical(),
            empty.canonical()
        );
        let bold = Form::Element(paragraph(vec![said("ab", &["bold"])]));
        assert_ne!(bold.canonical(), whole.canonical());
    }

    #[test]
    fn a_question_is_carried_as_it_is_and_reads_as_its_sign() {
        let question = |id: &str| Element {
            settings: BTreeMap::from([(QUESTION_ID.to_owned(), Any::from(id))]),
            ..element(QUESTION, vec![])
        };
        let one = question("0199a1b2-0000-7000-8000-000000000001");
        let other = question("0199a1b2-0000-7000-8000-000000000002");
        check(&one, &other);
        assert_eq!(Form::Element(one).text(), "[PICO 0001]");
        assert_eq!(Form::Element(question("none")).text(), "[PICO ?]");
    }

    #[test]
    fn text_is_read_line_by_line() {
        assert_eq!(Form::Element(list(&["a", "b"])).text(), "a\nb");
    }
}
