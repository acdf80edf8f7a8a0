//! What the portal keeps of branches (D11): whose they are, what they are branches of, and what became of them.
//!
//! The text of a branch is a document like any other, in the journal like any other. Here is the row that makes it a
//! branch. Whoever can read the document reads its suggestions; whoever cannot learns nothing, not even that there are
//! any. As everywhere in the portal an act is one transaction that asks the rules, changes what it has to and writes the
//! ledger. What the ledger never says is that there is a draft, or anything about a private document.
//!
//! Reading order: [`record`], the trait, then `making`, `reading`, `turns` and `closing`. Does not know rooms or HTTP, and never
//! looks inside an update.

mod closing;
pub(super) mod making;
pub(in crate::store) mod reading;
pub mod record;
mod turns;

use std::time::Duration;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;

pub(super) use self::reading::own;
pub use self::record::{BranchStanding, BranchView, Fate, MergeTurn, NewBranch, Part, pack_fork};

use super::StoreError;
use super::communities::record::{Actor, Decided};
use super::portal_ids::AccountId;
use super::statements::{Database, end};

/// Where branches live. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait BranchStore: Send + Sync + 'static {
    /// How somebody stands to a branch, as of `now_ms`. `None` when no branch has this name. One query.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn branch_standing(
        &self,
        account: AccountId,
        name: &DocName,
        now_ms: i64,
    ) -> Result<Option<BranchStanding>, StoreError>;

    /// Whether the actor may make a branch of a document now.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn may_branch(&self, by: Actor, document: &DocName) -> Result<Decided<()>, StoreError>;

    /// Makes a document, which is there and holds the document's text already, a branch of it, and gives it the owners
    /// of the document's CRDT client ids (D16): whose blocks they are does not change by their being copied.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when it is a branch already; the storage-wide kinds.
    async fn make_branch(
        &self,
        by: Actor,
        branch: &NewBranch,
    ) -> Result<Decided<BranchView>, StoreError>;

    /// The branches of a document that the actor can see: open ones first, then the latest first, at most
    /// [`record::LISTED_MAX`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn branches_of(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<BranchView>>, StoreError>;

    /// One branch.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn branch(&self, by: Actor, name: &DocName) -> Result<Decided<BranchView>, StoreError>;

    /// The document as it was when the branch began: one update (V1).
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when what is stored is not what was written; the storage-wide kinds.
    async fn fork_of(&self, by: Actor, name: &DocName) -> Result<Decided<Vec<u8>>, StoreError>;

    /// Makes a draft a suggestion, or says something else to a suggestion of one's own.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn hand_in(
        &self,
        by: Actor,
        name: &DocName,
        note: &str,
    ) -> Result<Decided<BranchView>, StoreError>;

    /// Makes it the turn of `turn` to decide about the suggestions to the document of a branch, for so long; `false` while
    /// it is another's.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn take_merge_turn(
        &self,
        by: Actor,
        branch: &DocName,
        turn: MergeTurn,
        life: Duration,
    ) -> Result<Decided<bool>, StoreError>;

    /// Makes a turn last from now on for so long; `false` when another has come meanwhile.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn keep_merge_turn(&self, turn: MergeTurn, life: Duration) -> Result<bool, StoreError>;

    /// It is the next one's turn.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn end_merge_turn(&self, turn: MergeTurn) -> Result<(), StoreError>;

    /// Writes down that the branch, or a part of it, is in the document now; or that it was discarded; or that it is
    /// open again after that. Not while it is another's turn than `turn`.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn decide_branch(
        &self,
        by: Actor,
        name: &DocName,
        fate: Fate,
        turn: Option<MergeTurn>,
    ) -> Result<Decided<BranchView>, StoreError>;
}

/// One piece of work: `reading` or `writing`.
macro_rules! work {
    ($self:ident, $kind:ident, $action:literal, |$statements:ident| $body:expr) => {{
        let mut work = $self.$kind().await?;
        let outcome = {
            let $statements = work.statements();
            $body.await
        };
        end(work, outcome, $action).await
    }};
}

#[async_trait]
impl<D: Database> BranchStore for D {
    async fn branch_standing(
        &self,
        account: AccountId,
        name: &DocName,
        now_ms: i64,
    ) -> Result<Option<BranchStanding>, StoreError> {
        let by = Actor {
            account,
            at_ms: now_ms,
        };
        work!(self, reading, "read how somebody stands to a branch", |s| {
            reading::standing(s, by, name)
        })
    }

    async fn may_branch(&self, by: Actor, document: &DocName) -> Result<Decided<()>, StoreError> {
        let found = work!(self, reading, "ask for a branch", |s| making::admit(
            s, by, document
        ))?;
        Ok(found.map(|_| ()))
    }

    async fn make_branch(
        &self,
        by: Actor,
        branch: &NewBranch,
    ) -> Result<Decided<BranchView>, StoreError> {
        work!(self, writing, "make a branch", |s| making::make(
            s, by, branch
        ))
    }

    async fn branches_of(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<BranchView>>, StoreError> {
        work!(self, reading, "list branches", |s| reading::list(
            s, by, document
        ))
    }

    async fn branch(&self, by: Actor, name: &DocName) -> Result<Decided<BranchView>, StoreError> {
        work!(self, reading, "read a branch", |s| reading::one(
            s, by, name
        ))
    }

    async fn fork_of(&self, by: Actor, name: &DocName) -> Result<Decided<Vec<u8>>, StoreError> {
        let packed = work!(self, reading, "read what a branch began with", |s| {
            reading::fork(s, by, name)
        })?;
        match packed {
            Ok(packed) => record::unpack_fork(packed).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn hand_in(
        &self,
        by: Actor,
        name: &DocName,
        note: &str,
    ) -> Result<Decided<BranchView>, StoreError> {
        work!(self, writing, "hand a branch in", |s| closing::hand_in(
            s, by, name, note
        ))
    }

    async fn take_merge_turn(
        &self,
        by: Actor,
        branch: &DocName,
        turn: MergeTurn,
        life: Duration,
    ) -> Result<Decided<bool>, StoreError> {
        work!(self, writing, "wait for a turn", |s| turns::take(
            s, by, branch, turn, life
        ))
    }

    async fn keep_merge_turn(&self, turn: MergeTurn, life: Duration) -> Result<bool, StoreError> {
        work!(self, writing, "keep a turn", |s| turns::keep(s, turn, life))
    }

    async fn end_merge_turn(&self, turn: MergeTurn) -> Result<(), StoreError> {
        work!(self, writing, "end a turn", |s| turns::end(s, turn))
    }

    async fn decide_branch(
        &self,
        by: Actor,
        name: &DocName,
        fate: Fate,
        turn: Option<MergeTurn>,
    ) -> Result<Decided<BranchView>, StoreError> {
        work!(self, writing, "decide about a branch", |s| closing::decide(
            s, by, name, fate, turn
        ))
    }
}
