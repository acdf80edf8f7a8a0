//! Whatever two people do without each other: the report is right, and whoever decides gets what they chose.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use yrs::Doc;

use super::super::tree::{Node, Tree};
use super::{Block, Case, Side, Who, copy, keep, list, merge, put, table, write};
use crate::branch::version::BlockId;
use crate::document::BODY;
use yrs::{Transact, XmlFragment};

/// One act of one of them. Numbers are taken among what there is.
#[derive(Debug, Clone)]
enum Act {
    Write(usize, String),
    Clear(usize),
    Insert(usize, u8, String),
    Remove(usize),
    RemoveItem(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let place = 0_usize..64;
    prop_oneof![
        5 => (place.clone(), " [a-zäß💊]{1,6}").prop_map(|(at, text)| Act::Write(at, text)),
        2 => place.clone().prop_map(Act::Clear),
        2 => (place.clone(), 0_u8..3, "[a-z]{1,5}").prop_map(|(at, kind, text)| Act::Insert(at, kind, text)),
        1 => place.clone().prop_map(Act::Remove),
        1 => place.prop_map(Act::RemoveItem),
    ]
}

/// The ways to all blocks of text.
fn texts(doc: &Doc) -> Vec<Vec<u32>> {
    fn below(nodes: &[Node], way: &mut Vec<u32>, found: &mut Vec<Vec<u32>>) {
        for (node, at) in nodes.iter().zip(0..) {
            way.push(at);
            if node.children.is_empty() {
                if node.block.kind() == "paragraph" {
                    found.push(way.clone());
                }
            } else {
                below(&node.children, way, found);
            }
            way.pop();
        }
    }
    let mut found = Vec::new();
    below(&Tree::read(doc).nodes, &mut Vec::new(), &mut found);
    found
}

fn done(doc: &Doc, act: &Act) {
    let body = doc.get_or_insert_xml_fragment(BODY);
    let blocks = {
        let txn = doc.transact();
        body.len(&txn)
    };
    let ways = texts(doc);
    let pick = |at: usize| ways.get(at % ways.len().max(1));
    match act {
        Act::Write(at, text) => {
            if let Some(way) = pick(*at) {
                write(doc, way, text);
            }
        }
        Act::Clear(at) => {
            if let Some(way) = pick(*at) {
                let element = super::element(doc, way);
                let mut txn = doc.transact_mut();
                let length = element.len(&txn);
                element.remove_range(&mut txn, 0, length);
            }
        }
        Act::Insert(at, kind, text) => {
            let at = u32::try_from(*at).unwrap() % (blocks + 1);
            let block = match kind {
                0 => Block::paragraph(text.as_str()),
                1 => list(&[text, "item"]),
                _ => table(&[&[text, "cell"]]),
            };
            put(doc, at, &block);
        }
        Act::Remove(at) => {
            if blocks > 0 {
                super::remove(doc, u32::try_from(*at).unwrap() % blocks);
            }
        }
        Act::RemoveItem(at) => {
            let items: Vec<&Vec<u32>> = ways.iter().filter(|way| way.len() > 1).collect();
            if let Some(way) = items.get(at % items.len().max(1)) {
                super::remove_child(doc, &way[..1], way[1]);
            }
        }
    }
}

/// Every block at every depth, by identity, as it looks.
fn blocks(doc: &Doc) -> BTreeMap<BlockId, Node> {
    fn below(nodes: &[Node], found: &mut BTreeMap<BlockId, Node>) {
        for node in nodes {
            found.insert(node.id(), node.clone());
            below(&node.children, found);
        }
    }
    let mut found = BTreeMap::new();
    below(&Tree::read(doc).nodes, &mut found);
    found
}

fn histories() -> impl Strategy<Value = (Vec<Act>, Vec<Act>)> {
    (
        prop::collection::vec(act(), 0..8),
        prop::collection::vec(act(), 0..8),
    )
}

fn case(mine: &[Act], theirs: &[Act]) -> Case {
    let case = Case::of(&[
        Block::paragraph("alpha"),
        list(&["one", "two", "three"]),
        Block::heading(2, "Doses"),
        Block::paragraph("beta"),
        table(&[&["a", "b"], &["c", "d"]]),
        Block::paragraph("gamma"),
    ]);
    for act in mine {
        done(&case.mine, act);
    }
    for act in theirs {
        done(&case.theirs, act);
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn whatever_both_touched_is_told_and_nothing_that_nobody_did((mine, theirs) in histories()) {
        let case = case(&mine, &theirs);
        let review = case.review();
        prop_assert_eq!(review.more(), 0);
        let [base, mine, theirs] = [&case.base, &case.mine, &case.theirs].map(blocks);
        let looks = |of: &BTreeMap<BlockId, Node>, id: &BlockId| {
            of.get(id).map(|node| node.block.canonical.clone())
        };
        // In the report, a block is told by itself or by one that holds it.
        let both: Vec<&super::Place> = review.places.iter().filter(|place| place.who.is_both()).collect();
        let told = |id: &BlockId| {
            both.iter().any(|place| {
                let top = place.path.last().map(super::Step::id);
                top == Some(*id) || top.is_some_and(|top| {
                    [&base, &mine, &theirs].iter().any(|of| of.get(&top).is_some_and(|node| holds(node, *id)))
                })
            })
        };
        for (id, node) in &base {
            let (here, there) = (looks(&mine, id), looks(&theirs, id));
            let was = Some(node.block.canonical.clone());
            let is_leaf = !node.is_holder() && node.children.is_empty();
            if is_leaf && here != was && there != was && (here.is_some() || there.is_some()) {
                prop_assert!(told(id), "{:?} was touched by both: {:?}", id, case.shown());
            }
        }
        for place in &review.places {
            let id = place.path.last().expect("no title was touched").id();
            let (was, here, there) = (looks(&base, &id), looks(&mine, &id), looks(&theirs, &id));
            let expected = match place.who {
                Who::Mine => here != was && there == was,
                Who::Theirs => here == was && there != was,
                Who::Both => here != was && there != was,
                Who::RemovedHere => here.is_none() && there != was && there.is_some(),
                Who::RemovedThere => there.is_none() && here != was && here.is_some(),
            };
            prop_assert!(expected, "{:?} {:?}", place, case.shown());
        }
        // No block is told twice.
        let ids: BTreeSet<BlockId> = review.places.iter().map(|place| place.path.last().expect("a block").id()).collect();
        prop_assert_eq!(ids.len(), review.places.len());
    }

    #[test]
    fn whoever_decides_gets_what_they_chose_whatever_is_typed_elsewhere(
        (mine, theirs) in histories(),
        choices in prop::collection::vec(any::<bool>(), 40),
        typed in 0_usize..64,
    ) {
        let case = case(&mine, &theirs);
        let review = case.review();
        let merged = case.merged();
        let sides = [(Side::Mine, blocks(&case.mine)), (Side::Theirs, blocks(&case.theirs))];
        for (place, chosen) in review.places.iter().zip(choices.iter().cycle()) {
            let (side, said) = &sides[usize::from(*chosen)];
            let id = place.path.last().expect("a block").id();
            let before = blocks(&merged);
            // Somebody types into another block meanwhile.
            let other = copy(&merged, 77);
            let ways = texts(&other);
            let elsewhere = ways.get(typed % ways.len().max(1)).filter(|way| {
                way_ids(&other, way).iter().all(|each| *each != id)
            });
            if let Some(way) = elsewhere {
                write(&other, way, " typed");
            }
            let kept = keep(&merged, &review.copies, place, *side).expect("readable copies");
            merge(&merged, &other);
            let after = blocks(&merged);
            let wanted = said.get(&id).map(|node| node.block.canonical.clone());
            let found = kept.block.and_then(|block| after.get(&block)).map(|node| node.block.canonical.clone());
            prop_assert_eq!(found, wanted, "{:?} of {:?}", side, place);
            // Nothing else has gone or changed, but for what was typed and what holds the place.
            for (other_id, node) in &before {
                let is_apart = *other_id != id
                    && node.children.is_empty()
                    && !node.is_holder()
                    && !before.get(&id).is_some_and(|whole| holds(whole, *other_id))
                    && elsewhere.is_none_or(|way| way_ids(&other, way).last() != Some(other_id));
                if is_apart {
                    let now = after.get(other_id).map(|now| &now.block.canonical);
                    prop_assert_eq!(now, Some(&node.block.canonical));
                }
            }
        }
    }
}

/// The blocks that a way leads through.
fn way_ids(doc: &Doc, way: &[u32]) -> Vec<BlockId> {
    let tree = Tree::read(doc);
    let mut nodes = &tree.nodes;
    let mut ids = Vec::new();
    for at in way {
        let node = &nodes[*at as usize];
        ids.push(node.id());
        nodes = &node.children;
    }
    ids
}

fn holds(node: &Node, id: BlockId) -> bool {
    node.children
        .iter()
        .any(|child| child.id() == id || holds(child, id))
}
