//! A stored document: merged into one snapshot, as compaction does it, and built for a room, as opening does it.

use std::collections::HashMap;
use std::hint::black_box;

use bytes::Bytes;
use consilium_protocol::ids::{DocName, Lineage};
use consilium_server::compaction::merge::merge;
use consilium_server::room::loading;
use consilium_server::store::{
    Cursor, DocId, DocumentRecord, JournalRow, RowId, Snapshot, SnapshotHash, StoredDocument,
};
use uuid::Uuid;

use crate::{Piece, Step, typing};

/// Edits of the document; the later ones are rows.
const SESSION: usize = 1_500;

/// Rows after the snapshot: as many as make a tail long.
const TAIL: usize = 500;

pub(crate) const PIECES: &[Piece] = &[
    Piece {
        name: "snapshot-merge",
        half: 3,
        prepare: merges,
    },
    Piece {
        name: "document-load",
        half: 3,
        prepare: loads,
    },
];

fn stored() -> StoredDocument {
    let updates = typing::session(SESSION);
    let state: Bytes = typing::whole(SESSION - TAIL);
    StoredDocument {
        record: DocumentRecord {
            id: DocId(1),
            name: DocName::parse("minutes-of-the-meeting").expect("a name of a document"),
            lineage: Lineage(Uuid::nil()),
            title: String::new(),
            created_at_ms: 0,
            updated_at_ms: 0,
            deleted_at_ms: None,
        },
        snapshots: vec![Snapshot {
            hash: SnapshotHash::of(&state),
            state,
        }],
        tail: (1..)
            .zip(&updates[SESSION - TAIL..])
            .map(|(id, update)| JournalRow {
                id: RowId(id),
                update: update.clone(),
                at_ms: 0,
            })
            .collect(),
        owners: HashMap::new(),
        cursor: Cursor(0),
    }
}

fn merges(_times: usize) -> Step {
    let stored = stored();
    Box::new(move |_| {
        let merged = black_box(merge(black_box(&stored))).expect("merge");
        assert_eq!(merged.rows.len(), TAIL);
    })
}

fn loads(_times: usize) -> Step {
    let stored = stored();
    Box::new(move |_| {
        let built = black_box(loading::build(black_box(&stored))).expect("build the document");
        assert!(built.unreadable.is_empty());
    })
}
