//! The journal over the real store with faults. Everything awaited is a condition, never a time.

mod hanging;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use tempfile::TempDir;

use super::*;
use crate::store::faulty::{Fault, FaultyStore};
use crate::store::{DocId, SqliteStore};

const NOW_MS: i64 = 1_790_000_000_000;
const PATIENCE: Duration = Duration::from_secs(20);

struct Bench {
    _dir: TempDir,
    store: Arc<FaultyStore>,
    journal: Journal,
    tasks: TaskTracker,
}

impl Bench {
    async fn new(limits: JournalLimits) -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let store = FaultyStore::new(Arc::new(SqliteStore::open(dir.path()).await.expect("open")));
        let tasks = TaskTracker::new();
        let journal = Journal::start(store.clone(), limits, &tasks);
        Self {
            _dir: dir,
            store,
            journal,
            tasks,
        }
    }

    async fn create(&self, name: &str) -> DocId {
        let name = DocName::parse(name).expect("a name");
        self.store
            .load_or_create(&name, NOW_MS)
            .await
            .expect("create")
            .record
            .id
    }

    async fn stored(&self, name: &str) -> Vec<Bytes> {
        let name = DocName::parse(name).expect("a name");
        let document = self
            .store
            .load(&name)
            .await
            .expect("load")
            .expect("the document exists");
        document.tail.into_iter().map(|row| row.update).collect()
    }

    fn submit(&self, doc: DocId, update: impl Into<Bytes>) -> oneshot::Receiver<Committed> {
        self.journal.submit(vec![append(doc, update)])
    }

    /// Holds the commit of one row, so that what is submitted from now on gathers behind it.
    async fn hold(&self, doc: DocId) -> oneshot::Receiver<Committed> {
        let tried = self.store.writes_tried();
        self.store.next_write(Fault::Held);
        let held = self.submit(doc, "held");
        self.until_tried(tried + 1).await;
        held
    }

    async fn until_tried(&self, writes: u64) {
        let tried = async {
            while self.store.writes_tried() < writes {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, tried)
            .await
            .expect("the write is tried");
    }

    async fn until_health(&self, wanted: impl FnMut(&StorageHealth) -> bool) {
        let mut health = self.journal.health();
        tokio::time::timeout(PATIENCE, health.wait_for(wanted))
            .await
            .expect("in time")
            .expect("the journal runs");
    }
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

fn quick() -> JournalLimits {
    JournalLimits {
        probe_delay_min: Duration::from_millis(1),
        probe_delay_max: Duration::from_millis(5),
        ..JournalLimits::default()
    }
}

async fn answer(receiver: oneshot::Receiver<Committed>) -> Committed {
    tokio::time::timeout(PATIENCE, receiver)
        .await
        .expect("an answer in time")
        .expect("an answer")
}

#[tokio::test]
async fn an_answer_comes_only_after_the_commit() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    let mut held = bench.hold(doc).await;
    assert!(
        held.try_recv().is_err(),
        "nothing is answered while the commit is under way"
    );
    assert!(bench.stored("a").await.is_empty());
    bench.store.release(1);
    assert_eq!(answer(held).await.expect("committed").len(), 1);
    assert_eq!(bench.stored("a").await, ["held"]);
}

/// A pace that nothing in a test outlasts by accident.
fn paced(commit_pace: Duration) -> JournalLimits {
    JournalLimits {
        commit_pace,
        ..quick()
    }
}

#[tokio::test]
async fn commits_that_would_follow_closely_become_one() {
    let bench = Bench::new(paced(Duration::from_secs(2))).await;
    let doc = bench.create("a").await;
    // At once: nothing was committed lately.
    answer(bench.submit(doc, "first")).await.expect("committed");
    let tried = bench.store.writes_tried();
    let others = ["second", "third"].map(|update| bench.submit(doc, update));
    for other in others {
        answer(other).await.expect("committed");
    }
    assert_eq!(bench.store.writes_tried(), tried + 1);
    assert_eq!(bench.stored("a").await, ["first", "second", "third"]);
}

