//! What an update claims to contain, read without building anything from it.
//!
//! A total, iterative walk over the V1 update format (as Yjs `encoding.js` writes it). It runs before yrs sees a
//! byte, for three reasons: a declared count must not reserve memory that the message does not back (I4), nesting
//! must not be able to exhaust the stack, which no panic boundary catches (I5), and the ids of the blocks decide
//! whether the author may write them (D16). It does not check that references resolve: that is yrs's work. But it says
//! what they ask for, so that an update that has to wait is known before yrs has tried it. How deep shared types nest
//! is not a matter of one update; it yields where each block hangs, and the server's rooms judge.

mod questions;
mod values;

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

pub use self::questions::misnames_question;
pub use self::values::{Unordered, UnorderedKind, unordered_values};

use self::questions::Questions;
use self::values::Values;
use crate::wire::{DecodeError, Reader};

/// Blocks of one client in an update: clocks `start..end`, without what is skipped in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockSpan {
    /// CRDT client id.
    pub client: u64,
    /// First clock.
    pub start: u32,
    /// One past the last clock.
    pub end: u32,
}

/// Names one clock tick of one CRDT client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId {
    /// CRDT client id.
    pub client: u64,
    /// Clock.
    pub clock: u32,
}

/// All blocks of a client below a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Until {
    /// CRDT client id.
    pub client: u64,
    /// One past the last clock.
    pub clock: u32,
}

/// What a block hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Collected: its content and place are gone.
    Nowhere,
    /// A root of the document.
    Root,
    /// The shared type in this block.
    Within(BlockId),
    /// Whatever its neighbours at the time of writing hang on; at least one is given. Both hang on the same, unless
    /// somebody cheats.
    Beside {
        /// The one before it.
        left: Option<BlockId>,
        /// The one after it.
        right: Option<BlockId>,
    },
}

impl Place {
    /// The blocks that it names.
    pub fn references(self) -> impl Iterator<Item = BlockId> {
        let (one, other) = match self {
            Self::Nowhere | Self::Root => (None, None),
            Self::Within(parent) => (Some(parent), None),
            Self::Beside { left, right } => (left, right),
        };
        one.into_iter().chain(other)
    }
}

/// Blocks that follow each other in clocks and hang on the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedBlock {
    /// Which clocks.
    pub span: BlockSpan,
    /// Where the first of them hangs. Those after it are beside it.
    pub place: Place,
}

/// The claims of one update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateShape {
    /// Runs of inserted (or collected) blocks, in the order of the update.
    pub spans: Vec<BlockSpan>,
    /// The same blocks in the same order, with the place of each. No clock of a client occurs twice.
    pub blocks: Vec<PlacedBlock>,
    /// Whether a shared type hangs on anything but a root.
    pub nests: bool,
    /// Whether a block names a key of a map: integrating it deletes what stood under that key, unsaid. Blocks beside such
    /// a block share its key and need not name it.
    pub keyed: bool,
    /// Whether a value nests more deeply than the library can be given: it reads them by recursion.
    pub is_too_deep: bool,
    /// Blocks as they are encoded one by one, collected ones included.
    pub items: usize,
    /// For each client with blocks in the update, in the order of clients: up to where these go.
    pub ends: Vec<Until>,
    /// What must be here before all of the blocks can be part of a document: their predecessors, and whatever else
    /// they refer to. In no order, each client once.
    pub needs: Vec<Until>,
    /// Ranges in the delete set.
    pub deletions: usize,
    /// For each client with deleted blocks: up to where these go. In no order.
    pub deletes: Vec<Until>,
}

impl UpdateShape {
    /// Whether the update says nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.deletions == 0
    }

    /// One past the last of a client's blocks in it; 0 when it has none.
    #[must_use]
    pub fn end_of(&self, client: u64) -> u32 {
        self.ends
            .binary_search_by_key(&client, |end| end.client)
            .map_or(0, |at| self.ends[at].clock)
    }
}

