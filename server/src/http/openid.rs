//! Signing in with an OpenID Connect provider: the way there, and the way back. Not routed where there is none.
//!
//! The way there is begun by our own page, which gets an address and a cookie; no form or link of another site does that.
//! The way back is a page that the provider sends the browser to, so its answer always leads to a page of ours: where one
//! wanted to go, or the one that says in words what is the matter ([`Ending::word`]). Nothing of the provider's is repeated.
//!
//! An identity is known by issuer and subject alone. That somebody has the e-mail address of an account opens nothing
//! (ADR-0024).

use std::time::Instant;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::flow_cookie::{self, Which};
use super::problem::{Problem, ProblemBody};
use super::session::{Beginning, count};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use super::visitor::Visitor;
use crate::openid::entrance::OpenIdEntrance;
use crate::openid::fresh::Fresh;
use crate::openid::limits::{CODE_BYTES_MAX, NEXT_BYTES_MAX};
use crate::openid::settings::SignUp;
use crate::openid::{Failure, Flow, Person, Purpose};
use crate::people::secrets::hash_of_text;
use crate::store::StoreError;
use crate::store::communities::{Actor, Refusal};
use crate::store::identities::{Connection, NewIdentity};
use crate::store::people::{Account, Creation, NewAccount};
use crate::store::portal_ids::{AccountId, IdentityId, SessionId};

/// The endpoints; none where there is no provider.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let is_there = state.portal().is_ok_and(|portal| portal.openid.is_some());
    if !is_there {
        return Router::new();
    }
    Router::new()
        .route("/openid", post(begin))
        .route("/openid/callback", get(come_back))
}

/// What somebody goes to the provider for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wish {
    /// For what.
    purpose: WishedFor,
    /// With `sign-in`: the page to go to then; the first page otherwise.
    #[serde(default)]
    next: Option<String>,
    /// With `join`: the end of the invitation's link.
    #[serde(default)]
    secret: Option<String>,
}

/// The things that one can go there for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WishedFor {
    /// To be in.
    SignIn,
    /// To take an invitation, making an account on the way where there is none.
    Join,
    /// To be able to sign in so from now on; for whoever is signed in.
    Connect,
    /// To show that one is still oneself, before what cannot be taken back; for whoever is signed in.
    Prove,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub struct Door {
    /// An address of the provider, to be visited within ten minutes.
    location: String,
}

