//! Who is in a community: seeing them, giving another role or term, removing, leaving.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_model::access::Role;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::{CommunityPath, MemberPath};
use super::limits::TERM_MAX_MS;
use super::paging::{PageAfter, PageQuery, page, place};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::store::communities::{MemberChange, MemberView};
use crate::store::portal_ids::AccountId;

/// Who is in a community.
#[derive(Debug, Serialize, ToSchema)]
pub struct Members {
    /// The most trusted first, then by name.
    pub members: Vec<ShownMember>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One of them. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownMember {
    /// The account's id.
    #[schema(value_type = String)]
    pub account_id: AccountId,
    /// What they are called.
    pub name: String,
    /// How to reach them; only for leaders and deputies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What they are.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// Since when they are that.
    pub since: i64,
    /// Until when; absent without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// What they say they are there for; it is no access to anything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub chosen_roles: Vec<&'static str>,
}

impl From<MemberView> for ShownMember {
    fn from(member: MemberView) -> Self {
        Self {
            account_id: member.account.id,
            name: member.account.name,
            email: member.email,
            role: member.role.word(),
            since: member.since_ms,
            until: member.until_ms,
            chosen_roles: Vec::new(),
        }
    }
}

/// What is to be another. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberWish {
    /// The role.
    #[serde(default)]
    pub role: Option<String>,
    /// The end of the term, in milliseconds since 1970 UTC; `null` for none.
    #[serde(default, deserialize_with = "there")]
    #[schema(value_type = Option<i64>)]
    pub until: Option<Option<i64>>,
}

/// Tells `null` from what is left out.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads a role.
pub(super) fn role(word: &str) -> Result<Role, Problem> {
    Role::from_word(word).ok_or(Problem::InvalidField { field: "role" })
}

/// Lists who is in a community; not for listeners.
#[utoipa::path(get, path = "/api/v1/communities/{id}/members", tag = "communities",
    params(("id" = String, Path, description = "The community's id"), PageQuery),
    responses(
        (status = 200, description = "The most trusted first", body = Members),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    query: PageAfter,
) -> Result<Json<Members>, Problem> {
    let members = state.store.members(signed_in.actor(), id).await??;
    let (shown, next) = page(members, query, |member| {
        let name = member.account.name.to_lowercase();
        // The place of the role comes first, as in the list.
        place(&[
            &(member.role as u8).to_string(),
            &name,
            &member.account.id.to_string(),
        ])
    })?;
    let chosen = state.store.chosen_roles(signed_in.actor(), id).await??;
    let with_chosen = |member: MemberView| {
        let roles = chosen.get(&member.account.id);
        ShownMember {
            chosen_roles: roles
                .into_iter()
                .flatten()
                .map(|role| role.word())
                .collect(),
            ..ShownMember::from(member)
        }
    };
    Ok(Json(Members {
        next,
        members: shown.into_iter().map(with_chosen).collect(),
    }))
}

/// Gives a member another role or term; for leaders.
#[utoipa::path(patch, path = "/api/v1/communities/{id}/members/{accountId}", tag = "communities", request_body = MemberWish,
    params(
        ("id" = String, Path, description = "The community's id"),
        ("accountId" = String, Path, description = "The member's account"),
    ),
    responses(
        (status = 200, description = "As it is now", body = ShownMember),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The community would have no leader for good", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MemberPath(id, member): MemberPath,
    JsonBody(wish): JsonBody<MemberWish>,
) -> Result<Json<ShownMember>, Problem> {
    let actor = signed_in.actor();
    // A term that is over already is a removal in disguise; one beyond all calendars is a mistake.
    let terms = actor.at_ms + 1..actor.at_ms + TERM_MAX_MS;
    if wish
        .until
        .flatten()
        .is_some_and(|until| !terms.contains(&until))
    {
        return Err(Problem::InvalidField { field: "until" });
    }
    let change = MemberChange {
        role: wish.role.as_deref().map(role).transpose()?,
        until_ms: wish.until,
    };
    let member = state
        .store
        .change_member(actor, id, member, change)
        .await??;
    state.access.look_now();
    Ok(Json(member.into()))
}

/// Removes a member, for leaders; or oneself, for anybody.
#[utoipa::path(delete, path = "/api/v1/communities/{id}/members/{accountId}", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("accountId" = String, Path, description = "The member's account"),
    ),
    responses(
        (status = 204, description = "No longer in it"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The community would have no leader for good", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn remove(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MemberPath(id, member): MemberPath,
) -> Result<StatusCode, Problem> {
    state
        .store
        .remove_member(signed_in.actor(), id, member)
        .await??;
    state.access.look_now();
    Ok(StatusCode::NO_CONTENT)
}
