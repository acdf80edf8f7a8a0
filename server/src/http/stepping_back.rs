//! Members who are away: what a community decides about them, and the answer of whoever is asked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::JsonBody;
use super::communities::ShownCommunity;
use super::community_path::CommunityPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::inactivity::Rule;

/// What is done about members who are away: both, or neither.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InactivityWish {
    /// They are asked after so many days without a visit: 14 to 1,095.
    #[serde(default)]
    pub ask_after_days: Option<u32>,
    /// Unanswered for so many days after that, they step back: 7 to 365.
    #[serde(default)]
    pub step_back_after_days: Option<u32>,
}

/// Decides what is done about members who are away; for leaders. Without figures nothing is.
#[utoipa::path(put, path = "/api/v1/communities/{id}/inactivity", tag = "communities", request_body = InactivityWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "As it is now", body = ShownCommunity),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn decide(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<InactivityWish>,
) -> Result<Json<ShownCommunity>, Problem> {
    let unfit = |field| Problem::InvalidField { field };
    let rule = match (wish.ask_after_days, wish.step_back_after_days) {
        (None, None) => None,
        (None, Some(_)) => return Err(unfit("askAfterDays")),
        (Some(_), None) => return Err(unfit("stepBackAfterDays")),
        (Some(ask), Some(step_back)) => Some(Rule::new(ask, step_back).ok_or_else(|| {
            let is_ask_fit = Rule::new(ask, STEP_BACK_THAT_FITS).is_some();
            unfit(if is_ask_fit {
                "stepBackAfterDays"
            } else {
                "askAfterDays"
            })
        })?),
    };
    let actor = signed_in.actor();
    state.store.set_inactivity_rule(actor, id, rule).await??;
    let view = state.store.community(actor, id).await??;
    Ok(Json(view.into()))
}

/// Tells which of two figures does not fit.
const STEP_BACK_THAT_FITS: u32 = crate::community::inactivity::STEP_BACK_AFTER_DAYS_MIN;

/// Says that one is still with the community, or with it again.
#[utoipa::path(post, path = "/api/v1/communities/{id}/presence", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 204, description = "Noted"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn say_present(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<StatusCode, Problem> {
    state.store.say_present(signed_in.actor(), id).await??;
    Ok(StatusCode::NO_CONTENT)
}
