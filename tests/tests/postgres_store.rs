//! The store for several nodes against a real PostgreSQL: the contract of every store, and what only this one promises.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_server::store::address::PostgresUrl;
use consilium_server::store::contract::StoreFactory;
use consilium_server::store::contract::search::filled;
use consilium_server::store::portable::MovedStore;
use consilium_server::store::{
    Append, Changes, Compaction, Cursor, DocId, DocumentFilter, PostgresStore, Store, StoreError,
    StoredDocument,
};
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const NOW_MS: i64 = 1_790_000_000_000;

/// A database of its own, opened again and again.
struct Database {
    url: tokio::sync::OnceCell<String>,
}

impl Database {
    fn new() -> Self {
        Self {
            url: tokio::sync::OnceCell::new(),
        }
    }

    async fn url(&self) -> &str {
        self.url
            .get_or_init(|| PostgresProcess::shared().new_database())
            .await
    }
}

#[async_trait]
impl StoreFactory for Database {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(open(self.url().await).await)
    }
}

consilium_server::store_contract!(Database::new());
consilium_server::people_contract!(Database::new());
consilium_server::history_contract!(Database::new());
consilium_server::discussion_contract!(Database::new());
consilium_server::search_contract!(Database::new());

async fn try_open(url: &str) -> Result<PostgresStore, StoreError> {
    let url: PostgresUrl = url.parse().expect("an address");
    PostgresStore::open(&url, MovedStore::Refused).await
}

async fn open(url: &str) -> PostgresStore {
    try_open(url).await.expect("open the store")
}

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a name")
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

async fn create(store: &dyn Store, text: &str) -> DocId {
    let created = store.load_or_create(&name(text), NOW_MS).await;
    created.expect("create a document").record.id
}

async fn load(store: &dyn Store, text: &str) -> StoredDocument {
    let loaded = store.load(&name(text)).await.expect("load");
    loaded.expect("the document exists")
}

async fn changes(store: &dyn Store, doc: DocId, since: Cursor) -> Changes {
    store.changes_since(doc, since).await.expect("read changes")
}

fn texts<'a>(
    rows: impl IntoIterator<Item = &'a consilium_server::store::JournalRow>,
) -> Vec<String> {
    rows.into_iter()
        .map(|row| String::from_utf8(row.update.to_vec()).expect("a text"))
        .collect()
}

