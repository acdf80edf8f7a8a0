//! The values in the blocks of an update: how deep they nest, and which of them have no order.

use std::ops::Range;

use bytes::Bytes;

use super::{Notes, UpdateReader, walk};
use crate::wire::{DecodeError, Reader};

/// Values nested deeper than this are too deep. Editors nest attributes three or four levels deep.
pub(super) const DEPTH_MAX: usize = 64;

/// A value inside an update whose entries have no order, so that it can be written in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unordered {
    /// Where it is, in bytes of the update.
    pub at: Range<usize>,
    /// How it is written.
    pub kind: UnorderedKind,
}

/// How a value without order is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnorderedKind {
    /// JSON text, its length before it.
    Json,
    /// lib0's "any".
    Any,
}

/// The values of an update that may be maps: two updates that differ only in the order of the entries of these say the
/// same.
///
/// # Errors
/// As [`super::read_shape`].
pub fn unordered_values(update: &Bytes) -> Result<Vec<Unordered>, DecodeError> {
    let mut notes = Notes {
        values: Values {
            bytes: update.len(),
            found: Some(Vec::new()),
            ..Values::default()
        },
        ..Notes::default()
    };
    walk(update, &mut notes)?;
    Ok(notes.values.found.unwrap_or_default())
}

/// What is noted of the values in blocks.
#[derive(Default)]
pub(super) struct Values {
    /// Bytes of the whole update.
    bytes: usize,
    /// Where those are that may be maps, if anybody asks.
    found: Option<Vec<Unordered>>,
    pub(super) is_too_deep: bool,
}

impl Values {
    /// Reads JSON text.
    pub(super) fn json(&mut self, reader: &mut Reader) -> Result<(), DecodeError> {
        self.note(reader, UnorderedKind::Json, |reader| reader.var_str(|_| ()))
    }

    /// Reads lib0's "any".
    pub(super) fn any(&mut self, reader: &mut Reader) -> Result<(), DecodeError> {
        let depth = self.note(reader, UnorderedKind::Any, read_value)?;
        self.is_too_deep |= depth.is_too_deep();
        Ok(())
    }

    /// Reads one with `read`.
    fn note<T>(
        &mut self,
        reader: &mut Reader,
        kind: UnorderedKind,
        read: impl FnOnce(&mut Reader) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let start = self.bytes.saturating_sub(reader.remaining());
        let value = read(reader)?;
        if let Some(found) = &mut self.found {
            let at = start..self.bytes - reader.remaining();
            found.push(Unordered { at, kind });
        }
        Ok(value)
    }
}

/// How deep a value nests.
struct ValueDepth(usize);

impl ValueDepth {
    fn is_too_deep(&self) -> bool {
        self.0 > DEPTH_MAX
    }
}

/// Reads one lib0 "any" value without recursion.
fn read_value(reader: &mut Reader) -> Result<ValueDepth, DecodeError> {
    /// A container whose entries are still to come.
    struct Open {
        left: usize,
        keyed: bool,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut deepest = 0;
    loop {
        match reader.byte()? {
            // undefined, null, false, true
            127 | 126 | 121 | 120 => {}
            // integer: sign in the first byte, then 7 bits each
            125 => read_var_int(reader)?,
            // float32
            124 => skip(reader, 4)?,
            // float64, bigint
            123 | 122 => skip(reader, 8)?,
            119 => reader.var_str(|_| ())?,
            118 => {
                let left = reader.count("map size")?;
                open.push(Open { left, keyed: true });
            }
            117 => {
                let left = reader.count("array size")?;
                open.push(Open { left, keyed: false });
            }
            116 => {
                reader.var_bytes()?;
            }
            value => {
                return Err(DecodeError::Unknown {
                    what: "value type",
                    value: u64::from(value),
                });
            }
        }
        deepest = deepest.max(open.len());
        while open.last().is_some_and(|container| container.left == 0) {
            open.pop();
        }
        let Some(container) = open.last_mut() else {
            return Ok(ValueDepth(deepest));
        };
        container.left -= 1;
        if container.keyed {
            reader.var_str(|_| ())?;
        }
    }
}

fn read_var_int(reader: &mut Reader) -> Result<(), DecodeError> {
    // One byte with a sign and six bits, then up to nine of seven: 64 bits at most.
    for _ in 0..10 {
        if reader.byte()? & 0x80 == 0 {
            return Ok(());
        }
    }
    Err(DecodeError::IntegerOutOfRange)
}

fn skip(reader: &mut Reader, bytes: usize) -> Result<(), DecodeError> {
    for _ in 0..bytes {
        reader.byte()?;
    }
    Ok(())
}
