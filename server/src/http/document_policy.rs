//! How far a document is open, and opening it further or less far.

use axum::Json;
use axum::extract::State;
use consilium_model::access::Privacy;
use consilium_protocol::ids::Access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_documents::sub_group;
use super::digest::note_visit;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::access_word;
use crate::community::rules::{Opener, may_grant, may_narrow, may_widen};
use crate::community::wording;
use crate::store::communities::PolicyView;
use crate::store::portal_ids::{AccountId, CommunityId, SubGroupId};

/// How far a document is open, for somebody who can read it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Whose document it is.
    pub community: PolicyCommunity,
    /// `private`, `sub-group`, `community`, `portal` or `public`.
    #[schema(value_type = String)]
    pub privacy: &'static str,
    /// The sub-group, where it is open to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_group: Option<PolicySubGroup>,
    /// Who made it; only for those who are in the community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<PolicyCreator>,
    /// What the asker may do: `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
    /// Whether the asker is let in by the community, and does not only read what is open to everybody: comments, history
    /// and suggestions are for these.
    pub is_inside: bool,
    /// Whether the asker may open it to fewer.
    pub may_narrow: bool,
    /// Whether the asker may open it to more, with a reason.
    pub may_widen: bool,
    /// Whether the asker may grant access to it by name.
    pub may_grant: bool,
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

/// The sub-group that a document is open to.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicySubGroup {
    /// Its id.
    #[schema(value_type = String)]
    pub id: SubGroupId,
    /// What it is called.
    pub name: String,
}

/// Whoever made a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyCreator {
    /// The account.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// What they are called.
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
            sub_group: standing
                .sub_group
                .zip(view.sub_group_name)
                .map(|(id, name)| PolicySubGroup { id, name }),
            created_by: standing.role.map(|_| PolicyCreator {
                id: view.creator.id,
                name: view.creator.name,
            }),
            access: access_word(standing.access()),
            is_inside: standing.access_inside() >= Access::Read,
            may_narrow: may_narrow(opener, standing.privacy),
            may_widen: may_widen(opener, standing.privacy),
            may_grant: may_grant(opener),
        }
    }
}

/// What a document is to be open to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyWish {
    /// `private`, `sub-group`, `community`, `portal` or `public`.
    pub privacy: String,
    /// The sub-group, one that the asker is in; with the privacy `sub-group`, and only with that.
    #[serde(default)]
    pub sub_group: Option<String>,
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
    if policy.standing.role.is_some() {
        note_visit(&state, signed_in.actor(), policy.standing.community).await;
    }
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
    let privacy =
        Privacy::from_word(&wish.privacy).ok_or(Problem::InvalidField { field: "privacy" })?;
    if wish.sub_group.is_some() && privacy != Privacy::SubGroup {
        return Err(Problem::InvalidField { field: "subGroup" });
    }
    let reason = match wish.reason.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => {
            Some(wording::reason(text).map_err(|_| Problem::InvalidField { field: "reason" })?)
        }
    };
    let (actor, why) = (signed_in.actor(), reason.as_deref());
    let policy = if privacy == Privacy::SubGroup {
        let group = sub_group(wish.sub_group.as_deref())?;
        state
            .store
            .open_to_sub_group(actor, &name, group, why)
            .await??
    } else {
        state
            .store
            .set_privacy(actor, &name, privacy, why)
            .await??
    };
    state.access.look_now();
    Ok(Json(policy.into()))
}
