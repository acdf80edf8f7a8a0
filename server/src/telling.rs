//! Telling people what was said to them in discussions.
//!
//! A discussion is a CRDT document, so nothing says at the moment of a comment whom it concerns. A task of each node looks
//! every few seconds for discussions in which something was committed, reads them ([`events`]), asks a pure function who is
//! to be told of what ([`calls`]), and hands that to the store, which tells those who may read it. How far a discussion was
//! read is kept as a state vector, in the transaction of the telling: a crash reads it again, two nodes read it twice, and
//! either way everybody is told once.
//!
//! Who said something is the owner of the CRDT client id (D16), never what the text claims. It does not know rooms: what is
//! told was committed (I1), by whichever node.

pub mod calls;
pub mod events;
mod teller;

pub use teller::Teller;
