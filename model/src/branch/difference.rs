//! What a branch changes, place by place, in the order of the text.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;

use super::version::{Block, BlockId, Version};
use super::words::{Piece, compare};

/// Names one change by what it is: when anything about it is otherwise, it has another. So whoever has read a change and
/// chooses it chooses what they have read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(u64);

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A text that names no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a change: 16 hexadecimal digits in lower case")]
pub struct NotAChange;

impl FromStr for ChangeId {
    type Err = NotAChange;

    fn from_str(text: &str) -> Result<Self, NotAChange> {
        let id = u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| NotAChange)?;
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(NotAChange)
        }
    }
}

/// What a branch does in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// The title says something else.
    Title,
    /// A block says something else, or looks otherwise.
    Changed,
    /// A block is new.
    Inserted,
    /// A block is gone.
    Deleted,
}

impl What {
    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Changed => "changed",
            Self::Inserted => "inserted",
            Self::Deleted => "deleted",
        }
    }
}

/// One change.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which.
    pub id: ChangeId,
    /// What it does.
    pub what: What,
    /// The editor's name for the block; empty for the title.
    pub kind: String,
    /// The heading under which it stands.
    pub under: String,
    /// From the fork to the branch.
    pub pieces: Vec<Piece>,
    /// From the fork to the document as it is now, where that was changed in the same place too.
    pub now: Option<Vec<Piece>>,
    /// Whether the words are the same, and only their looks differ.
    pub is_looks_only: bool,
    pub(super) target: Target,
}

/// What taking a change does to the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Title,
    /// The block is there, and is made to look as in the branch.
    Turn(BlockId),
    /// One goes, another comes to where it stood.
    Replace {
        gone: BlockId,
        come: BlockId,
    },
    Insert(BlockId),
    Delete(BlockId),
}

/// All that a branch changes.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// In the order of the text; the title first.
    pub changes: Vec<Change>,
    /// Blocks of the branch that were taken before, by the blocks that stand for them in the document.
    pub(super) stands_for: HashMap<BlockId, BlockId>,
}

/// Compares three versions: what the branch has otherwise than the fork, and the document has not yet.
#[must_use]
pub fn differences(fork: &Version, branch: &Version, now: &Version) -> Differences {
    let mut found = Finder {
        fork,
        branch,
        now,
        copies: copies(fork, branch, now),
        found: Differences::default(),
    };
    found.title();
    let mut seen = 0;
    let mut at = 0;
    while at < branch.blocks.len() {
        let survivor = branch.blocks[at..]
            .iter()
            .position(|block| fork.place(block.id).is_some_and(|place| place >= seen))
            .map_or(branch.blocks.len(), |ahead| at + ahead);
        let until = branch
            .blocks
            .get(survivor)
            .and_then(|block| fork.place(block.id))
            .unwrap_or(fork.blocks.len());
        found.gap(&fork.blocks[seen..until], &branch.blocks[at..survivor]);
        if let Some(block) = branch.blocks.get(survivor) {
            found.survivor(&fork.blocks[until], block);
        }
        seen = (until + 1).min(fork.blocks.len());
        at = survivor + 1;
    }
    found.gap(&fork.blocks[seen..], &[]);
    found.found
}

/// Blocks that are the document's alone, by what they look like: what was taken from the branch before is among them.
fn copies<'a>(
    fork: &Version,
    branch: &Version,
    now: &'a Version,
) -> HashMap<&'a str, BTreeSet<(usize, BlockId)>> {
    let mut copies: HashMap<&str, BTreeSet<(usize, BlockId)>> = HashMap::new();
    for (at, block) in now.blocks.iter().enumerate() {
        if fork.place(block.id).is_none() && branch.place(block.id).is_none() {
            let alike = copies.entry(&block.canonical).or_default();
            alike.insert((at, block.id));
        }
    }
    copies
}

struct Finder<'a> {
    fork: &'a Version,
    branch: &'a Version,
    now: &'a Version,
    copies: HashMap<&'a str, BTreeSet<(usize, BlockId)>>,
    found: Differences,
}

