//! An editor that keeps writing, over real sockets, whatever happens to the server.
//!
//! One client edits one document in one of the three dialects. [`replica`] is what it knows (document, outbox, what
//! was acknowledged) as a pure state machine; the task here owns the socket and reconnects. Every edit carries a
//! marker, so that a test can ask what became of it.
//!
//! An edit counts as acknowledged only by what its dialect calls so: an Ack of its id, a stock provider's counter
//! returning to zero, or the echo; or when the server's state vector covers it, which the server must only say of
//! what is durable.

pub mod replica;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use consilium_protocol::ids::Lineage;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::eventually::PATIENCE;
use crate::socket::{Heard, RawSocket};
pub use replica::{Dialect, Edit, Replica, TEXT_ROOT};

/// How long a client waits before it tries again. Short: tests restart servers fifty times.
const RETRY_DELAY: Duration = Duration::from_millis(15);

/// Whether clients may connect: a test closes the gate to look at a server that nobody has repaired yet.
#[derive(Debug, Clone)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// An open gate.
    #[must_use]
    pub fn open() -> Self {
        Self(Arc::new(watch::Sender::new(true)))
    }

    /// Lets clients connect, or not. Connections that exist stay.
    pub fn set(&self, open: bool) {
        self.0.send_replace(open);
    }

    async fn passed(&self) {
        // The sender is held by this very value.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

/// Who connects where, and how.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The servers, the preferred one first, which is tried first after each break too; then the others in turn.
    pub servers: Vec<SocketAddr>,
    /// The document.
    pub doc: String,
    /// The dialect.
    pub dialect: Dialect,
    /// The token; empty where none is needed.
    pub token: String,
    /// The CRDT client id; random when `None`.
    pub client_id: Option<u64>,
    /// The lineage to announce, for our own client.
    pub lineage: Option<Lineage>,
    /// Whether it may connect.
    pub gate: Gate,
}

impl ClientOptions {
    /// A client without a token.
    #[must_use]
    pub fn new(server: SocketAddr, doc: &str, dialect: Dialect) -> Self {
        Self {
            servers: vec![server],
            doc: doc.to_owned(),
            dialect,
            token: String::new(),
            client_id: None,
            lineage: None,
            gate: Gate::open(),
        }
    }

    /// Goes to these when the first does not answer.
    #[must_use]
    pub fn or_else(mut self, others: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.servers.extend(others);
        self
    }

    /// With this token.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// Behind this gate.
    #[must_use]
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.gate = gate.clone();
        self
    }

    /// Under this CRDT client id.
    #[must_use]
    pub fn client_id(mut self, client_id: u64) -> Self {
        self.client_id = Some(client_id);
        self
    }

    /// Announces this lineage.
    #[must_use]
    pub fn lineage(mut self, lineage: Lineage) -> Self {
        self.lineage = Some(lineage);
        self
    }
}

struct Shared {
    replica: Mutex<Replica>,
    /// Something to send.
    outbox: Notify,
    /// The connection is to end.
    hang_up: Notify,
    /// Something was heard.
    changed: watch::Sender<()>,
    /// Which of its servers it is connected to; none while it is not.
    server: Mutex<Option<usize>>,
}

/// A handle to an editor. Dropping it ends its connection.
pub struct Client {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Client {
    /// Starts a client; it connects by itself.
    #[must_use]
    pub fn start(options: ClientOptions) -> Self {
        let shared = Arc::new(Shared {
            replica: Mutex::new(Replica::new(&options)),
            outbox: Notify::new(),
            hang_up: Notify::new(),
            changed: watch::Sender::new(()),
            server: Mutex::new(None),
        });
        let task = tokio::spawn(keep_connected(options, Arc::clone(&shared)));
        Self { shared, task }
    }

    /// Starts a client and waits until it has the server's state.
    ///
    /// # Panics
    /// When that does not come about.
    pub async fn synced(options: ClientOptions) -> Self {
        let what = format!("{:?} client of {} synced", options.dialect, options.doc);
        let client = Self::start(options);
        client.until(&what, Replica::is_synced).await;
        client
    }

    /// The replica, for reading.
    ///
    /// # Panics
    /// When another user of it panicked.
    pub fn replica(&self) -> MutexGuard<'_, Replica> {
        self.shared.replica.lock().expect("the replica")
    }

    /// Changes the document and sends what changed as one update, under a marker by which it is found again.
    pub fn edit(&self, marker: &str, edit: &Edit) {
        self.replica().edit(marker, edit);
        self.shared.outbox.notify_one();
    }

