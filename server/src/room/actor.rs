//! The task that runs one room: it chooses the next event, lets the core decide, and carries out the effects.
//!
//! Everything slow (loading, committing, setting aside) happens beside the loop and comes back as an event, so the
//! room never waits in the middle of anything. The task ends when nobody has held a lease for a while, or at shutdown: it
//! stops taking input, waits until what it took is durable and acknowledged, and closes its members' connections after
//! that. A document that is or turns out to be damaged is closed to whoever wants it, and tried again from time to time.

mod opening;
mod peer_link;
mod title_keeper;

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use consilium_model::discussion::DocumentKind;
use consilium_protocol::close::CloseCode;
use consilium_protocol::ids::{Access, DocName, UserId};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::opening::{Missing, Opening, load_patiently};
use self::peer_link::PeerLink;
use self::title_keeper::TitleKeeper;
use super::core::RoomCore;
use super::event::{Effect, Outcome, RoomEvent, Source, Ticket};
use super::loading::Built;
use super::replica::Keep;
use crate::cluster::Cluster;
use crate::journal::{Committed, Journal, StorageHealth};
use crate::left_behind;
use crate::meetings::moderation::Moderation;
use crate::registry::{Leases, Registry};
use crate::store::{DocId, Quarantined, SetAside, Store, StoreError};

/// Documents and updates below this are worked on on the spot; larger ones where they hold up nobody.
const INLINE_BYTES_MAX: usize = 256 * 1024;

/// The same for updates in large documents, in bytes times blocks: each block of an update may have to be sorted in among
/// all that are there. A keystroke stays below it in any document.
const INLINE_WORK_MAX: usize = 64 * 1024 * 1024;

/// How long a room works off what waits before it lets the others of its thread go on. What it has gathered by then is
/// more than a commit needs to be worth its while.
const TURN_MAX: Duration = Duration::from_millis(5);

/// What reaches a room from outside.
#[derive(Debug)]
pub enum RoomInput {
    /// From a channel.
    Event(RoomEvent),
    /// Apply an update on behalf of a request.
    Apply {
        /// Who asks.
        author: Option<UserId>,
        /// What they may do.
        access: Access,
        /// V1 update.
        update: Bytes,
        /// Gets the outcome; dropped when the room cannot be opened.
        reply: oneshot::Sender<Outcome>,
    },
    /// Take what was committed in a branch.
    Merge {
        /// Who asks.
        by: UserId,
        /// What they may do.
        access: Access,
        /// Whose each CRDT client id is in the branch.
        owners: Arc<HashMap<u64, UserId>>,
        /// V1 update.
        update: Bytes,
        /// Gets the outcome; dropped when the room cannot be opened.
        reply: oneshot::Sender<Outcome>,
    },
    /// Read the whole state.
    Read {
        /// Gets the outcome; dropped when the room cannot be opened.
        reply: oneshot::Sender<Outcome>,
    },
}

/// Told (document, rows, bytes) after commits; true means that the document will be compacted.
pub type TailGrown = Arc<dyn Fn(&DocName, usize, usize) -> bool + Send + Sync>;

/// What a room needs of the node.
#[derive(Clone)]
pub struct RoomServices {
    /// For loading and for what is not on the write path.
    pub store: Arc<dyn Store>,
    /// For commits.
    pub journal: Journal,
    /// Told after commits how many rows and bytes have joined the journal since it last said that it will compact
    /// the document.
    pub tail_grown: TailGrown,
    /// The other nodes; `None` on a single node.
    pub cluster: Option<Cluster>,
    /// What is going on in meetings.
    pub moderation: Moderation,
    /// What a document is for, by its name.
    pub kind_of: fn(&DocName) -> DocumentKind,
    /// How long a room without members stays.
    pub idle_timeout: Duration,
    /// Small background writes.
    pub tasks: TaskTracker,
    /// Ends every room.
    pub shutdown: CancellationToken,
}

pub(crate) struct Actor {
    name: DocName,
    /// For the branches of what was left behind here.
    registry: Registry,
    services: RoomServices,
    mailbox: mpsc::Receiver<RoomInput>,
    leases: Arc<Leases>,
    peers: Option<PeerLink>,
    requests: HashMap<Ticket, oneshot::Sender<Outcome>>,
    next_ticket: u64,
    in_flight: Option<(Instant, oneshot::Receiver<Committed>)>,
    reload: Option<oneshot::Receiver<Built>>,
    set_aside: Option<oneshot::Receiver<Vec<SetAside>>>,
    titles: Option<TitleKeeper>,
    unreadable: bool,
    tail_rows: usize,
    tail_bytes: usize,
    batch_rows: usize,
    batch_bytes: usize,
}

