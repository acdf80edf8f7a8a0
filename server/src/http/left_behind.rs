//! The narrow door for what somebody wrote before they lost a document: it takes, and gives nothing back.
//!
//! Whoever was never let in to write gets the answer for a document that does not exist, before a byte of theirs is read.
//! Whoever was gets no text, no state and no list: only whether what they brought is safe. The name of the branch goes to
//! those who may read the document, who find it in its list as well.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use consilium_protocol::ids::{Access, DocName};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::read_body;
use super::doc_path::DocPath;
use super::limits::{LEFT_BEHIND_BYTES_MAX, LEFT_BEHIND_PER_MINUTE};
use super::problem::{Problem, ProblemBody};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use crate::left_behind::{Landing, LeftBehind, Way};
use crate::store::portal_ids::AccountId;

/// Accounts remembered before those at rest are forgotten.
const ACCOUNTS_BEFORE_SWEEP: usize = 10_000;

/// Who comes too often waits, whatever they bring.
#[derive(Debug)]
pub struct DoorLimit {
    visits: DefaultKeyedRateLimiter<AccountId>,
    clock: DefaultClock,
}

impl Default for DoorLimit {
    fn default() -> Self {
        let visits = NonZeroU32::new(LEFT_BEHIND_PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        Self {
            visits: RateLimiter::keyed(Quota::per_minute(visits)),
            clock: DefaultClock::default(),
        }
    }
}

impl DoorLimit {
    /// Counts one visit.
    ///
    /// # Errors
    /// How long the account has to wait, when it has come too often.
    fn visit(&self, account: AccountId) -> Result<(), Duration> {
        if self.visits.len() > ACCOUNTS_BEFORE_SWEEP {
            self.visits.retain_recent();
        }
        self.visits
            .check_key(&account)
            .map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }
}

/// That what was brought is safe.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandedIn {
    /// The branch that has it, for those who may read the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub branch: Option<DocName>,
}

/// Hands in what was written before one's access to a document ended: one update (V1). It becomes a suggestion of one's own,
/// for those who may write the document. Open to whoever was let in to write it, for 90 days after that ended. A 2xx answer
/// is a durable acknowledgement; sending it again is harmless.
#[utoipa::path(post, path = "/api/v1/documents/{name}/left-behind", tag = "branches",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "A V1 update, at most 4 MiB"),
    responses(
        (status = 200, description = "Safe", body = HandedIn),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "You may write there, too much is waiting, or it builds on what is not there: see `code`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away; send it again", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn hand_in(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<HandedIn>, Problem> {
    let visit = state.door_limit().visit(signed_in.account.id);
    visit.map_err(|wait| Problem::TooOften { wait })?;
    require_open(&state, &signed_in, &name).await?;
    let update = read_body(&state, &headers, body, LEFT_BEHIND_BYTES_MAX).await?;
    // The body may have taken a minute, and what counts is what holds now.
    signed_in.still(&state).await?;
    let access = require_open(&state, &signed_in, &name).await?;
    let _turn = state.read_turn().await?;
    let left_behind = LeftBehind {
        registry: &state.registry,
        store: &state.store,
    };
    let landings = left_behind
        .hand_in(signed_in.actor(), Way::Door, &name, &[update])
        .await?;
    match landings.into_iter().next() {
        Some(Landing::In(branch)) => Ok(Json(HandedIn {
            branch: (access >= Access::Read).then_some(branch),
        })),
        Some(Landing::InDocument) => Ok(Json(HandedIn { branch: None })),
        Some(Landing::Full) => Err(Problem::TooManyBranches),
        Some(Landing::Unfit) => Err(Problem::LeftBehindUnfit),
        Some(Landing::Closed) | None => Err(Problem::NoSuchDocument),
    }
}

/// What whoever comes may do with the document, if the door is open to them.
async fn require_open(
    state: &AppState,
    signed_in: &SignedIn,
    name: &DocName,
) -> Result<Access, Problem> {
    let door = state.store.door(signed_in.actor(), name).await?;
    let who = signed_in.account.id.user();
    let is_held_up = || {
        state
            .access
            .moderation()
            .why(name, &who, now_ms())
            .is_some()
    };
    match door {
        Some(door) if door.access >= Access::Write && !is_held_up() => Err(Problem::MayWrite),
        Some(door) if door.takes() => Ok(door.access),
        _ => Err(Problem::NoSuchDocument),
    }
}
