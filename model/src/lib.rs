//! What the texts mean, apart from how they travel and where they are kept.
//!
//! - [`access`]: who may do what with a document.
//! - [`discussion`]: where a document is commented on, and what may be done there.
//! - [`document`]: the roots that every document has, and its title.
//! - [`prose`]: writing headings, lists and tables as editors keep them.
//!
//! Pure: no clock, no I/O, no tokio. Builds for wasm32.

pub mod access;
pub mod discussion;
pub mod document;
pub mod prose;