    /// Takes a V1 update that was made elsewhere under this replica's client id, and sends it.
    pub fn push(&self, marker: &str, update: impl Into<bytes::Bytes>) {
        self.replica().take(marker, update.into());
        self.shared.outbox.notify_one();
    }

    /// Writes `marker` at a place where it tears no other marker apart. `choice` picks the place.
    pub fn type_marker(&self, marker: &str, choice: u64) {
        let mut replica = self.replica();
        // Under one lock: what arrives in between would move the place.
        let edit = replica.between_markers(marker, choice);
        replica.edit(marker, &edit);
        drop(replica);
        self.shared.outbox.notify_one();
    }

    /// Ends the connection, if there is one. The client comes back when its gate is open.
    pub fn hang_up(&self) {
        self.shared.hang_up.notify_one();
    }

    /// Whether it is connected to the server that it prefers.
    ///
    /// # Panics
    /// When another user of it panicked.
    #[must_use]
    pub fn is_at_home(&self) -> bool {
        *self.shared.server.lock().expect("the server") == Some(0)
    }

    /// Leaves the server that it was driven to, if it was, for the one that it prefers.
    ///
    /// # Panics
    /// When another user of it panicked.
    pub fn go_home(&self) {
        let server = *self.shared.server.lock().expect("the server");
        if server.is_some_and(|server| server != 0) {
            self.hang_up();
        }
    }

    /// The text as this client sees it.
    #[must_use]
    pub fn text(&self) -> String {
        self.replica().text()
    }

    /// Markers that were acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> BTreeSet<String> {
        self.replica().acknowledged().clone()
    }

    /// Waits until the replica is as wanted.
    ///
    /// # Panics
    /// When that does not come about.
    pub async fn until(&self, what: &str, mut wanted: impl FnMut(&Replica) -> bool) {
        let mut changed = self.shared.changed.subscribe();
        let wait = async {
            while !wanted(&self.replica()) {
                // The sender lives as long as this handle.
                let _ = changed.changed().await;
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            panic!(
                "waited in vain: {what}; the replica: {}",
                self.replica().describe()
            );
        }
    }

    /// Waits until everything written is acknowledged.
    ///
    /// # Panics
    /// When that does not come about.
    pub async fn settled(&self) {
        self.until("everything acknowledged", Replica::is_settled)
            .await;
    }

    /// Waits until the text is this.
    ///
    /// # Panics
    /// When that does not come about.
    pub async fn shows(&self, text: &str) {
        self.until("the text", |replica| replica.text() == text)
            .await;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep_connected(options: ClientOptions, shared: Arc<Shared>) {
    let path = match options.dialect {
        Dialect::Stock | Dialect::Extended => "/sync".to_owned(),
        Dialect::Plain => format!("/yjs/{}?token={}", options.doc, options.token),
    };
    let mut server = 0;
    loop {
        options.gate.passed().await;
        if let Ok(socket) = RawSocket::connect(options.servers[server], &path).await {
            *shared.server.lock().expect("the server") = Some(server);
            converse(socket, &shared).await;
            *shared.server.lock().expect("the server") = None;
            shared.replica.lock().expect("the replica").disconnected();
            shared.changed.send_replace(());
            // Home first: whoever stays where a fault has driven them is met by no fault of their own server any more.
            server = 0;
        } else {
            server = (server + 1) % options.servers.len();
        }
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

async fn converse(mut socket: RawSocket, shared: &Shared) {
    let mut to_send = shared.replica.lock().expect("the replica").connected();
    loop {
        for frame in to_send {
            if !socket.send(frame).await {
                // Why may be waiting to be read.
                if let Some(Heard::Closed(code)) = socket.ended(PATIENCE).await {
                    shared
                        .replica
                        .lock()
                        .expect("the replica")
                        .closed_with(code);
                }
                return;
            }
        }
        let heard = tokio::select! {
            heard = socket.hear() => Some(heard),
            () = shared.outbox.notified() => None,
            () = shared.hang_up.notified() => return,
        };
        let mut replica = shared.replica.lock().expect("the replica");
        to_send = match heard {
            Some(Heard::Frame(frame)) => replica.hear(frame),
            Some(Heard::Closed(code)) => {
                replica.closed_with(code);
                return;
            }
            Some(Heard::Broken) => return,
            None => Vec::new(),
        };
        to_send.extend(replica.unsent());
        drop(replica);
        shared.changed.send_replace(());
    }
}
