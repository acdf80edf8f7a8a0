//! Documents outside of any one database: what moves from one store into another, and into a backup.
//!
//! A [`PortableDocument`] holds all that a store keeps of a document and nothing that only means something inside one
//! (ids, checksums, compression, transaction numbers). Two stores hold the same document exactly when its
//! [`digest`] is the same in both. [`portal`] is what there is besides documents, [`mark`] what a store says about having been moved, [`plan`] decides what a move
//! may do. Everything here is pure but for the trait; who drives a move is [`crate::moving`].

pub mod digest;
pub mod mark;
pub mod plan;
pub mod portal;

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::{DocName, Lineage, UserId};

pub use self::digest::Digest;
pub use self::mark::{Marks, MovedStore};
pub use self::portal::PortablePortal;
pub use super::history::moving::PortablePast;
use super::record::QuarantinedRow;
use super::{StoreError, limits};

/// One document with everything that belongs to it. Its checksums and hashes were right when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortableDocument {
    /// Its name.
    pub name: DocName,
    /// Its history: a move keeps it, unlike a restore (D15).
    pub lineage: Lineage,
    /// Its title in lists.
    pub title: String,
    /// When it was created.
    pub created_at_ms: i64,
    /// When it was last edited.
    pub updated_at_ms: i64,
    /// When it was put into the bin.
    pub deleted_at_ms: Option<i64>,
    /// States, decompressed, in the order in which they were written.
    pub snapshots: Vec<Bytes>,
    /// Journal rows, in the order of their ids.
    pub rows: Vec<PortableRow>,
    /// Who owns which CRDT client id (D16).
    pub owners: BTreeMap<u64, UserId>,
    /// What was set aside (D11), oldest first.
    pub quarantine: Vec<PortableQuarantined>,
    /// Who contributed when, and versions.
    pub past: PortablePast,
}

/// One journal row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortableRow {
    /// When the server took it.
    pub at_ms: i64,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// The update, yrs V1.
    pub update: Bytes,
}

/// One update that may not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortableQuarantined {
    /// When the server took it.
    pub at_ms: i64,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// Why it was not applied.
    pub reason: String,
    /// The update, yrs V1.
    pub update: Bytes,
}

impl From<QuarantinedRow> for PortableQuarantined {
    fn from(row: QuarantinedRow) -> Self {
        Self {
            at_ms: row.entry.at_ms,
            author: row.entry.author,
            reason: row.entry.reason,
            update: row.entry.update,
        }
    }
}

/// A store seen document by document, by whoever has it to himself or reads one instant of it.
///
/// Cancel safety, for all methods: a write is done wholly or not at all.
#[async_trait]
pub trait PortableStore: Send {
    /// How many documents there are, the bin included.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn count(&mut self) -> Result<u64, StoreError>;

    /// Names in the order of their bytes, from the first after `after`, at most `count` of them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and the storage-wide kinds.
    async fn names_after(
        &mut self,
        after: Option<&DocName>,
        count: u32,
    ) -> Result<Vec<DocName>, StoreError>;

    /// A document, every byte checked. `None` when there is none of this name.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and the storage-wide kinds.
    async fn read(&mut self, name: &DocName) -> Result<Option<PortableDocument>, StoreError>;

    /// Writes a document that is not there yet, durably, in one transaction.
    ///
    /// # Errors
    /// As any write; [`StoreError::Rejected`] when there is one of this name.
    async fn write(&mut self, document: &PortableDocument) -> Result<(), StoreError>;

    /// All that the portal keeps.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and the storage-wide kinds.
    async fn portal(&mut self) -> Result<PortablePortal, StoreError>;

    /// Writes all that a portal keeps into a store that keeps nothing of one, durably, in one transaction. The documents
    /// are there.
    ///
    /// # Errors
    /// As any write; [`StoreError::Rejected`] when something is there already, or a document is not.
    async fn write_portal(&mut self, portal: &PortablePortal) -> Result<(), StoreError>;

    /// What the store says of itself.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when a mark cannot be understood, and the storage-wide kinds.
    async fn marks(&mut self) -> Result<Marks, StoreError>;

    /// Changes what the store says of itself, durably, in one transaction.
    ///
    /// # Errors
    /// As any write.
    async fn set_marks(&mut self, marks: &Marks) -> Result<(), StoreError>;
}

/// Copies everything, for a backup. What the store says of having been moved is not copied: it holds for the store, not
/// for its copy.
///
/// # Errors
/// Those of both stores; [`StoreError::Unavailable`] when the source is still being filled.
///
/// Cancel safety: the target is unfinished.
pub async fn copy_all(
    source: &mut dyn PortableStore,
    target: &mut dyn PortableStore,
) -> Result<(), StoreError> {
    let marks = source.marks().await?;
    marks.admit(MovedStore::Served)?;
    let mut after = None;
    loop {
        let names = source
            .names_after(after.as_ref(), limits::MOVE_NAMES)
            .await?;
        let Some(last) = names.last() else { break };
        after = Some(last.clone());
        for name in &names {
            if let Some(document) = source.read(name).await? {
                target.write(&document).await?;
            }
        }
    }
    let portal = source.portal().await?;
    target.write_portal(&portal).await?;
    let copied = Marks {
        store_id: marks.store_id,
        portal_key: marks.portal_key,
        ..Marks::default()
    };
    target.set_marks(&copied).await
}
