//! A lecture: one person writes, very many read along.

use std::time::Duration;

use anyhow::Result;

use super::exchanged;
use crate::exchange::{self, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::run::Parameters;

/// One writer, many readers of one document.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &mut Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let plan = Plan {
        name: "fanout".to_owned(),
        documents: parameters.documents.unwrap_or(1),
        writers: parameters.writers.unwrap_or(1),
        readers: parameters.readers.unwrap_or(1000),
        rate: parameters.rate.unwrap_or(2.0),
        cursor_rate: 0.0,
        warmup: parameters.warmup(),
        measured: Duration::from_secs(parameters.seconds.unwrap_or(20)),
        seed: parameters.seed,
    };
    let outcome = exchange::run(server, spoken, &plan).await?;
    let mut findings = Findings::default();
    exchanged(&mut findings, &plan, outcome, spoken);
    Ok(findings)
}
