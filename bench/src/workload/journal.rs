//! Updates that go to disk for a while: how many a second, how many bytes for each of theirs, and does it ever stall?
//!
//! Every document has one writer, so that storing is what is done and not telling. What is written is counted by the
//! system, in whole pages, the log and its checkpoints and snapshots included; the size at the end is that of the files
//! when the server has ended in an orderly way.

use std::path::Path;
use std::slice::from_ref;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::exchanged;
use crate::exchange::{self, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::run::Parameters;

/// Two thousand updates a second, and some compactions of each document.
const MEASURED: Duration = Duration::from_secs(30);

/// Writes for a while, ends the server, and looks at its files.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &mut Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    let Some(stored_after) = spoken.peer.stored_after() else {
        bail!("{} stores nothing", spoken.peer.name());
    };
    let plan = Plan {
        writers: 1,
        rate: 100.0,
        measured: MEASURED,
        ..Plan::usual("journal")
    }
    .with(parameters);
    let outcome = exchange::run(from_ref(server), spoken, &plan).await?;
    tokio::time::sleep(stored_after).await;
    tokio::task::block_in_place(|| server.end())?;

    let mut findings = Findings::default();
    let edits = outcome.edits.max(1) as f64;
    findings.figure("updates_per_second", edits / outcome.wall.as_secs_f64());
    findings.figure("update_bytes", outcome.update_bytes as f64 / edits);
    let amplification = outcome.written as f64 / outcome.update_bytes.max(1) as f64;
    findings.figure("written_per_update_byte", amplification);
    findings.figure("written_per_edit", outcome.written as f64 / edits);
    findings.figure(
        "cpu_us_per_edit",
        outcome.server_cpu.as_secs_f64() * 1e6 / edits,
    );
    if spoken.peer.acknowledges() {
        findings.figure(
            "longest_silence_ms",
            outcome.longest_silence.as_secs_f64() * 1000.0,
        );
    } else {
        findings.absent("longest_silence_ms", "it acknowledges nothing");
    }
    // The files hold the warm-up too.
    let seconds = (plan.warmup + plan.measured).as_secs_f64();
    let all = edits * seconds / plan.measured.as_secs_f64().max(f64::EPSILON);
    findings.figure("disk_bytes_per_edit", size(&server.folder())? as f64 / all);
    exchanged(&mut findings, &plan, outcome, spoken);
    Ok(findings)
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let entry = entry.with_context(|| format!("list {}", folder.display()))?;
        let about = entry.metadata().context("look at a file")?;
        bytes += if about.is_dir() {
            size(&entry.path())?
        } else {
            about.len()
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_below_a_folder_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("one"), "123").unwrap();
        std::fs::write(folder.path().join("deep/two"), "12345").unwrap();
        assert_eq!(size(folder.path()).unwrap(), 8);
    }
}
