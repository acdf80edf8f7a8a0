//! A lecture: one person writes, very many read along.

use anyhow::Result;

use super::measured;
use crate::exchange::Plan;
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::run::Parameters;

/// One writer, many readers of one document.
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
        readers: 1000,
        rate: 2.0,
        ..Plan::usual("fanout")
    }
    .with(parameters);
    measured(server, spoken, &plan).await
}
