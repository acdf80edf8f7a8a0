//! Searching as somebody with an account does it, on real servers: what one node wrote another finds, and whatever a crash
//! or a move leaves behind is found all the same.

use consilium_model::document::BODY;
use consilium_model::prose::{Block, append};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::panel;
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use yrs::{Doc, ReadTxn, StateVector, Transact, WriteTxn};

/// An update that writes a paragraph.
fn paragraph(words: &str) -> Vec<u8> {
    let doc = Doc::new();
    let mut txn = doc.transact_mut();
    let body = txn.get_or_insert_xml_fragment(BODY);
    append(&mut txn, &body, &[Block::paragraph(words)]);
    txn.encode_diff_v1(&StateVector::default())
}

async fn write(who: &Person, doc: &str, words: &str) {
    let status = who.update(Method::POST, doc, paragraph(words)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

async fn found(who: &Person, word: &str) -> Vec<Value> {
    let answer = who
        .call(Method::GET, &format!("/search?query={word}"), None)
        .await;
    answer.ok()["hits"].as_array().expect("hits").clone()
}

async fn is_found(who: &Person, doc: &str, word: &str) {
    eventually(&format!("{word} is found"), async || {
        let hits = found(who, word).await;
        hits.iter().any(|hit| hit["name"] == doc).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_written_on_one_node_is_found_on_another_and_outlives_the_first() {
    let mut cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let store = StoreAt::Database(&cluster.database);
    let (leader, community) = panel::community(&cluster.nodes[0], store, "Ada Leader").await;
    let doc = leader.new_document(&community, "community").await;
    let [member] = panel::people(
        &cluster.nodes[1],
        &leader,
        &community,
        [("member", "Bert Member")],
    )
    .await;
    let stranger = Person::made_by_the_operator(&cluster.nodes[1], store, "Stella Stranger").await;

    write(&leader, &doc, "Antibiotika beginnen früh").await;
    is_found(&member, &doc, "antibiotik").await;
    assert_eq!(found(&stranger, "antibiotik").await, [Value::Null; 0]);

    // Written, acknowledged, and nobody of that node lives to read it.
    write(&leader, &doc, "Vasopressoren danach").await;
    cluster.nodes[0].kill();
    is_found(&member, &doc, "vasopressor").await;

    let leader = leader.at(&cluster.nodes[1]);
    leader.decide(&doc, "private").await;
    assert_eq!(found(&member, "vasopressor").await, [Value::Null; 0]);
    assert_eq!(found(&leader, "vasopressor").await.len(), 1);
}

#[tokio::test]
async fn what_a_crash_left_unread_is_found_and_so_is_what_was_moved() {
    let mut server = ServerProcess::start(ServerOptions::portal());
    let directory = server.data_dir().to_owned();
    let (leader, community) =
        panel::community(&server, StoreAt::Directory(&directory), "Ada Leader").await;
    let doc = leader.new_document(&community, "community").await;
    write(&leader, &doc, "Antibiotika beginnen früh").await;
    server.kill();
    // Another address, on the same data: no connection from before is used again.
    let mut again = ServerProcess::start(ServerOptions::portal().in_dir(&directory));
    let leader = leader.at(&again);
    is_found(&leader, &doc, "antibiotik").await;
    assert!(again.figure("consilium_search_documents_read_total").await > 0.0);
    let (status, _) = again.terminate();
    assert!(status.success());

    // Nothing of it moves, and all of it is there.
    let database = PostgresProcess::shared().new_database().await;
    let from = format!("sqlite:{}", directory.display());
    ServerProcess::run(&["migrate-store", &from, &database]);
    let options = ServerOptions::portal().arg("--database-url").arg(&database);
    let moved = ServerProcess::start(options);
    is_found(&leader.at(&moved), &doc, "antibiotik").await;
}
