//! What every store must do about the past of documents: one rule a function, named after a sentence of [`HistoryStore`].
//!
//! [`history_contract!`](crate::history_contract) turns them into tests for one kind of store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use consilium_protocol::ids::UserId;

use super::{NOW_MS, StoreFactory, compaction_of, create, load, name};
use crate::history::sessions::{Session, sessions};
use crate::history::thinning::UNNAMED_MAX;
use crate::store::history::{KeepOutcome, Naming, NewVersion, PackedState};
use crate::store::limits::{NAMED_VERSIONS_MAX, PIECES_MAX};
use crate::store::portal_ids::VersionId;
use crate::store::{Append, DocId, Store};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! history_contract {
    ($factory:expr) => {
        $crate::history_contract!(@rules $factory;
            what_compaction_deletes_is_counted
            two_compactions_count_each_edit_once
            no_edit_is_missing_or_double_while_appends_and_compactions_race
            pieces_are_read_backwards_from_a_moment
            versions_come_back_with_their_texts
            a_version_is_kept_once
            versions_without_a_name_are_thinned_out_and_named_ones_stay
            a_version_can_be_named_and_renamed
            named_versions_are_bounded
            members_are_called_what_their_accounts_say
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::history::$rule(&$factory).await;
            }
        )*
    };
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn edit(doc: DocId, author: &str, at_ms: i64, token: &str) -> Append {
    Append {
        doc,
        update: Bytes::copy_from_slice(token.as_bytes()),
        author: (!author.is_empty()).then(|| UserId::new(author)),
        claims: Vec::new(),
        at_ms,
    }
}

async fn sessions_of(store: &dyn Store, doc: DocId) -> Vec<Session> {
    let pieces = store.pieces(doc, i64::MAX, PIECES_MAX).await;
    sessions(pieces.expect("read who contributed"))
}

async fn compact_all(store: &dyn Store, text: &str) {
    let compaction = compaction_of(&load(store, text).await);
    store.compact(&compaction).await.expect("compact");
}

fn version(doc: DocId, at_ms: i64, text: &str, named: Option<&str>) -> NewVersion {
    NewVersion {
        id: VersionId::new(),
        at_ms,
        ends_session: named.is_none(),
        state: PackedState::of(doc, text.as_bytes()).expect("compress"),
        naming: named.map(|name| Naming {
            name: name.to_owned(),
            by: Some(UserId::new("ann")),
        }),
    }
}

/// The texts of the versions that are kept, latest first.
async fn texts(store: &dyn Store, text: &str, doc: DocId) -> Vec<String> {
    let mut texts = Vec::new();
    for version in store.versions(doc, 0, i64::MAX).await.expect("list") {
        let state = store.version_state(&name(text), doc, version.hash).await;
        let state = state.expect("read").expect("a version has its text");
        texts.push(String::from_utf8(state).expect("text"));
    }
    texts
}

/// Who wrote when is the same before and after compaction, whatever part of the rows it deletes.
pub async fn what_compaction_deletes_is_counted(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (doc, other) = (create(&*store, "a").await.id, create(&*store, "b").await.id);
    let rows = [
        edit(doc, "ann", NOW_MS, "1"),
        edit(doc, "ben", NOW_MS + 2 * MINUTE, "2"),
        edit(doc, "ann", NOW_MS + 9 * MINUTE, "3"),
        edit(doc, "ann", NOW_MS + 21 * MINUTE, "4"),
        edit(doc, "", NOW_MS + 22 * MINUTE, "5"),
        edit(doc, "cem", NOW_MS + 3 * HOUR, "6"),
        edit(other, "dee", NOW_MS, "7"),
    ];
    store.append(&rows).await.expect("append");
    let before = sessions_of(&*store, doc).await;
    assert_eq!(before.len(), 2);
    assert_eq!((before[0].edits, before[1].edits), (5, 1));
    assert_eq!(before[0].authors, [UserId::new("ann"), UserId::new("ben")]);
    assert_eq!(store.merged_until(doc).await.expect("read"), None);

    let mut some = compaction_of(&load(&*store, "a").await);
    some.rows.truncate(2);
    store.compact(&some).await.expect("compact");
    assert_eq!(sessions_of(&*store, doc).await, before);
    let merged = store.merged_until(doc).await.expect("read");
    assert_eq!(merged, Some(NOW_MS + 2 * MINUTE));

    compact_all(&*store, "a").await;
    assert!(load(&*store, "a").await.tail.is_empty());
    assert_eq!(sessions_of(&*store, doc).await, before);
    let merged = store.merged_until(doc).await.expect("read");
    assert_eq!(merged, Some(NOW_MS + 3 * HOUR));
    assert_eq!(
        sessions_of(&*store, other).await[0].authors,
        [UserId::new("dee")]
    );
    store.close().await;
    drop(store);
    let store = factory.open().await;
    assert_eq!(
        sessions_of(&*store, doc).await,
        before,
        "it survives closing"
    );
    store.close().await;
}

