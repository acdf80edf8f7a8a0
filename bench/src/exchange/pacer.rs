//! Sends every edit at its time, from a thread of its own that does nothing else.
//!
//! A runtime's timers are a millisecond coarse, and its threads are busy receiving; this thread sleeps until the next
//! edit and hands finished bytes to the system. How late it was is measured too: where that is not small, the generator
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

/// Starts sending; the thread gives how late it was. It ends early when a connection is over.
pub(super) fn start(
    ledger: Arc<Ledger>,
    writers: Vec<Arc<Connection>>,
    frames: Vec<Bytes>,
    epoch: Instant,
) -> JoinHandle<Latencies> {
    std::thread::spawn(move || {
        let mut lateness = Latencies::new();
        for (edit, frame) in ledger.edits().iter().zip(&frames) {
            let wait = (epoch + edit.at).saturating_duration_since(Instant::now());
            if wait > SLEEP_MIN {
                std::thread::sleep(wait);
            }
            if let Err(error) = writers[edit.writer].send(frame) {
                ledger.problem(format!("a writer could not send: {error:#}"));
                break;
            }
            lateness.record(schedule::latency(epoch, edit.at, Instant::now()));
        }
        lateness
    })
}
