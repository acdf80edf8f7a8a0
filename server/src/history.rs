//! What a document's past is: sessions of work, the states that they ended in, and which of these are kept.
//!
//! Nothing here runs while somebody writes. The journal itself is the newest part of the history: as long as its rows are
//! there, who wrote when, and what the document said at any moment, can be read from them. Only compaction takes that away
//! (D3), so only compaction has to leave something behind: who contributed, in its own transaction
//! ([`crate::store::history`]), and before it merges past the end of a session, what the document said there ([`keep`]).
//!
//! Reading order: [`sessions`] and [`thinning`] (pure rules), [`states`] (what a document said at a moment), [`keep`].
//! This module does not know rooms, HTTP or SQL.

pub mod keep;
pub mod sessions;
pub mod states;
pub mod thinning;