impl Finder<'_> {
    fn title(&mut self) {
        let (before, after, now) = (&self.fork.title, &self.branch.title, &self.now.title);
        if before == after || after == now {
            return;
        }
        let both = (before != now).then(|| compare(before, now));
        self.found.changes.push(Change {
            id: id_of(&(Target::Title, before, after, now)),
            what: What::Title,
            kind: String::new(),
            under: String::new(),
            pieces: compare(before, after),
            now: both,
            is_looks_only: false,
            target: Target::Title,
        });
    }

    /// What went and what came between two blocks that stayed.
    fn gap(&mut self, gone: &[Block], come: &[Block]) {
        // What left the branch and came back otherwise, as when a paragraph becomes a heading.
        if gone.len() == come.len() {
            for (gone, come) in gone.iter().zip(come) {
                self.replaced(gone, come);
            }
            return;
        }
        for gone in gone
            .iter()
            .filter(|gone| self.branch.place(gone.id).is_none())
        {
            if self.now.block(gone.id).is_some() {
                self.add(What::Deleted, Target::Delete(gone.id), Some(gone), None);
            }
        }
        for come in come {
            self.inserted(come);
        }
    }

    fn replaced(&mut self, gone: &Block, come: &Block) {
        let is_there = self.now.block(gone.id).is_some();
        if self.is_taken(come) {
            if is_there {
                self.add(What::Deleted, Target::Delete(gone.id), Some(gone), None);
            }
            return;
        }
        let target = if is_there {
            Target::Replace {
                gone: gone.id,
                come: come.id,
            }
        } else {
            Target::Insert(come.id)
        };
        self.add(What::Changed, target, Some(gone), Some(come));
    }

    fn inserted(&mut self, come: &Block) {
        if !self.is_taken(come) {
            self.add(What::Inserted, Target::Insert(come.id), None, Some(come));
        }
    }

    fn survivor(&mut self, before: &Block, after: &Block) {
        if before.canonical == after.canonical {
            return;
        }
        match self.now.block(after.id) {
            Some(now) if now.canonical == after.canonical => {}
            Some(_) => self.add(
                What::Changed,
                Target::Turn(after.id),
                Some(before),
                Some(after),
            ),
            None if self.is_taken(after) => {}
            None => self.add(
                What::Changed,
                Target::Insert(after.id),
                Some(before),
                Some(after),
            ),
        }
    }

    /// Whether a block of the branch is in the document, itself or as a copy; and remembers which.
    fn is_taken(&mut self, come: &Block) -> bool {
        if self.now.block(come.id).is_some() {
            return true;
        }
        let Some(copies) = self.copies.get_mut(come.canonical.as_str()) else {
            return false;
        };
        let Some((_, copy)) = copies.pop_first() else {
            return false;
        };
        self.found.stands_for.insert(come.id, copy);
        true
    }

    fn add(&mut self, what: What, target: Target, before: Option<&Block>, after: Option<&Block>) {
        let text = |block: Option<&Block>| block.map(|block| block.form.text()).unwrap_or_default();
        let (said, says) = (text(before), text(after));
        let now = before.map(|before| (before, self.now.block(before.id)));
        let looks = |block: Option<&Block>| block.map(|block| block.canonical.clone());
        let both = match now {
            Some((before, Some(now))) if now.canonical != before.canonical => {
                Some(compare(&said, &now.form.text()))
            }
            // Gone from the document, and not from the branch.
            Some((_, None)) => Some(compare(&said, "")),
            Some((_, Some(_))) | None => None,
        };
        let shown = after.or(before);
        self.found.changes.push(Change {
            id: id_of(&(
                target,
                looks(before),
                looks(after),
                now.and_then(|(_, now)| looks(now)),
            )),
            what,
            kind: shown
                .map(|block| block.kind().to_owned())
                .unwrap_or_default(),
            under: after.map_or_else(
                || heading_above(self.fork, before),
                |after| heading_above(self.branch, Some(after)),
            ),
            is_looks_only: what == What::Changed && said == says,
            pieces: compare(&said, &says),
            now: both,
            target,
        });
    }
}

fn heading_above(version: &Version, block: Option<&Block>) -> String {
    let place = block.and_then(|block| version.place(block.id)).unwrap_or(0);
    version.blocks[..place]
        .iter()
        .rev()
        .find(|block| block.kind() == "heading")
        .map(|block| block.form.text())
        .unwrap_or_default()
}

fn id_of(what: &impl Hash) -> ChangeId {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    ChangeId(hasher.finish())
}
