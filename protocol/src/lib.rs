//! The wire of Consilium: what may be said between a client and the hub, and how it looks as bytes.
//!
//! In reading order:
//! - [`ids`]: names and identities that cross the wire.
//! - [`limits`]: every limit of the system, each with its reason.
//! - [`wire`]: variable-length integers, strings and byte strings; a total reader.
//! - [`sync`] and [`awareness`]: the two payloads that all Yjs clients share; [`update_shape`]: what an update inside the
//!   first claims to contain and to build on.
//! - [`envelope`]: the protocol of `/sync` (Hocuspocus envelope), with our [`extension`] messages.
//! - [`plain`]: the protocol of `/yjs/{name}` (y-websocket).
//! - [`close`]: close codes, and which of them are worth a retry.
//!
//! This crate does not know sockets, CRDTs, clocks or storage. Decoding is total: any input gives a value or a
//! [`wire::DecodeError`], never a panic, and what it allocates is bounded by the bytes that arrived, never by a
//! length that they merely declare (I4, I5). The normative text is `docs/protocol.md`.

pub mod awareness;
pub mod close;
pub mod envelope;
pub mod extension;
pub mod ids;
#[doc(hidden)]
pub mod laws;
pub mod limits;
pub mod plain;
pub mod question_block;
pub mod sync;
pub mod update_shape;
pub mod wire;
