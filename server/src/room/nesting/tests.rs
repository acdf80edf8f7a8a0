//! Nesting, told by tables, by attacks on its order, and against yrs's own tree.

use bytes::Bytes;
use consilium_protocol::wire::Writer;
use proptest::prelude::*;
use yrs::types::xml::XmlOut;
use yrs::updates::decoder::Decode;
use yrs::{
    Array, ArrayPrelim, Doc, Map, MapPrelim, Out, ReadTxn, Text, Transact, Update,
    XmlElementPrelim, XmlFragment, XmlTextPrelim,
};

use super::*;
use crate::room::replica::{Keep, Refusal, Replica};
use consilium_protocol::update_shape::read_shape;

const MAX: u32 = SHARED_TYPE_DEPTH_MAX as u32;

/// What the runtime gives a thread that nobody configured.
const STACK_BYTES: usize = 2 * 1024 * 1024;

#[derive(Debug, Clone, Copy)]
enum Hangs {
    Collected,
    Root,
    Within(u64, u32),
    After(u64, u32),
    Between((u64, u32), (u64, u32)),
}

#[derive(Debug, Clone, Copy)]
enum What {
    Element,
    Text,
}

use Hangs::{After, Between, Collected, Root, Within};
use What::{Element, Text as Letter};

/// An update of one client's blocks of one tick each.
fn update(client: u64, start: u32, blocks: &[(Hangs, What)]) -> Bytes {
    let mut out = Writer::default();
    let id = |out: &mut Writer, (client, clock): (u64, u32)| {
        out.var_uint(client);
        out.var_uint(u64::from(clock));
    };
    out.var_uint(1);
    out.var_uint(blocks.len() as u64);
    out.var_uint(client);
    out.var_uint(u64::from(start));
    for (hangs, what) in blocks {
        let content = match what {
            Element => 7,
            Letter => 4,
        };
        match *hangs {
            Collected => {
                out.var_uint(0);
                out.var_uint(1);
                continue;
            }
            Root => {
                out.var_uint(content);
                out.var_uint(1);
                out.var_string("body");
            }
            Within(client, clock) => {
                out.var_uint(content);
                out.var_uint(0);
                id(&mut out, (client, clock));
            }
            After(client, clock) => {
                // Two bytes would be a variable-length number; the info is one.
                out.raw(&[0x80 | content as u8]);
                id(&mut out, (client, clock));
            }
            Between(left, right) => {
                out.raw(&[0xc0 | content as u8]);
                id(&mut out, left);
                id(&mut out, right);
            }
        }
        match what {
            Element => {
                out.var_uint(3);
                out.var_string("p");
            }
            Letter => out.var_string("x"),
        }
    }
    out.var_uint(0);
    out.finish()
}

fn deletion(client: u64, clock: u64) -> Bytes {
    let mut out = Writer::default();
    for value in [0, 1, client, 1, clock, 1] {
        out.var_uint(value);
    }
    out.finish()
}

/// Elements within each other: clocks `from..to`, the first within the block before it or in the root.
fn chain(client: u64, from: u32, to: u32) -> Bytes {
    let blocks: Vec<_> = (from..to)
        .map(|clock| match clock.checked_sub(1) {
            None => (Root, Element),
            Some(parent) => (Within(client, parent), Element),
        })
        .collect();
    update(client, from, &blocks)
}

fn admit(nesting: &mut Nesting, bytes: &Bytes) -> Result<(), Unfit> {
    nesting.admit(&read_shape(bytes).unwrap(), |_| 0)
}

fn apply(replica: &mut Replica, bytes: &Bytes) -> Result<(), Refusal> {
    let shape = Replica::shape(bytes)?;
    replica.apply(bytes, &shape, Keep::AsSent).map(|_| ())
}

fn depth(nesting: &Nesting, client: u64, clock: u32) -> Option<u16> {
    nesting.depth_of(BlockId { client, clock })
}

