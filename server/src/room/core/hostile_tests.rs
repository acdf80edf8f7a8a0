//! Updates that valid clients never send: mutated by the ten thousand, seeded, into a room that others use (D8, I5).

use std::collections::HashMap;
use std::time::Instant;

use bytes::Bytes;
use consilium_protocol::ids::{Access, Lineage};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;
use yrs::{
    Any, Array, Doc, GetString, Map, ReadTxn, StateVector, Text, Transact, XmlElementPrelim,
    XmlFragment,
};

use super::*;
use crate::room::event::{Source, Ticket};
use crate::room::replica::{Keep, Replica};
use crate::store::SetAside;

const SEED: u64 = 0x00C0_FFEE;
const INPUTS: usize = 100_000;

/// What a real store would hold, as far as a room can tell.
struct Journal {
    rows: Vec<Bytes>,
}

impl Journal {
    fn load(&self) -> Loaded {
        let mut replica = Replica::new();
        for row in &self.rows {
            let shape = Replica::shape(row).expect("only shaped updates are committed");
            replica
                .apply(row, &shape, Keep::AsSent)
                .expect("what was committed can be loaded");
        }
        Loaded {
            doc: DocId(1),
            name: DocName::parse("d").unwrap(),
            cursor: Cursor(0),
            lineage: Lineage(Uuid::nil()),
            replica,
            owners: HashMap::new(),
            title: String::new(),
            stored_bytes: 0,
        }
    }
}

fn request(ticket: u64) -> Source {
    Source::Request {
        ticket: Ticket(ticket),
        author: None,
        access: Access::Write,
    }
}

/// Drives a room like its task would, with a journal that always works. Returns the answers.
fn drive(core: &mut RoomCore, journal: &mut Journal, event: RoomEvent) -> (Vec<Outcome>, usize) {
    let now = Instant::now();
    let mut events = vec![event];
    let mut answers = Vec::new();
    let mut reloads = 0;
    while let Some(event) = events.pop() {
        let mut effects = core.handle(event, now, 0);
        effects.extend(core.flush());
        for effect in effects {
            match effect {
                Effect::Commit(batch) => {
                    journal
                        .rows
                        .extend(batch.into_iter().map(|append| append.update));
                    events.push(RoomEvent::Committed);
                }
                Effect::Reload => {
                    reloads += 1;
                    events.push(RoomEvent::Reloaded {
                        loaded: Box::new(journal.load()),
                        storage_available: true,
                    });
                }
                Effect::SetAside(batch) => events.push(RoomEvent::SetAside {
                    outcomes: vec![SetAside::Kept; batch.len()],
                }),
                Effect::Answer { outcome, .. } => answers.push(outcome),
                Effect::Title(_) | Effect::Publish(_) | Effect::Repair { .. } => {}
            }
        }
    }
    (answers, reloads)
}

/// Updates of every kind of content, from several clients that know of each other.
fn honest_updates() -> Vec<Bytes> {
    let mut updates = Vec::new();
    let mut so_far = Bytes::from_static(&[0, 0]);
    for client in 1..=6u64 {
        let doc = Doc::with_client_id(client);
        let text = doc.get_or_insert_text("t");
        let prose = doc.get_or_insert_xml_fragment("x");
        let map = doc.get_or_insert_map("m");
        let list = doc.get_or_insert_array("l");
        {
            use yrs::updates::decoder::Decode;
            doc.transact_mut()
                .apply_update(yrs::Update::decode_v1(&so_far).unwrap())
                .unwrap();
        }
        for step in 0..6u32 {
            let mut txn = doc.transact_mut();
            let length = text.get_string(&txn).len() as u32;
            text.insert(&mut txn, step % (length + 1), "words, words ");
            if step == 2 {
                text.insert_with_attributes(
                    &mut txn,
                    0,
                    "b",
                    [("bold".into(), true.into())].into(),
                );
            }
            prose.insert(&mut txn, 0, XmlElementPrelim::empty("paragraph"));
            map.insert(
                &mut txn,
                format!("k{step}"),
                Any::from_json(r#"{"a":[1,"two",null]}"#).unwrap(),
            );
            list.push_back(&mut txn, f64::from(step) + 0.5);
            if step == 4 {
                text.remove_range(&mut txn, 1, 5);
                list.remove(&mut txn, 0);
            }
            updates.push(txn.encode_update_v1().into());
        }
        so_far = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default())
            .into();
    }
    updates
}

fn mutate(rng: &mut ChaCha8Rng, honest: &[Bytes]) -> Bytes {
    let mut bytes = honest[rng.random_range(0..honest.len())].to_vec();
    for _ in 0..rng.random_range(1..3) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..6) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => bytes.truncate(at),
            3 => {
                let end = rng.random_range(at..bytes.len().min(at + 8).max(at + 1));
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let other = &honest[rng.random_range(0..honest.len())];
                let from = rng.random_range(0..other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => {
                bytes.splice(at..=at, [0xff, 0xff, 0xff, 0xff, 0x07]);
            }
        }
    }
    bytes.into()
}

/// The room counts blocks itself, and must count what the library does.
fn counts_like_the_library(replica: &Replica, input: usize) {
    let txn = replica.doc().transact();
    for (client, clock) in txn.state_vector().iter() {
        assert_eq!(
            replica.clock_of(client.get()),
            *clock,
            "client {client} after input {input} of seed {SEED:#x}"
        );
    }
    assert!(
        !txn.has_missing_updates(),
        "the library keeps something after input {input} of seed {SEED:#x}"
    );
}

#[test]
fn mutated_updates_never_end_a_room_and_never_take_what_was_written() {
    crate::panic_boundary::install_hook();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let honest = honest_updates();
    let mut journal = Journal { rows: Vec::new() };
    let mut core = RoomCore::new(journal.load(), true, Instant::now());
    let (mut taken, mut refused, mut reloads) = (0, 0, 0);
    for input in 0..INPUTS {
        // A fresh room now and then: garbage that is formally fine piles up, and that is not the subject.
        if input % 500 == 0 {
            journal.rows.clear();
            core = RoomCore::new(journal.load(), true, Instant::now());
            for update in &honest[..18] {
                drive(
                    &mut core,
                    &mut journal,
                    RoomEvent::Update {
                        source: request(0),
                        keep: Keep::AsSent,
                        update: update.clone(),
                    },
                );
            }
        }
        let hostile = mutate(&mut rng, &honest);
        let (answers, reloaded) = drive(
            &mut core,
            &mut journal,
            RoomEvent::Update {
                source: request(input as u64 + 1),
                keep: if rng.next_u32() & 1 == 0 {
                    Keep::AsSent
                } else {
                    Keep::OnlyNew
                },
                update: hostile,
            },
        );
        assert_eq!(answers.len(), 1, "input {input} of seed {SEED:#x}");
        reloads += reloaded;
        match &answers[0] {
            Outcome::Committed => taken += 1,
            Outcome::Refused { .. } => refused += 1,
            other => panic!("input {input} of seed {SEED:#x}: {other:?}"),
        }
        if input % 100 == 99 {
            let (state, _) = drive(
                &mut core,
                &mut journal,
                RoomEvent::Read { ticket: Ticket(0) },
            );
            assert!(
                matches!(state.as_slice(), [Outcome::State(_)]),
                "input {input} of seed {SEED:#x}: {state:?}"
            );
            counts_like_the_library(core.replica(), input);
        }
    }
    println!(
        "{INPUTS} mutated updates: {taken} taken, {refused} refused, {reloads} contained failures"
    );
    assert!(
        taken > 0 && refused > 0 && reloads > 0,
        "the inputs must reach every way to end"
    );
}
