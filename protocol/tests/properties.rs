//! Laws of the codec over generated messages: round trips (P-12), truncation (P-14), growth at the end (P-70), integers
//! (P-2), and totality on arbitrary bytes (P-13).

#[path = "support/frames.rs"]
mod frames;

use bytes::Bytes;
use consilium_protocol::awareness;
use consilium_protocol::envelope::{
    Address, ClientFrame, ClientMessage, Dialect, ServerFrame, ServerMessage,
};
use consilium_protocol::extension::{Kept, ServerExtension};
use consilium_protocol::laws::{self, Verdict};
use consilium_protocol::limits;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::wire::{DecodeError, MAX_SAFE_INTEGER, Reader, Writer, var_uint_len};
use proptest::collection::vec;
use proptest::prelude::*;

fn written(value: u64) -> Bytes {
    let mut writer = Writer::default();
    writer.var_uint(value);
    writer.finish()
}

fn grown(frame: &Bytes, tail: &[u8]) -> Bytes {
    Bytes::from([frame.as_ref(), tail].concat())
}

/// P-14: what a prefix of a client's frame may mean instead of an error.
fn is_shorter_client_frame(whole: &ClientFrame, cut: &ClientFrame) -> bool {
    match (whole, cut) {
        // A name of nine or ten bytes begins with the byte that alone is a ping or a pong.
        (ClientFrame::Message { address, .. }, ClientFrame::Ping) => address.as_str().len() == 9,
        (ClientFrame::Message { address, .. }, ClientFrame::Pong) => address.as_str().len() == 10,
        // The version and the lineage of an Auth message came later than the token.
        (
            ClientFrame::Message {
                address,
                message: ClientMessage::Auth(auth),
            },
            ClientFrame::Message {
                address: cut_address,
                message: ClientMessage::Auth(cut),
            },
        ) => {
            address == cut_address
                && auth.token == cut.token
                && cut.lineage.is_none()
                && (cut.version.is_none() || cut.version == auth.version)
        }
        _ => false,
    }
}

/// P-14: what is left of a refusal whose mark at the end is cut off: that the server keeps the edit, and no more.
fn without_mark(whole: &ServerFrame) -> Option<ServerFrame> {
    let mut cut = whole.clone();
    match &mut cut {
        ServerFrame::Message {
            message: ServerMessage::Extension(ServerExtension::Reject { kept, .. }),
            ..
        } if *kept == Kept::AsSuggestion => *kept = Kept::ByServer,
        _ => return None,
    }
    Some(cut)
}

