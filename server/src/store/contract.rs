//! What every store must do: one rule a function, named after the sentence of [`super::Store`] that it holds.
//!
//! [`store_contract!`](crate::store_contract) turns them into tests for one kind of store. The suite looks only
//! through the trait. Updates here are not CRDT updates: a row holds one token and a snapshot a list of tokens, so
//! that "nothing is lost" is "the union of tokens is complete".

pub mod branches;
pub mod catching_up;
pub mod communities;
pub mod discussions;
pub mod for_good;
pub mod governance;
mod governing;
pub mod history;
pub mod identities;
pub mod joining;
pub mod left_behind;
pub mod meetings;
pub mod outbox;
pub mod people;
pub mod search;
pub mod stepping_back;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_protocol::limits::{QUARANTINE_BYTES_PER_AUTHOR_MAX, REASON_BYTES_MAX};

use super::limits::{ROW_BYTES_MAX, TITLE_BYTES_MAX, TOUCH_GRANULARITY_MS};
use super::{
    Append, Changes, Compaction, Cursor, DocId, DocumentFilter, DocumentRecord, JournalRow,
    Quarantined, RowId, SetAside, Shelf, Snapshot, Store, StoreError, StoredDocument,
};

/// Opens one underlying storage, again and again.
#[async_trait]
pub trait StoreFactory: Send + Sync {
    /// Opens it; what an earlier store left is there. The earlier one is closed or dropped by then.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! store_contract {
    ($factory:expr) => {
        $crate::store_contract!(@rules $factory;
            a_new_document_is_empty_and_keeps_its_lineage
            concurrent_creators_see_one_lineage
            a_missing_document_is_none
            rows_come_back_in_the_order_of_their_ids
            an_empty_batch_does_nothing
            a_batch_is_stored_wholly_or_not_at_all
            a_row_that_is_too_large_is_refused_by_name
            large_batches_come_back_whole
            row_ids_are_never_used_again
            what_was_appended_survives_closing
            the_first_claim_of_a_client_id_stands
            compaction_deletes_only_what_it_names
            repeating_a_compaction_does_no_harm
            a_compaction_never_deletes_its_own_snapshot
            concurrent_compactions_do_no_harm
            nothing_is_lost_while_appends_loads_and_compactions_race
            changes_are_the_rows_and_owners_since_a_position
            without_changes_an_answer_brings_nothing_new
            changes_survive_compactions_in_between
            polling_for_changes_misses_nothing_while_appends_race
            polling_for_changes_misses_nothing_while_compactions_race
            quarantine_keeps_an_update_once
            quarantine_is_bounded_per_author
            a_mixed_quarantine_batch_keeps_what_fits
            titles_are_found_by_words_in_any_case
            a_list_is_paged_without_gaps
            the_bin_holds_what_was_deleted_until_it_is_restored
            an_edit_moves_a_document_to_the_front
            writes_to_a_missing_document_are_refused_by_name
            a_probe_leaves_nothing_behind
            a_closed_store_says_unavailable
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::$rule(&$factory).await;
            }
        )*
    };
}

const NOW_MS: i64 = 1_790_000_000_000;

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

fn append(doc: DocId, update: impl Into<Bytes>) -> Append {
    Append {
        doc,
        update: update.into(),
        author: None,
        claims: Vec::new(),
        at_ms: NOW_MS,
    }
}

async fn create(store: &dyn Store, text: &str) -> DocumentRecord {
    store
        .load_or_create(&name(text), NOW_MS)
        .await
        .expect("create a document")
        .record
}

async fn load(store: &dyn Store, text: &str) -> StoredDocument {
    store
        .load(&name(text))
        .await
        .expect("load a document")
        .expect("the document exists")
}

fn tail_of(document: &StoredDocument) -> Vec<&[u8]> {
    document
        .tail
        .iter()
        .map(|row| row.update.as_ref())
        .collect()
}

/// All but the position, which may differ between loads of the same content.
fn content(document: &StoredDocument) -> StoredDocument {
    StoredDocument {
        cursor: Cursor(0),
        ..document.clone()
    }
}

/// All tokens of a document, from rows and snapshots.
fn tokens(document: &StoredDocument) -> BTreeSet<String> {
    tokens_in(&document.snapshots, &document.tail)
}

fn tokens_in(snapshots: &[Snapshot], rows: &[JournalRow]) -> BTreeSet<String> {
    let snapshots = snapshots.iter().map(|snapshot| snapshot.state.as_ref());
    let rows = rows.iter().map(|row| row.update.as_ref());
    snapshots
        .chain(rows)
        .flat_map(|bytes| bytes.split(|byte| *byte == b' '))
        .filter(|token| !token.is_empty())
        .map(|token| String::from_utf8(token.to_vec()).expect("tokens are text"))
        .collect()
}

/// The compaction of all that was loaded.
fn compaction_of(document: &StoredDocument) -> Compaction {
    Compaction {
        doc: document.record.id,
        state: Bytes::from(tokens(document).into_iter().collect::<Vec<_>>().join(" ")),
        rows: document.tail.iter().map(|row| row.id).collect(),
        snapshots: document
            .snapshots
            .iter()
            .map(|snapshot| snapshot.hash)
            .collect(),
    }
}

