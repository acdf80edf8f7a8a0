//! The whole of a vector file, as the golden tests read it. Unknown fields are refused, so that a misspelt one is not
//! silently left unchecked.

use serde::Deserialize;
use serde_json::Value;

/// One file of vectors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suite {
    /// The version of the format.
    pub(crate) format: u32,
    /// Which decoder the bytes are for.
    pub(crate) protocol: Protocol,
    /// Where the bytes come from.
    pub(crate) source: Value,
    /// The vectors, in the order of the capture where there is one.
    pub(crate) vectors: Vec<Vector>,
}

/// Which decoder the bytes are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    /// One frame of `/sync`.
    Envelope,
    /// One frame of `/yjs/{name}`.
    Plain,
    /// One presence payload.
    Presence,
    /// One integer.
    Varuint,
}

/// Who sent a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    ClientToServer,
    ServerToClient,
}

/// Bytes, and what they mean or why they mean nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) direction: Option<Direction>,
    pub(crate) hex: String,
    pub(crate) canonical: Option<bool>,
    pub(crate) address: Option<Value>,
    pub(crate) message: Option<Value>,
    pub(crate) messages: Option<Vec<Value>>,
    pub(crate) entries: Option<Value>,
    pub(crate) value: Option<u64>,
    pub(crate) error: Option<String>,
    pub(crate) capture: Option<Value>,
}
