//! The embedded store: SQLite in WAL mode with `synchronous=FULL`, so a commit that returned survives power loss (D2).
//!
//! One connection writes, a few read; readers never wait for the writer, nor the writer for them. The data directory
//! is locked for the life of the process, because two servers over one directory would each keep their own idea of a
//! document. Layout, group commit and figures: `docs/adr/0003-sqlite-journal.md`.
//!
//! Reading order: [`files`], [`writer`], [`known`], then one file for each group of operations. This module does not know how
//! updates are batched (that is `journal`) nor when documents are compacted (that is `compaction`).

mod append;
mod beside;
mod changes;
mod classify;
mod compact;
mod copy;
mod documents;
pub mod files;
mod known;
mod load;
mod options;
mod portable;
mod position;
mod quarantine;
mod statements;
mod verify;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqlitePoolOptions;
use uuid::Uuid;

use self::files::{DataDir, DirLock};
use self::writer::Writer;
use super::limits::{SQLITE_ACQUIRE_TIMEOUT, SQLITE_READERS};
use super::migrations::{migrator, steps};
use super::portable::Marks;
use super::record::{
    Append, Changes, Compaction, Cursor, DocId, DocumentRecord, Quarantined, QuarantinedRow, RowId,
    SetAside, SnapshotHash, StoredDocument,
};
use super::{DocumentFilter, Store, StoreError};
use crate::bus::NodeId;

pub(crate) use self::classify::Classify;
pub(crate) use self::copy::vacuum_into;
pub(crate) use self::options::connect_options;
pub use self::portable::PortableSqlite;
pub(crate) use self::portable::read_marks;
pub use self::verify::{Verified, verify};

/// The schema, embedded in the binary and applied at start (D6).
pub(crate) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| migrator(steps!("sqlite")));

/// Documents in one SQLite file of a data directory.
#[derive(Debug)]
pub struct SqliteStore {
    dir: DataDir,
    id: Uuid,
    writer: Writer,
    readers: SqlitePool,
    lock: parking_lot::Mutex<Option<DirLock>>,
}

impl SqliteStore {
    /// Opens the store of a data directory, creating both when missing, and brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process serves the directory, [`StoreError::Rejected`] when a newer version
    /// wrote it, else the storage-wide kinds.
    ///
    /// Cancel safety: dropping the future closes what was opened; a half-made schema is rolled back.
    pub async fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let dir = DataDir::create(data_dir)?;
        let lock = Some(dir.lock()?);
        let migrations = Some(&*MIGRATIONS);
        Self::connected(dir, lock, migrations).await
    }

    /// Opens the connections; without `migrations` the schema is left as it is.
    async fn connected(
        dir: DataDir,
        lock: Option<DirLock>,
        migrations: Option<&Migrator>,
    ) -> Result<Self, StoreError> {
        let options = connect_options(&dir.database());
        let writer = Writer::open(options.clone()).await?;
        let id = writer.prepare(migrations).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(SQLITE_ACQUIRE_TIMEOUT)
            .connect_with(options.create_if_missing(false))
            .await
            .classify("open readers")?;
        Ok(Self {
            dir,
            id,
            writer,
            readers,
            lock: parking_lot::Mutex::new(lock),
        })
    }

    /// What the store says of having been moved.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when a mark cannot be understood, and the storage-wide kinds.
    ///
    /// Cancel safety: reads only.
    pub async fn marks(&self) -> Result<Marks, StoreError> {
        portable::read_marks(&self.readers).await
    }

    /// Bounds the database file, or lifts the bound: beyond it writes fail with [`StoreError::Full`]. The
    /// write-ahead log is not counted.
    ///
    /// # Errors
    /// The storage-wide kinds.
    ///
    /// Cancel safety: the bound is either set or not.
    pub async fn limit_bytes(&self, bytes_max: Option<u64>) -> Result<(), StoreError> {
        self.writer.limit_bytes(bytes_max).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn id(&self) -> Uuid {
        self.id
    }

    async fn load(&self, name: &DocName) -> Result<Option<StoredDocument>, StoreError> {
        load::load(&self.readers, name).await
    }

    async fn load_or_create(
        &self,
        name: &DocName,
        now_ms: i64,
    ) -> Result<StoredDocument, StoreError> {
        if let Some(found) = load::load(&self.readers, name).await? {
            return Ok(found);
        }
        documents::create(&self.writer, name, now_ms).await?;
        load::load(&self.readers, name).await?.ok_or_else(|| {
            StoreError::Rejected(format!("document {name} vanished while it was created").into())
        })
    }

    async fn changes_since(&self, doc: DocId, since: Cursor) -> Result<Changes, StoreError> {
        changes::since(&self.readers, doc, since).await
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<RowId>, StoreError> {
        append::append(&self.writer, batch).await
    }

    async fn compact(&self, compaction: &Compaction) -> Result<SnapshotHash, StoreError> {
        compact::compact(&self.writer, compaction).await
    }

    async fn quarantine(&self, entries: &[Quarantined]) -> Result<Vec<SetAside>, StoreError> {
        quarantine::put(&self.writer, entries).await
    }

    async fn quarantined(&self, name: &DocName) -> Result<Vec<QuarantinedRow>, StoreError> {
        quarantine::list(&self.readers, name).await
    }

    async fn documents(&self, filter: &DocumentFilter) -> Result<Vec<DocumentRecord>, StoreError> {
        documents::list(&self.readers, filter).await
    }

    async fn set_title(&self, doc: DocId, title: &str, now_ms: i64) -> Result<(), StoreError> {
        documents::set_title(&self.writer, doc, title, now_ms).await
    }

    async fn set_deleted(
        &self,
        name: &DocName,
        deleted_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        documents::set_deleted(&self.writer, name, deleted_at_ms).await
    }

    async fn serving(&self) -> Result<BTreeSet<NodeId>, StoreError> {
        Ok(BTreeSet::new())
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.writer.probe().await
    }

    async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        vacuum_into(&self.dir.database(), to).await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.lock.lock().take();
    }
}

#[cfg(test)]
mod tests;
