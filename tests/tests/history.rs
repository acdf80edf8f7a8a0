//! The history of documents over REST: who worked when, and what the document said, survive compaction, `kill -9` and
//! several nodes; and nobody learns of it who may not read the document now.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};
use consilium_server::store::portable::MovedStore;
use consilium_server::store::{Append, PostgresStore, SqliteStore, Store};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::panel;
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, Text, Transact, Update};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Above the tail that is compacted.
const MANY: usize = 520;

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock");
    i64::try_from(since.as_millis()).expect("not that late")
}

/// Writes words one after the other, each an update.
struct Writer(Doc);

impl Writer {
    fn new() -> Self {
        Self(Doc::new())
    }

    fn write(&self, word: &str) -> Vec<u8> {
        let text = self.0.get_or_insert_text("text");
        let mut txn = self.0.transact_mut();
        text.push(&mut txn, word);
        txn.encode_update_v1()
    }
}

fn read(update: &[u8]) -> String {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    let update = Update::decode_v1(update).expect("an update");
    doc.transact_mut().apply_update(update).expect("applied");
    text.get_string(&doc.transact())
}

/// Two sessions of days ago, as the server would have written them then: Ada and Ben, a day later Ben alone.
async fn write_past(store: &dyn Store, doc: &str, ada: &Person, ben: &Person) {
    let name = DocName::parse(doc).expect("a name");
    let document = store.load(&name).await.expect("load").expect("it is there");
    let begin = now_ms() - 3 * DAY_MS;
    let (adas, bens) = (Writer::new(), Writer::new());
    let rows = [
        (ada, begin, adas.write("one ")),
        (ben, begin + HOUR_MS / 4, bens.write("two ")),
        (ben, begin + DAY_MS, bens.write("three ")),
    ];
    let rows: Vec<Append> = rows
        .into_iter()
        .map(|(author, at_ms, update)| Append {
            doc: document.record.id,
            update: Bytes::from(update),
            author: Some(UserId::new(author.id.clone())),
            claims: Vec::new(),
            at_ms,
        })
        .collect();
    store.append(&rows).await.expect("append");
}

async fn history(person: &Person, doc: &str) -> Value {
    let path = format!("/documents/{doc}/history");
    person.call(Method::GET, &path, None).await.ok()
}

/// The sessions before today, with what each ended in.
async fn past_sessions(person: &Person, doc: &str) -> Vec<(Value, String)> {
    let history = history(person, doc).await;
    let sessions = history["sessions"].as_array().expect("sessions");
    let mut past = Vec::new();
    for session in sessions {
        if session["until"].as_i64().expect("a time") > now_ms() - DAY_MS {
            continue;
        }
        let version = session["version"].as_str().expect("its text is kept");
        let (status, update) = person
            .bytes(&format!("/documents/{doc}/versions/{version}/update"))
            .await;
        assert_eq!(status, StatusCode::OK);
        past.push((session.clone(), read(&update)));
    }
    past
}

fn names(session: &Value) -> Vec<&str> {
    let authors = session["authors"].as_array().expect("authors");
    let names = authors.iter().map(|author| author["name"].as_str());
    names.map(|name| name.expect("a name")).collect()
}

fn check_past(past: &[(Value, String)]) {
    assert_eq!(past.len(), 2, "{past:?}");
    assert_eq!(names(&past[0].0), ["Ben Second"]);
    let mut first = names(&past[1].0);
    first.sort_unstable();
    assert_eq!(first, ["Ada First", "Ben Second"]);
    assert_eq!(
        (&past[0].0["edits"], &past[1].0["edits"]),
        (&json!(1), &json!(2))
    );
    for (word, (_, text)) in [("three ", &past[0]), ("two ", &past[1])] {
        assert!(text.contains("one ") && text.contains(word), "{text}");
    }
    assert!(!past[1].1.contains("three "), "{}", past[1].1);
}

