//! The document itself: the yrs `Doc` of one room, inside the panic boundary (D8).
//!
//! Knows V1 updates, state vectors and nothing else: no members, no journal, no sockets. After [`Refusal::Poison`]
//! or [`Contained`] the replica must be dropped and loaded anew; it does not try to mend itself.

use bytes::Bytes;
use consilium_protocol::sync::{EMPTY_STATE_VECTOR, EMPTY_UPDATE};
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, ReadTxn, StateVector, Transact, Update};

use super::update_shape::{self, BlockSpan, UpdateShape};
use crate::panic_boundary::{Contained, contain};

/// Why an update was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an update.
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

/// One room's document.
pub struct Replica {
    doc: Doc,
    /// The whole state as one update, kept until the next change so that a crowd of joiners shares one encoding.
    whole: Option<Bytes>,
}

impl Replica {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self {
            doc: Doc::with_options(yrs::Options {
                // Tidying formatting marks is an edit, and edits have authors: the editors do it, not the server.
                cleanup_formatting: false,
                ..yrs::Options::default()
            }),
            whole: None,
        }
    }

    /// Applies stored bytes: a snapshot (V2).
    ///
    /// # Errors
    /// [`Refusal`]; the replica must then be dropped.
    pub fn apply_snapshot(&mut self, state_v2: &[u8]) -> Result<(), Refusal> {
        let update = contain(|| Update::decode_v2(state_v2))?.map_err(|_| Refusal::Malformed)?;
        self.integrate(update, Keep::AsSent).map(|_| ())
    }

    /// Reads what an update claims, before anything touches the document.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn shape(update: &Bytes) -> Result<UpdateShape, Refusal> {
        update_shape::read_shape(update).map_err(|_| Refusal::Malformed)
    }

    /// Whether blocks `..end` of `client` are all here.
    #[must_use]
    pub fn has_blocks_until(&self, client: u64, end: u32) -> bool {
        self.doc
            .transact()
            .state_vector()
            .get(&yrs::block::ClientID::new(client))
            >= end
    }

    /// Whether an update brings blocks or deletions that the document lacks. Used only where changes are refused:
    /// it looks at the whole delete set.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn adds_anything(&self, update: &Bytes, shape: &UpdateShape) -> Result<bool, Refusal> {
        if shape
            .spans
            .iter()
            .any(|span| !self.has_blocks_until(span.client, span.end))
        {
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
        let integrated = self.integrate(decoded, keep)?;
        // What waits for missing blocks is part of the state too, and "only new" would lose it.
        if self.waits_for(shape) {
            self.whole = None;
            return Ok(Applied::Change(update.clone()));
        }
        Ok(match integrated {
            Integrated::Nothing => Applied::Nothing,
            Integrated::Only(new) => Applied::Change(new),
            Integrated::AsSent => Applied::Change(update.clone()),
        })
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
            self.whole = None;
        }
        Ok(integrated)
    }

    /// Whether some of what an applied update claims is not part of the document yet, because what it builds on is
    /// missing.
    fn waits_for(&self, shape: &UpdateShape) -> bool {
        let txn = self.doc.transact();
        let store = txn.store();
        let blocks_wait = store.pending_update().is_some() && {
            let known = txn.state_vector();
            shape
                .spans
                .iter()
                .any(|span| known.get(&yrs::block::ClientID::new(span.client)) < span.end)
        };
        blocks_wait || (store.pending_ds().is_some() && shape.deletions > 0)
    }

    /// The state vector, encoded (V1).
    #[must_use]
    pub fn state_vector(&self) -> Bytes {
        self.doc.transact().state_vector().encode_v1().into()
    }

    /// The state vector without these blocks: what a reader had who was told everything but them.
    #[must_use]
    pub fn state_vector_before(&self, spans: impl Iterator<Item = BlockSpan>) -> Bytes {
        let mut vector = self.doc.transact().state_vector();
        for span in spans {
            vector.set_min(yrs::block::ClientID::new(span.client), span.start);
        }
        vector.encode_v1().into()
    }

    /// What a peer with this state vector lacks, as an update (V1).
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for a bad state vector; [`Refusal::Poison`] when the library fails.
    pub fn diff(&mut self, state_vector: &Bytes) -> Result<Bytes, Refusal> {
        if state_vector.as_ref() == EMPTY_STATE_VECTOR {
            return self.whole();
        }
        update_shape::check_state_vector(state_vector).map_err(|_| Refusal::Malformed)?;
        let doc = &self.doc;
        contain(|| {
            StateVector::decode_v1(state_vector)
                .map(|vector| Bytes::from(doc.transact().encode_state_as_update_v1(&vector)))
        })?
        .map_err(|_| Refusal::Malformed)
    }

    /// The whole state as one update (V1). Encoded once until the next change.
    ///
    /// # Errors
    /// [`Refusal::Poison`] when the library fails.
    pub fn whole(&mut self) -> Result<Bytes, Refusal> {
        if let Some(whole) = &self.whole {
            return Ok(whole.clone());
        }
        let doc = &self.doc;
        let whole: Bytes = contain(|| {
            doc.transact()
                .encode_state_as_update_v1(&StateVector::default())
        })?
        .into();
        self.whole = Some(whole.clone());
        Ok(whole)
    }

    /// Whether the document holds nothing at all.
    #[must_use]
    pub fn is_empty(&mut self) -> bool {
        self.whole()
            .is_ok_and(|whole| whole.as_ref() == EMPTY_UPDATE)
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
