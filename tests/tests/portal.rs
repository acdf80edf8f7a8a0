//! Communities over real sockets and REST, on one node and on several: who may do what is what the table says, and a
//! change reaches everybody within a second (I3, D10).

use std::time::{Duration, Instant};

use consilium_model::access::{Privacy, Role, Standing, access};
use consilium_protocol::ids::Access;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{ConnectError, RawSocket};
use reqwest::{Method, StatusCode};
use serde_json::json;
use yrs::{Doc, ReadTxn, StateVector, Text, Transact};

/// What was promised for a change of access, with something for a machine that does other things as well.
const SOON: Duration = Duration::from_secs(1);
const BUSY: Duration = Duration::from_secs(4);

/// Levels that a community can choose so far.
const LEVELS: [Privacy; 3] = [Privacy::Private, Privacy::Community, Privacy::Portal];

fn update_with(words: &str) -> Vec<u8> {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, words);
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

async fn client(server: &ServerProcess, doc: &str, dialect: Dialect, who: &Person) -> Client {
    let options = ClientOptions::new(server.address(), doc, dialect).token(&who.token().await);
    Client::synced(options).await
}

/// What a socket of this kind lets somebody do with a document: as told, and as tried.
async fn tried(server: &ServerProcess, doc: &str, dialect: Dialect, who: &Person) -> Access {
    let token = who.token().await;
    if dialect == Dialect::Plain {
        let path = format!("/yjs/{doc}?token={token}");
        if let Err(ConnectError::Refused(403)) = RawSocket::connect(server.address(), &path).await {
            return Access::None;
        }
    }
    let options = ClientOptions::new(server.address(), doc, dialect).token(&token);
    let client = Client::start(options);
    client
        .until("let in or denied", |replica| {
            replica.is_synced() || replica.denied().is_some()
        })
        .await;
    if client.replica().denied().is_some() {
        return Access::None;
    }
    client.type_marker(&format!("[{dialect:?} {}]", who.id), 0);
    client
        .until("taken or refused", |replica| {
            replica.is_settled()
                || !replica.rejections().is_empty()
                || replica.refused_statuses() > 0
                || replica.denied().is_some()
        })
        .await;
    let replica = client.replica();
    if replica.acknowledged().is_empty() {
        Access::Read
    } else {
        Access::Write
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_may_do_with_every_document_what_the_table_says() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let founder = Person::made_by_the_operator(&server, store, "Ada Founder").await;
    let community = founder.found("Panel").await;
    let mut people = Vec::new();
    for role in Role::ALL {
        let invitation = founder.invite(&community, role.word()).await;
        let name = format!("Some {}", role.word());
        people.push((
            Some(role),
            Person::invited(&server, &invitation, &name).await,
        ));
    }
    people.push((
        None,
        Person::made_by_the_operator(&server, store, "A Stranger").await,
    ));
    let unknown = founder
        .call(
            Method::GET,
            "/documents/00000000-0000-7000-8000-000000000000/policy",
            None,
        )
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let unknown = unknown.but_its_number();
    let mut checked = 0;
    for privacy in LEVELS {
        let doc = founder.new_document(&community, privacy.word()).await;
        for (role, person) in &people {
            let expected = access(
                privacy,
                &Standing {
                    role: *role,
                    ..Standing::default()
                },
            );
            let what = format!("{role:?} and a {} document", privacy.word());
            for dialect in Dialect::ALL {
                let found = tried(&server, &doc, dialect, person).await;
                assert_eq!(found, expected, "{what}, {dialect:?}");
                checked += 1;
            }
            let read = person.update(Method::GET, &doc, Vec::new()).await;
            let write = person.update(Method::POST, &doc, update_with("x")).await;
            let (can_read, can_write) = match expected {
                Access::None => (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
                Access::Read | Access::Comment => (StatusCode::OK, StatusCode::FORBIDDEN),
                Access::Write => (StatusCode::OK, StatusCode::NO_CONTENT),
            };
            assert_eq!((read, write), (can_read, can_write), "{what}, REST");
            let path = format!("/documents/{doc}/policy");
            let policy = person.call(Method::GET, &path, None).await;
            if expected == Access::None {
                assert_eq!(policy.status, StatusCode::NOT_FOUND, "{what}");
                assert_eq!(policy.but_its_number(), unknown, "{what}");
            } else {
                assert_eq!(policy.status, StatusCode::OK, "{what}");
            }
            let listed = person.call(Method::GET, "/documents", None).await.ok();
            let is_listed = listed["documents"]
                .as_array()
                .expect("a list")
                .iter()
                .any(|listed| listed["name"] == json!(doc));
            assert_eq!(is_listed, expected >= Access::Read, "{what}, list");
            checked += 4;
        }
    }
    println!(
        "{checked} ways into {} documents by {} people",
        LEVELS.len(),
        people.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_reaches_open_sockets_on_all_nodes_and_others_notice_nothing() {
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let store = StoreAt::Database(&cluster.database);
    let leader = Person::made_by_the_operator(here, store, "Ada Leader").await;
    let community = leader.found("Panel").await;
    let invitation = leader.invite(&community, "member").await;
    let member = Person::invited(here, &invitation, "Bert Member").await;
    let colleague = Person::invited(
        there,
        &leader.invite(&community, "member").await,
        "Carla Colleague",
    )
    .await;
    let doc = leader.new_document(&community, "portal").await;

    let beside = client(there, &doc, Dialect::Extended, &colleague).await;
    let mut sockets = Vec::new();
    for server in [here, there] {
        for dialect in Dialect::ALL {
            sockets.push((
                dialect,
                client(server, &doc, dialect, &member.at(server)).await,
            ));
        }
    }
    for (number, (_, socket)) in sockets.iter().enumerate() {
        socket.type_marker(&format!("[{number}]"), number as u64);
        socket.settled().await;
    }

    // A guest reads what is open to the portal; all of the member's sockets become readers in place.
    let connections: Vec<u64> = sockets
        .iter()
        .map(|(_, socket)| socket.replica().connections())
        .collect();
    leader.give_role(&community, &member, "guest").await;
    let decided = Instant::now();
    for (_, socket) in sockets
        .iter()
        .filter(|(dialect, _)| *dialect == Dialect::Extended)
    {
        socket
            .until("a reader", |replica| replica.access() == Some(Access::Read))
            .await;
    }
    let took = decided.elapsed();
    println!(
        "readers on both nodes {} ms after the decision",
        took.as_millis()
    );
    assert!(took < SOON + BUSY, "{took:?}");
    let now: Vec<u64> = sockets
        .iter()
        .map(|(_, socket)| socket.replica().connections())
        .collect();
    assert_eq!(now, connections, "nobody had to connect again");
    for (_, socket) in &sockets {
        socket.type_marker("[smuggled]", 0);
    }
    beside.type_marker("[beside]", 0);
    beside.settled().await;
    for (_, socket) in &sockets {
        socket
            .until("what others write", |replica| {
                replica.text().contains("[beside]")
            })
            .await;
    }
    for server in [here, there] {
        let fresh = client(server, &doc, Dialect::Extended, &leader.at(server)).await;
        assert!(!fresh.text().contains("smuggled"), "{}", fresh.text());
    }

    // Narrowed to the community: who is a guest loses it altogether.
    let path = format!("/documents/{doc}/policy");
    let narrower = json!({ "privacy": "community" });
    let _ = leader.call(Method::PUT, &path, Some(narrower)).await.ok();
    for (dialect, socket) in &sockets {
        match dialect {
            Dialect::Plain => {
                socket
                    .until("closed", |replica| replica.last_close() == Some(4403))
                    .await;
            }
            Dialect::Stock | Dialect::Extended => {
                socket
                    .until("denied", |replica| replica.denied() == Some("forbidden"))
                    .await;
            }
        }
    }
    beside.type_marker("[still here]", 0);
    beside.settled().await;
    assert_eq!(beside.replica().connections(), 1, "others notice nothing");
    for (_, socket) in &sockets {
        assert!(!socket.text().contains("still here"));
    }

    // Back again: what our client wrote meanwhile is not lost.
    leader.give_role(&community, &member, "member").await;
    let again = client(there, &doc, Dialect::Extended, &member.at(there)).await;
    again.type_marker("[back]", 0);
    again.settled().await;
    beside
        .until("the member again", |replica| {
            replica.text().contains("[back]")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_out_or_locked_loses_their_sockets() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let leader = Person::made_by_the_operator(&server, store, "Ada Leader").await;
    let community = leader.found("Panel").await;
    let invitation = leader.invite(&community, "member").await;
    let member = Person::invited(&server, &invitation, "Bert Member").await;
    let doc = leader.new_document(&community, "community").await;
    let kept = client(&server, &doc, Dialect::Extended, &leader).await;
    let ended = client(&server, &doc, Dialect::Extended, &member).await;
    let signed_out = member.call(Method::DELETE, "/session", None).await;
    assert_eq!(signed_out.status, StatusCode::NO_CONTENT);
    // In words that say it was the session, and not a decision about the document.
    ended
        .until("denied", |replica| {
            replica.denied() == Some("token-expired")
        })
        .await;
    kept.type_marker("[leader]", 0);
    kept.settled().await;
    assert_eq!(kept.replica().connections(), 1);
    eventually("the session is over", async || {
        let answer = member.call(Method::GET, "/session", None).await;
        (answer.status == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
}
