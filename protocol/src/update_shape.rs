//! What an update claims to contain, read without building anything from it.
//!
//! A total, iterative walk over the V1 update format (as Yjs `encoding.js` writes it). It runs before yrs sees a
//! byte, for three reasons: a declared count must not reserve memory that the message does not back (I4), nesting
//! must not be able to exhaust the stack, which no panic boundary catches (I5), and the ids of the blocks decide
//! whether the author may write them (D16). It does not check that references resolve: that is yrs's work. But it says
//! what they ask for, so that an update that has to wait is known before yrs has tried it. How deep shared types nest
//! is not a matter of one update; it yields where each block hangs, and the server's rooms judge.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::question_block::{QUESTION, QUESTION_ID, is_id};
use crate::wire::{DecodeError, Reader};
use bytes::Bytes;

/// Values nested deeper than this are too deep. Editors nest attributes three or four levels deep.
const VALUE_DEPTH_MAX: usize = 64;

/// The content of a block that is a shared type.
const SHARED_TYPE: u8 = 7;

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
    /// Whether an element that comes with it would stand in a text as a clinical question, and is given an id that is none.
    /// What is set later of an element that is there already does not say its key: readers look at ids themselves.
    pub misnames_question: bool,
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
    let mut reader = Reader::new(update.clone());
    let mut shape = UpdateShape::default();
    let mut references = References::default();
    let mut values = Values::default();
    let clients = reader.count("client count")?;
    let mut seen = HashSet::new();
    for _ in 0..clients {
        let client = read_client(&mut reader, &mut shape, &mut references, &mut values)?;
        // yrs appends the second list to the first, and Yjs forgets the first.
        if clients > 1 && !seen.insert(client) {
            return Err(DecodeError::Invalid("client listed twice"));
        }
    }
    read_deletions(&mut reader, &mut shape)?;
    reader.finish()?;
    settle_needs(&mut shape, &references);
    shape.is_too_deep = values.is_too_deep;
    shape.misnames_question = values.misnames_question;
    Ok(shape)
}

/// A value inside an update whose entries have no order, so that it can be written in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unordered {
    /// Where it is, in bytes of the update.
    pub at: Range<usize>,
    /// How it is written.
    pub kind: UnorderedKind,
}

/// How a value without order is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnorderedKind {
    /// JSON text, its length before it.
    Json,
    /// lib0's "any".
    Any,
}

/// The values of an update that may be maps: two updates that differ only in the order of the entries of these say the
/// same.
///
/// # Errors
/// As [`read_shape`].
pub fn unordered_values(update: &Bytes) -> Result<Vec<Unordered>, DecodeError> {
    let mut reader = Reader::new(update.clone());
    let mut shape = UpdateShape::default();
    let mut references = References::default();
    let mut values = Values {
        bytes: update.len(),
        found: Some(Vec::new()),
        ..Values::default()
    };
    for _ in 0..reader.count("client count")? {
        read_client(&mut reader, &mut shape, &mut references, &mut values)?;
    }
    read_deletions(&mut reader, &mut shape)?;
    reader.finish()?;
    Ok(values.found.unwrap_or_default())
}

/// What is noted of the values in blocks.
#[derive(Default)]
struct Values {
    /// Bytes of the whole update.
    bytes: usize,
    /// Where those are that may be maps, if anybody asks.
    found: Option<Vec<Unordered>>,
    is_too_deep: bool,
    /// Elements that stand for clinical questions.
    questions: HashSet<BlockId>,
    misnames_question: bool,
}

