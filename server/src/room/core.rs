//! The room: a state machine that owns one document, its members and its counters (D4).
//!
//! `handle(event)` decides, effects run afterwards, and nothing waits in between. No clock, socket or store is in
//! here: time comes with each event, frames go into bounded in-memory queues, and the journal is an effect that is
//! answered by an event. The same code runs under tokio and in the seeded simulation.
//!
//! Invariants:
//! - I1: an update is acknowledged, echoed, shown to others and part of any answer only after
//!   [`RoomEvent::Committed`] (D2). What is applied but not committed lives in `batch` and `in_flight`; whoever asks
//!   for state meanwhile is held until the document is exactly what the journal has.
//! - I3: access and authorship are judged for each decoded update, at the moment it is taken.
//! - I4: held input is bounded; [`RoomCore::accepts_input`] tells the driver when to stop reading.
//! - I5: a failing update is set aside and the room reloads; its members notice a pause at most.
//!
//! Here: the events and their order, and what waits for its turn. By concept, in reading order: `members` (who is here
//! and what they ask), `ingress` with `size` (judging and applying updates), `append_only` (discussions), `sections` (what meetings have closed), `aside` with `brake` and `unfollowable` (what is
//! refused), `durability` (batch, commit, reload), `withheld` (what stays with its author meanwhile), `fate` (what authors
//! learn), `relay` (the rooms of this document on other nodes), `doubt` (what is not refused before the journal was
//! asked), `reading` (what is not answered before it was).

mod append_only;
mod aside;
mod brake;
mod doubt;
mod durability;
mod fate;
mod ingress;
mod members;
mod reading;
mod relay;
mod sections;
mod size;
mod unfollowable;
mod withheld;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use bytes::Bytes;
use consilium_model::discussion::DocumentKind;
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::ids::{DocName, Lineage, UserId};
use consilium_protocol::limits;

use self::aside::Aside;
use self::brake::Brake;
use self::doubt::Doubts;
use self::durability::{Entry, Shown};
use self::members::{BY_COMMUNITY, BY_MEETING};
use self::reading::Readings;
use self::relay::Relay;
use self::size::Size;
use self::unfollowable::Unfollowable;
pub(in crate::room) use self::withheld::Withheld;
use super::event::{Effect, Loaded, Outcome, RoomEvent};
use super::held::Held;
use super::peers::PeerIdentity;
use super::presence::Presence;
use super::replica::Replica;
use super::shadow::Shadow;
use super::subscriber::{Member, SubscriberId};
use crate::meetings::moderation::Moderator;
use crate::store::{Cursor, DocId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Updates are applied and gathered.
    Open,
    /// A batch is on its way; the replica is ahead of the journal by exactly that.
    Committing,
    /// The replica is not to be trusted; a fresh one is on its way.
    Reloading,
    /// Storage takes nothing. The replica is what the journal has; edits stay with their authors.
    Away,
}

/// One open document.
pub struct RoomCore {
    doc: DocId,
    name: DocName,
    kind: DocumentKind,
    /// Says who is held up by a meeting; `None` where there are none.
    moderator: Option<Moderator>,
    /// While sections are closed to somebody, the replica as it is here, to try updates on.
    shadow: Option<Shadow>,
    /// Up to where the journal was read.
    cursor: Cursor,
    lineage: Lineage,
    replica: Replica,
    owners: HashMap<u64, UserId>,
    title: String,
    /// Others wrote meanwhile and the title changed by that: when it is stored from here too.
    title_at: Option<Instant>,
    size: Size,
    presence: Presence,
    // Ordered, so that a simulation with the same seed says the same things in the same order.
    members: BTreeMap<SubscriberId, Member>,
    phase: Phase,
    batch: Vec<Entry>,
    in_flight: Vec<Entry>,
    held: VecDeque<Held>,
    held_bytes: usize,
    batch_bytes: usize,
    aside: Aside,
    unfollowable: Unfollowable,
    brake: Brake,
    /// The replica is not to be trusted, and will be replaced when the commit under way is over.
    given_up: bool,
    /// While the replica is replaced: the state vector of what members were shown.
    shown_until: Option<Bytes>,
    doubts: Doubts,
    readings: Readings,
    /// `None` on a single node.
    relay: Option<Relay>,
    edit_seq: u64,
    durable_seq: u64,
    now: Instant,
    now_ms: i64,
    effects: Vec<Effect>,
}