#[tokio::test]
async fn a_journal_that_ends_does_not_commit_what_kept_the_pace() {
    let bench = Bench::new(paced(Duration::from_secs(3_600))).await;
    let doc = bench.create("a").await;
    answer(bench.submit(doc, "first")).await.expect("committed");
    let waiting = bench.submit(doc, "second");
    let drained = bench.journal.drain(Duration::from_millis(10)).await;
    assert!(matches!(drained, Err(StoreError::Busy(_))), "{drained:?}");
    assert!(answer(waiting).await.is_err());
    assert_eq!(bench.stored("a").await, ["first"]);
}

#[tokio::test]
async fn what_gathers_during_a_commit_shares_the_next() {
    let bench = Bench::new(quick()).await;
    let (a, b) = (bench.create("a").await, bench.create("b").await);
    let before = bench.store.writes_tried();
    let held = bench.hold(a).await;
    let waiting: Vec<_> = (0..100)
        .map(|n| {
            bench.journal.submit(vec![
                append(if n % 2 == 0 { a } else { b }, format!("{n}")),
                append(b, "b"),
            ])
        })
        .collect();
    bench.store.release(1);
    answer(held).await.expect("committed");
    let mut last = RowId(0);
    for receiver in waiting {
        let ids = answer(receiver).await.expect("committed");
        assert!(
            ids.len() == 2 && ids[0] > last && ids[1] > ids[0],
            "everybody gets the ids of their own rows"
        );
        last = ids[1];
    }
    assert_eq!(
        bench.store.writes_tried() - before,
        2,
        "one commit for the first row, one for the other 200"
    );
    assert_eq!(bench.stored("a").await.len(), 51);
    assert_eq!(bench.stored("b").await.len(), 150);
}

#[tokio::test]
async fn a_commit_is_bounded_in_rows_and_in_bytes() {
    for limits in [
        JournalLimits {
            commit_rows_max: 10,
            ..quick()
        },
        JournalLimits {
            commit_bytes_max: 10 * (limits::QUEUE_ROW_OVERHEAD_BYTES + 4),
            ..quick()
        },
    ] {
        let bench = Bench::new(limits).await;
        let doc = bench.create("a").await;
        let before = bench.store.writes_tried();
        let held = bench.hold(doc).await;
        let waiting: Vec<_> = (0..35)
            .map(|n| bench.submit(doc, format!("{n:04}")))
            .collect();
        let giant = bench
            .journal
            .submit((0..50).map(|_| append(doc, "gggg")).collect());
        bench.store.release(1);
        answer(held).await.expect("committed");
        for receiver in waiting {
            answer(receiver).await.expect("committed");
        }
        assert_eq!(answer(giant).await.expect("committed, alone").len(), 50);
        assert_eq!(bench.store.writes_tried() - before, 1 + 4 + 1);
        let expected: Vec<String> = (0..35).map(|n| format!("{n:04}")).collect();
        assert_eq!(
            bench.stored("a").await[1..36],
            expected,
            "in the order of submission"
        );
    }
}

#[tokio::test]
async fn a_room_with_a_bad_batch_fails_alone() {
    let bench = Bench::new(quick()).await;
    let (a, b) = (bench.create("a").await, bench.create("b").await);
    let held = bench.hold(a).await;
    let good = bench.submit(a, "good");
    let missing = bench
        .journal
        .submit(vec![append(b, "half"), append(DocId(4711), "nobody's")]);
    let large = bench.submit(b, vec![0; limits::ROW_BYTES_MAX + 1]);
    let also_good = bench.submit(b, "also good");
    bench.store.release(1);
    answer(held).await.expect("committed");
    answer(good).await.expect("committed");
    answer(also_good).await.expect("committed");
    assert!(matches!(
        answer(missing).await,
        Err(StoreError::NotFound(DocId(4711)))
    ));
    assert!(matches!(
        answer(large).await,
        Err(StoreError::TooLarge { .. })
    ));
    assert!(!bench.journal.health().borrow().is_away());
    assert_eq!(
        bench.stored("b").await,
        ["also good"],
        "a room's batch is committed as a whole or not at all"
    );
}

