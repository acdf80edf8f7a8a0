//! A node on the bus over Redis, without the rest of a server: publishes, follows, waits for what it hears.

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use consilium_server::bus::redis::RedisAddress;
use consilium_server::bus::{Bus, BusHealth, Following, Heard, NodeId, RedisBus};
use uuid::Uuid;

use crate::eventually::PATIENCE;

/// A document's name.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn doc(name: &str) -> DocName {
    DocName::parse(name).expect("a valid name")
}

/// A node on the bus.
#[derive(Debug)]
pub struct BusNode {
    /// The bus itself.
    pub bus: RedisBus,
}

impl BusNode {
    /// Begins to connect.
    ///
    /// # Panics
    /// When the address is none.
    #[must_use]
    pub fn start(url: &str, store: Uuid) -> Self {
        let address = RedisAddress::parse(url).expect("an address");
        Self {
            bus: RedisBus::start(address, store, NodeId::random()),
        }
    }

    /// Begins to connect, and waits until it is.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn connected(url: &str, store: Uuid) -> Self {
        let node = Self::start(url, store);
        node.until(BusHealth::Connected).await;
        node
    }

    /// Waits until the bus says so.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn until(&self, wanted: BusHealth) {
        let mut health = self.bus.health();
        let waited = tokio::time::timeout(PATIENCE, health.wait_for(|health| *health == wanted));
        let outcome = waited.await;
        assert!(
            outcome.is_ok(),
            "waited in vain until the bus is {wanted:?}: {:?}",
            self.bus.trouble()
        );
    }

    /// Whether it is connected now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.bus.health().borrow() == BusHealth::Connected
    }

    /// Says something about a document.
    pub fn say(&self, name: &str, text: &str) {
        self.bus
            .publish(&doc(name), Bytes::copy_from_slice(text.as_bytes()));
    }

    /// Follows a document, and waits until that is in force.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn follow(&self, name: &str) -> Following {
        let mut following = self.bus.follow(&doc(name));
        assert_eq!(next(&mut following).await, Heard::Following);
        following
    }
}

/// The next thing heard.
///
/// # Panics
/// When nothing comes.
pub async fn next(following: &mut Following) -> Heard {
    tokio::time::timeout(PATIENCE, following.next())
        .await
        .expect("waited in vain for the bus")
}

/// The next message, as text; what is heard besides is passed over.
///
/// # Panics
/// When none comes.
pub async fn message(following: &mut Following) -> String {
    loop {
        if let Heard::Message(message) = next(following).await {
            return String::from_utf8(message.to_vec()).expect("messages here are text");
        }
    }
}

/// Reads on until this is heard.
///
/// # Panics
/// When it is not.
pub async fn until(following: &mut Following, wanted: &Heard) {
    while next(following).await != *wanted {}
}