/// New documents get a fresh lineage; it does not change.
pub async fn a_new_document_is_empty_and_keeps_its_lineage(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let first = store
        .load_or_create(&name("a/b c"), NOW_MS)
        .await
        .expect("create");
    assert!(first.snapshots.is_empty() && first.tail.is_empty() && first.owners.is_empty());
    assert_eq!(first.record.name, name("a/b c"));
    assert_eq!(
        (first.record.created_at_ms, first.record.updated_at_ms),
        (NOW_MS, NOW_MS)
    );
    assert_eq!(first.record.deleted_at_ms, None);
    let again = store
        .load_or_create(&name("a/b c"), NOW_MS + 5)
        .await
        .expect("load");
    assert_eq!(content(&again), content(&first));
    let other = create(&*store, "other").await;
    assert_ne!(other.lineage, first.record.lineage);
    assert_ne!(other.id, first.record.id);
    store.close().await;
    drop(store);
    let store = factory.open().await;
    assert_eq!(
        content(&load(&*store, "a/b c").await),
        content(&first),
        "a reopened store keeps lineage and id"
    );
    store.close().await;
}

/// Of two concurrent callers one creates the document, and both see the same lineage.
pub async fn concurrent_creators_see_one_lineage(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for round in 0..10 {
        let name = name(&format!("doc {round}"));
        let creators = (0..8).map(|_| {
            let (store, name) = (Arc::clone(&store), name.clone());
            tokio::spawn(async move {
                store
                    .load_or_create(&name, NOW_MS)
                    .await
                    .expect("create")
                    .record
            })
        });
        let records = futures_util::future::join_all(creators).await;
        let records: Vec<DocumentRecord> = records
            .into_iter()
            .map(|record| record.expect("join"))
            .collect();
        assert!(
            records.windows(2).all(|pair| pair[0] == pair[1]),
            "round {round}"
        );
    }
    store.close().await;
}

/// `load` gives `None` for a document that was never created.
pub async fn a_missing_document_is_none(factory: &impl StoreFactory) {
    let store = factory.open().await;
    create(&*store, "there").await;
    assert_eq!(store.load(&name("not there")).await.expect("load"), None);
    assert_eq!(
        store.quarantined(&name("not there")).await.expect("list"),
        Vec::new()
    );
    store.close().await;
}

/// The ids are in the order of the batch, increasing.
pub async fn rows_come_back_in_the_order_of_their_ids(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await, create(&*store, "b").await);
    let batch = [
        append(a.id, "1"),
        append(b.id, "2"),
        append(a.id, "3"),
        append(a.id, ""),
    ];
    let first = store.append(&batch).await.expect("append");
    let second = store.append(&[append(a.id, "4")]).await.expect("append");
    let ids: Vec<RowId> = first.iter().chain(&second).copied().collect();
    assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
    let a = load(&*store, "a").await;
    assert_eq!(tail_of(&a), [b"1".as_slice(), b"3", b"", b"4"]);
    assert_eq!(
        a.tail.iter().map(|row| row.id).collect::<Vec<_>>(),
        [first[0], first[2], first[3], second[0]]
    );
    assert_eq!(tail_of(&load(&*store, "b").await), [b"2"]);
    store.close().await;
}

/// An empty batch does nothing.
pub async fn an_empty_batch_does_nothing(factory: &impl StoreFactory) {
    let store = factory.open().await;
    assert_eq!(store.append(&[]).await.expect("append nothing"), Vec::new());
    store.close().await;
}

/// All of a batch or nothing; the error names the document at fault.
pub async fn a_batch_is_stored_wholly_or_not_at_all(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let missing = DocId(doc.0 + 1000);
    let claim = Append {
        author: Some(UserId::new("ann")),
        claims: vec![7],
        at_ms: NOW_MS + 60_000,
        ..append(doc, "claim")
    };
    let error = store
        .append(&[append(doc, "1"), claim, append(missing, "2")])
        .await
        .expect_err("refuse");
    assert!(
        matches!(error, StoreError::NotFound(doc) if doc == missing),
        "{error}"
    );
    assert!(!error.is_storage_wide());
    let loaded = load(&*store, "a").await;
    assert!(loaded.tail.is_empty() && loaded.owners.is_empty());
    assert_eq!(loaded.record.updated_at_ms, NOW_MS);
    store
        .append(&[append(doc, "3")])
        .await
        .expect("a failed batch leaves the store usable");
    assert_eq!(tail_of(&load(&*store, "a").await), [b"3"]);
    store.close().await;
}

/// A row that cannot be stored is an error of that row's document.
pub async fn a_row_that_is_too_large_is_refused_by_name(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let batch = [append(doc, "1"), append(doc, vec![0; ROW_BYTES_MAX + 1])];
    let error = store.append(&batch).await.expect_err("refuse");
    assert!(
        matches!(error, StoreError::TooLarge { doc: at, .. } if at == doc),
        "{error}"
    );
    assert!(load(&*store, "a").await.tail.is_empty());
    store
        .append(&[append(doc, vec![7; ROW_BYTES_MAX])])
        .await
        .expect("the limit itself fits");
    assert_eq!(load(&*store, "a").await.tail[0].update.len(), ROW_BYTES_MAX);
    store.close().await;
}

