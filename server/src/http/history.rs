//! The past of a document: sessions of work, what it said at their ends, and versions that somebody named.
//!
//! Whoever may read the document now may read its past, and nobody else; naming a version is for those who may write. To
//! restore a version is an edit like any other and comes in through the room: there is nothing of it here.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use consilium_protocol::ids::{Access, DocName, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bearer::Bearer;
use super::body::JsonBody;
use super::doc_path::DocPath;
use super::limits::HISTORY_PAGE;
use super::problem::{Problem, ProblemBody};
use super::signed_in::now_ms;
use super::state::AppState;
use crate::community::wording::{self, NAME_CHARS_MAX};
use crate::history::keep::{ends, tell, tell_now};
use crate::history::sessions::{Session, sessions};
use crate::store::history::{KeepOutcome, Naming, NewVersion, PackedState, Past, Version};
use crate::store::limits::PIECES_MAX;
use crate::store::portal_ids::VersionId;
use crate::store::{Store, StoreError};

/// `…/documents/{name}/versions/{id}`. A text that is no id is like the id of nothing.
#[derive(Debug, Clone)]
pub struct VersionPath(DocName, VersionId);

impl<S: Send + Sync> FromRequestParts<S> for VersionPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((name, id)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::BadName)?;
        let name = DocName::parse(&name).map_err(|_| Problem::BadName)?;
        Ok(Self(name, id.parse().unwrap_or_default()))
    }
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<u64>,
}

/// A page of a document's past. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// Latest first.
    pub sessions: Vec<ShownSession>,
    /// Versions that somebody named, of the time of these sessions; latest first.
    pub named: Vec<NamedVersion>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// A stretch of time in which people worked on the document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownSession {
    /// The first edit.
    pub from: i64,
    /// The last edit.
    pub until: i64,
    /// How many edits there were.
    pub edits: u64,
    /// Whether it may still go on.
    pub under_way: bool,
    /// Who worked, those with most edits first.
    pub authors: Vec<Author>,
    /// The version that it ended in; absent while it is under way, and when its text is no longer kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<VersionId>,
}

/// Somebody who worked on a document, under the name of today.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Author {
    /// The member's id.
    pub id: String,
    /// The name, where the server knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A version that somebody named.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedVersion {
    /// Its id.
    #[schema(value_type = String)]
    pub id: VersionId,
    /// What it is called.
    pub name: String,
    /// The moment whose text it is.
    pub at: i64,
    /// Who named it; absent where there is no identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Author>,
}

/// What a version is to be called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionWish {
    /// One line of at most 120 characters.
    pub name: String,
}

