//! How citations read where nobody formats them, and what comes along with a change that is taken.

use std::collections::BTreeSet;

use yrs::{Any, Doc, Map, Transact, WriteTxn, Xml, XmlElementPrelim, XmlFragment, XmlTextPrelim};

use super::{REFERENCES, citation_text, read};
use crate::branch::{Version, differences, take};
use crate::document::BODY;
use crate::prose::{Block, Run, read as prose};

/// A document that says "As shown [Zimmer 2020, p. 12].", citing the reference `zimmer`.
fn citing() -> Doc {
    let doc = Doc::new();
    {
        let mut txn = doc.transact_mut();
        let body = txn.get_or_insert_xml_fragment(BODY);
        let paragraph = body.push_back(&mut txn, XmlElementPrelim::empty("paragraph"));
        paragraph.push_back(&mut txn, XmlTextPrelim::new("As shown "));
        let citation = paragraph.push_back(&mut txn, XmlElementPrelim::empty("citation"));
        for (name, value) in [
            ("refs", "zimmer"),
            ("label", "Zimmer 2020"),
            ("locator", "p. 12"),
        ] {
            citation.insert_attribute(&mut txn, name, value);
        }
        paragraph.push_back(&mut txn, XmlTextPrelim::new("."));
        let map = txn.get_or_insert_map(REFERENCES);
        map.insert(
            &mut txn,
            "zimmer",
            Any::from_json(r#"{"title":"Early"}"#).unwrap(),
        );
        map.insert(&mut txn, "zimmer/title", "Early antibiotics");
        map.insert(
            &mut txn,
            "adler",
            Any::from_json(r#"{"title":"Shock"}"#).unwrap(),
        );
    }
    doc
}

#[test]
fn a_citation_reads_as_its_author_saw_it() {
    let doc = citing();
    let version = Version::read(&doc);
    assert_eq!(
        version.blocks[0].form.text(),
        "As shown [Zimmer 2020, p. 12]."
    );
    let said = prose::body(&doc.transact());
    let runs = ["As shown ", "[Zimmer 2020, p. 12]", "."].map(Run::plain);
    assert_eq!(said, [Block::Paragraph(runs.to_vec())]);
}

#[test]
fn a_citation_without_a_label_is_still_seen() {
    assert_eq!(citation_text(|_| None), "[?]");
    assert_eq!(
        citation_text(|name| (name == "label").then(|| " ".to_owned())),
        "[?]"
    );
}

#[test]
fn a_change_that_is_taken_brings_the_references_that_it_cites() {
    let document = Doc::new();
    document.get_or_insert_xml_fragment(BODY);
    let branch = citing();
    let fork = Version::read(&document);
    let proposed = Version::read(&branch);
    let found = differences(&fork, &proposed, &fork);
    let all: BTreeSet<_> = found.changes.iter().map(|change| change.id).collect();
    take(&document, &proposed, &found, &all).unwrap();
    let keys: Vec<String> = read(&document.transact()).into_keys().collect();
    assert_eq!(keys, ["zimmer", "zimmer/title"], "and no others");
}

#[test]
fn what_the_document_says_of_a_reference_stays() {
    let document = Doc::new();
    document.get_or_insert_xml_fragment(BODY);
    {
        let mut txn = document.transact_mut();
        let map = txn.get_or_insert_map(REFERENCES);
        map.insert(
            &mut txn,
            "zimmer",
            Any::from_json(r#"{"title":"Ours"}"#).unwrap(),
        );
    }
    let branch = citing();
    let fork = Version::read(&document);
    let proposed = Version::read(&branch);
    let found = differences(&fork, &proposed, &fork);
    let all: BTreeSet<_> = found.changes.iter().map(|change| change.id).collect();
    take(&document, &proposed, &found, &all).unwrap();
    let there = read(&document.transact());
    assert_eq!(there.keys().collect::<Vec<_>>(), ["zimmer"]);
    assert_eq!(
        there["zimmer"],
        Any::from_json(r#"{"title":"Ours"}"#).unwrap()
    );
}
