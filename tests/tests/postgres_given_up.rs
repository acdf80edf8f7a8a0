//! Work that the store for several nodes gave up, because PostgreSQL did not answer or whoever asked went away: the server
//! may finish it long after. Before anything is read again it has ended, and by itself (I1).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use consilium_server::store::{Cursor, DocId, JournalRow, PostgresStore, RowId, Store, StoreError};
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::proxy::Proxy;
use consilium_tests::stored_document::{NOW_MS, append, create, name, open, stored};
use sqlx::{Connection, PgConnection};

/// The wait before somebody who was refused asks again.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// What reads a document again after an append was given up, or says that storage is back.
async fn reads(store: &PostgresStore, doc: DocId, which: usize) -> Result<(), StoreError> {
    match which {
        0 => store.load(&name()).await.map(|_| ()),
        1 => store.load_or_create(&name(), NOW_MS).await.map(|_| ()),
        2 => store.changes_since(doc, Cursor(0)).await.map(|_| ()),
        _ => store.probe().await,
    }
}

/// How many sessions of this database wait for something of that kind.
async fn waiting(connection: &mut PgConnection, column: &str, kind: &str) -> i64 {
    let asked = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {column} = '{kind}'"
    );
    let answer = sqlx::query_scalar(sqlx::AssertSqlSafe(asked)).fetch_one(connection);
    answer.await.expect("who waits")
}

/// Changes a setting of the server. It takes it a moment later.
async fn set(connection: &mut PgConnection, setting: &'static str) {
    for statement in [setting, "SELECT pg_reload_conf()"] {
        let done = sqlx::raw_sql(statement).execute(&mut *connection).await;
        done.expect("set");
    }
}

type Appending = tokio::task::JoinHandle<Result<Vec<RowId>, StoreError>>;

/// Appends until one append waits for a standby, and says how many that were: a running server takes the setting a moment
/// later, and commits before it wait for nobody.
async fn append_in_vain(
    store: &Arc<PostgresStore>,
    doc: DocId,
    text: &'static str,
    looking: &mut PgConnection,
) -> (Appending, i64) {
    let before = waiting(looking, "wait_event", "SyncRep").await;
    let mut number = 0;
    let appending = eventually("a commit waits for the standby", async || {
        number += 1;
        let (writer, row) = (Arc::clone(store), append(doc, text));
        let appending = tokio::spawn(async move { writer.append(&[row]).await });
        let waits = eventually("it is done, or waits", async || {
            if waiting(looking, "wait_event", "SyncRep").await > before {
                return Some(true);
            }
            appending.is_finished().then_some(false)
        })
        .await;
        waits.then_some(appending)
    })
    .await;
    (appending, number)
}

/// The server may carry out what was given up long after: its process waits for a lock, as here, or sits on a slow disk.
/// Whoever reads the document again must have read all that will ever come of it, since nobody is told later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_a_document_is_read_again_an_append_that_was_given_up_is_done_or_never_will_be() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = Arc::new(open(&url).await);
    let doc = create(&*store).await;
    let before = store.append(&[append(doc, "before")]).await;
    before.expect("append");
    let mut holder = PgConnection::connect(&url).await.expect("connect");
    let mut looking = PgConnection::connect(&url).await.expect("connect");
    // Others may write probes, and read.
    sqlx::raw_sql("BEGIN; LOCK TABLE client_owners IN SHARE MODE")
        .execute(&mut holder)
        .await
        .expect("lock");
    let (writer, row) = (Arc::clone(&store), append(doc, "late"));
    let appending = tokio::spawn(async move { writer.append(&[row]).await });
    eventually("the append waits for the lock", async || {
        (waiting(&mut looking, "wait_event_type", "Lock").await > 0).then_some(())
    })
    .await;
    appending.abort();
    assert!(appending.await.is_err(), "it went away in the middle");
    let mut reading = tokio::task::JoinSet::new();
    for which in 0..4 {
        let (store, url) = (Arc::clone(&store), url.clone());
        reading.spawn(async move {
            let mut looking = PgConnection::connect(&url).await.expect("connect");
            while reads(&store, doc, which).await.is_err() {}
            let goes_on = waiting(&mut looking, "wait_event_type", "Lock").await;
            assert_eq!(goes_on, 0, "{which} has read while the server went on");
        });
    }
    assert_eq!(waiting(&mut looking, "wait_event_type", "Lock").await, 1);
    // The server's own limit ends the wait.
    while let Some(read) = reading.join_next().await {
        read.expect("it read when the wait had ended");
    }
    sqlx::raw_sql("COMMIT")
        .execute(&mut holder)
        .await
        .expect("unlock");
    assert_eq!(stored(&url).await, BTreeSet::from(["before".to_owned()]));
    store.close().await;
}

