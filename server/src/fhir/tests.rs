//! What holds of every bundle. Whether it is FHIR is judged by a validator that is not ours (`cargo xtask ci api-fuzz`).

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::guideline::{Guideline, Standing, Text};
use super::question::Undecided;
use super::{bundle, made_up};

/// Everything of a value, itself included.
fn walk<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(values) => values.iter().for_each(|each| walk(each, visit)),
        Value::Object(fields) => fields.values().for_each(|each| walk(each, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn of_kind<'a>(bundle: &'a Value, kind: &str) -> Vec<&'a Value> {
    let entries = bundle["entry"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| &entry["resource"])
        .filter(|resource| resource["resourceType"] == kind)
        .collect()
}

/// The marks of an XHTML text are closed in the order in which they were opened.
fn is_well_formed(div: &str) -> bool {
    let mut open = Vec::new();
    for part in div.split('<').skip(1) {
        let Some((tag, text)) = part.split_once('>') else {
            return false;
        };
        if text.contains('>') {
            return false;
        }
        let name = tag
            .trim_end_matches('/')
            .split(' ')
            .next()
            .unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty()
}

fn holds(guideline: &Guideline) {
    let bundle = bundle(guideline);
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!(entries[0]["resource"]["resourceType"], "Composition");
    assert!(entries[0]["resource"]["title"].is_string());
    let names: Vec<&str> = entries
        .iter()
        .map(|entry| entry["fullUrl"].as_str().unwrap())
        .collect();
    let known: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(known.len(), names.len(), "no two have one name");
    let mut reached = BTreeSet::from([names[0]]);
    walk(&bundle, &mut |value| {
        assert_ne!(*value, json!(null));
        assert_ne!(*value, json!([]));
        assert_ne!(*value, json!({}));
        assert_ne!(*value, json!(""));
        for field in ["reference", "subjectCanonical"] {
            if let Some(name) = value[field].as_str() {
                assert!(known.contains(name), "{name} is not in the bundle");
                reached.insert(names[names.iter().position(|known| *known == name).unwrap()]);
            }
        }
        if let Some(div) = value["div"].as_str() {
            assert!(is_well_formed(div), "{div}");
            let is_foreign = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
            assert!(!div.contains(is_foreign), "{div:?}");
        }
    });
    assert_eq!(reached.len(), names.len(), "everything is referred to");
    assert_eq!(
        super::bundle(guideline),
        bundle,
        "it is the same every time"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_is_referred_to_is_there_and_nothing_is_empty(draws in proptest::collection::vec(any::<u32>(), 1..600)) {
        let mut left = draws.iter().cycle();
        holds(&made_up::drawn(&mut |below| left.next().map_or(0, |draw| draw % below)));
    }
}

#[test]
fn the_extremes_hold_too() {
    holds(&made_up::empty());
    holds(&made_up::full());
}

#[test]
fn a_recommendation_has_its_codes_with_system_and_version() {
    let bundle = bundle(&made_up::full());
    let plan = of_kind(&bundle, "PlanDefinition")[0];
    let coded: Vec<(&str, &str, &str)> = plan["action"][0]["extension"]
        .as_array()
        .unwrap()
        .iter()
        .map(|extension| {
            let coding = &extension["valueCodeableConcept"]["coding"][0];
            let text = |field: &str| coding[field].as_str().unwrap();
            (text("system"), text("version"), text("code"))
        })
        .collect();
    assert_eq!(
        coded,
        [
            (
                "http://terminology.hl7.org/CodeSystem/recommendation-strength",
                "1.0.1",
                "weak"
            ),
            (
                "http://hl7.org/fhir/uv/cpg/CodeSystem/cpg-recommendation-direction-cs",
                "2.0.0",
                "against"
            ),
            ("http://hl7.org/fhir/certainty-rating", "5.0.0", "high"),
        ]
    );
    assert_eq!(plan["status"], "active");
    assert_eq!(
        plan["effectivePeriod"],
        json!({ "start": "2026-09-21", "end": "2029-11-26" })
    );
    let evidence = of_kind(&bundle, "Evidence")[0];
    // The panel has put another in the place of the computed one.
    assert_eq!(
        evidence["certainty"][0]["rating"]["coding"][0]["code"],
        "low"
    );
    assert_eq!(
        evidence["certainty"][0]["subcomponent"]
            .as_array()
            .unwrap()
            .len(),
        8
    );
    assert_eq!(
        evidence["statistic"][0]["sampleSize"]["numberOfParticipants"],
        4_210
    );
}

#[test]
fn what_people_have_to_decide_is_in_no_coded_field_and_the_text_says_so() {
    let mut guideline = made_up::full();
    guideline.standing = Standing::Draft;
    let question = &mut guideline.text.questions[0];
    let name = question
        .values
        .keys()
        .find(|name| name.ends_with("/strength"))
        .unwrap()
        .clone();
    question.values.remove(&name);
    let undecided = Undecided {
        register: name.clone(),
        values: vec!["strong".into(), "weak".into()],
    };
    guideline
        .undecided
        .insert(question.id.clone(), vec![undecided]);
    let bundle = bundle(&guideline);
    let composition = of_kind(&bundle, "Composition")[0];
    assert_eq!(composition["status"], "preliminary");
    let note = composition["note"][0]["text"].as_str().unwrap();
    assert!(
        note.ends_with(&format!("{name}: strong oder weak")),
        "{note}"
    );
    let strengths = of_kind(&bundle, "PlanDefinition")
        .into_iter()
        .filter(|plan| {
            plan["action"][0]["extension"]
                .to_string()
                .contains("recommendation-strength")
        })
        .count();
    assert_eq!(strengths, guideline.text.questions.len() - 1);
}

#[test]
fn people_are_named_only_where_they_signed_or_declined() {
    let bundle = bundle(&made_up::full());
    let mut people = Vec::new();
    walk(&bundle, &mut |value| {
        if value["type"] == "Practitioner" {
            people.push(value["display"].as_str().unwrap());
        }
    });
    assert!(!people.is_empty());
    assert!(
        people.iter().all(|name| *name == "Prof. Dr. Ada Lovelace"),
        "{people:?}"
    );
    assert!(of_kind(&bundle, "Practitioner").is_empty());
}

#[test]
fn a_withdrawn_version_is_not_for_use() {
    let mut guideline = made_up::full();
    let Standing::Version(version) = &mut guideline.standing else {
        panic!("it is a version");
    };
    version.withdrawn = Some("It is wrong.".to_owned());
    let bundle = bundle(&guideline);
    assert_eq!(of_kind(&bundle, "Composition")[0]["status"], "deprecated");
    for plan in of_kind(&bundle, "PlanDefinition") {
        assert_eq!(plan["status"], "retired");
    }
}

#[test]
fn names_stay_from_version_to_version() {
    let names = |guideline: &Guideline| -> BTreeSet<String> {
        let bundle = bundle(guideline);
        let entries = bundle["entry"].as_array().unwrap().iter();
        entries
            .map(|entry| entry["fullUrl"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = made_up::full();
    let mut later = first.clone();
    later.at_ms += 1_000;
    later.text.title = "Another title".to_owned();
    assert_eq!(names(&first), names(&later));
}

#[test]
fn a_frozen_text_is_read_and_nothing_else_is() {
    let text = Text::read(
        br#"{"body":{"content":[{"type":"paragraph"}],"type":"doc"},"format":"consilium publication 1","questions":[{"id":"a","outcomes":[],"texts":{"title":"T"},"values":{"etd/equity":"reduced"}}],"title":"Asthma"}"#,
    )
    .unwrap();
    assert_eq!(
        (text.title.as_str(), text.blocks.len(), text.questions.len()),
        ("Asthma", 1, 1)
    );
    assert!(Text::read(b"{}").is_err());
    let deep = format!(
        r#"{{"body":{{"content":{}1{}}},"questions":[],"title":""}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    assert!(Text::read(deep.as_bytes()).is_err());
}

#[test]
fn a_question_in_the_text_stands_there_by_its_title_or_its_sign() {
    let mut guideline = made_up::full();
    let known = guideline.text.questions[0].id.clone();
    guideline.text.questions[0]
        .texts
        .insert("title".to_owned(), "Statins?".to_owned());
    let block = |id: &str| json!({ "type": "question", "attrs": { "id": id } });
    let quoted = json!({ "type": "blockquote", "content": [block(&known)] });
    guideline.text.blocks = vec![quoted, block("0199a1b2-0000-7000-8000-00000000beef")];
    let bundle = bundle(&guideline);
    let section = &of_kind(&bundle, "Composition")[0]["section"][0];
    let div = section["text"]["div"].as_str().unwrap();
    assert!(
        div.ends_with("<blockquote><p>→ Statins?</p></blockquote><p>[PICO beef]</p></div>"),
        "{div}"
    );
}
