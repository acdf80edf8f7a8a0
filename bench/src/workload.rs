//! What is measured: one file a workload. Each takes a running server, does its one thing, and says what it found.

pub(crate) mod edit;
pub(crate) mod fanout;

use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::exchange::gather::Spoken;
use crate::exchange::{Outcome, Plan};
use crate::line::Findings;
use crate::peer::process::Server;
use crate::run::Parameters;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorkloadName {
    /// Many documents, a few writers each.
    Edit,
    /// The rate at which latencies break down.
    Saturation,
    /// One writer, many readers.
    Fanout,
}

impl WorkloadName {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Saturation => "saturation",
            Self::Fanout => "fanout",
        }
    }

    /// Runs it once.
    ///
    /// Cancel safety: yes; nothing goes on.
    pub(crate) async fn run(
        self,
        server: &mut Server,
        spoken: Spoken,
        parameters: &Parameters,
    ) -> Result<Findings> {
        match self {
            Self::Edit => edit::run(server, spoken, parameters).await,
            Self::Saturation => edit::saturate(server, spoken, parameters).await,
            Self::Fanout => fanout::run(server, spoken, parameters).await,
        }
    }
}

/// The figures of an exchange.
fn exchanged(findings: &mut Findings, plan: &Plan, outcome: Outcome, spoken: Spoken) {
    findings.parameter("documents", plan.documents);
    findings.parameter("writers", plan.writers);
    findings.parameter("readers", plan.readers);
    findings.parameter("edits_per_second_per_writer", plan.rate);
    findings.parameter("warmup_seconds", plan.warmup.as_secs_f64());
    findings.parameter("seconds", plan.measured.as_secs_f64());
    findings.parameter("seed", plan.seed);
    findings.figure("expected", outcome.expected as f64);
    findings.figure("delivered", outcome.delivered as f64);
    let seconds = |duration: Duration| duration.as_secs_f64();
    let wall = seconds(outcome.wall);
    findings.figure("deliveries_per_second", outcome.delivered as f64 / wall);
    findings.figure("server_cpu_seconds", seconds(outcome.server_cpu));
    findings.figure("server_cores", seconds(outcome.server_cpu) / wall);
    if outcome.server_cpu.is_zero() {
        findings.absent(
            "deliveries_per_cpu_second",
            "the server's processor time was below one tick",
        );
    } else {
        let per_cpu_second = outcome.delivered as f64 / seconds(outcome.server_cpu);
        findings.figure("deliveries_per_cpu_second", per_cpu_second);
    }
    findings.figure("peak_mib", mib(outcome.peak));
    findings.figure("generator_cores", seconds(outcome.generator_cpu) / wall);
    findings.figure("other_cores", seconds(outcome.other_cpu) / wall);
    findings.latencies(
        "latency",
        outcome.deliveries.quantiles(),
        "nothing was delivered",
    );
    let silent = if spoken.peer.acknowledges() {
        "nothing was acknowledged"
    } else {
        "it acknowledges nothing"
    };
    findings.latencies("acknowledged", outcome.acknowledgements.quantiles(), silent);
    findings.latencies(
        "send_lateness",
        outcome.lateness.quantiles(),
        "nothing was sent",
    );
    findings.problems.extend(outcome.problems);
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
