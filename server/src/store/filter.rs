//! Which documents a list shows: live or in the bin, by words of the title, one page at a time.
//!
//! Pages are addressed by the last record seen (its sort time and id), not by an offset, so a document that is edited
//! while someone pages can be seen twice but hides no other.

use super::limits::{DOCUMENTS_PAGE_MAX, SEARCH_WORDS_MAX};
use super::record::{DocId, DocumentRecord};

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shelf {
    /// Documents in use, last edited first.
    #[default]
    Live,
    /// Documents in the bin, last deleted first.
    Bin,
}

/// The position behind one record in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentCursor {
    /// The record's sort time.
    pub at_ms: i64,
    /// The record's id.
    pub id: DocId,
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Words that must all occur in the title, in any letter case. Empty matches everything.
    pub search: String,
    /// Live or bin.
    pub shelf: Shelf,
    /// Where the last page ended.
    pub after: Option<DocumentCursor>,
    /// At most this many records, and never more than [`DOCUMENTS_PAGE_MAX`].
    pub limit: u32,
}

impl Default for DocumentFilter {
    fn default() -> Self {
        Self {
            search: String::new(),
            shelf: Shelf::Live,
            after: None,
            limit: DOCUMENTS_PAGE_MAX,
        }
    }
}

impl DocumentFilter {
    /// Where the list goes on behind this record.
    #[must_use]
    pub fn cursor_after(&self, record: &DocumentRecord) -> DocumentCursor {
        let at_ms = match self.shelf {
            Shelf::Live => record.updated_at_ms,
            Shelf::Bin => record.deleted_at_ms.unwrap_or(record.updated_at_ms),
        };
        DocumentCursor {
            at_ms,
            id: record.id,
        }
    }

    /// The words to look for, folded as titles are.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.search
            .split_whitespace()
            .take(SEARCH_WORDS_MAX)
            .map(fold)
            .collect()
    }

    /// The page size, within bounds.
    #[must_use]
    pub fn page_size(&self) -> u32 {
        self.limit.clamp(1, DOCUMENTS_PAGE_MAX)
    }
}

/// How titles and search words are compared.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
