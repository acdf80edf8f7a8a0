//! When a document is due for compaction.
//!
//! Opening a document costs its snapshot plus its tail; compacting it costs writing the whole snapshot. So a tail is
//! compacted once it is long *and* not small beside the snapshot, which keeps the bytes written for compaction within
//! a constant factor of the bytes that were typed. A tail of very many rows is compacted in any case.

use crate::store::{StoredDocument, limits};

/// How large a document is in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DocumentSize {
    /// Journal rows since the snapshots.
    pub tail_rows: usize,
    /// Their bytes.
    pub tail_bytes: usize,
    /// Snapshots; more than one after concurrent compactions.
    pub snapshots: usize,
    /// Their bytes, uncompressed.
    pub snapshot_bytes: usize,
}

impl DocumentSize {
    /// The size of a document in hand.
    #[must_use]
    pub fn of(document: &StoredDocument) -> Self {
        Self {
            tail_rows: document.tail.len(),
            tail_bytes: document.tail.iter().map(|row| row.update.len()).sum(),
            snapshots: document.snapshots.len(),
            snapshot_bytes: document
                .snapshots
                .iter()
                .map(|snapshot| snapshot.state.len())
                .sum(),
        }
    }
}

/// The thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompactionPolicy {
    /// A tail of more rows is long.
    pub tail_rows_max: usize,
    /// A tail of more bytes is long.
    pub tail_bytes_max: usize,
    /// A tail of more rows is due whatever the snapshot.
    pub tail_rows_hard_max: usize,
    /// A long tail is due when its bytes are at least this part of the snapshot's: one in so many.
    pub snapshot_share: usize,
}

impl Default for CompactionPolicy {
    fn default() -> Self {
        Self {
            tail_rows_max: limits::TAIL_ROWS_MAX,
            tail_bytes_max: limits::TAIL_BYTES_MAX,
            tail_rows_hard_max: limits::TAIL_ROWS_HARD_MAX,
            snapshot_share: limits::TAIL_SNAPSHOT_SHARE,
        }
    }
}

impl CompactionPolicy {
    /// Whether a document of this size is due.
    #[must_use]
    pub fn is_due(&self, size: DocumentSize) -> bool {
        let is_long = size.tail_rows > self.tail_rows_max || size.tail_bytes > self.tail_bytes_max;
        let is_weighty = size.tail_bytes.saturating_mul(self.snapshot_share) >= size.snapshot_bytes;
        (is_long && is_weighty) || size.tail_rows > self.tail_rows_hard_max || size.snapshots > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_due_when_its_tail_is_long_and_weighty() {
        let policy = CompactionPolicy {
            tail_rows_max: 100,
            tail_bytes_max: 1000,
            tail_rows_hard_max: 500,
            snapshot_share: 10,
        };
        // rows, bytes, snapshots, snapshot bytes
        let cases = [
            ((0, 0, 0, 0), false),
            ((0, 0, 1, 50_000), false),
            ((100, 1000, 1, 0), false),
            ((101, 900, 1, 0), true),
            ((5, 1001, 0, 0), true),
            ((101, 900, 1, 9_000), true),
            ((101, 900, 1, 9_001), false),
            ((501, 900, 1, 1_000_000), true),
            ((0, 0, 2, 1_000), true),
        ];
        for ((tail_rows, tail_bytes, snapshots, snapshot_bytes), due) in cases {
            let size = DocumentSize {
                tail_rows,
                tail_bytes,
                snapshots,
                snapshot_bytes,
            };
            assert_eq!(policy.is_due(size), due, "{size:?}");
        }
    }
}
