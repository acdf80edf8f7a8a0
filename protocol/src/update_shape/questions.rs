//! Whether the clinical questions that come into a text with an update are named by ids.
//!
//! What is set later of an element that is there already does not say its key, so it is not judged here: readers look at
//! ids themselves.

use std::collections::HashSet;

use bytes::Bytes;
use memchr::memmem;

use super::{BlockId, Notes, Place, UpdateReader, content, walk};
use crate::question_block::{QUESTION, QUESTION_ID, is_id};
use crate::wire::{DecodeError, Reader};

/// Whether an element of the update would stand in a text as a clinical question, and is given an id that is none. Takes a
/// second walk where the update has the word at all.
///
/// # Errors
/// As [`super::read_shape`], and none for an update of which that has read the shape.
pub fn misnames_question(update: &Bytes) -> Result<bool, DecodeError> {
    if memmem::find(update, QUESTION.as_bytes()).is_none() {
        return Ok(false);
    }
    let mut notes = Notes {
        questions: Some(Questions::default()),
        ..Notes::default()
    };
    walk(update, &mut notes)?;
    Ok(notes.questions.is_some_and(|noted| noted.is_one_misnamed))
}

/// What is noted of questions.
#[derive(Default)]
pub(super) struct Questions {
    elements: HashSet<BlockId>,
    is_one_misnamed: bool,
}

impl Questions {
    /// An element comes with the update.
    pub(super) fn element(&mut self, id: BlockId, name: &str) {
        if name == QUESTION {
            self.elements.insert(id);
        }
    }

    /// Something is set; `rest` begins with its content.
    pub(super) fn set(&mut self, place: Place, key: &str, kind: u8, rest: Reader) {
        let is_id_of_one = key == QUESTION_ID
            && matches!(place, Place::Within(parent) if self.elements.contains(&parent));
        self.is_one_misnamed |= is_id_of_one && !is_named(kind, rest);
    }
}

/// Whether the content of a block that names a question is an id; what is deleted names nothing any more.
fn is_named(kind: u8, mut reader: Reader) -> bool {
    const STRING: u8 = 119;
    let mut read_id = || {
        let is_one_text = reader.count("value count")? == 1 && reader.byte()? == STRING;
        Ok::<_, DecodeError>(is_one_text && reader.var_str(is_id)?)
    };
    kind == content::DELETED || (kind == content::ANY && read_id().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use yrs::{Any, Transact, Xml, XmlElementPrelim, XmlFragment};

    use super::super::tests::update_of;
    use super::*;

    #[test]
    fn a_question_in_a_text_is_named_by_an_id_or_said_to_be_misnamed() {
        let id = "0199a1b2-0000-7000-8000-000000000001";
        let misnames = |element: &str, key: &str, value: Any| {
            let update = update_of(|doc| {
                let body = doc.get_or_insert_xml_fragment("body");
                let mut txn = doc.transact_mut();
                let made = body.push_back(&mut txn, XmlElementPrelim::empty(element));
                made.insert_attribute(&mut txn, key, value);
            });
            misnames_question(&update).unwrap()
        };
        assert!(!misnames("question", "id", Any::from(id)));
        for none in [
            Any::from(""),
            Any::from("first"),
            Any::from(id.to_uppercase()),
            Any::from(format!("{id}0")),
            Any::from(7),
            Any::Null,
            Any::from(vec![Any::from(id)]),
        ] {
            assert!(misnames("question", "id", none.clone()), "{none:?}");
            assert!(!misnames("paragraph", "id", none.clone()), "{none:?}");
            assert!(!misnames("question", "other", none));
        }
        // Set a second time, it is the later one that stands; what stood before is deleted and names nothing.
        let mended = update_of(|doc| {
            let body = doc.get_or_insert_xml_fragment("body");
            let mut txn = doc.transact_mut();
            let made = body.push_back(&mut txn, XmlElementPrelim::empty("question"));
            made.insert_attribute(&mut txn, "id", "first");
            made.insert_attribute(&mut txn, "id", id);
        });
        assert!(!misnames_question(&mended).unwrap());
    }
}
