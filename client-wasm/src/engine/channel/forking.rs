//! Another history (D15): the local content lives on under another name, and this document begins anew.

use bytes::Bytes;
use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::extension::RejectCode;

use super::{Channel, Link};
use crate::effect::{Effect, ForkReason};
use crate::engine::content::Content;
use crate::event::Synced;
use crate::updates::Extent;

impl Channel {
    /// Forks on a channel that the server holds open: it must greet us anew.
    pub(super) fn leave_and_fork(&mut self, out: &mut Vec<Effect>) {
        out.push(self.frame(ClientMessage::Close));
        self.fork(out);
    }

    /// The local content belongs to another history: it lives on under another name, and this document begins anew.
    pub(super) fn fork(&mut self, out: &mut Vec<Effect>) {
        let unconfirmed = self.outbox.entries().map(|(_, entry)| &entry.update);
        let confirmed = self.content.pieces().iter();
        let updates: Vec<Bytes> = confirmed.chain(unconfirmed).cloned().collect();
        if !updates.is_empty() {
            out.push(Effect::Fork {
                doc: self.doc.clone(),
                reason: ForkReason::Lineage,
                updates,
            });
        }
        self.refused.add(&self.held);
        self.refused_for = RejectCode::Lineage;
        self.lineage = None;
        self.synced = Synced::Never;
        self.suspects.clear();
        self.spell = None;
        self.content = Content::default();
        self.held = Extent::default();
        self.outbox.clear();
        self.close_link(Link::Down);
    }
}
