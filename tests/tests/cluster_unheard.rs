//! A node that serves and is not heard by the others, and what requests are given meanwhile: what was acknowledged on one
//! node is seen on the others within a bound that the configuration gives (I6), and is in every answer (I1).

use std::time::{Duration, Instant};

use consilium_tests::client::{Client, Dialect, Edit};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::socket::{Heard, RawSocket, stock_auth};
use consilium_tests::staleness;
use sqlx::{Connection, PgConnection};

const DOC: &str = "guideline";

const REPAIR_INTERVAL: Duration = Duration::from_millis(500);

const REPAIR_ARGUMENTS: [&str; 2] = ["--repair-interval-ms", "500"];

/// Writes a word at the end, and waits until it is safe.
async fn write(client: &Client, word: &str) {
    let edit = Edit {
        at: client.text().len() as u32,
        remove: 0,
        insert: word.to_owned(),
    };
    client.edit(word, &edit);
    client.settled().await;
}

async fn until_figure(cluster: &Cluster, node: usize, name: &str, wanted: f64) {
    eventually(&format!("{name} is {wanted} on node {node}"), async || {
        (cluster.nodes[node].figure(name).await == wanted).then_some(())
    })
    .await;
}

/// Questions to the journal by a node so far, whatever the cause.
async fn questions(cluster: &Cluster, node: usize) -> f64 {
    let page = cluster.nodes[node].metrics().await;
    let counted = page
        .lines()
        .filter(|line| line.starts_with("consilium_repairs_total{"))
        .filter_map(|line| line.rsplit_once(' '));
    counted
        .map(|(_, count)| count.parse::<f64>().expect("a number"))
        .sum()
}

