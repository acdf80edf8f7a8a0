//! The demonstration's own endpoints, and that nobody else has them.

use std::sync::Arc;

use axum::http::{HeaderName, Method, StatusCode, header};
use serde_json::{Value, json};

use super::edge::{Answer, Edge};
use crate::demo::people::PEOPLE;
use crate::demo::{Demo, seeding};
use crate::http::signed_in::now_ms;
use crate::people::password::{Cost, Passwords};
use crate::store::Store;

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

const ENDPOINTS: [(Method, &str); 5] = [
    (Method::GET, "/api/v1/demo"),
    (Method::POST, "/api/v1/demo/session"),
    (Method::PUT, "/api/v1/demo/colleagues"),
    (Method::POST, "/api/v1/demo/beginning"),
    (Method::POST, "/api/v1/demo/outage"),
];

async fn demonstration() -> (Edge, Demo) {
    let demo = Demo::default();
    let edge = Edge::demonstration(demo.clone()).await;
    let passwords = Passwords::new(Cost::of_tests()).unwrap();
    let store: Arc<dyn Store> = edge.store.clone();
    let made = seeding::seed(&store, &edge.registry, &passwords, now_ms());
    demo.begun(made.await.unwrap());
    (edge, demo)
}

async fn send(
    edge: &Edge,
    method: Method,
    path: &str,
    cookie: Option<&str>,
    body: Value,
) -> Answer {
    let body = body.to_string();
    let length = body.len().to_string();
    let mut headers = vec![JSON, (header::CONTENT_LENGTH, length.as_str())];
    headers.extend(cookie.map(|cookie| (header::COOKIE, cookie)));
    edge.send_with(method, path, None, body.as_bytes(), &headers)
        .await
}

async fn become_person(edge: &Edge, person: &str, cookie: Option<&str>) -> Answer {
    let body = json!({ "person": person });
    send(edge, Method::POST, "/api/v1/demo/session", cookie, body).await
}

fn cookie_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK);
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_of_it_is_there_in_any_other_mode_nor_described() {
    for edge in [Edge::new().await, Edge::portal().await, Edge::open().await] {
        for (method, path) in ENDPOINTS {
            let body = json!({ "person": "chair" });
            let answer = send(&edge, method, path, None, body).await;
            answer.is_problem(StatusCode::NOT_FOUND, "not-found");
        }
        let api = edge.get("/api/v1/openapi.json", None).await.json();
        assert!(api["paths"].get("/api/v1/demo/session").is_none());
    }
}

#[tokio::test]
async fn everything_of_it_is_described_where_it_is() {
    let (edge, _) = demonstration().await;
    let api = edge.get("/api/v1/openapi.json", None).await.json();
    for (method, path) in ENDPOINTS {
        let method = method.as_str().to_lowercase();
        assert!(api["paths"][path][&method].is_object(), "{method} {path}");
    }
    assert!(api["paths"]["/api/v1/session"].is_object());
}

#[tokio::test]
async fn a_click_signs_in_as_each_of_five_who_are_what_they_are_said_to_be() {
    let (edge, _) = demonstration().await;
    let shown = edge.get("/api/v1/demo", None).await.json();
    assert_eq!(shown["people"].as_array().unwrap().len(), PEOPLE.len());
    assert_eq!(shown["colleaguesAtWork"], true);
    for (person, view) in PEOPLE.iter().zip(shown["people"].as_array().unwrap()) {
        assert_eq!(view["name"], person.name);
        assert_eq!(view["role"], person.role.word());
        let cookie = cookie_of(&become_person(&edge, person.key, None).await);
        let session = send(
            &edge,
            Method::GET,
            "/api/v1/session",
            Some(&cookie),
            json!({}),
        );
        let session = session.await.json();
        assert_eq!(session["account"]["id"], view["accountId"]);
        let listed = send(
            &edge,
            Method::GET,
            "/api/v1/documents",
            Some(&cookie),
            json!({}),
        );
        let listed = listed.await.json();
        // A guest sees the one document that they were asked about.
        let expected = if person.key == "microbiologist" { 1 } else { 3 };
        assert_eq!(
            listed["documents"].as_array().unwrap().len(),
            expected,
            "{}",
            person.name
        );
    }
    become_person(&edge, "nobody", None)
        .await
        .is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
}

#[tokio::test]
async fn whoever_becomes_somebody_else_is_not_the_former_person_any_more() {
    let (edge, demo) = demonstration().await;
    let chair = cookie_of(&become_person(&edge, "chair", None).await);
    let deputy = cookie_of(&become_person(&edge, "deputy", Some(&chair)).await);
    send(
        &edge,
        Method::GET,
        "/api/v1/session",
        Some(&chair),
        json!({}),
    )
    .await
    .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    let session = send(
        &edge,
        Method::GET,
        "/api/v1/session",
        Some(&deputy),
        json!({}),
    );
    assert_eq!(session.await.json()["account"]["name"], PEOPLE[1].name);
    assert_eq!(demo.browsers().len(), 1);
}

#[tokio::test]
async fn only_somebody_who_is_in_it_changes_the_demonstration() {
    let (edge, demo) = demonstration().await;
    for (method, path) in &ENDPOINTS[2..] {
        send(
            &edge,
            method.clone(),
            path,
            None,
            json!({ "atWork": false }),
        )
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
    let cookie = cookie_of(&become_person(&edge, "pharmacist", None).await);
    let rest = json!({ "atWork": false });
    let answer = send(
        &edge,
        Method::PUT,
        "/api/v1/demo/colleagues",
        Some(&cookie),
        rest,
    )
    .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let shown = edge.get("/api/v1/demo", None).await.json();
    assert_eq!(shown["colleaguesAtWork"], false);
    let again = send(
        &edge,
        Method::POST,
        "/api/v1/demo/beginning",
        Some(&cookie),
        json!({}),
    )
    .await;
    assert_eq!(again.status, StatusCode::ACCEPTED);
    assert_eq!(demo.wish().await, crate::demo::desk::Wish::BeginAgain);
}

#[tokio::test]
async fn nobody_knows_a_password_of_these_accounts() {
    let (edge, _) = demonstration().await;
    for password in ["", "consilium demo", "correct horse"] {
        let body = json!({ "email": PEOPLE[0].email, "password": password });
        send(&edge, Method::POST, "/api/v1/session", None, body)
            .await
            .is_problem(StatusCode::UNAUTHORIZED, "wrong-credentials");
    }
}
