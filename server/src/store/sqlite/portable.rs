//! An embedded store, document by document: for a move, with the directory to oneself, or as the file of a backup.

use std::path::Path;

use async_trait::async_trait;
use consilium_protocol::ids::{DocName, UserId};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{Connection, SqliteExecutor};

use super::MIGRATIONS;
use super::classify::{Classify, classify};
use super::documents::record_of;
use super::files::{DATABASE_FILE, DataDir, DirLock};
use super::load::{owners, raw_row, raw_snapshot};
use super::options::connect_options;
use super::{position, quarantine};
use crate::store::filter::fold;
use crate::store::history::moving;
use crate::store::portable::mark::{MOVED_IN, MOVED_OUT, PORTAL_KEY, STORE_ID};
use crate::store::portable::portal;
use crate::store::portable::{
    Marks, PortableDocument, PortablePortal, PortableQuarantined, PortableRow, PortableStore,
};
use crate::store::raw::{PackedSnapshot, aside, check_snapshot, pack_snapshot, portable_row};
use crate::store::record::{DocId, RowId};
use crate::store::{Corruption, StoreError, checksum};

/// An embedded store, document by document.
#[derive(Debug)]
pub struct PortableSqlite {
    connection: SqliteConnection,
    /// Held as long as the store is; a single file has none.
    _lock: Option<DirLock>,
}

impl PortableSqlite {
    /// The store in a data directory, which nobody serves meanwhile.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while a process serves it; [`StoreError::Rejected`] when there is no store or a newer
    /// version wrote it; else the storage-wide kinds.
    ///
    /// Cancel safety: the directory is let go.
    pub async fn source(data_dir: &Path) -> Result<Self, StoreError> {
        if !data_dir.join(DATABASE_FILE).is_file() {
            return Err(StoreError::Rejected(
                format!("{} holds no store", data_dir.display()).into(),
            ));
        }
        Self::target(data_dir).await
    }

    /// A data directory for a store to come, which nobody serves meanwhile.
    ///
    /// # Errors
    /// As [`PortableSqlite::source`].
    ///
    /// Cancel safety: the directory is let go.
    pub async fn target(data_dir: &Path) -> Result<Self, StoreError> {
        let dir = DataDir::create(data_dir)?;
        let lock = dir.lock()?;
        Self::open(connect_options(&dir.database()), Some(lock)).await
    }

    /// A store in a new file, which the caller makes durable and moves into place.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the path is taken, else the storage-wide kinds.
    ///
    /// Cancel safety: the file is unfinished.
    pub async fn file(path: &Path) -> Result<Self, StoreError> {
        if path.exists() {
            return Err(StoreError::Exists(path.to_owned()));
        }
        // Not WAL: one file is what gets moved.
        let options = connect_options(path).journal_mode(SqliteJournalMode::Delete);
        Self::open(options, None).await
    }

    async fn open(
        options: SqliteConnectOptions,
        lock: Option<DirLock>,
    ) -> Result<Self, StoreError> {
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .classify("open the database")?;
        MIGRATIONS
            .run_direct(None, &mut connection, false)
            .await
            .map_err(|error| match error {
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                    classify(&error, "migrate the database")
                }
                other => StoreError::Rejected(format!("migrate the database: {other}").into()),
            })?;
        Ok(Self {
            connection,
            _lock: lock,
        })
    }

    /// Closes the database, so that everything is in its file.
    ///
    /// # Errors
    /// The storage-wide kinds.
    ///
    /// Cancel safety: the database is closed a little later.
    pub async fn close(self) -> Result<(), StoreError> {
        self.connection.close().await.classify("close the database")
    }
}

/// What the store says of itself.
pub(crate) async fn read_marks(connection: impl SqliteExecutor<'_>) -> Result<Marks, StoreError> {
    let entries: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT key, value FROM meta WHERE key IN (?1, ?2, ?3, ?4)")
            .bind(STORE_ID)
            .bind(MOVED_OUT)
            .bind(MOVED_IN)
            .bind(PORTAL_KEY)
            .fetch_all(connection)
            .await
            .classify("read marks")?;
    Marks::read(entries)
}

