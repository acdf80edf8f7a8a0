//! What `consilium doctor` says about a real PostgreSQL and a real Redis: healthy, away, and with a right missing. It
//! never repeats a password.

use std::process::{Command, Stdio};

use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::redis_process::{RedisOptions, RedisProcess};
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};

const PASSWORD: &str = "correct-horse-battery";

/// What the bus needs, as docs/operations.md says it, without one of the rights.
fn rights_without(missing: &str) -> String {
    let rights = "resetchannels &consilium:* resetkeys ~consilium:* -@all +ping +ssubscribe +sunsubscribe +spublish +set +pttl";
    let left: Vec<&str> = rights
        .split(' ')
        .filter(|right| *right != missing)
        .collect();
    left.join(" ")
}

/// The exit code and the report.
fn doctor(database: &str, redis: Option<&str>) -> (Option<i32>, String) {
    let mut command = Command::new(binary());
    command
        .args(["doctor", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CONSILIUM_")) {
        command.env_remove(name);
    }
    command
        .env("CONSILIUM_JWT_SECRET", "0123456789abcdef0123456789abcdef")
        .env("CONSILIUM_DATABASE_URL", database);
    if let Some(redis) = redis {
        command.env("CONSILIUM_REDIS_URL", redis);
    }
    let output = command.output().expect("run the doctor");
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        !report.contains(PASSWORD) && !complaint.contains(PASSWORD),
        "a password in {report} or {complaint}"
    );
    (output.status.code(), report)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_what_is_right_and_wrong_about_the_bus() {
    let postgres = PostgresProcess::start();
    let database = postgres.new_database().await;

    let mut redis =
        RedisProcess::start(RedisOptions::plain().user("nodes", PASSWORD, &rights_without("")));
    let url = format!("redis://nodes:{PASSWORD}@127.0.0.1:{}", redis.port());
    let (code, report) = doctor(&database, Some(&url));
    assert_eq!(code, Some(0), "{report}");
    assert!(
        report.contains("ok    bus: Redis ") && report.contains("everything that nodes need"),
        "{report}"
    );

    // With a wrong password.
    let wrong = format!("redis://nodes:{PASSWORD}x@127.0.0.1:{}", redis.port());
    let (code, report) = doctor(&database, Some(&wrong));
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("FAIL  bus: "), "{report}");

    redis.kill();
    let (code, report) = doctor(&database, Some(&url));
    assert_eq!(code, Some(1), "{report}");
    assert!(
        report.contains("FAIL  bus: ") && report.contains("redis-cli"),
        "{report}"
    );

    for (right, command) in [("+spublish", "SPUBLISH"), ("+pttl", "PTTL")] {
        let redis = RedisProcess::start(RedisOptions::plain().user(
            "nodes",
            PASSWORD,
            &rights_without(right),
        ));
        let url = format!("redis://nodes:{PASSWORD}@127.0.0.1:{}", redis.port());
        let (code, report) = doctor(&database, Some(&url));
        assert_eq!(code, Some(1), "{report}");
        let line = report
            .lines()
            .find(|line| line.starts_with("FAIL  bus: "))
            .unwrap_or_else(|| panic!("nothing broken in {report}"));
        assert!(
            line.contains(&format!("{command} (")) && line.contains("+ssubscribe"),
            "{line}"
        );
    }

    let (code, report) = doctor(&database, None);
    assert_eq!(code, Some(0), "{report}");
    assert!(
        report.contains("look  bus: PostgreSQL without --redis-url"),
        "{report}"
    );
}

