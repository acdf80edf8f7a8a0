//! The values that cross the border of [`super::QuestionStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::access::{Participation, Role, access_to_question};
use consilium_protocol::ids::{Access, DocName};

use crate::store::communities::DocumentStanding;

/// A question to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// The name of its document, which is a question's of that document.
    pub name: DocName,
    /// Its title in lists, until the question itself says one.
    pub title: String,
}

/// How an account stands to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionStanding {
    /// How it stands to the document.
    pub document: DocumentStanding,
    /// Whether the question lies in the bin itself.
    pub is_binned: bool,
    /// How far the account takes part in the question, as others judged its interests.
    pub participation: Participation,
}

impl QuestionStanding {
    /// What the account may do with the question; nothing while its document is in the bin.
    #[must_use]
    pub fn access(&self) -> Access {
        if self.document.is_binned {
            return Access::None;
        }
        let belongs = self.document.role.is_some_and(Role::belongs);
        access_to_question(
            self.document.access_inside(),
            self.participation,
            self.is_binned,
            belongs,
        )
    }
}

/// A question in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionView {
    /// The name of its document.
    pub name: DocName,
    /// Its title.
    pub title: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it was last edited.
    pub updated_at_ms: i64,
    /// When it was put into the bin.
    pub deleted_at_ms: Option<i64>,
    /// How the viewer stands to it.
    pub standing: QuestionStanding,
}
