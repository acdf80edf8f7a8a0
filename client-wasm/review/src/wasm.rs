//! The JavaScript surface. A module of its own beside the engine's: it materialises documents, which weighs half as much
//! again as all of the engine, and hardly any visit needs it. The types mirror the model's `merge_review.rs`.

use std::time::Duration;

use bytes::Bytes;
use consilium_model::merge_review::{Place, Side};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What came together after an offline spell; see `merge_review.rs` of the model for the meaning of everything. */
export interface MergeReport {
  /** In the order of the text, the title first. */
  readonly places: readonly MergePlace[];
  /** How many places there are, those included that are not listed. */
  readonly counts: { readonly mine: number; readonly theirs: number; readonly both: number };
  readonly copies: Uint8Array;
}

export interface MergePlace {
  readonly who: "mine" | "theirs" | "both" | "removedHere" | "removedThere";
  /** Down to the block, which is the last; empty for the title. */
  readonly path: readonly { readonly client: number; readonly clock: number; readonly name: string }[];
  readonly after: readonly (readonly [number, number])[];
  readonly under: string;
  /** From what both had in common to what this device said; null where it has no such block. */
  readonly mine: readonly MergePiece[] | null;
  readonly theirs: readonly MergePiece[] | null;
  readonly merged: string | null;
  readonly isLooksOnly: boolean;
  readonly isMoved: boolean;
  readonly isFrame: boolean;
  readonly mineCopy: number | null;
  readonly theirsCopy: number | null;
}

export interface MergePiece {
  readonly is: "same" | "inserted" | "deleted";
  readonly text: string;
}

export type MergeSide = "mine" | "theirs";

/** What making a place say what a side said has done. */
export interface KeptSide {
  readonly update: Uint8Array;
  /** The block that stands for the place from now on: client and clock; null where there is none. */
  readonly block: readonly [number, number] | null;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A JavaScript array of byte arrays.
    #[wasm_bindgen(typescript_type = "readonly Uint8Array[]")]
    pub type JsByteArrays;
    /// A JavaScript value of the `MergeReport` type above, or null.
    #[wasm_bindgen(typescript_type = "MergeReport | null")]
    pub type JsReport;
    /// A JavaScript value of the `MergePlace` type above.
    #[wasm_bindgen(typescript_type = "MergePlace")]
    pub type JsPlace;
    /// A JavaScript value of the `MergeSide` type above.
    #[wasm_bindgen(typescript_type = "MergeSide")]
    pub type JsSide;
    /// A JavaScript value of the `KeptSide` type above.
    #[wasm_bindgen(typescript_type = "KeptSide")]
    pub type JsKept;
}

/// Compares what an offline spell of this length has brought together; null where that is not worth a word.
///
/// # Errors
/// When an input is not a list of bytes, or all of it is too large to be compared.
#[wasm_bindgen(js_name = mergeReview)]
pub fn merge_review(
    base: JsByteArrays,
    mine: JsByteArrays,
    theirs: JsByteArrays,
    away_ms: f64,
) -> Result<JsReport, JsError> {
    let read = |all: JsByteArrays| serde_wasm_bindgen::from_value::<Vec<Bytes>>(all.into());
    let away = Duration::from_millis(away_ms as u64);
    let report = crate::review(&read(base)?, &read(mine)?, &read(theirs)?, away)?;
    Ok(plain(&report)?.unchecked_into())
}

/// Makes a place of the document with this content say what a side said. `client` is an id that nobody writes under.
///
/// # Errors
/// When an input is malformed, or the copies cannot be read.
#[wasm_bindgen(js_name = keepSide)]
pub fn keep_side(
    content: JsByteArrays,
    client: f64,
    copies: Vec<u8>,
    place: JsPlace,
    side: JsSide,
) -> Result<JsKept, JsError> {
    let content: Vec<Bytes> = serde_wasm_bindgen::from_value(content.into())?;
    let place: Place = serde_wasm_bindgen::from_value(place.into())?;
    let side: Side = serde_wasm_bindgen::from_value(side.into())?;
    let kept = crate::keep(&content, client as u64, &copies, &place, side)?;
    Ok(plain(&kept)?.unchecked_into())
}

fn plain(value: &impl Serialize) -> Result<JsValue, serde_wasm_bindgen::Error> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    value.serialize(&serializer)
}
