//! D2 with the disk full: nothing is acknowledged, clients are told, nothing acknowledged is lost, and the server
//! recovers by itself when there is space again.

use std::time::Duration;

use consilium_tests::client::{Client, ClientOptions, Dialect, Gate};
use consilium_tests::eventually::eventually;
use consilium_tests::full_disk::SmallDisk;
use consilium_tests::server_process::{ServerOptions, ServerProcess};

const DOC: &str = "guideline";
const DISK_MIB: u32 = 24;

async fn one_of_each(server: &ServerProcess, gate: &Gate) -> Vec<Client> {
    let mut clients = Vec::new();
    for dialect in Dialect::ALL {
        let options = ClientOptions::new(server.address(), DOC, dialect).behind(gate);
        clients.push(Client::synced(options).await);
    }
    clients
}

async fn read_afresh(server: &ServerProcess) -> String {
    let options = ClientOptions::new(server.address(), DOC, Dialect::Extended);
    Client::synced(options).await.text()
}

async fn readiness_becomes(server: &ServerProcess, wanted: u16) {
    eventually(&format!("readiness {wanted}"), async || {
        (server.readiness().await == wanted).then_some(())
    })
    .await;
}

/// Types in every client until the server says that its storage is away, then a little more. Space that the store had
/// set aside before the disk filled may still take some edits; those are acknowledged, and rightly so.
async fn type_into_a_full_disk(clients: &[Client]) -> usize {
    let mut typed = 0;
    let extended = &clients[1];
    while extended.replica().storage_available() != Some(false) {
        for (number, client) in clients.iter().enumerate() {
            if client.replica().unacknowledged().count() < 4 {
                // Large edits use up what is set aside sooner.
                let padding = "x".repeat(20_000);
                client.type_marker(&format!("[full {number}.{typed} {padding}]"), 0);
            }
        }
        typed += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(
            typed < 3_000,
            "the server never said that its storage is away"
        );
    }
    for (number, client) in clients.iter().enumerate() {
        for more in 0..5 {
            client.type_marker(&format!("[away {number}.{more}]"), 0);
        }
    }
    typed
}

fn assert_holds(text: &str, markers: &[String], when: &str) {
    for marker in markers {
        assert!(
            text.contains(marker),
            "{when}: acknowledged and lost: {marker:.40}"
        );
    }
}

fn acknowledged(clients: &[Client]) -> Vec<String> {
    clients.iter().flat_map(Client::acknowledged).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_stops_acknowledgements_loses_nothing_and_heals_by_itself() {
    let disk = SmallDisk::mount(DISK_MIB);
    let server = ServerProcess::start(ServerOptions::open().in_dir(&disk.data_dir()));
    let clients = one_of_each(&server, &Gate::open()).await;
    for (number, client) in clients.iter().enumerate() {
        client.type_marker(&format!("[before {number}]"), 0);
        client.settled().await;
    }
    readiness_becomes(&server, 200).await;

    disk.fill();
    type_into_a_full_disk(&clients).await;
    readiness_becomes(&server, 503).await;
    let counts = || -> Vec<usize> {
        clients
            .iter()
            .map(|client| client.replica().acknowledged().len())
            .collect()
    };
    let while_full = counts();
    // A second probe of the storage lies in between: the server has had every chance to acknowledge something.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        counts(),
        while_full,
        "acknowledged although the disk is full"
    );
    for client in &clients {
        assert!(
            !client.replica().is_settled(),
            "acknowledged although the disk is full"
        );
        assert!(
            client.replica().is_connected(),
            "storage away is no reason to hang up"
        );
    }
    let unacknowledged: usize = clients
        .iter()
        .map(|client| client.replica().unacknowledged().count())
        .sum();

    disk.free();
    for client in &clients {
        client.settled().await;
    }
    readiness_becomes(&server, 200).await;
    let text = clients[0].text();
    for client in &clients {
        client.shows(&text).await;
    }
    assert_eq!(read_afresh(&server).await, text);
    let everything = acknowledged(&clients);
    assert_holds(&text, &everything, "after the recovery");
    println!(
        "disk full: {} acknowledged before or in space set aside, {unacknowledged} held by their authors while full, \
         {} safe in the end, missing 0",
        while_full.iter().sum::<usize>(),
        everything.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_while_the_disk_is_full_loses_nothing_acknowledged() {
    let disk = SmallDisk::mount(DISK_MIB);
    let mut server = ServerProcess::start(ServerOptions::open().in_dir(&disk.data_dir()));
    let gate = Gate::open();
    let clients = one_of_each(&server, &gate).await;
    for (number, client) in clients.iter().enumerate() {
        for more in 0..20 {
            client.type_marker(&format!("[before {number}.{more}]"), more);
        }
        client.settled().await;
    }
    disk.fill();
    type_into_a_full_disk(&clients).await;
    gate.set(false);
    server.kill();
    for client in &clients {
        client
            .until("disconnected", |replica| !replica.is_connected())
            .await;
    }
    let acknowledged_when_killed = acknowledged(&clients);
    disk.free();
    server.start_again();
    // The gate is shut: no author has mended anything yet.
    assert_holds(
        &read_afresh(&server).await,
        &acknowledged_when_killed,
        "after the kill",
    );
    gate.set(true);
    for client in &clients {
        client.settled().await;
    }
    let text = read_afresh(&server).await;
    assert_holds(&text, &acknowledged(&clients), "in the end");
    for client in &clients {
        client.shows(&text).await;
    }
    println!(
        "killed while full: {} acknowledged at the kill, {} safe in the end, missing 0",
        acknowledged_when_killed.len(),
        acknowledged(&clients).len()
    );
}
