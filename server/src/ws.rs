//! Sockets: the thin edge between WebSocket frames and rooms.
//!
//! Reading order: [`upgrade`] turns a request into a socket; [`metered`] watches its bytes; [`socket`] reads, writes,
//! pings and notices stalls, [`unsent`] frames what it writes, and [`wire`] what others write while it waits; [`throttle`] slows a flood; [`translate`] says what
//! a message means for its room; [`sync`] speaks the envelope with many documents a socket,
//! [`plain`] y-websocket with one. Each connection is one task: its reader and writer live and die together.
//!
//! Most connections are idle, so their tasks are small: what is large, or hardly ever under way, is on the heap while it
//! lasts (`an_idle_task_is_small` says how small).
//!
//! Permission belongs to a document's channel, never to the socket, and is judged for each decoded message (D8, D10).
//! What a message means for a document is the room's business.

mod frame_head;
pub mod metered;
pub mod plain;
pub mod socket;
pub mod sync;
pub mod throttle;
pub mod translate;
mod unsent;
pub mod upgrade;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use axum::Router;
use axum::routing::get;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::metered::Meter;
use self::socket::Socket;
use self::upgrade::Stream;
use crate::access::AccessBook;
use crate::auth::{Authenticator, FailureLimit, OriginPolicy};
use crate::outbound::sending::Sending;
use crate::outbound::{NodeBudget, Outbound};
use crate::registry::Registry;

/// What sockets need of the node. A handle; clones share it.
#[derive(Clone)]
pub struct WsServices {
    /// The rooms.
    pub registry: Registry,
    /// Who somebody is.
    pub authenticator: Authenticator,
    /// What they may do, and that it has changed.
    pub access: AccessBook,
    /// Counts refused tokens by address.
    pub failures: Arc<FailureLimit>,
    /// Which pages may connect.
    pub origins: Arc<OriginPolicy>,
    /// Outbound bytes of all connections.
    pub outbound: NodeBudget,
    /// Who sends for connections that rest.
    pub sending: Sending,
    /// Bytes buffered for channels that wait for their token, on all connections.
    pub waiting_bytes: Arc<AtomicUsize>,
    /// Where connections run.
    pub tasks: TaskTracker,
    /// Closes every connection.
    pub shutdown: CancellationToken,
}

impl WsServices {
    /// A socket and its queue. Boxed where it is made: a task has its own copy of whatever moves through it.
    fn socket(&self, stream: Stream, meter: Arc<Meter>) -> (Box<Socket>, Outbound) {
        let outbound = Outbound::new(self.outbound.clone());
        let socket = Socket::new(
            stream,
            meter,
            outbound.clone(),
            self.sending.clone(),
            self.access.changes(),
        );
        (Box::new(socket), outbound)
    }
}

/// The routes of both protocols.
pub fn router(services: WsServices) -> Router {
    Router::new()
        .route("/sync", get(sync::upgrade))
        .route("/yjs/{*name}", get(plain::upgrade))
        .with_state(Arc::new(services))
}
