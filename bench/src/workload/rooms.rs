//! Very many documents opened, each left again with a little text in it: does the memory come back, and when?
//!
//! People come in groups, each to a document of their own, type one word, wait until they are told, and leave. What the
//! server's processes have resident is looked at before the first, when the last has left, and for a while afterwards.

use std::slice::from_ref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{mib, until_quiet};
use crate::exchange::gather::Gathering;
use crate::exchange::{self, Ledger, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;
use crate::schedule::Planned;

/// Documents in all.
const DOCUMENTS: usize = 20_000;

/// Documents that are open with somebody in them at one time.
const GROUP: usize = 500;

/// How long everybody of a group may take to be told.
const TOLD_TIMEOUT: Duration = Duration::from_secs(20);

/// How long is waited for the memory to come back.
const WAIT: Duration = Duration::from_secs(60);

/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(250);

/// What is still missing when the documents count as unloaded, of all that ever came back.
const REST: f64 = 0.1;

/// Opens, leaves, and watches.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let documents = parameters.documents.unwrap_or(DOCUMENTS);
    let wait = parameters.seconds.map_or(WAIT, Duration::from_secs);
    let pid = server.pid()?;
    until_quiet(server).await?;
    let before = procfs::usage(pid)?;
    procfs::reset_peak(pid)?;
    let mut findings = Findings::default();
    let begun = Instant::now();
    for (number, first) in (0..documents).step_by(GROUP).enumerate() {
        let plan = Plan {
            documents: GROUP.min(documents - first),
            writers: 1,
            ..Plan::usual(&format!("rooms-{number}"))
        }
        .at_one_moment();
        findings
            .problems
            .extend(visit(server, spoken, &plan).await?);
    }
    let opened = begun.elapsed();
    let left = Instant::now();
    let after = procfs::usage(pid)?;
    let mut seen = vec![(Duration::ZERO, after.resident)];
    while left.elapsed() < wait {
        tokio::time::sleep(LOOK).await;
        seen.push((left.elapsed(), procfs::usage(pid)?.resident));
    }
    let (_, at_last) = *seen.last().context("a look at the memory")?;

    findings.parameter("documents", documents);
    findings.parameter("at_once", GROUP);
    findings.parameter("seconds_waited", wait.as_secs_f64());
    findings.figure("before_mib", mib(before.resident));
    findings.figure("peak_mib", mib(after.peak));
    findings.figure("left_mib", mib(after.resident));
    findings.figure("after_mib", mib(at_last));
    findings.figure(
        "after_over_before",
        at_last as f64 / before.resident.max(1) as f64,
    );
    let grown = after.resident.saturating_sub(before.resident);
    findings.figure(
        "kib_per_document",
        grown as f64 / 1024.0 / documents.max(1) as f64,
    );
    match unloaded(&seen) {
        Some(after) => findings.figure("unload_seconds", after.as_secs_f64()),
        None => findings.absent("unload_seconds", "no memory came back"),
    }
    findings.figure("open_seconds", opened.as_secs_f64());
    let cpu = after.cpu.saturating_sub(before.cpu);
    findings.figure(
        "cpu_ms_per_document",
        cpu.as_secs_f64() * 1000.0 / documents.max(1) as f64,
    );
    Ok(findings)
}

/// One person for each document of a plan comes, types a word, is told, and leaves; gives what went wrong.
async fn visit(server: &Server, spoken: Spoken, plan: &Plan) -> Result<Vec<String>> {
    let schedule: Vec<Planned> = (0..plan.documents)
        .map(|writer| Planned {
            at: Duration::ZERO,
            writer,
        })
        .collect();
    let ledger = Arc::new(Ledger::scheduled(plan, &schedule, spoken));
    let docs = exchange::documents(plan);
    let frames = exchange::frames(&ledger, &docs, plan);
    let seats = exchange::seats(plan, &docs);
    let gathering = Gathering::of(from_ref(server), spoken, &ledger, seats).await?;
    let pacer = exchange::begin(&ledger, &gathering, frames);
    exchange::sent(pacer).await?;
    if spoken.peer.acknowledges() {
        // Who is not told is counted.
        let _ = tokio::time::timeout(TOLD_TIMEOUT, ledger.all_acknowledged()).await;
    }
    drop(gathering);
    Ok(ledger.problems())
}

/// When all but a little of what came back was back; None when nothing was.
fn unloaded(seen: &[(Duration, u64)]) -> Option<Duration> {
    let (_, left) = *seen.first()?;
    let (_, at_last) = *seen.last()?;
    let came_back = left.checked_sub(at_last).filter(|bytes| *bytes > 0)?;
    let nearly = at_last + (came_back as f64 * REST) as u64;
    let last_above = seen.iter().rposition(|(_, resident)| *resident > nearly)?;
    seen.get(last_above + 1).map(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_unloaded_when_nearly_all_memory_that_came_back_is_back() {
        let seen = |resident: &[u64]| -> Vec<(Duration, u64)> {
            (0..)
                .map(Duration::from_secs)
                .zip(resident.iter().copied())
                .collect()
        };
        assert_eq!(
            unloaded(&seen(&[100, 100, 60, 15, 12, 10])),
            Some(Duration::from_secs(3))
        );
        assert_eq!(
            unloaded(&seen(&[100, 15, 80, 10])),
            Some(Duration::from_secs(3))
        );
        assert_eq!(unloaded(&seen(&[100, 100])), None);
        assert_eq!(unloaded(&seen(&[100, 120])), None);
        assert_eq!(unloaded(&[]), None);
    }
}
