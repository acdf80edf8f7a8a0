//! Comparing the four states, place by place, in the order of the text.

use std::collections::{HashMap, HashSet};

use yrs::{Doc, ReadTxn, StateVector, Transact, WriteTxn, XmlFragment};

use super::tree::{Node, Tree};
use super::{COPIES_BYTES_MAX, Counts, PLACES_MAX, Place, Review, Step, TEXT_CHARS_MAX, Who};
use crate::branch::version::BlockId;
use crate::branch::words::{Is, Piece, compare};
use crate::form::{Form, Stretch};

/// How many neighbours are remembered for finding the way back.
const NEIGHBOURS_MAX: usize = 16;

/// The roots of the copies.
pub(super) const MINE: &str = "mine";
pub(super) const THEIRS: &str = "theirs";

/// The document of the copies is written once and never continued, so its only client may have any id.
const COPIES_CLIENT: u64 = 1;

/// Compares the four states.
#[must_use]
pub fn review(base: &Doc, mine: &Doc, theirs: &Doc, merged: &Doc) -> Review {
    let states = [base, mine, theirs, merged].map(Tree::read);
    let [base, mine, theirs, merged] = &states;
    let mut finder = Finder::default();
    finder.title(base, mine, theirs, merged);
    let levels = [base, mine, theirs, merged].map(|tree| tree.nodes.as_slice());
    finder.level(&mut Vec::new(), levels);
    let mut found = finder.found;
    mark_moves(&mut found);
    report(&found)
}

/// One block in the four states.
#[derive(Clone, Copy)]
struct Four<'a> {
    base: Option<&'a Node>,
    mine: Option<&'a Node>,
    theirs: Option<&'a Node>,
    merged: Option<&'a Node>,
}

impl<'a> Four<'a> {
    fn all(self) -> impl Iterator<Item = &'a Node> {
        [self.merged, self.mine, self.theirs, self.base]
            .into_iter()
            .flatten()
    }
}

/// What a place says in each state; none where it is not there.
#[derive(Clone)]
struct Says {
    base: Option<Form>,
    mine: Option<Form>,
    theirs: Option<Form>,
    merged: Option<Form>,
}

struct Found {
    who: Who,
    path: Vec<Step>,
    after: Vec<BlockId>,
    under: String,
    says: Says,
    /// What is kept of both sides, in bytes.
    weight: usize,
    is_moved: bool,
    is_frame: bool,
}

#[derive(Default)]
struct Finder {
    found: Vec<Found>,
    under: String,
}

impl Finder {
    fn title(&mut self, base: &Tree, mine: &Tree, theirs: &Tree, merged: &Tree) {
        let who = match (mine.title != base.title, theirs.title != base.title) {
            (true, true) => Who::Both,
            (true, false) => Who::Mine,
            (false, true) => Who::Theirs,
            (false, false) => return,
        };
        let says = |tree: &Tree| {
            let text = tree.title.clone();
            Some(Form::Text(vec![Stretch {
                text,
                marks: std::collections::BTreeMap::new(),
            }]))
        };
        self.found.push(Found {
            who,
            path: Vec::new(),
            after: Vec::new(),
            under: String::new(),
            weight: mine.title.len() + theirs.title.len(),
            says: Says {
                base: says(base),
                mine: says(mine),
                theirs: says(theirs),
                merged: says(merged),
            },
            is_moved: false,
            is_frame: false,
        });
    }

    /// What stands beside each other in one parent, or in the body.
    fn level(&mut self, path: &mut Vec<Step>, levels: [&[Node]; 4]) {
        let [base, mine, theirs, merged] = levels.map(by_id);
        let order = in_order(levels);
        for (at, id) in order.iter().enumerate() {
            let four = Four {
                base: base.get(id).copied(),
                mine: mine.get(id).copied(),
                theirs: theirs.get(id).copied(),
                merged: merged.get(id).copied(),
            };
            let Some(shown) = four.all().next() else {
                continue;
            };
            path.push(Step {
                client: id.0,
                clock: id.1,
                name: shown.block.kind().to_owned(),
            });
            let before = &order[at.saturating_sub(NEIGHBOURS_MAX)..at];
            self.block(path, before, four);
            path.pop();
            if path.is_empty() && shown.block.kind() == "heading" {
                self.under = shown.block.form.text();
            }
        }
    }

