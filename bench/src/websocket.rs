//! As much of WebSocket (RFC 6455) as a load generator and a broadcaster need, and nothing that costs.
//!
//! A library keeps buffers for each connection and copies each message. Here frames are made before the run and shared,
//! one read buffer serves all connections of a thread, and a message is looked at where it was received. Extensions
//! are not offered, so nothing is compressed.

pub(crate) mod connection;
pub(crate) mod frame;
