//! The contract suite over SQLite, and what is SQLite's own: damage, a full disk, a second server.

mod communities;
mod search;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

use super::*;
use crate::store::Corruption;
use crate::store::contract::StoreFactory;

struct InTempDir(TempDir);

impl InTempDir {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }
}

#[async_trait]
impl StoreFactory for InTempDir {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(
            SqliteStore::open(self.0.path())
                .await
                .expect("open the store"),
        )
    }
}

crate::store_contract!(InTempDir::new());
crate::people_contract!(InTempDir::new());
crate::history_contract!(InTempDir::new());
crate::discussion_contract!(InTempDir::new());
crate::search_contract!(InTempDir::new());

const NOW_MS: i64 = 1_790_000_000_000;

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

async fn create(store: &SqliteStore, text: &str) -> DocId {
    store
        .load_or_create(&name(text), NOW_MS)
        .await
        .expect("create")
        .record
        .id
}

async fn rows(store: &SqliteStore, text: &str) -> Vec<RowId> {
    let document = store
        .load(&name(text))
        .await
        .expect("load")
        .expect("the document exists");
    document.tail.iter().map(|row| row.id).collect()
}

/// Changes the database behind the store's back.
async fn damage(dir: &Path, sql: &'static str) {
    let mut connection = connect_options(&dir.join(files::DATABASE_FILE))
        .connect()
        .await
        .expect("connect");
    let done = sqlx::query(sql)
        .execute(&mut connection)
        .await
        .expect("damage");
    assert!(done.rows_affected() > 0, "the test must damage something");
    connection.close().await.expect("close");
}

#[tokio::test]
async fn a_damaged_row_is_named_and_other_documents_open() {
    let dir = TempDir::new().expect("dir");
    let store = SqliteStore::open(dir.path()).await.expect("open");
    let (a, b) = (create(&store, "a").await, create(&store, "b").await);
    let ids = store
        .append(&[append(a, "first"), append(a, "second"), append(b, "third")])
        .await
        .expect("append");
    for sql in [
        "UPDATE journal SET update_v1 = x'7365636f6e65' WHERE id = 2",
        "UPDATE journal SET update_v1 = CAST('second' AS BLOB), at_ms = at_ms + 1 WHERE id = 2",
        "UPDATE journal SET at_ms = at_ms - 1, author = '' WHERE id = 2",
    ] {
        damage(dir.path(), sql).await;
        let error = store.load(&name("a")).await.expect_err("damaged");
        let expected = Corruption::JournalRow {
            doc: name("a"),
            row: ids[1],
        };
        assert!(
            matches!(&error, StoreError::Corrupt(found) if *found == expected),
            "{error}"
        );
        assert!(!error.is_storage_wide());
        assert_eq!(rows(&store, "b").await, [ids[2]]);
    }
    damage(dir.path(), "UPDATE journal SET author = NULL WHERE id = 2").await;
    assert_eq!(rows(&store, "a").await.len(), 2, "mended, it opens again");
    store.append(&[append(b, "on")]).await.expect("append");
}

