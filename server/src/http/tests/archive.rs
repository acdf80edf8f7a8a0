//! Taking a community away, and bringing it elsewhere.

use std::io::{Cursor, Read, Write};

use axum::http::{Method, StatusCode, header};
use consilium_protocol::ids::{Access, DocName};
use image::ImageFormat;
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Array, Doc, ReadTxn, StateVector, Transact, Update, any};
use zip::ZipArchive;

use super::edge::Answer;
use super::portal::{Person, Portal, bare};
use crate::registry::ApplyOutcome;
use crate::store::DiscussionStore;

pub(super) fn files(archive: &[u8]) -> Vec<String> {
    let zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut names: Vec<String> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort();
    names
}

pub(super) fn file(archive: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

pub(super) async fn export(portal: &Portal, who: &Person, community: &str) -> Vec<u8> {
    let answer = portal.get(who, &format!("{community}/archive")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/zip");
    answer.body.clone()
}

pub(super) async fn import(portal: &Portal, who: &Person, archive: &[u8]) -> Answer {
    let headers = [
        (header::COOKIE, who.cookie.as_str()),
        (header::CONTENT_TYPE, "application/octet-stream"),
    ];
    portal
        .edge
        .send_with(Method::POST, "/api/v1/archives", None, archive, &headers)
        .await
}

#[tokio::test]
async fn an_archive_holds_what_its_taker_may_read_and_the_ledger_says_who_took_it() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let secret = json!({"title": "Ann's notes", "privacy": "private"});
    portal.document(&ann, &community, secret).await;

    let of_ben = export(&portal, &ben, &community).await;
    assert_eq!(
        files(&of_ben),
        [
            "consilium.json",
            "documents/001-guideline-draft.html",
            "documents/001-guideline-draft.md",
            "documents/001-guideline-draft.update",
            "ledger.jsonl",
            "members.json"
        ]
    );
    let markdown = file(&of_ben, "documents/001-guideline-draft.md");
    assert!(markdown.starts_with("# Guideline (draft)\n"), "{markdown}");
    let members: Value = serde_json::from_str(&file(&of_ben, "members.json")).unwrap();
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
    assert!(
        members["members"][0].get("email").is_none(),
        "addresses are for those who lead"
    );
    let of_ann = export(&portal, &ann, &community).await;
    assert!(
        files(&of_ann)
            .iter()
            .any(|name| name.contains("ann-s-notes"))
    );

    let ledger = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json();
    let newest = &ledger["entries"][0];
    assert_eq!(newest["act"], "community-exported");
    assert_eq!(newest["detail"], json!({"documents": 2}));
    // The ledger in the archive can be verified: each hash covers the text beside it.
    let lines = file(&of_ann, "ledger.jsonl");
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["hash"], newest["hash"]);
    let manifest: Value = serde_json::from_str(&file(&of_ann, "consilium.json")).unwrap();
    assert_eq!(manifest["ledgerHead"], newest["hash"]);
}

#[tokio::test]
async fn who_does_not_belong_takes_nothing_away() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let stranger = portal.person("Eve").await;
    let nowhere = portal
        .get(
            &stranger,
            "/communities/0190aaaa-0000-7000-8000-000000000000/archive",
        )
        .await;
    nowhere.is_problem(StatusCode::NOT_FOUND, "no-such-community");
    let refused = portal.get(&stranger, &format!("{community}/archive")).await;
    assert_eq!(bare(&refused), bare(&nowhere));
    for role in ["guest", "listener"] {
        let person = portal.member(&ann, &community, role).await;
        let refused = portal.get(&person, &format!("{community}/archive")).await;
        refused.is_problem(StatusCode::FORBIDDEN, "members-only");
    }
    let ledger = portal
        .get(&ann, &format!("{community}/ledger"))
        .await
        .json();
    assert_eq!(ledger["entries"][0]["act"], "member-joined");
}

