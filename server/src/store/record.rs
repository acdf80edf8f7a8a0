//! The values that cross the store's boundary: documents, journal rows, snapshots, quarantine.
//!
//! Ids are local to one store and mean nothing outside it; on the wire a document is its name and its lineage.
//! Updates are opaque bytes here.

use std::collections::HashMap;
use std::fmt;

use bytes::Bytes;
use consilium_protocol::ids::{DocName, Lineage, UserId};

/// Store-local key of a document. Never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocId(pub i64);

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One journal row. Increases with every append, over all documents; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub i64);

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A position in what has been committed. Opaque: only the store that made it understands it, and not after it was
/// closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub i64);

/// The BLAKE3 hash of a snapshot's uncompressed bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SnapshotHash(pub [u8; 32]);

impl SnapshotHash {
    /// The hash of this state.
    #[must_use]
    pub fn of(state: &[u8]) -> Self {
        Self(*blake3::hash(state).as_bytes())
    }
}

impl fmt::Display for SnapshotHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        blake3::Hash::from_bytes(self.0).to_hex().fmt(f)
    }
}

impl fmt::Debug for SnapshotHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What lists show of a document. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// Store-local key.
    pub id: DocId,
    /// The name that clients use.
    pub name: DocName,
    /// Which history this is (D15).
    pub lineage: Lineage,
    /// A copy of the title inside the CRDT, for lists and search.
    pub title: String,
    /// When the document was created.
    pub created_at_ms: i64,
    /// When it was last edited, exact to [`super::limits::TOUCH_GRANULARITY_MS`].
    pub updated_at_ms: i64,
    /// When it was put into the bin, if it is there.
    pub deleted_at_ms: Option<i64>,
}

/// One update in the tail of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Its id.
    pub id: RowId,
    /// When the server took it.
    pub at_ms: i64,
    /// The update, yrs V1.
    pub update: Bytes,
}

/// One snapshot of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its address.
    pub hash: SnapshotHash,
    /// The state, yrs V1, decompressed.
    pub state: Bytes,
}

/// A document as of one instant: the merge of all snapshots and rows is its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// What lists show.
    pub record: DocumentRecord,
    /// Usually none or one; more after concurrent compactions.
    pub snapshots: Vec<Snapshot>,
    /// Rows since the snapshots, in the order of their ids.
    pub tail: Vec<JournalRow>,
    /// The member who owns each CRDT client id (D16).
    pub owners: HashMap<u64, UserId>,
    /// That instant, for asking what has come since.
    pub cursor: Cursor,
}

/// What was committed to a document since a position. Rows and snapshots may repeat what was seen before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// What compactions have written since; they contain the rows that they merged.
    pub snapshots: Vec<Snapshot>,
    /// Rows since then that are rows still, in the order of their ids.
    pub rows: Vec<JournalRow>,
    /// Owners of CRDT client ids (D16), those claimed since then among them.
    pub owners: HashMap<u64, UserId>,
    /// Where to go on.
    pub cursor: Cursor,
}

impl Changes {
    /// Bytes of all updates and states.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let snapshots: usize = self.snapshots.iter().map(|each| each.state.len()).sum();
        let rows: usize = self.rows.iter().map(|row| row.update.len()).sum();
        snapshots + rows
    }
}

/// One update to make durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The document.
    pub doc: DocId,
    /// The update, yrs V1.
    pub update: Bytes,
    /// Who wrote it; `None` where there is no identity.
    pub author: Option<UserId>,
    /// CRDT client ids that the author uses for the first time (D16).
    pub claims: Vec<u64>,
    /// When the server took it.
    pub at_ms: i64,
}

/// An update that may not be applied, kept for review (D11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The document.
    pub doc: DocId,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// Why it was not applied. Cut at the protocol's reason limit.
    pub reason: String,
    /// The update, yrs V1.
    pub update: Bytes,
    /// When the server took it.
    pub at_ms: i64,
}

/// What became of an update that was to be kept for review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAside {
    /// It is in quarantine, now or already.
    Kept,
    /// The author's or the document's allowance is used up: it is *not* kept.
    Full,
    /// It is larger than may be stored at once: it is *not* kept.
    TooLarge,
    /// It is not in quarantine, but in a branch of its author's. No store says so: a room hears it when what its author
    /// left behind was handed in there.
    InBranch,
}

/// One entry of the quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// Increases with time, never reused.
    pub id: i64,
    /// What is kept.
    pub entry: Quarantined,
}

/// A snapshot to write and what it makes superfluous. The caller promises that the state contains all that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compaction {
    /// The document.
    pub doc: DocId,
    /// The merged state, yrs V1.
    pub state: Bytes,
    /// Rows that are merged into it.
    pub rows: Vec<RowId>,
    /// Snapshots that are merged into it.
    pub snapshots: Vec<SnapshotHash>,
}

/// The longest prefix of at most `bytes_max` bytes that ends at a character.
pub(super) fn truncate(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
