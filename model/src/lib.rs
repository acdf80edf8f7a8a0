//! What the texts mean, apart from how they travel and where they are kept.
//!
//! - [`document`]: the roots that every document has, and its title.
//!
//! Pure: no clock, no I/O, no tokio. Builds for wasm32.

pub mod document;
