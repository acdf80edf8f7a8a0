//! A document, a branch of it, and what a reviewer sees and takes.

use std::collections::BTreeSet;

use yrs::updates::decoder::Decode;
use yrs::{
    Doc, GetString, ReadTxn, StateVector, Text, Transact, Update, XmlElementRef, XmlFragment,
    XmlOut,
};

use super::*;
use crate::document::{BODY, TITLE};
use crate::prose::{self, Block};

/// The same history in a document of its own, as a fork has it.
fn copy(doc: &Doc) -> Doc {
    let copy = Doc::new();
    merge(&copy, doc);
    copy
}

fn merge(into: &Doc, from: &Doc) {
    let update = from
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    apply(into, &update);
}

fn apply(doc: &Doc, update: &[u8]) {
    doc.transact_mut()
        .apply_update(Update::decode_v1(update).unwrap())
        .unwrap();
}

fn document(title: &str, blocks: &[Block]) -> Doc {
    let doc = Doc::new();
    let body = doc.get_or_insert_xml_fragment(BODY);
    let heading = doc.get_or_insert_text(TITLE);
    let mut txn = doc.transact_mut();
    heading.push(&mut txn, title);
    prose::append(&mut txn, &body, blocks);
    drop(txn);
    doc
}

fn paragraphs(texts: &[&str]) -> Doc {
    let blocks: Vec<Block> = texts.iter().map(|text| Block::paragraph(*text)).collect();
    document("Sepsis", &blocks)
}

fn block(doc: &Doc, at: u32) -> XmlElementRef {
    let body = doc.get_or_insert_xml_fragment(BODY);
    body.get(&doc.transact(), at)
        .and_then(XmlOut::into_xml_element)
        .unwrap()
}

/// Writes behind what a block says.
fn write(doc: &Doc, at: u32, more: &str) {
    let block = block(doc, at);
    let mut txn = doc.transact_mut();
    let text = block.get(&txn, 0).and_then(XmlOut::into_xml_text).unwrap();
    text.push(&mut txn, more);
}

fn insert(doc: &Doc, at: u32, text: &str) {
    let body = doc.get_or_insert_xml_fragment(BODY);
    let scratch = document("", &[Block::paragraph(text)]);
    let form = Version::read(&scratch).blocks[0].form.clone();
    form.insert(&mut doc.transact_mut(), &body, at);
}

fn remove(doc: &Doc, at: u32) {
    let body = doc.get_or_insert_xml_fragment(BODY);
    body.remove_range(&mut doc.transact_mut(), at, 1);
}

fn lines(doc: &Doc) -> Vec<String> {
    let version = Version::read(doc);
    version.blocks.iter().map(|each| each.form.text()).collect()
}

/// A document, its branch, and what it was when the branch began.
struct Case {
    fork: Doc,
    branch: Doc,
    document: Doc,
}

impl Case {
    fn of(document: Doc) -> Self {
        Self {
            fork: copy(&document),
            branch: copy(&document),
            document,
        }
    }

    fn differences(&self) -> difference::Differences {
        differences(
            &Version::read(&self.fork),
            &Version::read(&self.branch),
            &Version::read(&self.document),
        )
    }

    /// Each change as words: what it does, its text with what came and went, and `!` where both sides wrote.
    fn shown(&self) -> Vec<String> {
        let found = self.differences();
        found
            .changes
            .iter()
            .map(|change| {
                let text: String = change
                    .pieces
                    .iter()
                    .map(|piece| match piece.is {
                        Is::Same => piece.text.clone(),
                        Is::Inserted => format!("[+{}]", piece.text),
                        Is::Deleted => format!("[-{}]", piece.text),
                    })
                    .collect();
                let both = if change.now.is_some() { " !" } else { "" };
                format!("{}: {text}{both}", change.what.word())
            })
            .collect()
    }

    fn take(&self, which: &[usize]) {
        let found = self.differences();
        let chosen: BTreeSet<ChangeId> = which.iter().map(|at| found.changes[*at].id).collect();
        let reviewer = copy(&self.document);
        let update = take(&reviewer, &Version::read(&self.branch), &found, &chosen).unwrap();
        apply(&self.document, &update);
        assert_eq!(lines(&reviewer), lines(&self.document));
    }

    fn take_whole(&self) -> Result<Whole, Incomplete> {
        let reviewer = copy(&self.document);
        let fork = Version::read(&self.fork);
        let taken = take_whole(&fork, &self.branch, &reviewer, &self.differences())?;
        apply(&self.document, &taken.update);
        assert_eq!(lines(&reviewer), lines(&self.document));
        Ok(taken)
    }
}

#[test]
fn a_branch_that_nobody_wrote_in_changes_nothing_whatever_the_document_does() {
    let case = Case::of(paragraphs(&["one", "two"]));
    write(&case.document, 0, " more");
    remove(&case.document, 1);
    insert(&case.document, 0, "zero");
    assert_eq!(case.shown(), [""; 0]);
}

