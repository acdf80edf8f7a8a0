//! What cannot be taken back, over REST: refusals with their field, and that outsiders learn nothing.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::portal::{Portal, bare};

#[tokio::test]
async fn a_document_is_deleted_for_good_from_the_bin_and_members_are_told() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let eve = portal.person("Eve").await;
    let doc = portal
        .document(&ben, &community, json!({"title": "Wrong place"}))
        .await;
    let path = format!("/documents/{doc}/delete-for-good");
    let stone = format!("/documents/{doc}/tombstone");
    let why = json!({"reason": "names of patients"});
    portal
        .get(&ben, &stone)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    portal
        .post(&ann, &path, why.clone())
        .await
        .is_problem(StatusCode::CONFLICT, "not-in-the-bin");
    let binned = portal.delete(&ben, &format!("/documents/{doc}")).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    for reason in ["", "  x ", &"x".repeat(501), "a\u{0}bc"] {
        let refused = portal.post(&ann, &path, json!({"reason": reason})).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.json()["field"], "reason");
    }
    portal
        .post(&ann, &path, json!({"reason": "a good one", "title": "x"}))
        .await
        .is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    portal
        .post(&ben, &path, why.clone())
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let nowhere = portal
        .post(&eve, "/documents/nowhere/delete-for-good", why.clone())
        .await;
    let hidden = portal.post(&eve, &path, why.clone()).await;
    assert_eq!(bare(&hidden), bare(&nowhere));

    let deleted = portal.post(&ann, &path, why.clone()).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    portal
        .post(&ann, &path, why)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    let told = portal.get(&ben, &stone).await.json();
    assert_eq!(told["deletedBy"], json!({"id": ann.account, "name": "Ann"}));
    let hidden = portal.get(&eve, &stone).await;
    let nowhere = portal.get(&eve, "/documents/nowhere/tombstone").await;
    assert_eq!(bare(&hidden), bare(&nowhere));
    let restored = portal
        .post(&ann, &format!("/documents/{doc}/restore"), json!({}))
        .await;
    assert!(restored.status.is_client_error(), "{}", restored.status);
    let newest = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json()["entries"][0]
        .clone();
    assert_eq!(newest["act"], "document-deleted-for-good");
    assert_eq!(
        newest["detail"],
        json!({"document": doc, "reason": "names of patients"})
    );
}

#[tokio::test]
async fn leadership_is_handed_over_and_the_only_leader_may_go_with_it() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "deputy").await;
    let guest = portal.member(&ann, &community, "guest").await;
    let path = format!("{community}/hand-over");
    let wish = |to: &Value, afterwards: &str| json!({"to": to, "afterwards": afterwards});
    let to_ben = json!(ben.account);
    let refused = portal.post(&ann, &path, wish(&to_ben, "king")).await;
    refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    assert_eq!(refused.json()["field"], "afterwards");
    for (who, to, status, code) in [
        (&ann, json!("x"), StatusCode::NOT_FOUND, "no-such-member"),
        (
            &ann,
            json!(guest.account),
            StatusCode::CONFLICT,
            "cannot-take-over",
        ),
        (&ben, to_ben.clone(), StatusCode::FORBIDDEN, "leaders-only"),
    ] {
        portal
            .post(who, &path, wish(&to, "gone"))
            .await
            .is_problem(status, code);
    }
    let done = portal.post(&ann, &path, wish(&to_ben, "gone")).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    let seen = portal.get(&ben, &community).await.json();
    assert_eq!(seen["role"], "leader");
    portal
        .get(&ann, &community)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-community");
}

#[tokio::test]
async fn leaders_decide_about_members_who_are_away() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "deputy").await;
    let eve = portal.person("Eve").await;
    let path = format!("{community}/inactivity");
    let rule = json!({"askAfterDays": 90, "stepBackAfterDays": 14});
    for (wish, field) in [
        (json!({"askAfterDays": 90}), "stepBackAfterDays"),
        (json!({"stepBackAfterDays": 14}), "askAfterDays"),
        (
            json!({"askAfterDays": 1, "stepBackAfterDays": 14}),
            "askAfterDays",
        ),
        (
            json!({"askAfterDays": 90, "stepBackAfterDays": 1}),
            "stepBackAfterDays",
        ),
    ] {
        let refused = portal.put(&ann, &path, wish).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.json()["field"], field);
    }
    portal
        .put(&ben, &path, rule.clone())
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    portal
        .put(&eve, &path, rule.clone())
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-community");
    let decided = portal.put(&ann, &path, rule).await.json();
    assert_eq!(decided["askAfterDays"], 90);
    let seen = portal.get(&ben, &community).await.json();
    assert_eq!(
        (&seen["askAfterDays"], &seen["stepBackAfterDays"]),
        (&json!(90), &json!(14))
    );
    assert!(seen.get("askedAt").is_none() && seen.get("steppedBackAt").is_none());
    let here = format!("{community}/presence");
    let said = portal.ask(&ben, Method::POST, &here, None).await;
    assert_eq!(said.status, StatusCode::NO_CONTENT);
    portal
        .ask(&eve, Method::POST, &here, None)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-community");
    let gone = portal.put(&ann, &path, json!({})).await.json();
    assert!(gone.get("askAfterDays").is_none());
}
