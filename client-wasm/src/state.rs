//! What a person may be told: the connection's state and each document's. Mirrors `client-wasm/js/src/types.ts`.
//!
//! Plain data. The engine computes it from what it knows and reports it only when it has changed; it never says
//! more than it knows: `device` needs the store's word, `safe` needs the server's (I1).

use consilium_protocol::ids::Access;
use serde::{Deserialize, Serialize};

/// Where the newest local edit is: the least safe of all unconfirmed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SaveState {
    /// Only in memory.
    Saving,
    /// Durable on this device.
    Device,
    /// Durable on this device, and on its way to the server.
    Sent,
    /// Committed to disk by the server.
    Safe,
}

/// The state of the one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ConnectionStatus {
    /// A socket is being opened, or has not spoken yet.
    Connecting,
    /// The server answers.
    Online,
    /// The device has no network.
    Offline,
    /// Lost; trying again later.
    Waiting {
        /// When, in milliseconds since the epoch.
        at: u64,
        /// A stable word.
        reason: String,
    },
    /// Will not try again by itself.
    Refused {
        /// A stable word.
        reason: String,
    },
}

/// Who keeps a refused edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeptAt {
    /// The server, for review (D11).
    Server,
    /// This device only.
    Device,
}

/// Why this device cannot store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoreCause {
    /// No room left.
    Quota,
    /// Another tab holds an old version of the database open.
    Blocked,
    /// The database was deleted under us.
    Deleted,
    /// There is no database, for example in a private window.
    Unavailable,
}

/// The reason of an edit that the server was not asked to take: something that it builds on is nowhere.
pub const INCOMPLETE: &str = "incomplete";

/// The reason of an edit that the document does not take any more, because its author may not write there: it is in a branch
/// of theirs, for those to review who may.
pub const HANDED_IN: &str = "handed-in";

/// Something a person must know about a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum DocumentProblem {
    /// The server refuses this member or token.
    Denied {
        /// A stable word, or the server's.
        reason: String,
    },
    /// The token has run out and no new one could be had.
    Expired,
    /// The server cannot open this document now; it is asked again.
    Unavailable,
    /// The server cannot write to its storage now.
    ServerStorage,
    /// An edit was refused.
    Rejected {
        /// The stable word of the reject code, or [`INCOMPLETE`], or [`HANDED_IN`].
        reason: String,
        /// Who keeps it.
        kept: KeptAt,
    },
    /// This device cannot store edits.
    DeviceStorage {
        /// Why.
        cause: StoreCause,
    },
}

/// What is known of this member's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str")]
#[serde(try_from = "String")]
pub enum KnownAccess {
    /// The server has not said yet.
    Unknown,
    /// The server's word.
    Known(Access),
}

impl From<KnownAccess> for &'static str {
    fn from(access: KnownAccess) -> Self {
        match access {
            KnownAccess::Unknown => "unknown",
            KnownAccess::Known(Access::None) => "none",
            KnownAccess::Known(Access::Read) => "read",
            KnownAccess::Known(Access::Comment) => "comment",
            KnownAccess::Known(Access::Write) => "write",
        }
    }
}

impl TryFrom<String> for KnownAccess {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        [
            Self::Unknown,
            Self::Known(Access::None),
            Self::Known(Access::Read),
            Self::Known(Access::Comment),
            Self::Known(Access::Write),
        ]
        .into_iter()
        .find(|access| <&'static str>::from(*access) == word)
        .ok_or(word)
    }
}

/// All that the interface shows of one document's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentState {
    /// Where the newest local edit is.
    pub save: SaveState,
    /// What this member may do.
    pub access: KnownAccess,
    /// The server's state has arrived, now or in an earlier visit. A boolean because the page reads it as one.
    pub synced: bool,
    /// Local edits that the server has not confirmed.
    pub unconfirmed: usize,
    /// Sorted, without repetition.
    pub problems: Vec<DocumentProblem>,
}
