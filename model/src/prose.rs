//! Writing prose into a document, in the shape that ProseMirror editors keep in an XML fragment.
//!
//! A block is an XML element named after the editor's node type, its settings are attributes, and text is XML text
//! whose marks are formatting attributes: `{"bold": {}}`, `{"link": {"href": …}}`. Every setting that the editor
//! would fill in is written out, so that opening a document does not change it. Names and defaults are those of the
//! schema in `web/src/editor/schema.ts`; a name that it does not know would be dropped there.
//!
//! [`read`] is the other way, into the same blocks.

pub mod read;

use std::collections::HashMap;
use std::sync::Arc;

use yrs::types::{Attrs, Delta};
use yrs::{
    Any, In, Text, TransactionMut, Xml, XmlElementPrelim, XmlElementRef, XmlFragment, XmlTextPrelim,
};

use crate::question::{QUESTION, QUESTION_ID};

/// How a run of text is set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Strong.
    Bold,
    /// Emphasised.
    Italic,
    /// Underlined.
    Underline,
    /// Struck out.
    Strike,
    /// Raised.
    Superscript,
    /// Lowered.
    Subscript,
    /// To be taken letter by letter.
    Code,
    /// A link to this address.
    Link(String),
}

/// The text of a run that begins a new line within its block.
pub const LINE_BREAK: &str = "\n";

/// A piece of text with the same marks throughout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The text. A line break within a block is a run of its own, [`LINE_BREAK`]; other runs hold none.
    pub text: String,
    /// Its marks.
    pub marks: Vec<Mark>,
}

/// One item of a task list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Whether it is done.
    pub done: Done,
    /// What is to do.
    pub content: Vec<Block>,
}

/// Whether a task is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Ticked.
    Yes,
    /// Open.
    No,
}

/// Which kind of cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Names its row or column.
    Header,
    /// Ordinary.
    Data,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its kind.
    pub kind: CellKind,
    /// How many columns it takes.
    pub columns: u32,
    /// How many rows it takes.
    pub rows: u32,
    /// Its content; an editor insists on at least one block.
    pub content: Vec<Block>,
}

/// One block of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of level 1 to 4. The document's title stands above them.
    Heading(u8, Vec<Run>),
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A list with bullets.
    BulletList(Vec<Vec<Block>>),
    /// A numbered list.
    OrderedList {
        /// The first number.
        start: u32,
        /// Its items.
        items: Vec<Vec<Block>>,
    },
    /// A list to tick.
    TaskList(Vec<Task>),
    /// A table, row by row.
    Table(Vec<Vec<Cell>>),
    /// A quotation.
    Blockquote(Vec<Block>),
    /// Text in which spacing matters; may hold line breaks.
    CodeBlock(String),
    /// A line across the text.
    Rule,
    /// A clinical question of the document, by its id. What it says is in a document of its own
    /// ([`crate::question`]). An id that is none may stand here: any client writes into a text.
    Question(String),
}

impl Mark {
    /// What the editor calls it.
    const fn name(&self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Strike => "strike",
            Self::Superscript => "superscript",
            Self::Subscript => "subscript",
            Self::Code => "code",
            Self::Link(_) => "link",
        }
    }
}

impl Run {
    /// Text without marks.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            marks: Vec::new(),
        }
    }

    /// Strong text.
    pub fn bold(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            marks: vec![Mark::Bold],
        }
    }

    /// Emphasised text.
    pub fn italic(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            marks: vec![Mark::Italic],
        }
    }

    /// A link.
    pub fn link(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            marks: vec![Mark::Link(address.into())],
        }
    }
}

impl Cell {
    /// A cell of one column and one row.
    #[must_use]
    pub const fn new(kind: CellKind, content: Vec<Block>) -> Self {
        Self {
            kind,
            columns: 1,
            rows: 1,
            content,
        }
    }
}

impl Block {
    /// A heading without marks.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading(level, vec![Run::plain(text)])
    }

    /// A paragraph without marks.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run::plain(text)])
    }
}

/// Writes `blocks` at the end of `parent`: the body of a document, or an element in it.
pub fn append<P: XmlFragment>(txn: &mut TransactionMut<'_>, parent: &P, blocks: &[Block]) {
    for block in blocks {
        append_block(txn, parent, block);
    }
}

