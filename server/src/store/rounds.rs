//! What the portal keeps of rounds: what was put to the vote, who may vote, the ballots, and what it came to.
//!
//! As everywhere in the portal an act is one transaction that asks the rules ([`crate::rounds::rules`]), changes what it has
//! to, writes the ledger and tells people. Whoever may read a document may read its rounds; to everybody else there are
//! none. A ballot without a name lies in the box of its round, which no row ties to a member (I9), and a round is counted
//! once, by whoever comes first.
//!
//! Reading order: [`record`], the trait, then `opening`, `reading`, `voting` and `closing`. Does not know rooms or HTTP.

mod closing;
pub(in crate::store) mod opening;
pub(in crate::store) mod reading;
pub mod record;
mod voting;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;

pub use self::record::{
    Ending, Mine, NamedBallot, NewRound, PackedText, RollEntry, RoundDetail, RoundView, pack_text,
};

use super::StoreError;
use super::communities::record::{Actor, Decided};
use super::portal_ids::{CommunityId, RoundId};
use super::statements::{Database, act, end, read};
use crate::rounds::ballot_box::Put;
use crate::rounds::rules::Cast;
use crate::rounds::text::TEXT_BYTES_MAX;

/// Where rounds live. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait RoundStore: Send + Sync + 'static {
    /// Whether the actor may open a round about this document now.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn may_open_round(
        &self,
        by: Actor,
        id: CommunityId,
        document: &DocName,
    ) -> Result<Decided<()>, StoreError>;

    /// Opens a round. Its roll is whoever may vote in the community as of now.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn open_round(
        &self,
        by: Actor,
        id: CommunityId,
        round: &NewRound,
    ) -> Result<Decided<()>, StoreError>;

    /// One round with its roll and, where they are shown, its ballots.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn round(&self, by: Actor, id: RoundId) -> Result<Decided<RoundDetail>, StoreError>;

    /// What was put to the vote: one update (V1).
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when what is stored is not what was written; the storage-wide kinds.
    async fn round_text(&self, by: Actor, id: RoundId) -> Result<Decided<Vec<u8>>, StoreError>;

    /// The rounds of a community that the actor may see: open ones first; at most [`record::LISTED_MAX`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn rounds_of(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<RoundView>>, StoreError>;

    /// Hands in the actor's ballot, or another one in its place.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn vote(&self, by: Actor, id: RoundId, cast: &Cast) -> Result<Decided<Put>, StoreError>;

    /// The actor will not vote, and says why.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn recuse_oneself(
        &self,
        by: Actor,
        id: RoundId,
        reason: &str,
    ) -> Result<Decided<()>, StoreError>;

    /// Ends a round by hand and counts it. `shuffle` is random and used once.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when what is stored cannot be counted; the storage-wide kinds.
    async fn close_round(
        &self,
        by: Actor,
        id: RoundId,
        shuffle: &[u8; 32],
    ) -> Result<Decided<()>, StoreError>;

    /// Ends a round without counting it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn void_round(
        &self,
        by: Actor,
        id: RoundId,
        reason: &str,
    ) -> Result<Decided<()>, StoreError>;

    /// Open rounds whose time is over as of `now_ms`: some of them, those that have waited longest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn due_rounds(&self, now_ms: i64) -> Result<Vec<RoundId>, StoreError>;

    /// Counts a round whose time is over as of `now_ms`; whether this call did it. `shuffle` is random and used once.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when what is stored cannot be counted; the storage-wide kinds.
    async fn close_due_round(
        &self,
        id: RoundId,
        now_ms: i64,
        shuffle: &[u8; 32],
    ) -> Result<bool, StoreError>;
}

#[async_trait]
impl<D: Database> RoundStore for D {
    async fn may_open_round(
        &self,
        by: Actor,
        id: CommunityId,
        document: &DocName,
    ) -> Result<Decided<()>, StoreError> {
        read!(self, "ask for a round", |s| opening::may_open(
            s, by, id, document
        ))
    }

    async fn open_round(
        &self,
        by: Actor,
        id: CommunityId,
        round: &NewRound,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "open a round", |s| opening::open(s, by, id, round))
    }

    async fn round(&self, by: Actor, id: RoundId) -> Result<Decided<RoundDetail>, StoreError> {
        read!(self, "read a round", |s| reading::detail(s, by, id))
    }

    async fn round_text(&self, by: Actor, id: RoundId) -> Result<Decided<Vec<u8>>, StoreError> {
        let packed = read!(self, "read what was put to the vote", |s| reading::text(
            s, by, id
        ))?;
        match packed {
            Ok(packed) => record::unpack(packed, TEXT_BYTES_MAX).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn rounds_of(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<RoundView>>, StoreError> {
        read!(self, "list rounds", |s| reading::list(s, by, id))
    }

    async fn vote(&self, by: Actor, id: RoundId, cast: &Cast) -> Result<Decided<Put>, StoreError> {
        act!(self, "hand in a ballot", |s| voting::vote(s, by, id, cast))
    }

    async fn recuse_oneself(
        &self,
        by: Actor,
        id: RoundId,
        reason: &str,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "recuse oneself", |s| voting::recuse(
            s, by, id, reason
        ))
    }

    async fn close_round(
        &self,
        by: Actor,
        id: RoundId,
        shuffle: &[u8; 32],
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "close a round", |s| closing::by_hand(
            s, by, id, shuffle
        ))
    }

    async fn void_round(
        &self,
        by: Actor,
        id: RoundId,
        reason: &str,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "void a round", |s| closing::void(s, by, id, reason))
    }

    async fn due_rounds(&self, now_ms: i64) -> Result<Vec<RoundId>, StoreError> {
        read!(self, "look for rounds that are over", |s| closing::due(
            s, now_ms
        ))
    }

    async fn close_due_round(
        &self,
        id: RoundId,
        now_ms: i64,
        shuffle: &[u8; 32],
    ) -> Result<bool, StoreError> {
        act!(self, "count a round", |s| closing::by_clock(
            s, id, now_ms, shuffle
        ))
    }
}
