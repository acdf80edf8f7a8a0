//! What a document said at moments of its past, from the snapshots and rows that are there still.
//!
//! Whether they are enough for a moment is not decided here ([`super::sessions::Session::is_readable`]). Rows are taken in the
//! order of their times; those that wait for others are part of a state as soon as these have come. Foreign bytes meet
//! yrs, so all of it happens inside the panic boundary (D8).

use consilium_protocol::ids::DocName;
use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, StateVector, Transact, Update};

use crate::panic_boundary::contain;
use crate::plain_doc::plain_doc;
use crate::store::{JournalRow, StoredDocument};

/// Why a state of the past cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A snapshot or a row cannot be decoded or applied.
    #[error("a part of the document cannot be applied")]
    Unreadable,
    /// yrs panicked.
    #[error("the CRDT library panicked")]
    Panicked,
}

/// Hands over what the document said at each of these moments (milliseconds since 1970 UTC, increasing), as updates (yrs
/// V1), one after the other: only one is in memory here.
///
/// # Errors
/// [`StateError`]; some states may have been handed over by then.
pub fn states_at(
    document: &StoredDocument,
    moments: &[i64],
    mut take: impl FnMut(i64, Vec<u8>),
) -> Result<(), StateError> {
    contain(|| replay(document, moments, &mut take)).unwrap_or_else(|_| {
        tracing::warn!(name = %document.record.name, "a past state cannot be read");
        Err(StateError::Panicked)
    })
}

/// What the document said at one moment.
///
/// # Errors
/// [`StateError`].
pub fn state_at(document: &StoredDocument, moment: i64) -> Result<Vec<u8>, StateError> {
    let mut found = Vec::new();
    states_at(document, &[moment], |_, state| found = state)?;
    Ok(found)
}

/// Reads what the document says now, by all of its parts.
///
/// # Errors
/// [`StateError`].
pub fn read_present<T>(
    document: &StoredDocument,
    read: impl FnOnce(&Doc) -> T,
) -> Result<T, StateError> {
    contain(|| {
        let doc = plain_doc();
        let name = &document.record.name;
        for snapshot in &document.snapshots {
            apply(&doc, &snapshot.state, name)?;
        }
        for row in &document.tail {
            apply(&doc, &row.update, name)?;
        }
        Ok(read(&doc))
    })
    .unwrap_or_else(|_| {
        tracing::warn!(name = %document.record.name, "the text of a document cannot be read");
        Err(StateError::Panicked)
    })
}

fn replay(
    document: &StoredDocument,
    moments: &[i64],
    take: &mut dyn FnMut(i64, Vec<u8>),
) -> Result<(), StateError> {
    let doc = plain_doc();
    let name = &document.record.name;
    for snapshot in &document.snapshots {
        apply(&doc, &snapshot.state, name)?;
    }
    let mut rows: Vec<&JournalRow> = document.tail.iter().collect();
    rows.sort_by_key(|row| (row.at_ms, row.id));
    let mut rows = rows.into_iter().peekable();
    for moment in moments {
        while let Some(row) = rows.next_if(|row| row.at_ms <= *moment) {
            apply(&doc, &row.update, name)?;
        }
        take(
            *moment,
            doc.transact().encode_diff_v1(&StateVector::default()),
        );
    }
    Ok(())
}

fn apply(doc: &Doc, update: &[u8], name: &DocName) -> Result<(), StateError> {
    let applied = Update::decode_v1(update)
        .map_err(|error| error.to_string())
        .and_then(|update| {
            doc.transact_mut()
                .apply_update(update)
                .map_err(|error| error.to_string())
        });
    applied.map_err(|error| {
        tracing::warn!(%name, %error, "apply a part of a document's past");
        StateError::Unreadable
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bytes::Bytes;
    use consilium_protocol::ids::Lineage;
    use uuid::Uuid;
    use yrs::{GetString, Text, WriteTxn};

    use super::*;
    use crate::store::{Cursor, DocId, DocumentRecord, RowId, Snapshot, SnapshotHash};

    fn document(snapshot: Option<Bytes>, rows: &[(i64, Bytes)]) -> StoredDocument {
        StoredDocument {
            record: DocumentRecord {
                id: DocId(1),
                name: DocName::parse("a").unwrap(),
                lineage: Lineage(Uuid::nil()),
                title: String::new(),
                created_at_ms: 0,
                updated_at_ms: 0,
                deleted_at_ms: None,
            },
            snapshots: snapshot
                .map(|state| Snapshot {
                    hash: SnapshotHash::of(&state),
                    state,
                })
                .into_iter()
                .collect(),
            tail: rows
                .iter()
                .zip(1..)
                .map(|((at_ms, update), id)| JournalRow {
                    id: RowId(id),
                    at_ms: *at_ms,
                    update: update.clone(),
                })
                .collect(),
            owners: HashMap::new(),
            cursor: Cursor(0),
        }
    }

    /// Words that are written one after the other, each an update.
    fn written(words: &[&str]) -> Vec<Bytes> {
        let doc = Doc::new();
        words
            .iter()
            .map(|word| {
                let mut txn = doc.transact_mut();
                let text = txn.get_or_insert_text("t");
                let end = text.len(&txn);
                text.insert(&mut txn, end, word);
                Bytes::from(txn.encode_update_v1())
            })
            .collect()
    }

    fn read(state: &[u8]) -> String {
        let doc = Doc::new();
        doc.transact_mut()
            .apply_update(Update::decode_v1(state).unwrap())
            .unwrap();
        let mut txn = doc.transact_mut();
        let text = txn.get_or_insert_text("t");
        text.get_string(&txn)
    }

    #[test]
    fn a_state_holds_what_was_written_up_to_its_moment() {
        let updates = written(&["one ", "two ", "three ", "four "]);
        let stored = document(
            Some(updates[0].clone()),
            // Rows of two nodes need not lie in the order of their times.
            &[
                (30, updates[3].clone()),
                (10, updates[1].clone()),
                (20, updates[2].clone()),
            ],
        );
        let mut found = Vec::new();
        states_at(&stored, &[5, 10, 29, 30, 99], |moment, state| {
            found.push((moment, read(&state)));
        })
        .unwrap();
        let expected = [
            (5, "one "),
            (10, "one two "),
            (29, "one two three "),
            (30, "one two three four "),
            (99, "one two three four "),
        ];
        assert_eq!(found, expected.map(|(at, text)| (at, text.to_owned())));
    }

    #[test]
    fn what_waits_for_others_is_there_once_they_have_come() {
        let updates = written(&["one ", "two "]);
        let stored = document(None, &[(10, updates[1].clone()), (20, updates[0].clone())]);
        assert_eq!(read(&state_at(&stored, 10).unwrap()), "");
        assert_eq!(read(&state_at(&stored, 20).unwrap()), "one two ");
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let stored = document(None, &[(10, Bytes::from_static(b"nonsense"))]);
        assert_eq!(state_at(&stored, 10), Err(StateError::Unreadable));
    }
}
