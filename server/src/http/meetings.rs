//! Meetings of communities: planned, listed, taken off; and the one that is under way about a document.
//!
//! What goes on in a meeting is a stream ([`live`]) and commands ([`commands`]); what is left of it are its [`minutes`].

pub mod commands;
pub mod live;
pub mod minutes;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use consilium_model::meeting::people::Lobby;
use consilium_model::meeting::state::Phase;
use consilium_model::meeting::writing::Why;
use consilium_model::meeting::{limits, refusal::Refusal as MeetingRefusal};
use consilium_protocol::ids::{Access, DocName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::CommunityPath;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use crate::community::wording;
use crate::store::communities::{Actor, Refusal};
use crate::store::meetings::{MeetingView, NewMeeting};
use crate::store::portal_ids::{AccountId, CommunityId, MeetingId};

/// A meeting's title: a line in a list.
const TITLE_CHARS_MAX: usize = 120;

/// Documents that one meeting is about.
const DOCUMENTS_MAX: usize = 20;

/// The last moment at which a meeting may begin: the end of the year 9999.
const STARTS_AT_MAX: i64 = 253_402_300_799_999;

/// `…/meetings/{id}`. A text that is no id is like the id of nothing.
#[derive(Debug, Clone, Copy)]
pub struct MeetingPath(pub MeetingId);

impl<S: Send + Sync> FromRequestParts<S> for MeetingPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::NoSuchMeeting)?;
        id.parse().map(Self).map_err(|_| Problem::NoSuchMeeting)
    }
}

/// A meeting to plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MeetingWish {
    /// What it is called: one line of at most 120 characters.
    pub title: String,
    /// When it is to begin, in milliseconds since 1970 UTC; null where that is open.
    #[serde(default)]
    pub starts_at: Option<i64>,
    /// The names of the documents that it is about: 1 to 20 of the community.
    #[schema(value_type = Vec<String>)]
    pub documents: Vec<String>,
    /// The accounts of who takes over, in this order; at most 5.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub deputies: Vec<AccountId>,
    /// `open`, or `knock` where whoever comes waits to be let in.
    #[schema(value_type = String)]
    pub lobby: Lobby,
    /// Whether nobody leads it.
    #[serde(default)]
    pub peers: bool,
}

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownMeeting {
    /// Its id.
    #[schema(value_type = String)]
    pub id: MeetingId,
    /// The community's id.
    #[schema(value_type = String)]
    pub community: CommunityId,
    /// What it is called.
    pub title: String,
    /// When it is to begin, in milliseconds since 1970 UTC.
    pub starts_at: Option<i64>,
    /// `planned`, `open` or `ended`.
    #[schema(value_type = String)]
    pub phase: Phase,
    /// The account of who was named to lead it; null for a meeting of peers.
    pub leader: Option<String>,
    /// The accounts of who was named to take over.
    pub deputies: Vec<String>,
    /// What those are called.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub names: BTreeMap<AccountId, String>,
    /// What it is about, of what the asker may read.
    pub documents: Vec<MeetingDocument>,
    /// Whether the asker may take it off before it begins.
    pub may_cancel: bool,
}

/// A document that a meeting is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingDocument {
    /// Its name.
    #[schema(value_type = String)]
    pub name: DocName,
    /// What it is called.
    pub title: String,
}

/// The meetings of a community.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingList {
    /// The newest first.
    pub meetings: Vec<ShownMeeting>,
}

/// The meeting that is under way about a document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeetingAbout {
    /// Its id.
    #[schema(value_type = String)]
    pub id: MeetingId,
    /// What it is called.
    pub title: String,
    /// `open`.
    #[schema(value_type = String)]
    pub phase: Phase,
    /// Why the asker may not write the document for now: a code of docs/meetings.md. Nothing where they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_up: Option<&'static str>,
}

/// By what a text is known in a vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextHash {
    /// SHA-256 of what the whole text shows, in hexadecimal digits; null where nothing is written.
    pub hash: Option<String>,
}

impl From<MeetingView> for ShownMeeting {
    fn from(view: MeetingView) -> Self {
        let text = |who: &consilium_protocol::ids::UserId| who.as_str().to_owned();
        Self {
            id: view.id,
            community: view.community,
            title: view.title,
            starts_at: view.starts_at_ms,
            phase: view.phase,
            leader: view.setup.leader.as_ref().map(text),
            deputies: view.setup.deputies.iter().map(text).collect(),
            names: view.names,
            documents: view
                .documents
                .into_iter()
                .map(|(name, title)| MeetingDocument { name, title })
                .collect(),
            may_cancel: view.may_cancel && view.phase == Phase::Planned,
        }
    }
}

