//! The JavaScript surface: JSON in, JSON out, because both sides have it and the border is crossed once a change.

use wasm_bindgen::prelude::*;

/// Formats what a request of JSON asks for; the answer is JSON. The types are those of `request.rs` and `answer.rs`.
///
/// # Errors
/// When the request is malformed.
#[wasm_bindgen(js_name = formatCitations)]
pub fn format_citations(request: &str) -> Result<String, JsError> {
    let request = serde_json::from_str(request)?;
    Ok(serde_json::to_string(&crate::format(&request)?)?)
}
