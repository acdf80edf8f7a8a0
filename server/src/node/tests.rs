//! A whole node on a real socket: the door, the drain, and what survives.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::ids::{Access, DocName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{DrainError, Node, Serving};
use crate::bus::{Bus, LocalHub, NodeId};
use crate::config::ServerConfig;
use crate::http::ServerMode;
use crate::store::faulty::{Fault, FaultyStore};
use crate::store::{SqliteStore, Store, StoreError};

const PATIENCE: Duration = Duration::from_secs(15);

/// A node over one store and one bus, without its door.
async fn on_bus(config: &ServerConfig, store: &Arc<dyn Store>, hub: &LocalHub) -> (Node, NodeId) {
    let bus = hub.node();
    let id = bus.node();
    let figures = crate::telemetry::figures::builder()
        .unwrap()
        .build_recorder()
        .handle();
    let node = Node::start(
        config,
        ServerMode::Open,
        Arc::clone(store),
        Some(Arc::new(bus)),
        figures,
    )
    .await
    .unwrap();
    (node, id)
}

/// An update that writes `text` under a client id of its own.
fn typed(client: u64, text: &str) -> Bytes {
    use yrs::{Text, Transact};
    let doc = yrs::Doc::with_client_id(client);
    let root = doc.get_or_insert_text("t");
    let mut txn = doc.transact_mut();
    root.insert(&mut txn, 0, text);
    txn.encode_update_v1().into()
}

/// Reads the document on this node, with its room open, until it contains `text`.
async fn until_it_contains(node: &Node, name: &DocName, text: &str) {
    use yrs::updates::decoder::Decode;
    use yrs::{GetString, Transact};
    let read = async {
        loop {
            let state = node.registry().snapshot_update(name).await.unwrap();
            let doc = yrs::Doc::new();
            let root = doc.get_or_insert_text("t");
            if let Some(state) = state {
                doc.transact_mut()
                    .apply_update(yrs::Update::decode_v1(&state).unwrap())
                    .unwrap();
            }
            if root.get_string(&doc.transact()).contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, read)
        .await
        .unwrap_or_else(|_| panic!("{text} does not arrive"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_on_one_node_is_in_the_open_room_of_another() {
    let directory = tempfile::tempdir().unwrap();
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut config = ServerConfig::open_on_loopback(loopback, directory.path().to_owned());
    config.repair_interval = Duration::from_millis(200);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(directory.path()).await.unwrap());
    let hub = LocalHub::new();
    let (left, left_id) = on_bus(&config, &store, &hub).await;
    let (right, _) = on_bus(&config, &store, &hub).await;
    let name = DocName::parse("guideline").unwrap();
    let _open = (left.registry().lease(&name), right.registry().lease(&name));
    let write = |client, text| {
        let update = typed(client, text);
        left.registry()
            .apply_update(&name, None, Access::Write, update)
    };
    write(1, "by the bus").await.unwrap();
    until_it_contains(&right, &name, "by the bus").await;
    // A message is lost without a word: the sender's state tells.
    hub.lose_next(left_id, 1);
    write(2, "lost on the way").await.unwrap();
    until_it_contains(&right, &name, "lost on the way").await;
    // The writer is cut off meanwhile; when it is back it says how far it is.
    hub.cut_off(left_id);
    write(3, "while the bus was away").await.unwrap();
    hub.reconnect(left_id);
    until_it_contains(&right, &name, "while the bus was away").await;
}

struct Running {
    address: SocketAddr,
    serving: Serving,
    store: Arc<FaultyStore>,
}

async fn running(data_dir: &Path, change: impl FnOnce(&mut ServerConfig)) -> Running {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut config = ServerConfig::open_on_loopback(loopback, data_dir.to_owned());
    change(&mut config);
    let store = FaultyStore::new(Arc::new(SqliteStore::open(data_dir).await.unwrap()));
    let shared: Arc<dyn Store> = store.clone();
    let figures = crate::telemetry::figures::builder()
        .unwrap()
        .build_recorder()
        .handle();
    let node = Node::start(&config, ServerMode::Open, shared, None, figures)
        .await
        .unwrap();
    let listener = TcpListener::bind(config.listen).await.unwrap();
    Running {
        address: listener.local_addr().unwrap(),
        serving: node.serve(listener),
        store,
    }
}

/// Sends raw bytes and reads what comes until the server closes.
async fn exchange(address: SocketAddr, request: &str) -> String {
    exchange_bytes(address, request.as_bytes().to_vec()).await
}

async fn exchange_bytes(address: SocketAddr, request: Vec<u8>) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&request).await.unwrap();
    read_all(stream).await
}

async fn read_all(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is as good as an end.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("the server closes");
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn an_idle_node_ends_at_once_and_closes_its_door() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |_| ()).await;
    let answer = exchange(node.address, &get("/healthz")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // Kept alive, with nothing asked: must not hold up the end.
    let mut idle = TcpStream::connect(node.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 8];
    idle.read_exact(&mut first).await.unwrap();
    tokio::time::timeout(Duration::from_secs(2), node.serving.drain())
        .await
        .expect("nothing to wait for")
        .unwrap();
    assert!(TcpStream::connect(node.address).await.is_err());
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |_| ()).await;
    // The update that changes nothing: enough to make a document.
    let request = "POST /api/v1/docs/a/update HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\0\0";
    let answer = exchange(node.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    node.serving.drain().await.unwrap();

    let node = running(directory.path(), |_| ()).await;
    let answer = exchange(node.address, &get("/api/v1/docs/a/update")).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    node.serving.drain().await.unwrap();
}

#[tokio::test]
async fn a_full_node_refuses_politely_and_lets_in_when_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |config| {
        config.connections.connections_max = 1;
    })
    .await;
    let first = TcpStream::connect(node.address).await.unwrap();
    // The first is counted once the server has answered it.
    let refused = TcpStream::connect(node.address).await.unwrap();
    let answer = read_all(refused).await;
    assert!(
        answer.starts_with("HTTP/1.1 503 ") && answer.contains("Retry-After:"),
        "{answer}"
    );
    drop(first);
    let let_in = async {
        while !exchange(node.address, &get("/healthz"))
            .await
            .starts_with("HTTP/1.1 200 ")
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, let_in)
        .await
        .expect("the place is given back");
    node.serving.drain().await.unwrap();
}