async fn scalar<T>(connection: &mut PgConnection, sql: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(connection)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_nodes_start_at_once_on_an_empty_database() {
    let url = PostgresProcess::shared().new_database().await;
    let starts = (0..8).map(|_| {
        let url = url.clone();
        tokio::spawn(async move { open(&url).await })
    });
    let stores: Vec<PostgresStore> = futures_util::future::join_all(starts)
        .await
        .into_iter()
        .map(|started| started.expect("start"))
        .collect();
    let ids: BTreeSet<_> = stores.iter().map(PostgresStore::id).collect();
    assert_eq!(ids.len(), 1, "one store, one identity");
    for store in stores {
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_a_sentence() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    open(&url).await.close().await;
    postgres
        .execute(
            &url,
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', true, '', 0)",
        )
        .await;
    let refused = try_open(&url).await.expect_err("refuse");
    assert!(
        matches!(&refused, StoreError::Rejected(text) if text.contains("newer version of Consilium")),
        "{refused}"
    );
}

#[tokio::test]
async fn commits_wait_for_the_disk_whatever_the_default_of_the_database() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let database = url.rsplit_once('/').expect("a database").1;
    postgres
        .execute(
            "postgres",
            &format!("ALTER DATABASE {database} SET synchronous_commit = off"),
        )
        .await;
    let mut observer = postgres.connect(&url).await;
    let default: String = scalar(&mut observer, "SHOW synchronous_commit").await;
    assert_eq!(default, "off", "what everybody else gets");

    // The store's own sessions: a trigger notes what an append runs with.
    let store = open(&url).await;
    postgres
        .execute(
            &url,
            "CREATE TABLE noted (setting TEXT);
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN INSERT INTO noted VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
             CREATE TRIGGER note AFTER INSERT ON journal FOR EACH STATEMENT EXECUTE FUNCTION note()",
        )
        .await;
    let doc = create(&store, "a").await;
    for _ in 0..3 {
        store.append(&[append(doc, "1")]).await.expect("append");
    }
    let noted: String = scalar(
        &mut observer,
        "SELECT string_agg(DISTINCT setting, ',') FROM noted",
    )
    .await;
    assert_eq!(noted, "on");
    store.close().await;
}

#[tokio::test]
async fn texts_with_a_nul_character_are_kept_as_they_are() {
    let url = PostgresProcess::shared().new_database().await;
    let store = open(&url).await;
    let doc = create(&store, "a").await;
    let odd = UserId::new("an\0n");
    store
        .append(&[Append {
            author: Some(odd.clone()),
            claims: vec![7],
            ..append(doc, "1")
        }])
        .await
        .expect("append");
    store
        .set_title(doc, "A\0B", NOW_MS)
        .await
        .expect("set the title");
    let loaded = load(&store, "a").await;
    assert_eq!(loaded.record.title, "A\0B");
    assert_eq!(loaded.owners.get(&7), Some(&odd));
    store.close().await;
}

#[tokio::test]
async fn two_nodes_that_race_lose_nothing_and_wait_for_no_lock() {
    const ROUNDS: usize = 120;
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let nodes = [Arc::new(open(&url).await), Arc::new(open(&url).await)];
    let doc = create(&*nodes[0], "a").await;
    let start = load(&*nodes[0], "a").await.cursor;
    let writers = nodes.iter().enumerate().map(|(node, store)| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                let late = NOW_MS + 20_000 * round as i64;
                // Every append of both nodes wants to touch the record of the document.
                let row = Append {
                    at_ms: late,
                    author: Some(UserId::new(format!("user {node}"))),
                    claims: vec![round as u64],
                    ..append(doc, format!("{node}.{round}"))
                };
                // Both claim the same client id; of one of them it is not, and nothing of that batch is stored.
                if let Err(error) = store.append(std::slice::from_ref(&row)).await {
                    assert!(matches!(error, StoreError::ClaimTaken), "{error}");
                    let unclaimed = Append {
                        claims: Vec::new(),
                        ..row
                    };
                    store.append(&[unclaimed]).await.expect("append");
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    // Each node looks for what the other commits, as its rooms do.
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    let mut cursors = [start, start];
    let mut is_last = false;
    loop {
        for (at, store) in nodes.iter().enumerate() {
            let answer = changes(&**store, doc, cursors[at]).await;
            seen[at].extend(texts(&answer.rows));
            cursors[at] = answer.cursor;
        }
        if is_last {
            break;
        }
        is_last = writers.iter().all(tokio::task::JoinHandle::is_finished);
    }
    for writer in writers {
        writer.await.expect("a writer");
    }
    let expected: BTreeSet<String> = (0..2)
        .flat_map(|node| (0..ROUNDS).map(move |round| format!("{node}.{round}")))
        .collect();
    assert_eq!(seen, [expected.clone(), expected]);
    let document = load(&*nodes[1], "a").await;
    assert_eq!(document.tail.len(), 2 * ROUNDS, "each row once");
    assert_eq!(
        document.owners.len(),
        ROUNDS,
        "one owner for each claimed id"
    );
    assert!(document.record.updated_at_ms >= NOW_MS + 20_000 * (ROUNDS as i64 - 1));
    for store in nodes {
        store.close().await;
    }
}

#[tokio::test]
async fn an_append_does_not_wait_for_whoever_holds_the_record_of_the_document() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store, "a").await;
    let mut holder = postgres.connect(&url).await;
    let mut tx = holder.begin().await.expect("begin");
    sqlx::query("UPDATE documents SET title = 'held'")
        .execute(&mut *tx)
        .await
        .expect("hold the record");
    // It would wait until its lock timeout, and fail.
    let late = Append {
        at_ms: NOW_MS + 60_000,
        ..append(doc, "1")
    };
    store
        .append(std::slice::from_ref(&late))
        .await
        .expect("append");
    assert_eq!(load(&store, "a").await.record.updated_at_ms, NOW_MS);
    tx.rollback().await.expect("let go");
    store.append(&[late]).await.expect("append");
    assert_eq!(
        load(&store, "a").await.record.updated_at_ms,
        NOW_MS + 60_000,
        "the next append touches it"
    );
    store.close().await;
}

#[tokio::test]
async fn a_transaction_that_stays_open_makes_answers_longer_but_never_wrong() {
    // Transactions of other tests would hold it back as well.
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store, "a").await;
    let mut forgotten = postgres.connect("postgres").await;
    let mut tx = forgotten.begin().await.expect("begin");
    let _: String = scalar(&mut tx, "SELECT pg_current_xact_id()::text").await;
    store.append(&[append(doc, "1")]).await.expect("append");
    let first = changes(&store, doc, load(&store, "a").await.cursor).await;
    assert_eq!(texts(&first.rows), ["1"], "another database holds it back");
    store.append(&[append(doc, "2")]).await.expect("append");
    let second = changes(&store, doc, first.cursor).await;
    assert_eq!(texts(&second.rows), ["1", "2"]);
    tx.rollback().await.expect("end it");
    let third = changes(&store, doc, second.cursor).await;
    assert_eq!(texts(&third.rows), ["1", "2"], "asked from back then");
    // And then no more, as soon as the transactions of other tests have ended too.
    let mut cursor = third.cursor;
    eventually("nothing holds it back", async || {
        let answer = changes(&store, doc, cursor).await;
        cursor = answer.cursor;
        answer.rows.is_empty().then_some(())
    })
    .await;
    store.close().await;
}

