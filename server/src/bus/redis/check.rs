//! What an operator is told about Redis before the bus uses it: `consilium doctor` prints these facts.
//!
//! Every server that serves slots is asked, with the sign-on that the bus would use and on names that the bus could
//! use. Nothing is left behind but a key that is gone after a second.

use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{FromRedisValue, RedisError, Value, cmd};
use uuid::Uuid;

use super::address::RedisAddress;
use super::connection::{self, said};
use super::lookout;
use super::names::CHECK_PREFIX;
use super::slot::slot_of;
use super::topology::{Server, Topology};

/// How many round trips the latency is the median of.
const PINGS: usize = 9;

/// What is known about the Redis behind an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisFacts {
    /// Whether it is a cluster.
    pub is_cluster: bool,
    /// Slots of the cluster that nobody serves; documents there would not be heard.
    pub orphaned_slots: usize,
    /// Every server that serves slots.
    pub servers: Vec<ServerFacts>,
}

/// What is known about one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// Where it listens.
    pub server: String,
    /// What it says, or why it says nothing.
    pub answer: Result<ServerAnswer, String>,
}

/// What one server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAnswer {
    /// Its version.
    pub version: String,
    /// The median round trip.
    pub latency: Duration,
    /// How much it keeps for a subscriber that reads slowly; none when it may not be asked, as with most that are
    /// managed by somebody.
    pub output_buffer: Option<OutputBuffer>,
    /// What the bus needs and may not do, each with what the server says.
    pub refused: Vec<(&'static str, String)>,
}

/// How much a server keeps for a subscriber before it closes the connection (`client-output-buffer-limit pubsub`). 0
/// is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputBuffer {
    /// At once.
    pub hard_bytes: u64,
    /// For longer than `soft_for`.
    pub soft_bytes: u64,
    /// How long.
    pub soft_for: Duration,
}

/// Asks every server.
///
/// # Errors
/// A sentence for the operator when nobody can be asked who there is.
///
/// Cancel safety: nothing changes.
pub async fn check(address: &RedisAddress) -> Result<RedisFacts, String> {
    let found = lookout::find(address, address.servers().to_vec())
        .await
        .map_err(|error| error.to_string())?;
    let mut servers = Vec::new();
    for (place, server) in found.topology.servers().iter().enumerate() {
        servers.push(ServerFacts {
            server: server.to_string(),
            answer: ask(address, server, &probe_name(&found.topology, place)).await,
        });
    }
    Ok(RedisFacts {
        is_cluster: found.is_cluster,
        orphaned_slots: found.topology.orphans(),
        servers,
    })
}

/// A name of ours that this server serves.
fn probe_name(topology: &Topology, place: usize) -> String {
    let probe = Uuid::now_v7();
    (0..)
        .map(|number: u32| format!("{CHECK_PREFIX}{probe}:{number}"))
        .find(|name| {
            let owner = topology.owners()[usize::from(slot_of(name.as_bytes()))];
            owner.is_some_and(|owner| usize::from(owner) == place)
        })
        .unwrap_or_default()
}

async fn ask(address: &RedisAddress, server: &Server, name: &str) -> Result<ServerAnswer, String> {
    let (mut connection, greeting) = connection::open(address, server, |_| {})
        .await
        .map_err(|error| error.to_string())?;
    let mut refused = Vec::new();
    let needed: [(&'static str, redis::Cmd); 6] = [
        ("PING", cmd("PING")),
        (
            "SET",
            cmd("SET").arg(name).arg(1).arg("PX").arg(1_000).to_owned(),
        ),
        ("PTTL", cmd("PTTL").arg(name).to_owned()),
        ("SSUBSCRIBE", cmd("SSUBSCRIBE").arg(name).to_owned()),
        (
            "SPUBLISH",
            cmd("SPUBLISH").arg(name).arg("check").to_owned(),
        ),
        ("SUNSUBSCRIBE", cmd("SUNSUBSCRIBE").arg(name).to_owned()),
    ];
    for (what, request) in needed {
        match request.query_async::<Value>(&mut connection).await {
            Ok(_) => {}
            // The server has answered; what it says is for the operator.
            Err(error) if error.code().is_some() => refused.push((what, said(&error))),
            Err(error) => return Err(format!("{server}: {}", said(&error))),
        }
    }
    let latency = latency(&mut connection)
        .await
        .map_err(|error| format!("{server}: {}", said(&error)))?;
    Ok(ServerAnswer {
        version: greeting.version,
        latency,
        output_buffer: output_buffer(&mut connection).await,
        refused,
    })
}

async fn latency(connection: &mut MultiplexedConnection) -> Result<Duration, RedisError> {
    let mut round_trips = Vec::new();
    for _ in 0..PINGS {
        let asked = Instant::now();
        match connection::ping(connection).await {
            Ok(()) => {}
            // A refusal is an answer too.
            Err(error) if error.code().is_some() => {}
            Err(error) => return Err(error),
        }
        round_trips.push(asked.elapsed());
    }
    round_trips.sort();
    Ok(round_trips[PINGS / 2])
}

async fn output_buffer(connection: &mut MultiplexedConnection) -> Option<OutputBuffer> {
    let mut request = cmd("CONFIG");
    request.arg("GET").arg("client-output-buffer-limit");
    let answer: Value = request.query_async(connection).await.ok()?;
    let pairs: Vec<(String, String)> = Vec::from_redis_value(answer).ok()?;
    pairs
        .iter()
        .find_map(|(_, value)| parse_output_buffer(value))
}

/// Reads `normal 0 0 0 slave … pubsub HARD SOFT SECONDS`.
fn parse_output_buffer(text: &str) -> Option<OutputBuffer> {
    let mut words = text.split_whitespace().skip_while(|word| *word != "pubsub");
    words.next()?;
    let mut number = || words.next()?.parse().ok();
    Some(OutputBuffer {
        hard_bytes: number()?,
        soft_bytes: number()?,
        soft_for: Duration::from_secs(number()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_for_subscribers_is_found_among_the_others() {
        let found = parse_output_buffer(
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
        );
        assert_eq!(
            found,
            Some(OutputBuffer {
                hard_bytes: 33_554_432,
                soft_bytes: 8_388_608,
                soft_for: Duration::from_secs(60),
            })
        );
        for other in ["", "pubsub", "pubsub 1 2", "normal 0 0 0", "pubsub a b c"] {
            assert_eq!(parse_output_buffer(other), None, "{other}");
        }
    }

    #[test]
    fn every_server_is_probed_on_a_name_that_it_serves() {
        let asked = Server {
            host: "a".to_owned(),
            port: 1,
        };
        let name = probe_name(&Topology::single(asked), 0);
        assert!(
            name.starts_with(CHECK_PREFIX) && name.ends_with(":0"),
            "{name}"
        );
    }
}
