//! How communities look: what pages dress in, and the picture that a community is known by.
//!
//! A picture is drawn anew before it is kept ([`crate::community::logo`]), and is served as what we drew: a PNG, under a
//! name that is its hash, so that browsers keep it for ever and never look inside it for anything else. Open pages ask for
//! the look every few seconds; it is one query, and tells nobody more than that the community is there.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::archive::blocking;
use super::body::read_body;
use super::communities::ShownCommunity;
use super::community_path::{CommunityPath, LogoPath};
use super::problem::{Problem, ProblemBody};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use crate::community::logo::{LOGO_BYTES_MAX, LogoHash, drawn_anew};
use crate::store::looks::Viewer;
use crate::store::portal_ids::CommunityId;

/// What a community looks like.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownLook {
    /// What it is called.
    pub name: String,
    /// Its colour: `#` and six hexadecimal digits. Pages derive shades from it that read well on theirs.
    pub accent: String,
    /// Where its picture is; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

/// Where a picture is.
pub(super) fn logo_path(id: CommunityId, logo: Option<LogoHash>) -> Option<String> {
    logo.map(|hash| format!("/api/v1/communities/{id}/logo/{hash}"))
}

/// Whoever looks: somebody who is signed in, or a stranger.
#[derive(Debug, Clone, Copy)]
pub struct Looking(Viewer);

impl FromRequestParts<AppState> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let account = match SignedIn::from_request_parts(parts, state).await {
            Ok(signed_in) => Some(signed_in.account.id),
            Err(Problem::NotSignedIn) => None,
            Err(problem) => return Err(problem),
        };
        Ok(Self(Viewer {
            account,
            at_ms: now_ms(),
        }))
    }
}

/// Shows what a community looks like, to whoever may see that it exists. Nobody has to be signed in for one that has a
/// public document.
#[utoipa::path(get, path = "/api/v1/communities/{id}/look", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "As it is now", body = ShownLook),
        (status = 401, description = "Not signed in, and nothing that strangers may see", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn show(
    State(state): State<AppState>,
    Looking(viewer): Looking,
    CommunityPath(id): CommunityPath,
) -> Result<Json<ShownLook>, Problem> {
    let look = state.store.look(viewer, id).await?;
    // Whoever is not signed in is told that, whether there is such a community or not: a page whose session has ended
    // must not take it for gone.
    let look = look.ok_or(match viewer.account {
        Some(_) => Problem::NoSuchCommunity,
        None => Problem::NotSignedIn,
    })?;
    Ok(Json(ShownLook {
        name: look.name,
        accent: look.accent,
        logo: logo_path(id, look.logo),
    }))
}

/// The picture of this name, for whoever may see the community.
#[utoipa::path(get, path = "/api/v1/communities/{id}/logo/{hash}", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("hash" = String, Path, description = "The name of the picture, as the community gives it"),
    ),
    responses(
        (status = 200, description = "The picture", content_type = "image/png", body = Vec<u8>),
        (status = 404, description = "No such community, not yours, or it has another picture by now", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn picture(
    State(state): State<AppState>,
    Looking(viewer): Looking,
    LogoPath(id, hash): LogoPath,
) -> Result<impl IntoResponse, Problem> {
    let png = state.store.logo(viewer, id, hash).await?;
    let png = png.ok_or(Problem::NoSuchCommunity)?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        // Whoever is let in by a cookie; another picture has another name.
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
        (header::CONTENT_DISPOSITION, "inline; filename=\"logo.png\""),
    ];
    Ok((headers, png))
}

/// Gives a community the picture that it is known by; for leaders and deputies.
#[utoipa::path(put, path = "/api/v1/communities/{id}/logo", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "A PNG, JPEG or WebP of at most 256 KiB"),
    responses(
        (status = 200, description = "As it is now", body = ShownCommunity),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 408, description = "The body did not arrive in time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No picture that is taken; `reason` says why", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away, or too many pictures are drawn", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn set(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ShownCommunity>, Problem> {
    let brought = read_body(&state, &headers, body, LOGO_BYTES_MAX).await?;
    signed_in.still(&state).await?;
    let logo = {
        // One that is drawn is in memory with all its pixels.
        let _turn = state.picture_turn().await?;
        blocking(move || Ok::<_, Problem>(drawn_anew(&brought)?)).await?
    };
    let actor = signed_in.actor();
    let view = state.store.set_logo(actor, id, Some(&logo)).await??;
    Ok(Json(view.into()))
}

/// Takes the picture of a community away; for leaders and deputies.
#[utoipa::path(delete, path = "/api/v1/communities/{id}/logo", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 204, description = "It has none"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn take_away(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<StatusCode, Problem> {
    state.store.set_logo(signed_in.actor(), id, None).await??;
    Ok(StatusCode::NO_CONTENT)
}
