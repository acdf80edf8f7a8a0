//! What a community is, apart from where it is kept: who may do what in it, what it starts with, and its ledger.
//!
//! Everything here is pure. [`rules`] is the table of who may do what to whom; [`act`] names every act of governance; [`inactivity`] says when members who are away step back;
//! [`ledger`] chains them, so that none can be changed or taken out unnoticed (D17); [`wording`] checks what people
//! write; [`logo`] draws their picture anew; [`templates`] are the texts with which a community begins. The store asks the rules inside the transaction of
//! an act and writes the ledger in the same one. This module does not know databases, HTTP or accounts.

pub mod act;
pub mod inactivity;
pub mod ledger;
pub mod logo;
pub mod rules;
pub mod templates;
pub mod wording;
