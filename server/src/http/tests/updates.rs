//! Reading and applying whole updates, and the quarantine.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use consilium_protocol::limits::FRAME_BYTES_MAX;
use tower::ServiceExt;

use super::edge::{Edge, text_of, token, update};
use crate::store::StoreError;
use crate::store::faulty::Fault;

#[tokio::test]
async fn an_update_that_was_taken_is_read_back() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "read-write")]);
    let path = "/api/v1/docs/a/update";
    let answer = edge
        .post(path, Some(&token), &update(1, "A", "hello"))
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = edge.post(path, Some(&token), &update(2, "A", "")).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let answer = edge.get(path, Some(&token)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "application/octet-stream"
    );
    assert_eq!(text_of(&answer.body), "hello");
}

#[tokio::test]
async fn names_are_percent_encoded_in_one_segment() {
    let edge = Edge::new().await;
    let token = token("u1", &[("ward/4 ü", "read-write")]);
    let path = "/api/v1/docs/ward%2F4%20%C3%BC/update";
    let answer = edge.post(path, Some(&token), &update(1, "", "x")).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(text_of(&edge.get(path, Some(&token)).await.body), "x");
    edge.get("/api/v1/docs/ward/4/update", Some(&token))
        .await
        .is_problem(StatusCode::NOT_FOUND, "not-found");
}

#[tokio::test]
async fn names_that_are_none_are_refused() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "read-write")]);
    let long = "x".repeat(256);
    for name in ["%00", "%0a", "%FF", long.as_str()] {
        edge.post(
            &format!("/api/v1/docs/{name}/update"),
            Some(&token),
            &update(1, "", "x"),
        )
        .await
        .is_problem(StatusCode::BAD_REQUEST, "bad-document-name");
    }
}

#[tokio::test]
async fn a_document_that_does_not_exist_is_not_found() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "readonly")]);
    edge.get("/api/v1/docs/none/update", Some(&token))
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
}

#[tokio::test]
async fn bodies_that_are_no_updates_are_refused() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "read-write")]);
    let path = "/api/v1/docs/a/update";
    edge.post(path, Some(&token), b"")
        .await
        .is_problem(StatusCode::BAD_REQUEST, "empty-body");
    for body in [&b"hello, this is no update"[..], &[0xff; 40], &[1], &[0]] {
        edge.post(path, Some(&token), body)
            .await
            .is_problem(StatusCode::UNPROCESSABLE_ENTITY, "malformed-update");
    }
}

#[tokio::test]
async fn bodies_above_the_limit_are_refused_declared_or_not() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "read-write")]);
    let path = "/api/v1/docs/a/update";
    let declared = (FRAME_BYTES_MAX + 1).to_string();
    edge.send_with(
        Method::POST,
        path,
        Some(&token),
        b"x",
        &[(header::CONTENT_LENGTH, &declared)],
    )
    .await
    .is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    edge.post(path, Some(&token), &vec![0; FRAME_BYTES_MAX + 1])
        .await
        .is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_given_up() {
    tokio::time::resume();
    let edge = Edge::new().await;
    tokio::time::pause();
    let token = token("u1", &[("*", "read-write")]);
    let never = futures_util::stream::pending::<Result<axum::body::Bytes, std::io::Error>>();
    let request = Request::post("/api/v1/docs/a/update")
        .header(header::HOST, "127.0.0.1")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from_stream(never))
        .unwrap();
    let response = edge.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn access_is_judged_for_the_document_and_the_deed() {
    let edge = Edge::new().await;
    let writer = token("u1", &[("a", "read-write")]);
    let reader = token("u2", &[("a", "readonly")]);
    let stranger = token("u3", &[("b", "read-write")]);
    let path = "/api/v1/docs/a/update";
    let body = update(1, "", "x");
    assert_eq!(
        edge.post(path, Some(&writer), &body).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(edge.get(path, Some(&reader)).await.status, StatusCode::OK);
    edge.post(path, Some(&reader), &body)
        .await
        .is_problem(StatusCode::FORBIDDEN, "read-only");
    edge.post(path, Some(&stranger), &body)
        .await
        .is_problem(StatusCode::FORBIDDEN, "forbidden");
    edge.get(path, Some(&stranger))
        .await
        .is_problem(StatusCode::FORBIDDEN, "forbidden");
    // What exists is no business of strangers.
    edge.get("/api/v1/docs/none/update", Some(&stranger))
        .await
        .is_problem(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn nothing_is_acknowledged_while_storage_fails() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "read-write")]);
    let path = "/api/v1/docs/a/update";
    edge.post(path, Some(&token), &update(1, "", "kept")).await;
    edge.store
        .every_write(Some(Fault::Refuse(StoreError::Full("test".into()))));
    let answer = edge.post(path, Some(&token), &update(2, "", "lost")).await;
    answer.is_problem(StatusCode::SERVICE_UNAVAILABLE, "storage-unavailable");
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    assert!(
        !String::from_utf8_lossy(&answer.body).contains("test"),
        "no internal text"
    );
    let read = edge.get(path, Some(&token)).await;
    assert_eq!(text_of(&read.body), "kept");
}

#[tokio::test(start_paused = true)]
async fn storage_that_hangs_is_not_waited_for_in_vain() {
    tokio::time::resume();
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "read-write")]);
    let path = "/api/v1/docs/a/update";
    edge.post(path, Some(&token), &update(1, "", "kept")).await;
    edge.store.every_write(Some(Fault::Held));
    tokio::time::pause();
    let answer = edge.post(path, Some(&token), &update(2, "", "x")).await;
    assert!(answer.status.is_server_error(), "nothing is acknowledged");
}

#[tokio::test]
async fn an_edit_under_the_identity_of_another_is_set_aside_and_listed() {
    let edge = Edge::new().await;
    let (ada, eve) = (
        token("ada", &[("a", "read-write")]),
        token("eve", &[("a", "read-write")]),
    );
    let path = "/api/v1/docs/a/update";
    edge.post(path, Some(&ada), &update(7, "", "mine")).await;
    let foreign = update(7, "longer title to differ", "mine and more");
    let answer = edge.post(path, Some(&eve), &foreign).await;
    answer.is_problem(StatusCode::CONFLICT, "quarantined");
    assert_eq!(answer.json()["detail"], "foreign-identity");

    let list = "/api/v1/docs/a/quarantine";
    let entries = edge.get(list, Some(&ada)).await.json();
    assert_eq!(entries["entries"][0]["author"], "eve");
    assert_eq!(entries["entries"][0]["reason"], "foreign-identity");
    assert_eq!(entries["entries"][0]["updateBytes"], foreign.len());
    assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
    edge.get(list, Some(&token("u", &[("a", "readonly")])))
        .await
        .is_problem(StatusCode::FORBIDDEN, "read-only");
}
