//! Very many members who have a document open and do nothing: what a connection costs.
//!
//! Each tells its presence once. Memory is what the server's processes have resident beyond what they had before the
//! first connection; the kernel's buffers of the sockets are not in it.

use std::slice::from_ref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{mib, until_quiet};
use crate::exchange::gather::{Gathering, Seat};
use crate::exchange::{Ledger, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;
use crate::updates;

/// Members of each document.
const MEMBERS: usize = 10;

/// Connects everybody, waits for quiet, and looks.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let members = parameters.readers.unwrap_or(MEMBERS).max(1);
    let connections = parameters.connections.unwrap_or(10_000);
    let documents = connections.div_ceil(members);
    let plan = Plan {
        documents,
        writers: 0,
        readers: members,
        ..Plan::usual("idle")
    }
    .at_one_moment();
    let ledger = Arc::new(Ledger::new(&plan, spoken));
    let seats: Vec<Seat> = (0..connections)
        .map(|number| Seat {
            doc: number / members,
            name: format!("idle-{}", number / members).into(),
            writer: None,
            token: Arc::default(),
        })
        .collect();
    let pid = server.pid()?;
    until_quiet(server).await?;
    let before = procfs::usage(pid)?;
    procfs::reset_peak(pid)?;
    let begun = Instant::now();
    let gathering = Gathering::of(from_ref(server), spoken, &ledger, seats).await?;
    let connected = begun.elapsed();
    for (number, (seat, connection)) in gathering.members().enumerate() {
        let state = updates::presence(number, Duration::ZERO);
        let presence = spoken
            .dialect()
            .presence(&seat.name, updates::client_id(number), 1, &state);
        connection.say(&presence)?;
    }
    until_quiet(server).await?;
    let settled = procfs::usage(pid)?;
    let window = Duration::from_secs(parameters.seconds.unwrap_or(10));
    tokio::time::sleep(window).await;
    let after = procfs::usage(pid)?;
    drop(gathering);

    let mut findings = Findings::default();
    findings.parameter("connections", connections);
    findings.parameter("members_per_document", members);
    findings.parameter("seconds", window.as_secs_f64());
    let grown = after.resident.saturating_sub(before.resident);
    findings.figure(
        "kib_per_connection",
        grown as f64 / 1024.0 / connections as f64,
    );
    findings.figure("resident_mib", mib(after.resident));
    findings.figure("resident_before_mib", mib(before.resident));
    findings.figure("peak_mib", mib(after.peak));
    findings.figure("connect_seconds", connected.as_secs_f64());
    let connecting = settled.cpu.saturating_sub(before.cpu);
    findings.figure(
        "cpu_ms_per_connect",
        connecting.as_secs_f64() * 1000.0 / connections as f64,
    );
    let idling = after.cpu.saturating_sub(settled.cpu);
    findings.figure(
        "idle_cpu_percent",
        idling.as_secs_f64() / window.as_secs_f64() * 100.0,
    );
    findings.problems = ledger.problems();
    Ok(findings)
}
