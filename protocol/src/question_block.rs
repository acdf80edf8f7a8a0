//! How a text names a clinical question: an element with nothing in it, whose one setting is the id of the question.
//!
//! Here and not where questions are known, because [`crate::update_shape`] judges it before anything is decoded.

/// The name of the element.
pub const QUESTION: &str = "question";

/// The setting with the id.
pub const QUESTION_ID: &str = "id";

/// Ids of questions, outcomes and recommendations are UUIDs, written in one way.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, character)| match at {
            8 | 13 | 18 | 23 => character == '-',
            _ => matches!(character, '0'..='9' | 'a'..='f'),
        })
}
