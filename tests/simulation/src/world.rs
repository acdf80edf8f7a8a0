//! The clock, the wires, the faults, and the run from first edit to the last check.
//!
//! Time is virtual milliseconds. A wire is a pair of queues, in order and without loss while the connection lives,
//! like TCP; what is on it is lost when the connection breaks. Loss, duplication and reordering of edits follow from
//! that: clients send again after they reconnect, and different members' edits overtake each other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_client::event::{EntryId, Event};
use consilium_client::state::{SaveState, StoreCause};
use consilium_protocol::envelope::{
    Address, ClientFrame, ClientMessage, ServerFrame, ServerMessage,
};
use consilium_protocol::ids::{Access, DocName, UserId};
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::wire::Reader;
use consilium_server::outbound::{NodeBudget, Outbound, Outgoing};
use consilium_server::room::core::RoomCore;
use consilium_server::room::event::{Effect, RoomEvent};
use consilium_server::room::presence::Identity;
use consilium_server::room::subscriber::{Dialect, Subscriber, SubscriberId};
use consilium_server::store::{Quarantined, SetAside};
use consilium_server::ws::translate::{self, Vocabulary};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use yrs::{Doc, GetString, Text, Transact};

use crate::check;
use crate::hub::{Fate, Hub};
use crate::plan::Plan;
use crate::replica::{Replica, Wish};
use crate::stock::{Kind, Stock};

/// How long the healed system may take to become quiet.
const HEAL_MS: u64 = 180_000;

/// A run that takes more events than this is not making progress.
const HAPPENINGS_MAX: usize = 2_000_000;

/// What a run did, to see that it did something.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    /// Edits made by all members.
    pub edits: usize,
    /// Rows committed.
    pub committed: usize,
    /// Entries that our clients were told are safe.
    pub acknowledged: usize,
    /// Updates set aside.
    pub set_aside: usize,
    /// Connections that broke.
    pub broken: usize,
    /// Deaths of the server.
    pub crashes: usize,
    /// Commits that failed.
    pub failed_commits: usize,
    /// Times that a slow reader was caught up with a diff or a step 1 was answered.
    pub diffs: usize,
}

impl std::ops::AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        self.edits += other.edits;
        self.committed += other.committed;
        self.acknowledged += other.acknowledged;
        self.set_aside += other.set_aside;
        self.broken += other.broken;
        self.crashes += other.crashes;
        self.failed_commits += other.failed_commits;
        self.diffs += other.diffs;
    }
}

enum Client {
    Ours(Box<Replica>),
    Stock(Stock),
}

/// One connection, seen from both ends.
struct Wire {
    client: usize,
    outbound: Outbound,
    subscriber: SubscriberId,
    joined: bool,
    /// The client has noticed that it is up.
    up: bool,
    /// Broken; what is under way is lost.
    cut: bool,
    to_client_at: u64,
    to_server_at: u64,
    reading_again_at: u64,
}

enum Happening {
    ToServer {
        wire: u64,
        bytes: Bytes,
    },
    ToClient {
        wire: u64,
        bytes: Bytes,
    },
    Connected {
        client: usize,
        life: u64,
        wire: u64,
    },
    ConnectFailed {
        client: usize,
        life: u64,
    },
    ClientSeesCut {
        client: usize,
        life: u64,
        wire: u64,
    },
    HubSeesCut {
        wire: u64,
        hub_life: u64,
    },
    ReadAgain {
        wire: u64,
    },
    Loaded {
        client: usize,
        life: u64,
    },
    Persist {
        client: usize,
        life: u64,
        id: EntryId,
    },
    Timer {
        client: usize,
        life: u64,
        at_ms: u64,
    },
    Token {
        client: usize,
        life: u64,
    },
    DeviceWorks {
        client: usize,
    },
    RestartClient {
        client: usize,
    },
    StockReconnects {
        client: usize,
    },
    Edit {
        client: usize,
    },
    Flush {
        hub_life: u64,
    },
    CommitDone {
        hub_life: u64,
        fate: Fate,
    },
    Reloaded {
        hub_life: u64,
    },
    SetAside {
        hub_life: u64,
        outcomes: Vec<SetAside>,
    },
    HubTick {
        hub_life: u64,
    },
    StorageWorks,
    StartHub,
    Mischief,
}

struct World {
    plan: Plan,
    rng: ChaCha8Rng,
    base: Instant,
    now: u64,
    agenda: BinaryHeap<Reverse<(u64, u64)>>,
    happenings: BTreeMap<u64, Happening>,
    next_number: u64,
    doc: DocName,
    hub: Hub,
    clients: Vec<Client>,
    access: Vec<Access>,
    wires: BTreeMap<u64, Wire>,
    wire_of: Vec<Option<u64>>,
    next_wire: u64,
    next_client_id: u64,
    healing: bool,
    report: Report,
}

