//! What a room knows of the other rooms of its document, on other nodes (D5, I6).
//!
//! Decides when something was missed and the journal must be asked, and when to tell others how far this room is. The
//! journal is the truth and a question is cheap, so every doubt ends in a question; what is bounded is how often.
//!
//! - Edits of one epoch are numbered: a number left out was lost.
//! - A number lost at the end is noticed by the sender's `State`, which is said a while after its last edits, and
//!   again at doubling intervals.
//! - Two rooms that have heard the same and differ all the same have missed something before they began to count:
//!   the digests of their documents say so.
//! - While the bus is away, or some node serves without it, a room with members asks every interval.
//! - Who asks is answered by every other room of the document, so answers are spread: all rooms together give about
//!   two hundred a second, however many there are, and one room never more than four an interval.
//! - When a node is gone, whatever it committed and could not tell any more is in the journal. It may be cut off from the
//!   bus only, and go on with its members: so the journal is asked again, at doubling intervals while that brings nothing,
//!   until it is heard of.
//!
//! Knows no document, no bus and no clock; the caller says what time it is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::peer_message::{Digest, Position};
use crate::bus::NodeId;

/// The longest wait between two `State`s of a quiet document.
const STATE_WAIT_MAX: Duration = Duration::from_secs(60);

/// The longest wait between two questions to the journal for the sake of a node that was lost. Most of these have ended
/// and will never be heard of again: so often the question is in vain, for each document that they had open.
const LOST_NODE_WAIT_MAX: Duration = Duration::from_secs(60);

/// Questions to the journal within one interval, at most.
const QUESTIONS_PER_INTERVAL: u32 = 4;

/// Answers to one that asks are spread over this much for each node met. When a bus comes back everybody asks within
/// two seconds; a thousand rooms that answered each at once would say a million things to a thousand listeners.
const ANSWER_SPREAD_PER_NODE: Duration = Duration::from_millis(5);

/// The longest spread: whoever comes sees everybody well within the 10 s of D16.
const ANSWER_SPREAD_MAX: Duration = Duration::from_secs(5);

/// Who this room is to others, and how patient it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerIdentity {
    /// This node.
    pub node: NodeId,
    /// This opening of the document.
    pub epoch: u64,
    /// How long a loss may stay unnoticed.
    pub repair_interval: Duration,
}

/// How long others may name nothing of an opening of the document that has begun to write, as a multiple of the repair
/// interval: its first edit may be on its way to them still. Whoever names nothing of it after that either read it from
/// the journal or lost it, and the digests say which.
const FIRST_EDIT_GRACE_INTERVALS: u32 = 4;

/// Why the journal is asked. For the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RepairCause {
    /// A number was left out, an edit builds on one that was not heard, or somebody is further than was heard.
    Gap,
    /// The subscription has come into force.
    Following,
    /// The bus is away, or may be for a node that has the document open.
    Polling,
    /// Digests differ.
    Digest,
    /// A node has gone.
    NodeGone,
    /// An update would have to be refused, or wait for others, unless this room is only behind.
    Doubt,
    /// Somebody asks for the whole state while messages may be missing.
    Reading,
    /// Somebody said that the journal has more than fits into a message, or something not understood.
    Told,
}

impl RepairCause {
    /// The word for figures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Following => "following",
            Self::Polling => "polling",
            Self::Digest => "digest",
            Self::NodeGone => "node-gone",
            Self::Doubt => "doubt",
            Self::Reading => "reading",
            Self::Told => "told",
        }
    }
}

/// What to make of another room's `State`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Both have heard the same: their documents must be equal.
    Due,
    /// One of them has heard more; there is nothing to compare.
    NotDue,
}

/// What is due now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// Ask the journal.
    pub repair: Option<RepairCause>,
    /// Tell others how far this room is.
    pub state: bool,
    /// Tell others who is here: somebody has asked.
    pub presence: bool,
}

/// How far an opening of the document is, and since when it has been writing, as far as this room knows.
#[derive(Debug, Clone, Copy)]
struct Progress {
    position: Position,
    since: Instant,
}

impl Progress {
    fn begun(position: Position, now: Instant) -> Self {
        Self {
            position,
            since: now,
        }
    }

    /// Whether this is more than another room has heard, by what that room says.
    fn is_news_to(&self, theirs: Option<Position>, grace: Duration, now: Instant) -> bool {
        match theirs {
            Some(theirs) if theirs.epoch == self.position.epoch => theirs.seq < self.position.seq,
            _ => now < self.since + grace,
        }
    }
}

