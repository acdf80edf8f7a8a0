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
    /// The disk fails, is read-only, or is held by somebody else.
    Failing,
    /// The database is damaged.
    Corrupt,
    /// A commit has been under way for too long.
    Stalled,
}

impl fmt::Display for AwayCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "storage is full",
            Self::Failing => "storage is failing",
            Self::Corrupt => "storage is damaged",
            Self::Stalled => "storage does not answer",
        })
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
        let cause = match error {
            StoreError::Full(_) => AwayCause::Full,
            StoreError::Corrupt(_) => AwayCause::Corrupt,
            _ => AwayCause::Failing,
        };
        Self::Away {
            since: Instant::now(),
            cause,
            detail: error.to_string().into(),
        }
    }
}
