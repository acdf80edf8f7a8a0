//! The ledger's chain: each entry's hash covers the entry and the hash before it (D17).
//!
//! `hash = SHA-256(hash before || canonical entry)`, where 32 zero bytes stand before the first. The canonical entry is a
//! JSON object of everything that the entry says, its community and number among it: keys in the order of their code
//! points, no spaces, whole numbers only, texts escaped no more than JSON demands. So an entry cannot be changed, taken
//! out, moved or put in without every later hash being wrong. What a chain cannot show is that its end was cut off:
//! whoever noted the last hash once can tell, which is why members see it.
//!
//! Pure. A hash is checked against the stored texts, not against what this version would write.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;

use crate::store::portal_ids::{AccountId, CommunityId};

/// The hash of one entry. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LedgerHash(pub [u8; 32]);

impl LedgerHash {
    /// What stands before the first entry.
    pub const GENESIS: Self = Self([0; 32]);
}

impl fmt::Display for LedgerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LedgerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What one entry says, its hash apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose ledger it is in.
    pub community: CommunityId,
    /// Its place: 1, 2, 3, without gaps.
    pub seq: u64,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Who; `None` for the operator of the server.
    pub actor: Option<AccountId>,
    /// What, as a stable word.
    pub act: String,
    /// The particulars, as canonical JSON.
    pub detail: String,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What it says.
    pub entry: Entry,
    /// Its hash.
    pub hash: LedgerHash,
}

impl Entry {
    /// The hash of this entry behind that one.
    #[must_use]
    pub fn hash(&self, before: LedgerHash) -> LedgerHash {
        let mut context = Context::new(&SHA256);
        context.update(&before.0);
        context.update(self.canonical().as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        LedgerHash(hash)
    }

    /// The canonical text. The detail is taken as it was stored: it is canonical when it was written by us, and whoever
    /// wrote another one changed the hash.
    #[must_use]
    pub fn canonical(&self) -> String {
        let actor = self.actor.map(|actor| actor.to_string());
        format!(
            r#"{{"act":{},"actor":{},"at":{},"community":{},"detail":{},"seq":{}}}"#,
            canonical(&self.act.as_str().into()),
            canonical(&actor.into()),
            self.at_ms,
            canonical(&self.community.to_string().into()),
            self.detail,
            self.seq
        )
    }
}

/// JSON in one form only: keys sorted, no spaces. Numbers must be whole, because the text of others is a matter of taste.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            // A scalar has one compact text, and this cannot fail for one.
            text.push_str(&value.to_string());
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(text, item);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (at, (key, value)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(text, &Value::String(key.clone()));
                text.push(':');
                write(text, value);
            }
            text.push('}');
        }
    }
}

/// Why a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing, or there is one too many.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Gap {
        /// The number that belongs there.
        expected: u64,
        /// The number that is there.
        found: u64,
    },
    /// An entry is not what its hash was made of.
    #[error("entry {seq} is not what was written, or the one before it was exchanged")]
    Hash {
        /// Its number.
        seq: u64,
    },
}

/// Follows a chain from its first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The number of the last entry that held; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: LedgerHash,
}

