//! The part of the server's room that touches foreign bytes, taken by path.

#[path = "../../../server/src/room/replica.rs"]
pub mod replica;
#[path = "../../../server/src/room/update_shape.rs"]
pub mod update_shape;
