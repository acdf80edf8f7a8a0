//! How deep shared types nest in a document, and the bound on it (I5).
//!
//! yrs deletes and collects what is inside a shared type by recursion, so nesting is bounded before it sees a block.
//! The depth of a block is the number of shared types around it, its root among them; all blocks beside each other
//! have the same. It is kept for runs of clocks, so typing costs a look-up.
//!
//! - A block that can be placed lies at most [`SHARED_TYPE_DEPTH_MAX`] deep.
//! - A block that hangs on one not seen yet waits, and waiting blocks hang at most as many levels below what is
//!   missing. So nothing is ever deeper than [`DEPTH_BOUND`], in whatever order updates arrive.
//! - Where a block hangs cannot be claimed in two ways while it is open which of them yrs will take.
//!
//! It knows places and clocks, not contents, and takes no depth back: what was deleted counts as it did.

use std::collections::{BTreeMap, HashMap};

use consilium_protocol::limits::SHARED_TYPE_DEPTH_MAX;

use consilium_protocol::update_shape::{BlockId, BlockSpan, Place, PlacedBlock, UpdateShape};

/// No block of a document lies deeper: what waited may come to lie as deep again below what it waited for.
pub const DEPTH_BOUND: u16 = 2 * SHARED_TYPE_DEPTH_MAX;

/// Why an update does not fit into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too many shared types around a block.
    #[error("shared types are nested too deeply")]
    TooDeep,
    /// A block that is known, but not settled, is said to hang somewhere else; or blocks hang on each other.
    #[error("blocks contradict each other about where they hang")]
    Contradictory,
}

/// The depth of every block of a document.
#[derive(Debug, Default)]
pub struct Nesting {
    placed: HashMap<u64, Runs>,
    /// By their first clock: blocks that hang on something missing, directly or not. None is in `placed`.
    waiting: BTreeMap<BlockId, Waiting>,
    /// For each missing block the waiting ones to try again when it comes. A waiting block is in one list.
    missing: BTreeMap<BlockId, Vec<BlockId>>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    end: u32,
    place: Place,
}

/// A new run of blocks of the update being judged.
#[derive(Debug)]
struct Claim {
    span: BlockSpan,
    place: Place,
    depth: Option<u16>,
}

/// New claims, in the order of clients and clocks.
#[derive(Debug, Default)]
struct Claims {
    new: Vec<Claim>,
    /// Blocks told before: their place must still mean this depth.
    repeated: Vec<(Place, u16)>,
}

