//! I6: for how long what one node has committed may be missing on another.
//!
//! The bound follows from what is configured, and from nothing else:
//! - Within the repair interval, whoever has published something says how far it is, or whoever hears nobody asks the
//!   journal. Two questions are a quarter of the interval apart at least; one may have been asked a moment too early.
//! - A node that is away is missed when its lease has run out: [`FOUND_OUT`] later the others know.
//! - Each time that a node's word on how far it is gets lost, the next comes after twice the time.
//!
//! A node that could not know is excused for as long as that lasts, and the time counts from then on. Knows no rooms and no
//! clock; the caller says who lacks what, and who is excused.

use std::collections::VecDeque;
use std::time::Duration;

use consilium_protocol::update_shape::BlockSpan;
use consilium_server::bus::limits::{LEASE, LEASE_TURN};
use consilium_server::cluster::unheard;

/// Until the others know that a node is away: its lease runs out, and is asked for the next time.
const FOUND_OUT: Duration = LEASE
    .saturating_add(LEASE_TURN)
    .saturating_add(unheard::PAUSE_MIN);

/// Two questions to the modelled journal, the way there, and the coarseness of looking.
const SLACK: Duration = Duration::from_millis(500);

/// Something committed that a node lacks.
#[derive(Debug)]
struct Lack {
    spans: Vec<BlockSpan>,
    from: usize,
    life: u64,
    /// When the process ended that had committed it.
    ended_at_ms: Option<u64>,
    committed_at_ms: u64,
    /// The last moment at which it was excused.
    counts_from_ms: u64,
    /// Whether its node has said since then how far it is, and as far as anybody knows that has arrived.
    was_told: bool,
}

/// What a node has lacked for too long.
#[derive(Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Who committed it.
    pub from: usize,
    /// Which of its lives.
    pub life: u64,
    /// When, in milliseconds.
    pub committed_at_ms: u64,
    /// For how long it was lacked without an excuse, in milliseconds.
    pub stale_ms: u64,
}

/// What each node lacks.
pub struct Staleness {
    bound_ms: u64,
    found_out_ms: u64,
    lacks: Vec<VecDeque<Lack>>,
    longest_ms: u64,
}

impl Staleness {
    /// So many nodes, none of which lacks anything. Between them losses are repaired in this interval.
    #[must_use]
    pub fn of(nodes: usize, repair_interval: Duration) -> Self {
        let bound = repair_interval + repair_interval / 2 + SLACK;
        Self {
            bound_ms: bound.as_millis() as u64,
            found_out_ms: FOUND_OUT.as_millis() as u64,
            lacks: (0..nodes).map(|_| VecDeque::new()).collect(),
            longest_ms: 0,
        }
    }

    /// The longest time for which anything was lacked without an excuse, in milliseconds.
    #[must_use]
    pub fn longest_ms(&self) -> u64 {
        self.longest_ms
    }

    /// A node has committed these; all others lack them.
    pub fn committed(&mut self, from: usize, life: u64, spans: &[BlockSpan], now_ms: u64) {
        for (node, lacks) in self.lacks.iter_mut().enumerate() {
            if node != from {
                lacks.push_back(Lack {
                    spans: spans.to_vec(),
                    from,
                    life,
                    ended_at_ms: None,
                    committed_at_ms: now_ms,
                    counts_from_ms: now_ms,
                    was_told: false,
                });
            }
        }
    }

    /// A process has ended.
    pub fn ended(&mut self, from: usize, life: u64, now_ms: u64) {
        let lacks = self.lacks.iter_mut().flatten();
        for lack in lacks.filter(|lack| lack.from == from && lack.life == life) {
            lack.ended_at_ms = Some(now_ms);
        }
    }

    /// A node cannot know anything until then, whatever it was told.
    pub fn excuse(&mut self, node: usize, until_ms: u64) {
        for lack in &mut self.lacks[node] {
            lack.counts_from_ms = lack.counts_from_ms.max(until_ms);
            lack.was_told = false;
        }
    }

    /// A node hears nothing from another until then.
    pub fn excuse_of(&mut self, node: usize, from: usize, until_ms: u64) {
        for lack in self.lacks[node].iter_mut().filter(|lack| lack.from == from) {
            lack.counts_from_ms = lack.counts_from_ms.max(until_ms);
        }
    }

    /// A node says how far it is: whoever hears it knows what they lack.
    pub fn told(&mut self, from: usize, hears: impl Fn(usize) -> bool) {
        for (node, lacks) in self.lacks.iter_mut().enumerate() {
            let hears = hears(node);
            for lack in lacks.iter_mut().filter(|lack| lack.from == from) {
                lack.was_told |= hears;
            }
        }
    }

    /// A node cannot say how far it is until then. No excuse for whoever was told since: they may ask the journal.
    pub fn cannot_tell(&mut self, from: usize, until_ms: u64) {
        let lacks = self.lacks.iter_mut().flatten();
        for lack in lacks.filter(|lack| lack.from == from && !lack.was_told) {
            lack.counts_from_ms = lack.counts_from_ms.max(until_ms);
        }
    }

    /// What a process has said of itself has not reached a node: the next time is after twice as long.
    pub fn lost(&mut self, node: usize, from: usize, now_ms: u64) {
        for lack in self.lacks[node].iter_mut().filter(|lack| lack.from == from) {
            let waited_ms = now_ms.saturating_sub(lack.committed_at_ms);
            lack.counts_from_ms = lack.counts_from_ms.max(now_ms + waited_ms);
            lack.was_told = false;
        }
    }

