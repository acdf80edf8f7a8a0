//! The wire: what each message of a member costs before anybody looks into it.

use std::hint::black_box;

use bytes::Bytes;
use consilium_protocol::envelope::{Address, ClientFrame, ClientMessage, ServerMessage};
use consilium_protocol::extension::{ClientExtension, Push};
use consilium_protocol::ids::PushId;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::update_shape::read_shape;

use crate::{Piece, Step, typing};

/// Edits of the document whose shape is read.
const SESSION: usize = 1_500;

pub(crate) const PIECES: &[Piece] = &[
    Piece {
        name: "codec-decode-push",
        half: 2_000,
        prepare: decode_push,
    },
    Piece {
        name: "codec-decode-plain",
        half: 2_000,
        prepare: decode_plain,
    },
    Piece {
        name: "codec-encode-update",
        half: 2_000,
        prepare: encode_update,
    },
    Piece {
        name: "codec-read-shape",
        half: 10,
        prepare: shape,
    },
];

fn address() -> Address {
    Address::parse("minutes-of-the-meeting").expect("a name of a document")
}

fn edit() -> Bytes {
    typing::session(1).remove(0)
}

/// Our own client's edit.
fn decode_push(_times: usize) -> Step {
    let push = Push {
        id: PushId(77),
        update: edit(),
    };
    let frame = ClientFrame::Message {
        address: address(),
        message: ClientMessage::Extension(ClientExtension::Push(push)),
    }
    .encode();
    Box::new(move |_| {
        black_box(ClientFrame::decode(black_box(frame.clone()))).expect("decode a push");
    })
}

/// An edit of y-websocket.
fn decode_plain(_times: usize) -> Step {
    let frame = PlainMessage::Sync(SyncMessage::Update(edit())).encode();
    Box::new(move |_| {
        for message in PlainMessage::decode_frame(black_box(frame.clone())) {
            black_box(message).expect("decode an update");
        }
    })
}

/// What everybody else is told of it.
fn encode_update(_times: usize) -> Step {
    let address = address();
    let message = ServerMessage::Sync(SyncMessage::Update(edit()));
    Box::new(move |_| {
        black_box(black_box(&message).encode_for(&address));
    })
}

/// The guard before the library: a whole document, as somebody brings it who was away.
fn shape(_times: usize) -> Step {
    let whole = typing::whole(SESSION);
    Box::new(move |_| {
        black_box(read_shape(black_box(&whole))).expect("read the shape");
    })
}
