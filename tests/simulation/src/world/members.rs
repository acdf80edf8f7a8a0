//! Clients and the people in front of them: browsers live and die, devices store, somebody types.

use bytes::Bytes;
use consilium_client::event::{EntryId, Event};
use consilium_client::state::StoreCause;
use consilium_protocol::update_shape::BlockSpan;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use yrs::{Doc, GetString, Text, Transact};

use super::World;
use super::happening::{AtClient, Happening};
use crate::check::{self, Coverage};
use crate::member::{Client, user};
use crate::replica::{Replica, Wish};
use crate::report::Seen;
use crate::stock::Kind;
use crate::trace;
use crate::wire::WireId;

impl World {
    pub(super) fn at_client(&mut self, client: usize, what: AtClient) {
        match what {
            AtClient::Connected { wire } => self.connected(client, wire),
            AtClient::ConnectFailed => self.tell_replica(client, socket_closed()),
            AtClient::SeesCut { wire } => self.client_sees_cut(client, wire),
            AtClient::Loaded => self.replica_loaded(client),
            AtClient::Persist(id) => self.persist(client, id),
            AtClient::Timer { at_ms } => {
                if self
                    .replica(client)
                    .is_some_and(|replica| replica.timer_is(at_ms))
                {
                    self.tell_replica(client, Event::Timer);
                }
            }
            AtClient::DoorSays(outcome) => self.door_answers(client, outcome),
            AtClient::Token => {
                let token = Some("token".to_owned());
                self.tell_replica(client, Event::Token { token });
            }
        }
    }

    pub(super) fn later_at_client(&mut self, delay_ms: u64, client: usize, what: AtClient) {
        let life = self.members[client].life();
        self.agenda
            .after(delay_ms, Happening::AtClient { client, life, what });
    }

    pub(super) fn client_hears(&mut self, client: usize, wire: WireId, bytes: Bytes) {
        let is_plain = self.members[client].is_plain();
        self.say(|| {
            let frame = trace::to_client(is_plain, &bytes);
            format!("client {client} hears: {frame}")
        });
        match &mut self.members[client].client {
            Client::Ours(_) => self.tell_replica(client, Event::SocketMessage { bytes }),
            Client::Stock(stock) => {
                for answer in stock.heard(bytes) {
                    self.send(wire, answer);
                }
                self.check_stock(client);
            }
        }
    }

    fn client_sees_cut(&mut self, client: usize, wire: WireId) {
        let member = &mut self.members[client];
        if member.wire != Some(wire) {
            return;
        }
        member.wire = None;
        self.say(|| format!("client {client} sees that {wire:?} is gone"));
        match self.members[client].client {
            Client::Ours(_) => self.tell_replica(client, socket_closed()),
            Client::Stock(_) => {
                let delay = self.dice.ms(50..2500);
                self.agenda
                    .after(delay, Happening::StockReconnects { client });
            }
        }
    }

    /// I1 for stock providers: as many messages as a status has come for are durable, and when none is left everything of
    /// theirs is.
    fn check_stock(&self, client: usize) {
        let member = &self.members[client];
        if let Client::Stock(stock) = &member.client
            && stock.kind == Kind::Envelope
            && member.access >= consilium_protocol::ids::Access::Write
            && !self.was_read_only(client)
        {
            let seed = self.plan.seed;
            let durable = self.journal.truth.clock_of(stock.client);
            let sent = stock.sent.iter();
            let lacking = sent.filter(|span| !self.journal.has(&[**span])).count();
            let unsynced = stock.unsynced;
            assert!(
                lacking <= unsynced,
                "seed {seed}: a provider shows {unsynced} unsynced, but {lacking} are not durable"
            );
            let own = stock.view.clock_of(stock.client);
            assert!(
                stock.unsynced > 0 || own <= durable,
                "seed {seed}: a provider shows nothing unsynced, but {own} > {durable}"
            );
        }
    }

