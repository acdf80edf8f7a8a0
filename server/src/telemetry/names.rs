//! The name of every figure, in one place, so that counting and describing cannot drift apart.
//!
//! Units are in the name (Prometheus' habit): seconds, bytes, or a plain count with `_total` when it only grows.

/// Gauge: open sockets. Label `protocol`: `sync` or `yjs`.
pub const CONNECTIONS: &str = "consilium_connections";

/// Gauge: TCP connections accepted and not yet closed, HTTP included.
pub const SOCKETS: &str = "consilium_tcp_connections";

/// Gauge: rooms in memory.
pub const ROOMS: &str = "consilium_rooms";

/// Counter: updates made durable.
pub const UPDATES: &str = "consilium_updates_total";

/// Histogram: from decoding an update to its acknowledgement being queued, in seconds.
pub const ACK_SECONDS: &str = "consilium_ack_seconds";

/// Gauge: age of the oldest update that waits for its commit, in seconds; 0 when nothing waits.
pub const JOURNAL_LAG_SECONDS: &str = "consilium_journal_lag_seconds";

/// Gauge: 1 while edits can be made durable, else 0. The lag says nothing then: whoever asks is refused, nobody waits.
pub const STORAGE_AVAILABLE: &str = "consilium_journal_storage_available";

/// Gauge: rows that wait for their commit, or are in it.
pub const JOURNAL_QUEUE_ROWS: &str = "consilium_journal_queue_rows";

/// Gauge: bytes of those rows, bookkeeping included.
pub const JOURNAL_QUEUE_BYTES: &str = "consilium_journal_queue_bytes";

/// Histogram: rows of one commit.
pub const JOURNAL_BATCH_ROWS: &str = "consilium_journal_batch_rows";

/// Histogram: bytes of one commit, bookkeeping included.
pub const JOURNAL_BATCH_BYTES: &str = "consilium_journal_batch_bytes";

/// Histogram: how long one commit took, in seconds.
pub const JOURNAL_COMMIT_SECONDS: &str = "consilium_journal_commit_seconds";

/// Counter: rows committed.
pub const JOURNAL_ROWS: &str = "consilium_journal_rows_total";

/// Counter: commits that failed. Label `kind`: the word of a `StoreError`.
pub const JOURNAL_FAILURES: &str = "consilium_journal_failures_total";

/// Counter: batches refused without a try, because storage is away or too much waits. Label `kind`: the word of a
/// `StoreError`.
pub const JOURNAL_REFUSED: &str = "consilium_journal_refused_total";

/// Histogram: how long one compaction took, in seconds.
pub const COMPACTION_SECONDS: &str = "consilium_compaction_seconds";

/// Counter: rows that became part of a snapshot.
pub const COMPACTION_ROWS: &str = "consilium_compaction_rows_total";

/// Counter: compactions that failed.
pub const COMPACTION_FAILURES: &str = "consilium_compaction_failures_total";

/// Counter: subscribers brought up to date by one diff instead of single updates (D7).
pub const RESYNCS: &str = "consilium_resyncs_total";

/// Counter: messages dropped for a slow reader (D7).
pub const DROPPED: &str = "consilium_dropped_total";

/// Counter: updates set aside for review (D11). Label `reason`: a reject word.
pub const QUARANTINED: &str = "consilium_quarantined_total";

/// Counter: updates refused. Label `reason`: a reject word.
pub const REJECTED: &str = "consilium_rejected_total";

/// Counter: frames that were not of the protocol (D8).
pub const MALFORMED: &str = "consilium_malformed_total";

/// Counter: panics caught at the CRDT boundary (D8).
pub const PANICS: &str = "consilium_panics_total";

/// Gauge: bytes queued towards all connections.
pub const OUTBOUND_BYTES: &str = "consilium_outbound_bytes";

/// Counter: tokens refused. Label `reason`: the word of an `AuthError`.
pub const AUTH_FAILURES: &str = "consilium_auth_failures_total";

/// Counter: attempts to sign in to a portal. Label `outcome`: `ok`, `wrong`, `locked`, `delayed` or `refused`.
pub const SIGN_INS: &str = "consilium_sign_ins_total";

