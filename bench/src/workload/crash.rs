//! `kill -9` while people type: which edits are gone that somebody had seen, or whose author had been told?
//!
//! The members do not come back, so nobody heals the documents. After a restart each is opened by a stranger who waits
//! for some seconds, since some servers bring the content later than they say. What was on its way when the server died
//! and was shown to nobody may be missing.

use std::collections::BTreeSet;
use std::slice::from_ref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::exchange::gather::{Gathering, Seat};
use crate::exchange::{self, Ledger, Plan};
use crate::line::Findings;
use crate::marker::MarkerFinder;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::run::Parameters;
use crate::websocket::connection::{Connection, Go};

/// How long it lives.
const ALIVE: Duration = Duration::from_secs(10);

/// So long after its end there is still somebody who would type.
const BEYOND: Duration = Duration::from_secs(5);

/// How long it may take until all that a dead server sent is counted.
const END_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a stranger waits for the content of a document.
const LISTEN: Duration = Duration::from_secs(3);

/// Types, kills, restarts, counts.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &mut Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let mut plan = Plan {
        documents: 10,
        rate: 2.0,
        measured: ALIVE,
        ..Plan::usual("crash")
    }
    .with(parameters);
    let alive = plan.measured;
    plan.warmup = Duration::ZERO;
    // The schedule goes on beyond the end of the server.
    plan.measured += BEYOND;
    let docs = exchange::documents(&plan);
    let ledger = Arc::new(Ledger::new(&plan, spoken));
    let frames = exchange::frames(&ledger, &docs, &plan);
    let seats: Vec<Seat> = exchange::seats(&plan, &docs);
    let gathering = Gathering::of(from_ref(server), spoken, &ledger, seats).await?;
    let pacer = exchange::begin(&ledger, &gathering, frames);
    tokio::time::sleep(alive).await;
    ledger.expect_loss();
    server.kill()?;
    tokio::time::timeout(END_TIMEOUT, gathering.ended())
        .await
        .context("connections outlive their server")?;
    exchange::sent(pacer).await?;
    let promises: Vec<(u32, bool, bool)> = ledger.promises().collect();
    tokio::task::block_in_place(|| server.start_again())?;

    let mut kept = BTreeSet::new();
    for doc in &docs {
        kept.extend(
            content(server, spoken, doc)
                .await
                .with_context(|| format!("open {doc}"))?,
        );
    }
    let count = |wanted: fn(&(u32, bool, bool)) -> bool| {
        promises.iter().filter(|promise| wanted(promise)).count()
    };
    let missing = |wanted: fn(&(u32, bool, bool)) -> bool| {
        promises
            .iter()
            .filter(|promise| wanted(promise) && !kept.contains(&promise.0))
            .count()
    };
    let mut findings = Findings::default();
    findings.parameter("documents", plan.documents);
    findings.parameter("writers", plan.writers);
    findings.parameter("readers", plan.readers);
    findings.parameter("edits_per_second_per_writer", plan.rate);
    findings.parameter("seconds_alive", alive.as_secs_f64());
    findings.parameter("seed", plan.seed);
    findings.figure("shown", count(|(_, shown, _)| *shown) as f64);
    findings.figure("shown_missing", missing(|(_, shown, _)| *shown) as f64);
    if spoken.peer.acknowledges() {
        findings.figure("told", count(|(_, _, told)| *told) as f64);
        findings.figure("told_missing", missing(|(_, _, told)| *told) as f64);
    } else {
        findings.absent("told", "it acknowledges nothing");
        findings.absent("told_missing", "it acknowledges nothing");
    }
    Ok(findings)
}

/// The edits that a stranger finds in a document.
async fn content(server: &Server, spoken: Spoken, doc: &str) -> Result<BTreeSet<u32>> {
    let path = spoken.peer.path(spoken.dialect, doc);
    let docs = [doc.to_owned()];
    tokio::task::block_in_place(|| spoken.peer.make_documents(server.address(), &docs))?;
    let (connection, mut inbox) = Connection::open(server.address(), &path, 0).await?;
    for message in spoken.dialect().greeting(doc, "") {
        connection.say(&message)?;
    }
    let finder = MarkerFinder::new();
    let mut found = BTreeSet::new();
    let hear = |message: &[u8], _now: Instant| {
        found.extend(finder.numbers(message));
        Ok(Go::On)
    };
    match tokio::time::timeout(LISTEN, connection.listen(&mut inbox, hear)).await {
        // It had its time.
        Err(_) => Ok(found),
        Ok(ended) => ended.map(|()| found),
    }
}
