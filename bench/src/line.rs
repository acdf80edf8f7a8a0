//! One run as one line of JSON: what was measured, of whom, with what, where, and whether it counts.
//!
//! Lines are only ever appended; a report is made from them. A figure that does not apply is null, with the reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::histogram::Quantiles;
use crate::machine::Machine;

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) workload: String,
    pub(crate) peer: String,
    pub(crate) dialect: String,
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) settings: String,
    pub(crate) durability: String,
    pub(crate) version: String,
    pub(crate) bench_version: String,
    pub(crate) machine: Machine,
    /// When it began, in seconds since 1970.
    pub(crate) begun: u64,
    /// Whether everything arrived that had to.
    pub(crate) valid: bool,
    pub(crate) problems: Vec<String>,
    pub(crate) figures: BTreeMap<String, Option<f64>>,
    /// Why a figure is null.
    pub(crate) reasons: BTreeMap<String, String>,
}

/// What a workload found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) figures: BTreeMap<String, Option<f64>>,
    pub(crate) reasons: BTreeMap<String, String>,
    pub(crate) problems: Vec<String>,
    /// With what was run, where that is not what the peer usually has.
    pub(crate) settings: Option<String>,
    /// What an acknowledgement was worth, where that is not what it usually is.
    pub(crate) durability: Option<String>,
}

impl Findings {
    /// With a parameter of the run.
    pub(crate) fn parameter(&mut self, name: &str, value: impl Into<Value>) {
        self.parameters.insert(name.to_owned(), value.into());
    }

    /// With a figure.
    pub(crate) fn figure(&mut self, name: &str, value: f64) {
        // Four significant digits are more than any run can tell.
        let digits = 3 - value.abs().max(1e-9).log10().floor() as i32;
        let scale = 10_f64.powi(digits.clamp(0, 6));
        self.figures
            .insert(name.to_owned(), Some((value * scale).round() / scale));
    }

    /// With a figure that this peer or run does not have.
    pub(crate) fn absent(&mut self, name: &str, reason: &str) {
        self.figures.insert(name.to_owned(), None);
        self.reasons.insert(name.to_owned(), reason.to_owned());
    }

    /// With latencies under names that begin alike, or the reason why there are none.
    pub(crate) fn latencies(&mut self, name: &str, quantiles: Option<Quantiles>, reason: &str) {
        let told = |pick: fn(&Quantiles) -> f64| quantiles.as_ref().map(pick);
        for (suffix, value) in [
            ("p50_ms", told(|q| q.p50)),
            ("p95_ms", told(|q| q.p95)),
            ("p99_ms", told(|q| q.p99)),
            ("max_ms", told(|q| q.max)),
        ] {
            let name = format!("{name}_{suffix}");
            match value {
                Some(value) => self.figure(&name, value),
                None => self.absent(&name, reason),
            }
        }
    }
}
