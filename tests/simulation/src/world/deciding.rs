//! What members may do, as the community decides it: at once for whoever comes, and within half a second for whoever is
//! here (I3).

use consilium_client::event::Event;
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::{Address, ServerMessage};
use consilium_protocol::ids::{Access, Lineage};
use consilium_protocol::update_shape::BlockSpan;
use consilium_server::room::event::RoomEvent;
use consilium_server::room::presence::Identity;
use consilium_server::room::subscriber::{Dialect, Subscriber};
use rand::RngExt;

use super::World;
use super::happening::{AtNode, Happening};
use crate::check;
use crate::member::{Client, user};
use crate::plan::{BrokenRule, Setting};
use crate::report::Seen;
use crate::stock::Kind;
use crate::wire::{Wire, WireId};

/// How long a node may not know of a decision.
const KNOWN_WITHIN_MS: u64 = 500;

impl World {
    /// Somebody decides anew what a member may do.
    pub(super) fn minds_change(&mut self, client: usize) {
        let now = self.members[client].access;
        let access = match self.plan.setting {
            setting if !setting.decides() && now == Access::Write => Access::Read,
            setting if !setting.decides() => Access::Write,
            setting => {
                let levels: &[Access] = if setting == Setting::Leaving {
                    &[Access::None, Access::Read, Access::Comment, Access::Write]
                } else {
                    &[Access::None, Access::Read, Access::Write]
                };
                let others: Vec<Access> = levels
                    .iter()
                    .copied()
                    .filter(|access| *access != now)
                    .collect();
                others[self.access_dice.rng.random_range(0..others.len())]
            }
        };
        self.report.saw(Seen::AccessChanged);
        self.set_access(client, access);
    }

    /// From now on a member may do this. Their node learns of it from a newer token, or from the community's decisions.
    pub(super) fn set_access(&mut self, client: usize, access: Access) {
        let member = &mut self.members[client];
        let before = std::mem::replace(&mut member.access, access);
        if before == access {
            return;
        }
        let wire = member.wire;
        self.say(|| format!("client {client} may {access:?}"));
        if access == Access::None {
            self.note_loss(client);
        } else {
            self.seen_until_lost[client] = None;
        }
        if before == Access::None {
            let delay = self.access_dice.ms(0..3_000);
            self.agenda.after(delay, Happening::AsksAnew { client });
        }
        let Some(wire) = wire.filter(|wire| self.is_open(*wire)) else {
            return;
        };
        if self.plan.setting.decides() {
            let node = self.wires.get(wire).map_or(0, |line| line.node);
            let delay = self.access_dice.ms(0..KNOWN_WITHIN_MS);
            self.later_at_node(delay, node, AtNode::Decided { wire });
        } else {
            let dialect = self.dialect_of(client);
            self.join(wire, dialect, None);
        }
    }

    fn is_open(&self, wire: WireId) -> bool {
        self.wires.get(wire).is_some_and(|line| line.joined)
    }

    fn dialect_of(&self, client: usize) -> Dialect {
        let address = Address::of(&self.doc);
        match &self.members[client].client {
            Client::Ours(_) => Dialect::Extended(address),
            Client::Stock(stock) if stock.kind == Kind::Envelope => Dialect::Envelope(address),
            Client::Stock(_) => Dialect::Plain,
        }
    }

    /// A member presents themselves, or a newer token.
    pub(super) fn join(&mut self, wire: WireId, dialect: Dialect, lineage: Option<Lineage>) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        let access = self.members[line.client].access;
        if access == Access::None {
            self.deny(wire);
            return;
        }
        line.joined = true;
        line.denied = false;
        let node = line.node;
        let subscriber = Box::new(Subscriber {
            lineage,
            ..subscriber(line, dialect, access)
        });
        self.now_at_node(node, AtNode::Joins { wire, subscriber });
    }

    pub(super) fn joins(&mut self, wire: WireId, subscriber: Box<Subscriber>) {
        self.node_knows(wire, subscriber.access);
        if let Some(line) = self.wires.get_mut(wire) {
            let (node, id) = (line.node, line.subscriber);
            self.tell_room(node, RoomEvent::Join { id, subscriber });
        }
    }

    /// The node looks at what holds now for somebody who is here.
    pub(super) fn decided(&mut self, wire: WireId) {
        let Some(line) = self.wires.get_mut(wire).filter(|line| line.joined) else {
            return;
        };
        let access = self.members[line.client].access;
        if access == Access::None {
            self.deny(wire);
        } else if access != line.access {
            let (node, id) = (line.node, line.subscriber);
            self.node_knows(wire, access);
            self.tell_room(node, RoomEvent::Access { id, access });
        }
    }

    /// The document is not for this member, or not any more.
    fn deny(&mut self, wire: WireId) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        if self.plan.broken == Some(BrokenRule::TellsTheLost) && line.joined {
            line.access = Access::None;
            return;
        }
        let was_open = std::mem::take(&mut line.joined);
        line.denied = true;
        line.access = Access::None;
        let (client, node, id) = (line.client, line.node, line.subscriber);
        if was_open {
            // Until now they were shown what came.
            self.note_loss(client);
        }
        match self.dialect_of(client) {
            Dialect::Plain => {
                if let Some(line) = self.wires.get(wire) {
                    line.outbound.close(CloseCode::Forbidden);
                }
            }
            Dialect::Envelope(address) | Dialect::Extended(address) => {
                let denial = ServerMessage::PermissionDenied("forbidden".to_owned());
                if let Some(line) = self.wires.get(wire) {
                    line.outbound.answer(denial.encode_for(&address));
                }
            }
        }
        self.say(|| format!("client {client} is denied"));
        if was_open {
            self.report.saw(Seen::Denied);
            self.tell_room(node, RoomEvent::Leave { id });
        }
        self.drain(wire);
    }

    /// Whoever lost a document tries again: our client with a newer token, others by connecting anew.
    pub(super) fn asks_anew(&mut self, client: usize) {
        match self.members[client].client {
            Client::Ours(_) => {
                self.tokens += 1;
                let token = Some(format!("token {}", self.tokens));
                self.tell_replica(client, Event::Token { token });
            }
            Client::Stock(_) => {
                if let Some(wire) = self.members[client].wire {
                    self.cut(wire);
                }
            }
        }
    }

    /// Remembers the blocks of an edit that comes from somebody who may write, as far as the node knows.
    pub(super) fn note_whether_welcome(&mut self, wire: WireId, event: &RoomEvent) {
        let RoomEvent::Update { update, .. } = event else {
            return;
        };
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        let spans = check::spans(update);
        if line.access < Access::Write {
            line.unwelcome.extend(spans);
            self.report.saw(Seen::NotWelcome);
        } else {
            self.welcome_all(spans);
        }
    }

    /// From now on the node judges what this member brings by this.
    fn node_knows(&mut self, wire: WireId, access: Access) {
        let Some(line) = self.wires.get_mut(wire) else {
            return;
        };
        line.access = access;
        if access >= Access::Write {
            let held_back = std::mem::take(&mut line.unwelcome);
            self.welcome_all(held_back);
        }
    }

    fn welcome_all(&mut self, spans: Vec<BlockSpan>) {
        for span in spans {
            self.welcome.add(span);
        }
    }
}

/// The channel as its room gets to know it.
fn subscriber(line: &Wire, dialect: Dialect, access: Access) -> Subscriber {
    Subscriber {
        dialect,
        outbound: line.outbound.clone(),
        identity: Some(Identity {
            user: user(line.client),
            display_name: String::new(),
        }),
        access,
        lineage: None,
    }
}