/// Runs one seed to its end.
///
/// # Panics
/// With the seed in the message when an invariant does not hold.
#[must_use]
pub fn run(plan: Plan) -> Report {
    let mut world = World::new(plan);
    world.play();
    world.report
}

impl World {
    fn new(plan: Plan) -> Self {
        let doc = DocName::parse("d").expect("a valid name");
        let mut clients = Vec::new();
        let mut next_client_id = 10;
        for _ in 0..plan.replicas {
            clients.push(Client::Ours(Box::new(Replica::new(doc.clone()))));
        }
        for (count, kind) in [(plan.envelopes, Kind::Envelope), (plan.plains, Kind::Plain)] {
            for _ in 0..count {
                next_client_id += 1;
                clients.push(Client::Stock(Stock::new(kind, &doc, next_client_id)));
            }
        }
        let count = clients.len();
        Self {
            rng: ChaCha8Rng::seed_from_u64(plan.seed),
            plan,
            base: Instant::now(),
            now: 1_000_000,
            agenda: BinaryHeap::new(),
            happenings: BTreeMap::new(),
            next_number: 0,
            hub: Hub::new(doc.clone()),
            doc,
            clients,
            access: vec![Access::Write; count],
            wires: BTreeMap::new(),
            wire_of: vec![None; count],
            next_wire: 0,
            next_client_id,
            healing: false,
            report: Report::default(),
        }
    }

    fn play(&mut self) {
        self.later(0, Happening::StartHub);
        for client in 0..self.clients.len() {
            let delay = self.rng.random_range(0..300);
            match self.clients[client] {
                Client::Ours(_) => self.later(delay, Happening::RestartClient { client }),
                Client::Stock(_) => self.later(delay, Happening::StockReconnects { client }),
            }
            self.later(delay + 50, Happening::Edit { client });
        }
        self.later(100, Happening::Mischief);
        let heal_at = self.now + self.plan.active_ms;
        self.play_until(heal_at);
        self.heal();
        let end = self.now + HEAL_MS;
        while self.now < end && !self.is_quiet() {
            self.play_until((self.now + 500).min(end));
        }
        self.final_check();
    }

    fn play_until(&mut self, end: u64) {
        let mut count = 0;
        while let Some(Reverse((at, number))) = self.agenda.peek().copied() {
            if at > end {
                break;
            }
            self.agenda.pop();
            self.now = self.now.max(at);
            let happening = self.happenings.remove(&number).expect("scheduled");
            self.happen(happening);
            count += 1;
            assert!(
                count < HAPPENINGS_MAX,
                "seed {}: no end of events",
                self.plan.seed
            );
        }
        self.now = self.now.max(end);
    }

    fn later(&mut self, delay: u64, happening: Happening) {
        let number = self.next_number;
        self.next_number += 1;
        self.happenings.insert(number, happening);
        self.agenda.push(Reverse((self.now + delay, number)));
    }

    fn chance(&mut self, thousandths: u32) -> bool {
        !self.healing && self.rng.random_range(0..1000) < thousandths
    }

    fn instant(&self) -> Instant {
        self.base + Duration::from_millis(self.now)
    }

    fn fresh_client_id(&mut self) -> u64 {
        self.next_client_id += 1;
        self.next_client_id
    }

