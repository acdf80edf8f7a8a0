//! Backups of a store at work, and what a restore refuses.

use std::sync::Arc;

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use super::*;
use crate::store::{Append, Compaction, DocId, RowId, SqliteStore, StoredDocument};

const NOW_MS: i64 = 1_790_000_000_000;

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a name")
}

fn append(doc: DocId, update: &str) -> Append {
    let author = Some(UserId::new("ann"));
    Append {
        doc,
        update: Bytes::copy_from_slice(update.as_bytes()),
        author,
        claims: vec![1],
        at_ms: NOW_MS,
    }
}

async fn load(store: &SqliteStore, text: &str) -> StoredDocument {
    store
        .load(&name(text))
        .await
        .expect("load")
        .expect("the document exists")
}

/// A store with a snapshot, a tail, an owner, a title and something in the bin.
async fn filled(dir: &Path) -> SqliteStore {
    let store = SqliteStore::open(dir).await.expect("open");
    let a = store
        .load_or_create(&name("a"), NOW_MS)
        .await
        .expect("create")
        .record
        .id;
    let b = store
        .load_or_create(&name("b"), NOW_MS)
        .await
        .expect("create")
        .record
        .id;
    let ids = store
        .append(&[append(a, "1"), append(a, "2"), append(b, "3")])
        .await
        .expect("append");
    let snapshot = Compaction {
        doc: a,
        state: Bytes::from_static(b"state"),
        rows: vec![ids[0]],
        snapshots: vec![],
    };
    store.compact(&snapshot).await.expect("compact");
    store
        .set_title(a, "Title", NOW_MS)
        .await
        .expect("set the title");
    store
        .set_deleted(&name("b"), Some(NOW_MS))
        .await
        .expect("delete");
    store
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .expect("list")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_restored_store_holds_everything_under_new_lineages() {
    let (from, to, shelf) = (
        TempDir::new().expect("dir"),
        TempDir::new().expect("dir"),
        TempDir::new().expect("dir"),
    );
    let store = filled(from.path()).await;
    let file = shelf.path().join("backup.db");
    backup(&store, &file).await.expect("back up");
    store
        .append(&[append(load(&store, "a").await.record.id, "later")])
        .await
        .expect("the store goes on");
    assert_eq!(files(shelf.path()), ["backup.db"], "nothing else is left");

    let target = to.path().join("new/data");
    let restored = restore(&file, &target, Damaged::Refuse)
        .await
        .expect("restore");
    assert_eq!(
        restored.verified,
        Verified {
            documents: 2,
            rows: 2,
            snapshots: 1
        }
    );
    assert_eq!(files(&target), ["consilium.db", "consilium.lock"]);
    let copy = SqliteStore::open(&target).await.expect("open the copy");
    assert_eq!(copy.id(), restored.store_id);
    assert_ne!(copy.id(), store.id());
    for text in ["a", "b"] {
        let (old, new) = (load(&store, text).await, load(&copy, text).await);
        assert_ne!(new.record.lineage, old.record.lineage, "D15");
        assert_eq!(new.record.title, old.record.title);
        assert_eq!(new.record.deleted_at_ms, old.record.deleted_at_ms);
        assert_eq!(new.owners, old.owners);
        assert_eq!(new.snapshots, old.snapshots);
        assert_eq!(new.tail, old.tail[..1], "as of the backup");
    }
    let a = load(&copy, "a").await.record;
    assert_ne!(a.lineage, load(&copy, "b").await.record.lineage);
    let ids = copy
        .append(&[append(a.id, "on")])
        .await
        .expect("the copy works");
    assert!(ids[0] > load(&copy, "b").await.tail[0].id, "ids go on");
    assert_eq!(
        restore(&file, &shelf.path().join("again"), Damaged::Refuse)
            .await
            .expect("restore again")
            .verified,
        restored.verified
    );
}

#[tokio::test]
async fn a_backup_is_taken_while_writes_go_on_and_holds_what_was_acknowledged_before() {
    let (from, shelf) = (TempDir::new().expect("dir"), TempDir::new().expect("dir"));
    let store = Arc::new(filled(from.path()).await);
    let doc = load(&store, "a").await.record.id;
    let writer = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for n in 0..200 {
                store
                    .append(&[append(doc, &format!("w{n}"))])
                    .await
                    .expect("append");
            }
        })
    };
    for round in 0..3 {
        let before = load(&store, "a").await.tail;
        let file = shelf.path().join(format!("{round}.db"));
        if round == 1 {
            backup_data_dir(from.path(), &file)
                .await
                .expect("back up from another connection");
        } else {
            backup(&*store, &file).await.expect("back up");
        }
        let target = shelf.path().join(format!("restored {round}"));
        restore(&file, &target, Damaged::Refuse)
            .await
            .expect("restore");
        let copy = SqliteStore::open(&target).await.expect("open");
        assert_eq!(load(&copy, "a").await.tail[..before.len()], before);
    }
    writer.await.expect("the writer was not disturbed");
}

#[tokio::test]
async fn an_existing_file_is_never_overwritten() {
    let (from, shelf) = (TempDir::new().expect("dir"), TempDir::new().expect("dir"));
    let store = filled(from.path()).await;
    let file = shelf.path().join("backup.db");
    std::fs::write(&file, "precious").expect("write");
    assert!(matches!(
        backup(&store, &file).await,
        Err(StoreError::Exists(_))
    ));
    assert!(matches!(
        backup_data_dir(from.path(), &file).await,
        Err(StoreError::Exists(_))
    ));
    assert_eq!(std::fs::read(&file).expect("read"), b"precious");

    let good = shelf.path().join("good.db");
    backup(&store, &good).await.expect("back up");
    assert!(
        matches!(
            restore(&good, from.path(), Damaged::Refuse).await,
            Err(StoreError::InUse(_))
        ),
        "a running server"
    );
    store.close().await;
    assert!(
        matches!(
            restore(&good, from.path(), Damaged::Refuse).await,
            Err(StoreError::Exists(_))
        ),
        "a stopped one"
    );
    let store = SqliteStore::open(from.path()).await.expect("open");
    assert_eq!(load(&store, "a").await.tail.len(), 1, "untouched");
}

