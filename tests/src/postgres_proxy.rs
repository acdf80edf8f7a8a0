//! A line to PostgreSQL that counts round trips and can be cut at the worst moment.
//!
//! It understands just enough of the protocol to find the server's "ready for the next query", of which there is
//! exactly one for each round trip of a client that does not pipeline. The line must not be encrypted.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The server's word for "ready for the next query".
const READY: u8 = b'Z';

/// A proxy in front of a PostgreSQL server.
#[derive(Debug)]
pub struct PostgresProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    answers: AtomicU64,
    /// Answers that still pass before the line is cut in place of the next; negative for never.
    until_cut: AtomicI64,
    connections: AtomicU64,
}

impl PostgresProxy {
    /// Listens on a free port, in front of a server on this machine.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port for the proxy");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared {
            until_cut: AtomicI64::new(-1),
            ..Shared::default()
        });
        let accepting = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port)).await;
                    if let Ok(server) = server {
                        shared.connections.fetch_add(1, Ordering::SeqCst);
                        tokio::spawn(relay(client, server, Arc::clone(&shared)));
                    }
                }
            }
        });
        Self {
            address,
            shared,
            accepting,
        }
    }

    /// The address of a database behind the proxy, from its address without.
    ///
    /// # Panics
    /// When that is no address.
    #[must_use]
    pub fn url(&self, direct: &str) -> String {
        let database = direct
            .rsplit_once('/')
            .expect("an address with a database")
            .1;
        format!(
            "postgres://postgres@{}/{database}?sslmode=disable",
            self.address
        )
    }

    /// Round trips so far.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.shared.answers.load(Ordering::SeqCst)
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Cuts the line in place of an answer: so many pass before that one.
    pub fn cut_after(&self, answers: u32) {
        self.shared
            .until_cut
            .store(i64::from(answers), Ordering::SeqCst);
    }
}

impl Drop for PostgresProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn relay(client: TcpStream, server: TcpStream, shared: Arc<Shared>) {
    // Small questions wait for small answers here.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let asking = tokio::spawn(async move {
        // Either end may hang up.
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
    });
    answer(from_server, to_client, &shared).await;
    asking.abort();
}

/// Passes messages on until the server hangs up, or the line is cut.
async fn answer(mut from_server: OwnedReadHalf, mut to_client: OwnedWriteHalf, shared: &Shared) {
    let mut head = [0; 5];
    while from_server.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut body = vec![0; length - 4];
        if from_server.read_exact(&mut body).await.is_err() {
            return;
        }
        if head[0] == READY {
            if shared.until_cut.load(Ordering::SeqCst) >= 0
                && shared.until_cut.fetch_sub(1, Ordering::SeqCst) == 0
            {
                return;
            }
            shared.answers.fetch_add(1, Ordering::SeqCst);
        }
        let sent = async {
            to_client.write_all(&head).await?;
            to_client.write_all(&body).await
        };
        if sent.await.is_err() {
            return;
        }
    }
}
