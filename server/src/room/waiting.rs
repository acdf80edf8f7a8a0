//! Updates that wait for blocks which have not come.
//!
//! They are kept as they were sent: yrs 0.28.1 can lose blocks when it merges and encodes what is pending (found by the
//! simulation), so it is never left to keep any. An update is tried again when any block has come that one of its own
//! refers to, or one that it has itself: nothing less will do, because part of it may be what another one waits for
//! (found by the simulation, too). An edit that nobody waits for costs a look-up, however much waits (I4).
//!
//! It knows clocks and bytes, no documents: [`super::replica`] says how far each client's blocks have come.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;

use consilium_protocol::update_shape::{BlockSpan, Until, UpdateShape};

/// Names one waiting update. Later ones are larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitingId(u64);

/// An update that could not be integrated wholly.
#[derive(Debug)]
pub struct Waiting {
    /// As it was sent.
    pub update: Bytes,
    /// What it claims.
    pub shape: Arc<UpdateShape>,
}

/// All waiting updates of a document.
#[derive(Debug, Default)]
pub struct WaitingUpdates {
    updates: BTreeMap<WaitingId, Waiting>,
    next: u64,
    bytes: usize,
    known: HashSet<Bytes>,
    /// Who waits for a client's blocks, by how many of them.
    lacked: BTreeMap<Until, Vec<WaitingId>>,
    /// Who has blocks of a client.
    holders: HashMap<u64, BTreeSet<WaitingId>>,
    /// Blocks that are here only to wait.
    blocks: HashMap<u64, Clocks>,
    /// Blocks of a snapshot that lie behind a gap: they wait too, but in no update of their own.
    behind_gaps: Vec<BlockSpan>,
}

impl WaitingUpdates {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.updates.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.updates.is_empty()
    }

    /// The bytes of all of them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether these very bytes wait already.
    #[must_use]
    pub fn contains(&self, update: &Bytes) -> bool {
        self.known.contains(update)
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Waiting> {
        self.updates.values()
    }

    /// Whether any block of this client waits.
    #[must_use]
    pub fn has_blocks_of(&self, client: u64) -> bool {
        self.blocks.contains_key(&client)
    }

    /// Whether all of these blocks wait.
    #[must_use]
    pub fn has_blocks(&self, span: BlockSpan) -> bool {
        self.blocks
            .get(&span.client)
            .is_some_and(|clocks| clocks.contain(span.start, span.end))
    }

    /// Adds an update and what it lacks.
    pub fn add(&mut self, update: Bytes, shape: Arc<UpdateShape>, lacks: Vec<Until>) {
        self.next += 1;
        let id = WaitingId(self.next);
        self.bytes += update.len();
        self.known.insert(update.clone());
        for span in &shape.spans {
            self.blocks.entry(span.client).or_default().insert(*span);
            self.holders.entry(span.client).or_default().insert(id);
        }
        self.updates.insert(id, Waiting { update, shape });
        self.await_blocks(id, lacks);
    }

    /// Notes blocks of a snapshot that lie behind a gap.
    pub fn note_behind_gap(&mut self, span: BlockSpan) {
        self.behind_gaps.push(span);
        self.blocks.entry(span.client).or_default().insert(span);
    }

    /// The blocks of a client have come this far. Adds to `due` who should be tried again.
    pub fn reached(&mut self, until: Until, due: &mut BTreeSet<WaitingId>) {
        due.extend(self.holders.get(&until.client).into_iter().flatten());
        let first = Until { clock: 0, ..until };
        while let Some((come, _)) = self.lacked.range(first..=until).next() {
            let come = *come;
            let waiters = self.lacked.remove(&come).unwrap_or_default();
            due.extend(
                waiters
                    .into_iter()
                    .filter(|id| self.updates.contains_key(id)),
            );
        }
    }

    /// An update to be tried.
    #[must_use]
    pub fn get(&self, id: WaitingId) -> Option<&Waiting> {
        self.updates.get(&id)
    }

    /// It was tried, and still lacks these.
    pub fn await_blocks(&mut self, id: WaitingId, lacks: Vec<Until>) {
        for until in lacks {
            let waiters = self.lacked.entry(until).or_default();
            if !waiters.contains(&id) {
                waiters.push(id);
            }
        }
    }

    /// They are part of the document now.
    pub fn remove(&mut self, ids: &[WaitingId]) {
        if ids.is_empty() {
            return;
        }
        for id in ids {
            if let Some(waiting) = self.updates.remove(id) {
                self.bytes -= waiting.update.len();
                self.known.remove(&waiting.update);
                for end in &waiting.shape.ends {
                    if let Some(holders) = self.holders.get_mut(&end.client) {
                        holders.remove(id);
                    }
                }
            }
        }
        self.holders.retain(|_, holders| !holders.is_empty());
        // Updates may overlap, so what stays is counted anew.
        self.blocks.clear();
        let spans = self
            .updates
            .values()
            .flat_map(|waiting| &waiting.shape.spans);
        for span in spans.chain(&self.behind_gaps) {
            self.blocks.entry(span.client).or_default().insert(*span);
        }
    }
}

