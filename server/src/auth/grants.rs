//! What one bearer may do.
//!
//! The token of an embedding application names documents; that of a portal's own member names the member only, and the
//! portal says what they may do at the time of asking ([`crate::access`]). Of names, the most specific entry wins: the exact name, else the longest prefix. It wins also when it allows less, and an
//! access word that this version does not know denies, so a newer issuer can never grant more here than it meant.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use consilium_protocol::ids::{Access, DocName, UserId};

use crate::store::portal_ids::{AccountId, SessionId};

/// Ends an entry that is a prefix.
const WILDCARD: char = '*';

/// The access word for changing a document.
pub const READ_WRITE: &str = "read-write";

/// The access word for seeing a document.
pub const READ_ONLY: &str = "readonly";

/// What the bearer of a token may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    /// Who it is; `None` where there is no identity (D16).
    pub user: Option<UserId>,
    /// The name that the server vouches for; empty without identity.
    pub display_name: String,
    /// From when on nothing of this holds. The tolerance for clocks is included already.
    pub expires_at: Option<SystemTime>,
    scope: Scope,
}

/// Who says what the bearer may do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    /// The token itself, by document name.
    Names {
        exact: HashMap<String, Access>,
        /// Without their `*`, longest first.
        prefixes: Vec<(String, Access)>,
    },
    /// The portal.
    Portal(PortalMember),
}

/// Somebody who has signed in to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortalMember {
    /// Who.
    pub account: AccountId,
    /// Where they are signed in: what they may do ends with it.
    pub session: SessionId,
}

impl Grants {
    /// What a token with these `docs` allows.
    #[must_use]
    pub fn new(
        user: UserId,
        display_name: String,
        expires_at: SystemTime,
        docs: BTreeMap<String, String>,
    ) -> Self {
        let mut exact = HashMap::new();
        let mut prefixes = Vec::new();
        for (pattern, word) in docs {
            let access = access_of_word(&word);
            match pattern.strip_suffix(WILDCARD) {
                Some(prefix) => prefixes.push((prefix.to_owned(), access)),
                None => {
                    exact.insert(pattern, access);
                }
            }
        }
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Self {
            user: Some(user),
            display_name,
            expires_at: Some(expires_at),
            scope: Scope::Names { exact, prefixes },
        }
    }

    /// What a member of the portal may do is the portal's word.
    #[must_use]
    pub fn of_portal_member(
        member: PortalMember,
        display_name: String,
        expires_at: SystemTime,
    ) -> Self {
        Self {
            user: Some(member.account.user()),
            display_name,
            expires_at: Some(expires_at),
            scope: Scope::Portal(member),
        }
    }

    /// The member of the portal that the bearer is; `None` where the token names documents.
    #[must_use]
    pub fn portal_member(&self) -> Option<&PortalMember> {
        match &self.scope {
            Scope::Portal(member) => Some(member),
            Scope::Names { .. } => None,
        }
    }

    /// Write to everything, for nobody in particular, for ever: what `--insecure-open` gives.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            user: None,
            display_name: String::new(),
            expires_at: None,
            scope: Scope::Names {
                exact: HashMap::new(),
                prefixes: vec![(String::new(), Access::Write)],
            },
        }
    }

    /// What the token says of `name`. One that names no documents says nothing: ask [`crate::access::AccessBook`].
    #[must_use]
    pub fn access_to(&self, name: &DocName) -> Access {
        let Scope::Names { exact, prefixes } = &self.scope else {
            return Access::None;
        };
        let name = name.as_str();
        if let Some(access) = exact.get(name) {
            return *access;
        }
        prefixes
            .iter()
            .find(|(prefix, _)| name.starts_with(prefix.as_str()))
            .map_or(Access::None, |(_, access)| *access)
    }

    /// Whether the grants have ended as of `now`.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

fn access_of_word(word: &str) -> Access {
    match word {
        READ_WRITE => Access::Write,
        READ_ONLY => Access::Read,
        _ => Access::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(docs: &[(&str, &str)], name: &str) -> Access {
        let docs = docs
            .iter()
            .map(|(pattern, word)| ((*pattern).to_owned(), (*word).to_owned()))
            .collect();
        let grants = Grants::new(UserId::new("u"), "U".to_owned(), SystemTime::now(), docs);
        grants.access_to(&DocName::parse(name).unwrap())
    }

    #[test]
    fn the_most_specific_entry_decides() {
        let docs = &[
            ("*", "readonly"),
            ("team/*", "read-write"),
            ("team/secret/*", "none-of-that"),
            ("team/secret/minutes", "readonly"),
            ("team/final", "readonly"),
        ];
        assert_eq!(access(docs, "other"), Access::Read);
        assert_eq!(access(docs, "team/draft"), Access::Write);
        assert_eq!(access(docs, "team/final"), Access::Read);
        assert_eq!(access(docs, "team/secret/plan"), Access::None);
        assert_eq!(access(docs, "team/secret/minutes"), Access::Read);
        assert_eq!(access(docs, "team"), Access::Read);
    }

    #[test]
    fn a_name_without_entry_is_denied() {
        assert_eq!(access(&[], "a"), Access::None);
        assert_eq!(access(&[("ab", "read-write")], "a"), Access::None);
        assert_eq!(access(&[("a", "read-write")], "ab"), Access::None);
        assert_eq!(access(&[("ab*", "read-write")], "a"), Access::None);
    }

    #[test]
    fn an_unknown_word_denies() {
        for word in ["", "READ-WRITE", "read", "write", "admin", "readonly "] {
            assert_eq!(access(&[("a", word)], "a"), Access::None, "{word:?}");
        }
    }

    #[test]
    fn a_star_elsewhere_than_at_the_end_is_an_ordinary_character() {
        assert_eq!(access(&[("a*b", "read-write")], "axb"), Access::None);
        assert_eq!(access(&[("a*b", "read-write")], "a*b"), Access::Write);
    }

    #[test]
    fn everything_covers_every_name_and_never_ends() {
        let grants = Grants::everything();
        assert_eq!(
            grants.access_to(&DocName::parse("any/name").unwrap()),
            Access::Write
        );
        assert!(!grants.is_expired(SystemTime::now()));
        assert_eq!(grants.user, None);
    }
}