impl Nesting {
    /// Takes the blocks of an update in, or leaves everything as it was. `integrated` tells up to which clock blocks
    /// of a client are part of the document: whatever is said of those again has no effect there.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn admit(
        &mut self,
        shape: &UpdateShape,
        integrated: impl Fn(u64) -> u32,
    ) -> Result<(), Unfit> {
        if let [block] = shape.blocks.as_slice()
            && let Some(outcome) = self.admit_at_end(block)
        {
            return outcome;
        }
        let mut claims = Claims::default();
        for block in &shape.blocks {
            self.claim(block, &integrated, &mut claims)?;
        }
        self.place(&mut claims.new);
        self.judge(&claims)?;
        self.record(claims.new);
        Ok(())
    }

    /// The usual edit: one run of blocks, after all that its author wrote, on something known. `None` if it is not.
    fn admit_at_end(&mut self, block: &PlacedBlock) -> Option<Result<(), Unfit>> {
        let BlockSpan { client, start, .. } = block.span;
        if !self.waiting.is_empty() {
            return None;
        }
        if let Place::Beside {
            left: Some(left),
            right: None,
        } = block.place
            && left.client == client
            && let Some(mut last) = self.placed.get_mut(&client)?.0.last_entry()
            && last.get().end == start
            && left.clock + 1 == start
            && last.get().depth <= SHARED_TYPE_DEPTH_MAX
        {
            last.get_mut().end = block.span.end;
            return Some(Ok(()));
        }
        let depth = depth_at(block.place, |id| self.depth_of(id).ok_or(())).ok()?;
        let runs = self.placed.entry(client).or_default();
        if runs.end() > start {
            return None;
        }
        if depth > SHARED_TYPE_DEPTH_MAX {
            return Some(Err(Unfit::TooDeep));
        }
        runs.insert(block.span, depth);
        Some(Ok(()))
    }

    /// Takes in what the document holds already.
    pub fn trust(&mut self, shape: &UpdateShape) {
        let mut claims = Claims::default();
        for block in &shape.blocks {
            // Nothing is open about blocks that were judged before.
            if self.claim(block, &|_| u32::MAX, &mut claims).is_err() {
                debug_assert!(false, "integrated blocks contradict nothing");
            }
        }
        self.place(&mut claims.new);
        self.record(claims.new);
    }

    /// How many shared types are around a block, if that is known.
    #[must_use]
    pub fn depth_of(&self, id: BlockId) -> Option<u16> {
        self.placed.get(&id.client)?.depth_of(id.clock)
    }

    /// Splits a block into what is new and what was told before.
    fn claim(
        &self,
        block: &PlacedBlock,
        integrated: &impl Fn(u64) -> u32,
        claims: &mut Claims,
    ) -> Result<(), Unfit> {
        let BlockSpan { client, start, end } = block.span;
        let placed = self.placed.get(&client);
        let none_placed = placed.is_none_or(|runs| runs.end() <= start);
        if none_placed && self.waiting.is_empty() {
            claims.new.push(Claim {
                span: block.span,
                place: block.place,
                depth: None,
            });
            return Ok(());
        }
        let open_from = integrated(client);
        let mut known: Vec<(u32, u32)> = Vec::new();
        for (run_start, run) in placed.into_iter().flat_map(|runs| runs.within(start, end)) {
            known.push((run_start, run.end));
            if run.end > open_from && block.place != Place::Nowhere {
                claims.repeated.push((block.place, run.depth));
            }
        }
        for (id, waiting) in self.waiting_within(block.span) {
            known.push((id.clock, waiting.end));
            if waiting.end > open_from && !agree(block, id, waiting.place) {
                return Err(Unfit::Contradictory);
            }
        }
        known.sort_unstable();
        known.push((end, end));
        let mut from = start;
        for (known_start, known_end) in known {
            let to = known_start.min(end);
            if from < to {
                claims.new.push(Claim {
                    span: BlockSpan {
                        client,
                        start: from,
                        end: to,
                    },
                    place: place_at(block, from),
                    depth: None,
                });
            }
            from = from.max(known_end);
        }
        Ok(())
    }

    fn waiting_within(&self, span: BlockSpan) -> impl Iterator<Item = (BlockId, Waiting)> {
        let client = span.client;
        let at = |clock| BlockId { client, clock };
        let before = self
            .waiting
            .range(..at(span.start))
            .next_back()
            .filter(|(id, waiting)| id.client == client && waiting.end > span.start);
        before
            .into_iter()
            .chain(self.waiting.range(at(span.start)..at(span.end)))
            .map(|(id, waiting)| (*id, *waiting))
    }

    /// Finds the depths of those claims that hang on what is known, in whatever order the update has them.
    fn place(&self, claims: &mut [Claim]) {
        claims.sort_unstable_by_key(|claim| first_id(claim.span));
        let mut blocked: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut ready: Vec<usize> = Vec::new();
        for next in 0..claims.len() {
            ready.push(next);
            while let Some(index) = ready.pop() {
                let depth = depth_at(claims[index].place, |id| {
                    self.depth_of(id)
                        .ok_or(())
                        .or_else(|()| match claim_of(claims, id) {
                            Some(other) => claims[other].depth.ok_or(Some(other)),
                            None => Err(None),
                        })
                });
                match depth {
                    Ok(depth) => {
                        claims[index].depth = Some(depth);
                        ready.extend(blocked.remove(&index).unwrap_or_default());
                    }
                    Err(Some(other)) => blocked.entry(other).or_default().push(index),
                    Err(None) => {}
                }
            }
        }
    }

    fn judge(&self, claims: &Claims) -> Result<(), Unfit> {
        let mut some_wait = false;
        for claim in &claims.new {
            match claim.depth {
                Some(depth) if depth > SHARED_TYPE_DEPTH_MAX => return Err(Unfit::TooDeep),
                Some(_) => {}
                None => some_wait = true,
            }
        }
        for (place, depth) in &claims.repeated {
            let again = depth_at(*place, |id| self.depth_among(&claims.new, id).ok_or(()));
            if again != Ok(*depth) {
                return Err(Unfit::Contradictory);
            }
        }
        if some_wait && !self.only_goes_on(&claims.new) {
            self.judge_waiting(&claims.new)?;
        }
        Ok(())
    }

    /// Whether the update is one run that goes on where a waiting one ends, and nothing hangs on it: somebody types
    /// while something is missing.
    fn only_goes_on(&self, claims: &[Claim]) -> bool {
        let [claim] = claims else {
            return false;
        };
        let last = first_id(BlockSpan {
            start: claim.span.end,
            ..claim.span
        });
        self.run_before(claim.span, claim.place).is_some()
            && self
                .missing
                .range(first_id(claim.span)..last)
                .next()
                .is_none()
    }

    /// The waiting run that these blocks must share the fate of.
    fn run_before(&self, span: BlockSpan, place: Place) -> Option<BlockId> {
        let (id, before) = self.waiting.range(..first_id(span)).next_back()?;
        let run = PlacedBlock {
            span: BlockSpan {
                client: id.client,
                start: id.clock,
                end: before.end,
            },
            place: before.place,
        };
        (id.client == span.client
            && before.end == span.start
            && place == place_at(&run, span.start))
        .then_some(*id)
    }

    /// Bounds how far blocks can hang below what is missing, whatever that will turn out to be.
    fn judge_waiting(&self, claims: &[Claim]) -> Result<(), Unfit> {
        struct Node {
            id: BlockId,
            end: u32,
            place: Place,
            is_new: bool,
            /// How many of its neighbours or parents wait and were not looked at.
            open: usize,
            /// Levels below what is missing.
            height: u16,
            /// Depth if what is missing were a root.
            depth: u16,
        }
        let node = |id, end, place, is_new| Node {
            id,
            end,
            place,
            is_new,
            open: 0,
            height: 0,
            depth: 0,
        };
        let mut nodes: Vec<Node> = self
            .waiting
            .iter()
            .map(|(id, waiting)| node(*id, waiting.end, waiting.place, false))
            .chain(
                claims
                    .iter()
                    .filter(|claim| claim.depth.is_none())
                    .map(|claim| node(first_id(claim.span), claim.span.end, claim.place, true)),
            )
            .collect();
        nodes.sort_unstable_by_key(|node| node.id);
        let mut edges: Vec<(usize, usize)> = Vec::new();
        for index in 0..nodes.len() {
            for id in nodes[index].place.references() {
                if let Some(depth) = self.depth_among(claims, id) {
                    nodes[index].depth = nodes[index].depth.max(depth);
                    continue;
                }
                let at = nodes.partition_point(|node| node.id <= id);
                if let Some(below) = at.checked_sub(1)
                    && nodes[below].id.client == id.client
                    && id.clock < nodes[below].end
                {
                    edges.push((below, index));
                    nodes[index].open += 1;
                }
            }
        }
        edges.sort_unstable();
        let mut ready: Vec<usize> = (0..nodes.len())
            .filter(|index| nodes[*index].open == 0)
            .collect();
        let mut looked_at = 0;
        while let Some(index) = ready.pop() {
            looked_at += 1;
            let inside = u16::from(matches!(nodes[index].place, Place::Within(_)));
            let height = nodes[index].height.saturating_add(inside);
            let depth = nodes[index].depth.saturating_add(inside);
            if height > SHARED_TYPE_DEPTH_MAX
                || (nodes[index].is_new && depth > SHARED_TYPE_DEPTH_MAX)
            {
                return Err(Unfit::TooDeep);
            }
            let first = edges.partition_point(|(from, _)| *from < index);
            for (_, to) in edges[first..].iter().take_while(|(from, _)| *from == index) {
                let above = &mut nodes[*to];
                above.height = above.height.max(height);
                above.depth = above.depth.max(depth);
                above.open -= 1;
                if above.open == 0 {
                    ready.push(*to);
                }
            }
        }
        if looked_at < nodes.len() {
            return Err(Unfit::Contradictory);
        }
        Ok(())
    }

    fn depth_among(&self, claims: &[Claim], id: BlockId) -> Option<u16> {
        self.depth_of(id)
            .or_else(|| claims[claim_of(claims, id)?].depth)
    }

    fn record(&mut self, claims: Vec<Claim>) {
        let mut come: Vec<BlockSpan> = Vec::new();
        for claim in claims {
            match claim.depth {
                Some(depth) => {
                    self.placed
                        .entry(claim.span.client)
                        .or_default()
                        .insert(claim.span, depth);
                    come.push(claim.span);
                }
                None => self.let_wait(claim.span, claim.place),
            }
        }
        if !self.waiting.is_empty() {
            self.place_the_waiting(come);
        }
    }

    fn let_wait(&mut self, span: BlockSpan, place: Place) {
        let run = self.run_before(span, place);
        if let Some(run) = run.and_then(|id| self.waiting.get_mut(&id)) {
            run.end = span.end;
            return;
        }
        let id = first_id(span);
        let end = span.end;
        self.waiting.insert(id, Waiting { end, place });
        // Claims of one update may wait for each other; all of them are tried when the first is placed.
        if let Err(missing) = depth_at(place, |id| self.depth_of(id).ok_or(id)) {
            self.missing.entry(missing).or_default().push(id);
        }
    }

    /// Places what waited for these blocks, and what waited for that.
    fn place_the_waiting(&mut self, mut come: Vec<BlockSpan>) {
        while let Some(span) = come.pop() {
            let (from, to) = (
                first_id(span),
                BlockId {
                    client: span.client,
                    clock: span.end,
                },
            );
            while let Some((missing, _)) = self.missing.range(from..to).next() {
                let missing = *missing;
                for id in self.missing.remove(&missing).unwrap_or_default() {
                    let Some(waiting) = self.waiting.get(&id).copied() else {
                        continue;
                    };
                    match depth_at(waiting.place, |id| self.depth_of(id).ok_or(id)) {
                        Ok(depth) => {
                            self.waiting.remove(&id);
                            let span = BlockSpan {
                                client: id.client,
                                start: id.clock,
                                end: waiting.end,
                            };
                            self.placed
                                .entry(id.client)
                                .or_default()
                                .insert(span, depth);
                            come.push(span);
                        }
                        Err(missing) => self.missing.entry(missing).or_default().push(id),
                    }
                }
            }
        }
    }
}