/// Clocks of one client: runs by their first clock that neither touch nor overlap.
#[derive(Debug, Default)]
struct Clocks(BTreeMap<u32, u32>);

impl Clocks {
    fn contain(&self, start: u32, end: u32) -> bool {
        self.0
            .range(..=start)
            .next_back()
            .is_some_and(|(_, run_end)| *run_end >= end)
    }

    fn insert(&mut self, span: BlockSpan) {
        let BlockSpan {
            mut start, mut end, ..
        } = span;
        while let Some((run_start, run_end)) = self
            .0
            .range(..=end)
            .next_back()
            .map(|(run_start, run_end)| (*run_start, *run_end))
            .filter(|(_, run_end)| *run_end >= start)
        {
            self.0.remove(&run_start);
            start = start.min(run_start);
            end = end.max(run_end);
        }
        self.0.insert(start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> BlockSpan {
        BlockSpan {
            client: 7,
            start,
            end,
        }
    }

    fn until(client: u64, clock: u32) -> Until {
        Until { client, clock }
    }

    fn update(bytes: &[u8], spans: &[BlockSpan]) -> (Bytes, Arc<UpdateShape>) {
        let shape = UpdateShape {
            spans: spans.to_vec(),
            ..UpdateShape::default()
        };
        (Bytes::copy_from_slice(bytes), Arc::new(shape))
    }

    fn due(waiting: &mut WaitingUpdates, until: Until) -> usize {
        let mut due = BTreeSet::new();
        waiting.reached(until, &mut due);
        due.len()
    }

    #[test]
    fn runs_of_clocks_join_and_contain_what_they_cover() {
        let mut clocks = Clocks::default();
        for (start, end) in [(10, 12), (20, 25), (12, 14), (30, 31), (18, 30)] {
            clocks.insert(span(start, end));
        }
        assert_eq!(clocks.0, BTreeMap::from([(10, 14), (18, 31)]));
        for (start, end, inside) in [
            (10, 14, true),
            (11, 13, true),
            (18, 31, true),
            (9, 12, false),
            (13, 19, false),
            (30, 32, false),
            (14, 15, false),
        ] {
            assert_eq!(clocks.contain(start, end), inside, "{start}..{end}");
        }
    }

    #[test]
    fn an_update_is_tried_when_what_it_lacks_has_come_and_not_before() {
        let mut waiting = WaitingUpdates::default();
        let (bytes, shape) = update(b"a", &[span(5, 6)]);
        waiting.add(bytes, shape, vec![until(8, 5)]);
        assert_eq!(due(&mut waiting, until(6, 100)), 0);
        assert_eq!(due(&mut waiting, until(9, 100)), 0);
        assert_eq!(due(&mut waiting, until(8, 4)), 0);
        assert_eq!(due(&mut waiting, until(8, 5)), 1);
        assert_eq!(due(&mut waiting, until(8, 6)), 0, "once");
        assert_eq!(
            due(&mut waiting, until(7, 1)),
            1,
            "blocks of its own client"
        );
    }

    #[test]
    fn an_update_is_tried_for_each_thing_that_it_lacked_and_once_for_what_comes_together() {
        let mut waiting = WaitingUpdates::default();
        let (bytes, shape) = update(b"a", &[span(5, 6)]);
        waiting.add(bytes, shape, vec![until(8, 1), until(8, 3), until(9, 5)]);
        let mut tried = BTreeSet::new();
        waiting.reached(until(8, 2), &mut tried);
        assert_eq!(tried.len(), 1);
        let id = tried.pop_first().unwrap();
        waiting.await_blocks(id, vec![until(8, 3), until(9, 5)]);
        assert_eq!(due(&mut waiting, until(8, 2)), 0);
        waiting.reached(until(8, 9), &mut tried);
        waiting.reached(until(9, 9), &mut tried);
        assert_eq!(tried.len(), 1, "together");
    }

    #[test]
    fn blocks_are_known_to_wait_as_long_as_some_update_has_them() {
        let mut waiting = WaitingUpdates::default();
        let (one, one_shape) = update(b"one", &[span(5, 8)]);
        let (other, other_shape) = update(b"other", &[span(7, 10)]);
        waiting.add(one.clone(), one_shape, vec![until(8, 5)]);
        waiting.add(other.clone(), other_shape, vec![until(8, 7)]);
        assert!(waiting.has_blocks(span(5, 10)) && waiting.has_blocks_of(7));
        assert_eq!((waiting.len(), waiting.bytes()), (2, 8));
        let mut due = BTreeSet::new();
        waiting.reached(until(8, 5), &mut due);
        waiting.remove(&due.into_iter().collect::<Vec<_>>());
        assert!(waiting.has_blocks(span(7, 10)) && !waiting.has_blocks(span(6, 8)));
        assert!(!waiting.contains(&one) && waiting.contains(&other));
        assert_eq!(waiting.bytes(), 5);
    }
}
