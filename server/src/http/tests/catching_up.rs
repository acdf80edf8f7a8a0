//! Notifications, what is new, and what members are there for, over REST.

use axum::http::{Method, StatusCode};
use consilium_model::discussion;
use consilium_protocol::ids::DocName;
use serde_json::{Value, json};
use std::sync::Arc;
use yrs::updates::decoder::Decode;
use yrs::{Any, Array, Doc, ReadTxn, Transact, Update};

use super::portal::{Person, Portal};
use crate::store::Store;
use crate::telling::Teller;

impl Portal {
    /// Adds events to the discussion of a document through its room, as a socket of theirs would.
    async fn say(&self, who: &Person, document: &str, events: &[Value]) -> Vec<String> {
        let name = DocName::parse(document).unwrap();
        let name = discussion::of_document(&name).unwrap();
        self.edge
            .store
            .load_or_create(&name, crate::http::signed_in::now_ms())
            .await
            .unwrap();
        let doc = Doc::new();
        let before = self.edge.registry.snapshot_update(&name).await.unwrap();
        if let Some(before) = before {
            let before = Update::decode_v1(&before).unwrap();
            doc.transact_mut().apply_update(before).unwrap();
        }
        let array = doc.get_or_insert_array(discussion::EVENTS);
        let state = doc.transact().state_vector();
        let mut txn = doc.transact_mut();
        for event in events {
            let value = Any::from_json(&event.to_string()).unwrap();
            array.push_back(&mut txn, value);
        }
        drop(txn);
        let update = doc.transact().encode_diff_v1(&state);
        let answer = self
            .edge
            .send_with(
                Method::POST,
                &format!("/api/v1/docs/{}/update", name.as_str().replace('/', "%2F")),
                None,
                &update,
                &[
                    (axum::http::header::COOKIE, who.cookie.as_str()),
                    (axum::http::header::CONTENT_TYPE, "application/octet-stream"),
                ],
            )
            .await;
        assert!(answer.status.is_success(), "{}", answer.status);
        let client = doc.client_id().get();
        (0..events.len())
            .map(|clock| format!("{client}.{clock}"))
            .collect()
    }

    /// What every node does every few seconds.
    async fn tell(&self) {
        let store: Arc<dyn Store> = self.edge.store.clone();
        Teller::new(store).tell(0).await.unwrap();
    }

    async fn told(&self, who: &Person) -> Vec<Value> {
        let answer = self.get(who, "/notifications").await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()["notifications"].as_array().unwrap().clone()
    }
}

fn comment(thread: &str, mentions: &[&Person]) -> Value {
    let mentions: Vec<Value> = mentions
        .iter()
        .map(|person| json!({"id": person.account, "name": "somebody"}))
        .collect();
    json!({"kind": "comment", "at": 1, "thread": thread, "text": "Words of the document", "mentions": mentions})
}

#[tokio::test]
async fn a_mention_is_a_notification_that_leads_to_the_thread_and_says_no_words() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let member = portal.member(&ann, &community, "member").await;
    let guest = portal.member(&ann, &community, "guest").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    let thread = portal
        .say(
            &ann,
            &doc,
            &[json!({"kind": "thread", "at": 1, "anchor": null, "quote": "Secret"})],
        )
        .await
        .remove(0);
    portal
        .say(&ann, &doc, &[comment(&thread, &[&member, &guest])])
        .await;
    portal.tell().await;
    portal.tell().await;
    let told = portal.told(&member).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let text = told[0].to_string();
    assert!(
        !text.contains("Words") && !text.contains("Secret"),
        "{text}"
    );
    assert_eq!(told[0]["kind"], "mention");
    assert_eq!(told[0]["actor"], "Ann");
    assert_eq!(told[0]["document"], doc.as_str());
    assert_eq!(told[0]["thread"], thread.as_str());
    assert_eq!(told[0]["read"], false);
    assert_eq!(portal.told(&guest).await, Vec::<Value>::new());
    assert_eq!(portal.told(&ann).await, Vec::<Value>::new());

    // An answer calls whoever spoke; what is read is not unread any more.
    portal.say(&member, &doc, &[comment(&thread, &[])]).await;
    portal.tell().await;
    assert_eq!(portal.told(&ann).await[0]["kind"], "reply");
    let unread = async || portal.get(&member, "/notifications/unread").await.json();
    assert_eq!(unread().await["unread"], 1);
    assert_eq!(unread().await["newest"]["kind"], "mention");
    let read = json!({"ids": [told[0]["id"]]});
    let answer = portal.post(&member, "/notifications/read", read).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(unread().await, json!({"unread": 0}));
    assert_eq!(portal.told(&member).await[0]["read"], true);

    // Whoever is removed is shown nothing of it.
    let path = format!("{community}/members/{}", member.account);
    assert_eq!(
        portal.delete(&ann, &path).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(portal.told(&member).await, Vec::<Value>::new());
}

