//! A store that fails on demand, around any other: refuses, dawdles, or commits and then reports a failure.
//!
//! For tests. Writes are disturbed one by one; reads pass through, or find everything damaged. Waits use tokio's clock,
//! so virtual time works.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::people::{
    Account, Creation, Email, NewAccount, NewPasswordLink, NewSession, PORTAL_KEY_BYTES,
    PasswordHash, PasswordLink, PeopleStore, SecretHash, Session,
};
use super::portal_ids::{AccountId, SessionId};
use super::statements::{Database, Work};
use super::{
    Append, Changes, Compaction, Corruption, Cursor, DocId, DocumentFilter, DocumentRecord,
    Quarantined, QuarantinedRow, RowId, SetAside, SnapshotHash, Store, StoreError, StoredDocument,
};

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
                if let Ok(permit) = self.gate.acquire().await {
                    permit.forget();
                }
                Ok(None)
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

/// What communities need. A write meets its fault when it begins: one that is done and then reported as failed is not
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

#[async_trait]
impl PeopleStore for FaultyStore {
    async fn portal_key(&self) -> Result<[u8; PORTAL_KEY_BYTES], StoreError> {
        self.inner.portal_key().await
    }

    async fn create_account(
        &self,
        account: &NewAccount,
        link: Option<&NewPasswordLink>,
    ) -> Result<Creation, StoreError> {
        self.write(&[], self.inner.create_account(account, link))
            .await
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.inner.account(id).await
    }

    async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        self.inner.account_by_email(email).await
    }

    async fn accounts(&self, after: Option<&Email>) -> Result<Vec<Account>, StoreError> {
        self.inner.accounts(after).await
    }

    async fn rename_account(&self, id: AccountId, name: &str) -> Result<bool, StoreError> {
        self.write(&[], self.inner.rename_account(id, name)).await
    }

    async fn set_locked(
        &self,
        id: AccountId,
        locked_at_ms: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.write(&[], self.inner.set_locked(id, locked_at_ms))
            .await
    }

    async fn change_password(
        &self,
        id: AccountId,
        from: &PasswordHash,
        to: &PasswordHash,
        keep: SessionId,
    ) -> Result<bool, StoreError> {
        self.write(&[], self.inner.change_password(id, from, to, keep))
            .await
    }

    async fn put_password_link(&self, link: &NewPasswordLink) -> Result<bool, StoreError> {
        self.write(&[], self.inner.put_password_link(link)).await
    }

    async fn password_link(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<PasswordLink>, StoreError> {
        self.inner.password_link(secret, now_ms).await
    }

    async fn use_password_link(
        &self,
        secret: SecretHash,
        password: &PasswordHash,
        session: &NewSession,
    ) -> Result<bool, StoreError> {
        self.write(&[], self.inner.use_password_link(secret, password, session))
            .await
    }

    async fn begin_session(
        &self,
        session: &NewSession,
        checked: &PasswordHash,
    ) -> Result<bool, StoreError> {
        self.write(&[], self.inner.begin_session(session, checked))
            .await
    }

    async fn session(
        &self,
        secret: SecretHash,
        now_ms: i64,
    ) -> Result<Option<(Account, Session)>, StoreError> {
        self.inner.session(secret, now_ms).await
    }

    async fn live_sessions(
        &self,
        ids: &[SessionId],
        now_ms: i64,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.inner.live_sessions(ids, now_ms).await
    }

    async fn sessions(&self, account: AccountId, now_ms: i64) -> Result<Vec<Session>, StoreError> {
        self.inner.sessions(account, now_ms).await
    }

    async fn touch_session(
        &self,
        id: SessionId,
        last_seen_at_ms: i64,
        expires_at_ms: i64,
    ) -> Result<(), StoreError> {
        self.write(
            &[],
            self.inner.touch_session(id, last_seen_at_ms, expires_at_ms),
        )
        .await
    }

    async fn end_session(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
        self.write(&[], self.inner.end_session(account, id)).await
    }
}
