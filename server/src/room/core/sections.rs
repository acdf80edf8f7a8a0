//! Sections that a meeting has closed to somebody: each of their updates is tried on a copy first (ADR-0039).
//!
//! An update that touches such a section is refused whole, also where it writes elsewhere as well, and goes the way of what
//! somebody may not write: into a branch of theirs. One that lacks something is refused too: what it comes to is known only
//! when somebody else brings that.

use bytes::Bytes;
use consilium_protocol::ids::UserId;
use consilium_protocol::update_shape::UpdateShape;

use super::RoomCore;
use crate::room::replica::Refusal;
use crate::room::shadow::Shadow;

/// What is known of an update after looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// No section is closed to its author.
    Free,
    /// It touches none that is, and the copy has it.
    Tried,
    /// It does, or may.
    Touches,
}

impl RoomCore {
    /// Looks whether an update touches what is closed to its author. Costs nothing where nothing is.
    ///
    /// # Errors
    /// [`Refusal`] when the document could not take it.
    pub(super) fn look(
        &mut self,
        author: Option<&UserId>,
        update: &Bytes,
        shape: &UpdateShape,
    ) -> Result<Look, Refusal> {
        let (Some(moderator), Some(author)) = (&self.moderator, author) else {
            return Ok(Look::Free);
        };
        let closed = moderator.closed_to(author);
        if closed.is_empty() {
            if self.shadow.is_some() && !moderator.has_sections() {
                self.shadow = None;
            }
            return Ok(Look::Free);
        }
        if self.replica.names_missing(shape) {
            return Ok(Look::Touches);
        }
        // It comes back only if it is what the document will be.
        let mut shadow = match self.shadow.take() {
            Some(shadow) => shadow,
            None => Shadow::of(&mut self.replica)?,
        };
        if shadow.take(update, shape, &closed)? {
            return Ok(Look::Touches);
        }
        self.shadow = Some(shadow);
        Ok(Look::Tried)
    }

    /// The document has taken an update that was not tried.
    pub(super) fn shadow_takes(&mut self, update: &Bytes, shape: &UpdateShape) {
        if let Some(mut shadow) = self.shadow.take()
            && shadow.take(update, shape, &[]).is_ok()
        {
            self.shadow = Some(shadow);
        }
    }
}
