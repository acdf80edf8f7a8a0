//! Changes since a position, as other nodes ask for them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use consilium_protocol::ids::UserId;

use super::{StoreFactory, append, compaction_of, create, load, tokens, tokens_in};
use crate::store::{Append, Changes, Cursor, DocId, Store};

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
