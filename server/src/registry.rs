//! Which rooms are open on this node, and the one way to reach them.
//!
//! A lease keeps a room open. Taking one finds the room or starts its task, under one lock: there is never a second
//! loader (D4), and whoever comes while it loads waits in its mailbox. A room is forgotten under the same lock, and
//! only when no lease is out, so nobody can be on the way into a room that is going. The slot states of D4 are
//! therefore: loading = its task has not read the mailbox yet; ready = it does; closing does not overlap with either.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::{Access, DocName, UserId};
use consilium_protocol::limits;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::room::actor::{Actor, RoomInput, RoomServices};
use crate::room::event::{Outcome, RoomEvent};
use crate::room::loading;
use crate::room::replica::Replica;
use crate::room::subscriber::SubscriberId;

/// Why a request to a room failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomError {
    /// The bytes are not an update.
    #[error("not an update")]
    Malformed,
    /// The update, or the document with it, would be too large.
    #[error("too large")]
    TooLarge,
    /// The set-aside area of this author is full; the update was not kept.
    #[error("the quarantine is full")]
    QuarantineFull,
    /// Storage takes nothing now; try again.
    #[error("storage is unavailable")]
    StorageUnavailable,
    /// The document cannot be opened.
    #[error("the document cannot be opened")]
    Unavailable,
    /// The server is going down.
    #[error("shutting down")]
    ShuttingDown,
}

impl RoomError {
    /// Whether it is this update that cannot be taken, now or later.
    #[must_use]
    pub fn is_about_the_update(self) -> bool {
        matches!(
            self,
            Self::Malformed | Self::TooLarge | Self::QuarantineFull
        )
    }
}

/// What became of an update that was not refused outright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyOutcome {
    /// Durable, and shown to everybody.
    Committed,
    /// Durably set aside for review, for this reason.
    Quarantined(RejectCode),
}

/// Counts who needs a room.
#[derive(Debug, Default)]
pub struct Leases {
    out: AtomicUsize,
    released: Notify,
}

impl Leases {
    pub(crate) async fn released(&self) {
        self.released.notified().await;
    }
}

struct Slot {
    mailbox: mpsc::Sender<RoomInput>,
    leases: Arc<Leases>,
    generation: u64,
}

struct Inner {
    rooms: Mutex<HashMap<DocName, Slot>>,
    services: RoomServices,
    generations: AtomicU64,
    subscribers: AtomicU64,
    landing: tokio::sync::Mutex<()>,
}

/// The rooms of this node. A handle; clones share it.
#[derive(Clone)]
pub struct Registry {
    inner: Arc<Inner>,
}

/// Keeps one room open and reaches it.
pub struct RoomLease {
    mailbox: mpsc::Sender<RoomInput>,
    leases: Arc<Leases>,
}

/// The room has ended under its lease: a shutdown or a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the room has ended")]
pub struct RoomEnded;

impl Registry {
    /// No rooms yet.
    #[must_use]
    pub fn new(services: RoomServices) -> Self {
        Self {
            inner: Arc::new(Inner {
                rooms: Mutex::default(),
                services,
                generations: AtomicU64::new(0),
                subscribers: AtomicU64::new(0),
                landing: tokio::sync::Mutex::default(),
            }),
        }
    }

    /// A number for a new channel.
    #[must_use]
    pub fn next_subscriber(&self) -> SubscriberId {
        SubscriberId(self.inner.subscribers.fetch_add(1, Ordering::Relaxed))
    }

