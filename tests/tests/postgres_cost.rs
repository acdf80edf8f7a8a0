//! What a commit costs on PostgreSQL, beside SQLite in the same run and on the same disk. Prints figures, and holds what
//! must not depend on the machine: a thousand rows are one commit, not a thousand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_server::journal::{Journal, JournalLimits};
use consilium_server::store::portable::MovedStore;
use consilium_server::store::{Append, DocId, PostgresStore, SqliteStore, Store};
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use tempfile::TempDir;
use tokio::task::JoinSet;

/// Commits of each size, one after the other.
const COMMITS: usize = 60;
/// How long rooms type at once.
const TYPING: Duration = Duration::from_secs(2);

fn row(doc: DocId) -> Append {
    Append {
        doc,
        update: Bytes::from_static(&[7; 40]),
        author: Some(UserId::new("0198a1b2-member")),
        claims: Vec::new(),
        at_ms: 1_790_000_000_000,
    }
}

async fn document(store: &dyn Store, number: usize) -> DocId {
    let name = DocName::parse(&format!("document {number}")).expect("a name");
    let created = store.load_or_create(&name, 0).await;
    created.expect("create").record.id
}

/// Half of the commits of this size were at least as fast.
async fn median(store: &dyn Store, rows: usize) -> Duration {
    let batch = vec![row(document(store, 0).await); rows];
    let mut took = Vec::with_capacity(COMMITS);
    for _ in 0..COMMITS {
        let started = Instant::now();
        let ids = store.append(&batch).await.expect("append");
        took.push(started.elapsed());
        assert_eq!(ids.len(), rows);
    }
    took.sort_unstable();
    took[COMMITS / 2]
}

/// Rows a second, and the median wait, when so many rooms have one update in flight each.
async fn typing(store: &Arc<dyn Store>, rooms: usize) -> (f64, Duration) {
    let tasks = tokio_util::task::TaskTracker::new();
    let journal = Journal::start(Arc::clone(store), JournalLimits::default(), &tasks);
    let mut typists = JoinSet::new();
    let started = Instant::now();
    for room in 0..rooms {
        let doc = document(&**store, room).await;
        let journal = journal.clone();
        typists.spawn(async move {
            let mut took = Vec::new();
            let begun = Instant::now();
            while begun.elapsed() < TYPING {
                let submitted = Instant::now();
                journal
                    .submit(vec![row(doc)])
                    .await
                    .expect("an answer")
                    .expect("committed");
                took.push(submitted.elapsed());
            }
            took
        });
    }
    let mut took: Vec<Duration> = typists.join_all().await.into_iter().flatten().collect();
    let seconds = started.elapsed().as_secs_f64();
    journal.drain(Duration::from_secs(30)).await.expect("drain");
    took.sort_unstable();
    (took.len() as f64 / seconds, took[took.len() / 2])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_rows_are_one_commit() {
    let directory = TempDir::new().expect("a directory");
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let url = url.parse().expect("an address");
    let stores: [(&str, Arc<dyn Store>); 2] = [
        (
            "SQLite",
            Arc::new(SqliteStore::open(directory.path()).await.expect("open")),
        ),
        (
            "PostgreSQL",
            Arc::new(
                PostgresStore::open(&url, MovedStore::Refused)
                    .await
                    .expect("open"),
            ),
        ),
    ];
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    for (name, store) in stores {
        let mut medians = BTreeMap::new();
        for rows in [1, 1000] {
            medians.insert(rows, median(&*store, rows).await);
        }
        println!("{name}, {build} build: one commit of {medians:.2?}");
        for rooms in [1, 16, 200] {
            let (rows, p50) = typing(&store, rooms).await;
            println!("{name}, {build} build: {rooms} rooms, {rows:.0} rows/s, p50 {p50:.2?}");
        }
        assert!(
            medians[&1000] < medians[&1] * 250,
            "{name}: a thousand rows cost as much as hundreds of commits: {medians:?}"
        );
        store.close().await;
    }
}

/// Taking ids writes to the log as well; it must not wait for the disk a second time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_syncs_the_disk_once() {
    const APPENDS: i64 = 40;
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    // They sync what nobody waits for, and would be counted too.
    let _paused = postgres.pause_helpers();
    let address = url.parse().expect("an address");
    let open = async || {
        PostgresStore::open(&address, MovedStore::Refused)
            .await
            .expect("open")
    };
    let store = open().await;
    let doc = document(&store, 0).await;
    store.close().await;

    let store = open().await;
    let before = syncs(&postgres, &url).await;
    for _ in 0..APPENDS {
        // More than PostgreSQL sets aside when it logs a sequence.
        store.append(&vec![row(doc); 100]).await.expect("append");
    }
    // Sessions tell what they counted when they end.
    store.close().await;
    let after = eventually("the sessions have told", async || {
        let now = syncs(&postgres, &url).await;
        (now - before >= APPENDS).then_some(now)
    })
    .await;
    println!("{APPENDS} appends, {} syncs of the log", after - before);
    assert!(after - before < APPENDS + APPENDS / 4, "{}", after - before);
}

async fn syncs(postgres: &PostgresProcess, url: &str) -> i64 {
    let mut connection = postgres.connect(url).await;
    sqlx::query_scalar("SELECT wal_sync FROM pg_stat_wal")
        .fetch_one(&mut connection)
        .await
        .expect("count syncs")
}
