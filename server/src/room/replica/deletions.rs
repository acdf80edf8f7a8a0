//! What a document's updates delete: whether it is new here, whose it was, and whether it waits already.
//!
//! Replicas repeat all the deletions they know whenever they say all that they have, those of blocks included that have
//! not come here. So what is deleted already, and what an update that waits deletes, are each collected once and kept.

use bytes::Bytes;
use yrs::updates::decoder::Decode;
use yrs::{Doc, IdSet, ReadTxn, Transact, Update};

use super::{Refusal, Replica};
use crate::panic_boundary::contain;
use crate::room::waiting::WaitingUpdates;
use consilium_protocol::update_shape::UpdateShape;

/// The deletions of one document, collected when they are first asked for.
#[derive(Default)]
pub(super) struct Deletions {
    /// All that was ever deleted; kept up once it is there.
    ours: Option<IdSet>,
    /// What is deleted by updates that wait, until one comes or goes.
    of_waiting: Option<IdSet>,
}

impl Deletions {
    /// These were integrated.
    pub(super) fn have_come(&mut self, deleted: &IdSet) {
        if let Some(ours) = &mut self.ours {
            ours.merge_with(deleted.clone());
        }
    }

    /// An update waits, or waits no longer.
    pub(super) fn waiting_has_changed(&mut self) {
        self.of_waiting = None;
    }

    /// What an update deletes that is not deleted yet.
    fn beyond_ours(
        &mut self,
        doc: &Doc,
        update: &Bytes,
        shape: &UpdateShape,
    ) -> Result<IdSet, Refusal> {
        if shape.deletions == 0 {
            return Ok(IdSet::default());
        }
        let claimed = contain(|| Update::decode_v1(update))?.map_err(|_| Refusal::Malformed)?;
        let ours = match self.ours.take() {
            Some(ours) => ours,
            None => contain(|| doc.transact().snapshot().delete_set)?,
        };
        let new = claimed.delete_set().diff(&ours);
        self.ours = Some(ours);
        Ok(new)
    }

    /// What updates that wait delete.
    fn of_waiting(&mut self, waiting: &WaitingUpdates) -> Result<&IdSet, Refusal> {
        let all = match self.of_waiting.take() {
            Some(all) => all,
            None => {
                let mut all = IdSet::default();
                for one in waiting.iter() {
                    let update = contain(|| Update::decode_v1(&one.update))?;
                    let update = update.map_err(|_| Refusal::Malformed)?;
                    all.merge_with(update.delete_set().clone());
                }
                all
            }
        };
        Ok(self.of_waiting.insert(all))
    }
}

impl Replica {
    /// How many ranges an update deletes that are not deleted yet.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn new_deletions(&mut self, update: &Bytes, shape: &UpdateShape) -> Result<usize, Refusal> {
        if shape.is_too_deep {
            return Ok(shape.deletions);
        }
        let new = self.deletions.beyond_ours(&self.doc, update, shape)?;
        Ok(new.iter().map(|(_, ranges)| ranges.len()).sum())
    }

    /// Whose blocks an update deletes that are not deleted yet: the CRDT client ids.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn clients_of_new_deletions(
        &mut self,
        update: &Bytes,
        shape: &UpdateShape,
    ) -> Result<Vec<u64>, Refusal> {
        if shape.is_too_deep {
            return Ok(shape.deletes.iter().map(|until| until.client).collect());
        }
        let new = self.deletions.beyond_ours(&self.doc, update, shape)?;
        Ok(new
            .iter()
            .filter(|(_, ranges)| !ranges.is_empty())
            .map(|(client, _)| client.get())
            .collect())
    }

    /// Whether an update deletes blocks that neither are here nor come with it.
    pub(super) fn deletes_missing(&self, shape: &UpdateShape) -> bool {
        shape
            .deletes
            .iter()
            .any(|until| self.clock_of(until.client).max(shape.end_of(until.client)) < until.clock)
    }

    /// Whether updates that wait here delete whatever this one deletes of blocks that are missing.
    pub(super) fn deletions_wait_already(
        &mut self,
        update: &Bytes,
        shape: &UpdateShape,
    ) -> Result<bool, Refusal> {
        if self.waiting.is_empty() {
            return Ok(false);
        }
        let mut new = self.deletions.beyond_ours(&self.doc, update, shape)?;
        new.diff_with(self.deletions.of_waiting(&self.waiting)?);
        Ok(new.iter().all(|(client, ranges)| {
            let client = client.get();
            let here = self.clock_of(client).max(shape.end_of(client));
            ranges.iter().all(|range| range.end <= here)
        }))
    }
}
