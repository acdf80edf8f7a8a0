//! Reading and writing the primitive encodings of the Yjs family (lib0).
//!
//! `varUint` is a little-endian sequence of 7-bit groups; `varString` and `varBytes` are a `varUint` length and then
//! that many bytes. [`Reader`] borrows a shared buffer, so a payload is a cheap slice of the frame it came in.
//! It never allocates what a length merely *declares*.

use bytes::{BufMut, Bytes, BytesMut};

/// Why bytes could not be understood. Stable enough to log; the text never contains input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The input ends inside a value.
    #[error("unexpected end of message")]
    UnexpectedEnd,
    /// A variable-length integer does not fit 53 bits, the largest exact integer of a JavaScript client.
    #[error("integer out of range")]
    IntegerOutOfRange,
    /// A string is not UTF-8.
    #[error("text is not valid UTF-8")]
    InvalidUtf8,
    /// A message type, subtype or enumeration value that this version does not know.
    #[error("unknown {what} {value}")]
    Unknown {
        /// What was being read.
        what: &'static str,
        /// The value found.
        value: u64,
    },
    /// A value breaks a rule of the protocol.
    #[error("invalid {0}")]
    Invalid(&'static str),
    /// Bytes are left over after a complete message.
    #[error("trailing bytes")]
    TrailingBytes,
    /// A count or length is above its limit in [`crate::limits`].
    #[error("{0} over limit")]
    OverLimit(&'static str),
}

/// The largest integer that every client can represent exactly (2^53 - 1).
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A cursor over one frame.
#[derive(Debug, Clone)]
pub struct Reader {
    rest: Bytes,
}

impl Reader {
    /// Starts at the beginning of `frame`.
    #[must_use]
    pub fn new(frame: Bytes) -> Self {
        Self { rest: frame }
    }

    /// Whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Bytes not yet read.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Takes all that is left.
    #[must_use]
    pub fn into_rest(self) -> Bytes {
        self.rest
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    pub fn byte(&mut self) -> Result<u8, DecodeError> {
        if self.rest.is_empty() {
            return Err(DecodeError::UnexpectedEnd);
        }
        Ok(self.rest.split_to(1)[0])
    }

    /// Reads a `varUint` of at most 53 bits.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`] or [`DecodeError::IntegerOutOfRange`].
    pub fn var_uint(&mut self) -> Result<u64, DecodeError> {
        let mut value: u64 = 0;
        let mut shift = 0u32;
        for (index, &byte) in self.rest.iter().enumerate() {
            let group = u64::from(byte & 0x7f);
            if shift > 49 || (group << shift) > MAX_SAFE_INTEGER {
                return Err(DecodeError::IntegerOutOfRange);
            }
            value |= group << shift;
            if byte & 0x80 == 0 {
                let _ = self.rest.split_to(index + 1);
                return Ok(value);
            }
            shift += 7;
        }
        Err(DecodeError::UnexpectedEnd)
    }

    /// Reads a `varBytes` as a slice that shares the frame's memory.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`] or [`DecodeError::IntegerOutOfRange`].
    pub fn var_bytes(&mut self) -> Result<Bytes, DecodeError> {
        let declared = self.var_uint()?;
        let length = usize::try_from(declared).map_err(|_| DecodeError::UnexpectedEnd)?;
        self.raw(length)
    }

    /// Takes exactly this many bytes as they are.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    pub fn raw(&mut self, length: usize) -> Result<Bytes, DecodeError> {
        if length > self.rest.len() {
            return Err(DecodeError::UnexpectedEnd);
        }
        Ok(self.rest.split_to(length))
    }

    /// Reads a `varString` and hands its text to `read`.
    ///
    /// # Errors
    /// As [`Reader::var_bytes`], and [`DecodeError::InvalidUtf8`].
    pub fn var_str<T>(&mut self, read: impl FnOnce(&str) -> T) -> Result<T, DecodeError> {
        let bytes = self.var_bytes()?;
        std::str::from_utf8(&bytes)
            .map(read)
            .map_err(|_| DecodeError::InvalidUtf8)
    }

    /// Reads a `varString` into an owned string.
    ///
    /// # Errors
    /// As [`Reader::var_str`].
    pub fn var_string(&mut self) -> Result<String, DecodeError> {
        self.var_str(str::to_owned)
    }

    /// Passes over all that is left: what a later version added.
    pub fn skip_rest(&mut self) {
        self.rest.clear();
    }

    /// Insists that nothing is left.
    ///
    /// # Errors
    /// [`DecodeError::TrailingBytes`].
    pub fn finish(&self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::TrailingBytes)
        }
    }
}

/// Builds one frame.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: BytesMut,
}

impl Writer {
    /// A writer with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            buffer: BytesMut::with_capacity(capacity),
        }
    }

    /// Writes a `varUint`. No peer reads a value above [`MAX_SAFE_INTEGER`].
    pub fn var_uint(&mut self, mut value: u64) {
        while value > 0x7f {
            // The mask keeps seven bits; the cast cannot lose any.
            self.buffer.put_u8((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.buffer.put_u8(value as u8);
    }

    /// Writes a `varBytes`.
    pub fn var_bytes(&mut self, bytes: &[u8]) {
        self.var_uint(bytes.len() as u64);
        self.buffer.put_slice(bytes);
    }

    /// Writes a `varString`.
    pub fn var_string(&mut self, text: &str) {
        self.var_bytes(text.as_bytes());
    }

    /// Writes bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.buffer.put_slice(bytes);
    }

    /// The finished frame, shareable without copying.
    #[must_use]
    pub fn finish(self) -> Bytes {
        self.buffer.freeze()
    }
}

/// Bytes that `value` takes as a `varUint`.
#[must_use]
pub const fn var_uint_len(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}