/// A commit that waits for a synchronous standby must not be hurried: its process would finish without, and what no standby
/// has would be shown and called safe.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_given_up_while_its_standby_was_away_stays_unseen_until_that_is_back() {
    const SEEN: &str = "SELECT count(*) FROM journal WHERE update_v1 = 'late'";
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store = Arc::new(open(&url).await);
    let doc = create(&*store).await;
    let mut looking = PgConnection::connect(&url).await.expect("connect");
    set(
        &mut looking,
        "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
    )
    .await;
    let (appending, number) = append_in_vain(&store, doc, "late", &mut looking).await;
    appending.abort();
    assert!(appending.await.is_err(), "it went away in the middle");
    for which in 0..4 {
        let read = reads(&store, doc, which).await;
        let error = read.expect_err("it is not read past a commit under way");
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    let seen: i64 = sqlx::query_scalar(SEEN)
        .fetch_one(&mut looking)
        .await
        .expect("look");
    assert_eq!(seen, number - 1, "nobody sees what no standby has");
    assert_eq!(waiting(&mut looking, "wait_event", "SyncRep").await, 1);
    set(&mut looking, "ALTER SYSTEM RESET synchronous_standby_names").await;
    eventually("the commit has ended", async || {
        reads(&store, doc, 0).await.ok()
    })
    .await;
    let seen: i64 = sqlx::query_scalar(SEEN)
        .fetch_one(&mut looking)
        .await
        .expect("look");
    assert_eq!(seen, number);
    store.close().await;
}

/// What a node was told of its appends, and what it read, while its server is another one in between.
#[derive(Debug, Default)]
struct Told {
    acknowledged: BTreeSet<String>,
    given_up: BTreeSet<String>,
    /// Of each that was given up: whether the first reading that began later had it.
    verdicts: BTreeMap<String, bool>,
    readings: usize,
    /// Why the last reading failed.
    refusal: String,
}

/// Reads the document over and over, whole and by a cursor: every reading has what was acknowledged before it began,
/// nothing twice, and says of what was given up what all before it said. Gives what the readings by cursor added up to.
async fn keep_reading(
    store: &PostgresStore,
    doc: DocId,
    told: &Mutex<Told>,
    ended: &AtomicBool,
) -> BTreeSet<String> {
    let (mut cursor, mut gathered) = (Cursor(0), BTreeSet::new());
    while !ended.load(Ordering::SeqCst) {
        let (acknowledged, given_up) = {
            let told = told.lock().expect("what was told");
            (told.acknowledged.clone(), told.given_up.clone())
        };
        let read = async {
            let document = store.load(&name()).await?.expect("it exists");
            let changes = store.changes_since(doc, cursor).await?;
            Ok::<_, StoreError>((document, changes))
        };
        let (document, changes) = match read.await {
            Ok(read) => read,
            Err(error) => {
                assert!(error.is_storage_wide(), "{error}");
                told.lock().expect("what was told").refusal = error.to_string();
                tokio::time::sleep(TRY_AGAIN).await;
                continue;
            }
        };
        let text = |row: &JournalRow| String::from_utf8(row.update.to_vec()).expect("a text");
        cursor = changes.cursor;
        gathered.extend(changes.rows.iter().map(text));
        let whole: BTreeSet<String> = document.tail.iter().map(text).collect();
        assert_eq!(whole.len(), document.tail.len(), "something is there twice");
        for read in [&whole, &gathered] {
            let lost: Vec<_> = acknowledged.difference(read).collect();
            assert!(lost.is_empty(), "acknowledged and not read: {lost:?}");
        }
        let mut told = told.lock().expect("what was told");
        told.readings += 1;
        for text in given_up {
            for read in [&whole, &gathered] {
                let is_there = read.contains(&text);
                let verdict = *told.verdicts.entry(text.clone()).or_insert(is_there);
                assert_eq!(is_there, verdict, "a reading changed its mind about {text}");
            }
        }
    }
    gathered
}

/// Appends one row after the other, each with a text of its own.
async fn keep_appending(store: &PostgresStore, doc: DocId, told: &Mutex<Told>, ended: &AtomicBool) {
    for n in 0_usize.. {
        if ended.load(Ordering::SeqCst) {
            break;
        }
        let text = n.to_string();
        let outcome = store.append(&[append(doc, text.clone())]).await;
        let is_done = outcome.is_ok();
        {
            let mut told = told.lock().expect("what was told");
            let texts = match is_done {
                true => &mut told.acknowledged,
                false => &mut told.given_up,
            };
            texts.insert(text);
        }
        if let Err(error) = outcome {
            assert!(error.is_storage_wide(), "{error}");
            tokio::time::sleep(TRY_AGAIN).await;
        }
    }
}

