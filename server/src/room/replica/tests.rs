//! Whatever the order in which updates arrive, and however often: the same text, nothing left waiting, and clocks that
//! are those of the library.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use yrs::{GetString, Text};

use super::*;

const SEEDS: u64 = 300;

/// Edits of a few clients who learn of each other now and then, and delete what others wrote.
fn edits(rng: &mut ChaCha8Rng) -> Vec<Bytes> {
    let docs: Vec<Doc> = (1..=4).map(Doc::with_client_id).collect();
    let mut updates: Vec<Bytes> = Vec::new();
    for _ in 0..rng.random_range(10..40) {
        let doc = &docs[rng.random_range(0..docs.len())];
        if rng.random_bool(0.4) {
            for update in &updates {
                doc.transact_mut()
                    .apply_update(Update::decode_v1(update).unwrap())
                    .unwrap();
            }
        }
        let text = doc.get_or_insert_text("t");
        let mut txn = doc.transact_mut();
        let length = text.len(&txn);
        if length > 4 && rng.random_bool(0.3) {
            let at = rng.random_range(0..length - 3);
            text.remove_range(&mut txn, at, 3);
        } else {
            text.insert(&mut txn, rng.random_range(0..=length), "abc");
        }
        updates.push(txn.encode_update_v1().into());
    }
    updates
}

fn take(replica: &mut Replica, update: &Bytes, keep: Keep) -> Applied {
    let shape = Replica::shape(update).unwrap();
    replica.apply(update, &shape, keep).unwrap()
}

fn text(replica: &Replica) -> String {
    let text = replica.doc().get_or_insert_text("t");
    text.get_string(&replica.doc().transact())
}

fn counts_like_the_library(replica: &Replica, seed: u64) {
    let txn = replica.doc.transact();
    assert!(!txn.has_missing_updates(), "seed {seed}");
    for (client, clock) in txn.state_vector().iter() {
        assert_eq!(replica.clock_of(client.get()), *clock, "seed {seed}");
    }
}

#[test]
fn updates_in_any_order_and_repeated_give_the_same_document() {
    let mut waited = 0;
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let updates = edits(&mut rng);
        let mut in_order = Replica::new();
        for update in &updates {
            take(&mut in_order, update, Keep::AsSent);
        }
        let mut shuffled = updates.clone();
        let repeated = rng.random_range(0..updates.len());
        shuffled.extend(updates[..repeated].iter().cloned());
        shuffled.shuffle(&mut rng);
        let mut replica = Replica::new();
        let mut most = 0;
        for update in &shuffled {
            let keep = if rng.random_bool(0.5) {
                Keep::AsSent
            } else {
                Keep::OnlyNew
            };
            take(&mut replica, update, keep);
            most = most.max(replica.waiting().len());
            counts_like_the_library(&replica, seed);
        }
        waited += usize::from(most > 0);
        assert_eq!(text(&replica), text(&in_order), "seed {seed}");
        assert!(replica.waiting().is_empty(), "seed {seed}");
        assert_eq!(replica.waiting().bytes(), 0, "seed {seed}");
    }
    assert!(waited > SEEDS as usize / 2, "the orders must leave gaps");
}

#[test]
fn what_an_update_changed_is_enough_for_another_replica() {
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut updates = edits(&mut rng);
        updates.shuffle(&mut rng);
        let (mut first, mut second) = (Replica::new(), Replica::new());
        for update in &updates {
            if let Applied::Change(change) = take(&mut first, update, Keep::OnlyNew) {
                take(&mut second, &change, Keep::AsSent);
            }
        }
        assert_eq!(text(&first), text(&second), "seed {seed}");
        let diff = first.diff(&Bytes::from_static(EMPTY_STATE_VECTOR)).unwrap();
        let mut third = Replica::new();
        for update in std::iter::once(diff.update).chain(diff.waiting) {
            take(&mut third, &update, Keep::AsSent);
        }
        assert_eq!(text(&first), text(&third), "seed {seed}");
    }
}

#[test]
fn what_waits_is_known_to_wait_before_it_is_applied() {
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut updates = edits(&mut rng);
        updates.shuffle(&mut rng);
        let mut replica = Replica::new();
        for update in &updates {
            let shape = Replica::shape(update).unwrap();
            let waited = replica.waiting().contains(update);
            let expected = waited || replica.would_wait(update, &shape).unwrap();
            let before = replica.waiting().len();
            replica.apply(update, &shape, Keep::AsSent).unwrap();
            // What it brings may let others go, never itself.
            let waits = replica.waiting().contains(update);
            assert_eq!(waits, expected, "seed {seed}, {before} waiting");
        }
    }
}

#[test]
fn a_deletion_of_what_has_not_come_takes_effect_when_it_comes() {
    let doc = Doc::with_client_id(7);
    let root = doc.get_or_insert_text("t");
    let edit = |edit: &dyn Fn(&mut yrs::TransactionMut<'_>)| {
        let mut txn = doc.transact_mut();
        edit(&mut txn);
        Bytes::from(txn.encode_update_v1())
    };
    let typed = edit(&|txn| root.insert(txn, 0, "abcdef"));
    let deleted = edit(&|txn| root.remove_range(txn, 1, 4));
    let mut replica = Replica::new();
    assert_eq!(
        take(&mut replica, &deleted, Keep::OnlyNew),
        Applied::Change(deleted.clone())
    );
    assert_eq!(replica.waiting().len(), 1);
    assert_eq!(
        take(&mut replica, &deleted, Keep::OnlyNew),
        Applied::Nothing
    );
    take(&mut replica, &typed, Keep::AsSent);
    assert_eq!(text(&replica), "af");
    assert!(replica.waiting().is_empty());
}

#[test]
fn what_is_in_both_state_vectors_is_the_lesser_of_each_clock() {
    let vector = |clocks: &[(u64, u32)]| {
        let clocks = clocks
            .iter()
            .map(|(client, clock)| (ClientID::new(*client), *clock));
        Bytes::from(StateVector::new(clocks.collect()).encode_v1())
    };
    let one = vector(&[(1, 5), (2, 3), (3, 1)]);
    let other = vector(&[(1, 2), (2, 9)]);
    let both = Replica::in_both(&one, &other).unwrap();
    let both = StateVector::decode_v1(&both).unwrap();
    let clocks = [1, 2, 3].map(|client| both.get(&ClientID::new(client)));
    assert_eq!(clocks, [2, 3, 0]);
    assert!(Replica::in_both(&one, &Bytes::from_static(b"no")).is_err());
}
