//! A place in the texts that a meeting is about: a document, or a section of one.

use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};

/// A document, or a section of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The CRDT document: the prose, or a question.
    pub document: DocName,
    /// A section of it, by whatever name the app knows it; `None` for all of it.
    pub section: Option<String>,
}

impl Place {
    /// All of a document.
    #[must_use]
    pub const fn whole(document: DocName) -> Self {
        Self {
            document,
            section: None,
        }
    }

    /// Whether all of `other` lies in here.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.document == other.document && (self.section.is_none() || self.section == other.section)
    }
}
