//! Everything that can be on the agenda.

use bytes::Bytes;
use consilium_client::event::{EntryId, HandInOutcome};
use consilium_server::room::event::{BusEvent, Loaded};
use consilium_server::room::peers::RepairCause;
use consilium_server::room::subscriber::Subscriber;
use consilium_server::store::{Changes, Compaction, Cursor, SetAside};

use crate::node::Fate;
use crate::wire::WireId;

/// Something that happens at its time.
pub(super) enum Happening {
    /// A frame reaches the server.
    ToServer { wire: WireId, bytes: Bytes },
    /// The server reads a frame that it has left unread.
    ReadOn { wire: WireId },
    /// A frame reaches the client.
    ToClient { wire: WireId, bytes: Bytes },
    /// A slow reader reads again.
    ReadAgain { wire: WireId },
    /// To a client, unless it has died meanwhile.
    AtClient {
        client: usize,
        life: u64,
        what: AtClient,
    },
    /// The device's store works again.
    DeviceWorks { client: usize },
    /// Somebody opens the browser.
    RestartClient { client: usize },
    /// A stock client tries again.
    StockReconnects { client: usize },
    /// Somebody types.
    Edit { client: usize },
    /// What a client has left behind reaches the door, whatever has become of the client.
    AtTheDoor {
        client: usize,
        life: u64,
        update: Bytes,
    },
    /// A member signs in anew, to see whether a document that was taken away is back.
    AsksAnew { client: usize },
    /// To a node, unless it has died meanwhile.
    AtNode {
        node: usize,
        life: u64,
        what: AtNode,
    },
    /// The store has done with a node's batch, unless the node has died meanwhile.
    CommitEnds { node: usize, life: u64, fate: Fate },
    /// The store has done with what a node has given up, unless the node has died meanwhile.
    GivenUpEnds { node: usize, life: u64 },
    /// The store reads the document for a node, unless it has died meanwhile.
    Loads { node: usize, life: u64 },
    /// The store reads what was committed since for a node, unless it has died meanwhile.
    ReadsChanges {
        node: usize,
        life: u64,
        cause: RepairCause,
        since: Cursor,
    },
    /// Others find that a node holds no lease any more, if it did not go on meanwhile.
    LeaseEnds { node: usize, life: u64 },
    /// A merged snapshot is stored.
    Compacted(Compaction),
    /// A node's commits succeed again.
    StorageWorks { node: usize },
    /// A process is started.
    StartNode { node: usize },
    /// A stopped process goes on, unless it has died meanwhile.
    NodeGoesOn { node: usize, life: u64 },
    /// The bus has something to say.
    BusSpeaks,
    /// It is looked at what nodes lack of each other.
    ComparesNodes,
    /// Faults get their chance.
    Mischief,
}

/// What happens to a client.
#[derive(Clone, Copy)]
pub(super) enum AtClient {
    Connected { wire: WireId },
    ConnectFailed,
    SeesCut { wire: WireId },
    Loaded,
    Persist(EntryId),
    Timer { at_ms: u64 },
    Token,
    DoorSays(HandInOutcome),
}

/// What happens to a node. While the node is stopped it waits.
pub(super) enum AtNode {
    SeesCut {
        wire: WireId,
    },
    Flush,
    Joins {
        wire: WireId,
        subscriber: Box<Subscriber>,
    },
    /// The node learns what the community has decided about a member.
    Decided {
        wire: WireId,
    },
    CommitKnown {
        fate: Fate,
    },
    Reloaded(Box<Loaded>),
    SetAside {
        outcomes: Vec<SetAside>,
    },
    StorageWorks,
    Tick,
    Hears(BusEvent),
    /// The node says that it lives, and asks after the others.
    LeaseTurn,
    /// The node asks the store who serves, and the bus who is heard.
    AsksWhoServes,
    Repaired {
        cause: RepairCause,
        changes: Option<Changes>,
    },
}
