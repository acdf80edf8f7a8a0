//! The room's part in a cluster: telling rooms of the same document on other nodes what was committed here, and taking
//! what was committed there (D5, I6).
//!
//! What comes from another node is in the journal already, and was judged there. So it is applied and shown at once,
//! whatever this room is waiting for; only a replica that is being replaced takes nothing, and the journal is asked
//! afterwards. [`crate::room::peers`] decides when that is due; here it is done.

use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::envelope::{Address, ServerFrame, ServerMessage};
use consilium_protocol::ids::DocName;
use consilium_protocol::sync::SyncMessage;

use super::{Entry, Phase, RoomCore, Shown};
use crate::bus::NodeId;
use crate::bus::node_watch::NodeNews;
use crate::room::event::{BusEvent, Effect};
use crate::room::peer_message::{Digest, FromPeer, PeerEdit, PeerMessage, Position};
use crate::room::peers::{Comparison, PeerIdentity, Peers, RepairCause};
use crate::room::replica::{Applied, Keep, Refusal, Replica};
use crate::room::subscriber::SharedFrames;
use crate::store::Changes;
use crate::telemetry::names;

/// Frames of one message. Beyond it others are told to read the journal: it has the bytes anyhow, and a bus that
/// carries them as well would hold up everybody's keystrokes.
const EDITS_BYTES_MAX: usize = 1024 * 1024;

/// How long members of other nodes are shown after the bus went away. With the time it takes to notice that, within
/// the 10 s of D16.
const REMOTE_PRESENCE_GRACE: Duration = Duration::from_secs(5);

/// Greetings of one room, at most one in this time. Each is answered with all presence by everybody, which may be what a
/// room could not keep up with: it must not greet again at once.
const INTRODUCTION_PAUSE: Duration = Duration::from_secs(10);

/// What a room needs to have a part in a cluster.
pub(super) struct Relay {
    peers: Peers,
    /// Under which the shared frames go.
    address: Address,
    /// The bus is away: from when on members of other nodes are not shown any more.
    forget_at: Option<Instant>,
    /// Others are to be told who is here, and asked.
    introduce_at: Option<Instant>,
    may_introduce_at: Instant,
}

impl Relay {
    pub(super) fn new(identity: PeerIdentity, name: &DocName, now: Instant) -> Self {
        Self {
            peers: Peers::new(identity, now),
            address: Address::of(name),
            forget_at: None,
            introduce_at: None,
            may_introduce_at: now,
        }
    }
}

impl RoomCore {
    /// Takes what the bus brings.
    pub(super) fn hear_bus(&mut self, event: BusEvent) {
        let now = self.now;
        let Some(relay) = &mut self.relay else {
            return;
        };
        match event {
            BusEvent::Following => {
                relay.peers.following(now);
                relay.forget_at = None;
                self.introduce();
            }
            BusEvent::Missed => {
                relay.peers.missed(now);
                relay.forget_at.get_or_insert(now + REMOTE_PRESENCE_GRACE);
            }
            BusEvent::Message(from) => self.hear_peer(from),
            BusEvent::Unreadable => {
                metrics::counter!(names::BUS_MALFORMED).increment(1);
                relay.peers.want(RepairCause::Told);
            }
            BusEvent::News(NodeNews::Gone(node)) => {
                relay.peers.gone(node, now);
                self.presence.node_gone(node, now);
            }
            BusEvent::News(NodeNews::Lapsed) => self.introduce(),
            BusEvent::Unheard(unheard) => relay.peers.unheard(unheard, now),
            BusEvent::NewsMissed => {
                relay.peers.want(RepairCause::NodeGone);
                self.presence.forget_peers(now);
                self.introduce();
            }
        }
    }

    /// Tells others who is here, and asks them: now, or as soon as that may be done again.
    fn introduce(&mut self) {
        if let Some(relay) = &mut self.relay {
            relay.introduce_at = Some(relay.may_introduce_at.max(self.now));
        }
    }

    fn introduce_if_due(&mut self) {
        let now = self.now;
        let Some(relay) = &mut self.relay else {
            return;
        };
        if relay.introduce_at.is_some_and(|at| at <= now) {
            relay.introduce_at = None;
            relay.may_introduce_at = now + INTRODUCTION_PAUSE;
            self.presence.announce(now);
            self.publish(&PeerMessage::Hello);
        }
    }

    fn hear_peer(&mut self, from: FromPeer) {
        let now = self.now;
        let Some(relay) = &mut self.relay else {
            return;
        };
        relay.peers.meet(from.node);
        let position = |seq| Position {
            epoch: from.epoch,
            seq,
        };
        match from.message {
            // A newer release has something to say that this one does not understand.
            None => relay.peers.want(RepairCause::Told),
            Some(PeerMessage::Hello) => relay.peers.hello(now),
            Some(PeerMessage::Presence(payload)) => self.hear_presence_of(from.node, payload),
            Some(PeerMessage::Edits {
                seq,
                edits,
                presence,
            }) => {
                relay.peers.heard_edits(from.node, position(seq), now);
                if edits.is_empty() {
                    relay.peers.want(RepairCause::Told);
                }
                self.take_edits_of_peer(edits);
                if !presence.is_empty() {
                    self.hear_presence_of(from.node, presence);
                }
            }
            Some(PeerMessage::State { seq, heard, digest }) => {
                let comparison = relay
                    .peers
                    .heard_state(from.node, position(seq), &heard, now);
                if comparison == Comparison::Due && self.is_exactly_what_was_committed() {
                    self.compare(digest);
                }
            }
        }
    }

