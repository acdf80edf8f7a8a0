//! Finding documents by their words, for whoever may read them at this moment.
//!
//! What is searched is derived: the text of each portal document, read from the store as anybody would, some seconds after
//! people have stopped typing. Nothing runs while they do, and everything can be thrown away and made again. The databases
//! only look up words; how a text is cut into words, what a query means and what is shown of a hit is decided here, once,
//! so that both find the same ([ADR-0023](../../docs/adr/0023-search.md)).
//!
//! Reading order: [`words`], [`query`], [`text`] (what is kept of a document), [`found`] (what is shown of it), [`agenda`]
//! (which document is read when; pure) and [`indexer`] (the task). Who may read what is the store's question to the rule
//! of access; this module does not know accounts or HTTP.

pub mod agenda;
pub mod found;
pub mod indexer;
pub mod query;
pub mod text;
pub mod words;