/// Depths of one client's blocks: runs of clocks that never touch another of the same depth.
#[derive(Debug, Default)]
struct Runs(BTreeMap<u32, Run>);

#[derive(Debug, Clone, Copy)]
struct Run {
    end: u32,
    depth: u16,
}

impl Runs {
    /// One past the last clock.
    fn end(&self) -> u32 {
        self.0.last_key_value().map_or(0, |(_, run)| run.end)
    }

    fn depth_of(&self, clock: u32) -> Option<u16> {
        let (_, run) = self.0.range(..=clock).next_back()?;
        (clock < run.end).then_some(run.depth)
    }

    fn within(&self, start: u32, end: u32) -> impl Iterator<Item = (u32, Run)> {
        let before = self
            .0
            .range(..start)
            .next_back()
            .filter(|(_, run)| run.end > start);
        before
            .into_iter()
            .chain(self.0.range(start..end))
            .map(|(start, run)| (*start, *run))
    }

    /// Adds clocks that are not here.
    fn insert(&mut self, span: BlockSpan, depth: u16) {
        let BlockSpan { start, mut end, .. } = span;
        if let Some(mut last) = self.0.last_entry()
            && last.get().end <= start
        {
            if last.get().end == start && last.get().depth == depth {
                last.get_mut().end = end;
            } else {
                self.0.insert(start, Run { end, depth });
            }
            return;
        }
        if let Some(after) = self.0.get(&end).copied()
            && after.depth == depth
        {
            self.0.remove(&end);
            end = after.end;
        }
        if let Some((_, before)) = self.0.range_mut(..start).next_back()
            && before.end == start
            && before.depth == depth
        {
            before.end = end;
        } else {
            self.0.insert(start, Run { end, depth });
        }
    }
}

