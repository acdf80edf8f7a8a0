//! Mutational smoke on stable, over the same laws as the fuzz targets (P-13, I5): valid frames, each damaged in ways that
//! damage decoders (flipped bits, length bombs, splices, truncation, repetition).
//!
//! Every input has a seed of its own, which a failure prints. `CONSILIUM_SMOKE_SEED=<seed>` then runs that input alone.

#[path = "support/frames.rs"]
mod frames;
#[path = "support/vectors.rs"]
mod vectors;

use std::panic;

use consilium_protocol::awareness;
use consilium_protocol::laws::{self, Verdict};
use consilium_protocol::plain::PlainMessage;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

/// Damaged inputs for each decoder.
const INPUTS_PER_DECODER: u64 = 50_000;

/// Generated frames that join the golden ones as a starting point, for each decoder.
const GENERATED_PER_DECODER: usize = 400;

/// An input that grows beyond this is not grown further; it bounds the time of a run, not what decoders must bear.
const INPUT_BYTES_MAX: usize = 16 * 1024;

/// Set to repeat one input.
const SEED_VARIABLE: &str = "CONSILIUM_SMOKE_SEED";

/// `varUint`s that have hurt decoders: none, sign bits of 32 and 64 bits, the largest integers, and no end at all.
const LENGTH_BOMBS: &[&[u8]] = &[
    &[0],
    &[0x7f],
    &[0xff, 0xff, 0xff, 0xff, 0x07],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0x80, 0x80, 0x80, 0x80, 0x10],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    &[0xff; 12],
    &[0x80; 12],
];

#[derive(Deserialize)]
struct Suite {
    protocol: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    direction: Option<String>,
    hex: String,
}

#[test]
fn damaged_client_frames_keep_the_laws() {
    smoke(
        &corpus("envelope", Some("client-to-server"), || {
            frames::client_frame().prop_map(|frame| frame.encode().to_vec())
        }),
        laws::client_frame,
    );
}

#[test]
fn damaged_server_frames_keep_the_laws() {
    smoke(
        &corpus("envelope", Some("server-to-client"), || {
            frames::server_frame().prop_map(|frame| frame.encode().to_vec())
        }),
        laws::server_frame,
    );
}

#[test]
fn damaged_plain_frames_keep_the_laws() {
    smoke(
        &corpus("plain", None, || {
            proptest::collection::vec(frames::plain_message(), 1..4)
                .prop_map(|messages| messages.iter().flat_map(PlainMessage::encode).collect())
        }),
        laws::plain_frame,
    );
}

#[test]
fn damaged_presence_keeps_the_laws() {
    smoke(
        &corpus("presence", None, || {
            frames::entries().prop_map(|entries| awareness::encode(entries.iter()).to_vec())
        }),
        laws::presence,
    );
}

#[test]
fn damaged_addresses_keep_the_laws() {
    smoke(
        &corpus("address", None, || {
            frames::address().prop_map(|address| address.as_str().as_bytes().to_vec())
        }),
        laws::address,
    );
}

/// The golden bytes of one decoder, refused ones included, and generated valid ones: always the same.
fn corpus<S: Strategy<Value = Vec<u8>>>(
    protocol: &str,
    direction: Option<&str>,
    generate: impl FnOnce() -> S,
) -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = vectors::load::<Suite>()
        .into_iter()
        .filter(|(_, suite)| suite.protocol == protocol)
        .flat_map(|(_, suite)| suite.vectors)
        .filter(|vector| direction.is_none() || vector.direction.as_deref() == direction)
        .map(|vector| vectors::unhex(&vector.hex).to_vec())
        .collect();
    let mut runner = TestRunner::deterministic();
    let strategy = generate();
    for _ in 0..GENERATED_PER_DECODER {
        let tree = strategy.new_tree(&mut runner).expect("a valid frame");
        corpus.push(tree.current());
    }
    corpus
}

fn smoke(corpus: &[Vec<u8>], law: fn(&[u8]) -> Verdict) {
    if let Ok(seed) = std::env::var(SEED_VARIABLE) {
        let seed = seed.parse().expect("a seed is a number");
        let input = damaged(corpus, seed);
        println!("{}", hex(&input));
        law(&input);
        return;
    }
    let mut accepted = 0;
    let mut refused = 0;
    for seed in 0..INPUTS_PER_DECODER {
        let input = damaged(corpus, seed);
        match panic::catch_unwind(|| law(&input)) {
            Ok(Verdict::Accepted) => accepted += 1,
            Ok(Verdict::Refused) => refused += 1,
            Err(_) => panic!(
                "a law is broken; repeat with {SEED_VARIABLE}={seed}: {}",
                hex(&input)
            ),
        }
    }
    println!("{accepted} accepted, {refused} refused");
    // A mutator that only makes rubbish, or nothing new, would search nothing.
    let few = INPUTS_PER_DECODER / 50;
    assert!(accepted > few, "only {accepted} inputs were accepted");
    assert!(refused > few, "only {refused} inputs were refused");
}

/// One input, wholly decided by its seed.
fn damaged(corpus: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut input = corpus.choose(&mut rng).cloned().unwrap_or_default();
    for _ in 0..rng.random_range(1..=3) {
        damage(&mut input, corpus, &mut rng);
    }
    input
}

fn damage(input: &mut Vec<u8>, corpus: &[Vec<u8>], rng: &mut ChaCha8Rng) {
    let at = rng.random_range(0..=input.len());
    match rng.random_range(0..9u8) {
        // Flip a bit.
        0 | 1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << rng.random_range(0..8u8);
            }
        }
        // Set a byte.
        2 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = rng.random();
            }
        }
        // Cut the end off.
        3 => input.truncate(at),
        // Take a piece out.
        4 => {
            let end = (at + rng.random_range(1..8)).min(input.len());
            input.drain(at..end);
        }
        // Put a length bomb over what is there, or between.
        5 => {
            let bomb = LENGTH_BOMBS.choose(rng).copied().unwrap_or_default();
            let end = (at + rng.random_range(0..=bomb.len())).min(input.len());
            input.splice(at..end, bomb.iter().copied());
        }
        // Go on with the end of another input.
        6 => {
            let other = corpus.choose(rng).map(Vec::as_slice).unwrap_or_default();
            let from = rng.random_range(0..=other.len());
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        // Add a whole other input, or say everything twice.
        7 if input.len() < INPUT_BYTES_MAX => {
            let other = corpus.choose(rng).cloned().unwrap_or_default();
            input.extend_from_slice(&other);
        }
        8 if input.len() < INPUT_BYTES_MAX => {
            let again = input.clone();
            input.extend_from_slice(&again);
        }
        _ => input.truncate(at),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