/// Whoever deletes a row counts it: two compactions of the same rows, at once or one after the other, count them once.
pub async fn two_compactions_count_each_edit_once(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for round in 0..8 {
        let text = format!("doc {round}");
        let doc = create(&*store, &text).await.id;
        let rows: Vec<Append> = (0..40)
            .map(|at| {
                let author = ["ann", "ben", "cem"][usize::try_from(at % 3).expect("small")];
                edit(doc, author, NOW_MS + at * MINUTE, &at.to_string())
            })
            .collect();
        store.append(&rows[..30]).await.expect("append");
        let early = compaction_of(&load(&*store, &text).await);
        store.append(&rows[30..]).await.expect("append");
        let late = compaction_of(&load(&*store, &text).await);
        let before = sessions_of(&*store, doc).await;
        let run = |compaction| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.compact(&compaction).await.expect("compact") })
        };
        let (first, second) = tokio::join!(run(early.clone()), run(late));
        first.expect("a task");
        second.expect("a task");
        store.compact(&early).await.expect("compact again");
        assert_eq!(sessions_of(&*store, doc).await, before, "round {round}");
    }
    store.close().await;
}

/// At every instant an edit is in the journal or counted, never both and never neither.
pub async fn no_edit_is_missing_or_double_while_appends_and_compactions_race(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let done = Arc::new(AtomicBool::new(false));
    let compactor = {
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        tokio::spawn(async move {
            while !done.load(Ordering::Acquire) {
                compact_all(&*store, "a").await;
            }
        })
    };
    let edits = async |store: &dyn Store| {
        let found = sessions_of(store, doc).await;
        found.iter().map(|session| session.edits).sum::<u64>()
    };
    for at in 0..60_u64 {
        let at_ms = NOW_MS + i64::try_from(at).expect("small") * MINUTE;
        let row = edit(doc, "ann", at_ms, &at.to_string());
        store.append(&[row]).await.expect("append");
        assert_eq!(edits(&*store).await, at + 1);
    }
    done.store(true, Ordering::Release);
    compactor.await.expect("the compactor");
    compact_all(&*store, "a").await;
    assert_eq!(edits(&*store).await, 60);
    store.close().await;
}

/// The latest before a moment, from the journal and from what was counted alike.
pub async fn pieces_are_read_backwards_from_a_moment(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    for day in 0..6 {
        let row = edit(doc, "ann", NOW_MS + day * DAY, &day.to_string());
        store.append(&[row]).await.expect("append");
        if day == 2 {
            compact_all(&*store, "a").await;
        }
    }
    let days = async |before_ms: i64, count: u32| {
        let mut pieces = store.pieces(doc, before_ms, count).await.expect("read");
        pieces.sort_by_key(|piece| piece.from_ms);
        let days = pieces.iter().map(|piece| (piece.from_ms - NOW_MS) / DAY);
        days.collect::<Vec<i64>>()
    };
    assert_eq!(days(i64::MAX, 100).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(days(i64::MAX, 4).await, [2, 3, 4, 5]);
    assert_eq!(days(NOW_MS + 4 * DAY, 3).await, [1, 2, 3]);
    assert_eq!(days(NOW_MS, 3).await, [0_i64; 0]);
    store.close().await;
}

/// What was kept comes back, by its id and in the order of its moment, also after closing.
pub async fn versions_come_back_with_their_texts(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let (first, named) = (
        version(doc, NOW_MS, "first", None),
        version(doc, NOW_MS + HOUR, "as sent out", Some("Sent out")),
    );
    let ids = (first.id, named.id);
    let kept = store
        .keep_versions(doc, &[first, named], NOW_MS + HOUR)
        .await;
    assert_eq!(kept.expect("keep"), KeepOutcome::Kept);
    store.close().await;
    drop(store);
    let store = factory.open().await;
    assert_eq!(texts(&*store, "a", doc).await, ["as sent out", "first"]);
    let found = store
        .version(doc, ids.1)
        .await
        .expect("read")
        .expect("kept");
    assert_eq!((found.at_ms, found.ends_session), (NOW_MS + HOUR, false));
    assert_eq!(found.name.as_deref(), Some("Sent out"));
    assert_eq!(found.named_by, Some(UserId::new("ann")));
    let found = store
        .version(doc, ids.0)
        .await
        .expect("read")
        .expect("kept");
    assert_eq!(
        (found.name, found.named_by, found.ends_session),
        (None, None, true)
    );
    let until = store.versions(doc, 0, NOW_MS + 1).await.expect("list");
    assert_eq!(until.len(), 1);
    let other = create(&*store, "b").await.id;
    assert_eq!(store.version(other, ids.0).await.expect("read"), None);
    store.close().await;
}

/// Two nodes that keep the same version at once keep one.
pub async fn a_version_is_kept_once(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let id = VersionId::new();
    let keepers = (0..4).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let new = NewVersion {
                id,
                ..version(doc, NOW_MS, "one", None)
            };
            store
                .keep_versions(doc, &[new], NOW_MS)
                .await
                .expect("keep")
        })
    });
    for keeper in keepers.collect::<Vec<_>>() {
        assert_eq!(keeper.await.expect("a task"), KeepOutcome::Kept);
    }
    assert_eq!(texts(&*store, "a", doc).await, ["one"]);
    store.close().await;
}

