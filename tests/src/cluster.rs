//! Several real servers as one: over one PostgreSQL database and one Redis, each with a line of its own to Redis.
//!
//! What the parts are and how they fail is in [`crate::postgres_process`], [`crate::redis_process`],
//! [`crate::server_process`] and [`crate::proxy`]; here they are put together.

use std::net::{Ipv4Addr, SocketAddr};

use crate::client::{Client, ClientOptions, Dialect};
use crate::postgres_process::PostgresProcess;
use crate::proxy::Proxy;
use crate::redis_process::{RedisOptions, RedisProcess};
use crate::server_process::{ServerOptions, ServerProcess};

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    /// The servers.
    pub nodes: Vec<ServerProcess>,
    /// The line from each server to Redis.
    pub lines: Vec<Proxy>,
    /// The bus.
    pub redis: RedisProcess,
    /// The store; of this cluster alone, so that it may be killed.
    pub postgres: PostgresProcess,
    /// Where the store is, for commands of the operator.
    pub database: String,
}

impl Cluster {
    /// Starts everything; each server gets `arguments` besides its own.
    ///
    /// # Panics
    /// When something does not start.
    pub async fn start(nodes: usize, arguments: &[&str]) -> Self {
        Self::start_behind(&ServerOptions::open(), nodes, arguments).await
    }

    /// As [`Cluster::start`], with another door.
    ///
    /// # Panics
    /// When something does not start.
    pub async fn start_behind(door: &ServerOptions, nodes: usize, arguments: &[&str]) -> Self {
        let postgres = PostgresProcess::start_hasty();
        let database = postgres.new_database().await;
        let redis = RedisProcess::start(RedisOptions::plain());
        let bus = SocketAddr::from((Ipv4Addr::LOCALHOST, redis.port()));
        let mut lines = Vec::new();
        let mut servers = Vec::new();
        for _ in 0..nodes {
            let line = Proxy::to(bus).await;
            let mut options = door
                .clone()
                .arg("--database-url")
                .arg(&database)
                .arg("--redis-url")
                .arg(&format!("redis://{}", line.address()));
            for argument in arguments {
                options = options.arg(argument);
            }
            servers.push(ServerProcess::start(options));
            lines.push(line);
        }
        Self {
            nodes: servers,
            lines,
            redis,
            postgres,
            database,
        }
    }

    /// A client that prefers one node and goes to the others when it is away.
    #[must_use]
    pub fn client(&self, node: usize, doc: &str, dialect: Dialect) -> ClientOptions {
        let count = self.nodes.len();
        let others = (1..count).map(|step| self.nodes[(node + step) % count].address());
        ClientOptions::new(self.nodes[node].address(), doc, dialect).or_else(others)
    }

    /// The document as a newcomer on one node reads it.
    pub async fn read_afresh(&self, node: usize, doc: &str) -> String {
        let address = self.nodes[node].address();
        Client::synced(ClientOptions::new(address, doc, Dialect::Extended))
            .await
            .text()
    }

    /// The sum of a figure over all nodes.
    pub async fn figure(&self, name: &str) -> f64 {
        let mut sum = 0.0;
        for node in &self.nodes {
            sum += node.figure(name).await;
        }
        sum
    }
}