#[async_trait]
impl PortableStore for PortableSqlite {
    async fn count(&mut self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM documents")
            .fetch_one(&mut self.connection)
            .await
            .classify("count documents")?;
        Ok(count.unsigned_abs())
    }

    async fn names_after(
        &mut self,
        after: Option<&DocName>,
        count: u32,
    ) -> Result<Vec<DocName>, StoreError> {
        let names: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, name FROM documents WHERE name > ?1 ORDER BY name LIMIT ?2")
                .bind(after.map_or("", DocName::as_str))
                .bind(count)
                .fetch_all(&mut self.connection)
                .await
                .classify("list documents")?;
        names
            .into_iter()
            .map(|(id, name)| {
                let doc = DocId(id);
                DocName::parse(&name).map_err(|_| StoreError::Corrupt(Corruption::Record { doc }))
            })
            .collect()
    }

    async fn read(&mut self, name: &DocName) -> Result<Option<PortableDocument>, StoreError> {
        let connection = &mut self.connection;
        let found = sqlx::query("SELECT * FROM documents WHERE name = ?1")
            .bind(name.as_str())
            .fetch_optional(&mut *connection)
            .await
            .classify("read a record")?;
        let Some(found) = found else { return Ok(None) };
        let record = record_of(&found)?;
        let snapshots = sqlx::query(
            "SELECT hash, state_bytes, state_zstd FROM snapshots WHERE doc = ?1 ORDER BY id",
        )
        .bind(record.id.0)
        .try_map(raw_snapshot)
        .fetch_all(&mut *connection)
        .await
        .classify("read snapshots")?;
        let rows = sqlx::query(
            "SELECT id, at_ms, author, checksum, update_v1 FROM journal WHERE doc = ?1 ORDER BY id",
        )
        .bind(record.id.0)
        .try_map(raw_row)
        .fetch_all(&mut *connection)
        .await
        .classify("read journal rows")?;
        let owners = owners(&mut *connection, record.id).await?;
        let quarantine = quarantine::list(&mut *connection, name).await?;
        let past = moving::read(connection, record.id.0)
            .await
            .classify("read a document's past")?;
        let document = aside("check a document", move || {
            let (doc, name) = (record.id, record.name);
            Ok(PortableDocument {
                lineage: record.lineage,
                title: record.title,
                created_at_ms: record.created_at_ms,
                updated_at_ms: record.updated_at_ms,
                deleted_at_ms: record.deleted_at_ms,
                snapshots: snapshots
                    .into_iter()
                    .map(|snapshot| check_snapshot(&name, snapshot).map(|found| found.state))
                    .collect::<Result<_, _>>()?,
                rows: rows
                    .into_iter()
                    .map(|row| portable_row(doc, &name, row))
                    .collect::<Result<_, _>>()?,
                owners: owners.into_iter().collect(),
                quarantine: quarantine
                    .into_iter()
                    .map(PortableQuarantined::from)
                    .collect(),
                past,
                name,
            })
        })
        .await?;
        Ok(Some(document))
    }

    async fn write(&mut self, document: &PortableDocument) -> Result<(), StoreError> {
        let mut packed = Vec::with_capacity(document.snapshots.len());
        for state in &document.snapshots {
            let state = state.clone();
            let pack = move || pack_snapshot(DocId(0), &state);
            packed.push(aside("compress a snapshot", pack).await?);
        }
        let mut tx = self
            .connection
            .begin_with("BEGIN IMMEDIATE")
            .await
            .classify("begin to write a document")?;
        write(&mut tx, document, packed).await?;
        tx.commit().await.classify("commit a document")
    }

    async fn portal(&mut self) -> Result<PortablePortal, StoreError> {
        portal::read(&mut self.connection)
            .await
            .classify("read the portal")
    }

