//! What concerns whoever is signed in: seeing it, saying that it was read, and saying what they do not want to be told.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::paging::{PageAfter, PageQuery};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::store::catching_up::{NotificationView, Topic};
use crate::store::portal_ids::{AccountId, CommunityId, NotificationId, RoundId, SubGroupId};

/// Notifications in one answer: a panel full.
const PAGE: usize = 50;

/// Notifications that are marked as read by their ids at one time; a body of JSON holds no more.
const IDS_MAX: usize = 200;

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notifications {
    /// The newest first.
    pub notifications: Vec<ShownNotification>,
    /// How many are unread, on all pages.
    pub unread: usize,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many are unread.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unread {
    /// How many.
    pub unread: usize,
    /// The newest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<ShownNotification>,
}

/// One notification. It says who, what and where, in no words of the document but its title.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownNotification {
    /// Its id.
    #[schema(value_type = String)]
    pub id: NotificationId,
    /// When it was told, in milliseconds since 1970 UTC.
    pub at: i64,
    /// What it is about: `mention`, `reply`, `resolved`, `suggestion-made`, `suggestion-taken`,
    /// `suggestion-taken-in-part`, `suggestion-discarded`, `role-changed`, `access-granted`, `sub-group-joined`, `let-in`,
    /// `asks-to-join`, `comment-taken-away`, `round-opened`, `round-closed`, `term-ends`,
    /// `interests-judged`, `signature-asked`, `signature-declined` or `password-link-made`.
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// The account of who did it.
    #[schema(value_type = String)]
    pub actor_id: AccountId,
    /// What they are called.
    pub actor: String,
    /// In which community.
    #[schema(value_type = String)]
    pub community_id: CommunityId,
    /// What that is called.
    pub community: String,
    /// Whether it was read.
    pub read: bool,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The suggestion to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The thread of its discussion, by the place of its block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The round.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub round: Option<RoundId>,
    /// The sub-group.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub sub_group_id: Option<SubGroupId>,
    /// What that is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_group: Option<String>,
    /// A role, or what was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

impl From<NotificationView> for ShownNotification {
    fn from(view: NotificationView) -> Self {
        let (document, title) = view.document.unzip();
        let (sub_group_id, sub_group) = view.sub_group.unzip();
        Self {
            id: view.id,
            at: view.at_ms,
            kind: view.kind.word(),
            actor_id: view.actor.id,
            actor: view.actor.name,
            community_id: view.community,
            community: view.community_name,
            read: view.is_read,
            document: document.map(|name| name.to_string()),
            title,
            branch: view.branch.map(|name| name.to_string()),
            thread: view.thread,
            round: view.round,
            sub_group_id,
            sub_group,
            word: view.word,
            until: view.until_ms,
        }
    }
}

/// What was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadWish {
    /// These; at most 200.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub ids: Vec<NotificationId>,
    /// All that were told up to this moment, in milliseconds since 1970 UTC.
    #[serde(default)]
    pub up_to: Option<i64>,
}

/// What somebody does not want to be told of.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Silences {
    /// Of `mention`, `reply`, `suggestions`, `community` and `rounds`.
    pub off: Vec<String>,
}

/// Lists what concerns whoever is signed in, as far as they may see it now.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications",
    params(PageQuery),
    responses(
        (status = 200, description = "The newest first", body = Notifications),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    query: PageAfter,
) -> Result<Json<Notifications>, Problem> {
    let after = query.map_err(|_| Problem::BadQuery)?.0.after;
    let after = after.as_deref().map(cursor).transpose()?;
    let all = state.store.notifications(signed_in.actor()).await?;
    let unread = all.iter().filter(|view| !view.is_read).count();
    let mut rest = all
        .into_iter()
        .filter(|view| after.is_none_or(|after| (view.at_ms, view.id) < after));
    let shown: Vec<NotificationView> = rest.by_ref().take(PAGE).collect();
    let last = shown
        .last()
        .map(|view| format!("{}.{}", view.at_ms, view.id));
    let next = rest.next().and(last);
    Ok(Json(Notifications {
        notifications: shown.into_iter().map(ShownNotification::from).collect(),
        unread,
        next,
    }))
}

/// Where a page ended.
fn cursor(text: &str) -> Result<(i64, NotificationId), Problem> {
    let (at_ms, id) = text.split_once('.').ok_or(Problem::BadQuery)?;
    let at_ms = at_ms.parse().map_err(|_| Problem::BadQuery)?;
    let id = id.parse().map_err(|_| Problem::BadQuery)?;
    Ok((at_ms, id))
}

/// Says how many are unread, and which is the newest. Cheap enough to be asked again and again.
#[utoipa::path(get, path = "/api/v1/notifications/unread", tag = "notifications",
    responses(
        (status = 200, description = "How many", body = Unread),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn unread(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<Unread>, Problem> {
    let unread = state.store.unread(signed_in.actor()).await?;
    Ok(Json(Unread {
        unread: unread.len(),
        newest: unread.into_iter().next().map(ShownNotification::from),
    }))
}

/// Marks notifications as read.
#[utoipa::path(post, path = "/api/v1/notifications/read", tag = "notifications", request_body = ReadWish,
    responses(
        (status = 204, description = "They are read; those of others are passed over"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn mark_read(
    State(state): State<AppState>,
    signed_in: SignedIn,
    JsonBody(wish): JsonBody<ReadWish>,
) -> Result<StatusCode, Problem> {
    if wish.ids.len() > IDS_MAX {
        return Err(Problem::InvalidField { field: "ids" });
    }
    state
        .store
        .mark_read(signed_in.actor(), &wish.ids, wish.up_to)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(topics: &[Topic]) -> Json<Silences> {
    Json(Silences {
        off: topics.iter().map(|topic| topic.word().to_owned()).collect(),
    })
}

/// Says what whoever is signed in does not want to be told of.
#[utoipa::path(get, path = "/api/v1/account/notifications", tag = "notifications",
    responses(
        (status = 200, description = "What is off", body = Silences),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn silences(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<Silences>, Problem> {
    Ok(shown(&state.store.silences(signed_in.account.id).await?))
}

/// Changes that, from now on.
#[utoipa::path(put, path = "/api/v1/account/notifications", tag = "notifications", request_body = Silences,
    responses(
        (status = 200, description = "As it is now", body = Silences),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn silence(
    State(state): State<AppState>,
    signed_in: SignedIn,
    JsonBody(wish): JsonBody<Silences>,
) -> Result<Json<Silences>, Problem> {
    let mut topics = wish
        .off
        .iter()
        .map(|word| Topic::from_word(word).ok_or(Problem::InvalidField { field: "off" }))
        .collect::<Result<Vec<_>, _>>()?;
    topics.sort_unstable();
    topics.dedup();
    state.store.silence(signed_in.account.id, &topics).await?;
    Ok(shown(&topics))
}
