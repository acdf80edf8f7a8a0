//! Finds out which servers there are, at start and whenever there is reason to think that it has changed.
//!
//! One server is asked after the other until one answers: those in use first, a different one to begin with each time,
//! because one that is cut off from its cluster would repeat what was. A single Redis is found once; its own
//! connections come back by themselves.

use std::sync::Arc;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, sleep};

use super::address::RedisAddress;
use super::backoff::Backoff;
use super::connection::{self, OpenError, said};
use super::core::Core;
use super::health::Part;
use super::limits::{LOOK_EVERY, LOOK_PAUSE, SLOT_SETTLES};
use super::topology::{Server, Topology};

/// Why it is not known who serves what.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("{server}: {}", said(error))]
    Driver {
        server: Server,
        error: redis::RedisError,
    },
    #[error("{0}: its answer to CLUSTER SLOTS is not understood")]
    Answer(Server),
    #[error("no server is named")]
    Nobody,
    #[error("{0} is not part of a cluster: give one address, or several of one cluster")]
    NoCluster(Server),
}

/// What was found.
pub(super) struct Found {
    pub(super) topology: Topology,
    pub(super) is_cluster: bool,
}

/// Looks until cancelled.
pub(super) async fn run(core: Arc<Core>) {
    let mut backoff = Backoff::default();
    for turn in 0.. {
        match look(&core, turn).await {
            Ok(found) => {
                backoff.reset();
                core.apply(&found.topology);
                match found.topology.orphans() {
                    0 => core.health.works(Part::Topology),
                    orphans => core.health.fails(
                        Part::Topology,
                        &format!("the cluster has {orphans} slots that no server serves"),
                    ),
                }
                sleep(LOOK_PAUSE).await;
                if found.is_cluster {
                    tokio::select! {
                        () = core.look.notified() => {}
                        () = sleep(next_look(&core)) => {}
                    }
                    if core.moves.lock().are_short(Instant::now()) {
                        core.health.works(Part::Slots);
                    }
                } else {
                    // Its own connections tell when it is back; nobody else can take its place.
                    std::future::pending::<()>().await;
                }
            }
            Err(error) => {
                core.health.fails(Part::Topology, &error.to_string());
                sleep(backoff.next(rand::random())).await;
            }
        }
    }
}

/// When to look again, when nothing gives reason to.
fn next_look(core: &Core) -> Duration {
    if core.moves.lock().are_over() {
        LOOK_EVERY
    } else {
        SLOT_SETTLES
    }
}

/// Asks the servers in use and those that were named.
async fn look(core: &Core, turn: usize) -> Result<Found, LookError> {
    let mut servers = core.routes.servers();
    servers.extend(core.address.servers().iter().cloned());
    let first = turn % servers.len();
    servers.rotate_left(first);
    find(&core.address, servers).await
}

/// Asks one server after the other until one answers; the error is that of the last.
pub(super) async fn find(address: &RedisAddress, servers: Vec<Server>) -> Result<Found, LookError> {
    let mut outcome = Err(LookError::Nobody);
    for server in servers {
        outcome = ask(address, server).await;
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

async fn ask(address: &RedisAddress, server: Server) -> Result<Found, LookError> {
    let (mut connection, greeting) = connection::open(address, &server, |_| {}).await?;
    if greeting.is_cluster {
        let answer = cmd("CLUSTER")
            .arg("SLOTS")
            .query_async(&mut connection)
            .await;
        let answer = answer.map_err(|error| LookError::Driver {
            server: server.clone(),
            error,
        })?;
        let topology = Topology::parse(&answer, &server).ok_or(LookError::Answer(server))?;
        return Ok(Found {
            topology,
            is_cluster: true,
        });
    }
    if address.servers().len() > 1 {
        return Err(LookError::NoCluster(server));
    }
    if greeting.is_replica {
        return Err(OpenError::Replica { server }.into());
    }
    Ok(Found {
        topology: Topology::single(server),
        is_cluster: false,
    })
}