#[tokio::test]
async fn nobody_mentions_in_the_name_of_another() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let member = portal.member(&ann, &community, "member").await;
    let other = portal.member(&ann, &community, "member").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    let mut forged = comment("1.0", &[&other]);
    forged["author"] = json!(ann.account);
    forged["by"] = json!("Ann");
    portal.say(&member, &doc, &[forged]).await;
    portal.tell().await;
    let told = portal.told(&other).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["actorId"], json!(member.account));
    assert_eq!(told[0]["actor"], "member");
}

#[tokio::test]
async fn notifications_come_in_pages() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let member = portal.member(&ann, &community, "member").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    let many: Vec<Value> = (0..120).map(|_| comment("1.0", &[&member])).collect();
    portal.say(&ann, &doc, &many).await;
    portal.tell().await;
    let mut seen = std::collections::BTreeSet::new();
    let mut path = "/notifications".to_owned();
    let mut pages = 0;
    loop {
        let page = portal.get(&member, &path).await.json();
        assert_eq!(page["unread"], 120);
        for each in page["notifications"].as_array().unwrap() {
            assert!(seen.insert(each["id"].as_str().unwrap().to_owned()));
        }
        pages += 1;
        match page["next"].as_str() {
            Some(next) => path = format!("/notifications?after={next}"),
            None => break,
        }
    }
    assert_eq!((seen.len(), pages), (120, 3));
    for bad in ["x", "5", "5.x", "x.01900000-0000-7000-8000-000000000001"] {
        let answer = portal
            .get(&member, &format!("/notifications?after={bad}"))
            .await;
        answer.is_problem(StatusCode::BAD_REQUEST, "bad-query");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_field() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let roles = format!("{community}/chosen-roles");
    let many: Vec<String> = (0..201)
        .map(|_| crate::store::portal_ids::NotificationId::new().to_string())
        .collect();
    for (method, path, wish, field) in [
        (
            Method::PUT,
            roles.as_str(),
            json!({"roles": ["leader"]}),
            "roles",
        ),
        (
            Method::PUT,
            "/account/notifications",
            json!({"off": ["everything"]}),
            "off",
        ),
        (
            Method::POST,
            "/notifications/read",
            json!({"ids": many}),
            "ids",
        ),
    ] {
        let answer = portal.ask(&ann, method, path, Some(wish)).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], field, "{path}");
    }
    let off = json!({"off": ["reply", "mention", "reply"]});
    let answer = portal.put(&ann, "/account/notifications", off).await;
    assert_eq!(answer.json(), json!({"off": ["mention", "reply"]}));
    let kept = portal.get(&ann, "/account/notifications").await;
    assert_eq!(kept.json(), json!({"off": ["mention", "reply"]}));
}

#[tokio::test]
async fn a_digest_is_for_those_inside_and_begins_anew_when_they_are_caught_up() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let member = portal.member(&ann, &community, "member").await;
    let stranger = portal.person("Stranger").await;
    let digest = format!("{community}/digest");
    for (method, path) in [
        (Method::GET, digest.clone()),
        (Method::POST, format!("{community}/caught-up")),
    ] {
        let answer = portal.ask(&stranger, method, &path, None).await;
        answer.is_problem(StatusCode::NOT_FOUND, "no-such-community");
    }
    let wish = json!({"roles": ["guide"]});
    let answer = portal
        .put(&stranger, &format!("{community}/chosen-roles"), wish)
        .await;
    answer.is_problem(StatusCode::NOT_FOUND, "no-such-community");

    // The page of the community is a visit.
    portal.get(&member, &community).await;
    let doc = portal.document(&ann, &community, json!({})).await;
    portal.say(&ann, &doc, &[comment("1.0", &[&member])]).await;
    portal.tell().await;
    let new = portal.get(&member, &digest).await.json();
    let news = &new["documents"][0];
    assert_eq!(news["name"], doc.as_str(), "{new}");
    assert_eq!(news["comments"], 1);
    assert_eq!(news["mentions"][0]["actor"], "Ann");
    assert_eq!(new["decisions"][0]["act"], "document-created");
    let done = portal
        .post(&member, &format!("{community}/caught-up"), json!({}))
        .await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    let new = portal.get(&member, &digest).await.json();
    assert_eq!(new["documents"], json!([]), "{new}");
    assert_eq!(new["decisions"], json!([]));
}

#[tokio::test]
async fn what_members_are_here_for_stands_in_the_list_and_opens_nothing() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let guest = portal.member(&ann, &community, "guest").await;
    let path = format!("{community}/chosen-roles");
    let wish = json!({"roles": ["promoter", "lead", "lead"]});
    let answer = portal.put(&guest, &path, wish).await;
    assert_eq!(answer.json(), json!({"roles": ["lead", "promoter"]}));
    let members = portal.get(&ann, &format!("{community}/members")).await;
    let listed = members.json()["members"].as_array().unwrap().clone();
    assert_eq!(listed[0].get("chosenRoles"), None);
    assert_eq!(listed[1]["chosenRoles"], json!(["lead", "promoter"]));
    assert_eq!(listed[1]["role"], "guest");
    let ledger = portal.get(&guest, &format!("{community}/ledger")).await;
    ledger.is_problem(StatusCode::FORBIDDEN, "members-only");
}
