//! Compaction over the real store, with real CRDT updates.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use tempfile::TempDir;
use tokio_util::task::TaskTracker;
use yrs::updates::decoder::Decode;
use yrs::{
    ClientID, Doc, GetString, Map, OffsetKind, Options, ReadTxn, StateVector, Text, Transact,
    Update,
};

use super::*;
use crate::store::faulty::{Fault, FaultyStore};
use crate::store::{Append, DocId, SqliteStore, StoredDocument};

const NOW_MS: i64 = 1_790_000_000_000;

struct Bench {
    _dir: TempDir,
    store: Arc<FaultyStore>,
    name: DocName,
    doc: DocId,
}

impl Bench {
    async fn new() -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let store = FaultyStore::new(Arc::new(SqliteStore::open(dir.path()).await.expect("open")));
        let name = DocName::parse("a").expect("a name");
        let doc = store
            .load_or_create(&name, NOW_MS)
            .await
            .expect("create")
            .record
            .id;
        Self {
            _dir: dir,
            store,
            name,
            doc,
        }
    }

    async fn append(&self, updates: &[Vec<u8>]) {
        let batch: Vec<Append> = updates
            .iter()
            .map(|update| Append {
                doc: self.doc,
                update: Bytes::copy_from_slice(update),
                author: None,
                claims: Vec::new(),
                at_ms: NOW_MS,
            })
            .collect();
        self.store.append(&batch).await.expect("append");
    }

    async fn load(&self) -> StoredDocument {
        self.store
            .load(&self.name)
            .await
            .expect("load")
            .expect("the document exists")
    }

    async fn text(&self) -> String {
        text_of(&open(&self.load().await))
    }

    async fn size(&self) -> DocumentSize {
        DocumentSize::of(&self.load().await)
    }
}

fn open(document: &StoredDocument) -> Doc {
    let doc = Doc::new();
    for snapshot in &document.snapshots {
        let update = Update::decode_v1(&snapshot.state).expect("decode a snapshot");
        doc.transact_mut()
            .apply_update(update)
            .expect("apply a snapshot");
    }
    for row in &document.tail {
        let update = Update::decode_v1(&row.update).expect("decode a row");
        doc.transact_mut()
            .apply_update(update)
            .expect("apply a row");
    }
    doc
}

fn text_of(doc: &Doc) -> String {
    let text = doc.get_or_insert_text("body");
    text.get_string(&doc.transact())
}

/// The updates of someone who types, deletes and sets a title.
fn typing(client: u64, words: usize) -> (Doc, Vec<Vec<u8>>) {
    let options = Options {
        offset_kind: OffsetKind::Utf16,
        ..Options::with_client_id(ClientID::new(client))
    };
    let doc = Doc::with_options(options);
    let (text, meta) = (
        doc.get_or_insert_text("body"),
        doc.get_or_insert_map("meta"),
    );
    let mut updates = Vec::new();
    for n in 0..words {
        let mut tx = doc.transact_mut();
        text.push(&mut tx, &format!("wörd{n} "));
        if n % 5 == 4 {
            text.remove_range(&mut tx, 2, 3);
        }
        if n % 7 == 0 {
            meta.insert(&mut tx, "title", format!("Title {n}"));
        }
        updates.push(tx.encode_update_v1());
    }
    (doc, updates)
}

#[tokio::test]
async fn a_compacted_document_reads_the_same_from_one_snapshot() {
    let bench = Bench::new().await;
    let (ann, ann_updates) = typing(1, 60);
    let (ben, ben_updates) = typing(2, 60);
    bench.append(&ann_updates).await;
    bench.append(&ben_updates).await;
    ann.transact_mut()
        .apply_update(
            Update::decode_v1(
                &ben.transact()
                    .encode_state_as_update_v1(&StateVector::default()),
            )
            .expect("decode"),
        )
        .expect("apply");
    let expected = text_of(&ann);
    assert_eq!(bench.text().await, expected);
    let done = compact(&*bench.store, &bench.name).await.expect("compact");
    assert_eq!(done.rows, 120);
    let compacted = bench.load().await;
    assert_eq!((compacted.snapshots.len(), compacted.tail.len()), (1, 0));
    assert_eq!(text_of(&open(&compacted)), expected);
    let (_, more) = typing(3, 3);
    bench.append(&more).await;
    let before = bench.text().await;
    compact(&*bench.store, &bench.name)
        .await
        .expect("compact again");
    assert_eq!(bench.text().await, before);
    assert_eq!(bench.load().await.snapshots.len(), 1);
}

#[tokio::test]
async fn an_update_whose_predecessors_are_missing_survives_compaction() {
    let bench = Bench::new().await;
    let (doc, updates) = typing(1, 30);
    let expected = text_of(&doc);
    // The first third is there; of the rest only every other update, deletions of unseen text included.
    let (held_back, early): (Vec<_>, Vec<_>) = updates
        .into_iter()
        .enumerate()
        .partition(|(n, _)| *n >= 10 && n % 2 == 0);
    let strip = |list: Vec<(usize, Vec<u8>)>| {
        list.into_iter()
            .map(|(_, update)| update)
            .collect::<Vec<_>>()
    };
    bench.append(&strip(early)).await;
    assert!(
        open(&bench.load().await).transact().has_missing_updates(),
        "the test must leave a gap"
    );
    for _ in 0..2 {
        compact(&*bench.store, &bench.name).await.expect("compact");
        assert!(
            open(&bench.load().await).transact().has_missing_updates(),
            "what waits is kept"
        );
    }
    bench.append(&strip(held_back)).await;
    assert_eq!(bench.text().await, expected);
    compact(&*bench.store, &bench.name)
        .await
        .expect("compact the whole");
    let whole = open(&bench.load().await);
    assert_eq!(text_of(&whole), expected);
    assert!(!whole.transact().has_missing_updates());
}

