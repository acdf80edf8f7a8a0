//! What an operator does to PostgreSQL while a node serves, seen from outside: what the node says of itself, what alerts
//! would fire, and that no edit is called safe before it is (I1).

use std::time::{Duration, Instant};

use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::eventually::eventually;
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use sqlx::PgConnection;

/// Longer than two statements in a row wait for a lock: one would see a node that calls its storage back in between.
const HELD: Duration = Duration::from_secs(12);

fn serve(url: &str) -> ServerProcess {
    ServerProcess::start(ServerOptions::open().arg("--database-url").arg(url))
}

fn member(node: &ServerProcess) -> ClientOptions {
    ClientOptions::new(node.address(), "a", Dialect::Extended)
}

async fn ask(connection: &mut PgConnection, sql: &'static str) {
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The expression of an alert that compares one figure with a number.
struct Alert {
    figure: String,
    fires_at: f64,
}

impl Alert {
    fn called(name: &str) -> Self {
        let rules = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../deploy/prometheus/alerts.yml"
        );
        let rules = std::fs::read_to_string(rules).expect("the alerts");
        let begin = format!("- alert: {name}\n");
        let (_, rule) = rules.split_once(&begin).expect("the alert");
        let expression = rule
            .lines()
            .find_map(|line| line.trim().strip_prefix("expr: "))
            .expect("its expression");
        let (figure, number) = expression.split_once(" == ").expect("a comparison");
        Self {
            figure: figure.to_owned(),
            fires_at: number.parse().expect("a number"),
        }
    }

    /// Whether the expression is true of the node now.
    async fn is_true(&self, node: &ServerProcess) -> bool {
        // A figure that nobody counts is no zero.
        let metrics = node.metrics().await;
        let begin = format!("{} ", self.figure);
        let value = metrics.lines().find_map(|line| line.strip_prefix(&begin));
        value.and_then(|value| value.parse().ok()) == Some(self.fires_at)
    }
}

async fn until_ready(node: &ServerProcess) {
    eventually("the node is ready", async || {
        (node.readiness().await == 200).then_some(())
    })
    .await;
}

/// What a maintenance job does without meaning any harm.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_somebody_locks_is_told_as_storage_that_is_away_until_they_let_go() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let node = serve(&url);
    let not_saving = Alert::called("ConsiliumNotSaving");
    let writer = Client::synced(member(&node)).await;
    writer.type_marker("[before]", 1);
    writer.settled().await;
    until_ready(&node).await;
    assert!(!not_saving.is_true(&node).await);

    let mut holder = postgres.connect(&url).await;
    ask(&mut holder, "BEGIN; LOCK TABLE journal IN SHARE MODE").await;
    writer.type_marker("[meanwhile]", 2);
    let refusal = eventually("the node is not ready", async || {
        let answer = reqwest::get(node.url("/readyz")).await.expect("ask");
        (answer.status() == 503).then_some(answer)
    })
    .await;
    let said: serde_json::Value = refusal.json().await.expect("a problem");
    assert_eq!(said["title"], "Edits cannot be made durable now.");
    let reason = said["detail"].as_str().expect("a reason");
    assert!(reason.starts_with("storage "), "{reason}");
    eventually(
        "the node says that somebody holds its storage",
        async || {
            let answer = reqwest::get(node.url("/readyz")).await.expect("ask");
            let said = answer.text().await.expect("an answer");
            said.contains("held by somebody else: a lock").then_some(())
        },
    )
    .await;
    eventually("the alert's expression is true", async || {
        not_saving.is_true(&node).await.then_some(())
    })
    .await;
    // An alert fires only when its expression stays true.
    let since = Instant::now();
    while since.elapsed() < HELD {
        assert!(not_saving.is_true(&node).await, "{:?}", since.elapsed());
        assert_eq!(node.readiness().await, 503, "{:?}", since.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(!writer.acknowledged().contains("[meanwhile]"));
    writer
        .until("the writer is told", |replica| {
            replica.storage_available() == Some(false)
        })
        .await;

    ask(&mut holder, "COMMIT").await;
    until_ready(&node).await;
    eventually("the alert is over", async || {
        (!not_saving.is_true(&node).await).then_some(())
    })
    .await;
    writer.settled().await;
    let reader = Client::synced(member(&node)).await;
    for marker in ["[before]", "[meanwhile]"] {
        assert!(writer.acknowledged().contains(marker), "{marker}");
        assert!(reader.text().contains(marker), "{marker}");
    }
}

/// As companies give rights to people and programs: the role that signs on may do nothing itself, and works as another.
/// That other one may not see when sessions of the first began.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_role_works_as_another_becomes_ready_and_goes_on_when_its_sessions_are_ended()
{
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let (_, database) = url.rsplit_once('/').expect("a database");
    postgres
        .execute(
            "postgres",
            &format!(
                "CREATE ROLE works; CREATE ROLE signs_on LOGIN NOINHERIT; GRANT works TO signs_on;
                 ALTER ROLE signs_on SET role = 'works'; ALTER DATABASE {database} OWNER TO works"
            ),
        )
        .await;
    let url = url.replace("postgres@", "signs_on@");
    let node = serve(&url);
    until_ready(&node).await;
    let writer = Client::synced(member(&node)).await;
    writer.type_marker("[first]", 1);
    writer.settled().await;

    let mut same = postgres.connect(&url).await;
    let seen: (bool, bool, bool) = sqlx::query_as(
        "SELECT current_user <> session_user,
                (SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN (current_user, session_user)),
                (SELECT bool_or(backend_start IS NOT NULL) FROM pg_stat_activity WHERE usename = session_user)",
    )
    .fetch_one(&mut same)
    .await
    .expect("who it is");
    assert_eq!(seen, (true, false, false), "the case that this is about");

    let ended = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND usename = 'signs_on'"
    );
    postgres.execute("postgres", &ended).await;
    writer.type_marker("[second]", 2);
    writer.settled().await;
    until_ready(&node).await;
    let reader = Client::synced(member(&node)).await;
    for marker in ["[first]", "[second]"] {
        assert!(reader.text().contains(marker), "{marker}");
    }
}
