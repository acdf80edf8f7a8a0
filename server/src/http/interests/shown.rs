//! Declarations and judgements as REST shows them. Times are milliseconds since 1970 UTC.

use consilium_model::question;
use consilium_protocol::ids::DocName;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::branches::Person;
use crate::interests::{Amount, Interest};
use crate::store::interests::{Declaration, JudgementView, PersonInterests};

/// Somebody in a community.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownPerson {
    /// Who.
    pub who: Person,
    /// What they are there.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// What they declared last; absent for who has declared nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declaration: Option<ShownDeclaration>,
    /// How often they have declared.
    pub declared: u64,
    /// How they are judged.
    pub judgements: Vec<ShownJudgement>,
}

/// A declaration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownDeclaration {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Uuid,
    /// When it was made.
    pub at: i64,
    /// What stands in it; every item of the form that is not here was answered with "none".
    pub entries: Vec<ShownInterest>,
}

/// One interest.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownInterest {
    /// What the form asked for.
    #[schema(value_type = String)]
    pub item: &'static str,
    /// From whom, or with whom.
    pub organisation: String,
    /// What for.
    pub purpose: String,
    /// How much.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub amount: Option<&'static str>,
    /// Since which month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whether it is still going on.
    pub ongoing: bool,
}

/// A judgement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownJudgement {
    /// The document.
    #[schema(value_type = String)]
    pub document: DocName,
    /// What that is called.
    pub document_title: String,
    /// The id of the question, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What that is called; not for whoever is excluded from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question_title: Option<String>,
    /// Whom it is about.
    pub member: Person,
    /// `full`, `discusses` or `excluded`.
    #[schema(value_type = String)]
    pub verdict: &'static str,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: Person,
    /// When.
    pub at: i64,
    /// The how many-th it is about them and this.
    pub version: u64,
}

impl From<PersonInterests> for ShownPerson {
    fn from(person: PersonInterests) -> Self {
        Self {
            who: person.who.into(),
            role: person.role.word(),
            declaration: person.declaration.map(declaration),
            declared: person.declared,
            judgements: person.judgements.into_iter().map(judgement).collect(),
        }
    }
}

impl From<Interest> for ShownInterest {
    fn from(interest: Interest) -> Self {
        Self {
            item: interest.item.word(),
            organisation: interest.organisation,
            purpose: interest.purpose,
            amount: interest.amount.map(Amount::word),
            from: interest.from.map(|month| month.to_string()),
            until: interest.until.map(|month| month.to_string()),
            ongoing: interest.is_ongoing,
        }
    }
}

/// A declaration as it is shown.
#[must_use]
pub fn declaration(declaration: Declaration) -> ShownDeclaration {
    ShownDeclaration {
        id: declaration.id,
        at: declaration.at_ms,
        entries: declaration
            .interests
            .into_iter()
            .map(ShownInterest::from)
            .collect(),
    }
}

/// A judgement as it is shown.
#[must_use]
pub fn judgement(view: JudgementView) -> ShownJudgement {
    ShownJudgement {
        document: view.document,
        document_title: view.document_title,
        question: view
            .question
            .as_ref()
            .and_then(question::id_of)
            .map(str::to_owned),
        question_title: view.question_title,
        member: view.member.into(),
        verdict: view.verdict.word(),
        reason: view.reason,
        by: view.judged_by.into(),
        at: view.at_ms,
        version: view.version,
    }
}
