//! An exchange: members of documents write on schedule, everybody's deliveries are counted and timed.
//!
//! The engine under most workloads. [`gather`] connects the members, [`pacer`] sends on schedule from a thread of its
//! own, [`member`] counts what each hears, [`cursors`] are what moves beside the text, [`ledger`] is what they share,
//! with the longest [`silence`]. The cost of the servers is read from outside for the measured part only: from the end
//! of the warm-up until the last delivery.

mod cursors;
pub(crate) mod gather;
mod ledger;
mod member;
mod pacer;
mod silence;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;

use crate::histogram::Latencies;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;
use crate::schedule;
use crate::updates::Author;
use crate::websocket::connection::Connection;
use crate::websocket::frame::{self, End, Kind};
use cursors::Cursors;
use gather::{Gathering, Seat};
pub(crate) use ledger::Ledger;
use pacer::Send;

/// How long what is missing may still come.
const DRAIN: Duration = Duration::from_secs(10);

/// How long acknowledgements may still come when every delivery has.
const ACKNOWLEDGEMENT_DRAIN: Duration = Duration::from_secs(5);

/// Whose cursors move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movers {
    /// Everybody's who only reads.
    Readers,
    /// Everybody's who writes; the others say who they are and renew that, as an editor that is only looked at does.
    Writers,
}

impl Movers {
    /// Whether the cursor of this seat moves.
    fn has(self, seat: &Seat) -> bool {
        seat.writer.is_some() == (self == Self::Writers)
    }
}

/// Documents and who is in them.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// What the names of the documents begin with: another exchange on the same server needs others.
    pub(crate) name: String,
    /// How many documents.
    pub(crate) documents: usize,
    /// Members who write, in each.
    pub(crate) writers: usize,
    /// Members who only read, in each.
    pub(crate) readers: usize,
    /// Edits a second of each writer.
    pub(crate) rate: f64,
    /// Moves a second of each cursor that moves; 0 where nobody moves.
    pub(crate) cursor_rate: f64,
    /// Whose cursors move.
    pub(crate) movers: Movers,
    /// What is sent before anything is measured.
    pub(crate) warmup: Duration,
    /// How long is measured.
    pub(crate) measured: Duration,
    /// Who writes when.
    pub(crate) seed: u64,
}

impl Plan {
    /// What is usual: twenty documents with five people each, who all type; the names of documents begin with this.
    pub(crate) fn usual(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            documents: 20,
            writers: 5,
            readers: 0,
            rate: 5.0,
            cursor_rate: 0.0,
            movers: Movers::Readers,
            warmup: Duration::ZERO,
            measured: Duration::from_secs(20),
            seed: 1,
        }
    }

    /// With what the run asks for in place of what is usual.
    #[must_use]
    pub(crate) fn with(self, parameters: &Parameters) -> Self {
        Self {
            name: self.name,
            documents: parameters.documents.unwrap_or(self.documents),
            writers: parameters.writers.unwrap_or(self.writers),
            readers: parameters.readers.unwrap_or(self.readers),
            rate: parameters.rate.unwrap_or(self.rate),
            cursor_rate: self.cursor_rate,
            movers: self.movers,
            warmup: parameters.warmup(),
            measured: parameters
                .seconds
                .map_or(self.measured, Duration::from_secs),
            seed: parameters.seed,
        }
    }

    /// Without time: nobody writes on schedule.
    #[must_use]
    pub(crate) fn at_one_moment(mut self) -> Self {
        self.warmup = Duration::ZERO;
        self.measured = Duration::ZERO;
        self
    }
}

/// What came of it. All figures are about the measured part.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Edits of the measured part.
    pub(crate) edits: u64,
    /// Those of the warm-up too.
    pub(crate) all_edits: u64,
    /// Bytes of the updates of the measured part, as the CRDT has them.
    pub(crate) update_bytes: u64,
    /// Bytes that the servers had written to disk meanwhile.
    pub(crate) written: u64,
    /// Deliveries that had to arrive.
    pub(crate) expected: u64,
    /// Deliveries that arrived.
    pub(crate) delivered: u64,
    /// From the intended time until another member had it.
    pub(crate) deliveries: Latencies,
    /// From the intended time until the author was told.
    pub(crate) acknowledgements: Latencies,
    /// The longest time in which no author was told of anything.
    pub(crate) longest_silence: Duration,
    /// How old the newest move of a cursor was when it was seen.
    pub(crate) cursors: Latencies,
    /// How late the generator itself sent.
    pub(crate) lateness: Latencies,
    /// From the end of the warm-up until the last delivery.
    pub(crate) wall: Duration,
    /// Of the server.
    pub(crate) server_cpu: Duration,
    /// The system's part of it: sockets, disk, threads that wake each other.
    pub(crate) server_system: Duration,
    /// Of this program.
    pub(crate) generator_cpu: Duration,
    /// Of everything else on the machine.
    pub(crate) other_cpu: Duration,
    /// Of the server, bytes.
    pub(crate) peak: u64,
    /// What went wrong; a run with problems is not valid.
    pub(crate) problems: Vec<String>,
}