#[tokio::test]
async fn an_archive_becomes_a_community_of_its_own() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    for (title, privacy) in [
        ("Shared", "portal"),
        ("Mine", "private"),
        ("Open", "community"),
    ] {
        let wish = json!({"title": title, "privacy": privacy, "template": "working-group"});
        portal.document(&ann, &community, wish).await;
    }
    let picture = super::looks::picture(ImageFormat::Jpeg);
    super::looks::bring(&portal, &ann, &community, &picture).await;
    let archive = export(&portal, &ann, &community).await;
    assert!(files(&archive).iter().any(|name| name == "logo.png"));

    // Another server; here only another portal.
    let elsewhere = Portal::new().await;
    let carl = elsewhere.person("Carl").await;
    let answer = import(&elsewhere, &carl, &archive).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let made = answer.json();
    assert_eq!(
        (&made["documents"], &made["refused"]),
        (&json!(4), &json!([]))
    );
    assert_eq!(made["community"]["name"], "Sepsis panel");
    assert_eq!(made["community"]["role"], "leader");
    assert_eq!(made["community"]["memberCount"], 1);
    // The same picture has the same name.
    let hash = |shown: &Value| {
        let path = shown["logo"].as_str().expect("a picture").to_owned();
        path.rsplit('/').next().map(str::to_owned)
    };
    let shown = portal.get(&ann, &community).await.json();
    assert_eq!(hash(&made["community"]), hash(&shown));
    let path = format!("/communities/{}", made["community"]["id"].as_str().unwrap());
    assert_ne!(path, community);
    let listed = elsewhere
        .get(&carl, &format!("{path}/documents"))
        .await
        .json();
    let before = portal
        .get(&ann, &format!("{community}/documents"))
        .await
        .json();
    let of = |list: &Value, title: &str| {
        let documents = list["documents"].as_array().unwrap().clone();
        let found = documents.into_iter().find(|each| each["title"] == title);
        found.unwrap_or_else(|| panic!("{title}: {list}"))
    };
    // Nothing is open to more than the new community.
    for (title, privacy) in [
        ("Shared", "community"),
        ("Mine", "private"),
        ("Open", "community"),
        ("Guideline (draft)", "community"),
    ] {
        let document = of(&listed, title);
        assert_eq!(document["privacy"], privacy, "{title}");
        let name = document["name"].as_str().unwrap();
        let original = of(&before, title);
        let original = original["name"].as_str().unwrap();
        assert_ne!(name, original);
        assert_eq!(elsewhere.blocks(name).await, portal.blocks(original).await);
    }
    let ledger = elsewhere.get(&carl, &format!("{path}/ledger")).await.json();
    let newest = &ledger["entries"][0];
    assert_eq!(newest["act"], "community-imported");
    assert_eq!(newest["detail"]["documents"], 4);
    let manifest: Value = serde_json::from_str(&file(&archive, "consilium.json")).unwrap();
    assert_eq!(newest["detail"]["ledgerHead"], manifest["ledgerHead"]);
    assert_eq!(made["ledger"], "whole");
    assert!(newest["detail"].get("ledger").is_none());
}

/// The archive with its ledger as `change` makes it; without one for `None`.
fn with_ledger(archive: &[u8], change: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut changed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    for name in files(archive) {
        let mut content = Vec::new();
        zip.by_name(&name)
            .unwrap()
            .read_to_end(&mut content)
            .unwrap();
        if name == "ledger.jsonl" {
            let lines = String::from_utf8(content).unwrap();
            let Some(lines) = change(&lines) else {
                continue;
            };
            content = lines.into_bytes();
        }
        let options = zip::write::SimpleFileOptions::default();
        changed.start_file(&name, options).unwrap();
        changed.write_all(&content).unwrap();
    }
    changed.finish().unwrap().into_inner()
}

#[tokio::test]
async fn an_archive_whose_ledger_is_missing_or_changed_comes_in_and_that_is_said() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let archive = export(&portal, &ann, &community).await;
    let without = with_ledger(&archive, |_| None);
    let forged = with_ledger(&archive, |lines| Some(lines.replace("Panel", "Forged")));
    let cut = with_ledger(&archive, |lines| lines.lines().next().map(str::to_owned));
    for (archive, word) in [(without, "missing"), (forged, "broken"), (cut, "broken")] {
        let answer = import(&portal, &ann, &archive).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{word}");
        let made = answer.json();
        assert_eq!(made["ledger"], word);
        let path = format!("/communities/{}", made["community"]["id"].as_str().unwrap());
        let ledger = portal.get(&ann, &format!("{path}/ledger")).await.json();
        let detail = &ledger["entries"][0]["detail"];
        assert_eq!(detail["ledger"], word);
        assert_eq!(detail["ledgerHead"], Value::Null);
    }
}

#[tokio::test]
async fn what_is_no_archive_makes_nothing() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let archive = export(&portal, &ann, &community).await;

    let refused = |answer: &Answer, detail: &str| {
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "no-archive");
        assert_eq!(answer.json()["detail"], detail);
    };
    refused(&import(&portal, &ann, b"nonsense").await, "not-an-archive");
    refused(
        &import(&portal, &ann, &archive[..archive.len() / 2]).await,
        "not-an-archive",
    );
    // Without the states that its table of contents names.
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("consilium.json", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(file(&archive, "consilium.json").as_bytes())
        .unwrap();
    let hollow = zip.finish().unwrap().into_inner();
    refused(&import(&portal, &ann, &hollow).await, "damaged");
    import(&portal, &ann, b"")
        .await
        .is_problem(StatusCode::BAD_REQUEST, "empty-body");
    let communities = portal.get(&ann, "/communities").await.json();
    assert_eq!(communities["communities"].as_array().unwrap().len(), 1);
}

