//! Whether storage works, as the journal sees it. Rooms tell their members, `/readyz` tells the operator.

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use crate::store::StoreError;

/// Why storage is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwayCause {
    /// No space is left.
    Full,
    /// The disk fails or is read-only, or PostgreSQL is not reached.
    Failing,
    /// Somebody holds what a commit needs.
    Held,
    /// The database is damaged.
    Corrupt,
    /// A commit has been under way for too long.
    Stalled,
}

impl AwayCause {
    /// The cause behind a storage-wide error.
    #[must_use]
    pub fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Full(_) => Self::Full,
            StoreError::Corrupt(_) => Self::Corrupt,
            StoreError::Busy(_) | StoreError::InUse(_) => Self::Held,
            _ => Self::Failing,
        }
    }

    /// For operators, in plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Full => "storage is full",
            Self::Failing => "storage is failing or cannot be reached",
            Self::Held => "storage is held by somebody else: a lock, or all its connections",
            Self::Corrupt => "storage is damaged",
            Self::Stalled => "storage does not answer",
        }
    }
}

impl fmt::Display for AwayCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Whether storage works.
#[derive(Debug, Clone)]
pub enum StorageHealth {
    /// As far as is known.
    Available,
    /// Nothing can be committed.
    Away {
        /// Since when.
        since: Instant,
        /// Why.
        cause: AwayCause,
        /// What storage said, for logs and the operator.
        detail: Arc<str>,
    },
}

impl StorageHealth {
    /// True when nothing can be committed.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away { .. })
    }

    /// The state after a storage-wide error.
    pub(super) fn after(error: &StoreError) -> Self {
        Self::Away {
            since: Instant::now(),
            cause: AwayCause::of(error),
            detail: error.to_string().into(),
        }
    }
}
