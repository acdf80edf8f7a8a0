//! Updates that this node would refuse, or let wait for others, and perhaps only because it is behind (I3, D16).
//!
//! A member who comes over from another node brings, in a step 2, blocks of others that are in the journal and have not
//! reached this node yet. To this node they look like something new under another member's id, or like an edit of
//! someone who may only read. A room that was loaded anew may lack what its members have been shown, and their edits build
//! on it. So in a cluster the journal is asked before such an update is set aside or has to wait, and it is judged again
//! after the answer. What the same member sends meanwhile waits behind it; nobody else does.

use bytes::Bytes;

use super::RoomCore;
use crate::room::event::Source;
use crate::room::held::{HELD_BYTES_MIN, Held};
use crate::room::peers::RepairCause;
use crate::room::replica::Keep;

/// Updates that wait for the journal's answer, in the order of their arrival.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    waiting: Vec<InDoubt>,
    /// The update in hand was in doubt and has been asked about.
    is_answered: bool,
}

#[derive(Debug)]
struct InDoubt {
    /// The number of questions to the journal when it came: the answer to a later one says whether to refuse it.
    asked_before: u64,
    /// Its turn comes with the answer to a question after this one: those of one member keep their order.
    in_turn_after: u64,
    source: Source,
    keep: Keep,
    update: Bytes,
}

impl Doubts {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Behind which one an update of this source has to wait.
    fn before(&self, source: &Source) -> Option<&InDoubt> {
        let Source::Member { id, .. } = source else {
            return None;
        };
        self.waiting
            .iter()
            .rev()
            .find(|other| matches!(&other.source, Source::Member { id: other, .. } if other == id))
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
        if self.doubts.is_answered {
            return false;
        }
        let Some(before) = self.doubts.before(source) else {
            return false;
        };
        let in_turn_after = before.in_turn_after;
        self.put_in_doubt(InDoubt {
            asked_before: self.questions(),
            in_turn_after,
            source: source.clone(),
            keep,
            update: update.clone(),
        });
        true
    }

    /// Whether an update that is about to be set aside was put into doubt instead.
    pub(super) fn is_in_doubt(&mut self, source: &Source, keep: Keep, update: &Bytes) -> bool {
        let in_doubt = !self.doubts.is_answered && self.want_repair(RepairCause::Doubt);
        if in_doubt {
            self.put_in_doubt(InDoubt {
                asked_before: self.questions(),
                in_turn_after: self.questions(),
                source: source.clone(),
                keep,
                update: update.clone(),
            });
        }
        in_doubt
    }

    fn put_in_doubt(&mut self, update: InDoubt) {
        self.held_bytes += HELD_BYTES_MIN + update.update.len();
        self.doubts.waiting.push(update);
    }

    /// The journal has answered the question of this number: whatever was in doubt before it was asked is judged now,
    /// before anything that came later. What came to wait behind it after that may be in doubt once more.
    pub(super) fn settle_doubts(&mut self, question: u64) {
        let (settled, unsettled): (Vec<_>, Vec<_>) = std::mem::take(&mut self.doubts.waiting)
            .into_iter()
            .partition(|update| update.in_turn_after < question);
        self.doubts.waiting = unsettled;
        for in_doubt in settled.into_iter().rev() {
            let InDoubt {
                asked_before,
                source,
                keep,
                update,
                ..
            } = in_doubt;
            self.held_bytes -= HELD_BYTES_MIN + update.len();
            self.hold_first(if asked_before < question {
                Held::Doubtful {
                    source,
                    keep,
                    update,
                }
            } else {
                Held::Update {
                    source,
                    keep,
                    update,
                }
            });
        }
    }

    /// Judges an update that was in doubt.
    pub(super) fn take_doubtful(&mut self, source: Source, keep: Keep, update: Bytes) {
        self.doubts.is_answered = true;
        self.take_update(source, keep, update);
        self.doubts.is_answered = false;
    }
}
