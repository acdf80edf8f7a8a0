//! Documents by title, page by page, and the bin.

use super::{NOW_MS, StoreFactory, append, create, load, name, tail_of};
use crate::store::limits::{TITLE_BYTES_MAX, TOUCH_GRANULARITY_MS};
use crate::store::{Append, DocumentFilter, Shelf, Store};

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
