//! Runs one seed and prints what happens: `cargo run -p consilium-simulation -- SEED [SETTING]`.

use consilium_simulation::{Plan, Setting, run_traced};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seed = arguments.next().and_then(|word| word.parse().ok());
    let setting = arguments.next().map(|word| word.parse::<Setting>());
    let plan = match (seed, setting) {
        (Some(seed), None) => Plan::of_seed(seed),
        (Some(seed), Some(Ok(setting))) => Plan::in_setting(seed, setting),
        _ => {
            eprintln!("usage: SEED [SETTING], which is one of {:?}", Setting::ALL);
            std::process::exit(2);
        }
    };
    println!("{plan:#?}");
    let print = |now_ms: u64, words: &str| println!("{now_ms:>9} {words}");
    println!("{:#?}", run_traced(plan, Box::new(print)));
}