impl RoomCore {
    /// A room around a loaded document. `storage_available` is what the journal says at that moment.
    #[must_use]
    pub fn new(loaded: Loaded, storage_available: bool, now: Instant) -> Self {
        Self {
            doc: loaded.doc,
            name: loaded.name,
            kind: DocumentKind::default(),
            moderator: None,
            shadow: None,
            cursor: loaded.cursor,
            lineage: loaded.lineage,
            replica: loaded.replica,
            owners: loaded.owners,
            title: loaded.title,
            title_at: None,
            size: Size::of_stored(loaded.stored_bytes),
            presence: Presence::default(),
            members: BTreeMap::new(),
            phase: if storage_available {
                Phase::Open
            } else {
                Phase::Away
            },
            batch: Vec::new(),
            in_flight: Vec::new(),
            held: VecDeque::new(),
            held_bytes: 0,
            batch_bytes: 0,
            aside: Aside::default(),
            unfollowable: Unfollowable::default(),
            brake: Brake::default(),
            given_up: false,
            shown_until: None,
            doubts: Doubts::default(),
            readings: Readings::default(),
            relay: None,
            edit_seq: 0,
            durable_seq: 0,
            now,
            now_ms: 0,
            effects: Vec::new(),
        }
    }

    /// Gives the room its part in a cluster. The bus must have been followed before the document was loaded, so that
    /// nothing is lost in between.
    #[must_use]
    pub fn in_cluster(mut self, identity: PeerIdentity) -> Self {
        self.presence = Presence::with_peers();
        self.relay = Some(Relay::new(identity, &self.name, self.now));
        self
    }

    /// Lets the rules of this kind of document hold.
    #[must_use]
    pub fn of_kind(mut self, kind: DocumentKind) -> Self {
        self.kind = kind;
        self
    }

    /// Holds everybody to what is decided in meetings about this document, for each message decoded after it (I3).
    #[must_use]
    pub fn moderated_by(mut self, moderator: Moderator) -> Self {
        self.moderator = Some(moderator);
        self
    }

    /// Takes one event. `now` must not go back; `now_ms` is wall-clock time for the journal.
    pub fn handle(&mut self, event: RoomEvent, now: Instant, now_ms: i64) -> Vec<Effect> {
        self.now = now;
        self.now_ms = now_ms;
        match event {
            RoomEvent::Join { id, subscriber } => self.join(id, *subscriber),
            RoomEvent::Access { id, access } => self.change_access(id, access, BY_COMMUNITY),
            RoomEvent::Moderated { id, access, why } => {
                let by_meeting = why.map(|why| format!("{BY_MEETING}{}", why.code()));
                self.change_access(id, access, by_meeting.as_deref().unwrap_or(BY_COMMUNITY));
            }
            RoomEvent::Leave { id } => self.leave(id),
            RoomEvent::StateVector { id, state_vector } => {
                self.hold(Held::StateVector { id, state_vector });
            }
            RoomEvent::Update {
                source,
                keep,
                update,
            } => self.hold(Held::Update {
                source,
                keep,
                update,
            }),
            RoomEvent::Awareness { id, payload } => self.hear_presence(id, payload),
            RoomEvent::QueryAwareness { id } => self.tell_everybody_to(id),
            RoomEvent::Probe { id, nonce } => self.hold(Held::Probe { id, nonce }),
            RoomEvent::Read { ticket } => self.read(ticket),
            RoomEvent::Drained { id } => self.catch_up(id),
            RoomEvent::Quiet { id, quiet } => self.presence.set_quiet(id, quiet, now),
            RoomEvent::Committed => self.committed(),
            RoomEvent::CommitFailed => self.commit_failed(),
            RoomEvent::Reloaded {
                loaded,
                storage_available,
            } => self.reloaded(*loaded, storage_available),
            RoomEvent::StorageAvailable => self.storage_available(),
            RoomEvent::SetAside { outcomes } => self.was_set_aside(&outcomes),
            RoomEvent::Bus(event) => self.hear_bus(event),
            RoomEvent::Repaired { cause, changes } => self.take_changes(cause, changes),
            RoomEvent::Tick => {}
        }
        self.pump();
        self.tell_title();
        self.tell_peers();
        self.tell_presence();
        std::mem::take(&mut self.effects)
    }

