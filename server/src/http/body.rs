//! Bodies of requests: read within bounds of size, time and company, and as JSON where that is asked for.
//!
//! JSON must be sent as such. A form of a foreign page cannot do that without asking first, so what changes something is
//! safe from it even where its cookie would come along.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::limits::{BODY_TIMEOUT, JSON_BYTES_MAX};
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
    let _turn = state.body_turn().await?;
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, bytes_max).collect())
        .await
        .map_err(|_| Problem::BodyTimeout)?
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                Problem::TooLarge
            } else {
                Problem::BodyBroken
            }
        })?;
    let bytes = collected.to_bytes();
    if bytes.is_empty() {
        return Err(Problem::EmptyBody);
    }
    Ok(bytes)
}
