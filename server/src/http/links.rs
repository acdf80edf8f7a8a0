//! Links that somebody was given: what one is for, and using it.
//!
//! The secret in the link is the proof, so whoever has it needs no account yet. Unknown, used, withdrawn and over are one
//! answer.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::accept;
use super::body::JsonBody;
use super::joining::JoinedCommunity;
use super::problem::{Problem, ProblemBody};
use super::session::{Beginning, SessionView};
use super::signed_in::now_ms;
use super::state::AppState;
use super::visitor::Visitor;
use crate::auth::Secret;
use crate::people::secrets::hash_of_text;
use crate::store::people::{PasswordLink, SecretHash};

/// What a link is for. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Link {
    /// Coming into a community.
    Invitation {
        /// Which.
        community: JoinedCommunity,
        /// What the invited become.
        #[schema(value_type = String)]
        role: &'static str,
        /// Who made it.
        // Each by itself: the description does not know `rename_all_fields`.
        #[serde(rename = "invitedBy")]
        invited_by: String,
        /// When it ends unless it is used up or withdrawn before.
        #[serde(rename = "expiresAt")]
        expires_at: i64,
        /// When the guests that it lets in are to be gone; absent without an end.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<i64>,
        /// How many documents it grants them.
        #[serde(rename = "documentCount")]
        document_count: u64,
    },
    /// Setting a password.
    SetPassword {
        /// Whose.
        name: String,
        /// With which they will sign in.
        email: String,
        /// When it ends unless it is used before.
        #[serde(rename = "expiresAt")]
        expires_at: i64,
    },
}

/// A password to be set.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPassword {
    /// The password.
    password: String,
}

/// What a link is for.
#[utoipa::path(get, path = "/api/v1/links/{secret}", tag = "people",
    params(("secret" = String, Path, description = "The secret in the link")),
    responses(
        (status = 200, description = "What it is for", body = Link),
        (status = 404, description = "Unknown, used, withdrawn or over", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(state): State<AppState>,
    secret: SecretInPath,
) -> Result<Json<Link>, Problem> {
    let secret = secret_of(secret)?;
    let hash = hash_of_text(&secret).ok_or(Problem::NoSuchLink)?;
    if let Some(invitation) = state.store.open_invitation(&hash, now_ms()).await? {
        return Ok(Json(Link::Invitation {
            community: JoinedCommunity {
                id: invitation.community,
                name: invitation.community_name,
            },
            role: invitation.role.word(),
            invited_by: invitation.invited_by,
            expires_at: invitation.expires_at_ms,
            until: invitation.until_ms,
            document_count: invitation.document_count,
        }));
    }
    let (_, link) = password_link(&state, &secret).await?;
    Ok(Json(Link::SetPassword {
        name: link.account.name,
        email: link.account.email.written,
        expires_at: link.expires_at_ms,
    }))
}

/// Sets the password that a link is for, and signs in. All other sessions of the account end, and so does the link.
#[utoipa::path(post, path = "/api/v1/links/{secret}/password", tag = "people",
    params(("secret" = String, Path, description = "The secret in the link")),
    request_body = NewPassword,
    responses(
        (status = 200, description = "Set, and signed in", body = SessionView),
        (status = 404, description = "Unknown, used, withdrawn or over, or for something else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The password is too easy to guess; `detail` says why", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn set_password(
    State(state): State<AppState>,
    secret: SecretInPath,
    visitor: Visitor,
    JsonBody(wanted): JsonBody<NewPassword>,
) -> Result<Response, Problem> {
    let (secret, link) = password_link(&state, &secret_of(secret)?).await?;
    let account = link.account;
    accept(
        &wanted.password,
        &account.email.written,
        &account.name,
        "password",
    )?;
    let portal = state.portal()?;
    let hash = portal
        .passwords
        .hash(&Secret::from(wanted.password))
        .await?;
    let beginning = Beginning::of(account.id, &visitor)?;
    let used = state
        .store
        .use_password_link(secret, &hash, &beginning.new)
        .await?;
    if !used {
        return Err(Problem::NoSuchLink);
    }
    // Whoever guessed before was not its owner.
    portal.attempts.succeeded(&account.email, visitor.address);
    Ok(beginning.begun(&account))
}

/// A segment that is no text is an unknown link like any other.
pub(super) type SecretInPath = Result<Path<String>, PathRejection>;

pub(super) fn secret_of(path: SecretInPath) -> Result<String, Problem> {
    path.map(|Path(secret)| secret)
        .map_err(|_| Problem::NoSuchLink)
}

async fn password_link(
    state: &AppState,
    secret: &str,
) -> Result<(SecretHash, PasswordLink), Problem> {
    let secret = hash_of_text(secret).ok_or(Problem::NoSuchLink)?;
    let link = state.store.password_link(secret, now_ms()).await?;
    Ok((secret, link.ok_or(Problem::NoSuchLink)?))
}
