//! The store for several nodes: PostgreSQL, one database for all of them (D6).
//!
//! A commit that returned has reached the disk of the server, whatever its defaults (I1); nothing on the write path waits
//! for another node. Any number of nodes read and write at once and none keeps anything in memory that another could
//! make untrue. Layout, round trips, what a cursor is and figures: `docs/adr/0009-postgres-store.md`.
//!
//! Reading order: [`session`] (what must be true of a connection), [`neighbours`] (who else serves), [`links`] (who has one),
//! [`backend`] (what becomes of work that was given up), [`position`] (what a cursor means), then one file for each group of operations. This module does not know how updates are batched (that is
//! `journal`) nor when documents are compacted (that is `compaction`).

mod append;
mod backend;
mod classify;
mod compact;
mod copy;
mod documents;
mod links;
mod neighbours;
mod portable;
mod position;
mod probe;
mod quarantine;
mod read;
mod schema;
mod session;
mod settings;
mod statements;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

pub(crate) use self::copy::copy_postgres;
pub(crate) use self::neighbours::stranger;
pub use self::neighbours::{Company, Neighbour};
pub use self::portable::PortablePostgres;
pub use self::settings::{FoundStore, Probed, ServerSettings, examine};

use self::links::{Links, Work};
use self::neighbours::Mark;
use self::session::{Admission, Connector};
use super::address::PostgresUrl;
use super::limits::{POSTGRES_READERS, POSTGRES_WRITERS};
use super::portable::MovedStore;
use super::record::{
    Append, Changes, Compaction, Cursor, DocId, DocumentRecord, Quarantined, QuarantinedRow, RowId,
    SetAside, SnapshotHash, StoredDocument,
};
use super::{DocumentFilter, Store, StoreError};
use crate::bus::NodeId;

/// Documents in one PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    id: Uuid,
    connector: Arc<Connector>,
    readers: Links,
    writers: Links,
}

impl PostgresStore {
    /// Opens the store of a database, bringing its schema up to date. Several nodes may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when a newer version wrote the database; [`StoreError::Unavailable`] with a sentence
    /// when it cannot be reached or must not be served; [`StoreError::Busy`] while its documents are being moved.
    ///
    /// Cancel safety: dropping the future closes what was opened; a half-made schema is rolled back.
    pub async fn open(url: &PostgresUrl, moved: MovedStore) -> Result<Self, StoreError> {
        let connector = Connector::new(url)?;
        let first = connector.connect_bare(Admission::Serving(moved)).await?;
        Self::opened(connector, first, moved).await
    }

    /// As [`PostgresStore::open`], for a node that serves in such company; refused beside nodes in another, and beside
    /// any when alone. Waits a little for one that has just ended. Its sessions are named after the node.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; [`StoreError::Rejected`] with what to do about the other node.
    ///
    /// Cancel safety: as [`PostgresStore::open`].
    pub async fn serve(
        url: &PostgresUrl,
        moved: MovedStore,
        company: Company,
        node: NodeId,
    ) -> Result<Self, StoreError> {
        let mark = Mark::new(company, node);
        let connector = Connector::serving(url, &mark)?;
        let mut first = connector.connect_bare(Admission::Serving(moved)).await?;
        neighbours::admit(&mut first, &mark).await?;
        Self::opened(connector, first, moved).await
    }

    async fn opened(
        connector: Connector,
        mut first: PgConnection,
        moved: MovedStore,
    ) -> Result<Self, StoreError> {
        let connector = Arc::new(connector);
        schema::migrate(&mut first).await?;
        let id = schema::identify(&mut first).await?;
        let readers = Links::new(Arc::clone(&connector), moved, Work::Reads, POSTGRES_READERS);
        let writers = Links::new(
            Arc::clone(&connector),
            moved,
            Work::Writes,
            POSTGRES_WRITERS,
        );
        // The first session of each kind looks at the marks, and is there when it is needed.
        readers.take().await?;
        writers.take().await?;
        Ok(Self {
            id,
            connector,
            readers,
            writers,
        })
    }
}

#[async_trait]
impl Store for PostgresStore {
    fn id(&self) -> Uuid {
        self.id
    }

    async fn load(&self, name: &DocName) -> Result<Option<StoredDocument>, StoreError> {
        self.writers.settle().await?;
        read::load(&self.readers, name).await
    }

    async fn load_or_create(
        &self,
        name: &DocName,
        now_ms: i64,
    ) -> Result<StoredDocument, StoreError> {
        self.writers.settle().await?;
        if let Some(found) = read::load(&self.readers, name).await? {
            return Ok(found);
        }
        documents::create(&self.writers, name, now_ms).await?;
        read::load(&self.readers, name).await?.ok_or_else(|| {
            StoreError::Rejected(format!("document {name} vanished while it was created").into())
        })
    }

    async fn changes_since(&self, doc: DocId, since: Cursor) -> Result<Changes, StoreError> {
        self.writers.settle().await?;
        read::changes_since(&self.readers, doc, since).await
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<RowId>, StoreError> {
        append::append(&self.writers, batch).await
    }

    async fn compact(&self, compaction: &Compaction) -> Result<SnapshotHash, StoreError> {
        compact::compact(&self.writers, compaction).await
    }

    async fn quarantine(&self, entries: &[Quarantined]) -> Result<Vec<SetAside>, StoreError> {
        quarantine::put(&self.writers, entries).await
    }

    async fn quarantined(&self, name: &DocName) -> Result<Vec<QuarantinedRow>, StoreError> {
        quarantine::list(&self.readers, name).await
    }

    async fn documents(&self, filter: &DocumentFilter) -> Result<Vec<DocumentRecord>, StoreError> {
        documents::list(&self.readers, filter).await
    }

    async fn set_title(&self, doc: DocId, title: &str, now_ms: i64) -> Result<(), StoreError> {
        documents::set_title(&self.writers, doc, title, now_ms).await
    }

    async fn set_deleted(
        &self,
        name: &DocName,
        deleted_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        documents::set_deleted(&self.writers, name, deleted_at_ms).await
    }

    async fn serving(&self) -> Result<BTreeSet<NodeId>, StoreError> {
        neighbours::serving(&self.readers).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.writers.settle().await?;
        probe::probe(&self.writers).await
    }

    async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        copy::copy(&self.connector, to).await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}
