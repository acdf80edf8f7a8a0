//! Who is signed in: the cookie, checked against the store at each request, so that a session that was ended anywhere
//! has ended everywhere.
//!
//! What changes something must not come from a form: a body is JSON or an update, which pages of other sites cannot send
//! without asking first. `Origin` was looked at before ([`super::origins`]), and the cookie is `SameSite=Lax`; either
//! alone would do.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::body::is_sent_as;
use super::problem::Problem;
use super::session_cookie;
use super::state::AppState;
use crate::people::limits::{SESSION_LIFE, SESSION_TOUCH_GRANULARITY};
use crate::store::people::{Account, Session};
use crate::store::portal_ids::SessionId;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is, as stored now.
    pub account: Account,
    /// Where.
    pub session: SessionId,
    /// When the session ends unless it is used before.
    pub expires_at_ms: i64,
}

impl SignedIn {
    /// Insists that they still are: for whoever has waited since they were asked.
    ///
    /// # Errors
    /// [`Problem::NotSignedIn`], or that nobody knows.
    pub(super) async fn still(&self, state: &AppState) -> Result<(), Problem> {
        require_live(state, self.session).await
    }
}

/// Insists that a session has not ended: a token outlives the session that it was given to by minutes.
///
/// # Errors
/// [`Problem::NotSignedIn`], or that nobody knows.
pub(super) async fn require_live(state: &AppState, session: SessionId) -> Result<(), Problem> {
    let live = state.store.live_sessions(&[session], now_ms()).await?;
    if live.is_empty() {
        return Err(Problem::NotSignedIn);
    }
    Ok(())
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        signed_in(parts, state).await
    }
}

/// As the extractor, for others that accept a cookie among other proofs.
pub(super) async fn signed_in(parts: &Parts, state: &AppState) -> Result<SignedIn, Problem> {
    state.portal()?;
    if is_change(&parts.method) && has_body(&parts.headers) && !is_no_form(&parts.headers) {
        return Err(Problem::NotJson);
    }
    let (_, secret) = session_cookie::of(&parts.headers).ok_or(Problem::NotSignedIn)?;
    let now = now_ms();
    let found = state.store.session(secret, now).await?;
    let (account, session) = found.ok_or(Problem::NotSignedIn)?;
    let expires_at_ms = touch(state, &session, now).await;
    Ok(SignedIn {
        account,
        session: session.id,
        expires_at_ms,
    })
}

/// Notes the use of a session, unless that was done a moment ago. Says until when it is good.
async fn touch(state: &AppState, session: &Session, now: i64) -> i64 {
    if now - session.last_seen_at_ms < millis(SESSION_TOUCH_GRANULARITY) {
        return session.expires_at_ms;
    }
    let expires = now + millis(SESSION_LIFE);
    match state.store.touch_session(session.id, now, expires).await {
        Ok(()) => expires,
        // What was asked for may still be possible: reading, while storage takes nothing.
        Err(error) => {
            tracing::warn!(%error, "the use of a session is not noted");
            session.expires_at_ms
        }
    }
}

fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length != "0")
}

fn is_no_form(headers: &HeaderMap) -> bool {
    is_sent_as(headers, "application/json") || is_sent_as(headers, "application/octet-stream")
}

/// Answers "nothing here" in place of what only a portal has.
pub async fn only_in_a_portal(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    match state.portal() {
        Ok(_) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Now, in milliseconds since 1970 UTC.
pub(super) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, millis)
}

/// A duration in milliseconds, as stores count.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
