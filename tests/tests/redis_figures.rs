//! What the bus costs Redis, and what it carries: one publish an edit, counted by Redis itself (I6); twenty thousand
//! documents followed again; messages a second and latency. Prints what it measured.

use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_server::bus::{Bus, BusHealth, Heard};
use consilium_tests::bus_node::{BusNode, doc, message, next};
use consilium_tests::eventually::eventually;
use consilium_tests::redis_process::{RedisOptions, RedisProcess};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_counts_one_publish_for_each_message_however_many_nodes_follow() {
    const NODES: usize = 4;
    const DOCS: usize = 20;
    const EACH: usize = 50;
    let redis = RedisProcess::start(RedisOptions::plain());
    let store = Uuid::new_v4();
    let mut nodes = Vec::new();
    let mut followings = Vec::new();
    for _ in 0..NODES {
        let node = BusNode::connected(&redis.url(), store).await;
        for number in 0..DOCS {
            followings.push(node.follow(&format!("{number}")).await);
        }
        nodes.push(node);
    }
    assert_eq!(redis.info("commandstats", "cmdstat_spublish", "calls"), 0);
    for count in 0..EACH {
        for number in 0..DOCS {
            let writer = &nodes[(number + count) % NODES];
            writer.say(&format!("{number}"), &format!("{count}"));
        }
    }
    // Every node hears what the others have said.
    let each: usize = EACH - EACH / NODES;
    for following in &mut followings {
        for _ in 0..each - 1 {
            message(following).await;
        }
    }
    let published = (EACH * DOCS) as u64;
    eventually("all publishes", async || {
        let counted = redis.info("commandstats", "cmdstat_spublish", "calls");
        assert!(counted <= published, "{counted} publishes");
        (counted == published).then_some(())
    })
    .await;
    println!("{NODES} nodes, {published} messages: {published} publishes counted by Redis");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_documents_are_followed_again_within_seconds() {
    const DOCS: usize = 20_000;
    let redis = RedisProcess::start(RedisOptions::plain());
    let store = Uuid::new_v4();
    let node = BusNode::connected(&redis.url(), store).await;
    let started = Instant::now();
    let mut followings: Vec<_> = (0..DOCS)
        .map(|number| node.bus.follow(&doc(&format!("{number}"))))
        .collect();
    for following in &mut followings {
        assert_eq!(next(following).await, Heard::Following);
    }
    let first = started.elapsed();
    let mut best = Duration::MAX;
    for _ in 0..3 {
        assert_eq!(redis.cut("pubsub"), 1);
        let started = Instant::now();
        for following in &mut followings {
            assert_eq!(next(following).await, Heard::Missed);
        }
        for following in &mut followings {
            assert_eq!(next(following).await, Heard::Following);
        }
        best = best.min(started.elapsed());
    }
    node.until(BusHealth::Connected).await;
    println!("{DOCS} documents followed in {first:?}, followed again in {best:?}");
    assert!(best < Duration::from_secs(5), "{best:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_carries_thousands_of_messages_a_second() {
    const MESSAGES: usize = 20_000;
    const MESSAGE_BYTES: usize = 200;
    /// On their way at most, so that no queue overflows.
    const WINDOW: usize = 500;
    let redis = RedisProcess::start(RedisOptions::plain());
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&redis.url(), store).await;
    let reader = BusNode::connected(&redis.url(), store).await;
    let mut following = reader.follow("a").await;

    let mut round_trips = Vec::new();
    for _ in 0..1_000 {
        let sent = Instant::now();
        writer.say("a", "x");
        message(&mut following).await;
        round_trips.push(sent.elapsed());
    }
    round_trips.sort();

    let payload = Bytes::from(vec![b'x'; MESSAGE_BYTES]);
    let started = Instant::now();
    let mut sent = 0;
    for heard in 0..MESSAGES {
        while sent < MESSAGES && sent < heard + WINDOW {
            writer.bus.publish(&doc("a"), payload.clone());
            sent += 1;
        }
        assert_eq!(
            next(&mut following).await,
            Heard::Message(payload.clone()),
            "message {heard}"
        );
    }
    let took = started.elapsed();
    let rate = MESSAGES as f64 / took.as_secs_f64();
    println!(
        "one message there: p50 {:?}, p99 {:?}; {MESSAGES} messages of {MESSAGE_BYTES} bytes: {rate:.0} a second",
        round_trips[500], round_trips[990]
    );
    assert!(rate > 1_000.0, "{rate:.0} messages a second");
}
