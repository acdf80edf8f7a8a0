//! Taking updates: who may bring what, and what is set aside (I3).
//!
//! Access, shape and authorship (D16) are judged for each decoded update at the moment it is taken, before the replica
//! sees it. What may not be applied is kept for review (D11); what became of an update is told by [`super::fate`].

use std::collections::BTreeMap;

use bytes::Bytes;
use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::{Access, UserId};
use consilium_protocol::limits;
use consilium_protocol::sync::EMPTY_UPDATE;

use super::brake::Debtor;
use super::durability::{Change, Entry};
use super::sections::Look;
use super::size::Growth;
use super::{Phase, RoomCore};
use crate::meetings::moderation::Moderator;
use crate::panic_boundary::contain;
use crate::room::event::Source;
use crate::room::replica::{Applied, Keep, Refusal, Replica};
use crate::room::subscriber::Standing;
use crate::store::{Append, Quarantined};
use consilium_protocol::update_shape::{BlockSpan, UpdateShape, misnames_question};
use yrs::StateVector;
use yrs::block::ClientID;
use yrs::updates::encoder::Encode;

impl RoomCore {
    pub(super) fn take_update(&mut self, source: Source, keep: Keep, update: Bytes) {
        if self.phase == Phase::Away {
            let spans = Replica::shape(&update).map_or_else(|_| Vec::new(), |shape| shape.spans);
            self.withhold(&source, &spans);
            return;
        }
        let Some((author, access)) = self.author_of(&source) else {
            return;
        };
        let access = self.as_moderated(author.as_ref(), access);
        if self.is_stranger(&source) {
            self.refuse(&source, RejectCode::Lineage, Kept::ByClient);
            return;
        }
        if self.waits_behind_a_doubt(&source, keep, &update) {
            return;
        }
        self.note_answer(&source, keep);
        let Ok(shape) = Replica::shape(&update) else {
            self.refuse(&source, RejectCode::Malformed, Kept::ByClient);
            return;
        };
        if self.contradicts(&source) {
            self.refuse(&source, RejectCode::ForeignIdentity, Kept::ByServer);
            return;
        }
        if shape.is_empty() || self.replica.waiting().contains(&update) {
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
        // Who repeats blocks that wait here need not be their author, and need not tell the truth about them: what
        // came first counts (D16).
        match self.replica.without_what_waits(&update, &shape) {
            Ok(None) => self.apply(source, author, keep, &update.clone(), update, shape),
            Ok(Some(rest)) => match Replica::shape(&rest) {
                Ok(shape) if shape.is_empty() => self.settle_in_order(source, update),
                Ok(shape) => self.apply(source, author, keep, &rest, update, shape),
                Err(_) => self.refuse(&source, RejectCode::Malformed, Kept::ByClient),
            },
            Err(_) => self.refuse(&source, RejectCode::Malformed, Kept::ByClient),
        }
    }

    /// Applies what a writer brings, or what is left of what they sent.
    fn apply(
        &mut self,
        source: Source,
        author: Option<UserId>,
        keep: Keep,
        update: &Bytes,
        sent: Bytes,
        shape: UpdateShape,
    ) {
        let parts = match self.parts(&source, author.as_ref(), &shape) {
            Ok(parts) => parts,
            Err(ForeignBlocks) => {
                if self.is_in_doubt(&source, keep, &sent) {
                    return;
                }
                self.set_aside(source, author, RejectCode::ForeignIdentity, sent, &shape);
                return;
            }
        };
        let Ok(would_wait) = self.replica.would_wait(update, &shape) else {
            self.turn_away(&source, RejectCode::Malformed, &shape);
            return;
        };
        if would_wait {
            if self.comes_again(&source, &shape) {
                self.withhold(&source, &shape.spans);
                return;
            }
            if self.is_in_doubt(&source, keep, &sent) {
                return;
            }
            if !self.may_wait(update) {
                self.set_aside(source, author, RejectCode::TooLarge, sent, &shape);
                return;
            }
        }
        if let Some(code) = self.unfollowable.continued_by(&shape, &self.replica) {
            self.set_aside(source, author, code, sent, &shape);
            return;
        }
        if misnames_question(update).unwrap_or(true) {
            // It would stand in everybody's text, and nobody could say what it is.
            self.set_aside(source, author, RejectCode::Malformed, sent, &shape);
            return;
        }
        match self.takes_from_others(author.as_ref(), &parts, update, &shape) {
            Ok(false) => {}
            // It may be their own, and be known to be so in the journal only.
            Ok(true) if self.is_in_doubt(&source, keep, &sent) => return,
            Ok(true) => {
                self.set_aside(source, author, RejectCode::AppendOnly, sent, &shape);
                return;
            }
            Err(_) => {
                self.turn_away(&source, RejectCode::Malformed, &shape);
                return;
            }
        }
        if !self.fits(update, &shape) {
            self.turn_away(&source, RejectCode::TooLarge, &shape);
            return;
        }
        let looked = self.look(author.as_ref(), update, &shape);
        if looked == Ok(Look::Touches) {
            if !self.is_in_doubt(&source, keep, &sent) {
                // The next one is tried on another copy.
                self.slow_down(&source, author.as_ref(), self.size.bytes());
                self.set_aside(source, author, RejectCode::ReadOnly, sent, &shape);
            }
            return;
        }
        let applied = looked.and_then(|looked| {
            let applied = self.replica.apply(update, &shape, keep)?;
            if looked == Look::Free {
                self.shadow_takes(update, &shape);
            }
            Ok(applied)
        });
        match applied {
            Ok(Applied::Nothing) => self.settle_in_order(source, sent),
            Ok(Applied::Change(change)) => {
                self.size.grow(change.len(), &shape);
                self.gather(&source, parts, &change, sent, shape.spans);
            }
            Err(Refusal::Malformed) => {
                self.turn_away(&source, RejectCode::Malformed, &shape);
            }
            Err(Refusal::TooDeep) => {
                self.set_aside(source, author, RejectCode::TooDeep, sent, &shape);
            }
            Err(Refusal::Poison) => {
                metrics::counter!(crate::telemetry::names::PANICS).increment(1);
                self.set_aside(source, author, RejectCode::Poison, sent, &shape);
                self.reload_without(&shape.spans);
            }
        }
    }

    /// Whether the document may grow by this (I4).
    fn fits(&mut self, update: &Bytes, shape: &UpdateShape) -> bool {
        let growth = Growth::of(update.len(), shape, shape.deletions);
        if self.size.has_room_for(&growth) {
            return true;
        }
        if self.size.may_be_measured(self.now) {
            let Ok((bytes, blocks)) = self.replica.measure() else {
                return false;
            };
            self.size.set(bytes, blocks, self.now);
        }
        // A step 2 repeats all deletions that there ever were.
        let deletions = match self.replica.new_deletions(update, shape) {
            Ok(deletions) => deletions,
            Err(_) => shape.deletions,
        };
        let growth = Growth::of(update.len(), shape, deletions);
        self.size.has_room_for(&growth)
    }

    /// Refuses what stays with its author. What continues it would wait for it, so that is refused as well.
    fn turn_away(&mut self, source: &Source, code: RejectCode, shape: &UpdateShape) {
        self.unfollowable.note(shape, code, &self.replica);
        self.forget_withheld(source, &shape.spans);
        self.refuse(source, code, Kept::ByClient);
    }

    /// Whether there is room for one more update that waits (I4).
    fn may_wait(&self, update: &Bytes) -> bool {
        let waiting = self.replica.waiting();
        waiting.len() < limits::WAITING_UPDATES_MAX
            && waiting.bytes() + update.len() <= limits::WAITING_BYTES_MAX
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
            Source::Merge { by, access, .. } => Some((Some(by.clone()), *access)),
        }
    }

