//! What somebody who is signed in may do with their own account: its name, its password, where it is signed in.

use std::time::Instant;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::forgotten::language_of;
use super::problem::{Problem, ProblemBody};
use super::session::AccountView;
use super::signed_in::{SignedIn, now_ms};
use super::state::{AppState, Portal};
use super::visitor::Visitor;
use crate::auth::Secret;
use crate::mail::Letter;
use crate::people::{name, password};
use crate::store::communities::Actor;
use crate::store::people::Account;
use crate::store::portal_ids::SessionId;

/// What may be changed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountChange {
    /// The name that others see.
    #[serde(default)]
    name: Option<String>,
}

/// One password for another.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChange {
    /// The present one.
    current: String,
    /// The one to come.
    new: String,
}

/// Where an account is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// Last used first.
    sessions: Vec<ListedSession>,
}

/// One browser. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedSession {
    /// Its id.
    #[schema(value_type = String)]
    id: SessionId,
    /// When it began.
    created_at: i64,
    /// When it was last used, exact to some minutes.
    last_seen_at: i64,
    /// What the browser says of itself.
    user_agent: String,
    /// The address that it began from.
    address: String,
    /// Whether it is the one that asks.
    is_this: bool,
}

/// Changes one's own account.
#[utoipa::path(patch, path = "/api/v1/account", tag = "people", request_body = AccountChange,
    responses(
        (status = 200, description = "As it is now", body = AccountView),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The name reads like that of somebody in a community of theirs", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Such a name cannot be shown", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    JsonBody(change): JsonBody<AccountChange>,
) -> Result<Json<AccountView>, Problem> {
    let mut account = signed_in.account;
    if let Some(wanted) = change.name {
        let by = Actor {
            account: account.id,
            at_ms: now_ms(),
        };
        account.name = name::parse(&wanted).ok_or(Problem::InvalidField { field: "name" })?;
        state.store.rename_account(by, &account.name).await??;
    }
    Ok(Json((&account).into()))
}

/// Changes one's own password. All other sessions end.
#[utoipa::path(post, path = "/api/v1/account/password", tag = "people", request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed; whoever else was signed in no longer is"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The present password is another", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The new password is too easy to guess; `detail` says why", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn change_password(
    State(state): State<AppState>,
    signed_in: SignedIn,
    visitor: Visitor,
    headers: HeaderMap,
    JsonBody(change): JsonBody<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let portal = state.portal()?;
    let account = signed_in.account;
    accept(&change.new, &account.email.written, &account.name, "new")?;
    // Each attempt costs what a sign-in does, also one that succeeds: none is given back, since nobody changes a password
    // at the same minute as a congress.
    portal
        .attempts
        .begin_from(visitor.address, Instant::now())
        .map_err(|wait| Problem::TooManyAttempts { wait })?;
    // Whoever sits down at an open browser guesses no faster than at the door.
    portal
        .attempts
        .begin(&account.email, visitor.address, Instant::now())
        .map_err(|wait| Problem::TooManyAttempts { wait })?;
    let current = Secret::from(change.current);
    let checked = portal.passwords.check(&current, Some(&account)).await?;
    let checked = checked.ok_or(Problem::WrongPassword)?;
    portal.attempts.succeeded(&account.email, visitor.address);
    let wanted = portal.passwords.hash(&Secret::from(change.new)).await?;
    let changed = state
        .store
        .change_password(account.id, &checked, &wanted, signed_in.session)
        .await?;
    if changed {
        say_changed(portal, &account, &headers).await;
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::WrongPassword)
    }
}

/// Writes to whoever has an account that its password was changed. It is: that no mail goes out is no failure of it.
pub(super) async fn say_changed(portal: &Portal, account: &Account, headers: &HeaderMap) {
    let Some(mail) = &portal.mail else {
        return;
    };
    let letter = Letter::PasswordChanged {
        name: account.name.clone(),
    };
    let put = mail.put(&letter, &account.email, language_of(headers), None);
    if let Err(error) = put.await {
        tracing::warn!(%error, "nobody is written to about a changed password");
    }
}

/// Refuses a password that is too easy to guess, in the words of HTTP.
pub(super) fn accept(
    password: &str,
    email: &str,
    name: &str,
    field: &'static str,
) -> Result<(), Problem> {
    password::accept(password, email, name).map_err(|weakness| Problem::WeakPassword {
        field,
        reason: weakness.word(),
    })
}

/// Where one is signed in.
#[utoipa::path(get, path = "/api/v1/account/sessions", tag = "people",
    responses(
        (status = 200, description = "Last used first", body = Sessions),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn sessions(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<Sessions>, Problem> {
    let found = state.store.sessions(signed_in.account.id, now_ms()).await?;
    let sessions = found
        .into_iter()
        .map(|session| ListedSession {
            id: session.id,
            created_at: session.created_at_ms,
            last_seen_at: session.last_seen_at_ms,
            user_agent: session.user_agent,
            address: session.address,
            is_this: session.id == signed_in.session,
        })
        .collect();
    Ok(Json(Sessions { sessions }))
}

/// Signs another browser out.
#[utoipa::path(delete, path = "/api/v1/account/sessions/{id}", tag = "people",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such session of this account", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn end_session(
    State(state): State<AppState>,
    signed_in: SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::NoSuchSession)?;
    let id: SessionId = id.parse().map_err(|_| Problem::NoSuchSession)?;
    if state.store.end_session(signed_in.account.id, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NoSuchSession)
    }
}
