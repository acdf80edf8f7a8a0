//! What a store says about having been moved, kept in its `meta`.
//!
//! A store whose documents went elsewhere must not be served again by accident: the community would fork. And one that
//! is still being filled must not be served at all. Both are marks in the store itself, so they hold wherever its files
//! are copied to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::StoreError;

/// The key of the store's identity: the 16 bytes of a UUID.
pub const STORE_ID: &str = "store-id";
/// The key of what signs the tokens of a portal: see [`crate::store::people`].
pub const PORTAL_KEY: &str = "portal-key";
/// The key of [`MovedOut`], as JSON.
pub const MOVED_OUT: &str = "moved-out";
/// The key of [`MovedIn`], as JSON.
pub const MOVED_IN: &str = "moved-in";

/// What to do about a store whose documents have been moved elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedStore {
    /// A community must not fork by accident.
    Refused,
    /// The operator says so.
    Served,
}

/// The documents of this store went elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedOut {
    /// The same on both sides.
    pub move_id: Uuid,
    /// Where to, without user and password.
    pub to: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The digest of the whole store then.
    pub digest: String,
}

/// The documents of this store come, or came, from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedIn {
    /// The same on both sides.
    pub move_id: Uuid,
    /// The identity of the store that they come from.
    pub from: Uuid,
    /// The digest of the whole store when all of them had come; `None` while they are coming.
    pub digest: Option<String>,
}

/// A key of `meta` with its value; `None` for one that is not to be there.
pub type Entry = (&'static str, Option<Vec<u8>>);

/// All that a store says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Its identity, unless it has none yet.
    pub store_id: Option<Uuid>,
    /// Where its documents went.
    pub moved_out: Option<MovedOut>,
    /// Where its documents came from.
    pub moved_in: Option<MovedIn>,
    /// What signs the tokens of its portal, if it ever was one. It goes where the store goes.
    pub portal_key: Option<PortalKey>,
}

/// What signs the tokens of a portal. Shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalKey(pub Vec<u8>);

impl std::fmt::Debug for PortalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PortalKey(…)")
    }
}

impl Marks {
    /// Reads marks from the entries of `meta`.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when one cannot be understood.
    pub fn read(entries: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, StoreError> {
        let mut marks = Self::default();
        for (key, value) in entries {
            let refuse = |error: &dyn std::fmt::Display| {
                StoreError::Rejected(format!("read the store's mark {key}: {error}").into())
            };
            match key.as_str() {
                STORE_ID => {
                    marks.store_id = Some(Uuid::from_slice(&value).map_err(|e| refuse(&e))?);
                }
                MOVED_OUT => {
                    marks.moved_out = Some(serde_json::from_slice(&value).map_err(|e| refuse(&e))?);
                }
                MOVED_IN => {
                    marks.moved_in = Some(serde_json::from_slice(&value).map_err(|e| refuse(&e))?);
                }
                PORTAL_KEY => marks.portal_key = Some(PortalKey(value)),
                _ => {}
            }
        }
        Ok(marks)
    }

    /// The entries of `meta`.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when one cannot be written as JSON.
    pub fn entries(&self) -> Result<[Entry; 4], StoreError> {
        fn json(mark: Option<&impl Serialize>) -> Result<Option<Vec<u8>>, StoreError> {
            mark.map(serde_json::to_vec)
                .transpose()
                .map_err(|error| StoreError::Rejected(format!("write a mark: {error}").into()))
        }
        let id = self.store_id.map(|id| id.as_bytes().to_vec());
        Ok([
            (STORE_ID, id),
            (MOVED_OUT, json(self.moved_out.as_ref())?),
            (MOVED_IN, json(self.moved_in.as_ref())?),
            (
                PORTAL_KEY,
                self.portal_key.as_ref().map(|key| key.0.clone()),
            ),
        ])
    }

    /// Whether the store may be served.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with a sentence for the operator. Not [`StoreError::Rejected`]: a node that finds
    /// the mark while it is running has lost its storage.
    pub fn admit(&self, moved: MovedStore) -> Result<(), StoreError> {
        if self.is_incomplete() {
            return Err(StoreError::Unavailable(
                "this store is still being filled: run `consilium migrate-store` again until it is done".into(),
            ));
        }
        match (&self.moved_out, moved) {
            (Some(out), MovedStore::Refused) => Err(StoreError::Unavailable(out.refusal())),
            (None, _) | (_, MovedStore::Served) => Ok(()),
        }
    }

    /// Whether only a part of the documents have come.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        matches!(&self.moved_in, Some(moved_in) if moved_in.digest.is_none())
    }
}

impl MovedOut {
    fn refusal(&self) -> Arc<str> {
        format!(
            "the documents of this store were moved to {}: serve that one. Serving this copy as well would make two communities of one; \
             if that is what you want, give --serve-moved-store",
            self.to
        )
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Marks {
        Marks {
            store_id: Some(Uuid::from_u128(1)),
            moved_out: Some(MovedOut {
                move_id: Uuid::from_u128(2),
                to: "postgres://db/c".to_owned(),
                at_ms: 3,
                digest: "d".to_owned(),
            }),
            moved_in: Some(MovedIn {
                move_id: Uuid::from_u128(4),
                from: Uuid::from_u128(5),
                digest: Some("e".to_owned()),
            }),
            portal_key: Some(PortalKey(vec![6; 32])),
        }
    }

    #[test]
    fn marks_survive_being_written() {
        for marks in [Marks::default(), full()] {
            let entries = marks.entries().unwrap();
            let written = entries
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value?)))
                .chain([("another key".to_owned(), vec![7])]);
            assert_eq!(Marks::read(written).unwrap(), marks);
        }
        let wrong = [(MOVED_IN.to_owned(), b"{".to_vec())];
        assert!(matches!(Marks::read(wrong), Err(StoreError::Rejected(_))));
    }

    #[test]
    fn a_store_that_was_moved_is_served_only_when_the_operator_says_so() {
        let moved = full();
        let refused = moved.admit(MovedStore::Refused).unwrap_err();
        assert!(
            matches!(&refused, StoreError::Unavailable(text) if text.contains("postgres://db/c")),
            "{refused}"
        );
        assert!(moved.admit(MovedStore::Served).is_ok());
        let arrived = Marks {
            moved_out: None,
            ..full()
        };
        assert!(arrived.admit(MovedStore::Refused).is_ok());
    }

    #[test]
    fn a_store_that_is_being_filled_is_never_served() {
        let mut filling = full();
        filling.moved_out = None;
        if let Some(moved_in) = &mut filling.moved_in {
            moved_in.digest = None;
        }
        for moved in [MovedStore::Refused, MovedStore::Served] {
            assert!(filling.admit(moved).is_err());
        }
    }
}
