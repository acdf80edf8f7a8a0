//! What came together after an offline spell, and deciding about it: the model's merge review over update bytes.
//!
//! The only place where documents are materialised. Bounded: what is too large to be compared while somebody waits for their
//! keystrokes to be stored is not, and that is said. Bytes that yrs cannot read are left out; it may panic on those that
//! nobody honest writes, and whoever calls this contains that.

use std::time::Duration;

use bytes::Bytes;
use consilium_model::merge_review::{self, Kept, Place, Review, Side, Unreadable};
use yrs::updates::decoder::Decode;
use yrs::{Doc, Transact, Update};

/// More bytes than this are not compared.
pub const REVIEW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Nothing is written under this id.
const READER: u64 = 0;

/// The states are too large to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too large to be compared")]
pub struct TooLarge;

/// Compares what an offline spell of this length has brought together; nothing where that is not worth a word
/// ([`Review::is_offered`]).
///
/// # Errors
/// [`TooLarge`].
pub fn review(
    base: &[Bytes],
    mine: &[Bytes],
    theirs: &[Bytes],
    away: Duration,
) -> Result<Option<Review>, TooLarge> {
    let bytes: usize = [base, mine, theirs]
        .into_iter()
        .flatten()
        .map(Bytes::len)
        .sum();
    if bytes > REVIEW_BYTES_MAX {
        return Err(TooLarge);
    }
    let state = |parts: &[&[Bytes]]| document(READER, parts.iter().copied().flatten());
    let review = merge_review::review(
        &state(&[base]),
        &state(&[base, mine]),
        &state(&[base, theirs]),
        &state(&[base, mine, theirs]),
    );
    Ok(review.is_offered(away).then_some(review))
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
