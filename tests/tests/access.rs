//! Grants over sockets and REST: who may write what, where the rest goes, and whose blocks are whose (D10, D11, D16).

use std::time::Duration;

use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::Access;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::eventually::eventually;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{ConnectError, RawSocket};
use consilium_tests::token::{SECRET, mint, mint_under};
use reqwest::{Client as Http, StatusCode};
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, StateVector, Text, Transact, Update};

const HOUR: Duration = Duration::from_secs(3600);

fn start() -> ServerProcess {
    ServerProcess::start(ServerOptions::with_secret(SECRET))
}

fn options(server: &ServerProcess, doc: &str, dialect: Dialect, token: &str) -> ClientOptions {
    ClientOptions::new(server.address(), doc, dialect).token(token)
}

async fn quarantine(server: &ServerProcess, doc: &str) -> Vec<(String, String)> {
    let response = Http::new()
        .get(server.url(&format!("/api/v1/docs/{doc}/quarantine")))
        .bearer_auth(mint("chair", &[("*", "read-write")], HOUR))
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let list: serde_json::Value = response.json().await.expect("JSON");
    list["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| {
            let word = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            (word("author"), word("reason"))
        })
        .collect()
}

fn update_with(words: &str) -> Vec<u8> {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, words);
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

fn text_in(update: &[u8]) -> String {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    doc.transact_mut()
        .apply_update(Update::decode_v1(update).expect("an update"))
        .expect("an update that fits");
    text.get_string(&doc.transact())
}