impl Actor {
    pub(crate) fn new(
        name: DocName,
        registry: Registry,
        services: RoomServices,
        mailbox: mpsc::Receiver<RoomInput>,
        leases: Arc<Leases>,
    ) -> Self {
        Self {
            name,
            registry,
            services,
            mailbox,
            leases,
            peers: None,
            requests: HashMap::new(),
            next_ticket: 0,
            in_flight: None,
            reload: None,
            set_aside: None,
            titles: None,
            unreadable: false,
            tail_rows: 0,
            tail_bytes: 0,
            batch_rows: 0,
            batch_bytes: 0,
        }
    }

    /// Loads the document and runs the room until it may go. Returns when the registry has forgotten the room, or may.
    pub(crate) async fn run(mut self: Box<Self>, forget: impl Fn() -> bool) {
        let mut first = None;
        let code = loop {
            let mut health = self.services.journal.health();
            let cluster = self.services.cluster.clone();
            self.peers = cluster.map(|cluster| PeerLink::open(cluster, &self.name));
            // Boxed, as is what follows damage: most rooms do it once, and would have a place for it as long as they live.
            let built = match Box::pin(self.load_for(&mut first, &forget)).await {
                Opening::Loaded(built) => built,
                Opening::Damaged if Box::pin(self.refuse_for_now(&forget)).await => continue,
                Opening::Damaged | Opening::Forgotten => return,
            };
            let available = matches!(*health.borrow_and_update(), StorageHealth::Available);
            let mut core = self.core_around(*built, available);
            if let Some(input) = first.take() {
                let event = self.event_of(input);
                self.step(&mut core, event);
                self.flush(&mut core);
            }
            let code = self.serve(&mut core, health, &forget).await;
            if code == CloseCode::Internal {
                core.close_channels(code);
                // Whoever asked hears of it by the reply, which is dropped.
                self.requests.clear();
                self.set_aside = None;
                continue;
            }
            core.close_all(code);
            break code;
        };
        // Requests hear of it by their replies, which are dropped with the room.
        self.mailbox.close();
        while let Ok(input) = self.mailbox.try_recv() {
            turn_away(input, code);
        }
    }

    fn core_around(&mut self, built: Built, storage_available: bool) -> RoomCore {
        self.unreadable = !built.unreadable.is_empty();
        // Short visits add up: what earlier ones left in the tail counts.
        (self.tail_rows, self.tail_bytes) = built.tail;
        let kind = (self.services.kind_of)(&self.name);
        let moderator = self.services.moderation.of(self.name.clone());
        let core = RoomCore::new(built.loaded, storage_available, Instant::now())
            .of_kind(kind)
            .moderated_by(moderator);
        match &self.peers {
            Some(peers) => core.in_cluster(peers.identity()),
            None => core,
        }
    }