    fn block(&mut self, path: &mut Vec<Step>, before: &[BlockId], four: Four<'_>) {
        let same = |one: &Node, other: &Node| one.block.canonical == other.block.canonical;
        let who = match (four.base, four.mine, four.theirs) {
            (Some(base), Some(mine), Some(theirs)) => {
                let changed = (!same(base, mine), !same(base, theirs));
                if changed == (false, false) {
                    return;
                }
                if four.all().any(Node::is_holder) {
                    self.holder(path, before, four, [base, mine, theirs]);
                    return;
                }
                who_changed(changed)
            }
            (Some(base), None, Some(theirs)) if same(base, theirs) => Who::Mine,
            (Some(_), None, Some(_)) => Who::RemovedHere,
            (Some(base), Some(mine), None) if same(base, mine) => Who::Theirs,
            (Some(_), Some(_), None) => Who::RemovedThere,
            (None, Some(_), None) => Who::Mine,
            (None, None, Some(_)) => Who::Theirs,
            (None, Some(mine), Some(theirs)) if same(mine, theirs) => return,
            (None, Some(_), Some(_)) => Who::Both,
            (_, None, None) => return,
        };
        // A line that somebody left empty, or an empty one that somebody closed up.
        if !who.is_both() && four.all().all(Node::is_blank) {
            return;
        }
        self.add(who, path, before, four, false);
    }

    /// What holds other blocks: its own settings, and then those.
    fn holder(
        &mut self,
        path: &mut Vec<Step>,
        before: &[BlockId],
        four: Four<'_>,
        [base, mine, theirs]: [&Node; 3],
    ) {
        let frames = [base, mine, theirs].map(Node::frame);
        let changed = (frames[1] != frames[0], frames[2] != frames[0]);
        if changed != (false, false) {
            self.add(who_changed(changed), path, before, four, true);
        }
        let levels = [four.base, four.mine, four.theirs, four.merged]
            .map(|node| node.map_or(&[][..], |node| node.children.as_slice()));
        self.level(path, levels);
    }

    fn add(&mut self, who: Who, path: &[Step], before: &[BlockId], four: Four<'_>, is_frame: bool) {
        let form = |node: Option<&Node>| node.map(|node| node.block.form.clone());
        let weight = |node: Option<&Node>| node.map_or(0, |node| node.block.canonical.len());
        self.found.push(Found {
            who,
            path: path.to_vec(),
            after: before.iter().rev().copied().collect(),
            under: self.under.clone(),
            weight: weight(four.mine) + weight(four.theirs),
            says: Says {
                base: form(four.base),
                mine: form(four.mine),
                theirs: form(four.theirs),
                merged: form(four.merged),
            },
            is_moved: false,
            is_frame,
        });
    }
}

const fn who_changed((mine, theirs): (bool, bool)) -> Who {
    match (mine, theirs) {
        (true, true) => Who::Both,
        (true, false) => Who::Mine,
        (false, _) => Who::Theirs,
    }
}

fn by_id(nodes: &[Node]) -> HashMap<BlockId, &Node> {
    nodes.iter().map(|node| (node.id(), node)).collect()
}

/// All blocks that stand in one parent in any of the states: as in the merge, and what is gone from it behind what stood
/// before it.
fn in_order([base, mine, theirs, merged]: [&[Node]; 4]) -> Vec<BlockId> {
    let mut placed: HashSet<BlockId> = merged.iter().map(Node::id).collect();
    let mut behind: HashMap<Option<BlockId>, Vec<BlockId>> = HashMap::new();
    for nodes in [base, mine, theirs] {
        let mut before = None;
        for id in nodes.iter().map(Node::id) {
            if placed.insert(id) {
                behind.entry(before).or_default().push(id);
            }
            before = Some(id);
        }
    }
    let mut waiting: Vec<BlockId> = merged.iter().rev().map(Node::id).collect();
    waiting.extend(behind.remove(&None).into_iter().flatten().rev());
    let mut order = Vec::with_capacity(placed.len());
    while let Some(id) = waiting.pop() {
        order.push(id);
        waiting.extend(behind.remove(&Some(id)).into_iter().flatten().rev());
    }
    order
}

