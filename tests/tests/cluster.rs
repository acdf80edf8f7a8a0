//! Several real servers, one PostgreSQL, one Redis: members on different nodes write one text (D5, I1, I2, I6).

use std::time::{Duration, Instant};

use consilium_tests::client::{Client, Dialect, Edit};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::redis_process::{RedisOptions, RedisProcess};
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};
use consilium_tests::staleness;

const DOC: &str = "guideline";

/// Where staleness is measured.
const REPAIR_INTERVAL: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_clients_and_ours_co_edit_across_nodes() {
    let cluster = Cluster::start(3, &[]).await;
    let mut members = Vec::new();
    for node in 0..cluster.nodes.len() {
        for dialect in Dialect::ALL {
            members.push(Client::synced(cluster.client(node, DOC, dialect)).await);
        }
    }
    for round in 0..20 {
        for (number, member) in members.iter().enumerate() {
            member.type_marker(&format!("[{number}.{round}]"), round * 7 + number as u64);
        }
    }
    for member in &members {
        member.settled().await;
    }
    for member in &members {
        member
            .until("everybody's words", |replica| {
                (0..9).all(|number| {
                    (0..20).all(|round| replica.text().contains(&format!("[{number}.{round}]")))
                })
            })
            .await;
    }
    let text = members[0].text();
    for member in &members {
        member.shows(&text).await;
    }
    for node in 0..cluster.nodes.len() {
        assert_eq!(cluster.read_afresh(node, DOC).await, text);
    }
    assert_eq!(cluster.figure("consilium_bus_malformed_total").await, 0.0);
    assert_eq!(
        cluster.figure("consilium_digest_mismatches_total").await,
        0.0
    );
    // The bus alone has brought everything.
    let repaired = cluster.figure("consilium_repaired_updates_total").await;
    assert_eq!(repaired, 0.0);
}

