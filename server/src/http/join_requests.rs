//! Coming in without an invitation: the communities that can be joined, asking, and answering those who ask.
//!
//! Of a community whose policy is `invite` nobody learns here that it exists.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::{CommunityPath, MemberPath};
use super::joining::Joined;
use super::looks::logo_path;
use super::paging::{PageAfter, PageQuery, page, place};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording;
use crate::store::joining::{Answer, Asked, JoinRequest, JoinableCommunity, OwnRequest};
use crate::store::portal_ids::{AccountId, CommunityId};

/// Communities that can be joined.
#[derive(Debug, Serialize, ToSchema)]
pub struct JoinableCommunities {
    /// By name.
    pub communities: Vec<ShownJoinable>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One of them, and nothing more than this.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownJoinable {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour.
    pub accent: String,
    /// Where its picture is; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// `request` or `open`.
    #[schema(value_type = String)]
    pub join_policy: &'static str,
    /// Whether the asker has asked: `none`, `open` or `declined`.
    #[schema(value_type = String)]
    pub request: &'static str,
    /// True where the asker was removed from it: they ask, where others come in at once.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

impl From<JoinableCommunity> for ShownJoinable {
    fn from(community: JoinableCommunity) -> Self {
        Self {
            id: community.id,
            name: community.name,
            description: community.description,
            accent: community.accent,
            logo: logo_path(community.id, community.logo),
            join_policy: community.join_policy.word(),
            request: match community.request {
                OwnRequest::None => "none",
                OwnRequest::Open => "open",
                OwnRequest::Declined => "declined",
            },
            removed: community.was_removed,
        }
    }
}

/// The wish to join.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskWish {
    /// Why, in 3 to 500 characters; needed where people ask.
    #[serde(default)]
    pub sentence: Option<String>,
}

/// People who wait to be let in.
#[derive(Debug, Serialize, ToSchema)]
pub struct JoinRequests {
    /// The longest first.
    pub requests: Vec<ShownRequest>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownRequest {
    /// The account's id.
    #[schema(value_type = String)]
    pub account_id: AccountId,
    /// What they are called.
    pub name: String,
    /// How to reach them.
    pub email: String,
    /// What they say.
    pub sentence: String,
    /// When they asked, in milliseconds since 1970 UTC.
    pub asked_at: i64,
    /// When they were removed from the community, where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<i64>,
}

impl From<JoinRequest> for ShownRequest {
    fn from(request: JoinRequest) -> Self {
        Self {
            account_id: request.account.id,
            name: request.account.name,
            email: request.email,
            sentence: request.sentence,
            asked_at: request.asked_at_ms,
            removed_at: request.removed_at_ms,
        }
    }
}

/// An answer to somebody who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerWish {
    /// `accept` or `decline`.
    pub answer: String,
}

/// Lists the communities that one is not in and can join or ask to join.
#[utoipa::path(get, path = "/api/v1/joinable-communities", tag = "communities", params(PageQuery),
    responses(
        (status = 200, description = "By name", body = JoinableCommunities),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn joinable(
    State(state): State<AppState>,
    signed_in: SignedIn,
    query: PageAfter,
) -> Result<Json<JoinableCommunities>, Problem> {
    let found = state.store.joinable(signed_in.actor()).await?;
    let (shown, next) = page(found, query, |community| {
        place(&[&community.name.to_lowercase(), &community.id.to_string()])
    })?;
    Ok(Json(JoinableCommunities {
        communities: shown.into_iter().map(ShownJoinable::from).collect(),
        next,
    }))
}

/// Joins a community that is open, as a member, or asks to join one where people ask.
#[utoipa::path(post, path = "/api/v1/communities/{id}/join", tag = "communities", request_body = AskWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "In the community", body = Joined),
        (status = 202, description = "Asked; a leader or a deputy will answer"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or one that people are invited to", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Declined a short while ago, or too many wait", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The sentence is missing or cannot be", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn ask(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<AskWish>,
) -> Result<Response, Problem> {
    let sentence = match wish.sentence.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => {
            Some(wording::reason(text).map_err(|_| Problem::InvalidField { field: "sentence" })?)
        }
    };
    let asked = state
        .store
        .ask_to_join(signed_in.actor(), id, sentence.as_deref())
        .await??;
    Ok(match asked {
        Asked::In(view) => Json(Joined::from(*view)).into_response(),
        Asked::Waiting => StatusCode::ACCEPTED.into_response(),
    })
}

/// Asks no longer.
#[utoipa::path(delete, path = "/api/v1/communities/{id}/join", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 204, description = "Not asked any more"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "Nothing was asked", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn withdraw(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<StatusCode, Problem> {
    state
        .store
        .withdraw_request(signed_in.actor(), id)
        .await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists who waits to be let in; for leaders and deputies.
#[utoipa::path(get, path = "/api/v1/communities/{id}/join-requests", tag = "communities",
    params(("id" = String, Path, description = "The community's id"), PageQuery),
    responses(
        (status = 200, description = "The longest first", body = JoinRequests),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    query: PageAfter,
) -> Result<Json<JoinRequests>, Problem> {
    let waiting = state.store.join_requests(signed_in.actor(), id).await??;
    let (shown, next) = page(waiting, query, |request| {
        place(&[
            &format!("{:020}", request.asked_at_ms),
            &request.account.id.to_string(),
        ])
    })?;
    Ok(Json(JoinRequests {
        requests: shown.into_iter().map(ShownRequest::from).collect(),
        next,
    }))
}

/// Lets somebody in who asked, as a member, or does not; for leaders and deputies.
#[utoipa::path(post, path = "/api/v1/communities/{id}/join-requests/{accountId}", tag = "communities", request_body = AnswerWish,
    params(
        ("id" = String, Path, description = "The community's id"),
        ("accountId" = String, Path, description = "The account of who asks"),
    ),
    responses(
        (status = 204, description = "Answered"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or nobody of this id asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn answer(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MemberPath(id, account): MemberPath,
    JsonBody(wish): JsonBody<AnswerWish>,
) -> Result<StatusCode, Problem> {
    let answer = match wish.answer.as_str() {
        "accept" => Answer::Accept,
        "decline" => Answer::Decline,
        _ => return Err(Problem::InvalidField { field: "answer" }),
    };
    state
        .store
        .answer_request(signed_in.actor(), id, account, answer)
        .await??;
    Ok(StatusCode::NO_CONTENT)
}
