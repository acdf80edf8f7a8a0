//! Which documents' slots have been on the move for too long.
//!
//! A slot moves in a moment: its server names another one, a look at the cluster says the same, and all is well. Where the
//! servers do not agree (a move that was left half done, a cluster that is split), each look finds another answer, and
//! nobody takes what is said about the document. Then messages do not get through, however well the connections do.
//! Knows no clock.

use std::collections::HashMap;

use tokio::time::Instant;

use super::limits::{SLOT_MOVES_MAX, SLOT_SETTLES};
use super::names::ChannelId;

/// The documents for which a server has named another of late.
#[derive(Debug, Default)]
pub(super) struct Moves {
    under_way: HashMap<ChannelId, Move>,
}

#[derive(Debug)]
struct Move {
    first: Instant,
    last: Instant,
}

impl Moves {
    /// A server has named another for this document. Whether that has been going on for too long.
    pub(super) fn refused(&mut self, id: ChannelId, now: Instant) -> bool {
        self.forget_settled(now);
        let known = self.under_way.entry(id).or_insert(Move {
            first: now,
            last: now,
        });
        known.last = now;
        now.duration_since(known.first) >= SLOT_MOVES_MAX
    }

    /// Whether none has been going on for too long.
    pub(super) fn are_short(&mut self, now: Instant) -> bool {
        self.forget_settled(now);
        let mut moves = self.under_way.values();
        moves.all(|known| now.duration_since(known.first) < SLOT_MOVES_MAX)
    }

    /// Whether none is under way.
    pub(super) fn are_over(&self) -> bool {
        self.under_way.is_empty()
    }

    fn forget_settled(&mut self, now: Instant) {
        self.under_way
            .retain(|_, known| now.duration_since(known.last) < SLOT_SETTLES);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use consilium_protocol::ids::DocName;

    use super::*;

    fn channel(name: &str) -> ChannelId {
        ChannelId::of(&DocName::parse(name).unwrap())
    }

    #[test]
    fn one_document_that_is_refused_for_long_counts_and_many_that_move_in_turn_do_not() {
        let begin = Instant::now();
        let mut moves = Moves::default();
        for second in 0..20 {
            let now = begin + Duration::from_secs(second);
            assert!(!moves.refused(channel(&format!("d{second}")), now));
            assert!(moves.are_short(now));
        }
        let mut moves = Moves::default();
        let mut now = begin;
        while now - begin < SLOT_MOVES_MAX {
            assert!(!moves.refused(channel("a"), now));
            now += SLOT_SETTLES / 2;
        }
        assert!(moves.refused(channel("a"), now));
        assert!(!moves.refused(channel("b"), now));
        assert!(!moves.are_short(now));
        assert!(moves.are_short(now + SLOT_SETTLES));
        assert!(moves.are_over());
    }
}
