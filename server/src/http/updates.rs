//! A whole document as one update, and applying one. The same ingress as a socket: checked, journalled, shown to
//! everybody, and answered only when durable (D2).

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use consilium_protocol::ids::Access;
use consilium_protocol::limits::FRAME_BYTES_MAX;

use super::bearer::Bearer;
use super::body::read_body;
use super::doc_path::DocPath;
use super::library::Reader;
use super::limits::ROOM_TIMEOUT;
use super::problem::{Problem, ProblemBody};
use super::state::AppState;
use crate::registry::{ApplyOutcome, RoomError};

/// The committed state of a document as one update (V1). One that is open to everybody is read without any proof.
#[utoipa::path(get, path = "/api/v1/docs/{name}/update", tag = "updates",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "The whole document as one V1 update", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])))]
pub async fn read(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    reader: Reader,
) -> Result<impl IntoResponse, Problem> {
    reader.require(&state, &name).await?;
    let _turn = state.read_turn().await?;
    let update = in_time(state.registry.snapshot_update(&name))
        .await?
        .ok_or(Problem::NoSuchDocument)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], update))
}

/// Applies one update (V1), creating the document when it is new. A 2xx answer is a durable acknowledgement.
#[utoipa::path(post, path = "/api/v1/docs/{name}/update", tag = "updates",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "A V1 update"),
    responses(
        (status = 204, description = "Durable, and shown to everybody"),
        (status = 400, description = "Empty body or bad name", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover writing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not applied; `detail` says why, `code` whether the server keeps it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not an update", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
        (status = 504, description = "No answer in time; sending it again is harmless", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])))]
pub async fn apply(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    bearer: Bearer,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    bearer.require(&state, &name, Access::Write).await?;
    let update = read_body(&state, &headers, body, FRAME_BYTES_MAX).await?;
    // Again: the body may have taken a minute, and what counts is what they may do now (I3).
    let access = bearer.require(&state, &name, Access::Write).await?;
    let asked = state
        .registry
        .apply_update(&name, bearer.0.user, access, update);
    let outcome = in_time(asked).await?;
    match outcome {
        ApplyOutcome::Committed => Ok(StatusCode::NO_CONTENT),
        ApplyOutcome::Quarantined(code) => Err(Problem::Quarantined {
            reason: code.word(),
        }),
    }
}

/// What the room answers, if it does so in time.
async fn in_time<T>(asked: impl Future<Output = Result<T, RoomError>>) -> Result<T, Problem> {
    match tokio::time::timeout(ROOM_TIMEOUT, asked).await {
        Ok(answer) => answer.map_err(Problem::from),
        Err(_) => Err(Problem::OutcomeUnknown),
    }
}