/// The other rooms of one document.
#[derive(Debug)]
pub struct Peers {
    identity: PeerIdentity,
    seq: u64,
    /// When this room published its first edits.
    writing_since: Instant,
    /// Nodes that have the document open, or had.
    met: BTreeSet<NodeId>,
    heard: BTreeMap<NodeId, Progress>,
    /// Nodes that had the document open and are gone, as far as the bus knows.
    lost: BTreeSet<NodeId>,
    lost_poll_at: Instant,
    lost_wait: Duration,
    following: bool,
    /// Some node serves and is not on the bus, whether or not it was met here.
    unheard: bool,
    wanted: Option<RepairCause>,
    asking: bool,
    questions: u64,
    may_ask_at: Instant,
    poll_at: Instant,
    state_at: Option<Instant>,
    state_wait: Duration,
    /// Somebody has asked: when they are answered.
    answer_at: Option<Instant>,
    may_answer_at: Instant,
    answers: u64,
    /// The last pair of digests that differed, theirs and ours: a repair that changes nothing is not repeated.
    differed: Option<(Digest, Digest)>,
}

impl Peers {
    /// Knows nobody yet; the subscription is not in force.
    #[must_use]
    pub fn new(identity: PeerIdentity, now: Instant) -> Self {
        Self {
            identity,
            seq: 0,
            writing_since: now,
            met: BTreeSet::new(),
            heard: BTreeMap::new(),
            lost: BTreeSet::new(),
            lost_poll_at: now,
            lost_wait: identity.repair_interval,
            following: false,
            unheard: false,
            wanted: None,
            asking: false,
            questions: 0,
            may_ask_at: now,
            poll_at: now + identity.repair_interval,
            state_at: None,
            state_wait: identity.repair_interval,
            answer_at: None,
            may_answer_at: now,
            answers: 0,
            differed: None,
        }
    }

    /// Who this room is.
    #[must_use]
    pub fn identity(&self) -> PeerIdentity {
        self.identity
    }

    /// A message of edits is about to be published: its number.
    pub fn next_seq(&mut self, now: Instant) -> u64 {
        if self.seq == 0 {
            self.writing_since = now;
        }
        self.seq += 1;
        self.state_wait = self.identity.repair_interval;
        self.tell_state_by(now + self.state_wait);
        self.seq
    }

    /// A node has the document open. Whatever it says begins with this.
    pub fn meet(&mut self, node: NodeId) {
        self.met.insert(node);
        self.lost.remove(&node);
    }

    /// Somebody has asked how far this room is, and who is here. All who ask until the answer are answered with it.
    pub fn hello(&mut self, now: Instant) {
        if self.answer_at.is_none() {
            // Whole milliseconds, as deadlines are elsewhere: a coarser clock would tick and find nothing due.
            let wait_ms = self.answer_spread().as_millis() as f64 * self.share();
            let due = now + Duration::from_millis(wait_ms as u64);
            self.answer_at = Some(due.max(self.may_answer_at));
        }
    }

    fn answer_spread(&self) -> Duration {
        let met = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        ANSWER_SPREAD_PER_NODE
            .saturating_mul(met)
            .min(ANSWER_SPREAD_MAX)
    }

    /// A number from 0 to 1 that other rooms do not have, nor this one the next time. Epochs are random; the rest is
    /// the finalizer of SplitMix64.
    fn share(&mut self) -> f64 {
        self.answers += 1;
        let mut mixed = self
            .identity
            .epoch
            .wrapping_add(self.answers.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed >> 32) as f64 / f64::from(u32::MAX)
    }

    fn tell_state_by(&mut self, due: Instant) {
        self.state_at = Some(self.state_at.map_or(due, |at| at.min(due)));
    }

    /// The number of the last message published.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// What was heard of each node, for a `State`.
    #[must_use]
    pub fn positions(&self) -> Vec<(NodeId, Position)> {
        self.heard
            .iter()
            .map(|(node, progress)| (*node, progress.position))
            .collect()
    }

    /// Edits have arrived; apply them in any case.
    pub fn heard_edits(&mut self, node: NodeId, position: Position, now: Instant) {
        match self.heard.get_mut(&node) {
            Some(known) if known.position.epoch == position.epoch => {
                let is_gap = position.seq > known.position.seq + 1;
                known.position.seq = known.position.seq.max(position.seq);
                if is_gap {
                    self.want(RepairCause::Gap);
                }
            }
            // What came before may be younger than what was read here, if its node was cut off when it told of it.
            _ => {
                self.heard.insert(node, Progress::begun(position, now));
                if position.seq > 1 {
                    self.want(RepairCause::Gap);
                }
            }
        }
    }