/// What the provider sends back.
#[derive(Debug, Deserialize)]
pub struct Returned {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// Sets out to the provider.
#[utoipa::path(post, path = "/api/v1/openid", tag = "people", request_body = Wish,
    responses(
        (status = 200, description = "Where to go; a cookie remembers why", body = Door),
        (status = 401, description = "To connect or to prove, somebody has to be signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "The invitation is unknown, used up, over or withdrawn", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The provider does not answer", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn begin(
    State(state): State<AppState>,
    signed_in: Result<SignedIn, Problem>,
    JsonBody(wish): JsonBody<Wish>,
) -> Result<Response, Problem> {
    let openid = openid(&state)?;
    let purpose = match wish.purpose {
        WishedFor::SignIn => Purpose::SignIn {
            next: match wish.next {
                None => "/".to_owned(),
                Some(next) => own_page(openid, &next)?,
            },
        },
        WishedFor::Join => {
            let secret = wish
                .secret
                .ok_or(Problem::InvalidField { field: "secret" })?;
            let hash = hash_of_text(&secret).ok_or(Problem::NoSuchLink)?;
            let invited = state.store.open_invitation(&hash, now_ms()).await?;
            invited.ok_or(Problem::NoSuchLink)?;
            Purpose::Join { secret }
        }
        WishedFor::Connect => {
            let signed_in = signed_in?;
            Purpose::Connect {
                account: signed_in.account.id,
                session: signed_in.session,
            }
        }
        WishedFor::Prove => {
            let signed_in = signed_in?;
            Purpose::Prove {
                account: signed_in.account.id,
                session: signed_in.session,
            }
        }
    };
    let (flow, challenge) = Flow::begin(purpose, now_ms());
    let door = openid.provider.door(&flow, challenge).await;
    let location = door.map_err(|failure| match failure {
        Failure::Away => Problem::ProviderAway,
        Failure::Clock | Failure::Stale | Failure::Refused => Problem::Internal,
    })?;
    let sealed = flow.seal(&openid.sealer).map_err(|_| Problem::Internal)?;
    let door = Door {
        location: location.into(),
    };
    let mut response = Json(door).into_response();
    let cookie =
        flow_cookie::set(Which::Flow, &sealed, &openid.public_url).ok_or(Problem::Internal)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

fn own_page(openid: &OpenIdEntrance, next: &str) -> Result<String, Problem> {
    let page = Some(next)
        .filter(|next| next.len() <= NEXT_BYTES_MAX)
        .and_then(|next| openid.public_url.own_path(next));
    page.ok_or(Problem::InvalidField { field: "next" })
}

fn openid(state: &AppState) -> Result<&OpenIdEntrance, Problem> {
    state.portal()?.openid.as_ref().ok_or(Problem::NotFound)
}

/// Why the way ends at a page that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The person said no at the provider.
    Denied,
    /// Nothing was begun here, or too long ago, or elsewhere.
    Forgotten,
    /// The provider does not answer.
    Away,
    /// Clocks differ.
    Clock,
    /// Somebody was to sign in once more, and was let in without.
    Stale,
    /// It is somebody else than whoever is signed in here.
    SomebodyElse,
    /// What came back cannot be believed.
    Refused,
    /// The account is locked.
    Locked,
    /// Nobody here has this identity, and it makes no account.
    Unknown,
    /// An account is to be made, and there is one with this e-mail address.
    EmailTaken,
    /// An account is to be made, and its name reads like that of somebody in the community.
    NameReadsAlike,
    /// An account is to be made, and the provider has verified no e-mail address.
    NoEmail,
    /// The invitation was used up, withdrawn or over meanwhile.
    Gone,
    /// Whoever wished to connect is no longer signed in here.
    SignedOut,
    /// The identity belongs to another account.
    OfAnother,
    /// The account has another identity of this provider.
    HasAnother,
    /// Too many tries, or storage is away.
    Later,
}

impl Ending {
    /// As it stands in the address of the page.
    const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Forgotten => "forgotten",
            Self::Away => "away",
            Self::Clock => "clock",
            Self::Stale => "stale",
            Self::SomebodyElse => "somebody-else",
            Self::Refused => "refused",
            Self::Locked => "locked",
            Self::Unknown => "unknown",
            Self::EmailTaken => "email-taken",
            Self::NameReadsAlike => "name-reads-alike",
            Self::NoEmail => "no-email",
            Self::Gone => "gone",
            Self::SignedOut => "signed-out",
            Self::OfAnother => "of-another",
            Self::HasAnother => "has-another",
            Self::Later => "later",
        }
    }
}

impl From<Failure> for Ending {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Away => Self::Away,
            Failure::Clock => Self::Clock,
            Failure::Stale => Self::Stale,
            Failure::Refused => Self::Refused,
        }
    }
}

impl From<StoreError> for Ending {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a sign-in with the OpenID Connect provider was not stored");
        Self::Later
    }
}

impl From<Problem> for Ending {
    fn from(_: Problem) -> Self {
        Self::Later
    }
}

impl From<Refusal> for Ending {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchLink => Self::Gone,
            Refusal::EmailTaken => Self::EmailTaken,
            Refusal::NameReadsAlike => Self::NameReadsAlike,
            _ => Self::Refused,
        }
    }
}

/// Where somebody arrives: a page, and the cookie of a session that has begun, or that says that they have signed in once
/// more.
struct Arrival {
    path: String,
    cookie: Option<HeaderValue>,
}

impl Arrival {
    fn at(path: String) -> Self {
        Self { path, cookie: None }
    }

    fn with(path: String, beginning: &Beginning) -> Self {
        Self {
            path,
            cookie: beginning.cookie(),
        }
    }
}

/// Comes back from the provider. The browser is sent on to a page of ours.
#[utoipa::path(get, path = "/api/v1/openid/callback", tag = "people",
    params(
        ("code" = Option<String>, Query, description = "What stands for the person"),
        ("state" = Option<String>, Query, description = "What was sent along"),
        ("iss" = Option<String>, Query, description = "The provider"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
    ),
    responses((status = 303, description = "On to a page of the app: where one wanted to go, or one that says what is the matter")))]
