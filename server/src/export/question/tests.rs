//! Questions in a text for people: each in its place, once, and the others behind it.

use consilium_model::register::{RegisterName, set};
use yrs::{Doc, ReadTxn, StateVector, Text};

use super::*;
use crate::export::{html, markdown};

const ONE: &str = "0199a1b2-0000-7000-8000-000000000001";
const OTHER: &str = "0199a1b2-0000-7000-8000-000000000002";
const RECOMMENDATION: &str = "recommendation/00000000-0000-7000-8000-000000000001";

/// The state of a question with these texts and values; of the last register two people set different ones at once.
fn state(
    texts: &[(&str, &str)],
    values: &[(&str, &str)],
    at_once: Option<(&str, [&str; 2])>,
) -> Vec<u8> {
    let doc = Doc::with_client_id(1);
    for (name, said) in texts {
        let text = doc.get_or_insert_text(*name);
        text.push(&mut doc.transact_mut(), said);
    }
    let put = |name: &str, value: &str| {
        let name = RegisterName::parse(&format!("{RECOMMENDATION}/{name}")).unwrap();
        set(
            &mut doc.transact_mut(),
            &name,
            Any::from(value),
            1,
            &BTreeSet::new(),
        );
    };
    for (name, value) in values {
        put(name, value);
    }
    if let Some((name, both)) = at_once {
        for value in both {
            put(name, value);
        }
    }
    let txn = doc.transact();
    txn.encode_state_as_update_v1(&StateVector::default())
}

fn statins() -> Vec<u8> {
    let remarks = format!("{RECOMMENDATION}/remarks");
    state(
        &[
            ("title", "Statins?"),
            ("pico/population", "Adults\nover 75"),
            (&remarks, "Stop when it harms."),
        ],
        &[
            ("statement", "We recommend statins."),
            ("direction", "for"),
            ("certainty", "very-low"),
        ],
        Some(("strength", ["strong", "weak"])),
    )
}

fn body(ids: &[&str]) -> Vec<Block> {
    let mut body = vec![Block::heading(2, "Treatment"), Block::paragraph("Before.")];
    body.extend(ids.iter().map(|id| Block::Question((*id).to_owned())));
    body.push(Block::paragraph("Behind."));
    body
}

fn written(ids: &[&str], questions: &[AskedQuestion], language: Language) -> String {
    markdown::write("G", &placed(body(ids), questions, language))
}

#[test]
fn a_question_stands_in_its_place_with_all_that_is_recommended() {
    let question = AskedQuestion::of(ONE, "Listed", &statins(), Language::English);
    let text = written(&[ONE], &[question], Language::English).replace("> \n", ">\n");
    let (before, behind) = text.split_once("Adults").unwrap();
    assert_eq!(
        before,
        "# G\n\n## Treatment\n\nBefore.\n\n### Statins?\n\n#### Recommendation\n\n\
         > **We recommend statins.**\n>\n\
         > Direction: For · Strength: to be decided (Strong / Weak (conditional)) · Certainty: Very low\n>\n\
         > **Remarks:** Stop when it harms.\n\n\
         #### The question\n\n**Population:** "
    );
    assert!(behind.ends_with("over 75\n\nBehind.\n"), "{behind}");
}

#[test]
fn the_words_are_those_of_the_community() {
    let question = AskedQuestion::of(ONE, "", &statins(), Language::German);
    let page = html::page(
        "G",
        "de",
        &placed(body(&[ONE]), &[question], Language::German),
    );
    for said in [
        "<h4>Empfehlung</h4>",
        "Stärke: zu entscheiden (Stark / Schwach (bedingt))",
        "Vertrauenswürdigkeit: Sehr gering",
        "Bemerkungen:",
        "<h4>Die Frage</h4>",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
}

#[test]
fn what_stands_nowhere_comes_behind_and_what_stands_twice_is_written_once() {
    let questions = [
        AskedQuestion::of(ONE, "", &statins(), Language::English),
        AskedQuestion::of(OTHER, "Aspirin?", &[], Language::English),
    ];
    let text = written(&[ONE, ONE], &questions, Language::English);
    assert_eq!(text.matches("We recommend statins.").count(), 1, "{text}");
    assert!(
        text.contains("Clinical question, see above: Statins?"),
        "{text}"
    );
    assert!(
        text.ends_with("Behind.\n\n## Clinical questions\n\n### Aspirin?\n"),
        "{text}"
    );
    let none = written(&[], &[], Language::English);
    assert!(!none.contains("Clinical questions"), "{none}");
}

#[test]
fn an_id_that_is_none_here_is_said_plainly_and_a_state_that_is_none_keeps_the_title() {
    let torn = AskedQuestion::of(ONE, "Listed", b"nonsense", Language::English);
    let text = written(&[OTHER, "first"], &[torn], Language::English);
    assert_eq!(
        text.matches("that is not part of this text").count(),
        2,
        "{text}"
    );
    assert!(text.ends_with("### Listed\n"), "{text}");
}