#[tokio::test]
async fn a_connection_counts_also_after_its_upgrade() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |config| {
        config.connections.connections_max = 1;
    })
    .await;
    let mut socket = TcpStream::connect(node.address).await.unwrap();
    let upgrade = "GET /yjs/a HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(upgrade.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    socket.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 101");
    let refused = TcpStream::connect(node.address).await.unwrap();
    assert!(read_all(refused).await.starts_with("HTTP/1.1 503 "));
    drop(socket);
    let let_in = async {
        while !exchange(node.address, &get("/healthz"))
            .await
            .starts_with("HTTP/1.1 200 ")
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, let_in)
        .await
        .expect("the place is given back");
    node.serving.drain().await.unwrap();
}

#[tokio::test]
async fn a_head_that_does_not_arrive_is_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |_| ()).await;
    let mut half_open = TcpStream::connect(node.address).await.unwrap();
    half_open.write_all(b"GET /healthz HTT").await.unwrap();
    // Closed by the server, with or without a word.
    read_all(half_open).await;
    node.serving.drain().await.unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |_| ()).await;
    let request = format!(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {}\r\n\r\n",
        "x".repeat(64 * 1024)
    );
    let answer = exchange(node.address, &request).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    node.serving.drain().await.unwrap();
}

#[tokio::test]
async fn an_end_without_storage_is_in_time_and_admitted() {
    let directory = tempfile::tempdir().unwrap();
    let node = running(directory.path(), |_| ()).await;
    let request = "POST /api/v1/docs/a/update HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\0\0";
    let answer = exchange(node.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    let fault = Fault::Refuse(StoreError::Full("test".into()));
    node.store.every_write(Some(fault));
    let edit = crate::http::tests::edge::update(1, "", "x");
    let mut request = format!(
        "POST /api/v1/docs/a/update HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        edit.len()
    )
    .into_bytes();
    request.extend(edit);
    let asking = tokio::spawn(exchange_bytes(node.address, request));
    let answer = tokio::time::timeout(PATIENCE, asking)
        .await
        .unwrap()
        .unwrap();
    assert!(
        !answer.starts_with("HTTP/1.1 2"),
        "nothing is acknowledged: {answer}"
    );
    let drained = tokio::time::timeout(Duration::from_secs(10), node.serving.drain())
        .await
        .expect("in time");
    assert!(
        matches!(drained, Err(DrainError::Rooms(_) | DrainError::Journal(_))),
        "{drained:?}"
    );
}