/// Nodes that start one after the other may have found each other unheard, and ask the journal a little longer.
async fn until_nobody_asks(cluster: &Cluster, node: usize) {
    eventually("nothing is asked for several intervals", async || {
        let before = questions(cluster, node).await;
        tokio::time::sleep(REPAIR_INTERVAL * 4).await;
        (questions(cluster, node).await == before).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_where_nothing_may_be_published_is_seen_elsewhere_in_time() {
    let cluster = Cluster::start(2, &REPAIR_ARGUMENTS).await;
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    let elsewhere = Client::synced(cluster.client(1, DOC, Dialect::Stock)).await;
    write(&writer, "[heard]").await;
    elsewhere.shows(&writer.text()).await;

    until_nobody_asks(&cluster, 1).await;
    cluster.change_rights(0, "-spublish");
    write(&writer, "[not heard]").await;
    let safe = Instant::now();
    // A document that nobody had open: there no node was ever heard.
    let other = "charter";
    let begins = Client::synced(cluster.client(0, other, Dialect::Extended)).await;
    let follows = Client::synced(cluster.client(1, other, Dialect::Plain)).await;
    write(&begins, "[begun]").await;
    for (reader, writer) in [(&elsewhere, &writer), (&follows, &begins)] {
        reader.shows(&writer.text()).await;
        let seen = safe.elapsed();
        println!("seen elsewhere {} ms after it was safe", seen.as_millis());
        // The lease ends, the others find out, and their rooms ask the journal.
        let bound = staleness::while_one_is_unheard(REPAIR_INTERVAL);
        assert!(seen < bound, "{seen:?} of {bound:?}");
    }
    // From now on the journal is asked all the time.
    until_figure(&cluster, 1, "consilium_nodes_unheard", 1.0).await;
    for word in ["[1]", "[2]", "[3]"] {
        write(&writer, word).await;
        let safe = Instant::now();
        elsewhere.shows(&writer.text()).await;
        assert!(safe.elapsed() < staleness::while_asking(REPAIR_INTERVAL));
    }
    assert_eq!(
        cluster.nodes[0].figure("consilium_bus_connected").await,
        0.0
    );

    // Nobody writes, and it is noticed all the same.
    cluster.change_rights(0, "+spublish");
    until_figure(&cluster, 0, "consilium_bus_connected", 1.0).await;
    until_figure(&cluster, 1, "consilium_nodes_unheard", 0.0).await;
    write(&writer, "[again]").await;
    elsewhere.shows(&writer.text()).await;
    let from_journal = cluster.nodes[1]
        .figure("consilium_repaired_updates_total")
        .await;
    for word in ["[4]", "[5]", "[6]"] {
        write(&writer, word).await;
        elsewhere.shows(&writer.text()).await;
    }
    let since = cluster.nodes[1]
        .figure("consilium_repaired_updates_total")
        .await;
    assert_eq!(since, from_journal, "the bus brings it again");
}

/// Opens the document on a node and leaves it: its room stays a while, without members.
async fn visit(cluster: &Cluster, node: usize) {
    drop(Client::synced(cluster.client(node, DOC, Dialect::Extended)).await);
    until_figure(cluster, node, "consilium_connections", 0.0).await;
    assert_eq!(cluster.nodes[node].figure("consilium_rooms").await, 1.0);
}

/// Everything that is written on node 0 is in what a request to node 1 is given at once.
async fn whatever_is_safe_is_in_the_answer(cluster: &Cluster, writer: &Client, words: &str) {
    for number in 0..10 {
        write(writer, &format!("[{words} {number}]")).await;
        assert_eq!(cluster.read_by_request(1, DOC).await, writer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_given_whatever_was_safe_on_another_node_while_the_bus_is_away() {
    let mut cluster = Cluster::start(2, &REPAIR_ARGUMENTS).await;
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    write(&writer, "[before]").await;
    visit(&cluster, 1).await;
    cluster.redis.kill();
    until_figure(&cluster, 1, "consilium_bus_connected", 0.0).await;
    whatever_is_safe_is_in_the_answer(&cluster, &writer, "away").await;
    cluster.redis.start_again();
    for node in 0..2 {
        until_figure(&cluster, node, "consilium_bus_connected", 1.0).await;
    }

    visit(&cluster, 1).await;
    cluster.change_rights(0, "-spublish");
    write(&writer, "[not heard]").await;
    until_figure(&cluster, 1, "consilium_nodes_unheard", 1.0).await;
    whatever_is_safe_is_in_the_answer(&cluster, &writer, "unheard").await;

    // What is not known to be all is not given.
    cluster.postgres.kill();
    let url = cluster.nodes[1].url(&format!("/api/v1/docs/{DOC}/update"));
    let answer = reqwest::get(&url).await.expect("ask for a document");
    assert_eq!(answer.status(), 503);
    cluster.postgres.start_again();
    eventually("the document is given again", async || {
        let answer = reqwest::get(&url).await.expect("ask for a document");
        (answer.status() == 200).then_some(())
    })
    .await;
    assert_eq!(cluster.read_by_request(1, DOC).await, writer.text());
}

/// Transactions of the database so far, and when that was.
async fn transactions(cluster: &Cluster) -> (i64, Instant) {
    let mut admin = PgConnection::connect(&cluster.database)
        .await
        .expect("connect");
    // Sessions tell what they did when they rest, at most once a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let asked = sqlx::query_scalar(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()",
    );
    let done = asked
        .fetch_one(&mut admin)
        .await
        .expect("ask for transactions");
    (done, Instant::now())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_redis_costs_the_others_a_question_an_interval_for_each_open_document() {
    const DOCS: usize = 200;
    const INTERVAL: Duration = Duration::from_secs(2);
    const COUNTED: Duration = Duration::from_secs(20);
    let cluster = Cluster::start(2, &["--repair-interval-ms", "2000"]).await;
    let mut member = RawSocket::connect(cluster.nodes[1].address(), "/sync")
        .await
        .expect("connect");
    for number in 0..DOCS {
        assert!(member.say(&format!("idle {number}"), stock_auth("")).await);
    }
    // A member who does not read is sent away.
    let reading = tokio::spawn(async move {
        while !matches!(member.hear().await, Heard::Closed(_) | Heard::Broken) {}
    });
    until_figure(&cluster, 1, "consilium_rooms", DOCS as f64).await;
    let count = async || {
        let (done_before, done_since) = transactions(&cluster).await;
        let (asked_before, asked_since) = (questions(&cluster, 1).await, Instant::now());
        tokio::time::sleep(COUNTED).await;
        let asked = questions(&cluster, 1).await - asked_before;
        let asked = asked / asked_since.elapsed().as_secs_f64();
        let (done, at) = transactions(&cluster).await;
        let done = (done - done_before) as f64 / (at - done_since).as_secs_f64();
        println!(
            "{DOCS} idle documents on one of two nodes: {asked:.1} questions and {done:.1} transactions a second"
        );
        asked
    };
    let quiet = count().await;
    assert!(quiet < 1.0, "nobody has anything to ask: {quiet}");
    cluster.lines[0].cut();
    until_figure(&cluster, 1, "consilium_nodes_unheard", 1.0).await;
    let asked = count().await;
    let most = DOCS as f64 / INTERVAL.as_secs_f64();
    assert!(asked <= most * 1.1, "{asked} questions a second");
    reading.abort();
}
