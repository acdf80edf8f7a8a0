//! Taking an invitation: with an account, or making one on the way.
//!
//! Whoever signs up gets account, session and membership at once or none of them, so that nobody is left with an account
//! and a link that somebody else has used up.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::account::accept;
use super::body::JsonBody;
use super::links::{SecretInPath, secret_of};
use super::problem::{Problem, ProblemBody};
use super::session::{Beginning, SessionView};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use super::visitor::Visitor;
use crate::auth::Secret;
use crate::people::secrets::hash_of_text;
use crate::people::{email, name};
use crate::store::communities::CommunityView;
use crate::store::people::{Account, NewAccount};
use crate::store::portal_ids::{AccountId, CommunityId};

/// Nothing but the wish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinWish {}

/// Who somebody is going to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpWish {
    /// The name that others see.
    name: String,
    /// What signs in.
    email: String,
    /// At least 10 characters.
    password: String,
}

/// Where somebody is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Joined {
    /// The community.
    pub community: JoinedCommunity,
}

/// A community by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct JoinedCommunity {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
}

impl From<CommunityView> for Joined {
    fn from(view: CommunityView) -> Self {
        Self {
            community: JoinedCommunity {
                id: view.community.id,
                name: view.community.name,
            },
        }
    }
}

/// Takes an invitation. Whoever is in the community already stays, with no less than before.
#[utoipa::path(post, path = "/api/v1/links/{secret}/join", tag = "people", request_body = JoinWish,
    params(("secret" = String, Path, description = "The end of the link")),
    responses(
        (status = 200, description = "In the community", body = Joined),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The link is unknown, used up, over or withdrawn", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn join(
    State(state): State<AppState>,
    signed_in: SignedIn,
    secret: SecretInPath,
    JsonBody(JoinWish {}): JsonBody<JoinWish>,
) -> Result<Json<Joined>, Problem> {
    let secret = hash_of_text(&secret_of(secret)?).ok_or(Problem::NoSuchLink)?;
    let view = state.store.join(signed_in.actor(), &secret).await??;
    state.access.look_now();
    Ok(Json(view.into()))
}

/// Makes an account, joins with it, and signs in.
#[utoipa::path(post, path = "/api/v1/links/{secret}/sign-up", tag = "people", request_body = SignUpWish,
    params(("secret" = String, Path, description = "The secret in the link")),
    responses(
        (status = 200, description = "In the community, and signed in", body = SessionView),
        (status = 404, description = "The link is unknown, used up, over or withdrawn", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There is an account with this e-mail address already, or the name reads like that of somebody there; `code` says which", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn sign_up(
    State(state): State<AppState>,
    secret: SecretInPath,
    visitor: Visitor,
    JsonBody(wish): JsonBody<SignUpWish>,
) -> Result<Response, Problem> {
    let portal = state.portal()?;
    // Each costs a password's hash, and the answer says whose address has an account.
    portal
        .attempts
        .begin_from(visitor.address, Instant::now())
        .map_err(|wait| Problem::TooManyAttempts { wait })?;
    let secret = hash_of_text(&secret_of(secret)?).ok_or(Problem::NoSuchLink)?;
    let invited = state.store.open_invitation(&secret, now_ms()).await?;
    invited.ok_or(Problem::NoSuchLink)?;
    let name = name::parse(&wish.name).ok_or(Problem::InvalidField { field: "name" })?;
    let email = email::parse(&wish.email).ok_or(Problem::InvalidField { field: "email" })?;
    accept(&wish.password, &email.written, &name, "password")?;
    let password = portal.passwords.hash(&Secret::from(wish.password)).await?;
    let account = Account {
        id: AccountId::new(),
        email,
        name,
        password: Some(password),
        created_at_ms: now_ms(),
        locked_at_ms: None,
    };
    let made = NewAccount {
        id: account.id,
        email: account.email.clone(),
        name: account.name.clone(),
        password: account.password.clone(),
        created_at_ms: account.created_at_ms,
    };
    let beginning = Beginning::of(account.id, &visitor)?;
    state
        .store
        .join_new(&made, &beginning.new, &secret)
        .await??;
    portal.attempts.succeeded_from(visitor.address);
    state.access.look_now();
    Ok(beginning.begun(&account))
}
