//! How large a document may be: in bytes, in blocks, and in depth.

use consilium_protocol::wire::Writer;

use super::*;
use crate::room::event::{Outcome, Ticket};

const BULK: usize = limits::BLOCKS_PER_DOC_MAX / 5 * 2;

const STRING: u8 = 4;
const BESIDE_LEFT: u8 = 0x80;
const BESIDE_RIGHT: u8 = 0x40;

/// A text of its own with characters one by one, each beside the one before it. (Characters that were put to the same
/// place by two clients have to be sorted, which takes long.)
fn characters(client: u64, characters: usize, beside: u8) -> Bytes {
    const TYPE: u64 = 7;
    const TEXT: u64 = 2;
    let mut update = Writer::default();
    for value in [1, characters as u64 + 1, client, 0, TYPE, 1] {
        update.var_uint(value);
    }
    update.var_string("texts");
    update.var_uint(TEXT);
    for value in [STRING.into(), 0, client, 0] {
        update.var_uint(value);
    }
    update.var_string("x");
    for before in 1..characters as u64 {
        update.raw(&[STRING | beside]);
        update.var_uint(client);
        update.var_uint(before);
        update.var_string("x");
    }
    update.var_uint(0);
    update.finish()
}

/// Each character is put before all others, so that none joins its neighbour.
fn scattered(client: u64, blocks: usize) -> Bytes {
    characters(client, blocks, BESIDE_RIGHT)
}

/// One after the other: the library keeps them as one block.
fn typed_through(client: u64, length: usize) -> Bytes {
    characters(client, length, BESIDE_LEFT)
}

fn deletion(client: u64, clock: u64, length: u64) -> Bytes {
    let mut update = Writer::default();
    for value in [0, 1, client, 1, clock, length] {
        update.var_uint(value);
    }
    update.finish()
}

fn stored(bytes: usize) -> Table {
    let loaded = Loaded {
        stored_bytes: bytes,
        ..empty_document()
    };
    let now = Instant::now();
    let mut table = Table::new();
    table.core = RoomCore::new(loaded, true, now);
    table.now = now;
    table.join(ANNA, extended());
    table
}

#[test]
fn more_blocks_than_a_document_may_have_are_refused_and_reading_and_deleting_go_on() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, scattered(1, BULK));
    table.push(ANNA, 2, scattered(2, BULK));
    table.commit_all();
    table.push(ANNA, 3, scattered(3, BULK));
    assert_eq!(
        table.drain(ANNA),
        ["ack 1", "ack 2", "reject 3 too-large ByClient"]
    );
    // What follows the refused text is refused as well, instead of waiting for it.
    table.push(ANNA, 33, typed_in_turn(3, &["a", "b"]).remove(1));
    assert_eq!(table.set_aside()[0].reason, "too-large");
    table.send(RoomEvent::Read { ticket: Ticket(1) });
    assert!(matches!(
        table.effects.pop(),
        Some(Effect::Answer {
            outcome: Outcome::State(_),
            ..
        })
    ));
    table.push(ANNA, 4, deletion(1, 0, 1));
    table.commit_all();
    assert_eq!(table.drain(ANNA), ["ack 4"]);
    // What was in a deleted element is forgotten, and makes room.
    table.now += limits::DOC_MEASURE_INTERVAL;
    table.push(ANNA, 5, scattered(5, BULK));
    table.commit_all();
    assert_eq!(table.drain(ANNA), ["ack 5"]);
}

#[test]
fn text_that_was_typed_in_a_row_is_one_block_however_many_edits_it_took() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    for client in 1..=12 {
        table.push(ANNA, client, typed_through(client, BULK / 4));
        table.commit_all();
        assert_eq!(table.drain(ANNA), [format!("ack {client}")]);
    }
}

#[test]
fn a_small_document_that_took_many_bytes_of_edits_may_go_on_growing() {
    let mut table = stored(limits::DOC_STATE_BYTES_MAX);
    table.push(ANNA, 1, typed(7, "a"));
    table.commit_all();
    assert_eq!(table.drain(ANNA), ["ack 1"]);
}

#[test]
fn a_full_document_is_not_measured_for_every_edit_that_it_refuses() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, scattered(1, BULK));
    table.push(ANNA, 2, scattered(2, BULK));
    table.commit_all();
    table.push(ANNA, 3, scattered(3, BULK));
    table.push(ANNA, 4, deletion(1, 0, 1));
    table.commit_all();
    table.drain(ANNA);
    // There is room now, but the document was measured a moment ago.
    table.push(ANNA, 5, scattered(5, BULK));
    assert_eq!(table.drain(ANNA), ["reject 5 too-large ByClient"]);
    table.now += limits::DOC_MEASURE_INTERVAL;
    table.push(ANNA, 6, scattered(6, BULK));
    table.commit_all();
    assert_eq!(table.drain(ANNA), ["ack 6"]);
}

#[test]
fn what_nests_too_deeply_is_set_aside_with_all_that_follows_it() {
    let nested = |client: u64| {
        let mut update = Writer::default();
        // An array in an array, a hundred times, in the root.
        for value in [1, 1, client, 0, 8, 1] {
            update.var_uint(value);
        }
        update.var_string("l");
        update.var_uint(1);
        for _ in 0..100 {
            update.raw(&[117, 1]);
        }
        update.raw(&[127]);
        update.var_uint(0);
        update.finish()
    };
    let follows = {
        let mut update = Writer::default();
        for value in [1, 1, 7, 1, 4, 1] {
            update.var_uint(value);
        }
        update.var_string("t");
        update.var_string("x");
        update.var_uint(0);
        update.finish()
    };
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, nested(7));
    assert_eq!(table.set_aside()[0].reason, "too-deep");
    table.send(RoomEvent::SetAside {
        outcomes: vec![SetAside::Kept],
    });
    table.push(ANNA, 2, follows);
    assert_eq!(table.set_aside()[0].reason, "too-deep");
    table.send(RoomEvent::SetAside {
        outcomes: vec![SetAside::Kept],
    });
    assert_eq!(
        table.drain(ANNA),
        ["reject 1 too-deep ByServer", "reject 2 too-deep ByServer"]
    );
    assert!(table.commits.is_empty());
    assert!(table.core.replica().waiting().is_empty());
    // A reader's is known to be new without a look inside.
    table.join_as(BERT, extended(), Access::Read, Some("bert"));
    table.push(BERT, 1, nested(8));
    assert_eq!(table.set_aside()[0].reason, "read-only");
}

#[test]
fn shared_types_nested_too_deeply_are_set_aside_as_such() {
    const TYPE: u64 = 7;
    const ARRAY: u64 = 0;
    let depth = u64::from(limits::SHARED_TYPE_DEPTH_MAX) + 1;
    let mut update = Writer::default();
    for value in [1, depth, 7, 0] {
        update.var_uint(value);
    }
    for level in 0..depth {
        update.var_uint(TYPE);
        match level.checked_sub(1) {
            None => {
                update.var_uint(1);
                update.var_string("l");
            }
            Some(above) => {
                for value in [0, 7, above] {
                    update.var_uint(value);
                }
            }
        }
        update.var_uint(ARRAY);
    }
    update.var_uint(0);
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.push(ANNA, 1, update.finish());
    assert_eq!(table.set_aside()[0].reason, "too-deep");
}
