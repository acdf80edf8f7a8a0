//! What one finds on coming into the demonstration: a colleague has asked everybody something, and nobody has been there
//! for some days, so there is something to catch up with.

use consilium_model::discussion::EVENTS;
use yrs::{Any, Array, Doc, ReadTxn, StateVector, Transact};

use super::people::PEOPLE;
use crate::store::portal_ids::AccountId;

/// Who asks, in the order of [`PEOPLE`].
pub const ASKED_BY: usize = 2;

/// How long nobody has been there, in milliseconds.
pub const AWAY_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

pub(super) const QUESTION: &str = "could you look at the table of options before we meet? I am not sure that the second line fits \
                        what we agreed.";

/// A thread about the guideline as a whole that speaks to everybody else, as an update (V1) of its discussion.
#[must_use]
pub fn question(accounts: &[AccountId], at_ms: i64) -> Vec<u8> {
    let doc = Doc::new();
    let events = doc.get_or_insert_array(EVENTS);
    let thread = format!("{}.0", doc.client_id().get());
    let others = || {
        PEOPLE
            .iter()
            .zip(accounts)
            .enumerate()
            .filter(|(at, _)| *at != ASKED_BY)
            .map(|(_, each)| each)
    };
    let names: Vec<String> = others()
        .map(|(person, _)| format!("@{}", person.name))
        .collect();
    let mentions: Vec<Any> = others()
        .map(|(person, account)| {
            record([
                ("id", Any::from(account.to_string())),
                ("name", Any::from(person.name)),
            ])
        })
        .collect();
    let at = Any::from(at_ms);
    {
        let mut txn = doc.transact_mut();
        let opened = record([
            ("kind", Any::from("thread")),
            ("at", at.clone()),
            ("anchor", Any::Null),
            ("quote", Any::from("")),
        ]);
        let said = record([
            ("kind", Any::from("comment")),
            ("at", at),
            ("thread", Any::from(thread)),
            ("text", Any::from(format!("{} {QUESTION}", names.join(" ")))),
            ("mentions", Any::from(mentions)),
        ]);
        events.push_back(&mut txn, opened);
        events.push_back(&mut txn, said);
    }
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

/// An event.
pub(super) fn record<const N: usize>(fields: [(&str, Any); N]) -> Any {
    Any::from(
        fields
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect::<std::collections::HashMap<String, Any>>(),
    )
}
