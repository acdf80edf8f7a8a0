//! What storage can say no with. Callers decide by kind; the texts are for logs, never for clients.
//!
//! Two families: storage-wide errors (nothing can be written now, or nothing read) and errors of one document or row,
//! which must not disturb anybody else. [`StoreError::is_storage_wide`] tells them apart.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use consilium_protocol::ids::DocName;

use super::record::{DocId, RowId, SnapshotHash};

/// What is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corruption {
    /// A journal row fails its checksum.
    JournalRow {
        /// The document it belongs to.
        doc: DocName,
        /// The row.
        row: RowId,
    },
    /// A snapshot does not decompress to the bytes of its address.
    Snapshot {
        /// The document it belongs to.
        doc: DocName,
        /// Its address.
        hash: SnapshotHash,
    },
    /// A quarantined update fails its hash.
    Quarantine {
        /// The document it belongs to.
        doc: DocName,
        /// Its id.
        id: i64,
    },
    /// A document's record cannot be read.
    Record {
        /// Its id.
        doc: DocId,
    },
    /// The database file itself.
    Database {
        /// What the database says.
        detail: Arc<str>,
    },
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JournalRow { doc, row } => write!(f, "journal row {row} of document {doc}"),
            Self::Snapshot { doc, hash } => write!(f, "snapshot {hash} of document {doc}"),
            Self::Quarantine { doc, id } => write!(f, "quarantined update {id} of document {doc}"),
            Self::Record { doc } => write!(f, "record of document {doc}"),
            Self::Database { detail } => write!(f, "database: {detail}"),
        }
    }
}

/// What both databases say when a document is to be made whose name was deleted for good (migration 12).
pub(super) const DELETED_FOR_GOOD: &str = "a document of this name was deleted for good";

/// Why storage did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No space is left.
    #[error("storage is full: {0}")]
    Full(Arc<str>),
    /// The disk fails, is read-only or hangs, or the store is closed.
    #[error("storage is unavailable: {0}")]
    Unavailable(Arc<str>),
    /// Somebody else holds it, or too much is waiting. Worth a retry soon.
    #[error("storage is busy: {0}")]
    Busy(Arc<str>),
    /// Something is not as it was written.
    #[error("storage is corrupt: {0}")]
    Corrupt(Corruption),
    /// There is no such document.
    #[error("document {0} does not exist")]
    NotFound(DocId),
    /// A document of this name was deleted for good: it is never made anew.
    #[error("a document of this name was deleted for good")]
    DeletedForGood,
    /// A CRDT client id that the batch claims for its author is another member's (D16).
    #[error("a client id is claimed that is another member's")]
    ClaimTaken,
    /// One row, snapshot or update is larger than may be stored.
    #[error(
        "{bytes} bytes for document {doc}, more than the {bytes_max} that may be stored at once"
    )]
    TooLarge {
        /// The document.
        doc: DocId,
        /// Its size.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Another process serves this data directory.
    #[error("{} is in use by another process: stop the server that runs on it first", .0.display())]
    InUse(PathBuf),
    /// Refusing to overwrite a file.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The data was written by a newer version, or a statement is wrong: nothing that waiting mends.
    #[error("storage refuses: {0}")]
    Rejected(Arc<str>),
}

impl StoreError {
    /// True when nobody else's work would fare better: everything that waits for storage is affected.
    #[must_use]
    pub fn is_storage_wide(&self) -> bool {
        match self {
            Self::Full(_)
            | Self::Unavailable(_)
            | Self::Busy(_)
            | Self::InUse(_)
            | Self::Corrupt(Corruption::Database { .. }) => true,
            Self::Corrupt(_)
            | Self::NotFound(_)
            | Self::TooLarge { .. }
            | Self::ClaimTaken
            | Self::DeletedForGood
            | Self::Exists(_)
            | Self::Rejected(_) => false,
        }
    }

    /// A short stable word for metrics and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full(_) => "full",
            Self::Unavailable(_) => "unavailable",
            Self::Busy(_) => "busy",
            Self::Corrupt(_) => "corrupt",
            Self::NotFound(_) => "not-found",
            Self::TooLarge { .. } => "too-large",
            Self::ClaimTaken => "claim-taken",
            Self::DeletedForGood => "deleted-for-good",
            Self::InUse(_) => "in-use",
            Self::Exists(_) => "exists",
            Self::Rejected(_) => "rejected",
        }
    }

    /// An I/O error outside the database, with what was being done.
    #[must_use]
    pub fn io(action: &str, error: &std::io::Error) -> Self {
        let detail: Arc<str> = format!("{action}: {error}").into();
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::Full(detail)
            }
            _ => Self::Unavailable(detail),
        }
    }
}