fn append_block<P: XmlFragment>(txn: &mut TransactionMut<'_>, parent: &P, block: &Block) {
    match block {
        Block::Heading(level, runs) => {
            let heading = element(txn, parent, "heading");
            heading.insert_attribute(txn, "level", Any::from(i64::from(*level)));
            append_text(txn, &heading, runs);
        }
        Block::Paragraph(runs) => {
            let paragraph = element(txn, parent, "paragraph");
            append_text(txn, &paragraph, runs);
        }
        Block::BulletList(items) => {
            let list = element(txn, parent, "bulletList");
            append_items(txn, &list, items);
        }
        Block::OrderedList { start, items } => {
            let list = element(txn, parent, "orderedList");
            list.insert_attribute(txn, "start", Any::from(i64::from(*start)));
            append_items(txn, &list, items);
        }
        Block::TaskList(tasks) => {
            let list = element(txn, parent, "taskList");
            for task in tasks {
                let item = element(txn, &list, "taskItem");
                item.insert_attribute(txn, "checked", Any::Bool(task.done == Done::Yes));
                append(txn, &item, &task.content);
            }
        }
        Block::Table(rows) => {
            let table = element(txn, parent, "table");
            for cells in rows {
                let row = element(txn, &table, "tableRow");
                for cell in cells {
                    append_cell(txn, &row, cell);
                }
            }
        }
        Block::Blockquote(blocks) => {
            let quote = element(txn, parent, "blockquote");
            append(txn, &quote, blocks);
        }
        Block::CodeBlock(text) => {
            let code = element(txn, parent, "codeBlock");
            append_piece(txn, &code, &[Run::plain(text.as_str())]);
        }
        Block::Rule => {
            element(txn, parent, "horizontalRule");
        }
        Block::Question(id) => {
            let question = element(txn, parent, QUESTION);
            question.insert_attribute(txn, QUESTION_ID, Any::from(id.as_str()));
        }
    }
}

fn append_items(txn: &mut TransactionMut<'_>, list: &XmlElementRef, items: &[Vec<Block>]) {
    for content in items {
        let item = element(txn, list, "listItem");
        append(txn, &item, content);
    }
}

fn append_cell(txn: &mut TransactionMut<'_>, row: &XmlElementRef, cell: &Cell) {
    let name = match cell.kind {
        CellKind::Header => "tableHeader",
        CellKind::Data => "tableCell",
    };
    let element = element(txn, row, name);
    element.insert_attribute(txn, "colspan", Any::from(i64::from(cell.columns)));
    element.insert_attribute(txn, "rowspan", Any::from(i64::from(cell.rows)));
    append(txn, &element, &cell.content);
}

fn element<P: XmlFragment>(txn: &mut TransactionMut<'_>, parent: &P, name: &str) -> XmlElementRef {
    parent.push_back(txn, XmlElementPrelim::empty(name))
}

/// A line break is an element between two texts.
fn append_text(txn: &mut TransactionMut<'_>, parent: &XmlElementRef, runs: &[Run]) {
    for (index, piece) in runs.split(|run| run.text == LINE_BREAK).enumerate() {
        if index > 0 {
            element(txn, parent, "hardBreak");
        }
        append_piece(txn, parent, piece);
    }
}

fn append_piece(txn: &mut TransactionMut<'_>, parent: &XmlElementRef, runs: &[Run]) {
    if runs.iter().all(|run| run.text.is_empty()) {
        return;
    }
    let text = parent.push_back(txn, XmlTextPrelim::new(""));
    let delta = runs
        .iter()
        .filter(|run| !run.text.is_empty())
        .map(|run| Delta::<In>::Inserted(run.text.as_str().into(), attributes(&run.marks)));
    text.apply_delta(txn, delta);
}

fn attributes(marks: &[Mark]) -> Option<Box<Attrs>> {
    if marks.is_empty() {
        return None;
    }
    let attributes = marks
        .iter()
        .map(|mark| match mark {
            Mark::Bold
            | Mark::Italic
            | Mark::Underline
            | Mark::Strike
            | Mark::Superscript
            | Mark::Subscript
            | Mark::Code => (Arc::from(mark.name()), map(&[])),
            Mark::Link(address) => {
                let settings = [
                    ("href", Any::from(address.as_str())),
                    ("target", Any::from("_blank")),
                    ("rel", Any::from("noopener noreferrer nofollow")),
                    ("class", Any::Null),
                    ("title", Any::Null),
                ];
                (Arc::from(mark.name()), map(&settings))
            }
        })
        .collect();
    Some(Box::new(attributes))
}

