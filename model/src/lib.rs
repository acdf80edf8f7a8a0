//! What the texts mean, apart from how they travel and where they are kept.
//!
//! - [`access`]: who may do what with a document.
//! - [`branch`]: what a branch changes, and taking it into its document.
//! - [`consensus`]: whether a panel agrees.
//! - [`discussion`]: where a document is commented on, and what may be done there.
//! - [`document`]: the roots that every document has, and its title.
//! - [`form`]: prose as it stands in a document, for comparing and copying.
//! - [`grade`]: certainty of evidence, strength and direction of recommendations, and the words for them.
//! - [`meeting`]: sessions that a leader moderates, as a state machine.
//! - [`merge_review`]: what came together after an offline spell, place by place.
//! - [`prose`]: writing headings, lists and tables as editors keep them.
//! - [`question`]: clinical questions, and how their documents are laid out.
//! - [`references`]: the references of a document, and how a citation of them reads.
//! - [`register`]: values of which none is overwritten unseen.
//!
//! Pure: no clock, no I/O, no tokio. Builds for wasm32.

pub mod access;
pub mod branch;
pub mod consensus;
pub mod discussion;
pub mod document;
pub mod form;
pub mod grade;
pub mod meeting;
pub mod merge_review;
pub mod prose;
pub mod question;
pub mod references;
pub mod register;
