//! Golden bytes: every vector decodes to what it says and, where it is canonical, encodes back byte for byte; every
//! refused vector is refused with its error (P-1, P-12, P-13). The same files are read by the TypeScript tests.

#[path = "golden/describe.rs"]
mod describe;
#[path = "golden/suite.rs"]
mod suite;
#[path = "support/vectors.rs"]
mod vectors;

use std::collections::BTreeSet;

use bytes::Bytes;
use consilium_protocol::awareness;
use consilium_protocol::envelope::{ClientFrame, ServerFrame};
use consilium_protocol::extension::RejectCode;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::wire::{DecodeError, Reader, Writer, var_uint_len};
use serde_json::{Value, json};

use crate::suite::{Direction, Protocol, Suite, Vector};

/// What a decoder made of a vector: a description with the bytes that it encodes to, or an error.
type Decoded = Result<(Value, Bytes), DecodeError>;

#[test]
fn every_vector_decodes_to_what_it_says_and_encodes_back() {
    let mut checked = 0;
    for (file, suite) in vectors::load::<Suite>() {
        assert_eq!(suite.format, 1, "{file}");
        assert!(suite.source["kind"].is_string(), "{file}");
        for vector in &suite.vectors {
            let place = format!("{file}: {}", vector.name);
            if suite.protocol == Protocol::Plain {
                check_plain(&place, vector);
            } else {
                check(&place, vector, decode(&suite, vector));
            }
            checked += 1;
        }
    }
    // Of another release the refused ones are left out.
    let is_own = std::env::var_os(vectors::OTHER_RELEASE).is_none();
    let expected = if is_own { 200 } else { 100 };
    assert!(checked >= expected, "only {checked} vectors were found");
}

fn check(place: &str, vector: &Vector, decoded: Decoded) {
    match (decoded, &vector.error) {
        (Err(error), Some(expected)) => assert_eq!(&error.to_string(), expected, "{place}"),
        (Err(error), None) => panic!("{place}: {error}"),
        (Ok((found, _)), Some(expected)) => panic!("{place}: {expected} expected, got {found}"),
        (Ok((found, encoded)), None) => {
            assert_eq!(found, expected_value(vector), "{place}");
            check_encoding(place, vector, &encoded);
        }
    }
}

/// A plain frame holds several messages, and those before a bad one count.
fn check_plain(place: &str, vector: &Vector) {
    let mut found = Vec::new();
    let mut encoded = Vec::new();
    let mut error = None;
    for message in PlainMessage::decode_frame(vectors::unhex(&vector.hex)) {
        match message {
            Ok(message) => {
                found.push(describe::plain_message(&message));
                encoded.extend_from_slice(&message.encode());
            }
            Err(why) => error = Some(why.to_string()),
        }
    }
    assert_eq!(error, vector.error, "{place}");
    assert_eq!(
        found,
        vector.messages.clone().unwrap_or_default(),
        "{place}"
    );
    if error.is_none() {
        check_encoding(place, vector, &encoded);
    }
}

fn check_encoding(place: &str, vector: &Vector, encoded: &[u8]) {
    let canonical = vector.canonical.expect("canonical is said");
    assert_eq!(
        describe::hex(encoded) == vector.hex,
        canonical,
        "{place}: encodes to {}",
        describe::hex(encoded)
    );
}

fn decode(suite: &Suite, vector: &Vector) -> Decoded {
    let bytes = vectors::unhex(&vector.hex);
    match suite.protocol {
        Protocol::Envelope => match vector.direction.expect("a frame has a direction") {
            Direction::ClientToServer => decode_client_frame(bytes),
            Direction::ServerToClient => decode_server_frame(bytes),
        },
        Protocol::Presence => {
            let entries = awareness::decode(bytes)?;
            Ok((
                describe::entries(&entries),
                awareness::encode(entries.iter()),
            ))
        }
        Protocol::Varuint => {
            let mut reader = Reader::new(bytes);
            let value = reader.var_uint()?;
            reader.finish()?;
            let mut writer = Writer::default();
            writer.var_uint(value);
            let encoded = writer.finish();
            assert_eq!(encoded.len(), var_uint_len(value));
            Ok((json!(value), encoded))
        }
        Protocol::Plain => unreachable!("checked message by message"),
    }
}

