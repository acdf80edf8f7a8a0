//! Giving one's account up: never by whoever sits down at an open browser.
//!
//! Whoever has a password says it. Whoever signs in with the provider only has signed in there once more, some minutes ago
//! ([`crate::openid::fresh`]). Where there is neither, because that provider is none of this server's any more, they type the
//! address of their account: it cannot be undone, and must not be done by a slip.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::JsonBody;
use super::flow_cookie::{self, Which};
use super::problem::{Problem, ProblemBody};
use super::session_cookie;
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use super::visitor::Visitor;
use crate::auth::Secret;
use crate::community::wording::Language;
use crate::openid::OpenIdEntrance;
use crate::openid::fresh::Fresh;
use crate::people::email;

/// An account to be given up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Farewell {
    /// The password, where the account has one.
    #[serde(default)]
    current: Option<String>,
    /// The e-mail address of the account, where it has neither a password nor a provider that lets its owner in today.
    #[serde(default)]
    email: Option<String>,
    /// Whether the name stays beside what was written and decided. Otherwise it says "a former member" there.
    keep_name: bool,
    /// `en` or `de`: the language in which it says so.
    language: String,
}

/// Gives one's account up. Refused while one leads a community alone.
#[utoipa::path(post, path = "/api/v1/account/farewell", tag = "people", request_body = Farewell,
    responses(
        (status = 204, description = "Nobody can sign in with it any more"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The password is another, or one has to sign in with the provider once more first", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A community would have no leader", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn leave(
    State(state): State<AppState>,
    signed_in: SignedIn,
    visitor: Visitor,
    headers: HeaderMap,
    JsonBody(farewell): JsonBody<Farewell>,
) -> Result<Response, Problem> {
    if state.demo.is_some() {
        // Its people are everybody's.
        return Err(Problem::NotFound);
    }
    let language = Language::from_word(&farewell.language)
        .ok_or(Problem::InvalidField { field: "language" })?;
    let openid = state.portal()?.openid.as_ref();
    if signed_in.account.password.is_some() {
        prove_by_password(&state, &signed_in, &visitor, farewell.current).await?;
    } else if let Some(openid) = usable(&state, &signed_in, openid).await? {
        prove_by_provider(openid, &signed_in, &headers)?;
    } else {
        prove_by_address(&signed_in, farewell.email.as_deref())?;
    }
    let name = (!farewell.keep_name).then(|| language.former_member());
    state.store.leave_portal(signed_in.actor(), name).await??;
    state.access.look_now();
    let mut response = StatusCode::NO_CONTENT.into_response();
    let cookies = [
        session_cookie::clear(visitor.by_https),
        openid.and_then(|openid| flow_cookie::clear(Which::Fresh, &openid.public_url)),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn prove_by_password(
    state: &AppState,
    signed_in: &SignedIn,
    visitor: &Visitor,
    current: Option<String>,
) -> Result<(), Problem> {
    let account = &signed_in.account;
    let portal = state.portal()?;
    let current = current.ok_or(Problem::InvalidField { field: "current" })?;
    portal
        .attempts
        .begin_from(visitor.address, Instant::now())
        .map_err(|wait| Problem::TooManyAttempts { wait })?;
    portal
        .attempts
        .begin(&account.email, visitor.address, Instant::now())
        .map_err(|wait| Problem::TooManyAttempts { wait })?;
    let checked = portal
        .passwords
        .check(&Secret::from(current), Some(account))
        .await?;
    checked.ok_or(Problem::WrongPassword)?;
    portal.attempts.succeeded(&account.email, visitor.address);
    Ok(())
}

/// The provider, where it lets the owner of the account in.
async fn usable<'a>(
    state: &AppState,
    signed_in: &SignedIn,
    openid: Option<&'a OpenIdEntrance>,
) -> Result<Option<&'a OpenIdEntrance>, Problem> {
    let Some(openid) = openid else {
        return Ok(None);
    };
    let identities = state.store.identities(signed_in.account.id).await?;
    let is_known = identities
        .iter()
        .any(|identity| identity.issuer == openid.provider.issuer());
    Ok(is_known.then_some(openid))
}

fn prove_by_provider(
    openid: &OpenIdEntrance,
    signed_in: &SignedIn,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let who = (signed_in.account.id, signed_in.session);
    flow_cookie::of(Which::Fresh, headers, &openid.public_url)
        .filter(|cookie| Fresh::is_in(cookie, who, &openid.fresh, now_ms()))
        .map(|_| ())
        .ok_or(Problem::SignInAgain)
}

fn prove_by_address(signed_in: &SignedIn, typed: Option<&str>) -> Result<(), Problem> {
    typed
        .and_then(email::parse)
        .filter(|typed| typed.folded == signed_in.account.email.folded)
        .map(|_| ())
        .ok_or(Problem::InvalidField { field: "email" })
}