/// Costs at one moment.
struct Sample {
    at: Instant,
    server: procfs::Usage,
    written: u64,
    generator: Duration,
    machine: Duration,
}

impl Sample {
    fn take(servers: &[Server]) -> Result<Self> {
        let mut server = procfs::Usage::default();
        let mut written = 0;
        for each in servers {
            server += procfs::usage(each.pid()?)?;
            written += procfs::written(each.pid()?)?;
        }
        Ok(Self {
            at: Instant::now(),
            server,
            written,
            generator: procfs::own_cpu()?,
            machine: procfs::machine_cpu()?,
        })
    }
}

/// Runs an exchange from the first connection to the last delivery. Members go to the servers in turn, and what the
/// servers cost is summed up.
///
/// Cancel safety: yes; connections and tasks end, and the pacing thread ends when a connection is over.
pub(crate) async fn run(servers: &[Server], spoken: Spoken, plan: &Plan) -> Result<Outcome> {
    let docs = documents(plan);
    let seats = seats(plan, &docs);
    let nothing = async |_epoch: Instant| anyhow::Ok(());
    let (outcome, ()) = run_beside(servers, spoken, plan, (&docs, seats), nothing).await?;
    Ok(outcome)
}

/// As [`run`], in documents and with seats that are given, while something else goes on: it begins with the schedule,
/// knows its epoch, and is waited for.
///
/// Cancel safety: as [`run`], and as what goes on beside it.
pub(crate) async fn run_beside<T>(
    servers: &[Server],
    spoken: Spoken,
    plan: &Plan,
    (docs, seats): (&[Arc<str>], Vec<Seat>),
    beside: impl AsyncFnOnce(Instant) -> Result<T>,
) -> Result<(Outcome, T)> {
    let ledger = Arc::new(Ledger::new(plan, spoken));
    let frames = frames(&ledger, docs, plan);
    let gathering = Gathering::of(servers, spoken, &ledger, seats).await?;

    let epoch = ledger.begin();
    let pacer = begin(&ledger, &gathering, frames);
    let measured = measure(servers, spoken, plan, &ledger, (epoch, pacer));
    let both = tokio::try_join!(measured, beside(epoch));
    drop(gathering);
    both
}

/// Waits for the measured part, and looks at the servers before and after it.
async fn measure(
    servers: &[Server],
    spoken: Spoken,
    plan: &Plan,
    ledger: &Ledger,
    (epoch, pacer): (Instant, JoinHandle<Latencies>),
) -> Result<Outcome> {
    tokio::time::sleep_until((epoch + plan.warmup).into()).await;
    for server in servers {
        procfs::reset_peak(server.pid()?)?;
    }
    let before = Sample::take(servers)?;
    tokio::time::sleep_until((epoch + plan.warmup + plan.measured).into()).await;
    let lateness = sent(pacer).await?;
    // What is missing afterwards is counted; waiting in vain is no error of its own.
    let _ = tokio::time::timeout(DRAIN, ledger.all_delivered()).await;
    let after = Sample::take(servers)?;
    if spoken.peer.acknowledges() {
        let _ = tokio::time::timeout(ACKNOWLEDGEMENT_DRAIN, ledger.all_acknowledged()).await;
    }

    let server_cpu = after.server.cpu.saturating_sub(before.server.cpu);
    let generator_cpu = after.generator.saturating_sub(before.generator);
    let machine_cpu = after.machine.saturating_sub(before.machine);
    Ok(Outcome {
        edits: ledger.measured_edits(),
        all_edits: ledger.edits().len() as u64,
        update_bytes: updates(ledger, plan)
            .filter(|(edit, _)| edit.at >= plan.warmup)
            .map(|(_, update)| update.len() as u64)
            .sum(),
        written: after.written.saturating_sub(before.written),
        expected: ledger.expected(),
        delivered: ledger.delivered(),
        deliveries: ledger.deliveries(),
        acknowledgements: ledger.acknowledgements(),
        longest_silence: ledger.longest_silence(),
        cursors: ledger.cursors().map_or_else(Latencies::new, Cursors::seen),
        lateness,
        wall: after.at - before.at,
        server_cpu,
        server_system: after.server.system.saturating_sub(before.server.system),
        generator_cpu,
        other_cpu: machine_cpu.saturating_sub(server_cpu + generator_cpu),
        peak: after.server.peak,
        problems: ledger.problems(),
    })
}

