//! `consilium migrate-store` and backups between the two stores: everything arrives, whatever interrupts it, and no
//! community forks by accident.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_server::backup;
use consilium_server::moving::move_store;
use consilium_server::store::people::{
    Account, Email, NewAccount, NewPasswordLink, NewSession, PasswordHash, SecretHash, Session,
};
use consilium_server::store::portable::mark::MovedIn;
use consilium_server::store::portable::portal;
use consilium_server::store::portable::{
    Digest, Marks, MovedStore, PortableDocument, PortablePortal, PortableStore,
};
use consilium_server::store::portal_ids::{AccountId, SessionId};
use consilium_server::store::postgres::PortablePostgres;
use consilium_server::store::sqlite::PortableSqlite;
use consilium_server::store::{
    Append, Compaction, DocId, PostgresStore, Quarantined, SqliteStore, Store, StoreError,
    StoredDocument,
};
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};
use sqlx::Connection;
use tempfile::TempDir;

#[path = "migrate_store/backups.rs"]
mod backups;
#[path = "migrate_store/interrupted.rs"]
mod interrupted;

const NOW_MS: i64 = 1_790_000_000_000;

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a name")
}

fn sqlite_url(dir: &Path) -> String {
    format!("sqlite:{}", dir.display())
}

async fn open_postgres(url: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(&url.parse().expect("an address"), MovedStore::Refused).await
}

/// A document with everything that a document can have.
async fn fill_document(store: &dyn Store, text: &str, rows: usize) -> DocId {
    let created = store.load_or_create(&name(text), NOW_MS - 5).await;
    let doc = created.expect("create").record.id;
    let row = |n: usize| Append {
        doc,
        update: Bytes::from(format!("{text} {n}")),
        author: (!n.is_multiple_of(3)).then(|| UserId::new(format!("user {}\0", n % 3))),
        claims: vec![n as u64, u64::MAX - n as u64],
        at_ms: NOW_MS + n as i64,
    };
    let batch: Vec<Append> = (0..rows).map(row).collect();
    let ids = store.append(&batch).await.expect("append");
    if let Some(first) = ids.first() {
        let compaction = Compaction {
            doc,
            state: Bytes::from(vec![7; 10_000]),
            rows: vec![*first],
            snapshots: Vec::new(),
        };
        store.compact(&compaction).await.expect("compact");
    }
    store
        .set_title(doc, &format!("Ünlü {text}\0"), NOW_MS)
        .await
        .expect("set the title");
    doc
}

/// An account that is signed in, and one that has only a link.
async fn fill_people(store: &dyn Store) {
    store.portal_key().await.expect("a key");
    for (at, written) in ["Anna@example.org", "ben@example.org"].iter().enumerate() {
        let password = (at == 0).then(|| PasswordHash::new("a hash".to_owned()));
        let account = NewAccount {
            id: AccountId::new(),
            email: Email {
                written: (*written).to_owned(),
                folded: written.to_lowercase(),
            },
            name: "Ünlü".to_owned(),
            password: password.clone(),
            created_at_ms: NOW_MS,
        };
        let link = NewPasswordLink {
            account: account.id,
            secret: LINK,
            created_at_ms: NOW_MS,
            expires_at_ms: NOW_MS + 1_000,
        };
        let link = (at == 1).then_some(&link);
        store.create_account(&account, link).await.expect("create");
        if let Some(password) = password {
            let session = NewSession {
                session: Session {
                    id: SessionId::new(),
                    account: account.id,
                    created_at_ms: NOW_MS,
                    last_seen_at_ms: NOW_MS + 1,
                    expires_at_ms: NOW_MS + 1_000,
                    user_agent: "a browser".to_owned(),
                    address: "::1".to_owned(),
                },
                secret: SESSION,
            };
            let begun = store.begin_session(&session, &password).await;
            assert!(begun.expect("begin a session"));
        }
    }
}

const LINK: SecretHash = SecretHash([1; 32]);
const SESSION: SecretHash = SecretHash([2; 32]);

/// All that a store knows of people.
#[derive(Debug, PartialEq)]
struct People {
    key: [u8; 32],
    accounts: Vec<Account>,
    session: Option<(Account, Session)>,
    link_of: Option<Account>,
}

async fn people(store: &dyn Store) -> People {
    let link = store.password_link(LINK, NOW_MS).await.expect("find");
    People {
        key: store.portal_key().await.expect("a key"),
        accounts: store.accounts(None).await.expect("list"),
        session: store.session(SESSION, NOW_MS).await.expect("find"),
        link_of: link.map(|link| link.account),
    }
}

