//! Reading prose out of a document: the blocks that [`append`](super::append) would write.
//!
//! Whatever stands in a document can be read, also what no editor would write: text that stands where only blocks
//! belong becomes a paragraph, and an element that this version does not know becomes what is in it. Nothing that a
//! reader could see is left out. How deep a document may be nested is bounded where updates come in, so recursion is.

use yrs::types::Attrs;
use yrs::types::text::YChange;
use yrs::{
    Any, GetString, Out, ReadTxn, Text, Xml, XmlElementRef, XmlFragment, XmlOut, XmlTextRef,
};

use super::{Block, Cell, CellKind, Done, LINE_BREAK, Mark, Run, Task};
use crate::document::BODY;
use crate::question::{QUESTION, QUESTION_ID};
use crate::references::{CITATION, citation_text};

/// The blocks of a document's body; none where it has no body yet.
#[must_use]
pub fn body<T: ReadTxn>(txn: &T) -> Vec<Block> {
    txn.get_xml_fragment(BODY)
        .map(|body| blocks(txn, &body))
        .unwrap_or_default()
}

/// The blocks in `parent`: the body of a document, or an element in it.
pub fn blocks<T: ReadTxn, P: XmlFragment>(txn: &T, parent: &P) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Text that stands between blocks, until the next block ends it.
    let mut loose = Vec::new();
    for child in parent.children(txn) {
        match child {
            XmlOut::Text(text) => loose.extend(runs_of_text(txn, &text)),
            XmlOut::Element(element) if is_inline(&element) => {
                loose.extend(runs_of_inline(txn, &element));
            }
            XmlOut::Element(element) => {
                end_paragraph(&mut blocks, &mut loose);
                read_block(txn, &element, &mut blocks);
            }
            XmlOut::Fragment(fragment) => {
                end_paragraph(&mut blocks, &mut loose);
                blocks.extend(self::blocks(txn, &fragment));
            }
        }
    }
    end_paragraph(&mut blocks, &mut loose);
    blocks
}

fn end_paragraph(blocks: &mut Vec<Block>, loose: &mut Vec<Run>) {
    if !loose.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(loose)));
    }
}

fn is_inline(element: &XmlElementRef) -> bool {
    matches!(&**element.tag(), "hardBreak" | CITATION)
}

fn runs_of_inline<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Vec<Run> {
    if &**element.tag() == CITATION {
        let setting = |name: &str| match element.get_attribute(txn, name) {
            Some(Out::Any(Any::String(text))) => Some(text.to_string()),
            _ => None,
        };
        return vec![Run::plain(citation_text(setting))];
    }
    let mut runs = vec![Run::plain(LINE_BREAK)];
    runs.extend(inline(txn, element));
    runs
}

fn read_block<T: ReadTxn>(txn: &T, element: &XmlElementRef, out: &mut Vec<Block>) {
    let block = match &**element.tag() {
        "heading" => {
            let level = number(txn, element, "level").clamp(1, 4);
            Block::Heading(u8::try_from(level).unwrap_or(1), inline(txn, element))
        }
        "paragraph" => Block::Paragraph(inline(txn, element)),
        "bulletList" => Block::BulletList(items(txn, element)),
        "orderedList" => Block::OrderedList {
            start: number(txn, element, "start"),
            items: items(txn, element),
        },
        "taskList" => Block::TaskList(tasks(txn, element)),
        "table" => Block::Table(rows(txn, element)),
        "blockquote" => Block::Blockquote(blocks(txn, element)),
        "codeBlock" => Block::CodeBlock(
            inline(txn, element)
                .into_iter()
                .map(|run| run.text)
                .collect(),
        ),
        "horizontalRule" => Block::Rule,
        QUESTION => Block::Question(match element.get_attribute(txn, QUESTION_ID) {
            Some(Out::Any(Any::String(id))) => id.to_string(),
            _ => String::new(),
        }),
        _ => return out.extend(blocks(txn, element)),
    };
    out.push(block);
}

/// What stands in a block of text. Blocks in it, which no editor would write, begin new lines.
fn inline<T: ReadTxn>(txn: &T, parent: &XmlElementRef) -> Vec<Run> {
    let mut runs = Vec::new();
    for child in parent.children(txn) {
        match child {
            XmlOut::Text(text) => runs.extend(runs_of_text(txn, &text)),
            XmlOut::Element(element) => runs.extend(runs_of_inline(txn, &element)),
            XmlOut::Fragment(fragment) => runs.push(Run::plain(fragment.get_string(txn))),
        }
    }
    runs
}

fn items<T: ReadTxn>(txn: &T, list: &XmlElementRef) -> Vec<Vec<Block>> {
    parts(txn, list)
        .map(|part| match part {
            Part::Element(item) => blocks(txn, &item),
            Part::Loose(runs) => vec![Block::Paragraph(runs)],
        })
        .collect()
}