    fn life(&self, client: usize) -> u64 {
        match &self.clients[client] {
            Client::Ours(replica) => replica.life,
            Client::Stock(_) => 0,
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::ToServer { wire, bytes } => self.server_hears(wire, bytes),
            Happening::ToClient { wire, bytes } => self.client_hears(wire, bytes),
            Happening::Connected { client, life, wire } => self.connected(client, life, wire),
            Happening::ConnectFailed { client, life } => {
                if self.life(client) == life {
                    self.tell_replica(
                        client,
                        Event::SocketClosed {
                            code: 1006,
                            reason: String::new(),
                        },
                    );
                }
            }
            Happening::ClientSeesCut { client, life, wire } => {
                if self.life(client) == life && self.wire_of[client] == Some(wire) {
                    self.wire_of[client] = None;
                    match self.clients[client] {
                        Client::Ours(_) => self.tell_replica(
                            client,
                            Event::SocketClosed {
                                code: 1006,
                                reason: String::new(),
                            },
                        ),
                        Client::Stock(_) => {
                            let delay = self.rng.random_range(50..2500);
                            self.later(delay, Happening::StockReconnects { client });
                        }
                    }
                }
            }
            Happening::HubSeesCut { wire, hub_life } => {
                if let Some(gone) = self.wires.remove(&wire)
                    && self.hub.life == hub_life
                    && gone.joined
                {
                    self.tell_hub(RoomEvent::Leave {
                        id: gone.subscriber,
                    });
                }
            }
            Happening::ReadAgain { wire } => self.drain(wire),
            Happening::Loaded { client, life } => self.replica_loaded(client, life),
            Happening::Persist { client, life, id } => self.persist(client, life, id),
            Happening::Timer {
                client,
                life,
                at_ms,
            } => {
                if self.life(client) == life
                    && let Client::Ours(replica) = &self.clients[client]
                    && replica.timer_is(at_ms)
                {
                    self.tell_replica(client, Event::Timer);
                }
            }
            Happening::Token { client, life } => {
                if self.life(client) == life {
                    self.tell_replica(
                        client,
                        Event::Token {
                            token: Some("token".to_owned()),
                        },
                    );
                }
            }
            Happening::DeviceWorks { client } => {
                if let Client::Ours(replica) = &mut self.clients[client] {
                    replica.device.failing = false;
                }
            }
            Happening::RestartClient { client } => self.restart_client(client),
            Happening::StockReconnects { client } => self.connect(client),
            Happening::Edit { client } => self.edit(client),
            Happening::Flush { hub_life } => {
                if self.hub.life == hub_life {
                    self.flush_hub();
                }
            }
            Happening::CommitDone { hub_life, fate } => {
                if self.hub.life == hub_life {
                    self.commit_done(fate);
                }
            }
            Happening::Reloaded { hub_life } => {
                if self.hub.life == hub_life {
                    let loaded = self.hub.journal.build();
                    let storage_available = self.hub.journal.available;
                    self.tell_hub(RoomEvent::Reloaded {
                        loaded: Box::new(loaded),
                        storage_available,
                    });
                }
            }
            Happening::SetAside { hub_life, outcomes } => {
                if self.hub.life == hub_life {
                    self.hub.is_setting_aside = false;
                    self.tell_hub(RoomEvent::SetAside { outcomes });
                }
            }
            Happening::HubTick { hub_life } => {
                if self.hub.life == hub_life {
                    self.tell_hub(RoomEvent::Tick);
                }
            }
            Happening::StorageWorks => {
                self.hub.journal.available = true;
                self.tell_hub(RoomEvent::StorageAvailable);
            }
            Happening::StartHub => self.start_hub(),
            Happening::Mischief => self.mischief(),
        }
    }

    // The hub

    fn start_hub(&mut self) {
        if self.hub.core.is_some() {
            return;
        }
        self.hub.life += 1;
        let loaded = self.hub.journal.build();
        let available = self.hub.journal.available;
        self.hub.core = Some(RoomCore::new(loaded, available, self.instant()));
    }

    fn crash_hub(&mut self) {
        if self.hub.core.take().is_none() {
            return;
        }
        self.report.crashes += 1;
        self.hub.life += 1;
        self.hub.is_setting_aside = false;
        // Nobody can know whether the commit under way came through.
        if let Some(batch) = self.hub.in_flight.take()
            && self.hub.journal.available
            && self.rng.random_bool(0.5)
        {
            self.hub.journal.commit(&batch);
        }
        let wires: Vec<u64> = self.wires.keys().copied().collect();
        for wire in wires {
            self.cut(wire);
        }
        let delay = self.rng.random_range(5..1500);
        self.later(delay, Happening::StartHub);
    }

    fn tell_hub(&mut self, event: RoomEvent) {
        let now = self.instant();
        let wall = i64::try_from(self.now).unwrap_or(i64::MAX);
        let Some(core) = &mut self.hub.core else {
            return;
        };
        let effects = core.handle(event, now, wall);
        self.hub_effects(effects);
        // A busy room gathers more before it commits.
        if self.rng.random_range(0..10) < 7 {
            self.flush_hub();
        } else {
            let hub_life = self.hub.life;
            self.later(1, Happening::Flush { hub_life });
        }
        if let Some(deadline) = self.hub.core.as_ref().and_then(RoomCore::next_deadline) {
            let at = deadline.duration_since(self.base).as_millis() as u64;
            let hub_life = self.hub.life;
            self.later(at.saturating_sub(self.now), Happening::HubTick { hub_life });
        }
        let wires: Vec<u64> = self.wires.keys().copied().collect();
        for wire in wires {
            self.drain(wire);
        }
    }

    fn flush_hub(&mut self) {
        if let Some(core) = &mut self.hub.core {
            let effects = core.flush().collect();
            self.hub_effects(effects);
        }
    }

