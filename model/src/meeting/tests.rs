//! The machine held to its rules: by tables of transitions, and by random commands.
//!
//! - [`script`]: the words in which the tables are written.
//! - [`rights`]: the table of rights, against the page that people read and against the machine.
//! - [`transitions`]: every deed, every event and every refusal, line by line.
//! - [`succession`]: the chair is gone.
//! - [`verdicts`]: who may write.
//! - [`ballots`]: votes, and what is never kept of them.
//! - [`views`]: what somebody sees.
//! - [`bounds`]: nothing grows without end.
//! - [`random`]: random commands.
//! - [`invariants`]: what holds after each of them.

mod ballots;
mod bounds;
mod invariants;
mod random;
mod rights;
mod script;
mod succession;
mod transitions;
mod verdicts;
mod views;
