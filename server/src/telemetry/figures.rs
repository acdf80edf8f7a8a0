//! The recorder behind `/metrics`, and what each figure means.

use std::time::Duration;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::{TelemetryError, names};

/// Bounds for durations: from a memory copy to a disk that hangs.
const SECONDS_BUCKETS: [f64; 14] = [
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Bounds for counts and bytes, in powers of four.
const SIZE_BUCKETS: [f64; 12] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    8_388_608.0,
];

/// How often samples are folded into their histograms, so that they cannot pile up between scrapes.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// A recorder with our bounds, not yet installed.
///
/// # Errors
/// Never with the bounds above; the builder insists.
pub fn builder() -> Result<PrometheusBuilder, TelemetryError> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS_BUCKETS)?
        .set_buckets(&SIZE_BUCKETS)?;
    Ok(builder)
}

/// Starts counting for the whole process. Needs a running runtime.
///
/// # Errors
/// When something else counts already.
pub fn start() -> Result<PrometheusHandle, TelemetryError> {
    let handle = builder()?.install_recorder()?;
    describe();
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
        loop {
            interval.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

fn describe() {
    describe_gauge!(names::CONNECTIONS, "Open sockets by protocol");
    describe_gauge!(names::SOCKETS, "TCP connections, HTTP included");
    describe_gauge!(names::ROOMS, "Documents open in memory");
    describe_counter!(names::UPDATES, "Updates made durable");
    describe_histogram!(
        names::ACK_SECONDS,
        Unit::Seconds,
        "From decoding an update to its acknowledgement"
    );
    describe_gauge!(
        names::JOURNAL_LAG_SECONDS,
        Unit::Seconds,
        "Age of the oldest update that waits for its commit"
    );
    describe_gauge!(
        names::STORAGE_AVAILABLE,
        "1 while edits can be made durable"
    );
    describe_counter!(
        names::RESYNCS,
        "Slow readers brought up to date by one diff"
    );
    describe_counter!(names::DROPPED, "Messages dropped for slow readers");
    describe_counter!(names::QUARANTINED, "Updates set aside for review");
    describe_counter!(names::REJECTED, "Updates refused");
    describe_counter!(names::MALFORMED, "Frames that were not of the protocol");
    describe_counter!(names::PANICS, "Failures of the document library, contained");
    describe_gauge!(
        names::OUTBOUND_BYTES,
        Unit::Bytes,
        "Bytes queued towards all connections"
    );
    describe_counter!(names::AUTH_FAILURES, "Tokens refused by reason");
    describe_counter!(names::SIGN_INS, "Attempts to sign in by outcome");
    describe_counter!(names::MAILS, "Mails by what became of them");
    describe_gauge!(names::MAILS_WAITING, "Mails that wait to be sent");
    describe_counter!(
        names::CONNECTIONS_REFUSED,
        "Connections refused at the door by reason"
    );
    describe_counter!(
        names::BUS_MALFORMED,
        "Messages from other nodes that cannot be read"
    );
    describe_counter!(
        names::REPAIRS,
        "Questions to the journal about what other nodes committed, by cause"
    );
    describe_counter!(
        names::REPAIRED_UPDATES,
        "Updates of other nodes that the bus had not brought"
    );
    describe_counter!(
        names::DIGEST_MISMATCHES,
        "Documents that differed between two nodes that had heard the same"
    );
    describe_counter!(names::HTTP_RESPONSES, "HTTP answers by class of status");
    describe_journal();
    describe_bus();
}

fn describe_journal() {
    describe_gauge!(
        names::JOURNAL_QUEUE_ROWS,
        "Rows that wait for their commit, or are in it"
    );
    describe_gauge!(
        names::JOURNAL_QUEUE_BYTES,
        Unit::Bytes,
        "Bytes of rows that wait for their commit, or are in it"
    );
    describe_histogram!(names::JOURNAL_BATCH_ROWS, "Rows of one commit");
    describe_histogram!(
        names::JOURNAL_BATCH_BYTES,
        Unit::Bytes,
        "Bytes of one commit"
    );
    describe_histogram!(
        names::JOURNAL_COMMIT_SECONDS,
        Unit::Seconds,
        "How long one commit took"
    );
    describe_counter!(names::JOURNAL_ROWS, "Rows committed");
    describe_counter!(names::JOURNAL_FAILURES, "Commits that failed, by kind");
    describe_counter!(
        names::JOURNAL_REFUSED,
        "Batches refused without a try, by kind"
    );
    describe_histogram!(
        names::COMPACTION_SECONDS,
        Unit::Seconds,
        "How long one compaction took"
    );
    describe_counter!(
        names::COMPACTION_ROWS,
        "Rows that became part of a snapshot"
    );
    describe_counter!(names::COMPACTION_FAILURES, "Compactions that failed");
}

fn describe_bus() {
    describe_gauge!(
        names::BUS_CONNECTED,
        "1 while messages to and from other nodes get through"
    );
    describe_gauge!(
        names::NODES_UNHEARD,
        "Other nodes that serve the same store and are not on the bus"
    );
    describe_counter!(names::BUS_PUBLISHES, "Messages that the bus took over");
    describe_counter!(
        names::BUS_PUBLISH_BYTES,
        Unit::Bytes,
        "Bytes of messages that the bus took over"
    );
    describe_counter!(
        names::BUS_PUBLISH_DROPS,
        "Messages that the bus did not take over, by reason"
    );
    describe_gauge!(
        names::BUS_QUEUE_BYTES,
        Unit::Bytes,
        "Bytes of messages on their way to the bus"
    );
    describe_histogram!(
        names::BUS_ANSWER_SECONDS,
        Unit::Seconds,
        "From handing messages to the bus to its answer"
    );
    describe_counter!(names::BUS_HEARD, "Messages of other nodes handed to rooms");
    describe_counter!(
        names::BUS_HEARD_BYTES,
        Unit::Bytes,
        "Bytes of messages of other nodes handed to rooms"
    );
    describe_counter!(
        names::BUS_MISSED,
        "Times a room was told that it missed something, by reason"
    );
    describe_gauge!(
        names::BUS_SUBSCRIPTIONS,
        "Subscriptions in force, one for each open document"
    );
    describe_histogram!(
        names::BUS_SUBSCRIBE_SECONDS,
        Unit::Seconds,
        "From following a document to its subscription being in force"
    );
    describe_counter!(
        names::BUS_CONNECTIONS_LOST,
        "Connections to the bus that were lost, by role"
    );
    describe_counter!(
        names::SEARCH_READ,
        "Documents whose text was read to search it"
    );
    describe_counter!(
        names::SEARCH_FAILURES,
        "Documents whose text cannot be read to search it"
    );
    describe_histogram!(
        names::SEARCH_SECONDS,
        Unit::Seconds,
        "From a search to its answer"
    );
    describe_gauge!(
        names::MEETINGS,
        "Meetings that this node holds: those under way, and others that somebody is in by it"
    );
    describe_counter!(
        names::MEETING_RACES,
        "Times that somebody was faster, and a meeting was decided on again"
    );
    describe_counter!(
        names::MEETING_NOTICES,
        "Times that another node said over the bus where a meeting stands"
    );
    describe_gauge!(names::MEETING_STREAMS, "Streams of meetings that are open");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_have_their_own_bounds() {
        let recorder = builder().unwrap().build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            describe();
            metrics::histogram!(names::ACK_SECONDS).record(0.003);
            metrics::histogram!(names::JOURNAL_BATCH_ROWS).record(3.0);
            metrics::counter!(names::UPDATES).increment(2);
        });
        let text = handle.render();
        for line in [
            "consilium_ack_seconds_bucket{le=\"0.004\"} 1",
            "consilium_ack_seconds_bucket{le=\"0.002\"} 0",
            "consilium_journal_batch_rows_bucket{le=\"4\"} 1",
            "consilium_updates_total 2",
            "# HELP consilium_updates_total Updates made durable",
        ] {
            assert!(text.contains(line), "{line} is not in:\n{text}");
        }
    }
}
