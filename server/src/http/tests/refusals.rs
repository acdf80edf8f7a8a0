//! What every endpoint refuses, and what every answer carries.

use std::collections::HashSet;

use axum::http::{Method, StatusCode, header};

use super::edge::{Edge, FAILURES, expired_token, token};
use crate::http::headers::CONTENT_SECURITY_POLICY;

#[tokio::test]
async fn a_token_is_needed_and_the_answer_says_so() {
    let edge = Edge::new().await;
    let answer = edge.get("/api/v1/documents", None).await;
    answer.is_problem(StatusCode::UNAUTHORIZED, "token-missing");
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    let answer = edge.get("/api/v1/documents", Some(&expired_token())).await;
    answer.is_problem(StatusCode::UNAUTHORIZED, "token-expired");
    assert_eq!(
        answer.headers[header::WWW_AUTHENTICATE],
        "Bearer error=\"invalid_token\""
    );
    let basic = [(header::AUTHORIZATION, "Basic dTpw")];
    edge.send_with(Method::GET, "/api/v1/documents", None, b"", &basic)
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "token-missing");
    let answer = edge.get("/api/v1/documents", Some("not.a.token")).await;
    answer.is_problem(StatusCode::UNAUTHORIZED, "token-malformed");
}

#[tokio::test]
async fn who_fails_too_often_has_to_wait_but_a_good_token_is_let_in() {
    let edge = Edge::new().await;
    for _ in 0..FAILURES {
        let answer = edge.get("/api/v1/documents", Some("x")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = edge.get("/api/v1/documents", Some("x")).await;
    answer.is_problem(StatusCode::TOO_MANY_REQUESTS, "too-many-failures");
    let wait: u64 = answer.headers[header::RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    let good = token("u1", &[("*", "readonly")]);
    assert_eq!(
        edge.get("/api/v1/documents", Some(&good)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem_like_any_other() {
    let edge = Edge::new().await;
    for path in ["/api/v1/none", "/api/v2/documents", "/api", "/api/v1"] {
        edge.get(path, None)
            .await
            .is_problem(StatusCode::NOT_FOUND, "not-found");
    }
    for (method, path) in [
        (Method::PUT, "/api/v1/documents"),
        (Method::DELETE, "/api/v1/docs/a/update"),
        (Method::POST, "/healthz"),
        (Method::POST, "/some/page"),
    ] {
        edge.send(method, path, None, b"")
            .await
            .is_problem(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
    }
}

#[tokio::test]
async fn a_defect_is_admitted_without_its_inner_text() {
    let edge = Edge::new().await;
    let answer = edge.get("/panics", None).await;
    answer.is_problem(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_and_tells_browsers_to_be_careful() {
    let edge = Edge::new().await;
    let mut ids = HashSet::new();
    for path in [
        "/",
        "/healthz",
        "/api/v1/config",
        "/api/v1/documents",
        "/api/none",
        "/none.js",
    ] {
        let answer = edge.get(path, None).await;
        assert!(ids.insert(answer.headers["x-request-id"].clone()), "{path}");
        assert_eq!(
            answer.headers[header::CONTENT_SECURITY_POLICY],
            CONTENT_SECURITY_POLICY,
            "{path}"
        );
        assert_eq!(
            answer.headers[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{path}"
        );
        if path.starts_with("/api/v1") {
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn foreign_pages_are_refused_and_listed_ones_let_in() {
    let edge = Edge::new().await;
    let path = "/api/v1/config";
    let foreign = [(header::ORIGIN, "https://evil.example")];
    edge.send_with(Method::GET, path, None, b"", &foreign)
        .await
        .is_problem(StatusCode::FORBIDDEN, "foreign-origin");

    let listed = [(header::ORIGIN, "https://app.example")];
    let answer = edge.send_with(Method::GET, path, None, b"", &listed).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN],
        "https://app.example"
    );

    let preflight = [
        (header::ORIGIN, "https://app.example"),
        (header::ACCESS_CONTROL_REQUEST_METHOD, "DELETE"),
    ];
    let answer = edge
        .send_with(
            Method::OPTIONS,
            "/api/v1/documents/a",
            None,
            b"",
            &preflight,
        )
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(
        answer.headers[header::ACCESS_CONTROL_ALLOW_METHODS],
        "GET, POST, DELETE"
    );
}

#[tokio::test]
async fn in_the_open_mode_a_name_that_only_points_here_is_refused() {
    let edge = Edge::open().await;
    let rebound = [
        (header::HOST, "evil.example:8787"),
        (header::ORIGIN, "http://evil.example:8787"),
    ];
    edge.send_with(
        Method::POST,
        "/api/v1/docs/a/update",
        None,
        &[0, 0],
        &rebound,
    )
    .await
    .is_problem(StatusCode::FORBIDDEN, "unknown-host");
    let answer = edge.post("/api/v1/docs/a/update", None, &[0, 0]).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}
