//! The collaboration server: a hub for CRDT documents that never loses what it acknowledged.
//!
//! In reading order:
//! - [`room`]: open documents and the people in them, a pure state machine each; [`registry`]: which are open.
//! - [`store`], [`journal`]: what is durable, and how it becomes so; [`compaction`], [`backup`], [`moving`].
//! - [`bus`]: how nodes that have one document open hear of each other's edits;
//!   [`cluster`]: what a node needs for it.
//! - [`ws`]: the two socket protocols; [`outbound`]: the queues towards readers.
//! - [`http`]: REST, health, figures and the app; [`listener`]: the door.
//! - [`search`]: finding documents by their words.
//! - [`branching`]: making branches of documents, comparing them and taking them in; [`left_behind`]: those of what came
//!   after its author's access had ended.
//! - [`auth`]: who may do what; [`people`]: who signs in, [`openid`]: with a provider; [`mail`]: what they are written;
//!   [`address`]: whom limits count for; [`public_url`]: where people reach the server; [`sealed`]: what leaves the process
//!   and has to come back unread.
//! - [`meetings`]: meetings under way on this node, and what they hold people to.
//! - [`rounds`]: votes over days; [`publication`]: versions that are signed and published; [`fhir`]: a guideline as other
//!   software reads it.
//! - [`interests`]: what people declare about their interests, and who may judge it.
//! - [`stepping_back`]: looking after members who are away.
//! - [`panic_boundary`]: the line that a failing document library does not cross;
//!   [`plain_doc`]: a document that never edits by itself.
//! - [`cli`], [`config`], [`node`], [`demo`], [`telemetry`]: the commands, and how a node is put together.
//!
//! Arrows: `http` and `ws` use `room`, `room` uses the traits of `store` and `journal`; only the commands know which
//! database is behind them. This crate does not know the replica in the browser.

pub mod access;
pub mod address;
pub mod auth;
pub mod backup;
pub mod branching;
pub mod bus;
pub mod calendar;
pub mod cli;
pub mod cluster;
pub mod community;
pub mod compaction;
pub mod config;
pub mod demo;
pub mod export;
pub mod fhir;
#[cfg(test)]
mod golden;
pub mod history;
pub mod http;
pub mod interests;
pub mod journal;
pub mod left_behind;
pub mod listener;
pub mod mail;
pub mod meetings;
pub mod moving;
pub mod node;
pub mod openid;
pub mod outbound;
pub mod panic_boundary;
pub mod people;
pub mod plain_doc;
pub mod public_url;
pub mod publication;
pub mod registry;
pub mod room;
pub mod rounds;
pub mod sealed;
pub mod search;
pub mod stepping_back;
pub mod store;
pub mod telemetry;
pub mod telling;
pub mod visible;
mod words;
pub mod ws;
