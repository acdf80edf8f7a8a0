//! One connection, seen from both ends.
//!
//! A wire is a pair of queues, in order and without loss while the connection lives, like TCP; what is on it is lost
//! when the connection breaks. Loss, duplication and reordering of edits follow from that: clients send again after
//! they reconnect, and different members' edits overtake each other.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use consilium_protocol::ids::Access;
use consilium_protocol::update_shape::BlockSpan;
use consilium_server::outbound::{Bounds, NodeBudget, Outbound};
use consilium_server::room::subscriber::SubscriberId;

/// Names one connection for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WireId(u64);

/// One connection.
pub struct Wire {
    /// Whose it is.
    pub client: usize,
    /// Where it leads.
    pub node: usize,
    /// What the room has for this reader and the wire has not taken yet.
    pub outbound: Outbound,
    /// The channel's name in its room.
    pub subscriber: SubscriberId,
    /// Whether the room knows the channel.
    pub joined: bool,
    /// The member was told that this document is not for them.
    pub denied: bool,
    /// What the node knows that the member may do here.
    pub access: Access,
    /// The client has noticed that it is up.
    pub up: bool,
    /// Broken; what is under way is lost.
    pub cut: bool,
    to_client_at_ms: u64,
    to_server_at_ms: u64,
    /// Blocks that came while the member could not write. A room that holds an edit back until it knows more (storage is
    /// away, or it may be behind) judges it by what holds then.
    pub unwelcome: Vec<BlockSpan>,
    /// The server's socket takes nothing before.
    pub reading_again_at_ms: u64,
    /// Frames on their way to the client.
    pub frames_to_client: usize,
    /// What has arrived at the server and is not read while what this client has to read is over its bound.
    pub unread: VecDeque<Bytes>,
    /// The server is about to read the first of them.
    pub reads_on: bool,
    /// The room has been told that the reader has drained, and owes it a diff.
    pub owed_a_diff: bool,
}

impl Wire {
    /// When something arrives at the server that was sent now and takes so long: not before what was sent earlier.
    pub fn arrives_at_server(&mut self, now_ms: u64, delay_ms: u64) -> u64 {
        self.to_server_at_ms = self.to_server_at_ms.max(now_ms + delay_ms);
        self.to_server_at_ms
    }

    /// When something arrives at the client that was sent now and takes so long: not before what was sent earlier.
    pub fn arrives_at_client(&mut self, now_ms: u64, delay_ms: u64) -> u64 {
        self.to_client_at_ms = self.to_client_at_ms.max(now_ms + delay_ms);
        self.to_client_at_ms
    }
}

/// All connections, broken ones until the server has noticed.
#[derive(Default)]
pub struct Wires {
    wires: BTreeMap<WireId, Wire>,
    last: u64,
}

impl Wires {
    /// A new connection of this client to this node. So much may wait for it at the server.
    pub fn open(&mut self, client: usize, node: usize, bounds: Bounds) -> WireId {
        self.last += 1;
        let id = WireId(self.last);
        self.wires.insert(
            id,
            Wire {
                client,
                node,
                outbound: Outbound::with_bounds(NodeBudget::default(), bounds),
                subscriber: SubscriberId(self.last),
                joined: false,
                denied: false,
                unwelcome: Vec::new(),
                access: Access::None,
                up: false,
                cut: false,
                to_client_at_ms: 0,
                to_server_at_ms: 0,
                reading_again_at_ms: 0,
                frames_to_client: 0,
                unread: VecDeque::new(),
                reads_on: false,
                owed_a_diff: false,
            },
        );
        id
    }

    /// A connection that works.
    #[must_use]
    pub fn get(&self, id: WireId) -> Option<&Wire> {
        self.wires.get(&id).filter(|wire| !wire.cut)
    }

    /// A connection that works.
    pub fn get_mut(&mut self, id: WireId) -> Option<&mut Wire> {
        self.wires.get_mut(&id).filter(|wire| !wire.cut)
    }

    /// Forgets a connection; both ends know that it is broken.
    pub fn remove(&mut self, id: WireId) -> Option<Wire> {
        self.wires.remove(&id)
    }

    /// All that lead to this node.
    #[must_use]
    pub fn of_node(&self, node: usize) -> Vec<WireId> {
        let wires = self.wires.iter();
        let of_node = wires.filter(|(_, wire)| wire.node == node);
        of_node.map(|(id, _)| *id).collect()
    }
}
