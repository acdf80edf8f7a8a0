//! One person with one client, ours or a stock one.

use consilium_protocol::ids::{Access, UserId};

use crate::replica::Replica;
use crate::stock::{Kind, Stock};
use crate::wire::WireId;

/// What a member works with.
pub enum Client {
    /// Our own.
    Ours(Box<Replica>),
    /// Another's.
    Stock(Stock),
}

/// A person.
pub struct Member {
    /// What they work with.
    pub client: Client,
    /// What they may do.
    pub access: Access,
    /// The connection that the client believes in.
    pub wire: Option<WireId>,
}

impl Member {
    /// A member who may write, and whose client has not been started.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self {
            client,
            access: Access::Write,
            wire: None,
        }
    }

    /// Which of the client's lives this is. A stock client is never closed.
    #[must_use]
    pub fn life(&self) -> u64 {
        match &self.client {
            Client::Ours(replica) => replica.life,
            Client::Stock(_) => 0,
        }
    }

    /// Whether it is our client.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self.client, Client::Ours(_))
    }

    /// Whether the client speaks y-websocket.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(&self.client, Client::Stock(stock) if stock.kind == Kind::Plain)
    }
}

/// How the server knows the member.
#[must_use]
pub fn user(member: usize) -> UserId {
    UserId::new(format!("member {member}"))
}