impl Values {
    /// Reads one with `read`.
    fn note<T>(
        &mut self,
        reader: &mut Reader,
        kind: UnorderedKind,
        read: impl FnOnce(&mut Reader) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let start = self.bytes.saturating_sub(reader.remaining());
        let value = read(reader)?;
        if let Some(found) = &mut self.found {
            let at = start..self.bytes - reader.remaining();
            found.push(Unordered { at, kind });
        }
        Ok(value)
    }
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
    values: &mut Values,
) -> Result<u64, DecodeError> {
    let blocks = reader.count("block count")?;
    let client = reader.client_id()?;
    let mut clock = reader.clock()?;
    let mut open: Option<BlockSpan> = None;
    for _ in 0..blocks {
        let block = read_block(reader, BlockId { client, clock }, values)?;
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

fn read_block(reader: &mut Reader, id: BlockId, values: &mut Values) -> Result<Block, DecodeError> {
    const HAS_ORIGIN: u8 = 0x80;
    const HAS_RIGHT_ORIGIN: u8 = 0x40;
    const HAS_PARENT_SUB: u8 = 0x20;
    const CONTENT: u8 = 0x1f;
    const GC: u8 = 0;
    const SKIP: u8 = 10;

    let info = reader.byte()?;
    if info == GC || info == SKIP {
        return Ok(Block {
            length: reader.clock()?,
            place: (info == GC).then_some(Place::Nowhere),
            is_type: false,
            is_keyed: false,
        });
    }
    let mut left = None;
    let mut right = None;
    if info & HAS_ORIGIN != 0 {
        left = Some(reader.id_before(id)?);
    }
    if info & HAS_RIGHT_ORIGIN != 0 {
        right = Some(reader.id_before(id)?);
    }
    let mut is_keyed = false;
    let mut is_question_id = false;
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
            is_question_id = reader.var_str(|key| key == QUESTION_ID)?
                && matches!(place, Place::Within(parent) if values.questions.contains(&parent));
            is_keyed = true;
        }
    }
    let content = info & CONTENT;
    if is_question_id {
        values.misnames_question |= !names_question(content, reader.clone());
    }
    let (length, is_question) = read_content(reader, content, values)?;
    if is_question {
        values.questions.insert(id);
    }
    Ok(Block {
        length,
        place: Some(place),
        is_type: content == SHARED_TYPE,
        is_keyed,
    })
}

/// Whether the content of a block that names a question is an id; what is deleted names nothing any more.
fn names_question(content: u8, mut reader: Reader) -> bool {
    const DELETED: u8 = 1;
    const ANY: u8 = 8;
    const STRING: u8 = 119;
    let mut read_id = || {
        let is_one_text = reader.count("value count")? == 1 && reader.byte()? == STRING;
        Ok::<_, DecodeError>(is_one_text && reader.var_str(is_id)?)
    };
    content == DELETED || (content == ANY && read_id().unwrap_or(false))
}

/// How many clock ticks a content takes, and whether it is an element that stands for a clinical question.
fn read_content(
    reader: &mut Reader,
    kind: u8,
    values: &mut Values,
) -> Result<(u32, bool), DecodeError> {
    if kind == SHARED_TYPE {
        return Ok((1, read_type(reader)?));
    }
    Ok((read_plain_content(reader, kind, values)?, false))
}

fn read_plain_content(
    reader: &mut Reader,
    kind: u8,
    values: &mut Values,
) -> Result<u32, DecodeError> {
    let read_json = |reader: &mut Reader| reader.var_str(|_| ());
    match kind {
        // Deleted
        1 => reader.clock(),
        // Binary
        3 => reader.var_bytes().map(|_| 1),
        // String: its length counts UTF-16 units, as JavaScript does.
        4 => {
            let units = reader.var_str(|text| text.encode_utf16().count())?;
            u32::try_from(units).map_err(|_| DecodeError::IntegerOutOfRange)
        }
        // Embed: JSON text
        5 => values
            .note(reader, UnorderedKind::Json, read_json)
            .map(|()| 1),
        // Format: key and JSON text
        6 => {
            reader.var_str(|_| ())?;
            values.note(reader, UnorderedKind::Json, read_json)?;
            Ok(1)
        }
        // Any
        8 => {
            let count = reader.count("value count")?;
            for _ in 0..count {
                let depth = values.note(reader, UnorderedKind::Any, read_value)?;
                values.is_too_deep |= depth.is_too_deep();
            }
            Ok(count as u32)
        }
        // Sub-document: guid and options
        9 => {
            reader.var_str(|_| ())?;
            let depth = values.note(reader, UnorderedKind::Any, read_value)?;
            values.is_too_deep |= depth.is_too_deep();
            Ok(1)
        }
        // 2 is JSON content of clients before 2020, which yrs and Yjs read differently: refuse, never guess.
        value => Err(DecodeError::Unknown {
            what: "block content",
            value: u64::from(value),
        }),
    }
}

