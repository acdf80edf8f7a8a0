//! The values that cross the border of [`super::BranchStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::access::{BranchKind, BranchState, branch_access};
use consilium_protocol::ids::{Access, DocName};
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::communities::{DocumentStanding, NamedAccount};
use crate::store::record::DocId;

/// Branches in one answer.
pub const LISTED_MAX: u32 = 200;

/// Open branches of one document that one member may have: more than anybody keeps in mind.
pub const OPEN_BRANCHES_MAX: i64 = 20;

/// zstd's default level, as for snapshots.
const ZSTD_LEVEL: i32 = 3;

/// Whose turn it is to decide about the suggestions to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeTurn(pub(super) [u8; 16]);

impl MergeTurn {
    /// Another one than all others.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Uuid::new_v4().into_bytes())
    }
}

/// A branch to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBranch {
    /// Its document, which is there.
    pub doc: DocId,
    /// That document's name.
    pub name: DocName,
    /// What it is a branch of.
    pub document: DocName,
    /// Who it is for.
    pub kind: BranchKind,
    /// What its author says to it; may be empty.
    pub note: String,
    /// The document's state, compressed.
    pub fork: PackedFork,
}

/// A state as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFork {
    pub(in crate::store) bytes: i64,
    pub(in crate::store) zstd: Vec<u8>,
}

/// Compresses a state. Takes as long as there are bytes: not for an async thread.
///
/// # Errors
/// [`StoreError::Rejected`] when the compressor fails.
pub fn pack_fork(state: &[u8]) -> Result<PackedFork, StoreError> {
    let zstd = zstd::bulk::compress(state, ZSTD_LEVEL).map_err(|error| {
        StoreError::Rejected(format!("compress what a branch begins with: {error}").into())
    })?;
    Ok(PackedFork {
        bytes: i64::try_from(state.len()).unwrap_or(i64::MAX),
        zstd,
    })
}

/// Undoes [`pack_fork`], off the async threads.
pub(super) async fn unpack_fork(packed: PackedFork) -> Result<Vec<u8>, StoreError> {
    let unpack = move || {
        let bytes = usize::try_from(packed.bytes)
            .ok()
            .filter(|bytes| *bytes <= crate::store::limits::SNAPSHOT_BYTES_MAX)?;
        zstd::bulk::decompress(&packed.zstd, bytes).ok()
    };
    tokio::task::spawn_blocking(unpack)
        .await
        .ok()
        .flatten()
        .ok_or_else(|| StoreError::Rejected("what a branch began with cannot be read".into()))
}

/// How an account stands to a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchStanding {
    /// Who the branch is for.
    pub kind: BranchKind,
    /// What became of it.
    pub state: BranchState,
    /// Whether the account is its author.
    pub is_author: bool,
    /// How the account stands to the document.
    pub document: DocumentStanding,
}

impl BranchStanding {
    /// What the account may do with the branch.
    #[must_use]
    pub fn access(&self) -> Access {
        // What others suggest is no part of a text that is open to everybody; one's own is one's own.
        let document = if self.is_author {
            self.document.access_for_own_branches()
        } else {
            self.document.access_inside()
        };
        branch_access(self.kind, self.state, self.is_author, document)
    }

    /// Whether the account may take it into the document.
    #[must_use]
    pub fn may_merge(&self) -> bool {
        self.state == BranchState::Open && self.access() >= Access::Write && self.writes()
    }

    /// Whether the account may discard it, or take that back.
    #[must_use]
    pub fn may_discard(&self) -> bool {
        self.state != BranchState::Merged
            && self.access() >= Access::Read
            && (self.is_author || self.writes())
    }

    fn writes(&self) -> bool {
        self.document.access() >= Access::Write
    }
}

/// A branch as somebody sees it who can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchView {
    /// The name of its document.
    pub name: DocName,
    /// What it is a branch of.
    pub document: DocName,
    /// The title of that in lists.
    pub document_title: String,
    /// Who made it.
    pub author: NamedAccount,
    /// What the author says to it.
    pub note: String,
    /// When it was made.
    pub made_at_ms: i64,
    /// When it was merged or discarded, and by whom.
    pub closed: Option<(i64, NamedAccount)>,
    /// Whether a part of it was taken.
    pub is_taken_in_part: bool,
    /// Of what was left behind: when something last came.
    pub left_at_ms: Option<i64>,
    /// Of what was left behind: how many bytes came.
    pub left_bytes: i64,
    /// How the viewer stands to it.
    pub standing: BranchStanding,
}

/// How much of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All that was left of it.
    All,
    /// Some of it; the rest stays open.
    Some,
}

impl Part {
    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Some => "some",
        }
    }
}

/// What is decided about a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// So much of it is in the document now.
    Merged(Part),
    /// All of what was left behind is in the document that had come with so many bytes. It stays open when more has come
    /// since, because nobody has seen that.
    MergedUpTo {
        /// As [`BranchView::left_bytes`] was when the branch was read.
        left_bytes: i64,
    },
    /// It is not taken.
    Discarded,
    /// It was discarded, and is open again.
    Reopened,
}
