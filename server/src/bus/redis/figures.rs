//! What this bus counts. The names are in [`crate::telemetry::names`].

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::telemetry::names;

/// Why a message did not reach Redis.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dropped {
    /// The queue was full.
    Overflow,
    /// The connection ended before the answer; it may have arrived.
    Unanswered,
    /// Redis said no.
    Refused,
    /// The bus was closed.
    Closed,
}

/// Why a room was told that it missed something.
#[derive(Debug, Clone, Copy)]
pub(super) enum Missed {
    /// The connection was lost.
    Connection,
    /// The room's queue was full.
    Overflow,
    /// The document moved to another server.
    Moved,
    /// A message came after a later one.
    Order,
    /// A message of a version that is not known here.
    Version,
}

/// Messages were taken over.
pub(super) fn published(messages: usize, bytes: usize, took: Duration) {
    counter!(names::BUS_PUBLISHES).increment(messages as u64);
    counter!(names::BUS_PUBLISH_BYTES).increment(bytes as u64);
    histogram!(names::BUS_ANSWER_SECONDS).record(took.as_secs_f64());
}

/// Messages were not taken over.
pub(super) fn dropped(messages: usize, reason: Dropped) {
    let reason = match reason {
        Dropped::Overflow => "overflow",
        Dropped::Unanswered => "unanswered",
        Dropped::Refused => "refused",
        Dropped::Closed => "closed",
    };
    if messages > 0 {
        counter!(names::BUS_PUBLISH_DROPS, "reason" => reason).increment(messages as u64);
    }
}

/// Bytes wait on their way.
pub(super) fn queued(bytes: usize) {
    gauge!(names::BUS_QUEUE_BYTES).set(bytes as f64);
}

/// A message was handed to its room.
pub(super) fn heard(bytes: usize) {
    counter!(names::BUS_HEARD).increment(1);
    counter!(names::BUS_HEARD_BYTES).increment(bytes as u64);
}

/// A room was told that it missed something.
pub(super) fn missed(reason: Missed) {
    let reason = match reason {
        Missed::Connection => "connection",
        Missed::Overflow => "overflow",
        Missed::Moved => "moved",
        Missed::Order => "order",
        Missed::Version => "version",
    };
    counter!(names::BUS_MISSED, "reason" => reason).increment(1);
}

/// Subscriptions came into force, or ended.
pub(super) fn subscriptions(before: usize, after: usize) {
    let gauge = gauge!(names::BUS_SUBSCRIPTIONS);
    if after > before {
        gauge.increment((after - before) as f64);
    } else if before > after {
        gauge.decrement((before - after) as f64);
    }
}

/// A subscription came into force so long after it was asked for.
pub(super) fn subscribed(lag: Duration) {
    histogram!(names::BUS_SUBSCRIBE_SECONDS).record(lag.as_secs_f64());
}

/// A connection was lost.
pub(super) fn connection_lost(role: &'static str) {
    counter!(names::BUS_CONNECTIONS_LOST, "role" => role).increment(1);
}
