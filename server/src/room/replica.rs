//! The document itself: the yrs `Doc` of one room, inside the panic boundary (D8).
//!
//! Knows V1 updates, state vectors and nothing else: no members, no journal, no sockets. After [`Refusal::Poison`]
//! or [`Contained`] the replica must be dropped and loaded anew; it does not try to mend itself.

use std::cell::OnceCell;

use bytes::Bytes;
use consilium_protocol::sync::EMPTY_STATE_VECTOR;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, IdSet, ReadTxn, StateVector, Transact, Update};

use super::nesting::Nesting;
use super::peer_message::{DIGEST_BYTES, Digest};
use super::update_shape::{self, BlockSpan, UpdateShape};
use crate::panic_boundary::{Contained, contain};
use crate::plain_doc::plain_doc;

/// Why an update was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an update, or one that no editor makes: nested too deeply, or at odds with itself.
    #[error("not an update")]
    Malformed,
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
    /// Updates that could not be integrated wholly, because what they build on is missing. Kept as they were sent and
    /// applied again when something arrives: yrs 0.28.1 can lose blocks when it merges and encodes what is pending
    /// (found by the simulation).
    waiting: Vec<Waiting>,
    /// Measured when it first matters: most documents are only read, or typed in.
    nesting: Option<Nesting>,
}

struct Waiting {
    update: Bytes,
    shape: UpdateShape,
}

impl Replica {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self {
            doc: plain_doc(),
            encoded: None,
            waiting: Vec::new(),
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
        self.integrate(update, Keep::AsSent)?;
        let known = self.doc.transact().state_vector();
        let waits = claimed
            .iter()
            .any(|(client, clocks)| clocks.iter().any(|clocks| known.get(client) < clocks.end));
        // What waits is not among what the document can tell of itself later.
        if waits || self.nesting.is_some() {
            let shape = Self::shape(state)?;
            self.measured()?.trust(&shape);
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
        self.doc
            .transact()
            .state_vector()
            .get(&yrs::block::ClientID::new(client))
    }

    /// How many updates wait for missing blocks.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether an update leaves a gap behind what is here, so that it would have to wait.
    #[must_use]
    pub fn would_wait(&self, shape: &UpdateShape) -> bool {
        shape
            .spans
            .iter()
            .any(|span| span.start > self.clock_of(span.client) && !self.has_blocks(*span))
    }

    /// Whether all of these blocks are here already, be it only to wait for others: replicas repeat those too.
    #[must_use]
    pub fn has_blocks(&self, span: BlockSpan) -> bool {
        let client = yrs::block::ClientID::new(span.client);
        let txn = self.doc.transact();
        let integrated = txn.state_vector().get(&client);
        if integrated >= span.end {
            return true;
        }
        let mut missing = IdSet::new();
        let start = integrated.max(span.start);
        missing.insert(yrs::ID::new(client, start), span.end - start);
        for known in self.waiting.iter().flat_map(|waiting| &waiting.shape.spans) {
            let mut blocks = IdSet::new();
            blocks.insert(
                yrs::ID::new(yrs::block::ClientID::new(known.client), known.start),
                known.end - known.start,
            );
            missing = missing.diff(&blocks);
        }
        missing.is_empty()
    }

    /// Whether an update brings blocks or deletions that the document lacks. Used only where changes are refused:
    /// it looks at the whole delete set.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn adds_anything(&self, update: &Bytes, shape: &UpdateShape) -> Result<bool, Refusal> {
        if shape.spans.iter().any(|span| !self.has_blocks(*span)) {
            return Ok(true);
        }
        if shape.deletions == 0 {
            return Ok(false);
        }
        let claimed = contain(|| Update::decode_v1(update))?.map_err(|_| Refusal::Malformed)?;
        let known = contain(|| self.doc.transact().snapshot().delete_set)?;
        Ok(!claimed.delete_set().diff(&known).is_empty())
    }

