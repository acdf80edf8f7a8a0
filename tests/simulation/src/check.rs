//! The invariants, as questions about bytes.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use consilium_protocol::update_shape::BlockSpan;
use consilium_server::room::replica::Replica;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, Transact, Update};

/// The root that everybody writes into.
pub const ROOT: &str = "t";

/// The blocks that an update brings.
///
/// # Panics
/// When the bytes are no update: honest participants never send such.
#[must_use]
pub fn spans(update: &Bytes) -> Vec<BlockSpan> {
    Replica::shape(update).expect("an honest update").spans
}

/// A set of blocks.
#[derive(Clone, Default)]
pub struct Coverage {
    /// Disjoint runs `start -> end` for each client.
    runs: HashMap<u64, BTreeMap<u32, u32>>,
}

impl Coverage {
    /// Adds blocks, known or not.
    pub fn add(&mut self, span: BlockSpan) {
        let runs = self.runs.entry(span.client).or_default();
        let (mut start, mut end) = (span.start, span.end);
        let touching: Vec<u32> = runs
            .range(..=end)
            .filter(|(_, run_end)| **run_end >= start)
            .map(|(run_start, _)| *run_start)
            .collect();
        for run_start in touching {
            if let Some(run_end) = runs.remove(&run_start) {
                start = start.min(run_start);
                end = end.max(run_end);
            }
        }
        runs.insert(start, end);
    }

    /// Whether all of these blocks are in the set.
    #[must_use]
    pub fn holds(&self, span: BlockSpan) -> bool {
        self.runs
            .get(&span.client)
            .and_then(|runs| runs.range(..=span.start).next_back())
            .is_some_and(|(_, end)| *end >= span.end)
    }

    /// Whether each of these blocks is in this set or in another.
    #[must_use]
    pub fn holds_or(&self, other: &Self, span: BlockSpan) -> bool {
        (span.start..span.end).all(|start| {
            let one = BlockSpan {
                start,
                end: start + 1,
                ..span
            };
            self.holds(one) || other.holds(one)
        })
    }
}

/// A member's view of the text, or the truth's.
pub struct View {
    /// The document.
    pub doc: Doc,
    /// Updates that wait for others. Kept apart because yrs 0.28.1 can lose pending blocks in merging them; the real
    /// views are Yjs.
    waiting: Vec<Bytes>,
}

impl View {
    /// An empty view whose edits are made under `client`.
    #[must_use]
    pub fn new(client: u64) -> Self {
        let doc = Doc::with_client_id(client);
        doc.get_or_insert_text(ROOT);
        Self {
            doc,
            waiting: Vec::new(),
        }
    }

    /// Applies an update.
    ///
    /// # Panics
    /// When the update cannot be applied.
    pub fn apply(&mut self, update: &Bytes) {
        self.integrate(update);
        self.waiting.push(update.clone());
        loop {
            let before = self.waiting.len();
            let waiting = std::mem::take(&mut self.waiting);
            for update in waiting {
                self.integrate(&update);
                if self.waits(&update) {
                    self.waiting.push(update);
                }
            }
            if self.waiting.is_empty() || self.waiting.len() == before {
                return;
            }
        }
    }

    fn integrate(&self, update: &Bytes) {
        let update = Update::decode_v1(update).expect("decode update");
        self.doc
            .transact_mut()
            .apply_update(update)
            .expect("apply update");
    }

    fn waits(&self, update: &Bytes) -> bool {
        let txn = self.doc.transact();
        let known = txn.state_vector();
        let blocks = spans(update)
            .iter()
            .any(|span| known.get(&yrs::block::ClientID::new(span.client)) < span.end);
        blocks || txn.store().pending_ds().is_some()
    }

    /// Updates that wait for blocks that have not arrived.
    #[must_use]
    pub fn waiting(&self) -> &[Bytes] {
        &self.waiting
    }

    /// The blocks that are here, those that wait included, each as it came.
    #[must_use]
    pub fn blocks(&self) -> Vec<BlockSpan> {
        let known = self.doc.transact().state_vector();
        let integrated = known.iter().map(|(client, clock)| BlockSpan {
            client: client.get(),
            start: 0,
            end: *clock,
        });
        let waiting = self.waiting.iter().flat_map(spans);
        integrated.chain(waiting).collect()
    }

    /// Blocks of one client that are here without a gap.
    #[must_use]
    pub fn clock_of(&self, client: u64) -> u32 {
        self.doc
            .transact()
            .state_vector()
            .get(&yrs::block::ClientID::new(client))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        text(&self.doc)
    }
}

/// The text of a document.
#[must_use]
pub fn text(doc: &Doc) -> String {
    let txn = doc.transact();
    txn.get_text(ROOT)
        .map(|text| text.get_string(&txn))
        .unwrap_or_default()
}