/// Behind one address, as operators are told: its standby is synchronous, stops, and takes the place of a primary that was
/// killed. What the primary alone had is gone with it, and nobody must have read it; what had reached the standby is there,
/// although its author heard nothing, and nobody must have read the document without it after it was given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_standby_has_all_that_was_acknowledged_and_no_reading_changes_its_mind() {
    let mut primary = PostgresProcess::start_hasty();
    let url = primary.new_database().await;
    let standby = PostgresProcess::start_standby(&primary, "spare");
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let line = Proxy::to(at(primary.port())).await;
    let (_, database) = url.rsplit_once('/').expect("a database");
    let store = Arc::new(
        open(&format!(
            "postgres://postgres@{}/{database}",
            line.address()
        ))
        .await,
    );
    let doc = create(&*store).await;
    let mut looking = primary.connect(&url).await;
    set(
        &mut looking,
        "ALTER SYSTEM SET synchronous_standby_names = 'spare'",
    )
    .await;
    let paused = standby.pause();
    let (early, _) = append_in_vain(&store, doc, "early", &mut looking).await;
    drop(paused);
    early.await.expect("it ends").expect("the standby is there");
    // Also those before it, which waited for nobody.
    sqlx::raw_sql("DELETE FROM journal")
        .execute(&mut looking)
        .await
        .expect("begin anew");

    let told = Arc::new(Mutex::new(Told::default()));
    let ended = Arc::new(AtomicBool::new(false));
    let shared = || (Arc::clone(&store), Arc::clone(&told), Arc::clone(&ended));
    let (writer, its_told, its_ended) = shared();
    let writing =
        tokio::spawn(async move { keep_appending(&writer, doc, &its_told, &its_ended).await });
    let (reader, its_told, its_ended) = shared();
    let reading =
        tokio::spawn(async move { keep_reading(&reader, doc, &its_told, &its_ended).await });
    let progress = async |what: &str| {
        let (rows, readings) = {
            let told = told.lock().expect("what was told");
            (told.acknowledged.len(), told.readings)
        };
        eventually(what, async || {
            let told = told.lock().expect("what was told");
            let goes_on = told.acknowledged.len() > rows + 20 && told.readings > readings + 5;
            assert!(!reading.is_finished() && !writing.is_finished(), "{what}");
            goes_on.then_some(())
        })
        .await;
    };
    progress("appends and readings go on").await;

    let paused = standby.pause();
    eventually("the writer waits for the standby", async || {
        (waiting(&mut looking, "wait_event", "SyncRep").await == 1).then_some(())
    })
    .await;
    let give_up = async |text: &str, appending: Appending| {
        appending.abort();
        assert!(appending.await.is_err(), "it went away in the middle");
        let mut told = told.lock().expect("what was told");
        told.given_up.insert(text.to_owned());
    };
    let (sent, _) = append_in_vain(&store, doc, "sent", &mut looking).await;
    eventually("it is on its way to the standby", async || {
        let is_sent = "SELECT sent_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication";
        let answer = sqlx::query_scalar::<_, bool>(is_sent).fetch_one(&mut looking);
        answer.await.expect("ask").then_some(())
    })
    .await;
    give_up("sent", sent).await;
    let senders = primary.pause_senders();
    let (unsent, _) = append_in_vain(&store, doc, "unsent", &mut looking).await;
    give_up("unsent", unsent).await;
    let error = store.load(&name()).await.expect_err("it waits for both");
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");

    primary.kill();
    drop(senders);
    line.lead_to(at(standby.port()));
    drop(paused);
    eventually(
        "the standby is not read before it is promoted",
        async || {
            let told = told.lock().expect("what was told");
            told.refusal.contains("read-only standby").then_some(())
        },
    )
    .await;
    standby.execute("postgres", "SELECT pg_promote()").await;
    progress("appends and readings go on at the promoted server").await;
    ended.store(true, Ordering::SeqCst);
    writing.await.expect("the writer");
    let gathered = reading.await.expect("the reader");

    let there = stored(&standby.url(database)).await;
    let told = told.lock().expect("what was told");
    println!(
        "{} acknowledged, given up and there or not: {:?}",
        told.acknowledged.len(),
        told.verdicts
    );
    assert!(told.acknowledged.is_subset(&there));
    assert!(gathered.is_subset(&there));
    for (text, was_there) in &told.verdicts {
        assert_eq!(there.contains(text), *was_there, "{text}");
    }
    assert_eq!(told.verdicts.get("sent"), Some(&true));
    assert_eq!(told.verdicts.get("unsent"), Some(&false));
}