#[test]
fn a_block_lies_as_deep_as_what_it_hangs_on_says() {
    let mut nesting = Nesting::default();
    let told = [
        (update(1, 0, &[(Root, Element)]), 1),
        (update(2, 0, &[(Within(1, 0), Element)]), 2),
        (update(3, 0, &[(After(2, 0), Letter)]), 2),
        (update(4, 0, &[(Within(2, 0), Letter)]), 3),
        (update(5, 0, &[(Between((3, 0), (4, 0)), Letter)]), 3),
        (update(6, 0, &[(Collected, Letter)]), 0),
        (update(7, 0, &[(Within(6, 0), Element)]), 1),
    ];
    for (number, (bytes, expected)) in told.iter().enumerate() {
        assert_eq!(admit(&mut nesting, bytes), Ok(()));
        assert_eq!(
            depth(&nesting, number as u64 + 1, 0),
            Some(*expected),
            "update {number}"
        );
    }
}

#[test]
fn blocks_of_one_update_may_hang_on_later_ones() {
    let mut both = Writer::default();
    both.var_uint(2);
    for (client, parent) in [(9, Some(8)), (8, None)] {
        both.var_uint(1);
        both.var_uint(client);
        both.var_uint(0);
        both.var_uint(7);
        match parent {
            Some(parent) => {
                for value in [0, parent, 0] {
                    both.var_uint(value);
                }
            }
            None => {
                both.var_uint(1);
                both.var_string("body");
            }
        }
        both.var_uint(1);
    }
    both.var_uint(0);
    let mut nesting = Nesting::default();
    assert_eq!(admit(&mut nesting, &both.finish()), Ok(()));
    assert_eq!(depth(&nesting, 9, 0), Some(2));
}

#[test]
fn the_limit_holds_over_many_updates_clients_and_siblings() {
    let mut nesting = Nesting::default();
    admit(&mut nesting, &update(1, 0, &[(Root, Element)])).unwrap();
    let mut refused_at = None;
    for level in 1..=2 * u64::from(MAX) {
        // A letter of another client inside, and the next element beside that letter.
        let letter = update(2 * level, 0, &[(Within(2 * level - 1, 0), Letter)]);
        let element = update(2 * level + 1, 0, &[(After(2 * level, 0), Element)]);
        let outcome = admit(&mut nesting, &letter).and_then(|()| admit(&mut nesting, &element));
        if outcome.is_err() {
            assert_eq!(outcome, Err(Unfit::TooDeep));
            refused_at = Some(level);
            break;
        }
    }
    // The first element is one deep, so the one of the last level that is let in is MAX deep.
    assert_eq!(refused_at, Some(u64::from(MAX)));
}

#[test]
fn a_refused_update_leaves_nothing_behind() {
    let mut nesting = Nesting::default();
    assert_eq!(
        admit(&mut nesting, &chain(1, 0, MAX + 1)),
        Err(Unfit::TooDeep)
    );
    assert_eq!(depth(&nesting, 1, 0), None);
    assert_eq!(admit(&mut nesting, &chain(1, 0, MAX)), Ok(()));
    assert_eq!(depth(&nesting, 1, MAX - 1), Some(SHARED_TYPE_DEPTH_MAX));
}

#[test]
fn what_waits_finds_its_depth_when_the_missing_comes() {
    let mut nesting = Nesting::default();
    admit(&mut nesting, &chain(1, 3, 5)).unwrap();
    admit(&mut nesting, &update(2, 0, &[(After(1, 4), Letter)])).unwrap();
    admit(&mut nesting, &chain(1, 1, 3)).unwrap();
    assert_eq!(depth(&nesting, 2, 0), None);
    admit(&mut nesting, &chain(1, 0, 1)).unwrap();
    assert_eq!(depth(&nesting, 1, 4), Some(5));
    assert_eq!(depth(&nesting, 2, 0), Some(5));
    assert!(nesting.waiting.is_empty() && nesting.missing.is_empty());
}

#[test]
fn a_chain_that_arrives_from_its_end_is_bounded_while_it_waits() {
    let mut nesting = Nesting::default();
    let mut taken = 0;
    for clock in (1..4 * MAX).rev() {
        taken += u32::from(admit(&mut nesting, &chain(1, clock, clock + 1)).is_ok());
    }
    admit(&mut nesting, &chain(1, 0, 1)).unwrap();
    assert!(taken >= MAX, "{taken}");
    let deepest = nesting.placed.values().flat_map(|runs| runs.0.values());
    assert!(deepest.map(|run| run.depth).max() <= Some(DEPTH_BOUND));
    assert!(nesting.waiting.values().len() as u32 <= 4 * MAX);
}

