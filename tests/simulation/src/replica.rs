//! Our client: the real engine, a modelled device, one tab.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::engine::{Engine, EngineConfig};
use consilium_client::event::{EntryId, Event, StoredEntry, Synced};
use consilium_client::state::{DocumentState, KeptAt, SaveState};
use consilium_protocol::ids::{DocName, Lineage};

use crate::check::View;

/// What survives the browser's death.
#[derive(Default)]
pub struct Device {
    journal: Vec<Bytes>,
    outbox: BTreeMap<EntryId, Bytes>,
    next_id: u64,
    lineage: Option<Lineage>,
    synced: Synced,
    /// Refused edits, which this device keeps for their author.
    pub rejected: Vec<Bytes>,
    /// Whether writes fail now.
    pub failing: bool,
}

/// A member with our client.
pub struct Replica {
    doc: DocName,
    /// The engine, while the browser lives.
    pub engine: Option<Engine>,
    /// Counts lives.
    pub life: u64,
    /// What survives.
    pub device: Device,
    /// The tab's view.
    pub tab: View,
    /// CRDT client id of the tab's edits.
    pub tab_client: u64,
    /// Whether the local copy was loaded, so that the tab may be edited.
    pub loaded: bool,
    /// Every entry of this life: its bytes.
    entries: BTreeMap<EntryId, Bytes>,
    /// Entries that the server confirmed.
    confirmed: BTreeSet<EntryId>,
    /// Entries that the server refused.
    dropped: BTreeSet<EntryId>,
    /// What the page was told last.
    pub state: Option<DocumentState>,
    timer: Option<u64>,
}

/// What an effect asks of the world.
pub enum Wish {
    /// Answer a load.
    Load,
    /// Write an entry; answer when done.
    Persist(EntryId),
    /// Open a socket.
    Connect,
    /// Close it.
    Disconnect,
    /// Send a frame.
    Send(Bytes),
    /// Fire the timer.
    Timer(u64),
    /// Give a token.
    Token,
    /// The server is said to have these blocks.
    Confirmed(Bytes),
    /// The server is said to have set these aside.
    SetAside(Bytes),
    /// Bring this to the door.
    HandIn(Bytes),
    /// The view must be built anew under a fresh client id.
    Rebuild,
    /// The page was told something new.
    Told,
}

impl Replica {
    /// A member who has never been here.
    #[must_use]
    pub fn new(doc: DocName) -> Self {
        Self {
            doc,
            engine: None,
            life: 0,
            device: Device::default(),
            tab: View::new(2),
            tab_client: 2,
            loaded: false,
            entries: BTreeMap::new(),
            confirmed: BTreeSet::new(),
            dropped: BTreeSet::new(),
            state: None,
            timer: None,
        }
    }

    /// Starts the browser: a fresh engine over the same device.
    pub fn start(&mut self, tab_client: u64, seed: u64) {
        self.life += 1;
        self.engine = Some(Engine::new(
            EngineConfig {
                token: Some(Some("token".to_owned())),
            },
            seed,
        ));
        self.tab_client = tab_client;
        self.tab = View::new(tab_client);
        self.loaded = false;
        self.entries = self.device.outbox.clone();
        self.confirmed.clear();
        self.dropped.clear();
        self.state = None;
        self.timer = None;
    }

    /// The browser dies: memory is gone.
    pub fn crash(&mut self) {
        self.engine = None;
        self.loaded = false;
    }

    /// The answer to a load.
    #[must_use]
    pub fn loaded_event(&self) -> Event {
        let mut updates = self.device.journal.clone();
        updates.extend(self.device.outbox.values().cloned());
        Event::Loaded {
            doc: self.doc.clone(),
            lineage: self.device.lineage,
            updates,
            outbox: self
                .device
                .outbox
                .iter()
                .map(|(id, update)| StoredEntry {
                    id: *id,
                    update: update.clone(),
                    at: 0,
                })
                .collect(),
            next_id: Some(EntryId(self.device.next_id)),
            last_server_sync: self.device.synced,
        }
    }

    /// Builds the view from what the engine holds, under a fresh client id.
    pub fn rebuild(&mut self, tab_client: u64) {
        self.tab_client = tab_client;
        self.tab = View::new(tab_client);
        if let Some(engine) = &self.engine {
            for update in engine.content(&self.doc) {
                self.tab.apply(&update);
            }
        }
        self.loaded = true;
    }

    /// The device writes an entry now. False when it cannot.
    pub fn persist(&mut self, id: EntryId) -> bool {
        if self.device.failing {
            return false;
        }
        self.device.next_id = self.device.next_id.max(id.0 + 1);
        if let Some(update) = self.entries.get(&id)
            && !self.confirmed.contains(&id)
            && !self.dropped.contains(&id)
        {
            self.device.outbox.insert(id, update.clone());
        }
        true
    }

