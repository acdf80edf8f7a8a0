//! `consilium demo` from outside: a portal with five people, whom a click lets in, with colleagues at work, that begins
//! again, and of which no other server has anything.

use consilium_model::document::BODY;
use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::envelope::{ClientMessage, ServerMessage};
use consilium_protocol::sync::SyncMessage;
use consilium_tests::eventually::eventually;
use consilium_tests::portal::Person;
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};
use consilium_tests::socket::{ConnectError, RawSocket, stock_auth};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, GetString, StateVector, Transact, Update};

const EVERYBODY: [&str; 5] = [
    "chair",
    "deputy",
    "physician",
    "pharmacist",
    "microbiologist",
];

const SECRET: &str = "0123456789abcdef0123456789abcdef";

async fn shown(server: &ServerProcess) -> Value {
    eventually("the demonstration tells of itself", async || {
        let answer = reqwest::get(server.url("/api/v1/demo")).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        answer.json().await.ok()
    })
    .await
}

/// The names of the documents that somebody can read, by title.
async fn documents(person: &Person) -> Vec<(String, String)> {
    let listed = person.call(Method::GET, "/documents", None).await.ok();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    listed["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|document| (text(&document["title"]), text(&document["name"])))
        .collect()
}

async fn guideline(person: &Person) -> String {
    documents(person)
        .await
        .into_iter()
        .find(|(title, _)| title.starts_with("Acute uncomplicated cystitis"))
        .expect("the guideline")
        .1
}

/// What stands in a document, as its update says.
fn text_of(update: &[u8]) -> String {
    let doc = Doc::new();
    let body = doc.get_or_insert_xml_fragment(BODY);
    let mut txn = doc.transact_mut();
    txn.apply_update(Update::decode_v1(update).expect("an update"))
        .expect("it applies");
    body.get_string(&txn)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_lets_in_as_each_of_five_people_and_their_ledger_holds() {
    let server = ServerProcess::start(ServerOptions::demonstration());
    let about = reqwest::get(server.url("/api/v1/config"))
        .await
        .expect("an answer");
    let about: Value = about.json().await.expect("JSON");
    assert_eq!(about["mode"], "demo");
    let shown = shown(&server).await;
    let roles: Vec<&str> = shown["people"]
        .as_array()
        .expect("people")
        .iter()
        .map(|person| person["role"].as_str().expect("a role"))
        .collect();
    assert_eq!(roles, ["leader", "deputy", "member", "member", "guest"]);
    for key in EVERYBODY {
        let person = Person::by_a_click(&server, key).await;
        let expected = if key == "microbiologist" { 1 } else { 3 };
        assert_eq!(documents(&person).await.len(), expected, "{key}");
    }
    let community = shown["community"].as_str().expect("a community");
    let data_dir = server.data_dir().to_str().expect("a path");
    let verified = ServerProcess::run(&[
        "ledger",
        "verify",
        "--community",
        community,
        "--data-dir",
        data_dir,
    ]);
    assert!(!verified.is_empty());
    // Somebody has stepped back by the community's rule, and is nobody to be.
    let chair = Person::by_a_click(&server, "chair").await;
    let members = chair
        .call(
            Method::GET,
            &format!("/communities/{community}/members"),
            None,
        )
        .await
        .ok();
    let away: Vec<&Value> = members["members"]
        .as_array()
        .expect("members")
        .iter()
        .filter(|member| !member["steppedBackAt"].is_null())
        .collect();
    assert_eq!(away.len(), 1);
    assert_eq!(away[0]["name"], "Dr Edda Vestergaard");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_session_nobody_reads_or_writes_anything() {
    let server = ServerProcess::start(ServerOptions::demonstration());
    let chair = Person::by_a_click(&server, "chair").await;
    let doc = guideline(&chair).await;
    let read = reqwest::get(server.url(&format!("/api/v1/docs/{doc}/update"))).await;
    assert_eq!(read.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    let plain = RawSocket::connect(server.address(), &format!("/yjs/{doc}")).await;
    assert!(
        matches!(plain, Err(ConnectError::Refused(401))),
        "{plain:?}"
    );
    let mut socket = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a socket");
    assert!(socket.say(&doc, stock_auth("")).await);
    let reason = socket
        .until("the refusal", |_, message| match message {
            ServerMessage::PermissionDenied(reason) => Some(reason),
            _ => None,
        })
        .await;
    assert_eq!(reason, "token-missing");
    // A page of another site, or under another name, cannot click.
    let http = reqwest::Client::new();
    let click = |name: header::HeaderName, value: &'static str| {
        http.post(server.url("/api/v1/demo/session"))
            .header(name, value)
            .json(&json!({ "person": "chair" }))
            .send()
    };
    for (name, value) in [
        (header::ORIGIN, "https://elsewhere.example"),
        (header::HOST, "rebound.example"),
    ] {
        let status = click(name, value).await.expect("an answer").status();
        assert_eq!(status, StatusCode::FORBIDDEN, "{value}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_other_server_has_anything_of_it_whatever_its_configuration() {
    for options in [
        ServerOptions::portal(),
        ServerOptions::portal().arg("--trust-forwarded-for"),
        ServerOptions::portal().arg("--allow-origin=https://app.example"),
        ServerOptions::with_secret(SECRET),
        ServerOptions::open(),
    ] {
        let server = ServerProcess::start(options.clone());
        let http = reqwest::Client::new();
        for (method, path) in [
            (Method::GET, "/demo"),
            (Method::POST, "/demo/session"),
            (Method::PUT, "/demo/colleagues"),
            (Method::POST, "/demo/beginning"),
            (Method::POST, "/demo/outage"),
        ] {
            let answer = http
                .request(method, server.url(&format!("/api/v1{path}")))
                .json(&json!({ "person": "chair" }))
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path} {options:?}");
            assert!(answer.headers().get(header::SET_COOKIE).is_none());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn colleagues_write_for_whoever_is_there_under_their_own_names() {
    let server = ServerProcess::start(ServerOptions::demonstration());
    let chair = Person::by_a_click(&server, "chair").await;
    let doc = guideline(&chair).await;
    let mut socket = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a socket");
    socket.say(&doc, stock_auth(&chair.token().await)).await;
    let copy = Doc::new();
    let body = copy.get_or_insert_xml_fragment(BODY);
    let here = AwarenessEntry {
        client: copy.client_id().get(),
        clock: 1,
        state: json!({ "user": { "color": "#1426aa" } }).to_string(),
    };
    let payload = awareness::encode([here].iter());
    socket.say(&doc, ClientMessage::Awareness(payload)).await;
    let nothing = StateVector::default().encode_v1();
    let asked = SyncMessage::Step1(nothing.into());
    socket.say(&doc, ClientMessage::Sync(asked)).await;

    let mut names: Vec<String> = Vec::new();
    let note = |text: &str| {
        let (_, from) = text.split_once("Sana Ito: ").unwrap_or_default();
        from.split('<').next().unwrap_or_default().to_owned()
    };
    let written = socket
        .until("a colleague who writes", |_, message| {
            match message {
                ServerMessage::Awareness(payload) => {
                    for entry in awareness::decode(payload).expect("presence") {
                        let state: Value = serde_json::from_str(&entry.state).expect("JSON");
                        names.extend(state["user"]["name"].as_str().map(str::to_owned));
                    }
                }
                ServerMessage::Sync(SyncMessage::Step2(update) | SyncMessage::Update(update)) => {
                    let update = Update::decode_v1(&update).expect("an update");
                    copy.transact_mut()
                        .apply_update(update)
                        .expect("it applies");
                }
                _ => {}
            }
            let text = note(&body.get_string(&copy.transact()));
            (text.chars().count() > 12).then_some(text)
        })
        .await;
    assert!(
        "Recommendation 1 says “typical symptoms”".starts_with(&written[..12]),
        "{written}"
    );
    assert!(names.iter().any(|name| name == "Dr Sana Ito"), "{names:?}");

    // Whoever is removed writes no more, however simulated: the rule is the same for everybody.
    let shown = shown(&server).await;
    let community = shown["community"].as_str().expect("a community");
    let ito = shown["people"][2]["accountId"]
        .as_str()
        .expect("an account");
    let path = format!("/communities/{community}/members/{ito}");
    let removed = chair.call(Method::DELETE, &path, None).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    socket
        .until("that she has gone", |_, message| match message {
            ServerMessage::Awareness(payload) => awareness::decode(payload)
                .expect("presence")
                .iter()
                .any(AwarenessEntry::is_removal)
                .then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_begins_again_and_browsers_stay_whom_they_were() {
    let server = ServerProcess::start(ServerOptions::demonstration());
    let chair = Person::by_a_click(&server, "chair").await;
    let before = shown(&server).await;
    let old = documents(&chair).await;
    let begun = chair.call(Method::POST, "/demo/beginning", None).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED);
    let after = eventually("another beginning", async || {
        let now = shown(&server).await;
        (now["beginning"] != before["beginning"]).then_some(now)
    })
    .await;
    assert_ne!(after["community"], before["community"]);
    let session = chair.call(Method::GET, "/session", None).await.ok();
    assert_eq!(session["account"]["id"], after["people"][0]["accountId"]);
    let new = documents(&chair).await;
    assert_eq!(new.len(), old.len());
    for (title, name) in &old {
        assert!(
            new.iter()
                .any(|(same, other)| same == title && other != name)
        );
        let read = chair.update(Method::GET, name, Vec::new()).await;
        assert_eq!(read, StatusCode::NOT_FOUND, "{title} is gone");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_killed_and_goes_on_where_it_was() {
    let mut server = ServerProcess::start(ServerOptions::demonstration());
    let deputy = Person::by_a_click(&server, "deputy").await;
    let before = shown(&server).await;
    let doc = guideline(&deputy).await;
    server.kill();
    server.start_again();
    let after = shown(&server).await;
    assert_eq!(after["beginning"], before["beginning"]);
    assert_eq!(after["people"], before["people"]);
    assert_eq!(guideline(&deputy).await, doc);
    let url = server.url(&format!("/api/v1/docs/{doc}/update"));
    let read = reqwest::Client::new()
        .get(url)
        .bearer_auth(deputy.token().await)
        .send()
        .await
        .expect("an answer");
    let text = text_of(&read.bytes().await.expect("a body"));
    assert!(text.contains("Notes for the session"), "{text}");
    let (status, _) = server.terminate();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_data_of_a_server_is_not_taken_for_a_demonstration() {
    let mut server = ServerProcess::start(ServerOptions::portal());
    let data_dir = server.data_dir().to_owned();
    let (status, _) = server.terminate();
    assert!(status.success());
    let refused = std::process::Command::new(binary())
        .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(&data_dir)
        .output()
        .expect("run the binary");
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("give --data-dir another directory"), "{said}");
}
