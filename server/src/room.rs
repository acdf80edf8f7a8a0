//! Rooms: open documents and the people in them.
//!
//! Reading order: [`core`] is the state machine, [`event`] what it hears and wants, `held` what it cannot take yet;
//! [`replica`] its document, guarded by [`consilium_protocol::update_shape`] and [`nesting`], with the updates that are
//! [`waiting`], and while sections of it are closed its [`shadow`], by which [`sections`] decides; [`presence`] who is here; [`peers`] the rooms of the document on other nodes, [`peer_message`] what they
//! say to each other, and `digest` how they compare; [`subscriber`] how the three kinds of client are spoken to;
//! [`loading`] how stored bytes become a document; [`actor`] the task that runs one room. Rooms are opened and found by
//! [`crate::registry`].
//!
//! Rooms know the traits of store and journal, never which database is behind them, and nothing of HTTP or sockets:
//! frames go into [`crate::outbound`] queues.

pub mod actor;
pub mod core;
mod digest;
pub mod event;
mod held;
pub mod loading;
pub mod nesting;
pub mod peer_message;
pub mod peers;
pub mod presence;
pub mod replica;
pub mod sections;
pub mod shadow;
pub mod subscriber;
pub mod waiting;
