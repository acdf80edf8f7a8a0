//! What a clinical question says, as JSON for people and programs that know no CRDT.
//!
//! Texts by the names of their roots, values by those of their registers: one value where it is settled, all of them where
//! a person has to decide. Names and codes are those of `consilium_model`.

use consilium_model::question;
use consilium_model::register::{self, State};
use serde_json::{Value, json};
use yrs::{Any, Doc, Transact};

/// What it says.
pub(super) fn said(doc: &Doc) -> Value {
    let txn = doc.transact();
    let values = register::read(&txn);
    let registers: serde_json::Map<String, Value> = values
        .registers
        .iter()
        .filter_map(|(name, register)| {
            let said = match register.state() {
                State::Unset => return None,
                State::Settled(value) => json!({ "value": plain(value) }),
                State::Conflict => {
                    let all = register.current.iter().map(|setting| &setting.value);
                    json!({ "undecided": all.map(plain).collect::<Vec<_>>() })
                }
            };
            Some((name.as_str().to_owned(), said))
        })
        .collect();
    json!({
        "texts": question::texts(&txn),
        "outcomes": question::outcomes(&txn),
        "values": registers,
    })
}

/// A value as JSON has it; nothing for what it has not.
fn plain(value: &Any) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