    /// Another room has said how far it is, and what it has heard of others.
    pub fn heard_state(
        &mut self,
        node: NodeId,
        position: Position,
        heard: &[(NodeId, Position)],
        now: Instant,
    ) -> Comparison {
        let mut theirs: BTreeMap<NodeId, Position> = heard.iter().copied().collect();
        theirs.insert(node, position);
        let of_us = theirs.remove(&self.identity.node);

        let is_behind = theirs
            .iter()
            .any(|(other, position)| self.is_behind(*other, *position));
        let is_new = self.note_position(node, position, now);
        let ours = Progress {
            position: Position {
                epoch: self.identity.epoch,
                seq: self.seq,
            },
            since: self.writing_since,
        };
        let grace = self.identity.repair_interval * FIRST_EDIT_GRACE_INTERVALS;
        let is_ahead = (self.seq > 0 && ours.is_news_to(of_us, grace, now))
            || self.heard.iter().any(|(other, progress)| {
                progress.is_news_to(theirs.get(other).copied(), grace, now)
            });
        if is_behind {
            self.want(RepairCause::Gap);
        }
        if is_behind || is_ahead || self.is_in_doubt() {
            if is_new {
                // Whether what it has written was read from the journal nothing says now, and it will not be new again.
                self.want(RepairCause::Gap);
            }
            Comparison::NotDue
        } else {
            Comparison::Due
        }
    }

    /// Takes a room's word for how far it is itself. True when nothing was known of it until now.
    fn note_position(&mut self, node: NodeId, position: Position, now: Instant) -> bool {
        if position.seq == 0 {
            return false;
        }
        let is_new = !self.heard.contains_key(&node);
        let known = self
            .heard
            .entry(node)
            .or_insert_with(|| Progress::begun(position, now));
        if known.position.epoch != position.epoch {
            *known = Progress::begun(position, now);
        }
        known.position.seq = known.position.seq.max(position.seq);
        is_new
    }

    /// Whether the journal is still to say what was missed: positions count what lies behind a gap, so until then the
    /// document is not what they say, and its digest would make everybody else ask.
    fn is_in_doubt(&self) -> bool {
        self.asking || self.wanted.is_some()
    }

    /// Whether a node has published more than was heard.
    fn is_behind(&self, node: NodeId, position: Position) -> bool {
        match self.heard.get(&node) {
            Some(known) if known.position.epoch == position.epoch => {
                known.position.seq < position.seq
            }
            // Not heard of in this epoch: its edits so far are in the journal, and either were read or must be.
            Some(_) => position.seq > 0,
            None => false,
        }
    }

    /// The comparison that was due has shown a difference. The journal is asked, and the other side is told where
    /// this room is, so that it finds out too. False when the very same difference was there before: asking again
    /// will not help.
    pub fn differs(&mut self, theirs: Digest, ours: Digest, now: Instant) -> bool {
        let is_new = self.differed.replace((theirs, ours)) != Some((theirs, ours));
        if is_new {
            self.want(RepairCause::Digest);
            self.tell_state_by(now + self.identity.repair_interval / QUESTIONS_PER_INTERVAL);
        }
        is_new
    }

    /// The subscription is in force: from now on everything is heard, and what came before is in the journal. What this
    /// room has said meanwhile may have been lost, so it says anew how far it is.
    pub fn following(&mut self, now: Instant) {
        self.following = true;
        self.want(RepairCause::Following);
        if self.seq > 0 {
            self.state_wait = self.identity.repair_interval;
            self.tell_state_by(now + self.state_wait);
        }
    }

    /// The subscription is not in force any more.
    pub fn missed(&mut self, now: Instant) {
        self.following = false;
        self.poll_at = now + self.identity.repair_interval;
    }

    /// Some node serves and is not heard on the bus, or none does any more: then the journal is asked once more for what
    /// was written between the last question and the first word that was heard again.
    pub fn unheard(&mut self, unheard: bool, now: Instant) {
        let was = std::mem::replace(&mut self.unheard, unheard);
        if unheard && !was {
            self.poll_at = now;
        } else if was && !unheard {
            self.want(RepairCause::Polling);
        }
    }