#[test]
fn waiting_below_the_deepest_does_not_grow_again() {
    let mut nesting = Nesting::default();
    // MAX levels wait below (2, 0), which then comes at the limit.
    let mut below = vec![(Within(2, 0), Element)];
    below.extend((1..MAX).map(|clock| (Within(1, clock - 1), Element)));
    admit(&mut nesting, &update(1, 0, &below)).unwrap();
    admit(&mut nesting, &chain(3, 0, MAX - 1)).unwrap();
    admit(
        &mut nesting,
        &update(2, 0, &[(Within(3, MAX - 2), Element)]),
    )
    .unwrap();
    assert_eq!(depth(&nesting, 1, MAX - 1), Some(DEPTH_BOUND));
    // Nothing goes deeper from there: not directly, not beside, not with something missing.
    for (client, hangs) in [
        (10, Within(1, MAX - 1)),
        (11, After(1, MAX - 1)),
        (12, Between((1, MAX - 1), (99, 0))),
        (13, Between((99, 0), (1, MAX - 1))),
    ] {
        for what in [Element, Letter] {
            assert_eq!(
                admit(&mut nesting, &update(client, 0, &[(hangs, what)])),
                Err(Unfit::TooDeep),
                "{hangs:?}"
            );
        }
    }
}

#[test]
fn open_blocks_cannot_be_told_in_two_ways() {
    let cases: [(&str, Bytes, Bytes, Result<(), Unfit>); 6] = [
        (
            "the same again",
            update(1, 5, &[(Within(9, 0), Element)]),
            update(1, 5, &[(Within(9, 0), Element)]),
            Ok(()),
        ),
        (
            "waits for another",
            update(1, 5, &[(Within(9, 0), Element)]),
            update(1, 5, &[(Within(9, 1), Element)]),
            Err(Unfit::Contradictory),
        ),
        (
            "placed, then waiting",
            update(1, 5, &[(Root, Element)]),
            update(1, 5, &[(Within(9, 1), Element)]),
            Err(Unfit::Contradictory),
        ),
        (
            "cut elsewhere",
            update(1, 5, &[(Within(9, 0), Letter), (After(1, 5), Letter)]),
            update(1, 6, &[(After(1, 5), Letter), (After(1, 6), Letter)]),
            Ok(()),
        ),
        (
            "collected meanwhile",
            update(1, 5, &[(Within(9, 0), Element)]),
            update(1, 5, &[(Collected, Element)]),
            Ok(()),
        ),
        (
            "on each other",
            update(1, 0, &[(Within(2, 0), Element)]),
            update(2, 0, &[(Within(1, 0), Element)]),
            Err(Unfit::Contradictory),
        ),
    ];
    for (name, first, second, expected) in cases {
        let mut nesting = Nesting::default();
        admit(&mut nesting, &first).unwrap();
        assert_eq!(admit(&mut nesting, &second), expected, "{name}");
    }
}

#[test]
fn typing_goes_on_in_one_run_while_something_is_missing() {
    let mut nesting = Nesting::default();
    admit(&mut nesting, &update(1, 0, &[(After(9, 0), Letter)])).unwrap();
    for clock in 1..1_000 {
        admit(
            &mut nesting,
            &update(1, clock, &[(After(1, clock - 1), Letter)]),
        )
        .unwrap();
    }
    assert_eq!(nesting.waiting.len(), 1);
    admit(&mut nesting, &update(9, 0, &[(Root, Letter)])).unwrap();
    assert_eq!(depth(&nesting, 1, 999), Some(1));
    assert_eq!(nesting.placed[&1].0.len(), 1);
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}

/// As deep as it can become: MAX levels that waited below another MAX.
fn deepest() -> Replica {
    let mut replica = Replica::new();
    let mut below = vec![(Within(2, 0), Element)];
    below.extend((1..MAX).map(|clock| (Within(1, clock - 1), Element)));
    apply(&mut replica, &update(1, 0, &below)).unwrap();
    apply(&mut replica, &chain(3, 0, MAX - 1)).unwrap();
    apply(
        &mut replica,
        &update(2, 0, &[(Within(3, MAX - 2), Element)]),
    )
    .unwrap();
    assert_eq!(replica.clock_of(1), MAX);
    replica
}

