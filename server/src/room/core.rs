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

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use bytes::Bytes;
use consilium_protocol::envelope::{Scope, ServerMessage};
use consilium_protocol::extension::{Kept, RejectCode, ServerExtension};
use consilium_protocol::ids::{Access, Lineage, UserId};
use consilium_protocol::limits;
use consilium_protocol::sync::{EMPTY_UPDATE, SyncMessage};

use super::event::{Effect, Loaded, Outcome, RoomEvent, Source};
use super::held::Held;
use super::presence::{Identity, Presence};
use super::replica::{Applied, Keep, Refusal, Replica};
use super::subscriber::{Debt, Dialect, Member, SharedFrames, Standing, Subscriber, SubscriberId};
use super::update_shape::{BlockSpan, UpdateShape};
use crate::store::{Append, DocId, Quarantined};

/// An applied update on its way to the journal.
#[derive(Debug)]
struct Entry {
    source: Source,
    /// `None` when all of it was known: there is nothing to store, only somebody to tell, in order.
    change: Option<Change>,
    /// For the echo that y-websocket waits for.
    sent: Bytes,
}

#[derive(Debug)]
struct Change {
    append: Append,
    spans: Vec<BlockSpan>,
}

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
    lineage: Lineage,
    replica: Replica,
    owners: HashMap<u64, UserId>,
    title: String,
    stored_bytes: usize,
    presence: Presence,
    // Ordered, so that a simulation with the same seed says the same things in the same order.
    members: BTreeMap<SubscriberId, Member>,
    phase: Phase,
    batch: Vec<Entry>,
    in_flight: Vec<Entry>,
    held: VecDeque<Held>,
    held_bytes: usize,
    batch_bytes: usize,
    set_aside: BTreeMap<u64, (Source, RejectCode)>,
    set_aside_number: u64,
    /// For each CRDT client with blocks that were set aside: the first of their clocks, and why.
    refused_from: BTreeMap<u64, (u32, RejectCode)>,
    /// After a failed commit: the state vector of what members were shown.
    shown_until: Option<Bytes>,
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
            lineage: loaded.lineage,
            replica: loaded.replica,
            owners: loaded.owners,
            title: loaded.title,
            stored_bytes: loaded.stored_bytes,
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
            set_aside: BTreeMap::new(),
            set_aside_number: 0,
            refused_from: BTreeMap::new(),
            shown_until: None,
            edit_seq: 0,
            durable_seq: 0,
            now,
            now_ms: 0,
            effects: Vec::new(),
        }
    }

    /// Takes one event. `now` must not go back; `now_ms` is wall-clock time for the journal.
    pub fn handle(&mut self, event: RoomEvent, now: Instant, now_ms: i64) -> Vec<Effect> {
        self.now = now;
        self.now_ms = now_ms;
        match event {
            RoomEvent::Join { id, subscriber } => self.join(id, *subscriber),
            RoomEvent::Leave { id } => {
                self.members.remove(&id);
                self.presence.leave(id, now);
            }
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
            RoomEvent::Read { ticket } => self.hold(Held::Read(ticket)),
            RoomEvent::Drained { id } => self.catch_up(id),
            RoomEvent::Quiet { id, quiet } => self.presence.set_quiet(id, quiet, now),
            RoomEvent::Committed => self.committed(),
            RoomEvent::CommitFailed => self.commit_failed(),
            RoomEvent::Reloaded {
                loaded,
                storage_available,
            } => self.reloaded(*loaded, storage_available),
            RoomEvent::StorageAvailable => self.storage_available(),
            RoomEvent::SetAside { number, kept } => {
                if let Some((source, code)) = self.set_aside.remove(&number) {
                    self.refuse(&source, code, kept);
                }
            }
            RoomEvent::Tick => {}
        }
        self.pump();
        self.tell_presence();
        std::mem::take(&mut self.effects)
    }

    /// Sends what was gathered to the journal. The driver calls it when no more input is waiting, so that one commit
    /// carries as much as arrived meanwhile.
    pub fn flush(&mut self) -> Option<Effect> {
        if self.phase != Phase::Open || self.batch.is_empty() {
            return None;
        }
        self.phase = Phase::Committing;
        self.in_flight = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let appends = self
            .in_flight
            .iter()
            .filter_map(|entry| entry.change.as_ref().map(|change| change.append.clone()))
            .collect();
        Some(Effect::Commit(appends))
    }

    /// When to send [`RoomEvent::Tick`] next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        self.presence.next_deadline()
    }

    /// Whether the driver may bring more input (I4).
    #[must_use]
    pub fn accepts_input(&self) -> bool {
        self.held_bytes + self.batch_bytes <= limits::ROOM_UNCOMMITTED_BYTES_MAX
    }

    /// Whether nobody is here and nothing is under way, so that the room may be unloaded.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.members.is_empty()
            && self.held.is_empty()
            && self.batch.is_empty()
            && self.in_flight.is_empty()
            && self.set_aside.is_empty()
            && self.phase != Phase::Reloading
    }

    /// Whether everything applied is durable.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.edit_seq == self.durable_seq && self.held.is_empty()
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

    // Members

    fn join(&mut self, id: SubscriberId, subscriber: Subscriber) {
        if let Some(member) = self.members.get_mut(&id)
            && member.standing == Standing::Member
        {
            // A newer token: identity is the same person's word, access may differ.
            let before = member.channel.access;
            member.channel.access = subscriber.access;
            member.channel.identity = subscriber.identity;
            if before != subscriber.access {
                announce_access(member);
            }
            if before < Access::Write && member.may_write() {
                // What was written meanwhile is welcome now.
                self.hold(Held::Ask {
                    id,
                    expected: false,
                });
            }
            return;
        }
        if let (Dialect::Extended(_), Some(held)) = (&subscriber.dialect, subscriber.lineage)
            && held != self.lineage
        {
            let stranger = Member::stranger(subscriber);
            stranger.extend(ServerExtension::LineageMismatch {
                lineage: self.lineage,
            });
            self.members.insert(id, stranger);
            return;
        }
        let member = Member::new(subscriber);
        self.presence.joined(id);
        member.greet(self.lineage);
        if self.phase == Phase::Away {
            member.extend(ServerExtension::Storage { available: false });
        }
        if !member.is_asked_after_its_own_step_one() {
            self.hold(Held::Ask { id, expected: true });
        }
        self.members.insert(id, member);
        self.tell_everybody_to(id);
    }

    fn tell_everybody_to(&mut self, id: SubscriberId) {
        if let Some(member) = self.members.get(&id)
            && member.may_read()
            && let Some(payload) = self.presence.everybody()
        {
            member.awareness(payload);
        }
    }

    fn hear_presence(&mut self, id: SubscriberId, payload: Bytes) {
        if let Some(member) = self.members.get(&id).filter(|member| member.may_read()) {
            let identity: Option<&Identity> = member.channel.identity.as_ref();
            if self.presence.hear(id, identity, payload, self.now).is_err() {
                metrics::counter!(crate::telemetry::names::MALFORMED).increment(1);
            }
        }
    }

    fn tell_presence(&mut self) {
        let Some(payload) = self.presence.tick(self.now) else {
            return;
        };
        let mut shared = SharedFrames::awareness(payload);
        for member in self.members.values_mut().filter(|member| member.may_read()) {
            let frame = shared.for_dialect(&member.channel.dialect);
            if member.channel.outbound.push(&[frame]).is_err() {
                member.missed_presence = true;
                member.channel.outbound.ask_for_drained();
                metrics::counter!(crate::telemetry::names::DROPPED).increment(1);
            }
        }
    }

    fn catch_up(&mut self, id: SubscriberId) {
        let Some(member) = self.members.get_mut(&id) else {
            return;
        };
        let missed_presence = std::mem::take(&mut member.missed_presence);
        if let Some(state_vector) = member.stale_since.take() {
            metrics::counter!(crate::telemetry::names::RESYNCS).increment(1);
            self.hold(Held::CatchUp { id, state_vector });
        }
        if missed_presence {
            self.tell_everybody_to(id);
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
                (Phase::Open, Held::Update { .. }) => {
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

    fn work_off(&mut self, input: Held) {
        match input {
            Held::Update {
                source,
                keep,
                update,
            } => self.take_update(source, keep, update),
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

    fn answer_diff(&mut self, id: SubscriberId, state_vector: Bytes) {
        let Some(member) = self.members.get_mut(&id).filter(|member| member.may_read()) else {
            return;
        };
        if !member.can_take_a_diff() {
            member.stale_since = Some(state_vector);
            member.channel.outbound.ask_for_drained();
            return;
        }
        match self.replica.diff(&state_vector) {
            Ok(diff) => {
                member.sync(SyncMessage::Step2(diff.update));
                for update in diff.waiting {
                    member.sync(SyncMessage::Update(update));
                }
            }
            Err(Refusal::Malformed) => {
                metrics::counter!(crate::telemetry::names::MALFORMED).increment(1);
            }
            Err(Refusal::Poison) => {
                self.hold_first(Held::CatchUp { id, state_vector });
                self.reload();
            }
        }
    }

    fn ask(&mut self, id: SubscriberId, expected: bool) {
        let state_vector = self.replica.state_vector();
        if let Some(member) = self.members.get_mut(&id) {
            if expected {
                member.ask(state_vector);
            } else {
                member.ask_again(state_vector);
            }
        }
    }

    // Updates

    fn take_update(&mut self, source: Source, keep: Keep, update: Bytes) {
        if self.phase == Phase::Away {
            self.withhold(&source);
            return;
        }
        let Some((author, access)) = self.author_of(&source) else {
            return;
        };
        if self.is_stranger(&source) {
            self.refuse(&source, RejectCode::Lineage, Kept::ByClient);
            return;
        }
        let Ok(shape) = Replica::shape(&update) else {
            self.refuse(&source, RejectCode::Malformed, Kept::ByClient);
            return;
        };
        if shape.is_empty() {
            self.settle_in_order(source, update);
            return;
        }
        if access < Access::Write {
            match self.replica.adds_anything(&update, &shape) {
                Ok(false) => self.settle_in_order(source, update),
                Ok(true) => self.set_aside(source, author, RejectCode::ReadOnly, update, &shape),
                Err(_) => self.refuse(&source, RejectCode::Malformed, Kept::ByClient),
            }
            return;
        }
        let claims = match self.claims(author.as_ref(), &shape) {
            Ok(claims) => claims,
            Err(ForeignBlocks) => {
                self.set_aside(source, author, RejectCode::ForeignIdentity, update, &shape);
                return;
            }
        };
        if self.replica.waiting() >= limits::WAITING_UPDATES_MAX && self.replica.would_wait(&shape)
        {
            self.set_aside(source, author, RejectCode::TooLarge, update, &shape);
            return;
        }
        if let Some(code) = self.continues_what_was_set_aside(&shape) {
            self.set_aside(source, author, code, update, &shape);
            return;
        }
        if self.stored_bytes + update.len() > limits::DOC_STATE_BYTES_MAX {
            self.refuse(&source, RejectCode::TooLarge, Kept::ByClient);
            return;
        }
        match self.replica.apply(&update, &shape, keep) {
            Ok(Applied::Nothing) => self.settle_in_order(source, update),
            Ok(Applied::Change(change)) => {
                if let Some(author) = &author {
                    for client in &claims {
                        self.owners.insert(*client, author.clone());
                    }
                }
                self.edit_seq += 1;
                self.stored_bytes += change.len();
                self.batch_bytes += change.len();
                self.batch.push(Entry {
                    source,
                    change: Some(Change {
                        append: Append {
                            doc: self.doc,
                            update: change,
                            author,
                            claims,
                            at_ms: self.now_ms,
                        },
                        spans: shape.spans,
                    }),
                    sent: update,
                });
            }
            Err(Refusal::Malformed) => {
                self.refuse(&source, RejectCode::Malformed, Kept::ByClient);
            }
            Err(Refusal::Poison) => {
                metrics::counter!(crate::telemetry::names::PANICS).increment(1);
                self.set_aside(source, author, RejectCode::Poison, update, &shape);
                self.reload();
            }
        }
    }

    /// Who writes, and what they may do; `None` when they have left, taking their unacknowledged edit with them.
    fn author_of(&self, source: &Source) -> Option<(Option<UserId>, Access)> {
        match source {
            Source::Member { id, .. } => self.members.get(id).map(|member| {
                let channel = &member.channel;
                let user = channel.identity.as_ref().map(|who| who.user.clone());
                (user, channel.access)
            }),
            Source::Request { author, access, .. } => Some((author.clone(), *access)),
        }
    }

    fn is_stranger(&self, source: &Source) -> bool {
        match source {
            Source::Member { id, .. } => self
                .members
                .get(id)
                .is_some_and(|member| member.standing == Standing::Stranger),
            Source::Request { .. } => false,
        }
    }

    /// Whether the update builds on blocks that were set aside: it would wait for them for ever, with half of it
    /// applied. Blocks that come again without a gap are welcome, and end the matter.
    fn continues_what_was_set_aside(&mut self, shape: &UpdateShape) -> Option<RejectCode> {
        if self.refused_from.is_empty() {
            return None;
        }
        let replica = &self.replica;
        self.refused_from
            .retain(|client, (from, _)| replica.clock_of(*client) <= *from);
        shape.spans.iter().find_map(|span| {
            let (from, code) = self.refused_from.get(&span.client)?;
            let gap = span.start > self.replica.clock_of(span.client);
            (gap && span.end > *from && !self.replica.has_blocks(*span)).then_some(*code)
        })
    }

    /// The CRDT client ids that the author uses here for the first time (D16). Blocks that the document has already
    /// may come from anybody: a step 2 repeats them.
    fn claims(
        &self,
        author: Option<&UserId>,
        shape: &UpdateShape,
    ) -> Result<Vec<u64>, ForeignBlocks> {
        let Some(author) = author else {
            return Ok(Vec::new());
        };
        let mut claims = Vec::new();
        for span in &shape.spans {
            if self.replica.has_blocks(*span) {
                continue;
            }
            match self.owners.get(&span.client) {
                Some(owner) if owner == author => {}
                Some(_) => return Err(ForeignBlocks),
                None if claims.contains(&span.client) => {}
                None => claims.push(span.client),
            }
        }
        Ok(claims)
    }

    /// Tells the author that nothing is left to store, but never before what they sent earlier is durable.
    fn settle_in_order(&mut self, source: Source, sent: Bytes) {
        let entry = Entry {
            source,
            change: None,
            sent,
        };
        if self.batch.is_empty() {
            self.settle(&entry);
        } else {
            self.batch.push(entry);
        }
    }

    fn settle(&mut self, entry: &Entry) {
        match &entry.source {
            Source::Member { id, debt } => {
                if let Some(member) = self.members.get_mut(id) {
                    let echo = entry.change.is_none().then_some(&entry.sent);
                    member.settle(*debt, echo);
                }
            }
            Source::Request { ticket, .. } => self.effects.push(Effect::Answer {
                ticket: *ticket,
                outcome: Outcome::Committed,
            }),
        }
    }

    fn refuse(&mut self, source: &Source, code: RejectCode, kept: Kept) {
        metrics::counter!(crate::telemetry::names::REJECTED, "reason" => code.word()).increment(1);
        match source {
            Source::Member { id, debt } => {
                if let Some(member) = self.members.get(id) {
                    member.refuse(*debt, code, kept);
                }
            }
            Source::Request { ticket, .. } => self.effects.push(Effect::Answer {
                ticket: *ticket,
                outcome: Outcome::Refused { code, kept },
            }),
        }
    }

    fn withhold(&mut self, source: &Source) {
        match source {
            Source::Member { id, debt } => {
                if let Some(member) = self.members.get_mut(id) {
                    member.withhold(*debt);
                }
            }
            Source::Request { ticket, .. } => self.effects.push(Effect::Answer {
                ticket: *ticket,
                outcome: Outcome::StorageAway,
            }),
        }
    }

    /// Keeps a refused update for review instead of dropping it (D11, I3).
    fn set_aside(
        &mut self,
        source: Source,
        author: Option<UserId>,
        code: RejectCode,
        update: Bytes,
        shape: &UpdateShape,
    ) {
        // Forged blocks say nothing about the member whose id they bear.
        if code != RejectCode::ForeignIdentity {
            for span in &shape.spans {
                if self.replica.has_blocks(*span) {
                    continue;
                }
                let from = self
                    .refused_from
                    .entry(span.client)
                    .or_insert((span.start, code));
                from.0 = from.0.min(span.start);
            }
        }
        metrics::counter!(crate::telemetry::names::QUARANTINED, "reason" => code.word())
            .increment(1);
        self.set_aside_number += 1;
        let number = self.set_aside_number;
        self.set_aside.insert(number, (source, code));
        self.effects.push(Effect::SetAside {
            number,
            entry: Quarantined {
                doc: self.doc,
                author,
                reason: code.word().to_owned(),
                update,
                at_ms: self.now_ms,
            },
        });
    }

    // Durability

    fn committed(&mut self) {
        let entries = std::mem::take(&mut self.in_flight);
        self.phase = Phase::Open;
        let changes = entries
            .iter()
            .filter(|entry| entry.change.is_some())
            .count() as u64;
        self.durable_seq += changes;
        metrics::counter!(crate::telemetry::names::UPDATES).increment(changes);
        self.broadcast(&entries);
        for entry in &entries {
            self.settle(entry);
        }
        if let Some(title) = consilium_model::document::title(self.replica.doc())
            && title != self.title
        {
            self.title.clone_from(&title);
            self.effects.push(Effect::Title(title));
        }
    }

    /// Shows committed edits to everybody. Each is encoded once for each protocol, and each member's queue is locked
    /// once for the whole batch.
    fn broadcast(&mut self, entries: &[Entry]) {
        let mut shared: Vec<(Option<(SubscriberId, Debt)>, SharedFrames)> = entries
            .iter()
            .filter_map(|entry| {
                let change = entry.change.as_ref()?;
                let author = match entry.source {
                    Source::Member { id, debt } => Some((id, debt)),
                    Source::Request { .. } => None,
                };
                Some((author, SharedFrames::update(change.append.update.clone())))
            })
            .collect();
        let mut frames: Vec<Bytes> = Vec::with_capacity(shared.len());
        for (id, member) in &mut self.members {
            if !member.may_read() || member.stale_since.is_some() {
                continue;
            }
            frames.clear();
            frames.extend(
                shared
                    .iter_mut()
                    // An author knows the edit already; only y-websocket takes its echo as the acknowledgement.
                    .filter(|(author, _)| {
                        author.is_none_or(|(author, debt)| author != *id || debt == Debt::Echo)
                    })
                    .map(|(_, frame)| frame.for_dialect(&member.channel.dialect)),
            );
            if !frames.is_empty() && member.channel.outbound.push(&frames).is_err() {
                member.stale_since = Some(self.replica.state_vector_before(changed_spans(entries)));
                member.channel.outbound.ask_for_drained();
                metrics::counter!(crate::telemetry::names::DROPPED).increment(frames.len() as u64);
            }
        }
    }

    fn commit_failed(&mut self) {
        let lost = std::mem::take(&mut self.in_flight);
        self.shown_until = Some(self.replica.state_vector_before(changed_spans(&lost)));
        for entry in &lost {
            self.withhold(&entry.source);
        }
        self.edit_seq = self.durable_seq;
        for member in self.members.values() {
            member.extend(ServerExtension::Storage { available: false });
        }
        self.reload();
    }

    /// Gives the replica up. Gathered updates are taken again, in order, by the fresh one.
    fn reload(&mut self) {
        if self.phase == Phase::Reloading {
            return;
        }
        self.phase = Phase::Reloading;
        self.edit_seq = self.durable_seq;
        self.batch_bytes = 0;
        for entry in std::mem::take(&mut self.batch).into_iter().rev() {
            self.hold_first(Held::Update {
                source: entry.source,
                keep: Keep::OnlyNew,
                update: entry.sent,
            });
        }
        self.effects.push(Effect::Reload);
    }

    fn hold_first(&mut self, input: Held) {
        self.held_bytes += input.size();
        self.held.push_front(input);
    }

    fn reloaded(&mut self, loaded: Loaded, storage_available: bool) {
        self.replica = loaded.replica;
        self.owners = loaded.owners;
        self.stored_bytes = loaded.stored_bytes;
        self.show_what_was_committed_after_all();
        if storage_available {
            self.phase = Phase::Open;
            self.ask_for_what_is_missing();
        } else {
            self.phase = Phase::Away;
        }
    }

    /// A commit can be reported as failed and have taken effect: then the journal has edits that nobody was shown.
    fn show_what_was_committed_after_all(&mut self) {
        let Some(shown_until) = self.shown_until.take() else {
            return;
        };
        let Ok(diff) = self.replica.diff(&shown_until) else {
            return;
        };
        let mut shared: Vec<SharedFrames> = std::iter::once(diff.update)
            .chain(diff.waiting)
            .filter(|update| update.as_ref() != EMPTY_UPDATE)
            .map(SharedFrames::update)
            .collect();
        for member in self.members.values_mut() {
            if !member.may_read() || member.stale_since.is_some() {
                continue;
            }
            let frames: Vec<Bytes> = shared
                .iter_mut()
                .map(|frame| frame.for_dialect(&member.channel.dialect))
                .collect();
            if member.channel.outbound.push(&frames).is_err() {
                member.stale_since = Some(shown_until.clone());
                member.channel.outbound.ask_for_drained();
            }
        }
    }

    fn storage_available(&mut self) {
        if self.phase == Phase::Away {
            self.phase = Phase::Open;
            self.ask_for_what_is_missing();
        }
    }

    /// Everybody is told that storage is back, and every replica that may write is asked for what the journal lacks:
    /// stock clients answer with a step 2, ours pushes what is unacknowledged.
    fn ask_for_what_is_missing(&mut self) {
        let mut writers = Vec::new();
        for (id, member) in &self.members {
            member.extend(ServerExtension::Storage { available: true });
            if member.may_write() {
                writers.push(*id);
            }
        }
        for id in writers {
            self.hold(Held::Ask {
                id,
                expected: false,
            });
        }
    }
}

/// Blocks under the client id of another member.
struct ForeignBlocks;

fn changed_spans(entries: &[Entry]) -> impl Iterator<Item = BlockSpan> {
    entries
        .iter()
        .filter_map(|entry| entry.change.as_ref())
        .flat_map(|change| change.spans.iter().copied())
}

fn announce_access(member: &Member) {
    let access = member.channel.access;
    match &member.channel.dialect {
        Dialect::Extended(_) => member.extend(ServerExtension::AccessChange {
            access,
            reason: "token".to_owned(),
        }),
        Dialect::Envelope(address) => {
            let scope = if access >= Access::Write {
                Scope::ReadWrite
            } else {
                Scope::ReadOnly
            };
            member.say(address, &ServerMessage::Authenticated(scope));
        }
        Dialect::Plain => {}
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