    /// The turn of whoever hands in what was left behind: one on a node, so that a crowd of those who lost a document
    /// holds nobody else up.
    pub(crate) async fn landing_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.landing.lock().await
    }

    /// How many rooms are open.
    #[must_use]
    pub fn open_rooms(&self) -> usize {
        self.inner.rooms.lock().len()
    }

    /// Finds or opens the room of a document.
    #[must_use]
    pub fn lease(&self, name: &DocName) -> RoomLease {
        let mut rooms = self.inner.rooms.lock();
        if let Some(slot) = rooms.get(name)
            && !slot.mailbox.is_closed()
        {
            return RoomLease::new(slot);
        }
        let (mailbox, receiver) = mpsc::channel(limits::ROOM_MAILBOX_MAX);
        let generation = self.inner.generations.fetch_add(1, Ordering::Relaxed);
        let slot = Slot {
            mailbox,
            leases: Arc::default(),
            generation,
        };
        let lease = RoomLease::new(&slot);
        // Boxed where it is made: the room's task has its own copy of whatever moves through it.
        let actor = Box::new(Actor::new(
            name.clone(),
            self.clone(),
            self.inner.services.clone(),
            receiver,
            Arc::clone(&slot.leases),
        ));
        let leases = Arc::clone(&slot.leases);
        rooms.insert(name.clone(), slot);
        let gauge = metrics::gauge!(crate::telemetry::names::ROOMS);
        gauge.set(rooms.len() as f64);
        drop(rooms);

        let registry = self.clone();
        let name = name.clone();
        self.inner.services.tasks.spawn(async move {
            let _guard = ForgetOnDrop {
                registry: registry.clone(),
                name: name.clone(),
                generation,
            };
            let forget = || registry.forget(&name, generation, &leases);
            actor.run(forget).await;
        });
        lease
    }

    /// Removes the room unless somebody holds a lease. True when it is gone.
    fn forget(&self, name: &DocName, generation: u64, leases: &Leases) -> bool {
        let mut rooms = self.inner.rooms.lock();
        if leases.out.load(Ordering::Acquire) > 0 {
            return false;
        }
        remove_generation(&mut rooms, name, generation);
        true
    }

    /// The whole committed state of a document as one update (V1); `None` when there is no such document. Does not
    /// open a room that is not open.
    ///
    /// # Errors
    /// [`RoomError::StorageUnavailable`], [`RoomError::Unavailable`] or [`RoomError::ShuttingDown`].
    pub async fn snapshot_update(&self, name: &DocName) -> Result<Option<Bytes>, RoomError> {
        let open = self.inner.rooms.lock().get(name).map(RoomLease::new);
        if let Some(lease) = open {
            let (reply, outcome) = oneshot::channel();
            lease
                .send_input(RoomInput::Read { reply })
                .await
                .map_err(|RoomEnded| self.room_has_ended())?;
            return match outcome.await {
                Ok(Outcome::State(state)) => Ok(Some(state)),
                Ok(_) => Err(RoomError::StorageUnavailable),
                Err(_) => Err(self.room_has_ended()),
            };
        }
        let stored = match self.inner.services.store.load(name).await {
            Ok(Some(stored)) => stored,
            Ok(None) => return Ok(None),
            Err(crate::store::StoreError::Corrupt(_)) => return Err(RoomError::Unavailable),
            Err(_) => return Err(RoomError::StorageUnavailable),
        };
        tokio::task::spawn_blocking(move || {
            let mut built = loading::build(&stored).map_err(|_| RoomError::Unavailable)?;
            built
                .loaded
                .replica
                .whole()
                .map(Some)
                .map_err(|_| RoomError::Unavailable)
        })
        .await
        .unwrap_or(Err(RoomError::Unavailable))
    }

    /// Applies an update like one from a socket: the same checks, the same journal, shown to the same people. Returns
    /// when it is durable.
    ///
    /// # Errors
    /// [`RoomError`]; the update is then nowhere on the server.
    ///
    /// Cancel safety: dropping the future leaves the update either wholly applied or not at all.
    pub async fn apply_update(
        &self,
        name: &DocName,
        author: Option<UserId>,
        access: Access,
        update: Bytes,
    ) -> Result<ApplyOutcome, RoomError> {
        // Nonsense must not even open the room: that would create the document.
        Replica::shape(&update).map_err(|_| RoomError::Malformed)?;
        let lease = self.lease(name);
        let (reply, outcome) = oneshot::channel();
        lease
            .send_input(RoomInput::Apply {
                author,
                access,
                update,
                reply,
            })
            .await
            .map_err(|RoomEnded| self.room_has_ended())?;
        self.outcome_of(outcome).await
    }

    /// Merges what was committed in a branch (D11): `owners` says whose its CRDT client ids are there, and they are so
    /// here from now on. Returns when it is durable. What is refused stays where it is, in the branch.
    ///
    /// # Errors
    /// [`RoomError`]; the document is then as it was.
    ///
    /// Cancel safety: as [`Registry::apply_update`].
    pub async fn merge(
        &self,
        name: &DocName,
        by: UserId,
        access: Access,
        owners: HashMap<u64, UserId>,
        update: Bytes,
    ) -> Result<ApplyOutcome, RoomError> {
        let lease = self.lease(name);
        let (reply, outcome) = oneshot::channel();
        lease
            .send_input(RoomInput::Merge {
                by,
                access,
                owners: Arc::new(owners),
                update,
                reply,
            })
            .await
            .map_err(|RoomEnded| self.room_has_ended())?;
        self.outcome_of(outcome).await
    }

    async fn outcome_of(
        &self,
        outcome: oneshot::Receiver<Outcome>,
    ) -> Result<ApplyOutcome, RoomError> {
        match outcome.await {
            Ok(Outcome::Committed | Outcome::State(_)) => Ok(ApplyOutcome::Committed),
            Ok(Outcome::StorageAway) => Err(RoomError::StorageUnavailable),
            Ok(Outcome::Refused { code, kept }) => match (code, kept) {
                (_, Kept::ByServer | Kept::AsSuggestion) => Ok(ApplyOutcome::Quarantined(code)),
                (RejectCode::Malformed, _) => Err(RoomError::Malformed),
                (RejectCode::TooLarge, _) => Err(RoomError::TooLarge),
                _ => Err(RoomError::QuarantineFull),
            },
            Err(_) => Err(self.room_has_ended()),
        }
    }

    /// Why a request to a room has no answer.
    fn room_has_ended(&self) -> RoomError {
        if self.inner.services.shutdown.is_cancelled() {
            RoomError::ShuttingDown
        } else {
            RoomError::Unavailable
        }
    }

    /// Ends every room after its last edit is durable.
    ///
    /// # Errors
    /// [`RoomError::StorageUnavailable`] when that did not happen before `deadline`.
    pub async fn drain(&self, deadline: Duration) -> Result<(), RoomError> {
        self.inner.services.shutdown.cancel();
        let all_gone = async {
            while self.open_rooms() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(deadline, all_gone)
            .await
            .map_err(|_| RoomError::StorageUnavailable)
    }
}

