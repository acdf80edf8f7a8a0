//! A forgotten password: a link by mail. There where there is a server for mail.
//!
//! The answer, and the time that it takes, are the same whether anybody has the address: what was asked for goes into the
//! outbox as it was typed, and only whoever sends it looks for the account.

use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::JsonBody;
use super::problem::{Problem, ProblemBody};
use super::state::AppState;
use super::visitor::Visitor;
use crate::mail::{Language, Letter};
use crate::people::email;

/// The endpoint; none where there is no mail.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let is_there = state.portal().is_ok_and(|portal| portal.mail.is_some());
    if !is_there {
        return Router::new();
    }
    Router::new().route("/forgotten-passwords", post(ask))
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// The e-mail address of the account.
    email: String,
}

/// The language of letters for whoever makes a request.
pub(super) fn language_of(headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    Language::preferred(
        accepted
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default(),
    )
}

/// Asks for a link by mail with which a new password is set.
#[utoipa::path(post, path = "/api/v1/forgotten-passwords", tag = "people", request_body = Forgotten,
    responses(
        (status = 202, description = "If there is such an account, its owner is written to; at most once in five minutes"),
        (status = 422, description = "This is no e-mail address", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn ask(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    JsonBody(forgotten): JsonBody<Forgotten>,
) -> Result<StatusCode, Problem> {
    let portal = state.portal()?;
    let mail = portal.mail.as_ref().ok_or(Problem::NotFound)?;
    let email = email::parse(&forgotten.email).ok_or(Problem::InvalidField { field: "email" })?;
    // Nothing gives it back: whoever asks for many is no congress.
    portal
        .mailing
        .begin_from(visitor.address, Instant::now())
        .map_err(|wait| Problem::TooManyAttempts { wait })?;
    mail.put(
        &Letter::ForgottenPassword,
        &email,
        language_of(&headers),
        None,
    )
    .await?;
    Ok(StatusCode::ACCEPTED)
}
