//! Connecting the members and keeping them listening.
//!
//! Every member has greeted the server and has its state before anything else happens. Members connect a few at a time,
//! as people do; a [`Gathering`] that is dropped leaves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Ledger;
pub(crate) use super::member::Outbox;
use super::member::{Deed, Member};
use crate::peer::Spoken;
use crate::peer::process::Server;
use crate::websocket::connection::{Connection, Go, Inbox};

/// Members that connect at the same time.
const AT_ONCE: usize = 64;

/// How long one member may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// More than these is a mistake in the parameters.
const MEMBERS_MAX: usize = 40_000;

/// Where a member sits.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    /// The document's place among all.
    pub(crate) doc: usize,
    /// The document's name.
    pub(crate) name: Arc<str>,
    /// Its place among all writers, if it is one.
    pub(crate) writer: Option<usize>,
    /// What lets it in; empty where anybody may write.
    pub(crate) token: Arc<str>,
}

/// Connected members.
pub(crate) struct Gathering {
    /// In the order of their seats.
    connections: Vec<Arc<Connection>>,
    seats: Vec<Seat>,
    listeners: JoinSet<()>,
}

impl Gathering {
    /// Connects a member for each seat; the servers take them in turn.
    ///
    /// Cancel safety: yes; everybody leaves.
    pub(crate) async fn of(
        servers: &[Server],
        spoken: Spoken,
        ledger: &Arc<Ledger>,
        seats: Vec<Seat>,
    ) -> Result<Self> {
        Self::returning(servers, spoken, ledger, seats, &[], AT_ONCE).await
    }

    /// Connects a member for each seat, `at_once` at a time; each brings the outbox of its place, if there is one.
    ///
    /// Cancel safety: yes; everybody leaves.
    pub(crate) async fn returning(
        servers: &[Server],
        spoken: Spoken,
        ledger: &Arc<Ledger>,
        seats: Vec<Seat>,
        outboxes: &[Outbox],
        at_once: usize,
    ) -> Result<Self> {
        ensure!(
            seats.len() <= MEMBERS_MAX,
            "{} connections are too many",
            seats.len()
        );
        let mut docs: Vec<String> = seats.iter().map(|seat| seat.name.to_string()).collect();
        docs.dedup();
        let addresses: Vec<SocketAddr> = servers.iter().map(Server::address).collect();
        let first = *addresses.first().context("a server to connect to")?;
        tokio::task::block_in_place(|| spoken.peer.make_documents(first, &docs))
            .context("make the documents")?;

        let places = Arc::new(Semaphore::new(at_once));
        let mut arriving = JoinSet::new();
        for (number, seat) in seats.iter().cloned().enumerate() {
            let places = Arc::clone(&places);
            let address = addresses[number % addresses.len()];
            let outbox = outboxes.get(number).cloned();
            let member = Member::new(Arc::clone(ledger), seat, number, outbox);
            arriving.spawn(async move {
                let _place = places.acquire().await.context("a place to connect")?;
                let arrival = arrive(address, spoken, member, number);
                tokio::time::timeout(CONNECT_TIMEOUT, arrival)
                    .await
                    .with_context(|| format!("member {number}: no state in time"))?
                    .with_context(|| format!("member {number}"))
            });
        }
        let mut connections = vec![None; seats.len()];
        let mut listeners = JoinSet::new();
        while let Some(arrived) = arriving.join_next().await {
            let (number, connection, inbox, member) = arrived.context("a member's task")??;
            connections[number] = Some(Arc::clone(&connection));
            listeners.spawn(listen(connection, inbox, member, Arc::clone(ledger)));
        }
        Ok(Self {
            connections: connections.into_iter().flatten().collect(),
            seats,
            listeners,
        })
    }

    /// Waits until every connection is over and all that it brought is counted.
    ///
    /// Cancel safety: yes.
    pub(crate) async fn ended(mut self) {
        while self.listeners.join_next().await.is_some() {}
    }

    /// All connections with their seats, in the order of seats.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&Seat, &Arc<Connection>)> {
        self.seats.iter().zip(&self.connections)
    }
}

type Arrived = (usize, Arc<Connection>, Inbox, Member);

async fn arrive(
    address: SocketAddr,
    spoken: Spoken,
    mut member: Member,
    number: usize,
) -> Result<Arrived> {
    let path = spoken.peer.path(spoken.dialect, &member.seat().name);
    let (connection, mut inbox) = Connection::open(address, &path, number).await?;
    let seat = member.seat();
    for message in spoken.dialect().greeting(&seat.name, &seat.token) {
        connection.say(&message)?;
    }
    let hear = |message: &[u8], now: Instant| match member.hear(message, now)? {
        Deed::Nothing => Ok(Go::On),
        Deed::Ready => Ok(Go::Stop),
        Deed::Answer(messages) => say_all(&connection, &messages).map(|()| Go::On),
    };
    connection.listen(&mut inbox, hear).await?;
    Ok((number, Arc::new(connection), inbox, member))
}

async fn listen(
    connection: Arc<Connection>,
    mut inbox: Inbox,
    mut member: Member,
    ledger: Arc<Ledger>,
) {
    let hear = |message: &[u8], now: Instant| {
        if let Deed::Answer(messages) = member.hear(message, now)? {
            say_all(&connection, &messages)?;
        }
        Ok(Go::On)
    };
    if let Err(error) = connection.listen(&mut inbox, hear).await {
        ledger.problem(format!("a member lost the server: {error:#}"));
    }
}

fn say_all(connection: &Connection, messages: &[Vec<u8>]) -> Result<()> {
    messages
        .iter()
        .try_for_each(|message| connection.say(message))
}
