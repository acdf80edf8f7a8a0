//! Connections: they open and break, and frames travel on them.

use bytes::Bytes;
use consilium_client::event::Event;
use consilium_protocol::envelope::{
    Address, ClientFrame, ClientMessage, PONG_FRAME, ServerFrame, ServerMessage,
};
use consilium_protocol::ids::Access;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::wire::Reader;
use consilium_server::outbound::Outgoing;
use consilium_server::room::event::RoomEvent;
use consilium_server::room::subscriber::{Dialect, SubscriberId};
use consilium_server::ws::translate::{self, Vocabulary};
use rand::RngExt;

use super::World;
use super::happening::{AtClient, AtNode, Happening};
use crate::check;
use crate::member::Client;
use crate::report::Seen;
use crate::stock::Kind;
use crate::trace;
use crate::wire::WireId;

impl World {
    /// A client wants a connection.
    pub(super) fn connect(&mut self, client: usize) {
        if self.members[client].wire.is_some() {
            return;
        }
        let node = match self.nodes.len() {
            1 => 0,
            count => self.node_dice.rng.random_range(0..count),
        };
        let delay = self.dice.ms(1..80);
        if self.nodes[node].core.is_none() || self.dice.fault(30) {
            match self.members[client].client {
                Client::Ours(_) => self.later_at_client(delay, client, AtClient::ConnectFailed),
                Client::Stock(_) => self
                    .agenda
                    .after(delay + 200, Happening::StockReconnects { client }),
            }
            return;
        }
        let wire = self.wires.open(client, node, self.plan.reading.bounds);
        self.members[client].wire = Some(wire);
        self.say(|| format!("client {client} connects to node {node}: {wire:?}"));
        self.later_at_client(delay, client, AtClient::Connected { wire });
    }

    pub(super) fn connected(&mut self, client: usize, wire: WireId) {
        if self.members[client].wire != Some(wire) {
            self.cut(wire);
            return;
        }
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        line.up = true;
        match &mut self.members[client].client {
            Client::Ours(_) => self.tell_replica(client, Event::SocketOpened),
            Client::Stock(stock) => {
                let frames = stock.opened();
                if stock.kind == Kind::Plain {
                    self.join(wire, Dialect::Plain, None);
                }
                for frame in frames {
                    self.send(wire, frame);
                }
            }
        }
    }

