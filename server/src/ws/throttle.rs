//! A flood from one connection slows that connection down; nobody is cut off for typing fast.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use consilium_protocol::limits;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// The message allowance of one connection.
pub(super) struct Throttle {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
    wait_until: Option<Instant>,
}

impl Throttle {
    pub(super) fn new() -> Self {
        let rate =
            NonZeroU32::new(limits::MESSAGES_PER_CONNECTION_PER_SECOND).unwrap_or(NonZeroU32::MIN);
        let burst =
            NonZeroU32::new(limits::MESSAGES_PER_CONNECTION_BURST).unwrap_or(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::direct(Quota::per_second(rate).allow_burst(burst)),
            clock: DefaultClock::default(),
            wait_until: None,
        }
    }

    /// Counts one message; the connection is not read again before [`Throttle::wait_until`].
    pub(super) fn count(&mut self, now: Instant) {
        if let Err(not_until) = self.limiter.check() {
            // A millisecond at least, so that a flood is not answered with a flood of timers.
            let wait = not_until
                .wait_time_from(self.clock.now())
                .max(Duration::from_millis(1));
            self.wait_until = Some(now + wait);
        }
    }

    pub(super) fn wait_until(&mut self, now: Instant) -> Option<Instant> {
        if self.wait_until.is_some_and(|until| until <= now) {
            self.wait_until = None;
        }
        self.wait_until
    }
}
