//! Branches of documents: suggesting changes, seeing what was suggested, taking it or not (D11).
//!
//! Whoever cannot read a document gets the answer for one that does not exist, and so for each of its branches.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_model::access::BranchKind;
use consilium_model::branch::{Change, ChangeId, Is, Piece};
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::branch_path::BranchPath;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::branching::Branching;
use crate::community::act::access_word;
use crate::community::wording::{self, REASON_CHARS_MAX};
use crate::store::branches::{BranchView, Fate};
use crate::store::communities::NamedAccount;
use crate::store::portal_ids::{AccountId, CommunityId};

/// Changes that may be chosen at once; more than one document has paragraphs that anybody reads.
const CHOSEN_MAX: usize = 500;

/// The branches of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Branches {
    /// Open ones first, then the latest first; at most 200.
    pub branches: Vec<Branch>,
}

/// A branch. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Branch {
    /// The name of its document, for sockets and paths.
    #[schema(value_type = String)]
    pub name: DocName,
    /// What it is a branch of.
    pub document: BranchDocument,
    /// Who made it.
    pub author: Person,
    /// `draft`, `suggestion`, or `left-behind` for what its author wrote and could not write any more when it came.
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// `open`, `merged` or `discarded`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// What its author says to it; may be empty.
    pub note: String,
    /// When it was made.
    pub made_at: i64,
    /// When it was merged or discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<i64>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<Person>,
    /// Whether a part of it was taken before.
    pub taken_in_part: bool,
    /// Of what was left behind: when something last came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<i64>,
    /// What the asker may do with it: `read` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
    /// Whether the asker made it.
    pub mine: bool,
    /// Whether the asker may take it into the document.
    pub may_merge: bool,
    /// Whether the asker may discard it, or open it again.
    pub may_discard: bool,
}

/// What a branch is a branch of.
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchDocument {
    /// Its name.
    #[schema(value_type = String)]
    pub name: DocName,
    /// Its title in lists.
    pub title: String,
    /// Whose document it is.
    #[schema(value_type = String)]
    pub community: CommunityId,
    /// How far it is open: `private`, `community` or `portal`.
    #[schema(value_type = String)]
    pub privacy: &'static str,
    /// What the asker may do with it: `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The account.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// What its owner is called.
    pub name: String,
}

impl From<NamedAccount> for Person {
    fn from(account: NamedAccount) -> Self {
        Self {
            id: account.id,
            name: account.name,
        }
    }
}

impl From<BranchView> for Branch {
    fn from(view: BranchView) -> Self {
        let standing = view.standing;
        let (closed_at, closed_by) = view
            .closed
            .map(|(at_ms, by)| (at_ms, Person::from(by)))
            .unzip();
        Self {
            name: view.name,
            document: BranchDocument {
                name: view.document,
                title: view.document_title,
                community: standing.document.community,
                privacy: standing.document.privacy.word(),
                access: access_word(standing.document.access()),
            },
            author: view.author.into(),
            kind: standing.kind.word(),
            state: standing.state.word(),
            note: view.note,
            made_at: view.made_at_ms,
            closed_at,
            closed_by,
            taken_in_part: view.is_taken_in_part,
            left_at: view.left_at_ms,
            access: access_word(standing.access()),
            mine: standing.is_author,
            may_merge: standing.may_merge(),
            may_discard: standing.may_discard(),
        }
    }
}

/// What a branch changes and the document has not yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// In the order of the text; the title first.
    pub changes: Vec<ComparedPlace>,
}

/// One place that a branch changes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparedPlace {
    /// Names the change as it is now; another when anything about it is otherwise.
    #[schema(value_type = String)]
    pub id: String,
    /// `title`, `changed`, `inserted` or `deleted`.
    #[schema(value_type = String)]
    pub what: &'static str,
    /// The editor's name for the block; empty for the title.
    pub block: String,
    /// The heading under which it stands; empty where there is none.
    pub under: String,
    /// The text, from the document when the branch began to the branch.
    pub pieces: Vec<ComparedText>,
    /// Where the document was changed in the same place meanwhile: its text, from when the branch began to now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Vec<ComparedText>>,
    /// Whether the words are the same, and only how they look differs.
    pub looks_only: bool,
}

