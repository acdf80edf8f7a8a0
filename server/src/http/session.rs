//! Signing in and out, and the token for sockets.
//!
//! A wrong password, an unknown e-mail address and an account without a password are one answer, after the same time. That
//! an account is locked is told only to whoever knows its password. Who tries too often waits: by address before anything
//! is looked at, by e-mail address before the password is.

use std::time::{Instant, SystemTime};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::JsonBody;
use super::problem::{Problem, ProblemBody};
use super::session_cookie;
use super::signed_in::{SignedIn, millis, now_ms};
use super::state::AppState;
use super::visitor::Visitor;
use crate::auth::Secret;
use crate::auth::grants::PortalMember;
use crate::people::email;
use crate::people::limits::SESSION_LIFE;
use crate::people::secrets::FreshSecret;
use crate::store::people::{Account, NewSession, Session};
use crate::store::portal_ids::{AccountId, SessionId};
use crate::telemetry::names;

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// In any case.
    email: String,
    /// As it was set.
    password: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Who it is.
    account: AccountView,
    /// The session.
    #[schema(value_type = String)]
    session_id: SessionId,
}

/// An account, to its owner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Its id, also the member's id in documents.
    #[schema(value_type = String)]
    id: AccountId,
    /// The name that others see.
    name: String,
    /// As its owner wrote it.
    email: String,
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            name: account.name.clone(),
            email: account.email.written.clone(),
        }
    }
}

/// A token for sockets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenView {
    /// A JWT.
    token: String,
    /// When it ends, in milliseconds since 1970 UTC.
    expires_at: i64,
}

/// A session about to begin: what the store gets of it, and what the browser gets.
pub(super) struct Beginning {
    /// For the store.
    pub(super) new: NewSession,
    secret: FreshSecret,
    by_https: bool,
}

impl Beginning {
    /// For `account`, in the browser of `visitor`.
    ///
    /// # Errors
    /// [`Problem::Internal`] without random bytes.
    pub(super) fn of(account: AccountId, visitor: &Visitor) -> Result<Self, Problem> {
        let secret = FreshSecret::make()?;
        let now = now_ms();
        Ok(Self {
            new: NewSession {
                session: Session {
                    id: SessionId::new(),
                    account,
                    created_at_ms: now,
                    last_seen_at_ms: now,
                    expires_at_ms: now + millis(SESSION_LIFE),
                    user_agent: visitor.user_agent.clone(),
                    address: visitor.address.to_string(),
                },
                secret: secret.hash(),
            },
            secret,
            by_https: visitor.by_https,
        })
    }

    /// The answer once the store has it.
    pub(super) fn begun(self, account: &Account) -> Response {
        let view = SessionView {
            account: account.into(),
            session_id: self.new.session.id,
        };
        let cookie = self.cookie();
        with_cookie(Json(view).into_response(), cookie)
    }

    /// What the browser gets once the store has it.
    pub(super) fn cookie(&self) -> Option<HeaderValue> {
        session_cookie::set(self.secret.expose(), self.by_https)
    }
}

fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

pub(super) fn count(outcome: &'static str) {
    metrics::counter!(names::SIGN_INS, "outcome" => outcome).increment(1);
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/session", tag = "people", request_body = Credentials,
    responses(
        (status = 200, description = "Signed in; the cookie proves it", body = SessionView),
        (status = 400, description = "Not the JSON of this endpoint", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Wrong e-mail address or password", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The account is locked", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away, or too many sign in at once", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn sign_in(
    State(state): State<AppState>,
    visitor: Visitor,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Result<Response, Problem> {
    let portal = state.portal()?;
    let delayed = |wait| {
        count("delayed");
        Problem::TooManyAttempts { wait }
    };
    let from = visitor.address;
    portal
        .attempts
        .begin_from(from, Instant::now())
        .map_err(delayed)?;
    let wrong = || {
        count("wrong");
        Problem::WrongCredentials
    };
    // Nobody has such an address: there is nothing that the time of the answer could tell.
    let email = email::parse(&credentials.email).ok_or_else(wrong)?;
    portal
        .attempts
        .begin(&email, from, Instant::now())
        .map_err(delayed)?;
    let password = Secret::from(credentials.password);
    let account = state.store.account_by_email(&email).await?;
    let checked = portal.passwords.check(&password, account.as_ref()).await?;
    let (Some(account), Some(checked)) = (account, checked) else {
        return Err(wrong());
    };
    if account.locked_at_ms.is_some() {
        count("locked");
        return Err(Problem::AccountLocked);
    }
    let beginning = Beginning::of(account.id, &visitor)?;
    if !state.store.begin_session(&beginning.new, &checked).await? {
        // Changed or locked between the two questions.
        return Err(wrong());
    }
    portal.attempts.succeeded(&email, from);
    portal.attempts.succeeded_from(from);
    count("ok");
    Ok(beginning.begun(&account))
}

/// How it is asked who is signed in.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionQuery {
    /// Whether it is no failure that nobody is: the answer is 204 then. For pages that do not know yet.
    #[serde(default)]
    if_any: bool,
}

/// Who is signed in here. Renews the cookie.
#[utoipa::path(get, path = "/api/v1/session", tag = "people", params(SessionQuery),
    responses(
        (status = 200, description = "Signed in", body = SessionView),
        (status = 204, description = "Nobody is, and it was asked by `ifAny`"),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn read(
    signed_in: Result<SignedIn, Problem>,
    query: Result<Query<SessionQuery>, QueryRejection>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|_| Problem::BadQuery)?;
    let signed_in = match signed_in {
        Err(Problem::NotSignedIn) if query.if_any => {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        asked => asked?,
    };
    let view = SessionView {
        account: (&signed_in.account).into(),
        session_id: signed_in.session,
    };
    let cookie = session_cookie::of(&headers)
        .and_then(|(secret, _)| session_cookie::set(secret, visitor.by_https));
    Ok(with_cookie(Json(view).into_response(), cookie))
}

/// Signs out. Does so also for whoever is not signed in.
#[utoipa::path(delete, path = "/api/v1/session", tag = "people",
    responses(
        (status = 204, description = "Nobody is signed in here any more"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn sign_out(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some((_, secret)) = session_cookie::of(&headers)
        && let Some((account, session)) = state.store.session(secret, now_ms()).await?
    {
        state.store.end_session(account.id, session.id).await?;
    }
    let cookie = session_cookie::clear(visitor.by_https);
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), cookie))
}

/// A token for sockets, good for five minutes.
#[utoipa::path(post, path = "/api/v1/session/token", tag = "people",
    responses(
        (status = 200, description = "A JWT of this portal", body = TokenView),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn token(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<TokenView>, Problem> {
    let member = PortalMember {
        account: signed_in.account.id,
        session: signed_in.session,
    };
    let given = state
        .portal()?
        .tokens
        .give(member, &signed_in.account.name, SystemTime::now())
        .map_err(|error| {
            tracing::error!(%error, "no token was made");
            Problem::Internal
        })?;
    let expires_at = given
        .expires_at
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, millis);
    Ok(Json(TokenView {
        token: given.token,
        expires_at,
    }))
}