/// Batches of any length come back whole, in order.
pub async fn large_batches_come_back_whole(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let batch: Vec<Append> = (0..1000)
        .map(|n| append(if n % 3 == 0 { b } else { a }, format!("{n}")))
        .collect();
    let ids = store.append(&batch).await.expect("append");
    assert_eq!(ids.len(), batch.len());
    let (a_doc, b_doc) = (load(&*store, "a").await, load(&*store, "b").await);
    let mut stored: Vec<_> = a_doc.tail.iter().chain(&b_doc.tail).cloned().collect();
    stored.sort_by_key(|row| row.id);
    assert!(stored.iter().map(|row| row.id).eq(ids));
    assert!(
        stored
            .iter()
            .map(|row| &row.update)
            .eq(batch.iter().map(|entry| &entry.update))
    );
    store.close().await;
}

/// Ids are never used again, not even after compaction and a restart.
pub async fn row_ids_are_never_used_again(factory: &impl StoreFactory) {
    let mut last = RowId(0);
    for round in 0..3 {
        let store = factory.open().await;
        let doc = create(&*store, "a").await.id;
        for _ in 0..3 {
            let ids = store
                .append(&[append(doc, format!("{round}")), append(doc, "x")])
                .await
                .expect("append");
            assert!(ids.iter().all(|id| *id > last), "{ids:?} come after {last}");
            last = *ids.last().expect("two ids");
            store
                .compact(&compaction_of(&load(&*store, "a").await))
                .await
                .expect("compact");
        }
        store.close().await;
    }
}

/// What `append` has returned survives.
pub async fn what_was_appended_survives_closing(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    store.append(&[append(doc, "1")]).await.expect("append");
    store
        .compact(&compaction_of(&load(&*store, "a").await))
        .await
        .expect("compact");
    store.append(&[append(doc, "2")]).await.expect("append");
    store
        .set_title(doc, "Title", NOW_MS)
        .await
        .expect("set the title");
    let before = load(&*store, "a").await;
    store.close().await;
    drop(store);
    let store = factory.open().await;
    assert_eq!(content(&load(&*store, "a").await), content(&before));
    // Dropped without being closed: what a crash looks like from here.
    store.append(&[append(doc, "3")]).await.expect("append");
    drop(store);
    let store = factory.open().await;
    assert_eq!(tail_of(&load(&*store, "a").await), [b"2", b"3"]);
    store.close().await;
}

/// The first claim of a client id stands, and a batch that claims what is another's is refused as a whole; claims without
/// an author are ignored.
pub async fn the_first_claim_of_a_client_id_stands(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let (ann, ben) = (UserId::new("ann"), UserId::new("ben"));
    let by = |doc, author: Option<&UserId>, claims: &[u64]| Append {
        author: author.cloned(),
        claims: claims.to_vec(),
        ..append(doc, "u")
    };
    store
        .append(&[
            by(a, Some(&ann), &[1, u64::MAX]),
            by(a, Some(&ann), &[1]),
            by(a, Some(&ben), &[2]),
            by(a, None, &[1, 3]),
        ])
        .await
        .expect("append");
    for taken in [
        vec![by(a, Some(&ben), &[5, u64::MAX])],
        vec![by(a, Some(&ann), &[6]), by(a, Some(&ben), &[6])],
    ] {
        let rows = load(&*store, "a").await.tail.len();
        let refused = store.append(&taken).await.expect_err("it is another's");
        assert!(matches!(refused, StoreError::ClaimTaken), "{refused}");
        assert_eq!(load(&*store, "a").await.tail.len(), rows);
    }
    store
        .append(&[by(a, Some(&ben), &[2, 4]), by(b, Some(&ben), &[1])])
        .await
        .expect("append");
    let owners = load(&*store, "a").await.owners;
    let expected = [
        (1, ann.clone()),
        (u64::MAX, ann),
        (2, ben.clone()),
        (4, ben.clone()),
    ];
    assert_eq!(owners, expected.into_iter().collect());
    assert_eq!(
        load(&*store, "b").await.owners,
        [(1, ben)].into_iter().collect(),
        "ownership is per document"
    );
    store.close().await;
}

/// Compaction deletes exactly the named rows and snapshots of that document.
pub async fn compaction_deletes_only_what_it_names(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let ids = store
        .append(&[
            append(a, "1"),
            append(a, "2"),
            append(a, "3"),
            append(b, "4"),
        ])
        .await
        .expect("append");
    let first = Compaction {
        doc: a,
        state: Bytes::from_static(b"1 3"),
        // The last two belong to another document and to nobody.
        rows: vec![ids[0], ids[2], ids[3], RowId(ids[3].0 + 50)],
        snapshots: Vec::new(),
    };
    let hash = store.compact(&first).await.expect("compact");
    assert_eq!(hash, super::SnapshotHash::of(b"1 3"));
    let loaded = load(&*store, "a").await;
    assert_eq!(tail_of(&loaded), [b"2"]);
    assert_eq!(loaded.snapshots.len(), 1);
    assert_eq!(
        (loaded.snapshots[0].hash, loaded.snapshots[0].state.as_ref()),
        (hash, b"1 3".as_slice())
    );
    assert_eq!(tail_of(&load(&*store, "b").await), [b"4"]);
    // The same bytes under another document are another snapshot.
    store
        .compact(&Compaction {
            doc: b,
            snapshots: vec![hash],
            ..first.clone()
        })
        .await
        .expect("compact");
    let second = Compaction {
        doc: a,
        state: Bytes::from_static(b"1 2 3"),
        rows: vec![ids[1]],
        snapshots: vec![hash],
    };
    store.compact(&second).await.expect("compact");
    let loaded = load(&*store, "a").await;
    assert!(loaded.tail.is_empty());
    assert_eq!(loaded.snapshots.len(), 1);
    assert_eq!(loaded.snapshots[0].state.as_ref(), b"1 2 3");
    assert_eq!(load(&*store, "b").await.snapshots.len(), 1);
    store.close().await;
}

