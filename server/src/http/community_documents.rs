//! The documents of a community: listing those that one may read, and beginning another.
//!
//! A document has its policy from its first moment: the store makes both at once, and only then does its text enter
//! through the room like any edit. Should the room fail in between, the document is there, empty, with its title in the
//! list: nobody lost anything, and its maker can write.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use consilium_model::access::Privacy;
use consilium_model::prose::Block;
use consilium_protocol::ids::{Access, DocName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::JsonBody;
use super::communities::offered_privacy;
use super::community_path::CommunityPath;
use super::documents::{ListQuery, ListedDocument, filter_of, write_cursor};
use super::limits::{LISTED_MAX, SCANNED_MAX};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::access_word;
use crate::community::templates::{Template, new_document};
use crate::community::wording::{self, TITLE_CHARS_MAX};
use crate::registry::ApplyOutcome;
use crate::store::communities::{Actor, NewDocument, OpenDocument};
use crate::store::joining::JoiningStore;
use crate::store::portal_ids::{CommunityId, SubGroupId};
use crate::store::{DocumentFilter, StoreError};

/// A page of a community's documents.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommunityDocuments {
    /// Latest first.
    pub documents: Vec<CommunityDocument>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommunityDocument {
    /// As in every list.
    #[serde(flatten)]
    pub listed: ListedDocument,
    /// How far it is open: `private`, `sub-group`, `community`, `portal` or `public`.
    #[schema(value_type = String)]
    pub privacy: &'static str,
    /// What the asker may do: `read`, `comment` or `write`.
    #[schema(value_type = String)]
    pub access: &'static str,
}

impl From<OpenDocument> for CommunityDocument {
    fn from(document: OpenDocument) -> Self {
        Self {
            privacy: document.standing.privacy.word(),
            access: access_word(document.standing.access()),
            listed: document.into(),
        }
    }
}

/// A document to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentWish {
    /// Its title: one line of at most 300 characters. That of the template, or none, when it is left out.
    #[serde(default)]
    pub title: Option<String>,
    /// `private`, `sub-group`, `community` or `portal`; what the community's documents begin with when it is left out.
    /// To strangers it is opened by a decision of its own.
    #[serde(default)]
    pub privacy: Option<String>,
    /// The sub-group that it is open to; with the privacy `sub-group`, and only with that.
    #[serde(default)]
    pub sub_group: Option<String>,
    /// `guideline-panel`, `community-of-practice` or `working-group`; empty when it is left out.
    #[serde(default)]
    pub template: Option<String>,
}

/// A document that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeDocument {
    /// Its name for sockets and paths.
    #[schema(value_type = String)]
    pub name: DocName,
}

