//! Where the newest local edit of a document is, told from its outbox and nothing else.
//!
//! The least safe edit decides. `device` needs the store's word for every entry, `safe` needs the server's. A refused
//! edit that only this device keeps counts as unsaved until the store has it.

use super::outbox::Outbox;
use crate::state::SaveState;

/// The save state of a document with this outbox.
pub(crate) fn of(outbox: &Outbox) -> SaveState {
    if outbox.has_volatile() {
        SaveState::Saving
    } else if outbox.is_empty() {
        SaveState::Safe
    } else if outbox.has_unsent() {
        SaveState::Device
    } else {
        SaveState::Sent
    }
}
