//! The confirmed content of one document, as update bytes: what the server is known to have.
//!
//! Unconfirmed edits live in the outbox, so that a refused one can be taken back. Pieces are merged when they become
//! many; a merge that would lose anything is not made (see [`crate::updates`]).

use bytes::Bytes;

use crate::limits::CONTENT_PIECES_MAX;
use crate::updates::{self, Extent};

/// Confirmed update bytes and what they hold.
#[derive(Default)]
pub(crate) struct Content {
    pieces: Vec<Bytes>,
    extent: Extent,
    /// Merge when there are more pieces than this. Grows when pieces resist merging.
    pieces_max: usize,
}

impl Content {
    /// Adds an update with its extent.
    pub(crate) fn add(&mut self, update: Bytes, extent: &Extent) {
        self.pieces.push(update);
        self.extent.add(extent);
        if self.pieces.len() > self.pieces_max.max(CONTENT_PIECES_MAX) {
            self.compact();
        }
    }

    /// The update bytes, in order of arrival.
    pub(crate) fn pieces(&self) -> &[Bytes] {
        &self.pieces
    }

    /// What is held.
    pub(crate) fn extent(&self) -> &Extent {
        &self.extent
    }

    fn compact(&mut self) {
        // Leave a large first piece alone while the rest is small beside it, so that a long document is not
        // rewritten for every hundred keystrokes.
        let tail_bytes: usize = self.pieces.iter().skip(1).map(Bytes::len).sum();
        let keep = usize::from(
            self.pieces
                .first()
                .is_some_and(|first| first.len() > 2 * tail_bytes),
        );
        match updates::merge(&self.pieces[keep..]) {
            Ok(merged) => {
                self.pieces.truncate(keep);
                self.pieces.push(merged);
                self.pieces_max = 0;
            }
            Err(_) => self.pieces_max = self.pieces.len() * 2,
        }
    }
}
