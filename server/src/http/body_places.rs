//! Places for those whose large body is read. There are few, because each may hold megabytes; and whoever sends slowly keeps
//! one from nobody: while somebody waits, as many of those who have sent next to nothing lately give theirs up.
//!
//! Where nobody waits, a slow uplink may take all the time that there is ([`super::limits::BODY_TIMEOUT`]).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::limits::{BODIES_AT_ONCE_MAX, BODY_BYTES_PER_WINDOW_MIN, BODY_WINDOW, TURN_TIMEOUT};
use super::problem::Problem;

/// The places of a node.
#[derive(Debug)]
pub(super) struct BodyPlaces {
    places: Semaphore,
    /// How many wait for one that nobody has promised them yet.
    waiting: AtomicUsize,
}

/// One of those who wait.
struct Waiter<'a>(&'a AtomicUsize);

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        // Unless somebody slow has given way to them.
        take_one(self.0);
    }
}

fn take_one(count: &AtomicUsize) -> bool {
    count
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, |waiting| {
            waiting.checked_sub(1)
        })
        .is_ok()
}

impl Default for BodyPlaces {
    fn default() -> Self {
        Self {
            places: Semaphore::new(BODIES_AT_ONCE_MAX),
            waiting: AtomicUsize::new(0),
        }
    }
}

impl BodyPlaces {
    /// A place. Waits for one, but not for long.
    ///
    /// Cancel safety: who is dropped waits no more.
    pub(super) async fn take(&self) -> Result<BodyPlace<'_>, Problem> {
        let permit = match self.places.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                self.waiting.fetch_add(1, Ordering::AcqRel);
                let _waiter = Waiter(&self.waiting);
                tokio::time::timeout(TURN_TIMEOUT, self.places.acquire())
                    .await
                    .map_err(|_| Problem::Busy)?
                    .map_err(|_| Problem::ShuttingDown)?
            }
        };
        Ok(BodyPlace {
            _permit: permit,
            waiting: &self.waiting,
            window: Window::from(Instant::now()),
        })
    }
}

/// A place of somebody's, and how much they have sent lately.
#[derive(Debug)]
pub(super) struct BodyPlace<'a> {
    _permit: SemaphorePermit<'a>,
    waiting: &'a AtomicUsize,
    window: Window,
}

impl BodyPlace<'_> {
    /// How long to wait for the next piece before asking again whether there is time.
    pub(super) fn patience(&self) -> Duration {
        BODY_WINDOW / 4
    }

    /// Notes what came; whether its sender may go on sending.
    pub(super) fn may_go_on(&mut self, bytes: usize) -> bool {
        !self.window.is_slow(bytes, Instant::now()) || !take_one(self.waiting)
    }
}

/// How much came since when.
#[derive(Debug)]
struct Window {
    since: Instant,
    bytes: usize,
}

impl Window {
    fn from(since: Instant) -> Self {
        Self { since, bytes: 0 }
    }

    /// Notes what came; whether it is too little for the time that has passed. Begins anew when it is enough.
    fn is_slow(&mut self, bytes: usize, now: Instant) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        if now.duration_since(self.since) < BODY_WINDOW {
            return false;
        }
        if self.bytes < BODY_BYTES_PER_WINDOW_MIN {
            // It may stay where nobody waits, and is asked again at once.
            return true;
        }
        *self = Self::from(now);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_is_who_sent_next_to_nothing_in_the_last_seconds() {
        let start = Instant::now();
        let mut window = Window::from(start);
        let moment = Duration::from_millis(1);
        assert!(!window.is_slow(0, start + BODY_WINDOW - moment));
        assert!(window.is_slow(BODY_BYTES_PER_WINDOW_MIN - 1, start + BODY_WINDOW));
        assert!(!window.is_slow(1, start + BODY_WINDOW + moment));
        // What came before counts no more.
        let second = start + BODY_WINDOW + moment;
        assert!(!window.is_slow(0, second + BODY_WINDOW - moment));
        assert!(window.is_slow(0, second + BODY_WINDOW));
    }
}
