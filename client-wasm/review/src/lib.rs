//! What came together after an offline spell, and deciding about it: the model's merge review over update bytes.
//!
//! The only part of the replica where documents are materialised. Bounded: what is too large to be compared beside somebody
//! who types is not, and that is said. Bytes that yrs cannot read are left out; it may panic on those that nobody honest
//! writes, and whoever calls this contains that.

#[cfg(target_arch = "wasm32")]
pub mod wasm;

use std::time::Duration;

use bytes::Bytes;
use consilium_model::merge_review::{self, Kept, LONG_SPELL, Place, Review, Side, Unreadable};
use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, Transact, Update};

/// More bytes than this are not compared.
pub const REVIEW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Nothing is written under this id.
const READER: u64 = 0;

/// Both sides wrote, and it cannot be told what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// The states are too large.
    #[error("too large to be compared")]
    TooLarge,
    /// One side builds on what only the other has.
    #[error("one side cannot be read without the other")]
    Entangled,
}

/// Compares what an offline spell of this length has brought together; nothing where that is not worth a word
/// ([`Review::is_offered`]).
///
/// # Errors
/// [`NotComparable`], after a long spell; after a short one that is not worth a word either.
pub fn review(
    base: &[Bytes],
    mine: &[Bytes],
    theirs: &[Bytes],
    away: Duration,
) -> Result<Option<Review>, NotComparable> {
    match compared(base, mine, theirs) {
        Ok(review) => Ok(review.is_offered(away).then_some(review)),
        Err(_) if away < LONG_SPELL => Ok(None),
        Err(error) => Err(error),
    }
}

fn compared(base: &[Bytes], mine: &[Bytes], theirs: &[Bytes]) -> Result<Review, NotComparable> {
    let parts = [base, mine, theirs];
    let bytes: usize = parts.into_iter().flatten().map(Bytes::len).sum();
    if bytes > REVIEW_BYTES_MAX {
        return Err(NotComparable::TooLarge);
    }
    let state = |parts: &[&[Bytes]]| document(READER, parts.iter().copied().flatten());
    let states = [
        state(&[base]),
        state(&[base, mine]),
        state(&[base, theirs]),
        state(&parts),
    ];
    if states
        .iter()
        .any(|doc| doc.transact().has_missing_updates())
    {
        return Err(NotComparable::Entangled);
    }
    let [base, mine, theirs, merged] = &states;
    Ok(merge_review::review(base, mine, theirs, merged))
}

/// Makes a place of the document say what a side said, as an edit of `client`: an id that nobody writes under.
///
/// # Errors
/// [`Unreadable`].
pub fn keep(
    content: &[Bytes],
    client: u64,
    copies: &[u8],
    place: &Place,
    side: Side,
) -> Result<Kept, Unreadable> {
    merge_review::keep(&document(client, content), copies, place, side)
}

fn document<'a>(client: u64, updates: impl IntoIterator<Item = &'a Bytes>) -> Doc {
    let doc = Doc::with_client_id(client);
    for update in updates {
        if let Ok(update) = Update::decode_v1(update) {
            // What it refuses is no content that anybody sees.
            let _ = doc.transact_mut().apply_update(update);
        }
    }
    doc
}
