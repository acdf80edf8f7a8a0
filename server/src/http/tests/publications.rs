//! Publication over REST: the way of a version, and everybody who tries to cheat on it (I8).

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use axum::http::{Method, StatusCode};
use consilium_model::register::{RegisterName, set};
use consilium_protocol::ids::{Access, DocName};
use serde_json::{Value, json};
use yrs::{Any, Doc, ReadTxn, StateVector, Transact};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::archive::{export, file, files, import};
use super::portal::{Person, Portal, bare};
use crate::http::signed_in::now_ms;
use crate::publication::content::hash_of;
use crate::registry::ApplyOutcome;

const YEAR_MS: i64 = 366 * 24 * 60 * 60 * 1_000;

/// A community with a guideline: Ann leads, Ben is a member, Cleo a deputy.
pub(super) struct Panel {
    pub(super) portal: Portal,
    pub(super) community: String,
    pub(super) document: String,
    pub(super) ann: Person,
    pub(super) ben: Person,
    pub(super) cleo: Person,
}

impl Panel {
    pub(super) async fn new() -> Self {
        let portal = Portal::new().await;
        let ann = portal.person("Ann").await;
        let community = portal.found(&ann, "Panel").await;
        let ben = portal.member(&ann, &community, "member").await;
        let cleo = portal.member(&ann, &community, "deputy").await;
        let wish = json!({"title": "Asthma", "template": "guideline-panel"});
        let document = portal.document(&ann, &community, wish).await;
        Self {
            portal,
            community,
            document,
            ann,
            ben,
            cleo,
        }
    }

    fn path(&self) -> String {
        format!("/documents/{}/publications", self.document)
    }

    fn naming(signatories: &[&Person]) -> Value {
        let ids: Vec<String> = signatories
            .iter()
            .map(|person| person.account.to_string())
            .collect();
        json!({ "signatories": ids })
    }

    pub(super) async fn prepare(&self, signatories: &[&Person]) -> Value {
        let wish = Self::naming(signatories);
        let prepared = self.portal.post(&self.ann, &self.path(), wish).await;
        assert_eq!(prepared.status, StatusCode::CREATED, "{}", prepared.json());
        prepared.json()
    }

    pub(super) async fn sign(&self, who: &Person, candidate: &Value) -> Value {
        let path = format!("/publications/{}/signature", id_of(candidate));
        let signed = self
            .portal
            .post(who, &path, json!({"hash": candidate["hash"]}))
            .await;
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.json());
        signed.json()
    }

    pub(super) async fn publish(&self, candidate: &Value, number: &str) -> Value {
        let path = format!("/publications/{}/publish", id_of(candidate));
        let published = self.portal.post(&self.ann, &path, as_number(number)).await;
        assert_eq!(published.status, StatusCode::OK, "{}", published.json());
        published.json()
    }

    /// A version that both have signed.
    pub(super) async fn published(&self, number: &str) -> Value {
        let candidate = self.prepare(&[&self.ben, &self.cleo]).await;
        self.sign(&self.ben, &candidate).await;
        self.sign(&self.cleo, &candidate).await;
        self.publish(&candidate, number).await
    }

    async fn stands(&self, who: &Person) -> Value {
        let answer = self.portal.get(who, &self.path()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()
    }

    pub(super) async fn open(&self, privacy: &str) {
        let path = format!("/documents/{}/policy", self.document);
        let wish = json!({"privacy": privacy, "reason": "It is finished."});
        let answer = self.portal.put(&self.ann, &path, wish).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    }

    /// Somebody sets the strength of a question without having seen what others set.
    pub(super) async fn set_strength(&self, who: &Person, question: &str, strength: &str) {
        let doc = Doc::new();
        let name = RegisterName::parse("recommendation/1/strength").unwrap();
        let value = Any::from(strength);
        set(&mut doc.transact_mut(), &name, value, 1, &BTreeSet::new());
        let update = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        let name = DocName::parse(&format!("{}/question/{question}", self.document)).unwrap();
        let user = Some(who.account.user());
        let registry = &self.portal.edge.registry;
        let applied = registry.apply_update(&name, user, Access::Write, update.into());
        assert_eq!(applied.await, Ok(ApplyOutcome::Committed));
    }
}

pub(super) fn id_of(publication: &Value) -> &str {
    publication["id"].as_str().unwrap()
}

fn as_number(number: &str) -> Value {
    json!({
        "number": number,
        "reviewBy": now_ms() + 3 * YEAR_MS,
        "licence": "cc-by-4.0",
        "note": "The first one.",
    })
}

