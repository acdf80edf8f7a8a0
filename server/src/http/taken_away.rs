//! Taking a comment away: for leaders and deputies, with a reason, and without deleting what is somebody else's.
//!
//! A discussion is append-only for everybody (ADR-0018). So the server keeps which comments are no longer shown, apps leave
//! them out, and their author is told and may delete their words. The act stands in the ledger, the words do not.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_model::discussion;
use consilium_model::discussion::read::comment_called;
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yrs::Transact as _;

use super::archive::blocking;
use super::bearer::Bearer;
use super::body::JsonBody;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording;
use crate::export::archive::decoded;
use crate::panic_boundary::contain;
use crate::store::portal_ids::AccountId;
use crate::store::taken_away::Remark;

/// Comments that are no longer shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenAway {
    /// By the places of their blocks, `client.clock`.
    pub comments: Vec<String>,
}

/// A comment to take away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeAwayWish {
    /// The place of its block in the discussion, `client.clock`.
    pub comment: String,
    /// Why, in 3 to 500 characters; it stands in the ledger.
    pub reason: String,
}

fn discussion_of(name: &DocName) -> Result<DocName, Problem> {
    discussion::of_document(name).ok_or(Problem::NoSuchDocument)
}

/// Lists the comments on a document that were taken away, for those who see its discussion.
#[utoipa::path(get, path = "/api/v1/documents/{name}/taken-away", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "In no particular order", body = TakenAway),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
) -> Result<Json<TakenAway>, Problem> {
    bearer.require_inside(&state, &name).await?;
    let comments = state.store.taken_away(&discussion_of(&name)?).await?;
    Ok(Json(TakenAway { comments }))
}

/// Takes a comment away: it is no longer shown, and its author is told. For leaders and deputies.
#[utoipa::path(post, path = "/api/v1/documents/{name}/taken-away", tag = "documents", request_body = TakeAwayWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 204, description = "It is not shown any more"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document for you, or no such comment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn take(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
    JsonBody(wish): JsonBody<TakeAwayWish>,
) -> Result<StatusCode, Problem> {
    let reason =
        wording::reason(&wish.reason).map_err(|_| Problem::InvalidField { field: "reason" })?;
    let actor = signed_in.actor();
    // Before anything is looked for: whoever may not know of the document learns nothing of its comments.
    state.store.policy(actor, &name).await??;
    let discussion = discussion_of(&name)?;
    let content = {
        let _turn = state.read_turn().await?;
        state.registry.snapshot_update(&discussion).await?
    };
    let content = content.ok_or(Problem::NoSuchComment)?;
    let place = wish.comment.clone();
    let found = blocking(move || {
        let doc = decoded(&content).ok_or(Problem::DocumentUnavailable)?;
        contain(|| comment_called(&doc.transact(), &place))
            .map_err(|_| Problem::DocumentUnavailable)
    })
    .await?;
    let (client, thread) = found.ok_or(Problem::NoSuchComment)?;
    let authors = state.store.authors(&discussion).await?.unwrap_or_default();
    let author = authors
        .iter()
        .find(|author| author.clients.contains(&client))
        .and_then(|author| AccountId::of_user(&author.id));
    let remark = Remark {
        document: &name,
        discussion: &discussion,
        place: &wish.comment,
        thread: &thread,
        author,
    };
    state.store.take_away(actor, remark, &reason).await??;
    Ok(StatusCode::NO_CONTENT)
}