    /// Takes one event after the other, until the room is to end. Answers with what its members are to be told.
    async fn serve(
        &mut self,
        core: &mut RoomCore,
        mut health: watch::Receiver<StorageHealth>,
        forget: &impl Fn() -> bool,
    ) -> CloseCode {
        let mut idle_since = Instant::now();
        let mut is_leaving = false;
        loop {
            if is_leaving && core.is_clean() {
                return CloseCode::GoingAway;
            }
            let deadline = core.next_deadline();
            let may_idle = core.is_idle() && self.in_flight.is_none();
            let event = tokio::select! {
                biased;
                result = outcome_of(&mut self.in_flight) => self.commit_event(result),
                built = result_of(&mut self.reload) => match built {
                    Some(built) => {
                        self.unreadable = !built.unreadable.is_empty();
                        RoomEvent::Reloaded {
                            storage_available: matches!(*health.borrow(), StorageHealth::Available),
                            loaded: Box::new(built.loaded),
                        }
                    }
                    None if self.services.shutdown.is_cancelled() => return CloseCode::GoingAway,
                    // Damaged, or gone for good.
                    None => return CloseCode::Internal,
                },
                outcomes = set_aside_by(&mut self.set_aside) => RoomEvent::SetAside { outcomes },
                Ok(()) = health.changed() => {
                    if !matches!(*health.borrow_and_update(), StorageHealth::Available) {
                        continue;
                    }
                    RoomEvent::StorageAvailable
                }
                event = next_of(&mut self.peers) => event,
                () = sleep_until(deadline) => RoomEvent::Tick,
                () = self.services.shutdown.cancelled(), if !is_leaving => {
                    is_leaving = true;
                    // What has come already is taken, and acknowledged before anybody is sent away.
                    self.take_waiting(core, self.mailbox.len());
                    self.flush(core);
                    continue;
                }
                input = self.mailbox.recv(), if is_leaving || core.accepts_input() => match input {
                    // What comes now stays with its author.
                    Some(input) if is_leaving => {
                        turn_away(input, CloseCode::GoingAway);
                        continue;
                    }
                    Some(input) => self.event_of(input),
                    // Every handle is gone: only the registry's own could be, at shutdown.
                    None => return CloseCode::GoingAway,
                },
                () = idle_until(idle_since + self.services.idle_timeout, may_idle) => {
                    // The registry decides under its lock, so that nobody can be on the way in.
                    if forget() {
                        return CloseCode::GoingAway;
                    }
                    idle_since = Instant::now();
                    continue;
                }
                () = self.leases.released() => {
                    idle_since = Instant::now();
                    continue;
                }
            };
            if !may_idle {
                idle_since = Instant::now();
            }
            let begun = Instant::now();
            self.step(core, event);
            while begun.elapsed() < TURN_MAX
                && let Some(event) = self.peers.as_mut().and_then(PeerLink::try_next)
            {
                self.step(core, event);
            }
            // Whatever waits already belongs to the same commit.
            while !is_leaving && begun.elapsed() < TURN_MAX && self.take_waiting(core, 1) {}
            self.flush(core);
            if begun.elapsed() >= TURN_MAX {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Takes up to so many inputs that wait. False when there was none, or no room for it.
    fn take_waiting(&mut self, core: &mut RoomCore, inputs: usize) -> bool {
        for _ in 0..inputs {
            if !core.accepts_input() {
                return false;
            }
            let Ok(input) = self.mailbox.try_recv() else {
                return false;
            };
            let event = self.event_of(input);
            self.step(core, event);
        }
        true
    }

    fn event_of(&mut self, input: RoomInput) -> RoomEvent {
        match input {
            RoomInput::Event(event) => event,
            RoomInput::Apply {
                author,
                access,
                update,
                reply,
            } => {
                let ticket = self.remember(reply);
                RoomEvent::Update {
                    source: Source::Request {
                        ticket,
                        author,
                        access,
                    },
                    keep: Keep::OnlyNew,
                    update,
                }
            }
            RoomInput::Merge {
                by,
                access,
                owners,
                update,
                reply,
            } => {
                let ticket = self.remember(reply);
                RoomEvent::Update {
                    source: Source::Merge {
                        ticket,
                        by,
                        access,
                        owners,
                    },
                    keep: Keep::OnlyNew,
                    update,
                }
            }
            RoomInput::Read { reply } => RoomEvent::Read {
                ticket: self.remember(reply),
            },
        }
    }

    fn remember(&mut self, reply: oneshot::Sender<Outcome>) -> Ticket {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        self.requests.insert(ticket, reply);
        ticket
    }

    fn commit_event(&mut self, (submitted, result): (Instant, Committed)) -> RoomEvent {
        match result {
            Ok(_rows) => {
                metrics::histogram!(crate::telemetry::names::ACK_SECONDS)
                    .record(submitted.elapsed().as_secs_f64());
                self.tail_rows += std::mem::take(&mut self.batch_rows);
                self.tail_bytes += std::mem::take(&mut self.batch_bytes);
                if !self.unreadable
                    && (self.services.tail_grown)(&self.name, self.tail_rows, self.tail_bytes)
                {
                    self.tail_rows = 0;
                    self.tail_bytes = 0;
                }
                RoomEvent::Committed
            }
            Err(error) => {
                tracing::warn!(doc = %self.name, %error, "commit failed");
                RoomEvent::CommitFailed
            }
        }
    }

    fn step(&mut self, core: &mut RoomCore, event: RoomEvent) {
        for effect in handle_fairly(core, event) {
            self.carry_out(core.doc(), effect);
        }
    }

    fn flush(&mut self, core: &mut RoomCore) {
        for effect in core.flush() {
            self.carry_out(core.doc(), effect);
        }
    }

    fn carry_out(&mut self, doc: DocId, effect: Effect) {
        match effect {
            Effect::Commit(appends) => {
                self.batch_rows = appends.len();
                self.batch_bytes = appends.iter().map(|append| append.update.len()).sum();
                self.in_flight = Some((Instant::now(), self.services.journal.submit(appends)));
            }
            Effect::Reload => {
                let (done, receiver) = oneshot::channel();
                self.reload = Some(receiver);
                let services = self.services.clone();
                let name = self.name.clone();
                self.services.tasks.spawn(async move {
                    match load_patiently(&services, &name, Missing::Create).await {
                        Some(Some(built)) => {
                            // The room may have ended meanwhile.
                            let _ = done.send(built);
                        }
                        Some(None) => {
                            tracing::info!(doc = %name, "a document in use was deleted for good");
                        }
                        None if services.shutdown.is_cancelled() => {}
                        None => tracing::error!(
                            doc = %name,
                            "a document in use cannot be loaded anew; it is closed to its members, and tried again from time to time"
                        ),
                    }
                });
            }
            Effect::SetAside(entries) => self.set_aside(entries),
            Effect::Answer { ticket, outcome } => {
                if let Some(reply) = self.requests.remove(&ticket) {
                    // The asker may have given up.
                    let _ = reply.send(outcome);
                }
            }
            Effect::Publish(message) => {
                if let Some(peers) = &self.peers {
                    peers.publish(message);
                }
            }
            Effect::Repair { cause, since } => {
                if let Some(peers) = &mut self.peers {
                    peers.repair(&self.services, doc, cause, since);
                }
            }
            Effect::Title(title) => match &self.titles {
                Some(titles) => titles.keep(title),
                None => {
                    let store = Arc::clone(&self.services.store);
                    let tasks = &self.services.tasks;
                    self.titles = Some(TitleKeeper::start(store, doc, title, tasks));
                }
            },
        }
    }

    fn set_aside(&mut self, entries: Vec<Quarantined>) {
        let (done, receiver) = oneshot::channel();
        self.set_aside = Some(receiver);
        let services = self.services.clone();
        let registry = self.registry.clone();
        let name = self.name.clone();
        self.services.tasks.spawn(async move {
            let outcomes = left_behind::set_aside(
                &registry,
                &services.store,
                &services.journal,
                &name,
                entries,
            )
            .await;
            // The room may have ended; the updates are where they are.
            let _ = done.send(outcomes);
        });
    }
}

/// Sends whoever comes away. Dropping the reply tells a request.
fn turn_away(input: RoomInput, code: CloseCode) {
    if let RoomInput::Event(RoomEvent::Join { subscriber, .. }) = input {
        if code == CloseCode::Internal {
            // It is this document that is at fault; others on the same connection go on.
            subscriber.close_channel(code);
        } else {
            subscriber.outbound.close(code);
        }
    }
}

/// Lets the core decide. What may take long does so without holding up the other tasks of this thread.
fn handle_fairly(core: &mut RoomCore, event: RoomEvent) -> Vec<Effect> {
    let brought = match &event {
        RoomEvent::Update { update, .. } => update.len(),
        RoomEvent::Repaired {
            changes: Some(changes),
            ..
        } => changes.bytes(),
        _ => 0,
    };
    // Any event may let go what is held.
    let bytes = brought + core.held_bytes();
    let takes_long =
        bytes > INLINE_BYTES_MAX || bytes.saturating_mul(core.blocks_at_most()) > INLINE_WORK_MAX;
    let can_step_aside = Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread;
    if takes_long && can_step_aside {
        tokio::task::block_in_place(|| core.handle(event, Instant::now(), now_ms()))
    } else {
        core.handle(event, Instant::now(), now_ms())
    }
}

/// The next event from other nodes; for ever on a single node.
async fn next_of(peers: &mut Option<PeerLink>) -> RoomEvent {
    match peers {
        Some(peers) => peers.next().await,
        None => pending().await,
    }
}

/// Waits for the commit in flight; for ever when there is none.
async fn outcome_of(
    in_flight: &mut Option<(Instant, oneshot::Receiver<Committed>)>,
) -> (Instant, Committed) {
    let Some((submitted, receiver)) = in_flight else {
        return pending().await;
    };
    let submitted = *submitted;
    let result = receiver
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("the journal has ended".into())));
    *in_flight = None;
    (submitted, result)
}

/// Waits for the updates that are being set aside; for ever when there are none. None is kept when nobody answers.
async fn set_aside_by(under_way: &mut Option<oneshot::Receiver<Vec<SetAside>>>) -> Vec<SetAside> {
    let Some(receiver) = under_way else {
        return pending().await;
    };
    let outcomes = receiver.await.unwrap_or_default();
    *under_way = None;
    outcomes
}

/// Waits for the reload under way; for ever when there is none. `None` when it cannot succeed.
async fn result_of(reload: &mut Option<oneshot::Receiver<Built>>) -> Option<Built> {
    let Some(receiver) = reload else {
        return pending().await;
    };
    let built = receiver.await.ok();
    *reload = None;
    built
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => pending().await,
    }
}

async fn idle_until(end: Instant, idle: bool) {
    if idle {
        tokio::time::sleep_until(end.into()).await;
    } else {
        pending::<()>().await;
    }
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
}

#[cfg(test)]
mod tests;