    fn hub_effects(&mut self, effects: Vec<Effect>) {
        let hub_life = self.hub.life;
        for effect in effects {
            match effect {
                Effect::Commit(batch) => {
                    assert!(
                        self.hub.in_flight.is_none(),
                        "seed {}: two batches in flight",
                        self.plan.seed
                    );
                    self.hub.in_flight = Some(batch);
                    let fate = if !self.hub.journal.available || self.chance(self.plan.fail_commit)
                    {
                        Fate::Lost
                    } else if self.chance(self.plan.ambiguous_commit) {
                        Fate::Ambiguous
                    } else {
                        Fate::Durable
                    };
                    let delay = if self.chance(self.plan.slow_commit) {
                        self.rng.random_range(200..4000)
                    } else {
                        self.rng.random_range(1..6)
                    };
                    self.later(delay, Happening::CommitDone { hub_life, fate });
                }
                Effect::Reload => {
                    let delay = self.rng.random_range(1..30);
                    self.later(delay, Happening::Reloaded { hub_life });
                }
                Effect::SetAside(entries) => self.set_aside(entries),
                Effect::Answer { .. } => panic!("nobody asked"),
                Effect::Title(_) => {}
            }
        }
    }

    fn set_aside(&mut self, entries: Vec<Quarantined>) {
        assert!(
            !std::mem::replace(&mut self.hub.is_setting_aside, true),
            "seed {}: two transactions of the quarantine at a time",
            self.plan.seed
        );
        self.report.set_aside += entries.len();
        let outcomes = self.hub.journal.set_aside(entries);
        let hub_life = self.hub.life;
        let delay = self.rng.random_range(1..10);
        self.later(delay, Happening::SetAside { hub_life, outcomes });
    }

    fn commit_done(&mut self, fate: Fate) {
        let Some(batch) = self.hub.in_flight.take() else {
            return;
        };
        for append in &batch {
            // I3: what is committed was written by somebody who could write when it was taken; access changes reach
            // the room as events, so a later loss of access does not concern it.
            assert!(
                append.author.is_some(),
                "seed {}: a row without author",
                self.plan.seed
            );
        }
        if fate != Fate::Lost {
            self.hub.journal.commit(&batch);
            self.report.committed = self.hub.journal.committed;
        }
        if fate == Fate::Durable {
            self.tell_hub(RoomEvent::Committed);
        } else {
            self.report.failed_commits += 1;
            if self.hub.journal.available {
                self.hub.journal.available = false;
                let delay = self.rng.random_range(5..3000);
                self.later(delay, Happening::StorageWorks);
            }
            self.tell_hub(RoomEvent::CommitFailed);
        }
    }

    // Wires

    fn connect(&mut self, client: usize) {
        if self.wire_of[client].is_some() {
            return;
        }
        let life = self.life(client);
        let delay = self.rng.random_range(1..80);
        if self.hub.core.is_none() || self.chance(30) {
            match self.clients[client] {
                Client::Ours(_) => self.later(delay, Happening::ConnectFailed { client, life }),
                Client::Stock(_) => self.later(delay + 200, Happening::StockReconnects { client }),
            }
            return;
        }
        self.next_wire += 1;
        let wire = self.next_wire;
        self.wires.insert(
            wire,
            Wire {
                client,
                outbound: Outbound::new(NodeBudget::default()),
                subscriber: SubscriberId(wire),
                joined: false,
                up: false,
                cut: false,
                to_client_at: 0,
                to_server_at: 0,
                reading_again_at: 0,
            },
        );
        self.wire_of[client] = Some(wire);
        self.later(delay, Happening::Connected { client, life, wire });
    }

    fn connected(&mut self, client: usize, life: u64, wire: u64) {
        if self.life(client) != life || self.wire_of[client] != Some(wire) {
            self.cut(wire);
            return;
        }
        let Some(line) = self.wires.get_mut(&wire).filter(|line| !line.cut) else {
            return;
        };
        line.up = true;
        match &mut self.clients[client] {
            Client::Ours(_) => self.tell_replica(client, Event::SocketOpened),
            Client::Stock(stock) => {
                let frames = stock.opened();
                let is_plain = stock.kind == Kind::Plain;
                if is_plain {
                    self.join(wire, Dialect::Plain, None);
                }
                for frame in frames {
                    self.send(wire, frame);
                }
            }
        }
    }

    /// The connection breaks: each side learns of it in its own time, and what is under way is lost.
    fn cut(&mut self, wire: u64) {
        let Some(line) = self.wires.get_mut(&wire) else {
            return;
        };
        if line.cut {
            return;
        }
        line.cut = true;
        self.report.broken += 1;
        let client = line.client;
        let life = self.life(client);
        let (client_delay, hub_delay) = (
            self.rng.random_range(1..3000),
            self.rng.random_range(1..5000),
        );
        self.later(
            client_delay,
            Happening::ClientSeesCut { client, life, wire },
        );
        let hub_life = self.hub.life;
        self.later(hub_delay, Happening::HubSeesCut { wire, hub_life });
    }

