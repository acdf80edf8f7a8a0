//! What is refused: it is gathered, bounded, paid for, and told of once.

use super::*;

fn reader(table: &mut Table, id: SubscriberId, user: &str) {
    table.join_as(id, extended(), Access::Read, Some(user));
    table.drain(id);
}

fn batches(table: &mut Table) -> Vec<Vec<String>> {
    std::mem::take(&mut table.effects)
        .into_iter()
        .map(|effect| match effect {
            Effect::SetAside(batch) => batch
                .into_iter()
                .map(|entry| sync_in_words(&SyncMessage::Update(entry.update)))
                .collect(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn one_transaction_of_the_quarantine_is_under_way_and_the_rest_shares_the_next() {
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    for (number, word) in [(1, "a"), (2, "b"), (3, "c")] {
        table.push(ANNA, number, typed(number, word));
    }
    assert_eq!(batches(&mut table), [["update \"a\""]]);
    assert!(!table.core.is_idle());
    table.send(RoomEvent::SetAside {
        outcomes: vec![SetAside::Kept],
    });
    assert_eq!(batches(&mut table), [["update \"b\"", "update \"c\""]]);
    table.send(RoomEvent::SetAside {
        outcomes: vec![SetAside::Full, SetAside::Kept],
    });
    assert!(batches(&mut table).is_empty());
    assert_eq!(
        table.drain(ANNA),
        [
            "reject 1 read-only ByServer",
            "reject 2 read-only ByClient",
            "reject 3 read-only ByServer"
        ]
    );
}

#[test]
fn a_quarantine_that_fails_leaves_every_update_with_its_author() {
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    table.push(ANNA, 1, typed(1, "a"));
    table.send(RoomEvent::SetAside {
        outcomes: Vec::new(),
    });
    assert_eq!(table.drain(ANNA), ["reject 1 read-only ByClient"]);
}

#[test]
fn a_transaction_of_the_quarantine_is_bounded() {
    use crate::store::limits::{SET_ASIDE_BYTES_MAX, SET_ASIDE_ROWS_MAX};
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    let large = "x".repeat(SET_ASIDE_BYTES_MAX / 2);
    table.push(ANNA, 0, typed(1, "a"));
    for number in 1..=3 {
        table.push(ANNA, number, typed(number + 1, &large));
    }
    for number in 4..=(SET_ASIDE_ROWS_MAX as u64 * 2) {
        table.push(ANNA, number, typed(number + 1, "b"));
    }
    let mut sizes = Vec::new();
    while let Some(batch) = batches(&mut table).first().map(Vec::len) {
        sizes.push(batch);
        table.send(RoomEvent::SetAside {
            outcomes: vec![SetAside::Kept; batch],
        });
    }
    assert_eq!(sizes[..3], [1, 1, 1], "two large ones do not fit together");
    assert!(
        sizes.iter().all(|size| *size <= SET_ASIDE_ROWS_MAX),
        "{sizes:?}"
    );
    assert_eq!(sizes.iter().sum::<usize>(), SET_ASIDE_ROWS_MAX * 2 + 1);
}

#[test]
fn what_is_set_aside_counts_against_the_bound_of_the_room() {
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    let long = "x".repeat(1024 * 1024);
    let mut sent = 0;
    while table.core.accepts_input() {
        sent += 1;
        table.push(ANNA, sent, typed(sent, &long));
        assert!(sent < 100, "never full");
    }
    let mut told = 0;
    while let Some(batch) = batches(&mut table).first().map(Vec::len) {
        told += batch as u64;
        table.send(RoomEvent::SetAside {
            outcomes: vec![SetAside::Kept; batch],
        });
    }
    assert!(table.core.accepts_input());
    assert_eq!(told, sent);
    assert!(table.core.is_clean());
}

#[test]
fn who_keeps_sending_what_is_set_aside_is_read_more_slowly_and_nobody_else_is() {
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    table.join_as(BERT, extended(), Access::Write, Some("bert"));
    let slowed = |table: &Table, id| table.queues[&id].slowed_until(table.now);
    for number in 0..u64::from(limits::SET_ASIDE_BURST) {
        table.push(ANNA, number, typed(number + 100, "a"));
    }
    assert_eq!(slowed(&table, ANNA), None);
    table.push(ANNA, 9_999, typed(9_999, "a"));
    assert!(slowed(&table, ANNA).is_some());
    table.push(BERT, 1, typed(1, "b"));
    table.commit();
    assert_eq!(slowed(&table, BERT), None);
    // A new connection of the same member has the same debt.
    reader(&mut table, CARA, "anna");
    table.push(CARA, 1, typed(10_000, "a"));
    assert!(slowed(&table, CARA).is_some());
}

#[test]
fn what_follows_a_refused_edit_is_refused_too_until_the_gap_is_closed() {
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    let updates = typed_in_turn(7, &["a", "b", "c"]);
    table.push(ANNA, 1, updates[0].clone());
    assert_eq!(table.set_aside().len(), 1);
    table.send(RoomEvent::SetAside {
        outcomes: vec![SetAside::Kept],
    });
    table.drain(ANNA);
    // She may write from now on, and does not know yet.
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.push(ANNA, 2, updates[1].clone());
    assert_eq!(table.set_aside()[0].reason, "read-only");
    assert_eq!(table.text(), "");
    table.push(ANNA, 3, updates[0].clone());
    table.push(ANNA, 4, updates[1].clone());
    table.push(ANNA, 5, updates[2].clone());
    table.commit_all();
    assert_eq!(table.text(), "abc");
}

#[test]
fn only_so_many_refused_clients_are_remembered() {
    let mut table = Table::new();
    reader(&mut table, ANNA, "anna");
    let clients = limits::REFUSED_CLIENTS_MAX as u64 + 10;
    for client in 0..clients {
        let first = &typed_in_turn(client + 100, &["a"])[0];
        table.push(ANNA, client, first.clone());
    }
    table.join_as(BERT, extended(), Access::Write, None);
    table.effects.clear();
    let mut refused = 0;
    for client in [100, 100 + clients - 1] {
        table.push(BERT, client, typed_in_turn(client, &["a", "b"])[1].clone());
        refused += usize::from(table.commits.is_empty());
        table.commits.clear();
    }
    assert_eq!(refused, 1, "the last is remembered, the first is not");
}