/// A piece of text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedText {
    /// `same`, `inserted` or `deleted`.
    #[schema(value_type = String)]
    pub is: &'static str,
    /// The text.
    pub text: String,
}

impl From<Piece> for ComparedText {
    fn from(piece: Piece) -> Self {
        Self {
            is: match piece.is {
                Is::Same => "same",
                Is::Inserted => "inserted",
                Is::Deleted => "deleted",
            },
            text: piece.text,
        }
    }
}

impl From<Change> for ComparedPlace {
    fn from(change: Change) -> Self {
        let texts = |pieces: Vec<Piece>| pieces.into_iter().map(ComparedText::from).collect();
        Self {
            id: change.id.to_string(),
            what: change.what.word(),
            block: change.kind,
            under: change.under,
            pieces: texts(change.pieces),
            now: change.now.map(texts),
            looks_only: change.is_looks_only,
        }
    }
}

/// A branch to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchWish {
    /// `draft`, which only its author sees until it is handed in, or `suggestion`; that when it is left out.
    #[serde(default)]
    pub kind: Option<String>,
    /// What its author says to it: at most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// Handing a draft in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandingIn {
    /// What its author says to it: at most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// What to take of a branch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeWish {
    /// Ids of changes, at most 500; all that there are when it is left out.
    #[serde(default)]
    pub changes: Option<Vec<String>>,
}

fn note_of(note: Option<String>) -> Result<String, Problem> {
    wording::lines(&note.unwrap_or_default(), REASON_CHARS_MAX)
        .map_err(|_| Problem::InvalidField { field: "note" })
}

fn branching(state: &AppState) -> Branching<'_> {
    Branching {
        registry: &state.registry,
        store: &state.store,
    }
}

/// Begins a branch: a copy of the document, with its history, to write a proposal into. For whoever reads the document
/// and has a role in its community.
#[utoipa::path(post, path = "/api/v1/documents/{name}/branches", tag = "branches", request_body = BranchWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 201, description = "Begun", body = Branch),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who have a role in the community", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Too many open ones of yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn make(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
    JsonBody(wish): JsonBody<BranchWish>,
) -> Result<(StatusCode, Json<Branch>), Problem> {
    let unfit = Problem::InvalidField { field: "kind" };
    let kind = match wish.kind {
        Some(word) => BranchKind::from_word(&word)
            .filter(|kind| *kind != BranchKind::LeftBehind)
            .ok_or(unfit)?,
        None => BranchKind::Suggestion,
    };
    let note = note_of(wish.note)?;
    let _turn = state.read_turn().await?;
    let made = branching(&state)
        .make(signed_in.actor(), name, kind, note)
        .await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Lists the branches of a document that one may see.
#[utoipa::path(get, path = "/api/v1/documents/{name}/branches", tag = "branches",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "Open ones first", body = Branches),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<Branches>, Problem> {
    let found = state.store.branches_of(signed_in.actor(), &name).await??;
    Ok(Json(Branches {
        branches: found.into_iter().map(Branch::from).collect(),
    }))
}

/// Shows one branch.
#[utoipa::path(get, path = "/api/v1/branches/{branch}", tag = "branches",
    params(("branch" = String, Path, description = "The branch's name")),
    responses(
        (status = 200, description = "As it is now", body = Branch),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such branch, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    BranchPath(name): BranchPath,
) -> Result<Json<Branch>, Problem> {
    let found = state.store.branch(signed_in.actor(), &name).await??;
    Ok(Json(found.into()))
}

