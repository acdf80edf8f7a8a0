//! Latencies: recorded in microseconds, merged across tasks, told as a few quantiles in milliseconds.
//!
//! Within one per cent of the true value up to [`LONGEST`]; what took longer counts as that.

use std::sync::Mutex;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest latency that is told apart.
const LONGEST: Duration = Duration::from_secs(120);

/// Two significant digits: a hundredth of the value.
const DIGITS: u8 = 2;

/// Latencies of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Latencies(Histogram<u64>);

/// What is told of latencies. Milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Quantiles {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Latencies {
    pub(crate) fn new() -> Self {
        Self(
            Histogram::new_with_max(LONGEST.as_micros() as u64, DIGITS)
                .expect("bounds that hdrhistogram takes"),
        )
    }

    pub(crate) fn record(&mut self, latency: Duration) {
        self.0.saturating_record(latency.as_micros() as u64);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// How many took longer than that.
    pub(crate) fn beyond(&self, bound: Duration) -> u64 {
        let above = bound.as_micros() as u64 + 1;
        self.0.count_between(above, self.0.max().max(above))
    }

    /// None when nothing was recorded.
    pub(crate) fn quantiles(&self) -> Option<Quantiles> {
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 1000.0;
        (!self.0.is_empty()).then(|| Quantiles {
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            max: self.0.max() as f64 / 1000.0,
        })
    }
}

/// Latencies recorded by many tasks at once: a few histograms, so that tasks seldom wait for each other.
#[derive(Debug)]
pub(crate) struct Shards(Vec<Mutex<Latencies>>);

impl Shards {
    pub(crate) fn new(count: usize) -> Self {
        Self(
            (0..count.max(1))
                .map(|_| Mutex::new(Latencies::new()))
                .collect(),
        )
    }

    /// Records on behalf of the task with this number.
    pub(crate) fn record(&self, task: usize, latency: Duration) {
        self.0[task % self.0.len()]
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .record(latency);
    }

    /// All of them as one.
    pub(crate) fn merged(&self) -> Latencies {
        let mut whole = Latencies::new();
        for shard in &self.0 {
            let shard = shard
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            whole
                .0
                .add(&shard.0)
                .expect("histograms of the same bounds");
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_merge_into_what_one_histogram_would_say() {
        let shards = Shards::new(3);
        let mut whole = Latencies::new();
        for millis in 1..=1000 {
            let latency = Duration::from_millis(millis);
            shards.record(millis as usize, latency);
            whole.record(latency);
        }
        let merged = shards.merged();
        assert_eq!(merged.count(), 1000);
        assert_eq!(merged.quantiles(), whole.quantiles());
        let told = merged.quantiles().unwrap();
        assert!((told.p50 - 500.0).abs() < 5.0, "{told:?}");
        assert!((told.p99 - 990.0).abs() < 10.0, "{told:?}");
    }

    #[test]
    fn nothing_recorded_is_told_as_nothing() {
        assert_eq!(Latencies::new().quantiles(), None);
    }

    #[test]
    fn what_took_too_long_counts_as_the_longest() {
        let mut latencies = Latencies::new();
        latencies.record(Duration::from_secs(100_000));
        assert!(latencies.quantiles().unwrap().max >= LONGEST.as_secs_f64() * 1000.0 * 0.99);
    }
}
