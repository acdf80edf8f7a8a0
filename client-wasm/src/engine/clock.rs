//! Time as the engine sees it: milliseconds that never run backwards.
//!
//! The shell passes wall-clock time, which a person or a time server may set back by hours; a deadline must not move
//! away with it. Every time inside the engine is [`EngineTime`]; only what leaves it is wall-clock time again.

use std::time::Duration;

/// A point in the engine's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct EngineTime(u64);

impl EngineTime {
    /// This point and a while.
    pub(crate) fn after(self, wait: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        )
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Turns wall-clock time into engine time and back.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    latest: u64,
    /// How far the wall clock was set back in all.
    lag: u64,
}

impl Clock {
    /// Takes the shell's time.
    pub(crate) fn read(&mut self, wall_ms: u64) -> EngineTime {
        let mut time = wall_ms.saturating_add(self.lag);
        if time < self.latest {
            self.lag = self.lag.saturating_add(self.latest - time);
            time = self.latest;
        }
        self.latest = time;
        EngineTime(time)
    }

    /// The point in engine time that the shell remembers by its clock.
    pub(crate) fn at(&self, wall_ms: u64) -> EngineTime {
        EngineTime(wall_ms.saturating_add(self.lag))
    }

    /// The wall-clock time of a point in engine time.
    pub(crate) fn wall_ms(&self, time: EngineTime) -> u64 {
        time.0.saturating_sub(self.lag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_does_not_move_deadlines_away() {
        let mut clock = Clock::default();
        let deadline = clock.read(10_000_000).after(Duration::from_secs(5));
        let now = clock.read(1_000);
        assert_eq!(deadline.since(now), Duration::from_secs(5));
        assert_eq!(clock.wall_ms(deadline), 6_000);
        assert_eq!(clock.read(6_000), deadline);
    }
}
