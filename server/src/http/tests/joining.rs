//! Who may come in, over REST: what is refused with which field, what outsiders learn, and what strangers read.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::portal::{Portal, bare};
use crate::http::signed_in::now_ms;
use crate::store::CommunityStore;

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_the_field_that_is_wrong() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let guest = portal.member(&ann, &community, "guest").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    let grant = format!("/documents/{doc}/grants/{}", guest.account);
    let policy = format!("/documents/{doc}/policy");
    let in_a_day = now_ms() + 86_400_000;
    let many: Vec<Value> = (0..51)
        .map(|n| json!({"name": format!("d{n}"), "access": "read"}))
        .collect();
    let one = json!({"name": doc, "access": "read"});
    let invitations = format!("{community}/invitations");
    let guests = |more: Value| {
        let mut wish = json!({"role": "guest", "expiresInDays": 1});
        for (key, value) in more.as_object().unwrap() {
            wish[key] = value.clone();
        }
        wish
    };
    for (method, path, wish, field) in [
        (Method::PUT, &grant, json!({"access": "none"}), "access"),
        (Method::PUT, &grant, json!({"access": "own"}), "access"),
        (
            Method::PUT,
            &grant,
            json!({"access": "read", "until": 5}),
            "until",
        ),
        (
            Method::PUT,
            &policy,
            json!({"privacy": "secret"}),
            "privacy",
        ),
        (
            Method::PUT,
            &policy,
            json!({"privacy": "sub-group"}),
            "subGroup",
        ),
        (
            Method::PUT,
            &policy,
            json!({"privacy": "portal", "subGroup": "x", "reason": "all of us"}),
            "subGroup",
        ),
        (
            Method::POST,
            &format!("{community}/documents"),
            json!({"privacy": "sub-group"}),
            "subGroup",
        ),
        (
            Method::POST,
            &format!("{community}/documents"),
            json!({"privacy": "private", "subGroup": "x"}),
            "subGroup",
        ),
        (
            Method::POST,
            &format!("{community}/sub-groups"),
            json!({"name": "x".repeat(81)}),
            "name",
        ),
        (
            Method::POST,
            &format!("{community}/sub-groups"),
            json!({"name": "x", "members": [guest.account]}),
            "members",
        ),
        (
            Method::PATCH,
            &community,
            json!({"joinPolicy": "invitation"}),
            "joinPolicy",
        ),
        (
            Method::POST,
            &format!("{community}/join-requests/{}", guest.account),
            json!({"answer": "perhaps"}),
            "answer",
        ),
        (
            Method::POST,
            &invitations,
            guests(json!({"until": 5})),
            "until",
        ),
        (
            Method::POST,
            &invitations,
            json!({"role": "member", "expiresInDays": 1, "until": in_a_day}),
            "until",
        ),
        (
            Method::POST,
            &invitations,
            json!({"role": "member", "expiresInDays": 1, "documents": [one]}),
            "documents",
        ),
        (
            Method::POST,
            &invitations,
            guests(json!({"documents": [one, one]})),
            "documents",
        ),
        (
            Method::POST,
            &invitations,
            guests(json!({"documents": many})),
            "documents",
        ),
        (
            Method::POST,
            &invitations,
            guests(json!({"documents": [{"name": "unknown", "access": "read"}]})),
            "documents",
        ),
    ] {
        let answer = portal.ask(&ann, method, path, Some(wish.clone())).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], field, "{path} {wish}");
    }
    for (path, wish) in [
        (&grant, json!({"access": "read", "for": "ever"})),
        (&grant, json!({})),
    ] {
        portal
            .put(&ann, path, wish)
            .await
            .is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    }
    let long = format!("{community}/members?after={}", "x".repeat(2_000));
    portal
        .get(&ann, &long)
        .await
        .is_problem(StatusCode::BAD_REQUEST, "bad-query");
}