fn tasks<T: ReadTxn>(txn: &T, list: &XmlElementRef) -> Vec<Task> {
    parts(txn, list)
        .map(|part| match part {
            Part::Element(item) => Task {
                done: if is_set(txn, &item, "checked") {
                    Done::Yes
                } else {
                    Done::No
                },
                content: blocks(txn, &item),
            },
            Part::Loose(runs) => Task {
                done: Done::No,
                content: vec![Block::Paragraph(runs)],
            },
        })
        .collect()
}

fn rows<T: ReadTxn>(txn: &T, table: &XmlElementRef) -> Vec<Vec<Cell>> {
    parts(txn, table)
        .map(|part| match part {
            Part::Element(row) => parts(txn, &row)
                .map(|part| match part {
                    Part::Element(element) => cell(txn, &element),
                    Part::Loose(runs) => loose_cell(runs),
                })
                .collect(),
            Part::Loose(runs) => vec![loose_cell(runs)],
        })
        .collect()
}

fn cell<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Cell {
    Cell {
        kind: if &**element.tag() == "tableHeader" {
            CellKind::Header
        } else {
            CellKind::Data
        },
        columns: number(txn, element, "colspan").max(1),
        rows: number(txn, element, "rowspan").max(1),
        content: blocks(txn, element),
    }
}

fn loose_cell(runs: Vec<Run>) -> Cell {
    Cell::new(CellKind::Data, vec![Block::Paragraph(runs)])
}

/// What stands in a list, a table or a row.
enum Part {
    Element(XmlElementRef),
    /// Text between elements, which no editor would write.
    Loose(Vec<Run>),
}

fn parts<T: ReadTxn>(txn: &T, parent: &XmlElementRef) -> impl Iterator<Item = Part> {
    parent.children(txn).filter_map(move |child| match child {
        XmlOut::Element(element) => Some(Part::Element(element)),
        XmlOut::Text(text) => {
            let runs = runs_of_text(txn, &text);
            (!runs.is_empty()).then_some(Part::Loose(runs))
        }
        XmlOut::Fragment(fragment) => Some(Part::Loose(vec![Run::plain(fragment.get_string(txn))])),
    })
}

fn runs_of_text<T: ReadTxn>(txn: &T, text: &XmlTextRef) -> Vec<Run> {
    text.diff(txn, YChange::identity)
        .into_iter()
        .filter_map(|piece| {
            let text = match piece.insert {
                Out::Any(Any::String(text)) => text.to_string(),
                // Something that is no text stands in the text; no editor of ours writes that.
                other => other.to_string(txn),
            };
            let marks = piece.attributes.as_deref().map_or_else(Vec::new, marks);
            (!text.is_empty()).then_some(Run { text, marks })
        })
        .collect()
}

/// The marks that this version knows, always in the same order.
fn marks(attributes: &Attrs) -> Vec<Mark> {
    let mut marks: Vec<Mark> = attributes
        .iter()
        .filter(|(_, value)| !matches!(value, Any::Null))
        .filter_map(|(key, value)| {
            // The binding puts a hash behind the name of a mark that may stand twice on the same text.
            let name = key.split("--").next().unwrap_or(key);
            Some(match name {
                "bold" => Mark::Bold,
                "italic" => Mark::Italic,
                "underline" => Mark::Underline,
                "strike" => Mark::Strike,
                "superscript" => Mark::Superscript,
                "subscript" => Mark::Subscript,
                "code" => Mark::Code,
                "link" => Mark::Link(address(value)?),
                _ => return None,
            })
        })
        .collect();
    marks.sort();
    marks.dedup();
    marks
}

fn address(settings: &Any) -> Option<String> {
    match settings {
        Any::Map(settings) => match settings.get("href")? {
            Any::String(address) => Some(address.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number of an element's settings, whichever way a client wrote it; 1 where there is none.
fn number<T: ReadTxn>(txn: &T, element: &XmlElementRef, name: &str) -> u32 {
    let read = match element.get_attribute(txn, name) {
        Some(Out::Any(Any::Number(number))) => number
            .as_i64()
            .and_then(|number| u32::try_from(number).ok()),
        Some(Out::Any(Any::String(text))) => text.parse().ok(),
        _ => None,
    };
    read.unwrap_or(1)
}

fn is_set<T: ReadTxn>(txn: &T, element: &XmlElementRef, name: &str) -> bool {
    match element.get_attribute(txn, name) {
        Some(Out::Any(Any::Bool(set))) => set,
        Some(Out::Any(Any::String(text))) => &*text == "true",
        _ => false,
    }
}

#[cfg(test)]
mod tests;
