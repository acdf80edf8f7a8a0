//! Two people write without each other, and the review says what came of it.

mod random;

use yrs::updates::decoder::Decode;
use yrs::{
    Doc, GetString, ReadTxn, StateVector, Text, Transact, Update, Xml, XmlElementRef, XmlFragment,
    XmlOut,
};

use super::*;
use crate::branch::words::Is;
use crate::document::{BODY, TITLE};
use crate::prose::{self, Block, Cell, CellKind, Done, Run, Task};

/// The same history in a document of its own.
fn copy(doc: &Doc, client: u64) -> Doc {
    let copy = Doc::with_client_id(client);
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

/// What two people have in common, what each has made of it, and both together.
struct Case {
    base: Doc,
    mine: Doc,
    theirs: Doc,
}

impl Case {
    fn of(blocks: &[Block]) -> Self {
        let base = Doc::with_client_id(1);
        let body = base.get_or_insert_xml_fragment(BODY);
        let title = base.get_or_insert_text(TITLE);
        let mut txn = base.transact_mut();
        title.push(&mut txn, "Sepsis");
        prose::append(&mut txn, &body, blocks);
        drop(txn);
        Self {
            mine: copy(&base, 2),
            theirs: copy(&base, 3),
            base,
        }
    }

    fn paragraphs(texts: &[&str]) -> Self {
        let blocks: Vec<Block> = texts.iter().map(|text| Block::paragraph(*text)).collect();
        Self::of(&blocks)
    }

    fn merged(&self) -> Doc {
        let merged = copy(&self.mine, 4);
        merge(&merged, &self.theirs);
        merged
    }

    fn review(&self) -> Review {
        review(&self.base, &self.mine, &self.theirs, &self.merged())
    }

    /// Each place in words: who, where, and what came and went on either side.
    fn shown(&self) -> Vec<String> {
        self.review().places.iter().map(shown).collect()
    }
}

fn shown(place: &Place) -> String {
    let said = |pieces: &Option<Vec<Piece>>| match pieces {
        None => "-".to_owned(),
        Some(pieces) => pieces
            .iter()
            .map(|piece| match piece.is {
                Is::Same => piece.text.clone(),
                Is::Inserted => format!("[+{}]", piece.text),
                Is::Deleted => format!("[-{}]", piece.text),
            })
            .collect(),
    };
    let kind = place.path.last().map_or("title", |step| &step.name);
    let mut marks = String::new();
    for (is, mark) in [
        (place.is_looks_only, " looks"),
        (place.is_moved, " moved"),
        (place.is_frame, " frame"),
    ] {
        if is {
            marks.push_str(mark);
        }
    }
    format!(
        "{:?}{marks} {kind}: {} | {}",
        place.who,
        said(&place.mine),
        said(&place.theirs)
    )
}

/// The element that this way leads to, by places among children.
fn element(doc: &Doc, way: &[u32]) -> XmlElementRef {
    let body = doc.get_or_insert_xml_fragment(BODY);
    let txn = doc.transact();
    let (first, rest) = way.split_first().unwrap();
    let mut found = body
        .get(&txn, *first)
        .and_then(XmlOut::into_xml_element)
        .unwrap();
    for at in rest {
        found = found
            .get(&txn, *at)
            .and_then(XmlOut::into_xml_element)
            .unwrap();
    }
    found
}

/// Writes behind what a block of text says.
fn write(doc: &Doc, way: &[u32], more: &str) {
    let block = element(doc, way);
    let mut txn = doc.transact_mut();
    match block.get(&txn, 0).and_then(XmlOut::into_xml_text) {
        Some(text) => text.push(&mut txn, more),
        None => {
            block.push_back(&mut txn, yrs::XmlTextPrelim::new(more));
        }
    }
}

fn put(doc: &Doc, at: u32, block: &Block) {
    let scratch = Doc::with_client_id(99);
    let body = scratch.get_or_insert_xml_fragment(BODY);
    prose::append(
        &mut scratch.transact_mut(),
        &body,
        std::slice::from_ref(block),
    );
    let form = tree::Tree::read(&scratch).nodes[0].block.form.clone();
    let body = doc.get_or_insert_xml_fragment(BODY);
    form.insert(&mut doc.transact_mut(), &body, at);
}

fn remove(doc: &Doc, at: u32) {
    let body = doc.get_or_insert_xml_fragment(BODY);
    body.remove_range(&mut doc.transact_mut(), at, 1);
}

fn remove_child(doc: &Doc, way: &[u32], at: u32) {
    let parent = element(doc, way);
    parent.remove_range(&mut doc.transact_mut(), at, 1);
}

fn text_of(doc: &Doc) -> String {
    let body = doc.get_or_insert_xml_fragment(BODY);
    body.get_string(&doc.transact())
}

fn lines(doc: &Doc) -> Vec<String> {
    let nodes = tree::Tree::read(doc).nodes;
    nodes.iter().map(|node| node.block.form.text()).collect()
}

fn list(items: &[&str]) -> Block {
    Block::BulletList(
        items
            .iter()
            .map(|item| vec![Block::paragraph(*item)])
            .collect(),
    )
}

fn table(rows: &[&[&str]]) -> Block {
    Block::Table(
        rows.iter()
            .map(|cells| {
                cells
                    .iter()
                    .map(|cell| Cell::new(CellKind::Data, vec![Block::paragraph(*cell)]))
                    .collect()
            })
            .collect(),
    )
}

#[test]
fn nothing_is_told_where_nobody_wrote() {
    let case = Case::paragraphs(&["one", "two"]);
    assert_eq!(case.shown(), [""; 0]);
    assert!(!case.review().is_offered(LONG_SPELL));
}

#[test]
fn each_place_says_who_touched_it() {
    let case = Case::paragraphs(&["Give 2 g", "daily", "for ten days", "then stop", "and look"]);
    write(&case.mine, &[0], " twice");
    write(&case.theirs, &[1], " at eight");
    write(&case.mine, &[2], " or more");
    write(&case.theirs, &[2], " or less");
    remove(&case.mine, 4);
    remove(&case.theirs, 3);
    put(&case.theirs, 4, &Block::paragraph("new of theirs"));
    assert_eq!(
        case.shown(),
        [
            "Mine paragraph: Give 2 g[+ twice] | Give 2 g",
            "Theirs paragraph: daily | daily[+ at eight]",
            "Both paragraph: for ten days[+ or more] | for ten days[+ or less]",
            "Theirs paragraph: then stop | -",
            "Mine paragraph: - | and look",
            "Theirs paragraph: - | [+new of theirs]",
        ]
    );
    let review = case.review();
    assert_eq!(
        review.counts,
        Counts {
            mine: 2,
            theirs: 3,
            both: 1
        }
    );
    assert_eq!(review.more(), 0);
    let both = &review.places[2];
    let merged = both.merged.as_deref().unwrap();
    assert!(
        merged.contains("or more") && merged.contains("or less"),
        "{merged}"
    );
}

#[test]
fn what_one_removed_and_the_other_changed_is_told_and_can_be_put_back() {
    let case = Case::paragraphs(&["one", "two", "three"]);
    remove(&case.mine, 1);
    write(&case.theirs, &[1], " of theirs");
    write(&case.mine, &[0], " of mine");
    remove(&case.theirs, 0);
    assert_eq!(
        case.shown(),
        [
            "RemovedThere paragraph: one[+ of mine] | -",
            "RemovedHere paragraph: - | two[+ of theirs]",
        ]
    );
    let (review, merged) = (case.review(), case.merged());
    assert_eq!(lines(&merged), ["three"]);
    keep(&merged, &review.copies, &review.places[1], Side::Theirs).unwrap();
    assert_eq!(lines(&merged), ["two of theirs", "three"]);
    keep(&merged, &review.copies, &review.places[0], Side::Mine).unwrap();
    assert_eq!(lines(&merged), ["one of mine", "two of theirs", "three"]);
}

#[test]
fn what_was_put_back_can_be_decided_otherwise() {
    let case = Case::paragraphs(&["one", "two"]);
    remove(&case.mine, 1);
    write(&case.theirs, &[1], " more");
    let (review, merged) = (case.review(), case.merged());
    let mut place = review.places[0].clone();
    let kept = keep(&merged, &review.copies, &place, Side::Theirs).unwrap();
    let (client, clock) = kept.block.unwrap();
    let own = place.path.last_mut().unwrap();
    (own.client, own.clock) = (client, clock);
    let kept = keep(&merged, &review.copies, &place, Side::Mine).unwrap();
    assert_eq!(kept.block, None);
    assert_eq!(lines(&merged), ["one"]);
}

#[test]
fn list_items_and_table_cells_are_places() {
    let case = Case::of(&[
        Block::heading(2, "Doses"),
        list(&["first", "second", "third"]),
        table(&[&["drug", "dose"], &["ceftriaxone", "2 g"]]),
    ]);
    write(&case.mine, &[1, 0, 0], " of mine");
    write(&case.theirs, &[1, 2, 0], " of theirs");
    write(&case.mine, &[2, 1, 1, 0], " daily");
    write(&case.theirs, &[2, 1, 1, 0], " twice");
    write(&case.theirs, &[2, 0, 0, 0], "s");
    assert_eq!(
        case.shown(),
        [
            "Mine listItem: first[+ of mine] | first",
            "Theirs listItem: third | third[+ of theirs]",
            "Theirs tableCell: drug | [-drug][+drugs]",
            "Both tableCell: 2 g[+ daily] | 2 g[+ twice]",
        ]
    );
    let (review, merged) = (case.review(), case.merged());
    assert!(review.places.iter().all(|place| place.under == "Doses"));
    keep(&merged, &review.copies, &review.places[3], Side::Theirs).unwrap();
    let cell = element(&merged, &[2, 1, 1]);
    assert_eq!(
        tree::Tree::read(&merged).nodes[2].children[1].children[1]
            .block
            .form
            .text(),
        "2 g twice"
    );
    assert_eq!(&**cell.tag(), "tableCell");
}

#[test]
fn a_list_below_an_item_is_looked_into() {
    let nested = Block::BulletList(vec![vec![
        Block::paragraph("outer"),
        list(&["inner one", "inner two"]),
    ]]);
    let case = Case::of(&[nested]);
    write(&case.mine, &[0, 0, 1, 0, 0], " mine");
    write(&case.theirs, &[0, 0, 1, 1, 0], " theirs");
    write(&case.theirs, &[0, 0, 0], " theirs");
    assert_eq!(
        case.shown(),
        [
            "Theirs paragraph: outer | outer[+ theirs]",
            "Mine listItem: inner one[+ mine] | inner one",
            "Theirs listItem: inner two | inner two[+ theirs]",
        ]
    );
}

#[test]
fn what_was_removed_or_brought_as_a_whole_is_one_place() {
    let case = Case::of(&[list(&["a", "b"]), table(&[&["x", "y"], &["z", "w"]])]);
    remove(&case.theirs, 1);
    write(&case.mine, &[1, 1, 0, 0], " of mine");
    put(&case.theirs, 1, &list(&["new", "list"]));
    remove_child(&case.mine, &[0], 1);
    assert_eq!(
        case.shown(),
        [
            "Mine listItem: - | b",
            "RemovedThere table: x\ny\nz[+ of mine]\nw | -",
            "Theirs bulletList: - | [+new\nlist]",
        ]
    );
    let (review, merged) = (case.review(), case.merged());
    keep(&merged, &review.copies, &review.places[1], Side::Mine).unwrap();
    keep(&merged, &review.copies, &review.places[0], Side::Theirs).unwrap();
    assert_eq!(lines(&merged), ["a\nb", "x\ny\nz of mine\nw", "new\nlist"]);
}

#[test]
fn what_held_the_place_and_is_gone_is_put_back_around_it() {
    let case = Case::of(&[list(&["a", "b"])]);
    remove_child(&case.mine, &[0], 1);
    write(&case.theirs, &[0, 1, 0], " more");
    let (review, merged) = (case.review(), case.merged());
    remove(&merged, 0);
    keep(&merged, &review.copies, &review.places[0], Side::Theirs).unwrap();
    assert_eq!(
        text_of(&merged),
        "<bulletList><listItem><paragraph>b more</paragraph></listItem></bulletList>"
    );
}

#[test]
fn looks_and_frames_are_told_without_words() {
    let tasks = Block::TaskList(vec![Task {
        done: Done::No,
        content: vec![Block::paragraph("wash hands")],
    }]);
    let case = Case::of(&[
        tasks,
        Block::OrderedList {
            start: 1,
            items: vec![vec![Block::paragraph("one")]],
        },
    ]);
    element(&case.theirs, &[0, 0]).insert_attribute(
        &mut case.theirs.transact_mut(),
        "checked",
        true,
    );
    element(&case.mine, &[1]).insert_attribute(&mut case.mine.transact_mut(), "start", 3_i64);
    assert_eq!(
        case.shown(),
        [
            "Theirs looks taskItem: wash hands | wash hands",
            "Mine looks frame orderedList: one | one",
        ]
    );
    let (review, merged) = (case.review(), case.merged());
    write(&merged, &[1, 0, 0], " and more");
    for place in &review.places {
        let undone = if place.who == Who::Mine {
            Side::Theirs
        } else {
            Side::Mine
        };
        keep(&merged, &review.copies, place, undone).unwrap();
    }
    let text = text_of(&merged);
    assert!(text.contains(r#"checked="false""#), "{text}");
    assert!(text.contains(r#"start="1""#), "{text}");
    assert!(text.contains("one and more"), "{text}");
}

#[test]
fn what_stands_elsewhere_now_is_marked_as_moved() {
    let case = Case::paragraphs(&["one", "two", "three"]);
    remove(&case.theirs, 0);
    put(&case.theirs, 2, &Block::paragraph("one"));
    assert_eq!(
        case.shown(),
        [
            "Theirs moved paragraph: one | -",
            "Theirs moved paragraph: - | [+one]",
        ]
    );
}

#[test]
fn empty_lines_are_worth_no_word() {
    let case = Case::paragraphs(&["one", "", "two"]);
    put(&case.mine, 0, &Block::paragraph(""));
    remove(&case.theirs, 1);
    put(&case.theirs, 0, &Block::Rule);
    assert_eq!(
        case.shown(),
        ["Theirs horizontalRule: - | "],
        "a line across is something"
    );
}

#[test]
fn the_title_is_the_first_place() {
    let case = Case::paragraphs(&["one"]);
    let name = |doc: &Doc, title: &str| {
        crate::document::set_title(&mut doc.transact_mut(), title);
    };
    name(&case.mine, "Sepsis in children");
    name(&case.theirs, "Septic shock");
    assert_eq!(
        case.shown(),
        ["Both title: Sepsis[+ in children] | [-Sepsis][+Septic shock]"]
    );
    let (review, merged) = (case.review(), case.merged());
    keep(&merged, &review.copies, &review.places[0], Side::Mine).unwrap();
    assert_eq!(
        crate::document::title(&merged).as_deref(),
        Some("Sepsis in children")
    );
}

#[test]
fn the_heading_above_says_where_a_place_is() {
    let case = Case::of(&[
        Block::heading(2, "Doses"),
        Block::paragraph("2 g"),
        Block::heading(2, "Length"),
        Block::paragraph("ten days"),
    ]);
    write(&case.theirs, &[3], " or less");
    write(&case.mine, &[1], " daily");
    write(&case.mine, &[2], " of stay");
    let under: Vec<String> = case
        .review()
        .places
        .iter()
        .map(|place| place.under.clone())
        .collect();
    assert_eq!(under, ["Doses", "Doses", "Length of stay"]);
}

#[test]
fn more_than_anybody_would_read_is_counted_and_what_both_touched_comes_first() {
    let texts: Vec<String> = (0..PLACES_MAX + 60)
        .map(|at| format!("line {at}"))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let case = Case::paragraphs(&texts);
    for at in 0..u32::try_from(texts.len()).unwrap() {
        write(&case.theirs, &[at], " theirs");
    }
    let last = u32::try_from(texts.len() - 1).unwrap();
    write(&case.mine, &[last], " mine");
    let review = case.review();
    assert_eq!(review.places.len(), PLACES_MAX);
    assert_eq!(review.more(), 60);
    assert_eq!(review.places.last().unwrap().who, Who::Both);
}

#[test]
fn places_too_large_to_be_kept_are_counted() {
    let long = "word ".repeat(COPIES_BYTES_MAX / 8);
    let case = Case::paragraphs(&["one", "two", "three"]);
    for at in 0..3 {
        write(&case.theirs, &[at], &long);
    }
    let review = case.review();
    assert_eq!((review.places.len(), review.more()), (1, 2));
    let shown = review.places[0].theirs.as_ref().unwrap();
    let letters: usize = shown.iter().map(|piece| piece.text.chars().count()).sum();
    assert!(letters <= 2 * TEXT_CHARS_MAX + 2, "{letters}");
    let merged = case.merged();
    keep(&merged, &review.copies, &review.places[0], Side::Theirs).unwrap();
    assert_eq!(lines(&merged)[0], format!("one{long}"), "kept whole");
}

#[test]
fn a_review_is_offered_when_both_touched_one_place_or_after_a_long_spell() {
    let short = LONG_SPELL.checked_sub(Duration::from_millis(1)).unwrap();
    let counts = |mine, theirs, both| Review {
        places: Vec::new(),
        counts: Counts { mine, theirs, both },
        copies: Vec::new(),
    };
    let table = [
        (counts(0, 0, 0), LONG_SPELL, false),
        (counts(3, 0, 0), LONG_SPELL, false),
        (counts(0, 3, 0), LONG_SPELL, false),
        (counts(1, 1, 0), short, false),
        (counts(1, 1, 0), LONG_SPELL, true),
        (counts(0, 0, 1), Duration::ZERO, true),
    ];
    for (review, spell, expected) in table {
        assert_eq!(
            review.is_offered(spell),
            expected,
            "{:?} {spell:?}",
            review.counts
        );
    }
}

#[test]
fn copies_that_cannot_be_read_change_nothing() {
    let case = Case::paragraphs(&["one"]);
    write(&case.mine, &[0], " mine");
    write(&case.theirs, &[0], " theirs");
    let (review, merged) = (case.review(), case.merged());
    let before = lines(&merged);
    for copies in [&b""[..], &[0, 0], &[255; 9]] {
        let refused = keep(&merged, copies, &review.places[0], Side::Mine);
        assert_eq!(refused, Err(Unreadable));
    }
    assert_eq!(lines(&merged), before);
}

#[test]
fn marks_are_kept_with_the_words() {
    let case = Case::of(&[Block::Paragraph(vec![
        Run::plain("Give "),
        Run::bold("2 g"),
    ])]);
    write(&case.mine, &[0], " daily 💊");
    write(&case.theirs, &[0], " twice");
    let (review, merged) = (case.review(), case.merged());
    keep(&merged, &review.copies, &review.places[0], Side::Mine).unwrap();
    assert_eq!(
        tree::Tree::read(&merged).nodes[0].block.canonical,
        tree::Tree::read(&case.mine).nodes[0].block.canonical
    );
}
