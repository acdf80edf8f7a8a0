//! What every document has: its roots by name, and its title.
//!
//! The title is a CRDT value, so that renaming works offline and merges; the server reads it to list documents.

use yrs::{Doc, Map, Out, ReadTxn, Transact};

/// The prose: an XML fragment in the shape that ProseMirror editors bind to.
pub const BODY: &str = "body";

/// Small facts about the document: a map.
pub const META: &str = "meta";

/// The key of the title in [`META`]: a string.
pub const TITLE: &str = "title";

/// The title, if the document has one.
#[must_use]
pub fn title(doc: &Doc) -> Option<String> {
    let txn = doc.transact();
    match txn.get_map(META)?.get(&txn, TITLE)? {
        Out::Any(yrs::Any::String(title)) => Some(title.to_string()),
        _ => None,
    }
}
