//! Compaction: a document's snapshots and tail become one snapshot (D3).
//!
//! - Never on the write path: it reads from the store like anybody else, merges off the async threads, and commits by
//!   naming exactly what it merged. Rows that arrive meanwhile stay in the tail. No lock, and a second node doing the
//!   same does no harm.
//! - Nothing is deleted unless the merged state provably contains it (see [`merge`]); a document whose merge fails
//!   keeps its rows and is left alone for a while.
//! - Bounded: a few merges at a time, a bounded number waiting, at most one for each document.
//!
//! - Before it merges past the end of a session of work, it has the text of that moment kept ([`crate::history`]).
//!
//! It does not know rooms; a room asks, and hears what was merged.

pub mod merge;
pub mod policy;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use consilium_protocol::ids::DocName;
use metrics::{counter, histogram};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

pub use self::merge::MergeError;
pub use self::policy::{CompactionPolicy, DocumentSize};
use crate::history::keep::{PastError, keep_ends};
use crate::history::states::StateError;
use crate::store::{Compaction, Store, StoreError, StoredDocument, limits};
use crate::telemetry::names;

/// What a compaction did, for whoever counts the tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Rows that are no longer in the tail.
    pub rows: usize,
    /// Their bytes.
    pub bytes: usize,
    /// Bytes of the new snapshot, uncompressed.
    pub snapshot_bytes: usize,
}

/// Why a document was not compacted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CompactionError {
    /// Storage said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The parts do not merge into a state that contains them.
    #[error("merge the document: {0}")]
    Merge(#[from] MergeError),
    /// What would be merged past cannot be kept.
    #[error("keep the ends of sessions: {0}")]
    Past(#[from] StateError),
    /// The document was never created.
    #[error("the document does not exist")]
    Missing,
}

/// A handle to the compactions of a node. Clones share it.
#[derive(Debug, Clone)]
pub struct Compactor {
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

struct Shared {
    store: Arc<dyn Store>,
    policy: CompactionPolicy,
    turns: Semaphore,
    documents: Mutex<HashMap<DocName, Attempt>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy)]
enum Attempt {
    UnderWay,
    /// It failed; not again before this.
    Resting(Instant),
}

impl From<PastError> for CompactionError {
    fn from(error: PastError) -> Self {
        match error {
            PastError::Store(error) => Self::Store(error),
            PastError::State(error) => Self::Past(error),
        }
    }
}

impl Compactor {
    /// Compactions run on `tasks`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, policy: CompactionPolicy, tasks: &TaskTracker) -> Self {
        let shared = Shared {
            store,
            policy,
            turns: Semaphore::new(limits::COMPACTIONS_MAX),
            documents: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
            tasks: tasks.clone(),
        }
    }

    /// Starts a compaction if the document may be due for one, is not being compacted, and did not fail lately. `None`
    /// when nothing was started. Never blocks; asking after every commit is fine.
    ///
    /// `size` may leave out what the caller does not know: the real size is looked at before anything is merged. The
    /// receiver gets `Ok(None)` when that is not due yet.
    #[must_use]
    pub fn consider(
        &self,
        name: &DocName,
        size: DocumentSize,
    ) -> Option<oneshot::Receiver<Result<Option<Compacted>, CompactionError>>> {
        if !self.shared.policy.is_due(size) || !self.shared.begin(name) {
            return None;
        }
        let (reply, receiver) = oneshot::channel();
        let (shared, name) = (Arc::clone(&self.shared), name.clone());
        self.tasks.spawn(async move {
            let outcome = shared.run(&name).await;
            shared.end(&name, &outcome);
            // The room may have closed meanwhile.
            let _ = reply.send(outcome);
        });
        Some(receiver)
    }
}