/// Whether it is an element that stands for a clinical question.
fn read_type(reader: &mut Reader) -> Result<bool, DecodeError> {
    match reader.var_uint()? {
        // Array, Map, Text, XmlFragment, XmlText
        0 | 1 | 2 | 4 | 6 => Ok(false),
        // XmlElement: its node name
        3 => reader.var_str(|name| name == QUESTION),
        // XmlHook (5) and weak links (7) are read differently by yrs and Yjs.
        value => Err(DecodeError::Unknown {
            what: "shared type",
            value,
        }),
    }
}

/// How deep a value nests.
struct ValueDepth(usize);

impl ValueDepth {
    fn is_too_deep(&self) -> bool {
        self.0 > VALUE_DEPTH_MAX
    }
}

/// Reads one lib0 "any" value without recursion.
fn read_value(reader: &mut Reader) -> Result<ValueDepth, DecodeError> {
    /// A container whose entries are still to come.
    struct Open {
        left: usize,
        keyed: bool,
    }
    let mut open: Vec<Open> = Vec::new();
    let mut deepest = 0;
    loop {
        match reader.byte()? {
            // undefined, null, false, true
            127 | 126 | 121 | 120 => {}
            // integer: sign in the first byte, then 7 bits each
            125 => read_var_int(reader)?,
            // float32
            124 => skip(reader, 4)?,
            // float64, bigint
            123 | 122 => skip(reader, 8)?,
            119 => reader.var_str(|_| ())?,
            118 => {
                let left = reader.count("map size")?;
                open.push(Open { left, keyed: true });
            }
            117 => {
                let left = reader.count("array size")?;
                open.push(Open { left, keyed: false });
            }
            116 => {
                reader.var_bytes()?;
            }
            value => {
                return Err(DecodeError::Unknown {
                    what: "value type",
                    value: u64::from(value),
                });
            }
        }
        deepest = deepest.max(open.len());
        while open.last().is_some_and(|container| container.left == 0) {
            open.pop();
        }
        let Some(container) = open.last_mut() else {
            return Ok(ValueDepth(deepest));
        };
        container.left -= 1;
        if container.keyed {
            reader.var_str(|_| ())?;
        }
    }
}

fn read_var_int(reader: &mut Reader) -> Result<(), DecodeError> {
    // One byte with a sign and six bits, then up to nine of seven: 64 bits at most.
    for _ in 0..10 {
        if reader.byte()? & 0x80 == 0 {
            return Ok(());
        }
    }
    Err(DecodeError::IntegerOutOfRange)
}

