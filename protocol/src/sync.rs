//! The sync payload that both protocols share: `varUint(kind) varBytes(data)`.

use bytes::Bytes;

use crate::wire::{DecodeError, Reader, Writer, var_uint_len};

/// The state vector of an empty document.
pub const EMPTY_STATE_VECTOR: &[u8] = &[0];

/// The update that changes nothing (V1).
pub const EMPTY_UPDATE: &[u8] = &[0, 0];

/// One sync message. The bytes are opaque here: yrs V1 state vectors and updates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncMessage {
    /// "This is what I have": a state vector. Answered with [`SyncMessage::Step2`].
    Step1(Bytes),
    /// "This is what you lack": an update.
    Step2(Bytes),
    /// A new update.
    Update(Bytes),
}

impl SyncMessage {
    /// Reads one message.
    ///
    /// # Errors
    /// [`DecodeError`] for a truncated message or an unknown kind.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        match reader.var_uint()? {
            0 => reader.var_bytes().map(Self::Step1),
            1 => reader.var_bytes().map(Self::Step2),
            2 => reader.var_bytes().map(Self::Update),
            value => Err(DecodeError::Unknown {
                what: "sync message",
                value,
            }),
        }
    }

    /// Writes the message.
    pub fn encode(&self, writer: &mut Writer) {
        let (kind, data) = self.parts();
        writer.var_uint(kind);
        writer.var_bytes(data);
    }

    /// Bytes that [`SyncMessage::encode`] will write.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let data = self.parts().1;
        1 + var_uint_len(data.len() as u64) + data.len()
    }

    fn parts(&self) -> (u64, &Bytes) {
        match self {
            Self::Step1(data) => (0, data),
            Self::Step2(data) => (1, data),
            Self::Update(data) => (2, data),
        }
    }
}
