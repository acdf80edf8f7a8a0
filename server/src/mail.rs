//! Mail: what people are written, and how it gets to the operator's server for mail (ADR-0024).
//!
//! Whoever has a reason to write puts a letter into the outbox ([`crate::store::outbox`]); the [`sender`] of some node takes
//! it, writes it out ([`letter`]) and hands it over ([`post`]). Links for forgotten passwords are made when the mail is
//! written, so their secrets are kept nowhere; that of an invitation, which is shown as well, rests in the outbox sealed.
//!
//! Reading order: [`settings`], [`letter`], [`words`], [`post`], [`sender`], [`limits`].

pub mod letter;
pub mod limits;
pub mod post;
pub mod sender;
pub mod settings;
pub mod words;

pub use letter::{Language, Letter};
pub use post::Post;
pub use sender::Mailroom;
pub use settings::MailSettings;
