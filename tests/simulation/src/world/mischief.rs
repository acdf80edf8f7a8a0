//! Faults, each with its chance ten times a second.

use bytes::Bytes;
use consilium_protocol::awareness;
use consilium_protocol::envelope::{Address, ClientFrame, ClientMessage};
use consilium_protocol::plain::PlainMessage;
use rand::RngExt;

use super::World;
use super::happening::Happening;
use crate::report::Seen;
use crate::wire::WireId;

/// How often faults get their chance.
const EVERY_MS: u64 = 100;

impl World {
    pub(super) fn mischief(&mut self) {
        if self.dice.is_calm() {
            return;
        }
        self.agenda.after(EVERY_MS, Happening::Mischief);
        for node in 0..self.nodes.len() {
            if self.dice.fault(self.plan.crash_server) {
                self.crash_node(node);
            }
            if self.node_dice.fault(self.plan.nodes.stop) {
                self.stop_node(node);
            }
        }
        if self.dice.fault(self.plan.compact) {
            self.compact();
        }
        let now = self.now_ms();
        self.bus.mischief(now);
        self.plan_the_bus();
        for client in 0..self.members.len() {
            self.mischief_around(client);
        }
        self.review();
    }

    fn mischief_around(&mut self, client: usize) {
        if self.dice.fault(self.plan.break_connection)
            && let Some(wire) = self.members[client].wire
        {
            self.cut(wire);
        }
        if self.dice.fault(self.plan.crash_replica) {
            self.crash_client(client);
        }
        if self.dice.fault(self.plan.change_access) {
            self.minds_change(client);
        }
        if self.dice.fault(self.plan.fail_device) {
            self.fail_device(client);
        }
        if self.dice.fault(self.plan.pause_reading) {
            self.pause_reading(client);
        }
        if self.dice.fault(self.plan.garbage)
            && let Some(wire) = self.members[client].wire
        {
            self.send_garbage(wire);
        }
    }

    fn pause_reading(&mut self, client: usize) {
        let pause = self.dice.ms(100..2500);
        let until = self.now_ms() + pause;
        if let Some(wire) = self.members[client].wire
            && let Some(line) = self.wires.get_mut(wire)
        {
            line.reading_again_at_ms = until;
            self.report.saw(Seen::ReaderPaused);
            self.say(|| format!("client {client} does not read for {pause} ms"));
            self.agenda.after(pause, Happening::ReadAgain { wire });
        }
    }

    /// Bytes that are almost a frame. What happens to be an edit is not sent: a member may write nonsense, and that
    /// is no garbage.
    fn send_garbage(&mut self, wire: WireId) {
        let mut bytes = ClientFrame::Message {
            address: Address::of(&self.doc),
            message: ClientMessage::Awareness(Bytes::from_static(&[1, NOBODY, 1, 2, b'{', b'}'])),
        }
        .encode()
        .to_vec();
        let rng = &mut self.dice.rng;
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..bytes.len());
            bytes[at] = rng.random();
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
        if !is_edit && !names_another(&bytes) {
            self.report.saw(Seen::Garbage);
            self.send(wire, bytes);
        }
    }
}

/// A CRDT client id that no member has.
const NOBODY: u8 = 7;

/// Whether somebody would be said to be here under an id that may be another member's, now or later. Real ids are drawn
/// from four thousand million and are not met by chance; here there are few.
fn names_another(frame: &Bytes) -> bool {
    let said = match ClientFrame::decode(frame.clone()) {
        Ok(ClientFrame::Message {
            message: ClientMessage::Awareness(said),
            ..
        }) => awareness::decode(said),
        _ => return false,
    };
    said.is_ok_and(|entries| {
        entries
            .iter()
            .any(|entry| entry.client != u64::from(NOBODY))
    })
}
