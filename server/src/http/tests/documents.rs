//! The list, the bin and the way back.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::edge::{Edge, token, update};

async fn edge_with(documents: &[(&str, &str)]) -> Edge {
    let edge = Edge::new().await;
    let all = token("u1", &[("*", "read-write")]);
    for (index, (name, title)) in documents.iter().enumerate() {
        let path = format!("/api/v1/docs/{name}/update");
        let update = update(index as u64 + 1, title, "x");
        let answer = edge.post(&path, Some(&all), &update).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    // Titles are copied for lists behind the acknowledgement.
    let listed = async {
        loop {
            let list = edge.get("/api/v1/documents", Some(&all)).await.json();
            let titles = list["documents"].as_array().unwrap().iter();
            if titles.filter(|document| document["title"] != "").count() == documents.len() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), listed)
        .await
        .expect("titles reach the list");
    edge
}

fn names(list: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = list["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_bearer_sees_exactly_what_the_token_covers() {
    let edge = edge_with(&[("a", "One"), ("b", "Two"), ("team-x", "Three")]).await;
    for (docs, expected) in [
        (&[("*", "readonly")][..], &["a", "b", "team-x"][..]),
        (
            &[("a", "read-write"), ("team-*", "readonly")],
            &["a", "team-x"],
        ),
        (&[("*", "readonly"), ("b", "nothing")], &["a", "team-x"]),
        (&[], &[]),
    ] {
        let list = edge
            .get("/api/v1/documents", Some(&token("u2", docs)))
            .await
            .json();
        assert_eq!(names(&list), expected, "{docs:?}");
        assert!(list.get("next").is_none());
    }
}

#[tokio::test]
async fn documents_are_found_by_words_of_their_title() {
    let edge = edge_with(&[("a", "Acute cystitis"), ("b", "Charter")]).await;
    let token = token("u2", &[("*", "readonly")]);
    let found = |query: &'static str| {
        let (edge, token) = (&edge, &token);
        async move {
            let path = format!("/api/v1/documents?query={query}");
            edge.get(&path, Some(token)).await.json()
        }
    };
    assert_eq!(names(&found("CYST%20acute").await), ["a"]);
    assert_eq!(names(&found("nothing").await), [""; 0]);
    assert_eq!(names(&found("").await), ["a", "b"]);
    let record = &found("charter").await["documents"][0];
    assert_eq!(record["title"], "Charter");
    assert!(record["createdAt"].is_i64() && record["updatedAt"].is_i64());
    assert_eq!(record["deletedAt"], Value::Null);
}

#[tokio::test]
async fn a_document_goes_to_the_bin_and_comes_back_whole() {
    let edge = edge_with(&[("a", "One"), ("b", "Two")]).await;
    let token = token("u2", &[("*", "read-write")]);
    let list = |deleted: bool| {
        let (edge, token) = (&edge, &token);
        async move {
            let path = format!("/api/v1/documents?deleted={deleted}");
            edge.get(&path, Some(token)).await.json()
        }
    };
    let before = edge.get("/api/v1/docs/a/update", Some(&token)).await.body;
    let answer = edge
        .send(Method::DELETE, "/api/v1/documents/a", Some(&token), b"")
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(names(&list(false).await), ["b"]);
    let bin = list(true).await;
    assert_eq!(names(&bin), ["a"]);
    assert!(bin["documents"][0]["deletedAt"].is_i64());

    let answer = edge
        .post("/api/v1/documents/a/restore", Some(&token), b"")
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(names(&list(false).await), ["a", "b"]);
    assert_eq!(names(&list(true).await), [""; 0]);
    let after = edge.get("/api/v1/docs/a/update", Some(&token)).await.body;
    assert_eq!(before, after);
}

#[tokio::test]
async fn only_writers_move_documents_and_only_those_that_exist() {
    let edge = edge_with(&[("a", "One")]).await;
    let writer = token("u1", &[("*", "read-write")]);
    let reader = token("u2", &[("*", "readonly")]);
    let stranger = token("u3", &[]);
    for (method, suffix) in [(Method::DELETE, ""), (Method::POST, "/restore")] {
        let of = |name: &str| format!("/api/v1/documents/{name}{suffix}");
        edge.send(method.clone(), &of("a"), Some(&reader), b"")
            .await
            .is_problem(StatusCode::FORBIDDEN, "read-only");
        edge.send(method.clone(), &of("a"), Some(&stranger), b"")
            .await
            .is_problem(StatusCode::FORBIDDEN, "forbidden");
        edge.send(method.clone(), &of("none"), Some(&writer), b"")
            .await
            .is_problem(StatusCode::NOT_FOUND, "no-such-document");
        edge.send(method, &of("a"), None, b"")
            .await
            .is_problem(StatusCode::UNAUTHORIZED, "token-missing");
    }
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let edge = Edge::new().await;
    let token = token("u1", &[("*", "readonly")]);
    let long = format!("query={}", "x".repeat(1_025));
    for query in [
        "deleted=maybe",
        "after=x",
        "after=1",
        "after=1.x",
        long.as_str(),
    ] {
        edge.get(&format!("/api/v1/documents?{query}"), Some(&token))
            .await
            .is_problem(StatusCode::BAD_REQUEST, "bad-query");
    }
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    use consilium_protocol::ids::DocName;
    let edge = Edge::new().await;
    let count = crate::http::limits::LISTED_MAX + 3;
    let store: &dyn crate::store::Store = edge.store.as_ref();
    for index in 0..count {
        let name = DocName::parse(&format!("d{index:05}")).unwrap();
        store.load_or_create(&name, index as i64).await.unwrap();
    }
    let token = token("u1", &[("*", "readonly")]);
    let first = edge.get("/api/v1/documents", Some(&token)).await.json();
    assert_eq!(names(&first).len(), crate::http::limits::LISTED_MAX);
    let path = format!(
        "/api/v1/documents?after={}",
        first["next"].as_str().unwrap()
    );
    let second = edge.get(&path, Some(&token)).await.json();
    assert_eq!(names(&second), ["d00000", "d00001", "d00002"]);
    assert!(second.get("next").is_none());
}
