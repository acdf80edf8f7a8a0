//! Opening a large document: warm, many at once, and cold after a restart.
//!
//! An open is over when the whole document has come, seen by the marker at its end, or by a transfer that is complete;
//! an answer that is empty at first does not count. The cost of a connection is part of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use super::{mib, until_quiet};
use crate::dialect::{Heard, NOTHING_NEW};
use crate::histogram::Latencies;
use crate::large_document::{self, LargeDocument};
use crate::line::Findings;
use crate::marker::MarkerFinder;
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::procfs;
use crate::run::Parameters;
use crate::websocket::connection::{Connection, Go, Inbox};

/// Copies of the document: more opens after one restart make the cost of one exact.
const DOCUMENTS: usize = 10;

/// Opens of one document after the other, all copies in turn.
const OPENS: usize = 200;

/// Opens at the same time, of one copy.
const AT_ONCE: usize = 50;

/// How long one open may take.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a server may take to say that it has the document; some never do.
const LOAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Stores the document, then opens it in each way.
///
/// Cancel safety: yes.
pub(crate) async fn run(
    server: &mut Server,
    spoken: Spoken,
    parameters: &Parameters,
) -> Result<Findings> {
    if spoken.peer.stored_after().is_none() {
        bail!(
            "{} keeps no documents, so none can be opened",
            spoken.peer.name()
        );
    }
    let address = server.address();
    let document =
        tokio::task::block_in_place(|| large_document::make(parameters.seed, parameters.edits))?;
    let names: Vec<Arc<str>> = (0..parameters.documents.unwrap_or(DOCUMENTS))
        .map(|number| format!("open-{number}").into())
        .collect();
    let docs: Vec<String> = names.iter().map(ToString::to_string).collect();
    tokio::task::block_in_place(|| spoken.peer.make_documents(address, &docs))?;
    // The writers stay, so the document stays in memory.
    let mut writers = JoinSet::new();
    for name in &names {
        store(address, spoken, name, &document, &mut writers)
            .await
            .with_context(|| format!("store {name}"))?;
    }
    for name in &names {
        open(address, spoken, Arc::clone(name), document.update.len()).await?;
    }

    let opens = parameters.opens.unwrap_or(OPENS);
    until_quiet(server).await?;
    let in_turn = names.iter().cycle().take(opens).cloned();
    let warm = sequential(server, spoken, in_turn, document.update.len()).await?;

    let mut all = JoinSet::new();
    for _ in 0..AT_ONCE {
        all.spawn(open(
            address,
            spoken,
            Arc::clone(&names[0]),
            document.update.len(),
        ));
    }
    let mut at_once = Latencies::new();
    while let Some(opened) = all.join_next().await {
        at_once.record(opened.context("an opener's task")??);
    }
    let resident = procfs::usage(server.pid()?)?.resident;

    writers.shutdown().await;
    tokio::time::sleep(spoken.peer.stored_after().unwrap_or_default()).await;
    tokio::task::block_in_place(|| {
        server.end()?;
        server.start_again()
    })?;
    until_quiet(server).await?;
    let cold = sequential(server, spoken, names.iter().cloned(), document.update.len()).await?;

    let mut findings = Findings::default();
    findings.parameter("documents", names.len());
    findings.parameter("document", document.origin);
    findings.parameter("edits", document.edits);
    findings.parameter("characters", document.characters);
    findings.parameter("document_bytes", document.update.len());
    findings.parameter("opens", opens);
    findings.parameter("opens_at_once", AT_ONCE);
    findings.figure("warm_cpu_ms", warm.cpu_ms);
    findings.latencies("warm", warm.latencies.quantiles(), "nothing was opened");
    findings.latencies("at_once", at_once.quantiles(), "nothing was opened");
    findings.figure("cold_cpu_ms", cold.cpu_ms);
    findings.latencies("cold", cold.latencies.quantiles(), "nothing was opened");
    findings.figure("resident_mib", mib(resident));
    Ok(findings)
}

/// What some opens cost.
struct Opens {
    /// Server, an open.
    cpu_ms: f64,
    latencies: Latencies,
}

