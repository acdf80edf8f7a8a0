//! Who wrote a document, and who may be spoken to in its discussion.
//!
//! A CRDT keeps with every letter the client that wrote it, and the server knows whose that client is (D16); the app puts
//! the two together. The same question about a discussion says who said what.

use axum::Json;
use axum::extract::State;
use consilium_protocol::ids::{Access, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::bearer::Bearer;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::now_ms;
use super::state::AppState;
use crate::store::communities::NamedAccount;
use crate::store::discussions::Author;
use crate::store::portal_ids::AccountId;

/// Who wrote in a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Authors {
    /// In no order. Those who have left are among them.
    pub authors: Vec<DocumentAuthor>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentAuthor {
    /// The member.
    #[schema(value_type = String)]
    pub id: UserId,
    /// What they are called today; absent for somebody without an account here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The CRDT client ids that are theirs in this document, in ascending order.
    pub clients: Vec<u64>,
}

impl From<Author> for DocumentAuthor {
    fn from(author: Author) -> Self {
        Self {
            id: author.id,
            name: author.name,
            clients: author.clients,
        }
    }
}

/// Says whose the CRDT client ids of a document are: who wrote which letter, and who said what in a discussion.
#[utoipa::path(get, path = "/api/v1/documents/{name}/authors", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded; with `/discussion` behind it, its discussion")),
    responses(
        (status = 200, description = "Everybody who wrote in it", body = Authors),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn authors(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
) -> Result<Json<Authors>, Problem> {
    bearer.require_inside(&state, &name).await?;
    let _turn = state.read_turn().await?;
    let authors = state.store.authors(&name).await?;
    let authors = authors.ok_or(Problem::NoSuchDocument)?;
    Ok(Json(Authors {
        authors: authors.into_iter().map(DocumentAuthor::from).collect(),
    }))
}

/// Who may read a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readers {
    /// Those in the document's community, by name.
    pub readers: Vec<Reader>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reader {
    /// The account.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// What they are called.
    pub name: String,
}

impl From<NamedAccount> for Reader {
    fn from(account: NamedAccount) -> Self {
        Self {
            id: account.id,
            name: account.name,
        }
    }
}

/// Lists who in the document's community may read it, for those who may comment on it: whom a comment can reach.
#[utoipa::path(get, path = "/api/v1/documents/{name}/readers", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "By name", body = Readers),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For those who may comment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn readers(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
) -> Result<Json<Readers>, Problem> {
    bearer.require(&state, &name, Access::Comment).await?;
    let readers = state.store.readers(&name, now_ms()).await?;
    Ok(Json(Readers {
        readers: readers.into_iter().map(Reader::from).collect(),
    }))
}
