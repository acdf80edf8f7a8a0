//! What the store keeps of a document's past besides its journal: who contributed when, and versions.
//!
//! Contributions are counted by compaction itself, in the transaction that deletes the rows (`*/compact.rs`): every edit is
//! in the journal or counted, never both and never neither, and one statement reads both. Versions are states of the past,
//! by their hash and compressed; whoever keeps one waits for others that do for the same document, and for nobody who
//! edits. A version without a name goes when [`crate::history::thinning`] says so, in the transaction that adds another.
//!
//! Both databases share this code; [`super::statements`] says how.

pub mod moving;
pub(in crate::store) mod queries;

use std::collections::HashMap;

use async_trait::async_trait;
use consilium_protocol::ids::{DocName, Lineage, UserId};

use super::StoreError;
use super::portal_ids::VersionId;
use super::raw::{PackedSnapshot, RawSnapshot, aside, check_snapshot, pack_snapshot};
use super::record::{DocId, SnapshotHash};
use super::statements::{Database, end};
use crate::history::sessions::Piece;
use crate::history::thinning::Unnamed;

/// Which document's past it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The document.
    pub doc: DocId,
    /// Its lineage.
    pub lineage: Lineage,
}

/// A state, compressed.
#[derive(Debug)]
pub struct PackedState(PackedSnapshot);

impl PackedState {
    /// Compresses a state; takes as long as there are bytes.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`]; [`StoreError::Rejected`] when the compressor fails.
    pub fn of(doc: DocId, state: &[u8]) -> Result<Self, StoreError> {
        pack_snapshot(doc, state).map(Self)
    }

    /// What it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.state_zstd.len()
    }
}

/// A name, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// One line.
    pub name: String,
    /// Who; `None` where there is no identity.
    pub by: Option<UserId>,
}

/// A version to be kept.
#[derive(Debug)]
pub struct NewVersion {
    /// Its id; one that is there already stays as it is.
    pub id: VersionId,
    /// The moment whose text it is.
    pub at_ms: i64,
    /// Whether a session of work ended in it.
    pub ends_session: bool,
    /// The text.
    pub state: PackedState,
    /// Its name, if it has one.
    pub naming: Option<Naming>,
}

/// A version that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// The moment whose text it is.
    pub at_ms: i64,
    /// Whether a session of work ended in it.
    pub ends_session: bool,
    /// The address of its text.
    pub hash: SnapshotHash,
    /// What the text takes, compressed.
    pub bytes: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Who named it.
    pub named_by: Option<UserId>,
}

impl Version {
    /// As the rule of thinning sees it.
    #[must_use]
    pub fn unnamed(&self) -> Unnamed {
        Unnamed {
            at_ms: self.at_ms,
            bytes: self.bytes,
        }
    }
}

/// What became of versions to be kept or named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepOutcome {
    /// They are kept.
    Kept,
    /// There is no such version.
    Missing,
    /// The document has as many named versions as it may, or they take as much space as they may: nothing was done.
    Full,
}

/// Where the past of documents lives. Every method is safe to call from any number of tasks and nodes at once.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait HistoryStore: Send + Sync + 'static {
    /// Which document this is; `None` when there is none of that name.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn past_of(&self, name: &DocName) -> Result<Option<Past>, StoreError>;

    /// Who edited a document when, before a moment, as of one instant: the latest, at most `count`, in no order.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn pieces(
        &self,
        doc: DocId,
        before_ms: i64,
        count: u32,
    ) -> Result<Vec<Piece>, StoreError>;

    /// The latest edit that compaction has merged; `None` when it has merged none since contributions are counted.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn merged_until(&self, doc: DocId) -> Result<Option<i64>, StoreError>;

    /// The versions from one moment on, before another; latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn versions(
        &self,
        doc: DocId,
        from_ms: i64,
        before_ms: i64,
    ) -> Result<Vec<Version>, StoreError>;

    /// One version; `None` when it is not kept.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn version(&self, doc: DocId, id: VersionId) -> Result<Option<Version>, StoreError>;

    /// The text of versions; `None` when none of the document has it any more.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is not what was written, and the storage-wide kinds.
    async fn version_state(
        &self,
        name: &DocName,
        doc: DocId,
        hash: SnapshotHash,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps versions, and thins out those without a name, in one transaction.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn keep_versions(
        &self,
        doc: DocId,
        versions: &[NewVersion],
        now_ms: i64,
    ) -> Result<KeepOutcome, StoreError>;

    /// Gives a version that is kept a name, or another one.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn name_version(
        &self,
        doc: DocId,
        id: VersionId,
        naming: &Naming,
    ) -> Result<KeepOutcome, StoreError>;

    /// What members are called, those that have an account.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn names_of(&self, members: &[UserId]) -> Result<HashMap<UserId, String>, StoreError>;
}

/// Work that reads, or that is one transaction, with the names of the two as in [`Database`].
macro_rules! work {
    ($self:ident.$kind:ident, $action:literal, |$statements:ident| $body:expr) => {{
        let mut work = $self.$kind().await?;
        let outcome = {
            let $statements = work.statements();
            $body.await
        };
        end(work, outcome, $action).await
    }};
}

#[async_trait]
impl<D: Database> HistoryStore for D {
    async fn past_of(&self, name: &DocName) -> Result<Option<Past>, StoreError> {
        work!(self.reading, "find a document", |s| queries::past_of(
            s, name
        ))
    }

    async fn pieces(
        &self,
        doc: DocId,
        before_ms: i64,
        count: u32,
    ) -> Result<Vec<Piece>, StoreError> {
        work!(self.reading, "read who contributed", |s| queries::pieces(
            s, doc, before_ms, count
        ))
    }

    async fn merged_until(&self, doc: DocId) -> Result<Option<i64>, StoreError> {
        work!(self.reading, "read what is merged", |s| {
            queries::merged_until(s, doc)
        })
    }

    async fn versions(
        &self,
        doc: DocId,
        from_ms: i64,
        before_ms: i64,
    ) -> Result<Vec<Version>, StoreError> {
        work!(self.reading, "list versions", |s| queries::versions(
            s, doc, from_ms, before_ms
        ))
    }

    async fn version(&self, doc: DocId, id: VersionId) -> Result<Option<Version>, StoreError> {
        work!(self.reading, "read a version", |s| queries::version(
            s, doc, id
        ))
    }

    async fn version_state(
        &self,
        name: &DocName,
        doc: DocId,
        hash: SnapshotHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let raw: Option<RawSnapshot> = work!(self.reading, "read the text of a version", |s| {
            queries::state(s, doc, hash)
        })?;
        let Some(raw) = raw else { return Ok(None) };
        let name = name.clone();
        aside("check a version", move || {
            check_snapshot(&name, raw).map(|found| Some(found.state.to_vec()))
        })
        .await
    }

    async fn keep_versions(
        &self,
        doc: DocId,
        versions: &[NewVersion],
        now_ms: i64,
    ) -> Result<KeepOutcome, StoreError> {
        work!(self.writing, "keep versions", |s| queries::keep(
            s, doc, versions, now_ms
        ))
    }

    async fn name_version(
        &self,
        doc: DocId,
        id: VersionId,
        naming: &Naming,
    ) -> Result<KeepOutcome, StoreError> {
        work!(self.writing, "name a version", |s| queries::name(
            s, doc, id, naming
        ))
    }

    async fn names_of(&self, members: &[UserId]) -> Result<HashMap<UserId, String>, StoreError> {
        work!(self.reading, "read what members are called", |s| {
            queries::names_of(s, members)
        })
    }
}
