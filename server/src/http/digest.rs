//! What has happened in a community since somebody was last there, and what they are there for.

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_protocol::ids::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::CommunityPath;
use super::ledger::{ShownEntry, shown as shown_entry};
use super::notifications::ShownNotification;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::access_word;
use crate::interests::DECLARED_FOR_MS;
use crate::store::branches::BranchView;
use crate::store::catching_up::{ChosenRole, DocumentNews};
use crate::store::communities::Actor;
use crate::store::portal_ids::{AccountId, CommunityId, RoundId};

/// Authors of one document that are named; the rest is a number.
const AUTHORS_MAX: usize = 5;

/// Suggestions and mentions of one document in a digest.
const OF_ONE_MAX: usize = 10;

/// What is new in a community. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownDigest {
    /// Since when: the end of the visit before this one, or when the asker said that they are caught up.
    pub since: i64,
    /// Document by document: what concerns the asker, what waits for them, the rest; each the latest first.
    pub documents: Vec<ShownNews>,
    /// How many more there are.
    pub more_documents: usize,
    /// What is put to the vote and waits for the asker's ballot: what ends first comes first.
    pub rounds: Vec<WaitingRound>,
    /// How many published versions are to be looked at again within six months; only for leaders and deputies.
    pub watched: usize,
    /// What others decided and who came and went, the latest first; only for those who read the ledger.
    pub decisions: Vec<ShownEntry>,
    /// Whether there were more than these.
    pub more_decisions: bool,
    /// A few documents that everybody may read.
    pub public: Vec<NamedDocument>,
    /// How many wait to be let in; only for those who decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// Whose term ends within a week: what ends first comes first, at most 20; only for those who could make it longer.
    pub endings: Vec<ShownEnding>,
    /// What the asker chose to be there for.
    #[schema(value_type = Vec<String>)]
    pub chosen_roles: Vec<&'static str>,
    /// Whether the asker is to declare their interests: `missing`, or `old` after a year; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub declaration: Option<&'static str>,
}

/// Somebody whose term ends soon.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownEnding {
    /// The account.
    #[schema(value_type = String)]
    pub account: AccountId,
    /// What they are called.
    pub name: String,
    /// What they are.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// Until when.
    pub until: i64,
}

/// A round in which the asker may vote and has not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingRound {
    /// Its id.
    #[schema(value_type = String)]
    pub id: RoundId,
    /// What is asked.
    pub question: String,
    /// The title of the document.
    pub title: String,
    /// When its time is over.
    pub closes_at: i64,
}

/// What is new about one document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownNews {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What the asker may do: `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
    /// How many sessions of work others had.
    pub sessions: usize,
    /// How many edits those were.
    pub edits: u64,
    /// Who worked, those with most sessions first; at most 5.
    pub authors: Vec<String>,
    /// How many more worked.
    pub more_authors: usize,
    /// What versions were called that somebody named.
    pub versions: Vec<String>,
    /// How many comments others wrote.
    pub comments: u64,
    /// Where the asker was mentioned; at most 10.
    pub mentions: Vec<ShownNotification>,
    /// Others' suggestions that wait; at most 10.
    pub waiting: Vec<ShownSuggestion>,
    /// How many wait.
    pub waiting_count: usize,
    /// Suggestions that others took or discarded; at most 10.
    pub decided: Vec<ShownSuggestion>,
    /// When something last happened.
    pub latest: i64,
}

/// A suggestion.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownSuggestion {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub author: String,
    /// Whether that is the asker.
    pub mine: bool,
    /// Whether the asker may take it.
    pub may_merge: bool,
    /// `open`, `merged` or `discarded`.
    #[schema(value_type = String)]
    pub state: &'static str,
}

/// A document by name and title.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedDocument {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// What somebody is there for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenRoles {
    /// Of `lead`, `contributor`, `consultant`, `guide` and `promoter`.
    pub roles: Vec<String>,
}

impl From<&BranchView> for ShownSuggestion {
    fn from(branch: &BranchView) -> Self {
        Self {
            name: branch.name.to_string(),
            author: branch.author.name.clone(),
            mine: branch.standing.is_author,
            may_merge: branch.standing.may_merge(),
            state: branch.standing.state.word(),
        }
    }
}