    /// Feeds the engine and carries out what concerns only this client; the rest is for the world.
    pub fn handle(&mut self, event: Event, now_ms: u64) -> Vec<Wish> {
        let Some(engine) = &mut self.engine else {
            return Vec::new();
        };
        let effects = engine.handle(event, now_ms);
        let mut wishes = Vec::new();
        for effect in effects {
            self.carry_out(effect, &mut wishes);
        }
        wishes
    }

    fn carry_out(&mut self, effect: Effect, wishes: &mut Vec<Wish>) {
        match effect {
            Effect::Load { .. } => wishes.push(Wish::Load),
            Effect::PersistOutbox { id, update, .. } => {
                self.entries.insert(id, update);
                wishes.push(Wish::Persist(id));
            }
            Effect::ConfirmOutbox { ids, .. } => {
                for id in ids {
                    self.confirmed.insert(id);
                    self.device.outbox.remove(&id);
                    self.device.next_id = self.device.next_id.max(id.0 + 1);
                    if let Some(update) = self.entries.get(&id) {
                        self.device.journal.push(update.clone());
                        wishes.push(Wish::Confirmed(update.clone()));
                    }
                }
            }
            Effect::DropOutbox { ids, kept, .. } => {
                for id in ids {
                    self.dropped.insert(id);
                    self.device.outbox.remove(&id);
                    self.device.next_id = self.device.next_id.max(id.0 + 1);
                    let Some(update) = self.entries.get(&id).cloned() else {
                        continue;
                    };
                    match kept {
                        KeptAt::Server => wishes.push(Wish::SetAside(update.clone())),
                        KeptAt::Device => {}
                    }
                    // Whoever else has it, its author can read it here.
                    self.device.rejected.push(update);
                }
            }
            Effect::HandIn { update, .. } => wishes.push(Wish::HandIn(update)),
            Effect::PersistRemote { update, .. } => {
                if !self.device.failing {
                    self.device.journal.push(update);
                }
            }
            Effect::PersistLineage { lineage, .. } => self.device.lineage = Some(lineage),
            Effect::PersistSynced { .. } => self.device.synced = Synced::Once,
            Effect::Fork { .. } => panic!("no lineage changes here"),
            Effect::Reset { .. } => wishes.push(Wish::Rebuild),
            Effect::Deliver { update, .. } => self.tab.apply(&update),
            Effect::DeliverPresence { .. }
            | Effect::ClearPresence { .. }
            | Effect::Merged { .. } => {}
            Effect::Connect => wishes.push(Wish::Connect),
            Effect::Disconnect { .. } => wishes.push(Wish::Disconnect),
            Effect::Send { bytes } => wishes.push(Wish::Send(bytes)),
            Effect::SetTimer { at_ms } => {
                self.timer = Some(at_ms);
                wishes.push(Wish::Timer(at_ms));
            }
            Effect::RequestToken => wishes.push(Wish::Token),
            Effect::Status { .. } => {}
            Effect::DocumentState { state, .. } => {
                self.state = Some(state);
                wishes.push(Wish::Told);
            }
        }
    }

    /// Whether this is the timer that is set.
    #[must_use]
    pub fn timer_is(&self, at_ms: u64) -> bool {
        self.timer == Some(at_ms)
    }

    /// Entries that are neither confirmed nor refused.
    fn open_entries(&self) -> impl Iterator<Item = (&EntryId, &Bytes)> {
        self.entries
            .iter()
            .filter(|(id, _)| !self.confirmed.contains(id) && !self.dropped.contains(id))
    }

    /// Whether what the page shows is true (the three states).
    ///
    /// # Panics
    /// When it is not.
    pub fn check_truth(&self, seed: u64) {
        let Some(state) = &self.state else {
            return;
        };
        match state.save {
            SaveState::Saving => {}
            SaveState::Device | SaveState::Sent => {
                for (id, _) in self.open_entries() {
                    assert!(
                        self.device.outbox.contains_key(id),
                        "seed {seed}: shown as saved on this device, but {id:?} is not"
                    );
                }
            }
            SaveState::Safe => assert_eq!(
                self.open_entries().count(),
                0,
                "seed {seed}: shown as safe, but something is unconfirmed"
            ),
        }
    }

    /// An edit that is durable on the device and not confirmed.
    #[must_use]
    pub fn stored(&self, id: EntryId) -> Option<&Bytes> {
        self.device.outbox.get(&id)
    }

    /// Updates that would survive the browser's death without the server.
    pub fn durable_updates(&self) -> impl Iterator<Item = &Bytes> {
        self.device.outbox.values()
    }
}