    fn send(&mut self, wire: u64, bytes: Bytes) {
        let delay = self.rng.random_range(1..60);
        let now = self.now;
        let Some(line) = self
            .wires
            .get_mut(&wire)
            .filter(|line| !line.cut && line.up)
        else {
            return;
        };
        line.to_server_at = line.to_server_at.max(now + delay);
        let at = line.to_server_at;
        self.later(at - now, Happening::ToServer { wire, bytes });
    }

    /// Moves what the room has queued onto the wire, unless the reader has stopped reading.
    fn drain(&mut self, wire: u64) {
        loop {
            let now = self.now;
            let Some(line) = self.wires.get_mut(&wire).filter(|line| !line.cut) else {
                return;
            };
            if line.reading_again_at > now {
                return;
            }
            match line.outbound.take() {
                Some(Outgoing::Frame(bytes)) => {
                    let (client, at) = (line.client, line.to_client_at);
                    self.check_shown(client, &bytes);
                    let delay = self.rng.random_range(1..60);
                    let at = at.max(now + delay);
                    if let Some(line) = self.wires.get_mut(&wire) {
                        line.to_client_at = at;
                    }
                    self.later(at - now, Happening::ToClient { wire, bytes });
                }
                Some(Outgoing::Close(_)) => {
                    self.cut(wire);
                    return;
                }
                None => break,
            }
        }
        let Some(line) = self.wires.get(&wire) else {
            return;
        };
        if line.outbound.take_drained() {
            let id = line.subscriber;
            self.report.diffs += 1;
            self.tell_hub(RoomEvent::Drained { id });
        }
    }

    /// D2: nobody is shown what is not committed.
    fn check_shown(&self, client: usize, frame: &Bytes) {
        let sync = match &self.clients[client] {
            Client::Stock(stock) if stock.kind == Kind::Plain => {
                match PlainMessage::decode(&mut Reader::new(frame.clone())) {
                    Ok(PlainMessage::Sync(sync)) => sync,
                    _ => return,
                }
            }
            _ => match ServerFrame::decode(frame.clone()) {
                Ok(ServerFrame::Message {
                    message: ServerMessage::Sync(sync),
                    ..
                }) => sync,
                _ => return,
            },
        };
        if let SyncMessage::Step2(update) | SyncMessage::Update(update) = sync {
            assert!(
                self.hub.journal.has(&check::spans(&update)),
                "seed {}: an uncommitted edit was shown",
                self.plan.seed
            );
        }
    }

    fn server_hears(&mut self, wire: u64, bytes: Bytes) {
        let Some(line) = self.wires.get(&wire).filter(|line| !line.cut) else {
            return;
        };
        if self.hub.core.is_none() {
            return;
        }
        let (client, id) = (line.client, line.subscriber);
        if let Client::Stock(stock) = &self.clients[client]
            && stock.kind == Kind::Plain
        {
            for message in PlainMessage::decode_frame(bytes) {
                let Ok(event) = message
                    .map_err(|_| ())
                    .and_then(|message| translate::from_plain(id, message).map_err(|_| ()))
                else {
                    self.cut(wire);
                    return;
                };
                self.tell_hub(event);
            }
            return;
        }
        match ClientFrame::decode(bytes) {
            Ok(ClientFrame::Ping) => {
                if let Some(line) = self.wires.get(&wire) {
                    line.outbound
                        .answer(Bytes::from_static(consilium_protocol::envelope::PONG_FRAME));
                }
                self.drain(wire);
            }
            Ok(ClientFrame::Pong) => {}
            Ok(ClientFrame::Message { address, message }) => {
                self.envelope_message(wire, id, address, message);
            }
            Err(_) => self.cut(wire),
        }
    }

    fn envelope_message(
        &mut self,
        wire: u64,
        id: SubscriberId,
        address: Address,
        message: ClientMessage,
    ) {
        let vocabulary = match message {
            ClientMessage::Auth(auth) => {
                let dialect = if auth.speaks_extensions() {
                    Dialect::Extended(address)
                } else {
                    Dialect::Envelope(address)
                };
                self.join(wire, dialect, auth.lineage);
                return;
            }
            _ => match &self.clients[self.wires[&wire].client] {
                Client::Ours(_) => Vocabulary::Extended,
                Client::Stock(_) => Vocabulary::Stock,
            },
        };
        match translate::from_envelope(id, vocabulary, message) {
            Ok(Some(event)) => self.tell_hub(event),
            Ok(None) => {}
            Err(_) => self.cut(wire),
        }
    }

    fn join(
        &mut self,
        wire: u64,
        dialect: Dialect,
        lineage: Option<consilium_protocol::ids::Lineage>,
    ) {
        let Some(line) = self.wires.get_mut(&wire) else {
            return;
        };
        line.joined = true;
        let event = RoomEvent::Join {
            id: line.subscriber,
            subscriber: Box::new(Subscriber {
                dialect,
                outbound: line.outbound.clone(),
                identity: Some(Identity {
                    user: UserId::new(format!("member {}", line.client)),
                    display_name: String::new(),
                }),
                access: self.access[line.client],
                lineage,
            }),
        };
        self.tell_hub(event);
    }

