//! Each endpoint, and each way in which it refuses, over a real store and real rooms, without a network.

mod archive;
mod catching_up;
mod communities;
mod demo;
mod documents;
pub(crate) mod edge;
mod fhir;
mod for_good;
mod joining;
mod leader_links;
mod looks;
mod mail;
mod meetings;
mod names;
mod openid;
mod people;
mod portal;
mod publications;
mod questions;
mod refusals;
mod rounds;
mod search;
mod slow_bodies;
mod updates;

use axum::http::{Method, StatusCode};
use serde_json::Value;

use self::edge::Edge;
use crate::store::StoreError;
use crate::store::faulty::Fault;

#[tokio::test]
async fn a_healthy_server_lives_and_is_ready() {
    let edge = Edge::new().await;
    for path in ["/healthz", "/readyz"] {
        let answer = edge.get(path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_server_whose_storage_is_away_lives_but_is_not_ready_until_it_returns() {
    let edge = Edge::new().await;
    edge.store
        .every_write(Some(Fault::Refuse(StoreError::Full("test".into()))));
    let answer = edge.get("/readyz", None).await;
    answer.is_problem(StatusCode::SERVICE_UNAVAILABLE, "storage-unavailable");
    assert_eq!(answer.json()["detail"], "storage is full");
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(edge.get("/healthz", None).await.status, StatusCode::OK);

    edge.store.every_write(None);
    let ready_again = async {
        while edge.get("/readyz", None).await.status != StatusCode::OK {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), ready_again)
        .await
        .expect("the server notices that storage is back");
}

#[tokio::test]
async fn figures_are_in_the_format_of_prometheus() {
    let edge = Edge::new().await;
    let answer = edge.get("/metrics", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let media_type = answer.headers["content-type"].to_str().unwrap();
    assert!(
        media_type.starts_with("text/plain; version=0.0.4"),
        "{media_type}"
    );
}

#[tokio::test]
async fn the_server_says_how_people_come_in() {
    let about = Edge::new().await.get("/api/v1/config", None).await.json();
    assert_eq!(about["mode"], "token");
    assert_eq!(about["product"], "Consilium");
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
}

/// Whether an endpoint is there in a portal only.
fn is_portals(path: &str) -> bool {
    let starts = [
        "/api/v1/session",
        "/api/v1/account",
        "/api/v1/links",
        "/api/v1/communities",
        "/api/v1/meetings",
        "/api/v1/archives",
        "/api/v1/branches",
        "/api/v1/joinable-communities",
        "/api/v1/library",
        "/api/v1/search",
        "/api/v1/public",
        "/api/v1/notifications",
        "/api/v1/rounds",
        "/api/v1/publications",
    ];
    let of_documents = [
        "/branches",
        "/left-behind",
        "/policy",
        "/readers",
        "/taken-away",
        "/grants",
        "/grants/{accountId}",
        "/delete-for-good",
        "/tombstone",
        "/questions",
        "/question-order",
        "/publications",
        "/questions/{questionId}",
        "/questions/{questionId}/restore",
        "/meeting",
        "/text-hash",
        "/judgements",
        "/term",
    ];
    starts.iter().any(|start| path.starts_with(start))
        || of_documents.iter().any(|end| path.ends_with(end))
}

#[tokio::test]
async fn every_described_endpoint_exists_and_every_endpoint_is_described() {
    let edge = Edge::new().await;
    let portal = Edge::portal().await;
    let none = edge::token("u1", &[]);
    let api = edge.get("/api/v1/openapi.json", None).await.json();
    let mut described: Vec<String> = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.push(format!("{} {path}", method.to_uppercase()));
            let method: Method = method.to_uppercase().parse().unwrap();
            let path_of_x = path
                .replace("{name}", "x")
                .replace("{secret}", "x")
                .replace("{id}", "x")
                .replace("{accountId}", "x")
                .replace("{invitationId}", "x")
                .replace("{subGroupId}", "x")
                .replace("{questionId}", "x")
                .replace("{round}", "x")
                .replace("{publication}", "x")
                .replace("{branch}", "x");
            let answer = edge
                .send(method.clone(), &path_of_x, Some(&none), b"")
                .await;
            // A token for nothing may not touch any document; the list is empty for it.
            let expected = if is_portals(path) {
                // Here nobody signs in, but in a portal it is there.
                let there = portal.send(method, &path_of_x, None, b"").await;
                assert!(!there.is_nothing(), "{path}: {}", there.status);
                StatusCode::NOT_FOUND
            } else if path.contains("/versions") && method != Method::GET {
                // What is sent is read first, and nothing was sent.
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            } else if path.contains("{name}") {
                StatusCode::FORBIDDEN
            } else {
                StatusCode::OK
            };
            assert_eq!(answer.status, expected, "{path}");
        }
    }
    described.sort();
    assert_eq!(
        described,
        [
            "DELETE /api/v1/account/identities/{id}",
            "DELETE /api/v1/account/sessions/{id}",
            "DELETE /api/v1/communities/{id}/invitations/{invitationId}",
            "DELETE /api/v1/communities/{id}/join",
            "DELETE /api/v1/communities/{id}/logo",
            "DELETE /api/v1/communities/{id}/members/{accountId}",
            "DELETE /api/v1/communities/{id}/sub-groups/{subGroupId}/members/{accountId}",
            "DELETE /api/v1/documents/{name}",
            "DELETE /api/v1/documents/{name}/grants/{accountId}",
            "DELETE /api/v1/documents/{name}/questions/{questionId}",
            "DELETE /api/v1/meetings/{id}",
            "DELETE /api/v1/session",
            "GET /api/v1/account/archive",
            "GET /api/v1/account/notifications",
            "GET /api/v1/account/sessions",
            "GET /api/v1/account/ways-in",
            "GET /api/v1/branches/{branch}",
            "GET /api/v1/branches/{branch}/changes",
            "GET /api/v1/communities",
            "GET /api/v1/communities/{id}",
            "GET /api/v1/communities/{id}/archive",
            "GET /api/v1/communities/{id}/digest",
            "GET /api/v1/communities/{id}/documents",
            "GET /api/v1/communities/{id}/interests",
            "GET /api/v1/communities/{id}/interests/{accountId}",
            "GET /api/v1/communities/{id}/invitations",
            "GET /api/v1/communities/{id}/join-requests",
            "GET /api/v1/communities/{id}/ledger",
            "GET /api/v1/communities/{id}/logo/{hash}",
            "GET /api/v1/communities/{id}/look",
            "GET /api/v1/communities/{id}/meetings",
            "GET /api/v1/communities/{id}/members",
            "GET /api/v1/communities/{id}/publications",
            "GET /api/v1/communities/{id}/rounds",
            "GET /api/v1/communities/{id}/sub-groups",
            "GET /api/v1/communities/{id}/sub-groups/{subGroupId}/members",
            "GET /api/v1/communities/{id}/term",
            "GET /api/v1/config",
            "GET /api/v1/docs/{name}/quarantine",
            "GET /api/v1/docs/{name}/update",
            "GET /api/v1/documents",
            "GET /api/v1/documents/{name}/authors",
            "GET /api/v1/documents/{name}/branches",
            "GET /api/v1/documents/{name}/fhir",
            "GET /api/v1/documents/{name}/grants",
            "GET /api/v1/documents/{name}/history",
            "GET /api/v1/documents/{name}/judgements",
            "GET /api/v1/documents/{name}/meeting",
            "GET /api/v1/documents/{name}/policy",
            "GET /api/v1/documents/{name}/publications",
            "GET /api/v1/documents/{name}/questions",
            "GET /api/v1/documents/{name}/readers",
            "GET /api/v1/documents/{name}/taken-away",
            "GET /api/v1/documents/{name}/term",
            "GET /api/v1/documents/{name}/text-hash",
            "GET /api/v1/documents/{name}/tombstone",
            "GET /api/v1/documents/{name}/versions/{id}/update",
            "GET /api/v1/joinable-communities",
            "GET /api/v1/library",
            "GET /api/v1/links/{secret}",
            "GET /api/v1/meetings/{id}",
            "GET /api/v1/meetings/{id}/live",
            "GET /api/v1/meetings/{id}/minutes",
            "GET /api/v1/notifications",
            "GET /api/v1/notifications/unread",
            "GET /api/v1/public/{name}",
            "GET /api/v1/publications/{publication}",
            "GET /api/v1/publications/{publication}/fhir",
            "GET /api/v1/publications/{publication}/text",
            "GET /api/v1/rounds/{round}",
            "GET /api/v1/rounds/{round}/text",
            "GET /api/v1/search",
            "GET /api/v1/session",
            "GET /healthz",
            "GET /metrics",
            "GET /readyz",
            "PATCH /api/v1/account",
            "PATCH /api/v1/communities/{id}",
            "PATCH /api/v1/communities/{id}/members/{accountId}",
            "PATCH /api/v1/documents/{name}/versions/{id}",
            "POST /api/v1/account/farewell",
            "POST /api/v1/account/password",
            "POST /api/v1/archives",
            "POST /api/v1/branches/{branch}/discard",
            "POST /api/v1/branches/{branch}/hand-in",
            "POST /api/v1/branches/{branch}/merge",
            "POST /api/v1/branches/{branch}/reopen",
            "POST /api/v1/communities",
            "POST /api/v1/communities/{id}/caught-up",
            "POST /api/v1/communities/{id}/documents",
            "POST /api/v1/communities/{id}/hand-over",
            "POST /api/v1/communities/{id}/interests",
            "POST /api/v1/communities/{id}/invitations",
            "POST /api/v1/communities/{id}/join",
            "POST /api/v1/communities/{id}/join-requests/{accountId}",
            "POST /api/v1/communities/{id}/meetings",
            "POST /api/v1/communities/{id}/members/{accountId}/password-link",
            "POST /api/v1/communities/{id}/presence",
            "POST /api/v1/communities/{id}/rounds",
            "POST /api/v1/communities/{id}/sub-groups",
            "POST /api/v1/docs/{name}/update",
            "POST /api/v1/documents/{name}/branches",
            "POST /api/v1/documents/{name}/delete-for-good",
            "POST /api/v1/documents/{name}/judgements",
            "POST /api/v1/documents/{name}/left-behind",
            "POST /api/v1/documents/{name}/publications",
            "POST /api/v1/documents/{name}/questions",
            "POST /api/v1/documents/{name}/questions/{questionId}/restore",
            "POST /api/v1/documents/{name}/restore",
            "POST /api/v1/documents/{name}/taken-away",
            "POST /api/v1/documents/{name}/versions",
            "POST /api/v1/links/{secret}/join",
            "POST /api/v1/links/{secret}/password",
            "POST /api/v1/links/{secret}/sign-up",
            "POST /api/v1/meetings/{id}/commands",
            "POST /api/v1/meetings/{id}/here",
            "POST /api/v1/notifications/read",
            "POST /api/v1/publications/{publication}/publish",
            "POST /api/v1/publications/{publication}/refusal",
            "POST /api/v1/publications/{publication}/signature",
            "POST /api/v1/publications/{publication}/withdrawal",
            "POST /api/v1/rounds/{round}/close",
            "POST /api/v1/rounds/{round}/recusal",
            "POST /api/v1/rounds/{round}/void",
            "POST /api/v1/session",
            "POST /api/v1/session/token",
            "PUT /api/v1/account/notifications",
            "PUT /api/v1/communities/{id}/chosen-roles",
            "PUT /api/v1/communities/{id}/inactivity",
            "PUT /api/v1/communities/{id}/logo",
            "PUT /api/v1/communities/{id}/sub-groups/{subGroupId}/members/{accountId}",
            "PUT /api/v1/documents/{name}/grants/{accountId}",
            "PUT /api/v1/documents/{name}/policy",
            "PUT /api/v1/documents/{name}/question-order",
            "PUT /api/v1/rounds/{round}/ballot",
        ]
    );
    assert_eq!(
        api["components"]["securitySchemes"]["bearer"]["scheme"],
        Value::from("bearer")
    );
}