/// Says what a branch changes, place by place.
#[utoipa::path(get, path = "/api/v1/branches/{branch}/changes", tag = "branches",
    params(("branch" = String, Path, description = "The branch's name")),
    responses(
        (status = 200, description = "What the document has not yet", body = Comparison),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such branch, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn changes(
    State(state): State<AppState>,
    signed_in: SignedIn,
    BranchPath(name): BranchPath,
) -> Result<Json<Comparison>, Problem> {
    let _turn = state.read_turn().await?;
    let found = branching(&state)
        .compare(signed_in.actor(), &name)
        .await?
        .changes;
    Ok(Json(Comparison {
        changes: found.into_iter().map(ComparedPlace::from).collect(),
    }))
}

/// Hands a draft in: from now on it is a suggestion. Again, it says something else to it. For its author.
#[utoipa::path(post, path = "/api/v1/branches/{branch}/hand-in", tag = "branches", request_body = HandingIn,
    params(("branch" = String, Path, description = "The branch's name")),
    responses(
        (status = 200, description = "Handed in", body = Branch),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For its author", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such branch, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not open any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn hand_in(
    State(state): State<AppState>,
    signed_in: SignedIn,
    BranchPath(name): BranchPath,
    JsonBody(wish): JsonBody<HandingIn>,
) -> Result<Json<Branch>, Problem> {
    let note = note_of(wish.note)?;
    let done = state
        .store
        .hand_in(signed_in.actor(), &name, &note)
        .await??;
    Ok(Json(done.into()))
}

/// Takes a branch, or chosen changes of it, into its document. A 2xx answer says that the text is durable there.
#[utoipa::path(post, path = "/api/v1/branches/{branch}/merge", tag = "branches", request_body = MergeWish,
    params(("branch" = String, Path, description = "The branch's name")),
    responses(
        (status = 200, description = "Taken; still open where a part is left", body = Branch),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such branch, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not open any more, changed meanwhile, or not to be taken as a whole: see `code`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn merge(
    State(state): State<AppState>,
    signed_in: SignedIn,
    BranchPath(name): BranchPath,
    JsonBody(wish): JsonBody<MergeWish>,
) -> Result<Json<Branch>, Problem> {
    let unfit = Problem::InvalidField { field: "changes" };
    let chosen = match wish.changes {
        None => None,
        Some(ids) if ids.is_empty() || ids.len() > CHOSEN_MAX => return Err(unfit),
        Some(ids) => {
            let ids: Result<BTreeSet<ChangeId>, _> = ids.iter().map(|id| id.parse()).collect();
            Some(ids.map_err(|_| unfit)?)
        }
    };
    let _merging = state.merge_turn().await?;
    let _turn = state.read_turn().await?;
    let taken = branching(&state)
        .merge(signed_in.actor(), &name, chosen)
        .await?;
    Ok(Json(taken.into()))
}

/// Discards a branch. It stays in the list, and can be opened again. For its author, and those who may write the document.
#[utoipa::path(post, path = "/api/v1/branches/{branch}/discard", tag = "branches",
    params(("branch" = String, Path, description = "The branch's name")),
    responses(
        (status = 200, description = "Discarded", body = Branch),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For its author, and those who may write the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such branch, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not open any more", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn discard(
    State(state): State<AppState>,
    signed_in: SignedIn,
    BranchPath(name): BranchPath,
) -> Result<Json<Branch>, Problem> {
    decide(&state, &signed_in, &name, Fate::Discarded).await
}

/// Opens a discarded branch again. For whoever may discard it.
#[utoipa::path(post, path = "/api/v1/branches/{branch}/reopen", tag = "branches",
    params(("branch" = String, Path, description = "The branch's name")),
    responses(
        (status = 200, description = "Open again", body = Branch),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For its author, and those who may write the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such branch, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not discarded", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn reopen(
    State(state): State<AppState>,
    signed_in: SignedIn,
    BranchPath(name): BranchPath,
) -> Result<Json<Branch>, Problem> {
    decide(&state, &signed_in, &name, Fate::Reopened).await
}

async fn decide(
    state: &AppState,
    signed_in: &SignedIn,
    name: &DocName,
    fate: Fate,
) -> Result<Json<Branch>, Problem> {
    let done = branching(state)
        .decide(signed_in.actor(), name, fate)
        .await?;
    Ok(Json(done.into()))
}
