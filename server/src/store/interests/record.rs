//! The values that cross the border of [`super::InterestStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::access::{Participation, Role};
use consilium_protocol::ids::DocName;
use uuid::Uuid;

use crate::interests::Interest;
use crate::store::communities::NamedAccount;
use crate::store::portal_ids::{AccountId, CommunityId};

/// What somebody declared at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Which one.
    pub id: Uuid,
    /// In which community.
    pub community: CommunityId,
    /// When.
    pub at_ms: i64,
    /// What; whatever the form asks for and is not here was answered with "none".
    pub interests: Vec<Interest>,
}

/// Somebody in a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonInterests {
    /// Who.
    pub who: NamedAccount,
    /// What they are there.
    pub role: Role,
    /// What they declared last.
    pub declaration: Option<Declaration>,
    /// How often they have declared.
    pub declared: u64,
    /// How they are judged, for each document and question of which there is a judgement.
    pub judgements: Vec<JudgementView>,
}

/// A judgement to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJudgement {
    /// The document.
    pub document: DocName,
    /// The name of a question of it; the document as a whole where there is none.
    pub question: Option<DocName>,
    /// Whom it is about.
    pub member: AccountId,
    /// How far they take part from now on.
    pub verdict: Participation,
    /// Why.
    pub reason: String,
}

/// A judgement that counts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgementView {
    /// The document.
    pub document: DocName,
    /// What that is called.
    pub document_title: String,
    /// The question, where it is about one.
    pub question: Option<DocName>,
    /// What that is called; not for whoever is excluded from it.
    pub question_title: Option<String>,
    /// Whom it is about.
    pub member: NamedAccount,
    /// How far they take part.
    pub verdict: Participation,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub judged_by: NamedAccount,
    /// When.
    pub at_ms: i64,
    /// The how many-th it is.
    pub version: u64,
}

/// Who takes what part in a document and its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgementsAbout {
    /// In which community.
    pub community: CommunityId,
    /// The judgements that the viewer may see, by name.
    pub judgements: Vec<JudgementView>,
    /// Whether the viewer may judge others about the document as a whole.
    pub may_judge: bool,
}

/// What is kept of the actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnInterests {
    /// What they declared, the latest first.
    pub declarations: Vec<Declaration>,
    /// How they are judged.
    pub judgements: Vec<JudgementView>,
}
