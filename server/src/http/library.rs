//! What is open beyond a community: the shared library of everybody with an account, and what strangers read.
//!
//! A stranger learns of a public document its text, its title and whose it is; who reads or writes it they do not learn,
//! and there is no socket for them. Of any other document they learn nothing, not even that it exists.

use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use consilium_protocol::ids::{Access, DocName};
use serde::Serialize;
use utoipa::ToSchema;

use super::bearer::Bearer;
use super::community_documents::{Among, CommunityDocument, CommunityDocuments, listed};
use super::doc_path::DocPath;
use super::documents::{ListQuery, filter_of};
use super::looks::logo_path;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;

/// What a stranger learns of a public document besides its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicPage {
    /// Its name in paths.
    #[schema(value_type = String)]
    pub name: DocName,
    /// Its title.
    pub title: String,
    /// When it was last edited, in milliseconds since 1970 UTC, exact to some seconds.
    pub updated_at: i64,
    /// Whose it is.
    pub community: PublicCommunity,
}

/// The community of a public document.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicCommunity {
    /// What it is called.
    pub name: String,
    /// Its colour: `#` and six hexadecimal digits.
    pub accent: String,
    /// Where its picture is; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The language of its own words: `en` or `de`.
    #[schema(value_type = String)]
    pub language: &'static str,
}

/// Shows what a public document is called and whose it is. Its text is `GET /docs/{name}/update`. Nobody signs in for it.
#[utoipa::path(get, path = "/api/v1/public/{name}", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "The document", body = PublicPage),
        (status = 404, description = "No such document, or it is not open to everybody", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn public(
    State(state): State<AppState>,
    DocPath(name): DocPath,
) -> Result<Json<PublicPage>, Problem> {
    let found = state.store.public_document(&name).await?;
    let found = found.ok_or(Problem::NoSuchDocument)?;
    Ok(Json(PublicPage {
        name: found.record.name,
        title: found.record.title,
        updated_at: found.record.updated_at_ms,
        community: PublicCommunity {
            name: found.community_name,
            accent: found.accent,
            logo: logo_path(found.community, found.logo),
            language: found.language.word(),
        },
    }))
}

/// Lists the documents of all communities that everybody with an account can read.
#[utoipa::path(get, path = "/api/v1/library", tag = "documents", params(ListQuery),
    responses(
        (status = 200, description = "One page, latest first", body = CommunityDocuments),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<CommunityDocuments>, Problem> {
    let filter = filter_of(query)?;
    let actor = signed_in.actor();
    let (documents, next) = listed(&*state.store, actor, Among::Shared, filter).await?;
    Ok(Json(CommunityDocuments {
        documents: documents.into_iter().map(CommunityDocument::from).collect(),
        next,
    }))
}

/// Whoever wants to read a document: by a proof of who they are, or as a stranger.
#[derive(Debug)]
pub enum Reader {
    /// Somebody whose proof is good.
    Known(Bearer),
    /// Nobody in particular, and what they are told where a proof is needed.
    Stranger(Problem),
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match Bearer::from_request_parts(parts, state).await {
            Ok(bearer) => Ok(Self::Known(bearer)),
            Err(Problem::NotSignedIn) => Ok(Self::Stranger(Problem::NotSignedIn)),
            Err(problem) => Err(problem),
        }
    }
}

impl Reader {
    /// Insists on being able to read, as of now.
    ///
    /// # Errors
    /// As [`Bearer::require`]; for a stranger, that nobody is signed in, whatever the reason.
    pub async fn require(&self, state: &AppState, name: &DocName) -> Result<(), Problem> {
        match self {
            Self::Known(bearer) => bearer.require(state, name, Access::Read).await.map(|_| ()),
            Self::Stranger(problem) => {
                let found = state.store.public_document(name).await?;
                found.map(|_| ()).ok_or(*problem)
            }
        }
    }
}
