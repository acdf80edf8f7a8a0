//! Merging the parts of a document into one state, with proof that nothing was left out.
//!
//! The parts go through a yrs document, which drops what was deleted for good. Rows that wait for predecessors that
//! have not arrived stay rows: yrs 0.28.1 can lose blocks when it merges what is pending. Then the result is read
//! back: every block and every deletion of every merged part must be in it, and a fresh document that loads it must
//! say the same, byte for byte but for the order of map entries. The encoding is V1: what yrs 0.28.1 writes as V2 does not always read back as the same
//! text (ADR-0008). yrs can panic on what it accepted earlier (D8), so all of this happens inside a panic
//! boundary; a document that fails keeps its rows.

use bytes::Bytes;
use consilium_protocol::update_shape::{UnorderedKind, unordered_values};
use consilium_protocol::wire::Reader;
use yrs::encoding::read::Cursor;
use yrs::updates::decoder::Decode;
use yrs::{Any, Doc, IdSet, ReadTxn, StateVector, Transact, Update};

use crate::panic_boundary::contain;
use crate::plain_doc::plain_doc;
use crate::store::{RowId, StoredDocument};

/// Why the parts of a document do not become one state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A part is not an update.
    #[error("{part} cannot be decoded: {detail}")]
    Undecodable {
        /// Which one.
        part: String,
        /// What yrs says.
        detail: String,
    },
    /// A part cannot be applied.
    #[error("{part} cannot be applied: {detail}")]
    Inapplicable {
        /// Which one.
        part: String,
        /// What yrs says.
        detail: String,
    },
    /// yrs panicked.
    #[error("the CRDT library panicked")]
    Panicked,
    /// The merged state lacks something of a part.
    #[error("the merged state lacks blocks or deletions of {part}")]
    Incomplete {
        /// Which one.
        part: String,
    },
}

/// What merging a document gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The state, yrs V1: all snapshots, and the rows named below.
    pub state: Bytes,
    /// Rows that are wholly part of it, in the order of their ids. The others wait for something.
    pub rows: Vec<RowId>,
}

/// Merges the parts of a document.
///
/// # Errors
/// [`MergeError`] names the part that is in the way.
pub fn merge(document: &StoredDocument) -> Result<Merged, MergeError> {
    let snapshots = document
        .snapshots
        .iter()
        .map(|snapshot| (None, format!("snapshot {}", snapshot.hash), &snapshot.state));
    let rows = document
        .tail
        .iter()
        .map(|row| (Some(row.id), format!("row {}", row.id), &row.update));
    let parts: Vec<Part<'_>> = snapshots
        .chain(rows)
        .map(|(row, name, bytes)| Part { row, name, bytes })
        .collect();
    contain(|| merge_parts(&parts)).unwrap_or(Err(MergeError::Panicked))
}

struct Part<'a> {
    /// `None` for a snapshot.
    row: Option<RowId>,
    name: String,
    bytes: &'a Bytes,
}

impl Part<'_> {
    fn decode(&self) -> Result<Update, MergeError> {
        Update::decode_v1(self.bytes).map_err(|error| MergeError::Undecodable {
            part: self.name.clone(),
            detail: error.to_string(),
        })
    }
}

