//! Meetings over REST: that none is no failure, and that a vote is about what is written (I8).

use axum::http::{Method, StatusCode, header};
use consilium_model::access::Role;
use consilium_model::document::BODY;
use consilium_model::prose::{Block, Run, append};
use consilium_protocol::ids::{Access, DocName};
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, Transact, Update};

use super::edge::Answer;
use super::portal::{Person, Portal};
use crate::meetings::{Attendance, Comer, Shown};
use crate::store::portal_ids::SessionId;

struct Panel {
    portal: Portal,
    ann: Person,
    document: String,
    meeting: String,
    there: Attendance,
}

impl Panel {
    /// A meeting under way about one document, with an item that is current.
    async fn new() -> Self {
        let portal = Portal::new().await;
        let ann = portal.person("Ann").await;
        let community = portal.found(&ann, "Panel").await;
        let wish = json!({"title": "Asthma", "template": "guideline-panel"});
        let document = portal.document(&ann, &community, wish).await;
        let about = format!("/documents/{document}/meeting");
        let none = portal.get(&ann, &about).await;
        assert_eq!(none.status, StatusCode::NO_CONTENT);
        assert!(none.body.is_empty());
        let stranger = portal.person("Stan").await;
        let hidden = portal.get(&stranger, &about).await;
        hidden.is_problem(StatusCode::NOT_FOUND, "no-such-document");
        let plan = json!({
            "title": "Third meeting", "startsAt": null, "documents": [document], "deputies": [],
            "lobby": "open", "peers": false,
        });
        let planned = portal
            .post(&ann, &format!("{community}/meetings"), plan)
            .await;
        assert_eq!(planned.status, StatusCode::CREATED);
        let meeting = planned.json()["id"].as_str().unwrap().to_owned();
        let comer = Comer {
            account: ann.account,
            session: SessionId::new(),
            role: Role::Leader,
        };
        let id = meeting.parse().unwrap();
        let there = portal.edge.meetings.attend(id, comer).await.unwrap();
        let panel = Self {
            portal,
            ann,
            document,
            meeting,
            there,
        };
        panel.done(json!({"do": "open"})).await;
        let item = json!({"title": "Dose", "place": null, "timeBox": null});
        panel.done(json!({"do": "add-item", "item": item})).await;
        panel.done(json!({"do": "begin-item", "item": 0})).await;
        let found = panel.portal.get(&panel.ann, &about).await;
        assert_eq!(found.json()["id"], json!(panel.meeting));
        panel
    }

    async fn ask(&self, command: Value) -> Answer {
        let path = format!("/meetings/{}/commands", self.meeting);
        self.portal.post(&self.ann, &path, command).await
    }

    async fn done(&self, command: Value) {
        let answer = self.ask(command).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    }

    async fn refused(&self, command: Value) -> Value {
        let answer = self.ask(command).await;
        answer.is_problem(StatusCode::CONFLICT, "meeting-refused");
        answer.json()["refusal"].clone()
    }

    fn round(&self, text: &Value) -> Value {
        json!({"do": "open-round", "round": {
            "item": 0, "document": self.document, "text": text,
            "rule": {
                "words": "Most wins", "hash": "b".repeat(64),
                "quorum": {"numerator": 1, "denominator": 2}, "anonymity": "named",
            },
            "options": ["yes", "no"],
        }})
    }

    async fn hash(&self) -> Value {
        let path = format!("/documents/{}/text-hash", self.document);
        self.portal.get(&self.ann, &path).await.json()["hash"].clone()
    }

    /// One more paragraph.
    async fn more(&self) -> Vec<u8> {
        let name = DocName::parse(&self.document).unwrap();
        let doc = Doc::new();
        let state = self.portal.edge.registry.snapshot_update(&name).await;
        let state = Update::decode_v1(&state.unwrap().unwrap()).unwrap();
        doc.transact_mut().apply_update(state).unwrap();
        let before = doc.transact().state_vector();
        let body = doc.get_or_insert_xml_fragment(BODY);
        let blocks = [Block::Paragraph(vec![Run::plain("And C.")])];
        append(&mut doc.transact_mut(), &body, &blocks);
        doc.transact().encode_diff_v1(&before)
    }

    async fn sees(&mut self, words: &str) {
        let seen = |shown: &Shown| match shown {
            Shown::View { view, .. } => String::from_utf8_lossy(&view.event).contains(words),
            Shown::Nothing | Shown::Gone => false,
        };
        let _ = self.there.shown.wait_for(seen).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_is_about_what_is_committed_and_void_when_that_has_changed() {
    let mut panel = Panel::new().await;
    let another = json!("a".repeat(64));
    assert_eq!(panel.refused(panel.round(&another)).await, "other-text");
    let hash = panel.hash().await;
    panel.done(panel.round(&hash)).await;

    // Whoever has a name is held up. What another node took before it heard of the vote is not.
    let update = panel.more().await;
    let path = format!("/api/v1/docs/{}/update", panel.document);
    let headers = [
        (header::COOKIE, panel.ann.cookie.as_str()),
        (header::CONTENT_TYPE, "application/octet-stream"),
    ];
    let edge = &panel.portal.edge;
    let held_up = edge
        .send_with(Method::POST, &path, None, &update, &headers)
        .await;
    assert_eq!(held_up.status, StatusCode::FORBIDDEN);
    let name = DocName::parse(&panel.document).unwrap();
    let taken = edge
        .registry
        .apply_update(&name, None, Access::Write, update.into());
    let _ = taken.await.unwrap();
    let close = json!({"do": "close-round", "round": 0});
    assert_eq!(panel.refused(close).await, "round-closed");
    panel.sees("text-changed").await;
    assert_eq!(panel.refused(panel.round(&hash)).await, "other-text");
    let hash = panel.hash().await;
    panel.done(panel.round(&hash)).await;
    panel.done(json!({"do": "close-round", "round": 1})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_section_is_locked_only_where_there_is_one_and_a_page_says_that_it_is_there() {
    let panel = Panel::new().await;
    let lock = |section: &str| {
        let place = json!({"document": panel.document, "section": section});
        json!({"do": "lock", "place": place, "editors": []})
    };
    assert_eq!(
        panel.refused(lock("#1.1 Nowhere in it")).await,
        "no-such-section"
    );
    let here = format!("/meetings/{}/here", panel.meeting);
    let heard = panel
        .portal
        .ask(&panel.ann, Method::POST, &here, None)
        .await;
    assert_eq!(heard.status, StatusCode::NO_CONTENT);
    let here = format!("/api/v1{here}");
    let nobody = panel.portal.edge.send(Method::POST, &here, None, b"").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}