    /// Stock providers have no word for "set aside", so their counter says nothing after a spell of reading only.
    pub(super) fn was_read_only(&self, client: usize) -> bool {
        self.journal
            .quarantine
            .iter()
            .any(|entry| entry.author == Some(user(client)))
            || self
                .branches
                .iter()
                .any(|branch| branch.author == user(client))
    }

    /// What a member sees.
    pub(super) fn view_of(&self, client: usize) -> &check::View {
        match &self.members[client].client {
            Client::Ours(replica) => &replica.tab,
            Client::Stock(stock) => &stock.view,
        }
    }

    /// Whether a member's device keeps these for them.
    pub(super) fn is_set_aside(&self, client: usize, spans: &[BlockSpan]) -> bool {
        self.replica(client).is_some_and(|replica| {
            let mut kept = Coverage::default();
            for update in &replica.device.rejected {
                for span in check::spans(update) {
                    kept.add(span);
                }
            }
            spans.iter().all(|span| kept.holds(*span))
        })
    }

    // Our client

    fn replica(&self, client: usize) -> Option<&Replica> {
        match &self.members[client].client {
            Client::Ours(replica) => Some(replica),
            Client::Stock(_) => None,
        }
    }

    fn replica_mut(&mut self, client: usize) -> Option<&mut Replica> {
        match &mut self.members[client].client {
            Client::Ours(replica) => Some(replica),
            Client::Stock(_) => None,
        }
    }

    fn fresh_client_id(&mut self) -> u64 {
        self.last_client_id += 1;
        self.last_client_id
    }

    pub(super) fn restart_client(&mut self, client: usize) {
        let tab_client = self.fresh_client_id();
        let seed = self.dice.rng.random();
        let doc = self.doc.clone();
        if let Some(replica) = self.replica_mut(client) {
            replica.start(tab_client, seed);
        }
        self.members[client].wire = None;
        self.say(|| format!("client {client} starts, editing as {tab_client}"));
        self.tell_replica(client, Event::Open { doc });
    }

    pub(super) fn crash_client(&mut self, client: usize) {
        let Some(replica) = self
            .replica_mut(client)
            .filter(|replica| replica.engine.is_some())
        else {
            return;
        };
        replica.crash();
        self.report.saw(Seen::ClientCrash);
        self.say(|| format!("client {client} dies"));
        if let Some(wire) = self.members[client].wire.take() {
            self.cut(wire);
        }
        let delay = self.dice.ms(10..3000);
        self.agenda
            .after(delay, Happening::RestartClient { client });
    }

    fn replica_loaded(&mut self, client: usize) {
        if let Some(event) = self.replica(client).map(Replica::loaded_event) {
            self.tell_replica(client, event);
            self.rebuild(client);
        }
    }

    fn rebuild(&mut self, client: usize) {
        let tab_client = self.fresh_client_id();
        self.say(|| format!("client {client} builds its view anew, editing as {tab_client}"));
        if let Some(replica) = self.replica_mut(client) {
            replica.rebuild(tab_client);
        }
    }

    fn persist(&mut self, client: usize, id: EntryId) {
        let doc = self.doc.clone();
        let Some(replica) = self
            .replica_mut(client)
            .filter(|replica| replica.engine.is_some())
        else {
            return;
        };
        if replica.persist(id) {
            let stored = replica.stored(id).cloned();
            self.promise(client, stored);
            self.tell_replica(client, Event::Persisted { doc, id });
            return;
        }
        let cause = StoreCause::Quota;
        self.tell_replica(client, Event::PersistFailed { doc, id, cause });
        let delay = self.dice.ms(50..500);
        self.later_at_client(delay, client, AtClient::Persist(id));
    }

    pub(super) fn fail_device(&mut self, client: usize) {
        if let Some(replica) = self
            .replica_mut(client)
            .filter(|replica| !replica.device.failing)
        {
            replica.device.failing = true;
            self.report.saw(Seen::DeviceFailed);
            self.say(|| format!("the device of client {client} fails"));
            let delay = self.dice.ms(50..2000);
            self.agenda.after(delay, Happening::DeviceWorks { client });
        }
    }

