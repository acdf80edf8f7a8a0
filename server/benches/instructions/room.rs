//! The room: from a member's edit to the frames in everybody's queues, the commit answered at once.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::envelope::Address;
use consilium_protocol::ids::{Access, DocName, Lineage, PushId};
use consilium_protocol::sync::EMPTY_STATE_VECTOR;
use consilium_protocol::wire::Writer;
use consilium_server::outbound::{NodeBudget, Outbound};
use consilium_server::room::core::RoomCore;
use consilium_server::room::event::{Effect, Loaded, RoomEvent, Source};
use consilium_server::room::replica::{Keep, Replica};
use consilium_server::room::subscriber::{Debt, Dialect, Subscriber, SubscriberId};
use consilium_server::store::{Cursor, DocId};
use uuid::Uuid;

use crate::{Piece, Step, typing};

/// Members of a room in which people write together.
const FEW: u64 = 5;

/// Members of a room in which one writes and the others read.
const MANY: u64 = 200;

/// Edits of a document that is opened.
const SESSION: usize = 1_500;

/// Between two events; every tick of presence is due by then.
const STEP: Duration = Duration::from_secs(1);

pub(crate) const PIECES: &[Piece] = &[
    Piece {
        name: "room-edit",
        half: 150,
        prepare: |times| edits(FEW, times),
    },
    Piece {
        name: "room-fanout",
        half: 20,
        prepare: |times| edits(MANY, times),
    },
    Piece {
        name: "room-presence",
        half: 50,
        prepare: presence,
    },
    Piece {
        name: "room-join",
        half: 50,
        prepare: joins,
    },
];

/// A room with its clock and the queues of its members, who read at once.
struct Table {
    core: RoomCore,
    now: Instant,
    queues: Vec<Outbound>,
}

impl Table {
    fn new(replica: Replica) -> Self {
        let now = Instant::now();
        let loaded = Loaded {
            doc: DocId(1),
            name: name(),
            cursor: Cursor(0),
            lineage: Lineage(Uuid::nil()),
            replica,
            owners: HashMap::new(),
            title: String::new(),
            stored_bytes: 0,
        };
        Self {
            core: RoomCore::new(loaded, true, now),
            now,
            queues: Vec::new(),
        }
    }

    /// Everything that comes of an event, the answers of the journal included.
    fn send(&mut self, event: RoomEvent) {
        self.now += STEP;
        let mut effects = self.core.handle(event, self.now, 0);
        loop {
            effects.extend(self.core.flush());
            let commits = effects
                .iter()
                .any(|effect| matches!(effect, Effect::Commit(_)));
            black_box(&effects);
            if !commits {
                break;
            }
            effects = self.core.handle(RoomEvent::Committed, self.now, 0);
        }
        for queue in &self.queues {
            while let Some(frame) = queue.take() {
                black_box(frame);
            }
        }
    }

    fn join(&mut self, id: SubscriberId) {
        let outbound = Outbound::new(NodeBudget::default());
        self.queues.push(outbound.clone());
        self.send(RoomEvent::Join {
            id,
            subscriber: Box::new(Subscriber {
                dialect: Dialect::Extended(Address::of(&name())),
                outbound,
                identity: None,
                access: Access::Write,
                lineage: None,
            }),
        });
    }

    fn ask(&mut self, id: SubscriberId) {
        self.send(RoomEvent::StateVector {
            id,
            state_vector: Bytes::from_static(EMPTY_STATE_VECTOR),
        });
    }
}

fn name() -> DocName {
    DocName::parse("minutes-of-the-meeting").expect("a name of a document")
}

fn gathered(members: u64, replica: Replica) -> Table {
    let mut table = Table::new(replica);
    for id in 1..=members {
        table.join(SubscriberId(id));
        table.ask(SubscriberId(id));
    }
    table
}

/// One member edits; all others are told.
fn edits(members: u64, times: usize) -> Step {
    let mut table = gathered(members, Replica::new());
    let updates = typing::session(times);
    Box::new(move |time| {
        table.send(RoomEvent::Update {
            source: Source::Member {
                id: SubscriberId(1),
                debt: Debt::Push(PushId(time as u64 + 1)),
            },
            keep: Keep::AsSent,
            update: updates[time].clone(),
        });
    })
}

/// One member's cursor moves, and the tick after it tells all others.
fn presence(_times: usize) -> Step {
    let mut table = gathered(MANY, Replica::new());
    Box::new(move |time| {
        let mut payload = Writer::with_capacity(64);
        payload.var_uint(1);
        payload.var_uint(1_000);
        payload.var_uint(time as u64 + 1);
        payload.var_string(r#"{"user":{"name":"Ada"},"cursor":{"anchor":7,"head":7}}"#);
        table.send(RoomEvent::Awareness {
            id: SubscriberId(1),
            payload: payload.finish(),
        });
        table.send(RoomEvent::Tick);
    })
}

/// Somebody opens a document that is in memory, and leaves.
fn joins(_times: usize) -> Step {
    let whole = typing::whole(SESSION);
    let mut replica = Replica::new();
    replica
        .apply_snapshot(&whole)
        .expect("apply the whole document");
    let mut table = gathered(1, replica);
    Box::new(move |time| {
        let id = SubscriberId(time as u64 + 2);
        table.join(id);
        table.ask(id);
        table.send(RoomEvent::Leave { id });
        table.queues.truncate(1);
    })
}
