//! From an HTTP request to a WebSocket.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use consilium_protocol::limits;
use hyper::upgrade::Parts;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::WsServices;
use super::metered::{Meter, Metered};
use crate::address::ClientAddress;
use crate::listener::counted::Counted;

/// The stream under every socket.
pub(super) type Stream = WebSocketStream<Metered<Counted>>;

/// Small: most connections are idle, the library fills this much with zeros whenever it reads, and large frames grow
/// the buffer as they arrive. A keystroke takes a hundred bytes.
const READ_BUFFER_BYTES: usize = 512;

/// How much of what the library itself says (pings and answers to them, farewells) is gathered before the system is
/// asked to send.
const WRITE_BUFFER_BYTES: usize = 1024;

/// The refusal for a page that may not connect at all.
pub(super) fn refuse_foreign_page(services: &WsServices, headers: &HeaderMap) -> Option<Response> {
    let error = services.origins.check(headers).err()?;
    tracing::debug!(%error, "socket refused");
    Some((StatusCode::FORBIDDEN, error.to_string()).into_response())
}

/// The address that limits count for.
pub(super) fn client_address(request: &Request) -> IpAddr {
    request
        .extensions()
        .get::<ClientAddress>()
        // Only requests made inside this process have none.
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.0)
}

/// Answers the handshake and runs `serve` with the socket once the connection is free for it.
pub(super) fn accept<F>(
    services: &WsServices,
    mut request: Request,
    serve: impl FnOnce(Stream, Arc<Meter>) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let upgrade = hyper::upgrade::on(&mut request);
    let tasks = services.tasks.clone();
    let response = match create_response_with_body(&request.map(|_| ()), Body::empty) {
        Ok(response) => response,
        Err(error) => {
            return (StatusCode::BAD_REQUEST, error.to_string()).into_response();
        }
    };
    services.tasks.spawn(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            // The peer has gone before the handshake ended.
            Err(error) => {
                tracing::debug!(%error, "upgrade");
                return;
            }
        };
        // Without hyper's own layers above the stream, and able to say whether there is something to read.
        let Ok(Parts { io, read_buf, .. }) = upgraded.downcast::<TokioIo<Counted>>() else {
            tracing::error!("a socket that did not come through our own door");
            return;
        };
        // Copied, or the buffer of 8 KiB in which it is would become the socket's own.
        let read_already = read_buf.to_vec();
        drop(read_buf);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_message_size(Some(limits::FRAME_BYTES_MAX))
            .max_frame_size(Some(limits::FRAME_BYTES_MAX));
        let (stream, meter) = Metered::new(io.into_inner(), read_already.len());
        let stream =
            WebSocketStream::from_partially_read(stream, read_already, Role::Server, Some(config))
                .await;
        // A task of its own, or what the handshake needed would have its place in it as long as the socket lives.
        tasks.spawn(serve(stream, meter));
    });
    response
}