    pub(super) fn device_works(&mut self, client: usize) {
        if let Some(replica) = self.replica_mut(client) {
            replica.device.failing = false;
        }
    }

    pub(super) fn tell_replica(&mut self, client: usize, event: Event) {
        let now = self.now_ms();
        let Some(replica) = self.replica_mut(client) else {
            return;
        };
        for wish in replica.handle(event, now) {
            self.grant(client, wish);
        }
    }

    fn grant(&mut self, client: usize, wish: Wish) {
        let seed = self.plan.seed;
        match wish {
            Wish::Load => {
                let delay = self.dice.ms(1..40);
                self.later_at_client(delay, client, AtClient::Loaded);
            }
            Wish::Persist(id) => {
                let delay = self.dice.ms(1..60);
                self.later_at_client(delay, client, AtClient::Persist(id));
            }
            Wish::Connect => self.connect(client),
            Wish::Disconnect => {
                if let Some(wire) = self.members[client].wire.take() {
                    self.cut(wire);
                }
            }
            Wish::Send(bytes) => {
                if let Some(wire) = self.members[client].wire {
                    self.send(wire, bytes);
                }
            }
            Wish::Timer(at_ms) => {
                let delay = at_ms.saturating_sub(self.now_ms());
                self.later_at_client(delay, client, AtClient::Timer { at_ms });
            }
            Wish::Token => {
                let delay = self.dice.ms(1..20);
                self.later_at_client(delay, client, AtClient::Token);
            }
            Wish::Confirmed(update) => {
                self.report.saw(Seen::Acknowledged);
                assert!(
                    self.journal.has(&check::spans(&update)),
                    "seed {seed}: an edit was acknowledged that is not committed"
                );
            }
            Wish::SetAside(update) => assert!(
                self.is_on_the_server(&update),
                "seed {seed}: an edit was called set aside that is not"
            ),
            Wish::HandIn(update) => self.bring_to_door(client, update),
            Wish::Rebuild => self.rebuild(client),
            Wish::Told => {
                if let Some(replica) = self.replica(client) {
                    replica.check_truth(seed);
                }
            }
        }
    }

    // People

    pub(super) fn edit(&mut self, client: usize) {
        if self.dice.is_calm() {
            return;
        }
        let mean = self.plan.edit_every_ms;
        let delay = self.dice.ms(1..2 * mean + 1);
        self.agenda.after(delay, Happening::Edit { client });
        self.type_at(client);
    }

    pub(super) fn type_at(&mut self, client: usize) {
        let doc = self.doc.clone();
        let rng = &mut self.dice.rng;
        let member = &mut self.members[client];
        match &mut member.client {
            Client::Ours(replica) => {
                if replica.engine.is_none() || !replica.loaded {
                    return;
                }
                let update = type_something(&replica.tab.doc, rng, client);
                self.typed(client, &update);
                self.report.saw(Seen::Edit);
                self.say(|| format!("client {client} edits: {}", trace::update(&update)));
                self.tell_replica(client, Event::LocalUpdate { doc, update });
            }
            Client::Stock(stock) => {
                let connected = member
                    .wire
                    .and_then(|wire| self.wires.get(wire))
                    .is_some_and(|line| line.up);
                let update = type_something(&stock.view.doc, rng, client);
                for span in check::spans(&update) {
                    self.typed.add(span);
                    self.typed_by[client].add(span);
                }
                self.report.saw(Seen::Edit);
                self.trace.say(self.agenda.now_ms(), || {
                    format!("client {client} edits: {}", trace::update(&update))
                });
                if let Some(frame) = stock.edited(update, connected)
                    && let Some(wire) = member.wire
                {
                    self.send(wire, frame);
                }
            }
        }
    }
}

fn socket_closed() -> Event {
    Event::SocketClosed {
        code: 1006,
        reason: String::new(),
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
