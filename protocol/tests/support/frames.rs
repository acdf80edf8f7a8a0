//! Valid messages of every kind, as proptest strategies.

use bytes::Bytes;
use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::envelope::{
    Address, ClientAuth, ClientFrame, ClientMessage, Scope, ServerFrame, ServerMessage,
};
use consilium_protocol::extension::{
    CLIENT_VERSION, Chunk, ClientExtension, Hello, Kept, Push, RejectCode, ServerExtension,
};
use consilium_protocol::ids::{Access, Lineage, PushId};
use consilium_protocol::limits;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_protocol::wire::MAX_SAFE_INTEGER;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Any integer of the wire; short and long encodings are equally likely.
pub(crate) fn integer() -> impl Strategy<Value = u64> {
    (0u32..=53).prop_flat_map(|bits| 0..=MAX_SAFE_INTEGER.min((1u64 << bits) - 1))
}

/// Text without control characters, of `chars` characters.
fn text(chars: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(
        any::<char>().prop_filter("no control character", |c| !c.is_control()),
        chars,
    )
    .prop_map(String::from_iter)
}

fn data() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..300).prop_map(Bytes::from)
}

fn lineage() -> impl Strategy<Value = Lineage> {
    any::<[u8; 16]>().prop_map(Lineage::from_bytes)
}

fn access() -> impl Strategy<Value = Access> {
    select(vec![
        Access::None,
        Access::Read,
        Access::Comment,
        Access::Write,
    ])
}

/// The address of a channel, with and without a session.
pub(crate) fn address() -> impl Strategy<Value = Address> {
    (text(1..40), option::of(text(0..12))).prop_map(|(name, session)| {
        let text = match session {
            Some(session) => format!("{name}\0{session}"),
            None => name,
        };
        Address::parse(&text).expect("a valid address")
    })
}

/// Presence of a few clients.
pub(crate) fn entries() -> impl Strategy<Value = Vec<AwarenessEntry>> {
    vec(
        (integer(), integer(), text(0..40)).prop_map(|(client, clock, state)| AwarenessEntry {
            client,
            clock,
            state,
        }),
        0..8,
    )
}

fn presence() -> impl Strategy<Value = Bytes> {
    entries().prop_map(|entries| awareness::encode(entries.iter()))
}

fn sync() -> impl Strategy<Value = SyncMessage> {
    prop_oneof![
        data().prop_map(SyncMessage::Step1),
        data().prop_map(SyncMessage::Step2),
        data().prop_map(SyncMessage::Update),
    ]
}

fn auth() -> impl Strategy<Value = ClientAuth> {
    prop_oneof![
        (text(0..80), option::of("[0-9.]{0,12}")).prop_map(|(token, version)| ClientAuth {
            token,
            version,
            lineage: None,
        }),
        (text(0..80), option::of(lineage())).prop_map(|(token, lineage)| ClientAuth {
            token,
            version: Some(CLIENT_VERSION.to_owned()),
            lineage,
        }),
    ]
}

fn client_message() -> impl Strategy<Value = ClientMessage> {
    prop_oneof![
        sync().prop_map(ClientMessage::Sync),
        presence().prop_map(ClientMessage::Awareness),
        auth().prop_map(ClientMessage::Auth),
        Just(ClientMessage::QueryAwareness),
        text(0..60).prop_map(ClientMessage::Stateless),
        text(0..60).prop_map(ClientMessage::BroadcastStateless),
        Just(ClientMessage::Close),
        (integer(), data()).prop_map(|(id, update)| {
            ClientMessage::Extension(ClientExtension::Push(Push {
                id: PushId(id),
                update,
            }))
        }),
        integer().prop_map(|nonce| ClientMessage::Extension(ClientExtension::Probe { nonce })),
    ]
}

/// One frame from a client.
pub(crate) fn client_frame() -> impl Strategy<Value = ClientFrame> {
    prop_oneof![
        1 => Just(ClientFrame::Ping),
        1 => Just(ClientFrame::Pong),
        18 => (address(), client_message())
            .prop_map(|(address, message)| ClientFrame::Message { address, message }),
    ]
}

fn chunk() -> impl Strategy<Value = Chunk> {
    (
        integer(),
        0..=limits::SYNC_TRANSFER_BYTES_MAX as u64,
        vec(any::<u8>(), 1..300),
        any::<u32>(),
    )
        .prop_map(|(transfer, total_bytes, piece, place)| {
            let total_bytes = total_bytes.max(piece.len() as u64);
            Chunk {
                transfer,
                total_bytes,
                offset: u64::from(place) % (total_bytes - piece.len() as u64 + 1),
                bytes: piece.into(),
            }
        })
}

fn server_extension() -> impl Strategy<Value = ServerExtension> {
    prop_oneof![
        (lineage(), access(), text(0..40)).prop_map(|(lineage, access, display_name)| {
            ServerExtension::Hello(Hello {
                lineage,
                access,
                display_name,
            })
        }),
        integer().prop_map(|id| ServerExtension::Ack(PushId(id))),
        (
            integer(),
            select(RejectCode::ALL.to_vec()),
            select(vec![Kept::ByClient, Kept::ByServer, Kept::AsSuggestion]),
            text(0..40),
        )
            .prop_map(|(id, code, kept, reason)| ServerExtension::Reject {
                id: PushId(id),
                code,
                kept,
                reason,
            }),
        (access(), text(0..40))
            .prop_map(|(access, reason)| ServerExtension::AccessChange { access, reason }),
        chunk().prop_map(ServerExtension::Chunk),
        any::<bool>().prop_map(|available| ServerExtension::Storage { available }),
        lineage().prop_map(|lineage| ServerExtension::LineageMismatch { lineage }),
        integer().prop_map(|nonce| ServerExtension::ProbeReply { nonce }),
    ]
}

fn server_message() -> impl Strategy<Value = ServerMessage> {
    prop_oneof![
        1 => sync().prop_map(ServerMessage::Sync),
        1 => presence().prop_map(ServerMessage::Awareness),
        1 => Just(ServerMessage::RequestToken),
        1 => text(0..60).prop_map(ServerMessage::PermissionDenied),
        1 => select(vec![Scope::ReadWrite, Scope::ReadOnly]).prop_map(ServerMessage::Authenticated),
        1 => Just(ServerMessage::QueryAwareness),
        1 => text(0..60).prop_map(ServerMessage::Stateless),
        1 => text(0..60).prop_map(ServerMessage::Close),
        1 => any::<bool>().prop_map(ServerMessage::SyncStatus),
        5 => server_extension().prop_map(ServerMessage::Extension),
    ]
}

/// One frame from the server.
pub(crate) fn server_frame() -> impl Strategy<Value = ServerFrame> {
    prop_oneof![
        1 => Just(ServerFrame::Ping),
        1 => Just(ServerFrame::Pong),
        18 => (address(), server_message())
            .prop_map(|(address, message)| ServerFrame::Message { address, message }),
    ]
}

/// One y-websocket message.
pub(crate) fn plain_message() -> impl Strategy<Value = PlainMessage> {
    prop_oneof![
        sync().prop_map(PlainMessage::Sync),
        presence().prop_map(PlainMessage::Awareness),
        text(0..60).prop_map(PlainMessage::PermissionDenied),
        Just(PlainMessage::QueryAwareness),
    ]
}
