//! Who fails to authenticate too often has to wait.
//!
//! Only failures are counted, so a hospital behind one address that holds good tokens never notices. A network of
//! IPv6 counts as one address, as at the door.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::address::address_key;

/// Addresses remembered before those at rest are forgotten.
const ADDRESSES_BEFORE_SWEEP: usize = 10_000;

/// Counts failures by address.
#[derive(Debug)]
pub struct FailureLimit {
    failures: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl FailureLimit {
    /// Tolerates so many failures a minute from one address.
    #[must_use]
    pub fn per_minute(failures: u32) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(failures).unwrap_or(NonZeroU32::MIN));
        Self {
            failures: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one failure.
    ///
    /// # Errors
    /// How long the address has to wait, when it has failed too often.
    pub fn record(&self, address: IpAddr) -> Result<(), Duration> {
        if self.failures.len() > ADDRESSES_BEFORE_SWEEP {
            self.failures.retain_recent();
        }
        self.failures
            .check_key(&address_key(address))
            .map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_fails_too_often_has_to_wait_and_others_do_not() {
        let limit = FailureLimit::per_minute(2);
        let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        assert_eq!(limit.record(one), Ok(()));
        assert_eq!(limit.record(one), Ok(()));
        let wait = limit.record(one).unwrap_err();
        assert!(
            wait > Duration::ZERO && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
        assert_eq!(limit.record(other), Ok(()));
    }
}
