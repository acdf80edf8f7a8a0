//! Who comes in: at most so many connections in all, so many from one address, and so many new ones a second, from one
//! address and in all. The last is for the moment after another node has died: its members come here, and those who
//! are here already must not wait for them.
//!
//! What counts as one address is decided in [`crate::address`]. This module does not know what a connection is for.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

use crate::address::address_key;
use crate::config::ConnectionLimits;
use crate::telemetry::names;

/// How many times the sustained rate of new connections may come at once: a ward that wakes up together.
const BURST_FACTOR: u32 = 10;

/// How many times the sustained rate of all new connections may come at once.
const NODE_BURST_FACTOR: u32 = 2;

/// Why a connection is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The node is full.
    Total,
    /// The address has enough.
    Address,
    /// The address opens them too fast.
    Rate,
    /// All addresses together do.
    NodeRate,
}

impl Refusal {
    pub(super) fn count(self) {
        let reason = match self {
            Self::Total => "total",
            Self::Address => "address",
            Self::Rate => "rate",
            Self::NodeRate => "node-rate",
        };
        metrics::counter!(names::CONNECTIONS_REFUSED, "reason" => reason).increment(1);
    }
}

/// Keeps the counts.
#[derive(Debug)]
pub struct Admission {
    limits: ConnectionLimits,
    open: Arc<Mutex<Open>>,
    rate: Option<DefaultKeyedRateLimiter<IpAddr>>,
    node_rate: Option<DefaultDirectRateLimiter>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Admission {
    /// Lets in as many as `limits` allow.
    #[must_use]
    pub fn new(limits: ConnectionLimits) -> Self {
        let rate = limits
            .connects_per_address_per_second
            .and_then(NonZeroU32::new)
            .map(|per_second| RateLimiter::keyed(quota(per_second, BURST_FACTOR)));
        let node_rate = NonZeroU32::new(limits.connects_per_second)
            .map(|per_second| RateLimiter::direct(quota(per_second, NODE_BURST_FACTOR)));
        Self {
            limits,
            open: Arc::default(),
            rate,
            node_rate,
        }
    }

    /// Takes a place for a connection from `address`.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn admit(&self, address: IpAddr) -> Result<Place, Refusal> {
        let address = address_key(address);
        let mut open = self.open.lock();
        if open.total >= self.limits.connections_max {
            return Err(Refusal::Total);
        }
        let from_address = open.by_address.get(&address).copied().unwrap_or(0);
        if self
            .limits
            .connections_per_address_max
            .is_some_and(|max| from_address >= max)
        {
            return Err(Refusal::Address);
        }
        if let Some(rate) = &self.rate
            && rate.check_key(&address).is_err()
        {
            return Err(Refusal::Rate);
        }
        if let Some(rate) = &self.node_rate
            && rate.check().is_err()
        {
            return Err(Refusal::NodeRate);
        }
        open.total += 1;
        open.by_address.insert(address, from_address + 1);
        metrics::gauge!(names::SOCKETS).set(open.total as f64);
        Ok(Place {
            open: Arc::clone(&self.open),
            address,
        })
    }

    /// Forgets the rates of addresses that are at rest, so that their number cannot grow for ever.
    pub fn forget_resting(&self) {
        if let Some(rate) = &self.rate {
            rate.retain_recent();
            rate.shrink_to_fit();
        }
    }
}

fn quota(per_second: NonZeroU32, burst_factor: u32) -> Quota {
    let burst = per_second.saturating_mul(NonZeroU32::new(burst_factor).unwrap_or(NonZeroU32::MIN));
    Quota::per_second(per_second).allow_burst(burst)
}

/// The place of one connection, given back when dropped.
#[derive(Debug)]
pub struct Place {
    open: Arc<Mutex<Open>>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock();
        open.total -= 1;
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
        metrics::gauge!(names::SOCKETS).set(open.total as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(total: usize, per_address: Option<usize>, rate: Option<u32>) -> Admission {
        Admission::new(ConnectionLimits {
            connections_max: total,
            connections_per_address_max: per_address,
            connects_per_address_per_second: rate,
            connects_per_second: 1_000,
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn places_are_limited_in_all_and_given_back() {
        let admission = admission(2, None, None);
        let first = admission.admit(address("10.0.0.1")).unwrap();
        let _second = admission.admit(address("10.0.0.2")).unwrap();
        assert_eq!(
            admission.admit(address("10.0.0.3")).unwrap_err(),
            Refusal::Total
        );
        drop(first);
        assert!(admission.admit(address("10.0.0.3")).is_ok());
    }

    #[test]
    fn one_address_cannot_take_all_places() {
        let admission = admission(10, Some(1), None);
        let place = admission.admit(address("10.0.0.1")).unwrap();
        assert_eq!(
            admission.admit(address("10.0.0.1")).unwrap_err(),
            Refusal::Address
        );
        assert!(admission.admit(address("10.0.0.2")).is_ok());
        drop(place);
        assert!(admission.admit(address("10.0.0.1")).is_ok());
        assert!(admission.open.lock().by_address.is_empty());
    }

    #[test]
    fn all_together_may_not_come_too_fast() {
        let admission = Admission::new(ConnectionLimits {
            connections_max: 1_000,
            connections_per_address_max: None,
            connects_per_address_per_second: None,
            connects_per_second: 3,
        });
        let mut places = Vec::new();
        for number in 0..3 * NODE_BURST_FACTOR {
            let from = address(&format!("10.0.0.{number}"));
            places.push(admission.admit(from).unwrap());
        }
        assert_eq!(
            admission.admit(address("10.0.1.1")).unwrap_err(),
            Refusal::NodeRate
        );
    }

    #[test]
    fn an_address_that_opens_connections_too_fast_has_to_wait() {
        let admission = admission(1_000, None, Some(1));
        for _ in 0..BURST_FACTOR {
            assert!(admission.admit(address("10.0.0.1")).is_ok());
        }
        assert_eq!(
            admission.admit(address("10.0.0.1")).unwrap_err(),
            Refusal::Rate
        );
        assert!(admission.admit(address("10.0.0.2")).is_ok());
    }
}
