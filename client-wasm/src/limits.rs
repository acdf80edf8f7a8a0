//! The replica's own limits, each with its reason. Those that both sides must agree on are in
//! [`consilium_protocol::limits`]; these concern nobody else.

use std::time::Duration;

use consilium_protocol::limits::{
    DOC_NAME_BYTES_MAX, FRAME_BYTES_MAX, PREAUTH_BYTES_MAX, SESSION_ID_BYTES_MAX,
};

/// The largest update that still fits a frame: beside it go the address and three integers of at most nine bytes.
pub const PUSH_BYTES_MAX: usize = FRAME_BYTES_MAX - DOC_NAME_BYTES_MAX - SESSION_ID_BYTES_MAX - 64;

/// Entries are merged into one push up to this size. A whole day's offline work fits; a refused push is taken apart
/// again, and that should not cost megabytes.
pub const PUSH_MERGE_BYTES: usize = 512 * 1024;

/// Entries merged into one push. Bounds the time of one merge to some milliseconds on a phone.
pub const PUSH_MERGE_ENTRIES: usize = 4_096;

/// Unanswered pushes of one document. Beyond it entries wait and then go merged, so a slow server gets fewer and
/// larger pushes. A fast typist on a satellite link has 20 under way.
pub const PUSHES_IN_FLIGHT_MAX: usize = 64;

/// Updates merged at a time. The merge sorts its inputs again for every block, so more at once is slower.
pub const MERGE_FAN_IN: usize = 16;

/// Pieces of content held apart before they are merged in memory. Few enough to hand to a new tab at once.
pub const CONTENT_PIECES_MAX: usize = 128;

/// How long opening a socket may take. Browsers wait for minutes when a network swallows packets.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a live server takes at most to answer a ping. Five round trips of a bad phone network.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// A timer that fires this late means that the whole process was suspended: frames may be waiting behind it, so the
/// server gets a new chance to answer before it is declared lost.
pub const SUSPENDED_AFTER: Duration = Duration::from_secs(2);

/// A connection over which a document was brought up to date, and which lasted this long, proves that server and network
/// are well: the backoff starts anew. On a ward's Wi-Fi connections are short, and the next one should come at once. A
/// server that takes everybody in and drops them at once is not well, and is left alone for longer and longer.
pub const PROVEN_AFTER: Duration = Duration::from_secs(1);

/// The same for a connection that was authenticated only: a large document may take a while over a slow link.
pub const STABLE_AFTER: Duration = Duration::from_secs(5);

/// What may be sent before the server has authenticated anything: half of what it allows, because it counts frame
/// headers too.
pub const PREAUTH_BUDGET_BYTES: usize = PREAUTH_BYTES_MAX / 2;
