//! Golden bytes, and bytes of all sorts.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::golden;

const NODE: NodeId = NodeId(0x0102_0304_0506_0708);
const EPOCH: u64 = 0x1112_1314_1516_1718;
const FILE: &str = "peer-messages.json";

fn samples() -> Vec<(&'static str, PeerMessage)> {
    let frame = Bytes::from_static(b"\x03doc\x00\x02\x02\x00\x00");
    vec![
        (
            "edits",
            PeerMessage::Edits {
                seq: 300,
                edits: vec![
                    PeerEdit {
                        author: Some(UserId::new("anna")),
                        claims: vec![7, u64::from(u32::MAX)],
                        frame: frame.clone(),
                    },
                    PeerEdit {
                        author: None,
                        claims: Vec::new(),
                        frame: frame.clone(),
                    },
                    PeerEdit {
                        author: Some(UserId::new("")),
                        claims: Vec::new(),
                        frame,
                    },
                ],
                presence: Bytes::from_static(b"\x01\x07\x01\x02{}"),
            },
        ),
        (
            "edits that are in the journal only",
            PeerMessage::Edits {
                seq: 1,
                edits: Vec::new(),
                presence: Bytes::new(),
            },
        ),
        (
            "presence",
            PeerMessage::Presence(Bytes::from_static(b"\x01\x07\x01\x02{}")),
        ),
        ("hello", PeerMessage::Hello),
        (
            "state",
            PeerMessage::State {
                seq: 9,
                heard: vec![(NodeId(1), Position { epoch: 2, seq: 300 })],
                digest: [0xd1; DIGEST_BYTES],
            },
        ),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn the_bytes_are_those_of_the_vectors() {
    let vectors = golden::vectors(FILE);
    for (name, message) in samples() {
        let bytes = message.encode(NODE, EPOCH);
        let expected = vectors.iter().find(|(known, _)| known == name);
        assert_eq!(
            expected.map(|(_, bytes)| hex(bytes)),
            Some(hex(&bytes)),
            "{name}"
        );
    }
}

#[test]
fn every_kind_that_is_read_has_a_vector() {
    let vectors = golden::vectors(FILE);
    for kind in 0..=127_u8 {
        let is_read = !matches!(
            body(u64::from(kind), &mut Reader::new(Bytes::new())),
            Ok(None)
        );
        // The kind is behind the version.
        let has_vector = vectors.iter().any(|(_, bytes)| bytes[1] == kind);
        assert_eq!(is_read, has_vector, "kind {kind}");
    }
}

#[test]
fn the_vectors_are_read() {
    for (name, bytes) in golden::vectors(FILE) {
        let read = FromPeer::decode(bytes).unwrap();
        assert_eq!((read.node, read.epoch), (NODE, EPOCH), "{name}");
        let expected = samples().into_iter().find(|(known, _)| *known == name);
        assert_eq!(read.message, expected.map(|(_, message)| message), "{name}");
    }
}

#[test]
fn what_a_later_release_adds_is_passed_over_and_what_it_changes_is_not_guessed_at() {
    for (name, message) in samples() {
        let bytes = message.encode(NODE, EPOCH);
        let longer: Bytes = [bytes.as_ref(), b"something new"].concat().into();
        let read = FromPeer::decode(longer).unwrap();
        assert_eq!(read.message.as_ref(), Some(&message), "{name}");
        let mut newer = bytes.to_vec();
        newer[0] = VERSION + 1;
        let read = FromPeer::decode(newer.into()).unwrap();
        assert_eq!(
            (read.node, read.epoch, read.message),
            (NODE, EPOCH, None),
            "{name}"
        );
    }
    let mut unknown_kind = PeerMessage::Hello.encode(NODE, EPOCH).to_vec();
    unknown_kind[1] = 99;
    assert_eq!(FromPeer::decode(unknown_kind.into()).unwrap().message, None);
}

#[test]
fn a_truncated_message_is_an_error() {
    for (name, message) in samples() {
        let bytes = message.encode(NODE, EPOCH);
        for end in 0..bytes.len() {
            assert!(
                FromPeer::decode(bytes.slice(..end)).is_err(),
                "{name} cut at {end}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_are_a_panic_or_a_huge_allocation(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = bytes;
        if let Some(version) = bytes.first_mut() {
            *version %= 3;
        }
        if let Ok(read) = FromPeer::decode(bytes.into())
            && let Some(message) = read.message
        {
            // What can be read can be written and read again.
            let again = FromPeer::decode(message.encode(read.node, read.epoch)).unwrap();
            prop_assert_eq!(again.message, Some(message));
        }
    }
}
