//! Durable storage of documents: one contract (D6) for SQLite on one machine and PostgreSQL for several nodes.
//!
//! A document is a set of content-addressed snapshots plus a tail of immutable journal rows (D3); its state is the
//! CRDT merge of all of them, so rows and snapshots may overlap and repeat without harm. What `append` has returned
//! survives the death of the process and of the machine (D2, I1). The suite in `contract` holds every
//! implementation to these sentences.
//!
//! Reading order: [`record`] and [`filter`] (what is stored and how it is listed), [`portal_ids`], [`people`] and
//! [`communities`] (who may sign in, and who may do what), [`branches`], [`questions`], [`for_good`], [`stepping_back`], [`own_data`], [`error`], [`limits`], then [`sqlite`] and [`postgres`];
//! [`address`] says where a store is, [`portable`] what moves from one into another. This module does not know rooms or
//! sockets, asks the rules of communities but has none, and never looks inside an update.

pub mod address;
mod allowance;
pub mod branches;
pub mod catching_up;
pub mod checksum;
pub mod communities;
#[cfg(any(test, feature = "testing"))]
pub mod contract;
pub mod discussions;
pub mod error;
#[cfg(any(test, feature = "testing"))]
pub mod faulty;
pub mod filter;
pub mod for_good;
pub mod history;
pub mod identities;
pub mod interests;
pub mod joining;
pub mod left_behind;
pub mod limits;
pub mod looks;
pub mod meetings;
mod migrations;
pub mod outbox;
pub mod own_data;
pub mod people;
pub mod portable;
pub mod portal_ids;
pub mod postgres;
pub mod publications;
pub mod questions;
mod raw;
pub mod record;
pub mod rounds;
pub mod search;
pub mod sqlite;
pub mod statements;
pub mod stepping_back;
pub mod taken_away;

use std::collections::BTreeSet;
use std::path::Path;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;
use uuid::Uuid;

use crate::bus::NodeId;

pub use branches::BranchStore;
pub use catching_up::CatchingUpStore;
pub use communities::CommunityStore;
pub use discussions::DiscussionStore;
pub use error::{Corruption, StoreError};
pub use filter::{DocumentCursor, DocumentFilter, Shelf};
pub use for_good::ForGoodStore;
pub use history::HistoryStore;
pub use identities::IdentityStore;
pub use interests::InterestStore;
pub use joining::JoiningStore;
pub use left_behind::LeftBehindStore;
pub use looks::LookStore;
pub use meetings::MeetingStore;
pub use outbox::OutboxStore;
pub use own_data::OwnDataStore;
pub use people::PeopleStore;
pub use postgres::PostgresStore;
pub use publications::PublicationStore;
pub use questions::QuestionStore;
pub use record::{
    Append, Changes, Compaction, Cursor, DocId, DocumentRecord, JournalRow, Quarantined,
    QuarantinedRow, RowId, SetAside, Snapshot, SnapshotHash, StoredDocument,
};
pub use rounds::RoundStore;
pub use search::SearchStore;
pub use sqlite::SqliteStore;
pub use statements::Database;
pub use stepping_back::SteppingBackStore;
pub use taken_away::TakenAwayStore;

