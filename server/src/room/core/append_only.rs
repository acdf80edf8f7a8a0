//! What may not happen in a discussion: that somebody takes away what others said (D10, D16).
//!
//! Deletions of blocks that are another member's, said outright or by taking a key of a map that may be another's. Blocks
//! of nobody count as another's: a deletion may come before what it deletes. Texts know no such rule.

use bytes::Bytes;
use consilium_model::discussion::{self, DocumentKind};
use consilium_protocol::ids::UserId;
use consilium_protocol::update_shape::UpdateShape;

use super::RoomCore;
use crate::room::replica::Refusal;

impl RoomCore {
    /// Whether an update takes away what others said, where that is not done. `claims` are the client ids that the author
    /// uses in it for the first time.
    ///
    /// # Errors
    /// [`Refusal`] when the update cannot be read.
    pub(super) fn takes_from_others(
        &mut self,
        author: Option<&UserId>,
        claims: &[u64],
        update: &Bytes,
        shape: &UpdateShape,
    ) -> Result<bool, Refusal> {
        if self.kind != DocumentKind::Discussion {
            return Ok(false);
        }
        if shape.keyed {
            return Ok(true);
        }
        let deleted = self.replica.clients_of_new_deletions(update, shape)?;
        Ok(deleted.iter().any(|client| {
            let owner = self.owners.get(client);
            let is_own = claims.contains(client) || discussion::may_delete(author, owner);
            !is_own
        }))
    }
}