/// The names of a plan's documents.
pub(crate) fn documents(plan: &Plan) -> Vec<Arc<str>> {
    (0..plan.documents)
        .map(|doc| format!("{}-{doc}", plan.name).into())
        .collect()
}

/// Who sits where: in each document the writers, then the readers.
pub(crate) fn seats(plan: &Plan, docs: &[Arc<str>]) -> Vec<Seat> {
    let members = plan.writers + plan.readers;
    docs.iter()
        .enumerate()
        .flat_map(|(doc, name)| {
            (0..members).map(move |place| Seat {
                doc,
                name: Arc::clone(name),
                writer: (place < plan.writers).then_some(doc * plan.writers + place),
                token: Arc::default(),
            })
        })
        .collect()
}

/// Begins to send on schedule, moves of cursors too; the thread gives how late it was.
pub(crate) fn begin(
    ledger: &Arc<Ledger>,
    gathering: &Gathering,
    frames: Vec<Bytes>,
) -> JoinHandle<Latencies> {
    let writers: Vec<Arc<Connection>> = gathering
        .members()
        .filter(|(seat, _)| seat.writer.is_some())
        .map(|(_, connection)| Arc::clone(connection))
        .collect();
    let mut sends: Vec<Send> = ledger
        .edits()
        .iter()
        .zip(frames)
        .map(|(edit, frame)| Send {
            at: edit.at,
            connection: Arc::clone(&writers[edit.writer]),
            frame,
        })
        .collect();
    if let Some(cursors) = ledger.cursors() {
        let of = |moves: bool| -> (Vec<Seat>, Vec<Arc<Connection>>) {
            let members = gathering.members();
            members
                .filter(|(seat, _)| cursors.is_of(seat) == moves)
                .map(|(seat, connection)| (seat.clone(), Arc::clone(connection)))
                .unzip()
        };
        let mut send =
            |planned: &[schedule::Planned], by: &[Arc<Connection>], frames: Vec<Bytes>| {
                sends.extend(planned.iter().zip(frames).map(|(planned, frame)| Send {
                    at: planned.at,
                    connection: Arc::clone(&by[planned.writer]),
                    frame,
                }));
            };
        let (seats, movers) = of(true);
        let frames = cursors.frames(ledger.spoken(), &seats);
        send(cursors.moves(), &movers, frames);
        let (seats, others) = of(false);
        let frames = cursors.word_frames(ledger.spoken(), &seats);
        send(cursors.words(), &others, frames);
    }
    pacer::start(Arc::clone(ledger), sends, ledger.begin())
}

/// Waits until everything was sent; gives how late that was.
///
/// Cancel safety: yes; the thread goes on until a connection is over.
pub(crate) async fn sent(pacer: JoinHandle<Latencies>) -> Result<Latencies> {
    tokio::task::spawn_blocking(move || pacer.join())
        .await
        .context("wait for the pacing thread")?
        .map_err(|_| anyhow::anyhow!("the pacing thread panicked"))
}

/// Every edit as the frame that is sent, made before anything begins.
pub(crate) fn frames(ledger: &Ledger, docs: &[Arc<str>], plan: &Plan) -> Vec<Bytes> {
    let dialect = ledger.spoken().dialect();
    updates(ledger, plan)
        .map(|(edit, update)| {
            let message = dialect.edit(&docs[edit.doc], edit.number, &update);
            frame::encode(End::Client, Kind::Binary, &message).into()
        })
        .collect()
}

/// Every edit with its update.
fn updates(ledger: &Ledger, plan: &Plan) -> impl Iterator<Item = (ledger::Edit, Vec<u8>)> {
    let mut authors: Vec<Author> = (0..plan.documents * plan.writers)
        .map(Author::new)
        .collect();
    ledger.edits().iter().map(move |edit| {
        let update = authors[edit.writer].edit(edit.number);
        (*edit, update)
    })
}

/// The schedule of all writers of a plan.
fn scheduled(plan: &Plan) -> Vec<schedule::Planned> {
    schedule::steady(
        plan.documents * plan.writers,
        plan.rate,
        plan.warmup + plan.measured,
        plan.seed,
    )
}
