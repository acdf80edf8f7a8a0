//! The list of documents, the bin and the way back.
//!
//! A bearer sees exactly the documents that their grants cover; a member of the portal, those that communities let them
//! read. Contents and titles are edited through the CRDT; here
//! a title is only a copy for lists.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use consilium_model::discussion;
use consilium_protocol::ids::{Access, DocName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bearer::Bearer;
use super::community_documents::readable;
use super::doc_path::DocPath;
use super::document_policy::PolicyCommunity;
use super::limits::{LISTED_MAX, QUERY_BYTES_MAX, SCANNED_MAX};
use super::problem::{Problem, ProblemBody};
use super::signed_in::{now_ms, require_live};
use super::state::AppState;
use crate::auth::Grants;
use crate::store::communities::{Actor, OpenDocument};
use crate::store::{
    DocId, DocumentCursor, DocumentFilter, DocumentRecord, Shelf, Store, StoreError,
};

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Words that must all occur in the title.
    #[serde(default)]
    pub query: String,
    /// `true` lists the bin.
    #[serde(default)]
    pub deleted: bool,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// A page of documents.
#[derive(Debug, Serialize, ToSchema)]
pub struct Documents {
    /// Latest first.
    pub documents: Vec<ListedDocument>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One document of the list. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedDocument {
    /// The name for sockets and paths.
    #[schema(value_type = String)]
    pub name: DocName,
    /// The title in the document.
    pub title: String,
    /// When it was created.
    pub created_at: i64,
    /// When it was last edited, exact to some seconds.
    pub updated_at: i64,
    /// When it was put into the bin.
    pub deleted_at: Option<i64>,
    /// Whose it is; in a portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<PolicyCommunity>,
}

impl From<DocumentRecord> for ListedDocument {
    fn from(record: DocumentRecord) -> Self {
        Self {
            name: record.name,
            title: record.title,
            created_at: record.created_at_ms,
            updated_at: record.updated_at_ms,
            deleted_at: record.deleted_at_ms,
            community: None,
        }
    }
}

impl From<OpenDocument> for ListedDocument {
    fn from(document: OpenDocument) -> Self {
        Self {
            community: Some(PolicyCommunity {
                id: document.standing.community,
                name: document.community_name,
            }),
            ..document.record.into()
        }
    }
}

/// Lists the documents that the token covers, or that a member of the portal may read.
#[utoipa::path(get, path = "/api/v1/documents", tag = "documents", params(ListQuery),
    responses(
        (status = 200, description = "One page, latest first", body = Documents),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<AppState>,
    bearer: Bearer,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Documents>, Problem> {
    let filter = filter_of(query)?;
    let (documents, next) = match bearer.0.portal_member() {
        None => visible(state.store.as_ref(), filter, &bearer.0).await?,
        Some(member) => {
            require_live(&state, member.session).await?;
            let by = Actor {
                account: member.account,
                at_ms: now_ms(),
            };
            let (readable, next) = readable(&*state.store, by, None, filter).await?;
            (
                readable.into_iter().map(ListedDocument::from).collect(),
                next,
            )
        }
    };
    Ok(Json(Documents { documents, next }))
}

/// What a query asks for.
pub(super) fn filter_of(
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<DocumentFilter, Problem> {
    let Query(query) = query.map_err(|_| Problem::BadQuery)?;
    if query.query.len() > QUERY_BYTES_MAX {
        return Err(Problem::BadQuery);
    }
    Ok(DocumentFilter {
        search: query.query,
        shelf: if query.deleted {
            Shelf::Bin
        } else {
            Shelf::Live
        },
        after: query
            .after
            .as_deref()
            .map(|cursor| parse_cursor(cursor).ok_or(Problem::BadQuery))
            .transpose()?,
        ..DocumentFilter::default()
    })
}

/// Puts a document into the bin. It stays whole, and whoever has it open can go on.
#[utoipa::path(delete, path = "/api/v1/documents/{name}", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 204, description = "In the bin"),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover writing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])))]
pub async fn delete(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
) -> Result<StatusCode, Problem> {
    set_deleted(&state, &name, &bearer, Some(now_ms())).await
}

/// Takes a document out of the bin.
#[utoipa::path(post, path = "/api/v1/documents/{name}/restore", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 204, description = "Out of the bin"),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover writing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])))]
pub async fn restore(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
) -> Result<StatusCode, Problem> {
    set_deleted(&state, &name, &bearer, None).await
}

async fn set_deleted(
    state: &AppState,
    name: &DocName,
    bearer: &Bearer,
    deleted_at_ms: Option<i64>,
) -> Result<StatusCode, Problem> {
    // A discussion goes where its document goes.
    if state.portal.is_some() && discussion::parent_of(name).is_some() {
        return Err(Problem::NoSuchDocument);
    }
    bearer.require(state, name, Access::Write).await?;
    if let Some(member) = bearer.0.portal_member() {
        let by = Actor {
            account: member.account,
            at_ms: now_ms(),
        };
        let is_binned = deleted_at_ms.is_some();
        state.store.set_binned(by, name, is_binned).await??;
        state.access.look_now();
        return Ok(StatusCode::NO_CONTENT);
    }
    if state.store.set_deleted(name, deleted_at_ms).await? {
        state.access.look_now();
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::NoSuchDocument)
    }
}

/// Pages through the store until the answer is full, enough was looked at, or all was seen.
async fn visible(
    store: &dyn Store,
    mut filter: DocumentFilter,
    grants: &Grants,
) -> Result<(Vec<ListedDocument>, Option<String>), StoreError> {
    let mut documents = Vec::new();
    let mut scanned = 0;
    loop {
        let page = store.documents(&filter).await?;
        let is_last = page.len() < filter.page_size() as usize;
        scanned += page.len();
        for record in page {
            filter.after = Some(filter.cursor_after(&record));
            if grants.access_to(&record.name) >= Access::Read {
                documents.push(ListedDocument::from(record));
            }
            if documents.len() == LISTED_MAX {
                break;
            }
        }
        if is_last && documents.len() < LISTED_MAX {
            return Ok((documents, None));
        }
        if documents.len() == LISTED_MAX || scanned >= SCANNED_MAX {
            return Ok((documents, filter.after.map(write_cursor)));
        }
    }
}

pub(super) fn write_cursor(cursor: DocumentCursor) -> String {
    format!("{}.{}", cursor.at_ms, cursor.id)
}

fn parse_cursor(text: &str) -> Option<DocumentCursor> {
    let (at_ms, id) = text.split_once('.')?;
    Some(DocumentCursor {
        at_ms: at_ms.parse().ok()?,
        id: DocId(id.parse().ok()?),
    })
}