#[tokio::test]
async fn a_version_is_prepared_signed_published_and_replaced_by_the_next() {
    let panel = Panel::new().await;
    let (portal, ann, ben) = (&panel.portal, &panel.ann, &panel.ben);
    let before = panel.stands(ann).await;
    assert_eq!(before["mayPublish"], true);
    assert_eq!(before["maySign"].as_array().unwrap().len(), 3);
    assert_eq!(panel.stands(ben).await["maySign"], json!([]));

    let candidate = panel.prepare(&[ben, &panel.cleo]).await;
    let id = id_of(&candidate).to_owned();
    assert_eq!(candidate["state"], "candidate");
    let text = portal.get(ben, &format!("/publications/{id}/text")).await;
    assert_eq!(text.headers["content-type"], "application/json");
    let hash = hash_of(&text.body).to_string();
    assert_eq!(candidate["hash"], hash);
    assert_eq!(text.json()["title"], "Asthma");
    assert_eq!(panel.stands(ann).await["textChanged"], false);

    assert_eq!(panel.sign(ben, &candidate).await["mine"], "signed");
    let path = format!("/publications/{id}/refusal");
    let said = json!({"hash": hash, "reason": "Too weak for children."});
    let declined = portal.post(&panel.cleo, &path, said).await.json();
    assert_eq!(
        (&declined["mine"], &declined["complete"]),
        (&json!("declined"), &json!(true))
    );

    let first = panel.publish(&candidate, "1.0").await;
    assert_eq!(first["state"], "published");
    assert_eq!(first["published"]["number"], "1.0");
    let signatures = first["signatures"].as_array().unwrap();
    assert!(signatures.iter().all(|each| each["hash"] == hash));
    assert!(
        signatures
            .iter()
            .any(|each| each["declined"] == "Too weak for children.")
    );

    portal
        .write_paragraph(&panel.document, ben, "We suggest B.")
        .await;
    let second = panel.published("1.1").await;
    let first = portal.get(ben, &format!("/publications/{id}")).await.json();
    assert_eq!(first["superseded"], true);
    assert_eq!(first["others"][0]["id"], second["id"]);
    assert_eq!(first["others"][0]["later"], true);
    assert_eq!(second["superseded"], false);
    assert_eq!(second["others"][0]["later"], false);
    assert_eq!(first["hash"], hash, "the first stands as it was");

    let ledger = portal
        .get(ben, &format!("{}/ledger", panel.community))
        .await
        .json();
    let acts: Vec<&str> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["act"].as_str().unwrap())
        .collect();
    assert_eq!(
        acts[..8],
        [
            "version-published",
            "publication-signed",
            "publication-signed",
            "publication-prepared",
            "version-published",
            "publication-declined",
            "publication-signed",
            "publication-prepared",
        ]
    );
    assert_eq!(ledger["entries"][0]["detail"]["number"], "1.1");
}

#[tokio::test]
async fn what_is_undecided_or_put_to_the_vote_stands_in_the_way_by_name() {
    let panel = Panel::new().await;
    let (portal, ann) = (&panel.portal, &panel.ann);
    let questions = format!("/documents/{}/questions", panel.document);
    let made = portal
        .post(ann, &questions, json!({"title": "Statins?"}))
        .await
        .json();
    let question = made["id"].as_str().unwrap();
    panel.set_strength(&panel.ben, question, "strong").await;
    let decided = panel.prepare(&[&panel.ben]).await;
    let text = portal
        .get(ann, &format!("/publications/{}/text", id_of(&decided)))
        .await
        .json();
    assert_eq!(
        text["questions"][0]["values"]["recommendation/1/strength"],
        "strong"
    );

    panel.set_strength(&panel.cleo, question, "weak").await;
    let round = json!({
        "document": panel.document, "question": "Yes?", "anonymity": "named", "openMinutes": 60,
        "rule": "awmf denominator=votes quorum=none",
    });
    portal
        .post(ann, &format!("{}/rounds", panel.community), round)
        .await;
    let stands = panel.stands(ann).await;
    assert_eq!(
        stands["obstacles"][0]["kind"], "open-round",
        "{}",
        stands["obstacles"]
    );
    assert_eq!(
        stands["obstacles"][1],
        json!({
            "kind": "undecided", "question": question, "title": "Statins?",
            "values": ["recommendation/1/strength"], "foreign": 0,
        })
    );
    assert_eq!(stands["textChanged"], true);
    portal
        .post(ann, &panel.path(), Panel::naming(&[&panel.ben]))
        .await
        .is_problem(StatusCode::CONFLICT, "publication-obstacles");
}

