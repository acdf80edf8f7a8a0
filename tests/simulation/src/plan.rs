//! What a run consists of, drawn from its seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The cast and the faults of one run. Probabilities are in thousandths for each opportunity.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where everything random comes from.
    pub seed: u64,
    /// Our clients.
    pub replicas: usize,
    /// Stock Hocuspocus clients.
    pub envelopes: usize,
    /// Stock y-websocket clients.
    pub plains: usize,
    /// Virtual milliseconds of activity before everything heals.
    pub active_ms: u64,
    /// Mean virtual milliseconds between two edits of one client.
    pub edit_every_ms: u64,
    /// The connection breaks.
    pub break_connection: u32,
    /// The server dies at once.
    pub crash_server: u32,
    /// A browser dies at once.
    pub crash_replica: u32,
    /// A commit fails and storage goes away for a while.
    pub fail_commit: u32,
    /// A commit fails that took effect.
    pub ambiguous_commit: u32,
    /// A commit takes seconds.
    pub slow_commit: u32,
    /// A member's access changes.
    pub change_access: u32,
    /// The device's store fails for a while.
    pub fail_device: u32,
    /// A reader stops reading for a while.
    pub pause_reading: u32,
    /// Somebody sends garbage.
    pub garbage: u32,
    /// The journal is compacted.
    pub compact: u32,
}

impl Plan {
    /// Draws a plan. Each kind of fault is absent in some runs, so that faults meet in all combinations.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x504c_414e);
        let mut chance = |most: u32| {
            if rng.random_range(0..3) == 0 {
                0
            } else {
                rng.random_range(1..=most)
            }
        };
        let break_connection = chance(60);
        let crash_server = chance(12);
        let crash_replica = chance(15);
        let fail_commit = chance(40);
        let ambiguous_commit = chance(30);
        let slow_commit = chance(60);
        let change_access = chance(20);
        let fail_device = chance(15);
        let pause_reading = chance(20);
        let garbage = chance(40);
        let compact = chance(20);
        Self {
            seed,
            replicas: rng.random_range(1..=3),
            envelopes: rng.random_range(0..=2),
            plains: rng.random_range(0..=2),
            active_ms: rng.random_range(2_000..12_000),
            edit_every_ms: rng.random_range(40..600),
            break_connection,
            crash_server,
            crash_replica,
            fail_commit,
            ambiguous_commit,
            slow_commit,
            change_access,
            fail_device,
            pause_reading,
            garbage,
            compact,
        }
    }
}
