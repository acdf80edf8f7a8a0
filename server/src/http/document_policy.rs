//! How far a document is open, and opening it further or less far.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::communities::offered_privacy;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::access_word;
use crate::community::rules::{Opener, may_narrow, may_widen};
use crate::community::wording;
use crate::store::communities::PolicyView;
use crate::store::portal_ids::CommunityId;

/// How far a document is open, for somebody who can read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Whose document it is.
    pub community: PolicyCommunity,
    /// `private`, `community` or `portal`.
    #[schema(value_type = String)]
    pub privacy: &'static str,
    /// What the asker may do: `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
    /// Whether the asker may open it to fewer.
    pub may_narrow: bool,
    /// Whether the asker may open it to more, with a reason.
    pub may_widen: bool,
}

/// The community of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyCommunity {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
}

impl From<PolicyView> for Policy {
    fn from(view: PolicyView) -> Self {
        let standing = view.standing;
        let opener = Opener {
            role: standing.role,
            is_creator: standing.is_creator,
        };
        Self {
            community: PolicyCommunity {
                id: standing.community,
                name: view.community_name,
            },
            privacy: standing.privacy.word(),
            access: access_word(standing.access()),
            may_narrow: may_narrow(opener, standing.privacy),
            may_widen: may_widen(opener, standing.privacy),
        }
    }
}

/// What a document is to be open to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyWish {
    /// `private`, `community` or `portal`.
    pub privacy: String,
    /// Why, in 3 to 500 characters; needed to open it to more.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Shows how far a document is open.
#[utoipa::path(get, path = "/api/v1/documents/{name}/policy", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "How far it is open", body = Policy),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<Policy>, Problem> {
    let policy = state.store.policy(signed_in.actor(), &name).await??;
    Ok(Json(policy.into()))
}

/// Opens a document to fewer or to more. Whoever made it and leaders open it to fewer; leaders, with a reason, to more.
#[utoipa::path(put, path = "/api/v1/documents/{name}/policy", tag = "documents", request_body = PolicyWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "As it is now", body = Policy),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders, or for whoever made it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right, or is missing", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn set(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
    JsonBody(wish): JsonBody<PolicyWish>,
) -> Result<Json<Policy>, Problem> {
    let privacy = offered_privacy(&wish.privacy, "privacy")?;
    let reason = match wish.reason.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => {
            Some(wording::reason(text).map_err(|_| Problem::InvalidField { field: "reason" })?)
        }
    };
    let policy = state
        .store
        .set_privacy(signed_in.actor(), &name, privacy, reason.as_deref())
        .await??;
    state.access.look_now();
    Ok(Json(policy.into()))
}
