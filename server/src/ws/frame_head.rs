//! What stands before the data of a frame on the wire.

/// A final frame with binary data (RFC 6455, 5.2). A server masks nothing.
const FINAL_BINARY: u8 = 0x82;

/// The longest head: two bytes, and a length of eight.
const HEAD_BYTES_MAX: usize = 10;

/// The first length that does not fit the head's second byte, which then says that two bytes follow, or eight.
const LONG: usize = 126;
const TWO_BYTES_FOLLOW: u8 = 126;
const EIGHT_BYTES_FOLLOW: u8 = 127;

/// The head of a binary frame, or what is left of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    bytes: [u8; HEAD_BYTES_MAX],
    from: u8,
    to: u8,
}

impl Head {
    /// Of a frame with so many bytes of data.
    pub(super) fn of(length: usize) -> Self {
        let mut bytes = [0; HEAD_BYTES_MAX];
        bytes[0] = FINAL_BINARY;
        let to = match u16::try_from(length) {
            Ok(short) if length < LONG => {
                bytes[1] = short.to_be_bytes()[1];
                2
            }
            Ok(middle) => {
                bytes[1] = TWO_BYTES_FOLLOW;
                bytes[2..4].copy_from_slice(&middle.to_be_bytes());
                4
            }
            Err(_) => {
                bytes[1] = EIGHT_BYTES_FOLLOW;
                bytes[2..].copy_from_slice(&(length as u64).to_be_bytes());
                10
            }
        };
        Self { bytes, from: 0, to }
    }

    /// One that has gone already.
    pub(super) const fn none() -> Self {
        Self {
            bytes: [0; HEAD_BYTES_MAX],
            from: 0,
            to: 0,
        }
    }

    /// What is left of it.
    pub(super) fn left(&self) -> &[u8] {
        &self.bytes[usize::from(self.from)..usize::from(self.to)]
    }

    /// Counts off what the system has taken; answers with what of that was behind the head.
    pub(super) fn advance(&mut self, taken: usize) -> usize {
        let of_head = taken.min(self.left().len());
        // At most ten.
        self.from += of_head as u8;
        taken - of_head
    }
}
