//! Seeded simulation: one to three engines against a model server, with everything going wrong that can.
//!
//! A seed decides every step: edits, frames delivered or lost, commits, crashes of server and device, failing stores,
//! expiring tokens, access that comes and goes, backups restored under a new lineage. After every step the world
//! checks that nothing was claimed that is not so; at the end everything is mended, and all replicas must agree (I1,
//! I2, D15). A failing seed is printed; put it into `seeds/simulation.txt`, which is replayed first, for ever.
//! `CONSILIUM_SEEDS=a..b` runs other seeds.

#[path = "simulation/device.rs"]
mod device;
#[path = "simulation/ledger.rs"]
mod ledger;
#[path = "simulation/replica.rs"]
mod replica;
#[path = "simulation/server.rs"]
mod server;
#[path = "simulation/world.rs"]
mod world;

use world::World;

/// Run every time.
const SEEDS: std::ops::Range<u64> = 0..3_000;

/// Tells which seed was under way when a check failed.
struct SeedGuard(u64);

impl Drop for SeedGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("simulation failed with seed {}", self.0);
        }
    }
}

fn run(seed: u64) -> world::Tally {
    let _guard = SeedGuard(seed);
    let mut world = World::new(seed);
    world.run();
    world.mend_and_settle();
    world.check_end();
    world.tally()
}

fn kept_seeds() -> Vec<u64> {
    include_str!("seeds/simulation.txt")
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(|line| line.parse().expect("a seed is a number"))
        .collect()
}

fn asked_for() -> std::ops::Range<u64> {
    let Ok(range) = std::env::var("CONSILIUM_SEEDS") else {
        return SEEDS;
    };
    let (from, to) = range.split_once("..").expect("CONSILIUM_SEEDS is a..b");
    from.parse().expect("a number")..to.parse().expect("a number")
}

#[test]
fn kept_seeds_hold() {
    for seed in kept_seeds() {
        run(seed);
    }
}

#[test]
fn nothing_acknowledged_or_stored_is_lost_and_all_replicas_converge() {
    let mut total = world::Tally::default();
    for seed in asked_for() {
        total.add(&run(seed));
    }
    println!("{total:?}");
    // A simulation that stopped reaching its own dangers would hold for ever.
    if asked_for() == SEEDS {
        total.assert_all_dangers_were_met();
    }
}