#[tokio::test]
async fn a_deletion_of_text_not_yet_seen_survives_compaction() {
    let bench = Bench::new().await;
    let doc = Doc::with_client_id(9);
    let text = doc.get_or_insert_text("body");
    let mut tx = doc.transact_mut();
    text.push(&mut tx, "keep drop");
    let typed = tx.encode_update_v1();
    drop(tx);
    let mut tx = doc.transact_mut();
    text.remove_range(&mut tx, 4, 5);
    let deleted = tx.encode_update_v1();
    drop(tx);
    bench.append(&[deleted]).await;
    compact(&*bench.store, &bench.name).await.expect("compact");
    bench.append(&[typed]).await;
    assert_eq!(bench.text().await, "keep");
    compact(&*bench.store, &bench.name).await.expect("compact");
    assert_eq!(bench.text().await, "keep");
}

#[tokio::test]
async fn a_row_that_does_not_decode_keeps_every_row_in_place() {
    let bench = Bench::new().await;
    let (_, updates) = typing(1, 5);
    bench.append(&updates).await;
    bench.append(&[vec![0xff; 9]]).await;
    let before = bench.load().await;
    let error = compact(&*bench.store, &bench.name)
        .await
        .expect_err("it must not merge");
    assert!(
        matches!(
            error,
            CompactionError::Merge(MergeError::Undecodable { .. } | MergeError::Panicked)
        ),
        "{error}"
    );
    assert_eq!(bench.load().await, before);
}

#[tokio::test]
async fn rows_that_arrive_during_a_compaction_stay_in_the_tail() {
    let bench = Bench::new().await;
    let (doc, updates) = typing(1, 40);
    bench.append(&updates[..20]).await;
    bench.store.next_write(Fault::Held);
    let (store, name) = (Arc::clone(&bench.store), bench.name.clone());
    let tried = bench.store.writes_tried();
    let compaction = tokio::spawn(async move { compact(&*store, &name).await });
    while bench.store.writes_tried() == tried {
        tokio::task::yield_now().await;
    }
    bench.append(&updates[20..]).await;
    bench.store.release(1);
    assert_eq!(compaction.await.expect("join").expect("compact").rows, 20);
    assert_eq!(bench.load().await.tail.len(), 20);
    assert_eq!(bench.text().await, text_of(&doc));
}

#[tokio::test]
async fn a_compaction_reported_as_failed_but_done_loses_nothing() {
    let bench = Bench::new().await;
    let (doc, updates) = typing(1, 20);
    bench.append(&updates).await;
    bench
        .store
        .next_write(Fault::DoThenReport(StoreError::Unavailable(
            "the answer was lost".into(),
        )));
    compact(&*bench.store, &bench.name)
        .await
        .expect_err("reported as failed");
    assert_eq!(bench.text().await, text_of(&doc));
    compact(&*bench.store, &bench.name)
        .await
        .expect("compact again");
    assert_eq!(bench.text().await, text_of(&doc));
}

#[tokio::test]
async fn a_document_is_compacted_when_due_once_at_a_time_and_rests_after_a_failure() {
    let bench = Bench::new().await;
    let tasks = TaskTracker::new();
    let policy = CompactionPolicy {
        tail_rows_max: 10,
        ..CompactionPolicy::default()
    };
    let compactor = Compactor::new(bench.store.clone(), policy, &tasks);
    let (_, updates) = typing(1, 30);
    bench.append(&updates[..10]).await;
    assert!(
        compactor
            .consider(&bench.name, bench.size().await)
            .is_none(),
        "not due"
    );
    bench.append(&updates[10..]).await;
    let size = bench.size().await;
    bench.store.next_write(Fault::Held);
    let first = compactor.consider(&bench.name, size).expect("due");
    assert!(compactor.consider(&bench.name, size).is_none(), "under way");
    bench.store.release(1);
    let done = first
        .await
        .expect("an answer")
        .expect("compacted")
        .expect("it was due");
    assert_eq!((done.rows, done.bytes), (30, size.tail_bytes));
    bench.append(&updates).await;
    bench
        .store
        .next_write(Fault::Refuse(StoreError::Full("no space".into())));
    let size = bench.size().await;
    compactor
        .consider(&bench.name, size)
        .expect("due")
        .await
        .expect("an answer")
        .expect_err("full");
    assert!(compactor.consider(&bench.name, size).is_none(), "rests");
    tasks.close();
    tokio::time::timeout(Duration::from_secs(10), tasks.wait())
        .await
        .expect("no task is left");
}

#[tokio::test]
async fn the_real_size_decides_not_what_the_caller_knows() {
    let bench = Bench::new().await;
    let (_, updates) = typing(1, 40);
    bench.append(&updates).await;
    compact(&*bench.store, &bench.name).await.expect("compact");
    bench.append(&updates[..2]).await;
    let before = bench.load().await;
    let tasks = TaskTracker::new();
    let policy = CompactionPolicy {
        tail_rows_max: 1,
        snapshot_share: 1,
        ..CompactionPolicy::default()
    };
    let compactor = Compactor::new(bench.store.clone(), policy, &tasks);
    let claimed = DocumentSize {
        tail_rows: 2,
        tail_bytes: 1,
        ..DocumentSize::default()
    };
    let answer = compactor
        .consider(&bench.name, claimed)
        .expect("as far as the caller knows");
    assert_eq!(
        answer.await.expect("an answer").expect("no failure"),
        None,
        "small beside its snapshot"
    );
    assert_eq!(bench.load().await, before);
}
