//! What every document has: its roots by name, and its title.
//!
//! The title is a CRDT text, so that renaming works offline and people who type in it at once keep each other's letters;
//! the server reads it to list documents. Documents made before hold it as one value in [`META`]: that is read where the
//! text is empty. Clients write a copy there still, so that a title that was cleared stays cleared.

use yrs::{Doc, GetString, Map, Out, ReadTxn, Text, Transact, TransactionMut, WriteTxn};

/// The prose: an XML fragment in the shape that ProseMirror editors bind to.
pub const BODY: &str = "body";

/// Small facts about the document: a map.
pub const META: &str = "meta";

/// The root of the title, a text; and the key of its copy in [`META`], a string.
pub const TITLE: &str = "title";

/// The title, if the document has one: one line, whatever is in the text, and in the order in which it is read: any client
/// may write into it. Changes nothing, also where no root exists.
#[must_use]
pub fn title(doc: &Doc) -> Option<String> {
    let txn = doc.transact();
    let written = txn
        .get_text(TITLE)
        .map(|text| text.get_string(&txn))
        .filter(|text| !text.is_empty());
    if let Some(text) = written {
        return Some(as_shown(&text));
    }
    match txn.get_map(META)?.get(&txn, TITLE)? {
        Out::Any(yrs::Any::String(title)) => Some(as_shown(&title)),
        _ => None,
    }
}

/// Gives the document another title, and the copy of it that clients read.
pub fn set_title(txn: &mut TransactionMut<'_>, title: &str) {
    let text = txn.get_or_insert_text(TITLE);
    let length = text.len(txn);
    text.remove_range(txn, 0, length);
    text.push(txn, title);
    let meta = txn.get_or_insert_map(META);
    meta.insert(txn, TITLE, title);
}

fn as_shown(text: &str) -> String {
    text.replace(is_line_break, " ").replace(is_deceptive, "")
}

/// Controls, and what turns the direction of writing: in a list they make a title look like another.
fn is_deceptive(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What begins a new line, or leaps within one, as the clients' fields read it.
fn is_line_break(character: char) -> bool {
    matches!(character, '\t'..='\r' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use yrs::updates::decoder::Decode;
    use yrs::{Doc, Map, ReadTxn, StateVector, Text, Transact, Update, WriteTxn};

    use super::{META, TITLE, title};

    fn document(text: &str, meta: Option<&str>) -> Doc {
        let doc = Doc::new();
        {
            let mut txn = doc.transact_mut();
            if !text.is_empty() {
                txn.get_or_insert_text(TITLE).push(&mut txn, text);
            }
            if let Some(meta) = meta {
                txn.get_or_insert_map(META).insert(&mut txn, TITLE, meta);
            }
        }
        doc
    }

    /// As the server has it: from an update, so that no root has a type yet.
    fn received(doc: &Doc) -> Doc {
        let update = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        let copy = Doc::new();
        copy.transact_mut()
            .apply_update(Update::decode_v1(&update).unwrap())
            .unwrap();
        copy
    }

    fn check(text: &str, meta: Option<&str>, expected: Option<&str>) {
        let made = document(text, meta);
        assert_eq!(title(&made).as_deref(), expected);
        assert_eq!(title(&received(&made)).as_deref(), expected);
    }

    #[test]
    fn the_text_is_the_title() {
        check("Sepsis", None, Some("Sepsis"));
        check("Sepsis", Some("A copy that is behind"), Some("Sepsis"));
        check("Zoë 医師 🫀", None, Some("Zoë 医師 🫀"));
    }

    #[test]
    fn the_value_is_the_title_where_the_text_is_empty() {
        check("", Some("Made before"), Some("Made before"));
        check("", Some(""), Some(""));
        check("", None, None);
    }

    #[test]
    fn a_text_that_was_cleared_is_empty() {
        let doc = document("Sepsis", Some(""));
        {
            let mut txn = doc.transact_mut();
            let text = txn.get_or_insert_text(TITLE);
            text.remove_range(&mut txn, 0, 6);
        }
        assert_eq!(title(&received(&doc)).as_deref(), Some(""));
    }

    #[test]
    fn a_title_looks_like_no_other() {
        check("\u{202e}gnp.exe\u{0} <b>", None, Some("gnp.exe <b>"));
        check("", Some("\u{2067}One\u{7}"), Some("One"));
        check("אבג", None, Some("אבג"));
    }

    #[test]
    fn a_title_is_one_line() {
        check(
            "One\ntwo\r\u{2028}three\tfour",
            None,
            Some("One two  three four"),
        );
    }

    #[test]
    fn letters_typed_at_once_are_all_in_the_title() {
        let first = document("Sepsis", None);
        let second = received(&first);
        for (doc, at, letters) in [(&first, 0, "Early "), (&second, 6, " in children")] {
            let mut txn = doc.transact_mut();
            let text = txn.get_or_insert_text(TITLE);
            text.insert(&mut txn, at, letters);
        }
        let update = second
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        first
            .transact_mut()
            .apply_update(Update::decode_v1(&update).unwrap())
            .unwrap();
        assert_eq!(title(&first).as_deref(), Some("Early Sepsis in children"));
    }

    #[test]
    fn reading_defines_no_root() {
        let doc = document("", Some("Made before"));
        let before = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        assert_eq!(title(&doc).as_deref(), Some("Made before"));
        let roots: Vec<String> = doc
            .transact()
            .root_refs()
            .map(|(name, _)| name.to_owned())
            .collect();
        assert_eq!(roots, [META]);
        let after = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        assert_eq!(after, before);
    }
}
