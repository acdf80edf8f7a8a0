//! One device: an engine, a tab's view, a durable store behind a queue of writes, and a socket's worth of frames.
//!
//! It executes effects as the shell does: in order, the store later than everything else. A crash loses all but what
//! the store has.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::engine::{Engine, EngineConfig};
use consilium_client::event::{EntryId, Event, HandInOutcome, StoredEntry};
use consilium_client::state::{ConnectionStatus, DocumentState, KeptAt, SaveState, StoreCause};
use consilium_client::updates::{self, Extent};
use consilium_protocol::ids::{DocName, Lineage};
use yrs::{Text, Transact};

use crate::ledger::Ledger;
use crate::replica::Replica;
use crate::server::ConnectionId;

/// What a crash leaves.
#[derive(Default)]
struct Store {
    lineage: Option<Lineage>,
    synced: bool,
    journal: Vec<Bytes>,
    outbox: BTreeMap<EntryId, Bytes>,
    set_aside: Vec<Bytes>,
    forked: Vec<Bytes>,
    next_id: u64,
}

enum Write {
    Outbox(EntryId, Bytes),
    Confirm(Vec<EntryId>),
    Drop(Vec<EntryId>, KeptAt),
    Journal(Bytes),
    Lineage(Lineage),
    Synced,
    Fork(Vec<Bytes>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Socket {
    Closed,
    Connecting,
    Open(ConnectionId),
}

pub(crate) struct Device {
    number: u64,
    engine: Engine,
    view: Replica,
    views: u64,
    /// The view holds refused content; the tab has not heard yet.
    pub(crate) view_is_stale: bool,
    store: Store,
    writes: VecDeque<Write>,
    pub(crate) store_works: bool,
    pub(crate) load_asked: bool,
    /// The local copy could not be read; it will be tried again.
    pub(crate) load_failed: bool,
    pub(crate) socket: Socket,
    pub(crate) sent: VecDeque<Bytes>,
    pub(crate) timer: Option<u64>,
    pub(crate) token_asked: bool,
    stands_at_a_door: bool,
    pub(crate) state: Option<DocumentState>,
    pub(crate) status: Option<ConnectionStatus>,
    pub(crate) ledger: Ledger,
    /// Every entry there ever was.
    entries: BTreeMap<EntryId, Bytes>,
    /// What was refused for good.
    pub(crate) given_up: Extent,
    pub(crate) forks: u64,
    pub(crate) resets: u64,
    /// How often both sides had something after a spell.
    pub(crate) merges: u64,
    /// How often one side could not be read without the other then.
    pub(crate) entangled: u64,
}

fn doc() -> DocName {
    DocName::parse("doc").expect("a name")
}

fn extent(updates: &[Bytes]) -> Extent {
    updates::extent_of(updates).expect("stored updates are updates")
}

impl Device {
    pub(crate) fn new(number: u64, seed: u64, now: u64) -> Self {
        let mut device = Self {
            number,
            engine: Engine::new(EngineConfig::default(), seed),
            view: Replica::new(0),
            views: 0,
            view_is_stale: false,
            store: Store::default(),
            writes: VecDeque::new(),
            store_works: true,
            load_asked: false,
            load_failed: false,
            socket: Socket::Closed,
            sent: VecDeque::new(),
            timer: None,
            token_asked: false,
            stands_at_a_door: false,
            state: None,
            status: None,
            ledger: Ledger::default(),
            entries: BTreeMap::new(),
            given_up: Extent::default(),
            forks: 0,
            resets: 0,
            merges: 0,
            entangled: 0,
        };
        device.start(seed, now);
        device
    }

    fn start(&mut self, seed: u64, now: u64) {
        self.engine = Engine::new(EngineConfig::default(), seed);
        self.new_view();
        self.handle(Event::Open { doc: doc() }, now);
    }

    /// A view that holds nothing, under a CRDT client id of its own.
    fn new_view(&mut self) {
        self.views += 1;
        self.view = Replica::new(1_000 * (self.number + 1) + self.views);
        self.view_is_stale = false;
    }

    /// The tab rebuilds its view after a refusal.
    pub(crate) fn rebuild_view(&mut self) {
        self.new_view();
        self.view.apply(&self.engine.content(&doc()));
    }

    /// The process dies and starts again.
    pub(crate) fn crash(&mut self, seed: u64, now: u64, kept_elsewhere: &Extent) {
        let mut kept = self.durable();
        kept.add(kept_elsewhere);
        let lost = self.ledger.unaccounted(&kept);
        assert!(
            lost == 0 || self.save() == SaveState::Saving || self.fork_is_pending(),
            "{lost} edits were lost by a crash, though the state was {:?}",
            self.save()
        );
        self.excuse(&kept);
        self.writes.clear();
        self.socket = Socket::Closed;
        self.sent.clear();
        self.timer = None;
        self.token_asked = false;
        self.load_asked = false;
        self.load_failed = false;
        self.state = None;
        self.status = None;
        self.start(seed, now);
    }

    fn excuse(&mut self, kept: &Extent) {
        for edit in &self.ledger.edits {
            if !kept.covers(edit) {
                self.ledger.excused.add(edit);
            }
        }
    }

    /// What was reported last; a document without a report may hold anything.
    pub(crate) fn save(&self) -> SaveState {
        self.state
            .as_ref()
            .map_or(SaveState::Saving, |state| state.save)
    }

    /// Whether content is on its way into a fork: its state is the fork's, not this document's.
    fn fork_is_pending(&self) -> bool {
        self.writes
            .iter()
            .any(|write| matches!(write, Write::Fork(_)))
    }

    /// What the store holds now.
    pub(crate) fn durable(&self) -> Extent {
        let mut all = extent(&self.store.journal);
        for update in self.store.outbox.values() {
            all.add(&Extent::of(update).expect("stored"));
        }
        all.add(&extent(&self.store.set_aside));
        all.add(&extent(&self.store.forked));
        all
    }

    /// Checks that the reported state is not better than the truth.
    pub(crate) fn check_truth(&self, safe_on_server: &Extent) {
        if self.fork_is_pending() {
            return;
        }
        let mut kept = safe_on_server.clone();
        match self.save() {
            SaveState::Saving => return,
            SaveState::Device | SaveState::Sent => kept.add(&self.durable()),
            SaveState::Safe => {
                kept.add(&extent(&self.store.set_aside));
                kept.add(&extent(&self.store.forked));
            }
        }
        let lost = self.ledger.unaccounted(&kept);
        if lost > 0 && self.save() == SaveState::Safe {
            // Refused edits whose move out of the outbox is queued: durable, in the wrong place for a moment.
            kept.add(&self.leaving());
        }
        assert_eq!(
            self.ledger.unaccounted(&kept),
            0,
            "the state says {:?}, which is not so",
            self.save()
        );
    }

    fn leaving(&self) -> Extent {
        let mut leaving = Extent::default();
        for write in &self.writes {
            if let Write::Drop(ids, KeptAt::Device) = write {
                for update in ids.iter().filter_map(|id| self.store.outbox.get(id)) {
                    leaving.add(&Extent::of(update).expect("stored"));
                }
            }
        }
        leaving
    }

    pub(crate) fn text(&self) -> String {
        self.view.text()
    }

    /// A keystroke: inserts `word` at a place given in thousandths, or deletes there.
    pub(crate) fn edit(&mut self, word: Option<&str>, place: u32, now: u64) {
        let text = self.view.doc.get_or_insert_text("t");
        let update = {
            let mut txn = self.view.doc.transact_mut();
            let length = text.len(&txn);
            let at = length * place / 1_000;
            match word {
                Some(word) => text.insert(&mut txn, at, word),
                None if length > at => text.remove_range(&mut txn, at, 1),
                None => return,
            }
            Bytes::from(txn.encode_update_v1())
        };
        self.ledger.made(&update);
        self.handle(Event::LocalUpdate { doc: doc(), update }, now);
    }

    /// Answers the question for the local copy.
    pub(crate) fn load(&mut self, readable: bool, now: u64) {
        self.load_asked = false;
        self.load_failed = !readable;
        if !readable {
            self.handle(
                Event::LoadFailed {
                    doc: doc(),
                    cause: StoreCause::Blocked,
                },
                now,
            );
            return;
        }
        let updates = self
            .store
            .journal
            .iter()
            .chain(self.store.outbox.values())
            .cloned()
            .collect();
        let outbox = self
            .store
            .outbox
            .iter()
            .map(|(id, update)| StoredEntry {
                id: *id,
                update: update.clone(),
                at: now,
            })
            .collect();
        let event = Event::Loaded {
            doc: doc(),
            lineage: self.store.lineage,
            updates,
            outbox,
            next_id: Some(EntryId(self.store.next_id)),
            last_server_sync: self.store.synced.into(),
        };
        self.handle(event, now);
    }

    pub(crate) fn has_writes(&self) -> bool {
        !self.writes.is_empty()
    }

    /// Lets the store do its next write, or fail at it.
    pub(crate) fn write(&mut self, now: u64) {
        if !self.store_works {
            if let Some(Write::Outbox(id, _)) = self.writes.front() {
                let event = Event::PersistFailed {
                    doc: doc(),
                    id: *id,
                    cause: StoreCause::Quota,
                };
                self.handle(event, now);
            }
            return;
        }
        let Some(write) = self.writes.pop_front() else {
            return;
        };
        for id in self.execute(write) {
            self.handle(Event::Persisted { doc: doc(), id }, now);
        }
    }

    fn execute(&mut self, write: Write) -> Vec<EntryId> {
        let store = &mut self.store;
        match write {
            Write::Outbox(id, update) => {
                assert!(
                    id.0 >= store.next_id || store.outbox.is_empty(),
                    "an entry id was used again"
                );
                store.next_id = store.next_id.max(id.0 + 1);
                assert!(store.outbox.insert(id, update).is_none(), "used twice");
                return vec![id];
            }
            Write::Confirm(ids) => {
                for id in ids {
                    store.journal.extend(store.outbox.remove(&id));
                }
            }
            Write::Drop(ids, KeptAt::Server) => {
                for id in ids {
                    store.outbox.remove(&id);
                }
            }
            Write::Drop(ids, KeptAt::Device) => {
                for id in &ids {
                    store.set_aside.extend(store.outbox.remove(id));
                }
                return ids;
            }
            Write::Journal(update) => store.journal.push(update),
            Write::Lineage(lineage) => store.lineage = Some(lineage),
            Write::Synced => store.synced = true,
            Write::Fork(updates) => {
                store.forked.extend(updates);
                store.journal.clear();
                store.outbox.clear();
                store.lineage = None;
                store.synced = false;
            }
        }
        if store.journal.len() > 12 {
            let merged = updates::merge(&store.journal).expect("the journal can be merged");
            store.journal = vec![merged];
        }
        Vec::new()
    }

    pub(crate) fn handle(&mut self, event: Event, now: u64) {
        let effects = self.engine.handle(event, now);
        // A tab takes what is delivered at one time together: the local copy may come in any order.
        let delivered: Vec<Bytes> = effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Deliver { update, .. } => Some(update.clone()),
                _ => None,
            })
            .collect();
        for effect in effects {
            self.run(effect);
        }
        self.view.apply(&delivered);
        if std::mem::take(&mut self.stands_at_a_door) {
            // There is none here.
            let outcome = HandInOutcome::Refused;
            self.handle(
                Event::HandedIn {
                    doc: doc(),
                    outcome,
                },
                now,
            );
        }
    }

    fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Load { .. } => self.load_asked = true,
            Effect::PersistOutbox { id, update, .. } => {
                self.entries.insert(id, update.clone());
                self.writes.push_back(Write::Outbox(id, update));
            }
            Effect::ConfirmOutbox { ids, .. } => self.writes.push_back(Write::Confirm(ids)),
            Effect::DropOutbox { ids, kept, .. } => {
                for id in &ids {
                    if let Ok(extent) = Extent::of(&self.entries[id]) {
                        self.given_up.add(&extent);
                    }
                }
                self.writes.push_back(Write::Drop(ids, kept));
            }
            Effect::HandIn { .. } => self.stands_at_a_door = true,
            Effect::Merged {
                base, mine, theirs, ..
            } => self.check_merged(&base, &mine, &theirs),
            Effect::PersistRemote { update, .. } => self.writes.push_back(Write::Journal(update)),
            Effect::PersistLineage { lineage, .. } => {
                self.writes.push_back(Write::Lineage(lineage));
            }
            Effect::PersistSynced { .. } => self.writes.push_back(Write::Synced),
            Effect::Fork { updates, .. } => {
                self.forks += 1;
                self.writes.push_back(Write::Fork(updates));
                self.new_view();
            }
            Effect::Reset { .. } => {
                self.resets += 1;
                self.view_is_stale = true;
            }
            Effect::Deliver { .. }
            | Effect::DeliverPresence { .. }
            | Effect::ClearPresence { .. } => {}
            Effect::Connect => {
                assert_eq!(self.socket, Socket::Closed, "one socket at a time");
                self.socket = Socket::Connecting;
            }
            Effect::Disconnect { .. } => {
                self.socket = Socket::Closed;
                self.sent.clear();
            }
            Effect::Send { bytes } => {
                assert!(
                    matches!(self.socket, Socket::Open(_)),
                    "a frame without a socket"
                );
                self.sent.push_back(bytes);
            }
            Effect::SetTimer { at_ms } => self.timer = Some(at_ms),
            Effect::RequestToken => self.token_asked = true,
            Effect::Status { status } => self.status = Some(status),
            Effect::DocumentState { state, .. } => {
                assert_ne!(self.state.as_ref(), Some(&state), "reported without change");
                self.state = Some(state);
            }
        }
    }

    /// Neither side is empty, and hardly ever can one not be read without the other.
    fn check_merged(&mut self, base: &[Bytes], mine: &[Bytes], theirs: &[Bytes]) {
        self.merges += 1;
        let common = extent(base);
        for side in [mine, theirs] {
            assert!(!common.covers(&extent(side)), "nothing is merged");
            let parts: Vec<Bytes> = base.iter().chain(side).cloned().collect();
            let lacks = Replica::new(3).apply(&parts);
            // Where stores and servers lose things, one side may build on what only the other has: told as entangled.
            self.entangled += u64::from(lacks);
        }
        assert!(!extent(mine).overlaps(&common), "common and mine at once");
    }

    /// How many pieces the engine holds: must stay bounded whatever happens.
    pub(crate) fn pieces(&self) -> usize {
        self.engine.content(&doc()).len()
    }
}