/// Reads the shape of a V1 update.
///
/// # Errors
/// [`DecodeError`] for anything that is not exactly one well-formed update, or that counts beyond reason.
pub fn read_shape(update: &Bytes) -> Result<UpdateShape, DecodeError> {
    let mut notes = Notes::default();
    let mut shape = walk(update, &mut notes)?;
    shape.is_too_deep = notes.values.is_too_deep;
    Ok(shape)
}

/// Reads an update whole.
fn walk(update: &Bytes, notes: &mut Notes) -> Result<UpdateShape, DecodeError> {
    let mut reader = Reader::new(update.clone());
    let mut shape = UpdateShape::default();
    let mut references = References::default();
    let clients = reader.count("client count")?;
    let mut seen = HashSet::new();
    for _ in 0..clients {
        let client = read_client(&mut reader, &mut shape, &mut references, notes)?;
        // yrs appends the second list to the first, and Yjs forgets the first.
        if clients > 1 && !seen.insert(client) {
            return Err(DecodeError::Invalid("client listed twice"));
        }
    }
    read_deletions(&mut reader, &mut shape)?;
    reader.finish()?;
    settle_needs(&mut shape, &references);
    Ok(shape)
}

/// What is noted of an update's blocks besides their shape.
#[derive(Default)]
struct Notes {
    values: Values,
    /// Clinical questions, if anybody asks.
    questions: Option<Questions>,
}

/// The furthest block of each client that blocks of other clients refer to.
#[derive(Default)]
struct References {
    until: HashMap<u64, u32>,
    /// Blocks in a row refer to the same as a rule.
    last: Option<BlockId>,
}

impl References {
    fn add(&mut self, block: BlockId, place: Place) {
        for id in place.references() {
            // What refers to its own client comes after it: the blocks' predecessors cover that.
            if id.client != block.client && self.last != Some(id) {
                let until = self.until.entry(id.client).or_default();
                *until = (*until).max(id.clock.saturating_add(1));
                self.last = Some(id);
            }
        }
    }
}

/// Works out what the update needs that is not in itself.
fn settle_needs(shape: &mut UpdateShape, references: &References) {
    let mut needs: HashMap<u64, u32> = HashMap::new();
    let mut ends: HashMap<u64, u32> = HashMap::new();
    // Spans of a client come in the order of clocks, so the last of each stays.
    for span in &shape.spans {
        ends.insert(span.client, span.end);
        if span.start > 0 {
            needs.insert(span.client, span.start);
        }
    }
    for (client, until) in &references.until {
        if ends.get(client).is_none_or(|end| end < until) {
            needs.insert(*client, *until);
        }
    }
    let as_list = |map: HashMap<u64, u32>| {
        map.into_iter()
            .map(|(client, clock)| Until { client, clock })
            .collect()
    };
    shape.needs = as_list(needs);
    shape.ends = as_list(ends);
    shape.ends.sort_unstable();
}

fn read_deletions(reader: &mut Reader, shape: &mut UpdateShape) -> Result<(), DecodeError> {
    let clients = reader.count("delete set client count")?;
    for _ in 0..clients {
        let client = reader.client_id()?;
        let ranges = reader.count("delete range count")?;
        let mut until = 0;
        for _ in 0..ranges {
            let clock = reader.clock()?;
            let length = reader.clock()?;
            let end = clock
                .checked_add(length)
                .ok_or(DecodeError::IntegerOutOfRange)?;
            if length > 0 {
                until = until.max(end);
            }
        }
        shape.deletions += ranges;
        if until > 0 {
            shape.deletes.push(Until {
                client,
                clock: until,
            });
        }
    }
    Ok(())
}

/// Checks that a state vector declares no more than it holds.
///
/// # Errors
/// [`DecodeError`] for anything that is not exactly one well-formed state vector.
pub fn check_state_vector(state_vector: &Bytes) -> Result<(), DecodeError> {
    let mut reader = Reader::new(state_vector.clone());
    let clients = reader.count("client count")?;
    for _ in 0..clients {
        reader.client_id()?;
        reader.clock()?;
    }
    reader.finish()
}

