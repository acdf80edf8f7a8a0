//! What `consilium demo` shows: a community of invented people with three texts, whom anybody at this machine may be, and
//! of whom some are played by the server itself.
//!
//! A demonstration is a portal like any other, in which everything is kept that holds for real ones: sessions, roles,
//! access, the ledger. It differs in three things, and only it has them: one signs in by a click ([`crate::http`]'s
//! `demo`), colleagues are at work, and everything can begin again. Texts enter through rooms like any edit.
//!
//! Reading order: [`people`] with `colours`, the samples ([`guideline`], [`charter`], [`paper`]), [`conversation`], [`question`], `coming_up`
//! (what waits beside the text), [`seeding`], [`desk`] (what runs across
//! two beginnings), [`script`], [`talk`] and [`colleague`] (what simulated members write and say, and when: pure), [`replica`] (their copy
//! of a document), [`company`] (the edge that plays them). Why: `docs/adr/0020-demo.md`.

pub mod charter;
pub mod colleague;
mod colours;
mod coming_up;
pub mod company;
pub mod conversation;
pub mod desk;
pub mod guideline;
pub mod paper;
pub mod people;
pub mod question;
pub mod replica;
pub mod script;
pub mod seeding;
pub mod talk;

pub use desk::{Beginning, Demo};