fn map(settings: &[(&str, Any)]) -> Any {
    let entries: HashMap<String, Any> = settings
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    Any::Map(Arc::new(entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BODY;
    use yrs::{Doc, GetString, Transact};

    fn written(blocks: &[Block]) -> String {
        let doc = Doc::new();
        let body = doc.get_or_insert_xml_fragment(BODY);
        append(&mut doc.transact_mut(), &body, blocks);
        let txn = doc.transact();
        body.get_string(&txn)
    }

    #[test]
    fn blocks_have_the_names_of_the_editor() {
        let paragraph = || vec![Block::paragraph("x")];
        let blocks = [
            (Block::heading(2, "x"), r#"<heading level="2">x</heading>"#),
            (
                Block::BulletList(vec![paragraph()]),
                "<bulletList><listItem><paragraph>x</paragraph></listItem></bulletList>",
            ),
            (
                Block::OrderedList {
                    start: 1,
                    items: vec![paragraph()],
                },
                r#"<orderedList start="1"><listItem><paragraph>x</paragraph></listItem></orderedList>"#,
            ),
            (
                Block::TaskList(vec![Task {
                    done: Done::Yes,
                    content: paragraph(),
                }]),
                r#"<taskList><taskItem checked="true"><paragraph>x</paragraph></taskItem></taskList>"#,
            ),
            (
                Block::Blockquote(paragraph()),
                "<blockquote><paragraph>x</paragraph></blockquote>",
            ),
            (
                Block::CodeBlock("a\nb".to_owned()),
                "<codeBlock>a\nb</codeBlock>",
            ),
            (Block::Paragraph(Vec::new()), "<paragraph></paragraph>"),
            (Block::Rule, "<horizontalRule></horizontalRule>"),
            (
                Block::Question("0199a1b2-0000-7000-8000-000000000001".to_owned()),
                r#"<question id="0199a1b2-0000-7000-8000-000000000001"></question>"#,
            ),
            (
                Block::Paragraph(vec![
                    Run::plain("a"),
                    Run::plain(LINE_BREAK),
                    Run::plain("b"),
                ]),
                "<paragraph>a<hardBreak></hardBreak>b</paragraph>",
            ),
        ];
        for (block, expected) in blocks {
            assert_eq!(written(&[block]), expected);
        }
    }

    #[test]
    fn cells_say_what_they_span() {
        let cell = Cell::new(CellKind::Header, vec![Block::paragraph("x")]);
        let text = written(&[Block::Table(vec![vec![cell]])]);
        assert!(text.starts_with("<table><tableRow><tableHeader "), "{text}");
        for span in [r#"colspan="1""#, r#"rowspan="1""#] {
            assert!(text.contains(span), "{text}");
        }
    }

    #[test]
    fn marks_end_where_their_run_ends_whatever_the_alphabet() {
        let doc = Doc::new();
        let body = doc.get_or_insert_xml_fragment(BODY);
        let runs = vec![
            Run::plain("≥ 38,5 °C: "),
            Run::bold("💊 daß"),
            Run::plain(" ... "),
            Run::link("ü", "https://example.org/"),
        ];
        let mut txn = doc.transact_mut();
        append(&mut txn, &body, &[Block::Paragraph(runs)]);
        let paragraph = body
            .get(&txn, 0)
            .and_then(yrs::XmlOut::into_xml_element)
            .unwrap();
        let text = paragraph
            .get(&txn, 0)
            .and_then(yrs::XmlOut::into_xml_text)
            .unwrap();
        let pieces: Vec<(String, Vec<String>)> = text
            .diff(&txn, yrs::types::text::YChange::identity)
            .into_iter()
            .map(|piece| {
                let marks = piece
                    .attributes
                    .map(|marks| marks.keys().map(ToString::to_string).collect());
                (piece.insert.to_string(&txn), marks.unwrap_or_default())
            })
            .collect();
        let mark = |name: &str| vec![name.to_owned()];
        assert_eq!(
            pieces,
            [
                ("≥ 38,5 °C: ".to_owned(), Vec::new()),
                ("💊 daß".to_owned(), mark("bold")),
                (" ... ".to_owned(), Vec::new()),
                ("ü".to_owned(), mark("link")),
            ]
        );
    }
}
