//! Declarations of interests, and how others judge them.
//!
//! Whoever belongs to a community sees what others there declare and how they are judged, as far as they see what it is
//! about; a guest sees what is their own. A judgement is enforced at once: this node looks at the epoch, the others do by
//! themselves.

mod shown;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_model::access::Participation;
use consilium_model::question;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::shown::ShownPerson;
pub use self::shown::{ShownDeclaration, ShownJudgement, declaration, judgement};
use super::body::JsonBody;
use super::community_path::{CommunityPath, MemberPath};
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording;
use crate::interests::{Amount, DECLARED_FOR_MS, Interest, Item, Month};
use crate::store::interests::NewJudgement;
use crate::store::portal_ids::{AccountId, CommunityId};

/// What people in a community declare, and how they are judged.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Interests {
    /// By name; for a guest only they themselves.
    pub people: Vec<ShownPerson>,
    /// From when on a declaration counts as old: milliseconds since 1970 UTC.
    pub old_before: i64,
}

/// All declarations of one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Declarations {
    /// The latest first.
    pub declarations: Vec<ShownDeclaration>,
}

/// A declaration: every item of the form, each once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclarationWish {
    /// The items. One without entries says "none".
    pub items: Vec<ItemWish>,
}

/// What is said to one item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemWish {
    /// `support`, `grants`, `royalties`, `consulting`, `honoraria`, `testimony`, `travel`, `patents`, `boards`, `leadership`,
    /// `stock`, `equipment`, `other`, `own-studies` or `opinions`.
    pub item: String,
    /// At most 100 in all items.
    pub entries: Vec<EntryWish>,
}

/// One interest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryWish {
    /// From whom, or with whom: one line of at most 200 characters.
    pub organisation: String,
    /// What for: one line of at most 500 characters.
    pub purpose: String,
    /// `to-1000`, `to-10000`, `to-50000` or `more`, in the community's own currency.
    #[serde(default)]
    pub amount: Option<String>,
    /// The month in which it began, as `2026-11`.
    #[serde(default)]
    pub from: Option<String>,
    /// The month in which it ended; not of what is still going on.
    #[serde(default)]
    pub until: Option<String>,
    /// Whether it is still going on.
    #[serde(default)]
    pub ongoing: bool,
}

/// A judgement to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgementWish {
    /// Whom it is about.
    pub member: String,
    /// The id of a question of the document; left out, it is about the document as a whole.
    #[serde(default)]
    pub question: Option<String>,
    /// `full`, `discusses` or `excluded`.
    pub verdict: String,
    /// Why, in 3 to 500 characters. The community reads it, and it stands in the ledger.
    pub reason: String,
}

/// How people are judged about a document and its questions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Judgements {
    /// In which community.
    #[schema(value_type = String)]
    pub community: CommunityId,
    /// Those that count now.
    pub judgements: Vec<ShownJudgement>,
    /// Whether the asker may judge others about it.
    pub may_judge: bool,
}

fn unfit(field: &'static str) -> Problem {
    Problem::InvalidField { field }
}

/// What was filled in, if every item of the form was answered and each once.
fn interests_of(wish: DeclarationWish) -> Result<Vec<Interest>, Problem> {
    let mut answered = Vec::new();
    let mut interests = Vec::new();
    for said in wish.items {
        let item = Item::from_word(&said.item).ok_or(unfit("items"))?;
        answered.push(item);
        for entry in said.entries {
            interests.push(interest_of(item, entry)?);
        }
    }
    answered.sort_unstable();
    if answered != Item::ALL {
        return Err(unfit("items"));
    }
    interests.sort_by_key(|interest| interest.item);
    Ok(interests)
}

fn interest_of(item: Item, entry: EntryWish) -> Result<Interest, Problem> {
    let month = |text: Option<String>| {
        text.map(|text| Month::parse(&text).ok_or(unfit("items")))
            .transpose()
    };
    let interest = Interest {
        item,
        organisation: entry.organisation,
        purpose: entry.purpose,
        amount: entry
            .amount
            .map(|word| Amount::from_word(&word).ok_or(unfit("items")))
            .transpose()?,
        from: month(entry.from)?,
        until: month(entry.until)?,
        is_ongoing: entry.ongoing,
    };
    interest.checked().map_err(|_| unfit("items"))
}

/// Declares one's interests anew. What was declared before stays, and counts no more.
#[utoipa::path(post, path = "/api/v1/communities/{id}/interests", tag = "interests", request_body = DeclarationWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 204, description = "Declared"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Listeners declare nothing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "There are too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn declare(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<DeclarationWish>,
) -> Result<StatusCode, Problem> {
    let interests = interests_of(wish)?;
    state
        .store
        .declare(signed_in.actor(), id, &interests)
        .await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists what people in a community declare, and how they are judged.
#[utoipa::path(get, path = "/api/v1/communities/{id}/interests", tag = "interests",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "By name", body = Interests),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many ask for much at once, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<Interests>, Problem> {
    let by = signed_in.actor();
    let _turn = state.read_turn().await?;
    let people = state.store.interests_of(by, id).await??;
    Ok(Json(Interests {
        people: people.into_iter().map(ShownPerson::from).collect(),
        old_before: by.at_ms - DECLARED_FOR_MS,
    }))
}

/// Lists all declarations of somebody in a community.
#[utoipa::path(get, path = "/api/v1/communities/{id}/interests/{accountId}", tag = "interests",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("accountId" = String, Path, description = "The member's account"),
    ),
    responses(
        (status = 200, description = "The latest first", body = Declarations),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community or member, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn of_member(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MemberPath(id, member): MemberPath,
) -> Result<Json<Declarations>, Problem> {
    let found = state
        .store
        .declarations_of(signed_in.actor(), id, member)
        .await??;
    Ok(Json(Declarations {
        declarations: found.into_iter().map(declaration).collect(),
    }))
}

/// Judges how far somebody takes part in a document or a question of it. For leaders and deputies who take full part in it
/// themselves, and never about oneself. It holds at once.
#[utoipa::path(post, path = "/api/v1/documents/{name}/judgements", tag = "interests", request_body = JudgementWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 204, description = "Judged"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies who take full part in it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, question or member, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nobody judges themselves; a private document is nobody else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn judge(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(document): DocPath,
    JsonBody(wish): JsonBody<JudgementWish>,
) -> Result<StatusCode, Problem> {
    let member: AccountId = wish.member.parse().map_err(|_| Problem::NoSuchMember)?;
    let question = wish
        .question
        .map(|id| question::of_document(&document, &id).ok_or(Problem::NoSuchDocument))
        .transpose()?;
    let judgement = NewJudgement {
        document,
        question,
        member,
        verdict: Participation::from_word(&wish.verdict).ok_or(unfit("verdict"))?,
        reason: wording::reason(&wish.reason).map_err(|_| unfit("reason"))?,
    };
    state.store.judge(signed_in.actor(), &judgement).await??;
    state.access.look_now();
    Ok(StatusCode::NO_CONTENT)
}

/// Lists how people are judged about a document and its questions, for those who see the work on it.
#[utoipa::path(get, path = "/api/v1/documents/{name}/judgements", tag = "interests",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "Those that count now", body = Judgements),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn about(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(document): DocPath,
) -> Result<Json<Judgements>, Problem> {
    let found = state
        .store
        .judgements_about(signed_in.actor(), &document)
        .await??;
    Ok(Json(Judgements {
        community: found.community,
        judgements: found.judgements.into_iter().map(judgement).collect(),
        may_judge: found.may_judge,
    }))
}
