//! What is measured: one file a workload. Each takes a running server (or starts several), does its one thing, and says
//! what it found. Who is there and who writes is a [`Plan`]: what is usual, but for what the workload says, but for what
//! the command line says.

pub(crate) mod crash;
pub(crate) mod edit;
pub(crate) mod fanout;
pub(crate) mod idle;
pub(crate) mod journal;
pub(crate) mod meeting;
pub(crate) mod open;
pub(crate) mod rooms;
pub(crate) mod session;
pub(crate) mod storm;
pub(crate) mod two_nodes;

use std::slice::from_ref;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;

use crate::exchange::{self, Outcome, Plan};
use crate::line::Findings;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;

/// How often a server is looked at until it is quiet.
const QUIET_LOOK: Duration = Duration::from_secs(1);

/// What a quiet server may use between two looks: two ticks.
const QUIET_CPU: Duration = Duration::from_millis(20);

/// A server that is not quiet by then is busy by itself.
const QUIET_TIMEOUT: Duration = Duration::from_secs(20);

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorkloadName {
    /// Many documents, a few writers each.
    Edit,
    /// The rate at which latencies break down.
    Saturation,
    /// One writer, many readers.
    Fanout,
    /// One writer, hundreds of readers whose cursors move.
    Meeting,
    /// A meeting of a community: hundreds look on, some write, with hands, an agenda and a poll.
    Session,
    /// Very many members who do nothing.
    Idle,
    /// One large document, opened again and again.
    Open,
    /// Everybody comes back at once, with edits.
    Storm,
    /// The server is killed while people type.
    Crash,
    /// Very many documents, opened and left.
    Rooms,
    /// Updates that go to disk for a while.
    Journal,
    /// Writing together across two nodes.
    TwoNodes,
}

impl WorkloadName {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Saturation => "saturation",
            Self::Fanout => "fanout",
            Self::Meeting => "meeting",
            Self::Session => "session",
            Self::Idle => "idle",
            Self::Open => "open",
            Self::Storm => "storm",
            Self::Crash => "crash",
            Self::Rooms => "rooms",
            Self::Journal => "journal",
            Self::TwoNodes => "two-nodes",
        }
    }

    /// Starts what is measured, and runs it once.
    ///
    /// Cancel safety: yes; nothing goes on, and every server ends.
    pub(crate) async fn run(self, spoken: Spoken, parameters: &Parameters) -> Result<Findings> {
        match self {
            Self::TwoNodes => return two_nodes::run(spoken, parameters).await,
            Self::Session => return session::run(spoken, parameters).await,
            _ => {}
        }
        let mut server = tokio::task::block_in_place(|| Server::start(spoken.peer))?;
        self.run_on(&mut server, spoken, parameters)
            .await
            .inspect_err(|_| eprintln!("{}", server.log_tail()))
    }

    async fn run_on(
        self,
        server: &mut Server,
        spoken: Spoken,
        parameters: &Parameters,
    ) -> Result<Findings> {
        match self {
            Self::Edit => edit::run(server, spoken, parameters).await,
            Self::Saturation => edit::saturate(server, spoken, parameters).await,
            Self::Fanout => fanout::run(server, spoken, parameters).await,
            Self::Meeting => meeting::run(server, spoken, parameters).await,
            Self::Idle => idle::run(server, spoken, parameters).await,
            Self::Open => open::run(server, spoken, parameters).await,
            Self::Storm => storm::run(server, spoken, parameters).await,
            Self::Crash => crash::run(server, spoken, parameters).await,
            Self::Rooms => rooms::run(server, spoken, parameters).await,
            Self::Journal => journal::run(server, spoken, parameters).await,
            Self::TwoNodes => two_nodes::run(spoken, parameters).await,
            Self::Session => session::run(spoken, parameters).await,
        }
    }
}

/// An exchange on one server, as figures.
async fn measured(server: &Server, spoken: Spoken, plan: &Plan) -> Result<Findings> {
    let outcome = exchange::run(from_ref(server), spoken, plan).await?;
    let mut findings = Findings::default();
    exchanged(&mut findings, plan, outcome, spoken);
    Ok(findings)
}

/// The figures of an exchange.
fn exchanged(findings: &mut Findings, plan: &Plan, outcome: Outcome, spoken: Spoken) {
    findings.parameter("documents", plan.documents);
    findings.parameter("writers", plan.writers);
    findings.parameter("readers", plan.readers);
    findings.parameter("edits_per_second_per_writer", plan.rate);
    findings.parameter("warmup_seconds", plan.warmup.as_secs_f64());
    findings.parameter("seconds", plan.measured.as_secs_f64());
    findings.parameter("seed", plan.seed);
    findings.figure("expected", outcome.expected as f64);
    findings.figure("delivered", outcome.delivered as f64);
    let seconds = |duration: Duration| duration.as_secs_f64();
    let wall = seconds(outcome.wall);
    findings.figure("deliveries_per_second", outcome.delivered as f64 / wall);
    findings.figure("server_cpu_seconds", seconds(outcome.server_cpu));
    findings.figure("server_system_seconds", seconds(outcome.server_system));
    findings.figure("server_cores", seconds(outcome.server_cpu) / wall);
    if outcome.server_cpu.is_zero() {
        findings.absent(
            "deliveries_per_cpu_second",
            "the server's processor time was below one tick",
        );
    } else {
        let per_cpu_second = outcome.delivered as f64 / seconds(outcome.server_cpu);
        findings.figure("deliveries_per_cpu_second", per_cpu_second);
    }
    findings.figure("peak_mib", mib(outcome.peak));
    findings.figure("generator_cores", seconds(outcome.generator_cpu) / wall);
    findings.figure("other_cores", seconds(outcome.other_cpu) / wall);
    findings.latencies(
        "latency",
        outcome.deliveries.quantiles(),
        "nothing was delivered",
    );
    let silent = if spoken.peer.acknowledges() {
        "nothing was acknowledged"
    } else {
        "it acknowledges nothing"
    };
    findings.latencies("acknowledged", outcome.acknowledgements.quantiles(), silent);
    findings.latencies(
        "send_lateness",
        outcome.lateness.quantiles(),
        "nothing was sent",
    );
    findings.problems.extend(outcome.problems);
}

/// Waits until the server does next to nothing: what a connect or a start cost must not count as what follows.
///
/// Cancel safety: yes.
async fn until_quiet(server: &Server) -> Result<()> {
    let pid = server.pid()?;
    let begun = Instant::now();
    let mut before = procfs::usage(pid)?.cpu;
    while begun.elapsed() < QUIET_TIMEOUT {
        tokio::time::sleep(QUIET_LOOK).await;
        let now = procfs::usage(pid)?.cpu;
        if now.saturating_sub(before) <= QUIET_CPU {
            return Ok(());
        }
        before = now;
    }
    // It is busy by itself; then that is what it costs.
    Ok(())
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
