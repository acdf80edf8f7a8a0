//! Writing together across two nodes over one database and one bus: the members of each document are on both.
//!
//! Half of all deliveries cross the bus. What the two nodes cost is summed up; what the bus and the database cost is told
//! beside it. Publishes are those that the bus itself counts, for everything that the nodes say to each other.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::block_in_place;

use super::exchanged;
use crate::exchange::{self, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;
use crate::services::postgres::Postgres;
use crate::services::redis::Redis;

/// How many nodes.
const NODES: usize = 2;

/// Starts everything, and writes.
///
/// Cancel safety: yes; everything that was started ends.
pub(crate) async fn run(spoken: Spoken, parameters: &Parameters) -> Result<Findings> {
    let Some(cluster) = spoken.peer.cluster() else {
        bail!("{} is not run as several nodes here", spoken.peer.name());
    };
    let redis = block_in_place(Redis::start)?;
    let postgres = block_in_place(Postgres::start)?;
    let arguments = (cluster.arguments)(&postgres.url(), &redis.url());
    let nodes = (0..NODES)
        .map(|_| block_in_place(|| Server::start_with(spoken.peer, arguments.clone())))
        .collect::<Result<Vec<Server>>>()?;
    let plan = Plan::usual("nodes").with(parameters);
    let cost = || -> Result<(Duration, Duration, u64)> {
        Ok((
            procfs::usage(redis.pid())?.cpu,
            procfs::usage(postgres.pid())?.cpu,
            redis.publishes()?,
        ))
    };
    let before = block_in_place(cost)?;
    let outcome = exchange::run(&nodes, spoken, &plan).await?;
    let after = block_in_place(cost)?;

    let mut findings = Findings {
        settings: Some(cluster.settings.to_owned()),
        durability: Some(cluster.durability.to_owned()),
        ..Findings::default()
    };
    findings.parameter("nodes", NODES);
    // All that happened in between, the warm-up and the coming of the members too.
    let edits = outcome.all_edits.max(1) as f64;
    findings.figure("publishes_per_edit", (after.2 - before.2) as f64 / edits);
    let each = |after: Duration, before: Duration| {
        after.saturating_sub(before).as_secs_f64() * 1e6 / edits
    };
    findings.figure("redis_cpu_us_per_edit", each(after.0, before.0));
    findings.figure("postgres_cpu_us_per_edit", each(after.1, before.1));
    exchanged(&mut findings, &plan, outcome, spoken);
    Ok(findings)
}