    /// Applies an update whose shape was read.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] leaves the replica as it was; after [`Refusal::Poison`] it must be dropped.
    pub fn apply(
        &mut self,
        update: &Bytes,
        shape: &UpdateShape,
        keep: Keep,
    ) -> Result<Applied, Refusal> {
        let decoded = contain(|| Update::decode_v1(update))?.map_err(|_| Refusal::Malformed)?;
        self.bound_nesting(shape)?;
        let integrated = self.integrate(decoded, keep)?;
        let waits = self.waits_for(shape);
        if !matches!(integrated, Integrated::Nothing) {
            self.try_the_waiting()?;
        }
        // What waits is part of the state too, and "only new" would lose it.
        if waits {
            if self.waiting.iter().all(|known| known.update != *update) {
                self.waiting.push(Waiting {
                    update: update.clone(),
                    shape: shape.clone(),
                });
            }
            return Ok(Applied::Change(update.clone()));
        }
        Ok(match integrated {
            Integrated::Nothing => Applied::Nothing,
            Integrated::Only(new) => Applied::Change(new),
            Integrated::AsSent => Applied::Change(update.clone()),
        })
    }

    /// Refuses what nests too deeply: yrs would exhaust the stack, which nothing contains.
    fn bound_nesting(&mut self, shape: &UpdateShape) -> Result<(), Refusal> {
        // Typing cannot nest. While something waits, though, everything may be told twice.
        if self.nesting.is_none() && !shape.nests && self.waiting.is_empty() {
            return Ok(());
        }
        let doc = self.doc.clone();
        let nesting = self.measured()?;
        let txn = doc.transact();
        let known = OnceCell::new();
        nesting
            .admit(shape, |client| {
                known
                    .get_or_init(|| txn.state_vector())
                    .get(&yrs::block::ClientID::new(client))
            })
            .map_err(|_| Refusal::Malformed)
    }

    /// The nesting of all that is here, measured once.
    pub(super) fn measured(&mut self) -> Result<&mut Nesting, Refusal> {
        let nesting = match self.nesting.take() {
            Some(nesting) => nesting,
            None => {
                let mut nesting = Nesting::default();
                nesting.trust(&Self::shape(&self.integrated()?)?);
                for waiting in &self.waiting {
                    nesting.trust(&waiting.shape);
                }
                nesting
            }
        };
        Ok(self.nesting.insert(nesting))
    }

    /// Applies what waited again, as long as that gets on.
    fn try_the_waiting(&mut self) -> Result<(), Refusal> {
        let mut waiting = std::mem::take(&mut self.waiting);
        loop {
            let before = waiting.len();
            let mut left = Vec::new();
            for each in waiting {
                let update =
                    contain(|| Update::decode_v1(&each.update))?.map_err(|_| Refusal::Poison)?;
                self.integrate(update, Keep::AsSent)?;
                if self.waits_for(&each.shape) {
                    left.push(each);
                }
            }
            waiting = left;
            if waiting.is_empty() || waiting.len() == before {
                self.waiting = waiting;
                return Ok(());
            }
        }
    }

    fn integrate(&mut self, update: Update, keep: Keep) -> Result<Integrated, Refusal> {
        let mut txn = self.doc.transact_mut();
        let outcome = contain(|| {
            txn.apply_update(update).map_err(|_| Refusal::Poison)?;
            // The delete set and cleanups are settled by the commit.
            txn.commit();
            let changed = !txn.insert_set().is_empty() || !txn.delete_set().is_empty();
            Ok::<_, Refusal>(match (changed, keep) {
                (false, _) => Integrated::Nothing,
                (true, Keep::AsSent) => Integrated::AsSent,
                (true, Keep::OnlyNew) => Integrated::Only(txn.encode_update_v1().into()),
            })
        });
        // Dropping commits, which may fail on the same input: outside of any unwinding, so that it is contained too.
        contain(move || drop(txn))?;
        let integrated = outcome??;
        if !matches!(integrated, Integrated::Nothing) {
            self.encoded = None;
        }
        Ok(integrated)
    }

