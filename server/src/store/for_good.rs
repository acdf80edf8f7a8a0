//! What cannot be taken back: a document deleted for good, leadership handed over, an account that is given up.
//!
//! Each is one transaction, as everything that communities decide: it asks the rules with what is true at that moment,
//! takes everything or nothing, and writes its entry of the ledger. A name that was deleted is never used again: the
//! database itself refuses it, so that a device that comes back after a year does not make the document anew. Both
//! databases share this code; [`super::statements`] says how. Why it is so: ADR-0026.
//!
//! Does not know rooms: they learn of a deletion as of any change of access, by the epoch.

mod deleting;
pub(super) mod erasing;
mod handing_over;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;

use super::StoreError;
use super::communities::{Actor, Decided, NamedAccount};
use super::portal_ids::{AccountId, CommunityId};
use super::statements::{Database, act, end, read};

/// What remains of a document that was deleted for good, for those who may know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Whose document it was.
    pub community: CommunityId,
    /// Who deleted it.
    pub deleted_by: NamedAccount,
    /// When.
    pub at_ms: i64,
}

/// What becomes of a leader who hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// They stand ready to take over again.
    Deputy,
    /// They write like everybody.
    Member,
    /// They leave the community.
    Gone,
}

impl Afterwards {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Deputy, Self::Member, Self::Gone];

    /// The stable word, for the ledger and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deputy => "deputy",
            Self::Member => "member",
            Self::Gone => "gone",
        }
    }

    /// Reads an [`Afterwards::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

/// Where things end. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait ForGoodStore: Send + Sync + 'static {
    /// Deletes a document that is in the bin, with everything that hangs on it: what was written and set aside, its
    /// discussion, its branches, its past, its policy and grants. Its name is never used again.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn delete_for_good(
        &self,
        by: Actor,
        name: &DocName,
        reason: &str,
    ) -> Result<Decided<()>, StoreError>;

    /// Who deleted a document for good, for those who belong to its community; of one that the community never knew of,
    /// for whoever deleted it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn tombstone(&self, by: Actor, name: &DocName) -> Result<Decided<Tombstone>, StoreError>;

    /// Erases a document that is nobody's: it has no policy, is no branch, and was made a moment ago to become one. Nothing
    /// happens to any other.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn discard_unclaimed(&self, name: &DocName) -> Result<(), StoreError>;

    /// Makes a deputy or a member leader in place of the actor. There is no moment without a leader in between.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn hand_over(
        &self,
        by: Actor,
        id: CommunityId,
        to: AccountId,
        afterwards: Afterwards,
    ) -> Result<Decided<()>, StoreError>;
}

#[async_trait]
impl<D: Database> ForGoodStore for D {
    async fn delete_for_good(
        &self,
        by: Actor,
        name: &DocName,
        reason: &str,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "delete a document for good", |s| deleting::delete(
            s, by, name, reason
        ))
    }

    async fn tombstone(&self, by: Actor, name: &DocName) -> Result<Decided<Tombstone>, StoreError> {
        read!(self, "read who deleted a document", |s| {
            deleting::tombstone(s, by, name)
        })
    }

    async fn discard_unclaimed(&self, name: &DocName) -> Result<(), StoreError> {
        act!(self, "discard a document that is nobody's", |s| {
            erasing::discard_unclaimed(s, name)
        })
    }

    async fn hand_over(
        &self,
        by: Actor,
        id: CommunityId,
        to: AccountId,
        afterwards: Afterwards,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "hand over leadership", |s| handing_over::hand_over(
            s, by, id, to, afterwards
        ))
    }
}
