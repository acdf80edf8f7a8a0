//! What the writing connection knows of the database without reading it, so that a keystroke need not ask.
//!
//! Each question is a trip to the connection's thread and back, which costs more than the answer. Only appends keep
//! this; any other transaction, any failure and any caller that goes away in the middle forgets all of it, and the
//! next append reads anew. Being forgotten is therefore always right, and being kept is right because nobody else
//! appends: the data directory is locked, one connection appends, and an operator's command beside the server writes
//! records of people only.

use std::collections::HashMap;

use crate::store::limits::TOUCH_GRANULARITY_MS;
use crate::store::record::{Append, DocId};

/// Documents whose time of change is known. A node that has more open reads some of them again.
const DOCUMENTS_MAX: usize = 4_096;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The last position in use.
    pub(super) last: Option<i64>,
    updated_at_ms: HashMap<DocId, i64>,
}

impl Known {
    /// Whether nothing but rows need be written for `batch`: no document's time of change has to move, as far as is
    /// known.
    pub(super) fn leaves_documents_alone(&self, batch: &[Append]) -> bool {
        batch.iter().all(|entry| {
            self.updated_at_ms
                .get(&entry.doc)
                .is_some_and(|updated| *updated >= entry.at_ms - TOUCH_GRANULARITY_MS)
        })
    }

    /// A document's time of change, as it is in the database.
    pub(super) fn learn(&mut self, doc: DocId, updated_at_ms: i64) {
        if self.updated_at_ms.len() >= DOCUMENTS_MAX {
            self.updated_at_ms.clear();
        }
        self.updated_at_ms.insert(doc, updated_at_ms);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn at(doc: i64, at_ms: i64) -> Append {
        Append {
            doc: DocId(doc),
            at_ms,
            author: None,
            claims: Vec::new(),
            update: Bytes::from_static(b"u"),
        }
    }

    #[test]
    fn a_document_is_left_alone_until_its_time_of_change_is_too_old() {
        let mut known = Known::default();
        assert!(!known.leaves_documents_alone(&[at(1, 0)]), "not known");
        known.learn(DocId(1), 1_000);
        let last = 1_000 + TOUCH_GRANULARITY_MS;
        assert!(known.leaves_documents_alone(&[at(1, 0), at(1, last)]));
        assert!(!known.leaves_documents_alone(&[at(1, last + 1)]));
        assert!(!known.leaves_documents_alone(&[at(1, 0), at(2, 0)]));
    }

    #[test]
    fn no_number_of_documents_makes_it_grow_for_ever() {
        let mut known = Known::default();
        for doc in 0..3 * DOCUMENTS_MAX as i64 {
            known.learn(DocId(doc), 0);
            assert!(known.leaves_documents_alone(&[at(doc, 0)]));
        }
        assert!(known.updated_at_ms.len() <= DOCUMENTS_MAX);
    }
}
