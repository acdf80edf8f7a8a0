//! What people wrote, the same every time: a few authors who type, go elsewhere and take back, and see each other at once.

use bytes::Bytes;
use yrs::block::ClientID;
use yrs::updates::decoder::Decode;
use yrs::{Doc, OffsetKind, Options, ReadTxn, StateVector, Text, TextRef, Transact, Update};

/// Who types.
const AUTHORS: u64 = 3;

/// CRDT client ids of the authors begin here.
const FIRST_CLIENT: u64 = 1_000;

/// Keystrokes at one place.
const RUN: usize = 12;

/// One author with a copy of the document.
struct Author {
    doc: Doc,
    text: TextRef,
}

impl Author {
    fn new(number: u64) -> Self {
        let doc = Doc::with_options(Options {
            offset_kind: OffsetKind::Utf16,
            ..Options::with_client_id(ClientID::new(FIRST_CLIENT + number))
        });
        let text = doc.get_or_insert_text("text");
        Self { doc, text }
    }

    /// Types a letter at this place, or takes back the one before.
    fn edit(&self, at: u32, takes_back: bool) -> Vec<u8> {
        let mut txn = self.doc.transact_mut();
        if takes_back && at > 0 {
            self.text.remove_range(&mut txn, at - 1, 1);
        } else {
            self.text.insert(&mut txn, at, "e");
        }
        txn.encode_update_v1()
    }

    fn take(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("an update that was just made");
        self.doc
            .transact_mut()
            .apply_update(update)
            .expect("apply what another author wrote");
    }

    fn len(&self) -> u32 {
        self.text.len(&self.doc.transact())
    }
}

/// A session of so many edits, each as one update, in the order in which they were made.
pub(crate) fn session(edits: usize) -> Vec<Bytes> {
    written(edits).0
}

/// The same session as one update.
pub(crate) fn whole(edits: usize) -> Bytes {
    let (_, authors) = written(edits);
    let txn = authors[0].doc.transact();
    txn.encode_state_as_update_v1(&StateVector::default())
        .into()
}

fn written(edits: usize) -> (Vec<Bytes>, Vec<Author>) {
    let authors: Vec<Author> = (0..AUTHORS).map(Author::new).collect();
    let mut updates = Vec::with_capacity(edits);
    let mut spread: u32 = 1;
    for number in 0..edits {
        let author = &authors[number % authors.len()];
        // Each goes somewhere else after a run; the next number of a plain generator says where.
        let place = (number / RUN) as u32;
        if number % RUN == 0 {
            spread = spread.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        }
        let at = (spread >> 8) % (author.len() + 1);
        let update = author.edit(at, (number as u32 + place).is_multiple_of(7));
        for other in &authors {
            if !std::ptr::eq(other, author) {
                other.take(&update);
            }
        }
        updates.push(update.into());
    }
    (updates, authors)
}