    /// Whether some of what an applied update claims is not part of the document yet, because what it builds on is
    /// missing.
    fn waits_for(&self, shape: &UpdateShape) -> bool {
        let txn = self.doc.transact();
        let known = txn.state_vector();
        let blocks_wait = shape
            .spans
            .iter()
            .any(|span| known.get(&yrs::block::ClientID::new(span.client)) < span.end);
        blocks_wait || (shape.deletions > 0 && txn.store().pending_ds().is_some())
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
                let client = yrs::block::ClientID::new(span.client);
                // Blocks that wait are not in the vector; `set_min` would claim what they wait for.
                if vector.get(&client) > span.start {
                    vector.set_min(client, span.start);
                }
            }
            Bytes::from(vector.encode_v1())
        })
        .unwrap_or(Bytes::from_static(EMPTY_STATE_VECTOR))
    }

    /// Says what is integrated here, in a few bytes: equal for two documents that contain the same blocks and
    /// deletions. Goes through all blocks, so it is for seldom use.
    ///
    /// # Errors
    /// [`Refusal::Poison`] when the library fails.
    pub fn digest(&self) -> Result<Digest, Refusal> {
        let snapshot = contain(|| self.doc.transact().snapshot())?;
        let mut clocks: Vec<(u64, u32)> = snapshot
            .state_map
            .iter()
            .map(|(client, clock)| (client.get(), *clock))
            .collect();
        clocks.sort_unstable();
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(clocks.len() as u64).to_le_bytes());
        for (client, clock) in clocks {
            hasher.update(&client.to_le_bytes());
            hasher.update(&clock.to_le_bytes());
        }
        // Sorted by client, ranges joined: the same set has one encoding.
        hasher.update(&contain(|| snapshot.delete_set.encode_v1())?);
        let mut digest = [0; DIGEST_BYTES];
        hasher.finalize_xof().fill(&mut digest);
        Ok(digest)
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

enum Integrated {
    Nothing,
    AsSent,
    Only(Bytes),
}

fn is_subset(inner: &IdSet, outer: &IdSet) -> bool {
    inner.diff(outer).is_empty()
}

#[cfg(test)]
mod tests {
    use yrs::{Text, WriteTxn};

    use super::*;

    /// The updates of a client that typed so many letters, one each.
    fn typed(client: u64, letters: u32) -> Vec<Bytes> {
        let doc = Doc::with_client_id(client);
        (0..letters)
            .map(|at| {
                let mut txn = doc.transact_mut();
                let text = txn.get_or_insert_text("t");
                text.insert(&mut txn, at, "x");
                txn.encode_update_v1().into()
            })
            .collect()
    }

    #[test]
    fn what_a_reader_had_before_does_not_include_what_it_waits_for() {
        let updates = typed(7, 3);
        let mut replica = Replica::new();
        let mut spans = Vec::new();
        // The first never came; the others wait for it.
        for update in &updates[1..] {
            let shape = Replica::shape(update).unwrap();
            replica.apply(update, &shape, Keep::AsSent).unwrap();
            spans.extend(shape.spans);
        }
        let before = replica.state_vector_before(spans.into_iter());
        let shape = Replica::shape(&updates[0]).unwrap();
        replica.apply(&updates[0], &shape, Keep::AsSent).unwrap();
        let diff = replica.diff(&before).unwrap().update;
        let spans = Replica::shape(&diff).unwrap().spans;
        assert_eq!((spans[0].start, spans[0].end), (0, 3));
    }

    #[test]
    fn what_is_in_both_state_vectors_is_the_lesser_of_each_clock() {
        let vector = |clocks: &[(u64, u32)]| {
            let clocks = clocks
                .iter()
                .map(|(client, clock)| (yrs::block::ClientID::new(*client), *clock));
            Bytes::from(StateVector::new(clocks.collect()).encode_v1())
        };
        let one = vector(&[(1, 5), (2, 3), (3, 1)]);
        let other = vector(&[(1, 2), (2, 9)]);
        let both = Replica::in_both(&one, &other).unwrap();
        let both = StateVector::decode_v1(&both).unwrap();
        let clocks = [1, 2, 3].map(|client| both.get(&yrs::block::ClientID::new(client)));
        assert_eq!(clocks, [2, 3, 0]);
        assert!(Replica::in_both(&one, &Bytes::from_static(b"no")).is_err());
    }
}
