//! The offline replica: a sync engine without I/O, and its thin WASM surface.
//!
//! In reading order:
//! - [`event`] and [`effect`]: the engine's two vocabularies, what it is told and what it wants done.
//! - [`state`]: what a person may be shown of the connection and of a document.
//! - [`engine`]: `handle(event) -> effects`.
//! - [`updates`]: merging and comparing update bytes without loss.
//! - [`limits`]: the replica's own limits.
//! - `wasm`: the surface for JavaScript, on wasm32 only.
//!
//! This crate does not know clocks, sockets, stores, randomness or JavaScript's event loop: the shell around it
//! (`client-wasm/js`) does, so that every behaviour can be tested natively in virtual time. It keeps update bytes
//! and never materialises a document: what must look inside is the crate `review` beside this one, a module of its own.

pub mod effect;
pub mod engine;
pub mod event;
pub mod limits;
pub mod state;
pub mod updates;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