    fn client_hears(&mut self, wire: u64, bytes: Bytes) {
        let Some(line) = self.wires.get(&wire).filter(|line| !line.cut) else {
            return;
        };
        let client = line.client;
        if self.wire_of[client] != Some(wire) {
            return;
        }
        match &mut self.clients[client] {
            Client::Ours(_) => self.tell_replica(client, Event::SocketMessage { bytes }),
            Client::Stock(stock) => {
                for answer in stock.heard(bytes) {
                    self.send(wire, answer);
                }
                self.check_stock(client);
            }
        }
    }

    /// I1 for stock providers: a counter of zero says that everything of theirs is durable.
    fn check_stock(&self, client: usize) {
        if let Client::Stock(stock) = &self.clients[client]
            && stock.kind == Kind::Envelope
            && stock.unsynced == 0
            && self.access[client] >= Access::Write
            && !self.was_read_only(client)
        {
            let own = stock.view.clock_of(stock.client);
            let durable = self.hub.journal.truth.clock_of(stock.client);
            assert!(
                own <= durable,
                "seed {}: a provider shows nothing unsynced, but {own} > {durable}",
                self.plan.seed
            );
        }
    }

    /// Stock providers have no word for "set aside", so their counter says nothing after a spell of reading only.
    fn was_read_only(&self, client: usize) -> bool {
        self.hub
            .journal
            .quarantine
            .iter()
            .any(|entry| entry.author == Some(UserId::new(format!("member {client}"))))
    }

    // Our clients

    fn restart_client(&mut self, client: usize) {
        let tab_client = self.fresh_client_id();
        let seed = self.rng.random();
        let doc = self.doc.clone();
        if let Client::Ours(replica) = &mut self.clients[client] {
            replica.start(tab_client, seed);
        }
        self.wire_of[client] = None;
        self.tell_replica(client, Event::Open { doc });
    }

    fn crash_client(&mut self, client: usize) {
        if let Client::Ours(replica) = &mut self.clients[client] {
            if replica.engine.is_none() {
                return;
            }
            replica.crash();
        } else {
            return;
        }
        if let Some(wire) = self.wire_of[client].take() {
            self.cut(wire);
        }
        let delay = self.rng.random_range(10..3000);
        self.later(delay, Happening::RestartClient { client });
    }

    fn replica_loaded(&mut self, client: usize, life: u64) {
        if self.life(client) != life {
            return;
        }
        let Client::Ours(replica) = &self.clients[client] else {
            return;
        };
        let event = replica.loaded_event();
        self.tell_replica(client, event);
        self.rebuild(client);
    }

    fn rebuild(&mut self, client: usize) {
        let tab_client = self.fresh_client_id();
        if let Client::Ours(replica) = &mut self.clients[client] {
            replica.rebuild(tab_client);
        }
    }

    fn persist(&mut self, client: usize, life: u64, id: EntryId) {
        if self.life(client) != life {
            return;
        }
        let doc = self.doc.clone();
        let Client::Ours(replica) = &mut self.clients[client] else {
            return;
        };
        if replica.engine.is_none() {
            return;
        }
        if replica.persist(id) {
            self.tell_replica(client, Event::Persisted { doc, id });
        } else {
            self.tell_replica(
                client,
                Event::PersistFailed {
                    doc,
                    id,
                    cause: StoreCause::Quota,
                },
            );
            let delay = self.rng.random_range(50..500);
            self.later(delay, Happening::Persist { client, life, id });
        }
    }

    fn tell_replica(&mut self, client: usize, event: Event) {
        let now = self.now;
        let seed = self.plan.seed;
        let Client::Ours(replica) = &mut self.clients[client] else {
            return;
        };
        let life = replica.life;
        for wish in replica.handle(event, now) {
            match wish {
                Wish::Load => {
                    let delay = self.rng.random_range(1..40);
                    self.later(delay, Happening::Loaded { client, life });
                }
                Wish::Persist(id) => {
                    let delay = self.rng.random_range(1..60);
                    self.later(delay, Happening::Persist { client, life, id });
                }
                Wish::Connect => self.connect(client),
                Wish::Disconnect => {
                    if let Some(wire) = self.wire_of[client].take() {
                        self.cut(wire);
                    }
                }
                Wish::Send(bytes) => {
                    if let Some(wire) = self.wire_of[client] {
                        self.send(wire, bytes);
                    }
                }
                Wish::Timer(at_ms) => self.later(
                    at_ms.saturating_sub(now),
                    Happening::Timer {
                        client,
                        life,
                        at_ms,
                    },
                ),
                Wish::Token => {
                    let delay = self.rng.random_range(1..20);
                    self.later(delay, Happening::Token { client, life });
                }
                Wish::Confirmed(update) => {
                    self.report.acknowledged += 1;
                    assert!(
                        self.hub.journal.has(&check::spans(&update)),
                        "seed {seed}: an edit was acknowledged that is not committed"
                    );
                }
                Wish::SetAside(update) => assert!(
                    self.hub.journal.has_set_aside(&check::spans(&update)),
                    "seed {seed}: an edit was called set aside that is not"
                ),
                Wish::Rebuild => self.rebuild(client),
                Wish::Told => {
                    if let Client::Ours(replica) = &self.clients[client] {
                        replica.check_truth(seed);
                    }
                }
            }
        }
    }

