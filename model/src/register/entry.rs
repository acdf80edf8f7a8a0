//! How one setting stands in the document, and what else may stand there.
//!
//! A setting is a shared array with one JSON object in it: `{register, value, at, seen}`. The array has an id of its own,
//! which the object could not say truly of itself; the object is one block that nobody can change, only delete. It was made
//! right after its array by the same client, so its id is the next one. Anything else (another object put in, more beside it,
//! another shape) makes the element foreign content, never a setting of somebody who did not set it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use yrs::branch::{Branch, BranchID};
use yrs::types::ToJson;
use yrs::{Any, Array, ArrayRef, Assoc, ID, IndexedSequence, Number, Out, ReadTxn};

use super::{FOREIGN_SHOWN_MAX, Foreign, RegisterName, Setting, SettingId};

const REGISTER: &str = "register";
const VALUE: &str = "value";
const AT: &str = "at";
const SEEN: &str = "seen";

/// One element of the root array.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// Its place among those that are there.
    pub(super) place: u32,
    pub(super) kind: Kind,
}

/// What an element is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Setting(RegisterName, Setting),
    /// With the register that it names, if it names one.
    Foreign(Option<RegisterName>, Foreign),
}

impl Kind {
    pub(super) fn id(&self) -> SettingId {
        match self {
            Self::Setting(_, setting) => setting.id,
            Self::Foreign(_, foreign) => foreign.id,
        }
    }

    /// What its author says to have seen; foreign content says nothing.
    pub(super) fn seen(&self) -> impl Iterator<Item = SettingId> + '_ {
        let seen = match self {
            Self::Setting(_, setting) => Some(&setting.seen),
            Self::Foreign(..) => None,
        };
        seen.into_iter().flatten().copied()
    }

    pub(super) fn register(&self) -> Option<&RegisterName> {
        match self {
            Self::Setting(name, _) => Some(name),
            Self::Foreign(name, _) => name.as_ref(),
        }
    }
}

/// All elements, but foreign ones beyond those that are shown.
pub(super) struct Scan {
    pub(super) elements: Vec<Element>,
    pub(super) foreign_more: usize,
}

/// Reads all elements in order: one walk along the array, and a bounded number of walks to foreign ones.
pub(super) fn scan<T: ReadTxn>(txn: &T, array: &ArrayRef) -> Scan {
    let mut elements = Vec::new();
    let mut foreign = 0;
    let mut foreign_more = 0;
    for (out, place) in array.iter(txn).zip(0..) {
        let kind = match &out {
            Out::YArray(entry) => setting(txn, entry),
            _ => None,
        };
        if let Some(kind) = kind {
            elements.push(Element { place, kind });
            continue;
        }
        if foreign == FOREIGN_SHOWN_MAX {
            foreign_more += 1;
            continue;
        }
        let Some(id) = id_at(txn, array, place) else {
            foreign_more += 1;
            continue;
        };
        foreign += 1;
        let content = out.to_json(txn);
        let named = named_in(&content);
        let kind = Kind::Foreign(named, Foreign { id, content });
        elements.push(Element { place, kind });
    }
    Scan {
        elements,
        foreign_more,
    }
}

/// Reads a setting; `None` for what is none.
fn setting<T: ReadTxn>(txn: &T, entry: &ArrayRef) -> Option<Kind> {
    if entry.len(txn) != 1 {
        return None;
    }
    let id = id_of(entry);
    let next = SettingId {
        clock: id.clock.checked_add(1)?,
        ..id
    };
    if id_at(txn, entry, 0)? != next {
        return None;
    }
    let Some(Out::Any(Any::Map(fields))) = entry.get(txn, 0) else {
        return None;
    };
    let name = named(&fields)?;
    let value = match fields.get(VALUE)? {
        Any::Undefined => return None,
        value => value.clone(),
    };
    // Without these a setting is one all the same: a client that cannot tell its time or reads nothing replaces nothing.
    let at = fields.get(AT).and_then(whole_number);
    let seen = match fields.get(SEEN) {
        Some(Any::Array(ids)) => ids.iter().filter_map(read_id).collect(),
        _ => BTreeSet::new(),
    };
    let setting = Setting {
        id,
        value,
        at,
        seen,
    };
    Some(Kind::Setting(name, setting))
}

/// The object of a setting.
pub(super) fn content(name: &RegisterName, value: Any, at: i64, seen: &BTreeSet<SettingId>) -> Any {
    // Undefined is what a field has that is not there.
    let value = match value {
        Any::Undefined => Any::Null,
        value => value,
    };
    let seen: Vec<Any> = seen.iter().map(|id| Any::from(id.to_string())).collect();
    let fields = HashMap::from([
        (REGISTER.to_owned(), Any::from(name.as_str())),
        (VALUE.to_owned(), value),
        (AT.to_owned(), Any::from(at)),
        (SEEN.to_owned(), Any::from(seen)),
    ]);
    Any::from(fields)
}

/// The register that foreign content names, directly or in the first object of a list.
fn named_in(content: &Any) -> Option<RegisterName> {
    match content {
        Any::Map(fields) => named(fields),
        Any::Array(items) => items.iter().find_map(|item| match item {
            Any::Map(fields) => named(fields),
            _ => None,
        }),
        _ => None,
    }
}

fn named(fields: &HashMap<String, Any>) -> Option<RegisterName> {
    match fields.get(REGISTER)? {
        Any::String(name) => RegisterName::parse(name).ok(),
        _ => None,
    }
}

fn read_id(id: &Any) -> Option<SettingId> {
    match id {
        Any::String(id) => id.parse().ok(),
        _ => None,
    }
}

/// The id of a shared array that stands in another.
pub(super) fn id_of(entry: &ArrayRef) -> SettingId {
    match AsRef::<Branch>::as_ref(entry).id() {
        BranchID::Nested(id) => place_of(id),
        // No root stands in an array; this id is nobody's, and no object inside has the next one.
        BranchID::Root(_) => SettingId {
            client: u64::MAX,
            clock: u32::MAX,
        },
    }
}

/// The id of the element at a place.
fn id_at<T: ReadTxn>(txn: &T, array: &ArrayRef, place: u32) -> Option<SettingId> {
    let position = array.sticky_index(txn, place, Assoc::After)?;
    position.id().copied().map(place_of)
}

fn place_of(id: ID) -> SettingId {
    SettingId {
        client: id.client.get(),
        clock: id.clock,
    }
}

/// One number in all the ways in which it can be written, where it is a whole one that JavaScript has exactly.
fn whole_number(value: &Any) -> Option<i64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_991.0;
    match value {
        Any::Number(Number::Int(number)) => Some(*number),
        Any::Number(Number::Float(number))
            if number.fract() == 0.0 && number.abs() <= EXACT_MAX =>
        {
            Some(*number as i64)
        }
        _ => None,
    }
}

/// One text for values that are the same, however they are written: clients keep keys in no order, and write 5 in two ways.
pub(super) fn canonical(value: &Any) -> String {
    if let Some(number) = whole_number(value) {
        return number.to_string();
    }
    match value {
        Any::Map(fields) => {
            let fields: BTreeMap<&str, String> = fields
                .iter()
                .map(|(key, value)| (key.as_str(), canonical(value)))
                .collect();
            format!("{fields:?}")
        }
        Any::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("{items:?}")
        }
        other => format!("{other:?}"),
    }
}