impl Chain {
    /// Before the first entry.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: LedgerHash::GENESIS,
    };

    /// Takes the next entry.
    ///
    /// # Errors
    /// [`Broken`] names the first entry that is wrong; the chain stands where it was.
    pub fn follow(&mut self, next: &Sealed) -> Result<(), Broken> {
        let expected = self.seq + 1;
        if next.entry.seq != expected {
            return Err(Broken::Gap {
                expected,
                found: next.entry.seq,
            });
        }
        if next.entry.hash(self.hash) != next.hash {
            return Err(Broken::Hash { seq: expected });
        }
        *self = Self {
            seq: expected,
            hash: next.hash,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn entry(seq: u64) -> Entry {
        Entry {
            community: CommunityId::from_uuid(Uuid::from_u128(1)),
            seq,
            at_ms: 1_790_000_000_000 + i64::try_from(seq).unwrap(),
            actor: (seq != 2).then(|| AccountId::from_uuid(Uuid::from_u128(2))),
            act: "role-changed".to_owned(),
            detail: canonical(&json!({"to": "guest", "from": "member"})),
        }
    }

    fn chain(length: u64) -> Vec<Sealed> {
        let mut before = LedgerHash::GENESIS;
        (1..=length)
            .map(|seq| {
                let entry = entry(seq);
                before = entry.hash(before);
                Sealed {
                    entry,
                    hash: before,
                }
            })
            .collect()
    }

    fn verify(entries: &[Sealed]) -> Result<Chain, Broken> {
        let mut chain = Chain::EMPTY;
        entries.iter().try_for_each(|entry| chain.follow(entry))?;
        Ok(chain)
    }

    #[test]
    fn the_form_and_the_hash_of_an_entry_are_pinned() {
        let first = entry(1);
        assert_eq!(
            first.canonical(),
            r#"{"act":"role-changed","actor":"00000000-0000-0000-0000-000000000002","at":1790000000001,"community":"00000000-0000-0000-0000-000000000001","detail":{"from":"member","to":"guest"},"seq":1}"#
        );
        assert!(entry(2).canonical().contains(r#""actor":null"#));
        // As another program computes it: sha256sum over 32 zero bytes and the text above.
        assert_eq!(
            first.hash(LedgerHash::GENESIS).to_string(),
            "af5c7054b5a5f77121b6c1754114cffb9208c666894bbdfce2bf36b77b4da1fa"
        );
    }

    #[test]
    fn canonical_json_has_one_form() {
        let value = json!({"b": [1, null, true], "a": {"ü": "\"\n", "A": -5}, "": "x"});
        assert_eq!(
            canonical(&value),
            "{\"\":\"x\",\"a\":{\"A\":-5,\"ü\":\"\\\"\\n\"},\"b\":[1,null,true]}"
        );
    }

    #[test]
    fn a_whole_chain_holds() {
        let entries = chain(4);
        let end = verify(&entries).unwrap();
        assert_eq!((end.seq, end.hash), (4, entries[3].hash));
        assert_eq!(verify(&[]), Ok(Chain::EMPTY));
    }

    #[test]
    fn whatever_is_changed_is_named() {
        let changes: &[fn(&mut Entry)] = &[
            |e| e.community = CommunityId::from_uuid(Uuid::from_u128(9)),
            |e| e.at_ms += 1,
            |e| e.actor = None,
            |e| e.act.push('x'),
            |e| e.detail = canonical(&json!({"from": "member", "to": "leader"})),
            |e| e.detail.push(' '),
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut entries = chain(4);
            change(&mut entries[2].entry);
            assert_eq!(
                verify(&entries),
                Err(Broken::Hash { seq: 3 }),
                "change {at}"
            );
        }
        let mut reforged = chain(4);
        reforged[1].entry.at_ms += 1;
        reforged[1].hash = reforged[1].entry.hash(reforged[0].hash);
        assert_eq!(verify(&reforged), Err(Broken::Hash { seq: 3 }));
    }

    #[test]
    fn what_is_taken_out_or_put_in_is_named() {
        let mut without = chain(4);
        without.remove(1);
        assert_eq!(
            verify(&without),
            Err(Broken::Gap {
                expected: 2,
                found: 3
            })
        );
        let mut twice = chain(3);
        twice.insert(1, twice[0].clone());
        assert_eq!(
            verify(&twice),
            Err(Broken::Gap {
                expected: 2,
                found: 1
            })
        );
        let mut renumbered = chain(4);
        renumbered.remove(1);
        for (sealed, seq) in renumbered.iter_mut().zip(1..) {
            sealed.entry.seq = seq;
        }
        assert_eq!(verify(&renumbered), Err(Broken::Hash { seq: 2 }));
    }
}