/// Shows who worked on a document when, session by session, and its named versions.
#[utoipa::path(get, path = "/api/v1/documents/{name}/history", tag = "history",
    params(("name" = String, Path, description = "Document name, percent-encoded"), HistoryQuery),
    responses(
        (status = 200, description = "One page, latest first", body = History),
        (status = 400, description = "Bad name or query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token, or nobody signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
    query: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Json<History>, Problem> {
    bearer.require_inside(&state, &name).await?;
    let Query(query) = query.map_err(|_| Problem::BadQuery)?;
    let before_ms = match query.after {
        None => i64::MAX,
        Some(after) => i64::try_from(after).map_err(|_| Problem::BadQuery)?,
    };
    let store = state.store.as_ref();
    let past = past_of(store, &name).await?;
    Ok(Json(page(store, past, before_ms, now_ms()).await?))
}

async fn page(
    store: &dyn Store,
    past: Past,
    before_ms: i64,
    now_ms: i64,
) -> Result<History, StoreError> {
    let doc = past.doc;
    let pieces = store.pieces(doc, before_ms, PIECES_MAX).await?;
    let is_cut = pieces.len() >= PIECES_MAX as usize;
    let mut found = sessions(pieces);
    found.reverse();
    // The oldest may have begun before what was read.
    if is_cut && found.len() > 1 {
        found.pop();
    }
    let goes_on = is_cut || found.len() > HISTORY_PAGE;
    found.truncate(HISTORY_PAGE);
    let next = found
        .last()
        .filter(|_| goes_on)
        .map(|session| session.from_ms);
    // Versions last: what compaction has merged meanwhile it had kept before.
    let merged_until = store.merged_until(doc).await?;
    let versions = store.versions(doc, next.unwrap_or(0), before_ms).await?;
    let kept: HashMap<i64, VersionId> = ends(&versions)
        .map(|version| (version.at_ms, version.id))
        .collect();
    let mut members: Vec<UserId> = found
        .iter()
        .flat_map(|session| session.authors.iter().cloned())
        .chain(
            versions
                .iter()
                .filter_map(|version| version.named_by.clone()),
        )
        .collect();
    members.sort();
    members.dedup();
    let names = store.names_of(&members).await?;
    let readable = |session: &Session| {
        (session.is_readable(merged_until) && !session.is_under_way(now_ms))
            .then(|| VersionId::from_uuid(session.version_id(past.lineage)))
    };
    let shown = found.iter().map(|session| ShownSession {
        from: session.from_ms,
        until: session.until_ms,
        edits: session.edits,
        under_way: session.is_under_way(now_ms),
        authors: session
            .authors
            .iter()
            .map(|member| author(member, &names))
            .collect(),
        version: kept
            .get(&session.until_ms)
            .copied()
            .or_else(|| readable(session)),
    });
    Ok(History {
        sessions: shown.collect(),
        named: versions
            .iter()
            .filter_map(|version| shown_name(version, &names))
            .collect(),
        next,
    })
}

fn author(member: &UserId, names: &HashMap<UserId, String>) -> Author {
    Author {
        id: member.as_str().to_owned(),
        name: names.get(member).cloned(),
    }
}

fn shown_name(version: &Version, names: &HashMap<UserId, String>) -> Option<NamedVersion> {
    let by = version.named_by.as_ref();
    Some(NamedVersion {
        id: version.id,
        name: version.name.clone()?,
        at: version.at_ms,
        by: by.map(|member| author(member, names)),
    })
}

/// Gives what the document says now a name.
#[utoipa::path(post, path = "/api/v1/documents/{name}/versions", tag = "history", request_body = VersionWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 201, description = "Kept", body = NamedVersion),
        (status = 401, description = "No valid token, or nobody signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "As many named versions as there may be", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn name_present(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
    JsonBody(wish): JsonBody<VersionWish>,
) -> Result<(StatusCode, Json<NamedVersion>), Problem> {
    bearer.require(&state, &name, Access::Write).await?;
    let naming = naming(&wish, &bearer)?;
    let store = state.store.as_ref();
    let past = past_of(store, &name).await?;
    let now_ms = now_ms();
    let (id, ends_session) = (VersionId::new(), false);
    let text = {
        let _turn = state.read_turn().await?;
        tell_now(store, &name)
            .await?
            .ok_or(Problem::NoSuchDocument)?
    };
    keep(store, past, text, now_ms, (id, ends_session), naming).await?;
    Ok((StatusCode::CREATED, Json(named(store, past, id).await?)))
}

/// Gives a version a name, or another one.
#[utoipa::path(patch, path = "/api/v1/documents/{name}/versions/{id}", tag = "history", request_body = VersionWish,
    params(("name" = String, Path, description = "Document name, percent-encoded"), ("id" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "As it is now", body = NamedVersion),
        (status = 401, description = "No valid token, or nobody signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may write", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document or version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "As many named versions as there may be", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn name(
    State(state): State<AppState>,
    VersionPath(name, id): VersionPath,
    bearer: Bearer,
    JsonBody(wish): JsonBody<VersionWish>,
) -> Result<Json<NamedVersion>, Problem> {
    bearer.require(&state, &name, Access::Write).await?;
    let naming = naming(&wish, &bearer)?;
    let store = state.store.as_ref();
    let past = past_of(store, &name).await?;
    if store.version(past.doc, id).await?.is_none() {
        // The journal has it still; with a name it is kept.
        let _turn = state.read_turn().await?;
        let told = tell(store, &name, id, now_ms())
            .await?
            .ok_or(Problem::NoSuchVersion)?;
        let kept = (id, told.ends_session);
        keep(store, past, told.state, told.at_ms, kept, naming.clone()).await?;
    }
    // Also when another keeps it without a name at this moment.
    match store.name_version(past.doc, id, &naming).await? {
        KeepOutcome::Kept => Ok(Json(named(store, past, id).await?)),
        KeepOutcome::Missing => Err(Problem::NoSuchVersion),
        KeepOutcome::Full => Err(Problem::TooManyVersions),
    }
}

/// What the document said in a version, as one update (V1).
#[utoipa::path(get, path = "/api/v1/documents/{name}/versions/{id}/update", tag = "history",
    params(("name" = String, Path, description = "Document name, percent-encoded"), ("id" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "The whole document of then as one V1 update", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "No valid token, or nobody signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document or version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(state): State<AppState>,
    VersionPath(name, id): VersionPath,
    bearer: Bearer,
) -> Result<impl IntoResponse, Problem> {
    bearer.require_inside(&state, &name).await?;
    let _turn = state.read_turn().await?;
    let told = tell(state.store.as_ref(), &name, id, now_ms())
        .await?
        .ok_or(Problem::NoSuchVersion)?;
    Ok((
        [(header::CONTENT_TYPE, "application/octet-stream")],
        told.state,
    ))
}

async fn past_of(store: &dyn Store, name: &DocName) -> Result<Past, Problem> {
    store.past_of(name).await?.ok_or(Problem::NoSuchDocument)
}

fn naming(wish: &VersionWish, bearer: &Bearer) -> Result<Naming, Problem> {
    let name = wording::line(&wish.name, NAME_CHARS_MAX)
        .map_err(|_| Problem::InvalidField { field: "name" })?;
    Ok(Naming {
        name,
        by: bearer.0.user.clone(),
    })
}

/// Keeps a text under a name.
async fn keep(
    store: &dyn Store,
    past: Past,
    text: Vec<u8>,
    at_ms: i64,
    (id, ends_session): (VersionId, bool),
    naming: Naming,
) -> Result<(), Problem> {
    let doc = past.doc;
    let state = tokio::task::spawn_blocking(move || PackedState::of(doc, &text))
        .await
        .map_err(|_| Problem::Internal)??;
    let version = NewVersion {
        id,
        at_ms,
        ends_session,
        state,
        naming: Some(naming),
    };
    match store.keep_versions(doc, &[version], now_ms()).await? {
        KeepOutcome::Kept => Ok(()),
        KeepOutcome::Missing => Err(Problem::NoSuchVersion),
        KeepOutcome::Full => Err(Problem::TooManyVersions),
    }
}

async fn named(store: &dyn Store, past: Past, id: VersionId) -> Result<NamedVersion, Problem> {
    let version = store
        .version(past.doc, id)
        .await?
        .ok_or(Problem::NoSuchVersion)?;
    let names = match &version.named_by {
        Some(member) => store.names_of(std::slice::from_ref(member)).await?,
        None => HashMap::new(),
    };
    shown_name(&version, &names).ok_or(Problem::NoSuchVersion)
}