    async fn write_portal(&mut self, written: &PortablePortal) -> Result<(), StoreError> {
        let action = "write the portal";
        let mut tx = self
            .connection
            .begin_with("BEGIN IMMEDIATE")
            .await
            .classify(action)?;
        portal::write(&mut *tx, written).await.classify(action)?;
        tx.commit().await.classify(action)
    }

    async fn marks(&mut self) -> Result<Marks, StoreError> {
        read_marks(&mut self.connection).await
    }

    async fn set_marks(&mut self, marks: &Marks) -> Result<(), StoreError> {
        let action = "write marks";
        let mut tx = self
            .connection
            .begin_with("BEGIN IMMEDIATE")
            .await
            .classify(action)?;
        for (key, value) in marks.entries()? {
            sqlx::query("DELETE FROM meta WHERE key = ?1")
                .bind(key)
                .execute(&mut *tx)
                .await
                .classify(action)?;
            if let Some(value) = value {
                sqlx::query("INSERT INTO meta (key, value) VALUES (?1, ?2)")
                    .bind(key)
                    .bind(value)
                    .execute(&mut *tx)
                    .await
                    .classify(action)?;
            }
        }
        tx.commit().await.classify(action)
    }
}

async fn write(
    connection: &mut SqliteConnection,
    document: &PortableDocument,
    snapshots: Vec<PackedSnapshot>,
) -> Result<(), StoreError> {
    let doc: i64 = sqlx::query_scalar(
        "INSERT INTO documents (name, lineage, title, title_folded, created_at_ms, updated_at_ms, deleted_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
    )
    .bind(document.name.as_str())
    .bind(document.lineage.as_bytes().as_slice())
    .bind(&document.title)
    .bind(fold(&document.title))
    .bind(document.created_at_ms)
    .bind(document.updated_at_ms)
    .bind(document.deleted_at_ms)
    .fetch_one(&mut *connection)
    .await
    .classify("write a record")?;
    for snapshot in snapshots {
        let position = position::take_for_snapshot(&mut *connection).await?;
        sqlx::query(
            "INSERT INTO snapshots (id, doc, hash, state_bytes, state_zstd) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(position)
        .bind(doc)
        .bind(snapshot.hash.0.as_slice())
        .bind(snapshot.state_bytes)
        .bind(snapshot.state_zstd)
        .execute(&mut *connection)
        .await
        .classify("write a snapshot")?;
    }
    let mut row_id = RowId(position::last(&mut *connection).await?);
    for row in &document.rows {
        row_id.0 += 1;
        write_row(&mut *connection, DocId(doc), row_id, row).await?;
    }
    for (client, owner) in &document.owners {
        sqlx::query("INSERT INTO client_owners (doc, client, user) VALUES (?1, ?2, ?3)")
            .bind(doc)
            .bind(client.cast_signed())
            .bind(owner.as_str())
            .execute(&mut *connection)
            .await
            .classify("write owners")?;
    }
    for entry in &document.quarantine {
        sqlx::query(
            "INSERT INTO quarantine (doc, author, at_ms, reason, hash, update_v1) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(doc)
        .bind(entry.author.as_ref().map_or("", UserId::as_str))
        .bind(entry.at_ms)
        .bind(&entry.reason)
        .bind(blake3::hash(&entry.update).as_bytes().as_slice())
        .bind(&*entry.update)
        .execute(&mut *connection)
        .await
        .classify("write the quarantine")?;
    }
    moving::write(connection, doc, &document.past)
        .await
        .classify("write a document's past")
}

async fn write_row(
    connection: &mut SqliteConnection,
    doc: DocId,
    id: RowId,
    row: &PortableRow,
) -> Result<(), StoreError> {
    let author = row.author.as_ref().map(UserId::as_str);
    let checksum = checksum::journal_row(doc, id, row.at_ms, author, &row.update);
    sqlx::query(
        "INSERT INTO journal (id, doc, at_ms, author, checksum, update_v1) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(id.0)
    .bind(doc.0)
    .bind(row.at_ms)
    .bind(author)
    .bind(checksum.as_slice())
    .bind(&*row.update)
    .execute(connection)
    .await
    .classify("write journal rows")
    .map(|_| ())
}