pub async fn come_back(
    State(state): State<AppState>,
    visitor: Visitor,
    signed_in: Result<SignedIn, Problem>,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Result<Response, Problem> {
    let openid = openid(&state)?;
    let visitor = Visitor {
        // A page that the provider sends somebody to has no origin by which that could be seen.
        by_https: openid.public_url.is_https(),
        ..visitor
    };
    let way = Way {
        state: &state,
        openid,
        visitor,
        signed_in: signed_in.ok(),
    };
    let arrival = match returned {
        Ok(Query(returned)) => way.end(&headers, returned).await,
        Err(_) => Err(Ending::Forgotten),
    };
    let arrival = arrival.unwrap_or_else(|ending| {
        count(match ending {
            Ending::Locked => "locked",
            _ => "refused",
        });
        Arrival::at(format!("/openid/{}", ending.word()))
    });
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::LOCATION,
        HeaderValue::from_str(&arrival.path).map_err(|_| Problem::Internal)?,
    );
    // What was begun has ended, however it did.
    let cookies = [
        flow_cookie::clear(Which::Flow, &openid.public_url),
        arrival.cookie,
    ];
    for cookie in cookies.into_iter().flatten() {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Somebody on the way back.
struct Way<'a> {
    state: &'a AppState,
    openid: &'a OpenIdEntrance,
    visitor: Visitor,
    signed_in: Option<SignedIn>,
}

impl Way<'_> {
    async fn end(&self, headers: &HeaderMap, returned: Returned) -> Result<Arrival, Ending> {
        let flow = self.flow(headers, &returned)?;
        if let Some(error) = returned.error {
            return Err(match error.as_str() {
                "access_denied"
                | "login_required"
                | "consent_required"
                | "interaction_required" => Ending::Denied,
                "server_error" | "temporarily_unavailable" => Ending::Away,
                _ => Ending::Refused,
            });
        }
        // Where a server has several providers, one must not be shown what another gave (RFC 9207).
        if returned
            .iss
            .is_some_and(|iss| iss != self.openid.provider.issuer())
        {
            return Err(Ending::Refused);
        }
        let code = returned
            .code
            .filter(|code| !code.is_empty() && code.len() <= CODE_BYTES_MAX)
            .ok_or(Ending::Refused)?;
        let attempts = &self.state.portal()?.attempts;
        // Each makes us ask the provider.
        attempts
            .begin_from(self.visitor.address, Instant::now())
            .map_err(|_| Ending::Later)?;
        let person = self.openid.provider.person(&flow, code).await?;
        attempts.succeeded_from(self.visitor.address);
        match flow.purpose().clone() {
            Purpose::Connect { account, session } => {
                self.is_still_here(account, session)?;
                self.connect(account, &person).await
            }
            Purpose::Prove { account, session } => {
                self.is_still_here(account, session)?;
                self.prove(account, session, &person).await
            }
            Purpose::SignIn { next } => match self.known(&person).await? {
                Some(account) => self.begin(&account, &person, next).await,
                None => self.make_account(&person, next).await,
            },
            Purpose::Join { secret } => match self.known(&person).await? {
                Some(account) => self.join(&account, &person, &secret).await,
                None => self.sign_up(&person, &secret).await,
            },
        }
    }

    /// What was begun in this browser, and belongs to what came back.
    fn flow(&self, headers: &HeaderMap, returned: &Returned) -> Result<Flow, Ending> {
        let cookie = flow_cookie::of(Which::Flow, headers, &self.openid.public_url);
        let (Some(cookie), Some(state)) = (cookie, &returned.state) else {
            return Err(Ending::Forgotten);
        };
        Flow::resume(cookie, state, &self.openid.sealer, now_ms()).ok_or(Ending::Forgotten)
    }

    /// Whose the identity is.
    async fn known(&self, person: &Person) -> Result<Option<Account>, Ending> {
        let found = self
            .state
            .store
            .account_by_identity(&person.identity)
            .await?;
        if found
            .as_ref()
            .is_some_and(|account| account.locked_at_ms.is_some())
        {
            return Err(Ending::Locked);
        }
        Ok(found)
    }

    async fn begin(
        &self,
        account: &Account,
        person: &Person,
        next: String,
    ) -> Result<Arrival, Ending> {
        let beginning = Beginning::of(account.id, &self.visitor)?;
        let store = &self.state.store;
        if !store
            .begin_session_by_identity(&beginning.new, &person.identity)
            .await?
        {
            // Locked or disconnected between the two questions.
            return Err(Ending::Refused);
        }
        count("ok");
        Ok(Arrival::with(next, &beginning))
    }

    /// Signs in, and takes the invitation.
    async fn join(
        &self,
        account: &Account,
        person: &Person,
        secret: &str,
    ) -> Result<Arrival, Ending> {
        let arrival = self
            .begin(account, person, format!("/join/{secret}"))
            .await?;
        let actor = Actor {
            account: account.id,
            at_ms: now_ms(),
        };
        let hash = hash_of_text(secret).ok_or(Ending::Gone)?;
        let path = match self.state.store.join(actor, &hash).await? {
            Ok(view) => {
                self.state.access.look_now();
                format!("/c/{}", view.community.id)
            }
            // Signed in they are: the page of the invitation says what became of it.
            Err(_) => arrival.path,
        };
        Ok(Arrival { path, ..arrival })
    }

    async fn sign_up(&self, person: &Person, secret: &str) -> Result<Arrival, Ending> {
        let (account, identity) = fresh(person)?;
        let beginning = Beginning::of(account.id, &self.visitor)?;
        let hash = hash_of_text(secret).ok_or(Ending::Gone)?;
        let joined = self
            .state
            .store
            .join_new_by_identity(&account, &identity, &beginning.new, &hash)
            .await??;
        self.state.access.look_now();
        count("ok");
        let path = format!("/c/{}", joined.community.id);
        Ok(Arrival::with(path, &beginning))
    }

    async fn make_account(&self, person: &Person, next: String) -> Result<Arrival, Ending> {
        if self.openid.sign_up == SignUp::Invited {
            return Err(Ending::Unknown);
        }
        let (account, identity) = fresh(person)?;
        let beginning = Beginning::of(account.id, &self.visitor)?;
        let created = self
            .state
            .store
            .create_account_by_identity(&account, &identity, &beginning.new)
            .await?;
        match created {
            Creation::Created => {
                count("ok");
                Ok(Arrival::with(next, &beginning))
            }
            Creation::EmailTaken => Err(Ending::EmailTaken),
        }
    }

    /// Whoever set out is still signed in where they did.
    fn is_still_here(&self, account: AccountId, session: SessionId) -> Result<(), Ending> {
        let here = self.signed_in.as_ref().ok_or(Ending::SignedOut)?;
        if here.account.id != account || here.session != session {
            return Err(Ending::SignedOut);
        }
        Ok(())
    }

    /// Gives whoever has signed in once more some minutes for what cannot be taken back.
    async fn prove(
        &self,
        account: AccountId,
        session: SessionId,
        person: &Person,
    ) -> Result<Arrival, Ending> {
        let known = self.known(person).await?;
        if known.is_none_or(|known| known.id != account) {
            return Err(Ending::SomebodyElse);
        }
        let fresh = Fresh {
            account,
            session,
            at_ms: now_ms(),
        };
        let sealed = fresh.seal(&self.openid.fresh).map_err(|_| Ending::Later)?;
        Ok(Arrival {
            path: "/account?again".to_owned(),
            cookie: flow_cookie::set(Which::Fresh, &sealed, &self.openid.public_url),
        })
    }

    async fn connect(&self, account: AccountId, person: &Person) -> Result<Arrival, Ending> {
        let connected = self
            .state
            .store
            .connect_identity(account, &new_identity(person))
            .await?;
        match connected {
            Connection::Connected => Ok(Arrival::at("/account".to_owned())),
            Connection::OfAnother => Err(Ending::OfAnother),
            Connection::HasAnother => Err(Ending::HasAnother),
            Connection::NoAccount => Err(Ending::SignedOut),
        }
    }
}

/// The account of somebody who has none.
fn fresh(person: &Person) -> Result<(NewAccount, NewIdentity), Ending> {
    let email = person.email.clone().ok_or(Ending::NoEmail)?;
    let by_email = email.written.split('@').next().unwrap_or_default();
    let name = person.name.clone().unwrap_or_else(|| by_email.to_owned());
    let identity = new_identity(person);
    let account = NewAccount {
        id: AccountId::new(),
        email,
        name,
        password: None,
        created_at_ms: identity.since_ms,
    };
    Ok((account, identity))
}

fn new_identity(person: &Person) -> NewIdentity {
    NewIdentity {
        id: IdentityId::new(),
        identity: person.identity.clone(),
        shown_as: person.shown_as(),
        since_ms: now_ms(),
    }
}