#[tokio::test]
async fn a_damaged_snapshot_is_named() {
    let dir = TempDir::new().expect("dir");
    let store = SqliteStore::open(dir.path()).await.expect("open");
    let doc = create(&store, "a").await;
    let state = Bytes::from("state ".repeat(100));
    let compaction = Compaction {
        doc,
        state,
        rows: vec![],
        snapshots: vec![],
    };
    let hash = store.compact(&compaction).await.expect("compact");
    for sql in [
        "UPDATE snapshots SET state_bytes = state_bytes - 1",
        "UPDATE snapshots SET state_bytes = 1 << 60",
        "UPDATE snapshots SET state_bytes = 600, state_zstd = zeroblob(40)",
    ] {
        damage(dir.path(), sql).await;
        let error = store.load(&name("a")).await.expect_err("damaged");
        let expected = Corruption::Snapshot {
            doc: name("a"),
            hash,
        };
        assert!(
            matches!(&error, StoreError::Corrupt(found) if *found == expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_second_server_is_kept_out_until_the_first_is_gone() {
    let dir = TempDir::new().expect("dir");
    let first = SqliteStore::open(dir.path()).await.expect("open");
    let error = SqliteStore::open(dir.path()).await.expect_err("in use");
    assert!(matches!(error, StoreError::InUse(_)), "{error}");
    let id = first.id();
    first.close().await;
    let second = SqliteStore::open(dir.path())
        .await
        .expect("open after it closed");
    assert_eq!(second.id(), id);
    drop(second);
    SqliteStore::open(dir.path())
        .await
        .expect("open after it was dropped");
}

#[tokio::test]
async fn data_of_a_newer_version_is_refused() {
    let dir = TempDir::new().expect("dir");
    SqliteStore::open(dir.path())
        .await
        .expect("open")
        .close()
        .await;
    damage(
        dir.path(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .await;
    let error = SqliteStore::open(dir.path()).await.expect_err("newer");
    assert!(matches!(error, StoreError::Rejected(_)), "{error}");
}

#[tokio::test]
async fn an_append_that_is_given_up_is_whole_or_absent_and_the_store_works_on() {
    let dir = TempDir::new().expect("dir");
    let store = SqliteStore::open(dir.path()).await.expect("open");
    let doc = create(&store, "a").await;
    let batch: Vec<Append> = (0..50).map(|n| append(doc, format!("{n}"))).collect();
    let mut given_up = 0;
    for patience in 0..200 {
        let impatience = async {
            for _ in 0..patience {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = impatience => given_up += 1,
            done = store.append(&batch) => { done.expect("append"); }
        }
        assert_eq!(
            rows(&store, "a").await.len() % batch.len(),
            0,
            "patience {patience}"
        );
    }
    assert!(given_up > 0);
    // A commit that was given up may still be under way; the next one comes after it.
    store.append(&batch).await.expect("append");
    let settled = rows(&store, "a").await.len();
    assert_eq!(settled % batch.len(), 0);
    store.append(&batch).await.expect("append");
    assert_eq!(rows(&store, "a").await.len(), settled + batch.len());
}

/// Writes until storage is full, checks that nothing was promised that is not there, makes room, goes on with the
/// same store, and checks again after a restart.
async fn fill_and_recover(
    dir: &Path,
    store: SqliteStore,
    make_room: impl AsyncFnOnce(&SqliteStore),
) {
    const ROW: usize = 8 * 1024;
    let doc = create(&store, "a").await;
    let mut acknowledged = Vec::new();
    let error = loop {
        assert!(acknowledged.len() < 10_000, "it must fill up");
        match store
            .append(&[append(doc, vec![1; ROW]), append(doc, vec![2; ROW])])
            .await
        {
            Ok(ids) => acknowledged.extend(ids),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    assert!(!acknowledged.is_empty());
    assert_eq!(
        rows(&store, "a").await,
        acknowledged,
        "all that was acknowledged, nothing that was not"
    );
    for _ in 0..3 {
        let error = store.probe().await.expect_err("still full");
        assert!(matches!(error, StoreError::Full(_)), "{error}");
        let error = store
            .append(&[append(doc, vec![3; 100 * ROW])])
            .await
            .expect_err("still full");
        assert!(matches!(error, StoreError::Full(_)), "{error}");
    }
    make_room(&store).await;
    store.probe().await.expect("there is room");
    for _ in 0..10 {
        acknowledged.extend(
            store
                .append(&[append(doc, vec![4; ROW])])
                .await
                .expect("append again"),
        );
    }
    assert_eq!(rows(&store, "a").await, acknowledged);
    store.close().await;
    drop(store);
    let store = SqliteStore::open(dir).await.expect("open");
    assert_eq!(rows(&store, "a").await, acknowledged);
    store.close().await;
}

#[tokio::test]
async fn a_full_database_acknowledges_nothing_and_works_again_when_its_bound_is_raised() {
    let dir = TempDir::new().expect("dir");
    let store = SqliteStore::open(dir.path()).await.expect("open");
    store.limit_bytes(Some(1024 * 1024)).await.expect("bound");
    fill_and_recover(dir.path(), store, async |store: &SqliteStore| {
        store.limit_bytes(None).await.expect("lift the bound");
    })
    .await;
}

/// A disk of a few megabytes, unmounted when dropped. Only root can have one.
struct SmallDisk {
    at: TempDir,
}

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let at = TempDir::new().expect("dir");
        let options = format!("size={size}");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(at.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self { at })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because the threads of connections may not have closed their files yet.
        let _ = std::process::Command::new("umount")
            .arg("--lazy")
            .arg(self.at.path())
            .status();
    }
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_works_again_when_there_is_room() {
    if let Some(disk) = SmallDisk::mount("6m") {
        let dir = disk.at.path().join("data");
        let ballast = disk.at.path().join("ballast");
        std::fs::write(&ballast, vec![0; 3 * 1024 * 1024]).expect("take half of the disk");
        let store = SqliteStore::open(&dir).await.expect("open");
        fill_and_recover(&dir, store, async |_: &SqliteStore| {
            std::fs::remove_file(&ballast).expect("make room");
        })
        .await;
    } else {
        // Without the right to mount a disk, a database that may not grow and then may grow a little.
        let dir = TempDir::new().expect("dir");
        let store = SqliteStore::open(dir.path()).await.expect("open");
        store
            .limit_bytes(Some(3 * 1024 * 1024))
            .await
            .expect("bound");
        fill_and_recover(dir.path(), store, async |store: &SqliteStore| {
            store
                .limit_bytes(Some(6 * 1024 * 1024))
                .await
                .expect("raise the bound");
        })
        .await;
    }
}

#[tokio::test]
async fn an_operator_makes_accounts_beside_the_process_that_serves() {
    use crate::store::PeopleStore;
    use crate::store::people::{Creation, Email, NewAccount};
    use crate::store::portal_ids::AccountId;
    let directory = TempDir::new().expect("a temporary directory");
    let serving = SqliteStore::open(directory.path()).await.expect("open");
    let beside = SqliteStore::open_beside(directory.path())
        .await
        .expect("beside");
    assert_eq!(beside.id(), serving.id());
    let account = NewAccount {
        id: AccountId::new(),
        email: Email {
            written: "anna@example.org".to_owned(),
            folded: "anna@example.org".to_owned(),
        },
        name: "Anna".to_owned(),
        password: None,
        created_at_ms: NOW_MS,
    };
    let created = beside.create_account(&account, None).await.expect("create");
    assert_eq!(created, Creation::Created);
    let found = serving.account(account.id).await.expect("read");
    assert_eq!(found.expect("the account").name, "Anna");
    let doc = create(&serving, "a").await;
    serving.append(&[append(doc, "x")]).await.expect("append");
    beside.close().await;
    serving.append(&[append(doc, "y")]).await.expect("append");

    sqlx::query("INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, execution_time FROM _sqlx_migrations LIMIT 1")
        .execute(&serving.readers)
        .await
        .expect("as a newer version would");
    let refused = SqliteStore::open_beside(directory.path()).await;
    assert!(
        matches!(refused, Err(StoreError::Rejected(_))),
        "{refused:?}"
    );
}