/// What a new document says.
pub(super) struct NewText {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A name as the app makes them.
pub(super) fn new_name() -> DocName {
    match DocName::parse(&Uuid::now_v7().to_string()) {
        Ok(name) => name,
        Err(error) => unreachable!("a UUID is a document name: {error}"),
    }
}

/// Brings the first text of a document to its room, in its maker's name. A failure is logged: the document is there.
pub(super) async fn write_first_text(
    state: &AppState,
    signed_in: &SignedIn,
    name: &DocName,
    text: NewText,
) {
    if text.title.is_empty() && text.blocks.is_empty() {
        return;
    }
    let update = new_document(&text.title, &text.blocks);
    let author = Some(signed_in.account.id.user());
    let applied = state
        .registry
        .apply_update(name, author, Access::Write, update.into())
        .await;
    match applied {
        Ok(ApplyOutcome::Committed) => {}
        Ok(ApplyOutcome::Quarantined(reason)) => {
            tracing::error!(%name, reason = reason.word(), "the first text of a document was set aside");
        }
        Err(error) => tracing::warn!(%name, %error, "a document was begun, but stayed empty"),
    }
}

/// Lists the documents of a community that one may read.
#[utoipa::path(get, path = "/api/v1/communities/{id}/documents", tag = "communities",
    params(("id" = String, Path, description = "The community's id"), ListQuery),
    responses(
        (status = 200, description = "One page, latest first", body = CommunityDocuments),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<CommunityDocuments>, Problem> {
    let filter = filter_of(query)?;
    let actor = signed_in.actor();
    let communities: &dyn JoiningStore = &*state.store;
    communities.community(actor, id).await??;
    let (documents, next) = readable(communities, actor, Some(id), filter).await?;
    Ok(Json(CommunityDocuments {
        documents: documents.into_iter().map(CommunityDocument::from).collect(),
        next,
    }))
}

/// Begins a document in a community; for members and up.
#[utoipa::path(post, path = "/api/v1/communities/{id}/documents", tag = "communities", request_body = DocumentWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 201, description = "Begun", body = MadeDocument),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For members and up", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn make(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<DocumentWish>,
) -> Result<(StatusCode, Json<MadeDocument>), Problem> {
    let unfit = |field| Problem::InvalidField { field };
    let title = wish
        .title
        .map(|title| wording::line(&title, TITLE_CHARS_MAX))
        .transpose()
        .map_err(|_| unfit("title"))?;
    let privacy = match (wish.privacy.as_deref(), wish.sub_group.as_deref()) {
        (Some(SUB_GROUP), group) => Wanted::SubGroup(sub_group(group)?),
        (_, Some(_)) => return Err(unfit("subGroup")),
        (word, None) => Wanted::Level(
            word.map(|word| offered_privacy(word, "privacy"))
                .transpose()?,
        ),
    };
    let template = wish
        .template
        .map(|word| Template::from_word(&word).ok_or(unfit("template")))
        .transpose()?;
    let communities: &dyn JoiningStore = &*state.store;
    let actor = signed_in.actor();
    let language = communities.community(actor, id).await??.community.language;
    let of_template = template.map(|template| template.title(language).to_owned());
    let text = NewText {
        title: title.or(of_template).unwrap_or_default(),
        blocks: template.map_or_else(Vec::new, |template| template.body(language)),
    };
    let document = NewDocument {
        name: new_name(),
        title: text.title.clone(),
        privacy: match privacy {
            Wanted::Level(level) => level,
            Wanted::SubGroup(_) => None,
        },
    };
    match privacy {
        Wanted::Level(_) => communities.create_document(actor, id, &document).await??,
        Wanted::SubGroup(group) => {
            let store = &state.store;
            store
                .create_document_in(actor, id, group, &document)
                .await??;
        }
    }
    state.access.look_now();
    write_first_text(&state, &signed_in, &document.name, text).await;
    let made = MadeDocument {
        name: document.name,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// What a new document is to be open to.
#[derive(Clone, Copy)]
enum Wanted {
    Level(Option<Privacy>),
    SubGroup(SubGroupId),
}

/// The word for a sub-group among the levels of privacy.
pub(super) const SUB_GROUP: &str = Privacy::SubGroup.word();

/// Reads the sub-group that goes with that level. A text that is no id is the id of none.
pub(super) fn sub_group(text: Option<&str>) -> Result<SubGroupId, Problem> {
    let text = text.ok_or(Problem::InvalidField { field: "subGroup" })?;
    Ok(text.parse().unwrap_or_default())
}

/// Which documents a list is of.
#[derive(Clone, Copy)]
pub(super) enum Among {
    /// Those of one community, or of all.
    Communities(Option<CommunityId>),
    /// Those that are open to everybody with an account.
    Shared,
}

/// The documents that the actor can read; and where to go on.
pub(super) async fn readable(
    store: &dyn JoiningStore,
    by: Actor,
    within: Option<CommunityId>,
    filter: DocumentFilter,
) -> Result<(Vec<OpenDocument>, Option<String>), StoreError> {
    listed(store, by, Among::Communities(within), filter).await
}

/// Pages through the store until the answer is full, enough was looked at, or all was seen; and where to go on.
pub(super) async fn listed(
    store: &dyn JoiningStore,
    by: Actor,
    among: Among,
    mut filter: DocumentFilter,
) -> Result<(Vec<OpenDocument>, Option<String>), StoreError> {
    let mut documents = Vec::new();
    let mut scanned = 0;
    loop {
        let page = match among {
            Among::Communities(within) => store.open_documents(by, within, &filter).await?,
            Among::Shared => store.shared_documents(by, &filter).await?,
        };
        let is_last = page.len() < filter.page_size() as usize;
        scanned += page.len();
        for document in page {
            filter.after = Some(filter.cursor_after(&document.record));
            if document.standing.access() >= Access::Read {
                documents.push(document);
            }
            if documents.len() == LISTED_MAX {
                break;
            }
        }
        let is_full = documents.len() == LISTED_MAX;
        if is_last && !is_full {
            return Ok((documents, None));
        }
        if is_full || scanned >= SCANNED_MAX {
            return Ok((documents, filter.after.map(write_cursor)));
        }
    }
}
