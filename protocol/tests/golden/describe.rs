//! Decoded messages in the words of the vector files. The matches are exhaustive on purpose: a new message does not
//! compile here until it has a description, and then fails the coverage test until it has a vector.

use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::envelope::{Address, ClientAuth, ClientMessage, Scope, ServerMessage};
use consilium_protocol::extension::{ClientExtension, Kept, ServerExtension};
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use serde_json::{Value, json};

/// Kinds that a client sends on `/sync`.
pub(crate) const CLIENT_KINDS: &[&str] = &[
    "auth",
    "awareness",
    "broadcast-stateless",
    "close",
    "ping",
    "pong",
    "probe",
    "push",
    "query-awareness",
    "stateless",
    "sync-step-1",
    "sync-step-2",
    "update",
];

/// Kinds that the server sends on `/sync`.
pub(crate) const SERVER_KINDS: &[&str] = &[
    "access-change",
    "ack",
    "authenticated",
    "awareness",
    "chunk",
    "close",
    "hello",
    "lineage-mismatch",
    "permission-denied",
    "ping",
    "pong",
    "probe-reply",
    "query-awareness",
    "reject",
    "request-token",
    "stateless",
    "storage",
    "sync-status",
    "sync-step-1",
    "sync-step-2",
    "update",
];

/// Kinds of `/yjs/{name}`.
pub(crate) const PLAIN_KINDS: &[&str] = &[
    "awareness",
    "permission-denied",
    "query-awareness",
    "sync-step-1",
    "sync-step-2",
    "update",
];

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn address(address: &Address) -> Value {
    match address.as_str().split_once('\0') {
        Some((document, session)) => json!({ "document": document, "session": session }),
        None => json!({ "document": address.doc_name().as_str() }),
    }
}

pub(crate) fn entries(entries: &[AwarenessEntry]) -> Value {
    entries
        .iter()
        .map(|entry| json!({ "client": entry.client, "clock": entry.clock, "state": entry.state }))
        .collect()
}

fn presence(payload: &bytes::Bytes) -> Value {
    json!({ "kind": "awareness", "entries": entries(&awareness::decode(payload.clone()).expect("presence")) })
}

fn sync(message: &SyncMessage) -> Value {
    match message {
        SyncMessage::Step1(data) => json!({ "kind": "sync-step-1", "state_vector": hex(data) }),
        SyncMessage::Step2(data) => json!({ "kind": "sync-step-2", "update": hex(data) }),
        SyncMessage::Update(data) => json!({ "kind": "update", "update": hex(data) }),
    }
}

pub(crate) fn plain_message(message: &PlainMessage) -> Value {
    match message {
        PlainMessage::Sync(message) => sync(message),
        PlainMessage::Awareness(payload) => presence(payload),
        PlainMessage::PermissionDenied(reason) => {
            json!({ "kind": "permission-denied", "reason": reason })
        }
        PlainMessage::QueryAwareness => json!({ "kind": "query-awareness" }),
    }
}

pub(crate) fn client_message(message: &ClientMessage) -> Value {
    match message {
        ClientMessage::Sync(message) => sync(message),
        ClientMessage::Awareness(payload) => presence(payload),
        ClientMessage::Auth(ClientAuth {
            token,
            version,
            lineage,
        }) => json!({
            "kind": "auth",
            "token": token,
            "version": version,
            "lineage": lineage.map(|lineage| lineage.to_string()),
        }),
        ClientMessage::QueryAwareness => json!({ "kind": "query-awareness" }),
        ClientMessage::Stateless(text) => json!({ "kind": "stateless", "text": text }),
        ClientMessage::BroadcastStateless(text) => {
            json!({ "kind": "broadcast-stateless", "text": text })
        }
        ClientMessage::Close => json!({ "kind": "close" }),
        ClientMessage::Extension(ClientExtension::Push(push)) => {
            json!({ "kind": "push", "id": push.id.0, "update": hex(&push.update) })
        }
        ClientMessage::Extension(ClientExtension::Probe { nonce }) => {
            json!({ "kind": "probe", "nonce": nonce })
        }
    }
}

pub(crate) fn server_message(message: &ServerMessage) -> Value {
    match message {
        ServerMessage::Sync(message) => sync(message),
        ServerMessage::Awareness(payload) => presence(payload),
        ServerMessage::RequestToken => json!({ "kind": "request-token" }),
        ServerMessage::PermissionDenied(reason) => {
            json!({ "kind": "permission-denied", "reason": reason })
        }
        ServerMessage::Authenticated(scope) => json!({
            "kind": "authenticated",
            "scope": match scope {
                Scope::ReadWrite => "read-write",
                Scope::ReadOnly => "readonly",
            },
        }),
        ServerMessage::QueryAwareness => json!({ "kind": "query-awareness" }),
        ServerMessage::Stateless(text) => json!({ "kind": "stateless", "text": text }),
        ServerMessage::Close(reason) => json!({ "kind": "close", "reason": reason }),
        ServerMessage::SyncStatus(durable) => json!({ "kind": "sync-status", "durable": durable }),
        ServerMessage::Extension(message) => server_extension(message),
    }
}

fn server_extension(message: &ServerExtension) -> Value {
    match message {
        ServerExtension::Hello(hello) => json!({
            "kind": "hello",
            "lineage": hello.lineage.to_string(),
            "access": hello.access,
            "display_name": hello.display_name,
        }),
        ServerExtension::Ack(id) => json!({ "kind": "ack", "id": id.0 }),
        ServerExtension::Reject {
            id,
            code,
            kept,
            reason,
        } => json!({
            "kind": "reject",
            "id": id.0,
            "code": code.word(),
            "kept": match kept {
                Kept::ByClient => "client",
                Kept::ByServer => "server",
                Kept::AsSuggestion => "suggestion",
            },
            "reason": reason,
        }),
        ServerExtension::AccessChange { access, reason } => {
            json!({ "kind": "access-change", "access": access, "reason": reason })
        }
        ServerExtension::Chunk(chunk) => json!({
            "kind": "chunk",
            "transfer": chunk.transfer,
            "total_bytes": chunk.total_bytes,
            "offset": chunk.offset,
            "bytes": hex(&chunk.bytes),
        }),
        ServerExtension::Storage { available } => {
            json!({ "kind": "storage", "available": available })
        }
        ServerExtension::LineageMismatch { lineage } => {
            json!({ "kind": "lineage-mismatch", "lineage": lineage.to_string() })
        }
        ServerExtension::ProbeReply { nonce } => json!({ "kind": "probe-reply", "nonce": nonce }),
    }
}