/// What the same side removed in one place and brought in another.
fn mark_moves(found: &mut [Found]) {
    let mut gone: HashMap<(bool, String), Vec<usize>> = HashMap::new();
    let looks = |form: &Option<Form>| form.as_ref().map(Form::canonical);
    for (at, each) in found.iter().enumerate() {
        let removed = match each.who {
            Who::Mine if each.says.mine.is_none() => looks(&each.says.base),
            Who::Theirs if each.says.theirs.is_none() => looks(&each.says.base),
            _ => None,
        };
        if let Some(removed) = removed {
            let key = (each.who == Who::Mine, removed);
            gone.entry(key).or_default().push(at);
        }
    }
    for at in 0..found.len() {
        let each = &found[at];
        let brought = match each.who {
            Who::Mine if each.says.base.is_none() => looks(&each.says.mine),
            Who::Theirs if each.says.base.is_none() => looks(&each.says.theirs),
            _ => None,
        };
        let from = brought.and_then(|brought| {
            let key = (each.who == Who::Mine, brought);
            gone.get_mut(&key).and_then(Vec::pop)
        });
        if let Some(from) = from {
            found[from].is_moved = true;
            found[at].is_moved = true;
        }
    }
}

/// What is told of what was found, and the copies. Where not all of it can be listed, what both sides touched comes first.
fn report(found: &[Found]) -> Review {
    let mut counts = Counts::default();
    for each in found {
        match each.who {
            Who::Mine => counts.mine += 1,
            Who::Theirs => counts.theirs += 1,
            Who::Both | Who::RemovedHere | Who::RemovedThere => counts.both += 1,
        }
    }
    let mut listed = vec![false; found.len()];
    let (mut places, mut weight) = (0, 0_usize);
    for is_both in [true, false] {
        for (each, listed) in found.iter().zip(&mut listed) {
            let fits =
                places < PLACES_MAX && weight.saturating_add(each.weight) <= COPIES_BYTES_MAX;
            if each.who.is_both() == is_both && fits {
                *listed = true;
                places += 1;
                weight += each.weight;
            }
        }
    }
    let copies = Doc::with_client_id(COPIES_CLIENT);
    let mut txn = copies.transact_mut();
    let roots = [MINE, THEIRS].map(|root| txn.get_or_insert_xml_fragment(root));
    let mut copy = |root: usize, form: &Option<Form>| {
        let form = form.as_ref()?;
        let at = roots[root].len(&txn);
        form.insert(&mut txn, &roots[root], at);
        Some(at)
    };
    let places = found
        .iter()
        .zip(listed)
        .filter(|(_, listed)| *listed)
        .map(|(each, _)| place(each, &mut copy))
        .collect();
    drop(txn);
    let copies = copies
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    Review {
        places,
        counts,
        copies,
    }
}

fn place(found: &Found, copy: &mut impl FnMut(usize, &Option<Form>) -> Option<u32>) -> Place {
    let Says {
        base,
        mine,
        theirs,
        merged,
    } = &found.says;
    let said = text(base.as_ref()).unwrap_or_default();
    let told = |form: &Option<Form>| text(form.as_ref()).map(|text| compare(&said, &text));
    let (mine_says, theirs_say) = (told(mine), told(theirs));
    let changes = |pieces: &Option<Vec<Piece>>| {
        let base_is_there = base.is_some();
        pieces.as_ref().map_or(base_is_there, |pieces| {
            !base_is_there || pieces.iter().any(|piece| piece.is != Is::Same)
        })
    };
    Place {
        who: found.who,
        path: found.path.clone(),
        after: found.after.clone(),
        under: found.under.clone(),
        is_looks_only: !changes(&mine_says) && !changes(&theirs_say),
        mine: mine_says,
        theirs: theirs_say,
        merged: text(merged.as_ref()),
        is_moved: found.is_moved,
        is_frame: found.is_frame,
        mine_copy: copy(0, mine),
        theirs_copy: copy(1, theirs),
    }
}

/// What a block says, as much of it as is shown.
fn text(form: Option<&Form>) -> Option<String> {
    let text = form?.text();
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => Some(format!("{}…", &text[..end])),
        None => Some(text),
    }
}
