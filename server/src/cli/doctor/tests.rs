//! What the doctor finds in made-up patients.

use std::path::Path;
use std::time::{Duration, SystemTime};

use clap::Parser;

use super::checks::{judge_clock, judge_file_limit, judge_space};
use super::*;
use crate::store::{SqliteStore, Store};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    serve: ServeOptions,
}

async fn examined(data_dir: &Path, listen: &str, secret: Option<&str>) -> Vec<Finding> {
    examined_with(data_dir, listen, secret, &[]).await
}

async fn examined_with(
    data_dir: &Path,
    listen: &str,
    secret: Option<&str>,
    more: &[&str],
) -> Vec<Finding> {
    let data_dir = data_dir.to_str().unwrap();
    let first = ["consilium", "--data-dir", data_dir, "--listen", listen];
    let cli = Cli::try_parse_from([first.as_slice(), more].concat()).unwrap();
    examine(cli.serve, secret.map(str::to_owned)).await
}

fn about<'a>(findings: &'a [Finding], what: &str) -> &'a Finding {
    findings
        .iter()
        .find(|finding| finding.to_string().contains(&format!("  {what}: ")))
        .unwrap_or_else(|| panic!("nothing about {what} in {findings:?}"))
}

#[tokio::test]
async fn a_healthy_installation_is_fine_before_and_after_its_first_start() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().join("data");
    for _ in 0..2 {
        let findings = examined(&data_dir, "127.0.0.1:0", Some(SECRET)).await;
        for what in [
            "configuration",
            "access",
            "data directory",
            "store",
            "clock",
            "port",
            "bus",
        ] {
            assert!(
                matches!(about(&findings, what), Finding::Fine(_)),
                "{findings:?}"
            );
        }
        SqliteStore::open(&data_dir).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn the_doctor_makes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().join("data");
    examined(&data_dir, "127.0.0.1:0", Some(SECRET)).await;
    assert!(!data_dir.exists());
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_the_only_finding() {
    let directory = tempfile::tempdir().unwrap();
    let findings = examined(directory.path(), "127.0.0.1:0", Some("short")).await;
    assert!(
        matches!(findings.as_slice(), [Finding::Broken(_)]),
        "{findings:?}"
    );
}

#[tokio::test]
async fn without_keys_people_have_accounts_and_the_doctor_says_how_to_make_the_first() {
    let directory = tempfile::tempdir().unwrap();
    let findings = examined(directory.path(), "127.0.0.1:0", None).await;
    let finding = about(&findings, "access");
    assert!(
        matches!(finding, Finding::Fine(text) if text.contains("consilium admin create-account")),
        "{finding}"
    );
}

#[tokio::test]
async fn a_store_in_use_is_left_to_its_server() {
    let directory = tempfile::tempdir().unwrap();
    let running = SqliteStore::open(directory.path()).await.unwrap();
    let findings = examined(directory.path(), "127.0.0.1:0", Some(SECRET)).await;
    let finding = about(&findings, "store");
    assert!(
        matches!(finding, Finding::Fine(text) if text.contains("running server")),
        "{finding}"
    );
    running.close().await;
}

#[tokio::test]
async fn a_damaged_store_is_broken() {
    let directory = tempfile::tempdir().unwrap();
    SqliteStore::open(directory.path())
        .await
        .unwrap()
        .close()
        .await;
    let database = directory
        .path()
        .join(crate::store::sqlite::files::DATABASE_FILE);
    std::fs::write(
        &database,
        b"this is no database at all, however long one looks at it",
    )
    .unwrap();
    let findings = examined(directory.path(), "127.0.0.1:0", Some(SECRET)).await;
    assert!(
        matches!(about(&findings, "store"), Finding::Broken(_)),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_port_of_somebody_else_is_broken() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    // Whoever asks is hung up on: certainly no server of ours.
    let hang_up = tokio::spawn(async move {
        while let Ok((stream, _)) = taken.accept().await {
            drop(stream);
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let findings = examined(directory.path(), &address, Some(SECRET)).await;
    assert!(
        matches!(about(&findings, "port"), Finding::Broken(_)),
        "{findings:?}"
    );
    hang_up.abort();
}

#[test]
fn space_clock_and_files_are_judged_by_their_figures() {
    assert!(matches!(judge_space(1 << 20), Finding::Broken(_)));
    assert!(matches!(judge_space(500 << 20), Finding::Attention(_)));
    assert!(matches!(judge_space(50 << 30), Finding::Fine(_)));

    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    assert!(matches!(judge_clock(now, None), Finding::Fine(_)));
    assert!(matches!(
        judge_clock(now, Some(now + Duration::from_secs(30))),
        Finding::Fine(_)
    ));
    assert!(matches!(
        judge_clock(now, Some(now + Duration::from_secs(3600))),
        Finding::Broken(_)
    ));
    assert!(matches!(
        judge_clock(SystemTime::UNIX_EPOCH, None),
        Finding::Broken(_)
    ));

    assert!(matches!(
        judge_file_limit(Some(1024), 50_000),
        Finding::Attention(_)
    ));
    assert!(matches!(
        judge_file_limit(Some(100_000), 50_000),
        Finding::Fine(_)
    ));
    assert!(matches!(judge_file_limit(None, 50_000), Finding::Fine(_)));
}

#[tokio::test]
async fn a_provider_and_a_server_for_mail_that_are_away_are_found_and_none_is_missed() {
    let directory = tempfile::tempdir().unwrap();
    // Nobody listens there any more.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let issuer = format!("--openid-issuer=http://{address}");
    let smtp = format!("--smtp-address={address}");
    let options = [
        "--public-url=https://c.example",
        &issuer,
        "--openid-client-id=consilium",
        &smtp,
        "--smtp-encryption=none",
        "--smtp-from=panel@c.example",
    ];
    let findings = examined_with(directory.path(), "127.0.0.1:0", None, &options).await;
    for what in ["provider", "mail"] {
        let finding = about(&findings, what);
        assert!(matches!(finding, Finding::Broken(_)), "{finding}");
        assert!(
            finding.to_string().contains(&address.to_string()),
            "{finding}"
        );
    }
    let without = examined(directory.path(), "127.0.0.1:0", None).await;
    let shown: Vec<String> = without.iter().map(ToString::to_string).collect();
    assert!(
        !shown
            .iter()
            .any(|line| line.contains("  provider: ") || line.contains("  mail: "))
    );
}
