//! One large document, typed in some 260,000 edits: recorded, or made up by a seed.
//!
//! `CONSILIUM_TRACES` may name a folder with `automerge-paper.json.gz`, a paper recorded keystroke by keystroke. Without
//! it, a session of the same size is made up: somebody goes to a place, types some characters, takes some back, and goes
//! on elsewhere. At the end stands a marker by which an opener sees that the whole document has come.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;
use yrs::block::ClientID;
use yrs::{Doc, OffsetKind, Options, ReadTxn, StateVector, Text, TextRef, Transact};

use crate::marker;
use crate::schedule::SplitMix;
use crate::updates::ROOT;

/// The number in the marker at the end.
pub(crate) const END: u32 = u32::MAX;

/// Edits of a made-up document: as many as the recorded one has.
const EDITS: usize = 259_778;

/// Edits in one transaction of the library; how many does not show in what is sent.
const EDITS_A_TRANSACTION: usize = 64;

/// The longest run of characters typed at one place.
const RUN_MAX: usize = 60;

/// The longest run of characters taken back there: two fifths of what is typed, as in the recording.
const TAKEN_BACK_MAX: usize = 26;

/// The CRDT client who wrote it.
const AUTHOR: u64 = 1;

/// A document as one update.
pub(crate) struct LargeDocument {
    pub(crate) update: Vec<u8>,
    pub(crate) edits: usize,
    pub(crate) characters: u32,
    /// Where it comes from.
    pub(crate) origin: &'static str,
}

/// One edit: position, characters removed, text inserted.
type Patch = (u32, u32, String);

#[derive(Deserialize)]
struct Trace {
    txns: Vec<Transaction>,
}

#[derive(Deserialize)]
struct Transaction {
    patches: Vec<Patch>,
}

/// The recorded document where there is a recording, else a made-up one; of another size, always a made-up one.
pub(crate) fn make(seed: u64, edits: Option<usize>) -> Result<LargeDocument> {
    match recording().filter(|_| edits.is_none()) {
        Some(path) => {
            let file =
                std::fs::File::open(&path).with_context(|| format!("open {}", path.display()))?;
            let mut json = String::new();
            flate2::read::GzDecoder::new(file)
                .read_to_string(&mut json)
                .with_context(|| format!("unpack {}", path.display()))?;
            let trace: Trace =
                serde_json::from_str(&json).with_context(|| format!("parse {}", path.display()))?;
            let patches: Vec<Patch> = trace.txns.into_iter().flat_map(|txn| txn.patches).collect();
            Ok(write(&patches, "recorded"))
        }
        None => Ok(write(&made_up(edits.unwrap_or(EDITS), seed), "made up")),
    }
}

fn recording() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("CONSILIUM_TRACES")?);
    Some(folder.join("automerge-paper.json.gz")).filter(|path| path.exists())
}

fn made_up(edits: usize, seed: u64) -> Vec<Patch> {
    let mut random = SplitMix(seed);
    let mut patches = Vec::with_capacity(edits);
    let mut length = 0_usize;
    while patches.len() < edits {
        let mut at = random.below(length + 1);
        for _ in 0..=random.below(RUN_MAX) {
            let letter = char::from(b'a' + random.below(26) as u8);
            patches.push((at as u32, 0, letter.to_string()));
            at += 1;
            length += 1;
        }
        for _ in 0..random.below(TAKEN_BACK_MAX).min(at) {
            at -= 1;
            length -= 1;
            patches.push((at as u32, 1, String::new()));
        }
    }
    patches
}

fn write(patches: &[Patch], origin: &'static str) -> LargeDocument {
    let doc = Doc::with_options(Options {
        // As the recording counts.
        offset_kind: OffsetKind::Utf16,
        ..Options::with_client_id(ClientID::new(AUTHOR))
    });
    let text: TextRef = doc.get_or_insert_text(ROOT);
    for some in patches.chunks(EDITS_A_TRANSACTION) {
        let mut txn = doc.transact_mut();
        for (at, removed, inserted) in some {
            text.remove_range(&mut txn, *at, *removed);
            if !inserted.is_empty() {
                text.insert(&mut txn, *at, inserted);
            }
        }
    }
    let mut txn = doc.transact_mut();
    let end = text.len(&txn);
    text.insert(&mut txn, end, &marker::text(END));
    let characters = text.len(&txn);
    drop(txn);
    let update = doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    LargeDocument {
        update,
        edits: patches.len(),
        characters,
        origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::MarkerFinder;
    use yrs::updates::decoder::Decode;
    use yrs::{GetString, Update};

    #[test]
    fn a_made_up_document_is_the_same_for_the_same_seed_and_ends_with_its_marker() {
        let made = write(&made_up(3000, 5), "made up");
        assert_eq!(made.update, write(&made_up(3000, 5), "made up").update);
        assert_ne!(made.update, write(&made_up(3000, 6), "made up").update);
        let found: Vec<u32> = MarkerFinder::new().numbers(&made.update).collect();
        assert_eq!(found, [END]);

        let doc = Doc::new();
        let text = doc.get_or_insert_text(ROOT);
        doc.transact_mut()
            .apply_update(Update::decode_v1(&made.update).unwrap())
            .unwrap();
        let whole = text.get_string(&doc.transact());
        assert_eq!(whole.len(), made.characters as usize);
        assert!(whole.ends_with(&marker::text(END)));
    }
}
