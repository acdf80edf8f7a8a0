//! Searching the documents that one may read at this moment.
//!
//! What is found is shown as parts of plain text; whoever shows them makes the markup. Of what the asker may not read
//! nothing is told: not how much there is, and neither a page nor where it ends depends on it. Nobody without an account
//! searches anything.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::document_policy::PolicyCommunity;
use super::limits::{SEARCH_PAGE, SEARCHED_MAX};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::search::found::{Found, Part, Snippet, find as find_in};
use crate::search::query::Query as Wanted;
use crate::store::DocId;
use crate::store::communities::Actor;
use crate::store::search::{Search, SearchCursor, SearchHit, SearchWithin};
use crate::telemetry::names;

/// The word for what is open to everybody, in place of a community.
const LIBRARY: &str = "library";

/// What to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// 1 to 200 characters: words that must all occur in title or text, phrases in quotation marks. Words of four letters
    /// or more, and the last one, find what begins with them; letter case, accents and umlauts do not count.
    #[serde(default)]
    pub query: String,
    /// The id of a community to look in; or `library`, for what is open to everybody, of communities that one is not in.
    #[serde(default)]
    pub community: Option<String>,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// A page of what was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// Those with all words in the title first, then the last changed first.
    pub hits: Vec<SearchResult>,
    /// Where the next page begins; absent on the last one. A page may hold few hits, or none, and yet have a next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A document that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// Its name for sockets and paths.
    #[schema(value_type = String)]
    pub name: DocName,
    /// Its whole title; empty where it has none.
    pub title: Vec<SearchPart>,
    /// Up to three passages; none when all was found in the title.
    pub snippets: Vec<SearchSnippet>,
    /// Where it is for the asker: `community`, or `library` for a document of a community that they are not in.
    #[schema(value_type = String)]
    pub place: &'static str,
    /// Whose it is.
    pub community: PolicyCommunity,
    /// How far it is open: `private`, `sub-group`, `community`, `portal` or `public`.
    #[schema(value_type = String)]
    pub privacy: &'static str,
    /// When it was last edited, in milliseconds since 1970 UTC, exact to some seconds.
    pub updated_at: i64,
}

/// A passage that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchSnippet {
    /// The heading above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The passage, or a part of it.
    pub parts: Vec<SearchPart>,
}

/// A piece of plain text.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchPart {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub found: bool,
}

/// Searches the documents that one may read. They are searched as they were some seconds ago.
#[utoipa::path(get, path = "/api/v1/search", tag = "documents", params(SearchQuery),
    responses(
        (status = 200, description = "One page, best first", body = SearchResults),
        (status = 400, description = "Bad query string", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn find(
    State(state): State<AppState>,
    signed_in: SignedIn,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Json<SearchResults>, Problem> {
    let Query(query) = query.map_err(|_| Problem::BadQuery)?;
    let wanted =
        Wanted::parse(&query.query).map_err(|_| Problem::InvalidField { field: "query" })?;
    let after = query
        .after
        .as_deref()
        .map(|text| parse_cursor(text).ok_or(Problem::InvalidField { field: "after" }))
        .transpose()?;
    let by = signed_in.actor();
    let within = within(&state, by, query.community.as_deref()).await?;
    let _turn = state.search_turn().await?;
    let started = std::time::Instant::now();
    let results = search(&state, by, wanted, within, after).await;
    metrics::histogram!(names::SEARCH_SECONDS).record(started.elapsed().as_secs_f64());
    results.map(Json)
}

async fn within(
    state: &AppState,
    by: Actor,
    community: Option<&str>,
) -> Result<SearchWithin, Problem> {
    match community {
        None => Ok(SearchWithin::Everything),
        Some(LIBRARY) => Ok(SearchWithin::Library),
        Some(text) => {
            let id = text.parse().map_err(|_| Problem::NoSuchCommunity)?;
            state.store.community(by, id).await??;
            Ok(SearchWithin::Community(id))
        }
    }
}

/// Looks through pages of the store until the answer is full, enough was looked at, or all was seen.
async fn search(
    state: &AppState,
    by: Actor,
    wanted: Wanted,
    within: SearchWithin,
    mut after: Option<SearchCursor>,
) -> Result<SearchResults, Problem> {
    let mut hits = Vec::new();
    let mut looked_at = 0;
    loop {
        let search = Search {
            query: &wanted,
            within,
            after,
            limit: SEARCH_PAGE,
        };
        let page = state.store.search(by, search).await?;
        looked_at += SEARCH_PAGE;
        after = page.next;
        let room = SEARCH_PAGE - hits.len();
        let mut found = shown(&wanted, page.hits).await?;
        let is_too_much = found.len() > room;
        found.truncate(room);
        if let (true, Some((last, _))) = (is_too_much, found.last()) {
            after = Some(*last);
        }
        hits.extend(found.into_iter().map(|(_, hit)| hit));
        if after.is_none() || hits.len() == SEARCH_PAGE || looked_at >= SEARCHED_MAX {
            return Ok(SearchResults {
                hits,
                next: after.map(write_cursor),
            });
        }
    }
}

/// What is shown of each, off the async threads: a page of the longest documents is several megabytes.
async fn shown(
    wanted: &Wanted,
    hits: Vec<SearchHit>,
) -> Result<Vec<(SearchCursor, SearchResult)>, Problem> {
    let wanted = wanted.clone();
    tokio::task::spawn_blocking(move || {
        hits.into_iter()
            .filter_map(|hit| {
                let found = find_in(&wanted, &hit.text)?;
                Some((hit.cursor, result(hit, found)))
            })
            .collect()
    })
    .await
    .map_err(|_| Problem::Internal)
}

fn result(hit: SearchHit, found: Found) -> SearchResult {
    SearchResult {
        name: hit.record.name,
        title: parts(found.title),
        snippets: found.snippets.into_iter().map(snippet).collect(),
        place: match hit.standing.role {
            Some(_) => "community",
            None => LIBRARY,
        },
        community: PolicyCommunity {
            id: hit.standing.community,
            name: hit.community_name,
        },
        privacy: hit.standing.privacy.word(),
        updated_at: hit.record.updated_at_ms,
    }
}

fn snippet(snippet: Snippet) -> SearchSnippet {
    SearchSnippet {
        heading: snippet.heading,
        parts: parts(snippet.parts),
    }
}

fn parts(parts: Vec<Part>) -> Vec<SearchPart> {
    parts
        .into_iter()
        .map(|part| SearchPart {
            text: part.text,
            found: part.is_found,
        })
        .collect()
}

fn write_cursor(cursor: SearchCursor) -> String {
    let SearchCursor {
        in_title,
        at_ms,
        id,
    } = cursor;
    format!("{}-{at_ms}-{id}", u8::from(in_title))
}

fn parse_cursor(text: &str) -> Option<SearchCursor> {
    let mut parts = text.splitn(3, '-');
    let in_title = match parts.next()? {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    Some(SearchCursor {
        in_title,
        at_ms: parts.next()?.parse().ok()?,
        id: DocId(parts.next()?.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is() {
        let cursor = SearchCursor {
            in_title: true,
            at_ms: 1_790_000_000_000,
            id: DocId(7),
        };
        assert_eq!(parse_cursor(&write_cursor(cursor)), Some(cursor));
        for wrong in ["", "1", "1-2", "2-1-1", "1-x-1", "1-1-1-1", "1-1-"] {
            assert_eq!(parse_cursor(wrong), None, "{wrong}");
        }
    }
}
