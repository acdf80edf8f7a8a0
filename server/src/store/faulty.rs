//! A store that fails on demand, around any other: refuses, dawdles, or commits and then reports a failure.
//!
//! For tests. Writes are disturbed one by one; reads pass through, or find everything damaged. Waits use tokio's clock,
//! so virtual time works.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::statements::{Database, Work};
use super::{
    Append, Changes, Compaction, Corruption, Cursor, DocId, DocumentFilter, DocumentRecord,
    Quarantined, QuarantinedRow, RowId, SetAside, SnapshotHash, Store, StoreError, StoredDocument,
};
use crate::bus::NodeId;

/// What happens to a write.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It is refused, and nothing is written.
    Refuse(StoreError),
    /// It is done, and then reported as failed: what a lost connection at the wrong moment looks like.
    DoThenReport(StoreError),
    /// It is done after a while.
    Slow(Duration),
    /// It is done once [`FaultyStore::release`] allows it.
    Held,
    /// It is refused once [`FaultyStore::release`] allows it.
    HeldThenRefuse(StoreError),
    /// It is refused when it names this document.
    RefuseDocument(DocId, StoreError),
}

/// A store with faults.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    /// Faults for the writes to come, one each.
    next: Mutex<VecDeque<Fault>>,
    /// What every write meets that has no fault of its own.
    standing: Mutex<Option<Fault>>,
    gate: Semaphore,
    writes: AtomicU64,
    damaged: AtomicBool,
}

impl std::fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultyStore")
            .field("standing", &*self.standing.lock())
            .finish_non_exhaustive()
    }
}

impl FaultyStore {
    /// Wraps a store; no faults yet.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            next: Mutex::default(),
            standing: Mutex::default(),
            gate: Semaphore::new(0),
            writes: AtomicU64::new(0),
            damaged: AtomicBool::new(false),
        })
    }

    /// Disturbs one write to come, after those disturbed already.
    pub fn next_write(&self, fault: Fault) {
        self.next.lock().push_back(fault);
    }

    /// Disturbs every write from now on, or with `None` none.
    pub fn every_write(&self, fault: Option<Fault>) {
        *self.standing.lock() = fault;
    }

    /// From now on documents are damaged when they are loaded, or whole again.
    pub fn damage_loads(&self, damaged: bool) {
        self.damaged.store(damaged, Ordering::SeqCst);
    }

    fn check_damage(&self) -> Result<(), StoreError> {
        if self.damaged.load(Ordering::SeqCst) {
            let doc = DocId(0);
            return Err(StoreError::Corrupt(Corruption::Record { doc }));
        }
        Ok(())
    }

    /// Lets this many held writes go on.
    pub fn release(&self, writes: usize) {
        self.gate.add_permits(writes);
    }

    /// Writes that were tried so far, probes included.
    #[must_use]
    pub fn writes_tried(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }

    async fn released(&self) {
        // Never closed.
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
    }

    /// What the next write meets. Counts it.
    async fn meet(&self, docs: &[DocId]) -> Result<Option<StoreError>, StoreError> {
        let fault = self
            .next
            .lock()
            .pop_front()
            .or_else(|| self.standing.lock().clone());
        self.writes.fetch_add(1, Ordering::SeqCst);
        match fault {
            None => Ok(None),
            Some(Fault::Refuse(error)) => Err(error),
            Some(Fault::DoThenReport(error)) => Ok(Some(error)),
            Some(Fault::Slow(wait)) => {
                tokio::time::sleep(wait).await;
                Ok(None)
            }
            Some(Fault::Held) => {
                self.released().await;
                Ok(None)
            }
            Some(Fault::HeldThenRefuse(error)) => {
                self.released().await;
                Err(error)
            }
            Some(Fault::RefuseDocument(doc, error)) => {
                if docs.contains(&doc) {
                    Err(error)
                } else {
                    Ok(None)
                }
            }
        }
    }

    async fn write<T>(
        &self,
        docs: &[DocId],
        write: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let report = self.meet(docs).await?;
        let outcome = write.await;
        match report {
            Some(error) => Err(error),
            None => outcome,
        }
    }
}

#[async_trait]
impl Store for FaultyStore {
    fn id(&self) -> Uuid {
        self.inner.id()
    }

    async fn load(&self, name: &DocName) -> Result<Option<StoredDocument>, StoreError> {
        self.check_damage()?;
        self.inner.load(name).await
    }

    async fn load_or_create(
        &self,
        name: &DocName,
        now_ms: i64,
    ) -> Result<StoredDocument, StoreError> {
        self.check_damage()?;
        if let Some(found) = self.inner.load(name).await? {
            return Ok(found);
        }
        self.write(&[], self.inner.load_or_create(name, now_ms))
            .await
    }

    async fn changes_since(&self, doc: DocId, since: Cursor) -> Result<Changes, StoreError> {
        self.inner.changes_since(doc, since).await
    }

    async fn append(&self, batch: &[Append]) -> Result<Vec<RowId>, StoreError> {
        let docs: Vec<DocId> = batch.iter().map(|append| append.doc).collect();
        self.write(&docs, self.inner.append(batch)).await
    }

    async fn compact(&self, compaction: &Compaction) -> Result<SnapshotHash, StoreError> {
        self.write(&[compaction.doc], self.inner.compact(compaction))
            .await
    }

    async fn quarantine(&self, entries: &[Quarantined]) -> Result<Vec<SetAside>, StoreError> {
        let docs: Vec<DocId> = entries.iter().map(|entry| entry.doc).collect();
        self.write(&docs, self.inner.quarantine(entries)).await
    }

    async fn quarantined(&self, name: &DocName) -> Result<Vec<QuarantinedRow>, StoreError> {
        self.inner.quarantined(name).await
    }

    async fn documents(&self, filter: &DocumentFilter) -> Result<Vec<DocumentRecord>, StoreError> {
        self.inner.documents(filter).await
    }

    async fn set_title(&self, doc: DocId, title: &str, now_ms: i64) -> Result<(), StoreError> {
        self.write(&[doc], self.inner.set_title(doc, title, now_ms))
            .await
    }

    async fn set_deleted(
        &self,
        name: &DocName,
        deleted_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.write(&[], self.inner.set_deleted(name, deleted_at_ms))
            .await
    }

    async fn serving(&self) -> Result<BTreeSet<NodeId>, StoreError> {
        self.inner.serving().await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.write(&[], self.inner.probe()).await
    }

    async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        self.inner.backup(to).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

/// What people and communities need. A write meets its fault when it begins: one that is done and then reported as failed is not
/// told apart there from one that was refused.
#[async_trait]
impl Database for FaultyStore {
    async fn reading(&self) -> Result<Box<dyn Work + '_>, StoreError> {
        self.inner.reading().await
    }

    async fn writing(&self) -> Result<Box<dyn Work + '_>, StoreError> {
        self.write(&[], self.inner.writing()).await
    }
}