fn shown_news(news: DocumentNews, names: &HashMap<UserId, String>) -> ShownNews {
    let mut worked: Vec<(&UserId, usize)> = Vec::new();
    for author in news.sessions.iter().flat_map(|session| &session.authors) {
        match worked.iter_mut().find(|(known, _)| *known == author) {
            Some((_, count)) => *count += 1,
            None => worked.push((author, 1)),
        }
    }
    worked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let authors: Vec<String> = worked
        .iter()
        .filter_map(|(author, _)| names.get(*author).cloned())
        .take(AUTHORS_MAX)
        .collect();
    let some = |branches: &[BranchView]| {
        branches
            .iter()
            .take(OF_ONE_MAX)
            .map(ShownSuggestion::from)
            .collect()
    };
    ShownNews {
        more_authors: worked.len() - authors.len(),
        sessions: news.sessions.len(),
        edits: news.sessions.iter().map(|session| session.edits).sum(),
        authors,
        versions: news
            .versions
            .into_iter()
            .filter_map(|version| version.name)
            .take(OF_ONE_MAX)
            .collect(),
        comments: news.remarks,
        waiting: some(&news.waiting),
        waiting_count: news.waiting.len(),
        decided: some(&news.decided),
        mentions: news
            .mentions
            .into_iter()
            .take(OF_ONE_MAX)
            .map(ShownNotification::from)
            .collect(),
        name: news.name.to_string(),
        title: news.title,
        access: access_word(news.access),
        latest: news.latest_ms,
    }
}

/// Shows what has happened since the asker was last there, as far as they may read it.
#[utoipa::path(get, path = "/api/v1/communities/{id}/digest", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "What is new", body = ShownDigest),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many ask for much at once, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<ShownDigest>, Problem> {
    let _turn = state.read_turn().await?;
    let by = signed_in.actor();
    let digest = state.store.digest(by, id).await??;
    let declared = state.store.last_declared(by, id).await?;
    let members: BTreeSet<UserId> = digest
        .documents
        .iter()
        .flat_map(|news| &news.sessions)
        .flat_map(|session| session.authors.iter().cloned())
        .collect();
    let members: Vec<UserId> = members.into_iter().collect();
    let names = state.store.names_of(&members).await?;
    Ok(Json(ShownDigest {
        since: digest.since_ms,
        documents: digest
            .documents
            .into_iter()
            .map(|news| shown_news(news, &names))
            .collect(),
        more_documents: digest.more_documents,
        rounds: digest
            .rounds
            .into_iter()
            .map(|round| WaitingRound {
                id: round.id,
                question: round.question,
                title: round.document_title,
                closes_at: round.closes_at_ms,
            })
            .collect(),
        watched: digest.watched,
        decisions: digest
            .decisions
            .into_iter()
            .map(shown_entry)
            .collect::<Result<_, _>>()?,
        more_decisions: digest.has_more_decisions,
        public: digest
            .public
            .into_iter()
            .map(|(name, title)| NamedDocument {
                name: name.to_string(),
                title,
            })
            .collect(),
        requests: digest.requests,
        endings: digest
            .endings
            .into_iter()
            .map(|ending| ShownEnding {
                account: ending.account.id,
                name: ending.account.name,
                role: ending.role.word(),
                until: ending.until_ms,
            })
            .collect(),
        chosen_roles: digest.chosen.iter().map(|role| role.word()).collect(),
        declaration: match declared {
            None => None,
            Some(None) => Some("missing"),
            Some(Some(at_ms)) => (at_ms < by.at_ms - DECLARED_FOR_MS).then_some("old"),
        },
    }))
}

/// Says that the asker has seen what was new: from now on only what comes is.
#[utoipa::path(post, path = "/api/v1/communities/{id}/caught-up", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 204, description = "Nothing is new any more"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn caught_up(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<StatusCode, Problem> {
    state.store.caught_up(signed_in.actor(), id).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Says what the asker is there for. It changes what they are offered first, and nothing that they may do.
#[utoipa::path(put, path = "/api/v1/communities/{id}/chosen-roles", tag = "communities", request_body = ChosenRoles,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "As it is now", body = ChosenRoles),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn choose(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<ChosenRoles>,
) -> Result<Json<ChosenRoles>, Problem> {
    let mut roles = wish
        .roles
        .iter()
        .map(|word| ChosenRole::from_word(word).ok_or(Problem::InvalidField { field: "roles" }))
        .collect::<Result<Vec<_>, _>>()?;
    roles.sort_unstable();
    roles.dedup();
    state
        .store
        .choose_roles(signed_in.actor(), id, &roles)
        .await??;
    Ok(Json(ChosenRoles {
        roles: roles.iter().map(|role| role.word().to_owned()).collect(),
    }))
}

/// Notes that somebody is in a community. What they asked for is answered all the same when that cannot be written.
pub(super) async fn note_visit(state: &AppState, by: Actor, id: CommunityId) {
    if let Err(error) = state.store.visit(by, id).await {
        tracing::debug!(%error, "a visit is not noted");
    }
}