#[tokio::test]
async fn a_damaged_or_foreign_backup_is_refused_and_nothing_is_left() {
    let (from, shelf) = (TempDir::new().expect("dir"), TempDir::new().expect("dir"));
    let store = filled(from.path()).await;
    let good = shelf.path().join("good.db");
    backup(&store, &good).await.expect("back up");
    let damaged = |sql: &'static str| {
        let file = shelf.path().join("damaged.db");
        std::fs::copy(&good, &file).expect("copy");
        async move {
            let options = SqliteConnectOptions::new().filename(&file);
            let mut connection = options.connect().await.expect("open");
            sqlx::raw_sql(sql)
                .execute(&mut connection)
                .await
                .expect("damage");
            connection.close().await.expect("close");
            file
        }
    };
    let target = shelf.path().join("target");
    let row = restore(
        &damaged("UPDATE journal SET update_v1 = x'00' WHERE id = 3").await,
        &target,
        Damaged::Refuse,
    )
    .await;
    assert!(
        matches!(&row, Err(StoreError::Corrupt(Corruption::JournalRow { doc, row })) if *doc == name("b") && row.0 == 3),
        "{row:?}"
    );
    let snapshot = restore(
        &damaged("UPDATE snapshots SET hash = zeroblob(32)").await,
        &target,
        Damaged::Refuse,
    )
    .await;
    assert!(
        matches!(
            snapshot,
            Err(StoreError::Corrupt(Corruption::Snapshot { .. }))
        ),
        "{snapshot:?}"
    );
    let orphan = restore(
        &damaged("PRAGMA foreign_keys=OFF; DELETE FROM documents").await,
        &target,
        Damaged::Refuse,
    )
    .await;
    assert!(
        matches!(
            orphan,
            Err(StoreError::Corrupt(Corruption::Database { .. }))
        ),
        "{orphan:?}"
    );
    let foreign = restore(
        &damaged("DROP TABLE quarantine; DROP TABLE journal").await,
        &target,
        Damaged::Refuse,
    )
    .await;
    assert!(
        matches!(foreign, Err(StoreError::Rejected(_))),
        "{foreign:?}"
    );

    let text = shelf.path().join("text.db");
    std::fs::write(
        &text,
        "not a database, and long enough to look like one at a glance".repeat(40),
    )
    .expect("write");
    let error = restore(&text, &target, Damaged::Refuse)
        .await
        .expect_err("refuse");
    assert!(
        matches!(error, StoreError::Corrupt(Corruption::Database { .. })),
        "{error}"
    );
    let missing = restore(&shelf.path().join("missing.db"), &target, Damaged::Refuse).await;
    assert!(
        matches!(missing, Err(StoreError::Unavailable(_))),
        "{missing:?}"
    );
    assert_eq!(files(&target), ["consilium.lock"]);
    restore(&good, &target, Damaged::Refuse)
        .await
        .expect("the good one still goes in");
}

#[tokio::test]
async fn what_is_damaged_is_named_when_the_backup_is_made_and_the_rest_can_be_restored() {
    let (dir, shelf) = (TempDir::new().expect("dir"), TempDir::new().expect("shelf"));
    let store = SqliteStore::open(dir.path()).await.expect("open");
    for name in ["good", "bad"] {
        let name = DocName::parse(name).expect("a name");
        let doc = store
            .load_or_create(&name, 0)
            .await
            .expect("create")
            .record
            .id;
        let append = |update: &'static str| Append {
            doc,
            update: update.into(),
            author: None,
            claims: Vec::new(),
            at_ms: 0,
        };
        store
            .append(&[append("first"), append("second")])
            .await
            .expect("append");
    }
    store.close().await;
    let mut database =
        SqliteConnection::connect_with(&connect_options(&dir.path().join(DATABASE_FILE)))
            .await
            .expect("open the database");
    sqlx::query("UPDATE journal SET update_v1 = x'00' WHERE id = 3")
        .execute(&mut database)
        .await
        .expect("damage");
    database.close().await.expect("close");

    let file = shelf.path().join("backup.db");
    let damage = backup_data_dir(dir.path(), &file).await.expect("back up");
    let bad = DocName::parse("bad").expect("a name");
    let expected = Corruption::JournalRow {
        doc: bad.clone(),
        row: RowId(3),
    };
    assert_eq!(damage, std::slice::from_ref(&expected));
    let mode = std::fs::metadata(&file)
        .expect("the backup")
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0, "nobody else may read it");

    let refused = restore(&file, &shelf.path().join("no"), Damaged::Refuse).await;
    assert!(
        matches!(&refused, Err(StoreError::Corrupt(found)) if *found == expected),
        "{refused:?}"
    );
    let target = shelf.path().join("data");
    let restored = restore(&file, &target, Damaged::LeaveOut)
        .await
        .expect("restore");
    assert_eq!(restored.left_out, [expected]);
    assert_eq!(
        (restored.verified.documents, restored.verified.rows),
        (2, 3)
    );
    let store = SqliteStore::open(&target).await.expect("open");
    let rest = store.load(&bad).await.expect("load").expect("it is there");
    assert_eq!(rest.tail.len(), 1);
}
