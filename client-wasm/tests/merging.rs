//! Merging update bytes loses nothing and invents nothing, whatever the order and overlap (I1, I2).

use bytes::Bytes;
use consilium_client::updates::{self, UpdateError};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, StateVector, Text, Transact, Update};

fn apply(doc: &Doc, update: &[u8]) {
    doc.transact_mut()
        .apply_update(Update::decode_v1(update).expect("an update"))
        .expect("applicable");
}

fn text_of(doc: &Doc) -> String {
    let text = doc.get_or_insert_text("t");
    text.get_string(&doc.transact())
}

/// Two or three people writing and deleting, seeing each other now and then; every update they made, some of them
/// as larger ones that repeat others.
fn history(rng: &mut ChaCha8Rng) -> (Vec<Bytes>, Doc) {
    let docs: Vec<Doc> = (1..=rng.random_range(2..=3))
        .map(Doc::with_client_id)
        .collect();
    let all = Doc::with_client_id(99);
    let mut updates = Vec::new();
    for _ in 0..rng.random_range(1..60) {
        let doc = &docs[rng.random_range(0..docs.len())];
        let text = doc.get_or_insert_text("t");
        let update = {
            let mut txn = doc.transact_mut();
            let length = text.len(&txn);
            if length > 3 && rng.random_bool(0.3) {
                text.remove_range(&mut txn, rng.random_range(0..length - 2), 2);
            } else {
                text.insert(&mut txn, rng.random_range(0..=length), "ab");
            }
            txn.encode_update_v1()
        };
        apply(&all, &update);
        updates.push(Bytes::from(update));
        if rng.random_bool(0.2) {
            let state = all
                .transact()
                .encode_state_as_update_v1(&StateVector::default());
            apply(doc, &state);
            if rng.random_bool(0.3) {
                updates.push(state.into());
            }
        }
    }
    (updates, all)
}

#[test]
fn a_merge_means_the_same_as_its_parts_in_any_order_and_overlap() {
    for seed in 0..2_000 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (mut updates, all) = history(&mut rng);
        updates.shuffle(&mut rng);
        match updates::merge(&updates) {
            Ok(merged) => {
                let doc = Doc::with_client_id(98);
                apply(&doc, &merged);
                assert_eq!(text_of(&doc), text_of(&all), "seed {seed}");
            }
            // Refusing is always allowed, losing never.
            Err(error) => assert_eq!(error, UpdateError::LossyMerge, "seed {seed}"),
        }
    }
}

#[test]
fn updates_in_the_order_in_which_they_were_made_can_always_be_merged() {
    for seed in 0..2_000 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (updates, all) = history(&mut rng);
        let merged =
            updates::merge(&updates).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let doc = Doc::with_client_id(98);
        apply(&doc, &merged);
        assert_eq!(text_of(&doc), text_of(&all), "seed {seed}");
    }
}

#[test]
fn a_state_vector_claims_only_what_is_there_without_gaps() {
    let doc = Doc::with_client_id(5);
    let text = doc.get_or_insert_text("t");
    let parts: Vec<Bytes> = (0..3)
        .map(|_| {
            let mut txn = doc.transact_mut();
            text.push(&mut txn, "x");
            txn.encode_update_v1().into()
        })
        .collect();
    let claimed = |updates: &[Bytes]| {
        let bytes = updates::state_vector(updates).expect("updates");
        let sv = updates::decode_state_vector(&bytes).expect("a state vector");
        sv.get(&yrs::ClientID::new(5))
    };
    assert_eq!(claimed(&parts), 3);
    assert_eq!(claimed(&[parts[0].clone(), parts[2].clone()]), 1);
    assert_eq!(claimed(&[parts[2].clone()]), 0);
}

#[test]
fn bytes_that_are_no_update_are_an_error() {
    let nonsense = Bytes::from_static(b"nonsense");
    assert_eq!(
        updates::merge(std::slice::from_ref(&nonsense)),
        Err(UpdateError::Malformed)
    );
    assert_eq!(
        updates::state_vector(std::slice::from_ref(&nonsense)),
        Err(UpdateError::Malformed)
    );
    assert_eq!(
        updates::diff(&[0, 0], &nonsense),
        Err(UpdateError::MalformedStateVector)
    );
}
