//! Links for a new password that leaders have made for members: seen where there is no mail, and never where there is.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::edge::Edge;
use super::portal::{Person, Portal};
use crate::http::signed_in::now_ms;
use crate::store::OutboxStore;

fn path_of(community: &str, member: &Person) -> String {
    format!("{community}/members/{}/password-link", member.account)
}

#[tokio::test]
async fn a_leader_hands_a_member_a_link_that_works_once_and_everybody_reads_of_it() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let made = portal
        .post(&ann, &path_of(&community, &ben), Value::Null)
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    let made = made.json();
    assert_eq!(made["mailed"], false);
    assert!(made["expiresAt"].as_i64().unwrap() > now_ms());
    let secret = made["path"].as_str().unwrap();
    let secret = secret.strip_prefix("/set-password/").unwrap();

    let told = portal.get(&ben, "/notifications").await.json();
    assert_eq!(told["notifications"][0]["kind"], "password-link-made");
    assert_eq!(told["notifications"][0]["actor"], "Ann");
    let entry = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json()["entries"][0]
        .clone();
    assert_eq!(entry["act"], "password-link-made");
    assert_eq!(entry["detail"]["way"], "hand");
    assert!(!entry.to_string().contains(secret));

    let path = format!("/links/{secret}/password");
    let set = |password: &str| portal.post(&ann, &path, json!({ "password": password }));
    assert_eq!(set("battery staple").await.status, StatusCode::OK);
    portal
        .get(&ben, "/communities")
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    set("another staple")
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-link");
}

#[tokio::test]
async fn only_leaders_have_links_made_and_only_for_those_whom_they_alone_lead() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let deputy = portal.member(&ann, &community, "deputy").await;
    let ben = portal.member(&ann, &community, "member").await;
    let eve = portal.person("Eve").await;
    let elsewhere = portal.member(&ann, &community, "member").await;
    portal.found(&elsewhere, "Another panel").await;
    for (who, member, status, code) in [
        (&deputy, &ben, StatusCode::FORBIDDEN, "leaders-only"),
        (&ben, &deputy, StatusCode::FORBIDDEN, "leaders-only"),
        (&eve, &ben, StatusCode::NOT_FOUND, "no-such-community"),
        (&ann, &eve, StatusCode::NOT_FOUND, "no-such-member"),
        (&ann, &elsewhere, StatusCode::CONFLICT, "only-operator"),
        (&ann, &ann, StatusCode::CONFLICT, "only-operator"),
    ] {
        portal
            .post(who, &path_of(&community, member), Value::Null)
            .await
            .is_problem(status, code);
    }
    portal
        .post(
            &ann,
            &format!("{community}/members/nobody/password-link"),
            Value::Null,
        )
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-member");
}

#[tokio::test]
async fn where_there_is_mail_the_leader_never_sees_the_link() {
    let portal = Portal::at(Edge::portal_with_mail().await);
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    // Whoever is in another community too: the leader cannot be them by a link that they do not see.
    portal.found(&ben, "Another panel").await;
    let made = portal
        .post(&ann, &path_of(&community, &ben), Value::Null)
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.json()["mailed"], true);
    assert_eq!(made.json().get("path"), None);
    let now = now_ms() + 1;
    let mail = portal.edge.store.claim_mail(now, now + 1_000).await;
    let mail = mail.unwrap().expect("one is in the outbox");
    assert_eq!(&*mail.kind, "forgotten-password");
    assert_eq!(
        mail.recipient,
        format!("member.{}@example.org", ben.account)
    );
    assert_eq!(mail.sealed, None, "the link is made when it is written");
}
