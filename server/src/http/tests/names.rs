//! Names that read alike, at each door.

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::portal::Portal;

/// Cyrillic letters among Latin ones: reads like `Ann`.
const LIKE_ANN: &str = "\u{410}nn";

#[tokio::test]
async fn nobody_takes_a_name_that_reads_like_another_members_and_another_one_stands_in_the_ledger()
{
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    for name in ["Ann", "ANN", "A nn", LIKE_ANN] {
        let answer = portal.patch(&ben, "/account", json!({"name": name})).await;
        answer.is_problem(StatusCode::CONFLICT, "name-reads-alike");
        assert_eq!(answer.json()["field"], "name", "{name}");
    }
    let renamed = portal.patch(&ben, "/account", json!({"name": "Ben"})).await;
    assert_eq!(renamed.status, StatusCode::OK);
    let ledger = portal
        .get(&ann, &format!("{community}/ledger"))
        .await
        .json();
    let newest = &ledger["entries"][0];
    assert_eq!(newest["act"], "member-renamed");
    assert_eq!(newest["detail"], json!({}));
    assert_eq!(newest["actor"]["name"], "Ben");
}

#[tokio::test]
async fn nobody_joins_or_signs_up_under_one() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let eve = portal.person(LIKE_ANN).await;
    let secret = portal.invite(&ann, &community, "member").await;
    portal
        .post(&eve, &format!("/links/{secret}/join"), json!({}))
        .await
        .is_problem(StatusCode::CONFLICT, "name-reads-alike");
    let sign_up = |name: &str| {
        let body = json!({"name": name, "email": "eve@example.org", "password": "a tortoise in the library"});
        let path = format!("/api/v1/links/{secret}/sign-up");
        let edge = &portal.edge;
        async move {
            let headers = [(header::CONTENT_TYPE, "application/json")];
            let body = body.to_string();
            edge.send_with(Method::POST, &path, None, body.as_bytes(), &headers)
                .await
        }
    };
    let refused = sign_up(LIKE_ANN).await;
    refused.is_problem(StatusCode::CONFLICT, "name-reads-alike");
    assert_eq!(refused.json()["field"], "name");
    assert_eq!(sign_up("Eve").await.status, StatusCode::OK);
}
