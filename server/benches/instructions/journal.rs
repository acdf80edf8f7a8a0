//! The journal's appends: the real SQLite store over a throw-away folder, without the pace and the queue before it.
//!
//! What the kernel does for a commit is no instruction of ours and is not counted. One row alone is not a piece: most of
//! it is two threads that wake each other, which differs by a tenth from run to run.

use std::hint::black_box;

use consilium_protocol::ids::DocName;
use consilium_server::store::{Append, DocId, SqliteStore, Store};

use crate::{Piece, Step, typing};

/// Rows of a commit on a node where some people write.
const FEW: usize = 16;

/// Rows of a commit on a busy node.
const MANY: usize = 64;

pub(crate) const PIECES: &[Piece] = &[
    Piece {
        name: "journal-append-16",
        half: 40,
        prepare: |times| appends(FEW, times),
    },
    Piece {
        name: "journal-append-64",
        half: 15,
        prepare: |times| appends(MANY, times),
    },
];

/// One commit of so many rows.
fn appends(rows: usize, times: usize) -> Step {
    let folder = tempfile::tempdir().expect("make a throw-away folder");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("start the runtime");
    let name = DocName::parse("minutes-of-the-meeting").expect("a name of a document");
    let (store, doc) = runtime.block_on(async {
        let store = SqliteStore::open(folder.path())
            .await
            .expect("open a store");
        let stored = store
            .load_or_create(&name, 0)
            .await
            .expect("make a document");
        (store, stored.record.id)
    });
    let updates = typing::session(rows);
    let mut prepared = (0..times).map(|_| batch(doc, &updates)).collect::<Vec<_>>();
    Box::new(move |time| {
        // The folder lives as long as the store that is in it.
        let _ = folder.path();
        let batch = std::mem::take(&mut prepared[time]);
        black_box(runtime.block_on(store.append(&batch))).expect("append");
    })
}

fn batch(doc: DocId, updates: &[bytes::Bytes]) -> Vec<Append> {
    updates
        .iter()
        .map(|update| Append {
            doc,
            update: update.clone(),
            author: None,
            claims: Vec::new(),
            at_ms: 0,
        })
        .collect()
}