fn skip(reader: &mut Reader, bytes: usize) -> Result<(), DecodeError> {
    for _ in 0..bytes {
        reader.byte()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use yrs::{
        Any, Array, Doc, Map, ReadTxn, StateVector, Text, Transact, Xml, XmlElementPrelim,
        XmlFragment,
    };

    use super::*;

    fn update_of(edit: impl FnOnce(&Doc)) -> Bytes {
        let doc = Doc::with_client_id(7);
        edit(&doc);
        let update = doc
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        update.into()
    }

    #[test]
    fn a_question_in_a_text_is_named_by_an_id_or_said_to_be_misnamed() {
        let id = "0199a1b2-0000-7000-8000-000000000001";
        let misnames = |element: &str, key: &str, value: Any| {
            let update = update_of(|doc| {
                let body = doc.get_or_insert_xml_fragment("body");
                let mut txn = doc.transact_mut();
                let made = body.push_back(&mut txn, XmlElementPrelim::empty(element));
                made.insert_attribute(&mut txn, key, value);
            });
            read_shape(&update).unwrap().misnames_question
        };
        assert!(!misnames("question", "id", Any::from(id)));
        for none in [
            Any::from(""),
            Any::from("first"),
            Any::from(id.to_uppercase()),
            Any::from(format!("{id}0")),
            Any::from(7),
            Any::Null,
            Any::from(vec![Any::from(id)]),
        ] {
            assert!(misnames("question", "id", none.clone()), "{none:?}");
            assert!(!misnames("paragraph", "id", none.clone()), "{none:?}");
            assert!(!misnames("question", "other", none));
        }
        // Set a second time, it is the later one that stands; what stood before is deleted and names nothing.
        let mended = update_of(|doc| {
            let body = doc.get_or_insert_xml_fragment("body");
            let mut txn = doc.transact_mut();
            let made = body.push_back(&mut txn, XmlElementPrelim::empty("question"));
            made.insert_attribute(&mut txn, "id", "first");
            made.insert_attribute(&mut txn, "id", id);
        });
        assert!(!read_shape(&mended).unwrap().misnames_question);
    }

    #[test]
    fn an_empty_update_has_an_empty_shape() {
        let shape = read_shape(&Bytes::from_static(&[0, 0])).unwrap();
        assert!(shape.is_empty());
    }

    #[test]
    fn spans_count_utf16_units() {
        let update = update_of(|doc| {
            let text = doc.get_or_insert_text("t");
            text.insert(&mut doc.transact_mut(), 0, "a\u{1F600}b");
        });
        let shape = read_shape(&update).unwrap();
        assert_eq!(
            shape.spans,
            [BlockSpan {
                client: 7,
                start: 0,
                end: 4
            }]
        );
    }

    #[test]
    fn every_kind_of_content_agrees_with_yrs_about_clocks() {
        let update = update_of(|doc| {
            let map = doc.get_or_insert_map("m");
            let list = doc.get_or_insert_array("l");
            let prose = doc.get_or_insert_xml_fragment("x");
            let text = doc.get_or_insert_text("t");
            let mut txn = doc.transact_mut();
            map.insert(&mut txn, "bytes", Any::Buffer(vec![1, 2, 3].into()));
            map.insert(
                &mut txn,
                "nested",
                Any::from_json(r#"{"a":[1,2.5,-70000,null,true,{"b":"c"}]}"#).unwrap(),
            );
            list.push_back(&mut txn, 1);
            list.push_back(&mut txn, "two");
            list.remove(&mut txn, 0);
            prose.insert(&mut txn, 0, XmlElementPrelim::empty("paragraph"));
            text.insert_with_attributes(&mut txn, 0, "bold", [("b".into(), true.into())].into());
            text.remove_range(&mut txn, 1, 2);
        });
        let shape = read_shape(&update).unwrap();
        let expected = {
            use yrs::updates::decoder::Decode;
            yrs::Update::decode_v1(&update).unwrap().state_vector()
        };
        assert_eq!(shape.spans.len(), 1);
        assert_eq!(
            shape.spans[0].end,
            expected.get(&yrs::block::ClientID::new(7))
        );
        assert!(shape.deletions > 0);
    }

    #[test]
    fn a_block_under_a_key_is_told() {
        let keyed = update_of(|doc| {
            doc.get_or_insert_map("m")
                .insert(&mut doc.transact_mut(), "key", 1);
        });
        assert!(read_shape(&keyed).unwrap().keyed);
        let listed = update_of(|doc| {
            let list = doc.get_or_insert_array("l");
            list.push_back(&mut doc.transact_mut(), 1);
        });
        assert!(!read_shape(&listed).unwrap().keyed);
    }

    #[test]
    fn a_declared_count_beyond_the_bytes_is_refused() {
        for bomb in [
            &[0xff, 0xff, 0xff, 0xff, 0x0f][..],
            &[1, 0xff, 0xff, 0xff, 0x7a, 7, 0],
            &[1, 1, 7, 0, 8, 1, 1, b't', 1, 118, 0xff, 0xff, 0xff, 0x7a],
        ] {
            assert!(read_shape(&Bytes::copy_from_slice(bomb)).is_err());
        }
        assert!(check_state_vector(&Bytes::from_static(&[0xff, 0xff, 0xff, 0x7a])).is_err());
    }

    #[test]
    fn nesting_that_would_exhaust_the_stack_is_told() {
        let nested = |depth: usize| {
            let mut update = vec![1, 1, 7, 0, 8, 1, 1, b't', 1];
            for _ in 0..depth {
                update.extend([117, 1]);
            }
            update.extend([127, 0]);
            read_shape(&update.into()).unwrap()
        };
        assert!(!nested(VALUE_DEPTH_MAX).is_too_deep);
        assert!(nested(VALUE_DEPTH_MAX + 1).is_too_deep);
        let bomb = nested(1_000_000);
        assert!(bomb.is_too_deep);
        assert_eq!(bomb.spans.len(), 1);
    }

    #[test]
    fn clocks_that_wrap_are_refused() {
        // One deleted block of u32::MAX ticks that begins at clock 1.
        let bytes = [1, 1, 7, 1, 1, 1, 1, b't', 0xff, 0xff, 0xff, 0xff, 0x0f, 0];
        assert_eq!(
            read_shape(&Bytes::copy_from_slice(&bytes)),
            Err(DecodeError::IntegerOutOfRange)
        );
    }

    #[test]
    fn a_block_cannot_hang_on_itself_or_on_a_later_one_of_its_author() {
        // Found by fuzzing: such a block makes replicas differ.
        let found = [1, 1, 1, 0, 1, 0, 1, 0, 1, 0x58, 0];
        let parent = [1, 1, 7, 3, 7, 0, 7, 3, 1, 0];
        let left = [1, 1, 7, 3, 0x84, 7, 4, 1, b'x', 0];
        let right = [1, 1, 7, 3, 0x44, 7, 3, 1, b'x', 0];
        for bytes in [&found[..], &parent, &left, &right] {
            assert!(
                read_shape(&Bytes::copy_from_slice(bytes)).is_err(),
                "{bytes:?}"
            );
        }
        let before = [1, 1, 7, 3, 0x84, 7, 2, 1, b'x', 0];
        assert!(read_shape(&Bytes::copy_from_slice(&before)).is_ok());
    }

    #[test]
    fn a_client_is_listed_once() {
        let twice = [
            2, 1, 7, 0, 4, 1, 1, b't', 1, b'x', 1, 7, 1, 4, 1, 1, b't', 1, b'x', 0,
        ];
        assert_eq!(
            read_shape(&Bytes::copy_from_slice(&twice)),
            Err(DecodeError::Invalid("client listed twice"))
        );
    }

    #[test]
    fn blocks_that_must_hang_on_the_same_are_one_run() {
        let update = update_of(|doc| {
            let prose = doc.get_or_insert_xml_fragment("x");
            let mut txn = doc.transact_mut();
            let paragraph = prose.insert(&mut txn, 0, XmlElementPrelim::empty("p"));
            prose.insert(&mut txn, 1, XmlElementPrelim::empty("p"));
            prose.insert(&mut txn, 2, XmlElementPrelim::empty("p"));
            paragraph.insert(&mut txn, 0, XmlElementPrelim::empty("b"));
        });
        let shape = read_shape(&update).unwrap();
        let at = |start, end, place| PlacedBlock {
            span: BlockSpan {
                client: 7,
                start,
                end,
            },
            place,
        };
        let first = BlockId {
            client: 7,
            clock: 0,
        };
        assert_eq!(
            shape.blocks,
            [at(0, 3, Place::Root), at(3, 4, Place::Within(first))]
        );
        assert!(shape.nests);
    }
}
