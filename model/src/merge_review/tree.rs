//! A document as the blocks that people write in, and what holds those.

use yrs::{Doc, ReadTxn, Transact, XmlFragment, XmlOut};

use crate::branch::version::{Block, BlockId};
use crate::document::{BODY, title};
use crate::form::Form;

/// What holds other blocks and says nothing itself, by the editor's names.
const HOLDERS: [&str; 6] = [
    "blockquote",
    "bulletList",
    "orderedList",
    "table",
    "tableRow",
    "taskList",
];

/// What is one place to a reader although paragraphs are in it, unless it holds another holder, as an item that has a list
/// below it.
const ITEMS: [&str; 4] = ["listItem", "taskItem", "tableCell", "tableHeader"];

/// A block and, where it holds others, those.
#[derive(Debug, Clone)]
pub struct Node {
    /// The block with all that is in it.
    pub block: Block,
    /// What it holds; empty for what is never looked into.
    pub children: Vec<Node>,
}

/// A document at one moment.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The title that lists show.
    pub title: String,
    /// The blocks of the body, in order.
    pub nodes: Vec<Node>,
}

impl Tree {
    /// Reads a document. How deep one may be nested is bounded where updates come in, so recursion is.
    #[must_use]
    pub fn read(doc: &Doc) -> Self {
        let title = title(doc).unwrap_or_default();
        let txn = doc.transact();
        let nodes = txn
            .get_xml_fragment(BODY)
            .map(|body| nodes(&txn, &body))
            .unwrap_or_default();
        Self { title, nodes }
    }
}

fn nodes<T: ReadTxn, P: XmlFragment>(txn: &T, parent: &P) -> Vec<Node> {
    parent
        .children(txn)
        .filter_map(|child| {
            let block = Block::read(txn, &child)?;
            let is_looked_into = HOLDERS.contains(&block.kind()) || ITEMS.contains(&block.kind());
            let children = match child {
                XmlOut::Element(element) if is_looked_into => nodes(txn, &element),
                XmlOut::Element(_) | XmlOut::Text(_) | XmlOut::Fragment(_) => Vec::new(),
            };
            Some(Node { block, children })
        })
        .collect()
}

impl Node {
    /// Which block.
    #[must_use]
    pub const fn id(&self) -> BlockId {
        self.block.id
    }

    /// Whether this is no place itself: what is in it are places.
    #[must_use]
    pub fn is_holder(&self) -> bool {
        let kind = self.block.kind();
        HOLDERS.contains(&kind)
            || (ITEMS.contains(&kind) && self.children.iter().any(Self::is_holder))
    }

    /// Whether nobody would miss it: a paragraph without a letter.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match &self.block.form {
            Form::Element(element) => {
                element.name == "paragraph"
                    && element.content.iter().all(|child| match child {
                        Form::Text(_) => child.text().trim().is_empty(),
                        Form::Element(inline) => inline.name == "hardBreak",
                    })
            }
            Form::Text(_) => self.block.form.text().trim().is_empty(),
        }
    }

    /// Its settings, in one form for all that look the same, without what is in it.
    #[must_use]
    pub fn frame(&self) -> String {
        match &self.block.form {
            Form::Element(element) => Form::Element(crate::form::Element {
                content: Vec::new(),
                ..element.clone()
            })
            .canonical(),
            Form::Text(_) => String::new(),
        }
    }
}
