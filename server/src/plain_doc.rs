//! A yrs document that never edits by itself.
//!
//! Tidying formatting marks is an edit, and edits have authors: the editors do it, not the server, and not while it
//! loads or merges.

use yrs::{Doc, Options};

/// An empty document.
#[must_use]
pub fn plain_doc() -> Doc {
    Doc::with_options(Options {
        cleanup_formatting: false,
        ..Options::default()
    })
}
