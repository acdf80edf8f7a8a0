//! Rounds: putting a text to the vote, voting, and what came of it.
//!
//! Whoever cannot read a document gets for its rounds the answer for one that does not exist. Which ballot is whose is in
//! no answer about an anonymous round, and nobody's choice is in an answer before the round has closed but the asker's own.

mod shown;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use consilium_model::consensus::Ballot;
use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::shown::shown_page;
pub use self::shown::{RoundPage, ShownRound, shown};
use super::body::JsonBody;
use super::community_path::{CommunityPath, RoundPath};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording;
use crate::rounds::ballot_box::{Put, slot_of};
use crate::rounds::rules::{
    Anonymity, Cast, OPEN_MS_MAX, OPEN_MS_MIN, QUESTION_CHARS_MAX, SAID_CHARS_MAX,
};
use crate::rounds::{Rounds, Wish};
use crate::store::portal_ids::{AccountId, RoundId};

const MINUTE_MS: i64 = 60_000;

/// Recusals in one request: more than a body of JSON holds.
const RECUSED_MAX: usize = 200;

/// The rounds of a community.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundList {
    /// Open ones first, then what ended, the latest first; at most 50.
    pub rounds: Vec<ShownRound>,
}

/// A text to put to the vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoundWish {
    /// The name of the document. Its text as it is now is what is voted on.
    pub document: String,
    /// A passage of it; the whole text where it is left out.
    #[serde(default)]
    pub passage: Option<PassageWish>,
    /// What is asked, in one line of at most 500 characters.
    pub question: String,
    /// The canonical text of the rule, as in `docs/consensus.md`.
    pub rule: String,
    /// `named` or `anonymous`.
    pub anonymity: String,
    /// How long it is open: 60 (an hour) to 129600 (90 days). Where it is left out it is closed by hand, at the latest after
    /// 90 days.
    #[serde(default)]
    pub open_minutes: Option<u32>,
    /// Who must not vote on this; at most 200.
    #[serde(default)]
    pub recused: Vec<RecusalWish>,
}

/// Blocks at the top of the body, counted from 0.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassageWish {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// Somebody who must not vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecusalWish {
    /// The account.
    pub account: String,
    /// Why, in 3 to 500 characters; shown with the round.
    pub reason: String,
}

/// A ballot.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BallotWish {
    /// `1` to `9` for methods that rate, `approve` or `object` for those that vote; `abstain` for both.
    pub choice: String,
    /// What the voter says to it, at most 2000 characters; shown when the round has closed.
    #[serde(default)]
    pub said: String,
    /// The hash of the text that the voter was shown.
    #[schema(value_type = String)]
    pub text: Hash32,
    /// In an anonymous round: 64 hexadecimal digits that the voter's device drew and keeps. The ballot lies under
    /// `SHA-256("consilium-round:" round ":" secret)`; whoever shows the secret again changes that ballot.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub secret: Option<Hash32>,
}

/// Nothing that is logged by accident says what somebody chose.
impl std::fmt::Debug for BallotWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BallotWish(…)")
    }
}

/// A ballot was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// Whether it took the place of an earlier one.
    pub changed: bool,
    /// Where it lies in the box of an anonymous round.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub slot: Option<Hash32>,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundReason {
    /// In 3 to 500 characters.
    pub reason: String,
}

fn rounds(state: &AppState) -> Rounds<'_> {
    Rounds {
        registry: &state.registry,
        store: &state.store,
    }
}

fn unfit(field: &'static str) -> Problem {
    Problem::InvalidField { field }
}

fn wish_of(wish: RoundWish, now_ms: i64) -> Result<Wish, Problem> {
    let open_ms = match wish.open_minutes {
        None => OPEN_MS_MAX,
        Some(minutes) => Some(i64::from(minutes) * MINUTE_MS)
            .filter(|open| (OPEN_MS_MIN..=OPEN_MS_MAX).contains(open))
            .ok_or(unfit("openMinutes"))?,
    };
    if wish.recused.len() > RECUSED_MAX {
        return Err(unfit("recused"));
    }
    let recused = wish
        .recused
        .into_iter()
        .map(|each| {
            let account: AccountId = each.account.parse().map_err(|_| unfit("recused"))?;
            let reason = wording::reason(&each.reason).map_err(|_| unfit("recused"))?;
            Ok((account, reason))
        })
        .collect::<Result<_, Problem>>()?;
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    Ok(Wish {
        document: DocName::parse(&wish.document).map_err(|_| Problem::NoSuchDocument)?,
        blocks: wish
            .passage
            .map(|passage| (place(passage.first), place(passage.last))),
        question: wording::line(&wish.question, QUESTION_CHARS_MAX)
            .map_err(|_| unfit("question"))?,
        rule: wish.rule.parse().map_err(|_| unfit("rule"))?,
        anonymity: Anonymity::from_word(&wish.anonymity).ok_or(unfit("anonymity"))?,
        closes_at_ms: now_ms + open_ms,
        is_by_hand: wish.open_minutes.is_none(),
        recused,
    })
}

/// Puts a text to the vote, as it is committed now. For leaders and deputies who can read it.
#[utoipa::path(post, path = "/api/v1/communities/{id}/rounds", tag = "rounds", request_body = RoundWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 201, description = "Open", body = RoundPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or document, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why this cannot be put to the vote so", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn open(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<RoundWish>,
) -> Result<(StatusCode, Json<RoundPage>), Problem> {
    let by = signed_in.actor();
    let wish = wish_of(wish, by.at_ms)?;
    let _turn = state.read_turn().await?;
    let opened = rounds(&state).open(by, id, wish).await?;
    let page = page(&state, signed_in, opened).await?;
    Ok((StatusCode::CREATED, Json(page)))
}

