//! How busy the machine's processors were, from the counters of Linux: what tells a piece that computes from one that
//! waits.
//!
//! Counts everything that ran on the machine, since browsers and servers that a piece starts are nobody's children in the
//! end. On a machine that does other things as well it says little.

use std::fs;
use std::time::Duration;

/// Ticks a second, in this file, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// What all processors together had done at some moment, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Processors {
    worked: u64,
    all: u64,
}

impl Processors {
    /// Now; `None` where the system does not say.
    pub(crate) fn now() -> Option<Self> {
        Self::read(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// The first line: `cpu  user nice system idle iowait irq softirq steal guest guest_nice`. Guests are in user already.
    fn read(text: &str) -> Option<Self> {
        let line = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .take(8)
            .map_while(|word| word.parse().ok())
            .collect();
        let waited: u64 = ticks.get(3..5)?.iter().sum();
        let all: u64 = ticks.iter().sum();
        Some(Self {
            worked: all - waited,
            all,
        })
    }

    /// How long processors have worked since `earlier`, one after the other, and their share of the time in per cent.
    pub(crate) fn since(self, earlier: Self) -> (Duration, u64) {
        let worked = self.worked.saturating_sub(earlier.worked);
        let all = self.all.saturating_sub(earlier.all).max(1);
        (
            Duration::from_secs_f64(worked as f64 / TICKS_PER_SECOND),
            worked * 100 / all,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_the_disk_is_not_work() {
        let earlier = Processors::read("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1").unwrap();
        let now = Processors::read("cpu  250 0 100 900 100 0 0 0 0 0").unwrap();
        assert_eq!(now.since(earlier), (Duration::from_secs(2), 57));
        assert_eq!(Processors::read("intr 5"), None);
    }
}
