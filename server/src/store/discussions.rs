//! What a discussion needs to know of people: who wrote what, and who may be spoken to.
//!
//! Authors are the owners of CRDT client ids, which the journal binds to members (D16); whoever has left still wrote what
//! they wrote, and has a name. Readers are those in the document's community whom its policy lets read. Questions only:
//! what is said is in the CRDT document itself. Both databases share this code; [`super::statements`] says how.

mod authors;
mod readers;

use async_trait::async_trait;
use consilium_protocol::ids::{DocName, UserId};

use super::StoreError;
use super::communities::NamedAccount;
use super::statements::{Database, end};

/// Somebody who wrote in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The member.
    pub id: UserId,
    /// What they are called today; `None` for who has no account.
    pub name: Option<String>,
    /// The CRDT client ids that are theirs in this document, in ascending order.
    pub clients: Vec<u64>,
}

/// Where the people of discussions are looked up. Safe to call from any number of tasks and nodes at once.
///
/// Cancel safety, for all methods: they read only.
#[async_trait]
pub trait DiscussionStore: Send + Sync + 'static {
    /// Who owns the CRDT client ids of a document, by member. `None` when there is no such document.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn authors(&self, name: &DocName) -> Result<Option<Vec<Author>>, StoreError>;

    /// Who in the document's community may read it as of `now_ms`, by name. Empty for a document of no community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn readers(&self, name: &DocName, now_ms: i64) -> Result<Vec<NamedAccount>, StoreError>;
}

#[async_trait]
impl<D: Database> DiscussionStore for D {
    async fn authors(&self, name: &DocName) -> Result<Option<Vec<Author>>, StoreError> {
        let mut work = self.reading().await?;
        let outcome = authors::of(work.statements(), name).await;
        end(work, outcome, "read who wrote a document").await
    }

    async fn readers(&self, name: &DocName, now_ms: i64) -> Result<Vec<NamedAccount>, StoreError> {
        let mut work = self.reading().await?;
        let outcome = readers::of(work.statements(), name, now_ms).await;
        end(work, outcome, "read who may read a document").await
    }
}