    // People

    fn edit(&mut self, client: usize) {
        let mean = self.plan.edit_every_ms;
        if self.healing {
            return;
        }
        let delay = self.rng.random_range(1..=2 * mean);
        self.later(delay, Happening::Edit { client });
        let doc = self.doc.clone();
        let connected = self.wire_of[client]
            .and_then(|wire| self.wires.get(&wire))
            .is_some_and(|line| line.up && !line.cut);
        match &mut self.clients[client] {
            Client::Ours(replica) => {
                if replica.engine.is_none() || !replica.loaded {
                    return;
                }
                let update = type_something(&replica.tab.doc, &mut self.rng, client);
                self.report.edits += 1;
                self.tell_replica(client, Event::LocalUpdate { doc, update });
            }
            Client::Stock(stock) => {
                let update = type_something(&stock.view.doc, &mut self.rng, client);
                self.report.edits += 1;
                if let Some(frame) = stock.edited(update, connected)
                    && let Some(wire) = self.wire_of[client]
                {
                    self.send(wire, frame);
                }
            }
        }
    }

    // Faults

    fn mischief(&mut self) {
        if self.healing {
            return;
        }
        self.later(100, Happening::Mischief);
        if self.chance(self.plan.crash_server) {
            self.crash_hub();
        }
        if self.chance(self.plan.compact) {
            self.hub.journal.compact();
        }
        for client in 0..self.clients.len() {
            if self.chance(self.plan.break_connection)
                && let Some(wire) = self.wire_of[client]
            {
                self.cut(wire);
            }
            if self.chance(self.plan.crash_replica) {
                self.crash_client(client);
            }
            if self.chance(self.plan.change_access) {
                let access = if self.access[client] == Access::Write {
                    Access::Read
                } else {
                    Access::Write
                };
                self.set_access(client, access);
            }
            if self.chance(self.plan.fail_device)
                && let Client::Ours(replica) = &mut self.clients[client]
                && !replica.device.failing
            {
                replica.device.failing = true;
                let delay = self.rng.random_range(50..2000);
                self.later(delay, Happening::DeviceWorks { client });
            }
            if self.chance(self.plan.pause_reading) {
                self.pause_reading(client);
            }
            if self.chance(self.plan.garbage)
                && let Some(wire) = self.wire_of[client]
            {
                self.send_garbage(wire);
            }
        }
    }

    fn set_access(&mut self, client: usize, access: Access) {
        if self.access[client] == access {
            return;
        }
        self.access[client] = access;
        let Some(line) = self.wire_of[client]
            .and_then(|wire| self.wires.get(&wire))
            .filter(|line| line.joined && !line.cut)
        else {
            return;
        };
        let address = Address::of(&self.doc);
        let dialect = match &self.clients[client] {
            Client::Ours(_) => Dialect::Extended(address),
            Client::Stock(stock) if stock.kind == Kind::Envelope => Dialect::Envelope(address),
            Client::Stock(_) => Dialect::Plain,
        };
        let event = RoomEvent::Join {
            id: line.subscriber,
            subscriber: Box::new(Subscriber {
                dialect,
                outbound: line.outbound.clone(),
                identity: Some(Identity {
                    user: UserId::new(format!("member {client}")),
                    display_name: String::new(),
                }),
                access,
                lineage: None,
            }),
        };
        self.tell_hub(event);
    }

    fn pause_reading(&mut self, client: usize) {
        let pause = self.rng.random_range(100..2500);
        let now = self.now;
        if let Some(wire) = self.wire_of[client]
            && let Some(line) = self.wires.get_mut(&wire)
        {
            line.reading_again_at = now + pause;
            self.later(pause, Happening::ReadAgain { wire });
        }
    }

