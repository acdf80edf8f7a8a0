//! The clinical questions of a document: listing them, beginning one, their order, and their bin.
//!
//! What a question says, its title included, is a document of its own that clients open like any other
//! (`N/question/<id>`); here is what cannot be said in it. The list says what is open in each: how many of its registers
//! a person has to decide, read from what is committed.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use consilium_model::{question, register};
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use yrs::Transact;

use super::body::JsonBody;
use super::community_documents::{NewText, write_first_text};
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use crate::community::act::access_word;
use crate::community::wording::{self, TITLE_CHARS_MAX};
use crate::history::states::read_present;
use crate::store::questions::{NewQuestion, QuestionView};

/// The questions of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    /// In their order; those in the bin among them, for whoever sees these.
    pub questions: Vec<Question>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Its id within the document: a UUID.
    pub id: String,
    /// The name of its document, for sockets and paths.
    #[schema(value_type = String)]
    pub name: DocName,
    /// Its title; may be empty.
    pub title: String,
    /// When it was made: milliseconds since 1970 UTC.
    pub created_at: i64,
    /// When it was last edited.
    pub updated_at: i64,
    /// When it was put into the bin, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binned_at: Option<i64>,
    /// What the asker may do with it: `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
    /// How many of its values were set by several people at once, so that a person has to decide; and how much else among
    /// the values is none. Absent for one in the bin, and for one that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_conflicts: Option<usize>,
}

/// A question to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionWish {
    /// What it asks: one line of at most 300 characters.
    pub title: String,
}

/// A question that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeQuestion {
    /// Its id within the document.
    pub id: String,
    /// Its name for sockets and paths.
    #[schema(value_type = String)]
    pub name: DocName,
}

/// An order of questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionOrder {
    /// Ids; those that are not named stand behind, as they did.
    pub ids: Vec<String>,
}

/// `…/documents/{name}/questions/{questionId}`. A text that is no id is like the id of nothing.
#[derive(Debug, Clone)]
pub struct QuestionPath(DocName);

impl<S: Send + Sync> FromRequestParts<S> for QuestionPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((document, id)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::BadName)?;
        let document = DocName::parse(&document).map_err(|_| Problem::BadName)?;
        question::of_document(&document, &id)
            .map(Self)
            .ok_or(Problem::NoSuchDocument)
    }
}

/// Lists the clinical questions of a document.
#[utoipa::path(get, path = "/api/v1/documents/{name}/questions", tag = "questions",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "In their order", body = Questions),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<Questions>, Problem> {
    let found = state.store.questions_of(signed_in.actor(), &name).await??;
    let mut questions = Vec::with_capacity(found.len());
    for view in found {
        let open_conflicts = match view.deleted_at_ms {
            None => open_conflicts(&state, &view.name).await?,
            Some(_) => None,
        };
        questions.push(shown(view, open_conflicts));
    }
    Ok(Json(Questions { questions }))
}

fn shown(view: QuestionView, open_conflicts: Option<usize>) -> Question {
    Question {
        id: question::id_of(&view.name).unwrap_or_default().to_owned(),
        title: view.title,
        created_at: view.created_at_ms,
        updated_at: view.updated_at_ms,
        binned_at: view.deleted_at_ms,
        access: access_word(view.standing.access()),
        name: view.name,
        open_conflicts,
    }
}

/// How much a person has to decide in a question, as committed; `None` where it cannot be read.
async fn open_conflicts(state: &AppState, name: &DocName) -> Result<Option<usize>, Problem> {
    let _turn = state.read_turn().await?;
    let Some(stored) = state.store.load(name).await? else {
        return Ok(None);
    };
    let counted = tokio::task::spawn_blocking(move || {
        read_present(&stored, |doc| {
            let values = register::read(&doc.transact());
            values.conflicts().count() + values.foreign.len() + values.foreign_more
        })
    })
    .await
    .map_err(|_| Problem::Internal)?;
    // A document that cannot be read says so to whoever opens it, and does not hide the others.
    Ok(counted.ok())
}

/// Begins a clinical question of a document. For whoever may write the document; at most 200.
#[utoipa::path(post, path = "/api/v1/documents/{name}/questions", tag = "questions", request_body = QuestionWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 201, description = "Begun", body = MadeQuestion),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write the document now: a meeting may hold it up", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There are 200", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn make(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(document): DocPath,
    JsonBody(wish): JsonBody<QuestionWish>,
) -> Result<(StatusCode, Json<MadeQuestion>), Problem> {
    let title = wording::line(&wish.title, TITLE_CHARS_MAX)
        .map_err(|_| Problem::InvalidField { field: "title" })?;
    let id = Uuid::now_v7().to_string();
    // What has no room for the name of a question has none.
    let name = question::of_document(&document, &id).ok_or(Problem::NoSuchDocument)?;
    // Its title is written into it, and a meeting that holds the document up would set that aside.
    let author = signed_in.account.id.user();
    let held_up = state.access.moderation().why(&document, &author, now_ms());
    if held_up.is_some() {
        return Err(Problem::ReadOnly);
    }
    let wished = NewQuestion {
        name: name.clone(),
        title: title.clone(),
    };
    state
        .store
        .create_question(signed_in.actor(), &document, &wished)
        .await??;
    state.access.look_now();
    let text = NewText {
        title,
        blocks: Vec::new(),
    };
    write_first_text(&state, &signed_in, &name, text).await;
    Ok((StatusCode::CREATED, Json(MadeQuestion { id, name })))
}

/// Puts the questions of a document into an order. For whoever may write the document.
#[utoipa::path(put, path = "/api/v1/documents/{name}/question-order", tag = "questions", request_body = QuestionOrder,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 204, description = "In this order"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn order(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(document): DocPath,
    JsonBody(order): JsonBody<QuestionOrder>,
) -> Result<StatusCode, Problem> {
    let unfit = Problem::InvalidField { field: "ids" };
    if order.ids.len() > question::QUESTIONS_MAX {
        return Err(unfit);
    }
    let names: Option<Vec<DocName>> = order
        .ids
        .iter()
        .map(|id| question::of_document(&document, id))
        .collect();
    let names = names.ok_or(unfit)?;
    state
        .store
        .order_questions(signed_in.actor(), &document, &names)
        .await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a question into the bin. It stays whole, and members who have it open can go on.
#[utoipa::path(delete, path = "/api/v1/documents/{name}/questions/{questionId}", tag = "questions",
    params(
        ("name" = String, Path, description = "Document name, percent-encoded"),
        ("questionId" = String, Path, description = "The question's id"),
    ),
    responses(
        (status = 204, description = "In the bin"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such question, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QuestionPath(name): QuestionPath,
) -> Result<StatusCode, Problem> {
    set_binned(&state, &signed_in, &name, true).await
}

/// Takes a question out of the bin.
#[utoipa::path(post, path = "/api/v1/documents/{name}/questions/{questionId}/restore", tag = "questions",
    params(
        ("name" = String, Path, description = "Document name, percent-encoded"),
        ("questionId" = String, Path, description = "The question's id"),
    ),
    responses(
        (status = 204, description = "Out of the bin"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such question, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn restore(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QuestionPath(name): QuestionPath,
) -> Result<StatusCode, Problem> {
    set_binned(&state, &signed_in, &name, false).await
}

async fn set_binned(
    state: &AppState,
    signed_in: &SignedIn,
    name: &DocName,
    is_binned: bool,
) -> Result<StatusCode, Problem> {
    state
        .store
        .set_question_binned(signed_in.actor(), name, is_binned)
        .await??;
    state.access.look_now();
    Ok(StatusCode::NO_CONTENT)
}