/// Edits of now, one after the other, each acknowledged.
async fn write_many(person: &Person, doc: &str, count: usize) {
    let writer = Writer::new();
    for number in 0..count {
        let update = writer.write(&format!("[{number}]"));
        let status = person.update(Method::POST, doc, update).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
}

fn edits(history: &Value) -> u64 {
    let sessions = history["sessions"].as_array().expect("sessions");
    sessions
        .iter()
        .map(|session| session["edits"].as_u64().expect("a number"))
        .sum()
}

async fn is_compacted(server: &ServerProcess) -> bool {
    server.figure("consilium_compaction_rows_total").await > 0.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_survives_compaction_and_kill_nine() {
    let mut server = ServerProcess::start(ServerOptions::portal());
    let at = StoreAt::Directory(server.data_dir());
    let (ada, community) = panel::community(&server, at, "Ada First").await;
    let [ben] = panel::people(&server, &ada, &community, [("member", "Ben Second")]).await;
    let doc = ada.new_document(&community, "community").await;
    // The server is away while its past is written.
    server.terminate();
    let store = SqliteStore::open(server.data_dir()).await.expect("open");
    write_past(&store, &doc, &ada, &ben).await;
    store.close().await;
    server.start_again();
    let (ada, ben) = (ada.at(&server), ben.at(&server));

    let before = past_sessions(&ada, &doc).await;
    check_past(&before);
    let oldest = before[1].0["version"]
        .as_str()
        .expect("a version")
        .to_owned();
    let versions = format!("/documents/{doc}/versions");
    let body = || Some(json!({ "name": "Sent to the panel" }));
    let named = ben
        .call(Method::PATCH, &format!("{versions}/{oldest}"), body())
        .await;
    assert_eq!(named.text("name"), "Sent to the panel");
    assert_eq!(named.body["by"]["name"], "Ben Second");
    let present = ada
        .call(Method::POST, &versions, Some(json!({ "name": "Now" })))
        .await;
    assert_eq!(present.status, StatusCode::CREATED);
    let present = present.text("id");

    write_many(&ben, &doc, MANY).await;
    eventually("the document is compacted", async || {
        is_compacted(&server).await.then_some(())
    })
    .await;
    server.kill();
    server.start_again();
    let (ada, ben) = (ada.at(&server), ben.at(&server));
    let after = past_sessions(&ada, &doc).await;
    assert_eq!(
        after, before,
        "compaction and a crash change nothing of the past"
    );
    let told = history(&ben, &doc).await;
    // The title and the first text of a document are two edits at most.
    let expected = u64::try_from(MANY + 3).expect("small");
    assert!((expected..=expected + 2).contains(&edits(&told)), "{told}");
    let called: Vec<&str> = told["named"]
        .as_array()
        .expect("versions")
        .iter()
        .map(|version| version["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(called, ["Now", "Sent to the panel"]);
    let (status, update) = ada.bytes(&format!("{versions}/{present}/update")).await;
    assert_eq!(status, StatusCode::OK);
    let text = read(&update);
    assert!(text.contains("three ") && !text.contains("[0]"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_who_may_read_a_document_learn_of_its_past_and_only_writers_name_versions() {
    let server = ServerProcess::start(ServerOptions::portal());
    let at = StoreAt::Directory(server.data_dir());
    let ada = Person::made_by_the_operator(&server, at, "Ada First").await;
    let stranger = Person::made_by_the_operator(&server, at, "Eve Stranger").await;
    let community = ada.found("Panel").await;
    let [ben] = panel::people(&server, &ada, &community, [("member", "Ben Second")]).await;
    let doc = ada.new_document(&community, "community").await;
    let named = ben
        .call(
            Method::POST,
            &format!("/documents/{doc}/versions"),
            Some(json!({ "name": "Mine" })),
        )
        .await;
    let id = named.text("id");
    ada.remove(&community, &ben).await;

    let unknown = DocName::parse("01900000-0000-7000-8000-000000000001").expect("a name");
    let requests = |doc: &str| {
        let base = format!("/documents/{doc}");
        let wish = || Some(json!({ "name": "x" }));
        [
            (Method::GET, format!("{base}/history"), None),
            (Method::POST, format!("{base}/versions"), wish()),
            (Method::PATCH, format!("{base}/versions/{id}"), wish()),
            (Method::GET, format!("{base}/versions/{id}/update"), None),
        ]
    };
    for person in [&ben, &stranger] {
        let expected = requests(unknown.as_str());
        for (request, nothing) in requests(&doc).into_iter().zip(expected) {
            let (method, path, body) = request;
            let answer = person.call(method.clone(), &path, body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            let (method, path, body) = nothing;
            let nothing = person.call(method, &path, body).await;
            assert_eq!(answer.but_its_number(), nothing.but_its_number());
        }
    }

    let open = json!({ "privacy": "portal", "reason": "Agreed in March" });
    let path = format!("/documents/{doc}/policy");
    let _ = ada.call(Method::PUT, &path, Some(open)).await.ok();
    let statuses = async |person: &Person| {
        let mut statuses = Vec::new();
        for (method, path, body) in requests(&doc) {
            statuses.push(person.call(method, &path, body).await.status.as_u16());
        }
        statuses
    };
    // Whoever reads it in the library reads the text, and not who wrote when.
    assert_eq!(statuses(&stranger).await, [404, 403, 403, 404]);
    assert_eq!(statuses(&ada).await, [200, 201, 200, 200]);

    let bad = [
        (json!({ "name": "" }), 422),
        (json!({ "name": "x".repeat(121) }), 422),
        (json!({ "name": "a\nb" }), 422),
        (json!({ "name": "x", "more": 1 }), 400),
        (json!({}), 400),
    ];
    for (body, status) in bad {
        let path = format!("/documents/{doc}/versions");
        let answer = ada.call(Method::POST, &path, Some(body.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
    }
    for (path, status) in [
        (format!("/documents/{doc}/history?after=x"), 400),
        (
            format!("/documents/{doc}/history?after=18446744073709551615"),
            400,
        ),
        (format!("/documents/{doc}/history?after=1"), 200),
        (format!("/documents/{doc}/versions/none/update"), 404),
    ] {
        let answer = ada.call(Method::GET, &path, None).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_compact_the_same_document_tell_one_past() {
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [first, second] = &cluster.nodes[..] else {
        panic!("two nodes");
    };
    let at = StoreAt::Database(&cluster.database);
    let (ada, community) = panel::community(first, at, "Ada First").await;
    let [ben] = panel::people(first, &ada, &community, [("member", "Ben Second")]).await;
    let doc = ada.new_document(&community, "community").await;
    let url = cluster.database.parse().expect("an address");
    let store = PostgresStore::open(&url, MovedStore::Refused)
        .await
        .expect("open");
    let store: Arc<dyn Store> = Arc::new(store);
    write_past(&*store, &doc, &ada, &ben).await;
    store.close().await;

    let before = past_sessions(&ada, &doc).await;
    check_past(&before);
    let bens = ben.at(second);
    for (node, person) in [(first, &ada), (second, &bens)] {
        write_many(person, &doc, MANY).await;
        eventually("the node has compacted the document", async || {
            is_compacted(node).await.then_some(())
        })
        .await;
    }
    for person in [&ada, &bens] {
        assert_eq!(past_sessions(person, &doc).await, before);
        let told = history(person, &doc).await;
        let expected = u64::try_from(2 * MANY + 3).expect("small");
        assert!((expected..=expected + 2).contains(&edits(&told)), "{told}");
    }
    let path = format!("/documents/{doc}/versions");
    let named = bens
        .call(Method::POST, &path, Some(json!({ "name": "Here" })))
        .await;
    let (status, update) = ada
        .bytes(&format!("{path}/{}/update", named.text("id")))
        .await;
    assert_eq!(status, StatusCode::OK);
    let last = format!("[{}]", MANY - 1);
    assert_eq!(read(&update).matches(&last).count(), 2);
}
