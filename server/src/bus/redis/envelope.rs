//! What the bus writes in front of a message: who published it, and as the how-manieth.
//!
//! Redis keeps the order within one connection. But a message that an old connection had left in Redis' own buffer may
//! be read after one that the next connection brought, for instance when Redis was paused in between. The sequence
//! number is how a follower tells: what is not newer than what it heard from that node is not passed on.
//! `server/vectors/bus-envelopes.json` holds the bytes.

use std::io::Write;

use bytes::{Buf, Bytes};
use redis::{RedisWrite, ToRedisArgs};

use crate::bus::NodeId;

/// The layout below. Another one is another number, and whoever does not know it says that it missed something.
const VERSION: u8 = 1;

/// Version, node, sequence number.
pub(super) const ENVELOPE_BYTES: usize = 1 + 8 + 8;

/// A message on its way, with what is written in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Who published it.
    pub(super) node: NodeId,
    /// Grows with every message of that node, over all documents.
    pub(super) sequence: u64,
    /// What was published.
    pub(super) message: Bytes,
}

impl Envelope {
    /// Reads what came from Redis, without copying the message. None when it is of a version that is not known here.
    pub(super) fn decode(mut payload: Bytes) -> Option<Self> {
        if payload.len() < ENVELOPE_BYTES || payload.get_u8() != VERSION {
            return None;
        }
        Some(Self {
            node: NodeId(payload.get_u64()),
            sequence: payload.get_u64(),
            message: payload,
        })
    }

    fn head(&self) -> [u8; ENVELOPE_BYTES] {
        let mut head = [VERSION; ENVELOPE_BYTES];
        head[1..9].copy_from_slice(&self.node.0.to_be_bytes());
        head[9..].copy_from_slice(&self.sequence.to_be_bytes());
        head
    }
}

impl ToRedisArgs for Envelope {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        let mut argument = out.writer_for_next_arg();
        let written = argument
            .write_all(&self.head())
            .and_then(|()| argument.write_all(&self.message));
        debug_assert!(written.is_ok(), "the writer is a buffer in memory");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden;

    const FILE: &str = "bus-envelopes.json";

    fn envelope(message: &'static [u8]) -> Envelope {
        Envelope {
            node: NodeId(0x0102_0304_0506_0708),
            sequence: 9,
            message: Bytes::from_static(message),
        }
    }

    #[test]
    fn the_layout_is_pinned_and_read_back() {
        for message in [b"".as_slice(), b"abc"] {
            let sent = envelope(message);
            let written = sent.to_redis_args().concat();
            assert_eq!(
                written[..ENVELOPE_BYTES],
                [1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 9]
            );
            assert_eq!(Envelope::decode(written.into()), Some(sent));
        }
    }

    /// What the vectors hold, in their order.
    fn samples() -> Vec<(&'static str, Envelope)> {
        vec![
            ("nothing inside", envelope(b"")),
            ("a message inside", envelope(b"abc")),
        ]
    }

    #[test]
    fn the_bytes_are_those_of_the_vectors() {
        let written: Vec<(String, Bytes)> = samples()
            .into_iter()
            .map(|(name, sent)| (name.to_owned(), sent.to_redis_args().concat().into()))
            .collect();
        assert_eq!(written, golden::vectors(FILE));
    }

    #[test]
    fn the_vectors_are_read() {
        for (name, bytes) in golden::vectors(FILE) {
            let expected = samples().into_iter().find(|(known, _)| *known == name);
            let expected = expected.map(|(_, sent)| sent);
            assert_eq!(Envelope::decode(bytes), expected, "{name}");
        }
    }

    #[test]
    fn reading_does_not_copy() {
        let written = Bytes::from(envelope(b"abc").to_redis_args().concat());
        let read = Envelope::decode(written.clone()).unwrap();
        assert_eq!(read.message.as_ptr(), written[ENVELOPE_BYTES..].as_ptr());
    }

    #[test]
    fn what_is_too_short_or_of_another_version_is_not_read() {
        let written = envelope(b"").to_redis_args().concat();
        assert_eq!(
            Envelope::decode(Bytes::copy_from_slice(&written[..16])),
            None
        );
        let mut other = written.clone();
        other[0] = 2;
        assert_eq!(Envelope::decode(other.into()), None);
        assert_eq!(Envelope::decode(Bytes::new()), None);
    }
}
