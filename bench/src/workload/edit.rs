//! A working day: some documents with a few people each who all type at a steady rate.
//!
//! [`saturate`] raises the rate until the slowest hundredth of deliveries takes longer than [`TOO_SLOW_MS`], and tells
//! the last step below.

use std::time::Duration;

use anyhow::Result;

use super::measured;
use crate::exchange::Plan;
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::run::Parameters;

/// Beyond this, writing together does not feel like it.
const TOO_SLOW_MS: f64 = 100.0;

/// Deliveries a second of the steps.
const STEPS: &[u32] = &[
    2_000, 4_000, 6_000, 8_000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000,
    70_000, 80_000, 100_000, 120_000, 150_000, 200_000,
];

/// A step that is not held is tried again: it may have been the machine.
const ATTEMPTS: usize = 2;

/// How long each step is measured.
const STEP: Duration = Duration::from_secs(4);

/// Before each step is measured.
const STEP_WARMUP: Duration = Duration::from_secs(1);

/// At one rate.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    measured(server, spoken, &Plan::usual("edit").with(parameters)).await
}

/// At rising rates.
///
/// Cancel safety: yes.
pub(crate) async fn saturate(
    server: &Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let mut held = None;
    let mut findings = Findings::default();
    let mut ended_by = "the last step was held".to_owned();
    'steps: for step in STEPS {
        let mut failure = String::new();
        for attempt in 0..ATTEMPTS {
            let mut plan = Plan {
                measured: STEP,
                ..Plan::usual(&format!("step-{step}-{attempt}"))
            }
            .with(parameters);
            let deliveries_per_edit = plan.documents * plan.writers * (plan.writers - 1);
            plan.rate = f64::from(*step) / deliveries_per_edit as f64;
            plan.warmup = STEP_WARMUP;
            let found = measured(server, spoken, &plan).await?;
            let figure = |name: &str| {
                found
                    .figures
                    .get(name)
                    .copied()
                    .flatten()
                    .unwrap_or(f64::MAX)
            };
            let (p99, lateness) = (figure("latency_p99_ms"), figure("send_lateness_p99_ms"));
            let others = figure("other_cores");
            let told = format!(
                "{step}/s: p99 {p99} ms, sent late p99 {lateness} ms, others took {others} cores, {:?}",
                found.problems
            );
            eprintln!("{told}");
            if p99 <= TOO_SLOW_MS && found.problems.is_empty() {
                held = Some((*step, found));
                continue 'steps;
            }
            failure = told;
        }
        ended_by = failure;
        break;
    }
    match held {
        Some((step, found)) => {
            findings = found;
            findings.figure("held_deliveries_per_second", f64::from(step));
        }
        None => {
            findings.parameter("documents", parameters.documents.unwrap_or(20));
            findings.absent(
                "held_deliveries_per_second",
                "not even the first step was held",
            );
        }
    }
    // The rate is what is looked for, not a setting.
    findings.parameters.remove("edits_per_second_per_writer");
    findings.reasons.insert("ended_by".to_owned(), ended_by);
    Ok(findings)
}
