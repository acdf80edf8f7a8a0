//! Everything that can be on the agenda.

use bytes::Bytes;
use consilium_client::event::EntryId;
use consilium_protocol::extension::Kept;

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
    /// To the node, unless it has died meanwhile.
    AtNode { life: u64, what: AtNode },
    /// Storage takes edits again.
    StorageWorks,
    /// The process is started.
    StartNode,
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
}

/// What happens to a node.
#[derive(Clone, Copy)]
pub(super) enum AtNode {
    SeesCut { wire: WireId },
    Flush,
    CommitEnds(Fate),
    Reloaded,
    SetAside { number: u64, kept: Kept },
    Tick,
}
