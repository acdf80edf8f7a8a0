//! A link for a new password that a leader makes for a member who has forgotten theirs.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::community_path::MemberPath;
use super::forgotten::language_of;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use super::visitor::Visitor;
use crate::mail::Letter;
use crate::people::limits::RESET_LINK_LIFE;
use crate::people::secrets::{FreshSecret, SET_PASSWORD_PATH};
use crate::store::people::NewPasswordLink;

/// What became of the wish for a link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeLink {
    /// Whether the member gets it by mail; whoever asked then does not see it.
    pub mailed: bool,
    /// Where the member goes, on this server, where it is not mailed. It is shown here and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// When it ends unless it is used before, in milliseconds since 1970 UTC.
    pub expires_at: i64,
}

/// Makes a link with which a member sets a new password; for leaders. There where the server sends mail it goes to the
/// member, otherwise whoever asked sees it and hands it over. The ledger says so, and the member is told.
#[utoipa::path(post, path = "/api/v1/communities/{id}/members/{accountId}/password-link", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("accountId" = String, Path, description = "The member's account"),
    ),
    responses(
        (status = 201, description = "Made; `path` is shown only here", body = MadeLink),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Only the operator makes one for them: the account is locked, or it opens more than this community and the link would be seen", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many people were written to", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn make(
    State(state): State<AppState>,
    visitor: Visitor,
    signed_in: SignedIn,
    headers: HeaderMap,
    MemberPath(id, member): MemberPath,
) -> Result<(StatusCode, Json<MadeLink>), Problem> {
    let portal = state.portal()?;
    let actor = signed_in.actor();
    let secret = FreshSecret::make()?;
    let link = NewPasswordLink::lasting(member, secret.hash(), actor.at_ms, RESET_LINK_LIFE);
    if let Some(mail) = &portal.mail {
        portal.begin_mail(&signed_in.account.email, visitor.address)?;
        let account = state
            .store
            .make_link_for_member(actor, id, member, None)
            .await??;
        let language = language_of(&headers);
        mail.put(&Letter::ForgottenPassword, &account.email, language, None)
            .await?;
        let made = MadeLink {
            mailed: true,
            path: None,
            expires_at: link.expires_at_ms,
        };
        return Ok((StatusCode::CREATED, Json(made)));
    }
    state
        .store
        .make_link_for_member(actor, id, member, Some(&link))
        .await??;
    let made = MadeLink {
        mailed: false,
        path: Some(format!("{SET_PASSWORD_PATH}{}", secret.expose())),
        expires_at: link.expires_at_ms,
    };
    Ok((StatusCode::CREATED, Json(made)))
}
