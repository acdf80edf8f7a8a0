//! Rounds over REST: fields, refusals, what is shown to whom, and that a text which changed since is said to have (I8).

use axum::http::{Method, StatusCode, header};
use consilium_model::document::BODY;
use consilium_model::prose::{Block, Run, append};
use consilium_protocol::ids::DocName;
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, Transact, Update};

use super::portal::{Person, Portal, bare};

const AWMF: &str = "awmf denominator=votes quorum=none";

impl Portal {
    /// Writes at the end of a document, through its room.
    pub(super) async fn write_paragraph(&self, document: &str, who: &Person, text: &str) {
        let name = DocName::parse(document).unwrap();
        let doc = Doc::new();
        let before = self.edge.registry.snapshot_update(&name).await.unwrap();
        let before = Update::decode_v1(&before.unwrap()).unwrap();
        doc.transact_mut().apply_update(before).unwrap();
        let state = doc.transact().state_vector();
        let body = doc.get_or_insert_xml_fragment(BODY);
        let blocks = [Block::Paragraph(vec![Run::plain(text)])];
        append(&mut doc.transact_mut(), &body, &blocks);
        let update = doc.transact().encode_diff_v1(&state);
        let path = format!("/api/v1/docs/{document}/update");
        let headers = [
            (header::COOKIE, who.cookie.as_str()),
            (header::CONTENT_TYPE, "application/octet-stream"),
        ];
        let answer = self
            .edge
            .send_with(Method::POST, &path, None, &update, &headers)
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
}

struct Panel {
    portal: Portal,
    community: String,
    document: String,
    ann: Person,
    ben: Person,
    cleo: Person,
}

impl Panel {
    async fn new() -> Self {
        let portal = Portal::new().await;
        let ann = portal.person("Ann").await;
        let community = portal.found(&ann, "Panel").await;
        let ben = portal.member(&ann, &community, "member").await;
        let cleo = portal.member(&ann, &community, "deputy").await;
        let document = portal
            .document(
                &ann,
                &community,
                json!({"title": "Asthma", "template": "guideline-panel"}),
            )
            .await;
        Self {
            portal,
            community,
            document,
            ann,
            ben,
            cleo,
        }
    }

    fn wish(&self) -> Value {
        json!({
            "document": self.document,
            "question": "Do we recommend this?",
            "rule": AWMF,
            "anonymity": "named",
            "openMinutes": 60,
        })
    }

    async fn open(&self, wish: Value) -> Value {
        let path = format!("{}/rounds", self.community);
        let opened = self.portal.post(&self.ann, &path, wish).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.json());
        opened.json()
    }

    async fn close(&self, round: &str) -> Value {
        let path = format!("/rounds/{round}/close");
        let closed = self.portal.ask(&self.ann, Method::POST, &path, None).await;
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.json());
        closed.json()
    }
}

