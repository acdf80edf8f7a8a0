//! Seeded simulation of one document: the real room and the real sync engine in one process, in virtual time.
//!
//! Reading order: [`plan`] says what may go wrong and how often; [`world`] is the clock, the wires and the faults;
//! [`hub`] the room with a modelled journal; [`replica`] our client around the real engine with a modelled device;
//! [`stock`] the two stock clients; [`check`] the invariants.
//!
//! A run is a function of its seed. What fails prints the seed; kept seeds are in `seeds/`.

pub mod check;
pub mod hub;
pub mod plan;
pub mod replica;
pub mod stock;
pub mod world;

pub use crate::plan::Plan;
pub use crate::world::{Report, run};
