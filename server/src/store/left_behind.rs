//! What the portal keeps for those who wrote a document and may not any more: that they could write it, and where what
//! they wrote may go (D11, I3).
//!
//! Whoever is let in to write is noted, once for each document and account. The note is what tells them from somebody who
//! guesses names: the door is theirs until [`DOOR_MS`] after their access ended. When that was is kept by triggers, in the
//! transaction of whatever changed it, so that no act can forget; a term that runs out is read from its row.
//!
//! The branch is a row like any other branch's, made here because its author may have no access to the document. What is
//! asked of rules is asked in the transaction that changes something. Does not know rooms or HTTP.

mod rows;

use async_trait::async_trait;
use consilium_protocol::ids::{Access, DocName};

use super::StoreError;
use super::branches::{NewBranch, record::PackedFork};
use super::communities::record::Actor;
use super::portal_ids::AccountId;
use super::statements::{Database, act, end, read};

/// How long after access ended what was written before may still come: a long leave, and no longer.
pub const DOOR_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// Bytes of what came into one branch, repetitions counted. A day of typing is a few hundred kilobytes.
pub const LEFT_BYTES_MAX: i64 = 4 * 1024 * 1024;

/// Branches that are looked at to find out whether something came before.
pub const EARLIER_MAX: usize = 5;

/// How somebody stands to the door of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// What they may do with the document now.
    pub access: Access,
    /// Whether they may hand in what they wrote.
    pub is_open: bool,
    /// The branch that is theirs for it, if one is open of which no part was taken.
    pub branch: Option<DocName>,
    /// How many bytes came into it.
    pub left_bytes: i64,
    /// Others of this kind that are theirs and were discarded or taken in part, the latest first: what is in one of them
    /// came before, and the document does not show it. What was merged as a whole is in the document.
    pub earlier: Vec<DocName>,
    /// Open branches of the document that are theirs, of any kind.
    pub open_branches: i64,
}

impl Door {
    /// Whether anything may go into a branch of theirs: also of somebody who may write, and is held up by a meeting.
    #[must_use]
    pub fn takes(&self) -> bool {
        self.is_open || self.access >= Access::Write
    }
}

/// Where it is kept. Every method is safe to call from any number of tasks and nodes at once, and fails with the
/// storage-wide kinds of [`StoreError`].
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait LeftBehindStore: Send + Sync + 'static {
    /// Notes that somebody was let into a document to write there. The first note stands.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn note_writer(&self, by: Actor, document: &DocName) -> Result<(), StoreError>;

    /// How somebody stands to the door of a document. `None` when it is no document of a community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn door(&self, by: Actor, document: &DocName) -> Result<Option<Door>, StoreError>;

    /// Makes a document, which is there and holds the document's text already, the branch of what the actor left behind.
    /// Answers with its name, or with the name of the one that was made meanwhile; `None` when the door is closed, or when
    /// there are too many branches.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn begin_left_behind(
        &self,
        by: Actor,
        branch: &NewBranch,
    ) -> Result<Option<DocName>, StoreError>;

    /// Counts what has come into such a branch. False when it is not open any more: then it may have been closed by
    /// somebody who did not see this.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn count_left_behind(
        &self,
        by: Actor,
        branch: &DocName,
        bytes: i64,
    ) -> Result<bool, StoreError>;

    /// The branch has the whole of this state of its document from now on: what it changes is told by that.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn fork_anew(&self, branch: &DocName, fork: &PackedFork) -> Result<(), StoreError>;

    /// The accounts that are noted as writers of a document. For tests and for operators.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn writers(&self, document: &DocName) -> Result<Vec<AccountId>, StoreError>;
}

#[async_trait]
impl<D: Database> LeftBehindStore for D {
    async fn note_writer(&self, by: Actor, document: &DocName) -> Result<(), StoreError> {
        let is_noted = read!(self, "look for a writer", |s| rows::is_noted(
            s, by, document
        ))?;
        if is_noted {
            return Ok(());
        }
        act!(self, "note a writer", |s| rows::note(s, by, document))
    }

    async fn door(&self, by: Actor, document: &DocName) -> Result<Option<Door>, StoreError> {
        read!(self, "look for what was left behind", |s| rows::door(
            s, by, document
        ))
    }

    async fn begin_left_behind(
        &self,
        by: Actor,
        branch: &NewBranch,
    ) -> Result<Option<DocName>, StoreError> {
        act!(self, "begin a branch of what was left behind", |s| {
            rows::begin(s, by, branch)
        })
    }

    async fn count_left_behind(
        &self,
        by: Actor,
        branch: &DocName,
        bytes: i64,
    ) -> Result<bool, StoreError> {
        act!(self, "count what was left behind", |s| rows::count(
            s, by, branch, bytes
        ))
    }

    async fn fork_anew(&self, branch: &DocName, fork: &PackedFork) -> Result<(), StoreError> {
        act!(self, "bring a branch up to its document", |s| {
            rows::fork_anew(s, branch, fork)
        })
    }

    async fn writers(&self, document: &DocName) -> Result<Vec<AccountId>, StoreError> {
        read!(self, "list writers", |s| rows::writers(s, document))
    }
}