    /// A node has been unable to speak since then; it is missed when its lease is over.
    pub fn mute(&mut self, from: usize, since_ms: u64, now_ms: u64) {
        let found_out = since_ms + self.found_out_ms;
        let lacks = self.lacks.iter_mut().flatten();
        for lack in lacks.filter(|lack| lack.from == from && lack.ended_at_ms.is_none()) {
            lack.counts_from_ms = lack.counts_from_ms.max(now_ms.min(found_out));
        }
    }

    /// Looks at what a node has meanwhile. Returns how many pieces came, or what it lacks without an excuse.
    ///
    /// # Errors
    /// What was lacked for too long.
    pub fn look(
        &mut self,
        node: usize,
        now_ms: u64,
        has: impl Fn(BlockSpan) -> bool,
    ) -> Result<usize, Overdue> {
        let before = self.lacks[node].len();
        let (bound_ms, found_out_ms) = (self.bound_ms, self.found_out_ms);
        let mut longest_ms = self.longest_ms;
        let mut overdue = None;
        self.lacks[node].retain_mut(|lack| {
            if let Some(ended_at_ms) = lack.ended_at_ms {
                let found_out = ended_at_ms + found_out_ms;
                lack.counts_from_ms = lack.counts_from_ms.max(now_ms.min(found_out));
            }
            let stale_ms = now_ms.saturating_sub(lack.counts_from_ms);
            longest_ms = longest_ms.max(stale_ms);
            if lack.spans.iter().all(|span| has(*span)) {
                return false;
            }
            if stale_ms > bound_ms {
                overdue.get_or_insert(Overdue {
                    from: lack.from,
                    life: lack.life,
                    committed_at_ms: lack.committed_at_ms,
                    stale_ms,
                });
            }
            true
        });
        self.longest_ms = longest_ms;
        match overdue {
            Some(overdue) => Err(overdue),
            None => Ok(before - self.lacks[node].len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(2);
    const SPAN: BlockSpan = BlockSpan {
        client: 7,
        start: 0,
        end: 3,
    };

    fn lacking() -> Staleness {
        let mut staleness = Staleness::of(2, INTERVAL);
        staleness.committed(0, 1, &[SPAN], 1_000);
        staleness
    }

    #[test]
    fn what_is_lacked_for_longer_than_the_bound_is_overdue() {
        let mut staleness = lacking();
        let bound = staleness.bound_ms;
        assert_eq!(staleness.look(1, 1_000 + bound, |_| false), Ok(0));
        let overdue = staleness.look(1, 1_001 + bound, |_| false);
        assert_eq!(overdue.map_err(|late| late.stale_ms), Err(bound + 1));
        assert_eq!(staleness.look(1, 1_001 + bound, |_| true), Ok(1));
        assert_eq!(staleness.look(1, 100_000, |_| false), Ok(0));
    }

    #[test]
    fn who_committed_it_lacks_nothing() {
        assert_eq!(lacking().look(0, 100_000, |_| false), Ok(0));
    }

    #[test]
    fn an_excuse_counts_as_long_as_it_lasts() {
        let mut staleness = lacking();
        let bound = staleness.bound_ms;
        staleness.excuse(1, 5_000);
        staleness.excuse_of(1, 0, 6_000);
        assert_eq!(staleness.look(1, 6_000 + bound, |_| false), Ok(0));
        assert!(staleness.look(1, 6_001 + bound, |_| false).is_err());
    }

    #[test]
    fn whoever_was_told_is_not_excused_by_a_node_that_commits_without_end() {
        let mut staleness = lacking();
        let bound = staleness.bound_ms;
        staleness.cannot_tell(0, 3_000);
        staleness.told(0, |_| false);
        staleness.cannot_tell(0, 4_000);
        staleness.told(0, |_| true);
        staleness.cannot_tell(0, 90_000);
        assert_eq!(staleness.look(1, 4_000 + bound, |_| false), Ok(0));
        assert!(staleness.look(1, 4_001 + bound, |_| false).is_err());
        // What it said has not arrived after all.
        staleness.lost(1, 0, 5_000);
        staleness.cannot_tell(0, 90_000);
        assert_eq!(staleness.look(1, 90_000 + bound, |_| false), Ok(0));
        // Or it was of no use to who heard it.
        staleness.told(0, |_| true);
        staleness.excuse(1, 90_000);
        staleness.cannot_tell(0, 95_000);
        assert_eq!(staleness.look(1, 95_000 + bound, |_| false), Ok(0));
    }

    #[test]
    fn whoever_is_away_is_missed_after_a_lease() {
        let mut staleness = lacking();
        let (bound, found_out) = (staleness.bound_ms, staleness.found_out_ms);
        staleness.ended(0, 1, 1_500);
        let known = 1_500 + found_out;
        assert_eq!(staleness.look(1, known + bound, |_| false), Ok(0));
        assert!(staleness.look(1, known + bound + 1, |_| false).is_err());
        let mut staleness = lacking();
        staleness.mute(0, 500, 100_000);
        assert!(
            staleness
                .look(1, 501 + found_out + bound, |_| false)
                .is_err()
        );
    }

    #[test]
    fn each_lost_word_doubles_the_wait() {
        let mut staleness = lacking();
        let bound = staleness.bound_ms;
        staleness.lost(1, 0, 3_000);
        assert_eq!(staleness.look(1, 5_000 + bound, |_| false), Ok(0));
        assert!(staleness.look(1, 5_001 + bound, |_| false).is_err());
    }
}
