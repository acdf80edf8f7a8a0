//! What can only be shown across the crates.
//!
//! - [`server_process`]: the real server as a process: started, killed, asked.
//! - [`redis_process`], [`redis_cluster`]: the real Redis, started, killed, paused and cut off; with TLS and its own
//!   [`certificates`].
//! - [`bus_node`]: a node on the bus over Redis, without the rest of a server.
//! - [`postgres_process`]: a real PostgreSQL: started, killed, paused.
//! - [`postgres_proxy`]: a line to it that counts round trips and can be cut.
//! - [`stored_document`]: a document in a store over it, without a server.
//! - [`cluster`]: several servers over one PostgreSQL and one Redis, each reaching Redis through a [`proxy`] of its own.
//! - [`client`]: an editor that keeps writing, in each of the three dialects, over real sockets.
//! - [`socket`]: a socket for what no honest client would send.
//! - [`attempt`]: what somebody may do with a document, found out by trying.
//! - [`innocents`]: two editors who must never notice what happens to others.
//! - [`meeting`]: a meeting over REST, and a stream of it that somebody reads.
//! - [`onlooker`]: somebody who looks on, and remembers all that they were shown.
//! - [`portal`]: people who sign in; [`panel`]: how most tests with people begin.
//! - [`eventually`]: waiting for a condition, never for a time.
//! - [`staleness`]: how late what is safe on one node may be seen on another.
//! - [`token`]: tokens as an embedding application would mint them.
//! - [`full_disk`]: a data directory on a disk that can be filled and freed.
//! - [`trace`]: recorded editing sessions.

pub mod attempt;
pub mod bus_node;
pub mod certificates;
pub mod client;
pub mod cluster;
pub mod eventually;
pub mod full_disk;
pub mod innocents;
pub mod meeting;
pub mod onlooker;
pub mod panel;
pub mod portal;
pub mod postgres_process;
pub mod postgres_proxy;
pub mod proxy;
pub mod redis_cluster;
pub mod redis_process;
pub mod server_process;
pub mod socket;
pub mod staleness;
pub mod stored_document;
pub mod token;
pub mod trace;
