//! What people take away: documents as files that other programs read, and a community as one archive (D17).
//!
//! [`html`] and [`markdown`] write one document, with its clinical questions as [`question`] puts them into it. [`archive`] is the file that holds all of a community's that somebody
//! may read, and from which another server makes a community again; [`manifest`] is its table of contents; [`chronicle`] says
//! whether the ledger in it is what was written. [`own`] is what
//! somebody takes away of themselves. This module knows no store, no room and no HTTP.

pub mod archive;
pub mod chronicle;
pub mod html;
pub mod manifest;
pub mod markdown;
pub mod own;
pub mod question;
