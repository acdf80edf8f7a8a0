//! What may not happen in a discussion: that somebody takes away what others said (D10, D16).
//!
//! Deletions of blocks that are another member's, said outright or by taking a key of a map that may be another's. Blocks
//! of nobody count as another's: a deletion may come before what it deletes. Texts know no such rule.

use bytes::Bytes;
use consilium_model::discussion::{self, DocumentKind};
use consilium_protocol::ids::UserId;
use consilium_protocol::update_shape::UpdateShape;

use super::RoomCore;
use super::ingress::Part;
use crate::room::replica::Refusal;

impl RoomCore {
    /// Whether an update takes away what others said, where that is not done. `parts` are what it
    /// brings, with the client ids that are used in it for the first time.
    ///
    /// # Errors
    /// [`Refusal`] when the update cannot be read.
    pub(super) fn takes_from_others(
        &mut self,
        author: Option<&UserId>,
        parts: &[Part],
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
            let is_claimed = parts
                .iter()
                .any(|part| part.author.as_ref() == author && part.claims.contains(client));
            !is_claimed && !discussion::may_delete(author, owner)
        }))
    }
}