    /// A socket hears a moment later of what was decided in a meeting, and a turn may have run out just now: what counts is
    /// what holds when the message is decoded.
    fn as_moderated(&self, author: Option<&UserId>, access: Access) -> Access {
        let is_held_up = |moderator: &Moderator| {
            author.is_some_and(|author| moderator.refuses(author, self.now_ms))
        };
        if access == Access::Write && self.moderator.as_ref().is_some_and(is_held_up) {
            return Access::Read;
        }
        access
    }

    fn is_stranger(&self, source: &Source) -> bool {
        match source {
            Source::Member { id, .. } => self
                .members
                .get(id)
                .is_some_and(|member| member.standing == Standing::Stranger),
            Source::Request { .. } | Source::Merge { .. } => false,
        }
    }

    /// Puts what was applied into the batch, a row for each of those who wrote it. Only the first row carries what was
    /// sent: it is taken again if the batch has to be.
    fn gather(
        &mut self,
        source: &Source,
        parts: Vec<Part>,
        change: &Bytes,
        sent: Bytes,
        spans: Vec<BlockSpan>,
    ) {
        let mut first = Some((sent, spans));
        for (part, update) in attributed(parts, change) {
            if let Some(author) = &part.author {
                for client in &part.claims {
                    self.owners.insert(*client, author.clone());
                }
            }
            self.edit_seq += 1;
            self.batch_bytes += update.len();
            let (sent, spans) = first
                .take()
                .unwrap_or((Bytes::from_static(EMPTY_UPDATE), Vec::new()));
            self.batch.push(Entry {
                source: source.clone(),
                change: Some(Change {
                    append: Append {
                        doc: self.doc,
                        update,
                        author: part.author,
                        claims: part.claims,
                        at_ms: self.now_ms,
                    },
                    spans,
                }),
                sent,
            });
        }
    }

    /// Whether a branch takes a CRDT client id for one member's that is another's here. Its blocks under that id may be
    /// left out of the update, because the ids of blocks are all that it was made by.
    fn contradicts(&self, source: &Source) -> bool {
        let Source::Merge { owners, .. } = source else {
            return false;
        };
        owners
            .iter()
            .any(|(client, owner)| self.owners.get(client).is_some_and(|here| here != owner))
    }