#[tokio::test]
async fn rows_of_a_restored_dump_with_numbers_from_the_future_are_not_repeated_for_ever() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store, "a").await;
    store.append(&[append(doc, "1")]).await.expect("append");
    store
        .compact(&Compaction {
            doc,
            state: Bytes::from_static(b"1"),
            rows: Vec::new(),
            snapshots: Vec::new(),
        })
        .await
        .expect("compact");
    store.close().await;
    // What a dump from a busier cluster brings.
    for table in ["journal", "snapshots", "client_owners"] {
        let sql = format!("UPDATE {table} SET xid = '999999999999'");
        postgres.execute(&url, &sql).await;
    }
    let store = open(&url).await;
    let loaded = load(&store, "a").await;
    assert_eq!((loaded.tail.len(), loaded.snapshots.len()), (1, 1));
    store.append(&[append(doc, "2")]).await.expect("append");
    let answer = changes(&store, doc, loaded.cursor).await;
    assert_eq!(texts(&answer.rows), ["2"]);
    assert!(answer.snapshots.is_empty());
    let everything = changes(&store, doc, Cursor(0)).await;
    assert_eq!(texts(&everything.rows), ["1", "2"], "a foreign cursor");
    let id = store.id();
    store.close().await;
    // What ADR-0009 tells operators to do after such a restore (D15).
    postgres
        .execute(
            &url,
            "UPDATE documents SET lineage = decode(replace(gen_random_uuid()::text, '-', ''), 'hex');
             UPDATE meta SET value = decode(replace(gen_random_uuid()::text, '-', ''), 'hex') WHERE key = 'store-id';",
        )
        .await;
    let store = open(&url).await;
    assert_ne!(store.id(), id);
    assert_ne!(
        load(&store, "a").await.record.lineage,
        loaded.record.lineage
    );
    store.close().await;
}

/// A rolling upgrade: the first new node adds to the schema while the old ones go on.
#[tokio::test]
async fn a_schema_that_grows_under_a_running_node_does_not_disturb_it() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store, "a").await;
    for round in 0..2 {
        // What a node does, each with statements that it prepared before.
        store.append(&[append(doc, "1")]).await.expect("append");
        let loaded = load(&store, "a").await;
        changes(&store, doc, loaded.cursor).await;
        let compaction = Compaction {
            doc,
            state: Bytes::from_static(b"1"),
            rows: loaded.tail.iter().map(|row| row.id).collect(),
            snapshots: Vec::new(),
        };
        store.compact(&compaction).await.expect("compact");
        let listed = store.documents(&DocumentFilter::default()).await;
        assert_eq!(listed.expect("list").len(), 1, "round {round}");
        store.set_title(doc, "T", NOW_MS).await.expect("set");
        store.quarantined(&name("a")).await.expect("list");
        store.probe().await.expect("probe");
        let grown: String = [
            "documents",
            "journal",
            "snapshots",
            "client_owners",
            "quarantine",
        ]
        .map(|table| format!("ALTER TABLE {table} ADD COLUMN extra{round} TEXT;"))
        .concat();
        postgres.execute(&url, &grown).await;
    }
    store.close().await;
}

