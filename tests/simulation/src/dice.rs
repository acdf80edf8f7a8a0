//! The one source of chance in a run.
//!
//! Everything random is drawn from dice in the order of happenings, so that a run is a function of its seed. What was
//! added later has dice of its own, so that kept seeds still lead where they led.

use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Seeded chance.
pub struct Dice {
    /// For draws of other kinds.
    pub rng: ChaCha8Rng,
    /// While calm no fault happens.
    calm: bool,
}

impl Dice {
    /// The dice of a seed.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            calm: false,
        }
    }

    /// Dice for one concern, which leaves the others' draws as they are. The name has up to eight letters.
    #[must_use]
    pub fn of_stream(seed: u64, name: &str) -> Self {
        let number = name
            .bytes()
            .fold(0, |number: u64, letter| number << 8 | u64::from(letter));
        Self::of_seed(seed ^ number)
    }

    /// Whether a fault happens now that has so many chances in a thousand.
    pub fn fault(&mut self, thousandths: u32) -> bool {
        !self.calm && self.rng.random_range(0..1000) < thousandths
    }

    /// A span of time, in milliseconds.
    pub fn ms(&mut self, range: Range<u64>) -> u64 {
        self.rng.random_range(range)
    }

    /// A number up to `most`; nothing at all one time in three.
    pub fn sometimes(&mut self, most: u32) -> u32 {
        if self.rng.random_range(0..3) == 0 {
            0
        } else {
            self.rng.random_range(1..=most)
        }
    }

    /// One time in two.
    pub fn even(&mut self) -> bool {
        self.rng.random_bool(0.5)
    }

    /// Seven times in ten.
    pub fn often(&mut self) -> bool {
        self.rng.random_range(0..10) < 7
    }

    /// No fault happens from now on.
    pub fn calm_down(&mut self) {
        self.calm = true;
    }

    /// Whether no fault happens any more.
    #[must_use]
    pub fn is_calm(&self) -> bool {
        self.calm
    }
}