#[tokio::test]
async fn a_round_about_the_text_is_published_with_it_and_one_about_another_is_not() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    for is_kept in [false, true] {
        let wish = json!({
            "document": panel.document, "question": format!("Kept: {is_kept}"), "anonymity": "named",
            "rule": "awmf denominator=votes quorum=none",
        });
        let path = format!("{}/rounds", panel.community);
        let round = portal.post(&panel.ann, &path, wish).await.json();
        let ballot =
            json!({"choice": "object", "said": "Not for children.", "text": round["text"]});
        let path = format!("/rounds/{}/ballot", id_of(&round));
        portal.put(&panel.ben, &path, ballot).await;
        let path = format!("/rounds/{}/close", id_of(&round));
        portal.ask(&panel.ann, Method::POST, &path, None).await;
        if !is_kept {
            portal
                .write_paragraph(&panel.document, &panel.ben, "Later.")
                .await;
        }
    }
    let published = panel.published("1.0").await;
    let votes = published["votes"].as_array().unwrap();
    assert_eq!(votes.len(), 1, "{votes:?}");
    assert_eq!(votes[0]["question"], "Kept: true");
    assert_eq!(votes[0]["said"], json!(["Not for children."]));
    assert!(votes[0].get("ballots").is_none(), "no names and no slots");
}

#[tokio::test]
async fn nobody_signs_for_another_or_another_text_or_twice() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let candidate = panel.prepare(&[&panel.ben]).await;
    let path = format!("/publications/{}/signature", id_of(&candidate));
    let hash = candidate["hash"].clone();
    let other = json!({"hash": hash, "signatory": panel.ben.account});
    portal
        .post(&panel.ann, &path, other)
        .await
        .is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    portal
        .post(&panel.ann, &path, json!({"hash": hash}))
        .await
        .is_problem(StatusCode::CONFLICT, "publication-not-a-signatory");
    portal
        .post(&panel.ben, &path, json!({"hash": "0".repeat(64)}))
        .await
        .is_problem(StatusCode::CONFLICT, "publication-other-text");
    panel.sign(&panel.ben, &candidate).await;
    portal
        .post(&panel.ben, &path, json!({"hash": hash}))
        .await
        .is_problem(StatusCode::CONFLICT, "publication-has-decided");
    let path = format!("/publications/{}/refusal", id_of(&candidate));
    portal
        .post(
            &panel.ben,
            &path,
            json!({"hash": hash, "reason": "On second thought."}),
        )
        .await
        .is_problem(StatusCode::CONFLICT, "publication-has-decided");
    portal
        .post(&panel.ben, &path, json!({"hash": hash, "reason": " "}))
        .await
        .is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
}

#[tokio::test]
async fn only_those_who_lead_prepare_and_only_those_who_read_are_named() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    portal
        .post(&panel.ben, &panel.path(), Panel::naming(&[&panel.ben]))
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let guest = portal.member(&panel.ann, &panel.community, "guest").await;
    let stranger = portal.person("Zoe").await;
    for wish in [
        Panel::naming(&[&guest]),
        Panel::naming(&[&stranger]),
        Panel::naming(&[&panel.ben, &panel.ben]),
    ] {
        portal
            .post(&panel.cleo, &panel.path(), wish)
            .await
            .is_problem(StatusCode::CONFLICT, "publication-cannot-sign");
    }
    for wish in [json!({"signatories": []}), json!({"signatories": ["x"]})] {
        portal
            .post(&panel.cleo, &panel.path(), wish)
            .await
            .is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    }
    let wish = json!({"title": "Mine", "privacy": "private", "template": "working-group"});
    let draft = portal.document(&panel.ann, &panel.community, wish).await;
    portal
        .post(
            &panel.ann,
            &format!("/documents/{draft}/publications"),
            Panel::naming(&[&panel.ann]),
        )
        .await
        .is_problem(StatusCode::CONFLICT, "private-document");
}

