//! What the quarantine of a document may hold (D11): so many rows and bytes of each author, so many bytes in all.
//!
//! The bounds are the same for every database. Measuring what a document's quarantine holds reads every row of it, so
//! a store measures once for a batch and counts on from there.

use std::collections::HashMap;

use consilium_protocol::limits::QUARANTINE_BYTES_PER_AUTHOR_MAX;

use super::limits::{QUARANTINE_BYTES_PER_DOC_MAX, QUARANTINE_ROWS_PER_AUTHOR_MAX};

/// What the quarantine of one document holds.
#[derive(Debug, Default)]
pub(super) struct Usage {
    bytes: usize,
    /// Rows and bytes of each author; those of unknown authors under the empty text.
    authors: HashMap<String, (usize, usize)>,
}

impl Usage {
    /// Whether one more entry of this author fits.
    pub(super) fn has_room_for(&self, author: &str, bytes: usize) -> bool {
        let (author_rows, author_bytes) = self.authors.get(author).copied().unwrap_or_default();
        author_rows < QUARANTINE_ROWS_PER_AUTHOR_MAX
            && author_bytes + bytes <= QUARANTINE_BYTES_PER_AUTHOR_MAX
            && self.bytes + bytes <= QUARANTINE_BYTES_PER_DOC_MAX
    }

    /// Counts entries that are there.
    pub(super) fn add(&mut self, author: &str, rows: usize, bytes: usize) {
        self.bytes += bytes;
        let (author_rows, author_bytes) = self.authors.entry(author.to_owned()).or_default();
        *author_rows += rows;
        *author_bytes += bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_and_the_document_have_their_own_bounds() {
        let mut usage = Usage::default();
        usage.add("ann", 1, QUARANTINE_BYTES_PER_AUTHOR_MAX - 1);
        assert!(usage.has_room_for("ann", 1));
        assert!(!usage.has_room_for("ann", 2));
        assert!(usage.has_room_for("ben", 2));
        usage.add("cyd", QUARANTINE_ROWS_PER_AUTHOR_MAX, 0);
        assert!(!usage.has_room_for("cyd", 0));
        for author in 0..7 {
            usage.add(&author.to_string(), 1, QUARANTINE_BYTES_PER_AUTHOR_MAX);
        }
        assert!(usage.has_room_for("ben", 1));
        assert!(!usage.has_room_for("ben", 2), "the document is full");
    }
}