fn merge_parts(parts: &[Part<'_>]) -> Result<Merged, MergeError> {
    let mut held = Vec::with_capacity(parts.len());
    let doc = plain_doc();
    for part in parts {
        let update = part.decode()?;
        held.push((part, update.insertions(true), update.delete_set().clone()));
        apply(&doc, update, &part.name)?;
    }
    let state = doc.transact().encode_diff_v1(&StateVector::default());

    let what = "the merged state";
    let merged = Update::decode_v1(&state).map_err(|error| MergeError::Undecodable {
        part: what.to_owned(),
        detail: error.to_string(),
    })?;
    let (blocks, deletions) = (merged.insertions(true), merged.delete_set().clone());
    let mut rows = Vec::new();
    for (part, part_blocks, part_deletions) in held {
        let complete = contains(&blocks, &part_blocks) && contains(&deletions, &part_deletions);
        match (part.row, complete) {
            (Some(row), true) => rows.push(row),
            // It waits, and stays where it is.
            (Some(_), false) | (None, true) => {}
            (None, false) => {
                return Err(MergeError::Incomplete {
                    part: part.name.clone(),
                });
            }
        }
    }
    let fresh = plain_doc();
    apply(&fresh, merged, what)?;
    // Two documents that agree about which blocks there are may still disagree about their order.
    let read_back = fresh.transact().encode_diff_v1(&StateVector::default());
    let state = Bytes::from(state);
    if !says_the_same(&state, &Bytes::from(read_back)) {
        return Err(MergeError::Incomplete {
            part: "the document as it was".to_owned(),
        });
    }
    Ok(Merged { state, rows })
}

/// Whether two updates differ at most in the order of map entries: yrs keeps these in hash maps, and writes a link's
/// attributes in another order each time.
fn says_the_same(one: &Bytes, other: &Bytes) -> bool {
    if one == other {
        return true;
    }
    let (Ok(maps), Ok(other_maps)) = (unordered_values(one), unordered_values(other)) else {
        return false;
    };
    let mut from = 0;
    for value in &maps {
        if one.get(from..value.at.start) != other.get(from..value.at.start)
            || !is_same_value(
                value.kind,
                &one[value.at.clone()],
                other.get(value.at.clone()),
            )
        {
            return false;
        }
        from = value.at.end;
    }
    maps == other_maps && one.get(from..) == other.get(from..)
}

fn is_same_value(kind: UnorderedKind, one: &[u8], other: Option<&[u8]>) -> bool {
    let Some(other) = other else {
        return false;
    };
    let json = |bytes: &[u8]| {
        let text = Reader::new(Bytes::copy_from_slice(bytes))
            .var_string()
            .ok()?;
        serde_json::from_str::<serde_json::Value>(&text).ok()
    };
    let any = |bytes: &[u8]| Any::decode(&mut Cursor::new(bytes)).ok();
    one == other
        || match kind {
            UnorderedKind::Json => json(one).is_some_and(|value| Some(value) == json(other)),
            UnorderedKind::Any => any(one).is_some_and(|value| Some(value) == any(other)),
        }
}

fn apply(doc: &Doc, update: Update, part: &str) -> Result<(), MergeError> {
    doc.transact_mut()
        .apply_update(update)
        .map_err(|error| MergeError::Inapplicable {
            part: part.to_owned(),
            detail: error.to_string(),
        })
}

fn contains(whole: &IdSet, part: &IdSet) -> bool {
    part.diff(whole).iter().all(|(_, ranges)| ranges.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use yrs::{Map, Text};

    use super::*;

    /// A text with a link of five attributes, and a map of five keys, each in the order in which it happens to be kept.
    fn document(href: &str) -> Bytes {
        let doc = Doc::with_client_id(7);
        let text = doc.get_or_insert_text("t");
        let map = doc.get_or_insert_map("m");
        let mut txn = doc.transact_mut();
        let attributes = ["title", "rel", "class", "target"].map(|key| (key.to_owned(), Any::Null));
        let link: HashMap<String, Any> = attributes
            .into_iter()
            .chain([("href".to_owned(), Any::from(href))])
            .collect();
        let link = Any::from(link);
        text.insert_with_attributes(
            &mut txn,
            0,
            "Leitlinie",
            [("link".into(), link.clone())].into(),
        );
        map.insert(&mut txn, "link", link);
        drop(txn);
        doc.transact()
            .encode_diff_v1(&StateVector::default())
            .into()
    }

    #[test]
    fn the_order_of_map_entries_is_no_difference_and_everything_else_is() {
        let one = document("a");
        let orders: std::collections::BTreeSet<Bytes> = (0..32).map(|_| document("a")).collect();
        assert!(orders.len() > 1, "the order differs from time to time");
        for other in &orders {
            assert!(says_the_same(&one, other));
        }
        assert!(!says_the_same(&one, &document("b")));
        for at in 0..one.len() {
            let mut other = one.to_vec();
            other[at] ^= 1;
            assert!(!says_the_same(&one, &Bytes::from(other)), "byte {at}");
        }
    }
}