    /// When to send [`RoomEvent::Tick`] next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        [
            self.presence.next_deadline(),
            self.next_peer_deadline(),
            self.title_at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Whether the driver may bring more input (I4).
    #[must_use]
    pub fn accepts_input(&self) -> bool {
        self.held_bytes + self.batch_bytes + self.aside.bytes()
            <= limits::ROOM_UNCOMMITTED_BYTES_MAX
    }

    /// Bytes of input that waits for its turn.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    /// An upper bound of the document's blocks.
    #[must_use]
    pub fn blocks_at_most(&self) -> usize {
        self.size.blocks()
    }

    /// Whether nobody is here and nothing is under way, so that the room may be unloaded.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.members.is_empty()
            && self.held.is_empty()
            && self.doubts.is_empty()
            && self.readings.is_empty()
            && self.batch.is_empty()
            && self.in_flight.is_empty()
            && self.aside.is_empty()
            && self.phase != Phase::Reloading
    }

    /// Whether everything that was taken is settled: what was applied is durable, what was refused is set aside, and
    /// whoever is owed an answer has it.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.edit_seq == self.durable_seq
            && self.held.is_empty()
            && self.doubts.is_empty()
            && self.readings.is_empty()
            && self.aside.is_empty()
    }

    /// The document's key in the store.
    #[must_use]
    pub fn doc(&self) -> DocId {
        self.doc
    }

    /// The document as it is now, committed or not. For tests and for those who read meaning out of it.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Closes every channel, for shutdown.
    pub fn close_all(&self, code: consilium_protocol::close::CloseCode) {
        for member in self.members.values() {
            member.channel.outbound.close(code);
        }
    }

    /// Closes this document for everybody: it cannot be served. Their other documents go on.
    pub fn close_channels(&self, code: consilium_protocol::close::CloseCode) {
        for member in self.members.values() {
            member.channel.close_channel(code);
        }
    }

    // Input that must see exactly what the journal has

    fn hold(&mut self, input: Held) {
        self.held_bytes += input.size();
        self.held.push_back(input);
    }

    /// Works off held input as far as the phase allows, in order.
    fn pump(&mut self) {
        while let Some(next) = self.held.front() {
            let may_go = match (self.phase, next) {
                (Phase::Open, Held::Update { .. } | Held::Doubtful { .. }) => {
                    self.batch.len() < limits::ROOM_BATCH_ROWS_MAX
                }
                (Phase::Open, _) => self.batch.is_empty(),
                (Phase::Away, _) => true,
                (Phase::Committing | Phase::Reloading, _) => false,
            };
            if !may_go {
                return;
            }
            let Some(input) = self.held.pop_front() else {
                return;
            };
            self.held_bytes -= input.size();
            self.work_off(input);
        }
    }

    fn hold_first(&mut self, input: Held) {
        self.held_bytes += input.size();
        self.held.push_front(input);
    }

    fn work_off(&mut self, input: Held) {
        match input {
            Held::Update {
                source,
                keep,
                update,
            } => self.take_update(source, keep, update),
            Held::Doubtful {
                source,
                keep,
                update,
            } => self.take_doubtful(source, keep, update),
            Held::StateVector { id, state_vector } => {
                self.answer_diff(id, state_vector);
                if self
                    .members
                    .get(&id)
                    .is_some_and(Member::is_asked_after_its_own_step_one)
                {
                    self.ask(id, true);
                }
            }
            Held::CatchUp { id, state_vector } => self.answer_diff(id, state_vector),
            Held::Ask { id, expected } => self.ask(id, expected),
            Held::Probe { id, nonce } => {
                // While storage is away nothing is durable, and silence is the truthful answer.
                if let (Phase::Open, Some(member)) = (self.phase, self.members.get(&id)) {
                    member.extend(ServerExtension::ProbeReply { nonce });
                }
            }
            Held::Read(ticket) => match self.replica.whole() {
                Ok(state) => self.effects.push(Effect::Answer {
                    ticket,
                    outcome: Outcome::State(state),
                }),
                Err(_) => {
                    self.hold_first(Held::Read(ticket));
                    self.reload();
                }
            },
        }
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