fn remove_generation(rooms: &mut HashMap<DocName, Slot>, name: &DocName, generation: u64) {
    if rooms
        .get(name)
        .is_some_and(|slot| slot.generation == generation)
    {
        rooms.remove(name);
        metrics::gauge!(crate::telemetry::names::ROOMS).set(rooms.len() as f64);
        // A busy hour must not leave its table behind.
        if rooms.capacity() > 64 && rooms.len() * 4 < rooms.capacity() {
            rooms.shrink_to_fit();
        }
    }
}

/// However a room's task ends, a panic included, the next lease opens a fresh one.
struct ForgetOnDrop {
    registry: Registry,
    name: DocName,
    generation: u64,
}

impl Drop for ForgetOnDrop {
    fn drop(&mut self) {
        let mut rooms = self.registry.inner.rooms.lock();
        remove_generation(&mut rooms, &self.name, self.generation);
    }
}

impl RoomLease {
    fn new(slot: &Slot) -> Self {
        slot.leases.out.fetch_add(1, Ordering::AcqRel);
        Self {
            mailbox: slot.mailbox.clone(),
            leases: Arc::clone(&slot.leases),
        }
    }

    /// Brings an event to the room; waits while its mailbox is full, so that a flooded room slows only its own
    /// members.
    ///
    /// # Errors
    /// [`RoomEnded`].
    ///
    /// Cancel safety: the event is either brought or not.
    pub async fn send(&self, event: RoomEvent) -> Result<(), RoomEnded> {
        self.send_input(RoomInput::Event(event)).await
    }

    /// Brings an event if there is room for it at once, else from a task of its own: for farewells in `Drop`.
    pub fn send_detached(&self, event: RoomEvent, tasks: &tokio_util::task::TaskTracker) {
        if let Err(mpsc::error::TrySendError::Full(input)) =
            self.mailbox.try_send(RoomInput::Event(event))
        {
            let mailbox = self.mailbox.clone();
            tasks.spawn(async move {
                // A room that has ended needs no farewell.
                let _ = mailbox.send(input).await;
            });
        }
    }

    async fn send_input(&self, input: RoomInput) -> Result<(), RoomEnded> {
        match self.mailbox.try_send(input) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(RoomEnded),
            // Boxed: a full mailbox is rare, and everybody who might have to wait would have a place for it.
            Err(mpsc::error::TrySendError::Full(input)) => Box::pin(self.mailbox.send(input))
                .await
                .map_err(|_| RoomEnded),
        }
    }
}

impl Drop for RoomLease {
    fn drop(&mut self) {
        if self.leases.out.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.leases.released.notify_one();
        }
    }
}
