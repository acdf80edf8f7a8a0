//! What the journal counts. Names are part of the operator's surface; keep them stable.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use super::Submission;
use crate::store::{Append, StoreError};
use crate::telemetry::names;

/// A submission entered the queue.
pub(super) fn queued(batch: &[Append], bytes: usize) {
    gauge!(names::JOURNAL_QUEUE_ROWS).increment(batch.len() as f64);
    gauge!(names::JOURNAL_QUEUE_BYTES).increment(bytes as f64);
}

/// A submission left the queue, committed or not.
pub(super) fn dequeued(submission: &Submission) {
    gauge!(names::JOURNAL_QUEUE_ROWS).decrement(submission.batch.len() as f64);
    gauge!(names::JOURNAL_QUEUE_BYTES).decrement(submission.bytes as f64);
}

/// A transaction was committed.
pub(super) fn committed(rows: usize, bytes: usize, took: Duration) {
    histogram!(names::JOURNAL_BATCH_ROWS).record(rows as f64);
    histogram!(names::JOURNAL_BATCH_BYTES).record(bytes as f64);
    histogram!(names::JOURNAL_COMMIT_SECONDS).record(took.as_secs_f64());
    counter!(names::JOURNAL_ROWS).increment(rows as u64);
}

/// A transaction failed.
pub(super) fn failed(error: &StoreError) {
    counter!(names::JOURNAL_FAILURES, "kind" => error.code()).increment(1);
}

/// A submission was refused without a try.
pub(super) fn refused(error: &StoreError) {
    counter!(names::JOURNAL_REFUSED, "kind" => error.code()).increment(1);
}

/// The age of the oldest submission that waits for its commit; zero when nothing waits.
pub(super) fn lag(age: Duration) {
    gauge!(names::JOURNAL_LAG_SECONDS).set(age.as_secs_f64());
}

/// Storage went away or came back.
pub(super) fn available(is_available: bool) {
    gauge!(names::STORAGE_AVAILABLE).set(if is_available { 1.0 } else { 0.0 });
}
