//! Where an update can be part of a document: everything that it builds on must be there.
//!
//! A room would keep an update that lacks something, to be tried again when that comes. In a branch of what was left behind
//! nothing more may come, so it is judged before. Pure: the simulation places by the same functions.

use std::collections::HashMap;

use bytes::Bytes;
use consilium_protocol::update_shape::UpdateShape;
use yrs::{Doc, ReadTxn, Transact};

use crate::room::replica::{Refusal, Replica};

/// What updates claim to contain.
#[derive(Debug)]
pub struct Shapes(Vec<UpdateShape>);

impl Shapes {
    /// Reads them.
    ///
    /// # Errors
    /// [`Refusal`] when one of them is no update.
    pub fn of(updates: &[Bytes]) -> Result<Self, Refusal> {
        let shapes: Result<Vec<_>, _> = updates.iter().map(Replica::shape).collect();
        shapes.map(Self)
    }

    /// That of the update at this place.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn get(&self, at: usize) -> &UpdateShape {
        &self.0[at]
    }
}

/// Up to where the blocks of each client have come in a document, without gaps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(HashMap<u64, u32>);

impl Known {
    /// Reads a document.
    #[must_use]
    pub fn of(doc: &Doc) -> Self {
        let vector = doc.transact().state_vector();
        Self(
            vector
                .iter()
                .map(|(client, clock)| (client.get(), *clock))
                .collect(),
        )
    }

    fn clock(&self, client: u64) -> u32 {
        self.0.get(&client).copied().unwrap_or(0)
    }

    /// Whether it has all blocks of an update. An update that only deletes says too little for that.
    #[must_use]
    pub fn has(&self, shape: &UpdateShape) -> bool {
        !shape.ends.is_empty()
            && shape
                .ends
                .iter()
                .all(|end| self.clock(end.client) >= end.clock)
    }

    /// Whether it has whatever an update builds on or deletes.
    #[must_use]
    pub fn carries(&self, shape: &UpdateShape) -> bool {
        let has_own = |client: u64, clock: u32| shape.end_of(client) >= clock;
        shape
            .needs
            .iter()
            .all(|need| self.clock(need.client) >= need.clock)
            && shape.deletes.iter().all(|deleted| {
                self.clock(deleted.client) >= deleted.clock
                    || has_own(deleted.client, deleted.clock)
            })
    }

    /// It has the blocks of an update now.
    pub fn learn(&mut self, shape: &UpdateShape) {
        for end in &shape.ends {
            let clock = self.0.entry(end.client).or_default();
            *clock = end.clock.max(*clock);
        }
    }

    /// Whether something is missing for these updates, each building on those before it.
    #[must_use]
    pub fn lacks_for(&self, shapes: &Shapes, places: &[usize]) -> bool {
        let mut known = self.clone();
        places.iter().any(|at| {
            let lacks = !known.carries(shapes.get(*at));
            known.learn(shapes.get(*at));
            lacks
        })
    }
}

#[cfg(test)]
mod tests {
    use yrs::updates::decoder::Decode;
    use yrs::{Text, Update};

    use super::*;

    /// Two edits of one client, the second within the first, and a deletion in the first.
    fn edits() -> (Doc, Vec<Bytes>) {
        let doc = Doc::with_client_id(7);
        let text = doc.get_or_insert_text("t");
        let mut updates = Vec::new();
        for (at, word) in [(0, "first"), (2, "second")] {
            let mut txn = doc.transact_mut();
            text.insert(&mut txn, at, word);
            updates.push(Bytes::from(txn.encode_update_v1()));
        }
        let mut txn = doc.transact_mut();
        text.remove_range(&mut txn, 0, 1);
        updates.push(Bytes::from(txn.encode_update_v1()));
        drop(txn);
        (doc, updates)
    }

    #[test]
    fn an_update_is_carried_where_all_is_that_it_builds_on() {
        let (doc, updates) = edits();
        let shapes = Shapes::of(&updates).unwrap();
        let empty = Known::default();
        assert!(empty.carries(shapes.get(0)));
        assert!(!empty.carries(shapes.get(1)), "it continues the first");
        assert!(!empty.carries(shapes.get(2)), "it deletes of the first");
        assert!(!empty.lacks_for(&shapes, &[0, 1, 2]));
        assert!(empty.lacks_for(&shapes, &[1, 2]));
        let whole = Known::of(&doc);
        assert!((0..3).all(|at| whole.carries(shapes.get(at))));
    }

    #[test]
    fn what_came_before_is_known_by_its_blocks() {
        let (_, updates) = edits();
        let shapes = Shapes::of(&updates).unwrap();
        let doc = Doc::with_client_id(1);
        let update = Update::decode_v1(&updates[0]).unwrap();
        doc.transact_mut().apply_update(update).unwrap();
        let known = Known::of(&doc);
        assert!(known.has(shapes.get(0)));
        assert!(!known.has(shapes.get(1)));
        // It would have to be looked for among all deletions; handing it in again does no harm.
        assert!(!known.has(shapes.get(2)));
    }

    #[test]
    fn what_is_no_update_has_no_place() {
        assert!(Shapes::of(&[Bytes::from_static(b"no update")]).is_err());
    }
}
