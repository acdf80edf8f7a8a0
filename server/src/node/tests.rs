//! A whole node on a real socket: the door, the drain, and what survives.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{DrainError, Node, Serving};
use crate::config::ServerConfig;
use crate::http::ServerMode;
use crate::store::faulty::{Fault, FaultyStore};
use crate::store::{SqliteStore, Store, StoreError};

const PATIENCE: Duration = Duration::from_secs(15);

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
