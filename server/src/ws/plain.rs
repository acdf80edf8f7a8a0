//! `/yjs/{name}`: y-websocket, one document a socket, token as `?token=`.
//!
//! Refusals happen at the upgrade (401, 403): these clients reconnect quickly after a socket that was accepted and
//! then closed.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use consilium_protocol::close::CloseCode;
use consilium_protocol::ids::{Access, DocName};
use consilium_protocol::plain::PlainMessage;
use serde::Deserialize;

use super::WsServices;
use super::socket::{Heard, Socket};
use super::sync::identity_of;
use super::translate::{self, ProtocolViolation};
use super::upgrade;
use crate::access::Verdict;
use crate::auth::{AuthError, Grants};
use crate::outbound::Outbound;
use crate::registry::RoomEnded;
use crate::room::event::RoomEvent;
use crate::room::subscriber::{Dialect, Subscriber, SubscriberId};
use crate::telemetry::names;

/// Presence of nobody: the smallest data frame that every y-websocket client takes without a word.
const KEEPALIVE_FRAME: &[u8] = &[1, 1, 0];

/// The query of an upgrade.
#[derive(Deserialize)]
pub(super) struct PlainQuery {
    #[serde(default)]
    token: String,
}

/// Takes a connection, or refuses it.
pub(super) async fn upgrade(
    State(services): State<Arc<WsServices>>,
    Path(name): Path<String>,
    Query(query): Query<PlainQuery>,
    request: Request,
) -> Response {
    if let Some(refusal) = upgrade::refuse_foreign_page(&services, request.headers()) {
        return refusal;
    }
    let name = match DocName::parse(&name) {
        Ok(name) => name,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let grants = match services
        .authenticator
        .authenticate_fresh(&query.token, SystemTime::now())
        .await
    {
        Ok(grants) => grants,
        Err(error) => {
            metrics::counter!(names::AUTH_FAILURES, "reason" => error.word()).increment(1);
            return match services.failures.record(upgrade::client_address(&request)) {
                Ok(()) => (StatusCode::UNAUTHORIZED, error.word()).into_response(),
                Err(wait) => (
                    StatusCode::TOO_MANY_REQUESTS,
                    [(header::RETRY_AFTER, (wait.as_secs() + 1).to_string())],
                    "too-many-failures",
                )
                    .into_response(),
            };
        }
    };
    let granted = match services.access.granted(&grants, &name).await {
        Ok(Verdict::May(granted)) => granted,
        Ok(Verdict::SessionOver) => {
            return (StatusCode::UNAUTHORIZED, AuthError::Expired.word()).into_response();
        }
        Err(_) => {
            return (StatusCode::SERVICE_UNAVAILABLE, "storage-unavailable").into_response();
        }
    };
    if granted == Access::None {
        return (StatusCode::FORBIDDEN, "forbidden").into_response();
    }
    let for_session = Arc::clone(&services);
    upgrade::accept(&services, request, move |stream, meter| {
        let (socket, outbound) = for_session.socket(stream, meter);
        async move {
            let gauge = metrics::gauge!(names::CONNECTIONS, "protocol" => "yjs");
            gauge.increment(1.0);
            serve(for_session, name, grants, granted, socket, outbound).await;
            gauge.decrement(1.0);
        }
    })
}

async fn serve(
    services: Arc<WsServices>,
    name: DocName,
    grants: Grants,
    mut granted: Access,
    mut socket: Box<Socket>,
    outbound: Outbound,
) {
    socket.authenticated(Some(Bytes::from_static(KEEPALIVE_FRAME)));
    let mut moves = services.access.moves();
    let access = services.access.moderated(&grants, &name, granted).access;
    let lease = services.registry.lease(&name);
    let id = services.registry.next_subscriber();
    let join = RoomEvent::Join {
        id,
        subscriber: Box::new(Subscriber {
            dialect: Dialect::Plain,
            outbound,
            identity: identity_of(&grants),
            access,
            lineage: None,
        }),
    };
    let deadline = grants
        .expires_at
        .map(|at| Instant::now() + at.duration_since(SystemTime::now()).unwrap_or_default());
    let mut end = lease
        .send(join)
        .await
        .err()
        .map(|RoomEnded| CloseCode::Reset);
    while end.is_none() {
        end = match socket.next(deadline).await {
            Heard::Frame(frame) => Box::pin(deliver_frame(&lease, id, frame)).await.err(),
            Heard::Drained => send(&lease, RoomEvent::Drained { id }).await.err(),
            Heard::Quiet(quiet) => send(&lease, RoomEvent::Quiet { id, quiet }).await.err(),
            Heard::AccessMoved => {
                let now = services.access.moves();
                let decided = now.decisions != moves.decisions;
                moves = now;
                let asked = if decided {
                    Box::pin(ask_anew(&services, &grants, &name, &mut granted)).await
                } else {
                    Ok(())
                };
                let now = services.access.moderated(&grants, &name, granted);
                match asked {
                    Ok(()) => send(&lease, RoomEvent::moderated(id, now)).await.err(),
                    Err(code) => Some(code),
                }
            }
            Heard::Deadline => Some(CloseCode::Unauthorized),
            Heard::Gone => break,
        };
    }
    // The room first: presence must not outlive the connection by the time a goodbye takes.
    lease.send_detached(RoomEvent::Leave { id }, &services.tasks);
    drop(lease);
    if let Some(code) = end {
        Box::pin(socket.finish(code)).await;
    }
}

/// Asks anew what the member may do. Where nobody knows, what was said last holds until storage is back.
async fn ask_anew(
    services: &WsServices,
    grants: &Grants,
    name: &DocName,
    granted: &mut Access,
) -> Result<(), CloseCode> {
    match services.access.granted(grants, name).await {
        Ok(Verdict::SessionOver) => Err(CloseCode::Unauthorized),
        Ok(Verdict::May(Access::None)) => Err(CloseCode::Forbidden),
        Ok(Verdict::May(access)) => {
            *granted = access;
            Ok(())
        }
        Err(_) => Ok(()),
    }
}

async fn deliver_frame(
    lease: &crate::registry::RoomLease,
    id: SubscriberId,
    frame: Bytes,
) -> Result<(), CloseCode> {
    for message in PlainMessage::decode_frame(frame) {
        let message = message.map_err(|error| {
            metrics::counter!(names::MALFORMED).increment(1);
            tracing::debug!(%error, "malformed frame");
            CloseCode::Malformed
        })?;
        let event =
            translate::from_plain(id, message).map_err(|ProtocolViolation| CloseCode::Malformed)?;
        send(lease, event).await?;
    }
    Ok(())
}

async fn send(lease: &crate::registry::RoomLease, event: RoomEvent) -> Result<(), CloseCode> {
    lease
        .send(event)
        .await
        .map_err(|RoomEnded| CloseCode::Reset)
}
