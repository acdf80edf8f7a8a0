//! What was written is read, and what no editor would write too.

use yrs::updates::decoder::Decode;
use yrs::{
    Doc, ReadTxn, StateVector, Transact, Update, WriteTxn, XmlElementPrelim, XmlFragment,
    XmlTextPrelim,
};

use super::super::append;
use super::*;

/// As the server has it: from an update, so that no root has a type yet.
fn received(doc: &Doc) -> Doc {
    let update = doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    let copy = Doc::new();
    copy.transact_mut()
        .apply_update(Update::decode_v1(&update).unwrap())
        .unwrap();
    copy
}

fn marked(text: &str, marks: &[Mark]) -> Run {
    Run {
        text: text.to_owned(),
        marks: marks.to_vec(),
    }
}

#[test]
fn what_was_written_is_read() {
    let blocks = vec![
        Block::heading(2, "Treatment"),
        Block::Paragraph(vec![
            Run::plain("≥ 38,5 °C: "),
            marked("💊 daß", &[Mark::Bold, Mark::Italic]),
            Run::plain(LINE_BREAK),
            marked("10", &[Mark::Underline]),
            marked("9", &[Mark::Superscript]),
            marked("2", &[Mark::Subscript]),
            marked("old", &[Mark::Strike]),
            marked("x = 1", &[Mark::Code]),
            Run::link("ü", "https://example.org/"),
        ]),
        Block::Paragraph(Vec::new()),
        Block::BulletList(vec![
            vec![
                Block::paragraph("a"),
                Block::OrderedList {
                    start: 3,
                    items: vec![vec![Block::paragraph("c")]],
                },
            ],
            vec![Block::paragraph("b")],
        ]),
        Block::TaskList(vec![
            Task {
                done: Done::Yes,
                content: vec![Block::paragraph("done")],
            },
            Task {
                done: Done::No,
                content: vec![Block::paragraph("open")],
            },
        ]),
        Block::Table(vec![
            vec![Cell {
                kind: CellKind::Header,
                columns: 2,
                rows: 1,
                content: vec![Block::paragraph("h")],
            }],
            vec![
                Cell::new(CellKind::Data, vec![Block::paragraph("1")]),
                Cell::new(CellKind::Data, Vec::new()),
            ],
        ]),
        Block::Blockquote(vec![Block::paragraph("said")]),
        Block::CodeBlock("a\nb".to_owned()),
        Block::Rule,
        Block::Question("0199a1b2-0000-7000-8000-000000000001".to_owned()),
    ];
    let doc = Doc::new();
    let fragment = doc.get_or_insert_xml_fragment(BODY);
    append(&mut doc.transact_mut(), &fragment, &blocks);
    assert_eq!(body(&doc.transact()), blocks);
    assert_eq!(body(&received(&doc).transact()), blocks);
}

#[test]
fn a_document_without_a_body_has_no_blocks() {
    assert_eq!(body(&Doc::new().transact()), []);
}

#[test]
fn nothing_that_can_be_seen_is_left_out() {
    let doc = Doc::new();
    let mut txn = doc.transact_mut();
    let root = txn.get_or_insert_xml_fragment(BODY);
    root.push_back(&mut txn, XmlTextPrelim::new("loose"));
    // An element of a later version, with a paragraph in it.
    let unknown = root.push_back(&mut txn, XmlElementPrelim::empty("callout"));
    append(&mut txn, &unknown, &[Block::paragraph("inside")]);
    let list = root.push_back(&mut txn, XmlElementPrelim::empty("bulletList"));
    list.push_back(&mut txn, XmlTextPrelim::new("no item"));
    let table = root.push_back(&mut txn, XmlElementPrelim::empty("table"));
    table.push_back(&mut txn, XmlTextPrelim::new("no row"));
    let paragraph = root.push_back(&mut txn, XmlElementPrelim::empty("paragraph"));
    let nested = paragraph.push_back(&mut txn, XmlElementPrelim::empty("paragraph"));
    nested.push_back(&mut txn, XmlTextPrelim::new("nested"));
    assert_eq!(
        body(&txn),
        [
            Block::paragraph("loose"),
            Block::paragraph("inside"),
            Block::BulletList(vec![vec![Block::paragraph("no item")]]),
            Block::Table(vec![vec![Cell::new(
                CellKind::Data,
                vec![Block::paragraph("no row")]
            )]]),
            Block::Paragraph(vec![Run::plain(LINE_BREAK), Run::plain("nested")]),
        ]
    );
}

#[test]
fn settings_are_read_in_every_form() {
    let doc = Doc::new();
    let mut txn = doc.transact_mut();
    let root = txn.get_or_insert_xml_fragment(BODY);
    for level in [
        Any::from(2i64),
        Any::from(2.0),
        Any::from("2"),
        Any::from(-2i64),
        Any::from(f64::NAN),
        Any::from(99i64),
        Any::Null,
    ] {
        let heading = root.push_back(&mut txn, XmlElementPrelim::empty("heading"));
        heading.insert_attribute(&mut txn, "level", level);
    }
    let levels: Vec<u8> = body(&txn)
        .into_iter()
        .map(|block| match block {
            Block::Heading(level, _) => level,
            other => panic!("no heading: {other:?}"),
        })
        .collect();
    assert_eq!(levels, [2, 2, 2, 1, 1, 4, 1]);
}
