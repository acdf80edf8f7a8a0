//! How large a document is, and whether it may grow (I4).
//!
//! Both figures are upper bounds: edits add to them what they bring, though the library joins blocks that follow each
//! other and forgets what was deleted. So before anything is refused the document is measured, which takes time in
//! proportion to its size: not for every edit, and not twice in a row.

use std::time::Instant;

use consilium_protocol::limits::{BLOCKS_PER_DOC_MAX, DOC_MEASURE_INTERVAL, DOC_STATE_BYTES_MAX};

use consilium_protocol::update_shape::UpdateShape;

/// The least bytes that a block takes in an encoded document: a collected one is a mark and a length.
const BLOCK_BYTES_MIN: usize = 2;

/// Growth after which measuring again is worth its time, as a part of the bound.
const WORTH_MEASURING: usize = 8;

/// Upper bounds of a document's size.
#[derive(Debug)]
pub(super) struct Size {
    bytes: usize,
    blocks: usize,
    measured: Option<Measured>,
}

/// When both were exact.
#[derive(Debug, Clone, Copy)]
struct Measured {
    bytes: usize,
    blocks: usize,
    at: Instant,
}

impl Size {
    /// Of a document that takes so many bytes in storage.
    pub(super) fn of_stored(bytes: usize) -> Self {
        Self {
            bytes,
            blocks: bytes / BLOCK_BYTES_MIN,
            measured: None,
        }
    }

    /// At most so many bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// At most so many blocks.
    pub(super) fn blocks(&self) -> usize {
        self.blocks
    }

    /// Whether the document may take this.
    pub(super) fn has_room_for(&self, growth: &Growth) -> bool {
        let bound = |max: usize| match growth.kind {
            Kind::Text => max,
            // Deleting cuts blocks in pieces at first, and is the way out of a document that is full.
            Kind::Deletion => max + max / 4,
        };
        self.bytes + growth.bytes <= bound(DOC_STATE_BYTES_MAX)
            && self.blocks + growth.blocks <= bound(BLOCKS_PER_DOC_MAX)
    }

    /// The document has taken an update of so many bytes. Each run of new blocks may have been put into the middle of
    /// another block and split it.
    pub(super) fn grow(&mut self, bytes: usize, shape: &UpdateShape) {
        self.bytes += bytes;
        self.blocks += shape.items + shape.blocks.len() + 2 * shape.deletions;
    }

    /// Whether measuring now is worth its time.
    pub(super) fn may_be_measured(&self, now: Instant) -> bool {
        let Some(measured) = self.measured else {
            return true;
        };
        now.duration_since(measured.at) >= DOC_MEASURE_INTERVAL
            || self.bytes - measured.bytes >= DOC_STATE_BYTES_MAX / WORTH_MEASURING
            || self.blocks - measured.blocks >= BLOCKS_PER_DOC_MAX / WORTH_MEASURING
    }

    /// The document was measured.
    pub(super) fn set(&mut self, bytes: usize, blocks: usize, now: Instant) {
        *self = Self {
            bytes,
            blocks,
            measured: Some(Measured {
                bytes,
                blocks,
                at: now,
            }),
        };
    }
}

/// What an update brings.
#[derive(Debug)]
pub(super) struct Growth {
    bytes: usize,
    blocks: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Text,
    /// Nothing is inserted.
    Deletion,
}

impl Growth {
    /// Of an update of so many bytes that deletes so many ranges; both ends of each may split a block.
    pub(super) fn of(bytes: usize, shape: &UpdateShape, deletions: usize) -> Self {
        Self {
            bytes,
            blocks: shape.items + 2 * deletions,
            kind: if shape.spans.is_empty() {
                Kind::Deletion
            } else {
                Kind::Text
            },
        }
    }
}
