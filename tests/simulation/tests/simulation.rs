//! Thousands of seeded runs of clients, room and journal in virtual time: I1 to I5 hold whatever is dropped, delayed,
//! repeated or crashed. `SIMULATION_SEEDS=from..to` chooses other seeds.

use consilium_simulation::{Plan, Report, run};

const SEEDS: u64 = 1_500;

fn kept_seeds() -> Vec<u64> {
    include_str!("../seeds/simulation.txt")
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter_map(|word| word.parse().ok())
        .collect()
}

fn chosen_seeds() -> std::ops::Range<u64> {
    match std::env::var("SIMULATION_SEEDS") {
        Ok(range) => {
            let (from, to) = range.split_once("..").expect("from..to");
            from.parse().expect("a number")..to.parse().expect("a number")
        }
        Err(_) => 0..SEEDS,
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_all_replicas_agree() {
    let seeds: Vec<u64> = kept_seeds().into_iter().chain(chosen_seeds()).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = seeds.len().div_ceil(threads).max(1);
    let mut total = Report::default();
    std::thread::scope(|scope| {
        let runs: Vec<_> = seeds
            .chunks(share)
            .map(|share| scope.spawn(|| run_all(share)))
            .collect();
        for run in runs {
            match run.join() {
                Ok(report) => total += report,
                Err(cause) => std::panic::resume_unwind(cause),
            }
        }
    });
    println!("{} seeds: {total:?}", seeds.len());
    // Runs in which nothing goes wrong would show nothing.
    assert!(total.acknowledged > 0 && total.set_aside > 0 && total.failed_commits > 0);
    assert!(total.crashes > 0 && total.broken > 0);
}

fn run_all(seeds: &[u64]) -> Report {
    let mut total = Report::default();
    for seed in seeds {
        // The seed of a panic inside a run must be known even where the message does not say it.
        match std::panic::catch_unwind(|| run(Plan::of_seed(*seed))) {
            Ok(report) => total += report,
            Err(cause) => {
                eprintln!("failing seed: {seed}  ({:?})", Plan::of_seed(*seed));
                std::panic::resume_unwind(cause);
            }
        }
    }
    total
}