async fn fill(store: &dyn Store, documents: usize) {
    fill_people(store).await;
    for n in 0..documents {
        fill_document(store, &format!("document {n:04}"), 5 + n % 7).await;
    }
    // More than goes into one statement of the move.
    let large = fill_document(store, "large", 3).await;
    for n in 0..3_u8 {
        let batch = [Append {
            doc: large,
            update: Bytes::from(vec![n; 5 * 1024 * 1024]),
            author: None,
            claims: Vec::new(),
            at_ms: NOW_MS,
        }];
        store.append(&batch).await.expect("append");
    }
    let odd = fill_document(store, "a/b ü", 2).await;
    let entries = [Some("ann"), None].map(|author| Quarantined {
        doc: odd,
        author: author.map(UserId::new),
        reason: "recused\0".to_owned(),
        update: Bytes::from_static(b"refused"),
        at_ms: NOW_MS,
    });
    store.quarantine(&entries).await.expect("quarantine");
    store
        .set_deleted(&name("a/b ü"), Some(NOW_MS + 1))
        .await
        .expect("delete");
    let empty = store.load_or_create(&name("empty"), NOW_MS).await;
    empty.expect("create");
}

async fn filled_directory(documents: usize) -> TempDir {
    let directory = TempDir::new().expect("a directory");
    let store = SqliteStore::open(directory.path()).await.expect("open");
    fill(&store, documents).await;
    store.close().await;
    directory
}

fn migrate(from: &str, to: &str) -> Command {
    let mut command = Command::new(binary());
    command
        .args(["migrate-store", from, to])
        .stdin(Stdio::null());
    command
}

fn run(from: &str, to: &str) -> Output {
    migrate(from, to).output().expect("run the binary")
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The two digests that a move prints, which must be one.
fn digest_in(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{complaint}");
    let digests: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, _)| digest)
        .collect();
    assert_eq!(digests.len(), 2, "{text}");
    assert_eq!(digests[0], digests[1], "{text}");
    assert_eq!(digests[0].len(), 64, "{text}");
    digests[0].to_owned()
}

/// Every document of a store, without what only means something inside it.
async fn contents(store: &dyn Store) -> Vec<StoredDocument> {
    use consilium_server::store::{Cursor, DocumentFilter, RowId, Shelf};
    let mut found = Vec::new();
    for shelf in [Shelf::Live, Shelf::Bin] {
        let filter = DocumentFilter {
            shelf,
            ..DocumentFilter::default()
        };
        for record in store.documents(&filter).await.expect("list") {
            let loaded = store.load(&record.name).await.expect("load");
            let mut document = loaded.expect("it exists");
            document.record.id = DocId(0);
            document.cursor = Cursor(0);
            for row in &mut document.tail {
                row.id = RowId(0);
            }
            found.push(document);
        }
    }
    found.sort_by(|left, right| left.record.name.cmp(&right.record.name));
    found
}

async fn digests(store: &mut dyn PortableStore) -> Vec<Digest> {
    let names = store.names_after(None, 10_000).await.expect("list");
    let mut digests = Vec::new();
    for name in names {
        let document = store.read(&name).await.expect("read").expect("it exists");
        digests.push(Digest::of(&document));
    }
    digests
}

async fn may_be_served_sqlite(dir: &Path) -> bool {
    let store = SqliteStore::open(dir).await.expect("open");
    let marks = store.marks().await.expect("marks");
    store.close().await;
    marks.admit(MovedStore::Refused).is_ok()
}

