//! Signing in and out, one's own account, and links: each answer, and each way in which it is refused.

use axum::http::{HeaderName, Method, StatusCode, header};
use serde_json::{Value, json};

use super::edge::{Answer, Edge, SIGN_INS};
use crate::auth::Secret;
use crate::http::signed_in::now_ms;
use crate::people::email;
use crate::people::limits::FREE_FAILURES;
use crate::people::password::{Cost, Passwords};
use crate::people::secrets::{FreshSecret, hash_of_text};
use crate::store::faulty::Fault;
use crate::store::people::{NewAccount, NewPasswordLink, NewSession};
use crate::store::portal_ids::{AccountId, SessionId};
use crate::store::{OutboxStore, PeopleStore, StoreError};

const PASSWORD: &str = "correct horse";
const EMAIL: &str = "anna@example.org";

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// A portal in which Anna has an account.
async fn portal_of_anna() -> (Edge, AccountId) {
    anna_in(Edge::portal().await).await
}

async fn anna_in(edge: Edge) -> (Edge, AccountId) {
    let passwords = Passwords::new(Cost::of_tests()).unwrap();
    let hash = passwords.hash(&Secret::new(PASSWORD.as_bytes())).await;
    let account = NewAccount {
        id: AccountId::new(),
        email: email::parse(EMAIL).unwrap(),
        name: "Anna".to_owned(),
        password: Some(hash.unwrap()),
        created_at_ms: now_ms(),
    };
    edge.store.create_account(&account, None).await.unwrap();
    (edge, account.id)
}

async fn send(
    edge: &Edge,
    method: Method,
    path: &str,
    cookie: Option<&str>,
    body: Option<Value>,
) -> Answer {
    let mut headers = Vec::new();
    headers.extend(cookie.map(|cookie| (header::COOKIE, cookie)));
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let length = body.len().to_string();
    if !body.is_empty() {
        headers.extend([JSON, (header::CONTENT_LENGTH, length.as_str())]);
    }
    let path = format!("/api/v1{path}");
    edge.send_with(method, &path, None, body.as_bytes(), &headers)
        .await
}

async fn sign_in(edge: &Edge, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    send(edge, Method::POST, "/session", None, Some(body)).await
}

/// What the browser would send back.
fn cookie_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK);
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn signed_in(edge: &Edge) -> String {
    cookie_of(&sign_in(edge, EMAIL, PASSWORD).await)
}

async fn link_for(edge: &Edge, account: AccountId, expires_at_ms: i64) -> String {
    let secret = FreshSecret::make().unwrap();
    let link = NewPasswordLink {
        account,
        secret: secret.hash(),
        created_at_ms: now_ms(),
        expires_at_ms,
    };
    assert!(edge.store.put_password_link(&link).await.unwrap());
    secret.expose().to_owned()
}

#[tokio::test]
async fn a_portal_says_so() {
    let about = Edge::portal().await.get("/api/v1/config", None).await;
    assert_eq!(about.json()["mode"], "portal");
}

