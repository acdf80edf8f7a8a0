//! What is put to the vote: the body of a document or a passage of it, as it stood, and the hash of what it shows (I8).
//!
//! The hash is of blocks, their settings, their words and how those look; how the text is cut up inside, and paragraphs
//! with nothing in them, count for nothing. A passage is found again wherever it stands: it is the same as long as the same
//! blocks follow each other under the same heading. The way to write it is this file's own, so that no new version of a
//! library makes an old vote look void; another way would need another first line.
//!
//! Recurses as deep as the document is nested, which is bounded where updates come in. Callers contain what yrs may do.

use std::collections::BTreeMap;
use std::fmt::Write;

use aws_lc_rs::digest::{Context, SHA256};
use consilium_model::document::BODY;
use consilium_model::form::{Form, Stretch};
use consilium_model::meeting::ids::Hash32;
use yrs::any::Number;
use yrs::{Any, Doc, ReadTxn, StateVector, Transact, XmlFragment};

use crate::plain_doc::plain_doc;

/// What is hashed first, so that no other hash of ours can be taken for this one.
const FIRST_LINE: &str = "consilium round text 1\n";

/// Characters of a text in a list.
const QUOTE_CHARS_MAX: usize = 280;

/// Blocks of a passage: some pages. What is longer is put to the vote whole.
pub const PASSAGE_BLOCKS_MAX: usize = 200;

/// Bytes of a text that is kept with a round: more than any chapter, so that a list of rounds stays a list.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How much of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Its whole body.
    Whole,
    /// Some blocks that follow each other.
    Passage {
        /// The heading under which they stand, where there is one.
        heading: Option<String>,
        /// How many they are, without those that have nothing in them.
        blocks: u32,
    },
}

/// What is put to the vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutToVote {
    /// How much of the document.
    pub scope: Scope,
    /// How it begins.
    pub quote: String,
    /// Of what it shows.
    pub hash: Hash32,
    /// A document that shows it, as one update (V1).
    pub update: Vec<u8>,
}

/// One block at the top of a body.
struct Top {
    form: Form,
    hash: [u8; 32],
    /// The heading that it stands under. A heading stands under itself.
    heading: Option<String>,
}

/// The blocks of a body in which there is something, with their places.
fn tops(doc: &Doc) -> Vec<(usize, Top)> {
    let txn = doc.transact();
    let Some(body) = txn.get_xml_fragment(BODY) else {
        return Vec::new();
    };
    let mut heading = None;
    let mut found = Vec::new();
    for (place, node) in body.children(&txn).enumerate() {
        let form = Form::read(&txn, &node);
        if let Form::Element(element) = &form {
            if element.name == "heading" {
                heading = Some(plain(&form.text(), QUOTE_CHARS_MAX));
            }
            if element.name == "paragraph" && form.text().trim().is_empty() {
                continue;
            }
        }
        let top = Top {
            hash: hash_of(&form),
            form,
            heading: heading.clone(),
        };
        found.push((place, top));
    }
    found
}

/// The whole body; `None` where there is nothing in it.
#[must_use]
pub fn whole(doc: &Doc) -> Option<PutToVote> {
    let tops: Vec<Top> = tops(doc).into_iter().map(|(_, top)| top).collect();
    put(Scope::Whole, &tops)
}

/// The blocks from the place `first` to the place `last`, counted from nought at the top of the body; `None` where there is
/// nothing in them, or too much.
#[must_use]
pub fn passage(doc: &Doc, first: usize, last: usize) -> Option<PutToVote> {
    let tops: Vec<Top> = tops(doc)
        .into_iter()
        .filter(|(place, _)| (first..=last).contains(place))
        .map(|(_, top)| top)
        .collect();
    let heading = tops.first()?.heading.clone();
    let blocks = u32::try_from(tops.len()).ok()?;
    if tops.len() > PASSAGE_BLOCKS_MAX {
        return None;
    }
    put(Scope::Passage { heading, blocks }, &tops)
}

fn put(scope: Scope, tops: &[Top]) -> Option<PutToVote> {
    if tops.is_empty() {
        return None;
    }
    let said: Vec<String> = tops.iter().map(|top| top.form.text()).collect();
    let doc = plain_doc();
    let body = doc.get_or_insert_xml_fragment(BODY);
    let mut txn = doc.transact_mut();
    for (top, at) in tops.iter().zip(0..) {
        top.form.insert(&mut txn, &body, at);
    }
    let update = txn.encode_state_as_update_v1(&StateVector::default());
    Some(PutToVote {
        hash: hash(&scope, tops),
        quote: plain(&said.join("\n"), QUOTE_CHARS_MAX),
        scope,
        update,
    })
}

/// Whether what was put to the vote still stands in a document, word for word.
#[must_use]
pub fn stands(doc: &Doc, scope: &Scope, expected: Hash32) -> bool {
    let tops: Vec<Top> = tops(doc).into_iter().map(|(_, top)| top).collect();
    match scope {
        Scope::Whole => hash(scope, &tops) == expected,
        Scope::Passage { heading, blocks } => {
            let blocks = usize::try_from(*blocks).unwrap_or(usize::MAX).max(1);
            tops.windows(blocks).any(|window| {
                window.first().is_some_and(|top| top.heading == *heading)
                    && hash(scope, window) == expected
            })
        }
    }
}

