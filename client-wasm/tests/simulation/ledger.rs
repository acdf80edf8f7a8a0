//! The truth about edits: which blocks each device's views ever made, and who is known to have them.

use bytes::Bytes;
use consilium_client::updates::Extent;

/// What every edit of one device and document amounts to.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Made by views and accepted by the engine's process at that time.
    pub(crate) edits: Vec<Extent>,
    /// Lost with a crash before anybody said that they were stored.
    pub(crate) excused: Extent,
}

impl Ledger {
    pub(crate) fn made(&mut self, update: &Bytes) {
        self.edits.push(Extent::of(update).expect("our own update"));
    }

    /// Edits that neither `kept` nor an excuse accounts for.
    pub(crate) fn unaccounted(&self, kept: &Extent) -> usize {
        let mut known = kept.clone();
        known.add(&self.excused);
        self.edits.iter().filter(|edit| !known.covers(edit)).count()
    }
}