/// What `serve` says when it does not start.
fn serve(arguments: &[&str]) -> String {
    let mut child = Command::new(binary())
        .args(["serve", "--insecure-open", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start the server");
    // Its output ends when it does; a server that serves says so in a line first.
    let mut said = String::new();
    let output = child.stdout.take().expect("its output");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut said)
        .expect("read its output");
    if !said.is_empty() {
        child.kill().expect("end the server");
    }
    let output = child.wait_with_output().expect("wait for the server");
    assert_eq!(said, "", "it serves");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{complaint}");
    assert!(!complaint.contains(PASSWORD), "a password in {complaint}");
    complaint
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_and_the_doctor_say_the_same_about_a_database_that_cannot_be_used() {
    let postgres = PostgresProcess::start();
    let database = postgres.new_database().await;
    let port = postgres.port();
    postgres
        .execute(
            &database,
            "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'",
        )
        .await;
    postgres
        .execute(
            &database,
            "CREATE ROLE \"Anna\" LOGIN PASSWORD 'something-else'; \
             CREATE ROLE bert LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC; \
             DO $$ BEGIN EXECUTE format( \
                 'COPY (SELECT unnest(ARRAY[''host all \"Anna\" 127.0.0.1/32 scram-sha-256'', ''host all all 127.0.0.1/32 trust''])) TO %L', \
                 current_setting('hba_file')); END $$; \
             SELECT pg_reload_conf()",
        )
        .await;
    let name = database.rsplit('/').next().expect("a name").to_owned();
    let at = |who: &str, name: &str, port: u16| format!("postgres://{who}@127.0.0.1:{port}/{name}");
    let cases = [
        (
            at(&format!("Anna:{PASSWORD}"), &name, port),
            "password authentication failed for user \"Anna\" (28P01). Check user and password",
        ),
        (
            at("postgres", "nowhere", port),
            "database \"nowhere\" does not exist (3D000). Make it (CREATE DATABASE",
        ),
        (
            at("postgres", &name, 9),
            "Check host and port of the address, that the server runs",
        ),
        (
            at("postgres", "latin", port),
            "the database is encoded as LATIN1; make one with ENCODING 'UTF8'",
        ),
        (
            at("bert", &name, port),
            "GRANT CREATE ON SCHEMA public TO bert, as owner of the database",
        ),
    ];
    for (address, words) in &cases {
        let (code, report) = doctor(address, None);
        assert_eq!(code, Some(1), "{report}");
        let complaint = serve(&["--database-url", address]);
        for said in [&report, &complaint] {
            assert!(said.contains(words), "{words} is not in {said}");
            assert!(!said.contains(" at line "), "{said}");
            assert!(!said.contains("error returned from database"), "{said}");
        }
        let is_encoding = words.contains("LATIN1");
        assert!(!is_encoding || !report.contains("password"), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_sees_a_node_that_would_not_hear_of_this_one() {
    let postgres = PostgresProcess::start();
    let database = postgres.new_database().await;
    let redis = RedisProcess::start(RedisOptions::plain());
    let alone = ServerProcess::start(ServerOptions::open().arg("--database-url").arg(&database));
    let (code, report) = doctor(&database, Some(&redis.url()));
    assert_eq!(code, Some(1), "{report}");
    assert!(
        report.contains("FAIL  nodes: a node without --redis-url serves this database"),
        "{report}"
    );
    // It may be the very node that is asked about.
    let (code, report) = doctor(&database, None);
    assert_eq!(code, Some(0), "{report}");
    assert!(report.contains("look  nodes: "), "{report}");
    drop(alone);
    let options = ServerOptions::open().arg("--database-url").arg(&database);
    let together = ServerProcess::start(options.arg("--redis-url").arg(&redis.url()));
    let (code, report) = doctor(&database, None);
    assert_eq!(code, Some(1), "{report}");
    assert!(
        report.contains("FAIL  nodes: a node with a --redis-url serves this database"),
        "{report}"
    );
    let (code, report) = doctor(&database, Some(&redis.url()));
    assert_eq!(code, Some(0), "{report}");
    assert!(!report.contains("nodes: "), "{report}");
    drop(together);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_to_a_redis_without_it_is_named() {
    let postgres = PostgresProcess::start();
    let database = postgres.new_database().await;
    let redis = RedisProcess::start(RedisOptions::plain());
    let (code, report) = doctor(
        &database,
        Some(&format!("rediss://127.0.0.1:{}", redis.port())),
    );
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("rediss://, which is TLS"), "{report}");
}

#[test]
fn who_moves_restores_or_serves_what_cannot_be_is_told_what_to_do() {
    let scratch = tempfile::tempdir().expect("make a directory");
    let path = |name: &str| scratch.path().join(name).to_str().expect("text").to_owned();
    let told = |arguments: &[&str]| {
        let output = Command::new(binary())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("run the binary");
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{complaint}");
        complaint
    };

    let served = ServerProcess::start(ServerOptions::open().in_dir(&scratch.path().join("data")));
    let from = format!("sqlite:{}", path("data"));
    let said = told(&["migrate-store", &from, &format!("sqlite:{}", path("new"))]);
    assert!(
        said.contains("in use by another process: stop the server that runs on it first"),
        "{said}"
    );

    ServerProcess::run(&[
        "backup",
        "--data-dir",
        &path("data"),
        "--to",
        &path("b.bak"),
    ]);
    drop(served);
    let whole = std::fs::read(path("b.bak")).expect("read the backup");
    // Cut off, as a copy over a line that broke: in the middle, and in the last page, which SQLite itself fills up.
    for length in [whole.len() / 2, whole.len() - 1, 8192, 100, 0] {
        std::fs::write(path("short.bak"), &whole[..length]).expect("cut the backup");
        let said = told(&[
            "restore",
            "--from",
            &path("short.bak"),
            "--data-dir",
            &path("restored"),
        ]);
        assert!(
            said.contains("short.bak is incomplete or damaged") && said.contains("take another"),
            "{length} of {} bytes: {said}",
            whole.len()
        );
        assert!(!said.contains("storage"), "{said}");
    }
    let said = told(&[
        "restore",
        "--from",
        &path("missing.bak"),
        "--data-dir",
        &path("restored"),
    ]);
    assert!(
        said.contains("there is no file") && said.contains("missing.bak"),
        "{said}"
    );
    assert!(!said.contains("storage"), "{said}");
}
