//! Names every request, so that an answer can be found in the log.
//!
//! The outermost layer: it opens the log span, writes the body of every [`Problem`], and counts answers. The span
//! holds method and path, never the query, which may hold a token, nor the secret of a link.

use std::borrow::Cow;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use super::problem::Problem;
use crate::telemetry::names;

/// Carries the id to the client.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request that is being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

/// Assigns an id and finishes the answer.
pub async fn assign(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    let began = Instant::now();
    let span = tracing::info_span!(
        "request",
        id = %id.0,
        method = %request.method(),
        path = %without_secret(request.uri().path()),
    );
    request.extensions_mut().insert(id);
    let response = next.run(request).instrument(span.clone()).await;
    let response = finish(response, id);
    let status = response.status();
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!(names::HTTP_RESPONSES, "status" => class).increment(1);
    let millis = began.elapsed().as_millis() as u64;
    let _entered = span.enter();
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), millis, "answered");
    } else {
        tracing::debug!(status = status.as_u16(), millis, "answered");
    }
    response
}

/// Where the next segment of a path is the secret of a link: to REST, and to the pages of the app.
const BEFORE_SECRETS: [&str; 3] = ["/api/v1/links/", "/join/", "/set-password/"];

/// A path as logs may have it.
fn without_secret(path: &str) -> Cow<'_, str> {
    for before in BEFORE_SECRETS {
        if let Some(secret) = path.strip_prefix(before) {
            let after = secret.find('/').map_or("", |at| &secret[at..]);
            return format!("{before}…{after}").into();
        }
    }
    path.into()
}

fn finish(mut response: Response, id: RequestId) -> Response {
    let id = id.0.to_string();
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        // Nothing in the body can fail to serialize; an empty body is the honest answer if it did.
        let body = serde_json::to_vec(&problem.body(id.clone())).unwrap_or_default();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::without_secret;

    #[test]
    fn the_secret_of_a_link_is_in_no_log() {
        for (path, shown) in [
            ("/api/v1/links/s3cret", "/api/v1/links/…"),
            ("/api/v1/links/s3cret/password", "/api/v1/links/…/password"),
            ("/join/s3cret", "/join/…"),
            ("/set-password/s3cret", "/set-password/…"),
            ("/api/v1/documents/a", "/api/v1/documents/a"),
        ] {
            assert_eq!(without_secret(path), shown);
        }
    }
}
