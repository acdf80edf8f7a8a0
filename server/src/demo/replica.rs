//! A simulated member's copy of a document, and what is in it that concerns them: their paragraph.
//!
//! Bytes in, bytes out, like any client's. Only the paragraph that begins with their mark is ever changed, and only at
//! its end; positions are found anew each time, so whatever others do meanwhile is no harm. Knows no network.

use bytes::Bytes;
use consilium_model::document::BODY;
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    Assoc, Doc, GetString, ReadTxn, StateVector, StickyIndex, Text, Transact, Update, XmlFragment,
    XmlFragmentRef, XmlOut, XmlTextRef,
};

use crate::plain_doc::plain_doc;

/// What came is no update, or a state vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an update")]
pub struct NotAnUpdate;

/// One copy.
pub struct Replica {
    doc: Doc,
    body: XmlFragmentRef,
    mark: &'static str,
}

impl Replica {
    /// An empty copy, for whoever's paragraph begins with `mark`.
    #[must_use]
    pub fn new(mark: &'static str) -> Self {
        let doc = plain_doc();
        let body = doc.get_or_insert_xml_fragment(BODY);
        Self { doc, body, mark }
    }

    /// The CRDT client id.
    #[must_use]
    pub fn client(&self) -> u64 {
        self.doc.client_id().get()
    }

    /// What it has.
    #[must_use]
    pub fn state_vector(&self) -> Bytes {
        self.doc.transact().state_vector().encode_v1().into()
    }

    /// What somebody lacks who has this.
    ///
    /// # Errors
    /// [`NotAnUpdate`].
    pub fn diff(&self, state_vector: &[u8]) -> Result<Bytes, NotAnUpdate> {
        let theirs = StateVector::decode_v1(state_vector).map_err(|_| NotAnUpdate)?;
        Ok(self.doc.transact().encode_diff_v1(&theirs).into())
    }

    /// Takes what others wrote.
    ///
    /// # Errors
    /// [`NotAnUpdate`].
    pub fn take(&self, update: &[u8]) -> Result<(), NotAnUpdate> {
        let update = Update::decode_v1(update).map_err(|_| NotAnUpdate)?;
        self.doc
            .transact_mut()
            .apply_update(update)
            .map_err(|_| NotAnUpdate)
    }

    /// What stands behind the mark; `None` when the paragraph is not there.
    #[must_use]
    pub fn written(&self) -> Option<String> {
        let txn = self.doc.transact();
        let text = self.own(&txn)?;
        let whole = text.get_string(&txn);
        whole.strip_prefix(self.mark).map(str::to_owned)
    }

    /// Types at the end of the paragraph; the edit, or nothing where the paragraph is not there.
    #[must_use]
    pub fn push(&self, character: char) -> Option<Bytes> {
        let mut txn = self.doc.transact_mut();
        let text = self.own(&txn)?;
        text.push(&mut txn, character.encode_utf8(&mut [0; 4]));
        Some(txn.encode_update_v1().into())
    }

    /// Takes the last character away, but nothing of the mark.
    #[must_use]
    pub fn pop(&self) -> Option<Bytes> {
        let mut txn = self.doc.transact_mut();
        let text = self.own(&txn)?;
        let whole = text.get_string(&txn);
        let last = whole.strip_prefix(self.mark)?.chars().next_back()?;
        // Lengths of this document count bytes.
        let size = last.len_utf8() as u32;
        let end = text.len(&txn);
        text.remove_range(&mut txn, end - size, size);
        Some(txn.encode_update_v1().into())
    }

    /// The cursor at the end of the paragraph, as editors tell each other.
    #[must_use]
    pub fn cursor(&self) -> Value {
        let txn = self.doc.transact();
        let place = self
            .own(&txn)
            // Of a text itself: behind whatever is its last character.
            .map(|text| StickyIndex::from_type(&txn, &text, Assoc::After));
        match place.and_then(|place| serde_json::to_value(place).ok()) {
            Some(place) => json!({ "anchor": place, "head": place }),
            None => Value::Null,
        }
    }