/// Says something about a document, by a CRDT client of this member.
async fn say(portal: &Portal, who: &Person, document: &str, text: &str) {
    let doc = Doc::new();
    let events = doc.get_or_insert_array("events");
    let thread = any!({"kind": "thread", "at": 1.0, "quote": "within one hour"});
    events.push_back(&mut doc.transact_mut(), thread);
    let place = format!("{}.0", doc.client_id().get());
    let comment = any!({"kind": "comment", "at": 2.0, "thread": place, "text": text});
    events.push_back(&mut doc.transact_mut(), comment);
    let update = doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    let name = DocName::parse(&format!("{document}/discussion")).unwrap();
    let applied = portal.edge.registry.apply_update(
        &name,
        Some(who.account.user()),
        Access::Write,
        update.into(),
    );
    assert_eq!(applied.await, Ok(ApplyOutcome::Committed));
}

#[tokio::test]
async fn who_governs_takes_a_comment_away_and_nobody_else_does() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let eve = portal.person("Eve").await;
    let doc = portal
        .document(&ann, &community, json!({"title": "Kept"}))
        .await;
    say(&portal, &ben, &doc, "An insult").await;
    let path = format!("/documents/{doc}/taken-away");
    let discussion = DocName::parse(&format!("{doc}/discussion")).unwrap();
    let state = portal.edge.registry.snapshot_update(&discussion).await;
    let said = Doc::new();
    said.transact_mut()
        .apply_update(Update::decode_v1(&state.unwrap().unwrap()).unwrap())
        .unwrap();
    let client = said.transact().state_vector();
    let client = client.iter().next().unwrap().0.get();
    let wish = |clock: u32| json!({"comment": format!("{client}.{clock}"), "reason": "an insult"});
    portal
        .post(&ben, &path, wish(1))
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    portal
        .post(&eve, &path, wish(1))
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    // The thread is no comment, and what is not there is none either.
    for clock in [0, 99] {
        portal
            .post(&ann, &path, wish(clock))
            .await
            .is_problem(StatusCode::NOT_FOUND, "no-such-comment");
    }
    let unsaid = json!({"comment": format!("{client}.1"), "reason": ""});
    portal
        .post(&ann, &path, unsaid)
        .await
        .is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    let taken = portal.post(&ann, &path, wish(1)).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT);
    let listed = portal.get(&ben, &path).await.json();
    assert_eq!(listed["comments"], json!([format!("{client}.1")]));
    portal
        .get(&eve, &path)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    let ledger = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json();
    assert_eq!(ledger["entries"][0]["act"], "comment-taken-away");
    assert!(!ledger.to_string().contains("An insult"));
    let told = portal.get(&ben, "/notifications").await.json();
    assert_eq!(told["notifications"][0]["kind"], "comment-taken-away");
}