#[tokio::test]
async fn grants_are_per_document_and_wildcards_cover_prefixes() {
    let server = start();
    let token = mint(
        "ada",
        &[
            ("a", "read-write"),
            ("team/*", "read-write"),
            ("team/final", "readonly"),
            ("odd", "owner"),
        ],
        HOUR,
    );
    let other = mint(
        "grace",
        &[("team/*", "read-write"), ("ghost", "readonly")],
        HOUR,
    );
    Client::synced(options(&server, "team/final", Dialect::Extended, &other)).await;
    // Whoever may only read makes no documents by looking.
    for dialect in [Dialect::Extended, Dialect::Stock, Dialect::Plain] {
        let client = Client::start(options(&server, "ghost", dialect, &other));
        client
            .until("denied", |replica| replica.denied() == Some("not-found"))
            .await;
    }
    for (doc, wanted) in [
        ("a", Access::Write),
        ("team/x", Access::Write),
        ("team/final", Access::Read),
    ] {
        let client = Client::synced(options(&server, doc, Dialect::Extended, &token)).await;
        assert_eq!(client.replica().access(), Some(wanted), "{doc}");
    }
    for doc in ["b", "teams", "odd"] {
        let client = Client::start(options(&server, doc, Dialect::Extended, &token));
        client
            .until("denied", |replica| replica.denied().is_some())
            .await;
        assert_eq!(client.replica().denied(), Some("forbidden"), "{doc}");
        let refused =
            RawSocket::connect(server.address(), &format!("/yjs/{doc}?token={token}")).await;
        assert!(
            matches!(refused, Err(ConnectError::Refused(403))),
            "{doc}: {refused:?}"
        );
    }
    for bad in [
        String::new(),
        "nonsense".to_owned(),
        mint_under(
            &"x".repeat(40),
            "ada",
            &[("a", "read-write")],
            std::time::SystemTime::now() + HOUR,
        ),
        mint_under(
            SECRET,
            "ada",
            &[("a", "read-write")],
            std::time::SystemTime::now() - HOUR,
        ),
    ] {
        let refused = RawSocket::connect(server.address(), &format!("/yjs/a?token={bad}")).await;
        assert!(
            matches!(refused, Err(ConnectError::Refused(401))),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn what_a_reader_writes_is_set_aside_and_reaches_nobody() {
    let server = start();
    let writer_token = mint("ada", &[("*", "read-write")], HOUR);
    let writer = Client::synced(options(&server, "text", Dialect::Extended, &writer_token)).await;
    writer.type_marker("[ada]", 0);
    writer.settled().await;
    for (number, dialect) in Dialect::ALL.into_iter().enumerate() {
        let sub = format!("reader-{number}");
        let token = mint(&sub, &[("text", "readonly")], HOUR);
        let reader = Client::synced(options(&server, "text", dialect, &token)).await;
        reader.shows("[ada]").await;
        reader.type_marker("[smuggled]", 0);
        match dialect {
            Dialect::Extended => {
                reader
                    .until("rejected", |replica| !replica.rejections().is_empty())
                    .await;
                let rejection = reader.replica().rejections()[0].clone();
                assert_eq!(
                    (rejection.code, rejection.kept),
                    (RejectCode::ReadOnly, Kept::ByServer)
                );
            }
            Dialect::Stock => {
                reader
                    .until("refused", |replica| replica.refused_statuses() > 0)
                    .await;
                assert!(reader.acknowledged().is_empty());
            }
            Dialect::Plain => {
                reader
                    .until("refused", |replica| replica.denied().is_some())
                    .await;
                assert!(reader.acknowledged().is_empty());
            }
        }
        eventually("a line in the quarantine", async || {
            let entries = quarantine(&server, "text").await;
            entries
                .contains(&(sub.clone(), "read-only".to_owned()))
                .then_some(())
        })
        .await;
    }
    writer.type_marker("[ada again]", 0);
    writer.settled().await;
    assert!(!writer.text().contains("smuggled"));
    let fresh = Client::synced(options(&server, "text", Dialect::Extended, &writer_token)).await;
    assert!(!fresh.text().contains("smuggled"));
    println!("quarantined: {:?}", quarantine(&server, "text").await);
}

#[tokio::test]
async fn blocks_under_the_client_id_of_another_member_are_set_aside() {
    const ADAS: u64 = 4711;
    let server = start();
    let ada = mint("ada", &[("*", "read-write")], HOUR);
    let eve = mint("eve", &[("*", "read-write")], HOUR);
    let client =
        Client::synced(options(&server, "text", Dialect::Extended, &ada).client_id(ADAS)).await;
    client.type_marker("[ada]", 0);
    client.settled().await;
    drop(client);

    // Eve's replica has Ada's blocks, so hers continue them seamlessly.
    let forger =
        Client::synced(options(&server, "text", Dialect::Extended, &eve).client_id(ADAS)).await;
    forger.shows("[ada]").await;
    forger.type_marker("[forged]", 1);
    forger
        .until("rejected", |replica| !replica.rejections().is_empty())
        .await;
    let rejection = forger.replica().rejections()[0].clone();
    assert_eq!(
        (rejection.code, rejection.kept),
        (RejectCode::ForeignIdentity, Kept::ByServer)
    );
    drop(forger);

    // Ada on another device, with the very same id: hers.
    let returned =
        Client::synced(options(&server, "text", Dialect::Extended, &ada).client_id(ADAS)).await;
    returned.shows("[ada]").await;
    returned.type_marker("[ada again]", 1);
    returned.settled().await;
    assert_eq!(returned.text(), "[ada][ada again]");
    assert_eq!(
        quarantine(&server, "text").await,
        [("eve".to_owned(), "foreign-identity".to_owned())]
    );
}

#[tokio::test]
async fn a_posted_update_is_durable_when_answered_and_shown_to_open_sockets() {
    let mut server = start();
    let token = mint(
        "ada",
        &[("my text", "read-write"), ("readable", "readonly")],
        HOUR,
    );
    let mut watchers = Vec::new();
    for dialect in Dialect::ALL {
        let doc = if dialect == Dialect::Plain {
            "my%20text"
        } else {
            "my text"
        };
        watchers.push(Client::synced(options(&server, doc, dialect, &token)).await);
    }
    let http = Http::new();
    let url = server.url("/api/v1/docs/my%20text/update");
    let posted = http
        .post(&url)
        .bearer_auth(&token)
        .body(update_with("[posted]"))
        .send()
        .await
        .expect("an answer");
    assert!(posted.status().is_success(), "{}", posted.status());
    for watcher in &watchers {
        watcher.shows("[posted]").await;
    }
    server.kill();
    drop(watchers);
    server.start_again();
    // The old one keeps connections to the killed server.
    let http = Http::new();
    let read = http
        .get(&url)
        .bearer_auth(&token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(read.status(), StatusCode::OK);
    assert_eq!(text_in(&read.bytes().await.unwrap()), "[posted]");

    // The whole document as one update equals what a socket shows.
    let client = Client::synced(options(&server, "my text", Dialect::Extended, &token)).await;
    client.type_marker("[typed]", 1);
    client.settled().await;
    let read = http
        .get(&url)
        .bearer_auth(&token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(text_in(&read.bytes().await.unwrap()), client.text());
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_as_a_problem() {
    let server = start();
    let token = mint(
        "ada",
        &[("text", "read-write"), ("readable", "readonly")],
        HOUR,
    );
    let http = Http::new();
    let post = async |doc: &str, token: Option<&str>, body: Vec<u8>| {
        let mut request = http
            .post(server.url(&format!("/api/v1/docs/{doc}/update")))
            .body(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.expect("an answer");
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(kind, "application/problem+json");
        response.status().as_u16()
    };
    assert_eq!(post("text", None, update_with("x")).await, 401);
    assert_eq!(post("text", Some("nonsense"), update_with("x")).await, 401);
    assert_eq!(post("other", Some(&token), update_with("x")).await, 403);
    assert_eq!(post("readable", Some(&token), update_with("x")).await, 403);
    assert_eq!(post("text", Some(&token), Vec::new()).await, 400);
    assert_eq!(
        post("text", Some(&token), b"not an update".to_vec()).await,
        422
    );
    let missing = http
        .get(server.url("/api/v1/docs/readable/update"))
        .bearer_auth(&token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}
