//! What a branch of a document changes (D11), and taking it into the document, wholly or in part.
//!
//! Three versions are compared: the document when the branch began (the *fork*), the branch, and the document as it is
//! now. Both sides continue the same CRDT history, so a block that both still have is recognised by its identity, however
//! much was written in it. What a branch changes is what it has otherwise than the fork; where the document was changed
//! in the same place too, a person has to look, so that is said (D13).
//!
//! Taking all of a branch is a CRDT merge: its blocks become the document's, and their authors stay their authors. Where
//! both sides wrote in one place, whoever takes it goes on to what the branch says there, as they were shown.
//! Taking a part cannot be: what was written hangs together. It is a forward edit that makes the chosen blocks look as
//! they do in the branch, and whoever takes them is its author.
//!
//! Reading order: [`version`], [`words`], [`difference`], [`take`]. Pure; whoever calls it contains what yrs may do on
//! foreign bytes.

pub mod difference;
pub mod take;
pub mod version;
pub mod words;

pub use difference::{Change, ChangeId, What, differences};
pub use take::{Incomplete, Whole, take, take_whole};
pub use version::Version;
pub use words::{Is, Piece};

#[cfg(test)]
mod tests;