#[test]
fn changes_are_told_place_by_place_with_their_words() {
    let case = Case::of(paragraphs(&["Give 2 g", "daily", "for ten days"]));
    write(&case.branch, 0, " twice");
    remove(&case.branch, 1);
    insert(&case.branch, 2, "then stop");
    assert_eq!(
        case.shown(),
        [
            "changed: Give 2 g[+ twice]",
            "deleted: [-daily]",
            "inserted: [+then stop]",
        ]
    );
}

#[test]
fn a_place_that_both_sides_wrote_in_is_marked_and_shows_both() {
    let case = Case::of(paragraphs(&["Give 2 g", "daily", "for ten days"]));
    write(&case.branch, 0, " twice");
    write(&case.document, 0, " slowly");
    write(&case.branch, 1, " at eight");
    remove(&case.document, 1);
    remove(&case.branch, 2);
    write(&case.document, 1, " or more");
    assert_eq!(
        case.shown(),
        [
            "changed: Give 2 g[+ twice] !",
            "changed: daily[+ at eight] !",
            "deleted: [-for ten days] !",
        ]
    );
    let found = case.differences();
    let now = found.changes[0].now.as_ref().unwrap();
    assert_eq!(now.last().unwrap().text, " slowly");
}

#[test]
fn taking_all_is_a_merge_and_leaves_no_difference() {
    let case = Case::of(paragraphs(&["Give 2 g", "daily", "for ten days"]));
    write(&case.branch, 0, " twice");
    remove(&case.branch, 1);
    insert(&case.branch, 2, "then stop");
    write(&case.document, 2, " or more");
    let taken = case.take_whole().unwrap();
    assert!(!taken.is_edited, "nothing is the reviewer's");
    assert_eq!(
        lines(&case.document),
        ["Give 2 g twice", "for ten days or more", "then stop"]
    );
    assert_eq!(case.shown(), [""; 0]);
}

#[test]
fn a_merge_that_leaves_something_out_is_found_out() {
    // Both sides write something else under one id, which no honest editor does.
    let document = paragraphs(&["Give 2 g"]);
    let under = |id: u64, from: &Doc| {
        let copy = Doc::with_client_id(id);
        merge(&copy, from);
        copy
    };
    let case = Case {
        fork: copy(&document),
        branch: under(99, &document),
        document: under(99, &document),
    };
    write(&case.branch, 0, " twice");
    insert(&case.document, 1, "something else, and longer");
    assert_eq!(case.take_whole(), Err(Incomplete));
    assert_eq!(lines(&case.document)[0], "Give 2 g");
}

#[test]
fn taking_all_leaves_no_words_of_both_side_by_side() {
    let case = Case::of(paragraphs(&[
        "Give 2 g for 5 days",
        "daily",
        "Stop at once",
    ]));
    let say = |doc: &Doc, at: u32, text: &str| {
        let block = block(doc, at);
        let mut txn = doc.transact_mut();
        let said = block.get(&txn, 0).and_then(XmlOut::into_xml_text).unwrap();
        let all = said.len(&txn);
        said.remove_range(&mut txn, 0, all);
        said.push(&mut txn, text);
    };
    say(&case.branch, 0, "Give 2 g for 3 days");
    say(&case.document, 0, "Give 2 g for 7 days");
    write(&case.branch, 1, " at eight");
    remove(&case.document, 1);
    insert(&case.document, 2, "Ask before");
    let taken = case.take_whole().unwrap();
    assert!(taken.is_edited);
    assert_eq!(
        lines(&case.document),
        [
            "Give 2 g for 3 days",
            "daily at eight",
            "Stop at once",
            "Ask before"
        ]
    );
    assert_eq!(case.shown(), [""; 0]);
}

/// Whatever both sides did: what the branch changed reads as in the branch, and the rest as in the document.
#[test]
fn taking_all_does_what_was_shown() {
    for seed in 1..=400_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let case = Case::of(paragraphs(&["alpha", "beta", "gamma", "delta"]));
        for doc in [&case.branch, &case.document] {
            for step in 0..dice.below(5) {
                let blocks = u32::try_from(lines(doc).len()).unwrap();
                let at = dice.below(blocks + 1);
                match dice.below(3) {
                    0 if at < blocks => write(doc, at, &format!(" {seed}.{step}")),
                    1 if at < blocks => remove(doc, at),
                    _ => insert(
                        doc,
                        at,
                        &format!("new {seed}.{step} of {}", doc.client_id()),
                    ),
                }
            }
        }
        let before = Version::read(&case.document);
        let fork = Version::read(&case.fork);
        let branch = Version::read(&case.branch);
        case.take_whole().unwrap();
        assert_eq!(case.shown(), [""; 0], "seed {seed}");
        let after = Version::read(&case.document);
        for each in &before.blocks {
            let was = fork.block(each.id).map(|block| &block.canonical);
            let theirs = branch.block(each.id).map(|block| &block.canonical);
            let expected = match (was, theirs) {
                // The branch left it alone, or does not know it.
                (was, theirs) if was == theirs => Some(&each.canonical),
                (_, theirs) => theirs,
            };
            let found = after.block(each.id).map(|block| &block.canonical);
            assert_eq!(found, expected, "seed {seed}");
        }
    }
}