#[tokio::test]
async fn discussions_versions_suggestions_and_the_bin_come_along() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let wish = json!({"title": "Kept", "template": "working-group"});
    let doc = portal.document(&ann, &community, wish.clone()).await;
    let gone = portal
        .document(&ann, &community, json!({"title": "Binned"}))
        .await;
    say(&portal, &ben, &doc, "Why one hour?").await;
    let named = portal
        .post(
            &ann,
            &format!("/documents/{doc}/versions"),
            json!({"name": "Draft 1"}),
        )
        .await;
    assert!(named.status.is_success(), "{}", named.json());
    let suggested = portal
        .post(
            &ben,
            &format!("/documents/{doc}/branches"),
            json!({"kind": "suggestion", "note": "Shorter"}),
        )
        .await;
    assert!(suggested.status.is_success(), "{}", suggested.json());
    let binned = portal.delete(&ann, &format!("/documents/{gone}")).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    let archive = export(&portal, &ann, &community).await;
    let said: Value = serde_json::from_str(&file(
        &archive,
        &files(&archive)
            .into_iter()
            .find(|name| name.ends_with(".discussion.json"))
            .unwrap(),
    ))
    .unwrap();
    assert_eq!(
        said["comments"],
        json!([{"at": 2, "author": "member", "text": "Why one hour?", "passage": "within one hour"}])
    );

    let elsewhere = Portal::new().await;
    let carl = elsewhere.person("Carl").await;
    let made = import(&elsewhere, &carl, &archive).await.json();
    assert_eq!(
        (&made["documents"], &made["refused"]),
        (&json!(3), &json!([])),
        "{made}"
    );
    let path = format!("/communities/{}", made["community"]["id"].as_str().unwrap());
    let list = |query: &'static str| {
        let (elsewhere, carl, path) = (&elsewhere, &carl, &path);
        async move {
            let listed = elsewhere
                .get(carl, &format!("{path}/documents{query}"))
                .await
                .json();
            listed["documents"].as_array().unwrap().clone()
        }
    };
    let bin = list("?deleted=true").await;
    assert_eq!(bin.len(), 1);
    assert_eq!(bin[0]["title"], "Binned");
    let new = list("").await;
    let kept = new.iter().find(|each| each["title"] == "Kept").unwrap();
    let name = kept["name"].as_str().unwrap();
    let past = elsewhere
        .get(&carl, &format!("/documents/{name}/history"))
        .await
        .json();
    assert!(past.to_string().contains("Draft 1"), "{past}");
    let branches = elsewhere
        .get(&carl, &format!("/documents/{name}/branches"))
        .await
        .json();
    let branch = &branches["branches"][0];
    assert_eq!(branch["note"], "member: Shorter", "{branches}");
    let discussion = DocName::parse(&format!("{name}/discussion")).unwrap();
    let state = elsewhere.edge.registry.snapshot_update(&discussion).await;
    let there = crate::export::own::comments_in(
        &state.unwrap().unwrap(),
        &client_of(&archive, &files(&archive)),
    );
    assert_eq!(there.len(), 1, "in the same words, and nobody's here");
    let authors = elsewhere.edge.store.authors(&discussion).await.unwrap();
    assert_eq!(authors.unwrap(), []);
}

/// Whoever wrote in the discussion of an archive.
fn client_of(archive: &[u8], names: &[String]) -> std::collections::HashSet<u64> {
    let name = names
        .iter()
        .find(|name| name.ends_with(".discussion.update"))
        .unwrap();
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut state = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut state).unwrap();
    let doc = Doc::new();
    doc.transact_mut()
        .apply_update(Update::decode_v1(&state).unwrap())
        .unwrap();
    let vector = doc.transact().state_vector();
    vector.iter().map(|(client, _)| client.get()).collect()
}

#[tokio::test]
async fn ones_own_data_is_ones_own_and_leaves_no_trace() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let of_ann = portal
        .document(&ann, &community, json!({"title": "Of Ann"}))
        .await;
    portal
        .document(
            &ann,
            &community,
            json!({"title": "Secret of Ann", "privacy": "private"}),
        )
        .await;
    portal
        .document(
            &ben,
            &community,
            json!({"title": "Draft of Ben", "privacy": "private"}),
        )
        .await;
    say(&portal, &ben, &of_ann, "By Ben").await;
    say(&portal, &ann, &of_ann, "By Ann").await;
    let before = portal
        .get(&ann, &format!("{community}/ledger"))
        .await
        .json();
    let answer = portal.get(&ben, "/account/archive?language=de").await;
    assert_eq!(answer.status, StatusCode::OK);
    let names = files(&answer.body);
    assert_eq!(
        names,
        [
            "account.json",
            "comments.json",
            "documents/001-draft-of-ben.html",
            "documents/001-draft-of-ben.md",
            "documents/001-draft-of-ben.update",
            "index.html",
            "interests.json",
            "ledger.json",
            "suggestions.json",
        ]
    );
    let read = |name: &str| -> Value { serde_json::from_str(&file(&answer.body, name)).unwrap() };
    let comments = read("comments.json");
    assert_eq!(comments.as_array().unwrap().len(), 1);
    assert_eq!(comments[0]["text"], "By Ben");
    assert_eq!(comments[0]["title"], "Of Ann");
    let account = read("account.json");
    assert_eq!(account["memberships"][0]["role"], "member");
    assert_eq!(account["id"], json!(ben.account));
    let acts: Vec<Value> = read("ledger.json").as_array().unwrap().clone();
    assert_eq!(acts.len(), 1);
    assert_eq!(acts[0]["act"], "member-joined");
    let page = file(&answer.body, "index.html");
    assert!(
        page.contains("Ihre Daten") && page.contains("By Ben"),
        "{page}"
    );
    assert!(
        !page.contains("By Ann") && !page.contains("Secret"),
        "{page}"
    );
    let after = portal
        .get(&ann, &format!("{community}/ledger"))
        .await
        .json();
    assert_eq!(before, after);
    portal
        .get(&ben, "/account/archive?language=fr")
        .await
        .is_problem(StatusCode::BAD_REQUEST, "bad-query");
}