#[tokio::test]
async fn nothing_is_published_unsigned_outdated_replaced_or_under_a_number_that_was() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let candidate = panel.prepare(&[&panel.ben, &panel.cleo]).await;
    let publish = |candidate: &Value| format!("/publications/{}/publish", id_of(candidate));
    let refused =
        |answer: super::edge::Answer, code: &str| answer.is_problem(StatusCode::CONFLICT, code);
    panel.sign(&panel.ben, &candidate).await;
    refused(
        portal
            .post(&panel.ann, &publish(&candidate), as_number("1.0"))
            .await,
        "publication-unsigned",
    );
    panel.sign(&panel.cleo, &candidate).await;
    portal
        .post(&panel.ben, &publish(&candidate), as_number("1.0"))
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    portal
        .write_paragraph(&panel.document, &panel.ben, "One more.")
        .await;
    assert_eq!(panel.stands(&panel.ann).await["textChanged"], true);
    refused(
        portal
            .post(&panel.ann, &publish(&candidate), as_number("1.0"))
            .await,
        "publication-text-changed",
    );

    let next = panel.prepare(&[&panel.ben]).await;
    let path = format!("/publications/{}", id_of(&candidate));
    let old = portal.get(&panel.ben, &path).await.json();
    assert_eq!(old["state"], "replaced");
    refused(
        portal
            .post(&panel.ann, &publish(&candidate), as_number("1.0"))
            .await,
        "publication-text-changed",
    );
    let signature = format!("/publications/{}/signature", id_of(&candidate));
    let hash = json!({"hash": candidate["hash"]});
    refused(
        portal.post(&panel.ben, &signature, hash).await,
        "publication-over",
    );

    panel.sign(&panel.ben, &next).await;
    for (field, value) in [
        ("number", json!("1")),
        ("licence", json!("free")),
        ("reviewBy", json!(now_ms() + YEAR_MS / 2)),
        ("reviewBy", json!(now_ms() + 11 * YEAR_MS)),
        ("note", json!("x".repeat(2_001))),
    ] {
        let mut wish = as_number("1.0");
        wish[field] = value;
        let answer = portal.post(&panel.ann, &publish(&next), wish).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], field);
    }
    panel.publish(&next, "1.0").await;
    let third = panel.prepare(&[&panel.ben]).await;
    panel.sign(&panel.ben, &third).await;
    refused(
        portal
            .post(&panel.ann, &publish(&third), as_number("1.0"))
            .await,
        "publication-number",
    );
}

#[tokio::test]
async fn of_two_leaders_who_publish_at_once_one_does() {
    let panel = Panel::new().await;
    let candidate = panel.prepare(&[&panel.ben]).await;
    panel.sign(&panel.ben, &candidate).await;
    let path = format!("/publications/{}/publish", id_of(&candidate));
    let (one, other) = tokio::join!(
        panel.portal.post(&panel.ann, &path, as_number("1.0")),
        panel.portal.post(&panel.cleo, &path, as_number("2.0")),
    );
    let (won, lost) = if one.status == StatusCode::OK {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!(won.status, StatusCode::OK, "{}", won.json());
    lost.is_problem(StatusCode::CONFLICT, "publication-over");
    let seen = panel
        .portal
        .get(&panel.ben, &format!("/publications/{}", id_of(&candidate)))
        .await;
    assert_eq!(
        seen.json()["published"]["number"],
        won.json()["published"]["number"]
    );
}

#[tokio::test]
async fn who_does_not_read_the_document_learns_of_no_version() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let published = panel.published("1.0").await;
    let candidate = panel.prepare(&[&panel.ben]).await;
    let stranger = portal.person("Zoe").await;
    let listener = portal
        .member(&panel.ann, &panel.community, "listener")
        .await;
    let nothing = "0199a1b2-0000-7000-8000-00000000ffff";
    for behind in ["", "/text"] {
        let unknown = portal
            .get(&stranger, &format!("/publications/{nothing}{behind}"))
            .await;
        unknown.is_problem(StatusCode::NOT_FOUND, "no-such-publication");
        for version in [&published, &candidate] {
            let path = format!("/publications/{}{behind}", id_of(version));
            for who in [&stranger, &listener] {
                assert_eq!(bare(&portal.get(who, &path).await), bare(&unknown));
            }
            let bare_path = format!("/api/v1{path}");
            assert_eq!(
                bare(&portal.edge.get(&bare_path, None).await),
                bare(&unknown)
            );
        }
    }
    portal
        .get(&stranger, &panel.path())
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");

    panel.open("public").await;
    let path = format!("/api/v1/publications/{}", id_of(&published));
    let seen = portal.edge.get(&path, None).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(seen.json()["inside"], false);
    assert_eq!(seen.json()["mayPublish"], false);
    let path = format!("/api/v1/publications/{}", id_of(&candidate));
    assert_eq!(
        portal.edge.get(&path, None).await.status,
        StatusCode::NOT_FOUND
    );
    // The bin hides it from everybody.
    portal
        .delete(&panel.ann, &format!("/documents/{}", panel.document))
        .await;
    for who in [&stranger, &panel.ann] {
        portal
            .get(who, &format!("/publications/{}", id_of(&published)))
            .await
            .is_problem(StatusCode::NOT_FOUND, "no-such-publication");
    }
}

