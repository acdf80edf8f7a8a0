//! What `consilium doctor` says about a real PostgreSQL and a real Redis: healthy, away, and with a right missing. It
//! never repeats a password.

use std::process::{Command, Stdio};

use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::redis_process::{RedisOptions, RedisProcess};
use consilium_tests::server_process::binary;

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