/// Where documents live, the people who write them, and their communities. Every method is safe to call from any number of tasks at once.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait Store:
    PeopleStore
    + CommunityStore
    + HistoryStore
    + IdentityStore
    + OutboxStore
    + JoiningStore
    + DiscussionStore
    + BranchStore
    + CatchingUpStore
    + ForGoodStore
    + SteppingBackStore
    + OwnDataStore
    + SearchStore
    + LeftBehindStore
    + QuestionStore
    + RoundStore
    + PublicationStore
    + MeetingStore
    + LookStore
    + TakenAwayStore
    + InterestStore
    + Database
{
    /// The identity of this store: nodes that serve the same one hear each other on the bus. A restored copy has another
    /// (D15).
    fn id(&self) -> Uuid;

    /// Everything needed to rebuild a document, as of one instant. `None` when it was never created; a document in
    /// the bin is returned like any other.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] names the first row or snapshot that is not what was written; other documents are not
    /// affected.
    async fn load(&self, name: &DocName) -> Result<Option<StoredDocument>, StoreError>;

    /// As [`Store::load`], creating the document with a fresh lineage when it is missing. Of two concurrent callers
    /// one creates it, and both see the same lineage.
    ///
    /// # Errors
    /// As [`Store::load`], and as any write.
    async fn load_or_create(
        &self,
        name: &DocName,
        now_ms: i64,
    ) -> Result<StoredDocument, StoreError>;

    /// What was committed to a document since a position, by whichever process: at least all of that, possibly more
    /// (rows seen before, snapshots that contain them), never less. A row that a compaction has merged meanwhile comes
    /// as part of its snapshot; owners claimed since then are among the owners. The cursor in the answer is where to
    /// go on, and a cursor from [`Store::load`] misses nothing that the load did not return.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Corrupt`] as [`Store::load`], and the storage-wide kinds.
    async fn changes_since(&self, doc: DocId, since: Cursor) -> Result<Changes, StoreError>;

    /// Makes a batch durable in one transaction: all of it or nothing. The ids are in the order of the batch,
    /// increasing, and never used again, not even after compaction. An empty batch does nothing.
    ///
    /// The first claim of a CRDT client id stands (D16), whichever node brings it; claims without an author are ignored.
    /// A batch that claims what is somebody else's is refused: its author was judged by a node that did not know.
    ///
    /// After an error other than those of [`StoreError::is_storage_wide`] nothing was written. After a storage-wide
    /// one the outcome may be unknown (a commit can fail after it took effect); appending again is harmless.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::TooLarge`] or [`StoreError::ClaimTaken`] when one row cannot be stored;
    /// the storage-wide kinds when none can.
    async fn append(&self, batch: &[Append]) -> Result<Vec<RowId>, StoreError>;

    /// Writes the snapshot, then deletes exactly the named rows and snapshots of that document, in one transaction.
    /// Names that are gone already are passed over, and the snapshot just written is never deleted, so repeating a
    /// compaction, or running two over the same document, does no harm.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::TooLarge`], or the storage-wide kinds; nothing was deleted then.
    async fn compact(&self, compaction: &Compaction) -> Result<SnapshotHash, StoreError>;

    /// Keeps updates that may not be applied (D11), in one transaction. The outcomes are in the order of the entries;
    /// one that cannot be kept stops no other. An update that is in quarantine already is kept once, and its outcome is
    /// [`SetAside::Kept`] even when the allowance is used up. An empty batch does nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and the storage-wide kinds; nothing was kept then, unless the outcome of the commit is
    /// unknown. Repeating the batch is harmless.
    async fn quarantine(&self, entries: &[Quarantined]) -> Result<Vec<SetAside>, StoreError>;

    /// What is in quarantine for a document, oldest first. Empty for an unknown document.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and the storage-wide kinds.
    async fn quarantined(&self, name: &DocName) -> Result<Vec<QuarantinedRow>, StoreError>;

    /// One page of documents, latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn documents(&self, filter: &DocumentFilter) -> Result<Vec<DocumentRecord>, StoreError>;

    /// Stores the title for lists and search. Longer titles than [`limits::TITLE_BYTES_MAX`] are cut at a character.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and the storage-wide kinds.
    async fn set_title(&self, doc: DocId, title: &str, now_ms: i64) -> Result<(), StoreError>;

    /// Puts a document into the bin or, with `None`, takes it out. False when there is no such document.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn set_deleted(
        &self,
        name: &DocName,
        deleted_at_ms: Option<i64>,
    ) -> Result<bool, StoreError>;

    /// The nodes that serve this store now and have asked it something lately, as far as it can tell: none where it
    /// serves one node only, or where a pooler names their sessions.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn serving(&self) -> Result<BTreeSet<NodeId>, StoreError>;

    /// A durable write of the size of a busy batch, undone at once: says whether storage works now.
    ///
    /// # Errors
    /// Whatever an append would meet.
    async fn probe(&self) -> Result<(), StoreError>;

    /// Writes a consistent copy of everything to a new file while work goes on. The caller gives a path that does not
    /// exist yet and makes the file durable ([`crate::backup`]).
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the path is taken, and the storage-wide kinds.
    async fn backup(&self, to: &Path) -> Result<(), StoreError>;

    /// Waits for writes under way and lets go of the files. Later calls fail with [`StoreError::Unavailable`].
    async fn close(&self);
}
