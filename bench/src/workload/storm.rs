//! The network comes back: everybody connects at once, each with edits made without it.
//!
//! Over when every member has every edit of their document. When the authors were told is a figure of its own: with a
//! server that acknowledges what is durable, it is the time until everything is journaled.

use std::slice::from_ref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::mib;
use crate::exchange::gather::{Gathering, Outbox, Seat};
use crate::exchange::{Ledger, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;
use crate::schedule::Planned;
use crate::updates::Author;

/// Edits that each brings along.
const EDITS: usize = 20;

/// Longer than this nobody waits.
const CONVERGED_TIMEOUT: Duration = Duration::from_secs(60);

/// After everybody has everything, authors may still have to be told.
const TOLD_TIMEOUT: Duration = Duration::from_secs(10);

/// Everybody comes at once.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let plan = Plan {
        documents: 100,
        writers: 20,
        ..Plan::usual("storm")
    }
    .with(parameters)
    .at_one_moment();
    let members = plan.documents * plan.writers;
    let schedule: Vec<Planned> = (0..members)
        .flat_map(|writer| {
            std::iter::repeat_n(
                Planned {
                    at: Duration::ZERO,
                    writer,
                },
                EDITS,
            )
        })
        .collect();
    let ledger = Arc::new(Ledger::scheduled(&plan, &schedule, spoken));
    let seats: Vec<Seat> = (0..members)
        .map(|writer| Seat {
            doc: writer / plan.writers,
            name: format!("storm-{}", writer / plan.writers).into(),
            writer: Some(writer),
            token: Arc::default(),
        })
        .collect();
    let outboxes: Vec<Outbox> = seats
        .iter()
        .enumerate()
        .map(|(writer, seat)| outbox(spoken, &seat.name, writer))
        .collect();

    let pid = server.pid()?;
    procfs::reset_peak(pid)?;
    let before = procfs::usage(pid)?;
    let epoch = ledger.begin();
    let gathering =
        Gathering::returning(from_ref(server), spoken, &ledger, seats, &outboxes, members).await?;
    let connected = epoch.elapsed();
    let converged = tokio::time::timeout(CONVERGED_TIMEOUT, ledger.all_delivered())
        .await
        .map(|()| epoch.elapsed());
    let after = procfs::usage(pid)?;
    let told = tokio::time::timeout(TOLD_TIMEOUT, ledger.all_acknowledged())
        .await
        .map(|()| epoch.elapsed());
    drop(gathering);

    let mut findings = Findings::default();
    findings.parameter("documents", plan.documents);
    findings.parameter("members_per_document", plan.writers);
    findings.parameter("edits_each", EDITS);
    findings.figure("connected_seconds", connected.as_secs_f64());
    match converged {
        Ok(took) => findings.figure("converged_seconds", took.as_secs_f64()),
        Err(_) => findings.absent("converged_seconds", "not everybody got everything"),
    }
    match told {
        Ok(took) => findings.figure("told_seconds", took.as_secs_f64()),
        Err(_) => findings.absent(
            "told_seconds",
            "authors are not told of what they bring along",
        ),
    }
    let cpu = after.cpu.saturating_sub(before.cpu);
    findings.figure("server_cpu_seconds", cpu.as_secs_f64());
    findings.figure("peak_mib", mib(after.peak));
    findings.problems = ledger.lost();
    Ok(findings)
}

/// One author's edits, numbered as the schedule has them.
fn outbox(spoken: Spoken, doc: &str, writer: usize) -> Outbox {
    let mut author = Author::new(writer);
    let numbers: Vec<u32> = (writer * EDITS..(writer + 1) * EDITS)
        .map(|number| number as u32)
        .collect();
    let edits: Vec<(u32, Vec<u8>)> = numbers
        .iter()
        .map(|number| (*number, author.edit(*number)))
        .collect();
    Outbox {
        messages: spoken.dialect().outbox(doc, &edits, &author.whole()),
        numbers,
    }
}
