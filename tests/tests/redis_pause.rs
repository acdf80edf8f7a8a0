//! A Redis that hangs (SIGSTOP): nothing of a node waits for it, and what a node holds for it is bounded (I4).
//!
//! Alone in its file, because it measures the memory of its own process.

use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_server::bus::{Bus, BusHealth, Heard, limits};
use consilium_tests::bus_node::{BusNode, doc, next, until};
use consilium_tests::redis_process::{RedisOptions, RedisProcess};
use uuid::Uuid;

const PAUSE: Duration = Duration::from_secs(5);

/// Eight times what may wait.
const PUBLISHED_BYTES: usize = 8 * limits::PUBLISH_BYTES_MAX;

const MESSAGE_BYTES: usize = 16 * 1024;

/// Besides what waits: the batch under way in the driver, what Redis' socket takes, and the allocator's own.
const OTHER_BYTES: u64 = 64 * 1024 * 1024;

/// No single call may take longer, on a machine that does other things too.
const CALL_MAX: Duration = Duration::from_millis(250);

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("read our own status");
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .expect("a line with the resident memory");
    kib * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_is_noticed_costs_bounded_memory_and_heals() {
    let redis = RedisProcess::start(RedisOptions::plain());
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&redis.url(), store).await;
    let reader = BusNode::connected(&redis.url(), store).await;
    let mut following = reader.follow("a").await;
    let before = resident_bytes();

    redis.pause();
    let paused = Instant::now();
    let mut longest = Duration::ZERO;
    for _ in 0..PUBLISHED_BYTES / MESSAGE_BYTES {
        let message = Bytes::from(vec![b'x'; MESSAGE_BYTES]);
        let called = Instant::now();
        writer.bus.publish(&doc("a"), message);
        longest = longest.max(called.elapsed());
    }
    let during = resident_bytes();
    drop(reader.bus.follow(&doc("b")));
    assert_eq!(next(&mut following).await, Heard::Missed);
    writer.until(BusHealth::Away).await;
    reader.until(BusHealth::Away).await;
    let noticed = paused.elapsed();
    tokio::time::sleep(PAUSE.saturating_sub(paused.elapsed())).await;
    let grown = resident_bytes().max(during).saturating_sub(before);

    let resumed = Instant::now();
    redis.resume();
    until(&mut following, &Heard::Following).await;
    writer.until(BusHealth::Connected).await;
    reader.until(BusHealth::Connected).await;
    let healed = resumed.elapsed();
    writer.say("a", "after");
    until(
        &mut following,
        &Heard::Message(Bytes::from_static(b"after")),
    )
    .await;

    println!(
        "a Redis that hangs: away after {noticed:?}, the longest of {} publishes took {longest:?}, \
         {} MiB published held {} MiB, healed {healed:?} after it went on",
        PUBLISHED_BYTES / MESSAGE_BYTES,
        PUBLISHED_BYTES >> 20,
        grown >> 20,
    );
    assert!(longest < CALL_MAX, "a publish took {longest:?}");
    assert!(
        grown < limits::PUBLISH_BYTES_MAX as u64 + OTHER_BYTES,
        "{grown} bytes more than before"
    );
    assert!(
        noticed < Duration::from_secs(10),
        "noticed after {noticed:?}"
    );
}