impl Shared {
    fn begin(&self, name: &DocName) -> bool {
        let mut documents = self.documents.lock();
        if let Some(Attempt::UnderWay) = documents.get(name) {
            return false;
        }
        if let Some(Attempt::Resting(until)) = documents.get(name)
            && Instant::now() < *until
        {
            return false;
        }
        if documents.len() >= limits::COMPACTION_QUEUE_MAX {
            let now = Instant::now();
            documents
                .retain(|_, attempt| !matches!(attempt, Attempt::Resting(until) if *until <= now));
            if documents.len() >= limits::COMPACTION_QUEUE_MAX {
                return false;
            }
        }
        documents.insert(name.clone(), Attempt::UnderWay);
        true
    }

    fn end(&self, name: &DocName, outcome: &Result<Option<Compacted>, CompactionError>) {
        let mut documents = self.documents.lock();
        match outcome {
            Ok(_) => {
                documents.remove(name);
            }
            Err(error) => {
                let rest = rest_after(error);
                tracing::warn!(%name, %error, rest_s = rest.as_secs(), "compact a document");
                documents.insert(name.clone(), Attempt::Resting(Instant::now() + rest));
            }
        }
    }

    async fn run(&self, name: &DocName) -> Result<Option<Compacted>, CompactionError> {
        // The semaphore is never closed.
        let _turn = self.turns.acquire().await;
        let started = Instant::now();
        let outcome = self.compact_if_due(name).await;
        match &outcome {
            Ok(Some(done)) => {
                histogram!(names::COMPACTION_SECONDS).record(started.elapsed().as_secs_f64());
                counter!(names::COMPACTION_ROWS).increment(done.rows as u64);
            }
            Ok(None) => {}
            Err(_) => counter!(names::COMPACTION_FAILURES).increment(1),
        }
        outcome
    }

    async fn compact_if_due(&self, name: &DocName) -> Result<Option<Compacted>, CompactionError> {
        let document = self
            .store
            .load(name)
            .await?
            .ok_or(CompactionError::Missing)?;
        if self.policy.is_due(DocumentSize::of(&document)) {
            compact_loaded(&*self.store, document).await.map(Some)
        } else {
            Ok(None)
        }
    }
}

/// Storage that is away comes back within seconds; a document that does not merge needs a person.
fn rest_after(error: &CompactionError) -> Duration {
    match error {
        CompactionError::Store(error) if error.is_storage_wide() => {
            limits::COMPACTION_RETRY_STORAGE
        }
        CompactionError::Store(_)
        | CompactionError::Merge(_)
        | CompactionError::Past(_)
        | CompactionError::Missing => limits::COMPACTION_RETRY,
    }
}

/// Compacts one document now, due or not.
///
/// # Errors
/// [`CompactionError`]; the document is as it was.
///
/// Cancel safety: dropping the future leaves the document compacted or as it was.
pub async fn compact(store: &dyn Store, name: &DocName) -> Result<Compacted, CompactionError> {
    let document = store.load(name).await?.ok_or(CompactionError::Missing)?;
    compact_loaded(store, document).await
}

async fn compact_loaded(
    store: &dyn Store,
    document: StoredDocument,
) -> Result<Compacted, CompactionError> {
    let doc = document.record.id;
    let document = Arc::new(document);
    keep_ends(store, &document, now_ms()).await?;
    let snapshots = document
        .snapshots
        .iter()
        .map(|snapshot| snapshot.hash)
        .collect();
    let (merged, bytes) = tokio::task::spawn_blocking(move || {
        let merged = merge::merge(&document)?;
        let bytes = document
            .tail
            .iter()
            .filter(|row| merged.rows.binary_search(&row.id).is_ok())
            .map(|row| row.update.len())
            .sum();
        Ok::<_, MergeError>((merged, bytes))
    })
    .await
    .map_err(|_| MergeError::Panicked)??;
    let done = Compacted {
        rows: merged.rows.len(),
        bytes,
        snapshot_bytes: merged.state.len(),
    };
    store
        .compact(&Compaction {
            doc,
            state: merged.state,
            rows: merged.rows,
            snapshots,
        })
        .await?;
    Ok(done)
}

/// Milliseconds since 1970 UTC.
fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

#[cfg(test)]
mod tests;
