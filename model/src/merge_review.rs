//! What came together after an offline spell (D13), place by place: what others changed, what of one's own was merged,
//! and what both sides touched.
//!
//! Four states are compared: the last one that the server and this device had in common (the *base*), the device's own
//! (*mine*), the server's (*theirs*), and all of it together (*merged*). A place is a paragraph, a list item, a table cell
//! or another block; it is recognised by its CRDT identity, wherever it stands and however much was written in it. What
//! one side removed or brought as a whole, a table or a list, is one place.
//!
//! A merge of prose keeps the words of both sides, which may say what neither meant ("5 days7 days"). So each place can be
//! made to say what either side said, as an edit of the person who decides.
//!
//! Reading order: [`tree`], [`compare`], [`keep`]. Pure and bounded; whoever calls it contains what yrs may do on foreign
//! bytes.

pub mod compare;
pub mod keep;
pub mod tree;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::branch::version::BlockId;
use crate::branch::words::Piece;

pub use compare::review;
pub use keep::{Kept, Unreadable, keep};

/// More places than this are counted and not listed: nobody decides so many one by one.
pub const PLACES_MAX: usize = 200;

/// What is kept of the blocks of both sides, in bytes as they are compared. Places beyond are counted and not listed.
pub const COPIES_BYTES_MAX: usize = 1_000_000;

/// How much of a place is compared and shown, in characters of each side.
pub const TEXT_CHARS_MAX: usize = 4_000;

/// A spell of at least this length is worth a look when both sides changed something, wherever that was.
pub const LONG_SPELL: Duration = Duration::from_secs(5 * 60);

/// One of the two that wrote without each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// This device.
    Mine,
    /// The server, and so everybody else.
    Theirs,
}

/// Who touched a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Who {
    /// Only this device.
    Mine,
    /// Only others.
    Theirs,
    /// Both changed it.
    Both,
    /// It was removed here, and changed by others. It is gone from what was merged.
    RemovedHere,
    /// It was changed here, and removed by others. It is gone from what was merged.
    RemovedThere,
}

impl Who {
    /// Whether both sides touched the place.
    #[must_use]
    pub const fn is_both(self) -> bool {
        !matches!(self, Self::Mine | Self::Theirs)
    }
}

/// One step of the way from the body down to a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which block: the CRDT client that made it.
    pub client: u64,
    /// And when, by that client's count.
    pub clock: u32,
    /// The editor's name for it.
    pub name: String,
}

impl Step {
    /// Which block.
    #[must_use]
    pub const fn id(&self) -> BlockId {
        (self.client, self.clock)
    }
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Who touched it.
    pub who: Who,
    /// Down to the block, which is the last; empty for the title of the document.
    pub path: Vec<Step>,
    /// What stood before it beside it, the nearest first: where it belongs when it has to be put back.
    pub after: Vec<BlockId>,
    /// The heading under which it stands.
    pub under: String,
    /// From the base to what this device said; none where it has no such block.
    pub mine: Option<Vec<Piece>>,
    /// From the base to what the others said; none where they have no such block.
    pub theirs: Option<Vec<Piece>>,
    /// What the merge says; none where the block is gone from it.
    pub merged: Option<String>,
    /// Whether no words differ, only how they are set.
    pub is_looks_only: bool,
    /// Whether the block left this place for another, or came from there: the same side removed and brought the same.
    pub is_moved: bool,
    /// Whether only the settings of what holds other blocks are meant, as of a list, and not what is in it.
    pub is_frame: bool,
    /// Which of the copies is this device's block.
    pub mine_copy: Option<u32>,
    /// Which of the copies is the others' block.
    pub theirs_copy: Option<u32>,
}

impl Place {
    /// Whether this is the title of the document.
    #[must_use]
    pub const fn is_title(&self) -> bool {
        self.path.is_empty()
    }

    const fn copy(&self, side: Side) -> Option<u32> {
        match side {
            Side::Mine => self.mine_copy,
            Side::Theirs => self.theirs_copy,
        }
    }
}

/// How many places there are, those included that are not listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Which this device alone touched.
    pub mine: u32,
    /// Which others alone touched.
    pub theirs: u32,
    /// Which both touched.
    pub both: u32,
}

/// What came together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// In the order of the text, the title first.
    pub places: Vec<Place>,
    /// How many of each kind.
    pub counts: Counts,
    /// The blocks of both sides as they were, in a document of their own (one V1 update): what [`keep`] goes by.
    #[serde(with = "serde_bytes")]
    pub copies: Vec<u8>,
}

impl Review {
    /// How many places are counted and not listed.
    #[must_use]
    pub fn more(&self) -> usize {
        let Counts { mine, theirs, both } = self.counts;
        (mine as usize + theirs as usize + both as usize).saturating_sub(self.places.len())
    }

    /// Whether a person is told. Where both sides touched one place the merge may say what neither meant, so always; and
    /// after a long spell whenever both sides changed something. A short one that changed different places is what
    /// writing together is like, and not worth a word.
    #[must_use]
    pub fn is_offered(&self, spell: Duration) -> bool {
        let Counts { mine, theirs, both } = self.counts;
        both > 0 || (spell >= LONG_SPELL && mine > 0 && theirs > 0)
    }
}

#[cfg(test)]
mod tests;
