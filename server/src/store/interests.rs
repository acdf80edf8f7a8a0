//! What the portal keeps of interests: what people declare, and how others judge them.
//!
//! Both are versions: nothing is overwritten, and the latest counts. A judgement is an act of governance, one transaction
//! that asks the rules ([`crate::interests`]), writes the ledger, recuses whom it concerns from what is put to the vote, and
//! moves the epoch of access, so that it is enforced on open sockets of all nodes. How access follows from it is asked where
//! every standing is read ([`super::communities`]).
//!
//! Reading order: [`record`], the trait, then `declaring`, `judging` and `reading`. Does not know rooms or HTTP.

mod declaring;
pub(in crate::store) mod judging;
mod reading;
pub mod record;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;

pub use self::record::{
    Declaration, JudgementView, JudgementsAbout, NewJudgement, OwnInterests, PersonInterests,
};

use super::StoreError;
use super::communities::record::{Actor, Decided};
use super::portal_ids::{AccountId, CommunityId};
use super::statements::{Database, act, end, read};
use crate::interests::Interest;

/// Where interests live. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait InterestStore: Send + Sync + 'static {
    /// Declares the actor's interests in a community anew. An empty list says that there are none.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn declare(
        &self,
        by: Actor,
        id: CommunityId,
        interests: &[Interest],
    ) -> Result<Decided<()>, StoreError>;

    /// Everybody in a community with what they declared last and how they are judged, as far as the actor may see it: guests
    /// see themselves. By name.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn interests_of(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<PersonInterests>>, StoreError>;

    /// All declarations of somebody in a community, the latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn declarations_of(
        &self,
        by: Actor,
        id: CommunityId,
        of: AccountId,
    ) -> Result<Decided<Vec<Declaration>>, StoreError>;

    /// Everything that the actor declared, and how others judged them, in every community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn own_interests(&self, by: Actor) -> Result<OwnInterests, StoreError>;

    /// When the actor last declared their interests in a community; nothing for those who need not.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn last_declared(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Option<Option<i64>>, StoreError>;

    /// Judges how far somebody takes part.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn judge(&self, by: Actor, judgement: &NewJudgement) -> Result<Decided<()>, StoreError>;

    /// Who takes no full part in a document or its questions, as far as the actor may see that.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn judgements_about(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<JudgementsAbout>, StoreError>;
}

#[async_trait]
impl<D: Database> InterestStore for D {
    async fn declare(
        &self,
        by: Actor,
        id: CommunityId,
        interests: &[Interest],
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "declare interests", |s| declaring::declare(
            s, by, id, interests
        ))
    }

    async fn interests_of(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Decided<Vec<PersonInterests>>, StoreError> {
        read!(self, "list interests", |s| reading::people(s, by, id))
    }

    async fn declarations_of(
        &self,
        by: Actor,
        id: CommunityId,
        of: AccountId,
    ) -> Result<Decided<Vec<Declaration>>, StoreError> {
        read!(self, "list declarations", |s| reading::history(
            s, by, id, of
        ))
    }

    async fn own_interests(&self, by: Actor) -> Result<OwnInterests, StoreError> {
        read!(self, "read somebody's own interests", |s| reading::own(
            s, by
        ))
    }

    async fn last_declared(
        &self,
        by: Actor,
        id: CommunityId,
    ) -> Result<Option<Option<i64>>, StoreError> {
        read!(self, "ask when interests were declared", |s| {
            reading::last_declared(s, by, id)
        })
    }

    async fn judge(&self, by: Actor, judgement: &NewJudgement) -> Result<Decided<()>, StoreError> {
        act!(self, "judge interests", |s| judging::judge(
            s, by, judgement
        ))
    }

    async fn judgements_about(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<JudgementsAbout>, StoreError> {
        read!(self, "list judgements", |s| reading::about(s, by, document))
    }
}
