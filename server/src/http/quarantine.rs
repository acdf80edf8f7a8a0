//! What was set aside for review (D11): who, when, why and how large. Contents come with the review itself.

use axum::Json;
use axum::extract::State;
use consilium_protocol::ids::{Access, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::bearer::Bearer;
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::state::AppState;
use crate::store::QuarantinedRow;

/// What is set aside of one document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quarantine {
    /// Oldest first.
    pub entries: Vec<QuarantineEntry>,
}

/// One update that was not applied.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuarantineEntry {
    /// Its number in this store.
    pub id: i64,
    /// Who wrote it; absent without identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub author: Option<UserId>,
    /// Why it was not applied.
    pub reason: String,
    /// When it came, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Its size.
    pub update_bytes: usize,
}

impl From<QuarantinedRow> for QuarantineEntry {
    fn from(row: QuarantinedRow) -> Self {
        Self {
            id: row.id,
            author: row.entry.author,
            reason: row.entry.reason,
            at: row.entry.at_ms,
            update_bytes: row.entry.update.len(),
        }
    }
}

/// Lists what waits for review; for those who may write the document.
#[utoipa::path(get, path = "/api/v1/docs/{name}/quarantine", tag = "updates",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "Oldest first", body = Quarantine),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover writing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])))]
pub async fn list(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
) -> Result<Json<Quarantine>, Problem> {
    bearer.require(&state, &name, Access::Write).await?;
    let _turn = state.read_turn().await?;
    let rows = state.store.quarantined(&name).await?;
    Ok(Json(Quarantine {
        entries: rows.into_iter().map(QuarantineEntry::from).collect(),
    }))
}