    fn hear_presence_of(&mut self, node: NodeId, payload: Bytes) {
        if self.presence.hear_peer(node, payload, self.now).is_err() {
            metrics::counter!(names::BUS_MALFORMED).increment(1);
        }
    }

    fn take_edits_of_peer(&mut self, edits: Vec<PeerEdit>) {
        let Some(address) = self.relay.as_ref().map(|relay| relay.address.clone()) else {
            return;
        };
        let mut shown = Vec::with_capacity(edits.len());
        let waited = self.replica.waiting().len();
        for edit in edits {
            if let Some(author) = edit.author {
                for client in edit.claims {
                    self.owners.entry(client).or_insert_with(|| author.clone());
                }
            }
            let Some(update) = update_of(edit.frame.clone()) else {
                metrics::counter!(names::BUS_MALFORMED).increment(1);
                self.want_repair(RepairCause::Told);
                continue;
            };
            let frames = SharedFrames::of_frame(edit.frame, &address, update.clone());
            if !self.take_committed(&update, Keep::AsSent, Some(frames), &mut shown) {
                break;
            }
        }
        if self.replica.waiting().len() > waited {
            // Their node knows what this one has not heard; so does the journal.
            self.want_repair(RepairCause::Gap);
        }
        self.show(&mut shown);
        self.note_title_of_peers();
    }

    /// Applies something that the journal has. False when the replica has to be replaced; whatever is left must then
    /// come from the journal.
    fn take_committed(
        &mut self,
        update: &Bytes,
        keep: Keep,
        frames: Option<SharedFrames>,
        shown: &mut Vec<Shown>,
    ) -> bool {
        if self.phase == Phase::Reloading || self.given_up {
            self.want_repair(RepairCause::Told);
            return false;
        }
        // What cannot be read is left out of the document, as at loading, and is still in the journal.
        let Ok(shape) = Replica::shape(update) else {
            return true;
        };
        match self.replica.apply(update, &shape, keep) {
            Ok(Applied::Nothing) | Err(Refusal::Malformed | Refusal::TooDeep) => true,
            Ok(Applied::Change(change)) => {
                self.size.grow(change.len(), &shape);
                self.shadow_takes(update, &shape);
                shown.push(Shown {
                    author: None,
                    frames: frames.unwrap_or_else(|| SharedFrames::update(change)),
                    spans: shape.spans,
                });
                true
            }
            Err(Refusal::Poison) => {
                metrics::counter!(names::PANICS).increment(1);
                self.want_repair(RepairCause::Told);
                self.reload_without(&shape.spans);
                false
            }
        }
    }

    /// Takes the journal's answer; `None` when it could not be read.
    pub(super) fn take_changes(&mut self, cause: RepairCause, changes: Option<Changes>) {
        let is_reloading = self.phase == Phase::Reloading;
        let now = self.now;
        let Some(relay) = &mut self.relay else {
            return;
        };
        let is_answered = changes.is_some();
        let Some(changes) = changes.filter(|_| !is_reloading) else {
            relay.peers.answered(cause, false, now);
            if !is_answered {
                self.fail_readings(self.questions());
            }
            return;
        };
        relay.peers.answered(cause, true, now);
        self.cursor = changes.cursor;
        self.owners.extend(changes.owners);
        let mut shown = Vec::new();
        let snapshots = changes
            .snapshots
            .iter()
            .map(|snapshot| (&snapshot.state, Keep::OnlyNew));
        let rows = changes.rows.iter().map(|row| (&row.update, Keep::AsSent));
        for (update, keep) in snapshots.chain(rows) {
            if !self.take_committed(update, keep, None, &mut shown) {
                break;
            }
        }
        metrics::counter!(names::REPAIRED_UPDATES).increment(shown.len() as u64);
        if let Some(relay) = &mut self.relay
            && !shown.is_empty()
        {
            relay.peers.brought(now);
        }
        self.show(&mut shown);
        self.note_title_of_peers();
        self.settle_doubts(self.questions());
        self.settle_readings(self.questions());
    }

    fn compare(&mut self, theirs: Digest) {
        let Ok(ours) = self.replica.digest() else {
            self.reload();
            return;
        };
        if ours == theirs {
            return;
        }
        let now = self.now;
        if let Some(relay) = &mut self.relay
            && relay.peers.has_lost_any()
        {
            // Each has read from the journal what the lost node wrote until it last asked: no wonder that they differ.
            relay.peers.want(RepairCause::Polling);
            return;
        }
        metrics::counter!(names::DIGEST_MISMATCHES).increment(1);
        if let Some(relay) = &mut self.relay
            && !relay.peers.differs(theirs, ours, now)
        {
            // Asking did not help: either side may hold what the journal does not. The journal decides.
            self.reload();
        }
    }