fn uuid_of(number: u8) -> uuid::Uuid {
    uuid::Uuid::from_bytes([number; 16])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_community_moves_to_a_cluster_and_back_and_stays_what_it_was() {
    let postgres = PostgresProcess::shared();
    let source = filled_directory(12).await;
    let url = postgres.new_database().await;
    let store = SqliteStore::open(source.path()).await.expect("open");
    let (before, id) = (contents(&store).await, store.id());
    let people_before = people(&store).await;
    assert!(people_before.session.is_some() && people_before.link_of.is_some());
    store.close().await;

    let moved = run(&sqlite_url(source.path()), &url);
    let digest = digest_in(&moved);
    let store = open_postgres(&url).await.expect("serve the target");
    assert_eq!(contents(&store).await, before);
    assert_eq!(people(&store).await, people_before);
    assert_eq!(store.id(), id, "the store keeps its identity");
    assert_eq!(
        store.quarantined(&name("a/b ü")).await.expect("list").len(),
        2
    );
    let again = fill_document(&store, "new", 3).await;
    assert!(again.0 > 0, "life goes on");
    let after = contents(&store).await;
    store.close().await;

    // And back, into another directory.
    let back = TempDir::new().expect("a directory");
    let returned = digest_in(&run(&url, &sqlite_url(back.path())));
    assert_ne!(returned, digest, "something was written in between");
    let store = SqliteStore::open(back.path()).await.expect("open");
    assert_eq!(contents(&store).await, after);
    assert_eq!(people(&store).await, people_before);
    assert_eq!(store.id(), id);
    let row = Append {
        doc: store
            .load(&name("new"))
            .await
            .expect("load")
            .expect("it exists")
            .record
            .id,
        update: Bytes::from_static(b"more"),
        author: None,
        claims: Vec::new(),
        at_ms: NOW_MS,
    };
    store.append(&[row]).await.expect("append");
    store.close().await;

    // Both that were left are served no more, and say where the documents are.
    let refused = open_postgres(&url).await.expect_err("moved");
    assert!(
        refused.to_string().contains(&sqlite_url(back.path())),
        "{refused}"
    );
    let refused = Command::new(binary())
        .args([
            "serve",
            "--insecure-open",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
        ])
        .arg(source.path())
        .output()
        .expect("run the binary");
    let text = complaint(&refused);
    assert!(
        text.contains("were moved to postgres://127.0.0.1") && text.contains("--serve-moved-store"),
        "{text}"
    );
    // Unless the operator says so.
    let server = ServerProcess::start(
        ServerOptions::open()
            .in_dir(source.path())
            .arg("--serve-moved-store"),
    );
    assert_eq!(server.readiness().await, 200);
    drop(server);

    // What was left is still what it was.
    let mut left = PortableSqlite::source(source.path()).await.expect("open");
    assert_eq!(left.marks().await.expect("marks").store_id, Some(id));
    drop(left);
    let done = run(&sqlite_url(source.path()), &url);
    assert!(complaint(&done).contains("moved to sqlite:"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_is_killed_in_the_middle_goes_on_where_it_was() {
    const DOCUMENTS: usize = 150;
    let postgres = PostgresProcess::shared();
    let source = filled_directory(DOCUMENTS).await;
    let url = postgres.new_database().await;
    let mut observer = postgres.connect(&url).await;
    let mut arrived = 0_i64;
    for kill in 0..3 {
        let mut child = migrate(&sqlite_url(source.path()), &url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start the move");
        arrived = eventually("some more documents have come", async || {
            let count = sqlx::query_scalar("SELECT count(*) FROM documents")
                .fetch_one(&mut observer)
                .await
                .unwrap_or(0);
            (count > arrived + 10).then_some(count)
        })
        .await;
        child.kill().expect("kill -9");
        let status = child.wait().expect("reap it");
        assert!(!status.success(), "it was not killed in the middle");
        println!("kill {kill}: {arrived} documents had come");
        // Neither half a community nor one that goes on growing is served.
        let half = open_postgres(&url).await;
        let half = eventually("the killed process has let go", async || match &half {
            Err(StoreError::Busy(_)) => match open_postgres(&url).await {
                Err(StoreError::Busy(_)) => None,
                other => Some(other),
            },
            _ => Some(open_postgres(&url).await),
        })
        .await;
        let refused = half.expect_err("it is half filled");
        assert!(
            refused.to_string().contains("still being filled"),
            "{refused}"
        );
    }
    let moved = run(&sqlite_url(source.path()), &url);
    digest_in(&moved);
    let text = String::from_utf8_lossy(&moved.stdout).into_owned();
    let passed_over: usize = text
        .split_once("moved, ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
        .expect("how many came earlier");
    assert!(passed_over >= 30, "{text}");
    let source = SqliteStore::open(source.path()).await.expect("open");
    let target = open_postgres(&url).await.expect("serve it");
    assert_eq!(contents(&source).await, contents(&target).await);
    source.close().await;
    target.close().await;
}

/// A table that nobody moves would be left behind without a word.
#[tokio::test]
async fn every_table_of_both_stores_is_known_to_the_move() {
    // What moves, and what means something inside one store only.
    let mut moved = vec![
        "client_owners",
        "contributions",
        "documents",
        "journal",
        "meta",
        "quarantine",
        "snapshots",
        "version_states",
        "versions",
    ];
    moved.extend(portal::tables());
    let own = [
        "_sqlx_migrations",
        "access_epoch",
        // Who is connected to which node: they connect anew.
        "meeting_links",
        "meeting_nodes",
        // Whose turn it is to merge: nobody's, while nobody serves.
        "merge_turns",
        "probes",
        "run",
        // Derived from the documents, and read again where they arrive.
        "search_texts",
        "search_words",
        "search_words_config",
        "search_words_data",
        "search_words_docsize",
        "search_words_idx",
        "sqlite_sequence",
    ];
    let check = |tables: Vec<String>, store: &str| {
        let unknown: Vec<&String> = tables
            .iter()
            .filter(|table| !own.contains(&table.as_str()) && !moved.contains(&table.as_str()))
            .collect();
        assert!(
            unknown.is_empty(),
            "{store} has tables that a move leaves behind: {unknown:?}; see store/portable.rs"
        );
        for table in &moved {
            assert!(
                tables.iter().any(|found| found == table),
                "{store}: {table}"
            );
        }
    };
    let directory = filled_directory(0).await;
    let database = directory.path().join("consilium.db");
    let mut sqlite = sqlx::SqliteConnection::connect(&format!("sqlite:{}", database.display()))
        .await
        .expect("open the file");
    let tables = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut sqlite)
        .await
        .expect("list tables");
    check(tables, "SQLite");
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    open_postgres(&url).await.expect("open").close().await;
    let mut observer = postgres.connect(&url).await;
    let tables =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&mut observer)
            .await
            .expect("list tables");
    check(tables, "PostgreSQL");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moves_that_would_mix_or_fork_communities_are_refused() {
    let postgres = PostgresProcess::shared();
    let (one, two) = (filled_directory(1).await, filled_directory(1).await);
    let (from, url) = (sqlite_url(one.path()), postgres.new_database().await);

    // Served sources and targets.
    let serving = SqliteStore::open(one.path()).await.expect("open");
    assert!(complaint(&run(&from, &url)).contains("in use by another process"));
    serving.close().await;
    let other = postgres.new_database().await;
    let node = open_postgres(&other).await.expect("open");
    assert!(complaint(&run(&from, &other)).contains("stop them all"));
    assert!(
        complaint(&run(&other, &sqlite_url(&one.path().join("new")))).contains("stop them all")
    );
    fill_document(&node, "somebody's", 1).await;
    node.close().await;
    assert!(
        eventually("the node has let go", async || {
            let text = complaint(&run(&from, &other));
            (!text.contains("stop them all")).then_some(text)
        })
        .await
        .contains("the target holds documents already")
    );
    assert!(complaint(&run(&from, &sqlite_url(two.path()))).contains("holds documents already"));

    // Nothing, nonsense, and itself.
    let nothing = postgres.new_database().await;
    assert!(
        complaint(&run(&nothing, &sqlite_url(&one.path().join("new")))).contains("holds no store")
    );
    assert!(complaint(&run("sqlite:/nowhere", &url)).contains("holds no store"));
    assert!(complaint(&run(&from, &from)).contains("the same store"));
    let text = complaint(&run("mysql://anna:hunter2@h/d", &url));
    assert!(
        text.contains("postgres://USER") && !text.contains("hunter2"),
        "{text}"
    );

    // While it runs, no node gets in; and the other community does not get in either.
    let mut target = PortablePostgres::target(&url.parse().expect("an address"))
        .await
        .expect("open");
    let refused = open_postgres(&url).await.expect_err("a move is under way");
    assert!(
        matches!(&refused, StoreError::Busy(text) if text.contains("migrate-store")),
        "{refused}"
    );
    let mut begun = target.marks().await.expect("marks");
    begun.moved_in = Some(MovedIn {
        move_id: uuid_of(7),
        from: uuid_of(8),
        digest: None,
    });
    target.set_marks(&begun).await.expect("mark");
    drop(target);
    let text = eventually("the database is let go", async || {
        let text = complaint(&run(&from, &url));
        (!text.contains("stop them all")).then_some(text)
    })
    .await;
    assert!(text.contains("being filled from another store"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_postgresql_serves_and_doctor_looks_at_it() {
    let postgres = PostgresProcess::start();
    let url = postgres.new_database().await;
    let doctor = |url: &str| {
        let output = Command::new(binary())
            .args(["doctor", "--listen", "127.0.0.1:0", "--database-url", url])
            .env("CONSILIUM_JWT_SECRET", "0123456789abcdef0123456789abcdef")
            .output()
            .expect("run the binary");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let healthy = doctor(&url);
    assert!(healthy.contains("no store yet"), "{healthy}");
    let mut observer = postgres.connect(&url).await;
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            .fetch_one(&mut observer)
            .await
            .expect("count tables");
    assert_eq!(tables, 0, "the doctor makes nothing");

    let server = ServerProcess::start(ServerOptions::open().arg("--database-url").arg(&url));
    assert_eq!(server.readiness().await, 200);
    let stored = reqwest::Client::new()
        .post(server.url("/api/v1/docs/a/update"))
        .body(vec![0, 0])
        .send()
        .await
        .expect("send an update");
    assert_eq!(stored.status(), 204);
    let running = doctor(&url);
    for line in [
        "written durably",
        "a commit waits for the disk",
        "configuration: complete",
    ] {
        assert!(running.contains(line), "{running}");
    }
    drop(server);
    let store = open_postgres(&url).await.expect("open");
    assert!(store.load(&name("a")).await.expect("load").is_some());
    store.close().await;

    let nowhere = doctor("postgres://anna:hunter2@127.0.0.1:9/c");
    assert!(
        nowhere.contains("FAIL")
            && nowhere.contains("postgres://127.0.0.1:9/c")
            && !nowhere.contains("hunter2"),
        "{nowhere}"
    );
}