    /// The text of the paragraph that begins with the mark, where it is one plain text.
    fn own<T: ReadTxn>(&self, txn: &T) -> Option<XmlTextRef> {
        self.body.children(txn).find_map(|block| {
            let XmlOut::Element(paragraph) = block else {
                return None;
            };
            if paragraph.tag().as_ref() != "paragraph" || paragraph.len(txn) != 1 {
                return None;
            }
            let text = paragraph.get(txn, 0)?.into_xml_text()?;
            text.get_string(txn).starts_with(self.mark).then_some(text)
        })
    }
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replica")
            .field("mark", &self.mark)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::templates::new_document;
    use crate::community::templates::text::{h, p};
    use yrs::Xml;

    const MARK: &str = "Sana Ito: ";

    fn document() -> Vec<u8> {
        new_document("Title", &[h(2, "Notes"), p("Sana Ito: "), p("Jonas: 5 mg")])
    }

    fn replica() -> Replica {
        let replica = Replica::new(MARK);
        replica.take(&document()).unwrap();
        replica
    }

    fn blocks(replica: &Replica) -> Vec<String> {
        let txn = replica.doc.transact();
        replica
            .body
            .children(&txn)
            .map(|block| block.into_xml_element().unwrap().get_string(&txn))
            .collect()
    }

    #[test]
    fn typing_and_erasing_changes_the_own_paragraph_only_whatever_the_alphabet() {
        let replica = replica();
        let before = blocks(&replica);
        for character in "“ü💊".chars() {
            assert!(replica.push(character).is_some());
        }
        assert_eq!(replica.written().as_deref(), Some("“ü💊"));
        assert!(replica.pop().is_some());
        assert!(replica.pop().is_some());
        assert_eq!(replica.written().as_deref(), Some("“"));
        assert!(replica.pop().is_some());
        assert_eq!(replica.pop(), None, "the mark stays");
        assert_eq!(blocks(&replica), before);
    }

    #[test]
    fn what_was_written_offline_is_in_the_diff() {
        let (here, there) = (replica(), Replica::new(MARK));
        there
            .take(&here.diff(&there.state_vector()).unwrap())
            .unwrap();
        for character in "offline".chars() {
            let _ = here.push(character);
        }
        let _ = there.push('x');
        there
            .take(&here.diff(&there.state_vector()).unwrap())
            .unwrap();
        here.take(&there.diff(&here.state_vector()).unwrap())
            .unwrap();
        assert_eq!(here.written(), there.written());
        assert!(here.written().unwrap().contains("offline"));
    }

    #[test]
    fn a_paragraph_that_is_gone_or_was_formatted_is_nobodys() {
        let replica = replica();
        assert!(replica.cursor().is_object());
        {
            let mut txn = replica.doc.transact_mut();
            replica.body.remove_range(&mut txn, 1, 1);
        }
        assert_eq!(replica.written(), None);
        assert_eq!(replica.push('x'), None);
        assert_eq!(replica.pop(), None);
        assert_eq!(replica.cursor(), Value::Null);
    }

    #[test]
    fn the_cursor_stands_in_the_paragraph_as_editors_write_it() {
        let replica = replica();
        let cursor = replica.cursor();
        let text = {
            let txn = replica.doc.transact();
            replica.own(&txn).unwrap()
        };
        let parent = text.parent().unwrap();
        assert_eq!(
            parent.into_xml_element().unwrap().tag().as_ref(),
            "paragraph"
        );
        for end in ["anchor", "head"] {
            let place = &cursor[end];
            let id = if place["item"].is_null() {
                &place["type"]
            } else {
                &place["item"]
            };
            assert!(id["client"].is_u64() && id["clock"].is_u64(), "{cursor}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let replica = replica();
        assert_eq!(replica.take(&[1, 2, 3]), Err(NotAnUpdate));
        assert_eq!(replica.diff(&[255]), Err(NotAnUpdate));
    }
}