/// Good enough to wander about, and the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 >> 33).unwrap() % end
    }
}

#[test]
fn a_chosen_change_is_taken_alone_and_the_others_stay() {
    let case = Case::of(paragraphs(&["Give 2 g", "daily", "for ten days"]));
    write(&case.branch, 0, " twice");
    remove(&case.branch, 1);
    insert(&case.branch, 2, "then stop");
    insert(&case.branch, 3, "and look");
    case.take(&[3]);
    assert_eq!(
        lines(&case.document),
        ["Give 2 g", "daily", "for ten days", "and look"]
    );
    assert_eq!(case.shown().len(), 3);
    case.take(&[2]);
    assert_eq!(lines(&case.document)[3..], ["then stop", "and look"]);
    case.take(&[0, 1]);
    assert_eq!(
        lines(&case.document),
        ["Give 2 g twice", "for ten days", "then stop", "and look"]
    );
    assert_eq!(case.shown(), [""; 0], "all of it was taken");
}

#[test]
fn where_the_document_went_on_taking_makes_it_as_in_the_branch() {
    let case = Case::of(paragraphs(&["Give 2 g", "daily"]));
    write(&case.branch, 0, " twice");
    write(&case.document, 0, " slowly");
    write(&case.branch, 1, " at eight");
    remove(&case.document, 1);
    case.take(&[0, 1]);
    assert_eq!(lines(&case.document), ["Give 2 g twice", "daily at eight"]);
    assert_eq!(case.shown(), [""; 0]);
}

#[test]
fn a_block_that_became_another_is_one_change() {
    let case = Case::of(paragraphs(&["Doses", "daily"]));
    let heading = document("", &[Block::heading(2, "Doses")]);
    let form = Version::read(&heading).blocks[0].form.clone();
    let body = case.branch.get_or_insert_xml_fragment(BODY);
    remove(&case.branch, 0);
    form.insert(&mut case.branch.transact_mut(), &body, 0);
    let found = case.differences();
    assert_eq!(found.changes.len(), 1);
    assert!(found.changes[0].is_looks_only);
    assert_eq!(found.changes[0].kind, "heading");
    case.take(&[0]);
    assert_eq!(Version::read(&case.document).blocks[0].kind(), "heading");
    assert_eq!(lines(&case.document), ["Doses", "daily"]);
}

#[test]
fn the_title_is_a_change_like_any_other() {
    let case = Case::of(paragraphs(&["one"]));
    let title = case.branch.get_or_insert_text(TITLE);
    title.push(&mut case.branch.transact_mut(), " in children");
    assert_eq!(case.shown(), ["title: Sepsis[+ in children]"]);
    case.take(&[0]);
    let title = case.document.get_or_insert_text(TITLE);
    assert_eq!(
        title.get_string(&case.document.transact()),
        "Sepsis in children"
    );
    assert_eq!(case.shown(), [""; 0]);
}

#[test]
fn a_change_that_was_written_in_since_is_another_change() {
    let case = Case::of(paragraphs(&["one", "two"]));
    write(&case.branch, 0, " more");
    let read: BTreeSet<ChangeId> = case
        .differences()
        .changes
        .iter()
        .map(|each| each.id)
        .collect();
    write(&case.branch, 0, " and more");
    let found = case.differences();
    let version = Version::read(&case.branch);
    assert!(take(&case.document, &version, &found, &read).is_err());
    assert_eq!(lines(&case.document), ["one", "two"]);
    // Elsewhere others may write as they like.
    let read: BTreeSet<ChangeId> = found.changes.iter().map(|each| each.id).collect();
    write(&case.document, 1, " more");
    assert!(take(&case.document, &version, &case.differences(), &read).is_ok());
}

#[test]
fn the_heading_above_says_where_a_change_is() {
    let case = Case::of(document(
        "Sepsis",
        &[Block::heading(2, "Doses"), Block::paragraph("2 g")],
    ));
    write(&case.branch, 1, " twice");
    assert_eq!(case.differences().changes[0].under, "Doses");
}

#[test]
fn the_id_of_a_change_is_read_back_and_nothing_else_is() {
    let case = Case::of(paragraphs(&["one"]));
    write(&case.branch, 0, " more");
    let id = case.differences().changes[0].id;
    assert_eq!(id.to_string().parse(), Ok(id));
    for other in [
        "",
        "12",
        "g123456789abcdef",
        "+123456789abcdef",
        "ABCDEF0123456789",
    ] {
        assert!(other.parse::<ChangeId>().is_err(), "{other}");
    }
}
