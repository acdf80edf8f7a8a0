//! How long to wait before the next attempt: exponential backoff with full jitter.
//!
//! Each wait is drawn evenly from zero to a bound that doubles, so that thousands of replicas that lost the same
//! server do not return in step. The generator is seeded from outside; nothing here reads a clock.

use std::time::Duration;

use consilium_protocol::limits::{RECONNECT_DELAY_BASE, RECONNECT_DELAY_MAX};

/// A small seeded generator (SplitMix64, Steele et al. 2014). Spreads load; guards no secret.
#[derive(Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An even draw from zero to `bound`, in milliseconds.
    fn up_to(&mut self, bound: Duration) -> Duration {
        let bound_ms = u64::try_from(bound.as_millis()).unwrap_or(u64::MAX - 1);
        Duration::from_millis(self.next() % (bound_ms + 1))
    }
}

/// Counts failures in a row.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The longest that the next wait may be.
    pub(crate) fn bound(self) -> Duration {
        RECONNECT_DELAY_BASE
            .saturating_mul(2u32.saturating_pow(self.failures))
            .min(RECONNECT_DELAY_MAX)
    }

    /// Draws the next wait and counts a failure.
    pub(crate) fn next_wait(&mut self, jitter: &mut Jitter) -> Duration {
        let wait = jitter.up_to(self.bound());
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// Starts anew after a success.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_double_up_to_the_maximum_and_start_anew() {
        let mut backoff = Backoff::default();
        let mut jitter = Jitter::new(1);
        let bounds: Vec<u128> = (0..10)
            .map(|_| {
                let bound = backoff.bound();
                assert!(backoff.next_wait(&mut jitter) <= bound);
                bound.as_millis()
            })
            .collect();
        assert_eq!(
            bounds,
            [
                300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 30_000, 30_000, 30_000
            ]
        );
        backoff.reset();
        assert_eq!(backoff.bound(), RECONNECT_DELAY_BASE);
    }

    #[test]
    fn jitter_spreads_over_the_whole_range() {
        let mut jitter = Jitter::new(7);
        let draws: Vec<u128> = (0..1_000)
            .map(|_| jitter.up_to(Duration::from_millis(99)).as_millis())
            .collect();
        for decile in 0..10 {
            let hits = draws.iter().filter(|draw| **draw / 10 == decile).count();
            assert!((50..200).contains(&hits), "decile {decile} has {hits}");
        }
    }
}
