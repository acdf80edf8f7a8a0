//! The part of the server's room that touches foreign bytes, taken by path.

#[path = "../../../server/src/room/nesting.rs"]
pub mod nesting;
#[path = "../../../server/src/room/replica.rs"]
pub mod replica;
#[path = "../../../server/src/room/waiting.rs"]
pub mod waiting;
