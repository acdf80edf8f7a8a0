//! What belongs to one person, wherever in the portal it is: for whoever takes it away, and for whoever leaves.
//!
//! Taking away reads, and leaves no trace in any community: it is one's own. Leaving is one transaction over all
//! communities: whoever leads one alone stays until they have handed over; the others lose a member as if they had left
//! one after the other; drafts that nobody else ever saw go for good; and nothing that lets anybody in or finds the person
//! (address, password, sessions) is left. What they wrote and decided stays theirs by its id (ADR-0026). Both databases
//! share this code; [`super::statements`] says how.

mod leaving;
mod reading;

use async_trait::async_trait;
use consilium_model::access::Role;

use super::StoreError;
use super::branches::BranchView;
use super::communities::{Actor, Decided};
use super::portal_ids::CommunityId;
use super::statements::{Database, act, end, read};
use crate::community::ledger::Sealed;

/// A membership, as whoever has it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMembership {
    /// The community.
    pub community: CommunityId,
    /// What it is called.
    pub community_name: String,
    /// What they are in it.
    pub role: Role,
    /// Since when.
    pub since_ms: i64,
    /// Until when.
    pub until_ms: Option<i64>,
    /// On which day they were last here, in days since 1970 UTC.
    pub last_seen_day: Option<i64>,
    /// Since when they have stepped back.
    pub stepped_back_at_ms: Option<i64>,
}

/// Where one's own is. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`].
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait OwnDataStore: Send + Sync + 'static {
    /// The communities that the actor is in, by their ids.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn own_memberships(&self, by: Actor) -> Result<Vec<OwnMembership>, StoreError>;

    /// The branches that the actor made and can read now, the latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn own_branches(&self, by: Actor) -> Result<Vec<BranchView>, StoreError>;

    /// What the actor did in a community after that entry of its ledger, oldest first, at most `count`; nothing where they
    /// may not read the ledger.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn own_acts(
        &self,
        by: Actor,
        id: CommunityId,
        after: u64,
        count: u32,
    ) -> Result<Vec<Sealed>, StoreError>;

    /// Gives up the actor's account. `name` takes the place of theirs beside what they wrote; `None` leaves it there.
    /// Refused while they lead a community alone.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn leave_portal(&self, by: Actor, name: Option<&str>) -> Result<Decided<()>, StoreError>;
}

#[async_trait]
impl<D: Database> OwnDataStore for D {
    async fn own_memberships(&self, by: Actor) -> Result<Vec<OwnMembership>, StoreError> {
        read!(self, "read somebody's memberships", |s| {
            reading::memberships(s, by)
        })
    }

    async fn own_branches(&self, by: Actor) -> Result<Vec<BranchView>, StoreError> {
        read!(self, "read somebody's branches", |s| {
            super::branches::own(s, by)
        })
    }

    async fn own_acts(
        &self,
        by: Actor,
        id: CommunityId,
        after: u64,
        count: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        read!(self, "read what somebody did", |s| reading::acts(
            s, by, id, after, count
        ))
    }

    async fn leave_portal(&self, by: Actor, name: Option<&str>) -> Result<Decided<()>, StoreError> {
        act!(self, "give up an account", |s| leaving::leave(s, by, name))
    }
}
