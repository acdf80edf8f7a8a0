//! The document itself: the yrs `Doc` of one room, inside the panic boundary (D8).
//!
//! Knows V1 updates, state vectors and nothing else: no members, no journal, no sockets. After [`Refusal::Poison`]
//! or [`Contained`] the replica must be dropped and loaded anew; it does not try to mend itself.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use consilium_protocol::sync::EMPTY_STATE_VECTOR;
use yrs::block::ClientID;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, IdSet, ReadTxn, StateVector, Transact, Update, WriteTxn};

use self::deletions::Deletions;
use super::nesting::{Nesting, Unfit};
use super::waiting::{WaitingId, WaitingUpdates};
use crate::panic_boundary::{Contained, contain};
use crate::plain_doc::plain_doc;
use consilium_protocol::update_shape::{self, BlockSpan, Until, UpdateShape};

mod deletions;

/// Why an update was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an update, or one that no editor makes: at odds with itself.
    #[error("not an update")]
    Malformed,
    /// Nested more deeply than the library can be given.
    #[error("nested too deeply")]
    TooDeep,
    /// An update that the library fails on. The replica is unusable now.
    #[error("the document cannot take this update")]
    Poison,
}

impl From<Contained> for Refusal {
    fn from(_: Contained) -> Self {
        Self::Poison
    }
}

/// What applying an update did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// Everything was known already; there is nothing to store or to tell.
    Nothing,
    /// The document changed, or will when what is missing arrives. The bytes say how, for journal and members.
    Change(Bytes),
}

/// How much of an update to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The bytes as they came: an edit just made says nothing but itself.
    AsSent,
    /// Only what was new: a step 2 repeats the whole delete set each time.
    OnlyNew,
}

/// What a peer lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// What is integrated here.
    pub update: Bytes,
    /// What waits here for missing blocks, in updates of its own.
    pub waiting: Vec<Bytes>,
}

/// One room's document.
pub struct Replica {
    doc: Doc,
    /// Everything integrated as one update, kept until the next change so that a crowd of joiners shares it.
    encoded: Option<Bytes>,
    /// For each client, how many of its blocks are here without a gap. The library would count all clients anew for
    /// each question.
    known: HashMap<u64, u32>,
    /// Updates that could not be integrated wholly, because what they build on is missing.
    waiting: WaitingUpdates,
    deletions: Deletions,
    /// Measured when it first matters: most documents are only read, or typed in.
    nesting: Option<Nesting>,
}