/// Lists what was put to the vote in a community, as far as the asker may read it.
#[utoipa::path(get, path = "/api/v1/communities/{id}/rounds", tag = "rounds",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "Open ones first", body = RoundList),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many ask for much at once, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<RoundList>, Problem> {
    let by = signed_in.actor();
    let _turn = state.read_turn().await?;
    let found = state.store.rounds_of(by, id).await??;
    let outdated = rounds(&state).outdated(&found).await?;
    Ok(Json(RoundList {
        rounds: found
            .into_iter()
            .map(|view| {
                let is_outdated = outdated.contains(&view.id);
                shown(view, is_outdated, by.at_ms)
            })
            .collect(),
    }))
}

/// Shows one round: what it asks, who may vote, how many have, and what came of it.
#[utoipa::path(get, path = "/api/v1/rounds/{round}", tag = "rounds",
    params(("round" = String, Path, description = "The round's id")),
    responses(
        (status = 200, description = "As it is now", body = RoundPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such round, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RoundPath(id): RoundPath,
) -> Result<Json<RoundPage>, Problem> {
    let _turn = state.read_turn().await?;
    page(&state, signed_in, id).await.map(Json)
}

async fn page(state: &AppState, signed_in: SignedIn, id: RoundId) -> Result<RoundPage, Problem> {
    let by = signed_in.actor();
    let detail = state.store.round(by, id).await??;
    let outdated = rounds(state)
        .outdated(std::slice::from_ref(&detail.view))
        .await?;
    Ok(shown_page(detail, outdated.contains(&id), by.at_ms))
}

/// Gives the text that was put to the vote, as it stood then: a document as one update (V1).
#[utoipa::path(get, path = "/api/v1/rounds/{round}/text", tag = "rounds",
    params(("round" = String, Path, description = "The round's id")),
    responses(
        (status = 200, description = "A V1 update", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such round, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn text(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RoundPath(id): RoundPath,
) -> Result<impl IntoResponse, Problem> {
    let _turn = state.read_turn().await?;
    let update = state.store.round_text(signed_in.actor(), id).await??;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], update))
}

/// Hands in the asker's ballot, or another one in its place, until the round closes by the server's clock.
#[utoipa::path(put, path = "/api/v1/rounds/{round}/ballot", tag = "rounds", request_body = BallotWish,
    params(("round" = String, Path, description = "The round's id")),
    responses(
        (status = 200, description = "Counted when the round closes", body = Taken),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such round, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why it does not count; nothing has changed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn vote(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RoundPath(id): RoundPath,
    JsonBody(wish): JsonBody<BallotWish>,
) -> Result<Json<Taken>, Problem> {
    let slot = wish.secret.map(|secret| slot_of(id, secret));
    let cast = Cast {
        choice: Ballot::from_word(&wish.choice).ok_or(unfit("choice"))?,
        said: wording::lines(&wish.said, SAID_CHARS_MAX).map_err(|_| unfit("said"))?,
        text: wish.text,
        slot,
    };
    let put = state.store.vote(signed_in.actor(), id, &cast).await??;
    Ok(Json(Taken {
        changed: put == Put::Changed,
        slot,
    }))
}

/// Says that the asker will not vote on this, and why. Not after they have voted.
#[utoipa::path(post, path = "/api/v1/rounds/{round}/recusal", tag = "rounds", request_body = RoundReason,
    params(("round" = String, Path, description = "The round's id")),
    responses(
        (status = 200, description = "Recused", body = RoundPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such round, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn recuse(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RoundPath(id): RoundPath,
    JsonBody(wish): JsonBody<RoundReason>,
) -> Result<Json<RoundPage>, Problem> {
    let reason = wording::reason(&wish.reason).map_err(|_| unfit("reason"))?;
    state
        .store
        .recuse_oneself(signed_in.actor(), id, &reason)
        .await??;
    page(&state, signed_in, id).await.map(Json)
}

/// Ends a round by hand and counts it: one that was opened to be closed so, or in which everybody has voted. For leaders and
/// deputies.
#[utoipa::path(post, path = "/api/v1/rounds/{round}/close", tag = "rounds",
    params(("round" = String, Path, description = "The round's id")),
    responses(
        (status = 200, description = "Counted", body = RoundPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such round, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn close(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RoundPath(id): RoundPath,
) -> Result<Json<RoundPage>, Problem> {
    rounds(&state).close(signed_in.actor(), id).await?;
    page(&state, signed_in, id).await.map(Json)
}

/// Ends a round without counting it; its ballots are deleted. For leaders and deputies.
#[utoipa::path(post, path = "/api/v1/rounds/{round}/void", tag = "rounds", request_body = RoundReason,
    params(("round" = String, Path, description = "The round's id")),
    responses(
        (status = 200, description = "It decides nothing", body = RoundPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such round, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn void(
    State(state): State<AppState>,
    signed_in: SignedIn,
    RoundPath(id): RoundPath,
    JsonBody(wish): JsonBody<RoundReason>,
) -> Result<Json<RoundPage>, Problem> {
    let reason = wording::reason(&wish.reason).map_err(|_| unfit("reason"))?;
    state
        .store
        .void_round(signed_in.actor(), id, &reason)
        .await??;
    page(&state, signed_in, id).await.map(Json)
}
