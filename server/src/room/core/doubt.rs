//! Updates that this node would refuse, and perhaps only because it is behind (I3, D16).
//!
//! A member who comes over from another node brings, in a step 2, blocks of others that are in the journal and have not
//! reached this node yet. To this node they look like something new under another member's id, or like an edit of
//! someone who may only read. So in a cluster the journal is asked before such an update is set aside, and it is judged
//! again after the answer. What the same member sends meanwhile waits behind it; nobody else does.

use bytes::Bytes;

use super::RoomCore;
use crate::room::event::Source;
use crate::room::held::Held;
use crate::room::peers::RepairCause;
use crate::room::replica::Keep;

/// Updates that wait for the journal's answer, in the order of their arrival.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    waiting: Vec<Held>,
    /// The update in hand was in doubt and has been asked about.
    is_answered: bool,
}

impl Doubts {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn holds_up(&self, source: &Source) -> bool {
        let Source::Member { id, .. } = source else {
            return false;
        };
        self.waiting
            .iter()
            .any(|held| matches!(held, Held::Update { source: Source::Member { id: other, .. }, .. } if other == id))
    }
}

impl RoomCore {
    /// Puts an update into doubt when the same member has one there already. True when it was taken.
    pub(super) fn waits_behind_a_doubt(
        &mut self,
        source: &Source,
        keep: Keep,
        update: &Bytes,
    ) -> bool {
        let waits = !self.doubts.is_answered && self.doubts.holds_up(source);
        if waits {
            self.put_in_doubt(source.clone(), keep, update.clone());
        }
        waits
    }

    /// Whether an update that is about to be set aside was put into doubt instead.
    pub(super) fn is_in_doubt(&mut self, source: &Source, keep: Keep, update: &Bytes) -> bool {
        let in_doubt = !self.doubts.is_answered && self.want_repair(RepairCause::Doubt);
        if in_doubt {
            self.put_in_doubt(source.clone(), keep, update.clone());
        }
        in_doubt
    }

    fn put_in_doubt(&mut self, source: Source, keep: Keep, update: Bytes) {
        let held = Held::Update {
            source,
            keep,
            update,
        };
        self.held_bytes += held.size();
        self.doubts.waiting.push(held);
    }

    /// The journal has answered: whatever was in doubt is judged now, before anything that came later.
    pub(super) fn settle_doubts(&mut self) {
        for held in std::mem::take(&mut self.doubts.waiting).into_iter().rev() {
            self.held_bytes -= held.size();
            if let Held::Update {
                source,
                keep,
                update,
            } = held
            {
                self.hold_first(Held::Doubtful {
                    source,
                    keep,
                    update,
                });
            }
        }
    }

    /// Judges an update that was in doubt.
    pub(super) fn take_doubtful(&mut self, source: Source, keep: Keep, update: Bytes) {
        self.doubts.is_answered = true;
        self.take_update(source, keep, update);
        self.doubts.is_answered = false;
    }
}
