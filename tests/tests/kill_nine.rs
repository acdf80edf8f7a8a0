//! I1: what was acknowledged survives `kill -9`, at any instant, for all three kinds of client.
//!
//! After each kill the door stays shut for the writers until a fresh reader has looked: writers hold everything they
//! wrote and would mend what the server lost.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use consilium_tests::client::{Client, ClientOptions, Dialect, Gate, Replica};
use consilium_tests::eventually::eventually;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;

const KILLS: u32 = 50;
const DOCS: [&str; 3] = ["guideline", "charter", "minutes of a meeting/2"];
const WRITERS_PER_DIALECT_AND_DOC: usize = 2;
const SEED: u64 = 0x00C0_FFEE;

struct Writer {
    doc: &'static str,
    client: Client,
}

async fn read_afresh(server: &ServerProcess, doc: &str) -> String {
    let options = ClientOptions::new(server.address(), doc, Dialect::Extended);
    Client::synced(options).await.text()
}

/// Acknowledged markers that a text lacks.
fn missing<'a>(text: &str, acknowledged: impl IntoIterator<Item = &'a String>) -> Vec<&'a String> {
    let there: BTreeSet<&str> = text.split_inclusive(']').collect();
    acknowledged
        .into_iter()
        .filter(|marker| !there.contains(marker.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_edits_survive_fifty_kills_under_load() {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut server = ServerProcess::start(ServerOptions::open());
    let gate = Gate::open();
    let started = Instant::now();

    let mut writers = Vec::new();
    for doc in DOCS {
        for dialect in Dialect::ALL {
            for _ in 0..WRITERS_PER_DIALECT_AND_DOC {
                let name = doc.replace(' ', "%20");
                let name = if dialect == Dialect::Plain {
                    &name
                } else {
                    doc
                };
                let options = ClientOptions::new(server.address(), name, dialect).behind(&gate);
                writers.push(Writer {
                    doc,
                    client: Client::start(options),
                });
            }
        }
    }
    let writers: Arc<[Writer]> = writers.into();

    let mut typing = JoinSet::new();
    for number in 0..writers.len() {
        let writers = Arc::clone(&writers);
        let mut rng = ChaCha8Rng::seed_from_u64(SEED ^ (number as u64 + 1));
        typing.spawn(async move {
            let writer = &writers[number];
            for keystroke in 0_u64.. {
                // Bursts with pauses, as people type; the pauses let a stock provider's counter return to zero.
                if writer.client.replica().unacknowledged().count() < 12 {
                    writer
                        .client
                        .type_marker(&format!("[{number}.{keystroke}]"), rng.random());
                }
                let pause = if rng.random_ratio(1, 6) { 120 } else { 25 };
                tokio::time::sleep(Duration::from_millis(rng.random_range(1..pause))).await;
            }
        });
    }

    let mut lost = Vec::new();
    let mut acknowledged_at_kills = 0;
    for kill in 0..KILLS {
        // Every client is at work again, so that each kill hits all three dialects.
        for writer in writers.iter() {
            writer
                .client
                .until("synced again", Replica::is_synced)
                .await;
        }
        // The instant is random: this is the one place where time is the point.
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..700))).await;
        gate.set(false);
        server.kill();
        for writer in writers.iter() {
            writer
                .client
                .until("disconnected", |replica| !replica.is_connected())
                .await;
        }
        server.start_again();
        let mut acknowledged_now = 0;
        for doc in DOCS {
            let text = read_afresh(&server, doc).await;
            for writer in writers.iter().filter(|writer| writer.doc == doc) {
                let acknowledged = writer.client.acknowledged();
                acknowledged_now += acknowledged.len();
                for marker in missing(&text, &acknowledged) {
                    lost.push(format!("kill {kill}: {marker} of {doc}"));
                }
            }
        }
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        acknowledged_at_kills = acknowledged_now;
        gate.set(true);
    }
    typing.shutdown().await;
    let unacknowledged: usize = writers
        .iter()
        .map(|writer| writer.client.replica().unacknowledged().count())
        .sum();
    for writer in writers.iter() {
        writer.client.settled().await;
    }

    // At rest: everything is acknowledged, and everybody sees the same.
    let mut acknowledged = 0;
    let mut by_dialect = [0; 3];
    for doc in DOCS {
        let text = read_afresh(&server, doc).await;
        for writer in writers.iter().filter(|writer| writer.doc == doc) {
            writer.client.shows(&text).await;
            let markers = writer.client.acknowledged();
            lost.extend(missing(&text, &markers).into_iter().cloned());
            acknowledged += markers.len();
        }
    }
    for (number, writer) in writers.iter().enumerate() {
        by_dialect[number / WRITERS_PER_DIALECT_AND_DOC % 3] += writer.client.acknowledged().len();
    }
    let served = eventually("the figures", async || {
        Some(server.figure("consilium_updates_total").await)
    })
    .await;
    println!(
        "kills {KILLS}, acknowledged {acknowledged} (by the last kill {acknowledged_at_kills}; stock, extended, plain: \
         {by_dialect:?}), missing {}, unacknowledged when typing ended and delivered later {unacknowledged}, \
         updates since the last start {served}, {} s",
        lost.len(),
        started.elapsed().as_secs()
    );
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(
        by_dialect.iter().all(|count| *count > KILLS as usize),
        "each dialect must have been under load: {by_dialect:?}"
    );
}
