//! The journal: rows, batches, claims of client ids.

use std::sync::Arc;

use bytes::Bytes;
use consilium_protocol::ids::UserId;

use super::{
    NOW_MS, StoreFactory, append, compaction_of, content, create, load, name, refused, tail_of,
};
use crate::store::limits::ROW_BYTES_MAX;
use crate::store::{Append, Compaction, DocId, DocumentFilter, DocumentRecord, RowId, StoreError};

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
