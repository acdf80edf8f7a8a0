//! How long to wait before the next attempt: twice as long each time, with full jitter.

use std::time::Duration;

use super::limits::{RECONNECT_MAX, RECONNECT_MIN};

/// The waits between attempts, until one succeeds.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// The next wait. `fraction` is random, from 0 to 1.
    pub(super) fn next(&mut self, fraction: f64) -> Duration {
        let longest = RECONNECT_MIN
            .saturating_mul(1 << self.attempts.min(16))
            .min(RECONNECT_MAX);
        self.attempts = self.attempts.saturating_add(1);
        longest.mul_f64(fraction.clamp(0.0, 1.0))
    }

    /// It worked.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_again_after_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<Duration> = (0..100).map(|_| backoff.next(1.0)).collect();
        assert_eq!(waits[..4], [1, 2, 4, 8].map(|times| RECONNECT_MIN * times));
        assert_eq!(waits[99], RECONNECT_MAX);
        assert!(waits.is_sorted());
        backoff.reset();
        assert_eq!(backoff.next(1.0), RECONNECT_MIN);
    }

    #[test]
    fn a_wait_is_any_part_of_the_longest() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next(0.0), Duration::ZERO);
        assert_eq!(backoff.next(0.5), RECONNECT_MIN);
    }
}