    /// Asks the journal soon. False on a single node, which has nobody to have missed.
    pub(super) fn want_repair(&mut self, cause: RepairCause) -> bool {
        let Some(relay) = &mut self.relay else {
            return false;
        };
        relay.peers.want(cause);
        true
    }

    /// Whether other nodes may have committed something that this room was not told. Never on a single node.
    pub(super) fn may_be_behind(&self) -> bool {
        let relay = self.relay.as_ref();
        relay.is_some_and(|relay| relay.peers.may_be_behind())
    }

    /// How often the journal was asked what is new.
    pub(super) fn questions(&self) -> u64 {
        self.relay
            .as_ref()
            .map_or(0, |relay| relay.peers.questions())
    }

    /// Whether the document is what the journal has, and nothing more.
    pub(super) fn is_exactly_what_was_committed(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Away)
            && self.batch.is_empty()
            && self.in_flight.is_empty()
    }

    /// Tells other nodes what was committed here: one message, with the frames that members get, and presence that
    /// changed meanwhile.
    pub(super) fn publish_committed(&mut self, entries: &[Entry], shown: &mut [Shown]) {
        let Some(relay) = &mut self.relay else {
            return;
        };
        if shown.is_empty() {
            return;
        }
        let now = self.now;
        let seq = relay.peers.next_seq(now);
        let changes = entries.iter().filter_map(|entry| entry.change.as_ref());
        let mut edits: Vec<PeerEdit> = changes
            .zip(shown)
            .map(|(change, shown)| PeerEdit {
                author: change.append.author.clone(),
                claims: change.append.claims.clone(),
                frame: shown.frames.for_address(&relay.address),
            })
            .collect();
        let bytes: usize = edits.iter().map(|edit| edit.frame.len()).sum();
        if bytes > EDITS_BYTES_MAX {
            edits.clear();
        }
        let presence = self.presence.take_for_peers(now).unwrap_or_default();
        self.publish(&PeerMessage::Edits {
            seq,
            edits,
            presence,
        });
    }

    /// Something was committed that cannot be named: others read the journal.
    pub(super) fn publish_that_there_is_more(&mut self) {
        let Some(relay) = &mut self.relay else {
            return;
        };
        let seq = relay.peers.next_seq(self.now);
        self.publish(&PeerMessage::Edits {
            seq,
            edits: Vec::new(),
            presence: Bytes::new(),
        });
    }

    /// Does what is due towards other nodes.
    pub(super) fn tell_peers(&mut self) {
        self.introduce_if_due();
        let (is_active, is_clean) = (self.is_active(), self.is_exactly_what_was_committed());
        let now = self.now;
        let Some(relay) = &mut self.relay else {
            return;
        };
        let due = relay.peers.tick(is_active, is_clean, now);
        if let Some(cause) = due.repair {
            metrics::counter!(names::REPAIRS, "cause" => cause.word()).increment(1);
            self.effects.push(Effect::Repair {
                cause,
                since: self.cursor,
            });
        }
        if relay.forget_at.is_some_and(|at| at <= now) {
            relay.forget_at = None;
            self.presence.forget_peers(now);
        }
        if due.presence {
            self.presence.announce(now);
        }
        if let Some(payload) = self.presence.tick_for_peers(now) {
            self.publish(&PeerMessage::Presence(payload));
        }
        if due.state {
            self.publish_state();
        }
    }

    fn publish_state(&mut self) {
        let Some(relay) = &self.relay else {
            return;
        };
        let Ok(digest) = self.replica.digest() else {
            self.reload();
            return;
        };
        let state = PeerMessage::State {
            seq: relay.peers.seq(),
            heard: relay.peers.positions(),
            digest,
        };
        self.publish(&state);
    }

    /// When something is due towards other nodes.
    pub(super) fn next_peer_deadline(&self) -> Option<Instant> {
        let relay = self.relay.as_ref()?;
        let peers = relay
            .peers
            .next_deadline(self.is_active(), self.is_exactly_what_was_committed());
        [peers, relay.forget_at, relay.introduce_at]
            .into_iter()
            .flatten()
            .min()
    }

    fn is_active(&self) -> bool {
        !self.members.is_empty()
    }

    fn publish(&mut self, message: &PeerMessage) {
        if let Some(relay) = &self.relay {
            let PeerIdentity { node, epoch, .. } = relay.peers.identity();
            self.effects
                .push(Effect::Publish(message.encode(node, epoch)));
        }
    }
}

/// The update inside a shared frame.
fn update_of(frame: Bytes) -> Option<Bytes> {
    match ServerFrame::decode(frame) {
        Ok(ServerFrame::Message {
            message: ServerMessage::Sync(SyncMessage::Update(update)),
            ..
        }) => Some(update),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
