//! Terms with an end: what ends next of what lets somebody in, and, when it has ended, that this is why they see nothing any
//! more. Who was never let in gets the answer for what does not exist.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::community_path::CommunityPath;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::store::joining::{TermOf, TermView};
use crate::store::portal_ids::CommunityId;

/// What has an end for the asker.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnTerm {
    /// The term; absent for whoever is in without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<ShownTerm>,
}

/// A term with an end.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownTerm {
    /// In this community.
    #[schema(value_type = String)]
    pub community: CommunityId,
    /// What the asker is there, or was: `leader`, `deputy`, `member`, `guest` or `listener`.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// What has the end: `membership`, or `grant` for what they were granted for one document.
    #[schema(value_type = String)]
    pub of: &'static str,
    /// The end, in milliseconds since 1970 UTC.
    pub until: i64,
    /// Whether it has come.
    pub over: bool,
}

fn shown(term: Option<TermView>) -> Json<OwnTerm> {
    Json(OwnTerm {
        term: term.map(|term| ShownTerm {
            community: term.community,
            role: term.role.word(),
            of: match term.of {
                TermOf::Membership => "membership",
                TermOf::Grant => "grant",
            },
            until: term.until_ms,
            over: term.is_over,
        }),
    })
}

/// Says what ends next of what lets the asker see a document, or which end took it from them.
#[utoipa::path(get, path = "/api/v1/documents/{name}/term", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "The term, where there is one", body = OwnTerm),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or it was never for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn of_document(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<OwnTerm>, Problem> {
    let term = state.store.term_at(signed_in.actor(), &name).await??;
    Ok(shown(term))
}

/// Says until when the asker is in a community, or was.
#[utoipa::path(get, path = "/api/v1/communities/{id}/term", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "The term, where there is one", body = OwnTerm),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or it was never yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn of_community(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<OwnTerm>, Problem> {
    let term = state.store.term_in(signed_in.actor(), id).await??;
    Ok(shown(term))
}
