//! From stored bytes to a document.
//!
//! Rows were acknowledged, so none is ever thrown away: one that the library fails on (D8) is left out of the
//! document, stays in the journal, and is named to the caller.

use std::collections::HashSet;

use super::event::Loaded;
use super::replica::{Keep, Refusal, Replica};
use crate::store::{RowId, StoredDocument};

/// A document, and what could not be part of it.
#[derive(Debug)]
pub struct Built {
    /// The document.
    pub loaded: Loaded,
    /// Rows that the library fails on. While there are any, the document must not be compacted.
    pub unreadable: Vec<RowId>,
    /// Rows that are not part of a snapshot yet, and their bytes.
    pub tail: (usize, usize),
}

/// A snapshot that cannot be read: there is no document without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a snapshot cannot be read")]
pub struct UnreadableSnapshot;

/// Builds the document. Takes time in proportion to its size: not for an async thread when it is large.
///
/// # Errors
/// [`UnreadableSnapshot`].
pub fn build(stored: &StoredDocument) -> Result<Built, UnreadableSnapshot> {
    let mut unreadable = HashSet::new();
    // A replica on which the library failed cannot be trusted: the next round starts afresh without that row.
    let replica = loop {
        match build_without(stored, &mut unreadable)? {
            Ok(replica) => break replica,
            Err(poison) => unreadable.insert(poison),
        };
    };
    let title = consilium_model::document::title(replica.doc()).unwrap_or_default();
    let mut unreadable: Vec<RowId> = unreadable.into_iter().collect();
    unreadable.sort_unstable();
    Ok(Built {
        loaded: Loaded {
            doc: stored.record.id,
            name: stored.record.name.clone(),
            cursor: stored.cursor,
            lineage: stored.record.lineage,
            replica,
            owners: stored.owners.clone(),
            title,
            stored_bytes: stored_bytes(stored),
        },
        unreadable,
        tail: (
            stored.tail.len(),
            stored.tail.iter().map(|row| row.update.len()).sum(),
        ),
    })
}

/// Bytes stored for a document, before compression.
#[must_use]
pub fn stored_bytes(stored: &StoredDocument) -> usize {
    let snapshots: usize = stored
        .snapshots
        .iter()
        .map(|snapshot| snapshot.state.len())
        .sum();
    let tail: usize = stored.tail.iter().map(|row| row.update.len()).sum();
    snapshots + tail
}

fn build_without(
    stored: &StoredDocument,
    left_out: &mut HashSet<RowId>,
) -> Result<Result<Replica, RowId>, UnreadableSnapshot> {
    let mut replica = Replica::new();
    for snapshot in &stored.snapshots {
        replica
            .apply_snapshot(&snapshot.state)
            .map_err(|_| UnreadableSnapshot)?;
    }
    for row in &stored.tail {
        if left_out.contains(&row.id) {
            continue;
        }
        let applied = Replica::shape(&row.update)
            .and_then(|shape| replica.apply(&row.update, &shape, Keep::AsSent));
        match applied {
            Ok(_) => {}
            // The replica is as it was.
            Err(Refusal::Malformed | Refusal::TooDeep) => {
                left_out.insert(row.id);
            }
            Err(Refusal::Poison) => return Ok(Err(row.id)),
        }
    }
    Ok(Ok(replica))
}
