//! The discussion of a document: what it is called, and how what is said in it is kept (D10).
//!
//! A document `N` is discussed in the CRDT document `N/discussion`, so that whoever may not write the text may still be let
//! in to comment. It holds one root, the array [`EVENTS`], to which everybody only ever adds: a thread is opened, somebody
//! comments, edits or takes back what they said, resolves or reopens. Nothing is overwritten, so the server can hold
//! everybody to it without knowing what the events say: nobody deletes another member's blocks, and nobody writes entries
//! of maps, which would take each other's place ([`may_delete`]).
//!
//! Who said something is the member who owns the CRDT client id of the event's block, by the server's word (D16); an
//! event does not say it itself. The fields of each event are in docs/architecture.md; the app reads and writes them
//! (`web/src/sync/discussion`). [`read`] is for what somebody takes away of it. Knows no text and no server.

pub mod read;

use consilium_protocol::ids::{DocName, UserId};

/// The root of a discussion: an array of events.
pub const EVENTS: &str = "events";

/// What the name of a discussion has behind that of its document.
const SUFFIX: &str = "/discussion";

/// What a document is for, as far as its rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DocumentKind {
    /// A text: whoever may write changes what others wrote.
    #[default]
    Text,
    /// A discussion: what others wrote stays.
    Discussion,
}

/// What a document of a portal is for, by its name.
#[must_use]
pub fn kind_of(name: &DocName) -> DocumentKind {
    match parent_of(name) {
        Some(_) => DocumentKind::Discussion,
        None => DocumentKind::Text,
    }
}

/// The document that is discussed in the one of this name; `None` when that is no discussion. Discussions are not
/// discussed.
#[must_use]
pub fn parent_of(name: &DocName) -> Option<DocName> {
    let parent = name.as_str().strip_suffix(SUFFIX)?;
    if parent.ends_with(SUFFIX) {
        return None;
    }
    DocName::parse(parent).ok()
}

/// What the discussion of a document is called; `None` when the name would be too long, or it is a discussion itself.
#[must_use]
pub fn of_document(name: &DocName) -> Option<DocName> {
    if name.as_str().ends_with(SUFFIX) {
        return None;
    }
    DocName::parse(&format!("{name}{SUFFIX}")).ok()
}

/// Whether somebody may delete a block in a discussion, given who owns it. Nobody may delete what is nobody's: it may
/// turn out to be somebody's.
#[must_use]
pub fn may_delete(author: Option<&UserId>, owner: Option<&UserId>) -> bool {
    author.is_some() && author == owner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DocName {
        DocName::parse(text).unwrap()
    }

    #[test]
    fn names_lead_there_and_back() {
        for (document, discussion) in [
            ("guideline", "guideline/discussion"),
            ("a/b", "a/b/discussion"),
            ("discussion", "discussion/discussion"),
        ] {
            assert_eq!(of_document(&name(document)), Some(name(discussion)));
            assert_eq!(parent_of(&name(discussion)), Some(name(document)));
            assert_eq!(kind_of(&name(discussion)), DocumentKind::Discussion);
            assert_eq!(kind_of(&name(document)), DocumentKind::Text);
        }
    }

    #[test]
    fn what_is_no_discussion_has_no_document() {
        for text in [
            "guideline",
            "discussion",
            "/discussion",
            "guideline/Discussion",
            "guideline/discussion/",
            "guidelinediscussion",
            "guideline/discussion/discussion",
        ] {
            assert_eq!(parent_of(&name(text)), None, "{text}");
        }
        assert_eq!(of_document(&name("guideline/discussion")), None);
        assert_eq!(of_document(&name(&"n".repeat(250))), None, "too long");
    }

    #[test]
    fn only_what_is_ones_own_may_be_deleted() {
        let (anna, bert) = (UserId::new("anna"), UserId::new("bert"));
        for (author, owner, expected) in [
            (Some(&anna), Some(&anna), true),
            (Some(&anna), Some(&bert), false),
            (Some(&anna), None, false),
            (None, Some(&anna), false),
            (None, None, false),
        ] {
            assert_eq!(may_delete(author, owner), expected, "{author:?} {owner:?}");
        }
    }
}