impl Replica {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self {
            doc: plain_doc(),
            encoded: None,
            known: HashMap::new(),
            waiting: WaitingUpdates::default(),
            deletions: Deletions::default(),
            nesting: None,
        }
    }

    /// Applies a snapshot: what a document once had integrated, as one update.
    ///
    /// # Errors
    /// [`Refusal`]; the replica must then be dropped.
    pub fn apply_snapshot(&mut self, state: &Bytes) -> Result<(), Refusal> {
        let update = contain(|| Update::decode_v1(state))?.map_err(|_| Refusal::Malformed)?;
        let claimed = contain(|| update.insertions(true))?;
        let is_first = self.known.is_empty() && self.waiting.is_empty();
        let integrated = self.integrate(update, Keep::AsSent)?;
        let clients: Vec<u64> = claimed.iter().map(|(client, _)| client.get()).collect();
        let come = self.count_anew(clients.into_iter());
        let mut waits = !integrated.whole;
        for (client, clocks) in claimed.iter() {
            let known = self.clock_of(client.get());
            for gap in clocks.iter().filter(|clocks| clocks.end > known) {
                waits = true;
                self.waiting.note_behind_gap(BlockSpan {
                    client: client.get(),
                    start: gap.start.max(known),
                    end: gap.end,
                });
            }
        }
        self.try_the_waiting(come)?;
        // One snapshot that was taken wholly is all that there is, and need not be encoded to be told.
        if is_first && !waits {
            self.encoded = Some(state.clone());
        }
        // What waits is not among what the document can tell of itself later.
        if waits || self.nesting.is_some() {
            let shape = Arc::new(Self::shape(state)?);
            self.measured()?.trust(&shape);
            if !integrated.whole {
                let lacks = self.lacked_by(&shape);
                self.deletions.waiting_has_changed();
                self.waiting.add(state.clone(), shape, lacks);
            }
        }
        Ok(())
    }

    /// Reads what an update claims, before anything touches the document.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn shape(update: &Bytes) -> Result<UpdateShape, Refusal> {
        update_shape::read_shape(update).map_err(|_| Refusal::Malformed)
    }

    /// How many blocks of a client are here without a gap.
    #[must_use]
    pub fn clock_of(&self, client: u64) -> u32 {
        self.known.get(&client).copied().unwrap_or_default()
    }

    /// What waits for missing blocks.
    #[must_use]
    pub fn waiting(&self) -> &WaitingUpdates {
        &self.waiting
    }

    /// Whether an update would have to wait. One that builds on nothing that is missing does not, even if it repeats
    /// deletions of what is missing: a replica that was told of those tells of them whenever it says all that it has.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn would_wait(&mut self, update: &Bytes, shape: &UpdateShape) -> Result<bool, Refusal> {
        Ok(self.builds_on_missing(shape)
            || self.deletes_missing(shape) && !self.deletions_wait_already(update, shape)?)
    }

    /// Whether an update names anything that is not here: to build on it, or to delete it.
    #[must_use]
    pub fn names_missing(&self, shape: &UpdateShape) -> bool {
        self.builds_on_missing(shape) || self.deletes_missing(shape)
    }

    fn builds_on_missing(&self, shape: &UpdateShape) -> bool {
        let lacks = |until: &Until| self.clock_of(until.client) < until.clock;
        shape.needs.iter().any(lacks)
    }

    /// Whether all of these blocks are part of the document.
    #[must_use]
    pub fn has_integrated(&self, span: BlockSpan) -> bool {
        self.clock_of(span.client) >= span.end
    }

    /// Whether all of these blocks are here already, be it only to wait for others: replicas repeat those too.
    #[must_use]
    pub fn has_blocks(&self, span: BlockSpan) -> bool {
        let known = self.clock_of(span.client);
        known >= span.end
            || self.waiting.has_blocks(BlockSpan {
                start: span.start.max(known),
                ..span
            })
    }

    /// An update without those of its blocks that wait here already, be their content the same or not: what came first
    /// counts, and it is sent to whoever lacks it. `None` when it has no such blocks.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn without_what_waits(
        &self,
        update: &Bytes,
        shape: &UpdateShape,
    ) -> Result<Option<Bytes>, Refusal> {
        let mut until = StateVector::default();
        let mut spans = shape.spans.iter().peekable();
        while let Some(first) = spans.next() {
            let mut waits = None;
            let mut next = Some(first);
            while let Some(span) = next.filter(|span| self.has_blocks(**span)) {
                if !self.has_integrated(*span) {
                    waits = Some(span.end);
                }
                next = spans.next_if(|next| next.client == first.client);
            }
            while spans.next_if(|next| next.client == first.client).is_some() {}
            if let Some(end) = waits {
                until.set_max(ClientID::new(first.client), end);
            }
        }
        if until.is_empty() {
            return Ok(None);
        }
        contain(|| yrs::diff_updates_v1(update, &until.encode_v1()))?
            .map(|rest| Some(rest.into()))
            .map_err(|_| Refusal::Malformed)
    }

    /// Whether an update brings blocks or deletions that the document lacks.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn adds_anything(&mut self, update: &Bytes, shape: &UpdateShape) -> Result<bool, Refusal> {
        if shape.is_too_deep || shape.spans.iter().any(|span| !self.has_blocks(*span)) {
            return Ok(true);
        }
        Ok(self.new_deletions(update, shape)? > 0)
    }

    /// Applies an update whose shape was read.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] and [`Refusal::TooDeep`] leave the replica as it was; after [`Refusal::Poison`] it must be
    /// dropped.
    pub fn apply(
        &mut self,
        update: &Bytes,
        shape: &UpdateShape,
        keep: Keep,
    ) -> Result<Applied, Refusal> {
        if self.waiting.contains(update) {
            return Ok(Applied::Nothing);
        }
        if shape.is_too_deep {
            return Err(Refusal::TooDeep);
        }
        let decoded = contain(|| Update::decode_v1(update))?.map_err(|_| Refusal::Malformed)?;
        self.bound_nesting(shape)?;
        // Before the library has seen them: it counts deletions of what is missing as done.
        let deletions_wait =
            self.deletes_missing(shape) && self.deletions_wait_already(update, shape)?;
        // Deletions that wait in another update are kept there. With these as well, a row could not be compacted before
        // what is missing comes, and nothing bounds how many such rows somebody sends (I4).
        let keep = if deletions_wait { Keep::OnlyNew } else { keep };
        let integrated = self.integrate(decoded, keep)?;
        let come = match integrated.news {
            News::Nothing => Vec::new(),
            News::Only(_) | News::AsSent => self.count(shape, &integrated),
        };
        let lacks = self.lacked_by(shape);
        let waits = !self.has_all_of(shape)
            || self.builds_on_missing(shape)
            || self.deletes_missing(shape) && !deletions_wait;
        if waits {
            self.deletions.waiting_has_changed();
            // Before the others are tried: what it brought may bring what it lacks.
            self.waiting
                .add(update.clone(), Arc::new(shape.clone()), lacks);
        }
        self.try_the_waiting(come)?;
        Ok(match integrated.news {
            // What waits is part of the state too, and "only new" would lose it.
            _ if waits => Applied::Change(update.clone()),
            News::Nothing => Applied::Nothing,
            News::Only(new) => Applied::Change(new),
            News::AsSent => Applied::Change(update.clone()),
        })
    }

    /// Refuses what nests too deeply: yrs would exhaust the stack, which nothing contains.
    fn bound_nesting(&mut self, shape: &UpdateShape) -> Result<(), Refusal> {
        // Typing cannot nest. While something waits, though, everything may be told twice.
        if self.nesting.is_none() && !shape.nests && self.waiting.is_empty() {
            return Ok(());
        }
        self.measured()?;
        let Self { nesting, known, .. } = self;
        let Some(nesting) = nesting else {
            return Ok(());
        };
        nesting
            .admit(shape, |client| {
                known.get(&client).copied().unwrap_or_default()
            })
            .map_err(|unfit| match unfit {
                Unfit::TooDeep => Refusal::TooDeep,
                Unfit::Contradictory => Refusal::Malformed,
            })
    }

    /// The nesting of all that is here, measured once.
    pub(super) fn measured(&mut self) -> Result<&mut Nesting, Refusal> {
        let nesting = match self.nesting.take() {
            Some(nesting) => nesting,
            None => {
                let mut nesting = Nesting::default();
                nesting.trust(&Self::shape(&self.integrated()?)?);
                for waiting in self.waiting.iter() {
                    nesting.trust(&waiting.shape);
                }
                nesting
            }
        };
        Ok(self.nesting.insert(nesting))
    }

    /// Applies again what waited for these blocks, and what waited for that.
    fn try_the_waiting(&mut self, mut come: Vec<Until>) -> Result<(), Refusal> {
        let mut due: BTreeSet<WaitingId> = BTreeSet::new();
        let mut done = Vec::new();
        loop {
            for until in come.drain(..) {
                self.waiting.reached(until, &mut due);
            }
            let Some(id) = due.pop_first() else {
                break;
            };
            let Some(waiting) = self.waiting.get(id) else {
                continue;
            };
            let (bytes, shape) = (waiting.update.clone(), Arc::clone(&waiting.shape));
            let update = contain(|| Update::decode_v1(&bytes))?.map_err(|_| Refusal::Poison)?;
            let integrated = self.integrate(update, Keep::AsSent)?;
            come = self.count(&shape, &integrated);
            let lacks = self.lacked_by(&shape);
            if lacks.is_empty() && self.has_all_of(&shape) {
                done.push(id);
            } else {
                self.waiting.await_blocks(id, lacks);
            }
        }
        if !done.is_empty() {
            self.deletions.waiting_has_changed();
            self.waiting.remove(&done);
        }
        Ok(())
    }

    fn integrate(&mut self, update: Update, keep: Keep) -> Result<Integrated, Refusal> {
        let Self { doc, deletions, .. } = self;
        let mut txn = doc.transact_mut();
        let outcome = contain(|| {
            txn.apply_update(update).map_err(|_| Refusal::Poison)?;
            // What the library would keep for later would be tried again with every change, and is kept by us.
            let whole = !txn.has_missing_updates();
            if !whole {
                txn.prune_pending();
            }
            // The delete set and cleanups are settled by the commit.
            txn.commit();
            deletions.have_come(txn.delete_set());
            let changed = !txn.insert_set().is_empty() || !txn.delete_set().is_empty();
            let news = match (changed, keep) {
                (false, _) => News::Nothing,
                (true, Keep::AsSent) => News::AsSent,
                (true, Keep::OnlyNew) => News::Only(txn.encode_update_v1().into()),
            };
            Ok::<_, Refusal>(Integrated { news, whole })
        });
        // Dropping commits, which may fail on the same input: outside of any unwinding, so that it is contained too.
        contain(move || drop(txn))?;
        let integrated = outcome??;
        if !matches!(integrated.news, News::Nothing) {
            self.encoded = None;
        }
        Ok(integrated)
    }

    /// Counts the blocks of an update that was integrated; answers with how far its clients have come by it.
    fn count(&mut self, shape: &UpdateShape, integrated: &Integrated) -> Vec<Until> {
        let touches_gaps = shape
            .ends
            .iter()
            .any(|end| self.waiting.has_blocks_of(end.client));
        if !integrated.whole || touches_gaps || self.names_missing(shape) {
            return self.count_anew(shape.ends.iter().map(|end| end.client));
        }
        let mut come = Vec::new();
        for end in &shape.ends {
            let known = self.known.entry(end.client).or_default();
            if *known < end.clock {
                *known = end.clock;
                come.push(*end);
            }
        }
        come
    }

    /// Asks the library how far these clients have come: it may have filled gaps, or left some.
    fn count_anew(&mut self, clients: impl Iterator<Item = u64>) -> Vec<Until> {
        let vector = self.doc.transact().state_vector();
        let mut come = Vec::new();
        for client in clients {
            let clock = vector.get(&ClientID::new(client));
            if self.known.insert(client, clock).unwrap_or_default() < clock {
                come.push(Until { client, clock });
            }
        }
        come
    }

    /// What an applied update builds on, or deletes, that is not here.
    fn lacked_by(&self, shape: &UpdateShape) -> Vec<Until> {
        if self.has_all_of(shape) && !self.names_missing(shape) {
            return Vec::new();
        }
        let predecessors = shape.spans.iter().map(|span| Until {
            client: span.client,
            clock: span.start,
        });
        let references = shape
            .blocks
            .iter()
            .flat_map(|block| block.place.references())
            .map(|id| Until {
                client: id.client,
                clock: id.clock.saturating_add(1),
            });
        let mut lacks: Vec<Until> = predecessors
            .chain(references)
            .chain(shape.deletes.iter().copied())
            .filter(|until| self.clock_of(until.client) < until.clock)
            .collect();
        lacks.sort_unstable();
        lacks.dedup();
        lacks
    }

    fn has_all_of(&self, shape: &UpdateShape) -> bool {
        shape
            .ends
            .iter()
            .all(|end| self.clock_of(end.client) >= end.clock)
    }

    /// The state vector, encoded (V1).
    #[must_use]
    pub fn state_vector(&self) -> Bytes {
        self.doc.transact().state_vector().encode_v1().into()
    }

    /// The state vector without these blocks: what a reader had who was told everything but them. The empty one, which
    /// is always safe to go on from, when the library has failed on this document.
    #[must_use]
    pub fn state_vector_before(&self, spans: impl Iterator<Item = BlockSpan>) -> Bytes {
        contain(|| {
            let mut vector = self.doc.transact().state_vector();
            for span in spans {
                let client = ClientID::new(span.client);
                // Of what only waits here, the reader has no more than we do; `set_min` would say that they have.
                if vector.get(&client) > span.start {
                    vector.set_min(client, span.start);
                }
            }
            Bytes::from(vector.encode_v1())
        })
        .unwrap_or(Bytes::from_static(EMPTY_STATE_VECTOR))
    }

    /// What is in both of two state vectors: what a reader is known to have who lacks something of either.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn in_both(one: &Bytes, other: &Bytes) -> Result<Bytes, Refusal> {
        let decode = |bytes: &Bytes| {
            update_shape::check_state_vector(bytes).map_err(|_| Refusal::Malformed)?;
            contain(|| StateVector::decode_v1(bytes))?.map_err(|_| Refusal::Malformed)
        };
        let (one, other) = (decode(one)?, decode(other)?);
        let mut both = StateVector::default();
        for (client, clock) in one.iter() {
            both.set_max(*client, (*clock).min(other.get(client)));
        }
        Ok(both.encode_v1().into())
    }

    /// What a peer with this state vector lacks.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for a bad state vector; [`Refusal::Poison`] when the library fails.
    pub fn diff(&mut self, state_vector: &Bytes) -> Result<Diff, Refusal> {
        let waiting: Vec<Bytes> = self.waiting_updates().collect();
        if state_vector.as_ref() == EMPTY_STATE_VECTOR {
            return Ok(Diff {
                update: self.integrated()?,
                waiting,
            });
        }
        update_shape::check_state_vector(state_vector).map_err(|_| Refusal::Malformed)?;
        let doc = &self.doc;
        let update = contain(|| {
            StateVector::decode_v1(state_vector)
                .map(|vector| Bytes::from(doc.transact().encode_diff_v1(&vector)))
        })?
        .map_err(|_| Refusal::Malformed)?;
        Ok(Diff { update, waiting })
    }

    /// The whole state as one update (V1). What waits for missing blocks is part of it unless the library would lose
    /// something in merging it.
    ///
    /// # Errors
    /// [`Refusal::Poison`] when the library fails.
    pub fn whole(&mut self) -> Result<Bytes, Refusal> {
        let integrated = self.integrated()?;
        if self.waiting.is_empty() {
            return Ok(integrated);
        }
        let parts: Vec<&[u8]> = std::iter::once(integrated.as_ref())
            .chain(self.waiting.iter().map(|waiting| waiting.update.as_ref()))
            .collect();
        let merged = contain(|| {
            let merged = yrs::merge_updates_v1(parts.iter().copied()).ok()?;
            let held = Update::decode_v1(&merged).ok()?;
            let complete = parts.iter().all(|part| {
                Update::decode_v1(part).is_ok_and(|part| {
                    is_subset(&part.insertions(true), &held.insertions(true))
                        && is_subset(part.delete_set(), held.delete_set())
                })
            });
            complete.then(|| Bytes::from(merged))
        })?;
        Ok(merged.unwrap_or(integrated))
    }

    /// Everything that is integrated, as one update. Encoded once until the next change.
    fn integrated(&mut self) -> Result<Bytes, Refusal> {
        if let Some(encoded) = &self.encoded {
            return Ok(encoded.clone());
        }
        let doc = &self.doc;
        let encoded: Bytes =
            contain(|| doc.transact().encode_diff_v1(&StateVector::default()))?.into();
        self.encoded = Some(encoded.clone());
        Ok(encoded)
    }

    fn waiting_updates(&self) -> impl Iterator<Item = Bytes> {
        self.waiting.iter().map(|waiting| waiting.update.clone())
    }

    /// How many bytes and blocks the document has, what waits included. Takes time in proportion to its size.
    ///
    /// # Errors
    /// [`Refusal::Poison`] when the library fails.
    pub fn measure(&mut self) -> Result<(usize, usize), Refusal> {
        let integrated = self.integrated()?;
        let items = Self::shape(&integrated)?.items;
        let waiting = self.waiting.iter().map(|waiting| waiting.shape.items);
        Ok((
            integrated.len() + self.waiting.bytes(),
            items + waiting.sum::<usize>(),
        ))
    }

    /// The document, for those who read meaning out of it.
    #[must_use]
    pub fn doc(&self) -> &Doc {
        &self.doc
    }
}

impl Default for Replica {
    fn default() -> Self {
        Self::new()
    }
}

/// What the library did with an update.
struct Integrated {
    news: News,
    /// Whether it took all of it.
    whole: bool,
}

enum News {
    Nothing,
    AsSent,
    Only(Bytes),
}

fn is_subset(inner: &IdSet, outer: &IdSet) -> bool {
    inner.diff(outer).is_empty()
}

#[cfg(test)]
mod tests;