/// A compaction can be repeated, also after a later one.
pub async fn repeating_a_compaction_does_no_harm(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    store
        .append(&[append(doc, "1"), append(doc, "2")])
        .await
        .expect("append");
    let first = compaction_of(&load(&*store, "a").await);
    let hash = store.compact(&first).await.expect("compact");
    assert_eq!(store.compact(&first).await.expect("compact again"), hash);
    store.append(&[append(doc, "3")]).await.expect("append");
    store
        .compact(&compaction_of(&load(&*store, "a").await))
        .await
        .expect("compact");
    store.compact(&first).await.expect("compact late");
    assert_eq!(
        tokens(&load(&*store, "a").await),
        ["1", "2", "3"].map(String::from).into()
    );
    store.close().await;
}

/// A compaction that changes nothing names its own result; the result stays.
pub async fn a_compaction_never_deletes_its_own_snapshot(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    store.append(&[append(doc, "1")]).await.expect("append");
    store
        .compact(&compaction_of(&load(&*store, "a").await))
        .await
        .expect("compact");
    let same = compaction_of(&load(&*store, "a").await);
    assert_eq!(same.snapshots.len(), 1);
    store
        .compact(&same)
        .await
        .expect("compact to the same state");
    assert_eq!(
        tokens(&load(&*store, "a").await),
        ["1"].map(String::from).into()
    );
    store.close().await;
}

/// Two compactions that saw different states both succeed, in either order, and nothing is lost.
pub async fn concurrent_compactions_do_no_harm(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for round in 0..10 {
        let text = format!("doc {round}");
        let doc = create(&*store, &text).await.id;
        store
            .append(&[append(doc, "1"), append(doc, "2")])
            .await
            .expect("append");
        let early = compaction_of(&load(&*store, &text).await);
        store.append(&[append(doc, "3")]).await.expect("append");
        let late = compaction_of(&load(&*store, &text).await);
        let run = |compaction: Compaction| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.compact(&compaction).await.expect("compact") })
        };
        let (one, two) = if round % 2 == 0 {
            (early, late)
        } else {
            (late, early)
        };
        let (one, two) = (run(one), run(two));
        one.await.expect("join");
        two.await.expect("join");
        let merged = load(&*store, &text).await;
        assert!(merged.tail.is_empty());
        assert_eq!(tokens(&merged), ["1", "2", "3"].map(String::from).into());
        store
            .compact(&compaction_of(&merged))
            .await
            .expect("compact");
        assert_eq!(
            load(&*store, &text).await.snapshots.len(),
            1,
            "the next compaction tidies up"
        );
    }
    store.close().await;
}

