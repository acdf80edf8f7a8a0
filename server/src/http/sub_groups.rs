//! Sub-groups of a community: seeing them, making one, taking others in, leaving.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::{CommunityPath, SubGroupMemberPath, SubGroupPath};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording;
use crate::store::communities::{NamedAccount, Refusal};
use crate::store::joining::{NewSubGroup, SubGroupView};
use crate::store::portal_ids::{AccountId, SubGroupId};

/// A sub-group's name: a line in a list.
const SUB_GROUP_NAME_CHARS_MAX: usize = 80;

/// The sub-groups of a community.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubGroups {
    /// By name.
    pub sub_groups: Vec<ShownSubGroup>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownSubGroup {
    /// Its id.
    #[schema(value_type = String)]
    pub id: SubGroupId,
    /// What it is called.
    pub name: String,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When, in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// How many are in it.
    pub member_count: u64,
    /// Whether the asker is.
    pub is_in: bool,
}

impl From<SubGroupView> for ShownSubGroup {
    fn from(view: SubGroupView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            created_by: view.created_by.map(|by| by.name),
            created_at: view.created_at_ms,
            member_count: view.member_count,
            is_in: view.is_in,
        }
    }
}

/// A sub-group to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubGroupWish {
    /// What it is called: one line of at most 80 characters.
    pub name: String,
    /// The accounts of who is in it besides whoever makes it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub members: Vec<AccountId>,
}

/// Who is in a sub-group.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubGroupMembers {
    /// By name.
    pub members: Vec<NamedMember>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedMember {
    /// The account's id.
    #[schema(value_type = String)]
    pub account_id: AccountId,
    /// What they are called.
    pub name: String,
}

impl From<NamedAccount> for NamedMember {
    fn from(account: NamedAccount) -> Self {
        Self {
            account_id: account.id,
            name: account.name,
        }
    }
}

/// Lists the sub-groups of a community; for those who belong to it.
#[utoipa::path(get, path = "/api/v1/communities/{id}/sub-groups", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "By name", body = SubGroups),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for guests and listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<SubGroups>, Problem> {
    let groups = state.store.sub_groups(signed_in.actor(), id).await??;
    Ok(Json(SubGroups {
        sub_groups: groups.into_iter().map(ShownSubGroup::from).collect(),
    }))
}

/// Makes a sub-group of members; for those who belong to the community.
#[utoipa::path(post, path = "/api/v1/communities/{id}/sub-groups", tag = "communities", request_body = SubGroupWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 201, description = "Made", body = ShownSubGroup),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for guests and listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn make(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<SubGroupWish>,
) -> Result<(StatusCode, Json<ShownSubGroup>), Problem> {
    let name = wording::line(&wish.name, SUB_GROUP_NAME_CHARS_MAX)
        .map_err(|_| Problem::InvalidField { field: "name" })?;
    let group = NewSubGroup {
        id: SubGroupId::new(),
        name,
        members: wish.members,
    };
    let made = state
        .store
        .make_sub_group(signed_in.actor(), id, &group)
        .await?;
    let made = made.map_err(|refusal| match refusal {
        // It was the body that named them.
        Refusal::NoSuchMember => Problem::InvalidField { field: "members" },
        other => other.into(),
    })?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Lists who is in a sub-group; for those who belong to the community.
#[utoipa::path(get, path = "/api/v1/communities/{id}/sub-groups/{subGroupId}/members", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("subGroupId" = String, Path, description = "The sub-group's id"),
    ),
    responses(
        (status = 200, description = "By name", body = SubGroupMembers),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for guests and listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or sub-group", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn members(
    State(state): State<AppState>,
    signed_in: SignedIn,
    SubGroupPath(id, group): SubGroupPath,
) -> Result<Json<SubGroupMembers>, Problem> {
    let actor = signed_in.actor();
    let members = state.store.sub_group_members(actor, id, group).await??;
    Ok(Json(SubGroupMembers {
        members: members.into_iter().map(NamedMember::from).collect(),
    }))
}

/// Takes a member into a sub-group; for those who are in it, and for leaders once nobody is.
#[utoipa::path(put, path = "/api/v1/communities/{id}/sub-groups/{subGroupId}/members/{accountId}", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("subGroupId" = String, Path, description = "The sub-group's id"),
        ("accountId" = String, Path, description = "The member's account"),
    ),
    responses(
        (status = 204, description = "In it"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who are in it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, sub-group or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Too many", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn add(
    State(state): State<AppState>,
    signed_in: SignedIn,
    SubGroupMemberPath(id, group, member): SubGroupMemberPath,
) -> Result<StatusCode, Problem> {
    state
        .store
        .add_to_sub_group(signed_in.actor(), id, group, member)
        .await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves a sub-group: everybody for themselves.
#[utoipa::path(delete, path = "/api/v1/communities/{id}/sub-groups/{subGroupId}/members/{accountId}", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("subGroupId" = String, Path, description = "The sub-group's id"),
        ("accountId" = String, Path, description = "The asker's own account"),
    ),
    responses(
        (status = 204, description = "No longer in it"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not in it, or somebody else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or sub-group", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn leave(
    State(state): State<AppState>,
    signed_in: SignedIn,
    SubGroupMemberPath(id, group, member): SubGroupMemberPath,
) -> Result<StatusCode, Problem> {
    let actor = signed_in.actor();
    if member != actor.account {
        // For those who may know of the sub-group; others learn nothing.
        state.store.sub_group_members(actor, id, group).await??;
        return Err(Problem::SubGroupOnly);
    }
    state.store.leave_sub_group(actor, id, group).await??;
    Ok(StatusCode::NO_CONTENT)
}
