//! Which bus is behind an address. Above this, nobody knows.

use std::sync::Arc;

use anyhow::Context;
use uuid::Uuid;

use crate::auth::Secret;
use crate::bus::redis::{RedisAddress, RedisBus};
use crate::bus::{Bus, NodeId};
use crate::store::postgres::Company;

/// Reads the address of a bus.
///
/// # Errors
/// What is wrong with it; never with what was written, which may hold a password.
pub(super) fn address(url: &Secret) -> anyhow::Result<RedisAddress> {
    let url = std::str::from_utf8(url.expose()).context("--redis-url is not text")?;
    RedisAddress::parse(url).context("--redis-url")
}

/// Whether a node with such an address hears of others.
pub(super) fn company(url: Option<&Secret>) -> Company {
    match url {
        Some(_) => Company::Cluster,
        None => Company::Alone,
    }
}

/// Begins to connect this node to the bus between the nodes over this store. A bus that is away is no reason not to serve.
///
/// # Errors
/// As [`address`].
pub(super) fn start(
    url: Option<&Secret>,
    store: Uuid,
    node: NodeId,
) -> anyhow::Result<Option<Arc<dyn Bus>>> {
    let Some(url) = url else { return Ok(None) };
    let bus = RedisBus::start(address(url)?, store, node);
    Ok(Some(Arc::new(bus)))
}
