//! The edits of a run, made before it begins: real text inserts by distinct CRDT clients.
//!
//! Each writer types at the end of their own passage, as people do who write at the same time; each edit is one update
//! of a few bytes with its marker in it. The root's name is that of Tiptap's plain examples; no server looks at it.

use std::time::Duration;

use yrs::{Doc, ReadTxn, StateVector, Text, TextRef, Transact};

use crate::marker;

/// Where the text is.
pub(crate) const ROOT: &str = "text";

/// CRDT client ids begin here; below are those of documents that exist already.
const FIRST_CLIENT: u64 = 1_000_000;

/// One writer's document, on which the writer's edits are made one after the other.
pub(crate) struct Author {
    doc: Doc,
    text: TextRef,
    length: u32,
}

impl Author {
    /// The author with this number; the same number is the same CRDT client.
    pub(crate) fn new(number: usize) -> Self {
        let doc = Doc::with_client_id(client_id(number));
        let text = doc.get_or_insert_text(ROOT);
        Self {
            doc,
            text,
            length: 0,
        }
    }

    /// Types the marker of the edit with this number; gives the update.
    pub(crate) fn edit(&mut self, number: u32) -> Vec<u8> {
        let mut txn = self.doc.transact_mut();
        self.text
            .insert(&mut txn, self.length, &marker::text(number));
        self.length += marker::MARKER_BYTES as u32;
        txn.encode_update_v1()
    }

    /// All edits as one update.
    pub(crate) fn whole(&self) -> Vec<u8> {
        self.doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default())
    }
}

/// The CRDT client of an author.
pub(crate) fn client_id(number: usize) -> u64 {
    FIRST_CLIENT + number as u64
}

/// Presence as an editor shows it: a name, a colour and where the cursor is.
pub(crate) fn presence(number: usize, at: Duration) -> String {
    format!(
        r##"{{"user":{{"name":"Member {number}","color":"#30bced"}},"cursor":{{"anchor":{0},"head":{0}}}}}"##,
        at.as_millis()
    )
}

/// Presence of somebody whose cursor moved, with the marker of the move.
pub(crate) fn moving(number: usize, marker: &str) -> String {
    format!(
        r##"{{"user":{{"name":"Member {number}","color":"#30bced"}},"cursor":{{"anchor":{number},"head":{number}}},"move":"{marker}"}}"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::MarkerFinder;
    use yrs::updates::decoder::Decode;
    use yrs::{GetString, Update};

    #[test]
    fn the_edits_of_two_authors_make_one_text_with_every_marker() {
        let mut authors = [Author::new(0), Author::new(1)];
        let doc = Doc::new();
        let text = doc.get_or_insert_text(ROOT);
        for number in 0..20 {
            let update = authors[number as usize % 2].edit(number);
            let marked: Vec<u32> = MarkerFinder::new().numbers(&update).collect();
            assert_eq!(marked, [number]);
            doc.transact_mut()
                .apply_update(Update::decode_v1(&update).unwrap())
                .unwrap();
        }
        let whole = text.get_string(&doc.transact());
        let mut marked: Vec<u32> = MarkerFinder::new().numbers(whole.as_bytes()).collect();
        marked.sort_unstable();
        assert_eq!(marked, (0..20).collect::<Vec<u32>>());
    }
}