proptest! {
    #[test]
    fn integers_are_read_as_written_in_the_bytes_foretold(value in frames::integer(), tail in vec(any::<u8>(), 0..4)) {
        let bytes = written(value);
        prop_assert_eq!(bytes.len(), var_uint_len(value));
        let mut reader = Reader::new(grown(&bytes, &tail));
        prop_assert_eq!(reader.var_uint(), Ok(value));
        prop_assert_eq!(reader.into_rest(), tail);
        for length in 0..bytes.len() {
            prop_assert_eq!(Reader::new(bytes.slice(..length)).var_uint(), Err(DecodeError::UnexpectedEnd));
        }
    }

    #[test]
    fn integers_above_53_bits_are_out_of_range(value in MAX_SAFE_INTEGER + 1..) {
        prop_assert_eq!(Reader::new(written(value)).var_uint(), Err(DecodeError::IntegerOutOfRange));
    }

    #[test]
    fn longer_integers_take_no_fewer_bytes(one in any::<u64>(), other in any::<u64>()) {
        prop_assert!(var_uint_len(one.min(other)) <= var_uint_len(one.max(other)));
        prop_assert_eq!(written(one).len(), var_uint_len(one));
    }

    #[test]
    fn a_declared_length_beyond_the_input_is_refused(declared in 5u64..=MAX_SAFE_INTEGER, rest in vec(any::<u8>(), 0..5)) {
        let mut reader = Reader::new(grown(&written(declared), &rest));
        prop_assert_eq!(reader.var_bytes(), Err(DecodeError::UnexpectedEnd));
    }

    #[test]
    fn client_frames_come_back_as_they_went(frame in frames::client_frame()) {
        let bytes = frame.encode();
        prop_assert_eq!(ClientFrame::decode(bytes.clone()), Ok(frame));
        prop_assert_eq!(laws::client_frame(&bytes), Verdict::Accepted);
    }

    #[test]
    fn server_frames_come_back_as_they_went(frame in frames::server_frame()) {
        let bytes = frame.encode();
        prop_assert_eq!(ServerFrame::decode(bytes.clone()), Ok(frame));
        prop_assert_eq!(laws::server_frame(&bytes), Verdict::Accepted);
    }

    #[test]
    fn plain_messages_come_back_in_order_from_one_frame(messages in vec(frames::plain_message(), 0..6)) {
        let frame: Vec<u8> = messages.iter().flat_map(PlainMessage::encode).collect();
        let decoded: Result<Vec<_>, _> = PlainMessage::decode_frame(frame.clone().into()).collect();
        prop_assert_eq!(decoded, Ok(messages));
        prop_assert_eq!(laws::plain_frame(&frame), Verdict::Accepted);
    }

    #[test]
    fn presence_comes_back_as_it_went(entries in frames::entries()) {
        let payload = awareness::encode(entries.iter());
        prop_assert_eq!(awareness::decode(payload.clone()), Ok(entries));
        prop_assert_eq!(laws::presence(&payload), Verdict::Accepted);
    }

    #[test]
    fn addresses_keep_their_text_and_their_document(address in frames::address()) {
        prop_assert_eq!(laws::address(address.as_str().as_bytes()), Verdict::Accepted);
        prop_assert_eq!(Address::parse(address.as_str()), Ok(address));
    }

    #[test]
    fn a_truncated_client_frame_is_refused_or_the_documented_shorter_one(frame in frames::client_frame()) {
        let bytes = frame.encode();
        for length in 0..bytes.len() {
            if let Ok(cut) = ClientFrame::decode(bytes.slice(..length)) {
                prop_assert!(is_shorter_client_frame(&frame, &cut), "{length} bytes of {frame:?} are {cut:?}");
            }
        }
    }

    #[test]
    fn a_truncated_server_frame_is_refused(frame in frames::server_frame()) {
        let bytes = frame.encode();
        for length in 0..bytes.len() {
            match ServerFrame::decode(bytes.slice(..length)) {
                // A name of nine or ten bytes begins with the byte that alone is a ping or a pong.
                Ok(ServerFrame::Ping) => prop_assert_eq!((length, bytes[0]), (1, 9)),
                Ok(ServerFrame::Pong) => prop_assert_eq!((length, bytes[0]), (1, 10)),
                // Its mark is at the end, where clients that do not know it pass over it.
                Ok(cut) if Some(&cut) == without_mark(&frame).as_ref() => {}
                Ok(cut) => prop_assert!(false, "{length} bytes of {frame:?} are {cut:?}"),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn a_truncated_plain_frame_gives_the_messages_before_the_cut(messages in vec(frames::plain_message(), 1..4)) {
        let mut ends = vec![0];
        let mut bytes = Vec::new();
        for message in &messages {
            bytes.extend_from_slice(&message.encode());
            ends.push(bytes.len());
        }
        let bytes = Bytes::from(bytes);
        for length in 0..bytes.len() {
            let whole = ends.iter().filter(|end| **end <= length).count() - 1;
            let mut decoded = PlainMessage::decode_frame(bytes.slice(..length));
            for message in &messages[..whole] {
                prop_assert_eq!(decoded.next(), Some(Ok(message.clone())));
            }
            if ends[whole] == length {
                prop_assert_eq!(decoded.next(), None);
            } else {
                prop_assert_eq!(decoded.next(), Some(Err(DecodeError::UnexpectedEnd)));
            }
        }
    }

    #[test]
    fn truncated_presence_is_refused(entries in frames::entries()) {
        let payload = awareness::encode(entries.iter());
        for length in 0..payload.len() {
            prop_assert_eq!(awareness::decode(payload.slice(..length)), Err(DecodeError::UnexpectedEnd));
        }
    }

    #[test]
    fn our_client_messages_may_grow_at_their_end_and_stock_ones_may_not(
        frame in frames::client_frame(), tail in vec(any::<u8>(), 1..20),
    ) {
        let ClientFrame::Message { message, .. } = &frame else { return Ok(()) };
        let decoded = ClientFrame::decode(grown(&frame.encode(), &tail));
        match message {
            ClientMessage::Extension(_) => prop_assert_eq!(decoded, Ok(frame)),
            ClientMessage::Auth(auth) if auth.dialect() == Dialect::Consilium => prop_assert_eq!(decoded, Ok(frame)),
            // The tail reads as an optional version or reason, or is refused: never as something else.
            ClientMessage::Auth(_) => if let Ok(ClientFrame::Message { message, .. }) = decoded {
                prop_assert!(matches!(message, ClientMessage::Auth(_)));
            },
            ClientMessage::Close => if let Ok(ClientFrame::Message { message, .. }) = decoded {
                prop_assert_eq!(message, ClientMessage::Close);
            },
            _ => prop_assert_eq!(decoded, Err(DecodeError::TrailingBytes)),
        }
    }

    #[test]
    fn our_server_messages_may_grow_at_their_end_and_stock_ones_may_not(
        frame in frames::server_frame(), tail in vec(any::<u8>(), 1..20),
    ) {
        let ServerFrame::Message { message, .. } = &frame else { return Ok(()) };
        let decoded = ServerFrame::decode(grown(&frame.encode(), &tail));
        match message {
            // The tail reads as the mark of a suggestion, or as another mark, or is refused: never as something else.
            ServerMessage::Extension(ServerExtension::Reject { kept: Kept::ByServer, .. }) => match decoded {
                Ok(ServerFrame::Message { message: ServerMessage::Extension(ServerExtension::Reject { kept, .. }), .. }) => {
                    prop_assert_ne!(kept, Kept::ByClient);
                }
                Ok(other) => prop_assert!(false, "read as {other:?}"),
                Err(error) => prop_assert!(matches!(error, DecodeError::UnexpectedEnd | DecodeError::IntegerOutOfRange), "{error:?}"),
            },
            ServerMessage::Extension(_) => prop_assert_eq!(decoded, Ok(frame)),
            _ => prop_assert_eq!(decoded, Err(DecodeError::TrailingBytes)),
        }
    }

    #[test]
    fn any_bytes_are_taken_or_refused_within_the_laws(input in vec(any::<u8>(), 0..400)) {
        laws::client_frame(&input);
        laws::server_frame(&input);
        laws::plain_frame(&input);
        laws::presence(&input);
        laws::address(&input);
    }

    #[test]
    fn any_message_after_a_good_address_keeps_the_laws(address in frames::address(), kind in 0u64..80, rest in vec(any::<u8>(), 0..60)) {
        let mut writer = Writer::default();
        writer.var_string(address.as_str());
        writer.var_uint(kind);
        writer.raw(&rest);
        let frame = writer.finish();
        laws::client_frame(&frame);
        laws::server_frame(&frame);
    }
}

#[test]
fn a_frame_of_too_many_plain_messages_is_refused_after_the_limit() {
    let frame = Bytes::from(vec![3u8; limits::MESSAGES_PER_FRAME_MAX + 1]);
    let decoded: Vec<_> = PlainMessage::decode_frame(frame.clone()).collect();
    assert_eq!(decoded.len(), limits::MESSAGES_PER_FRAME_MAX + 1);
    assert_eq!(
        decoded.last(),
        Some(&Err(DecodeError::OverLimit("messages in a frame")))
    );
    let allowed = frame.slice(1..);
    assert!(PlainMessage::decode_frame(allowed).all(|message| message.is_ok()));
}

#[test]
fn a_token_over_the_limit_is_refused() {
    let auth = |bytes: usize| {
        let mut writer = Writer::default();
        writer.var_string("d");
        writer.raw(&[2, 0]);
        writer.var_string(&"t".repeat(bytes));
        ClientFrame::decode(writer.finish())
    };
    assert!(auth(limits::TOKEN_BYTES_MAX).is_ok());
    assert_eq!(
        auth(limits::TOKEN_BYTES_MAX + 1),
        Err(DecodeError::OverLimit("token"))
    );
}

#[test]
fn a_stateless_message_over_the_limit_is_refused() {
    let stateless = |bytes: usize| {
        let mut writer = Writer::default();
        writer.var_string("d");
        writer.raw(&[5]);
        writer.var_string(&"s".repeat(bytes));
        ClientFrame::decode(writer.finish())
    };
    assert!(stateless(limits::STATELESS_BYTES_MAX).is_ok());
    assert_eq!(
        stateless(limits::STATELESS_BYTES_MAX + 1),
        Err(DecodeError::OverLimit("stateless message"))
    );
}

#[test]
fn a_token_never_shows_in_debug_output() {
    let mut writer = Writer::default();
    writer.var_string("d");
    writer.raw(&[2, 0]);
    writer.var_string("very-secret");
    let frame = ClientFrame::decode(writer.finish()).unwrap();
    let shown = format!("{frame:?}");
    assert!(
        shown.contains("(11 bytes)") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn a_removal_may_stand_between_white_space() {
    let removal = |state: &str| {
        awareness::AwarenessEntry {
            client: 1,
            clock: 1,
            state: state.to_owned(),
        }
        .is_removal()
    };
    assert!(removal("null") && removal(" null\n\t\r"));
    assert!(!removal("\"null\"") && !removal("nullx") && !removal(""));
}
