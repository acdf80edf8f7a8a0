//! A document that was deleted for good, over real sockets: everybody's rooms close on all nodes, a device that comes back
//! does not make it anew, and a server that dies in the middle leaves all of it or nothing.

use std::time::Duration;

use consilium_tests::client::{Client, ClientOptions, Dialect, Gate};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::panel;
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::Connection;

/// A socket of our own client.
async fn options(server: &ServerProcess, doc: &str, who: &Person) -> ClientOptions {
    ClientOptions::new(server.address(), doc, Dialect::Extended).token(&who.token().await)
}

async fn bin(who: &Person, doc: &str) {
    let path = format!("/documents/{doc}");
    let _ = who.call(Method::DELETE, &path, None).await.ok();
}

async fn delete_for_good(who: &Person, doc: &str) -> StatusCode {
    let path = format!("/documents/{doc}/delete-for-good");
    let why = json!({ "reason": "written in the wrong place" });
    who.call(Method::POST, &path, Some(why)).await.status
}

async fn who_deleted(who: &Person, doc: &str) -> Option<String> {
    let path = format!("/documents/{doc}/tombstone");
    let answer = who.call(Method::GET, &path, None).await;
    (answer.status == StatusCode::OK).then(|| {
        answer.body["deletedBy"]["name"]
            .as_str()
            .unwrap_or("")
            .to_owned()
    })
}

