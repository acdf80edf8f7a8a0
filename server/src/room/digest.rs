//! What two rooms of a document compare to find out whether they hold the same (I6).

use yrs::updates::encoder::Encode;
use yrs::{ReadTxn, Transact};

use super::peer_message::{DIGEST_BYTES, Digest};
use super::replica::{Refusal, Replica};
use crate::panic_boundary::contain;

impl Replica {
    /// Says what is integrated here, in a few bytes: equal for two documents that contain the same blocks and
    /// deletions. Goes through all blocks, so it is for seldom use.
    ///
    /// # Errors
    /// [`Refusal::Poison`] when the library fails.
    pub fn digest(&self) -> Result<Digest, Refusal> {
        let snapshot = contain(|| self.doc().transact().snapshot())?;
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
}
