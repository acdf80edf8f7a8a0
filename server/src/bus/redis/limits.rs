//! Bounds of the way to Redis, each with its reason. Those of the bus itself are in [`crate::bus::limits`].

use std::time::Duration;

/// How long a connection may take to be there, TLS and sign-on included. A Redis that is paused accepts (the kernel
/// does it for it) and then says nothing.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long an answer may take. Far above any round trip and above what a fork for a snapshot costs; with
/// [`PING_EVERY`] it bounds how long a hanging Redis goes unnoticed.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// How often an idle connection is asked whether it lives.
pub const PING_EVERY: Duration = Duration::from_secs(1);

/// The first wait before a lost connection is opened again; it doubles up to [`RECONNECT_MAX`]. The real wait is
/// anything between nothing and that (full jitter), so that a thousand nodes do not come back in one instant.
pub const RECONNECT_MIN: Duration = Duration::from_millis(50);

/// The longest wait between two attempts. What a node may add to the time that Redis itself was away.
pub const RECONNECT_MAX: Duration = Duration::from_secs(2);

/// Bytes of messages in one write. Large enough that a round trip does not limit what a connection carries, small
/// enough that a new message does not wait long behind it.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// Messages in one write.
pub const BATCH_MESSAGES_MAX: usize = 1_024;

/// Subscriptions in one write. Twenty thousand documents are followed again in twenty round trips.
pub const SUBSCRIPTIONS_BATCH_MAX: usize = 1_000;

/// What a waiting message costs besides its bytes: the queue's bookkeeping, so that tiny messages are bounded too.
pub const MESSAGE_OVERHEAD_BYTES: usize = 128;

/// How often a cluster is asked who serves what, when nothing gives reason to.
pub const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The least time between two looks at a cluster: while slots are moving, every command could ask for one.
pub const LOOK_PAUSE: Duration = Duration::from_millis(200);

/// Lives of nodes whose order is remembered for one document. A node is a life of a process, so a document that is
/// followed for weeks sees more of them than there are machines; beyond this many it starts afresh.
pub const ORIGINS_MAX: usize = 4_096;

/// How long a document may be refused because another server has its slot before messages count as not getting through.
/// A move takes a look at the cluster, so far less than a second; a master that is replaced, as long as the connection to
/// the old one is gone anyway.
pub const SLOT_MOVES_MAX: Duration = Duration::from_secs(5);

/// How long after the last such refusal a document counts as served again. Longer than the longest wait before what was
/// refused is asked for again ([`RECONNECT_MAX`]).
pub const SLOT_SETTLES: Duration = Duration::from_secs(3);

/// Servers of a cluster. The largest that Redis itself supports.
pub const SERVERS_MAX: usize = 1_000;

/// The oldest Redis that has sharded pub/sub.
pub const VERSION_MIN: u32 = 7;