#[tokio::test]
async fn what_was_published_is_not_changed_and_withdrawn_once_with_a_reason() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let published = panel.published("1.0").await;
    let id = id_of(&published);
    let text = portal
        .get(&panel.ben, &format!("/publications/{id}/text"))
        .await;
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        for behind in ["", "/text"] {
            let path = format!("/publications/{id}{behind}");
            let answer = portal
                .ask(&panel.ann, method.clone(), &path, Some(json!({})))
                .await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    }
    let path = format!("/publications/{id}/publish");
    portal
        .post(&panel.ann, &path, as_number("2.0"))
        .await
        .is_problem(StatusCode::CONFLICT, "publication-over");
    let path = format!("/publications/{id}/withdrawal");
    let reason = json!({"reason": "A trial was retracted."});
    portal
        .post(&panel.ben, &path, reason.clone())
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let withdrawn = portal.post(&panel.cleo, &path, reason.clone()).await.json();
    assert_eq!(withdrawn["withdrawn"]["reason"], "A trial was retracted.");
    portal
        .post(&panel.ann, &path, reason)
        .await
        .is_problem(StatusCode::CONFLICT, "publication-withdrawn");
    let after = portal
        .get(&panel.ben, &format!("/publications/{id}/text"))
        .await;
    assert_eq!(after.body, text.body);
    let candidate = panel.prepare(&[&panel.ben]).await;
    let path = format!("/publications/{}/withdrawal", id_of(&candidate));
    portal
        .post(&panel.ann, &path, json!({"reason": "Never mind."}))
        .await
        .is_problem(StatusCode::CONFLICT, "publication-not-published");
}

#[tokio::test]
async fn a_version_comes_along_in_an_archive_and_says_where_it_was_published() {
    let panel = Panel::new().await;
    let portal = &panel.portal;
    let published = panel.published("1.0").await;
    panel.prepare(&[&panel.ben]).await;
    let archive = export(portal, &panel.ben, &panel.community).await;
    let names = files(&archive);
    let name = names
        .iter()
        .find(|name| name.ends_with(".publication-1.json"))
        .unwrap();
    assert!(!names.iter().any(|name| name.contains("publication-2")));
    let text = portal
        .get(
            &panel.ben,
            &format!("/publications/{}/text", id_of(&published)),
        )
        .await;
    assert_eq!(file(&archive, name).as_bytes(), text.body);

    let zoe = portal.person("Zoe").await;
    let came = import(portal, &zoe, &archive).await;
    assert_eq!(came.status, StatusCode::CREATED, "{}", came.json());
    let community = came.json()["community"]["id"].as_str().unwrap().to_owned();
    let path = format!("/communities/{community}/documents");
    let documents = portal.get(&zoe, &path).await.json();
    let mut found = Vec::new();
    for document in documents["documents"].as_array().unwrap() {
        let name = document["name"].as_str().unwrap();
        let path = format!("/documents/{name}/publications");
        let listed = portal.get(&zoe, &path).await.json();
        found.extend(listed["publications"].as_array().unwrap().clone());
    }
    assert_eq!(found.len(), 1, "candidates stay where they are signed");
    assert_ne!(found[0]["id"], published["id"]);
    assert_eq!(found[0]["hash"], published["hash"]);
    let origin = &found[0]["published"]["origin"];
    assert_eq!(origin["community"], "Panel");
    assert_eq!(origin["id"], published["id"]);
    assert_eq!(origin["signatories"].as_array().unwrap().len(), 2);
    // Another text under the same hash is no archive of ours.
    let other = archive_with(&archive, name, b"{}");
    let refused = import(portal, &zoe, &other).await;
    refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "no-archive");
}

/// The archive with another content of one file.
fn archive_with(archive: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for called in files(archive) {
        let mut bytes = Vec::new();
        from.by_name(&called)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        to.start_file(&called, SimpleFileOptions::default())
            .unwrap();
        to.write_all(if called == name { content } else { &bytes })
            .unwrap();
    }
    to.finish().unwrap().into_inner()
}
