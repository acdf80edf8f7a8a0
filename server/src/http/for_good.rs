//! Deleting a document for good, and what whoever still has it is told.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording;
use crate::store::for_good::Tombstone;
use crate::store::portal_ids::{AccountId, CommunityId};

/// Why something is deleted for good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletionWish {
    /// In 3 to 500 characters. It stays in the ledger for ever.
    pub reason: String,
}

/// What remains of a document that was deleted for good.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownTombstone {
    /// Whose document it was.
    #[schema(value_type = String)]
    pub community_id: CommunityId,
    /// Who deleted it.
    pub deleted_by: DeletedBy,
    /// When, in milliseconds since 1970 UTC.
    pub deleted_at: i64,
}

/// Whoever deleted a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedBy {
    /// The account.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// What they are called.
    pub name: String,
}

impl From<Tombstone> for ShownTombstone {
    fn from(stone: Tombstone) -> Self {
        Self {
            community_id: stone.community,
            deleted_by: DeletedBy {
                id: stone.deleted_by.id,
                name: stone.deleted_by.name,
            },
            deleted_at: stone.at_ms,
        }
    }
}

/// Deletes a document that is in the bin, with everything that hangs on it; for leaders, and a draft for whoever made it.
#[utoipa::path(post, path = "/api/v1/documents/{name}/delete-for-good", tag = "documents", request_body = DeletionWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 204, description = "Gone for good; its name is never used again"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not in the bin", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
    JsonBody(wish): JsonBody<DeletionWish>,
) -> Result<StatusCode, Problem> {
    let reason =
        wording::reason(&wish.reason).map_err(|_| Problem::InvalidField { field: "reason" })?;
    state
        .store
        .delete_for_good(signed_in.actor(), &name, &reason)
        .await??;
    state.access.look_now();
    Ok(StatusCode::NO_CONTENT)
}

/// Tells who deleted a document for good, and when; for those who belong to its community.
#[utoipa::path(get, path = "/api/v1/documents/{name}/tombstone", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "It was deleted for good", body = ShownTombstone),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "It was not, or you may not know", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn tombstone(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<ShownTombstone>, Problem> {
    let stone = state.store.tombstone(signed_in.actor(), &name).await??;
    Ok(Json(stone.into()))
}
