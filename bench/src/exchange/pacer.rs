//! Sends everything at its time, from a thread of its own that does nothing else.
//!
//! A runtime's timers are a millisecond coarse, and its threads are busy receiving; this thread sleeps until the next
//! frame and hands finished bytes to the system. How late it was is measured too: where that is not small, the generator
//! was the limit.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::Ledger;
use crate::histogram::Latencies;
use crate::schedule;
use crate::websocket::connection::Connection;

/// Shorter waits than this are not worth a sleep.
const SLEEP_MIN: Duration = Duration::from_micros(20);

/// One frame to be sent.
pub(super) struct Send {
    /// After the epoch.
    pub(super) at: Duration,
    pub(super) connection: Arc<Connection>,
    pub(super) frame: Bytes,
}

/// Starts sending, in the order of time; the thread gives how late it was. It ends early when a connection is over.
pub(super) fn start(
    ledger: Arc<Ledger>,
    mut sends: Vec<Send>,
    epoch: Instant,
) -> JoinHandle<Latencies> {
    sends.sort_by_key(|send| send.at);
    std::thread::spawn(move || {
        let mut lateness = Latencies::new();
        for send in &sends {
            let wait = (epoch + send.at).saturating_duration_since(Instant::now());
            if wait > SLEEP_MIN {
                std::thread::sleep(wait);
            }
            if let Err(error) = send.connection.send(&send.frame) {
                ledger.problem(format!("a member could not send: {error:#}"));
                break;
            }
            lateness.record(schedule::latency(epoch, send.at, Instant::now()));
        }
        lateness
    })
}
