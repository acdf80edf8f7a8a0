//! Operations on update bytes without materialising a document.
//!
//! yrs decodes and merges; this module makes that total and lossless: a merge is compared with its inputs block by
//! block and refused when anything is missing, so that no compaction can lose an edit (I1). State vectors are
//! computed from the blocks that are there without gaps. It knows nothing of documents, ids of pushes or time.

use bytes::Bytes;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{ClientID, ID, IdSet, StateVector, Update, diff_updates_v1, merge_updates_v1};

use crate::limits::MERGE_FAN_IN;

/// Why bytes could not be worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    /// Not a V1 update.
    #[error("not an update")]
    Malformed,
    /// Not a state vector.
    #[error("not a state vector")]
    MalformedStateVector,
    /// The merge would not hold everything that its inputs hold; they must be kept apart.
    #[error("updates cannot be merged without loss")]
    LossyMerge,
}

/// Which blocks an update inserts and which it deletes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extent {
    inserted: IdSet,
    deleted: IdSet,
}

impl Extent {
    /// Reads the extent of one update.
    ///
    /// # Errors
    /// [`UpdateError::Malformed`].
    pub fn of(update: &[u8]) -> Result<Self, UpdateError> {
        let update = Update::decode_v1(update).map_err(|_| UpdateError::Malformed)?;
        Ok(Self {
            inserted: update.insertions(true),
            deleted: update.delete_set().clone(),
        })
    }

    /// Adds another extent to this one.
    pub fn add(&mut self, other: &Self) {
        self.inserted.merge_with(other.inserted.clone());
        self.deleted.merge_with(other.deleted.clone());
    }

    /// Takes the blocks of `other` out of this one.
    pub fn subtract(&mut self, other: &Self) {
        self.inserted.diff_with(&other.inserted);
        self.deleted.diff_with(&other.deleted);
    }

    /// Whether everything in `other` is here already.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        subset(&other.inserted, &self.inserted) && subset(&other.deleted, &self.deleted)
    }

    /// Whether nothing is inserted and nothing deleted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        is_empty(&self.inserted) && is_empty(&self.deleted)
    }

    /// Whether anything is inserted.
    #[must_use]
    pub fn inserts(&self) -> bool {
        !is_empty(&self.inserted)
    }

    /// Whether everything that is deleted here is deleted in `other` too.
    #[must_use]
    pub fn deletes_within(&self, other: &Self) -> bool {
        subset(&self.deleted, &other.deleted)
    }

    /// Whether some block that is inserted here lies before `clocks`.
    #[must_use]
    pub fn reaches_into(&self, clocks: &StateVector) -> bool {
        let before = IdSet::from_iter(known_ranges(clocks));
        !is_empty(&self.inserted.intersect(&before))
    }

    /// Whether this and `other` insert a common block.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        !is_empty(&self.inserted.intersect(&other.inserted))
    }

    /// Whether this continues a CRDT client's blocks at or after those in `earlier`, or deletes some of them: such an
    /// update means nothing to a replica that lacks `earlier`.
    #[must_use]
    pub fn continues(&self, earlier: &Self) -> bool {
        let deletes = !is_empty(&self.deleted.intersect(&earlier.inserted));
        deletes
            || self.inserted.iter().any(|(client, ranges)| {
                let first_refused = earlier
                    .inserted
                    .get(client)
                    .and_then(|ranges| ranges.ranges().map(|range| range.start).min());
                first_refused.is_some_and(|first| ranges.iter().any(|range| range.end > first))
            })
    }

    /// The next block that each CRDT client in here will insert.
    #[must_use]
    pub fn successors(&self) -> Self {
        let mut next = Self::default();
        for (client, ranges) in self.inserted.iter() {
            if let Some(end) = ranges.iter().map(|range| range.end).max() {
                next.inserted.insert(ID::new(*client, end), 1);
            }
        }
        next
    }

    /// Whether a replica that holds just this can use all of it: no gaps, and no deletion of what is not there.
    #[must_use]
    pub fn is_self_contained(&self) -> bool {
        !self.beyond(&self.state_vector()).inserts() && subset(&self.deleted, &self.inserted)
    }

    /// What is there without gaps, client by client.
    #[must_use]
    pub fn state_vector(&self) -> StateVector {
        self.inserted
            .iter()
            .filter_map(|(client, ranges)| {
                let first = ranges.iter().next()?;
                (first.start == 0).then_some((*client, first.end))
            })
            .collect()
    }

    /// The inserted blocks that lie beyond `known`.
    #[must_use]
    pub fn beyond(&self, known: &StateVector) -> Self {
        let mut inserted = self.inserted.clone();
        inserted.diff_with(&IdSet::from_iter(known_ranges(known)));
        Self {
            inserted,
            deleted: IdSet::new(),
        }
    }
}

