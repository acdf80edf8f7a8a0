//! How sure evidence is and how strongly something is recommended, by GRADE: value sets with their codes, and what follows
//! from what.
//!
//! - [`importance`]: of outcomes, 1 to 9.
//! - [`certainty`]: of evidence, from its domains.
//! - [`strength`]: direction and strength of a recommendation, and the words that follow.
//! - [`judgement`]: the scales of an Evidence-to-Decision table.
//!
//! A code is what is stored and exchanged; the words that people read belong to the interface, but for those of a
//! recommendation, which are part of its text. Knows no document: each value lives in a register
//! ([`crate::register`]), and a code that is none here is foreign content there.

pub mod certainty;
pub mod importance;
pub mod judgement;
pub mod strength;

pub use certainty::{Certainty, Concern, Domains, Override, Start};
pub use importance::{Importance, ImportanceClass};
pub use judgement::{Criterion, Judgement};
pub use strength::{Direction, Language, Strength, Wording, wording};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