    /// Whether what others write may have to be read from the journal.
    fn must_poll(&self) -> bool {
        !self.following || self.unheard
    }

    /// Whether other nodes may have committed something that this room was not told, for a reason that is known here.
    #[must_use]
    pub fn may_be_behind(&self) -> bool {
        self.must_poll() || self.has_lost_any() || self.is_in_doubt()
    }

    /// Whether the subscription is in force.
    #[must_use]
    pub fn is_following(&self) -> bool {
        self.following
    }

    /// A node has gone. What it committed last, nobody may have been told.
    pub fn gone(&mut self, node: NodeId, now: Instant) {
        self.heard.remove(&node);
        if self.met.remove(&node) {
            self.want(RepairCause::NodeGone);
            self.lost.insert(node);
            self.lost_wait = self.identity.repair_interval;
            self.lost_poll_at = now + self.lost_wait;
        }
    }

    /// Something was heard that the journal must explain.
    pub fn want(&mut self, cause: RepairCause) {
        self.wanted.get_or_insert(cause);
    }

    /// The journal has answered, or could not (`false`).
    pub fn answered(&mut self, cause: RepairCause, succeeded: bool, now: Instant) {
        self.asking = false;
        let pause = if succeeded {
            self.identity.repair_interval / QUESTIONS_PER_INTERVAL
        } else {
            self.want(cause);
            self.identity.repair_interval
        };
        self.may_ask_at = now + pause;
        self.poll_at = now + self.identity.repair_interval;
    }

    /// How many questions to the journal were due so far.
    #[must_use]
    pub fn questions(&self) -> u64 {
        self.questions
    }

    /// Whether some node that had the document open is lost, and may be writing on, or some node certainly serves
    /// unheard.
    #[must_use]
    pub fn has_lost_any(&self) -> bool {
        self.unheard || !self.lost.is_empty()
    }

    /// The journal's answer held something that the bus had not brought. If a lost node wrote it, more will follow.
    pub fn brought(&mut self, now: Instant) {
        self.lost_wait = self.identity.repair_interval;
        self.lost_poll_at = now + self.lost_wait;
    }

    /// What is due. `is_active` says whether anybody is here to be shown; `is_clean`, whether the document is exactly
    /// what was committed, so that its digest means something.
    pub fn tick(&mut self, is_active: bool, is_clean: bool, now: Instant) -> Due {
        if self.must_poll() && is_active && now >= self.poll_at {
            self.want(RepairCause::Polling);
        }
        if is_active && !self.lost.is_empty() && now >= self.lost_poll_at {
            self.want(RepairCause::Polling);
            self.lost_wait = (self.lost_wait * 2).min(LOST_NODE_WAIT_MAX);
            self.lost_poll_at = now + self.lost_wait;
        }
        let mut due = Due::default();
        if !self.asking
            && now >= self.may_ask_at
            && let Some(cause) = self.wanted.take()
        {
            self.asking = true;
            self.questions += 1;
            due.repair = Some(cause);
        }
        if self.answer_at.is_some_and(|at| now >= at) {
            self.answer_at = None;
            let pause = self.identity.repair_interval / QUESTIONS_PER_INTERVAL;
            self.may_answer_at = now + pause.max(self.answer_spread());
            self.tell_state_by(now);
            due.presence = true;
        }
        if is_clean && !self.is_in_doubt() && self.state_at.is_some_and(|at| now >= at) {
            // A room that has said nothing itself has nothing to repeat.
            self.state_at = (self.seq > 0).then_some(now + self.state_wait);
            self.state_wait = (self.state_wait * 2).min(STATE_WAIT_MAX);
            due.state = true;
        }
        due
    }

    /// When something is due next, with the same meaning of the arguments as in [`Peers::tick`].
    #[must_use]
    pub fn next_deadline(&self, is_active: bool, is_clean: bool) -> Option<Instant> {
        let repair = (self.wanted.is_some() && !self.asking).then_some(self.may_ask_at);
        // What is wanted already is asked when that may be done; until then there is nothing to do.
        let polls = self.must_poll() && is_active && !self.is_in_doubt();
        let poll = polls.then_some(self.poll_at);
        let lost = (is_active && !self.lost.is_empty()).then_some(self.lost_poll_at);
        let state = self.state_at.filter(|_| is_clean && !self.is_in_doubt());
        [repair, poll, lost, state, self.answer_at]
            .into_iter()
            .flatten()
            .min()
    }
}

#[cfg(test)]
mod tests;
