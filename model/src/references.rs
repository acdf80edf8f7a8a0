//! The references of a document: a root map beside its text, and the citations in the text that name them.
//!
//! Under `<id>` is the reference as it was added (CSL-JSON), under `<id>/<field>` what a field was set to since. The app formats
//! them (`web/src/references`); here a citation reads as its author saw it, which is its label.

use std::collections::{BTreeMap, BTreeSet};

use yrs::{Any, Map, Out, ReadTxn, TransactionMut, WriteTxn};

use crate::form::{Element, Form};

/// The root of the references: a map.
pub const REFERENCES: &str = "references";

/// The editor's name for a citation: an element that stands in a line and has nothing in it.
pub const CITATION: &str = "citation";

/// The key under which the style of a document's citations stands, among its references.
pub const STYLE: &str = "style";

/// What stands between the id of a reference and a field of it.
const BETWEEN: char = '/';

/// A citation in words: "[Zimmer 2020, p. 12]". `setting` gives its settings by name.
pub fn citation_text(setting: impl Fn(&str) -> Option<String>) -> String {
    let said = |name: &str| {
        setting(name)
            .map(|said| said.trim().to_owned())
            .filter(|said| !said.is_empty())
    };
    let label = said("label").unwrap_or_else(|| "?".to_owned());
    match said("locator") {
        Some(locator) => format!("[{label}, {locator}]"),
        None => format!("[{label}]"),
    }
}

/// The references of a document, by key: values only, whatever else any client may have written there.
#[must_use]
pub fn read<T: ReadTxn>(txn: &T) -> BTreeMap<String, Any> {
    let Some(map) = txn.get_map(REFERENCES) else {
        return BTreeMap::new();
    };
    map.iter(txn)
        .filter_map(|(key, value)| match value {
            Out::Any(value) => Some((key.to_owned(), value)),
            _ => None,
        })
        .collect()
}

/// The id of the reference that a key of the map is about.
#[must_use]
pub fn id_of(key: &str) -> &str {
    key.split(BETWEEN).next().unwrap_or(key)
}

/// The ids that the citations in `form` name.
pub fn cited(form: &Form, ids: &mut BTreeSet<String>) {
    let Form::Element(element) = form else {
        return;
    };
    if element.name == CITATION
        && let Some(refs) = setting(element, "refs")
    {
        ids.extend(
            refs.split(' ')
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
        );
    }
    for child in &element.content {
        cited(child, ids);
    }
}

/// A setting of an element, where it is text.
#[must_use]
pub fn setting(element: &Element, name: &str) -> Option<String> {
    match element.settings.get(name) {
        Some(Any::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

/// Writes what `known` has of the references `ids` into the document, as far as it lacks them.
pub(crate) fn bring_along(
    txn: &mut TransactionMut<'_>,
    known: &BTreeMap<String, Any>,
    ids: &BTreeSet<String>,
) {
    let there = read(txn);
    let lacking: Vec<_> = known
        .iter()
        .filter(|(key, _)| {
            let id = id_of(key);
            ids.contains(id) && !there.contains_key(id)
        })
        .collect();
    if lacking.is_empty() {
        return;
    }
    let map = txn.get_or_insert_map(REFERENCES);
    for (key, value) in lacking {
        map.insert(txn, key.as_str(), value.clone());
    }
}

#[cfg(test)]
mod tests;
