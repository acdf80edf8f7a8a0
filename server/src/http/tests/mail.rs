//! Who is written to, and how often: what goes into the outbox. Nobody sends it here.

use axum::http::{HeaderName, Method, StatusCode, header};
use serde_json::{Value, json};

use super::edge::{Answer, Edge, SIGN_INS};
use super::portal::{Person, Portal};
use crate::http::signed_in::now_ms;
use crate::people::limits::FREE_FAILURES;
use crate::store::OutboxStore;
use crate::store::outbox::ClaimedMail;

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

async fn portal() -> Portal {
    Portal::at(Edge::portal_with_mail().await)
}

async fn forgotten(edge: &Edge, body: Value) -> Answer {
    let headers = [JSON, (header::ACCEPT_LANGUAGE, "de-CH, en;q=0.5")];
    let body = body.to_string();
    let path = "/api/v1/forgotten-passwords";
    edge.send_with(Method::POST, path, None, body.as_bytes(), &headers)
        .await
}

/// All that is in the outbox.
async fn outbox(edge: &Edge) -> Vec<ClaimedMail> {
    let mut mails = Vec::new();
    let now = now_ms() + 1;
    while let Some(mail) = edge.store.claim_mail(now, now + 1_000).await.unwrap() {
        mails.push(mail);
    }
    mails
}

async fn invite(portal: &Portal, leader: &Person, community: &str, email: &str) -> Answer {
    let wish = json!({"role": "member", "expiresInDays": 7, "email": email});
    portal
        .post(leader, &format!("{community}/invitations"), wish)
        .await
}

#[tokio::test]
async fn whether_somebody_is_here_cannot_be_told_from_asking_for_a_password() {
    let portal = portal().await;
    let ada = portal.person("ada").await;
    let address = format!("ada.{}@example.org", ada.account);
    let known = forgotten(&portal.edge, json!({ "email": address })).await;
    let unknown = forgotten(&portal.edge, json!({"email": "nobody@example.org"})).await;
    let again = forgotten(&portal.edge, json!({ "email": address.to_uppercase() })).await;
    for answer in [&known, &unknown, &again] {
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert!(answer.body.is_empty());
    }
    let mails = outbox(&portal.edge).await;
    assert_eq!(mails.len(), 2, "one for each address");
    for mail in mails {
        assert_eq!((&*mail.kind, &*mail.language), ("forgotten-password", "de"));
        assert_eq!(mail.sealed, None, "the link is made when it is written");
    }
}

#[tokio::test]
async fn odd_wishes_for_a_password_are_refused_and_so_is_a_flood() {
    let portal = portal().await;
    for body in [
        json!({"email": "no address"}),
        json!({"email": "a@b.c\r\nBcc: d@e.f"}),
    ] {
        let answer = forgotten(&portal.edge, body).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], "email");
    }
    for body in [json!({}), json!({"email": "a@example.org", "more": 1})] {
        let answer = forgotten(&portal.edge, body).await;
        answer.is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    }
    let ask = async |number: u32| {
        let body = json!({"email": format!("m{number}@example.org")});
        forgotten(&portal.edge, body).await
    };
    let mut asked = 0;
    let refused = loop {
        let answer = ask(asked).await;
        if answer.status != StatusCode::ACCEPTED {
            break answer;
        }
        asked += 1;
        assert!(asked < 10 * SIGN_INS, "more than grows again meanwhile");
    };
    refused.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
    assert!(asked >= SIGN_INS);
    assert_eq!(outbox(&portal.edge).await.len(), asked as usize);
}

#[tokio::test]
async fn an_invitation_to_an_address_is_shown_and_waits_sealed() {
    let portal = portal().await;
    let ada = portal.person("ada").await;
    let community = portal.found(&ada, "Panel").await;
    let made = invite(&portal, &ada, &community, "eva@example.org").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.json()["mailed"], true);
    let path = made.json()["path"].as_str().unwrap().to_owned();
    let mails = outbox(&portal.edge).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (&*mails[0].recipient, &*mails[0].kind),
        ("eva@example.org", "invitation")
    );
    let secret = path.strip_prefix("/join/").unwrap();
    assert!(!mails[0].details.contains(secret));
    let sealed = mails[0].sealed.as_ref().unwrap();
    assert!(
        !sealed
            .windows(8)
            .any(|part| secret.as_bytes().starts_with(part))
    );
    let without = portal.invite(&ada, &community, "member").await;
    assert!(!without.is_empty());
    assert!(outbox(&portal.edge).await.is_empty(), "nobody was named");

    for odd in [
        "no address",
        "a@b.c\r\nBcc: d@e.f",
        "ärztin@example.org, b@example.org",
    ] {
        let answer = invite(&portal, &ada, &community, odd).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], "email");
    }
    let ben = portal.member(&ada, &community, "member").await;
    let answer = invite(&portal, &ben, &community, "eva@example.org").await;
    answer.is_problem(StatusCode::FORBIDDEN, "leaders-only");
    assert!(outbox(&portal.edge).await.is_empty());
}

#[tokio::test]
async fn whoever_has_many_written_to_waits_and_nothing_is_made_meanwhile() {
    let portal = portal().await;
    let ada = portal.person("ada").await;
    let community = portal.found(&ada, "Panel").await;
    let mut made = 0;
    let refused = loop {
        let address = format!("m{made}@example.org");
        let answer = invite(&portal, &ada, &community, &address).await;
        if answer.status != StatusCode::CREATED {
            break answer;
        }
        made += 1;
        assert!(made < 4 * FREE_FAILURES, "waits grow");
    };
    assert!(made >= FREE_FAILURES);
    refused.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
    let open = portal
        .get(&ada, &format!("{community}/invitations"))
        .await
        .json();
    let open = open["invitations"].as_array().unwrap().len();
    assert_eq!(open, made as usize);
    // A link to hand over is made all the same.
    portal.invite(&ada, &community, "member").await;
}

#[tokio::test]
async fn without_a_server_for_mail_nothing_offers_it() {
    let portal = Portal::new().await;
    let about = portal.edge.get("/api/v1/config", None).await.json();
    assert_eq!(about["mail"], false);
    let answer = forgotten(&portal.edge, json!({"email": "a@example.org"})).await;
    answer.is_problem(StatusCode::NOT_FOUND, "not-found");
    let ada = portal.person("ada").await;
    let community = portal.found(&ada, "Panel").await;
    let answer = invite(&portal, &ada, &community, "eva@example.org").await;
    answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");

    let with = Edge::portal_with_mail().await;
    assert_eq!(with.get("/api/v1/config", None).await.json()["mail"], true);
    let api = with.get("/api/v1/openapi.json", None).await.json();
    assert!(api["paths"]["/api/v1/forgotten-passwords"]["post"].is_object());
}
