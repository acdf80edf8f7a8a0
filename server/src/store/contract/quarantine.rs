//! Quarantine: what was refused is kept, once, within bounds.

use consilium_protocol::ids::UserId;
use consilium_protocol::limits::{QUARANTINE_BYTES_PER_AUTHOR_MAX, REASON_BYTES_MAX};

use super::{StoreFactory, create, load, name, refused};
use crate::store::limits::ROW_BYTES_MAX;
use crate::store::{DocId, Quarantined, SetAside, Store, StoreError};

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
