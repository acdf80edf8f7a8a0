//! Shorthand of the suites about communities: who acts and when, and what they act on.

use consilium_model::access::Privacy;
use consilium_protocol::ids::DocName;

use crate::store::communities::{Actor, NewDocument};
use crate::store::people::SecretHash;
use crate::store::portal_ids::AccountId;

/// When everything happens that is not said to happen at another time.
pub(super) const NOW_MS: i64 = 1_790_000_000_000;

pub(super) fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

pub(super) fn by(account: AccountId) -> Actor {
    at(account, NOW_MS)
}

pub(super) fn at(account: AccountId, at_ms: i64) -> Actor {
    Actor { account, at_ms }
}

pub(super) fn document(text: &str, privacy: Option<Privacy>) -> NewDocument {
    NewDocument {
        name: name(text),
        title: format!("Title of {text}"),
        privacy,
    }
}

pub(super) fn secret(number: u8) -> SecretHash {
    SecretHash([number; 32])
}