/// Space is bounded, and a text goes with the last version that has it.
pub async fn versions_without_a_name_are_thinned_out_and_named_ones_stay(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let long_ago = NOW_MS - 100 * DAY - NOW_MS.rem_euclid(DAY);
    let old = [
        version(doc, long_ago + HOUR, "morning", None),
        version(doc, long_ago + 2 * HOUR, "noon", Some("Noon")),
        version(doc, long_ago + 3 * HOUR, "morning", None),
        version(doc, long_ago + 4 * HOUR, "evening", None),
    ];
    let gone = old[0].id;
    store.keep_versions(doc, &old, NOW_MS).await.expect("keep");
    assert_eq!(texts(&*store, "a", doc).await, ["evening", "noon"]);
    assert_eq!(store.version(doc, gone).await.expect("read"), None);
    let morning = crate::store::SnapshotHash::of(b"morning");
    let text = store.version_state(&name("a"), doc, morning).await;
    assert_eq!(text.expect("read"), None);

    let many: Vec<NewVersion> = (0..=UNNAMED_MAX)
        .map(|at| {
            let at_ms = NOW_MS - i64::try_from(at).expect("small") * HOUR;
            version(doc, at_ms, "now", None)
        })
        .collect();
    store.keep_versions(doc, &many, NOW_MS).await.expect("keep");
    let kept = store.versions(doc, 0, i64::MAX).await.expect("list");
    let named = kept.iter().filter(|version| version.name.is_some()).count();
    assert_eq!((kept.len() - named, named), (UNNAMED_MAX, 1));
    assert_eq!(kept[0].at_ms, NOW_MS);
    store.close().await;
}

/// A name is given to what is kept, and can be another later.
pub async fn a_version_can_be_named_and_renamed(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let new = version(doc, NOW_MS, "one", None);
    let id = new.id;
    store
        .keep_versions(doc, &[new], NOW_MS)
        .await
        .expect("keep");
    for text in ["First draft", "Draft for the panel"] {
        let naming = Naming {
            name: text.to_owned(),
            by: None,
        };
        let named = store.name_version(doc, id, &naming).await.expect("name");
        assert_eq!(named, KeepOutcome::Kept);
        let found = store.version(doc, id).await.expect("read").expect("kept");
        assert_eq!(found.name.as_deref(), Some(text));
    }
    let nothing = Naming {
        name: "x".to_owned(),
        by: None,
    };
    let named = store.name_version(doc, VersionId::new(), &nothing).await;
    assert_eq!(named.expect("name"), KeepOutcome::Missing);
    store.close().await;
}

/// There are as many named versions as there may be, and none more.
pub async fn named_versions_are_bounded(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let doc = create(&*store, "a").await.id;
    let all: Vec<NewVersion> = (0..NAMED_VERSIONS_MAX)
        .map(|at| {
            version(
                doc,
                NOW_MS + i64::try_from(at).expect("small"),
                "x",
                Some("x"),
            )
        })
        .collect();
    let id = all[0].id;
    let kept = store.keep_versions(doc, &all, NOW_MS).await.expect("keep");
    assert_eq!(kept, KeepOutcome::Kept);
    let more = [version(doc, NOW_MS, "y", Some("one more"))];
    let refused = store.keep_versions(doc, &more, NOW_MS).await.expect("keep");
    assert_eq!(refused, KeepOutcome::Full);
    let unnamed = version(doc, NOW_MS, "z", None);
    let unnamed_id = unnamed.id;
    store
        .keep_versions(doc, &[unnamed], NOW_MS)
        .await
        .expect("keep");
    let naming = Naming {
        name: "y".to_owned(),
        by: None,
    };
    let refused = store.name_version(doc, unnamed_id, &naming).await;
    assert_eq!(refused.expect("name"), KeepOutcome::Full);
    let renamed = store.name_version(doc, id, &naming).await.expect("name");
    assert_eq!(
        renamed,
        KeepOutcome::Kept,
        "another name takes no more room"
    );
    store.close().await;
}

/// Members without an account here have no name.
pub async fn members_are_called_what_their_accounts_say(factory: &impl StoreFactory) {
    use crate::store::people::{Email, NewAccount};
    use crate::store::portal_ids::AccountId;

    let store = factory.open().await;
    let account = AccountId::new();
    let made = NewAccount {
        id: account,
        email: Email {
            written: "anna@example.org".to_owned(),
            folded: "anna@example.org".to_owned(),
        },
        name: "Anna Lindqvist".to_owned(),
        password: None,
        created_at_ms: NOW_MS,
    };
    store.create_account(&made, None).await.expect("create");
    let members = [account.user(), AccountId::new().user(), UserId::new("ben")];
    let names = store.names_of(&members).await.expect("read");
    assert_eq!(names.len(), 1);
    assert_eq!(names[&account.user()], "Anna Lindqvist");
    store.close().await;
}