async fn sequential(
    server: &Server,
    spoken: Spoken,
    names: impl Iterator<Item = Arc<str>>,
    document_bytes: usize,
) -> Result<Opens> {
    let pid = server.pid()?;
    let before = procfs::usage(pid)?.cpu;
    let mut latencies = Latencies::new();
    for name in names {
        latencies.record(open(server.address(), spoken, name, document_bytes).await?);
    }
    let cpu = procfs::usage(pid)?.cpu.saturating_sub(before);
    Ok(Opens {
        cpu_ms: cpu.as_secs_f64() * 1000.0 / latencies.count() as f64,
        latencies,
    })
}

/// Opens a document once; gives how long it took from the first packet to the last byte.
async fn open(
    address: SocketAddr,
    spoken: Spoken,
    name: Arc<str>,
    document_bytes: usize,
) -> Result<Duration> {
    let work = async {
        let begun = Instant::now();
        let (connection, mut inbox) = greet(address, spoken, &name).await?;
        let finder = MarkerFinder::new();
        let mut received = 0;
        let hear = |message: &[u8], _now| {
            received += message.len();
            if finder
                .numbers(message)
                .any(|number| number == large_document::END)
            {
                return Ok(Go::Stop);
            }
            match spoken.dialect().hear(&name, message) {
                // In pieces, the marker may be cut.
                Heard::State if received >= document_bytes => Ok(Go::Stop),
                Heard::Asks => has_nothing(&connection, spoken, &name).map(|()| Go::On),
                Heard::Wants(answer) => connection.say(&answer).map(|()| Go::On),
                Heard::Refused(reason) => bail!("refused: {reason}"),
                _ => Ok(Go::On),
            }
        };
        connection.listen(&mut inbox, hear).await?;
        anyhow::Ok(begun.elapsed())
    };
    tokio::time::timeout(OPEN_TIMEOUT, work)
        .await
        .with_context(|| format!("{name} does not open"))?
        .with_context(|| format!("open {name}"))
}

async fn greet(address: SocketAddr, spoken: Spoken, name: &str) -> Result<(Connection, Inbox)> {
    let path = spoken.peer.path(spoken.dialect, name);
    let (connection, inbox) = Connection::open(address, &path, 0).await?;
    for message in spoken.dialect().greeting(name, "") {
        connection.say(&message)?;
    }
    Ok((connection, inbox))
}

/// Answers the server's question when there is nothing to bring.
fn has_nothing(connection: &Connection, spoken: Spoken, name: &str) -> Result<()> {
    spoken
        .dialect()
        .outbox(name, &[], NOTHING_NEW)
        .iter()
        .try_for_each(|message| connection.say(message))
}

/// Gives the document to the server and stays.
async fn store(
    address: SocketAddr,
    spoken: Spoken,
    name: &Arc<str>,
    document: &LargeDocument,
    writers: &mut JoinSet<Result<()>>,
) -> Result<()> {
    let (connection, mut inbox) = greet(address, spoken, name).await?;
    let name = Arc::clone(name);
    let update = spoken.dialect().edit(&name, 0, &document.update);
    let (told, acknowledged) = tokio::sync::oneshot::channel();
    writers.spawn(async move {
        let mut told = Some(told);
        let mut sent = false;
        let finder = MarkerFinder::new();
        let hear = |message: &[u8], _now| {
            if finder.numbers(message).next().is_some() {
                // It comes back.
                told.take().map(|told| told.send(()));
                return Ok(Go::On);
            }
            match spoken.dialect().hear(&name, message) {
                Heard::State if !sent => {
                    sent = true;
                    connection.say(&update)?;
                }
                Heard::Asks => has_nothing(&connection, spoken, &name)?,
                Heard::Wants(answer) => connection.say(&answer)?,
                Heard::Acknowledged(_) => {
                    told.take().map(|told| told.send(()));
                }
                Heard::Refused(reason) => bail!("refused: {reason}"),
                Heard::State | Heard::NextAcknowledged | Heard::Other => {}
            }
            Ok(Go::On)
        };
        connection.listen(&mut inbox, hear).await
    });
    // Whether it has it is seen by opening it, so a server that says nothing is no error.
    let _ = tokio::time::timeout(LOAD_TIMEOUT, acknowledged).await;
    Ok(())
}
