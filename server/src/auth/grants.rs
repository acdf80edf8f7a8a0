//! What one bearer may do, by document name; or who it is, where a name alone does not say what they may do.
//!
//! In a portal the token says who somebody is and nothing of documents: what they may do there is asked of their
//! communities, at each document and again whenever that changes. [`Grants::scope`] tells the two kinds apart.
//!
//! The most specific entry wins: the exact name, else the longest prefix. It wins also when it allows less, and an
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

/// Which documents, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Those that the token names.
    Named(NamedDocuments),
    /// Those that the communities of an account let it open.
    Portal(PortalMember),
}

/// Documents by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedDocuments {
    exact: HashMap<String, Access>,
    /// Without their `*`, longest first.
    prefixes: Vec<(String, Access)>,
}

/// Somebody who is signed in to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortalMember {
    /// Who it is; the `user` of the grants is its text.
    pub account: AccountId,
    /// Where they are signed in: what was let in by a session ends with it.
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
            scope: Scope::Named(NamedDocuments { exact, prefixes }),
        }
    }

    /// What a portal's token says: who it is, until when.
    #[must_use]
    pub fn portal(member: PortalMember, display_name: String, expires_at: SystemTime) -> Self {
        Self {
            user: Some(member.account.user()),
            display_name,
            expires_at: Some(expires_at),
            scope: Scope::Portal(member),
        }
    }

    /// Write to everything, for nobody in particular, for ever: what `--insecure-open` gives.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            user: None,
            display_name: String::new(),
            expires_at: None,
            scope: Scope::Named(NamedDocuments {
                exact: HashMap::new(),
                prefixes: vec![(String::new(), Access::Write)],
            }),
        }
    }

    /// Which documents, and how that is known.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What the bearer may do with `name`, as far as the name alone tells: nothing in a portal.
    #[must_use]
    pub fn access_to(&self, name: &DocName) -> Access {
        match &self.scope {
            Scope::Named(named) => named.access_to(name),
            Scope::Portal(_) => Access::None,
        }
    }

    /// Whether the grants have ended as of `now`.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

impl NamedDocuments {
    fn access_to(&self, name: &DocName) -> Access {
        let name = name.as_str();
        if let Some(access) = self.exact.get(name) {
            return *access;
        }
        self.prefixes
            .iter()
            .find(|(prefix, _)| name.starts_with(prefix.as_str()))
            .map_or(Access::None, |(_, access)| *access)
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