#[test]
fn the_deepest_document_is_encoded_deleted_and_dropped_on_a_small_stack() {
    on_a_small_stack(|| {
        let mut replica = deepest();
        let whole = replica.whole().unwrap();
        apply(&mut Replica::new(), &whole).expect_err("deeper than one update may be");
        apply(&mut replica, &deletion(3, 0)).unwrap();
        let collected = replica.whole().unwrap();
        assert!(collected.len() < whole.len());
        drop(replica);
        drop(deepest());
    });
}

#[test]
fn a_snapshot_forgets_neither_depth_nor_what_waits() {
    on_a_small_stack(|| {
        let mut replica = Replica::new();
        for start in [0, MAX] {
            // Each time MAX levels that wait below what comes last, with a restart in between.
            let end = 3 * MAX - start;
            let outcome = apply(&mut replica, &chain(1, end - MAX, end));
            assert_eq!(outcome.is_ok(), start == 0, "from {start}");
            let snapshot = replica.whole().unwrap();
            replica = Replica::new();
            replica.apply_snapshot(&snapshot).unwrap();
        }
        let mut replica = Replica::new();
        replica.apply_snapshot(&deepest().whole().unwrap()).unwrap();
        let deeper = update(9, 0, &[(Within(1, MAX - 1), Element)]);
        assert_eq!(apply(&mut replica, &deeper), Err(Refusal::TooDeep));
        apply(&mut replica, &update(9, 0, &[(After(3, 0), Element)])).unwrap();
        apply(&mut replica, &deletion(3, 0)).unwrap();
    });
}

#[test]
fn a_stored_chain_from_before_the_limit_is_left_out_row_by_row() {
    on_a_small_stack(|| {
        let mut replica = Replica::new();
        let mut left_out = 0;
        for start in (0..20_000).step_by(50) {
            left_out += usize::from(apply(&mut replica, &chain(1, start, start + 50)).is_err());
        }
        // Two rows fit, the third does not; two more may wait for it, and so on.
        assert_eq!(left_out, 400 / 3);
        apply(&mut replica, &deletion(1, 0)).unwrap();
    });
}

/// Where to nest next, and what.
#[derive(Debug, Clone)]
struct Step {
    writer: usize,
    at: usize,
    kind: u8,
    sync: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..3_usize,
        any::<usize>(),
        0..7_u8,
        prop::bool::weighted(0.3),
    )
        .prop_map(|(writer, at, kind, sync)| Step {
            writer,
            at,
            kind,
            sync,
        });
    prop::collection::vec(step, 1..60)
}

