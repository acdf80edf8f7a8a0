//! The longest time in which nobody was told anything: how a stall of the journal looks from outside.
//!
//! While many type, acknowledgements come all the time, so a gap between any two is a pause of the server, or of the
//! machine. Kept in two numbers that any task may change.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What is remembered, in microseconds after the beginning of the run.
#[derive(Debug, Default)]
pub(super) struct Silence {
    /// The last time that somebody was told; 0 before the first.
    last: AtomicU64,
    longest: AtomicU64,
}

impl Silence {
    /// Somebody is told something, so long after the beginning.
    pub(super) fn broken(&self, at: Duration) {
        let at = (at.as_micros() as u64).max(1);
        // A task that comes late with an older time makes no gap.
        let last = self.last.fetch_max(at, Ordering::Relaxed);
        if last > 0 {
            self.longest
                .fetch_max(at.saturating_sub(last), Ordering::Relaxed);
        }
    }

    pub(super) fn longest(&self) -> Duration {
        Duration::from_micros(self.longest.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_gap_is_kept_and_the_time_before_the_first_is_none() {
        let silence = Silence::default();
        for at in [5_000, 5_010, 5_060, 5_030, 5_065] {
            silence.broken(Duration::from_millis(at));
        }
        assert_eq!(silence.longest(), Duration::from_millis(50));
    }
}