/// Counter: mails that a node dealt with. Label `outcome`: `sent`, `idle`, `later` or `given-up`.
pub const MAILS: &str = "consilium_mails_total";

/// Gauge: mails that wait to be sent, by whichever node.
pub const MAILS_WAITING: &str = "consilium_mails_waiting";

/// Counter: connections refused at the door. Label `reason`: `total`, `address`, `rate` or `node-rate`.
pub const CONNECTIONS_REFUSED: &str = "consilium_connections_refused_total";

/// Counter: HTTP answers. Label `status`: the class, such as `2xx`.
pub const HTTP_RESPONSES: &str = "consilium_http_responses_total";

/// Counter: messages from other nodes that cannot be read.
pub const BUS_MALFORMED: &str = "consilium_bus_malformed_total";

/// Counter: questions to the journal about what other nodes committed. Label `cause`: a repair word.
pub const REPAIRS: &str = "consilium_repairs_total";

/// Counter: updates of other nodes that came from the journal because the bus had not brought them.
pub const REPAIRED_UPDATES: &str = "consilium_repaired_updates_total";

/// Counter: two nodes that had heard the same and held different documents.
pub const DIGEST_MISMATCHES: &str = "consilium_digest_mismatches_total";

/// Gauge: 1 while messages to and from other nodes get through, else 0.
pub const BUS_CONNECTED: &str = "consilium_bus_connected";

/// Gauge: other nodes that serve the same store and are not on the bus, as far as this node can tell.
pub const NODES_UNHEARD: &str = "consilium_nodes_unheard";

/// Counter: messages that the bus took over.
pub const BUS_PUBLISHES: &str = "consilium_bus_publishes_total";

/// Counter: bytes of those messages.
pub const BUS_PUBLISH_BYTES: &str = "consilium_bus_publish_bytes_total";

/// Counter: messages that the bus did not take over. Label `reason`: `overflow`, `unanswered`, `refused` or `closed`.
pub const BUS_PUBLISH_DROPS: &str = "consilium_bus_publish_drops_total";

/// Gauge: bytes of messages that wait on their way to the bus.
pub const BUS_QUEUE_BYTES: &str = "consilium_bus_queue_bytes";

/// Histogram: from handing messages to the bus to its answer, in seconds.
pub const BUS_ANSWER_SECONDS: &str = "consilium_bus_answer_seconds";

/// Counter: messages of other nodes that were handed to their rooms.
pub const BUS_HEARD: &str = "consilium_bus_heard_total";

/// Counter: bytes of those messages.
pub const BUS_HEARD_BYTES: &str = "consilium_bus_heard_bytes_total";

/// Counter: how often a room was told that it missed something. Label `reason`: `connection`, `overflow`, `moved`,
/// `order` or `version`.
pub const BUS_MISSED: &str = "consilium_bus_missed_total";

/// Gauge: subscriptions in force, one for each open document.
pub const BUS_SUBSCRIPTIONS: &str = "consilium_bus_subscriptions";

/// Histogram: from following a document to its subscription being in force, in seconds.
pub const BUS_SUBSCRIBE_SECONDS: &str = "consilium_bus_subscribe_seconds";

/// Counter: connections to the bus that were lost. Label `role`: `publish` or `subscribe`.
pub const BUS_CONNECTIONS_LOST: &str = "consilium_bus_connections_lost_total";

/// Counter: documents whose text was read to search it.
pub const SEARCH_READ: &str = "consilium_search_documents_read_total";

/// Counter: documents whose text cannot be read to search it.
pub const SEARCH_FAILURES: &str = "consilium_search_failures_total";

/// Histogram: from a search to its answer, in seconds.
pub const SEARCH_SECONDS: &str = "consilium_search_seconds";

/// Meetings that this node holds: those under way, and others that somebody is in by it.
pub const MEETINGS: &str = "consilium_meetings";

/// Times that somebody decided on a meeting which had moved meanwhile, and decided again.
pub const MEETING_RACES: &str = "consilium_meeting_races_total";

/// Times that another node said where a meeting stands.
pub const MEETING_NOTICES: &str = "consilium_meeting_notices_total";

/// Streams of meetings that are open.
pub const MEETING_STREAMS: &str = "consilium_meeting_streams";
