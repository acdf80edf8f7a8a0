//! Nodes tell each other of meetings over the bus: a deed is one publish, counted by Redis itself; of many at once only
//! the newest are told; and without the bus the store says the same, a little later.

use std::time::{Duration, Instant};

use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::meeting::{Seat, ask, plan};
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::ServerOptions;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Deeds that somebody does one after the other.
const DEEDS: u64 = 20;

/// Deeds that are asked for at once.
const BURST: u64 = 200;

/// A meeting is told of at most once in this time by one node.
const PAUSE: Duration = Duration::from_millis(50);

/// Publishes counted by Redis itself.
fn publishes(cluster: &Cluster) -> u64 {
    let redis = &cluster.redis;
    redis.info("commandstats", "cmdstat_spublish", "calls")
}

/// Notices that a node has heard.
async fn notices(cluster: &Cluster, node: usize) -> u64 {
    let name = "consilium_meeting_notices_total";
    cluster.nodes[node].figure(name).await as u64
}

/// What the two nodes may have published besides: each says at most twice a second how far the rooms of the meeting are.
fn others(since: Instant) -> u64 {
    2 * (since.elapsed().as_millis() as u64 / 500 + 1)
}

fn hands(view: &Value) -> usize {
    view["room"]["hands"].as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deed_is_one_publish_that_the_other_node_hears_and_a_burst_is_few() {
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let store = StoreAt::Database(&cluster.database);
    let ada = Person::made_by_the_operator(here, store, "Ada Chair").await;
    let community = ada.found("Panel").await;
    let doc = ada.new_document(&community, "community").await;
    let invitation = ada.invite(&community, "member").await;
    let bert = Person::invited(here, &invitation, "Bert Member").await;
    let bert = bert.at(there);
    let meeting = plan(&ada, &community, &[&doc], &[]).await;
    let a = Seat::take(&ada, &meeting).await;
    let b = Seat::take(&bert, &meeting).await;
    let _ = a.act(json!({ "do": "open" })).await;
    b.sees_chair(&ada).await;
    // Whatever was told until now has been heard when nothing is told for longer than between two.
    let mut told = publishes(&cluster);
    eventually("nothing is told any more", async || {
        tokio::time::sleep(PAUSE * 6).await;
        let before = std::mem::replace(&mut told, publishes(&cluster));
        (before == told).then_some(())
    })
    .await;

    let heard = notices(&cluster, 0).await;
    let started = Instant::now();
    // Whoever leads needs to raise no hand.
    for number in 0..DEEDS {
        let (deed, wanted) = if number.is_multiple_of(2) {
            ("raise-hand", 1)
        } else {
            ("lower-hand", 0)
        };
        let _ = b.act(json!({ "do": deed })).await;
        let _ = a.sees(deed, |view| hands(view) == wanted).await;
        // Otherwise the next deed might be told together with this one.
        tokio::time::sleep(PAUSE).await;
    }
    eventually("all of them are heard", async || {
        (notices(&cluster, 0).await >= heard + DEEDS).then_some(())
    })
    .await;
    let counted = publishes(&cluster) - told;
    println!("{DEEDS} deeds of a meeting on 2 nodes: {counted} publishes");
    assert_eq!(notices(&cluster, 0).await, heard + DEEDS, "one for each");
    assert!((DEEDS..=DEEDS + others(started)).contains(&counted));

    let told = publishes(&cluster);
    let started = Instant::now();
    let mut asking = Vec::new();
    for number in 0..BURST {
        let (who, meeting) = (bert.clone(), meeting.clone());
        let deed = if number.is_multiple_of(2) {
            "raise-hand"
        } else {
            "lower-hand"
        };
        asking.push(tokio::spawn(async move {
            let answer = ask(&who, &meeting, json!({ "do": deed })).await;
            u64::from(answer.status == StatusCode::OK)
        }));
    }
    let mut done = 0;
    for asked in asking {
        done += asked.await.expect("asked");
    }
    let _ = a.act(json!({ "do": "set-floor", "mode": "hands" })).await;
    let _ = b
        .sees("the last deed", |view| view["floor"] == "hands")
        .await;
    let counted = publishes(&cluster) - told;
    let pauses = (started.elapsed().as_millis() / PAUSE.as_millis()) as u64;
    println!("{done} deeds in {pauses} pauses: {counted} publishes");
    assert!(done > BURST / 4, "{done}");
    assert!(
        counted <= pauses + 2 + others(started),
        "{counted} in {pauses} pauses"
    );

    // Neither hears the other: the store says the same.
    for line in &cluster.lines {
        line.cut();
    }
    let heard = notices(&cluster, 1).await;
    let _ = a.act(json!({ "do": "set-floor", "mode": "open" })).await;
    let _ = b
        .sees("what the store says", |view| view["floor"] == "open")
        .await;
    assert_eq!(notices(&cluster, 1).await, heard);
}
