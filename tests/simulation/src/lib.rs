//! Seeded simulation of one document: the real room and the real sync engine in one process, in virtual time.
//!
//! Reading order: [`plan`] says what may go wrong and how often; [`agenda`] is virtual time and [`dice`] chance;
//! [`member`] is a person with [`replica`] (our client around the real engine, with a modelled device) or [`stock`]
//! (one of the two stock clients); [`wire`] a connection; [`node`] the process around the real room; [`journal`] the
//! modelled store; [`check`] the invariants; [`world`] puts all of them into motion; [`report`] what came of it.
//!
//! A run is a function of its seed. What fails prints the seed; kept seeds are in `seeds/`.

pub mod agenda;
pub mod check;
pub mod dice;
pub mod journal;
pub mod member;
pub mod node;
pub mod plan;
pub mod replica;
pub mod report;
pub mod stock;
pub mod trace;
pub mod wire;
pub mod world;

pub use crate::plan::{Plan, Setting};
pub use crate::report::Report;
pub use crate::world::{run, run_traced};
