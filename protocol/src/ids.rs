//! Names and identities that cross the wire, each a type of its own.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits;

/// Why a document name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Empty names address nothing.
    #[error("a document name must not be empty")]
    Empty,
    /// Longer than [`limits::DOC_NAME_BYTES_MAX`].
    #[error(
        "a document name must not be longer than {} bytes",
        limits::DOC_NAME_BYTES_MAX
    )]
    TooLong,
    /// Control characters would break logs, and NUL separates the session in an address.
    #[error("a document name must not contain control characters")]
    ControlCharacter,
}

/// The name of one CRDT document, at most [`limits::DOC_NAME_BYTES_MAX`] bytes of UTF-8 without control characters.
/// Slashes are ordinary characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DocName(Arc<str>);

impl DocName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`NameError`] says which rule it breaks.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        if name.is_empty() {
            Err(NameError::Empty)
        } else if name.len() > limits::DOC_NAME_BYTES_MAX {
            Err(NameError::TooLong)
        } else if name.chars().any(char::is_control) {
            Err(NameError::ControlCharacter)
        } else {
            Ok(Self(name.into()))
        }
    }

    /// The text of the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DocName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

/// A member, as the token's `sub` names them. Opaque, compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(Arc<str>);

impl UserId {
    /// Takes the id as it is.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which history of a document this is (D15). Recreating a document or restoring a server gives a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lineage(pub Uuid);

impl Lineage {
    /// The 16 bytes that cross the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Reads the 16 bytes that cross the wire.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a member may do with one document. Ordered: each level includes those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Nothing; not even that the document exists.
    None,
    /// See the document and who is in it.
    Read,
    /// Read, and write into its discussion.
    Comment,
    /// Change it.
    Write,
}

impl Access {
    /// The level as it crosses the wire.
    #[must_use]
    pub fn to_wire(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Read => 1,
            Self::Comment => 2,
            Self::Write => 3,
        }
    }

    /// Reads a level from the wire.
    #[must_use]
    pub fn from_wire(value: u64) -> Option<Self> {
        match value {
            0 => Some(Self::None),
            1 => Some(Self::Read),
            2 => Some(Self::Comment),
            3 => Some(Self::Write),
            _ => None,
        }
    }
}

/// The number by which a replica names one pushed update on one channel. Assigned by the client, increasing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PushId(pub u64);
