//! Meetings on this node (ADR-0030): whoever is in one is connected here, told what they may see, and held to what was decided.
//!
//! What a command comes to is decided by the pure function of the model; the store keeps it under the meeting's mark, and is
//! the truth. Each meeting that is under way, or that somebody is in by this node, has one task here, its *hall*: it holds
//! the state, brings commands and connections to the store, shows each person their view, and acts when it is time. Halls
//! of other nodes hear of a change over the bus, and find it in the store when the bus has lost it.
//!
//! Invariants:
//! - Nothing is shown, and nobody is held to anything, that is not kept (I1). Whoever decided on what was not true any more
//!   decides again, or is refused.
//! - Who acts is the account that is signed in. The server's own commands are given here only.
//! - A stream that is not read keeps its newest view and no more (I4).
//! - No log says how anybody voted (I9).
//!
//! Reading order: [`moderation`] (what rooms and sockets ask), [`draft`] (deciding), [`links`] (who is connected),
//! [`rendering`] (who is shown what), [`hall`], [`notice`] (what nodes tell each other), [`looking`] (other nodes). Does not know HTTP.

mod draft;
mod hall;
mod links;
mod looking;
pub mod moderation;
mod notice;
mod rendering;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use consilium_model::access::Role;
use consilium_model::meeting::command::Command;
use consilium_model::meeting::ids::Hash32;
use consilium_model::meeting::refusal::Refusal;
use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::hall::{Hall, HallInput};
pub use self::rendering::Written;
use crate::access::AccessBook;
use crate::bus::{Bus, NodeId};
use crate::registry::{Registry, RoomError};
use crate::store::portal_ids::{AccountId, MeetingId, SessionId};
use crate::store::{Store, StoreError};

/// What waits for one hall. Commands of 500 people who all vote at once, and as many who come.
const MAILBOX_MAX: usize = 1_024;

/// Streams of one person on this node: tabs and devices. More is a client that does not let go.
const STREAMS_PER_PERSON_MAX: usize = 16;

/// Attempts to reach a hall that is just ending.
const KNOCKS_MAX: usize = 5;

/// Why a command or a connection is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The meeting's rules.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another meeting is under way about a text of the one that was to begin.
    #[error("another meeting is under way about the text")]
    TextHeld(MeetingId),
    /// The text has no such section.
    #[error("no such section")]
    NoSuchSection,
    /// A text cannot be read now.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// There is no such meeting.
    #[error("no such meeting")]
    NoSuchMeeting,
    /// They are connected often enough.
    #[error("too many streams of one person")]
    TooManyStreams,
    /// Others were faster each time.
    #[error("too much at once")]
    Busy,
    /// The node is going down.
    #[error("shutting down")]
    ShuttingDown,
    /// Storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody who comes.
#[derive(Debug, Clone, Copy)]
pub struct Comer {
    /// Who.
    pub account: AccountId,
    /// Where they are signed in.
    pub session: SessionId,
    /// What they are in the community.
    pub role: Role,
}

/// What a stream shows.
#[derive(Debug, Clone, Default)]
pub enum Shown {
    /// Nothing yet.
    #[default]
    Nothing,
    /// This.
    View {
        /// Who is there, where they are a crowd and views do not say it.
        people: Option<Written>,
        /// What goes on.
        view: Written,
    },
    /// There is nothing to see any more: the meeting is gone, or whoever looks may not be there.
    Gone,
}

/// A connection to a meeting. Dropping it is going.
#[derive(Debug)]
pub struct Attendance {
    /// What is to be shown; only the newest.
    pub shown: watch::Receiver<Shown>,
    stream: u64,
    hall: mpsc::Sender<HallInput>,
    services: Arc<Services>,
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.services.streams.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!(crate::telemetry::names::MEETING_STREAMS).decrement(1.0);
        let input = HallInput::Gone {
            stream: self.stream,
        };
        if let Err(mpsc::error::TrySendError::Full(input)) = self.hall.try_send(input) {
            let hall = self.hall.clone();
            self.services.tasks.spawn(async move {
                // A hall that has ended needs no farewell.
                let _ = hall.send(input).await;
            });
        }
    }
}

struct Services {
    store: Arc<dyn Store>,
    access: AccessBook,
    /// What is written in the texts.
    registry: Registry,
    bus: Option<Arc<dyn Bus>>,
    /// This node, as links and beats name it.
    node: i64,
    halls: Mutex<HashMap<MeetingId, mpsc::Sender<HallInput>>>,
    /// Nodes that were seen to be gone.
    gone: Mutex<HashSet<i64>>,
    streams: AtomicUsize,
    next_stream: AtomicU64,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services")
            .field("node", &self.node)
            .finish_non_exhaustive()
    }
}

/// The meetings of this node. A cheap handle; clones share it.
#[derive(Debug, Clone)]
pub struct Meetings {
    services: Arc<Services>,
}

