//! The demonstration: who is in it, becoming one of them by a click, colleagues at work, and beginning again.
//!
//! In every other mode none of this is routed: [`routes`] is empty without a [`Demo`], which only `consilium demo` makes,
//! and only on loopback. A click begins a session like a password does; everything after it is the portal's.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post, put};
use consilium_model::access::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::JsonBody;
use super::problem::{Problem, ProblemBody};
use super::session::{Beginning as NewSession, SessionView};
use super::session_cookie;
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use super::visitor::Visitor;
use crate::demo::desk::{Beginning, Browser, Colleagues, Demo, Wish};
use crate::demo::people::{PEOPLE, Person, Played, index_of};
use crate::store::communities::Actor;
use crate::store::portal_ids::{AccountId, CommunityId};

/// The endpoints of a demonstration; none where there is none.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    if state.demo.is_none() {
        return Router::new();
    }
    Router::new()
        .route("/demo", get(show))
        .route("/demo/session", post(sign_in))
        .route("/demo/colleagues", put(set_colleagues))
        .route("/demo/beginning", post(begin_again))
        .route("/demo/outage", post(go_away))
}

/// The demonstration as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemoView {
    /// Another one after each beginning.
    #[schema(value_type = String)]
    beginning: Uuid,
    /// The community.
    #[schema(value_type = String)]
    community: CommunityId,
    /// Whether simulated members write while somebody looks.
    #[serde(rename = "colleaguesAtWork")]
    colleagues_at_work: bool,
    /// The people, the first leader first.
    people: Vec<PersonView>,
}

/// One of the people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// The stable word for signing in as them.
    key: &'static str,
    /// Their account.
    #[schema(value_type = String)]
    account_id: AccountId,
    /// Their name of today.
    name: String,
    /// What they are in the community today: `leader`, `deputy`, `member`, `guest` or `listener`; absent when they have
    /// left it.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Whether the server writes in their name while colleagues are at work.
    simulated: bool,
}

/// Whom to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonWish {
    /// One of the keys.
    person: String,
}

/// Whether simulated members are to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ColleaguesWish {
    /// True sends them to work.
    at_work: bool,
}

/// The demonstration, for whoever comes.
#[utoipa::path(get, path = "/api/v1/demo", tag = "demonstration",
    responses(
        (status = 200, description = "The demonstration as it is now", body = DemoView),
        (status = 503, description = "It begins again, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn show(State(state): State<AppState>) -> Result<Json<DemoView>, Problem> {
    let (demo, beginning) = running(&state)?;
    let mut people = Vec::with_capacity(PEOPLE.len());
    for (person, account) in PEOPLE.iter().zip(beginning.accounts) {
        people.push(view_of(&state, &beginning, person, account).await?);
    }
    Ok(Json(DemoView {
        beginning: beginning.id,
        community: beginning.community,
        colleagues_at_work: *demo.colleagues().borrow() == Colleagues::AtWork,
        people,
    }))
}

/// Signs in as one of the people. Whoever was signed in with the same browser is not any more.
#[utoipa::path(post, path = "/api/v1/demo/session", tag = "demonstration", request_body = PersonWish,
    responses(
        (status = 200, description = "Signed in; the cookie proves it", body = SessionView),
        (status = 403, description = "The operator has locked the account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "There is nobody of that key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "It begins again, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn sign_in(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    JsonBody(wish): JsonBody<PersonWish>,
) -> Result<Response, Problem> {
    let (demo, beginning) = running(&state)?;
    let person = index_of(&wish.person).ok_or(Problem::InvalidField { field: "person" })?;
    let account = state
        .store
        .account(beginning.accounts[person])
        .await?
        .ok_or(Problem::Busy)?;
    let password = account.password.clone().ok_or(Problem::AccountLocked)?;
    if let Some((_, secret)) = session_cookie::of(&headers)
        && let Some((before, session)) = state.store.session(secret, now_ms()).await?
    {
        state.store.end_session(before.id, session.id).await?;
        demo.forget(secret);
    }
    let session = NewSession::of(account.id, &visitor)?;
    if !state.store.begin_session(&session.new, &password).await? {
        return Err(Problem::AccountLocked);
    }
    demo.remember(Browser {
        secret: session.new.secret,
        person,
    });
    Ok(session.begun(&account))
}

/// Sends the simulated members to work, or to rest.
#[utoipa::path(put, path = "/api/v1/demo/colleagues", tag = "demonstration", request_body = ColleaguesWish,
    responses(
        (status = 204, description = "They are"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn set_colleagues(
    State(state): State<AppState>,
    _signed_in: SignedIn,
    JsonBody(wish): JsonBody<ColleaguesWish>,
) -> Result<StatusCode, Problem> {
    let (demo, _) = running(&state)?;
    demo.set_colleagues(if wish.at_work {
        Colleagues::AtWork
    } else {
        Colleagues::Resting
    });
    Ok(StatusCode::NO_CONTENT)
}

/// Lets everything begin again: what was written is deleted, and the community is made anew. Takes some seconds.
#[utoipa::path(post, path = "/api/v1/demo/beginning", tag = "demonstration",
    responses(
        (status = 202, description = "It will; another `beginning` says that it has"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn begin_again(
    State(state): State<AppState>,
    _signed_in: SignedIn,
) -> Result<StatusCode, Problem> {
    let (demo, _) = running(&state)?;
    demo.ask(Wish::BeginAgain);
    Ok(StatusCode::ACCEPTED)
}

/// Pulls the server's plug for some seconds, so that everybody here is offline: what is written meanwhile arrives afterwards.
#[utoipa::path(post, path = "/api/v1/demo/outage", tag = "demonstration",
    responses(
        (status = 202, description = "It goes, and comes back by itself"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn go_away(
    State(state): State<AppState>,
    _signed_in: SignedIn,
) -> Result<StatusCode, Problem> {
    let (demo, _) = running(&state)?;
    demo.ask(Wish::Outage);
    Ok(StatusCode::ACCEPTED)
}

/// The demonstration, once its community is there.
fn running(state: &AppState) -> Result<(&Demo, Beginning), Problem> {
    let demo = state.demo.as_ref().ok_or(Problem::NotFound)?;
    let beginning = demo.beginning().ok_or(Problem::Busy)?;
    Ok((demo, beginning))
}

async fn view_of(
    state: &AppState,
    beginning: &Beginning,
    person: &Person,
    account: AccountId,
) -> Result<PersonView, Problem> {
    let by = Actor {
        account,
        at_ms: now_ms(),
    };
    let found = state.store.account(account).await?;
    let communities = state.store.communities_of(by).await?;
    let role = communities
        .iter()
        .find(|view| view.community.id == beginning.community)
        .map(|view| view.role);
    Ok(PersonView {
        key: person.key,
        account_id: account,
        name: found.map_or_else(|| person.name.to_owned(), |account| account.name),
        role: role.map(Role::word),
        simulated: person.played == Played::ByTheServer,
    })
}