/// What ADR-0009 says of later: the journal in partitions, and nothing else changed.
#[tokio::test]
async fn the_journal_can_be_partitioned_by_document() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let (a, b) = (create(&store, "a").await, create(&store, "b").await);
    let ids = store
        .append(&[append(a, "1"), append(b, "2"), append(a, "3")])
        .await
        .expect("append");
    let before = load(&store, "a").await;
    let mut ddl = "
        ALTER TABLE journal RENAME TO journal_whole;
        CREATE TABLE journal (LIKE journal_whole INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY (doc, id)) PARTITION BY HASH (doc);
        CREATE INDEX journal_doc_xid ON journal (doc, xid);"
        .to_owned();
    for part in 0..4 {
        ddl += &format!(
            "CREATE TABLE journal_p{part} PARTITION OF journal FOR VALUES WITH (MODULUS 4, REMAINDER {part});"
        );
    }
    ddl += "INSERT INTO journal SELECT * FROM journal_whole; DROP TABLE journal_whole;";
    postgres.execute(&url, &ddl).await;
    store.close().await;

    let store = open(&url).await;
    let after = load(&store, "a").await;
    assert_eq!(after.tail, before.tail);
    let more = store
        .append(&[append(a, "4"), append(b, "5")])
        .await
        .expect("append");
    assert!(more[0] > ids[2]);
    let since = texts(&changes(&store, a, after.cursor).await.rows);
    assert_eq!(since.last().map(String::as_str), Some("4"));
    store
        .compact(&Compaction {
            doc: a,
            state: Bytes::from_static(b"1 3"),
            rows: vec![ids[0], ids[2], ids[1]],
            snapshots: Vec::new(),
        })
        .await
        .expect("compact");
    assert_eq!(texts(&load(&store, "a").await.tail), ["4"]);
    assert_eq!(texts(&load(&store, "b").await.tail), ["2", "5"]);
    store.close().await;
}

#[tokio::test]
async fn a_damaged_row_or_snapshot_is_named_and_other_documents_open() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let (a, b, c) = (
        create(&store, "a").await,
        create(&store, "b").await,
        create(&store, "c").await,
    );
    let ids = store
        .append(&[append(a, "1"), append(b, "2"), append(c, "3")])
        .await
        .expect("append");
    store
        .compact(&Compaction {
            doc: b,
            state: Bytes::from_static(b"2"),
            rows: Vec::new(),
            snapshots: Vec::new(),
        })
        .await
        .expect("compact");
    postgres
        .execute(
            &url,
            &format!(
                "UPDATE journal SET update_v1 = 'x' WHERE id = {}; UPDATE snapshots SET state_zstd = 'x'",
                ids[0].0
            ),
        )
        .await;
    let row = store.load(&name("a")).await.expect_err("refuse");
    assert!(
        matches!(&row, StoreError::Corrupt(_))
            && row
                .to_string()
                .contains(&format!("row {} of document a", ids[0])),
        "{row}"
    );
    let snapshot = store.load(&name("b")).await.expect_err("refuse");
    assert!(snapshot.to_string().contains("of document b"), "{snapshot}");
    assert_eq!(texts(&load(&store, "c").await.tail), ["3"]);
    store.close().await;
}

#[tokio::test]
async fn a_quarantine_of_two_nodes_is_counted_once() {
    use consilium_protocol::limits::QUARANTINE_BYTES_PER_AUTHOR_MAX;
    use consilium_server::store::{Quarantined, SetAside};
    let url = PostgresProcess::shared().new_database().await;
    let nodes = [Arc::new(open(&url).await), Arc::new(open(&url).await)];
    let doc = create(&*nodes[0], "a").await;
    let piece = QUARANTINE_BYTES_PER_AUTHOR_MAX / 4;
    let tasks = (0..8_u8).map(|at| {
        let store = Arc::clone(&nodes[usize::from(at) % 2]);
        tokio::spawn(async move {
            let entry = Quarantined {
                doc,
                author: Some(UserId::new("ann")),
                reason: "recused".to_owned(),
                update: Bytes::from(vec![at; piece]),
                at_ms: NOW_MS,
            };
            store.quarantine(&[entry]).await.expect("quarantine")
        })
    });
    let outcomes: Vec<_> = futures_util::future::join_all(tasks)
        .await
        .into_iter()
        .flat_map(|outcome| outcome.expect("join"))
        .collect();
    let kept = outcomes
        .iter()
        .filter(|outcome| **outcome == SetAside::Kept);
    assert_eq!(kept.count(), 4, "{outcomes:?}");
    assert_eq!(
        nodes[0].quarantined(&name("a")).await.expect("list").len(),
        4
    );
    for store in nodes {
        store.close().await;
    }
}