fn id_of(round: &Value) -> &str {
    round["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_text_is_put_to_the_vote_voted_on_and_counted() {
    let panel = Panel::new().await;
    let (portal, ann, ben) = (&panel.portal, &panel.ann, &panel.ben);
    let round = panel.open(panel.wish()).await;
    let id = id_of(&round);
    assert_eq!(
        (&round["state"], &round["eligible"], &round["textChanged"]),
        (&json!("open"), &json!(3), &json!(false))
    );
    assert_eq!(round["roll"].as_array().unwrap().len(), 3);
    let text = portal.get(ben, &format!("/rounds/{id}/text")).await;
    assert_eq!(text.status, StatusCode::OK);
    assert!(!text.body.is_empty());
    let ballot = format!("/rounds/{id}/ballot");
    let cast = |choice: &str| json!({"choice": choice, "said": "Because.", "text": round["text"]});
    let taken = portal.put(ben, &ballot, cast("approve")).await.json();
    assert_eq!(taken, json!({"changed": false}));
    let taken = portal.put(ben, &ballot, cast("object")).await.json();
    assert_eq!(taken, json!({"changed": true}));
    let seen = portal.get(ben, &format!("/rounds/{id}")).await.json();
    assert_eq!(
        seen["mine"],
        json!({"choice": "object", "said": "Because."})
    );
    let other = portal.get(ann, &format!("/rounds/{id}")).await.json();
    assert_eq!(other["ballots"], json!([]));
    assert!(other.get("mine").is_none());
    assert_eq!(
        (&other["voted"], &other["mayClose"]),
        (&json!(1), &json!(false))
    );
    for person in [ann, &panel.cleo] {
        portal.put(person, &ballot, cast("approve")).await;
    }
    let closed = panel.close(id).await;
    assert_eq!(closed["state"], "closed");
    assert_eq!(closed["result"]["verdict"], "majority");
    assert_eq!(closed["result"]["counts"]["votes"]["percent"], "66.7");
    assert_eq!(closed["ballots"].as_array().unwrap().len(), 3);
    portal
        .put(ben, &ballot, cast("approve"))
        .await
        .is_problem(StatusCode::CONFLICT, "round-over");
    let list = portal
        .get(ben, &format!("{}/rounds", panel.community))
        .await
        .json();
    assert_eq!(list["rounds"][0]["verdict"], "majority");
    let ledger = portal
        .get(ben, &format!("{}/ledger", panel.community))
        .await
        .json();
    assert_eq!(ledger["entries"][0]["act"], "round-closed");
    assert_eq!(ledger["entries"][1]["detail"]["rule"], AWMF);
}

#[tokio::test]
async fn what_is_not_right_is_named_by_its_field() {
    let panel = Panel::new().await;
    let path = format!("{}/rounds", panel.community);
    for (field, value) in [
        ("question", json!("")),
        ("question", json!("x".repeat(501))),
        ("rule", json!("awmf")),
        ("rule", json!("delphi consensus=at-least:1/2 quorum=none")),
        ("anonymity", json!("secret")),
        ("openMinutes", json!(59)),
        ("openMinutes", json!(90 * 24 * 60 + 1)),
        ("recused", json!([{"account": "x", "reason": "Because."}])),
        (
            "recused",
            json!([{"account": panel.ben.account, "reason": "x"}]),
        ),
    ] {
        let mut wish = panel.wish();
        wish[field] = value;
        let refused = panel.portal.post(&panel.ann, &path, wish).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.json()["field"], field);
    }
    for (change, status, code) in [
        (
            json!({"more": 1}),
            StatusCode::BAD_REQUEST,
            "malformed-json",
        ),
        (
            json!({"document": "nowhere"}),
            StatusCode::NOT_FOUND,
            "no-such-document",
        ),
        (
            json!({"anonymity": "anonymous"}),
            StatusCode::CONFLICT,
            "round-rule-too-open",
        ),
        (
            json!({"passage": {"first": 5_000, "last": 6_000}}),
            StatusCode::CONFLICT,
            "round-no-text",
        ),
        (
            json!({"rule": "rand-ucla disagreement=classic percentiles=linear quorum=none"}),
            StatusCode::CONFLICT,
            "round-rule-undefined",
        ),
    ] {
        let mut wish = panel.wish();
        for (key, value) in change.as_object().unwrap() {
            wish[key] = value.clone();
        }
        let refused = panel.portal.post(&panel.ann, &path, wish).await;
        refused.is_problem(status, code);
    }
    panel
        .portal
        .post(&panel.ben, &path, panel.wish())
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let round = panel.open(panel.wish()).await;
    let ballot = format!("/rounds/{}/ballot", id_of(&round));
    for (choice, said, field) in [
        ("10", "", "choice"),
        ("approve", &*"x".repeat(2_001), "said"),
    ] {
        let cast = json!({"choice": choice, "said": said, "text": round["text"]});
        let refused = panel.portal.put(&panel.ben, &ballot, cast).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.json()["field"], field);
    }
    let elsewhere = json!({"choice": "approve", "text": "0".repeat(64)});
    panel
        .portal
        .put(&panel.ben, &ballot, elsewhere)
        .await
        .is_problem(StatusCode::CONFLICT, "round-other-text");
    let unread = json!({"choice": "approve", "text": "0"});
    panel
        .portal
        .put(&panel.ben, &ballot, unread)
        .await
        .is_problem(StatusCode::BAD_REQUEST, "malformed-json");
}

