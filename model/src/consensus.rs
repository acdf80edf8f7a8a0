//! Whether a panel agrees: the arithmetic of rounds.
//!
//! - [`ballot`]: what is handed in, and by how many.
//! - [`exact`]: fractions and thresholds in whole numbers.
//! - [`rule`]: what is frozen when a round opens.
//! - [`rand_ucla`]: median, agreement and disagreement of ratings.
//! - [`verdict`]: what each method makes of the counts.
//! - [`outcome`]: from a rule and ballots to an outcome.
//!
//! No floating point anywhere: at exactly 75 % it is decided by the rule, not by rounding. Knows no person (I9), no clock
//! and no words of an interface. Ranked ballots are not here (ADR-0028).

pub mod ballot;
pub mod exact;
pub mod outcome;
pub mod rand_ucla;
pub mod rule;
pub mod verdict;

pub use ballot::{Ballot, Band, Rating, Roll};
pub use exact::{Fraction, Reach, Share, Threshold};
pub use outcome::{CountError, Counts, Outcome, Votes, count};
pub use rand_ucla::{Classic, Histogram, Spread};
pub use rule::{Denominator, DisagreementRule, Method, Percentiles, Quorum, Rule, RuleError};
pub use verdict::Verdict;

#[cfg(test)]
mod tests;
