//! Clinical questions over REST: who makes, orders and sees them, and what the list says of each.

use axum::http::StatusCode;
use consilium_model::document::BODY;
use consilium_model::prose::{Block, append};
use consilium_model::register::{RegisterName, set};
use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::{Access, DocName};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use yrs::updates::decoder::Decode;
use yrs::{Any, Doc, ReadTxn, StateVector, Transact, Update};

use super::portal::{Person, Portal, bare};
use crate::registry::{ApplyOutcome, RoomError};

/// A community with a document of its leader, and a member.
struct World {
    portal: Portal,
    leader: Person,
    member: Person,
    community: String,
    /// `/documents/{name}`.
    path: String,
    document: String,
}

impl World {
    async fn new() -> Self {
        let portal = Portal::new().await;
        let leader = portal.person("Ann").await;
        let community = portal.found(&leader, "Panel").await;
        let member = portal.member(&leader, &community, "member").await;
        let wish = json!({"title": "Guideline", "template": "working-group"});
        let document = portal.document(&leader, &community, wish).await;
        Self {
            path: format!("/documents/{document}"),
            portal,
            leader,
            member,
            community,
            document,
        }
    }

    async fn ask(&self, who: &Person, title: &str) -> String {
        let path = format!("{}/questions", self.path);
        let answer = self
            .portal
            .post(who, &path, json!({ "title": title }))
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn listed(&self, who: &Person) -> Vec<Value> {
        let answer = self
            .portal
            .get(who, &format!("{}/questions", self.path))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()["questions"].as_array().unwrap().clone()
    }

    async fn titles(&self, who: &Person) -> Vec<String> {
        let listed = self.listed(who).await.into_iter();
        listed
            .map(|question| question["title"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The leader writes a block into the text of the document.
    async fn write(&self, block: &Block) -> Result<ApplyOutcome, RoomError> {
        let name = DocName::parse(&self.document).unwrap();
        let registry = &self.portal.edge.registry;
        let doc = Doc::new();
        let known = registry.snapshot_update(&name).await?.unwrap_or_default();
        let known = Update::decode_v1(&known).unwrap();
        doc.transact_mut().apply_update(known).unwrap();
        let before = doc.transact().state_vector();
        let body = doc.get_or_insert_xml_fragment(BODY);
        append(&mut doc.transact_mut(), &body, std::slice::from_ref(block));
        let update = doc.transact().encode_state_as_update_v1(&before);
        let user = Some(self.leader.account.user());
        registry
            .apply_update(&name, user, Access::Write, update.into())
            .await
    }

    /// Somebody sets the strength without having seen what others set.
    async fn set_strength(&self, who: &Person, question: &str, strength: &str) {
        let doc = Doc::new();
        let name = RegisterName::parse("recommendation/1/strength").unwrap();
        set(
            &mut doc.transact_mut(),
            &name,
            Any::from(strength),
            1,
            &BTreeSet::new(),
        );
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

#[tokio::test]
async fn questions_are_made_ordered_and_binned_by_those_who_write() {
    let world = World::new().await;
    let first = world.ask(&world.leader, "  Statins over 75? ").await;
    let second = world.ask(&world.member, "Aspirin?").await;
    let listed = world.listed(&world.member).await;
    assert_eq!(listed[0]["title"], "Statins over 75?");
    assert_eq!(listed[0]["access"], "write");
    assert_eq!(listed[0]["openConflicts"], 0);
    assert_eq!(listed[0]["binnedAt"], Value::Null);
    assert_eq!(
        listed[1]["name"],
        format!("{}/question/{second}", world.document)
    );
    // A question is in no list of documents.
    let documents = world
        .portal
        .get(&world.leader, &format!("{}/documents", world.community))
        .await
        .json();
    let documents = documents["documents"].as_array().unwrap();
    assert!(documents.iter().all(|each| each["title"] != "Aspirin?"));

    let order = format!("{}/question-order", world.path);
    let ordered = world
        .portal
        .put(&world.member, &order, json!({ "ids": [second, first] }))
        .await;
    assert_eq!(ordered.status, StatusCode::NO_CONTENT);
    assert_eq!(
        world.titles(&world.leader).await,
        ["Aspirin?", "Statins over 75?"]
    );

    let path = format!("{}/questions/{first}", world.path);
    let binned = world.portal.delete(&world.member, &path).await;
    assert_eq!(binned.status, StatusCode::NO_CONTENT);
    let listed = world.listed(&world.leader).await;
    assert!(listed[1]["binnedAt"].is_i64());
    assert_eq!(listed[1]["openConflicts"], Value::Null);
    let restored = world
        .portal
        .post(&world.leader, &format!("{path}/restore"), json!({}))
        .await;
    assert_eq!(restored.status, StatusCode::NO_CONTENT);
    assert_eq!(
        world.listed(&world.leader).await[1]["binnedAt"],
        Value::Null
    );
    let ledger = world
        .portal
        .get(&world.leader, &format!("{}/ledger", world.community))
        .await
        .json();
    let newest = &ledger["entries"][0];
    assert_eq!(newest["act"], "question-restored");
    assert_eq!(newest["detail"]["document"], world.document);
}

#[tokio::test]
async fn the_list_says_how_much_a_person_has_to_decide() {
    let world = World::new().await;
    let question = world.ask(&world.leader, "Statins over 75?").await;
    world.set_strength(&world.leader, &question, "strong").await;
    assert_eq!(world.listed(&world.member).await[0]["openConflicts"], 0);
    world.set_strength(&world.member, &question, "weak").await;
    assert_eq!(world.listed(&world.member).await[0]["openConflicts"], 1);
}

#[tokio::test]
async fn whoever_may_not_see_the_document_is_told_that_there_is_none() {
    let world = World::new().await;
    let question = world.ask(&world.leader, "Statins over 75?").await;
    let stranger = world.portal.person("Eve").await;
    let nowhere = "/documents/0190aaaa-0000-7000-8000-000000000000";
    let id = &question;
    for (path, body) in [
        ("questions".to_owned(), None),
        ("questions".to_owned(), Some(json!({"title": "Mine?"}))),
        (format!("questions/{id}/restore"), Some(json!({}))),
    ] {
        let mut answers = Vec::new();
        for document in [&world.path, nowhere] {
            let path = format!("{document}/{path}");
            let answer = match &body {
                None => world.portal.get(&stranger, &path).await,
                Some(body) => world.portal.post(&stranger, &path, body.clone()).await,
            };
            answer.is_problem(StatusCode::NOT_FOUND, "no-such-document");
            answers.push(answer);
        }
        assert_eq!(bare(&answers[0]), bare(&answers[1]), "{path}");
    }
    let ids = json!({ "ids": [question] });
    let path = format!("{}/question-order", world.path);
    let refused = world.portal.put(&stranger, &path, ids).await;
    refused.is_problem(StatusCode::NOT_FOUND, "no-such-document");
    for id in ["nonsense", "0190aaaa-0000-7000-8000-000000000000"] {
        let path = format!("{}/questions/{id}", world.path);
        let refused = world.portal.delete(&world.leader, &path).await;
        refused.is_problem(StatusCode::NOT_FOUND, "no-such-document");
    }
}

#[tokio::test]
async fn what_is_no_title_or_no_order_makes_nothing() {
    let world = World::new().await;
    let path = format!("{}/questions", world.path);
    for wish in [json!({"title": " "}), json!({"title": "x".repeat(301)})] {
        let refused = world.portal.post(&world.leader, &path, wish).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(refused.json()["field"], "title");
    }
    for wish in [json!({}), json!({"title": "Why?", "id": "mine"})] {
        let refused = world.portal.post(&world.leader, &path, wish).await;
        refused.is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    }
    let order = format!("{}/question-order", world.path);
    for ids in [json!(["first"]), json!(vec!["x"; 201])] {
        let refused = world
            .portal
            .put(&world.leader, &order, json!({ "ids": ids }))
            .await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    }
    assert!(world.listed(&world.leader).await.is_empty());
}

#[tokio::test]
async fn questions_come_along_in_an_archive_with_what_is_undecided() {
    let world = World::new().await;
    let question = world.ask(&world.leader, "Statins over 75?").await;
    world.set_strength(&world.leader, &question, "strong").await;
    world.set_strength(&world.member, &question, "weak").await;
    let gone = world.ask(&world.leader, "Set aside?").await;
    let path = format!("{}/questions/{gone}", world.path);
    world.portal.delete(&world.leader, &path).await;

    let archive = super::archive::export(&world.portal, &world.leader, &world.community).await;
    let said = super::archive::files(&archive)
        .into_iter()
        .find(|name| name.ends_with(".question-1.json"))
        .expect("what it says, for people");
    let said: Value = serde_json::from_str(&super::archive::file(&archive, &said)).unwrap();
    assert_eq!(said["texts"]["title"], "Statins over 75?");
    let undecided = said["values"]["recommendation/1/strength"]["undecided"].clone();
    assert_eq!(undecided.as_array().unwrap().len(), 2);

    let elsewhere = Portal::new().await;
    let carl = elsewhere.person("Carl").await;
    let made = super::archive::import(&elsewhere, &carl, &archive).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert_eq!(made.json()["refused"], json!([]));
    let community = made.json()["community"]["id"].as_str().unwrap().to_owned();
    let documents = elsewhere
        .get(&carl, &format!("/communities/{community}/documents"))
        .await
        .json();
    let documents = documents["documents"].as_array().unwrap().clone();
    let document = documents
        .iter()
        .find(|each| each["title"] == "Guideline")
        .expect("the document");
    let name = document["name"].as_str().unwrap();
    let listed = elsewhere
        .get(&carl, &format!("/documents/{name}/questions"))
        .await
        .json();
    let listed = listed["questions"].as_array().unwrap();
    assert_eq!(listed[0]["title"], "Statins over 75?");
    assert_eq!(listed[0]["openConflicts"], 1);
    assert_eq!(listed[1]["title"], "Set aside?");
    assert!(listed[1]["binnedAt"].is_i64());
    // The text names them by their ids, which stay.
    assert_eq!(listed[0]["id"], question);
    assert_eq!(listed[1]["id"], gone);
}

#[tokio::test]
async fn an_archive_has_each_question_where_the_text_has_it_for_those_who_may_see_it() {
    let world = World::new().await;
    let placed = world.ask(&world.leader, "Statins over 75?").await;
    world.set_strength(&world.leader, &placed, "strong").await;
    let gone = world.ask(&world.leader, "Set aside?").await;
    let path = format!("{}/questions/{gone}", world.path);
    world.portal.delete(&world.leader, &path).await;
    world.ask(&world.leader, "Aspirin?").await;
    for block in [
        Block::Question(placed.clone()),
        Block::paragraph("Between."),
        Block::Question(gone.clone()),
    ] {
        assert_eq!(world.write(&block).await, Ok(ApplyOutcome::Committed));
    }
    let text = |archive: &[u8]| {
        let files = super::archive::files(archive);
        let name = files.iter().find(|name| name.ends_with("-guideline.md"));
        super::archive::file(archive, name.expect("the text"))
    };

    let archive = super::archive::export(&world.portal, &world.leader, &world.community).await;
    let markdown = text(&archive);
    let order = [
        "Statins over 75?",
        "Strength: Strong",
        "Between.",
        "that is not part of this text",
        "## Clinical questions",
        "### Aspirin?",
    ];
    let places: Vec<_> = order.map(|said| markdown.find(said)).to_vec();
    assert!(
        places.is_sorted() && places.iter().all(Option::is_some),
        "{places:?} in {markdown}"
    );
    assert!(!markdown.contains("Set aside?"), "{markdown}");
    let page = super::archive::files(&archive);
    let page = page.iter().find(|name| name.ends_with("-guideline.html"));
    let page = super::archive::file(&archive, page.expect("the page"));
    assert!(page.contains("Strength: Strong"), "{page}");

    // Whoever is kept from it finds neither its words nor its title.
    let judgement = format!("/documents/{}/judgements", world.document);
    let wish = json!({"member": world.member.account.to_string(), "question": placed,
        "verdict": "excluded", "reason": "Owns shares."});
    let judged = world.portal.post(&world.leader, &judgement, wish).await;
    assert!(judged.status.is_success(), "{}", judged.json());
    let archive = super::archive::export(&world.portal, &world.member, &world.community).await;
    let markdown = text(&archive);
    assert!(markdown.contains("### Aspirin?"), "{markdown}");
    assert!(!markdown.contains("Statins"), "{markdown}");
    assert!(!markdown.contains("Strength"), "{markdown}");
}

#[tokio::test]
async fn a_block_that_names_no_question_is_set_aside() {
    let world = World::new().await;
    let refused = world.write(&Block::Question("first".to_owned())).await;
    assert_eq!(
        refused,
        Ok(ApplyOutcome::Quarantined(RejectCode::Malformed))
    );
    // One of another document, or of none: it may have been copied from there, and is shown as what it is.
    let elsewhere = "0190aaaa-0000-7000-8000-000000000000".to_owned();
    let taken = world.write(&Block::Question(elsewhere)).await;
    assert_eq!(taken, Ok(ApplyOutcome::Committed));
}