    /// Bytes that are almost a frame. What happens to be an edit is not sent: a member may write nonsense, and that
    /// is no garbage.
    fn send_garbage(&mut self, wire: u64) {
        let mut bytes = ClientFrame::Message {
            address: Address::of(&self.doc),
            message: ClientMessage::Awareness(Bytes::from_static(&[1, 7, 1, 2, b'{', b'}'])),
        }
        .encode()
        .to_vec();
        for _ in 0..self.rng.random_range(1..4) {
            let at = self.rng.random_range(0..bytes.len());
            bytes[at] = self.rng.random();
        }
        let bytes = Bytes::from(bytes);
        let is_edit = matches!(
            ClientFrame::decode(bytes.clone()),
            Ok(ClientFrame::Message {
                message: ClientMessage::Sync(_)
                    | ClientMessage::Extension(_)
                    | ClientMessage::Auth(_)
                    | ClientMessage::Close,
                ..
            })
        ) || PlainMessage::decode_frame(bytes.clone())
            .any(|message| matches!(message, Ok(PlainMessage::Sync(_))));
        if !is_edit {
            self.send(wire, bytes);
        }
    }

    // The end

    fn heal(&mut self) {
        self.healing = true;
        for client in 0..self.clients.len() {
            self.set_access(client, Access::Write);
            if let Client::Ours(replica) = &mut self.clients[client] {
                replica.device.failing = false;
                if replica.engine.is_some() {
                    self.tell_replica(client, Event::Wake);
                }
            }
            // Stock clients ask again only when they reconnect.
            if matches!(self.clients[client], Client::Stock(_))
                && let Some(wire) = self.wire_of[client]
            {
                self.cut(wire);
            }
        }
    }

    fn is_quiet(&self) -> bool {
        let Some(core) = &self.hub.core else {
            return false;
        };
        let truth = self.hub.journal.truth.text();
        core.is_clean()
            && self.clients.iter().enumerate().all(|(client, each)| {
                let (view, settled) = match each {
                    Client::Ours(replica) => (
                        &replica.tab,
                        replica.loaded
                            && replica
                                .state
                                .as_ref()
                                .is_some_and(|state| state.save == SaveState::Safe && state.synced),
                    ),
                    Client::Stock(stock) => (
                        &stock.view,
                        stock.kind == Kind::Plain
                            || stock.unsynced == 0
                            || self.was_read_only(client),
                    ),
                };
                settled && view.text() == truth
            })
    }

    fn final_check(&mut self) {
        let seed = self.plan.seed;
        let core = self
            .hub
            .core
            .as_ref()
            .unwrap_or_else(|| panic!("seed {seed}: the server did not come back"));
        let truth = self.hub.journal.truth.text();
        assert_eq!(
            check::text(core.replica().doc()),
            truth,
            "seed {seed}: the room differs from the journal"
        );
        let reloaded = self.hub.journal.build();
        assert_eq!(
            check::text(reloaded.replica.doc()),
            truth,
            "seed {seed}: a fresh load differs from what was committed"
        );
        for (client, each) in self.clients.iter().enumerate() {
            match each {
                Client::Ours(replica) => {
                    let state = replica.state.as_ref();
                    assert_eq!(
                        replica.tab.text(),
                        truth,
                        "seed {seed}: our client {client} differs; {state:?}"
                    );
                    assert_eq!(
                        replica.durable_updates().count(),
                        0,
                        "seed {seed}: our client {client} keeps an outbox; {state:?}"
                    );
                    assert_eq!(
                        state.map(|state| state.save),
                        Some(SaveState::Safe),
                        "seed {seed}: our client {client} is not safe"
                    );
                }
                Client::Stock(stock) => {
                    assert_eq!(
                        stock.view.text(),
                        truth,
                        "seed {seed}: stock client {client} ({:?}) differs",
                        stock.kind
                    );
                    assert!(
                        stock.kind == Kind::Plain
                            || stock.unsynced == 0
                            || self.was_read_only(client),
                        "seed {seed}: provider {client} still shows {} unsynced",
                        stock.unsynced
                    );
                }
            }
        }
    }
}

/// An edit like a person's: a few letters somewhere, sometimes a deletion. Returns the update.
fn type_something(view: &Doc, rng: &mut ChaCha8Rng, client: usize) -> Bytes {
    let text = view.get_or_insert_text(check::ROOT);
    let mut txn = view.transact_mut();
    let length = text.get_string(&txn).len() as u32;
    let at = rng.random_range(0..=length);
    if length > 4 && rng.random_range(0..5) == 0 {
        let at = at.min(length - 2);
        text.remove_range(&mut txn, at, 2);
    }
    let letter = char::from(b'a' + (client % 26) as u8);
    let at = at.min(text.get_string(&txn).len() as u32);
    let word: String = std::iter::repeat_n(letter, rng.random_range(1..4)).collect();
    text.insert(&mut txn, at, &word);
    txn.encode_update_v1().into()
}
