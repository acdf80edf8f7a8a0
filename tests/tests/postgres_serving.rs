//! Who serves a database, as its other nodes are told, and what asking that costs.

use std::time::{Duration, Instant};

use consilium_server::bus::NodeId;
use consilium_server::store::limits::POSTGRES_SIGN_OF_LIFE;
use consilium_server::store::portable::MovedStore;
use consilium_server::store::postgres::Company;
use consilium_server::store::{PostgresStore, Store};
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const OURS: NodeId = NodeId(1);

/// Sessions of one node: those for reading, those for writing, and one for a backup.
const SESSIONS: usize = 9;

async fn serve(url: &str) -> PostgresStore {
    let address = url.parse().expect("an address");
    PostgresStore::serve(&address, MovedStore::Refused, Company::Cluster, OURS)
        .await
        .expect("serve")
}

/// A session of another node.
async fn session(url: &str, node: NodeId) -> PgConnection {
    let named = format!("{url}?application_name=consilium%20cluster%20{node}");
    PgConnection::connect(&named).await.expect("connect")
}

#[tokio::test]
async fn a_node_serves_until_it_has_asked_for_nothing_for_a_while() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let store = serve(&url).await;
    let (silent, ended) = (NodeId(2), NodeId(3));
    let rests = session(&url, silent).await;
    let silent_since = Instant::now();
    let ends = session(&url, ended).await;
    assert_eq!(
        store.serving().await.expect("ask"),
        [OURS, silent, ended].into()
    );
    ends.close().await.expect("close");
    eventually("one that has ended does not serve", async || {
        (store.serving().await.expect("ask") == [OURS, silent].into()).then_some(())
    })
    .await;
    eventually("one that is silent does not serve", async || {
        (store.serving().await.expect("ask") == [OURS].into()).then_some(())
    })
    .await;
    // By the clock of the server, which noted the session a little before it was known here.
    let silence = silent_since.elapsed() + Duration::from_secs(1);
    assert!(silence >= POSTGRES_SIGN_OF_LIFE, "{silence:?}");
    drop(rests);
    store.close().await;
}

/// Time of processors that these sessions have used.
fn used(sessions: &[i32]) -> Duration {
    // What the kernel counts in, on every machine that this runs on.
    const TICK: Duration = Duration::from_millis(10);
    let ticks: u64 = sessions
        .iter()
        .map(|session| {
            let stat = std::fs::read_to_string(format!("/proc/{session}/stat")).expect("read");
            let (_, fields) = stat.rsplit_once(')').expect("the name of the program");
            let fields: Vec<&str> = fields.split_whitespace().collect();
            let number = |field: usize| fields[field].parse::<u64>().expect("a number");
            number(11) + number(12)
        })
        .sum();
    TICK * u32::try_from(ticks).expect("not so much")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_who_serves_costs_by_the_number_of_sessions() {
    const QUESTIONS: u32 = 100;
    let postgres = PostgresProcess::start_roomy(950);
    let url = postgres.new_database().await;
    let store = serve(&url).await;
    let mut others = Vec::new();
    for nodes in [3_usize, 30, 100] {
        for node in others.len() / SESSIONS + 1..nodes {
            for _ in 0..SESSIONS {
                others.push(session(&url, NodeId(node as u64 + 1)).await);
            }
        }
        // All have asked something lately, also those of the round before.
        for other in &mut others {
            other.ping().await.expect("ask something");
        }
        let asked = format!(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'consilium cluster {OURS}%'"
        );
        let mut admin = PgConnection::connect(&url).await.expect("connect");
        let ours: Vec<i32> = sqlx::query_scalar(AssertSqlSafe(asked))
            .fetch_all(&mut admin)
            .await
            .expect("ask for our sessions");
        let (before, began) = (used(&ours), Instant::now());
        assert_eq!(store.serving().await.expect("ask").len(), nodes);
        for _ in 0..QUESTIONS {
            store.serving().await.expect("ask");
        }
        let (used, took) = (used(&ours) - before, began.elapsed());
        println!(
            "{nodes} nodes, {} sessions: {:.3} ms of the server's CPU and {:.3} ms a question",
            others.len() + ours.len(),
            used.as_secs_f64() * 1_000.0 / f64::from(QUESTIONS),
            took.as_secs_f64() * 1_000.0 / f64::from(QUESTIONS)
        );
        // What the server looks at is its sessions, each once; measured are 7 microseconds each.
        let sessions = u32::try_from(others.len() + ours.len()).expect("not so many");
        let most = Duration::from_millis(1) + sessions * Duration::from_micros(50);
        assert!(used < QUESTIONS * most, "{used:?}");
    }
    store.close().await;
}
