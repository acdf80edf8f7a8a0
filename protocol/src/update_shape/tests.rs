//! The shapes of updates that yrs writes, and of bytes that nobody should.

use yrs::{
    Any, Array, Doc, Map, ReadTxn, StateVector, Text, Transact, XmlElementPrelim, XmlFragment,
};

use super::*;

pub(super) fn update_of(edit: impl FnOnce(&Doc)) -> Bytes {
    let doc = Doc::with_client_id(7);
    edit(&doc);
    let update = doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    update.into()
}

#[test]
fn an_empty_update_has_an_empty_shape() {
    let shape = read_shape(&Bytes::from_static(&[0, 0])).unwrap();
    assert!(shape.is_empty());
}

#[test]
fn spans_count_utf16_units() {
    let update = update_of(|doc| {
        let text = doc.get_or_insert_text("t");
        text.insert(&mut doc.transact_mut(), 0, "a\u{1F600}b");
    });
    let shape = read_shape(&update).unwrap();
    assert_eq!(
        shape.spans,
        [BlockSpan {
            client: 7,
            start: 0,
            end: 4
        }]
    );
}

#[test]
fn every_kind_of_content_agrees_with_yrs_about_clocks() {
    let update = update_of(|doc| {
        let map = doc.get_or_insert_map("m");
        let list = doc.get_or_insert_array("l");
        let prose = doc.get_or_insert_xml_fragment("x");
        let text = doc.get_or_insert_text("t");
        let mut txn = doc.transact_mut();
        map.insert(&mut txn, "bytes", Any::Buffer(vec![1, 2, 3].into()));
        map.insert(
            &mut txn,
            "nested",
            Any::from_json(r#"{"a":[1,2.5,-70000,null,true,{"b":"c"}]}"#).unwrap(),
        );
        list.push_back(&mut txn, 1);
        list.push_back(&mut txn, "two");
        list.remove(&mut txn, 0);
        prose.insert(&mut txn, 0, XmlElementPrelim::empty("paragraph"));
        text.insert_with_attributes(&mut txn, 0, "bold", [("b".into(), true.into())].into());
        text.remove_range(&mut txn, 1, 2);
    });
    let shape = read_shape(&update).unwrap();
    let expected = {
        use yrs::updates::decoder::Decode;
        yrs::Update::decode_v1(&update).unwrap().state_vector()
    };
    assert_eq!(shape.spans.len(), 1);
    assert_eq!(
        shape.spans[0].end,
        expected.get(&yrs::block::ClientID::new(7))
    );
    assert!(shape.deletions > 0);
}

#[test]
fn a_block_under_a_key_is_told() {
    let keyed = update_of(|doc| {
        doc.get_or_insert_map("m")
            .insert(&mut doc.transact_mut(), "key", 1);
    });
    assert!(read_shape(&keyed).unwrap().keyed);
    let listed = update_of(|doc| {
        let list = doc.get_or_insert_array("l");
        list.push_back(&mut doc.transact_mut(), 1);
    });
    assert!(!read_shape(&listed).unwrap().keyed);
}

#[test]
fn a_declared_count_beyond_the_bytes_is_refused() {
    for bomb in [
        &[0xff, 0xff, 0xff, 0xff, 0x0f][..],
        &[1, 0xff, 0xff, 0xff, 0x7a, 7, 0],
        &[1, 1, 7, 0, 8, 1, 1, b't', 1, 118, 0xff, 0xff, 0xff, 0x7a],
    ] {
        assert!(read_shape(&Bytes::copy_from_slice(bomb)).is_err());
    }
    assert!(check_state_vector(&Bytes::from_static(&[0xff, 0xff, 0xff, 0x7a])).is_err());
}

#[test]
fn nesting_that_would_exhaust_the_stack_is_told() {
    let nested = |depth: usize| {
        let mut update = vec![1, 1, 7, 0, 8, 1, 1, b't', 1];
        for _ in 0..depth {
            update.extend([117, 1]);
        }
        update.extend([127, 0]);
        read_shape(&update.into()).unwrap()
    };
    assert!(!nested(values::DEPTH_MAX).is_too_deep);
    assert!(nested(values::DEPTH_MAX + 1).is_too_deep);
    let bomb = nested(1_000_000);
    assert!(bomb.is_too_deep);
    assert_eq!(bomb.spans.len(), 1);
}

#[test]
fn clocks_that_wrap_are_refused() {
    // One deleted block of u32::MAX ticks that begins at clock 1.
    let bytes = [1, 1, 7, 1, 1, 1, 1, b't', 0xff, 0xff, 0xff, 0xff, 0x0f, 0];
    assert_eq!(
        read_shape(&Bytes::copy_from_slice(&bytes)),
        Err(DecodeError::IntegerOutOfRange)
    );
}

#[test]
fn a_block_cannot_hang_on_itself_or_on_a_later_one_of_its_author() {
    // Found by fuzzing: such a block makes replicas differ.
    let found = [1, 1, 1, 0, 1, 0, 1, 0, 1, 0x58, 0];
    let parent = [1, 1, 7, 3, 7, 0, 7, 3, 1, 0];
    let left = [1, 1, 7, 3, 0x84, 7, 4, 1, b'x', 0];
    let right = [1, 1, 7, 3, 0x44, 7, 3, 1, b'x', 0];
    for bytes in [&found[..], &parent, &left, &right] {
        assert!(
            read_shape(&Bytes::copy_from_slice(bytes)).is_err(),
            "{bytes:?}"
        );
    }
    let before = [1, 1, 7, 3, 0x84, 7, 2, 1, b'x', 0];
    assert!(read_shape(&Bytes::copy_from_slice(&before)).is_ok());
}

#[test]
fn a_client_is_listed_once() {
    let twice = [
        2, 1, 7, 0, 4, 1, 1, b't', 1, b'x', 1, 7, 1, 4, 1, 1, b't', 1, b'x', 0,
    ];
    assert_eq!(
        read_shape(&Bytes::copy_from_slice(&twice)),
        Err(DecodeError::Invalid("client listed twice"))
    );
}

#[test]
fn blocks_that_must_hang_on_the_same_are_one_run() {
    let update = update_of(|doc| {
        let prose = doc.get_or_insert_xml_fragment("x");
        let mut txn = doc.transact_mut();
        let paragraph = prose.insert(&mut txn, 0, XmlElementPrelim::empty("p"));
        prose.insert(&mut txn, 1, XmlElementPrelim::empty("p"));
        prose.insert(&mut txn, 2, XmlElementPrelim::empty("p"));
        paragraph.insert(&mut txn, 0, XmlElementPrelim::empty("b"));
    });
    let shape = read_shape(&update).unwrap();
    let at = |start, end, place| PlacedBlock {
        span: BlockSpan {
            client: 7,
            start,
            end,
        },
        place,
    };
    let first = BlockId {
        client: 7,
        clock: 0,
    };
    assert_eq!(
        shape.blocks,
        [at(0, 3, Place::Root), at(3, 4, Place::Within(first))]
    );
    assert!(shape.nests);
}
