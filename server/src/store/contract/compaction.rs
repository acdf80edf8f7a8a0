//! Compaction: what it deletes, beside appends and beside itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;

use super::{StoreFactory, append, compaction_of, create, load, tail_of, tokens};
use crate::store::{Compaction, RowId};

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
    assert_eq!(hash, crate::store::SnapshotHash::of(b"1 3"));
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