    /// The connection breaks: each side learns of it in its own time, and what is under way is lost.
    pub(super) fn cut(&mut self, wire: WireId) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        line.cut = true;
        let (client, node, joined) = (line.client, line.node, line.joined);
        if joined && self.members[client].access == Access::None {
            // Their node did not know yet, and had shown them what came.
            self.note_loss(client);
        }
        self.report.saw(Seen::Broken);
        self.say(|| format!("{wire:?} of client {client} breaks"));
        let (client_delay, node_delay) = (self.dice.ms(1..3000), self.dice.ms(1..5000));
        self.later_at_client(client_delay, client, AtClient::SeesCut { wire });
        self.later_at_node(node_delay, node, AtNode::SeesCut { wire });
    }

    /// A client sends a frame.
    pub(super) fn send(&mut self, wire: WireId, bytes: Bytes) {
        let delay = self.dice.ms(1..60);
        let now = self.now_ms();
        let Some(line) = self.wires.get_mut(wire).filter(|line| line.up) else {
            return;
        };
        let at = line.arrives_at_server(now, delay);
        self.agenda
            .after(at - now, Happening::ToServer { wire, bytes });
    }

    /// Moves what the room has queued onto the wire, as far as the reader takes it.
    pub(super) fn drain(&mut self, wire: WireId) {
        let now = self.now_ms();
        let window_frames = self.plan.reading.window_frames;
        while let Some(line) = self.wires.get_mut(wire) {
            let node = line.node;
            let is_full = line.frames_to_client >= window_frames;
            if line.reading_again_at_ms > now || is_full || self.nodes[node].stopped {
                break;
            }
            match line.outbound.take() {
                Some(Outgoing::Frame(bytes)) => self.put_on_wire(wire, bytes),
                Some(Outgoing::Close(_)) => self.cut(wire),
                Some(Outgoing::Begun(_)) => panic!("a frame is put on the wire whole here"),
                None => {
                    if line.outbound.take_drained() {
                        line.owed_a_diff = true;
                        let id = line.subscriber;
                        self.report.saw(Seen::Overflow);
                        self.say(|| format!("{wire:?} has drained"));
                        self.tell_room(node, RoomEvent::Drained { id });
                    }
                    break;
                }
            }
        }
        self.listen_again(wire);
    }

    fn put_on_wire(&mut self, wire: WireId, bytes: Bytes) {
        let now = self.now_ms();
        let Some(line) = self.wires.get(wire) else {
            return;
        };
        let sync = self.sync_in(line.client, &bytes);
        if let Some(SyncMessage::Step2(update) | SyncMessage::Update(update)) = &sync {
            // D2: nobody is shown what is not committed.
            assert!(
                self.journal.has(&check::spans(update)),
                "seed {}: an uncommitted edit was shown",
                self.plan.seed
            );
        }
        let delay = self.dice.ms(1..60);
        let is_plain = self.members[line.client].is_plain();
        let (client, node) = (line.client, line.node);
        self.say(|| {
            let frame = trace::to_client(is_plain, &bytes);
            format!("node {node} -> client {client}: {frame}")
        });
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        if matches!(sync, Some(SyncMessage::Step2(_))) && std::mem::take(&mut line.owed_a_diff) {
            self.report.saw(Seen::CaughtUp);
        }
        line.frames_to_client += 1;
        let at = line.arrives_at_client(now, delay);
        self.agenda
            .after(at - now, Happening::ToClient { wire, bytes });
    }

    /// The sync message in a frame to a client, if it is one.
    fn sync_in(&self, client: usize, frame: &Bytes) -> Option<SyncMessage> {
        if self.members[client].is_plain() {
            match PlainMessage::decode(&mut Reader::new(frame.clone())) {
                Ok(PlainMessage::Sync(sync)) => Some(sync),
                _ => None,
            }
        } else {
            match ServerFrame::decode(frame.clone()) {
                Ok(ServerFrame::Message {
                    message: ServerMessage::Sync(sync),
                    ..
                }) => Some(sync),
                _ => None,
            }
        }
    }

    /// A frame has crossed the wire to the client, which makes room for the next.
    pub(super) fn reaches_client(&mut self, wire: WireId, bytes: Bytes) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        line.frames_to_client -= 1;
        let client = line.client;
        if self.members[client].wire == Some(wire) {
            self.client_hears(client, wire, bytes);
        }
        self.drain(wire);
    }

    /// A frame has crossed the wire to the server. Whoever has too much to read is not listened to (I4).
    pub(super) fn reaches_server(&mut self, wire: WireId, bytes: Bytes) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        if line.unread.is_empty() && !line.outbound.is_over_bound() {
            self.server_hears(wire, bytes);
        } else {
            line.unread.push_back(bytes);
            self.report.saw(Seen::NotRead);
            self.say(|| format!("{wire:?} is not read"));
        }
    }

    /// What was left unread is read when there is room for answers again, frame by frame.
    fn listen_again(&mut self, wire: WireId) {
        if let Some(line) = self.wires.get_mut(wire)
            && !line.unread.is_empty()
            && !line.outbound.is_over_bound()
            && !std::mem::replace(&mut line.reads_on, true)
        {
            self.agenda.after(0, Happening::ReadOn { wire });
        }
    }

    pub(super) fn read_on(&mut self, wire: WireId) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        line.reads_on = false;
        if line.outbound.is_over_bound() {
            return;
        }
        if let Some(bytes) = line.unread.pop_front() {
            self.server_hears(wire, bytes);
            self.listen_again(wire);
        }
    }

    fn server_hears(&mut self, wire: WireId, bytes: Bytes) {
        let Some(line) = self.wires.get(wire) else {
            return;
        };
        let (client, node, id) = (line.client, line.node, line.subscriber);
        if self.nodes[node].core.is_none() {
            return;
        }
        let is_plain = self.members[client].is_plain();
        self.trace.say(self.agenda.now_ms(), || {
            let frame = trace::from_client(is_plain, &bytes);
            format!("node {node} <- client {client}: {frame}")
        });
        if is_plain {
            self.hear_plain(wire, node, id, bytes);
            return;
        }
        match ClientFrame::decode(bytes) {
            Ok(ClientFrame::Ping) => {
                line.outbound.answer(Bytes::from_static(PONG_FRAME));
                self.drain(wire);
            }
            Ok(ClientFrame::Pong) => {}
            Ok(ClientFrame::Message { address, message }) => {
                self.hear_envelope(wire, node, address, message);
            }
            Err(_) => self.cut(wire),
        }
    }

    fn hear_plain(&mut self, wire: WireId, node: usize, id: SubscriberId, bytes: Bytes) {
        for message in PlainMessage::decode_frame(bytes) {
            let Ok(event) = message
                .map_err(|_| ())
                .and_then(|message| translate::from_plain(id, message).map_err(|_| ()))
            else {
                self.cut(wire);
                return;
            };
            self.note_whether_welcome(wire, &event);
            self.tell_room(node, event);
        }
    }

    fn hear_envelope(
        &mut self,
        wire: WireId,
        node: usize,
        address: Address,
        message: ClientMessage,
    ) {
        if let ClientMessage::Auth(auth) = message {
            let dialect = if auth.speaks_extensions() {
                Dialect::Extended(address)
            } else {
                Dialect::Envelope(address)
            };
            self.join(wire, dialect, auth.lineage);
            return;
        }
        // What a refused channel has still to say is not worth an answer.
        let Some(line) = self.wires.get(wire).filter(|line| !line.denied) else {
            return;
        };
        let vocabulary = match self.members[line.client].client {
            Client::Ours(_) => Vocabulary::Extended,
            Client::Stock(_) => Vocabulary::Stock,
        };
        match translate::from_envelope(line.subscriber, vocabulary, message) {
            Ok(Some(event)) => {
                self.note_whether_welcome(wire, &event);
                self.tell_room(node, event);
            }
            Ok(None) => {}
            Err(_) => self.cut(wire),
        }
    }
}
