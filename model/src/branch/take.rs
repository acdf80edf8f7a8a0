//! Taking a branch into its document: all of it, or chosen changes.

use std::collections::BTreeSet;

use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, Transact, Update, WriteTxn, XmlElementRef, XmlFragment, XmlOut};

use super::difference::{ChangeId, Differences, Target, differences};
use super::version::{BlockId, Version};
use crate::document::{BODY, set_title};
use crate::form::{Element, Form};
use crate::references;

/// A chosen change is not, or no longer, among those that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chosen change is no longer what it was")]
pub struct Outdated;

/// All that the branch has and the document lacks, as one update (V1): the blocks as their authors wrote them.
pub(super) fn whole(branch: &Doc, document: &Doc) -> Vec<u8> {
    let known = document.transact().state_vector();
    branch.transact().encode_diff_v1(&known)
}

/// Whether a merge has left out something that only the branch changed: `left` is what the document lacks after it, `found`
/// what it lacked before. The library passes over blocks whose ids it knows, whatever they say, so a member who uses one id
/// for two texts has written the second in vain.
pub(super) fn is_incomplete(found: &Differences, left: &Differences) -> bool {
    let only_here = found.changes.iter().filter(|change| change.now.is_none());
    only_here
        .map(|change| change.target)
        .any(|target| left.changes.iter().any(|change| change.target == target))
}

/// A merge cannot bring something that only the branch changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a merge leaves out what the branch has written")]
pub struct Incomplete;

/// What taking a whole branch does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// As one update (V1).
    pub update: Vec<u8>,
    /// Whether the client id of the document that it was taken into wrote some of it: where both sides had written.
    pub is_edited: bool,
}

/// Makes `document` say in every place that the branch changed what the branch says there: its blocks as their authors
/// wrote them, by a CRDT merge. Where the document was changed in the same place too, a merge would leave words of both
/// side by side, as in "3 days7 days", or leave out what is gone from the document; there the same update goes on to what
/// the branch says, as an edit of `document`'s own client id. `found` is what was shown before.
///
/// # Errors
/// [`Incomplete`]; `document` is of no use then.
pub fn take_whole(
    fork: &Version,
    branch: &Doc,
    document: &Doc,
    found: &Differences,
) -> Result<Whole, Incomplete> {
    let known = document.transact().state_vector();
    let merged = Update::decode_v1(&whole(branch, document)).map_err(|_| Incomplete)?;
    document
        .transact_mut()
        .apply_update(merged)
        .map_err(|_| Incomplete)?;
    let branch = Version::read(branch);
    let left = differences(fork, &branch, &Version::read(document));
    if is_incomplete(found, &left) {
        return Err(Incomplete);
    }
    let both: BTreeSet<ChangeId> = left.changes.iter().map(|change| change.id).collect();
    take(document, &branch, &left, &both).map_err(|_| Incomplete)?;
    Ok(Whole {
        update: document.transact().encode_diff_v1(&known),
        is_edited: !both.is_empty(),
    })
}

/// Makes the chosen places of `document` look as they do in the branch; what was done, as one update (V1).
///
/// # Errors
/// [`Outdated`]; the document is as it was.
pub fn take(
    document: &Doc,
    branch: &Version,
    differences: &Differences,
    chosen: &BTreeSet<ChangeId>,
) -> Result<Vec<u8>, Outdated> {
    let changes: Vec<_> = differences
        .changes
        .iter()
        .filter(|change| chosen.contains(&change.id))
        .collect();
    if changes.len() != chosen.len() {
        return Err(Outdated);
    }
    let now = Version::read(document);
    let mut txn = document.transact_mut();
    let body = txn.get_or_insert_xml_fragment(BODY);
    // What stands where, by the blocks of the branch where it is one of theirs.
    let mut order: Vec<BlockId> = now.blocks.iter().map(|block| block.id).collect();
    for (theirs, copy) in &differences.stands_for {
        if let Some(slot) = order.iter_mut().find(|slot| **slot == *copy) {
            *slot = *theirs;
        }
    }
    // Of what is taken, what it cites comes along.
    let mut cited = BTreeSet::new();
    for change in &changes {
        if let Target::Turn(id) | Target::Insert(id) | Target::Replace { come: id, .. } =
            change.target
            && let Some(block) = branch.block(id)
        {
            references::cited(&block.form, &mut cited);
        }
    }
    references::bring_along(&mut txn, &branch.references, &cited);
    for change in changes {
        match change.target {
            Target::Title => set_title(&mut txn, &branch.title),
            Target::Turn(id) => {
                let element = place(&order, id).and_then(|at| body.get(&txn, at));
                let wanted = branch.block(id).map(|block| &block.form);
                if let (Some(XmlOut::Element(element)), Some(Form::Element(wanted))) =
                    (element, wanted)
                {
                    turn(&mut txn, &element, wanted);
                }
            }
            Target::Replace { gone, come } => {
                let at = place(&order, gone).unwrap_or_else(|| behind(&order, branch, come));
                if let Some(block) = branch.block(come) {
                    block.form.insert(&mut txn, &body, at);
                    order.insert(at as usize, come);
                }
                if let Some(at) = place(&order, gone) {
                    body.remove_range(&mut txn, at, 1);
                    order.remove(at as usize);
                }
            }
            Target::Insert(come) => {
                let at = behind(&order, branch, come);
                if let Some(block) = branch.block(come) {
                    block.form.insert(&mut txn, &body, at);
                    order.insert(at as usize, come);
                }
            }
            Target::Delete(gone) => {
                if let Some(at) = place(&order, gone) {
                    body.remove_range(&mut txn, at, 1);
                    order.remove(at as usize);
                }
            }
        }
    }
    Ok(txn.encode_update_v1())
}

fn turn(txn: &mut yrs::TransactionMut<'_>, element: &XmlElementRef, wanted: &Element) {
    let present = Element::read(txn, element);
    present.turn_into(txn, element, wanted);
}

fn place(order: &[BlockId], id: BlockId) -> Option<u32> {
    order
        .iter()
        .position(|each| *each == id)
        .and_then(|at| u32::try_from(at).ok())
}

/// Behind the nearest block before it in the branch that the document has too; at the start where there is none.
fn behind(order: &[BlockId], branch: &Version, come: BlockId) -> u32 {
    let before = branch.place(come).unwrap_or(0);
    branch.blocks[..before]
        .iter()
        .rev()
        .find_map(|block| place(order, block.id))
        .map_or(0, |at| at + 1)
}