#[tokio::test]
async fn outsiders_get_the_answer_for_a_round_that_is_not_there() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let eve = portal.person("Eve").await;
    let round = panel.open(panel.wish()).await;
    let id = id_of(&round);
    let nowhere = "0190aaaa-0000-7000-8000-000000000000";
    let why = json!({"reason": "Because."});
    let cast = json!({"choice": "approve", "text": round["text"]});
    for (method, end, body) in [
        (Method::GET, "", None),
        (Method::GET, "/text", None),
        (Method::PUT, "/ballot", Some(cast)),
        (Method::POST, "/recusal", Some(why.clone())),
        (Method::POST, "/close", None),
        (Method::POST, "/void", Some(why)),
    ] {
        let ask = async |id: &str| {
            let path = format!("/rounds/{id}{end}");
            portal.ask(&eve, method.clone(), &path, body.clone()).await
        };
        let hidden = ask(id).await;
        hidden.is_problem(StatusCode::NOT_FOUND, "no-such-round");
        assert_eq!(bare(&hidden), bare(&ask(nowhere).await));
        assert_eq!(bare(&hidden), bare(&ask("x").await));
    }
    let list = portal
        .get(&eve, &format!("{}/rounds", panel.community))
        .await;
    list.is_problem(StatusCode::NOT_FOUND, "no-such-community");
}

#[tokio::test]
async fn a_vote_without_names_lists_every_ballot_by_its_slot_and_nobody() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let mut wish = panel.wish();
    wish["anonymity"] = json!("anonymous");
    wish["rule"] = json!("delphi consensus=at-least:3/4 quorum=ballots:3");
    let round = panel.open(wish).await;
    let id = id_of(&round);
    let ballot = format!("/rounds/{id}/ballot");
    let mut slots = Vec::new();
    for (person, digit, choice) in [
        (&panel.ann, "a", "7"),
        (&panel.ben, "b", "8"),
        (&panel.cleo, "c", "abstain"),
    ] {
        let secret = digit.repeat(64);
        let cast = json!({"choice": choice, "said": format!("says {digit}"), "text": round["text"], "secret": secret});
        let taken = portal.put(person, &ballot, cast).await.json();
        slots.push((taken["slot"].as_str().unwrap().to_owned(), choice));
    }
    let other = json!({"choice": "1", "text": round["text"], "secret": "d".repeat(64)});
    portal
        .put(&panel.ann, &ballot, other)
        .await
        .is_problem(StatusCode::CONFLICT, "round-other-secret");
    let bare = json!({"choice": "1", "text": round["text"]});
    portal
        .put(&panel.ann, &ballot, bare)
        .await
        .is_problem(StatusCode::CONFLICT, "round-secret");
    let seen = portal
        .get(&panel.ann, &format!("/rounds/{id}"))
        .await
        .json();
    assert_eq!(
        (&seen["hasVoted"], &seen["voted"]),
        (&json!(true), &json!(3))
    );
    assert!(seen.get("mine").is_none());
    let closed = panel.close(id).await;
    assert_eq!(closed["result"]["verdict"], "consensus-for");
    assert_eq!(closed["result"]["counts"]["abstained"], 1);
    slots.sort();
    let listed: Vec<Value> = slots
        .iter()
        .map(|(slot, choice)| json!({"slot": slot, "choice": choice}))
        .collect();
    assert_eq!(closed["result"]["ballots"], json!(listed));
    assert_eq!(closed["result"]["said"].as_array().unwrap().len(), 3);
    assert_eq!(closed["ballots"], json!([]));
    for person in [&panel.ann, &panel.ben, &panel.cleo] {
        let known = closed["result"].to_string();
        assert!(!known.contains(&person.account.to_string()));
    }
}