/// One line or several, without what is no character for people, and not longer than `chars`.
fn plain(text: &str, chars: usize) -> String {
    let kept: String = text
        .chars()
        .filter(|character| *character == '\n' || !character.is_control())
        .collect();
    let kept = kept.trim();
    match kept.char_indices().nth(chars) {
        None => kept.to_owned(),
        Some((end, _)) => format!("{}…", kept[..end].trim_end()),
    }
}

fn hash(scope: &Scope, tops: &[Top]) -> Hash32 {
    let mut context = Context::new(&SHA256);
    context.update(FIRST_LINE.as_bytes());
    match scope {
        Scope::Whole => context.update(b"whole\n"),
        Scope::Passage { heading, .. } => {
            let heading = heading.as_deref().unwrap_or_default();
            context.update(format!("passage {}\n{heading}\n", heading.len()).as_bytes());
        }
    }
    for top in tops {
        context.update(&top.hash);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Hash32(hash)
}

fn hash_of(form: &Form) -> [u8; 32] {
    let mut text = String::new();
    write_form(&mut text, form);
    let mut hash = [0; 32];
    hash.copy_from_slice(aws_lc_rs::digest::digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

fn write_form(out: &mut String, form: &Form) {
    match form {
        Form::Element(element) => {
            out.push('<');
            write_text(out, &element.name);
            write_settings(out, &element.settings);
            out.push('>');
            for child in &element.content {
                write_form(out, child);
            }
            out.push_str("</>");
        }
        Form::Text(stretches) => {
            let said = stretches.iter().filter(|stretch| !stretch.text.is_empty());
            let mut said = said.peekable();
            while let Some(stretch) = said.next() {
                let looks = settings_of(stretch);
                let mut text = stretch.text.clone();
                while let Some(next) = said.next_if(|next| settings_of(next) == looks) {
                    text.push_str(&next.text);
                }
                write_text(out, &text);
                out.push_str(&looks);
            }
        }
    }
}

fn settings_of(stretch: &Stretch) -> String {
    let mut out = String::new();
    write_settings(&mut out, &stretch.marks);
    out
}

/// Settings in the order of their names, without those that say nothing.
fn write_settings(out: &mut String, settings: &BTreeMap<String, Any>) {
    out.push('[');
    for (key, value) in settings {
        if !matches!(value, Any::Null | Any::Undefined) {
            write_text(out, key);
            write_value(out, value);
        }
    }
    out.push(']');
}

fn write_value(out: &mut String, value: &Any) {
    match value {
        Any::Null => out.push_str("null;"),
        Any::Undefined => out.push_str("undefined;"),
        Any::Bool(is_true) => out.push_str(if *is_true { "true;" } else { "false;" }),
        Any::Number(number) => write_number(out, *number),
        Any::String(text) => write_text(out, text),
        Any::Buffer(bytes) => {
            out.push('b');
            for byte in bytes.iter() {
                // Writing into a string does not fail.
                let _ = write!(out, "{byte:02x}");
            }
            out.push(';');
        }
        Any::Array(values) => {
            out.push('(');
            for value in values.iter() {
                write_value(out, value);
            }
            out.push(')');
        }
        Any::Map(values) => {
            let sorted: BTreeMap<String, Any> = values
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            write_settings(out, &sorted);
        }
    }
}

/// A whole number is the same however a client sent it.
fn write_number(out: &mut String, number: Number) {
    let _ = match number {
        Number::Int(number) => write!(out, "{number};"),
        Number::Float(number) => match Number::try_i64(number) {
            Number::Int(number) => write!(out, "{number};"),
            Number::Float(number) => write!(out, "{number};"),
        },
    };
}

/// Its length in bytes goes before it, so that no text can look like what comes after one.
fn write_text(out: &mut String, text: &str) {
    let _ = write!(out, "{}:{text}", text.len());
}

#[cfg(test)]
mod tests {
    use consilium_model::prose::{Block, Mark, Run, append};
    use yrs::updates::decoder::Decode;
    use yrs::{GetString, Text, Update, XmlFragment, XmlOut};

    use super::*;

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(vec![Run::plain(text)])
    }

    fn heading(text: &str) -> Block {
        Block::Heading(1, vec![Run::plain(text)])
    }

    fn document(blocks: &[Block]) -> Doc {
        let doc = plain_doc();
        let body = doc.get_or_insert_xml_fragment(BODY);
        append(&mut doc.transact_mut(), &body, blocks);
        doc
    }

    fn sample() -> Vec<Block> {
        vec![
            heading("Children"),
            paragraph("We suggest A."),
            paragraph("Because of B."),
            heading("Adults"),
            paragraph("We suggest A."),
        ]
    }

    #[test]
    fn what_is_kept_shows_the_same_as_what_was_put_to_the_vote() {
        let put = whole(&document(&sample())).unwrap();
        let kept = plain_doc();
        let update = Update::decode_v1(&put.update).unwrap();
        kept.transact_mut().apply_update(update).unwrap();
        assert_eq!(whole(&kept).unwrap().hash, put.hash);
        assert!(
            put.quote.starts_with("Children\nWe suggest A."),
            "{}",
            put.quote
        );
        assert_eq!(whole(&document(&[])), None);
        assert_eq!(whole(&document(&[paragraph("  ")])), None);
    }

    #[test]
    fn the_hash_of_a_text_stays_what_it_is() {
        // A vote names it for ever. Should this fail, old votes would all look void.
        let put = whole(&document(&sample())).unwrap();
        assert_eq!(
            put.hash.to_string(),
            "85593f90f63b0b77eb0debf7af1f20300ddbb807ae1e495fa75161755c6a41a1"
        );
    }

    #[test]
    fn a_letter_a_look_or_a_setting_makes_another_text_and_an_empty_line_does_not() {
        let put = whole(&document(&sample())).unwrap();
        let stands_in = |blocks: &[Block]| stands(&document(blocks), &put.scope, put.hash);
        assert!(stands_in(&sample()));
        let mut longer = sample();
        longer.push(paragraph(""));
        assert!(stands_in(&longer));
        let bold = Block::Paragraph(vec![Run {
            text: "We suggest A.".to_owned(),
            marks: vec![Mark::Bold],
        }]);
        for (at, block) in [
            (1, paragraph("We suggest A!")),
            (1, bold),
            (0, Block::Heading(2, vec![Run::plain("Children")])),
            (4, paragraph("We suggest B.")),
        ] {
            let mut other = sample();
            other[at] = block;
            assert!(!stands_in(&other), "{at}");
        }
        let mut swapped = sample();
        swapped.swap(1, 2);
        assert!(!stands_in(&swapped));
    }

    #[test]
    fn how_a_text_is_cut_up_inside_is_not_seen() {
        let doc = document(&[paragraph("one two")]);
        let put = whole(&doc).unwrap();
        {
            let body = doc.get_or_insert_xml_fragment(BODY);
            let mut txn = doc.transact_mut();
            let Some(XmlOut::Element(block)) = body.get(&txn, 0) else {
                panic!("a paragraph");
            };
            let Some(XmlOut::Text(text)) = block.get(&txn, 0) else {
                panic!("its text");
            };
            text.remove_range(&mut txn, 3, 1);
            text.insert(&mut txn, 3, " ");
            assert_eq!(text.get_string(&txn), "one two");
        }
        assert!(stands(&doc, &put.scope, put.hash));
    }

    #[test]
    fn a_passage_stands_wherever_it_stands_under_its_heading() {
        let put = passage(&document(&sample()), 1, 2).unwrap();
        assert_eq!(
            put.scope,
            Scope::Passage {
                heading: Some("Children".to_owned()),
                blocks: 2
            }
        );
        assert_eq!(put.quote, "We suggest A.\nBecause of B.");
        let stands_in = |blocks: &[Block]| stands(&document(blocks), &put.scope, put.hash);
        let mut longer = sample();
        longer.insert(0, paragraph("Before all of it."));
        longer.insert(2, paragraph(""));
        longer.push(paragraph("After it."));
        assert!(stands_in(&longer), "others wrote elsewhere");
        let mut parted = sample();
        parted.insert(2, paragraph("Not really."));
        assert!(!stands_in(&parted));
        let mut renamed = sample();
        renamed[0] = heading("Infants");
        assert!(!stands_in(&renamed), "it would be said of others");
        // The same words stand for adults as well, which is not what was voted on.
        let children = passage(&document(&sample()), 1, 1).unwrap();
        let mut gone = sample();
        gone.remove(1);
        assert!(!stands(&document(&gone), &children.scope, children.hash));
    }

    #[test]
    fn a_passage_is_there_or_is_none() {
        let doc = document(&sample());
        assert_eq!(passage(&doc, 5, 9), None);
        assert_eq!(passage(&doc, 2, 1), None);
        let all = passage(&doc, 0, usize::MAX).unwrap();
        assert_eq!(
            all.scope,
            Scope::Passage {
                heading: Some("Children".to_owned()),
                blocks: 5
            }
        );
        let long: Vec<Block> = (0..=PASSAGE_BLOCKS_MAX)
            .map(|at| paragraph(&at.to_string()))
            .collect();
        assert_eq!(passage(&document(&long), 0, PASSAGE_BLOCKS_MAX), None);
    }

    #[test]
    fn what_is_no_character_is_in_no_quote() {
        let doc = document(&[paragraph("a\u{0}b\u{7}c")]);
        assert_eq!(whole(&doc).unwrap().quote, "abc");
        assert_eq!(plain(&"ü".repeat(300), 10), format!("{}…", "ü".repeat(10)));
    }
}
