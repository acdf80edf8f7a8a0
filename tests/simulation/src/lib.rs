//! Seeded simulation of one document: the real room and the real sync engine in one process, in virtual time.
//!
//! Reading order: [`plan`] says what may go wrong and how often; [`agenda`] is virtual time and [`dice`] chance;
//! [`member`] is a person with [`replica`] (our client around the real engine, with a modelled device) or [`stock`]
//! (one of the two stock clients); [`wire`] a connection; [`node`] a process around the real room; [`journal`] the
//! modelled store that all nodes share, and [`branch`] what is kept there of those who lost the document; [`bus`] what they hear of each other; [`check`] the invariants, and [`staleness`] one of them; [`world`] puts
//! all of them into motion; [`report`] counts what came of it, and [`trace`] tells it in words.
//!
//! A run is a function of its seed and its setting ([`plan::Setting`]). A normal run of the suite plays the kept seeds
//! in each setting that is played and 3,000 others in one each; every kind of event must occur in it. A seed that fails
//! is printed and the others go on.
//!
//! | what for | how |
//! |---|---|
//! | a long run | `SIMULATION_SEEDS=3000..100000 cargo test -p consilium-simulation --test simulation -- --nocapture` |
//! | in one setting | the same with `SIMULATION_SETTING=narrow` |
//! | one seed in words | `cargo run -p consilium-simulation -- 725 narrow` |
//!
//! A long run does some fifteen seeds a second on each core (unoptimised), and names all that fail at its end. What was found stays:
//! `seeds/simulation.txt` has the seeds that once failed, `seeds/open.txt` those that fail now and must do so until
//! somebody mends the cause.

pub mod agenda;
pub mod branch;
pub mod bus;
pub mod check;
pub mod dice;
pub mod journal;
pub mod member;
pub mod node;
pub mod plan;
pub mod replica;
pub mod report;
pub mod staleness;
pub mod stock;
pub mod trace;
pub mod wire;
pub mod world;

pub use crate::plan::{Plan, Setting};
pub use crate::report::Report;
pub use crate::world::{run, run_traced};
