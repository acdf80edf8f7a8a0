//! Taking updates: who may bring what, and what is set aside (I3).
//!
//! Access, shape and authorship (D16) are judged for each decoded update at the moment it is taken, before the replica
//! sees it. What may not be applied is kept for review (D11); what became of an update is told by [`super::fate`].

use bytes::Bytes;
use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::{Access, UserId};
use consilium_protocol::limits;

use super::durability::{Change, Entry};
use super::{Phase, RoomCore};
use crate::room::event::{Effect, Source};
use crate::room::replica::{Applied, Keep, Refusal, Replica};
use crate::room::subscriber::Standing;
use crate::room::update_shape::UpdateShape;
use crate::store::{Append, Quarantined};

impl RoomCore {
    pub(super) fn take_update(&mut self, source: Source, keep: Keep, update: Bytes) {
        if self.phase == Phase::Away {
            self.withhold(&source);
            return;
        }
        let Some((author, access)) = self.author_of(&source) else {
            return;
        };
        if self.is_stranger(&source) {
            self.refuse(&source, RejectCode::Lineage, Kept::ByClient);
            return;
        }
        if self.waits_behind_a_doubt(&source, keep, &update) {
            return;
        }
        let Ok(shape) = Replica::shape(&update) else {
            self.refuse(&source, RejectCode::Malformed, Kept::ByClient);
            return;
        };
        if shape.is_empty() {
            self.settle_in_order(source, update);
            return;
        }
        if access < Access::Write {
            match self.replica.adds_anything(&update, &shape) {
                Ok(false) => self.settle_in_order(source, update),
                Ok(true) if self.is_in_doubt(&source, keep, &update) => {}
                Ok(true) => self.set_aside(source, author, RejectCode::ReadOnly, update, &shape),
                Err(_) => self.refuse(&source, RejectCode::Malformed, Kept::ByClient),
            }
            return;
        }
        let claims = match self.claims(author.as_ref(), &shape) {
            Ok(claims) => claims,
            Err(ForeignBlocks) => {
                if self.is_in_doubt(&source, keep, &update) {
                    return;
                }
                self.set_aside(source, author, RejectCode::ForeignIdentity, update, &shape);
                return;
            }
        };
        if self.replica.waiting() >= limits::WAITING_UPDATES_MAX && self.replica.would_wait(&shape)
        {
            self.set_aside(source, author, RejectCode::TooLarge, update, &shape);
            return;
        }
        if let Some(code) = self.continues_what_was_set_aside(&shape) {
            self.set_aside(source, author, code, update, &shape);
            return;
        }
        if self.stored_bytes + update.len() > limits::DOC_STATE_BYTES_MAX {
            self.refuse(&source, RejectCode::TooLarge, Kept::ByClient);
            return;
        }
        match self.replica.apply(&update, &shape, keep) {
            Ok(Applied::Nothing) => self.settle_in_order(source, update),
            Ok(Applied::Change(change)) => {
                if let Some(author) = &author {
                    for client in &claims {
                        self.owners.insert(*client, author.clone());
                    }
                }
                self.edit_seq += 1;
                self.stored_bytes += change.len();
                self.batch_bytes += change.len();
                self.batch.push(Entry {
                    source,
                    change: Some(Change {
                        append: Append {
                            doc: self.doc,
                            update: change,
                            author,
                            claims,
                            at_ms: self.now_ms,
                        },
                        spans: shape.spans,
                    }),
                    sent: update,
                });
            }
            Err(Refusal::Malformed) => {
                self.refuse(&source, RejectCode::Malformed, Kept::ByClient);
            }
            Err(Refusal::Poison) => {
                metrics::counter!(crate::telemetry::names::PANICS).increment(1);
                self.set_aside(source, author, RejectCode::Poison, update, &shape);
                self.reload_without(&shape.spans);
            }
        }
    }

    /// Who writes, and what they may do; `None` when they have left, taking their unacknowledged edit with them.
    fn author_of(&self, source: &Source) -> Option<(Option<UserId>, Access)> {
        match source {
            Source::Member { id, .. } => self.members.get(id).map(|member| {
                let channel = &member.channel;
                let user = channel.identity.as_ref().map(|who| who.user.clone());
                (user, channel.access)
            }),
            Source::Request { author, access, .. } => Some((author.clone(), *access)),
        }
    }

    fn is_stranger(&self, source: &Source) -> bool {
        match source {
            Source::Member { id, .. } => self
                .members
                .get(id)
                .is_some_and(|member| member.standing == Standing::Stranger),
            Source::Request { .. } => false,
        }
    }

    /// Whether the update builds on blocks that were set aside: it would wait for them for ever, with half of it
    /// applied. Blocks that come again without a gap are welcome, and end the matter.
    fn continues_what_was_set_aside(&mut self, shape: &UpdateShape) -> Option<RejectCode> {
        if self.refused_from.is_empty() {
            return None;
        }
        let replica = &self.replica;
        self.refused_from
            .retain(|client, (from, _)| replica.clock_of(*client) <= *from);
        shape.spans.iter().find_map(|span| {
            let (from, code) = self.refused_from.get(&span.client)?;
            let gap = span.start > self.replica.clock_of(span.client);
            (gap && span.end > *from && !self.replica.has_blocks(*span)).then_some(*code)
        })
    }

    /// The CRDT client ids that the author uses here for the first time (D16). Blocks that the document has already
    /// may come from anybody: a step 2 repeats them.
    fn claims(
        &self,
        author: Option<&UserId>,
        shape: &UpdateShape,
    ) -> Result<Vec<u64>, ForeignBlocks> {
        let Some(author) = author else {
            return Ok(Vec::new());
        };
        let mut claims = Vec::new();
        for span in &shape.spans {
            if self.replica.has_blocks(*span) {
                continue;
            }
            match self.owners.get(&span.client) {
                Some(owner) if owner == author => {}
                Some(_) => return Err(ForeignBlocks),
                None if claims.contains(&span.client) => {}
                None => claims.push(span.client),
            }
        }
        Ok(claims)
    }

    /// Keeps a refused update for review instead of dropping it (D11, I3).
    fn set_aside(
        &mut self,
        source: Source,
        author: Option<UserId>,
        code: RejectCode,
        update: Bytes,
        shape: &UpdateShape,
    ) {
        // Forged blocks say nothing about the member whose id they bear.
        if code != RejectCode::ForeignIdentity {
            for span in &shape.spans {
                if self.replica.has_blocks(*span) {
                    continue;
                }
                let from = self
                    .refused_from
                    .entry(span.client)
                    .or_insert((span.start, code));
                from.0 = from.0.min(span.start);
            }
        }
        metrics::counter!(crate::telemetry::names::QUARANTINED, "reason" => code.word())
            .increment(1);
        self.set_aside_number += 1;
        let number = self.set_aside_number;
        self.set_aside.insert(number, (source, code));
        self.effects.push(Effect::SetAside {
            number,
            entry: Quarantined {
                doc: self.doc,
                author,
                reason: code.word().to_owned(),
                update,
                at_ms: self.now_ms,
            },
        });
    }
}

/// Blocks under the client id of another member.
struct ForeignBlocks;
