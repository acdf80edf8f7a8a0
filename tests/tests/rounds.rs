//! Rounds, from outside: ballots that must not count, a server that is killed between votes, and two nodes that close at
//! once.

use std::time::Duration;

use consilium_model::document::BODY;
use consilium_model::prose::{Block, Run, append};
use consilium_tests::cluster::Cluster;
use consilium_tests::eventually::eventually;
use consilium_tests::panel;
use consilium_tests::portal::{Answer, Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Connection;
use yrs::{Doc, ReadTxn, StateVector, Transact};

/// A document of the community with a sentence to vote on.
async fn text(who: &Person, community: &str) -> String {
    let doc = who.new_document(community, "community").await;
    let made = Doc::new();
    let body = made.get_or_insert_xml_fragment(BODY);
    let blocks = [Block::Paragraph(vec![Run::plain("We recommend A.")])];
    append(&mut made.transact_mut(), &body, &blocks);
    let update = made
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    assert_eq!(
        who.update(Method::POST, &doc, update).await,
        StatusCode::NO_CONTENT
    );
    doc
}

struct Round {
    id: String,
    text: String,
}

impl Round {
    /// Of a text of its own, without names, closed by hand.
    async fn open(leader: &Person, community: &str, change: Value) -> Self {
        let mut wish = json!({
            "document": text(leader, community).await,
            "question": "Do we recommend this?",
            "rule": "awmf denominator=votes quorum=ballots:3",
            "anonymity": "anonymous",
        });
        for (key, value) in change.as_object().expect("fields") {
            wish[key] = value.clone();
        }
        let path = format!("/communities/{community}/rounds");
        let opened = leader.call(Method::POST, &path, Some(wish)).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{opened:?}");
        Self {
            id: opened.text("id"),
            text: opened.text("text"),
        }
    }

    fn ballot(&self, choice: &str, secret: char) -> Value {
        json!({"choice": choice, "text": self.text, "secret": secret.to_string().repeat(64)})
    }

    async fn put(&self, who: &Person, ballot: Value) -> Answer {
        let path = format!("/rounds/{}/ballot", self.id);
        who.call(Method::PUT, &path, Some(ballot)).await
    }

    async fn vote(&self, who: &Person, choice: &str, secret: char) {
        let put = self.put(who, self.ballot(choice, secret)).await;
        assert_eq!(put.status, StatusCode::OK, "{put:?}");
    }

    async fn see(&self, who: &Person) -> Value {
        let path = format!("/rounds/{}", self.id);
        who.call(Method::GET, &path, None).await.ok()
    }

    async fn close(&self, who: &Person) -> Answer {
        let path = format!("/rounds/{}/close", self.id);
        who.call(Method::POST, &path, None).await
    }
}

/// A leader and members of one community.
async fn panel(
    server: &ServerProcess,
    store: StoreAt<'_>,
    members: &[&str],
) -> (String, Person, Vec<Person>) {
    let (leader, community) = panel::community(server, store, "Ada Leader").await;
    let mut people = Vec::new();
    for name in members {
        let link = leader.invite(&community, "member").await;
        people.push(Person::invited(server, &link, name).await);
    }
    (community, leader, people)
}

fn code(answer: &Answer) -> (StatusCode, String) {
    (answer.status, answer.text("code"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_count_is_refused_with_a_reason_and_changes_nothing() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let server = ServerProcess::start(ServerOptions::portal().in_dir(directory.path()));
    let store = StoreAt::Directory(directory.path());
    let (community, leader, people) = panel(
        &server,
        store,
        &["Bert Member", "Cleo Member", "Dora Recused"],
    )
    .await;
    let [bert, cleo, dora] = &people[..] else {
        panic!("three members");
    };
    let recused = json!([{"account": dora.id, "reason": "Wrote it herself."}]);
    let round = Round::open(&leader, &community, json!({"recused": recused})).await;
    let [late] = panel::people(&server, &leader, &community, [("member", "Emil Later")]).await;
    let stranger = {
        let own = Person::made_by_the_operator(&server, store, "Eve Stranger").await;
        own.found("Elsewhere").await;
        own
    };
    round.vote(bert, "approve", 'b').await;
    // The same again, as when an answer was lost: it counts once.
    let again = round.put(bert, round.ballot("approve", 'b')).await.ok();
    assert_eq!(again["changed"], true);
    let before = round.see(&leader).await;
    assert_eq!(before["voted"], 1);

    let elsewhere = json!({"choice": "approve", "text": "0".repeat(64), "secret": "c".repeat(64)});
    let nameless = json!({"choice": "approve", "text": round.text});
    let rating = round.ballot("7", 'c');
    for (who, ballot, expected) in [
        // A second vote, by guessing where another might lie.
        (bert, round.ballot("object", 'd'), "round-other-secret"),
        // Another's ballot, replayed or changed.
        (cleo, round.ballot("approve", 'b'), "round-secret-taken"),
        (cleo, round.ballot("object", 'b'), "round-secret-taken"),
        (cleo, elsewhere, "round-other-text"),
        (cleo, nameless, "round-secret"),
        (cleo, rating, "round-wrong-choice"),
        (dora, round.ballot("approve", 'c'), "round-recused"),
        (&late, round.ballot("approve", 'c'), "round-not-on-roll"),
    ] {
        let refused = round.put(who, ballot).await;
        assert_eq!(code(&refused), (StatusCode::CONFLICT, expected.to_owned()));
    }
    let hidden = round.put(&stranger, round.ballot("approve", 'c')).await;
    assert_eq!(
        code(&hidden),
        (StatusCode::NOT_FOUND, "no-such-round".to_owned())
    );
    let mut after = round.see(&leader).await;
    after["now"] = before["now"].clone();
    assert_eq!(after, before);

    round.vote(cleo, "approve", 'c').await;
    round.vote(&leader, "object", 'a').await;
    let closed = round.close(&leader).await.ok();
    let votes = &closed["result"]["counts"]["votes"];
    assert_eq!(
        (&votes["approve"], &votes["object"]),
        (&json!(2), &json!(1))
    );
    for who in [bert, cleo, &leader] {
        let refused = round.put(who, round.ballot("object", 'b')).await;
        assert_eq!(
            code(&refused),
            (StatusCode::CONFLICT, "round-over".to_owned())
        );
    }
    assert_eq!(round.close(&leader).await.text("code"), "round-over");
    assert_eq!(round.see(bert).await["result"], closed["result"]);
}

/// A vote is sent and the server is killed a moment later, each time another moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_between_votes_loses_none_and_doubles_none() {
    const NAMES: [&str; 8] = [
        "Bert B", "Cleo C", "Dora D", "Emil E", "Fred F", "Gina G", "Hans H", "Ines I",
    ];
    let directory = tempfile::TempDir::new().expect("a directory");
    let mut server = ServerProcess::start(ServerOptions::portal().in_dir(directory.path()));
    let store = StoreAt::Directory(directory.path());
    let (community, leader, people) = panel(&server, store, &NAMES).await;
    let round = Round::open(&leader, &community, json!({})).await;
    let secrets = ['1', '2', '3', '4', '5', '6', '7', '8'];
    let path = format!("/rounds/{}/ballot", round.id);
    let mut answered = 0;
    for (number, (who, secret)) in people.iter().zip(secrets).enumerate() {
        let who = who.at(&server);
        let ballot = round.ballot("approve", secret);
        let sent = {
            let (who, path, ballot) = (who.clone(), path.clone(), ballot.clone());
            tokio::spawn(async move { who.try_call(Method::PUT, &path, ballot).await })
        };
        // Not to wait for anything: it is the moment of the kill that differs.
        tokio::time::sleep(Duration::from_micros(700 * number as u64)).await;
        server.kill();
        let was_answered = matches!(sent.await.expect("sent"), Ok(StatusCode::OK));
        server.start_again();
        let who = who.at(&server);
        let seen = round.see(&who).await;
        if was_answered {
            answered += 1;
            assert_eq!(seen["hasVoted"], true, "what was answered is kept");
        }
        // As the app does: it sends again until it has an answer.
        round.vote(&who, "approve", secret).await;
        let seen = round.see(&who).await;
        assert_eq!(seen["voted"], number + 1, "none is lost and none doubled");
    }
    println!(
        "{answered} of {} votes were answered before the kill",
        NAMES.len()
    );
    let leader = leader.at(&server);
    let closed = round.close(&leader).await.ok();
    assert_eq!(closed["result"]["voted"], NAMES.len());
    assert_eq!(
        closed["result"]["ballots"].as_array().map(Vec::len),
        Some(NAMES.len())
    );
    server.kill();
    server.start_again();
    let kept = round.see(&leader.at(&server)).await;
    assert_eq!(kept["result"], closed["result"], "it is kept for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_close_at_once_count_once_and_take_nothing_late() {
    let cluster = Cluster::start_behind(&ServerOptions::portal(), 2, &[]).await;
    let [here, there] = [&cluster.nodes[0], &cluster.nodes[1]];
    let store = StoreAt::Database(&cluster.database);
    let (community, leader, people) =
        panel(here, store, &["Bert Member", "Cleo Member", "Dora Member"]).await;
    let [bert, cleo, dora] = &people[..] else {
        panic!("three members");
    };
    let by_clock = Round::open(&leader, &community, json!({"openMinutes": 60})).await;
    by_clock.vote(bert, "approve", 'b').await;
    by_clock.vote(&cleo.at(there), "approve", 'c').await;
    by_clock.vote(&leader.at(there), "object", 'a').await;
    assert_eq!(by_clock.close(&leader).await.text("code"), "round-not-yet");
    let by_hand = Round::open(&leader, &community, json!({})).await;
    for (who, secret) in [(bert, 'b'), (cleo, 'c'), (dora, 'd')] {
        by_hand.vote(&who.at(there), "approve", secret).await;
    }

    // An hour later, as far as this vote knows.
    let mut observer = sqlx::PgConnection::connect(&cluster.database)
        .await
        .expect("connect");
    let over = "UPDATE rounds SET closes_at_ms = opened_at_ms + 1 WHERE by_hand = 0";
    let moved = sqlx::query(over).execute(&mut observer).await;
    assert_eq!(moved.expect("an hour later").rows_affected(), 1);
    for node in [here, there] {
        let late = by_clock
            .put(&dora.at(node), by_clock.ballot("object", 'd'))
            .await;
        assert_eq!(code(&late), (StatusCode::CONFLICT, "round-over".to_owned()));
    }
    let there_too = leader.at(there);
    let (one, other) = tokio::join!(by_hand.close(&leader), by_hand.close(&there_too));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
    eventually("a node counts what is over", async || {
        let seen = by_clock.see(bert).await;
        (seen["state"] == "closed").then_some(())
    })
    .await;

    let result = by_clock.see(dora).await["result"].clone();
    assert_eq!(
        (&result["voted"], &result["verdict"]),
        (&json!(3), &json!("majority"))
    );
    assert_eq!(by_clock.see(&bert.at(there)).await["result"], result);
    let path = format!("/communities/{community}/ledger");
    let ledger = leader.call(Method::GET, &path, None).await.ok();
    let closed: Vec<&str> = ledger["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .filter(|entry| entry["act"] == "round-closed")
        .filter_map(|entry| entry["detail"]["round"].as_str())
        .collect();
    assert_eq!(closed.len(), 2, "each once: {closed:?}");
    assert!(closed.contains(&by_clock.id.as_str()) && closed.contains(&by_hand.id.as_str()));
    let boxes: i64 = sqlx::query_scalar("SELECT count(*) FROM round_boxes")
        .fetch_one(&mut observer)
        .await
        .expect("count");
    assert_eq!(boxes, 0);
}
