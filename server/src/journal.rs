//! Group commit: many rooms, one transaction at a time (D2).
//!
//! Rooms submit batches; one task takes whatever waits, up to a bound, and commits it at once. While that commit runs
//! the next group gathers, so the busier the node, the more rows share one sync of the disk. An idle node commits a
//! single keystroke immediately; commits that would follow each other too closely wait a few milliseconds and become
//! one, because a commit costs far more than a row.
//!
//! - I1: a submission is answered with `Ok` only after the commit.
//! - I4: the queue is bounded by bytes, with a fixed charge for each row.
//! - I5: a group that fails for the sake of one room is repeated room by room; only that room is told.
//!
//! While storage is away submissions fail at once and the journal itself probes until it is back. What may not be
//! applied goes past the queue into quarantine, in turns. It does not know documents, updates or clients.

mod committer;
pub mod health;
mod metrics;
mod quarantine;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::health::{AwayCause, StorageHealth};
use crate::store::limits;
use crate::store::{Append, Quarantined, RowId, SetAside, Store, StoreError};

/// The bounds of a journal.
#[derive(Debug, Clone)]
pub struct JournalLimits {
    /// Rows in one commit. A larger submission still goes, alone.
    pub commit_rows_max: usize,
    /// Bytes in one commit. A larger submission still goes, alone.
    pub commit_bytes_max: usize,
    /// From the begin of one commit to the begin of the next, at least.
    pub commit_pace: Duration,
    /// Bytes waiting or being committed, overhead included.
    pub queue_bytes_max: usize,
    /// The first wait before storage that failed is probed.
    pub probe_delay_min: Duration,
    /// The bound to which that wait doubles.
    pub probe_delay_max: Duration,
    /// A commit that takes longer says that storage hangs.
    pub commit_stall: Duration,
}

impl Default for JournalLimits {
    fn default() -> Self {
        Self {
            commit_rows_max: limits::COMMIT_ROWS_MAX,
            commit_bytes_max: limits::COMMIT_BYTES_MAX,
            commit_pace: limits::COMMIT_PACE,
            queue_bytes_max: limits::QUEUE_BYTES_MAX,
            probe_delay_min: limits::PROBE_DELAY_MIN,
            probe_delay_max: limits::PROBE_DELAY_MAX,
            commit_stall: limits::COMMIT_STALL,
        }
    }
}

/// What a room gets back: the ids of its rows, in its order, once they are durable.
pub type Committed = Result<Vec<RowId>, StoreError>;

/// One room's batch on its way. Its share of the queue is given back when it is dropped, whatever became of it.
struct Submission {
    batch: Vec<Append>,
    bytes: usize,
    submitted: Instant,
    reply: oneshot::Sender<Committed>,
    _share: OwnedSemaphorePermit,
}

/// A handle to the journal of a node. Clones share it.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: mpsc::UnboundedSender<Submission>,
    room: Arc<Semaphore>,
    room_total: u32,
    health: watch::Receiver<StorageHealth>,
    stop: CancellationToken,
    quarantine: Arc<quarantine::Turns>,
}

impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submission")
            .field("rows", &self.batch.len())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Starts the committing task on `tasks`. It ends after [`Journal::drain`], or when the last handle is gone and
    /// the queue is empty.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, limits: JournalLimits, tasks: &TaskTracker) -> Self {
        let room_total =
            u32::try_from(limits.queue_bytes_max.min(Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let room = Arc::new(Semaphore::new(room_total as usize));
        // Unbounded in count, bounded by the permits that every submission holds.
        let (queue, submissions) = mpsc::unbounded_channel();
        let (health_tx, health) = watch::channel(StorageHealth::Available);
        let stop = CancellationToken::new();
        let quarantine = Arc::new(quarantine::Turns::new(Arc::clone(&store)));
        tasks.spawn(
            committer::Committer::new(store, limits, submissions, health_tx, stop.clone()).run(),
        );
        Self {
            queue,
            room,
            room_total,
            health,
            stop,
            quarantine,
        }
    }

    /// Queues one room's batch; the receiver hears after the commit. The batch is committed as a whole or not at all.
    /// A room keeps at most one batch in flight. Never blocks.
    ///
    /// The receiver gets [`StoreError::Unavailable`] at once while storage is away or the journal has ended, and
    /// [`StoreError::Busy`] at once when the queue has no room.
    pub fn submit(&self, batch: Vec<Append>) -> oneshot::Receiver<Committed> {
        let (reply, receiver) = oneshot::channel();
        if let Err((reply, error)) = self.enqueue(batch, reply) {
            metrics::refused(&error);
            // A room that no longer listens has no use for the answer.
            let _ = reply.send(Err(error));
        }
        receiver
    }

    /// Keeps updates that may not be applied, as [`Store::quarantine`] does, in turn with all other rooms.
    ///
    /// # Errors
    /// As [`Store::quarantine`].
    ///
    /// Cancel safety: the updates are either all kept or none.
    pub async fn set_aside(&self, entries: &[Quarantined]) -> Result<Vec<SetAside>, StoreError> {
        self.quarantine.quarantine(entries).await
    }

    /// Whether storage works. Changes are seen by `changed()`.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<StorageHealth> {
        self.health.clone()
    }

    /// Waits until everything submitted so far is answered, then ends the journal. Submissions from now on are
    /// refused. Rooms learn the fate of their own batches from their receivers.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the deadline passed first, [`StoreError::Unavailable`] when storage is away. The
    /// journal has ended in either case.
    ///
    /// Cancel safety: dropping the future leaves the journal running; draining again is fine.
    pub async fn drain(&self, deadline: Duration) -> Result<(), StoreError> {
        // All permits back means that every submission has been answered and dropped.
        let drained = tokio::time::timeout(deadline, self.room.acquire_many(self.room_total)).await;
        self.room.close();
        self.stop.cancel();
        match drained {
            Err(_) => Err(StoreError::Busy("the journal did not drain in time".into())),
            Ok(_) => match &*self.health.borrow() {
                StorageHealth::Available => Ok(()),
                StorageHealth::Away { cause, .. } => {
                    Err(StoreError::Unavailable(cause.to_string().into()))
                }
            },
        }
    }

    fn enqueue(
        &self,
        batch: Vec<Append>,
        reply: oneshot::Sender<Committed>,
    ) -> Result<(), (oneshot::Sender<Committed>, StoreError)> {
        if let StorageHealth::Away { cause, .. } = &*self.health.borrow() {
            return Err((reply, StoreError::Unavailable(cause.to_string().into())));
        }
        let bytes: usize = batch.iter().map(cost).sum();
        // A batch larger than the whole queue waits for an empty one instead of being refused for ever.
        let share = u32::try_from(bytes)
            .unwrap_or(u32::MAX)
            .clamp(1, self.room_total);
        let share = match Arc::clone(&self.room).try_acquire_many_owned(share) {
            Ok(share) => share,
            Err(tokio::sync::TryAcquireError::NoPermits) => {
                return Err((
                    reply,
                    StoreError::Busy("too much waits for a commit".into()),
                ));
            }
            Err(tokio::sync::TryAcquireError::Closed) => return Err((reply, ended())),
        };
        metrics::queued(&batch, bytes);
        self.queue
            .send(Submission {
                batch,
                bytes,
                submitted: Instant::now(),
                reply,
                _share: share,
            })
            .map_err(|refused| {
                metrics::dequeued(&refused.0);
                (refused.0.reply, ended())
            })
    }
}

fn cost(append: &Append) -> usize {
    append.update.len() + append.claims.len() * size_of::<u64>() + limits::QUEUE_ROW_OVERHEAD_BYTES
}

fn ended() -> StoreError {
    StoreError::Unavailable("the journal has ended".into())
}

#[cfg(test)]
mod tests;