fn first_id(span: BlockSpan) -> BlockId {
    BlockId {
        client: span.client,
        clock: span.start,
    }
}

/// Where the blocks of a run hang that begin at `clock`.
fn place_at(block: &PlacedBlock, clock: u32) -> Place {
    if clock == block.span.start || block.place == Place::Nowhere {
        return block.place;
    }
    let right = match block.place {
        Place::Beside { right, .. } => right,
        Place::Nowhere | Place::Root | Place::Within(_) => None,
    };
    Place::Beside {
        left: Some(BlockId {
            client: block.span.client,
            clock: clock - 1,
        }),
        right,
    }
}

/// Whether a block says the same of the waiting blocks that begin at `id` as was said before. A collected block says
/// nothing: if yrs takes that, then whatever hangs on it is collected too.
fn agree(block: &PlacedBlock, id: BlockId, waiting: Place) -> bool {
    if block.place == Place::Nowhere {
        return true;
    }
    if id.clock >= block.span.start {
        return place_at(block, id.clock) == waiting;
    }
    let before = PlacedBlock {
        span: BlockSpan {
            start: id.clock,
            ..block.span
        },
        place: waiting,
    };
    place_at(&before, block.span.start) == block.place
}

/// The claim with this block, among claims in order.
fn claim_of(claims: &[Claim], id: BlockId) -> Option<usize> {
    let after = claims.partition_point(|claim| first_id(claim.span) <= id);
    let index = after.checked_sub(1)?;
    let span = claims[index].span;
    (span.client == id.client && id.clock < span.end).then_some(index)
}

/// The depth of a block at this place, from those of others. Of two neighbours the deeper one counts: which of them
/// yrs asks depends on what is collected by then.
fn depth_at<E>(place: Place, depth_of: impl Fn(BlockId) -> Result<u16, E>) -> Result<u16, E> {
    let around = match place {
        Place::Root => return Ok(1),
        Place::Within(_) => 1,
        Place::Nowhere | Place::Beside { .. } => 0,
    };
    let mut deepest = 0_u16;
    for id in place.references() {
        deepest = deepest.max(depth_of(id)?);
    }
    Ok(deepest.saturating_add(around))
}

#[cfg(test)]
mod tests;
