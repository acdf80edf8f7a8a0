//! The store for several nodes while PostgreSQL is killed, paused, stopped, full, cut off or unwilling (I1): what was
//! acknowledged stays, what happens is told truthfully, and everything heals by itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::ids::UserId;
use consilium_server::journal::{AwayCause, Journal, JournalLimits, StorageHealth};
use consilium_server::store::portable::PortableStore;
use consilium_server::store::portable::mark::MovedOut;
use consilium_server::store::postgres::{PortablePostgres, Probed, examine};
use consilium_server::store::{Append, Cursor, Store, StoreError};
use consilium_tests::certificates::Certificates;
use consilium_tests::eventually::eventually;
use consilium_tests::full_disk::SmallDisk;
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::postgres_proxy::PostgresProxy;
use consilium_tests::stored_document::{NOW_MS, append, create, name, open, stored, try_open};
use sqlx::Connection;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_append_that_returned_survives_kill_nine_of_postgresql() {
    const KILLS: usize = 8;
    const WRITERS: usize = 4;
    let mut postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store = Arc::new(open(&url).await);
    let doc = create(&*store).await;
    let ended = Arc::new(AtomicBool::new(false));
    let writers = (0..WRITERS).map(|writer| {
        let (store, ended) = (Arc::clone(&store), Arc::clone(&ended));
        tokio::spawn(async move {
            let (mut acknowledged, mut failed) = (Vec::new(), 0_usize);
            for n in 0_usize.. {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let text = format!("{writer}.{n}");
                match store.append(&[append(doc, text.clone())]).await {
                    Ok(_) => acknowledged.push(text),
                    Err(error) => {
                        assert!(error.is_storage_wide(), "{error}");
                        failed += 1;
                    }
                }
            }
            (acknowledged, failed)
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut rows = 0;
    for kill in 0..KILLS {
        // Not before the writers write again.
        let fresh = eventually("appends go on", async || {
            let found = store.load(&name()).await.ok()??.tail.len();
            (found > rows + 20).then_some(found)
        })
        .await;
        rows = fresh;
        postgres.kill();
        postgres.start_again();
        println!("kill {kill}: {rows} rows before it");
    }
    eventually("appends go on after the last kill", async || {
        let found = store.load(&name()).await.ok()??.tail.len();
        (found > rows + 20).then_some(())
    })
    .await;
    ended.store(true, Ordering::SeqCst);
    let (mut acknowledged, mut failed) = (BTreeSet::new(), 0);
    for writer in writers {
        let (texts, failures) = writer.await.expect("a writer");
        acknowledged.extend(texts);
        failed += failures;
    }
    let there = stored(&url).await;
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    println!(
        "{} acknowledged over {KILLS} kills, {failed} failed, {} stored",
        acknowledged.len(),
        there.len()
    );
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(failed > 0, "no kill hit a writer");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_is_told_and_everything_goes_on_when_it_answers_again() {
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store: Arc<dyn Store> = Arc::new(open(&url).await);
    let doc = create(&*store).await;
    let limits = JournalLimits {
        commit_stall: Duration::from_millis(500),
        ..JournalLimits::default()
    };
    let tasks = tokio_util::task::TaskTracker::new();
    let journal = Journal::start(Arc::clone(&store), limits, &tasks);
    let mut health = journal.health();
    journal
        .submit(vec![append(doc, "before")])
        .await
        .expect("an answer")
        .expect("committed");

    let paused = postgres.pause();
    let since = Instant::now();
    let hanging = journal.submit(vec![append(doc, "during")]);
    let told = health
        .wait_for(StorageHealth::is_away)
        .await
        .expect("the journal lives")
        .clone();
    assert!(
        matches!(
            told,
            StorageHealth::Away {
                cause: AwayCause::Stalled,
                ..
            }
        ),
        "{told:?}"
    );
    let refused = journal.submit(vec![append(doc, "refused")]).await;
    assert!(
        matches!(refused, Ok(Err(StoreError::Unavailable(_)))),
        "{refused:?}"
    );
    // A few seconds are what this is about: longer than a commit, a connect and a ping may take.
    tokio::time::sleep_until((since + Duration::from_secs(8)).into()).await;
    drop(paused);

    hanging
        .await
        .expect("an answer")
        .expect("committed after all");
    health
        .wait_for(|health| !health.is_away())
        .await
        .expect("the journal lives");
    journal
        .submit(vec![append(doc, "after")])
        .await
        .expect("an answer")
        .expect("committed");
    println!("hung for {:.1} s", since.elapsed().as_secs_f32());
    assert_eq!(
        stored(&url).await,
        ["before", "during", "after"].map(String::from).into()
    );
    journal.drain(Duration::from_secs(60)).await.expect("drain");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_of_a_server_that_hangs_are_not_kept_for_ever() {
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    create(&store).await;
    let paused = postgres.pause();
    let asked = Instant::now();
    let error = store.load(&name()).await.expect_err("nobody answers");
    assert!(error.is_storage_wide(), "{error}");
    println!(
        "given up after {:.1} s: {error}",
        asked.elapsed().as_secs_f32()
    );
    let refused = try_open(&url).await.expect_err("nobody answers");
    assert!(
        matches!(&refused, StoreError::Unavailable(text) if text.contains("no answer")),
        "{refused}"
    );
    drop(paused);
    eventually("loads work again", async || store.load(&name()).await.ok()).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_postgresql_is_an_interruption_and_nothing_more() {
    let mut postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store).await;
    store.append(&[append(doc, "1")]).await.expect("append");
    postgres.stop();
    for _ in 0..3 {
        let error = store
            .append(&[append(doc, "no")])
            .await
            .expect_err("stopped");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        let error = store.load(&name()).await.expect_err("stopped");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    let refused = try_open(&url).await.expect_err("stopped");
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
    postgres.start_again();
    store.probe().await.expect("at once");
    store.append(&[append(doc, "2")]).await.expect("append");
    assert_eq!(stored(&url).await, ["1", "2"].map(String::from).into());
    store.close().await;
}

/// The hole that epochs close: after a crash transaction ids are given out a second time, below a cursor that a node
/// holds in memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_before_a_crash_misses_nothing_although_transaction_ids_come_back() {
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store).await;
    store.append(&[append(doc, "1")]).await.expect("append");
    let mut other = postgres.connect(&url).await;
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut other)
        .await
        .expect("a process");
    // Ids that come to nothing, and whose end never reaches the disk.
    let helpers = postgres.pause_helpers();
    sqlx::raw_sql(
        "DO $$ BEGIN FOR n IN 1..2000 LOOP PERFORM pg_current_xact_id(); ROLLBACK; END LOOP; END $$",
    )
    .execute(&mut other)
    .await
    .expect("take ids");
    let next_xid = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8";
    let before: i64 = sqlx::query_scalar(next_xid)
        .fetch_one(&mut other)
        .await
        .expect("the next id");
    let held = store.load(&name()).await.expect("load").expect("it exists");
    postgres.crash(backend);
    // Whoever commits before the server has noticed writes to the disk what is to be lost. The helpers stay paused to
    // their end, which the server brings about by force after five seconds.
    eventually("the server has thrown everybody out", async || {
        let log = postgres.log();
        log.contains("all server processes terminated; reinitializing")
            .then_some(())
    })
    .await;
    drop(helpers);
    eventually("appends work again", async || {
        store.append(&[append(doc, "2")]).await.ok()
    })
    .await;
    let mut again = postgres.connect(&url).await;
    let after: i64 = sqlx::query_scalar(next_xid)
        .fetch_one(&mut again)
        .await
        .expect("the next id");
    assert!(after < before, "the counter went back: {before}, {after}");
    let answer = store
        .changes_since(doc, held.cursor)
        .await
        .expect("read changes");
    let texts: Vec<_> = answer.rows.iter().map(|row| row.update.as_ref()).collect();
    assert!(texts.contains(&b"2".as_slice()), "{texts:?}");
    // And not for ever: the answer's own cursor is of this run.
    let mut cursor = answer.cursor;
    eventually("nothing is new any more", async || {
        let next = store.changes_since(doc, cursor).await.ok()?;
        cursor = next.cursor;
        next.rows.is_empty().then_some(())
    })
    .await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn round_trips_are_few_whatever_the_size_of_a_batch() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let proxy = PostgresProxy::start(postgres.port()).await;
    let store = open(&proxy.url(&url)).await;
    let doc = create(&store).await;
    // A session that rested for a second is asked first, and a new statement is prepared once: the least of several
    // times is what it costs.
    let mut least = std::collections::BTreeMap::new();
    for _ in 0..12 {
        let mut count = |what: &'static str, before: u64| {
            let trips = proxy.round_trips() - before;
            let known = least.entry(what).or_insert(trips);
            *known = trips.min(*known);
        };
        for (what, rows) in [("append 1", 1), ("append 1,000", 1000)] {
            let batch: Vec<Append> = (0..rows)
                .map(|n| Append {
                    author: Some(UserId::new("ann")),
                    claims: vec![n],
                    at_ms: NOW_MS + 60_000,
                    ..append(doc, "x")
                })
                .collect();
            let before = proxy.round_trips();
            store.append(&batch).await.expect("append");
            count(what, before);
        }
        let before = proxy.round_trips();
        let document = store.load(&name()).await.expect("load").expect("it exists");
        count("load", before);
        let before = proxy.round_trips();
        store
            .changes_since(doc, document.cursor)
            .await
            .expect("changes");
        count("changes", before);
        let before = proxy.round_trips();
        let compaction = consilium_server::store::Compaction {
            doc,
            state: Bytes::from_static(b"state"),
            rows: document.tail.iter().map(|row| row.id).collect(),
            snapshots: Vec::new(),
        };
        store.compact(&compaction).await.expect("compact");
        count("compact", before);
    }
    // All sessions are lost with one of them, and the next call begins a new one.
    proxy.cut_after(0);
    store.load(&name()).await.expect_err("cut");
    let before = proxy.round_trips();
    store.load(&name()).await.expect("load");
    least.insert("a new session, and load", proxy.round_trips() - before);
    println!("round trips: {least:?}");
    let expected = [
        // Signing on, then four questions, each sent and then asked: may it be used, who works for it, was the store moved,
        // and the load.
        ("a new session, and load", 9),
        ("append 1", 2),
        ("append 1,000", 2),
        ("changes", 1),
        ("compact", 1),
        ("load", 1),
    ];
    assert_eq!(least, expected.into_iter().collect());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_whose_answer_is_lost_is_told_as_a_failure_of_the_storage() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let proxy = PostgresProxy::start(postgres.port()).await;
    let store = open(&proxy.url(&url)).await;
    let doc = create(&store).await;
    store.append(&[append(doc, "0")]).await.expect("append");
    // Its ids come back, its commit does not; where the session is asked first, already the ids do not.
    let mut committed = 0;
    for n in 1..=5 {
        proxy.cut_after(1);
        let error = store
            .append(&[append(doc, n.to_string())])
            .await
            .expect_err("cut");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        proxy.cut_after(0);
        let _ = store.load(&name()).await;
        store
            .append(&[append(doc, "0")])
            .await
            .expect("the next one is fine");
        committed += usize::from(stored(&url).await.contains(&n.to_string()));
    }
    assert!(committed > 0, "the case that this is about did not happen");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_as_such_and_freeing_it_is_enough() {
    let postgres = PostgresProcess::shared();
    let disk = SmallDisk::mount(24);
    // A tablespace: the log of the server is on another disk, which is what keeps it alive.
    let place = disk.data_dir();
    std::fs::create_dir(&place).expect("make a directory on the disk");
    postgres.give(&place);
    let space = format!("small_{}", std::process::id());
    postgres
        .execute(
            "postgres",
            &format!("CREATE TABLESPACE {space} LOCATION '{}'", place.display()),
        )
        .await;
    postgres
        .execute(
            "postgres",
            &format!(
                "CREATE DATABASE full_disk TEMPLATE template0 ENCODING 'UTF8' TABLESPACE {space}"
            ),
        )
        .await;
    let url = postgres.url("full_disk");
    let store = open(&url).await;
    let doc = create(&store).await;
    store.append(&[append(doc, "1")]).await.expect("append");
    disk.fill();
    // What PostgreSQL has set aside in its files may still take some.
    let mut large = 0;
    let error = loop {
        let noise: Vec<u8> = (0..100_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        match store.append(&[append(doc, noise)]).await {
            Ok(_) => large += 1,
            Err(error) => break error,
        }
        assert!(large < 1_000, "the disk never got full");
    };
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    let probed = store.probe().await.expect_err("full");
    assert!(matches!(probed, StoreError::Full(_)), "{probed}");
    let loaded = store.load(&name()).await.expect("load").expect("it exists");
    assert_eq!(loaded.tail.len(), 1 + large, "readers are not affected");
    disk.free();
    store.probe().await.expect("there is space");
    store.append(&[append(doc, "2")]).await.expect("append");
    store.close().await;
    postgres
        .execute("postgres", "DROP DATABASE full_disk")
        .await;
    postgres
        .execute("postgres", &format!("DROP TABLESPACE {space}"))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_the_server_have_their_kinds() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let database = url.rsplit_once('/').expect("a database").1.to_owned();
    let store = open(&url).await;
    let doc = create(&store).await;
    store.close().await;

    // Read-only, as a standby or an operator makes it.
    let setting =
        |value| format!("ALTER DATABASE {database} SET default_transaction_read_only = {value}");
    postgres.execute("postgres", &setting("on")).await;
    let store = try_open(&url).await;
    let refused = match &store {
        // Opening writes what is missing, and nothing is.
        Ok(store) => store
            .append(&[append(doc, "1")])
            .await
            .expect_err("read-only"),
        Err(error) => error.clone(),
    };
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
    let mut admin = postgres.connect("postgres").await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(setting("off")))
        .execute(&mut admin)
        .await
        .expect("writable again");
    let store = open(&url).await;
    store.append(&[append(doc, "1")]).await.expect("append");

    // A table that an operator holds: told after the lock timeout, and no longer than that.
    let mut operator = postgres.connect(&url).await;
    let mut tx = operator.begin().await.expect("begin");
    sqlx::query("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *tx)
        .await
        .expect("hold the table");
    let error = store.append(&[append(doc, "2")]).await.expect_err("held");
    assert!(matches!(error, StoreError::Busy(_)), "{error}");
    tx.rollback().await.expect("let go");
    store.append(&[append(doc, "3")]).await.expect("append");
    store.close().await;

    // As many sessions as the role may have.
    let role = format!("{database}_role");
    postgres
        .execute(
            "postgres",
            &format!("CREATE ROLE {role} LOGIN SUPERUSER CONNECTION LIMIT 1; ALTER ROLE {role} NOSUPERUSER; GRANT pg_write_all_data, pg_read_all_data TO {role}; ALTER DATABASE {database} OWNER TO {role}"),
        )
        .await;
    let crowded = url.replace("postgres@", &format!("{role}@"));
    let first = postgres.connect(&crowded).await;
    let error = try_open(&crowded).await.expect_err("too many");
    assert!(matches!(error, StoreError::Busy(_)), "{error}");
    first.close().await.expect("close");

    // Nobody of this name; the password stays where it is.
    let stranger = url.replace("postgres@", "stranger:hunter2@");
    let error = try_open(&stranger).await.expect_err("unknown");
    assert!(
        matches!(error, StoreError::Unavailable(_)) && !error.to_string().contains("hunter2"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_in_the_middle_leaves_the_store_usable() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = Arc::new(open(&url).await);
    let doc = create(&*store).await;
    let mut seen = Cursor(0);
    for n in 0..60_u64 {
        let (store, row) = (Arc::clone(&store), append(doc, n.to_string()));
        let task = tokio::spawn(async move { store.append(&[row]).await });
        tokio::time::sleep(Duration::from_micros(97 * n)).await;
        task.abort();
        let _ = task.await;
    }
    let whole = store.append(&[append(doc, "whole")]).await.expect("append");
    let answer = store.changes_since(doc, seen).await.expect("changes");
    seen = answer.cursor;
    assert_eq!(answer.rows.last().map(|row| row.id), whole.last().copied());
    assert!(store.changes_since(doc, seen).await.is_ok());
    store.close().await;
}

/// Two lines of defence when a store is moved away from under a node that was cut off meanwhile: it is not let in while
/// the move goes on, and not served what was left behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_cut_off_writes_nothing_into_a_store_that_moves() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let address = url.parse().expect("an address");
    let node = open(&url).await;
    let doc = create(&node).await;
    node.append(&[append(doc, "1")]).await.expect("append");

    let refused = PortablePostgres::source(&address)
        .await
        .expect_err("served");
    assert!(
        matches!(&refused, StoreError::Busy(text) if text.contains("stop them all")),
        "{refused}"
    );
    // Its sessions end, as when the network does; whoever moves the store is quicker than it.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut source = eventually("the node is cut off", async || {
        postgres.execute(&url, cut).await;
        PortablePostgres::source(&address).await.ok()
    })
    .await;
    for _ in 0..3 {
        // A session that ended is found out by the first to use it.
        let error = node
            .append(&[append(doc, "no")])
            .await
            .expect_err("not now");
        assert!(error.is_storage_wide(), "{error}");
    }
    let error = node
        .append(&[append(doc, "no")])
        .await
        .expect_err("not now");
    assert!(
        matches!(&error, StoreError::Busy(text) if text.contains("migrate-store")),
        "{error}"
    );
    let mut marks = source.marks().await.expect("marks");
    marks.moved_out = Some(MovedOut {
        move_id: uuid::Uuid::from_bytes([7; 16]),
        to: "sqlite:/elsewhere".to_owned(),
        at_ms: NOW_MS,
        digest: String::new(),
    });
    source.set_marks(&marks).await.expect("mark it as moved");
    drop(source);
    let error = eventually("the move is over", async || {
        match node
            .append(&[append(doc, "no")])
            .await
            .expect_err("never again")
        {
            StoreError::Busy(_) => None,
            other => Some(other),
        }
    })
    .await;
    assert!(
        matches!(&error, StoreError::Unavailable(text) if text.contains("sqlite:/elsewhere")),
        "{error}"
    );
    let mut observer = postgres.connect(&url).await;
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM journal")
        .fetch_one(&mut observer)
        .await
        .expect("count");
    assert_eq!(rows, 1);
    node.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_encrypted_and_the_server_is_verified_as_the_address_says() {
    let certificates = Certificates::make();
    let postgres = PostgresProcess::start_encrypted(&certificates);
    let url = |database: &str, parameters: &str| format!("{}?{parameters}", postgres.url(database));
    let database = "postgres";
    let ca = certificates.ca();
    let verified = format!("sslmode=verify-full&sslrootcert={}", ca.display());
    eventually("it takes nobody in without TLS", async || {
        try_open(&url(database, "sslmode=disable")).await.err()
    })
    .await;
    for parameters in [verified.as_str(), "sslmode=require", "sslmode=prefer"] {
        let store = open(&url(database, parameters)).await;
        let doc = create(&store).await;
        store.append(&[append(doc, "1")]).await.expect("append");
        store.close().await;
    }
    let settings = examine(&url(database, &verified).parse().expect("an address"))
        .await
        .expect("ask");
    assert!(settings.is_encrypted);
    // An authority that nobody knows.
    let refused = try_open(&url(database, "sslmode=verify-full"))
        .await
        .expect_err("unknown");
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
    let other = Certificates::make();
    let wrong = format!("sslmode=verify-ca&sslrootcert={}", other.ca().display());
    let refused = try_open(&url(database, &wrong))
        .await
        .expect_err("another's");
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_could_lose_edits_are_seen() {
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let address = url.parse().expect("an address");
    open(&url).await.close().await;
    let healthy = examine(&address).await.expect("ask");
    assert!(healthy.fsync && healthy.full_page_writes && healthy.is_local);
    assert_eq!(
        (
            healthy.synchronous_commit.as_str(),
            healthy.our_synchronous_commit.as_str()
        ),
        ("on", "on")
    );
    assert_eq!(healthy.connections_max, 97);
    let found = healthy.store.expect("a store");
    assert_eq!(found.probed, Probed::Written);
    for setting in [
        "fsync = off",
        "full_page_writes = off",
        "synchronous_commit = off",
    ] {
        let sql = format!("ALTER SYSTEM SET {setting}");
        postgres.execute("postgres", &sql).await;
    }
    postgres
        .execute("postgres", "SELECT pg_reload_conf()")
        .await;
    let seen = eventually("the server has read its settings", async || {
        let seen = examine(&address).await.expect("ask");
        (!seen.fsync).then_some(seen)
    })
    .await;
    assert!(!seen.full_page_writes);
    assert_eq!(
        (
            seen.synchronous_commit.as_str(),
            seen.our_synchronous_commit.as_str()
        ),
        ("off", "on")
    );
}