/// How many rows of all tables that hold something of documents are left.
async fn rows_in(database: &str, tables: &[&str]) -> Vec<i64> {
    let mut observer = sqlx::PgConnection::connect(database)
        .await
        .expect("connect");
    let mut counts = Vec::new();
    for table in tables {
        let count =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        counts.push(count.fetch_one(&mut observer).await.expect("count"));
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rooms_close_on_all_nodes_and_nothing_comes_back_by_a_device_that_was_away() {
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let store = StoreAt::Database(&cluster.database);
    let (leader, community) = panel::community(here, store, "Ada Leader").await;
    let [member] = panel::people(there, &leader, &community, [("member", "Bert Member")]).await;
    let doc = leader.new_document(&community, "community").await;
    let kept = leader.new_document(&community, "community").await;

    let open_here = Client::synced(options(here, &doc, &leader).await).await;
    let open_there = Client::synced(options(there, &doc, &member).await).await;
    let beside = Client::synced(options(there, &kept, &member).await).await;
    open_here.type_marker("[ada]", 0);
    open_there.shows("[ada]").await;
    let gate = Gate::open();
    let away = Client::synced(options(there, &doc, &member).await.behind(&gate)).await;
    gate.set(false);
    away.hang_up();
    away.until("away", |replica| !replica.is_connected()).await;
    away.type_marker("[written without network]", 0);

    bin(&leader, &doc).await;
    let tables = ["journal", "snapshots", "client_owners", "documents"];
    let before = rows_in(&cluster.database, &tables).await;
    // Whoever writes meanwhile is not waited for, and holds up nothing.
    open_there.type_marker("[in the last moment]", 0);
    assert_eq!(delete_for_good(&leader, &doc).await, StatusCode::NO_CONTENT);
    for client in [&open_here, &open_there] {
        client
            .until("denied", |replica| replica.denied() == Some("forbidden"))
            .await;
    }
    gate.set(true);
    away.until("denied", |replica| replica.denied() == Some("forbidden"))
        .await;
    // Nothing is lost without a word: it is still what this device has to send.
    assert!(
        away.replica()
            .unacknowledged()
            .any(|marker| marker == "[written without network]")
    );
    assert_eq!(
        who_deleted(&member, &doc).await.as_deref(),
        Some("Ada Leader")
    );
    let update = away_update();
    let refused = member.update(Method::POST, &doc, update).await;
    assert!(refused.is_client_error(), "{refused}");

    let after = rows_in(&cluster.database, &tables).await;
    assert!(
        after[0] < before[0] && after[2] < before[2] && after[3] == before[3] - 1,
        "{before:?} {after:?}"
    );
    let left = rows_in(
        &cluster.database,
        &["journal WHERE doc NOT IN (SELECT id FROM documents)"],
    )
    .await;
    assert_eq!(left, [0], "no row is left behind");
    beside.type_marker("[nobody else notices]", 0);
    beside.settled().await;
}

fn away_update() -> Vec<u8> {
    use yrs::{Doc, ReadTxn, StateVector, Text, Transact};
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, "anew");
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

/// The deletion is asked for and the server is killed a moment later, each time another moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_in_the_middle_leaves_all_or_nothing() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let mut server = ServerProcess::start(ServerOptions::portal().in_dir(directory.path()));
    let store = StoreAt::Directory(directory.path());
    let (leader, community) = panel::community(&server, store, "Ada Leader").await;
    let (mut gone, mut whole) = (0, 0);
    for round in 0..10_u64 {
        let who = leader.at(&server);
        let doc = who.new_document(&community, "community").await;
        let writer = Client::synced(options(&server, &doc, &who).await).await;
        for line in 0..40 {
            writer.type_marker(&format!("[line {line}]"), 0);
        }
        writer.settled().await;
        let written = writer.text();
        bin(&who, &doc).await;
        let asked = {
            let (who, doc) = (who.clone(), doc.clone());
            tokio::spawn(async move {
                let path = format!("/documents/{doc}/delete-for-good");
                let why = json!({ "reason": "written in the wrong place" });
                // The answer may never come.
                let _ = tokio::time::timeout(
                    Duration::from_secs(5),
                    who.try_call(Method::POST, &path, why),
                )
                .await;
            })
        };
        // Not to wait for anything: each round dies at another moment.
        tokio::time::sleep(Duration::from_micros(round * round * 150)).await;
        server.kill();
        asked.await.expect("the question ends");
        server.start_again();
        let who = leader.at(&server);
        match who_deleted(&who, &doc).await {
            Some(name) => {
                gone += 1;
                assert_eq!(name, "Ada Leader");
                let read = who.bytes(&format!("/docs/{doc}/update")).await;
                assert!(read.0.is_client_error(), "{}", read.0);
                assert_eq!(rows_of(directory.path(), &doc).await, [0, 0, 0]);
            }
            None => {
                whole += 1;
                // Everything that was acknowledged is there, and it can be deleted as before.
                let reader = Client::synced(options(&server, &doc, &who).await).await;
                assert_eq!(reader.text(), written);
                assert_eq!(delete_for_good(&who, &doc).await, StatusCode::NO_CONTENT);
            }
        }
        // Whatever happened, the ledger says so once.
        let ledger = who
            .call(
                Method::GET,
                &format!("/communities/{community}/ledger"),
                None,
            )
            .await
            .ok();
        let said = ledger["entries"]
            .as_array()
            .expect("entries")
            .iter()
            .filter(|entry| {
                entry["act"] == "document-deleted-for-good" && entry["detail"]["document"] == doc
            })
            .count();
        assert_eq!(said, 1);
    }
    println!("killed in the middle: {gone} times it was gone, {whole} times whole");
    let verified = std::process::Command::new(binary())
        .args(["ledger", "verify", "--community", &community])
        .env("CONSILIUM_DATA_DIR", directory.path())
        .output()
        .expect("run consilium");
    assert!(verified.status.success(), "{verified:?}");
}

/// What is left of a document: its record, its policy, and rows of no document.
async fn rows_of(directory: &std::path::Path, doc: &str) -> [i64; 3] {
    let database = directory.join("consilium.db");
    let mut observer = sqlx::SqliteConnection::connect(&format!("sqlite:{}", database.display()))
        .await
        .expect("open the file");
    let mut counts = [0; 3];
    for (count, sql) in counts.iter_mut().zip([
        "SELECT count(*) FROM documents WHERE name = ?1",
        "SELECT count(*) FROM document_policies WHERE doc NOT IN (SELECT id FROM documents) AND ?1 <> ''",
        "SELECT count(*) FROM journal WHERE doc NOT IN (SELECT id FROM documents) AND ?1 <> ''",
    ]) {
        *count = sqlx::query_scalar(sql)
            .bind(doc)
            .fetch_one(&mut observer)
            .await
            .expect("count");
    }
    observer.close().await.expect("close");
    counts
}

/// Months pass in the file, and the server that starts then asks, and lets somebody step back; the page says so, and one
/// answer ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_asks_members_who_are_away_and_lets_them_step_back() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let mut server = ServerProcess::start(ServerOptions::portal().in_dir(directory.path()));
    let store = StoreAt::Directory(directory.path());
    let (leader, community) = panel::community(&server, store, "Ada Leader").await;
    let [member] = panel::people(&server, &leader, &community, [("member", "Bert Member")]).await;
    let path = format!("/communities/{community}");
    let rule = json!({ "askAfterDays": 90, "stepBackAfterDays": 14 });
    let _ = leader
        .call(Method::PUT, &format!("{path}/inactivity"), Some(rule))
        .await
        .ok();
    let seen = leader.call(Method::GET, &path, None).await.ok();
    assert_eq!(seen["memberCount"], 2);
    let _ = member.call(Method::GET, &path, None).await.ok();

    let at_the_next_start = async |server: &mut ServerProcess, aging: &str, field: &str| {
        let _ = server.terminate();
        let database = directory.path().join("consilium.db");
        let url = format!("sqlite:{}", database.display());
        let mut file = sqlx::SqliteConnection::connect(&url)
            .await
            .expect("open the file");
        let aged = sqlx::query(sqlx::AssertSqlSafe(aging.to_owned()))
            .execute(&mut file)
            .await
            .expect("age");
        assert!(aged.rows_affected() > 0, "{aging}");
        file.close().await.expect("close");
        server.start_again();
        let member = member.at(server);
        eventually(field, async || {
            let seen = member.call(Method::GET, &path, None).await.ok();
            seen[field].as_i64()
        })
        .await;
    };
    let away = "UPDATE attendance SET last_seen_day = last_seen_day - 90
                WHERE account = (SELECT id FROM accounts WHERE name = 'Bert Member')";
    at_the_next_start(&mut server, away, "askedAt").await;
    let silent = "UPDATE attendance SET asked_at_ms = asked_at_ms - 14 * 86400000 WHERE asked_at_ms IS NOT NULL";
    at_the_next_start(&mut server, silent, "steppedBackAt").await;
    let (leader, member) = (leader.at(&server), member.at(&server));
    let seen = leader.call(Method::GET, &path, None).await.ok();
    assert_eq!(seen["memberCount"], 1);
    let said = member
        .call(Method::POST, &format!("{path}/presence"), None)
        .await;
    assert_eq!(said.status, StatusCode::NO_CONTENT);
    let seen = leader.call(Method::GET, &path, None).await.ok();
    assert_eq!(seen["memberCount"], 2);
    let ledger = leader
        .call(Method::GET, &format!("{path}/ledger"), None)
        .await
        .ok();
    assert_eq!(ledger["entries"][0]["act"], "member-came-back");
    assert_eq!(ledger["entries"][1]["act"], "member-stepped-back");
    assert!(
        ledger["entries"][1]
            .get("actor")
            .is_none_or(serde_json::Value::is_null)
    );
}
