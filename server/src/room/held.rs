//! Input that a room cannot take yet (I4: bounded by the bytes that it keeps).

use bytes::Bytes;

use super::event::{Source, Ticket};
use super::replica::Keep;
use super::subscriber::SubscriberId;

/// What the smallest input counts as: it is kept in lists.
pub(super) const HELD_BYTES_MIN: usize = 64;

/// Input that waits until the document is exactly what the journal has, in the order of arrival.
#[derive(Debug)]
pub(super) enum Held {
    Update {
        source: Source,
        keep: Keep,
        update: Bytes,
    },
    /// An update about which the journal was asked.
    Doubtful {
        source: Source,
        keep: Keep,
        update: Bytes,
    },
    StateVector {
        id: SubscriberId,
        state_vector: Bytes,
    },
    /// What a slow reader has missed.
    CatchUp {
        id: SubscriberId,
        state_vector: Bytes,
    },
    /// Our own step 1 towards a channel, which expects it or not.
    Ask {
        id: SubscriberId,
        expected: bool,
    },
    Probe {
        id: SubscriberId,
        nonce: u64,
    },
    Read(Ticket),
}

impl Held {
    /// Bytes that it keeps in memory, for the room's bound (I4).
    pub(super) fn size(&self) -> usize {
        HELD_BYTES_MIN
            + match self {
                Self::Update { update, .. } | Self::Doubtful { update, .. } => update.len(),
                Self::StateVector { state_vector, .. } | Self::CatchUp { state_vector, .. } => {
                    state_vector.len()
                }
                Self::Ask { .. } | Self::Probe { .. } | Self::Read(_) => 0,
            }
    }
}