/// The few readings that updates need beyond the wire's own.
trait UpdateReader {
    fn count(&mut self, what: &'static str) -> Result<usize, DecodeError>;
    fn clock(&mut self) -> Result<u32, DecodeError>;
    fn client_id(&mut self) -> Result<u64, DecodeError>;
    fn id_before(&mut self, block: BlockId) -> Result<BlockId, DecodeError>;
}

impl UpdateReader for Reader {
    /// A count whose items take at least one byte each, so that it can never exceed what is left.
    fn count(&mut self, what: &'static str) -> Result<usize, DecodeError> {
        let count = self.var_uint()?;
        if count > self.remaining() as u64 {
            return Err(DecodeError::Invalid(what));
        }
        Ok(count as usize)
    }

    fn clock(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.var_uint()?).map_err(|_| DecodeError::IntegerOutOfRange)
    }

    fn client_id(&mut self) -> Result<u64, DecodeError> {
        self.var_uint()
    }

    /// What a block refers to. Nobody can have written it after the block: such a block makes replicas differ.
    fn id_before(&mut self, block: BlockId) -> Result<BlockId, DecodeError> {
        let id = BlockId {
            client: self.client_id()?,
            clock: self.clock()?,
        };
        if id.client == block.client && id.clock >= block.clock {
            return Err(DecodeError::Invalid("reference to a later block"));
        }
        Ok(id)
    }
}

/// Reads the blocks of one client, and says whose they are.
fn read_client(
    reader: &mut Reader,
    shape: &mut UpdateShape,
    references: &mut References,
    notes: &mut Notes,
) -> Result<u64, DecodeError> {
    let blocks = reader.count("block count")?;
    let client = reader.client_id()?;
    let mut clock = reader.clock()?;
    let mut open: Option<BlockSpan> = None;
    for _ in 0..blocks {
        let block = read_block(reader, BlockId { client, clock }, notes)?;
        let start = clock;
        clock = clock
            .checked_add(block.length)
            .ok_or(DecodeError::IntegerOutOfRange)?;
        let Some(place) = block.place else {
            shape.spans.extend(open.take());
            continue;
        };
        if block.length == 0 {
            continue;
        }
        let span = BlockSpan {
            client,
            start,
            end: clock,
        };
        open.get_or_insert(span).end = clock;
        shape.items += 1;
        let id = BlockId {
            client,
            clock: start,
        };
        references.add(id, place);
        shape.keyed |= block.is_keyed;
        shape.nests |= block.is_type && !matches!(place, Place::Root | Place::Nowhere);
        match shape.blocks.last_mut() {
            Some(last) if continues(last, span, place) => last.span.end = clock,
            _ => shape.blocks.push(PlacedBlock { span, place }),
        }
    }
    shape.spans.extend(open);
    Ok(client)
}

/// Whether a block must hang on the same as the one before it, whatever becomes of both.
fn continues(before: &PlacedBlock, span: BlockSpan, place: Place) -> bool {
    let Place::Beside {
        left: Some(left),
        right,
    } = place
    else {
        return false;
    };
    let right_before = match before.place {
        Place::Beside { right, .. } => right,
        Place::Nowhere | Place::Root | Place::Within(_) => None,
    };
    before.span.client == span.client
        && before.span.end == span.start
        && left.client == span.client
        && left.clock + 1 == span.start
        && right == right_before
}

/// One block of an update.
struct Block {
    /// In clock ticks.
    length: u32,
    /// `None` for a gap.
    place: Option<Place>,
    is_type: bool,
    is_keyed: bool,
}

/// The kinds of content of a block, as Yjs `Item.js` numbers them.
mod content {
    pub(super) const GC: u8 = 0;
    pub(super) const DELETED: u8 = 1;
    pub(super) const BINARY: u8 = 3;
    pub(super) const STRING: u8 = 4;
    pub(super) const EMBED: u8 = 5;
    pub(super) const FORMAT: u8 = 6;
    pub(super) const SHARED_TYPE: u8 = 7;
    pub(super) const ANY: u8 = 8;
    pub(super) const DOCUMENT: u8 = 9;
    pub(super) const SKIP: u8 = 10;
}