/// Every container of a document with the number of shared types above it.
fn containers(txn: &impl ReadTxn) -> Vec<(Out, u16)> {
    let mut found: Vec<(Out, u16)> = Vec::new();
    for name in ["x", "l", "m"] {
        let root = match name {
            "x" => txn.get_xml_fragment(name).map(Out::YXmlFragment),
            "l" => txn.get_array(name).map(Out::YArray),
            _ => txn.get_map(name).map(Out::YMap),
        };
        found.extend(root.map(|root| (root, 0)));
    }
    let mut next = 0;
    while let Some((container, depth)) = found.get(next).cloned() {
        next += 1;
        let children: Vec<Out> = match container {
            Out::YXmlFragment(inner) => inner.children(txn).map(xml_out).collect(),
            Out::YXmlElement(inner) => inner.children(txn).map(xml_out).collect(),
            Out::YArray(inner) => inner.iter(txn).collect(),
            Out::YMap(inner) => inner.iter(txn).map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        found.extend(children.into_iter().map(|child| (child, depth + 1)));
    }
    found
}

fn xml_out(node: XmlOut) -> Out {
    match node {
        XmlOut::Element(inner) => Out::YXmlElement(inner),
        XmlOut::Fragment(inner) => Out::YXmlFragment(inner),
        XmlOut::Text(inner) => Out::YXmlText(inner),
    }
}

fn block_of(container: &Out) -> Option<yrs::ID> {
    use yrs::BranchID;
    let id = match container {
        Out::YXmlElement(inner) => AsRef::<yrs::branch::Branch>::as_ref(inner).id(),
        Out::YXmlText(inner) => AsRef::<yrs::branch::Branch>::as_ref(inner).id(),
        Out::YArray(inner) => AsRef::<yrs::branch::Branch>::as_ref(inner).id(),
        Out::YMap(inner) => AsRef::<yrs::branch::Branch>::as_ref(inner).id(),
        _ => return None,
    };
    match id {
        BranchID::Nested(id) => Some(id),
        BranchID::Root(_) => None,
    }
}

fn edit(doc: &Doc, step: &Step) -> Bytes {
    let mut txn = doc.transact_mut();
    let mut places = containers(&txn);
    places.retain(|(_, depth)| *depth < 20);
    let (place, _) = places.swap_remove(step.at % places.len());
    let key = ["a", "b"][step.at / 7 % 2];
    let at = |len: u32| (step.at / 3) as u32 % (len + 1);
    match place {
        Out::YXmlFragment(inner) => {
            let index = at(inner.len(&txn));
            inner.insert(&mut txn, index, XmlElementPrelim::empty("p"));
        }
        Out::YXmlElement(inner) => {
            let index = at(inner.len(&txn));
            match step.kind {
                0 if index > 0 => inner.remove_range(&mut txn, index - 1, 1),
                1 => {
                    inner.insert(&mut txn, index, XmlTextPrelim::new("words"));
                }
                _ => {
                    inner.insert(&mut txn, index, XmlElementPrelim::empty("li"));
                }
            }
        }
        Out::YXmlText(inner) => {
            let index = at(inner.len(&txn));
            inner.insert(&mut txn, index, "more");
        }
        Out::YArray(inner) => {
            let index = at(inner.len(&txn));
            match step.kind {
                0 if index > 0 => inner.remove(&mut txn, index - 1),
                1 => {
                    inner.insert(&mut txn, index, 1);
                }
                2..4 => {
                    inner.insert(&mut txn, index, MapPrelim::default());
                }
                _ => {
                    inner.insert(&mut txn, index, ArrayPrelim::default());
                }
            }
        }
        Out::YMap(inner) => match step.kind {
            0 => {
                inner.remove(&mut txn, key);
            }
            1 => {
                inner.insert(&mut txn, key, 1);
            }
            2..4 => {
                inner.insert(&mut txn, key, MapPrelim::default());
            }
            _ => {
                inner.insert(&mut txn, key, ArrayPrelim::default());
            }
        },
        _ => {}
    }
    txn.encode_update_v1().into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_editing_history_is_refused_and_depths_are_those_of_the_tree(
        steps in steps(),
        order in any::<u64>(),
    ) {
        let writers: Vec<Doc> = (1..=3).map(Doc::with_client_id).collect();
        for doc in &writers {
            doc.get_or_insert_xml_fragment("x");
            doc.get_or_insert_array("l");
            doc.get_or_insert_map("m");
        }
        let mut history: Vec<Bytes> = Vec::new();
        for step in &steps {
            let doc = &writers[step.writer];
            if step.sync {
                for update in &history {
                    doc.transact_mut().apply_update(Update::decode_v1(update).unwrap()).unwrap();
                }
            }
            history.push(edit(doc, step));
        }
        // Two servers: one hears everything in order and some of it twice, one in any order.
        let mut in_order = Replica::new();
        in_order.measured().unwrap();
        for update in history.iter().chain(history.iter().step_by(3)) {
            prop_assert_eq!(apply(&mut in_order, update), Ok(()));
        }
        let mut shuffled = history.clone();
        shuffled.sort_by_key(|update| {
            update.iter().fold(order, |hash, byte| hash.rotate_left(7).wrapping_mul(31) ^ u64::from(*byte))
        });
        let mut any_order = Replica::new();
        for update in &shuffled {
            prop_assert_eq!(apply(&mut any_order, update), Ok(()));
        }
        for replica in [&mut in_order, &mut any_order] {
            let found = containers(&replica.doc().transact());
            for (container, expected) in found {
                if let Some(id) = block_of(&container) {
                    let id = BlockId { client: id.client.get(), clock: id.clock };
                    prop_assert_eq!(replica.measured().unwrap().depth_of(id), Some(expected));
                }
            }
        }
    }
}
