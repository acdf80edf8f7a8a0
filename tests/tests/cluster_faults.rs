//! Three real nodes under load while everything around them fails, in turn: Redis, its connections, PostgreSQL, a node,
//! the line between a node and Redis, all nodes at once while PostgreSQL hangs. Afterwards everybody agrees, and nothing
//! that was acknowledged is missing or there twice (I1, I2), and what was safe on one node was seen on the others in time
//! (I6).
//!
//! Each fault meets members on every node, since everybody has gone home before, and nodes are met by turns. Whoever
//! writes holds everything they wrote, and says it again to a server that lost it; so where all nodes have died, nobody
//! may come back before a newcomer has read what PostgreSQL kept.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use consilium_protocol::limits::REPAIR_INTERVAL;
use consilium_server::bus::limits::{LEASE, LEASE_TURN};
use consilium_tests::client::{Client, Dialect, Edit, Gate, Replica};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::staleness;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;

const NODES: usize = 3;
const DOCS: [&str; 2] = ["guideline", "charter"];

/// The seed of everything that is decided by lot, unless `CLUSTER_FAULTS_SEED` gives another number.
const SEED: u64 = 0x00DE_C1DE;

fn seed() -> u64 {
    match std::env::var("CLUSTER_FAULTS_SEED") {
        Ok(seed) => seed.parse().expect("CLUSTER_FAULTS_SEED is a number"),
        Err(_) => SEED,
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// Redis dies and comes back empty.
    RedisKilled,
    /// Redis hangs for half a minute.
    RedisPaused,
    /// All connections to Redis break at once.
    RedisConnectionsCut,
    /// A node dies and comes back.
    NodeKilled,
    /// A node hangs, its connections with it, and goes on.
    NodePaused,
    /// A node is cut off from Redis, but not from its members.
    NodeCutOff,
    /// The same for longer than a lease lasts, and longer than the others may take to see what is written there.
    NodeCutOffForLong,
    /// What a node and Redis send each other gets stuck on the way.
    NodeLineClogged,
    /// PostgreSQL is restarted in order.
    PostgresRestarted,
    /// PostgreSQL dies and recovers.
    PostgresKilled,
    /// PostgreSQL hangs.
    PostgresPaused,
    /// PostgreSQL hangs, and meanwhile all nodes die: what was acknowledged and not safe is nowhere any more.
    AllKilledWhilePostgresHangs,
}

impl Fault {
    const ALL: [Self; 12] = [
        Self::RedisKilled,
        Self::RedisPaused,
        Self::RedisConnectionsCut,
        Self::NodeKilled,
        Self::NodePaused,
        Self::NodeCutOff,
        Self::NodeCutOffForLong,
        Self::NodeLineClogged,
        Self::PostgresRestarted,
        Self::PostgresKilled,
        Self::PostgresPaused,
        Self::AllKilledWhilePostgresHangs,
    ];

    /// Whether it is one node that fails.
    fn is_of_a_node(self) -> bool {
        matches!(
            self,
            Self::NodeKilled
                | Self::NodePaused
                | Self::NodeCutOff
                | Self::NodeCutOffForLong
                | Self::NodeLineClogged
        )
    }

    /// Brings it about, on `node` where it is of a node, and mends it. How long it lasts is the point of a fault, so this
    /// sleeps. The gate is that of everybody who writes, and stays shut where nobody may mend what the nodes have lost.
    async fn happen(self, cluster: &mut Cluster, node: usize, gate: &Gate, rng: &mut ChaCha8Rng) {
        let a_while = Duration::from_millis(rng.random_range(1_500..4_000));
        match self {
            Self::RedisKilled => {
                cluster.redis.kill();
                tokio::time::sleep(a_while).await;
                cluster.redis.start_again();
            }
            Self::RedisPaused => {
                cluster.redis.pause();
                tokio::time::sleep(Duration::from_secs(30)).await;
                cluster.redis.resume();
            }
            Self::RedisConnectionsCut => {
                cluster.redis.cut("pubsub");
                cluster.redis.cut("normal");
            }
            Self::NodeKilled => {
                cluster.nodes[node].kill();
                tokio::time::sleep(a_while).await;
                cluster.nodes[node].start_again();
            }
            Self::NodePaused => {
                cluster.nodes[node].pause();
                // Longer than a lease, so that others take it for dead.
                tokio::time::sleep(Duration::from_secs(9)).await;
                cluster.nodes[node].resume();
            }
            Self::NodeCutOff => {
                cluster.lines[node].cut();
                tokio::time::sleep(a_while).await;
                cluster.lines[node].open();
            }
            Self::NodeCutOffForLong => {
                cluster.lines[node].cut();
                tokio::time::sleep(Duration::from_secs(30)).await;
                cluster.lines[node].open();
            }
            Self::NodeLineClogged => {
                cluster.lines[node].clog();
                tokio::time::sleep(Duration::from_secs(8)).await;
                cluster.lines[node].open();
            }
            Self::PostgresRestarted => {
                cluster.postgres.stop();
                tokio::time::sleep(a_while).await;
                cluster.postgres.start_again();
            }
            Self::PostgresKilled => {
                cluster.postgres.kill();
                tokio::time::sleep(a_while).await;
                cluster.postgres.start_again();
            }
            Self::PostgresPaused => {
                let paused = cluster.postgres.pause();
                tokio::time::sleep(Duration::from_secs(7)).await;
                drop(paused);
            }
            Self::AllKilledWhilePostgresHangs => {
                let paused = cluster.postgres.pause();
                tokio::time::sleep(a_while).await;
                gate.set(false);
                for node in &mut cluster.nodes {
                    node.kill();
                }
                drop(paused);
                for node in &mut cluster.nodes {
                    node.start_again();
                }
            }
        }
    }
}

impl Fault {
    /// How late what was safe on one node may be seen on another, if the fault lasted so long: what passes until those
    /// who miss something know it, and then what asking the journal takes. Never how long Redis was away, nor how long a
    /// node was cut off from it.
    fn staleness_max(self, lasted: Duration) -> Duration {
        let asking = staleness::while_asking(REPAIR_INTERVAL);
        match self {
            // Broken connections say so.
            Self::RedisKilled | Self::RedisConnectionsCut => asking,
            Self::RedisPaused => staleness::while_the_bus_hangs(REPAIR_INTERVAL),
            Self::NodeCutOff | Self::NodeCutOffForLong | Self::NodeLineClogged => {
                staleness::while_one_is_unheard(REPAIR_INTERVAL)
            }
            // What it committed and could not tell any more is asked for when its lease has ended.
            Self::NodeKilled => LEASE + LEASE_TURN + asking,
            // Its own members see nothing until it goes on, and then its connections have to be found broken.
            Self::NodePaused => lasted + staleness::while_the_bus_hangs(REPAIR_INTERVAL),
            // The bus brings everything; where it does not, nobody can be asked meanwhile.
            Self::PostgresRestarted | Self::PostgresKilled | Self::PostgresPaused => {
                lasted + asking
            }
            // The leases of those who died have to end.
            Self::AllKilledWhilePostgresHangs => lasted + LEASE + LEASE_TURN + asking,
        }
    }
}

struct Writer {
    doc: &'static str,
    client: Client,
}

/// How long what one node has acknowledged takes to be seen on another: a pulse of numbers through a document of its
/// own.
struct Pulse {
    acknowledged: Arc<Mutex<Vec<Instant>>>,
    longest: Arc<Mutex<Duration>>,
    /// How many each reader has seen.
    seen: Vec<Arc<AtomicUsize>>,
    /// One on each node.
    clients: Vec<Arc<Client>>,
    tasks: JoinSet<()>,
}

impl Pulse {
    const DOC: &'static str = "pulse";

    async fn start(cluster: &Cluster, gate: &Gate) -> Self {
        let acknowledged: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let longest: Arc<Mutex<Duration>> = Arc::default();
        let mut tasks = JoinSet::new();
        let client = async |node| {
            let options = cluster.client(node, Self::DOC, Dialect::Extended);
            Arc::new(Client::synced(options.behind(gate)).await)
        };
        let writer = client(0).await;
        let mut clients = vec![Arc::clone(&writer)];
        let times = Arc::clone(&acknowledged);
        tasks.spawn(async move {
            for number in 0_u64.. {
                let word = format!("[{number}]");
                let at = writer.text().len() as u32;
                let insert = word.clone();
                writer.edit(
                    &word,
                    &Edit {
                        at,
                        remove: 0,
                        insert,
                    },
                );
                while !writer.acknowledged().contains(&word) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                times
                    .lock()
                    .expect("no task has panicked")
                    .push(Instant::now());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let mut seen = Vec::new();
        for node in 1..NODES {
            let mine = Arc::<AtomicUsize>::default();
            seen.push(Arc::clone(&mine));
            let reader = client(node).await;
            clients.push(Arc::clone(&reader));
            let (times, longest) = (Arc::clone(&acknowledged), Arc::clone(&longest));
            tasks.spawn(async move {
                loop {
                    let seen = mine.load(Ordering::Relaxed);
                    let text = reader.text();
                    let count = text.matches('[').count();
                    let now = Instant::now();
                    {
                        let times = times.lock().expect("no task has panicked");
                        let known = count.min(times.len());
                        for at in times.iter().take(known).skip(seen) {
                            let mut longest = longest.lock().expect("no task has panicked");
                            *longest = longest.max(now.saturating_duration_since(*at));
                        }
                        mine.store(seen.max(known), Ordering::Relaxed);
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            });
        }
        Self {
            acknowledged,
            longest,
            seen,
            clients,
            tasks,
        }
    }

    fn acknowledged(&self) -> usize {
        self.acknowledged
            .lock()
            .expect("no task has panicked")
            .len()
    }

    /// The longest wait since the last time of asking, of all that was acknowledged until now.
    async fn longest(&self) -> Duration {
        let acknowledged = self.acknowledged();
        eventually("everybody has seen the pulse", async || {
            let seen = |reader: &Arc<AtomicUsize>| reader.load(Ordering::Relaxed);
            let is_seen = self.seen.iter().all(|reader| seen(reader) >= acknowledged);
            is_seen.then_some(())
        })
        .await;
        std::mem::take(&mut *self.longest.lock().expect("no task has panicked"))
    }
}

/// Brings everybody back to the node that they prefer.
async fn everybody_is_at_home(writers: &[Writer], pulse: &Pulse) {
    let everybody = || {
        let writing = writers.iter().map(|writer| &writer.client);
        writing.chain(pulse.clients.iter().map(|client| &**client))
    };
    everybody().for_each(Client::go_home);
    eventually("everybody is at home", async || {
        let home = |client: &Client| client.is_at_home() && client.replica().is_synced();
        everybody().all(home).then_some(())
    })
    .await;
}

/// What the writers of a document were told is safe.
fn told<'a>(writers: &'a [Writer], doc: &'a str) -> Vec<String> {
    let of_it = writers.iter().filter(|writer| writer.doc == doc);
    of_it
        .flat_map(|writer| writer.client.acknowledged())
        .collect()
}

/// Waits until newcomers on a node see all that anybody was told is safe; gives how much that is.
async fn newcomers_see_it(cluster: &Cluster, node: usize, writers: &[Writer], when: &str) -> usize {
    let mut acknowledged = 0;
    for doc in DOCS {
        let told = told(writers, doc);
        acknowledged += told.len();
        let newcomer = Client::synced(cluster.client(node, doc, Dialect::Extended)).await;
        let what = format!("all that was safe after {when}, on node {node}");
        newcomer
            .until(&what, |replica| wrong(&replica.text(), &told).is_empty())
            .await;
    }
    acknowledged
}

fn start_typing(writers: &Arc<[Writer]>) -> JoinSet<()> {
    let mut typing = JoinSet::new();
    for number in 0..writers.len() {
        let writers = Arc::clone(writers);
        let mut rng = ChaCha8Rng::seed_from_u64(seed() ^ (number as u64 + 1));
        typing.spawn(async move {
            let writer = &writers[number];
            for keystroke in 0_u64.. {
                if writer.client.replica().unacknowledged().count() < 12 {
                    writer
                        .client
                        .type_marker(&format!("[{number}.{keystroke}]"), rng.random());
                }
                let pause = if rng.random_ratio(1, 6) { 300 } else { 60 };
                tokio::time::sleep(Duration::from_millis(rng.random_range(1..pause))).await;
            }
        });
    }
    typing
}

/// Markers that occur in a text, with how often.
fn counted(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for marker in text.split_inclusive(']') {
        *counts.entry(marker).or_default() += 1;
    }
    counts
}

/// What is wrong with a text that should hold these once each.
fn wrong<'a>(text: &str, acknowledged: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let counts = counted(text);
    let missing = acknowledged
        .into_iter()
        .filter(|marker| !counts.contains_key(marker.as_str()))
        .map(|marker| format!("{marker} is missing"));
    let doubled = counts
        .iter()
        .filter(|(_, count)| **count > 1)
        .map(|(marker, count)| format!("{marker} is there {count} times"));
    missing.chain(doubled).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_whatever_fails() {
    let mut rng = ChaCha8Rng::seed_from_u64(seed());
    println!("seed {}", seed());
    let mut cluster = Cluster::start(NODES, &[]).await;
    let started = Instant::now();
    let gate = Gate::open();

    let mut writers = Vec::new();
    for doc in DOCS {
        for node in 0..NODES {
            for dialect in Dialect::ALL {
                let client = Client::start(cluster.client(node, doc, dialect).behind(&gate));
                writers.push(Writer { doc, client });
            }
        }
    }
    let writers: Arc<[Writer]> = writers.into();
    for writer in writers.iter() {
        writer.client.until("synced", Replica::is_synced).await;
    }
    let pulse = Pulse::start(&cluster, &gate).await;
    let mut typing = start_typing(&writers);

    let mut faults = Fault::ALL.to_vec();
    // Each kind at least once; the quick ones again, so that they follow on each other in other orders.
    faults.extend([
        Fault::RedisKilled,
        Fault::RedisConnectionsCut,
        Fault::NodeKilled,
        Fault::NodeCutOff,
        Fault::PostgresKilled,
        Fault::AllKilledWhilePostgresHangs,
    ]);
    faults.shuffle(&mut rng);
    let mut node = rng.random_range(0..NODES);
    for fault in &faults {
        everybody_is_at_home(&writers, &pulse).await;
        let acknowledged_before: usize = writers
            .iter()
            .map(|writer| writer.client.acknowledged().len())
            .sum();
        // Each fault meets people at work.
        eventually("some typing", async || {
            let now: usize = writers
                .iter()
                .map(|writer| writer.client.acknowledged().len())
                .sum();
            (now >= acknowledged_before + 100).then_some(())
        })
        .await;
        let began = Instant::now();
        fault.happen(&mut cluster, node, &gate, &mut rng).await;
        if fault.is_of_a_node() {
            node = (node + 1) % NODES;
        }
        if *fault == Fault::AllKilledWhilePostgresHangs {
            // In the order in which it matters: those who hold what they wrote come afterwards.
            newcomers_see_it(&cluster, 0, &writers, "everybody had died").await;
            gate.set(true);
        }
        let lasted = began.elapsed();
        for writer in writers.iter() {
            writer
                .client
                .until("synced again", Replica::is_synced)
                .await;
        }
        // Whatever happens around them, nobody has done anything that may be refused.
        for writer in writers.iter() {
            let replica = writer.client.replica();
            let refused = replica.refused_statuses() as usize + replica.rejections().len();
            assert_eq!(refused, 0, "after {fault:?}: {}", replica.describe());
        }
        // A newcomer on any node comes to see all that anybody was told is safe.
        let somewhere = rng.random_range(0..NODES);
        let acknowledged =
            newcomers_see_it(&cluster, somewhere, &writers, &format!("{fault:?}")).await;
        let staleness = pulse.longest().await;
        println!(
            "{fault:?}: {} acknowledged since the last one, seen on other nodes at most {} ms later",
            acknowledged - acknowledged_before,
            staleness.as_millis()
        );
        let bound = fault.staleness_max(lasted);
        assert!(staleness < bound, "{fault:?}: {staleness:?} of {bound:?}");
    }
    typing.shutdown().await;
    let pulses = pulse.acknowledged();
    drop(pulse.tasks);
    for writer in writers.iter() {
        writer.client.settled().await;
    }

    let mut acknowledged = 0;
    for doc in DOCS {
        let text = eventually("all nodes have one text", async || {
            let text = cluster.read_afresh(0, doc).await;
            for node in 1..NODES {
                if cluster.read_afresh(node, doc).await != text {
                    return None;
                }
            }
            Some(text)
        })
        .await;
        for writer in writers.iter().filter(|writer| writer.doc == doc) {
            let what = format!("the text of node 0, which is {} bytes", text.len());
            writer
                .client
                .until(&what, |replica| replica.text() == text)
                .await;
            let told = writer.client.acknowledged();
            acknowledged += told.len();
            assert_eq!(wrong(&text, &told), Vec::<String>::new());
        }
    }
    println!(
        "{acknowledged} edits acknowledged through {NODES} nodes, {} faults, missing 0, doubled 0; {pulses} pulses; repairs {}, \
         updates that the bus had not brought {}, digest mismatches {}, {} s",
        faults.len(),
        cluster.figure("consilium_repairs_total").await,
        cluster.figure("consilium_repaired_updates_total").await,
        cluster.figure("consilium_digest_mismatches_total").await,
        started.elapsed().as_secs()
    );
    assert!(acknowledged > 1_000, "too little was typed: {acknowledged}");
}