#[tokio::test]
async fn when_one_room_does_not_fit_the_smaller_ones_still_do() {
    let bench = Bench::new(quick()).await;
    let (a, b) = (bench.create("a").await, bench.create("b").await);
    let held = bench.hold(a).await;
    bench.store.every_write(Some(Fault::RefuseDocument(
        b,
        StoreError::Full("no space".into()),
    )));
    let giant = bench.submit(b, vec![0; 1000]);
    let small = bench.submit(a, "small");
    bench.store.release(1);
    answer(held).await.expect("committed");
    answer(small).await.expect("committed");
    assert!(matches!(answer(giant).await, Err(StoreError::Full(_))));
    bench.until_health(|health| !health.is_away()).await;
    assert_eq!(bench.stored("a").await, ["held", "small"]);
}

#[tokio::test]
async fn while_storage_is_away_rooms_hear_it_at_once_and_it_comes_back_by_itself() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    for error in [
        StoreError::Full("no space".into()),
        StoreError::Unavailable("I/O error".into()),
    ] {
        let full = matches!(error, StoreError::Full(_));
        bench.store.every_write(Some(Fault::Refuse(error)));
        answer(bench.submit(doc, "lost"))
            .await
            .expect_err("nothing is acknowledged");
        {
            let health = bench.journal.health();
            let expected = if full {
                AwayCause::Full
            } else {
                AwayCause::Failing
            };
            let health = health.borrow();
            assert!(
                matches!(&*health, StorageHealth::Away { cause, .. } if *cause == expected),
                "{health:?}"
            );
        }
        let mut refused = bench.submit(doc, "refused");
        assert!(
            matches!(refused.try_recv(), Ok(Err(StoreError::Unavailable(_)))),
            "without waiting"
        );
        let tried = bench.store.writes_tried();
        bench.until_tried(tried + 3).await;
        assert!(
            bench.journal.health().borrow().is_away(),
            "failed probes change nothing"
        );
        bench.store.every_write(None);
        bench.until_health(|health| !health.is_away()).await;
        answer(bench.submit(doc, "kept")).await.expect("committed");
    }
    assert_eq!(bench.stored("a").await, ["kept", "kept"]);
}

#[tokio::test]
async fn why_storage_is_away_is_what_the_last_probe_found() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    let causes = [
        (StoreError::Full("no space".into()), AwayCause::Full),
        (StoreError::Busy("a lock".into()), AwayCause::Held),
        (StoreError::Unavailable("gone".into()), AwayCause::Failing),
    ];
    let mut first = None;
    for (error, expected) in causes {
        bench.store.every_write(Some(Fault::Refuse(error)));
        if first.is_none() {
            answer(bench.submit(doc, "lost"))
                .await
                .expect_err("nothing is acknowledged");
        }
        let tried = bench.store.writes_tried();
        bench.until_tried(tried + 2).await;
        let health = bench.journal.health().borrow().clone();
        let StorageHealth::Away { cause, since, .. } = health else {
            panic!("storage is away");
        };
        assert_eq!(cause, expected);
        assert_eq!(*first.get_or_insert(since), since, "away since the first");
    }
    bench.store.every_write(None);
    bench.until_health(|health| !health.is_away()).await;
}

#[tokio::test]
async fn a_commit_that_is_reported_as_failed_but_done_is_harmless() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    bench
        .store
        .next_write(Fault::DoThenReport(StoreError::Unavailable(
            "the answer was lost".into(),
        )));
    answer(bench.submit(doc, "1"))
        .await
        .expect_err("not acknowledged");
    bench.until_health(|health| !health.is_away()).await;
    answer(bench.submit(doc, "1")).await.expect("sent again");
    assert_eq!(
        bench.stored("a").await,
        ["1", "1"],
        "an update twice is the same document"
    );
}

