//! Both styles in both languages, what is missing, and that nothing a reference says makes the library panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{Answer, format};

fn ask(style: &str, language: &str, references: &Value, citations: &Value) -> Answer {
    let request = json!({
        "style": style, "language": language, "references": references, "citations": citations,
    });
    format(&serde_json::from_value(request).unwrap()).unwrap()
}

fn text(pieces: &[crate::Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

fn library() -> Value {
    json!([
        {
            "id": "zimmer", "type": "article-journal", "title": "Early antibiotics in sepsis",
            "author": [{"family": "Zimmer", "given": "Anna"}, {"family": "Okafor", "given": "Ben"}],
            "container-title": "Critical Care", "volume": "12", "issue": "3", "page": "101-109",
            "issued": {"date-parts": [[2020, 5]]}, "DOI": "10.1000/cc.12",
        },
        {
            "id": "adler", "type": "book", "title": "Shock", "publisher": "Springer", "publisher-place": "Berlin",
            "author": [{"family": "Adler", "given": "Carl"}], "issued": {"date-parts": [["2018"]]},
        },
    ])
}

#[test]
fn numbered_citations_count_in_the_order_of_the_text() {
    let answer = ask(
        "numbered",
        "en",
        &library(),
        &json!([[{"id": "zimmer"}], [{"id": "adler", "locator": "12-14"}], [{"id": "zimmer"}, {"id": "adler"}]]),
    );
    let citations: Vec<String> = answer.citations.iter().map(|each| text(each)).collect();
    assert_eq!(citations, ["(1)", "(2)", "(1,2)"]);
    let ids: Vec<&str> = answer
        .references
        .iter()
        .map(|each| each.id.as_str())
        .collect();
    assert_eq!(ids, ["zimmer", "adler"]);
    assert_eq!(answer.references[0].label, "1.");
    let entry = text(&answer.references[0].text);
    assert!(
        entry.contains("Zimmer A, Okafor B. Early antibiotics in sepsis."),
        "{entry}"
    );
    assert!(entry.contains("2020"), "{entry}");
}

#[test]
fn author_and_date_are_listed_by_the_alphabet_in_either_language() {
    let cites = json!([[{"id": "zimmer"}], [{"id": "adler"}]]);
    let english = ask("author-date", "en", &library(), &cites);
    let citations: Vec<String> = english.citations.iter().map(|each| text(each)).collect();
    assert_eq!(citations, ["(Zimmer & Okafor, 2020)", "(Adler, 2018)"]);
    let ids: Vec<&str> = english
        .references
        .iter()
        .map(|each| each.id.as_str())
        .collect();
    assert_eq!(ids, ["adler", "zimmer"]);
    assert!(
        english.references[1]
            .text
            .iter()
            .any(|piece| piece.italic && piece.text.contains("Critical Care"))
    );
    let german = ask("author-date", "de", &library(), &cites);
    assert_eq!(german.references.len(), 2);
}

#[test]
fn what_is_missing_keeps_its_place_and_says_nothing() {
    let answer = ask(
        "numbered",
        "en",
        &library(),
        &json!([[{"id": "gone"}], [{"id": "adler"}, {"id": "gone"}]]),
    );
    assert!(answer.citations[0].is_empty());
    assert_eq!(text(&answer.citations[1]), "(1)");
    assert_eq!(answer.references.len(), 1);
}

#[test]
fn a_script_in_a_title_is_letters() {
    let references =
        json!([{"id": "x", "type": "book", "title": "<script>alert(1)</script> & <b>"}]);
    let answer = ask("numbered", "en", &references, &json!([[{"id": "x"}]]));
    assert!(text(&answer.references[0].text).contains("<script>alert(1)</script>"));
}

#[test]
fn nothing_at_all_is_an_empty_answer() {
    let answer = ask("numbered", "de", &json!([]), &json!([]));
    assert!(answer.citations.is_empty() && answer.references.is_empty());
}

/// Any JSON, shallow: depth is the parser's business.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,24}".prop_map(Value::from),
        "[0-9A-Za-z.,;:&/–-]{0,16}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((field(), inner), 0..4)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "type",
        "title",
        "author",
        "editor",
        "issued",
        "accessed",
        "page",
        "volume",
        "issue",
        "number",
        "edition",
        "DOI",
        "URL",
        "PMID",
        "family",
        "given",
        "literal",
        "suffix",
        "dropping-particle",
        "non-dropping-particle",
        "date-parts",
        "season",
        "raw",
        "container-title",
        "language",
        "collection-number",
    ])
    .prop_map(str::to_owned)
}

fn kind() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![
            "article-journal",
            "book",
            "chapter",
            "thesis",
            "report",
            "webpage",
            "paper-conference",
            "legislation",
            "dataset",
            "software",
            "personal_communication",
            "entry-encyclopedia",
            "document",
            "nonsense",
        ])
        .prop_map(Value::from),
        anything(),
    ]
}

/// A reference that is plausible in part.
fn reference() -> impl Strategy<Value = Value> {
    let date = (any::<i64>(), -2_i64..15, -2_i64..40)
        .prop_map(|(y, m, d)| json!({"date-parts": [[y, m, d]]}));
    let names = prop::collection::vec(("\\PC{0,12}", "\\PC{0,12}"), 0..30)
        .prop_map(|all| {
            all.into_iter()
                .map(|(family, given)| json!({"family": family, "given": given}))
                .collect::<Vec<_>>()
        })
        .prop_map(Value::from);
    (
        kind(),
        prop::collection::vec((field(), anything()), 0..8),
        prop::option::of(date),
        prop::option::of(names),
    )
        .prop_map(|(kind, fields, date, names)| {
            let mut all: serde_json::Map<String, Value> = fields.into_iter().collect();
            all.insert("type".to_owned(), kind);
            if let Some(date) = date {
                all.insert("issued".to_owned(), date);
            }
            if let Some(names) = names {
                all.insert("author".to_owned(), names);
            }
            Value::Object(all)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A panic would end the module in the middle of somebody's work.
    #[test]
    fn whatever_a_reference_says_is_formatted(
        references in prop::collection::vec(reference(), 1..5),
        locator in "\\PC{0,12}",
        style in prop::sample::select(vec!["numbered", "author-date"]),
        language in prop::sample::select(vec!["en", "de"]),
    ) {
        let mut references = references;
        for (at, reference) in references.iter_mut().enumerate() {
            reference["id"] = json!(at.to_string());
        }
        let cites: Vec<Value> = (0..references.len()).map(|at| json!([{"id": at.to_string(), "locator": locator}])).collect();
        let count = references.len();
        let answer = ask(style, language, &Value::from(references), &Value::from(cites));
        prop_assert_eq!(answer.citations.len(), count);
        prop_assert_eq!(answer.references.len(), count);
    }
}
