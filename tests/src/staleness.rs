//! How late what is safe on one node may be seen on the others (I6), by what is configured and by the bus's own limits.
//!
//! Every bound is what the design promises on a machine that has time, and [`BUSY`] for one that has not.

use std::time::Duration;

use consilium_server::bus::redis::limits::{ANSWER_TIMEOUT, PING_EVERY};
use consilium_server::cluster::UNHEARD_FOUND_AFTER;

/// What a machine that does several things at once may add. Well below what a fault lasts whose end must not be waited
/// for.
pub const BUSY: Duration = Duration::from_secs(12);

/// Where a room knows that it may miss something: it asks the journal every interval, and a question may have to wait for
/// the pause after the last one, which is shorter.
#[must_use]
pub fn while_asking(repair_interval: Duration) -> Duration {
    repair_interval * 2 + BUSY
}

/// Where the bus hangs: the connection is asked whether it lives, and owes the answer.
#[must_use]
pub fn while_the_bus_hangs(repair_interval: Duration) -> Duration {
    PING_EVERY + ANSWER_TIMEOUT + while_asking(repair_interval)
}

/// Where one node is not heard, and only it knows: until the others have found out.
#[must_use]
pub fn while_one_is_unheard(repair_interval: Duration) -> Duration {
    UNHEARD_FOUND_AFTER + while_asking(repair_interval)
}