/// Plans a meeting; for leaders and deputies of the community, and one of peers for those who belong to it.
#[utoipa::path(post, path = "/api/v1/communities/{id}/meetings", tag = "meetings", request_body = MeetingWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 201, description = "Planned", body = ShownMeeting),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for the asker", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Too many are planned, or the community is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn plan(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(community): CommunityPath,
    JsonBody(wish): JsonBody<MeetingWish>,
) -> Result<(StatusCode, Json<ShownMeeting>), Problem> {
    let invalid = |field| Problem::InvalidField { field };
    let title = wording::line(&wish.title, TITLE_CHARS_MAX).map_err(|_| invalid("title"))?;
    if wish
        .starts_at
        .is_some_and(|at| !(0..=STARTS_AT_MAX).contains(&at))
    {
        return Err(invalid("startsAt"));
    }
    if wish.documents.is_empty() || wish.documents.len() > DOCUMENTS_MAX {
        return Err(invalid("documents"));
    }
    let documents = wish
        .documents
        .iter()
        .map(|name| DocName::parse(name).map_err(|_| invalid("documents")))
        .collect::<Result<_, _>>()?;
    if wish.deputies.len() > limits::DEPUTIES_MAX || (wish.peers && !wish.deputies.is_empty()) {
        return Err(invalid("deputies"));
    }
    let meeting = NewMeeting {
        id: MeetingId::new(),
        title,
        starts_at_ms: wish.starts_at,
        documents,
        deputies: wish.deputies,
        lobby: wish.lobby,
        peers: wish.peers,
    };
    let planned = state
        .store
        .plan_meeting(signed_in.actor(), community, &meeting)
        .await?;
    let view = planned.map_err(|refusal| match refusal {
        // It was the body that named them.
        Refusal::NoSuchMember => invalid("deputies"),
        Refusal::NoSuchDocument => invalid("documents"),
        other => other.into(),
    })?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Lists the meetings of a community, the newest first; for everybody in it but listeners.
#[utoipa::path(get, path = "/api/v1/communities/{id}/meetings", tag = "meetings",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "The newest first; at most 200", body = MeetingList),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for listeners", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(community): CommunityPath,
) -> Result<Json<MeetingList>, Problem> {
    let listed = state.store.meetings(signed_in.actor(), community).await??;
    Ok(Json(MeetingList {
        meetings: listed.into_iter().map(ShownMeeting::from).collect(),
    }))
}

/// Shows a meeting.
#[utoipa::path(get, path = "/api/v1/meetings/{id}", tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 200, description = "The meeting", body = ShownMeeting),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such meeting, or not for the asker", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MeetingPath(id): MeetingPath,
) -> Result<Json<ShownMeeting>, Problem> {
    let found = state.store.meeting(signed_in.actor(), id).await?;
    let view = found.ok_or(Problem::NoSuchMeeting)?;
    Ok(Json(view.into()))
}

/// Takes a meeting off that has not begun; for whoever planned it, and leaders and deputies of the community.
#[utoipa::path(delete, path = "/api/v1/meetings/{id}", tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id")),
    responses(
        (status = 204, description = "It is not held"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not for the asker", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such meeting, or not for the asker", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has begun", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn cancel(
    State(state): State<AppState>,
    signed_in: SignedIn,
    MeetingPath(id): MeetingPath,
) -> Result<StatusCode, Problem> {
    let cancelled = state.store.cancel_meeting(signed_in.actor(), id).await?;
    if !cancelled.ok_or(Problem::NoSuchMeeting)?? {
        return Err(Problem::MeetingRefused {
            refusal: MeetingRefusal::NotNow.code(),
        });
    }
    state.meetings.changed(id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Finds the meeting that is under way about a document; for whoever may read the document and be in the meeting.
#[utoipa::path(get, path = "/api/v1/documents/{name}/meeting", tag = "meetings",
    params(("name" = String, Path, description = "The document's name")),
    responses(
        (status = 200, description = "The meeting", body = MeetingAbout),
        (status = 204, description = "No meeting, or none that the asker may be in"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn about(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Response, Problem> {
    let by = signed_in.actor();
    check_reads(&state, by, &name).await?;
    let view = match state.store.meeting_about(&name).await? {
        Some(id) => state.store.meeting(by, id).await?,
        None => None,
    };
    let Some(view) = view else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let who = by.account.user();
    let why = state.access.moderation().why(&name, &who, now_ms());
    Ok(Json(MeetingAbout {
        id: view.id,
        title: view.title,
        phase: view.phase,
        held_up: why.map(Why::code),
    })
    .into_response())
}

/// Says by what the text of a document is known in a vote, as it is committed now; for whoever may read it.
#[utoipa::path(get, path = "/api/v1/documents/{name}/text-hash", tag = "meetings",
    params(("name" = String, Path, description = "The document's name")),
    responses(
        (status = 200, description = "Its hash", body = TextHash),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away, or the document cannot be read", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn text_hash(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<TextHash>, Problem> {
    check_reads(&state, signed_in.actor(), &name).await?;
    let hash = state.meetings.hash_of_text(&name).await?;
    Ok(Json(TextHash {
        hash: hash.map(|hash| hash.to_string()),
    }))
}

/// Whoever may not read a document is told that there is none.
async fn check_reads(state: &AppState, by: Actor, name: &DocName) -> Result<(), Problem> {
    let standing = state
        .store
        .document_standing(by.account, name, by.at_ms)
        .await?;
    match standing {
        Some(standing) if standing.access() >= Access::Read => Ok(()),
        _ => Err(Problem::NoSuchDocument),
    }
}
