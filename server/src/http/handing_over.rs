//! Handing leadership over in one act.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::CommunityPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::store::for_good::Afterwards;

/// Who is to lead, and what becomes of whoever led.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// The account of a deputy or a member.
    pub to: String,
    /// What the asker is afterwards: `deputy`, `member` or `gone`.
    pub afterwards: String,
}

/// Makes a deputy or a member leader in place of the asker; for leaders.
#[utoipa::path(post, path = "/api/v1/communities/{id}/hand-over", tag = "communities", request_body = HandOver,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 204, description = "Done: they lead, and the asker is what they chose"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "They cannot lead: no deputy or member, or locked out", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn hand_over(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<HandOver>,
) -> Result<StatusCode, Problem> {
    let afterwards = Afterwards::from_word(&wish.afterwards).ok_or(Problem::InvalidField {
        field: "afterwards",
    })?;
    // A text that is no id is the id of nobody.
    let to = wish.to.parse().unwrap_or_default();
    state
        .store
        .hand_over(signed_in.actor(), id, to, afterwards)
        .await??;
    state.access.look_now();
    Ok(StatusCode::NO_CONTENT)
}