impl Meetings {
    /// No halls yet. [`Meetings::keep_watch`] must run.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        access: AccessBook,
        registry: Registry,
        bus: Option<Arc<dyn Bus>>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let node = bus.as_ref().map_or_else(NodeId::random, |bus| bus.node());
        Self {
            services: Arc::new(Services {
                store,
                access,
                registry,
                bus,
                node: node.0.cast_signed(),
                halls: Mutex::default(),
                gone: Mutex::default(),
                streams: AtomicUsize::new(0),
                next_stream: AtomicU64::new(0),
                tasks,
                stop,
            }),
        }
    }

    /// Ends every stream when the node goes down.
    #[must_use]
    pub fn closing(&self) -> CancellationToken {
        self.services.stop.clone()
    }

    /// Does what somebody asks in a meeting; the meeting's version after it.
    ///
    /// # Errors
    /// [`ActError`]. After one of storage the outcome may be unknown.
    ///
    /// Cancel safety: it is done wholly or not at all.
    pub async fn act(
        &self,
        id: MeetingId,
        by: AccountId,
        command: Command,
    ) -> Result<u64, ActError> {
        let (reply, outcome) = oneshot::channel();
        self.bring(
            id,
            HallInput::Act {
                by,
                command: Box::new(command),
                reply,
            },
        )
        .await?;
        outcome.await.unwrap_or(Err(ActError::ShuttingDown))
    }

    /// Somebody comes.
    ///
    /// # Errors
    /// [`ActError`].
    ///
    /// Cancel safety: they are there, or go again at once.
    pub async fn attend(&self, id: MeetingId, comer: Comer) -> Result<Attendance, ActError> {
        let stream = self.services.next_stream.fetch_add(1, Ordering::Relaxed);
        let (show, shown) = watch::channel(Shown::Nothing);
        let (reply, outcome) = oneshot::channel();
        let hall = self
            .bring(
                id,
                HallInput::Come {
                    stream,
                    comer,
                    show,
                    reply,
                },
            )
            .await?;
        self.services.streams.fetch_add(1, Ordering::Relaxed);
        metrics::gauge!(crate::telemetry::names::MEETING_STREAMS).increment(1.0);
        let attendance = Attendance {
            shown,
            stream,
            hall,
            services: Arc::clone(&self.services),
        };
        outcome.await.unwrap_or(Err(ActError::ShuttingDown))?;
        Ok(attendance)
    }

    /// By what the whole text of a document is known in a vote, as it is committed now; nothing where nothing is written.
    ///
    /// # Errors
    /// [`ActError::Room`].
    ///
    /// Cancel safety: reads only.
    pub async fn hash_of_text(&self, document: &DocName) -> Result<Option<Hash32>, ActError> {
        self.services.hash_of(document).await
    }

    /// The page of a session is still there.
    pub async fn here(&self, id: MeetingId, session: SessionId) {
        let hall = self.services.halls.lock().get(&id).cloned();
        if let Some(hall) = hall {
            // Where there is no hall, no page is open.
            let _ = hall.send(HallInput::Here { session }).await;
        }
    }

    /// Something about a meeting was changed elsewhere on this node.
    pub async fn changed(&self, id: MeetingId) {
        let hall = self.services.halls.lock().get(&id).cloned();
        if let Some(hall) = hall {
            // One that has ended needs to hear of nothing.
            let _ = hall.send(HallInput::Look { mark: None }).await;
        }
    }

    /// Brings something to the hall of a meeting, which is opened where there is none.
    async fn bring(
        &self,
        id: MeetingId,
        mut input: HallInput,
    ) -> Result<mpsc::Sender<HallInput>, ActError> {
        for _ in 0..KNOCKS_MAX {
            if self.services.stop.is_cancelled() {
                return Err(ActError::ShuttingDown);
            }
            let hall = self.hall(id);
            match hall.send(input).await {
                Ok(()) => return Ok(hall),
                // It has ended a moment ago, and is forgotten.
                Err(mpsc::error::SendError(back)) => input = back,
            }
        }
        Err(ActError::Busy)
    }

    /// The hall of a meeting. There is one at a time on a node.
    fn hall(&self, id: MeetingId) -> mpsc::Sender<HallInput> {
        let mut halls = self.services.halls.lock();
        if let Some(hall) = halls.get(&id)
            && !hall.is_closed()
        {
            return hall.clone();
        }
        let (hall, mailbox) = mpsc::channel(MAILBOX_MAX);
        halls.insert(id, hall.clone());
        metrics::gauge!(crate::telemetry::names::MEETINGS).set(halls.len() as f64);
        let task = Hall::new(id, Arc::clone(&self.services), mailbox);
        self.services.tasks.spawn(task.run());
        hall
    }
}

impl Services {
    /// Forgets a hall that has nothing to do, unless something waits for it.
    fn forget(&self, id: MeetingId, mailbox: &mut mpsc::Receiver<HallInput>) -> bool {
        let mut halls = self.halls.lock();
        // Whoever brings something has taken the handle under this lock; what is brought later comes back to them.
        if !mailbox.is_empty() {
            return false;
        }
        mailbox.close();
        halls.remove(&id);
        metrics::gauge!(crate::telemetry::names::MEETINGS).set(halls.len() as f64);
        true
    }
}
