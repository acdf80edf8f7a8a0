//! I4: two thousand documents and two thousand connections leave nothing behind.

use bytes::Bytes;
use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_tests::eventually::eventually;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Fate, RawSocket, extended_auth};
use futures_util::{StreamExt, stream};
use yrs::{Doc, ReadTxn, StateVector, Text, Transact};

const DOCUMENTS: usize = 2_000;
const AT_ONCE: usize = 200;
const TEXT_BYTES: usize = 20_000;

/// Allocators keep some pages; what a leak of 2,000 rooms or connections would cost is far beyond this.
const GROWTH_BYTES_MAX: u64 = 24 * 1024 * 1024;

fn update() -> Bytes {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, &"words ".repeat(TEXT_BYTES / 6));
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
        .into()
}

/// Opens, writes and closes that many documents, each on a connection of its own; returns the memory at the busiest
/// moment.
async fn round(server: &ServerProcess, name: &str) -> u64 {
    let busiest = stream::iter(0..DOCUMENTS)
        .map(async |number| {
            let doc = format!("{name}-{number}");
            let mut socket = RawSocket::connect(server.address(), "/sync")
                .await
                .expect("a connection");
            socket.say(&doc, extended_auth("", None)).await;
            socket
                .say(
                    &doc,
                    ClientMessage::Sync(SyncMessage::Step1(Bytes::from_static(&[0]))),
                )
                .await;
            assert_eq!(
                socket.push(&doc, 1, update()).await,
                Some(Fate::Acknowledged)
            );
            if number % 100 == 0 {
                server.resident_bytes()
            } else {
                0
            }
        })
        .buffer_unordered(AT_ONCE)
        .fold(0, async |most, bytes: u64| most.max(bytes))
        .await;
    eventually("all connections closed", async || {
        (server.figure("consilium_connections").await == 0.0).then_some(())
    })
    .await;
    eventually("all rooms unloaded", async || {
        (server.figure("consilium_rooms").await == 0.0).then_some(())
    })
    .await;
    busiest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_returns_after_two_thousand_documents_and_connections() {
    let server = ServerProcess::start(
        ServerOptions::open()
            .arg("--room-idle-seconds=1")
            .arg("--connects-per-address-per-second=100000")
            .arg("--connects-per-second=100000"),
    );
    let fresh = server.resident_bytes();
    // The first round fills pools and caches that stay.
    round(&server, "warm-up").await;
    let warm = server.resident_bytes();
    let busiest = round(&server, "measured").await;
    let returned = eventually("memory returned", async || {
        let now = server.resident_bytes();
        (now <= warm + GROWTH_BYTES_MAX).then_some(now)
    })
    .await;
    let mib = |bytes: u64| bytes / (1024 * 1024);
    println!(
        "{DOCUMENTS} documents and connections: fresh {} MiB, after a first round {} MiB, busiest {} MiB, after the \
         second round {} MiB; rooms 0, connections 0",
        mib(fresh),
        mib(warm),
        mib(busiest),
        mib(returned)
    );
}
