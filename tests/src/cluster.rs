//! Several real servers as one: over one PostgreSQL database and one Redis, each with a line and a user of its own to Redis.
//!
//! What the parts are and how they fail is in [`crate::postgres_process`], [`crate::redis_process`],
//! [`crate::server_process`] and [`crate::proxy`]; here they are put together.

use std::net::{Ipv4Addr, SocketAddr};

use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, Transact, Update};

use crate::client::{Client, ClientOptions, Dialect, TEXT_ROOT};
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
        let users = (0..nodes).map(|node| format!("user node{node} on >node{node} ~* &* +@all"));
        let redis = RedisProcess::start(
            users.fold(RedisOptions::plain(), |options, user| options.line(&user)),
        );
        let bus = SocketAddr::from((Ipv4Addr::LOCALHOST, redis.port()));
        let mut lines = Vec::new();
        let mut servers = Vec::new();
        for node in 0..nodes {
            let line = Proxy::to(bus).await;
            let mut options = door
                .clone()
                .arg("--database-url")
                .arg(&database)
                .arg("--redis-url")
                .arg(&format!("redis://node{node}:node{node}@{}", line.address()));
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

    /// Changes what one node may do on the bus, from now on, as an operator would: `-spublish`, `+spublish`.
    ///
    /// # Panics
    /// When Redis does not answer.
    pub fn change_rights(&self, node: usize, right: &str) {
        redis::cmd("ACL")
            .arg(&["SETUSER", &format!("node{node}"), right])
            .exec(&mut self.redis.admin())
            .expect("change the rights of a node");
    }

    /// The document as a request to one node is given it.
    ///
    /// # Panics
    /// When the node gives no document.
    pub async fn read_by_request(&self, node: usize, doc: &str) -> String {
        let url = self.nodes[node].url(&format!("/api/v1/docs/{doc}/update"));
        let answer = reqwest::get(&url).await.expect("ask for a document");
        assert_eq!(answer.status(), 200, "{url}");
        let update = answer.bytes().await.expect("read the document");
        let replica = Doc::new();
        let text = replica.get_or_insert_text(TEXT_ROOT);
        let update = Update::decode_v1(&update).expect("an update");
        let mut transaction = replica.transact_mut();
        transaction.apply_update(update).expect("apply the update");
        text.get_string(&transaction)
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
