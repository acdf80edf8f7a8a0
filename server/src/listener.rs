//! The door: accepts TCP connections, counts them, and serves HTTP/1.1 with upgrades on each.
//!
//! A connection counts from its acceptance until its bytes can no longer flow, also after an upgrade to a WebSocket:
//! the count is part of the stream itself ([`Counted`]), so nobody who takes the stream over can forget it (I4).
//! Refusing is cheap: one prepared answer, no task. A request head must arrive within its time, so half-open
//! connections cost a file descriptor for seconds only.
//!
//! Reading order: [`admission`] (who comes in), [`counted`] (the stream). This module does not know routes.

pub mod admission;
pub mod counted;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use consilium_protocol::limits::REQUEST_HEAD_TIMEOUT;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use self::admission::{Admission, Refusal};
use self::counted::Counted;

/// Connections that the system has made and that wait for us to take them. The standard library asks for 128, which a
/// few hundred who come back at once overflow: the others try again after seconds. The system may grant less
/// (`net.core.somaxconn`, 4,096 on current Linux).
const BACKLOG: u32 = 4_096;

/// How long to wait after `accept` failed for want of file descriptors or memory: others may close meanwhile.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// How often addresses that are at rest are forgotten.
const FORGET_INTERVAL: Duration = Duration::from_secs(60);

/// How long a request that is being served when the server stops may take to its end.
const LAST_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// A request head. Room for a token of the largest size (in `?token=`) and the usual headers.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// Headers in one request. Browsers send twenty.
const HEADERS_MAX: usize = 64;

/// What is said to those who are not let in. They come at the same moment and must not come back at the same moment.
const REFUSED: [&[u8]; 4] = [
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 4\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 6\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 8\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
];

/// Opens the door at `address`. Nobody is let in before [`serve`].
///
/// # Errors
/// What the system says: the address is taken, or not ours.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A server that is started again need not wait until the connections of its predecessor are forgotten. On Windows
    // the word means something else: to take over an address in use.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections until `stop`, serving `router` on each in tasks of `tasks`.
///
/// Cancel safety: connections accepted already go on; the listener is closed.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    admission: Admission,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    let admission = Arc::new(admission);
    let mut refused = REFUSED.iter().cycle();
    let mut forget = tokio::time::interval(FORGET_INTERVAL);
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = forget.tick() => {
                admission.forget_resting();
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // A peer that is gone already concerns nobody; everything else is a want of this machine.
                if error.kind() != std::io::ErrorKind::ConnectionAborted {
                    tracing::warn!(%error, "accept connection");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                }
                continue;
            }
        };
        match admission.admit(peer.ip()) {
            Ok(place) => {
                // Updates are small and must not wait for more (Nagle).
                if stream.set_nodelay(true).is_err() {
                    continue;
                }
                let stream = Counted::new(stream, place);
                tasks.spawn(serve_connection(stream, peer, router.clone(), stop.clone()));
            }
            Err(refusal) => refuse(&stream, refusal, refused.next().unwrap_or(&REFUSED[0])),
        }
    }
}

/// Says no without waiting: whoever does not take the few bytes at once goes without.
fn refuse(stream: &TcpStream, refusal: Refusal, words: &[u8]) {
    refusal.count();
    if let Err(error) = stream.try_write(words) {
        tracing::trace!(%error, "answer refused connection");
    }
}

async fn serve_connection(
    stream: Counted,
    peer: SocketAddr,
    router: Router,
    stop: CancellationToken,
) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let response: Result<_, Infallible> = router.oneshot(request).await;
            response
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            match tokio::time::timeout(LAST_REQUEST_TIMEOUT, connection).await {
                Ok(ended) => ended,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = ended {
        // Peers break off in every possible way; nothing here is ours to mend.
        tracing::debug!(%error, "connection ended");
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// More than the standard library's queue holds, and fewer than the files that a test may open.
    const CROWD: usize = 400;

    /// A queue that overflows answers nobody until somebody is taken out of it, which does not happen here.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_crowd_that_comes_at_once_is_queued_before_anybody_is_let_in() {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let mut crowd = Vec::new();
        for _ in 0..CROWD {
            let connecting = TcpStream::connect(address);
            let connected = tokio::time::timeout(PATIENCE, connecting).await;
            crowd.push(connected.expect("a place in the queue").unwrap());
        }
        assert_eq!(crowd.len(), CROWD);
    }
}
