//! Searching over REST: what is shown of a hit, who finds what, and that no query is an error.

use axum::http::{Method, StatusCode};
use consilium_model::document::{BODY, TITLE};
use consilium_model::prose::{Block, append};
use consilium_protocol::ids::{Access, DocName};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;
use yrs::{Doc, ReadTxn, StateVector, Text, Transact, WriteTxn};

use super::edge::{Answer, Edge, token};
use super::portal::{Person, Portal, bare};
use crate::http::limits::{SEARCH_PAGE, SEARCHED_MAX};
use crate::search::indexer::{Indexed, index};

impl Portal {
    /// Writes a title and blocks into a document, and has them read.
    async fn write(&self, name: &str, client: u64, title: &str, blocks: &[Block]) {
        let doc = Doc::with_client_id(client);
        let update = {
            let mut txn = doc.transact_mut();
            txn.get_or_insert_text(TITLE).push(&mut txn, title);
            let body = txn.get_or_insert_xml_fragment(BODY);
            append(&mut txn, &body, blocks);
            txn.encode_diff_v1(&StateVector::default())
        };
        let name = DocName::parse(name).unwrap();
        self.edge
            .registry
            .apply_update(&name, None, Access::Write, update.into())
            .await
            .unwrap();
        let indexed = index(&*self.edge.store, &name).await.unwrap();
        assert_eq!(indexed, Indexed::Read);
    }

    async fn search(&self, who: &Person, query: &str, more: &str) -> Answer {
        let query: String = byte_serialize(query.as_bytes()).collect();
        self.get(who, &format!("/search?query={query}{more}")).await
    }

    async fn names_found(&self, who: &Person, query: &str, more: &str) -> Vec<String> {
        let answer = self.search(who, query, more).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let hits = answer.json()["hits"].take();
        hits.as_array()
            .unwrap()
            .iter()
            .map(|hit| hit["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn paragraphs(texts: &[&str]) -> Vec<Block> {
    texts.iter().map(|text| Block::paragraph(*text)).collect()
}

#[tokio::test]
async fn a_hit_says_where_it_is_and_what_was_found() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    let blocks = [
        Block::heading(1, "Therapie"),
        Block::paragraph("Die Antibiotika-Gabe <b>beginnt</b> früh."),
    ];
    portal.write(&doc, 7, "Leitlinie Sepsis", &blocks).await;
    let found = portal.search(&ann, "FRUH antibiotik", "").await;
    assert_eq!(found.status, StatusCode::OK);
    let found = found.json();
    let hit = &found["hits"][0];
    assert_eq!(hit["name"], doc);
    assert_eq!(
        hit["title"],
        json!([{"text": "Leitlinie Sepsis", "found": false}])
    );
    assert_eq!(hit["place"], "community");
    assert_eq!(hit["community"]["name"], "Sepsis panel");
    assert_eq!(hit["privacy"], "community");
    assert!(hit["updatedAt"].as_i64().unwrap() > 0);
    assert_eq!(
        hit["snippets"],
        json!([{
            "heading": "Therapie",
            "parts": [
                {"text": "Die ", "found": false},
                {"text": "Antibiotika", "found": true},
                {"text": "-Gabe <b>beginnt</b> ", "found": false},
                {"text": "früh", "found": true},
                {"text": ".", "found": false},
            ],
        }])
    );
    assert_eq!(found["hits"].as_array().unwrap().len(), 1);
    assert!(found.get("next").is_none());
    let title = portal.search(&ann, "leitlinie", "").await.json();
    assert_eq!(
        title["hits"][0]["title"][0],
        json!({"text": "Leitlinie", "found": true})
    );
    assert_eq!(title["hits"][0]["snippets"], json!([]));
}

#[tokio::test]
async fn who_may_not_read_a_document_finds_nothing_of_it() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let member = portal.member(&ann, &community, "member").await;
    let stranger = portal.person("Stranger").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    portal
        .write(&doc, 7, "", &paragraphs(&["Antibiotika früh"]))
        .await;
    assert_eq!(
        portal.names_found(&member, "antibiotika", "").await,
        std::slice::from_ref(&doc)
    );
    // To the byte what somebody gets who looks for what is nowhere.
    let nothing = portal.search(&stranger, "nowhere", "").await;
    let of_others = portal.search(&stranger, "antibiotika", "").await;
    assert_eq!(bare(&of_others), bare(&nothing));
    assert_eq!(of_others.json()["hits"], json!([]));

    let policy = format!("/documents/{doc}/policy");
    let open = json!({"privacy": "portal", "reason": "for everybody"});
    assert!(portal.put(&ann, &policy, open).await.status.is_success());
    let hit = portal.search(&stranger, "antibiotika", "").await.json()["hits"][0].take();
    assert_eq!(hit["place"], "library");
    assert_eq!(
        portal
            .names_found(&stranger, "antibiotika", "&community=library")
            .await,
        std::slice::from_ref(&doc)
    );
    assert!(
        portal
            .names_found(&ann, "antibiotika", "&community=library")
            .await
            .is_empty()
    );

    let narrow = json!({"privacy": "private"});
    assert!(portal.put(&ann, &policy, narrow).await.status.is_success());
    for (who, expected) in [(&ann, 1), (&member, 0), (&stranger, 0)] {
        let found = portal.names_found(who, "antibiotika", "").await;
        assert_eq!(found.len(), expected);
    }
    let binned = portal.delete(&ann, &format!("/documents/{doc}")).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    assert!(portal.names_found(&ann, "antibiotika", "").await.is_empty());
    let restored = portal
        .post(&ann, &format!("/documents/{doc}/restore"), json!({}))
        .await;
    assert_eq!(restored.status, StatusCode::NO_CONTENT);
    assert_eq!(portal.names_found(&ann, "antibiotika", "").await, [doc]);
}

#[tokio::test]
async fn one_looks_in_a_community_that_one_is_in() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let one = portal.found(&ann, "One").await;
    let other = portal.found(&ann, "Other").await;
    let stranger = portal.person("Stranger").await;
    let mut docs = Vec::new();
    for (client, community) in [(7, &one), (8, &other)] {
        let doc = portal.document(&ann, community, json!({})).await;
        portal
            .write(&doc, client, "", &paragraphs(&["Antibiotika"]))
            .await;
        docs.push(doc);
    }
    let id = |community: &str| community.rsplit('/').next().unwrap().to_owned();
    let within = format!("&community={}", id(&one));
    assert_eq!(
        portal.names_found(&ann, "antibiotika", &within).await,
        [docs[0].clone()]
    );
    // What is not there, what is not theirs and what is no id are one.
    let nowhere = "&community=0197a4b1-0000-7000-8000-000000000000";
    let missing = portal.search(&stranger, "antibiotika", nowhere).await;
    missing.is_problem(StatusCode::NOT_FOUND, "no-such-community");
    for text in [within.as_str(), "&community=x", "&community="] {
        let refused = portal.search(&stranger, "antibiotika", text).await;
        assert_eq!(bare(&refused), bare(&missing), "{text}");
    }
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_refused_by_its_field() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let long = "x".repeat(201);
    for (query, more, field) in [
        ("", "", "query"),
        ("  ", "", "query"),
        (long.as_str(), "", "query"),
        ("x", "&after=", "after"),
        ("x", "&after=1-2", "after"),
        ("x", "&after=1-2-3%27", "after"),
    ] {
        let refused = portal.search(&ann, query, more).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.json()["field"], field, "{query} {more}");
    }
    let missing = portal.get(&ann, "/search").await;
    assert_eq!(missing.json()["field"], "query");
    let broken = portal.get(&ann, "/search?query=%ff").await;
    assert!(broken.status.is_client_error() || broken.status.is_success());
}

