//! What must hold for *any* bytes, as functions: the one entry point of the fuzz targets, the mutational smoke and the
//! property tests, so that all three search for a breach of the same laws (P-12 to P-15, I4, I5).
//!
//! For every decoder: it is total; what it accepts encodes to bytes that decode to the same value and encode to the
//! same bytes; and what it holds is bounded by the input. Each function panics when a law is broken and otherwise says
//! whether the input was accepted. Not part of the public interface; knows no sockets and no CRDT.

use bytes::Bytes;

use crate::awareness::{self, AwarenessEntry};
use crate::envelope::{Address, ClientFrame, ServerFrame};
use crate::plain::PlainMessage;

/// What a decoder made of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was understood.
    Accepted,
    /// It was refused with an error.
    Refused,
}

/// Our client's Auth may leave its lineage out, and is written with an empty one: one byte more than was read.
const REENCODED_GROWTH_MAX: usize = 1;

/// Bytes held per byte of presence received: an entry takes three bytes on the wire and forty in memory.
const PRESENCE_HELD_PER_BYTE_MAX: usize = 16;

/// A frame that a client sent to `/sync`.
pub fn client_frame(input: &[u8]) -> Verdict {
    let Ok(frame) = ClientFrame::decode(Bytes::copy_from_slice(input)) else {
        return Verdict::Refused;
    };
    let encoded = frame.encode();
    assert_no_larger(&encoded, input);
    assert_eq!(ClientFrame::decode(encoded.clone()).as_ref(), Ok(&frame));
    assert_eq!(frame.encode(), encoded);
    Verdict::Accepted
}

/// A frame that the server sent on `/sync`.
pub fn server_frame(input: &[u8]) -> Verdict {
    let Ok(frame) = ServerFrame::decode(Bytes::copy_from_slice(input)) else {
        return Verdict::Refused;
    };
    let encoded = frame.encode();
    assert_no_larger(&encoded, input);
    assert_eq!(ServerFrame::decode(encoded.clone()).as_ref(), Ok(&frame));
    assert_eq!(frame.encode(), encoded);
    Verdict::Accepted
}

/// A frame of `/yjs/{name}`, either way. Accepted when every message in it is.
pub fn plain_frame(input: &[u8]) -> Verdict {
    let frame = Bytes::copy_from_slice(input);
    let mut encoded_bytes = 0;
    for message in PlainMessage::decode_frame(frame) {
        let Ok(message) = message else {
            return Verdict::Refused;
        };
        let encoded = message.encode();
        let mut again = PlainMessage::decode_frame(encoded.clone());
        assert_eq!(again.next(), Some(Ok(message)));
        assert_eq!(again.next(), None, "one message a frame towards the client");
        encoded_bytes += encoded.len();
    }
    assert!(encoded_bytes <= input.len(), "decoded more than was sent");
    Verdict::Accepted
}

/// A presence payload.
pub fn presence(input: &[u8]) -> Verdict {
    let Ok(entries) = awareness::decode(Bytes::copy_from_slice(input)) else {
        return Verdict::Refused;
    };
    let held_bytes = entries.capacity() * size_of::<AwarenessEntry>()
        + entries
            .iter()
            .map(|entry| entry.state.capacity())
            .sum::<usize>();
    assert!(
        held_bytes <= PRESENCE_HELD_PER_BYTE_MAX * input.len(),
        "{held_bytes} bytes held for {} received",
        input.len()
    );
    let encoded = awareness::encode(entries.iter());
    assert_no_larger(&encoded, input);
    assert_eq!(awareness::decode(encoded.clone()).as_ref(), Ok(&entries));
    assert_eq!(awareness::encode(entries.iter()), encoded);
    Verdict::Accepted
}

/// The address of a channel.
pub fn address(input: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(input) else {
        return Verdict::Refused;
    };
    let Ok(address) = Address::parse(text) else {
        return Verdict::Refused;
    };
    assert_eq!(address.as_str(), text, "replies carry it byte for byte");
    let name = address.doc_name();
    assert!(text.starts_with(name.as_str()));
    assert_eq!(address.is_plain(), name.as_str() == text);
    assert_eq!(address.is_plain(), Address::of(&name) == address);
    Verdict::Accepted
}

fn assert_no_larger(encoded: &Bytes, input: &[u8]) {
    assert!(
        encoded.len() <= input.len() + REENCODED_GROWTH_MAX,
        "{} bytes read, {} held",
        input.len(),
        encoded.len()
    );
}
