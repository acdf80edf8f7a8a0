//! What the portal keeps of clinical questions (D10): of which documents they are, and in which order.
//!
//! What a question says is a document like any other, in the journal like any other. Here is the row that makes it a
//! question. It has no policy: how somebody stands to it follows from how they stand to its document, and nobody else
//! learns that there are any. As everywhere in the portal an act is one transaction that asks the rules, changes what it
//! has to and writes the ledger.
//!
//! Reading order: [`record`], the trait, then `rows`. Does not know rooms or HTTP, and never looks inside an update.

pub mod record;
mod rows;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;

pub use self::record::{NewQuestion, QuestionStanding, QuestionView};
pub(in crate::store) use self::rows::standing as standing_of;

use super::StoreError;
use super::communities::record::{Actor, Decided};
use super::portal_ids::AccountId;
use super::statements::{Database, act, end, read};

/// Where questions live. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait QuestionStore: Send + Sync + 'static {
    /// How somebody stands to a question, as of `now_ms`. `None` when no question has this name. One query.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn question_standing(
        &self,
        account: AccountId,
        name: &DocName,
        now_ms: i64,
    ) -> Result<Option<QuestionStanding>, StoreError>;

    /// Makes a question of a document, behind the others. For whoever may write the document.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when there is a document of that name; the storage-wide kinds.
    async fn create_question(
        &self,
        by: Actor,
        document: &DocName,
        question: &NewQuestion,
    ) -> Result<Decided<()>, StoreError>;

    /// The questions of a document that the actor can see, in their order; those in the bin among them.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn questions_of(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<QuestionView>>, StoreError>;

    /// Puts the questions of a document into this order. Those that are not named stand behind, as they did; names of
    /// none are passed over. For whoever may write the document.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn order_questions(
        &self,
        by: Actor,
        document: &DocName,
        order: &[DocName],
    ) -> Result<Decided<()>, StoreError>;

    /// Puts a question into the bin, or takes it out. Nothing happens to one that is there already.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn set_question_binned(
        &self,
        by: Actor,
        name: &DocName,
        is_binned: bool,
    ) -> Result<Decided<()>, StoreError>;
}

#[async_trait]
impl<D: Database> QuestionStore for D {
    async fn question_standing(
        &self,
        account: AccountId,
        name: &DocName,
        now_ms: i64,
    ) -> Result<Option<QuestionStanding>, StoreError> {
        let by = Actor {
            account,
            at_ms: now_ms,
        };
        read!(self, "read how somebody stands to a question", |s| {
            rows::standing(s, by, name)
        })
    }

    async fn create_question(
        &self,
        by: Actor,
        document: &DocName,
        question: &NewQuestion,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "make a question", |s| rows::create(
            s, by, document, question
        ))
    }

    async fn questions_of(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<QuestionView>>, StoreError> {
        read!(self, "list questions", |s| rows::list(s, by, document))
    }

    async fn order_questions(
        &self,
        by: Actor,
        document: &DocName,
        order: &[DocName],
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "put questions into an order", |s| rows::order(
            s, by, document, order
        ))
    }

    async fn set_question_binned(
        &self,
        by: Actor,
        name: &DocName,
        is_binned: bool,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "put a question into the bin or take it out", |s| {
            rows::set_binned(s, by, name, is_binned)
        })
    }
}