fn known_ranges(
    known: &StateVector,
) -> impl Iterator<Item = (ClientID, std::iter::Once<std::ops::Range<u32>>)> {
    known
        .iter()
        .filter(|(_, clock)| **clock > 0)
        .map(|(client, clock)| (*client, std::iter::once(0..*clock)))
}

fn is_empty(set: &IdSet) -> bool {
    set.iter().all(|(_, ranges)| ranges.is_empty())
}

fn subset(inner: &IdSet, outer: &IdSet) -> bool {
    is_empty(&inner.diff(outer))
}

/// Reads an encoded state vector.
///
/// # Errors
/// [`UpdateError::MalformedStateVector`].
pub fn decode_state_vector(bytes: &[u8]) -> Result<StateVector, UpdateError> {
    StateVector::decode_v1(bytes).map_err(|_| UpdateError::MalformedStateVector)
}

/// The extent of all `updates` together.
///
/// # Errors
/// [`UpdateError::Malformed`] if one of them is not an update.
pub fn extent_of(updates: &[Bytes]) -> Result<Extent, UpdateError> {
    updates
        .iter()
        .try_fold(Extent::default(), |mut all, update| {
            all.add(&Extent::of(update)?);
            Ok(all)
        })
}

/// One update that means the same as all `updates` together, in any order.
///
/// # Errors
/// [`UpdateError::Malformed`], or [`UpdateError::LossyMerge`] when the result would lack something.
pub fn merge(updates: &[Bytes]) -> Result<Bytes, UpdateError> {
    if let [only] = updates {
        Extent::of(only)?;
        return Ok(only.clone());
    }
    let mut level = updates.to_vec();
    // A few at a time, in rounds: one big merge would take time quadratic in the number of updates.
    while level.len() > 1 {
        level = level
            .chunks(MERGE_FAN_IN)
            .map(merge_few)
            .collect::<Result<_, _>>()?;
    }
    let merged = level
        .pop()
        .unwrap_or_else(|| Bytes::from_static(Update::EMPTY_V1));
    if Extent::of(&merged)? == extent_of(updates)? {
        Ok(merged)
    } else {
        Err(UpdateError::LossyMerge)
    }
}

fn merge_few(updates: &[Bytes]) -> Result<Bytes, UpdateError> {
    let mut known = Extent::default();
    let mut parts = Vec::with_capacity(updates.len());
    for update in updates {
        let extent = Extent::of(update)?;
        // Overlapping inputs are the weak spot of every merge: cut off what is there already.
        parts.push(if known.overlaps(&extent) {
            Bytes::from(
                diff_updates_v1(update, &known.state_vector().encode_v1())
                    .map_err(|_| UpdateError::Malformed)?,
            )
        } else {
            update.clone()
        });
        known.add(&extent);
    }
    merge_updates_v1(&parts)
        .map(Bytes::from)
        .map_err(|_| UpdateError::Malformed)
}

/// The encoded state vector of all `updates` together: what a replica holding them may claim to have.
///
/// # Errors
/// [`UpdateError::Malformed`].
pub fn state_vector(updates: &[Bytes]) -> Result<Bytes, UpdateError> {
    Ok(extent_of(updates)?.state_vector().encode_v1().into())
}

/// What a replica with this encoded state vector lacks of `update`.
///
/// # Errors
/// [`UpdateError`] for malformed input.
pub fn diff(update: &[u8], state_vector: &[u8]) -> Result<Bytes, UpdateError> {
    decode_state_vector(state_vector)?;
    diff_updates_v1(update, state_vector)
        .map(Bytes::from)
        .map_err(|_| UpdateError::Malformed)
}