fn read_block(reader: &mut Reader, id: BlockId, notes: &mut Notes) -> Result<Block, DecodeError> {
    const HAS_ORIGIN: u8 = 0x80;
    const HAS_RIGHT_ORIGIN: u8 = 0x40;
    const HAS_PARENT_SUB: u8 = 0x20;
    const CONTENT: u8 = 0x1f;

    let info = reader.byte()?;
    if info == content::GC || info == content::SKIP {
        return Ok(Block {
            length: reader.clock()?,
            place: (info == content::GC).then_some(Place::Nowhere),
            is_type: false,
            is_keyed: false,
        });
    }
    let kind = info & CONTENT;
    let mut left = None;
    let mut right = None;
    if info & HAS_ORIGIN != 0 {
        left = Some(reader.id_before(id)?);
    }
    if info & HAS_RIGHT_ORIGIN != 0 {
        right = Some(reader.id_before(id)?);
    }
    let mut is_keyed = false;
    let mut place = Place::Beside { left, right };
    if info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN) == 0 {
        place = match reader.var_uint()? {
            1 => {
                reader.var_str(|_| ())?;
                Place::Root
            }
            0 => Place::Within(reader.id_before(id)?),
            _ => return Err(DecodeError::Invalid("parent")),
        };
        if info & HAS_PARENT_SUB != 0 {
            is_keyed = true;
            match &mut notes.questions {
                None => reader.var_str(|_| ())?,
                Some(questions) => {
                    let key = reader.var_str(ToOwned::to_owned)?;
                    questions.set(place, &key, kind, reader.clone());
                }
            }
        }
    }
    let length = read_content(reader, id, kind, notes)?;
    Ok(Block {
        length,
        place: Some(place),
        is_type: kind == content::SHARED_TYPE,
        is_keyed,
    })
}

/// How many clock ticks a content takes.
fn read_content(
    reader: &mut Reader,
    id: BlockId,
    kind: u8,
    notes: &mut Notes,
) -> Result<u32, DecodeError> {
    match kind {
        content::DELETED => reader.clock(),
        content::BINARY => reader.var_bytes().map(|_| 1),
        // Its length counts UTF-16 units, as JavaScript does.
        content::STRING => {
            let units = reader.var_str(|text| text.encode_utf16().count())?;
            u32::try_from(units).map_err(|_| DecodeError::IntegerOutOfRange)
        }
        content::EMBED => notes.values.json(reader).map(|()| 1),
        content::FORMAT => {
            reader.var_str(|_| ())?;
            notes.values.json(reader).map(|()| 1)
        }
        content::SHARED_TYPE => read_type(reader, id, notes).map(|()| 1),
        content::ANY => {
            let count = reader.count("value count")?;
            for _ in 0..count {
                notes.values.any(reader)?;
            }
            Ok(count as u32)
        }
        // Its guid and options.
        content::DOCUMENT => {
            reader.var_str(|_| ())?;
            notes.values.any(reader).map(|()| 1)
        }
        // 2 is JSON content of clients before 2020, which yrs and Yjs read differently: refuse, never guess.
        value => Err(DecodeError::Unknown {
            what: "block content",
            value: u64::from(value),
        }),
    }
}

fn read_type(reader: &mut Reader, id: BlockId, notes: &mut Notes) -> Result<(), DecodeError> {
    match reader.var_uint()? {
        // Array, Map, Text, XmlFragment, XmlText
        0 | 1 | 2 | 4 | 6 => Ok(()),
        // XmlElement: its node name
        3 => match &mut notes.questions {
            None => reader.var_str(|_| ()),
            Some(questions) => reader.var_str(|name| questions.element(id, name)),
        },
        // XmlHook (5) and weak links (7) are read differently by yrs and Yjs.
        value => Err(DecodeError::Unknown {
            what: "shared type",
            value,
        }),
    }
}

#[cfg(test)]
mod tests;