/// A load is of one instant: it holds whatever was appended before it began, however many compactions run.
pub async fn nothing_is_lost_while_appends_loads_and_compactions_race(factory: &impl StoreFactory) {
    const WRITERS: usize = 3;
    const ROWS: usize = 150;
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let acknowledged = Arc::new(parking_lot::Mutex::new(BTreeSet::new()));
    let writers = (0..WRITERS).map(|writer| {
        let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
        tokio::spawn(async move {
            for row in 0..ROWS {
                let token = format!("{writer}.{row}");
                let update = append(doc, token.clone());
                store.append(&[update]).await.expect("append");
                acknowledged.lock().insert(token);
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    // Two that compact what they load, and three that only look, to be often in the middle of a compaction.
    let readers = (0..5).map(|reader| {
        let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
        tokio::spawn(async move {
            let mut rounds = 0;
            loop {
                let expected = acknowledged.lock().clone();
                let loaded = load(&*store, "a").await;
                let missing: Vec<_> = expected.difference(&tokens(&loaded)).cloned().collect();
                assert!(
                    missing.is_empty(),
                    "acknowledged but not loaded: {missing:?}"
                );
                if reader < 2 {
                    let compaction = compaction_of(&loaded);
                    store.compact(&compaction).await.expect("compact");
                }
                rounds += 1;
                if expected.len() == WRITERS * ROWS {
                    break rounds;
                }
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    for writer in writers {
        writer.await.expect("writer");
    }
    for reader in readers {
        assert!(reader.await.expect("reader") > 1, "it must have raced");
    }
    assert_eq!(tokens(&load(&*store, "a").await).len(), WRITERS * ROWS);
    store.close().await;
}

async fn changes(store: &dyn Store, doc: DocId, since: Cursor) -> Changes {
    store.changes_since(doc, since).await.expect("read changes")
}

fn tokens_of(changes: &Changes) -> BTreeSet<String> {
    tokens_in(&changes.snapshots, &changes.rows)
}

fn set<const N: usize>(tokens: [&str; N]) -> BTreeSet<String> {
    tokens.map(String::from).into()
}

/// What was committed since a position comes, of this document only, with its owners; the position of a load misses
/// nothing.
pub async fn changes_are_the_rows_and_owners_since_a_position(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let new = load(&*store, "a").await;
    store
        .append(&[append(a, "1"), append(b, "other")])
        .await
        .expect("append");
    let loaded = load(&*store, "a").await;
    let claim = Append {
        author: Some(UserId::new("ann")),
        claims: vec![u64::MAX],
        ..append(a, "2")
    };
    let ids = store
        .append(&[claim, append(b, "other 2"), append(a, "3")])
        .await
        .expect("append");

    let answer = changes(&*store, a, loaded.cursor).await;
    let found = tokens_of(&answer);
    assert!(found.is_superset(&set(["2", "3"])), "{found:?}");
    assert!(found.is_subset(&set(["1", "2", "3"])), "{found:?}");
    assert_eq!(answer.owners.get(&u64::MAX), Some(&UserId::new("ann")));
    assert!(
        answer.rows.is_sorted_by(|left, right| left.id < right.id),
        "in the order of their ids"
    );
    assert!(answer.rows.iter().any(|row| row.id == ids[2]));

    let all = changes(&*store, a, new.cursor).await;
    assert_eq!(tokens_of(&all), set(["1", "2", "3"]));
    assert_eq!(
        tokens(&new).len() + all.rows.len(),
        load(&*store, "a").await.tail.len(),
        "load and changes together are the document"
    );
    store.append(&[append(a, "4")]).await.expect("append");
    assert!(tokens_of(&changes(&*store, a, answer.cursor).await).contains("4"));
    store.close().await;
}

/// Where nothing came since, an answer is empty or repeats what is known, and its position goes on as well.
pub async fn without_changes_an_answer_brings_nothing_new(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let empty = changes(&*store, a, load(&*store, "a").await.cursor).await;
    assert!(empty.rows.is_empty() && empty.snapshots.is_empty() && empty.owners.is_empty());
    store
        .append(&[append(a, "1"), append(a, "2")])
        .await
        .expect("append");
    store
        .compact(&compaction_of(&load(&*store, "a").await))
        .await
        .expect("compact");
    store.append(&[append(a, "3")]).await.expect("append");
    let mut cursor = load(&*store, "a").await.cursor;
    for round in 0..3 {
        store.append(&[append(b, "other")]).await.expect("append");
        let answer = changes(&*store, a, cursor).await;
        let found = tokens_of(&answer);
        assert!(
            found.is_subset(&set(["1", "2", "3"])),
            "round {round}: {found:?}"
        );
        cursor = answer.cursor;
    }
    store.append(&[append(a, "4")]).await.expect("append");
    assert!(tokens_of(&changes(&*store, a, cursor).await).contains("4"));
    store.close().await;
}

/// Rows that compactions merged since a position come as part of a snapshot, also after several compactions, and when
/// the merged state is that of a snapshot which was there before.
pub async fn changes_survive_compactions_in_between(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let compact = async || {
        store
            .compact(&compaction_of(&load(&*store, "a").await))
            .await
            .expect("compact");
    };
    let start = load(&*store, "a").await.cursor;
    let claim = Append {
        author: Some(UserId::new("ann")),
        claims: vec![7],
        ..append(doc, "1")
    };
    store
        .append(&[claim, append(doc, "2")])
        .await
        .expect("append");
    let middle = load(&*store, "a").await.cursor;
    store.append(&[append(doc, "3")]).await.expect("append");
    compact().await;
    store.append(&[append(doc, "4")]).await.expect("append");
    let answer = changes(&*store, doc, start).await;
    assert_eq!(tokens_of(&answer), set(["1", "2", "3", "4"]));
    assert_eq!(answer.owners.get(&7), Some(&UserId::new("ann")));
    let found = tokens_of(&changes(&*store, doc, middle).await);
    assert!(found.is_superset(&set(["3", "4"])), "{found:?}");

    compact().await;
    assert_eq!(
        tokens_of(&changes(&*store, doc, start).await),
        set(["1", "2", "3", "4"])
    );
    let found = tokens_of(&changes(&*store, doc, middle).await);
    assert!(found.is_superset(&set(["3", "4"])), "{found:?}");

    // A row that repeats what the snapshot has, and claims something: merged into the same bytes.
    let before = load(&*store, "a").await.cursor;
    let claim = Append {
        author: Some(UserId::new("ben")),
        claims: vec![8],
        ..append(doc, "4")
    };
    store.append(&[claim]).await.expect("append");
    compact().await;
    let answer = changes(&*store, doc, before).await;
    assert!(tokens_of(&answer).contains("4"));
    assert_eq!(answer.owners.get(&8), Some(&UserId::new("ben")));
    store.close().await;
}

/// Whoever goes on from cursor to cursor sees every append, whatever commits at the same time: a position must not
/// pass a row that is not visible yet. Large batches take long to commit and small ones overtake them, so that a store
/// whose ids become visible out of order is found out.
pub async fn polling_for_changes_misses_nothing_while_appends_race(factory: &impl StoreFactory) {
    let store = factory.open().await;
    poll_while_appends_race(&store, "a", Compactions::None).await;
    store.close().await;
}

/// As above, while compactions take rows away from under those who poll.
pub async fn polling_for_changes_misses_nothing_while_compactions_race(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    poll_while_appends_race(&store, "a", Compactions::AllTheTime).await;
    store.close().await;
}

#[derive(PartialEq)]
enum Compactions {
    /// A row that a poll has passed is never seen again.
    None,
    AllTheTime,
}

async fn poll_while_appends_race(store: &Arc<dyn Store>, text: &str, compactions: Compactions) {
    const WRITERS: usize = 6;
    const BATCHES: usize = 40;
    let doc = create(&**store, text).await.id;
    let others = create(&**store, "others").await.id;
    let start = load(&**store, text).await.cursor;
    let writers = (0..WRITERS).map(|writer| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for batch in 0..BATCHES {
                let mut rows = vec![append(doc, format!("{writer}.{batch}"))];
                if writer % 2 == 0 {
                    // The id of the first is taken long before the batch is visible.
                    rows.extend((0..200).map(|_| append(others, "other")));
                }
                store.append(&rows).await.expect("append");
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let written = Arc::new(AtomicBool::new(false));
    let pollers = (0..2).map(|_| {
        let (store, written) = (Arc::clone(store), Arc::clone(&written));
        tokio::spawn(async move {
            let (mut cursor, mut seen, mut rounds) = (start, BTreeSet::new(), 0);
            loop {
                let is_last = written.load(Ordering::SeqCst);
                let answer = changes(&*store, doc, cursor).await;
                seen.extend(tokens_of(&answer));
                cursor = answer.cursor;
                rounds += 1;
                if is_last {
                    break (seen, rounds);
                }
            }
        })
    });
    let pollers: Vec<_> = pollers.collect();
    if compactions == Compactions::AllTheTime {
        while writers.iter().any(|writer| !writer.is_finished()) {
            let compaction = compaction_of(&load(&**store, text).await);
            store.compact(&compaction).await.expect("compact");
        }
    }
    for writer in writers {
        writer.await.expect("writer");
    }
    written.store(true, Ordering::SeqCst);
    let expected = tokens(&load(&**store, text).await);
    assert_eq!(expected.len(), WRITERS * BATCHES);
    for poller in pollers {
        let (seen, rounds) = poller.await.expect("poller");
        let missed: Vec<_> = expected.difference(&seen).collect();
        assert!(missed.is_empty(), "never seen: {missed:?}");
        assert!(rounds > 2, "it must have raced");
    }
}

fn refused(doc: DocId, author: Option<&str>, update: impl Into<Bytes>) -> Quarantined {
    Quarantined {
        doc,
        author: author.map(UserId::new),
        reason: "recused".to_owned(),
        update: update.into(),
        at_ms: NOW_MS,
    }
}

/// An update that is in quarantine already is kept once; another author's is another entry.
pub async fn quarantine_keeps_an_update_once(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let long = Quarantined {
        reason: "ü".repeat(REASON_BYTES_MAX),
        ..refused(a, None, "2")
    };
    let entries = [
        refused(a, Some("ann"), "1"),
        refused(a, Some("ben"), "1"),
        long,
        refused(b, Some("ann"), "1"),
    ];
    for _ in 0..2 {
        let outcomes = store.quarantine(&entries).await.expect("quarantine");
        assert_eq!(outcomes, [SetAside::Kept; 4]);
    }
    assert_eq!(store.quarantine(&[]).await.expect("nothing"), []);
    let kept = store.quarantined(&name("a")).await.expect("list");
    assert!(kept.is_sorted_by(|left, right| left.id < right.id));
    assert_eq!(
        kept.iter()
            .map(|row| &row.entry)
            .take(2)
            .collect::<Vec<_>>(),
        [&entries[0], &entries[1]]
    );
    assert_eq!(kept.len(), 3);
    assert_eq!(kept[2].entry.author, None);
    assert_eq!(
        kept[2].entry.reason,
        "ü".repeat(REASON_BYTES_MAX / 2),
        "cut at a character"
    );
    assert!(
        load(&*store, "a").await.tail.is_empty(),
        "quarantine is not the journal"
    );
    store.close().await;
}

async fn set_aside(store: &dyn Store, entry: Quarantined) -> SetAside {
    let outcomes = store.quarantine(&[entry]).await.expect("quarantine");
    assert_eq!(outcomes.len(), 1, "one outcome for one entry");
    outcomes[0]
}

/// An author's allowance ends, and nothing more of theirs is kept; others are not affected.
pub async fn quarantine_is_bounded_per_author(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let half = QUARANTINE_BYTES_PER_AUTHOR_MAX / 2;
    let by = |author, update: Vec<u8>| refused(doc, Some(author), update);
    for byte in [1, 2] {
        assert_eq!(
            set_aside(&*store, by("ann", vec![byte; half])).await,
            SetAside::Kept,
            "half of the allowance"
        );
    }
    assert_eq!(
        set_aside(&*store, by("ann", b"x".into())).await,
        SetAside::Full
    );
    assert_eq!(
        set_aside(&*store, by("ann", vec![1; half])).await,
        SetAside::Kept,
        "what is kept already is still kept"
    );
    assert_eq!(
        set_aside(&*store, by("ben", b"x".into())).await,
        SetAside::Kept,
        "others have their own allowance"
    );
    let other = create(&*store, "b").await.id;
    assert_eq!(
        set_aside(&*store, refused(other, Some("ann"), "x")).await,
        SetAside::Kept,
        "so have other documents"
    );
    assert_eq!(store.quarantined(&name("a")).await.expect("list").len(), 3);
    store.close().await;
}

/// Outcomes are in the order of the entries, and none stops another, in one batch of several documents and authors.
pub async fn a_mixed_quarantine_batch_keeps_what_fits(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let half = QUARANTINE_BYTES_PER_AUTHOR_MAX / 2;
    // All of ann's allowance but two bytes.
    for update in [vec![1; half], vec![2; half - 2]] {
        assert_eq!(
            set_aside(&*store, refused(a, Some("ann"), update)).await,
            SetAside::Kept
        );
    }
    let batch = [
        (refused(a, Some("ann"), "1"), SetAside::Kept),
        (
            refused(a, Some("ben"), vec![0; ROW_BYTES_MAX + 1]),
            SetAside::TooLarge,
        ),
        (refused(a, Some("ann"), "1"), SetAside::Kept),
        (refused(a, Some("ann"), "22"), SetAside::Full),
        (refused(a, Some("ann"), "3"), SetAside::Kept),
        (refused(a, Some("ann"), "4"), SetAside::Full),
        (refused(a, Some("ann"), "3"), SetAside::Kept),
        (refused(a, Some("ben"), "22"), SetAside::Kept),
        (refused(a, None, "22"), SetAside::Kept),
        (refused(b, Some("ann"), "22"), SetAside::Kept),
    ];
    let (entries, expected): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
    for _ in 0..2 {
        let outcomes = store.quarantine(&entries).await.expect("quarantine");
        assert_eq!(outcomes, expected);
    }
    let kept = store.quarantined(&name("a")).await.expect("list");
    let kept: Vec<(Option<&str>, &[u8])> = kept
        .iter()
        .skip(2)
        .map(|row| {
            let author = row.entry.author.as_ref().map(UserId::as_str);
            (author, row.entry.update.as_ref())
        })
        .collect();
    let expected: [(Option<&str>, &[u8]); 4] = [
        (Some("ann"), b"1"),
        (Some("ann"), b"3"),
        (Some("ben"), b"22"),
        (None, b"22"),
    ];
    assert_eq!(kept, expected);
    let missing = DocId(b.0 + 1000);
    let error = store
        .quarantine(&[refused(b, None, "5"), refused(missing, None, "6")])
        .await
        .expect_err("refuse");
    assert!(
        matches!(error, StoreError::NotFound(at) if at == missing),
        "{error}"
    );
    assert_eq!(
        store.quarantined(&name("b")).await.expect("list").len(),
        1,
        "a batch that fails keeps nothing"
    );
    store.close().await;
}

async fn titles(store: &dyn Store, search: &str, shelf: Shelf) -> Vec<String> {
    let filter = DocumentFilter {
        search: search.to_owned(),
        shelf,
        ..DocumentFilter::default()
    };
    store
        .documents(&filter)
        .await
        .expect("list")
        .into_iter()
        .map(|record| record.title)
        .collect()
}

/// Search finds all words of the title, in any order and letter case, and takes wildcards literally.
pub async fn titles_are_found_by_words_in_any_case(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for (at, title) in [
        "Übelkeit nach Chemotherapie",
        "ÜBELKEIT bei Kindern",
        "100% Sauerstoff",
    ]
    .iter()
    .enumerate()
    {
        let doc = create(&*store, &format!("doc {at}")).await.id;
        store
            .set_title(doc, title, NOW_MS + at as i64)
            .await
            .expect("set the title");
    }
    assert_eq!(titles(&*store, "übelkeit", Shelf::Live).await.len(), 2);
    assert_eq!(
        titles(&*store, "  KINDERN Übel ", Shelf::Live).await,
        ["ÜBELKEIT bei Kindern"]
    );
    assert_eq!(titles(&*store, "%", Shelf::Live).await, ["100% Sauerstoff"]);
    assert_eq!(titles(&*store, "_", Shelf::Live).await, [""; 0]);
    assert_eq!(titles(&*store, "", Shelf::Live).await.len(), 3);
    let doc = create(&*store, "doc 0").await.id;
    store
        .set_title(doc, &"ä".repeat(TITLE_BYTES_MAX), NOW_MS)
        .await
        .expect("set a long title");
    assert_eq!(
        load(&*store, "doc 0").await.record.title,
        "ä".repeat(TITLE_BYTES_MAX / 2),
        "cut at a character"
    );
    store.close().await;
}

/// Pages follow each other without gap or repetition, latest first, also among equal times.
pub async fn a_list_is_paged_without_gaps(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for n in 0..7 {
        store
            .load_or_create(&name(&format!("doc {n}")), NOW_MS + n / 3)
            .await
            .expect("create");
    }
    for shelf in [Shelf::Live, Shelf::Bin] {
        let whole = store
            .documents(&DocumentFilter {
                shelf,
                ..DocumentFilter::default()
            })
            .await
            .expect("list");
        assert_eq!(whole.len(), 7);
        let mut filter = DocumentFilter {
            limit: 3,
            shelf,
            ..DocumentFilter::default()
        };
        let mut paged = Vec::new();
        loop {
            let page = store.documents(&filter).await.expect("list");
            assert!(page.len() <= 3);
            let Some(last) = page.last() else { break };
            filter.after = Some(filter.cursor_after(last));
            paged.extend(page);
        }
        assert_eq!(paged, whole);
        assert!(
            whole.is_sorted_by_key(|record| std::cmp::Reverse((record.updated_at_ms, record.id)))
        );
        for record in &whole {
            store
                .set_deleted(&record.name, Some(record.updated_at_ms + 9))
                .await
                .expect("delete");
        }
    }
    store.close().await;
}

/// A document in the bin is listed there and nowhere else, keeps everything, and can be taken out.
pub async fn the_bin_holds_what_was_deleted_until_it_is_restored(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await;
    store
        .set_title(doc.id, "A", NOW_MS)
        .await
        .expect("set the title");
    store.append(&[append(doc.id, "1")]).await.expect("append");
    assert!(
        store
            .set_deleted(&doc.name, Some(NOW_MS + 1))
            .await
            .expect("delete")
    );
    assert_eq!(titles(&*store, "", Shelf::Live).await, [""; 0]);
    assert_eq!(titles(&*store, "a", Shelf::Bin).await, ["A"]);
    let binned = load(&*store, "a").await;
    assert_eq!(
        (binned.record.deleted_at_ms, binned.record.lineage),
        (Some(NOW_MS + 1), doc.lineage)
    );
    assert_eq!(tail_of(&binned), [b"1"]);
    assert!(store.set_deleted(&doc.name, None).await.expect("restore"));
    assert_eq!(titles(&*store, "", Shelf::Live).await, ["A"]);
    assert_eq!(titles(&*store, "", Shelf::Bin).await, [""; 0]);
    assert!(
        !store
            .set_deleted(&name("not there"), None)
            .await
            .expect("nothing to restore")
    );
    store.close().await;
}

/// An append moves `updated_at_ms`, exact to the granularity, and never backwards.
pub async fn an_edit_moves_a_document_to_the_front(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (a, b) = (create(&*store, "a").await, create(&*store, "b").await);
    let at = |doc, at_ms| Append {
        at_ms,
        ..append(doc, "u")
    };
    let later = NOW_MS + TOUCH_GRANULARITY_MS + 1;
    store
        .append(&[at(a.id, NOW_MS + 5), at(b.id, NOW_MS), at(a.id, later)])
        .await
        .expect("append");
    let listed = store
        .documents(&DocumentFilter::default())
        .await
        .expect("list");
    assert_eq!(
        listed.iter().map(|record| record.id).collect::<Vec<_>>(),
        [a.id, b.id]
    );
    assert_eq!(listed[0].updated_at_ms, later);
    assert_eq!(listed[1].updated_at_ms, NOW_MS);
    store
        .append(&[at(a.id, NOW_MS)])
        .await
        .expect("append with a clock set back");
    assert_eq!(load(&*store, "a").await.record.updated_at_ms, later);
    store.close().await;
}

/// Writes that name a document that does not exist say so, and disturb nothing.
pub async fn writes_to_a_missing_document_are_refused_by_name(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = DocId(4711);
    create(&*store, "a").await;
    let cursor = load(&*store, "a").await.cursor;
    let compaction = Compaction {
        doc,
        state: Bytes::from_static(b"s"),
        rows: vec![],
        snapshots: vec![],
    };
    let errors = [
        store.append(&[append(doc, "1")]).await.expect_err("append"),
        store.compact(&compaction).await.expect_err("compact"),
        store
            .quarantine(&[refused(doc, None, "1")])
            .await
            .expect_err("quarantine"),
        store
            .set_title(doc, "t", NOW_MS)
            .await
            .expect_err("set the title"),
        store
            .changes_since(doc, cursor)
            .await
            .expect_err("read changes"),
    ];
    for error in errors {
        assert!(
            matches!(error, StoreError::NotFound(at) if at == doc),
            "{error}"
        );
    }
    store.close().await;
}

/// A probe succeeds on working storage, and can be repeated.
pub async fn a_probe_leaves_nothing_behind(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    store.append(&[append(doc, "1")]).await.expect("append");
    let before = load(&*store, "a").await;
    for _ in 0..3 {
        store.probe().await.expect("probe");
    }
    assert_eq!(content(&load(&*store, "a").await), content(&before));
    store.close().await;
}

/// After `close` every call says [`StoreError::Unavailable`]; closing again is fine.
pub async fn a_closed_store_says_unavailable(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let loaded = load(&*store, "a").await;
    store.close().await;
    store.close().await;
    let errors = [
        store.append(&[append(doc, "1")]).await.expect_err("append"),
        store.probe().await.expect_err("probe"),
        store.load(&name("a")).await.expect_err("load"),
        store
            .changes_since(doc, loaded.cursor)
            .await
            .expect_err("read changes"),
        store
            .quarantine(&[refused(doc, None, "1")])
            .await
            .expect_err("quarantine"),
        store
            .documents(&DocumentFilter::default())
            .await
            .expect_err("list"),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
}
