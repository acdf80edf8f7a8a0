//! Which sections of a text an update touches: the pure decision about locks of sections.
//!
//! A section is a heading at the top of the body and what follows it, up to the next heading of the same or a higher level.
//! It is touched when a block of it is changed in any way, and when the list of its blocks is another afterwards: blocks
//! that came, went or moved, a heading that is gone or has another level, and a neighbour's heading that no longer ends it.
//!
//! The list of blocks is the *outline*, read anew only when it may be another. Whoever writes in a paragraph pays for one
//! look-up. What is no block (editors make none) has no name, so a section that holds it counts as touched whenever the
//! list changes.
//!
//! Knows a document and names, nothing of members, meetings' states or updates; [`super::shadow`] says what has changed.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use consilium_model::form::Form;
use consilium_model::meeting::place::SectionName;
use consilium_model::meeting::writing::Why;
use consilium_protocol::update_shape::BlockId;
use yrs::any::Number;
use yrs::branch::Branch;
use yrs::{
    Any, Array, ArrayRef, BranchID, Out, ReadTxn, Xml, XmlElementRef, XmlFragmentRef, XmlOut,
};

/// The level of a heading that says none.
const HIGHEST_LEVEL: u8 = 1;

/// The lowest level.
const LOWEST_LEVEL: u8 = 9;

/// A section in which somebody may not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSection {
    /// Which.
    pub name: SectionName,
    /// Why. A lock of a section that is not there keeps nobody from anything; whoever is recused from one that cannot be
    /// found writes nowhere.
    pub why: Why,
}

/// What an update has changed in a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whether blocks at its top came or went.
    pub list: bool,
    /// The blocks at its top in which something changed.
    pub within: HashSet<BlockId>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        !self.list && self.within.is_empty()
    }
}

/// The blocks at the top of a body, in their order.
#[derive(Debug, Default)]
pub struct Outline {
    tops: Vec<Top>,
    places: HashMap<BlockId, usize>,
}

#[derive(Debug)]
struct Top {
    /// `None` for what is no block.
    block: Option<BlockId>,
    heading: Option<Heading>,
}

#[derive(Debug)]
struct Heading {
    level: u8,
    words: String,
}

impl Outline {
    /// Reads a body. Takes time in proportion to its blocks.
    #[must_use]
    pub fn read<T: ReadTxn>(txn: &T, body: &XmlFragmentRef) -> Self {
        let list: &ArrayRef = body.as_ref();
        let tops: Vec<Top> = list
            .iter(txn)
            .map(|each| Top {
                block: each.try_branch().and_then(block_of),
                heading: match each {
                    Out::YXmlElement(element) => Heading::read(txn, element),
                    _ => None,
                },
            })
            .collect();
        let places = tops.iter().enumerate();
        Self {
            places: places
                .filter_map(|(at, top)| Some((top.block?, at)))
                .collect(),
            tops,
        }
    }

    /// Whether a block is a heading.
    #[must_use]
    pub fn is_heading(&self, block: BlockId) -> bool {
        let at = self.places.get(&block);
        at.is_some_and(|at| self.tops[*at].heading.is_some())
    }

    /// Whether there is such a section.
    #[must_use]
    pub fn has(&self, name: &SectionName) -> bool {
        !self.sections(name).is_empty()
    }

    /// The sections that a name means: that of the block, or where the block is gone, all of these words.
    fn sections(&self, name: &SectionName) -> Vec<Range<usize>> {
        let by_block = name
            .heading
            .and_then(|block| self.section_at(*self.places.get(&block)?));
        if let Some(section) = by_block {
            return vec![section];
        }
        let words = in_one_line(&name.words);
        let says_so = |top: &Top| {
            let heading = top.heading.as_ref();
            !words.is_empty() && heading.is_some_and(|heading| heading.words == words)
        };
        let places = self.tops.iter().enumerate().filter(|(_, top)| says_so(top));
        places.filter_map(|(at, _)| self.section_at(at)).collect()
    }

    fn section_at(&self, at: usize) -> Option<Range<usize>> {
        let level = self.tops[at].heading.as_ref()?.level;
        let ends_it = |top: &Top| {
            let heading = top.heading.as_ref();
            heading.is_some_and(|heading| heading.level <= level)
        };
        let rest = &self.tops[at + 1..];
        let length = rest.iter().position(ends_it).unwrap_or(rest.len());
        Some(at..at + 1 + length)
    }

    /// What the sections consist of; `None` when something in them has no name.
    fn blocks(&self, sections: &[Range<usize>]) -> Option<Vec<BlockId>> {
        let tops = sections
            .iter()
            .flat_map(|section| &self.tops[section.clone()]);
        tops.map(|top| top.block).collect()
    }
}

impl Heading {
    fn read<T: ReadTxn>(txn: &T, element: XmlElementRef) -> Option<Self> {
        if element
            .try_tag()
            .is_none_or(|tag| tag.as_ref() != "heading")
        {
            return None;
        }
        let level = match element.get_attribute(txn, "level") {
            Some(Out::Any(Any::Number(Number::Int(level)))) => u8::try_from(level).ok(),
            // A cast keeps within the bounds, and makes nothing of what is no number.
            Some(Out::Any(Any::Number(Number::Float(level)))) => Some(level as u8),
            Some(Out::Any(Any::String(level))) => level.parse().ok(),
            _ => None,
        };
        Some(Self {
            level: level
                .unwrap_or(HIGHEST_LEVEL)
                .clamp(HIGHEST_LEVEL, LOWEST_LEVEL),
            words: in_one_line(&Form::read(txn, &XmlOut::Element(element)).text()),
        })
    }
}

/// Whether an update touches a closed section. `after` is the outline after it, where that may be another.
#[must_use]
pub fn touches(
    before: &Outline,
    after: Option<&Outline>,
    changes: &Changes,
    closed: &ClosedSection,
) -> bool {
    let sections = before.sections(&closed.name);
    if sections.is_empty() {
        return closed.why == Why::Recused && !changes.is_empty();
    }
    let is_inside = |block: &BlockId| {
        let at = before.places.get(block);
        at.is_some_and(|at| sections.iter().any(|section| section.contains(at)))
    };
    if changes.within.iter().any(is_inside) {
        return true;
    }
    let Some(after) = after else {
        return false;
    };
    let blocks = before.blocks(&sections);
    blocks.is_none() || blocks != after.blocks(&after.sections(&closed.name))
}

/// The block that a shared type is; `None` for a root.
pub(super) fn block_of(branch: &Branch) -> Option<BlockId> {
    match branch.id() {
        BranchID::Nested(id) => Some(BlockId {
            client: id.client.get(),
            clock: id.clock,
        }),
        BranchID::Root(_) => None,
    }
}

/// Words as they are compared: without what nobody sees, and with one space between them.
fn in_one_line(text: &str) -> String {
    let seen = text.replace('\u{2060}', "");
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
