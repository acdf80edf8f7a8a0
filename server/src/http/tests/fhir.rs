//! The FHIR bundle over REST: who gets it, and that it holds what its reader may see and nothing else (I3).

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::edge::Answer;
use super::publications::{Panel, id_of};

impl Panel {
    async fn question(&self) -> String {
        let path = format!("/documents/{}/questions", self.document);
        let made = self
            .portal
            .post(&self.ann, &path, json!({"title": "Statins?"}))
            .await;
        assert_eq!(made.status, StatusCode::CREATED);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    fn draft(&self) -> String {
        format!("/documents/{}/fhir", self.document)
    }

    async fn as_stranger(&self, path: &str) -> Answer {
        let path = format!("/api/v1{path}");
        self.portal
            .edge
            .send_with(Method::GET, &path, None, &[], &[])
            .await
    }

    async fn judge(&self, who: &super::portal::Person, question: Option<&str>, verdict: &str) {
        let wish = json!({
            "question": question, "member": who.account, "verdict": verdict, "reason": "They own it.",
        });
        let path = format!("/documents/{}/judgements", self.document);
        let judged = self.portal.post(&self.ann, &path, wish).await;
        assert!(judged.status.is_success(), "{}", judged.json());
    }
}

fn kinds(bundle: &Value) -> Vec<&str> {
    let entries = bundle["entry"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["resource"]["resourceType"].as_str().unwrap())
        .collect()
}

fn titles(bundle: &Value) -> Vec<&str> {
    let sections = bundle["entry"][0]["resource"]["section"].as_array();
    sections
        .into_iter()
        .flatten()
        .filter_map(|section| section["title"].as_str())
        .collect()
}

#[tokio::test]
async fn a_draft_comes_down_as_a_document_with_its_questions() {
    let panel = Panel::new().await;
    let question = panel.question().await;
    panel.set_strength(&panel.ben, &question, "strong").await;
    let answer = panel.portal.get(&panel.ben, &panel.draft()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.headers["content-type"],
        "application/fhir+json; fhirVersion=5.0"
    );
    let named = answer.headers["content-disposition"].to_str().unwrap();
    assert!(
        named.contains("filename*=UTF-8''asthma.fhir.json"),
        "{named}"
    );
    let bundle = answer.json();
    assert_eq!(
        (&bundle["type"], &bundle["language"]),
        (&json!("document"), &json!("en"))
    );
    assert_eq!(
        kinds(&bundle),
        ["Composition", "Organization", "PlanDefinition"]
    );
    let composition = &bundle["entry"][0]["resource"];
    assert_eq!(composition["title"], "Asthma");
    assert_eq!(composition["status"], "preliminary");
    assert!(titles(&bundle).contains(&"Statins?"));
    assert_eq!(bundle["entry"][1]["resource"]["name"], "Panel");
    let plan = &bundle["entry"][2]["resource"];
    assert_eq!(plan["status"], "draft");

    // D12: as soon as somebody else sets it unseen, neither holds, and both are told.
    panel.set_strength(&panel.cleo, &question, "weak").await;
    let bundle = panel.portal.get(&panel.ben, &panel.draft()).await.json();
    assert!(!bundle.to_string().contains("recommendation-strength"));
    let note = bundle["entry"][0]["resource"]["note"][0]["text"]
        .as_str()
        .unwrap();
    assert!(
        note.ends_with("strength: strong or weak") || note.ends_with("strength: weak or strong"),
        "{note}"
    );
}

#[tokio::test]
async fn a_version_comes_down_as_it_was_signed_and_says_when_it_holds_no_more() {
    let panel = Panel::new().await;
    let question = panel.question().await;
    panel.set_strength(&panel.ben, &question, "weak").await;
    let published = panel.published("1.0").await;
    let path = format!("/publications/{}/fhir", id_of(&published));
    let first = panel.portal.get(&panel.ben, &path).await;
    assert_eq!(first.status, StatusCode::OK);
    let bundle = first.json();
    let composition = &bundle["entry"][0]["resource"];
    assert_eq!(
        (&composition["status"], &composition["version"]),
        (&json!("final"), &json!("1.0"))
    );
    assert_eq!(
        bundle["identifier"]["value"],
        format!("urn:uuid:{}", id_of(&published))
    );
    let signed: Vec<&str> = composition["attester"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attester| attester["party"]["display"].as_str().unwrap())
        .collect();
    assert_eq!(signed.len(), 2, "{signed:?}");
    assert!(
        !bundle.to_string().contains("\"Ann\""),
        "who published it has not signed"
    );

    // What is written later is not in it, and neither is the moment at which it is asked for.
    panel
        .portal
        .write_paragraph(&panel.document, &panel.ben, "Later.")
        .await;
    let again = panel.portal.get(&panel.ben, &path).await;
    assert_eq!(again.body, first.body);
    panel.published("1.1").await;
    let superseded = panel.portal.get(&panel.ben, &path).await.json();
    assert_eq!(superseded["entry"][0]["resource"]["status"], "deprecated");
}

#[tokio::test]
async fn whoever_may_not_read_it_gets_none() {
    let panel = Panel::new().await;
    panel.question().await;
    let candidate = panel.prepare(&[&panel.ben]).await;
    let path = format!("/publications/{}/fhir", id_of(&candidate));
    let zoe = panel.portal.person("Zoe").await;
    for path in [panel.draft(), "/documents/none/fhir".to_owned()] {
        let answer = panel.portal.get(&zoe, &path).await;
        answer.is_problem(StatusCode::NOT_FOUND, "no-such-document");
        let answer = panel.as_stranger(&path).await;
        answer.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
    let answer = panel.portal.get(&zoe, &path).await;
    answer.is_problem(StatusCode::NOT_FOUND, "no-such-publication");
    let answer = panel.as_stranger(&path).await;
    answer.is_problem(StatusCode::NOT_FOUND, "no-such-publication");
    // A question is no guideline of its own.
    let question = panel.question().await;
    let name = format!("{}/question/{question}", panel.document).replace('/', "%2F");
    let answer = panel
        .portal
        .get(&panel.ann, &format!("/documents/{name}/fhir"))
        .await;
    answer.is_problem(StatusCode::NOT_FOUND, "no-such-document");
}

#[tokio::test]
async fn a_stranger_reads_a_public_text_and_no_question_under_work() {
    let panel = Panel::new().await;
    panel.question().await;
    panel.open("public").await;
    let bundle = panel.as_stranger(&panel.draft()).await;
    assert_eq!(bundle.status, StatusCode::OK);
    let bundle = bundle.json();
    assert_eq!(kinds(&bundle), ["Composition", "Organization"]);
    assert!(!titles(&bundle).contains(&"Statins?"));
    let zoe = panel.portal.person("Zoe").await;
    let seen = panel.portal.get(&zoe, &panel.draft()).await.json();
    assert_eq!(kinds(&seen), ["Composition", "Organization"]);
    // What is published is for everybody who reads the document.
    let published = panel.published("1.0").await;
    let path = format!("/publications/{}/fhir", id_of(&published));
    let seen = panel.as_stranger(&path).await.json();
    assert!(titles(&seen).contains(&"Statins?"));
}

#[tokio::test]
async fn whoever_is_excluded_from_a_question_gets_it_in_no_bundle() {
    let panel = Panel::new().await;
    let question = panel.question().await;
    panel.set_strength(&panel.ben, &question, "strong").await;
    let candidate = panel.prepare(&[&panel.cleo]).await;
    panel.judge(&panel.ben, Some(&question), "excluded").await;
    let bundle = panel.portal.get(&panel.ben, &panel.draft()).await.json();
    assert!(!titles(&bundle).contains(&"Statins?"));
    assert!(!kinds(&bundle).contains(&"PlanDefinition"));
    let path = format!("/publications/{}/fhir", id_of(&candidate));
    let answer = panel.portal.get(&panel.ben, &path).await;
    answer.is_problem(StatusCode::NOT_FOUND, "no-such-publication");
    let others = panel.portal.get(&panel.cleo, &panel.draft()).await.json();
    assert!(titles(&others).contains(&"Statins?"));
}