#[tokio::test]
async fn asking_for_changes_where_there_are_none_costs_one_probe_of_each_index() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = open(&url).await;
    let doc = create(&store, "a").await;
    // Enough that the planner has a choice. The first document is ours.
    assert_eq!(doc, DocId(1));
    let rows: Vec<Append> = (0..200).map(|n| append(doc, n.to_string())).collect();
    store.append(&rows).await.expect("append");
    postgres
        .execute(
            &url,
            "INSERT INTO documents (name, lineage, created_at_ms, updated_at_ms)
                 SELECT 'other ' || n, decode(repeat('00', 16), 'hex'), 0, 0 FROM generate_series(1, 2000) n;
             INSERT INTO journal (id, doc, at_ms, checksum, update_v1)
                 SELECT nextval('journal_ids'), n % 2000 + 2, 0, '\\x0000000000000000', 'x' FROM generate_series(1, 40000) n;
             INSERT INTO client_owners (doc, client, owner)
                 SELECT n % 2000 + 2, n, 'x' FROM generate_series(1, 20000) n;
             INSERT INTO snapshots (doc, hash, state_bytes, state_zstd)
                 SELECT n % 2000 + 2, sha256(n::text::bytea), 1, 'x' FROM generate_series(1, 4000) n;
             ANALYZE",
        )
        .await;
    store.close().await;
    // From now on the server tells how it did what this database asks for; no other database of the tests does that.
    let database = url.rsplit_once('/').expect("a database").1;
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "auto_explain.log_buffers = on",
        "auto_explain.log_timing = off",
    ] {
        let sql = format!("ALTER DATABASE {database} SET {setting}");
        postgres.execute("postgres", &sql).await;
    }
    let store = open(&url).await;
    let mut cursor = changes(&store, doc, Cursor(0)).await.cursor;
    eventually("no transaction of other tests holds it back", async || {
        let answer = changes(&store, doc, cursor).await;
        cursor = answer.cursor;
        answer.rows.is_empty().then_some(())
    })
    .await;
    // Often enough that the plan is the one that is kept.
    for _ in 0..10 {
        let none = changes(&store, doc, cursor).await;
        assert!(none.rows.is_empty() && none.snapshots.is_empty() && none.owners.is_empty());
    }
    store.close().await;
    let log = postgres.log();
    let plan = log
        .rsplit("LOG:")
        .find(|entry| entry.contains("plan:") && entry.contains("pg_snapshot_xmax"))
        .expect("a plan in the log");
    println!("{plan}");
    for table in ["journal", "snapshots", "client_owners"] {
        let scan = plan
            .split_once(&format!("{table}_doc on {table}"))
            .unwrap_or_else(|| panic!("no index scan of {table}: {plan}"))
            .1;
        let pages = scan
            .split_once("Buffers: shared hit=")
            .and_then(|(_, rest)| rest.lines().next()?.trim().parse::<u32>().ok());
        assert!(
            pages.is_some_and(|pages| pages <= 3),
            "a descent of the index of {table} and nothing else: {plan}"
        );
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

/// And says what it takes, for ADR-0023.
#[tokio::test]
async fn the_search_index_takes_less_than_the_text() {
    let database = Database::new();
    let bytes = filled(&database, 300).await;
    let mut connection = PostgresProcess::shared()
        .connect(database.url().await)
        .await;
    let index: i64 = sqlx::query_scalar("SELECT pg_relation_size('search_texts_words')")
        .fetch_one(&mut connection)
        .await
        .expect("a size");
    let whole: i64 = sqlx::query_scalar("SELECT pg_total_relation_size('search_texts')")
        .fetch_one(&mut connection)
        .await
        .expect("a size");
    connection.close().await.expect("close");
    let share = |size: i64| size as f64 / bytes as f64;
    println!(
        "{bytes} bytes of text: {:.2} of index for each, {:.2} with text and words",
        share(index),
        share(whole)
    );
    assert!(share(index) < 1.0, "{index}");
}
