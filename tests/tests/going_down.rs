//! A gentle end: SIGTERM drains within 10 s, exits with 0 and loses nothing acknowledged. A backup is another history.

use std::time::Duration;

use consilium_tests::client::{Client, ClientOptions, Dialect, Gate, Replica};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 200;
const DOCS: usize = 10;
const DRAIN_MAX: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_members_at_work_are_drained_within_ten_seconds() {
    let mut server = ServerProcess::start(ServerOptions::open());
    let gate = Gate::open();
    let mut clients = Vec::new();
    for number in 0..CONNECTIONS {
        let doc = format!("doc-{}", number % DOCS);
        let dialect = Dialect::ALL[number % 3];
        clients.push(Client::start(
            ClientOptions::new(server.address(), &doc, dialect).behind(&gate),
        ));
    }
    let clients: std::sync::Arc<[Client]> = clients.into();
    for client in clients.iter() {
        client.until("synced", Replica::is_synced).await;
    }
    let mut typing = JoinSet::new();
    for number in 0..CONNECTIONS {
        let clients = std::sync::Arc::clone(&clients);
        typing.spawn(async move {
            for keystroke in 0_u64.. {
                if clients[number].replica().unacknowledged().count() < 5 {
                    clients[number].type_marker(&format!("[{number}.{keystroke}]"), keystroke);
                }
                tokio::time::sleep(Duration::from_millis(100 + number as u64)).await;
            }
        });
    }
    for client in clients.iter() {
        client
            .until("under load", |replica| !replica.acknowledged().is_empty())
            .await;
    }
    gate.set(false);
    let (status, took) = tokio::task::block_in_place(|| server.terminate());
    typing.shutdown().await;
    for client in clients.iter() {
        client
            .until("disconnected", |replica| !replica.is_connected())
            .await;
    }
    assert_eq!(status.code(), Some(0));
    assert!(took < DRAIN_MAX, "took {took:?}");

    server.start_again();
    let mut acknowledged = 0;
    for number in 0..DOCS {
        let options = ClientOptions::new(
            server.address(),
            &format!("doc-{number}"),
            Dialect::Extended,
        );
        let text = Client::synced(options).await.text();
        for client in clients.iter().skip(number).step_by(DOCS) {
            for marker in client.acknowledged() {
                assert!(text.contains(&marker), "acknowledged and lost: {marker}");
                acknowledged += 1;
            }
        }
    }
    let told: usize = clients
        .iter()
        .filter(|client| client.replica().last_close() == Some(1012))
        .count();
    println!(
        "drained {CONNECTIONS} connections under load in {} ms, exit 0; {acknowledged} acknowledged, missing 0; {told} \
         were told to come back later",
        took.as_millis()
    );
    // Who is writing at that very moment may see the connection break before the words arrive; all come back alike.
    assert!(
        told * 10 >= CONNECTIONS * 9,
        "members are told that the server goes away"
    );
    gate.set(true);
    for client in clients.iter() {
        client.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_server_has_another_lineage_and_replicas_learn_it() {
    let server = ServerProcess::start(ServerOptions::open());
    let client = Client::synced(ClientOptions::new(
        server.address(),
        "text",
        Dialect::Extended,
    ))
    .await;
    client.type_marker("[in the backup]", 0);
    client.settled().await;
    let lineage = client.replica().lineage().expect("a lineage");

    // Online: the server runs and the document is open.
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("backup");
    let file = file.to_str().unwrap();
    let data_dir = server.data_dir().to_str().unwrap();
    ServerProcess::run(&["backup", "--to", file, "--data-dir", data_dir]);
    client.type_marker("[after the backup]", 0);
    client.settled().await;

    let restored_dir = scratch.path().join("restored");
    let restored_dir = restored_dir.to_str().unwrap();
    ServerProcess::run(&["restore", "--from", file, "--data-dir", restored_dir]);
    let restored = ServerProcess::start(ServerOptions::open().in_dir(restored_dir.as_ref()));
    let fresh = Client::synced(ClientOptions::new(
        restored.address(),
        "text",
        Dialect::Extended,
    ))
    .await;
    assert_eq!(fresh.text(), "[in the backup]");
    let new_lineage = fresh.replica().lineage().expect("a lineage");
    assert_ne!(new_lineage, lineage);

    let old = ClientOptions::new(restored.address(), "text", Dialect::Extended).lineage(lineage);
    let old = Client::start(old);
    old.until("told", |replica| replica.mismatch().is_some())
        .await;
    assert_eq!(old.replica().mismatch(), Some(new_lineage));
    old.type_marker("[from another history]", 0);
    fresh.type_marker("[goes on]", 0);
    fresh.settled().await;
    assert!(!fresh.text().contains("another history"));
    assert!(!old.replica().is_synced());
    println!("backup: lineage {lineage} became {new_lineage}; the old replica was told");
}