#[tokio::test]
async fn the_queue_is_bounded_and_has_room_again_after_the_commit() {
    let row_bytes = limits::QUEUE_ROW_OVERHEAD_BYTES + 4;
    let bench = Bench::new(JournalLimits {
        queue_bytes_max: 3 * row_bytes,
        ..quick()
    })
    .await;
    let doc = bench.create("a").await;
    let held = bench.hold(doc).await;
    let (second, third) = (bench.submit(doc, "2222"), bench.submit(doc, "3333"));
    let mut fourth = bench.submit(doc, "4444");
    assert!(
        matches!(fourth.try_recv(), Ok(Err(StoreError::Busy(_)))),
        "without waiting"
    );
    assert!(
        !bench.journal.health().borrow().is_away(),
        "a full queue is not lost storage"
    );
    bench.store.release(1);
    for receiver in [held, second, third] {
        answer(receiver).await.expect("committed");
    }
    let oversized = bench
        .journal
        .submit((0..9).map(|_| append(doc, "oooo")).collect());
    assert_eq!(
        answer(oversized)
            .await
            .expect("larger than the queue, alone")
            .len(),
        9
    );
}

#[tokio::test]
async fn drain_waits_for_everything_and_then_refuses() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    let held = bench.hold(doc).await;
    let waiting: Vec<_> = (0..20).map(|n| bench.submit(doc, format!("{n}"))).collect();
    let journal = bench.journal.clone();
    let drain = tokio::spawn(async move { journal.drain(PATIENCE).await });
    while bench.journal.room.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(!drain.is_finished());
    bench.store.release(1);
    drain.await.expect("join").expect("drained");
    answer(held).await.expect("committed");
    for receiver in waiting {
        answer(receiver).await.expect("committed");
    }
    assert!(matches!(
        answer(bench.submit(doc, "late")).await,
        Err(StoreError::Unavailable(_))
    ));
    bench.tasks.close();
    tokio::time::timeout(PATIENCE, bench.tasks.wait())
        .await
        .expect("the task has ended");
    assert_eq!(bench.stored("a").await.len(), 21);
}

#[tokio::test]
async fn drain_says_when_it_could_not() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    let held = bench.hold(doc).await;
    let waiting = bench.submit(doc, "waiting");
    assert!(matches!(
        bench.journal.drain(Duration::from_millis(5)).await,
        Err(StoreError::Busy(_))
    ));
    bench.store.release(1);
    answer(held)
        .await
        .expect("a commit under way is still answered");
    answer(waiting).await.expect_err("what waits is told");
    bench.tasks.close();
    tokio::time::timeout(PATIENCE, bench.tasks.wait())
        .await
        .expect("the task has ended");

    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    bench
        .store
        .every_write(Some(Fault::Refuse(StoreError::Full("no space".into()))));
    answer(bench.submit(doc, "lost")).await.expect_err("full");
    assert!(matches!(
        bench.journal.drain(PATIENCE).await,
        Err(StoreError::Unavailable(_))
    ));
    bench.tasks.close();
    tokio::time::timeout(PATIENCE, bench.tasks.wait())
        .await
        .expect("the task has ended");
}

#[tokio::test]
async fn the_task_ends_with_the_last_handle() {
    let bench = Bench::new(quick()).await;
    let doc = bench.create("a").await;
    let receiver = bench.submit(doc, "1");
    let Bench {
        journal,
        tasks,
        store,
        _dir,
    } = bench;
    drop(journal);
    answer(receiver)
        .await
        .expect("what was submitted is committed");
    tasks.close();
    tokio::time::timeout(PATIENCE, tasks.wait())
        .await
        .expect("the task has ended");
    store.close().await;
}