#[tokio::test]
async fn whoever_is_not_in_a_community_learns_nothing_of_it() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let stranger = portal.person("Stranger").await;
    let nowhere = "/communities/00000000-0000-7000-8000-000000000000";
    let account = ann.account;
    for (method, path, body) in [
        (Method::GET, "sub-groups".to_owned(), None),
        (
            Method::POST,
            "sub-groups".to_owned(),
            Some(json!({"name": "x"})),
        ),
        (Method::GET, format!("sub-groups/{account}/members"), None),
        (
            Method::PUT,
            format!("sub-groups/{account}/members/{account}"),
            None,
        ),
        (
            Method::POST,
            "join".to_owned(),
            Some(json!({"sentence": "please"})),
        ),
        (Method::DELETE, "join".to_owned(), None),
        (Method::GET, "join-requests".to_owned(), None),
        (
            Method::POST,
            format!("join-requests/{account}"),
            Some(json!({"answer": "accept"})),
        ),
    ] {
        let here = portal
            .ask(
                &stranger,
                method.clone(),
                &format!("{community}/{path}"),
                body.clone(),
            )
            .await;
        let there = portal
            .ask(&stranger, method, &format!("{nowhere}/{path}"), body)
            .await;
        here.is_problem(StatusCode::NOT_FOUND, "no-such-community");
        assert_eq!(bare(&here), bare(&there), "{path}");
    }
    let shown = portal.get(&stranger, "/joinable-communities").await.json();
    assert_eq!(shown, json!({"communities": []}));
    portal
        .patch(&ann, &community, json!({"joinPolicy": "request"}))
        .await;
    let shown = portal.get(&stranger, "/joinable-communities").await.json();
    let keys: Vec<&String> = shown["communities"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(
        keys,
        [
            "accent",
            "description",
            "id",
            "joinPolicy",
            "name",
            "request"
        ],
        "and nothing else"
    );
    portal
        .get(&stranger, &community)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-community");
}

#[tokio::test]
async fn strangers_read_what_is_public_and_learn_of_nothing_else() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let doc = portal
        .document(&ann, &community, json!({"template": "guideline-panel"}))
        .await;
    let policy = format!("/documents/{doc}/policy");
    let text = format!("/api/v1/docs/{doc}/update");
    let page = format!("/api/v1/public/{doc}");
    for (privacy, status) in [
        ("community", StatusCode::UNAUTHORIZED),
        ("portal", StatusCode::UNAUTHORIZED),
        ("public", StatusCode::OK),
        ("community", StatusCode::UNAUTHORIZED),
    ] {
        let wish = json!({"privacy": privacy, "reason": "decided"});
        let set = portal.put(&ann, &policy, wish).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.json());
        let read = portal.edge.get(&text, None).await;
        assert_eq!(read.status, status, "{privacy}");
        let shown = portal.edge.get(&page, None).await;
        if status == StatusCode::OK {
            let shown = shown.json();
            assert_eq!(shown["community"]["name"], "Panel");
            assert_eq!(shown["name"], doc);
            let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["community", "name", "title", "updatedAt"]);
        } else {
            let unknown = portal.edge.get("/api/v1/public/unknown", None).await;
            assert_eq!(bare(&shown), bare(&unknown), "{privacy}");
        }
        let written = portal.edge.send(Method::POST, &text, None, b"x").await;
        assert_eq!(written.status, StatusCode::UNAUTHORIZED, "{privacy}");
    }
}

#[tokio::test]
async fn a_policy_says_who_made_the_document_to_those_who_are_in_its_community() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let doc = portal
        .document(&ann, &community, json!({"privacy": "portal"}))
        .await;
    let path = format!("/documents/{doc}/policy");
    let member = portal.member(&ann, &community, "member").await;
    let shown = portal.get(&member, &path).await.json();
    assert_eq!(shown["createdBy"]["name"], "Ann");
    assert_eq!(shown["mayGrant"], false);
    let stranger = portal.person("Stranger").await;
    let shown = portal.get(&stranger, &path).await.json();
    assert_eq!(shown["createdBy"], Value::Null);
    let listed = portal.get(&stranger, "/documents").await.json();
    assert_eq!(listed["documents"][0]["community"]["name"], "Panel");
}

#[tokio::test]
async fn members_are_listed_by_two_hundred() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let secret = portal.invite(&ann, &community, "member").await;
    let hash = crate::people::secrets::hash_of_text(&secret).unwrap();
    for n in 0..205 {
        let person = portal.person(&format!("Person {n:03}")).await;
        let by = crate::store::communities::Actor {
            account: person.account,
            at_ms: now_ms(),
        };
        portal.edge.store.join(by, &hash).await.unwrap().unwrap();
    }
    let path = format!("{community}/members");
    let first = portal.get(&ann, &path).await.json();
    assert_eq!(first["members"].as_array().unwrap().len(), 200);
    assert_eq!(first["members"][0]["role"], "leader");
    let next = first["next"]
        .as_str()
        .unwrap()
        .replace('\u{1}', "%01")
        .replace(' ', "%20");
    let second = portal.get(&ann, &format!("{path}?after={next}")).await;
    let second = second.json();
    assert_eq!(second["members"].as_array().unwrap().len(), 6);
    assert_eq!(second["members"][5]["name"], "Person 204");
    assert_eq!(second["next"], Value::Null);
}
