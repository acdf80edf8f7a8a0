//! The rules of the engine, one a test, in virtual time. A test's name says the rule it holds.

#[path = "rules/connection.rs"]
mod connection;
#[path = "rules/document.rs"]
mod document;
#[path = "rules/left_behind.rs"]
mod left_behind;
#[path = "rules/merge_review.rs"]
mod merge_review;
#[path = "rules/shape.rs"]
mod shape;
#[path = "rules/shell.rs"]
mod shell;
