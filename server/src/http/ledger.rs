//! The ledger of a community, for those who belong to it.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::community_path::CommunityPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::store::communities::{LedgerLine, NamedAccount};
use crate::store::limits::LEDGER_PAGE;
use crate::store::portal_ids::AccountId;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<u64>,
}

/// A page of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ledger {
    /// Newest first.
    pub entries: Vec<ShownEntry>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One act.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownEntry {
    /// Its place: 1, 2, 3, without gaps.
    pub seq: u64,
    /// When, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Who; absent for the operator of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Person>,
    /// What, as a stable word.
    pub act: String,
    /// Whom it concerned, where it concerned one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Person>,
    /// The particulars. With its keys sorted and without spaces it is what the hash covers.
    #[schema(value_type = Object)]
    pub detail: Map<String, Value>,
    /// The SHA-256 over the hash before and this entry, in hexadecimal digits.
    pub hash: String,
}

/// Somebody, under the name of today.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The account's id.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// The name.
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

pub(super) fn shown(line: LedgerLine) -> Result<ShownEntry, Problem> {
    let entry = line.sealed.entry;
    let detail = serde_json::from_str(&entry.detail).map_err(|error| {
        tracing::error!(community = %entry.community, seq = entry.seq, %error, "an entry of the ledger is no JSON");
        Problem::Internal
    })?;
    Ok(ShownEntry {
        seq: entry.seq,
        at: entry.at_ms,
        actor: line.actor.map(Person::from),
        act: entry.act,
        member: line.member.map(Person::from),
        detail,
        hash: line.sealed.hash.to_string(),
    })
}

/// Shows what was decided, by whom and when; for those who belong to the community.
#[utoipa::path(get, path = "/api/v1/communities/{id}/ledger", tag = "communities",
    params(("id" = String, Path, description = "The community's id"), LedgerQuery),
    responses(
        (status = 200, description = "One page, newest first", body = Ledger),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For members and up", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    query: Result<Query<LedgerQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Ledger>, Problem> {
    let Query(query) = query.map_err(|_| Problem::BadQuery)?;
    let lines = state
        .store
        .ledger(signed_in.actor(), id, query.after, LEDGER_PAGE)
        .await??;
    let last = lines.last().map(|line| line.sealed.entry.seq);
    Ok(Json(Ledger {
        // The first act of a community is number 1.
        next: last.filter(|seq| *seq > 1),
        entries: lines.into_iter().map(shown).collect::<Result<_, _>>()?,
    }))
}