    /// Who wrote what an update brings: the author of an edit, or for a merge those whose blocks they are.
    fn parts(
        &self,
        source: &Source,
        author: Option<&UserId>,
        shape: &UpdateShape,
    ) -> Result<Vec<Part>, ForeignBlocks> {
        let Source::Merge { by, owners, .. } = source else {
            return Ok(vec![Part {
                author: author.cloned(),
                claims: self.claims(author, shape)?,
                clients: Vec::new(),
            }]);
        };
        let mut parts: BTreeMap<&UserId, Part> = BTreeMap::new();
        for spans in shape
            .spans
            .chunk_by(|one, other| one.client == other.client)
        {
            if spans.iter().all(|span| self.replica.has_integrated(*span)) {
                continue;
            }
            let client = spans[0].client;
            // Blocks that nobody answers for are in no branch whose members have names.
            let owner = owners.get(&client).ok_or(ForeignBlocks)?;
            let part = parts.entry(owner).or_default();
            part.author = Some(owner.clone());
            part.clients.push(client);
            let of_owner = UpdateShape {
                spans: spans.to_vec(),
                ..UpdateShape::default()
            };
            part.claims.extend(self.claims(Some(owner), &of_owner)?);
        }
        if parts.is_empty() {
            // Nothing but deletions, which bear no name.
            return Ok(vec![Part {
                author: Some(by.clone()),
                ..Part::default()
            }]);
        }
        Ok(parts.into_values().collect())
    }

    /// The CRDT client ids that the author uses here for the first time (D16). Blocks that are part of the document may
    /// come from anybody: a step 2 repeats them, and they have no effect. Blocks that only wait here may not.
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
            if self.replica.has_integrated(*span) {
                continue;
            }
            match self.owners.get(&span.client) {
                Some(owner) if owner == author => {}
                Some(_) => return Err(ForeignBlocks),
                // An id that another member's presence bears is theirs, though they have written nothing yet.
                None if self
                    .presence
                    .speaker_of(span.client)
                    .is_some_and(|speaker| speaker != author) =>
                {
                    return Err(ForeignBlocks);
                }
                // The spans of a client follow each other.
                None if claims.last() == Some(&span.client) => {}
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
        if let Source::Merge { .. } = source {
            // The branch has it.
            self.refuse(&source, code, Kept::ByServer);
            return;
        }
        // Forged blocks say nothing about the member whose id they bear.
        if code != RejectCode::ForeignIdentity {
            self.unfollowable.note(shape, code, &self.replica);
        }
        metrics::counter!(crate::telemetry::names::QUARANTINED, "reason" => code.word())
            .increment(1);
        self.forget_withheld(&source, &shape.spans);
        self.slow_down(&source, author.as_ref(), update.len());
        let entry = Quarantined {
            doc: self.doc,
            author,
            reason: code.word().to_owned(),
            update,
            at_ms: self.now_ms,
        };
        self.aside.add(source, code, entry);
    }

    /// Makes a member pay for what is set aside. A request pays by waiting for its answer.
    fn slow_down(&mut self, source: &Source, author: Option<&UserId>, bytes: usize) {
        let Source::Member { id, .. } = source else {
            return;
        };
        let debtor = match author {
            Some(author) => Debtor::Member(author.clone()),
            None => Debtor::Channel(*id),
        };
        if let Some(until) = self.brake.charge(debtor, bytes, self.now)
            && let Some(member) = self.members.get(id)
        {
            member.channel.outbound.slow_down(until);
        }
    }
}

/// Blocks under the client id of another member.
struct ForeignBlocks;

/// What one member wrote of an update.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) author: Option<UserId>,
    /// The CRDT client ids that they use here for the first time.
    pub(super) claims: Vec<u64>,
    /// All of theirs that bring something; empty where everything is theirs.
    clients: Vec<u64>,
}

/// What each wrote, as an update of its own. Deletions have no author, and are in all of them.
fn attributed(parts: Vec<Part>, change: &Bytes) -> Vec<(Part, Bytes)> {
    if parts.len() == 1 {
        return parts
            .into_iter()
            .map(|part| (part, change.clone()))
            .collect();
    }
    let others = |part: &Part| {
        let mut until = StateVector::default();
        let clients = parts.iter().flat_map(|part| &part.clients);
        for client in clients.filter(|client| !part.clients.contains(client)) {
            until.set_max(ClientID::new(*client), u32::MAX);
        }
        until.encode_v1()
    };
    let without: Vec<Vec<u8>> = parts.iter().map(others).collect();
    parts
        .into_iter()
        .zip(without)
        .map(|(part, without)| {
            let theirs = contain(|| yrs::diff_updates_v1(change, &without));
            let update = match theirs {
                Ok(Ok(update)) => update.into(),
                // Whole, it says the same.
                Ok(Err(_)) | Err(_) => change.clone(),
            };
            (part, update)
        })
        .collect()
}
