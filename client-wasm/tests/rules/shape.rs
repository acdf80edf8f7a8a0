//! The shape of events and effects as JavaScript sees them: what the TypeScript section of `wasm.rs` promises.

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::event::{EntryId, Event};
use consilium_client::state::{
    ConnectionStatus, DocumentProblem, DocumentState, KeptAt, KnownAccess, SaveState,
};
use consilium_protocol::ids::Access;
use serde_json::json;

use crate::shell::{doc, lineage};

#[test]
fn events_are_read_as_the_typescript_types_say() {
    for (value, event) in [
        (
            json!({"type": "loaded", "doc": "doc", "lineage": null, "updates": [[0, 0]],
                "outbox": [{"id": 3, "update": [0, 0], "at": 9}], "lastServerSync": true}),
            Event::Loaded {
                doc: doc(),
                lineage: None,
                updates: vec![Bytes::from_static(&[0, 0])],
                outbox: vec![consilium_client::event::StoredEntry {
                    id: EntryId(3),
                    update: Bytes::from_static(&[0, 0]),
                    at: 9,
                }],
                next_id: None,
                last_server_sync: true.into(),
            },
        ),
        (
            json!({"type": "socketClosed", "code": 1006, "reason": ""}),
            Event::SocketClosed {
                code: 1006,
                reason: String::new(),
            },
        ),
        (
            json!({"type": "token", "token": null}),
            Event::Token { token: None },
        ),
        (json!({"type": "networkOnline"}), Event::NetworkOnline),
    ] {
        let read: Event = serde_json::from_value(value).expect("an event");
        assert_eq!(read, event);
    }
}

#[test]
fn effects_are_written_as_the_typescript_types_say() {
    let state = DocumentState {
        save: SaveState::Device,
        access: KnownAccess::Known(Access::Write),
        synced: true,
        unconfirmed: 2,
        problems: vec![
            DocumentProblem::ServerStorage,
            DocumentProblem::Rejected {
                reason: "poison".into(),
                kept: KeptAt::Device,
            },
        ],
    };
    for (effect, value) in [
        (
            Effect::DocumentState { doc: doc(), state },
            json!({"type": "documentState", "doc": "doc", "state": {
                "save": "device", "access": "write", "synced": true, "unconfirmed": 2,
                "problems": [{"code": "server-storage"},
                    {"code": "rejected", "reason": "poison", "kept": "device"}]}}),
        ),
        (
            Effect::Status {
                status: ConnectionStatus::Waiting {
                    at: 5,
                    reason: "lost".into(),
                },
            },
            json!({"type": "status", "status": {"kind": "waiting", "at": 5, "reason": "lost"}}),
        ),
        (
            Effect::PersistLineage {
                doc: doc(),
                lineage: lineage(1),
            },
            json!({"type": "persistLineage", "doc": "doc",
                "lineage": "00000000-0000-0000-0000-000000000001"}),
        ),
        (
            Effect::Merged {
                doc: doc(),
                base: vec![Bytes::from_static(&[0, 0])],
                mine: Vec::new(),
                theirs: Vec::new(),
                away_ms: 8,
            },
            json!({"type": "merged", "doc": "doc", "base": [[0, 0]], "mine": [], "theirs": [],
                "awayMs": 8}),
        ),
        (
            Effect::SetTimer { at_ms: 7 },
            json!({"type": "setTimer", "atMs": 7}),
        ),
        (Effect::Connect, json!({"type": "connect"})),
    ] {
        assert_eq!(serde_json::to_value(&effect).expect("a value"), value);
    }
}