/// Publishes counted by Redis itself.
fn publishes(cluster: &Cluster) -> u64 {
    cluster
        .redis
        .info("commandstats", "cmdstat_spublish", "calls")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_costs_one_publish_however_many_nodes_there_are() {
    for (nodes, edits) in [(2, 100), (3, 300), (5, 100)] {
        an_edit_costs_one_publish(nodes, edits).await;
    }
}

/// Counts what Redis was given while `edits` are made one after the other, and in one burst, with readers on all nodes.
async fn an_edit_costs_one_publish(nodes: usize, edits: u64) {
    // States and greetings come on top; with this interval there are none while the edits are counted.
    let cluster = Cluster::start(nodes, &["--repair-interval-ms", "120000"]).await;
    let mut readers = Vec::new();
    for node in 0..nodes {
        readers.push(Client::synced(cluster.client(node, DOC, Dialect::Extended)).await);
    }
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    writer.type_marker("[first]", 0);
    for reader in &readers {
        reader
            .until("the first word", |replica| {
                replica.text().contains("[first]")
            })
            .await;
    }
    let before = publishes(&cluster);
    let started = Instant::now();
    for number in 0..edits {
        writer.type_marker(&format!("[{number}]"), number);
        // One commit each: a burst would share one.
        writer.settled().await;
    }
    let took = started.elapsed();
    let last = format!("[{}]", edits - 1);
    for reader in &readers {
        reader
            .until("the last word", |replica| replica.text().contains(&last))
            .await;
    }
    let counted = publishes(&cluster) - before;
    println!(
        "{edits} edits on {nodes} nodes: {counted} publishes, {:.3} an edit; {:.1} ms an edit, acknowledged",
        counted as f64 / edits as f64,
        took.as_secs_f64() * 1_000.0 / edits as f64
    );
    // With this interval node 0 answers later greetings half a minute after the first, together: on a slow machine that
    // falls into the count.
    assert!((edits..=edits + 1).contains(&counted), "{counted}");
    // Edits that arrive together are committed together, and told together.
    let before = publishes(&cluster);
    for number in 0..edits {
        writer.type_marker(&format!("[burst {number}]"), number);
    }
    writer.settled().await;
    let counted = publishes(&cluster) - before;
    println!("{edits} edits in one burst: {counted} publishes");
    assert!(counted < edits / 2, "{counted} publishes for a burst");
}

/// Writes numbered words at the end, one after the other.
async fn write_numbers(client: &Client, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let word = format!("[{number}]");
        let at = client.text().len() as u32;
        client.edit(
            &word,
            &Edit {
                at,
                remove: 0,
                insert: word.clone(),
            },
        );
        client.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_members_of_one_node_notice_nothing_and_edits_cross_nodes_by_the_journal() {
    let mut cluster = Cluster::start(2, &["--repair-interval-ms", "500"]).await;
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    let beside = Client::synced(cluster.client(0, DOC, Dialect::Plain)).await;
    let elsewhere = Client::synced(cluster.client(1, DOC, Dialect::Stock)).await;
    write_numbers(&writer, 0..1).await;
    cluster.redis.kill();
    let started = Instant::now();
    write_numbers(&writer, 1..20).await;
    let safe = Instant::now();
    beside
        .until("the neighbour's words", |replica| {
            replica.text().contains("[19]")
        })
        .await;
    elsewhere
        .until("the other node's words", |replica| {
            replica.text().contains("[19]")
        })
        .await;
    // Its connection broke, so the other node knew at once, and its room asks every interval.
    let staleness = safe.elapsed();
    println!(
        "19 edits crossed nodes without Redis, {} ms after the first, {} ms after the last was safe",
        started.elapsed().as_millis(),
        staleness.as_millis()
    );
    let bound = staleness::while_asking(REPAIR_INTERVAL);
    assert!(staleness < bound, "{staleness:?} of {bound:?}");
    // It says so, and is ready all the same.
    eventually("readiness says degraded", async || {
        let answer = reqwest::get(cluster.nodes[0].url("/readyz"))
            .await
            .expect("ask for readiness");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("read the answer");
        (status == 200 && text.starts_with("degraded")).then_some(())
    })
    .await;
    assert_eq!(
        cluster.nodes[0].figure("consilium_bus_connected").await,
        0.0
    );
    cluster.redis.start_again();
    eventually("both nodes are back on the bus", async || {
        (cluster.figure("consilium_bus_connected").await == 2.0).then_some(())
    })
    .await;
    write_numbers(&writer, 20..21).await;
    elsewhere.shows(&writer.text()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_on_a_node_that_only_the_bus_has_lost_is_read_elsewhere_all_the_same() {
    let cluster = Cluster::start(2, &["--repair-interval-ms", "500"]).await;
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    let elsewhere = Client::synced(cluster.client(1, DOC, Dialect::Stock)).await;
    write_numbers(&writer, 0..1).await;
    elsewhere.shows(&writer.text()).await;
    cluster.lines[0].cut();
    // Its lease runs out and it is taken for dead; what it had committed until then is asked for once.
    eventually("the other node has lost it", async || {
        let log = cluster.nodes[1].log_tail();
        log.contains("another node has gone").then_some(())
    })
    .await;
    // The lease has ended; that it serves all the same is yet to be found out.
    let bound = staleness::while_one_is_unheard(REPAIR_INTERVAL);
    for numbers in [1..5, 5..9] {
        write_numbers(&writer, numbers).await;
        let safe = Instant::now();
        elsewhere.shows(&writer.text()).await;
        assert!(safe.elapsed() < bound, "{:?} of {bound:?}", safe.elapsed());
    }
    // Also by a room that is opened now and has never heard of the other, and however long it was quiet before.
    let other = "charter";
    let begins = Client::synced(cluster.client(0, other, Dialect::Extended)).await;
    let follows = Client::synced(cluster.client(1, other, Dialect::Stock)).await;
    eventually("the other node knows that one serves unheard", async || {
        (cluster.nodes[1].figure("consilium_nodes_unheard").await == 1.0).then_some(())
    })
    .await;
    write_numbers(&begins, 0..3).await;
    let safe = Instant::now();
    follows.shows(&begins.text()).await;
    let staleness = safe.elapsed();
    println!(
        "read elsewhere {} ms after it was safe, in a document that was opened during the fault",
        staleness.as_millis()
    );
    let bound = staleness::while_asking(REPAIR_INTERVAL);
    assert!(staleness < bound, "{staleness:?} of {bound:?}");
    assert_eq!(
        cluster.nodes[0].figure("consilium_bus_connected").await,
        0.0
    );
    assert_eq!(
        cluster.nodes[1].figure("consilium_bus_connected").await,
        1.0
    );
    cluster.lines[0].open();
    eventually("nobody is unheard any more", async || {
        (cluster.nodes[1].figure("consilium_nodes_unheard").await == 0.0).then_some(())
    })
    .await;
    write_numbers(&begins, 3..4).await;
    follows.shows(&begins.text()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postgres_nothing_is_called_safe_and_everything_is_when_it_is_back() {
    let mut cluster = Cluster::start(2, &[]).await;
    let left = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    let right = Client::synced(cluster.client(1, DOC, Dialect::Stock)).await;
    write_numbers(&left, 0..3).await;
    right.shows(&left.text()).await;
    cluster.postgres.kill();
    left.type_marker("[left]", 0);
    right.type_marker("[right]", 0);
    left.until("it is told that storage is away", |replica| {
        replica.storage_available() == Some(false)
    })
    .await;
    assert!(!left.acknowledged().contains("[left]"));
    assert!(!right.acknowledged().contains("[right]"));
    assert!(!right.text().contains("[left]"), "shown before it is safe");
    eventually("readiness says no", async || {
        (cluster.nodes[0].readiness().await == 503).then_some(())
    })
    .await;
    cluster.postgres.start_again();
    left.settled().await;
    right.settled().await;
    left.until("the other's word", |replica| {
        replica.text().contains("[right]")
    })
    .await;
    right.shows(&left.text()).await;
    assert_eq!(cluster.read_afresh(1, DOC).await, left.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_crosses_nodes_and_a_dead_nodes_members_are_gone_within_ten_seconds() {
    use consilium_protocol::awareness::{self, AwarenessEntry};
    use consilium_protocol::envelope::{ClientMessage, ServerFrame, ServerMessage};
    use consilium_tests::socket::{Heard, RawSocket, frame_of, stock_auth};

    const DEATHS: usize = 4;
    let mut cluster = Cluster::start(1 + DEATHS, &[]).await;
    let addresses: Vec<_> = cluster.nodes.iter().map(ServerProcess::address).collect();
    let member = async |node: usize, client: u64| {
        let mut socket = RawSocket::connect(addresses[node], "/sync")
            .await
            .expect("connect");
        assert!(socket.send(frame_of(DOC, stock_auth(""))).await);
        let entry = AwarenessEntry {
            client,
            clock: 1,
            state: r#"{"user":{"name":"x"}}"#.into(),
        };
        let payload = awareness::encode([entry].iter());
        let message = ClientMessage::Awareness(payload);
        assert!(socket.send(frame_of(DOC, message)).await);
        socket
    };
    /// Reads until the presence of a client is this.
    async fn until(socket: &mut RawSocket, client: u64, here: bool) -> Duration {
        let started = Instant::now();
        let wait = async {
            loop {
                let Heard::Frame(frame) = socket.hear().await else {
                    panic!("the connection broke");
                };
                if let Ok(ServerFrame::Message {
                    message: ServerMessage::Awareness(payload),
                    ..
                }) = ServerFrame::decode(frame)
                    && awareness::decode(payload)
                        .expect("presence")
                        .iter()
                        .any(|entry| entry.client == client && entry.is_removal() != here)
                {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .unwrap_or_else(|_| panic!("presence of {client} never became {here}"));
        started.elapsed()
    }
    let mut here = member(0, 7).await;
    // Quiet for longer than a lease, so that the others have asked after it before it dies; and dying at another moment
    // between two renewals each time. The last one hangs instead, with all its connections.
    for (node, quiet_ms) in (1..=DEATHS).zip([7_100, 7_350, 7_600, 7_850]) {
        let client = 7 + node as u64;
        let mut other = member(node, client).await;
        let seen = until(&mut here, client, true).await;
        // A member who does not read looks absent, whatever happens to the node.
        let reader = tokio::spawn(async move {
            while !matches!(other.hear().await, Heard::Closed(_) | Heard::Broken) {}
        });
        let quiet = Duration::from_millis(quiet_ms);
        let early = tokio::time::timeout(quiet, until(&mut here, client, false)).await;
        assert!(early.is_err(), "{client} is gone while its node lives");
        let died = Instant::now();
        let manner = if node == DEATHS {
            cluster.nodes[node].pause();
            "hanging"
        } else {
            cluster.nodes[node].kill();
            "dead"
        };
        until(&mut here, client, false).await;
        let gone = died.elapsed();
        println!(
            "seen across nodes after {} ms; a {manner} node's member gone after {} ms",
            seen.as_millis(),
            gone.as_millis()
        );
        // LEASE + LEASE_TURN is 7 s; the promise is 10 s (D16).
        assert!(gone < Duration::from_secs(10), "{manner}: {gone:?}");
        reader.abort();
    }
    cluster.nodes[DEATHS].resume();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_goes_down_in_order_loses_nothing_and_its_members_go_on_elsewhere() {
    let mut cluster = Cluster::start(2, &[]).await;
    let mut members = Vec::new();
    for number in 0..20 {
        let dialect = Dialect::ALL[number % 3];
        members.push(Client::synced(cluster.client(number % 2, DOC, dialect)).await);
    }
    for (number, member) in members.iter().enumerate() {
        member.type_marker(&format!("[before {number}]"), number as u64);
    }
    let (status, took) = cluster.nodes[1].terminate();
    assert!(status.success(), "{status}");
    for (number, member) in members.iter().enumerate() {
        member.type_marker(&format!("[after {number}]"), number as u64);
    }
    for member in &members {
        member.settled().await;
    }
    let text = cluster.read_afresh(0, DOC).await;
    for number in 0..20 {
        for word in [format!("[before {number}]"), format!("[after {number}]")] {
            assert_eq!(text.matches(&word).count(), 1, "{word} in {text}");
        }
    }
    for member in &members {
        member.shows(&text).await;
    }
    println!("drained in {} ms under load", took.as_millis());
}

/// What an alert compares: the figure, the sign and the number.
fn alert(name: &str) -> (String, String, f64) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../deploy/prometheus/alerts.yml"
    );
    let rules = std::fs::read_to_string(path).expect("read the alerts");
    let expression = rules
        .lines()
        .skip_while(|line| !line.contains(&format!("- alert: {name}")))
        .find_map(|line| line.trim().strip_prefix("expr: "))
        .unwrap_or_else(|| panic!("no alert {name}"));
    let [figure, sign, number] = expression.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{name} is not a plain comparison: {expression}");
    };
    let number = number.parse().expect("a number");
    (figure.to_owned(), sign.to_owned(), number)
}

/// Whether that is so on a node now. A figure that the node does not have is no reason.
async fn is_alarmed(node: &ServerProcess, alert: &(String, String, f64)) -> bool {
    let (figure, sign, number) = alert;
    let page = node.metrics().await;
    let values = page
        .lines()
        .filter_map(|line| line.strip_prefix(figure.as_str())?.strip_prefix(' '))
        .map(|value| value.parse::<f64>().expect("a number"));
    values.into_iter().any(|value| match sign.as_str() {
        "==" => value == *number,
        ">" => value > *number,
        other => panic!("{other} is not understood"),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_alert_that_nothing_is_made_safe_is_true_all_the_time_that_postgres_is_away() {
    // As long as its `for`, and a little: it has to be true without a break.
    const AWAY: Duration = Duration::from_secs(32);
    let not_saving = alert("ConsiliumNotSaving");
    let mut cluster = Cluster::start(1, &[]).await;
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    write_numbers(&writer, 0..1).await;
    assert!(!is_alarmed(&cluster.nodes[0], &not_saving).await);
    cluster.postgres.kill();
    writer.type_marker("[not safe]", 0);
    eventually("the alert", async || {
        is_alarmed(&cluster.nodes[0], &not_saving)
            .await
            .then_some(())
    })
    .await;
    let since = Instant::now();
    while since.elapsed() < AWAY {
        assert!(
            is_alarmed(&cluster.nodes[0], &not_saving).await,
            "it was called off after {:?}",
            since.elapsed()
        );
        // As often as one would be asked, not a wait for anything.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    cluster.postgres.start_again();
    writer.settled().await;
    assert!(!is_alarmed(&cluster.nodes[0], &not_saving).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_alert_that_commits_are_behind_can_be_true() {
    let behind = alert("ConsiliumCommitsBehind");
    let cluster = Cluster::start(1, &[]).await;
    let writer = Client::synced(cluster.client(0, DOC, Dialect::Extended)).await;
    write_numbers(&writer, 0..1).await;
    assert!(!is_alarmed(&cluster.nodes[0], &behind).await);
    // A commit that hangs, not one that fails.
    let paused = cluster.postgres.pause();
    writer.type_marker("[late]", 0);
    eventually("the alert", async || {
        is_alarmed(&cluster.nodes[0], &behind).await.then_some(())
    })
    .await;
    drop(paused);
    writer.settled().await;
    eventually("the end of the alert", async || {
        (!is_alarmed(&cluster.nodes[0], &behind).await).then_some(())
    })
    .await;
}

/// What a node says that does not start.
fn refused(database: &str, redis: Option<&str>) -> String {
    let scratch = tempfile::tempdir().expect("make a scratch directory");
    let log = std::fs::File::create(scratch.path().join("log")).expect("make a log");
    let mut command = std::process::Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CONSILIUM_")) {
        command.env_remove(name);
    }
    command
        .args(["serve", "--insecure-open", "--listen", "127.0.0.1:0"])
        .args(["--database-url", database])
        .args(redis.into_iter().flat_map(|redis| ["--redis-url", redis]))
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(log);
    let mut child = command.spawn().expect("start the server");
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("ask for the server's end") {
            break status;
        }
        if started.elapsed() > Duration::from_secs(60) {
            child.kill().expect("end the server");
            child.wait().expect("reap the server");
            panic!("it serves");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(!status.success(), "{status}");
    std::fs::read_to_string(scratch.path().join("log")).expect("read the log")
}

fn alone(database: &str) -> ServerProcess {
    ServerProcess::start(ServerOptions::open().arg("--database-url").arg(database))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_would_not_hear_of_another_on_its_database_does_not_start() {
    let postgres = PostgresProcess::start();
    let database = postgres.new_database().await;
    let redis = RedisProcess::start(RedisOptions::plain());
    let bus = redis.url();
    let together = |database: &str| {
        let options = ServerOptions::open().arg("--database-url").arg(database);
        ServerProcess::start(options.arg("--redis-url").arg(&bus))
    };
    let advice = "Give all nodes the same --redis-url";

    // Nodes with Redis live side by side; one without does not start beside them, whatever the address calls it.
    let mut nodes = [together(&database), together(&database)];
    let named = format!("{database}?application_name=night%20watch");
    for database in [&database, &named] {
        let said = refused(database, None);
        assert!(
            said.contains("a node with a --redis-url serves this database")
                && said.contains(advice),
            "{said}"
        );
    }
    // Another database of the same server is nobody's business.
    drop(alone(&postgres.new_database().await));
    for node in &mut nodes {
        node.kill();
    }

    // Killed nodes are in nobody's way; a node alone is, for both kinds.
    let mut lonely = alone(&named);
    for redis in [None, Some(&*bus)] {
        let said = refused(&database, redis);
        assert!(
            said.contains("a node without --redis-url serves this database from 127.0.0.1")
                && said.contains(advice),
            "{said}"
        );
    }
    lonely.kill();
    lonely.start_again();
    assert!(lonely.terminate().0.success());
    drop(together(&database));
}
