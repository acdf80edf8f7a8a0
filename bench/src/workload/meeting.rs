//! A meeting: one person writes, hundreds read along, and every reader moves a cursor twice a second.

use std::slice::from_ref;

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
    server: &Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let plan = Plan {
        documents: 1,
        writers: 1,
        readers: 500,
        rate: 2.0,
        cursor_rate: CURSOR_RATE,
        ..Plan::usual("meeting")
    }
    .with(parameters);
    let outcome = exchange::run(from_ref(server), spoken, &plan).await?;
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
