//! When each edit of a run is to be sent: fixed before the run begins, whatever the server does (an open loop).
//!
//! A latency counts from the time that stands here. A sender that is late because the server, or the generator itself,
//! was slow makes the latency longer and never the schedule sparser. Writers start at seeded phases, so edits meet by
//! chance as people's do, and the same seed gives the same run.

use std::time::{Duration, Instant};

/// One edit to come. Its number is its place in the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Planned {
    /// After the beginning of the run.
    pub(crate) at: Duration,
    /// Who writes it.
    pub(crate) writer: usize,
}

/// Every writer's edits at `rate` a second, for `total`, in the order of time.
pub(crate) fn steady(writers: usize, rate: f64, total: Duration, seed: u64) -> Vec<Planned> {
    let interval = Duration::from_secs_f64(1.0 / rate);
    let mut random = SplitMix(seed);
    let mut planned = Vec::new();
    for writer in 0..writers {
        let mut at = interval.mul_f64(random.unit());
        while at < total {
            planned.push(Planned { at, writer });
            at += interval;
        }
    }
    planned.sort_unstable();
    planned
}

/// How long after its intended time something happened.
pub(crate) fn latency(epoch: Instant, planned: Duration, happened: Instant) -> Duration {
    happened.saturating_duration_since(epoch + planned)
}

/// A small generator of numbers that need to be spread, not secret.
#[derive(Debug, Clone)]
pub(crate) struct SplitMix(pub(crate) u64);

impl SplitMix {
    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 up to, not including, `bound`; 0 when the bound is.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.unit() * bound as f64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_writer_writes_at_the_rate_for_the_whole_time() {
        let plan = steady(3, 4.0, Duration::from_secs(10), 1);
        for writer in 0..3 {
            let own: Vec<Duration> = plan
                .iter()
                .filter(|planned| planned.writer == writer)
                .map(|planned| planned.at)
                .collect();
            assert_eq!(own.len(), 40);
            for pair in own.windows(2) {
                assert_eq!(pair[1] - pair[0], Duration::from_millis(250));
            }
        }
        assert!(plan.is_sorted());
    }

    #[test]
    fn the_same_seed_gives_the_same_schedule() {
        let plan = |seed| steady(5, 7.0, Duration::from_secs(2), seed);
        assert_eq!(plan(9), plan(9));
        assert_ne!(plan(9), plan(10));
    }

    #[test]
    fn a_late_sender_makes_the_latency_longer() {
        let epoch = Instant::now();
        let intended = Duration::from_millis(100);
        // Sent 40 ms late, and answered within 5 ms: 45 ms, not 5.
        let sent = epoch + Duration::from_millis(140);
        let answered = sent + Duration::from_millis(5);
        assert_eq!(
            latency(epoch, intended, answered),
            Duration::from_millis(45)
        );
    }
}
