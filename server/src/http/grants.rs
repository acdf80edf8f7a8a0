//! What people were given for one document by name: seeing it, giving, taking back. For leaders and deputies, and for
//! whoever made the document.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_protocol::ids::Access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::GrantPath;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::{access_from_word, access_word};
use crate::store::communities::Grant;
use crate::store::joining::GrantView;
use crate::store::portal_ids::AccountId;

/// Who was given something for a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Grants {
    /// By name.
    pub grants: Vec<ShownGrant>,
}

/// One of them. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownGrant {
    /// The account's id.
    #[schema(value_type = String)]
    pub account_id: AccountId,
    /// What they are called.
    pub name: String,
    /// What they are in the community.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
    /// When it ends; absent without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Who decided it.
    pub granted_by: String,
    /// When.
    pub granted_at: i64,
}

impl From<GrantView> for ShownGrant {
    fn from(view: GrantView) -> Self {
        Self {
            account_id: view.account.id,
            name: view.account.name,
            role: view.role.word(),
            access: access_word(view.grant.access),
            until: view.grant.until_ms,
            granted_by: view.granted_by.name,
            granted_at: view.granted_at_ms,
        }
    }
}

/// What somebody is to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantWish {
    /// `read`, `comment` or `write`.
    pub access: String,
    /// When it ends, in milliseconds since 1970 UTC; without an end when it is left out.
    #[serde(default)]
    pub until: Option<i64>,
}

/// Reads what can be granted.
pub(super) fn grantable(word: &str, field: &'static str) -> Result<Access, Problem> {
    access_from_word(word)
        .filter(|access| *access > Access::None)
        .ok_or(Problem::InvalidField { field })
}

/// Lists what people were given for a document by name.
#[utoipa::path(get, path = "/api/v1/documents/{name}/grants", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "By name", body = Grants),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders, deputies and whoever made it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<Grants>, Problem> {
    let grants = state.store.grants(signed_in.actor(), &name).await??;
    Ok(Json(Grants {
        grants: grants.into_iter().map(ShownGrant::from).collect(),
    }))
}

/// Gives somebody in the community access to a document by name, in place of what they were given before.
#[utoipa::path(put, path = "/api/v1/documents/{name}/grants/{accountId}", tag = "documents", request_body = GrantWish,
    params(
        ("name" = String, Path, description = "Document name, percent-encoded"),
        ("accountId" = String, Path, description = "The account of whom it is given to"),
    ),
    responses(
        (status = 204, description = "Given"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders, deputies and whoever made it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or nobody of this id in its community", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A private document, a listener, or too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn give(
    State(state): State<AppState>,
    signed_in: SignedIn,
    GrantPath(name, member): GrantPath,
    JsonBody(wish): JsonBody<GrantWish>,
) -> Result<StatusCode, Problem> {
    let actor = signed_in.actor();
    let access = grantable(&wish.access, "access")?;
    if wish.until.is_some_and(|until| until <= actor.at_ms) {
        return Err(Problem::InvalidField { field: "until" });
    }
    let grant = Grant {
        access,
        until_ms: wish.until,
    };
    state.store.grant(actor, &name, member, grant).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back what somebody was given by name.
#[utoipa::path(delete, path = "/api/v1/documents/{name}/grants/{accountId}", tag = "documents",
    params(
        ("name" = String, Path, description = "Document name, percent-encoded"),
        ("accountId" = String, Path, description = "The account of whom it was given to"),
    ),
    responses(
        (status = 204, description = "Taken back, or never given"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders, deputies and whoever made it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or nobody of this id in its community", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn take_back(
    State(state): State<AppState>,
    signed_in: SignedIn,
    GrantPath(name, member): GrantPath,
) -> Result<StatusCode, Problem> {
    let nothing = Grant::from(Access::None);
    let actor = signed_in.actor();
    state.store.grant(actor, &name, member, nothing).await??;
    Ok(StatusCode::NO_CONTENT)
}
