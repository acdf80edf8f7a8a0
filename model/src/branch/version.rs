//! A document at one moment: its title and its blocks, each with the identity that it keeps while it is written in.

use std::collections::{BTreeMap, HashMap};

use yrs::branch::BranchID;
use yrs::{Any, Doc, ReadTxn, Transact, XmlFragment, XmlOut};

use crate::document::{BODY, title};
use crate::form::Form;
use crate::references;

/// Which block: the CRDT client that made it, and when by that client's count.
pub type BlockId = (u64, u32);

/// One block of the body.
#[derive(Debug, Clone)]
pub struct Block {
    /// Which.
    pub id: BlockId,
    /// What stands in it.
    pub form: Form,
    /// [`Form::canonical`].
    pub canonical: String,
}

impl Block {
    /// Reads what stands in a document; nothing for what has no identity of its own there.
    pub(crate) fn read<T: ReadTxn>(txn: &T, node: &XmlOut) -> Option<Self> {
        match node.id() {
            BranchID::Nested(id) => {
                let form = Form::read(txn, node);
                Some(Self {
                    id: (id.client.get(), id.clock),
                    canonical: form.canonical(),
                    form,
                })
            }
            BranchID::Root(_) => None,
        }
    }

    /// The editor's name for it: `paragraph`, `heading`, `table` and so on.
    #[must_use]
    pub fn kind(&self) -> &str {
        match &self.form {
            Form::Element(element) => &element.name,
            Form::Text(_) => "text",
        }
    }
}

/// A document at one moment.
#[derive(Debug, Clone, Default)]
pub struct Version {
    /// The title that lists show.
    pub title: String,
    /// In order.
    pub blocks: Vec<Block>,
    /// What can be cited in it, by key.
    pub(crate) references: BTreeMap<String, Any>,
    places: HashMap<BlockId, usize>,
}

impl Version {
    /// Reads a document.
    #[must_use]
    pub fn read(doc: &Doc) -> Self {
        let title = title(doc).unwrap_or_default();
        let txn = doc.transact();
        let blocks: Vec<Block> = txn
            .get_xml_fragment(BODY)
            .map(|body| {
                body.children(&txn)
                    .filter_map(|node| Block::read(&txn, &node))
                    .collect()
            })
            .unwrap_or_default();
        let places = blocks.iter().enumerate().map(|(at, block)| (block.id, at));
        Self {
            title,
            references: references::read(&txn),
            places: places.collect(),
            blocks,
        }
    }

    /// A block that is there.
    #[must_use]
    pub fn block(&self, id: BlockId) -> Option<&Block> {
        self.place(id).map(|at| &self.blocks[at])
    }

    /// Where a block stands.
    #[must_use]
    pub fn place(&self, id: BlockId) -> Option<usize> {
        self.places.get(&id).copied()
    }
}