#[tokio::test]
async fn a_text_that_changed_since_is_said_to_have_wherever_the_round_is_shown() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let whole = panel.open(panel.wish()).await;
    let mut of_passage = panel.wish();
    of_passage["passage"] = json!({"first": 0, "last": 0});
    let passage = panel.open(of_passage).await;
    assert_eq!(passage["passage"], true);
    assert_ne!(passage["text"], whole["text"]);
    let changed = async || {
        let list = portal
            .get(&panel.ben, &format!("{}/rounds", panel.community))
            .await
            .json();
        let flag = |id: &str| {
            let rounds = list["rounds"].as_array().unwrap();
            let found = rounds.iter().find(|round| round["id"] == id).unwrap();
            found["textChanged"].as_bool().unwrap()
        };
        (flag(id_of(&whole)), flag(id_of(&passage)))
    };
    assert_eq!(changed().await, (false, false));
    portal
        .write_paragraph(&panel.document, &panel.ben, "Another sentence.")
        .await;
    assert_eq!(
        changed().await,
        (true, false),
        "the passage stands as it was"
    );
    let seen = portal
        .get(&panel.ben, &format!("/rounds/{}", id_of(&whole)))
        .await
        .json();
    assert_eq!(seen["textChanged"], true);
    let cast = json!({"choice": "approve", "text": whole["text"]});
    let path = format!("/rounds/{}/ballot", id_of(&whole));
    let taken = portal.put(&panel.ben, &path, cast).await;
    assert_eq!(
        taken.status,
        StatusCode::OK,
        "votes are on the text as it was put"
    );
}

#[tokio::test]
async fn somebody_recuses_themselves_and_a_round_is_voided_with_a_reason() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let mut wish = panel.wish();
    wish["recused"] = json!([{"account": panel.cleo.account, "reason": "Wrote it."}]);
    let round = panel.open(wish).await;
    let path = format!("/rounds/{}", id_of(&round));
    assert_eq!(
        (&round["eligible"], &round["recused"]),
        (&json!(2), &json!(1))
    );
    let why = json!({"reason": "My own study."});
    let recused = portal
        .post(&panel.ben, &format!("{path}/recusal"), why.clone())
        .await
        .json();
    assert_eq!(recused["seat"], "recused");
    let entry = recused["roll"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["who"]["id"] == json!(panel.ben.account))
        .unwrap();
    assert_eq!(entry["recusedBecause"], "My own study.");
    for reason in ["", "x", &"x".repeat(501)] {
        for end in ["recusal", "void"] {
            let refused = portal
                .post(
                    &panel.ann,
                    &format!("{path}/{end}"),
                    json!({"reason": reason}),
                )
                .await;
            refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        }
    }
    portal
        .post(&panel.ben, &format!("{path}/void"), why.clone())
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let voided = portal
        .post(&panel.ann, &format!("{path}/void"), why)
        .await
        .json();
    assert_eq!(
        (&voided["state"], &voided["reason"]),
        (&json!("voided"), &json!("My own study."))
    );
    assert!(voided.get("result").is_none());
    let told = portal.get(&panel.ben, "/notifications").await.json();
    assert_eq!(told["notifications"][0]["kind"], "round-closed");
    assert_eq!(told["notifications"][0]["round"], round["id"]);
}

#[tokio::test]
async fn the_digest_has_what_waits_for_my_vote() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let round = panel.open(panel.wish()).await;
    let digest = async || {
        portal
            .get(&panel.ben, &format!("{}/digest", panel.community))
            .await
            .json()
    };
    let waiting = digest().await["rounds"].clone();
    assert_eq!(
        waiting,
        json!([{"id": round["id"], "question": "Do we recommend this?", "title": "Asthma", "closesAt": round["closesAt"]}])
    );
    let cast = json!({"choice": "abstain", "text": round["text"]});
    let path = format!("/rounds/{}/ballot", id_of(&round));
    portal.put(&panel.ben, &path, cast).await;
    assert_eq!(digest().await["rounds"], json!([]));
}