#[tokio::test]
async fn nobody_without_an_account_searches_anything() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    portal
        .write(&doc, 7, "", &paragraphs(&["Antibiotika"]))
        .await;
    let open = json!({"privacy": "public", "reason": "for the world"});
    let opened = portal
        .put(&ann, &format!("/documents/{doc}/policy"), open)
        .await;
    assert!(opened.status.is_success());
    let path = "/api/v1/search?query=antibiotika";
    let refused = portal.edge.send(Method::GET, path, None, b"").await;
    refused.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    // Nor where there are no accounts.
    let elsewhere = Edge::new().await;
    let answer = elsewhere.get(path, Some(&token("u1", &[]))).await;
    answer.is_problem(StatusCode::NOT_FOUND, "not-found");
}

#[tokio::test]
async fn pages_hold_everything_once() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let mut expected = Vec::new();
    for number in 0..SEARCH_PAGE + 5 {
        let doc = portal.document(&ann, &community, json!({})).await;
        // In every other one the words do not stand together.
        let text = match number % 2 {
            0 => "Antibiotika früh geben",
            _ => "früh Antibiotika geben",
        };
        portal
            .write(&doc, 7 + number as u64, "", &paragraphs(&[text]))
            .await;
        if number % 2 == 0 {
            expected.push(doc);
        }
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    for _ in 0..SEARCHED_MAX {
        let page = portal
            .search(&ann, "\"antibiotika früh\"", &after)
            .await
            .json();
        let hits = page["hits"].as_array().unwrap();
        assert!(hits.len() <= SEARCH_PAGE);
        seen.extend(
            hits.iter()
                .map(|hit| hit["name"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    let all = portal.search(&ann, "antibiotika", "").await.json();
    assert_eq!(all["hits"].as_array().unwrap().len(), SEARCH_PAGE);
    let next = all["next"].as_str().unwrap().to_owned();
    let rest = portal
        .names_found(&ann, "antibiotika", &format!("&after={next}"))
        .await;
    assert_eq!(rest.len(), 5);
}

#[tokio::test]
async fn no_query_is_an_error_and_none_means_anything_to_the_database() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let doc = portal.document(&ann, &community, json!({})).await;
    portal
        .write(
            &doc,
            7,
            "",
            &paragraphs(&["Antibiotika title words NEAR AND"]),
        )
        .await;
    for (query, expected) in [
        ("title:antibiotika", 0),
        ("antibiotika NOT title", 0),
        ("antibiotika OR nowhere", 0),
        ("near and", 1),
        ("antibiotika*", 1),
        ("' OR 1=1 --", 0),
    ] {
        let found = portal.names_found(&ann, query, "").await;
        assert_eq!(found.len(), expected, "{query}");
    }
    let mut runner = TestRunner::new(Config::with_cases(200));
    let queries: Vec<String> = (0..200)
        .map(|_| {
            let tree = prop_oneof![any::<String>(), "[\"'*:&|!()<>^{}\\\\ab -]{0,40}"]
                .new_tree(&mut runner)
                .unwrap();
            proptest::strategy::ValueTree::current(&tree)
        })
        .collect();
    for query in queries {
        let answer = portal.search(&ann, &query, "").await;
        let is_fit = (1..=200).contains(&query.trim().chars().count());
        let expected = match is_fit {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        assert_eq!(answer.status, expected, "{query:?}: {}", answer.json());
        assert!(answer.json().get("detail").is_none_or(Value::is_null));
    }
}
