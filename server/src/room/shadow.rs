//! A copy of a room's document on which updates are tried before the document takes them, while sections of it are closed
//! to somebody.
//!
//! The copy is made for the first update that has to be tried, takes every update that the document takes, and is thrown
//! away with what it was not to take: another is made then. So the usual edit is applied twice, and nothing more; where no
//! section is closed there is no copy.

use std::sync::Arc;

use bytes::Bytes;
use consilium_model::document::BODY;
use consilium_protocol::sync::EMPTY_STATE_VECTOR;
use consilium_protocol::update_shape::UpdateShape;
use parking_lot::Mutex;
use yrs::{BranchID, DeepObservable, Doc, Transact, TransactionMut};

use super::replica::{Keep, Refusal, Replica};
use super::sections::{Changes, ClosedSection, Outline, block_of, touches};
use crate::panic_boundary::contain;

/// The copy.
pub struct Shadow {
    replica: Replica,
    outline: Outline,
    changes: Arc<Mutex<Changes>>,
}

impl Shadow {
    /// Copies a document, what waits in it included. Takes time in proportion to its size.
    ///
    /// # Errors
    /// [`Refusal`] when the library fails on it.
    pub fn of(original: &mut Replica) -> Result<Self, Refusal> {
        let state = original.diff(&Bytes::from_static(EMPTY_STATE_VECTOR))?;
        let mut replica = Replica::new();
        let changes = Arc::default();
        watch(replica.doc(), &changes);
        replica.apply_snapshot(&state.update)?;
        for waiting in &state.waiting {
            replica.apply(waiting, &Replica::shape(waiting)?, Keep::AsSent)?;
        }
        let outline = outline_of(&replica)?;
        *changes.lock() = Changes::default();
        Ok(Self {
            replica,
            outline,
            changes,
        })
    }

    /// Takes an update; whether it touches one of these sections. The copy has it then, and is of no use any more if the
    /// document is not to have it.
    ///
    /// # Errors
    /// As [`Replica::apply`]; the copy is of no use then.
    pub fn take(
        &mut self,
        update: &Bytes,
        shape: &UpdateShape,
        closed: &[ClosedSection],
    ) -> Result<bool, Refusal> {
        self.replica.apply(update, shape, Keep::AsSent)?;
        let changes = std::mem::take(&mut *self.changes.lock());
        let concerns_headings = |changes: &Changes| {
            let mut within = changes.within.iter();
            within.any(|block| self.outline.is_heading(*block))
        };
        let after = if changes.list || concerns_headings(&changes) {
            Some(outline_of(&self.replica)?)
        } else {
            None
        };
        let mut closed = closed.iter();
        let is_touched =
            closed.any(|closed| touches(&self.outline, after.as_ref(), &changes, closed));
        if let Some(after) = after {
            self.outline = after;
        }
        Ok(is_touched)
    }
}

fn outline_of(replica: &Replica) -> Result<Outline, Refusal> {
    let body = replica.doc().get_or_insert_xml_fragment(BODY);
    Ok(contain(|| Outline::read(&replica.doc().transact(), &body))?)
}

/// Notes whatever changes in the body from now on.
fn watch(doc: &Doc, changes: &Arc<Mutex<Changes>>) {
    let changes = Arc::clone(changes);
    let body = doc.get_or_insert_xml_fragment(BODY);
    body.observe_deep("sections", move |txn, _| {
        note(txn, &mut changes.lock());
    });
}

/// Each changed type is listed with all that it lies in, up to the root.
fn note(txn: &TransactionMut<'_>, changes: &mut Changes) {
    let mut below = None;
    for branch in txn.changed_parent_types() {
        match branch.id() {
            BranchID::Nested(_) => below = block_of(branch),
            BranchID::Root(name) => {
                if name.as_ref() == BODY {
                    match below {
                        Some(top) => {
                            changes.within.insert(top);
                        }
                        None => changes.list = true,
                    }
                }
                below = None;
            }
        }
    }
}
