//! Bodies of requests: read within bounds of size, time and company, and as JSON where that is asked for.
//!
//! JSON must be sent as such. A form of a foreign page cannot do that without asking first, so what changes something is
//! safe from it even where its cookie would come along.
//!
//! A small body waits for nobody's place, and takes none: what it can hold is bounded by the connections. Whoever is asked
//! who they are is asked when their body is there ([`json_first`]): otherwise somebody who was signed out could still act,
//! by a request whose last byte they keep back.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::BytesMut;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::body_places::BodyPlace;
use super::limits::{BODY_TIMEOUT, JSON_BYTES_MAX, JSON_TIMEOUT};
use super::problem::Problem;
use super::state::AppState;

/// A body of JSON. What it is read into says which fields there are; others should be refused by it.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_sent_as(&parts.headers, "application/json") {
            return Err(Problem::NotJson);
        }
        let bytes = read_body(state, &parts.headers, body, JSON_BYTES_MAX).await?;
        // What derives a reader of an object takes a list of its values as well.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Problem::MalformedJson);
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Problem::MalformedJson)
    }
}

/// Whether the body is said to be of this type; parameters such as `charset` do not matter.
pub(super) fn is_sent_as(headers: &HeaderMap, media_type: &str) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    value.to_str().is_ok_and(|value| {
        let sent = value.split(';').next().unwrap_or_default();
        sent.trim().eq_ignore_ascii_case(media_type)
    })
}

/// Reads a body within its bounds of size, time and company.
pub(super) async fn read_body(
    state: &AppState,
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<Bytes, Problem> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > bytes_max as u64) {
        return Err(Problem::TooLarge);
    }
    let patience = if bytes_max <= JSON_BYTES_MAX {
        JSON_TIMEOUT
    } else {
        BODY_TIMEOUT
    };
    let bytes = tokio::time::timeout(patience, collect(state, body, bytes_max))
        .await
        .map_err(|_| Problem::BodyTimeout)??;
    if bytes.is_empty() {
        return Err(Problem::EmptyBody);
    }
    Ok(bytes)
}

async fn collect(state: &AppState, mut body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    let mut place: Option<BodyPlace<'_>> = None;
    loop {
        let came = match &place {
            None => body.frame().await,
            // Nothing is lost by asking in between: what came stays in the body.
            Some(held) => match tokio::time::timeout(held.patience(), body.frame()).await {
                Ok(came) => came,
                Err(_) => {
                    may_go_on(&mut place, 0)?;
                    continue;
                }
            },
        };
        let Some(frame) = came else {
            break;
        };
        let Ok(data) = frame.map_err(|_| Problem::BodyBroken)?.into_data() else {
            continue;
        };
        let read = bytes.len() + data.len();
        if read > bytes_max {
            return Err(Problem::TooLarge);
        }
        // Only who has sent much holds a place of those for much.
        if place.is_none() && read > JSON_BYTES_MAX {
            place = Some(state.body_place().await?);
        }
        may_go_on(&mut place, data.len())?;
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

/// Whoever sends next to nothing gives way to those who wait.
fn may_go_on(place: &mut Option<BodyPlace<'_>>, bytes: usize) -> Result<(), Problem> {
    match place {
        None => Ok(()),
        Some(held) => match held.may_go_on(bytes) {
            true => Ok(()),
            false => Err(Problem::BodyTimeout),
        },
    }
}

/// Reads a body of JSON before anything is asked about whoever sent it.
pub async fn json_first(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !is_sent_as(request.headers(), "application/json") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let read = match read_body(&state, &parts.headers, body, JSON_BYTES_MAX).await {
        Ok(bytes) => Body::from(bytes),
        // Whoever needs one says so.
        Err(Problem::EmptyBody) => Body::empty(),
        Err(problem) => return problem.into_response(),
    };
    next.run(Request::from_parts(parts, read)).await
}