fn decode_client_frame(bytes: Bytes) -> Decoded {
    let frame = ClientFrame::decode(bytes)?;
    let described = match &frame {
        ClientFrame::Ping => json!([null, { "kind": "ping" }]),
        ClientFrame::Pong => json!([null, { "kind": "pong" }]),
        ClientFrame::Message { address, message } => {
            json!([
                describe::address(address),
                describe::client_message(message)
            ])
        }
    };
    Ok((described, frame.encode()))
}

fn decode_server_frame(bytes: Bytes) -> Decoded {
    let frame = ServerFrame::decode(bytes)?;
    let described = match &frame {
        ServerFrame::Ping => json!([null, { "kind": "ping" }]),
        ServerFrame::Pong => json!([null, { "kind": "pong" }]),
        ServerFrame::Message { address, message } => {
            json!([
                describe::address(address),
                describe::server_message(message)
            ])
        }
    };
    Ok((described, frame.encode()))
}

fn expected_value(vector: &Vector) -> Value {
    match (&vector.message, &vector.entries, vector.value) {
        (Some(message), None, None) => json!([vector.address, message]),
        (None, Some(entries), None) => entries.clone(),
        (None, None, Some(value)) => json!(value),
        _ => panic!("{}: one of message, entries and value", vector.name),
    }
}

#[test]
fn every_message_has_a_vector_in_its_direction() {
    let mut client = BTreeSet::new();
    let mut server = BTreeSet::new();
    let mut plain = BTreeSet::new();
    let suites = vectors::load::<Suite>();
    for (_, suite) in &suites {
        for vector in suite.vectors.iter().filter(|vector| vector.error.is_none()) {
            let kinds = match (suite.protocol, vector.direction) {
                (Protocol::Envelope, Some(Direction::ClientToServer)) => &mut client,
                (Protocol::Envelope, Some(Direction::ServerToClient)) => &mut server,
                (Protocol::Plain, _) => &mut plain,
                _ => continue,
            };
            let described = vector
                .message
                .iter()
                .chain(vector.messages.iter().flatten());
            kinds.extend(described.map(|message| message["kind"].as_str().expect("a kind")));
        }
    }
    assert_eq!(Vec::from_iter(client), describe::CLIENT_KINDS);
    assert_eq!(Vec::from_iter(server), describe::SERVER_KINDS);
    assert_eq!(Vec::from_iter(plain), describe::PLAIN_KINDS);
}

#[test]
fn every_code_of_ours_has_a_vector() {
    let mut rejects = BTreeSet::new();
    let mut levels = BTreeSet::new();
    for (_, suite) in vectors::load::<Suite>() {
        for message in suite
            .vectors
            .iter()
            .filter_map(|vector| vector.message.as_ref())
        {
            let word = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
            match message["kind"].as_str() {
                Some("reject") => drop(rejects.insert((word("code"), word("kept")))),
                Some("hello" | "access-change") => {
                    levels.insert((word("kind"), word("access")));
                }
                _ => {}
            }
        }
    }
    for code in RejectCode::ALL {
        for kept in ["client", "server"] {
            let pair = (code.word().to_owned(), kept.to_owned());
            assert!(rejects.contains(&pair), "no vector for {pair:?}");
        }
    }
    for kind in ["hello", "access-change"] {
        for access in ["none", "read", "comment", "write"] {
            let pair = (kind.to_owned(), access.to_owned());
            assert!(levels.contains(&pair), "no vector for {pair:?}");
        }
    }
}

#[test]
fn captures_are_whole_and_name_the_packages_they_come_from() {
    let captured: Vec<_> = vectors::load::<Suite>()
        .into_iter()
        .filter(|(_, suite)| suite.source["kind"] == "captured")
        .map(|(file, suite)| {
            assert!(suite.source["packages"].is_object(), "{file}");
            assert!(
                suite.vectors.iter().all(|vector| vector.capture.is_some()),
                "{file}"
            );
            (file, suite.vectors.len())
        })
        .collect();
    assert_eq!(
        captured,
        [
            ("captured-hocuspocus".to_owned(), 37),
            ("captured-y-websocket".to_owned(), 5)
        ]
    );
}