#[tokio::test]
async fn signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get() {
    let (edge, id) = portal_of_anna().await;
    let answer = sign_in(&edge, " Anna@EXAMPLE.org ", PASSWORD).await;
    let cookie = cookie_of(&answer);
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    let attributes: Vec<&str> = set.split("; ").skip(1).collect();
    assert_eq!(
        attributes,
        ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Lax"]
    );
    let body = answer.json();
    let expected = json!({"id": id.to_string(), "name": "Anna", "email": EMAIL});
    assert_eq!(body["account"], expected);

    let again = send(&edge, Method::GET, "/session", Some(&cookie), None).await;
    assert_eq!(again.json(), body);
    assert_eq!(cookie_of(&again), cookie, "renewed, not replaced");
    send(&edge, Method::GET, "/session", None, None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[tokio::test]
async fn a_page_that_came_encrypted_gets_a_cookie_that_only_travels_so() {
    let (edge, _) = portal_of_anna().await;
    let body = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    let headers = [JSON, (header::ORIGIN, "https://127.0.0.1:8787")];
    let answer = edge
        .send_with(
            Method::POST,
            "/api/v1/session",
            None,
            body.as_bytes(),
            &headers,
        )
        .await;
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set.ends_with("; Secure"), "{set}");
}

#[tokio::test]
async fn wrong_unknown_and_impossible_are_one_answer() {
    let (edge, _) = portal_of_anna().await;
    let fresh = NewAccount {
        id: AccountId::new(),
        email: email::parse("new@example.org").unwrap(),
        name: "New".to_owned(),
        password: None,
        created_at_ms: now_ms(),
    };
    edge.store.create_account(&fresh, None).await.unwrap();
    for (email, password) in [
        (EMAIL, "wrong horse"),
        (EMAIL, ""),
        ("ben@example.org", PASSWORD),
        ("new@example.org", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let answer = sign_in(&edge, email, password).await;
        answer.is_problem(StatusCode::UNAUTHORIZED, "wrong-credentials");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
}

#[tokio::test]
async fn guessing_one_address_has_to_wait_even_with_the_right_password() {
    let (edge, _) = portal_of_anna().await;
    for email in [EMAIL, "nobody@example.org"] {
        for _ in 0..FREE_FAILURES {
            let answer = sign_in(&edge, email, "wrong horse").await;
            answer.is_problem(StatusCode::UNAUTHORIZED, "wrong-credentials");
        }
        let answer = sign_in(&edge, email, PASSWORD).await;
        answer.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
        assert!(answer.headers.contains_key(header::RETRY_AFTER));
    }
}

#[tokio::test]
async fn a_congress_behind_one_network_address_comes_in() {
    let (edge, _) = portal_of_anna().await;
    for _ in 0..2 * SIGN_INS {
        signed_in(&edge).await;
    }
}

#[tokio::test]
async fn one_network_address_fails_only_so_often() {
    let (edge, _) = portal_of_anna().await;
    for number in 0..SIGN_INS {
        let answer = sign_in(&edge, &format!("m{number}@example.org"), "wrong horse").await;
        answer.is_problem(StatusCode::UNAUTHORIZED, "wrong-credentials");
    }
    let answer = sign_in(&edge, EMAIL, PASSWORD).await;
    answer.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts");
}

#[tokio::test]
async fn that_an_account_is_locked_is_told_to_its_owner_only() {
    let (edge, id) = portal_of_anna().await;
    let cookie = signed_in(&edge).await;
    edge.store.set_locked(id, Some(now_ms())).await.unwrap();
    send(&edge, Method::GET, "/session", Some(&cookie), None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    sign_in(&edge, EMAIL, "wrong horse")
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "wrong-credentials");
    sign_in(&edge, EMAIL, PASSWORD)
        .await
        .is_problem(StatusCode::FORBIDDEN, "account-locked");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie_away() {
    let (edge, _) = portal_of_anna().await;
    let cookie = signed_in(&edge).await;
    let other = signed_in(&edge).await;
    for cookie in [Some(cookie.as_str()), Some(cookie.as_str()), None] {
        let answer = send(&edge, Method::DELETE, "/session", cookie, None).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(
            set.starts_with("consilium_session=; Path=/; Max-Age=0;"),
            "{set}"
        );
    }
    send(&edge, Method::GET, "/session", Some(&cookie), None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    let answer = send(&edge, Method::GET, "/session", Some(&other), None).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn foreign_pages_and_forms_change_nothing() {
    let (edge, _) = portal_of_anna().await;
    let cookie = signed_in(&edge).await;
    let credentials = json!({"email": EMAIL, "password": PASSWORD}).to_string();
    let foreign = [
        JSON,
        (header::COOKIE, cookie.as_str()),
        (header::ORIGIN, "https://evil.example"),
    ];
    for path in ["/api/v1/session", "/api/v1/session/token"] {
        edge.send_with(Method::POST, path, None, credentials.as_bytes(), &foreign)
            .await
            .is_problem(StatusCode::FORBIDDEN, "foreign-origin");
    }
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let form = [
            (header::CONTENT_TYPE, media_type),
            (header::CONTENT_LENGTH, "50"),
            (header::COOKIE, cookie.as_str()),
        ];
        for path in [
            "/session",
            "/session/token",
            "/account/password",
            "/docs/a/update",
        ] {
            let path = format!("/api/v1{path}");
            edge.send_with(Method::POST, &path, None, credentials.as_bytes(), &form)
                .await
                .is_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json");
        }
    }
}

#[tokio::test]
async fn what_an_endpoint_does_not_know_it_refuses() {
    let (edge, _) = portal_of_anna().await;
    for body in [
        json!({"email": EMAIL}),
        json!({"email": EMAIL, "password": PASSWORD, "remember": true}),
        json!({"email": 1, "password": PASSWORD}),
        json!([]),
    ] {
        send(&edge, Method::POST, "/session", None, Some(body))
            .await
            .is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    }
    let long = json!({"email": EMAIL, "password": "x".repeat(20_000)});
    send(&edge, Method::POST, "/session", None, Some(long))
        .await
        .is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
}

#[tokio::test]
async fn a_token_for_sockets_comes_from_the_session_and_opens_no_document_by_its_name() {
    let (edge, id) = portal_of_anna().await;
    send(&edge, Method::POST, "/session/token", None, None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    let cookie = signed_in(&edge).await;
    let given = send(&edge, Method::POST, "/session/token", Some(&cookie), None).await;
    let given = given.json();
    let life = given["expiresAt"].as_i64().unwrap() - now_ms();
    assert!((290_000..=300_000).contains(&life), "{life}");
    let token = given["token"].as_str().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
    let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    assert_eq!(claims["sub"], id.to_string());
    assert_eq!(claims["name"], "Anna");
    assert_eq!(claims["iss"], "consilium");
    assert_eq!(claims["aud"], "consilium-portal");
    assert!(claims.get("docs").is_none());
    assert!(claims["sid"].as_str().unwrap().parse::<SessionId>().is_ok());

    for proof in [
        edge.get("/api/v1/documents", Some(token)).await,
        send(&edge, Method::GET, "/documents", Some(&cookie), None).await,
    ] {
        assert_eq!(proof.status, StatusCode::OK);
        assert_eq!(proof.json()["documents"], json!([]));
    }
    edge.get("/api/v1/docs/a/update", Some(token))
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    edge.get("/api/v1/documents", None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[tokio::test]
async fn a_name_is_changed_to_what_can_be_shown_of_it() {
    let (edge, _) = portal_of_anna().await;
    let cookie = signed_in(&edge).await;
    let change = |body| send(&edge, Method::PATCH, "/account", Some(&cookie), Some(body));
    let answer = change(json!({"name": " \u{202e}Änne "})).await;
    assert_eq!(answer.json()["name"], "Änne");
    let unchanged = change(json!({})).await;
    assert_eq!(unchanged.json()["name"], "Änne");
    let answer = change(json!({"name": "\u{202e}"})).await;
    answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    assert_eq!(answer.json()["field"], "name");
    change(json!({"email": "other@example.org"}))
        .await
        .is_problem(StatusCode::BAD_REQUEST, "malformed-json");
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions() {
    let (edge, _) = portal_of_anna().await;
    let (mine, other) = (signed_in(&edge).await, signed_in(&edge).await);
    let change = |current: &str, new: &str| {
        let body = json!({"current": current, "new": new});
        send(
            &edge,
            Method::POST,
            "/account/password",
            Some(&mine),
            Some(body),
        )
    };
    let answer = change("wrong horse", "battery staple").await;
    answer.is_problem(StatusCode::FORBIDDEN, "wrong-credentials");
    assert_eq!(answer.json()["field"], "current");
    for (weak, why) in [
        ("short", "too-short"),
        (EMAIL, "email-or-name"),
        ("password123", "too-common"),
    ] {
        let answer = change(PASSWORD, weak).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "weak-password");
        assert_eq!(answer.json()["field"], "new");
        assert_eq!(answer.json()["detail"], why);
    }
    let answer = change(PASSWORD, "battery staple").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let here = send(&edge, Method::GET, "/session", Some(&mine), None).await;
    assert_eq!(here.status, StatusCode::OK);
    send(&edge, Method::GET, "/session", Some(&other), None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    sign_in(&edge, EMAIL, PASSWORD)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "wrong-credentials");
    let answer = sign_in(&edge, EMAIL, "battery staple").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn guessing_the_present_password_at_an_open_browser_has_to_wait_too() {
    let (edge, _) = portal_of_anna().await;
    let mine = signed_in(&edge).await;
    let mut last = StatusCode::OK;
    for _ in 0..=FREE_FAILURES {
        let body = json!({"current": "wrong horse", "new": "battery staple"});
        let answer = send(
            &edge,
            Method::POST,
            "/account/password",
            Some(&mine),
            Some(body),
        );
        last = answer.await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let (edge, _) = portal_of_anna().await;
    let (mine, other) = (signed_in(&edge).await, signed_in(&edge).await);
    let list = || send(&edge, Method::GET, "/account/sessions", Some(&mine), None);
    let listed = list().await.json();
    let listed = listed["sessions"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 2);
    let others: Vec<&Value> = listed
        .iter()
        .filter(|session| session["isThis"] == false)
        .collect();
    assert_eq!(others.len(), 1);
    assert_eq!(others[0]["address"], "127.0.0.1");
    assert_eq!(others[0]["createdAt"], others[0]["lastSeenAt"]);
    let path = format!("/account/sessions/{}", others[0]["id"].as_str().unwrap());
    let end = || send(&edge, Method::DELETE, &path, Some(&mine), None);
    assert_eq!(end().await.status, StatusCode::NO_CONTENT);
    end()
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-session");
    send(&edge, Method::GET, "/session", Some(&other), None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    assert_eq!(list().await.json()["sessions"].as_array().unwrap().len(), 1);
    send(
        &edge,
        Method::DELETE,
        "/account/sessions/x",
        Some(&mine),
        None,
    )
    .await
    .is_problem(StatusCode::NOT_FOUND, "no-such-session");
}

#[tokio::test]
async fn a_session_that_is_used_lives_on_and_reading_needs_no_writing() {
    let (edge, id) = portal_of_anna().await;
    let secret = FreshSecret::make().unwrap();
    let account = edge.store.account(id).await.unwrap().unwrap();
    let old = now_ms() - 10 * 60 * 1000;
    let session = NewSession {
        session: crate::store::people::Session {
            id: SessionId::new(),
            account: id,
            created_at_ms: old,
            last_seen_at_ms: old,
            expires_at_ms: now_ms() + 60_000,
            user_agent: String::new(),
            address: String::new(),
        },
        secret: secret.hash(),
    };
    let password = account.password.unwrap();
    let begun = edge.store.begin_session(&session, &password).await;
    assert!(begun.unwrap());
    let cookie = format!("consilium_session={}", secret.expose());
    let expiry = || async {
        let found = edge.store.session(secret.hash(), now_ms()).await.unwrap();
        found.unwrap().1.expires_at_ms
    };
    let refused = Fault::Refuse(StoreError::Unavailable("test".into()));
    edge.store.next_write(refused);
    let answer = send(&edge, Method::GET, "/session", Some(&cookie), None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(expiry().await, session.session.expires_at_ms);

    let answer = send(&edge, Method::GET, "/session", Some(&cookie), None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let renewed = expiry().await;
    assert!(renewed > session.session.expires_at_ms);
    // A moment later nothing is written.
    let writes = edge.store.writes_tried();
    send(&edge, Method::GET, "/session", Some(&cookie), None).await;
    assert_eq!(edge.store.writes_tried(), writes);
}

#[tokio::test]
async fn a_link_sets_a_password_once_signs_in_and_ends_what_was_before() {
    let (edge, id) = portal_of_anna().await;
    let before = signed_in(&edge).await;
    let secret = link_for(&edge, id, now_ms() + 60_000).await;
    let path = format!("/links/{secret}");
    let found = send(&edge, Method::GET, &path, None, None).await;
    let body = found.json();
    assert_eq!(body["kind"], "set-password");
    assert_eq!(body["name"], "Anna");
    assert_eq!(body["email"], EMAIL);
    assert!(body["expiresAt"].as_i64().unwrap() > now_ms());

    let set_path = format!("/links/{secret}/password");
    let set = |password: &str| {
        let body = json!({"password": password});
        send(&edge, Method::POST, &set_path, None, Some(body))
    };
    let weak = set("short").await;
    weak.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "weak-password");
    assert_eq!(weak.json()["field"], "password");
    let answer = set("battery staple").await;
    let cookie = cookie_of(&answer);
    assert_eq!(answer.json()["account"]["id"], id.to_string());
    let here = send(&edge, Method::GET, "/session", Some(&cookie), None).await;
    assert_eq!(here.status, StatusCode::OK);
    send(&edge, Method::GET, "/session", Some(&before), None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");

    set("another staple")
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-link");
    send(&edge, Method::GET, &path, None, None)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-link");
    let answer = sign_in(&edge, EMAIL, "battery staple").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn unknown_expired_and_withdrawn_links_are_one_answer() {
    let (edge, id) = portal_of_anna().await;
    let withdrawn = link_for(&edge, id, now_ms() + 60_000).await;
    let expired = link_for(&edge, id, now_ms() - 1).await;
    let unknown = FreshSecret::make().unwrap().expose().to_owned();
    assert!(hash_of_text(&unknown).is_some());
    for secret in [
        withdrawn,
        expired,
        unknown,
        "x".to_owned(),
        "%ff".to_owned(),
    ] {
        let path = format!("/links/{secret}");
        let answer = send(&edge, Method::GET, &path, None, None).await;
        answer.is_problem(StatusCode::NOT_FOUND, "no-such-link");
        let body = json!({"password": "battery staple"});
        send(
            &edge,
            Method::POST,
            &format!("{path}/password"),
            None,
            Some(body),
        )
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-link");
    }
}

#[tokio::test]
async fn while_storage_is_away_nobody_signs_in_and_is_told_when_to_come_back() {
    let (edge, _) = portal_of_anna().await;
    edge.store
        .every_write(Some(Fault::Refuse(StoreError::Full("test".into()))));
    let answer = sign_in(&edge, EMAIL, PASSWORD).await;
    answer.is_problem(StatusCode::SERVICE_UNAVAILABLE, "storage-unavailable");
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    edge.store.every_write(None);
    let answer = sign_in(&edge, EMAIL, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn one_sees_by_what_one_signs_in_and_a_password_is_a_way() {
    let (edge, _) = portal_of_anna().await;
    let cookie = signed_in(&edge).await;
    let path = "/account/ways-in";
    let ways = send(&edge, Method::GET, path, Some(&cookie), None).await;
    assert_eq!(ways.json(), json!({"hasPassword": true, "identities": []}));
    send(&edge, Method::GET, path, None, None)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    for id in ["x".to_owned(), SessionId::new().to_string()] {
        let path = format!("/account/identities/{id}");
        send(&edge, Method::DELETE, &path, Some(&cookie), None)
            .await
            .is_problem(StatusCode::NOT_FOUND, "no-such-identity");
    }
}

#[tokio::test]
async fn whoever_has_the_account_is_told_that_its_password_was_changed() {
    let (edge, id) = anna_in(Edge::portal_with_mail().await).await;
    let cookie = signed_in(&edge).await;
    let change = json!({"current": PASSWORD, "new": "another tortoise"});
    let changed = send(
        &edge,
        Method::POST,
        "/account/password",
        Some(&cookie),
        Some(change),
    )
    .await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    let secret = link_for(&edge, id, now_ms() + 60_000).await;
    let path = format!("/links/{secret}/password");
    let set = json!({"password": "a third tortoise"});
    let set = send(&edge, Method::POST, &path, None, Some(set)).await;
    assert_eq!(set.status, StatusCode::OK);
    let now = now_ms() + 1;
    for _ in 0..2 {
        let mail = edge
            .store
            .claim_mail(now, now + 1_000)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((&*mail.kind, &*mail.recipient), ("password-changed", EMAIL));
    }
    assert_eq!(edge.store.claim_mail(now, now + 1_000).await.unwrap(), None);
}
