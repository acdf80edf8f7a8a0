//! Putting a chunked step 2 together again.
//!
//! Pieces arrive in order and without gaps, or the server is broken. Memory grows with what has arrived, never with
//! what was merely declared (I4); the declared size was checked against its limit by the decoder.

use bytes::{Bytes, BytesMut};
use consilium_protocol::extension::Chunk;

/// A piece that does not continue its transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a piece of a transfer is out of place")]
pub(crate) struct OutOfPlace;

/// At most one transfer under way on a channel.
#[derive(Debug, Default)]
pub(crate) struct Transfer {
    current: Option<Partial>,
}

#[derive(Debug)]
struct Partial {
    id: u64,
    total_bytes: u64,
    received: BytesMut,
}

impl Transfer {
    /// Takes a piece; answers with the whole when it was the last.
    pub(crate) fn take(&mut self, chunk: &Chunk) -> Result<Option<Bytes>, OutOfPlace> {
        let mut partial = match self.current.take() {
            Some(partial) if partial.id == chunk.transfer => partial,
            // A new number discards an unfinished transfer.
            _ => Partial {
                id: chunk.transfer,
                total_bytes: chunk.total_bytes,
                received: BytesMut::new(),
            },
        };
        if chunk.offset != partial.received.len() as u64 || chunk.total_bytes != partial.total_bytes
        {
            return Err(OutOfPlace);
        }
        partial.received.extend_from_slice(&chunk.bytes);
        if partial.received.len() as u64 == partial.total_bytes {
            return Ok(Some(partial.received.freeze()));
        }
        self.current = Some(partial);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(transfer: u64, total_bytes: u64, offset: u64, bytes: &'static [u8]) -> Chunk {
        Chunk {
            transfer,
            total_bytes,
            offset,
            bytes: Bytes::from_static(bytes),
        }
    }

    #[test]
    fn pieces_in_order_make_the_whole() {
        let mut transfer = Transfer::default();
        assert_eq!(transfer.take(&piece(1, 5, 0, b"ab")), Ok(None));
        assert_eq!(transfer.take(&piece(1, 5, 2, b"cd")), Ok(None));
        assert_eq!(
            transfer.take(&piece(1, 5, 4, b"e")),
            Ok(Some(Bytes::from_static(b"abcde")))
        );
    }

    #[test]
    fn a_new_number_discards_an_unfinished_transfer() {
        let mut transfer = Transfer::default();
        assert_eq!(transfer.take(&piece(1, 5, 0, b"ab")), Ok(None));
        assert_eq!(
            transfer.take(&piece(2, 1, 0, b"x")),
            Ok(Some(Bytes::from_static(b"x")))
        );
    }

    #[test]
    fn gaps_repetitions_and_changed_sizes_are_refused() {
        for (offset, total_bytes) in [(3, 5), (0, 5), (2, 6)] {
            let mut transfer = Transfer::default();
            assert_eq!(transfer.take(&piece(1, 5, 0, b"ab")), Ok(None));
            let next = piece(1, total_bytes, offset, b"c");
            assert_eq!(transfer.take(&next), Err(OutOfPlace));
        }
    }
}
