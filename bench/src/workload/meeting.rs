//! A meeting: one person writes, hundreds read along, and every reader moves a cursor twice a second.

use std::time::Duration;

use anyhow::Result;

use super::exchanged;
use crate::exchange::{self, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::run::Parameters;

/// Moves a second of each reader.
const CURSOR_RATE: f64 = 2.0;

/// One writer, many readers of one document, all of whom move.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &mut Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let plan = Plan {
        name: "meeting".to_owned(),
        documents: parameters.documents.unwrap_or(1),
        writers: parameters.writers.unwrap_or(1),
        readers: parameters.readers.unwrap_or(500),
        rate: parameters.rate.unwrap_or(2.0),
        cursor_rate: CURSOR_RATE,
        warmup: parameters.warmup(),
        measured: Duration::from_secs(parameters.seconds.unwrap_or(20)),
        seed: parameters.seed,
    };
    let outcome = exchange::run(server, spoken, &plan).await?;
    let mut findings = Findings::default();
    findings.parameter("cursor_moves_per_second_per_reader", plan.cursor_rate);
    findings.latencies(
        "cursor",
        outcome.cursors.quantiles(),
        "no move of a cursor was seen",
    );
    findings.figure("cursor_moves_looked_at", outcome.cursors.count() as f64);
    exchanged(&mut findings, &plan, outcome, spoken);
    Ok(findings)
}
