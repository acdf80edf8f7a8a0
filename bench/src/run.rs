//! One run: a server is started, loaded with one workload, ended, and told of in one line.
//!
//! Bounded in time whatever happens; an error ends the server too.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::dialect::DialectName;
use crate::line::{Findings, Line};
use crate::machine::Machine;
use crate::peer::PeerName;
use crate::peer::Spoken;
use crate::workload::WorkloadName;

/// What to run. What is not given has the workload's own default.
#[derive(Debug, Clone, Args)]
pub(crate) struct Parameters {
    /// What is measured.
    #[arg(long)]
    pub(crate) workload: WorkloadName,
    /// Of whom.
    #[arg(long)]
    pub(crate) peer: PeerName,
    /// In which protocol; the peer's own unless given.
    #[arg(long)]
    pub(crate) dialect: Option<DialectName>,
    /// Documents.
    #[arg(long)]
    pub(crate) documents: Option<usize>,
    /// Writers in each document.
    #[arg(long)]
    pub(crate) writers: Option<usize>,
    /// Readers in each document.
    #[arg(long)]
    pub(crate) readers: Option<usize>,
    /// Connections in all, for `idle`.
    #[arg(long)]
    pub(crate) connections: Option<usize>,
    /// How often the document is opened, for `open`.
    #[arg(long)]
    pub(crate) opens: Option<usize>,
    /// Edits of the document, for `open`; a recorded one has its own.
    #[arg(long)]
    pub(crate) edits: Option<usize>,
    /// Edits a second of each writer.
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// Seconds that are measured.
    #[arg(long)]
    pub(crate) seconds: Option<u64>,
    /// Seconds before.
    #[arg(long, default_value_t = 3)]
    pub(crate) warmup_seconds: u64,
    /// Who writes when.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads of the generator that receive; another one sends.
    #[arg(long, default_value_t = 1)]
    pub(crate) generator_threads: usize,
    /// Seconds after which the run is given up.
    #[arg(long, default_value_t = 300)]
    pub(crate) deadline_seconds: u64,
}

impl Parameters {
    pub(crate) fn warmup(&self) -> Duration {
        Duration::from_secs(self.warmup_seconds)
    }
}

/// Does one run.
pub(crate) fn run(parameters: &Parameters) -> Result<Line> {
    let peer = parameters.peer.peer();
    let dialect = parameters
        .dialect
        .or_else(|| peer.dialects().first().copied());
    let dialect = dialect.context("a peer that speaks something")?;
    ensure!(
        peer.dialects().contains(&dialect),
        "{} does not speak {}",
        peer.name(),
        dialect.name()
    );
    raise_file_limit()?;
    let machine = Machine::now();
    let begun = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("a clock after 1970")?
        .as_secs();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(parameters.generator_threads)
        .enable_all()
        .build()
        .context("start the runtime")?;
    // Before there is a server that could be left behind.
    let mut signals = {
        let _runtime = runtime.enter();
        Signals::listen()?
    };
    let spoken = Spoken { peer, dialect };
    let found: Result<Findings> = runtime.block_on(async {
        let deadline = Duration::from_secs(parameters.deadline_seconds);
        let work = parameters.workload.run(spoken, parameters);
        tokio::select! {
            found = tokio::time::timeout(deadline, work) => found.context("the run took too long")?,
            signal = signals.any() => bail!("ended by {signal}"),
        }
    });
    // A run that failed is told too, or it would look as if it had never been tried.
    let found = found.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        Findings {
            problems: vec![format!("failed: {error:#}")],
            ..Findings::default()
        }
    });
    Ok(Line {
        workload: parameters.workload.name().to_owned(),
        peer: peer.name().to_owned(),
        dialect: dialect.name().to_owned(),
        parameters: found.parameters,
        settings: found.settings.unwrap_or_else(|| peer.settings().to_owned()),
        durability: found
            .durability
            .unwrap_or_else(|| peer.durability().to_owned()),
        version: peer.version()?,
        bench_version: env!("CARGO_PKG_VERSION").to_owned(),
        machine,
        begun,
        valid: found.problems.is_empty(),
        problems: found.problems,
        figures: found.figures,
        reasons: found.reasons,
    })
}

/// Signals that would end this program and leave its server behind.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on they are waited for; inside of a runtime only.
    fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("listen for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Waits for one, also if it came before; gives its name.
    ///
    /// Cancel safety: yes.
    async fn any(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Every connection takes a file descriptor, here and in the servers that inherit the limit.
fn raise_file_limit() -> Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).context("raise the limit of open files")
}
