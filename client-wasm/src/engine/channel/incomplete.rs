//! Edits that build on something that is nowhere: they could be stored and never be shown.
//!
//! An edit that was under way when an earlier one was refused may build on that one. If the connection ends before the
//! server has answered it too, a server that knows nothing of the refusal would take it and wait for ever. A device that
//! lost an edit and kept later ones leaves the same gap. What is missing may still be on the server, pushed before it was
//! lost. So nothing is pushed before the server's state has come, and what still lacks something then is set aside on the
//! device, where people can read it.

use consilium_protocol::update_shape;
use yrs::ClientID;

use super::Channel;
use crate::effect::Effect;
use crate::engine::clock::EngineTime;
use crate::event::EntryId;
use crate::state::{INCOMPLETE, KeptAt};

impl Channel {
    /// Whether some edit lacks something, which the server's state may still bring.
    pub(super) fn must_catch_up(&mut self) -> bool {
        self.unchecked = self.unchecked && !self.incomplete().is_empty();
        self.unchecked
    }

    /// The server's state has come: what lacks something even now will never be complete.
    pub(super) fn complete(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if !std::mem::take(&mut self.unchecked) {
            return;
        }
        let incomplete = self.incomplete();
        if !incomplete.is_empty() {
            self.take_out(&incomplete);
            self.drop_entries(incomplete, INCOMPLETE, KeptAt::Device, out);
            self.rebuild_views(out);
            // Until now the server was told that they are here.
            out.push(self.frame(self.step1()));
        }
        self.pump(now, out);
    }

    /// Edits that are not under way and build on blocks, or delete some, that neither the server has nor any edit that
    /// is complete itself.
    fn incomplete(&self) -> Vec<EntryId> {
        let mut held = self.content.extent().clone();
        let mut known = held.state_vector();
        let mut left = Vec::new();
        for (id, entry) in self.outbox.entries() {
            match update_shape::read_shape(&entry.update) {
                Ok(shape) => left.push((id, shape, &entry.extent)),
                // It is for the server to say what is wrong with it.
                Err(_) => continue,
            }
        }
        // Mostly in order; but tabs tell what they have whenever they can.
        loop {
            let before = left.len();
            left.retain(|(_, shape, extent)| {
                let has = |client: u64, clock: u32| known.get(&ClientID::new(client)) >= clock;
                let lacks = shape.needs.iter().any(|need| !has(need.client, need.clock))
                    || shape.deletes.iter().any(|deleted| {
                        !has(deleted.client, deleted.clock)
                            && shape.end_of(deleted.client) < deleted.clock
                    });
                if !lacks {
                    held.add(extent);
                    known = held.state_vector();
                }
                lacks
            });
            if left.len() == before {
                break;
            }
        }
        left.into_iter()
            .map(|(id, _, _)| id)
            .filter(|id| self.outbox.is_unsent(*id))
            .collect()
    }
}
