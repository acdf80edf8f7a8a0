//! Every limit of Consilium, in one place, each with the reason for its value (I4).
//!
//! Sizes are bytes. A limit that an operator may change is the default of an option of the same name.

use std::time::Duration;

/// A document name. Fits a URL path segment of any proxy when percent-encoded threefold.
pub const DOC_NAME_BYTES_MAX: usize = 255;

/// A token. Ten times a JWT with a hundred grants; well under the header limit that proxies set for a URL.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// The session part of an address. Stock providers send ten characters.
pub const SESSION_ID_BYTES_MAX: usize = 64;

/// A reason or other short text from a peer.
pub const REASON_BYTES_MAX: usize = 1024;

/// A stateless message. They carry signals, not content.
pub const STATELESS_BYTES_MAX: usize = 64 * 1024;

/// One frame after authentication. A whole guideline with its history is under 1 MiB; 16 MiB lets a stock client
/// bring a very large one in its step 2, and bounds what one connection can make us hold.
pub const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Messages in one y-websocket frame. Stock clients send one, libraries that gather send a few; without a limit, one
/// frame could ask for everybody's presence sixteen million times.
pub const MESSAGES_PER_FRAME_MAX: usize = 1_024;

/// All bytes that a connection may send before any of its documents is authenticated: a token, a state vector of
/// 20,000 editing sessions, presence.
pub const PREAUTH_BYTES_MAX: usize = 256 * 1024;

/// Frames buffered per document while its token is being checked. A stock client sends three.
pub const PREAUTH_FRAMES_MAX: usize = 32;

/// Pre-authentication bytes buffered on one node: 256 connections at their own limit.
pub const PREAUTH_NODE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long a connection may stay without an authenticated document.
pub const AUTH_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an HTTP request head may take to arrive. Slower than any ward Wi-Fi, faster than a slow-loris.
pub const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Documents multiplexed over one socket. A guideline of 200 questions, with discussion, open in two tabs.
pub const DOCS_PER_CONNECTION_MAX: usize = 512;

/// Connections on one node.
pub const CONNECTIONS_MAX: usize = 50_000;

/// Connections from one address. A hospital behind one NAT address is normal.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 12_000;

/// New connections a second from one address, sustained; a burst of ten times as many is let through.
pub const CONNECTS_PER_ADDRESS_PER_SECOND: u32 = 400;

/// New connections a second on one node. When another node dies, its members come at once; a connect with its token and
/// its first document costs a few tenths of a millisecond, so this leaves half of a small machine to those who are here.
pub const CONNECTS_PER_SECOND: u32 = 2_000;

/// Failed authentications a minute from one address before it has to wait.
pub const AUTH_FAILURES_PER_ADDRESS_PER_MINUTE: u32 = 120;

/// Messages a second from one connection, sustained. A fast typist with presence sends 30; an outbox that drains
/// sends bursts. Above it the connection is read more slowly, never closed.
pub const MESSAGES_PER_CONNECTION_PER_SECOND: u32 = 500;

/// The burst on top of [`MESSAGES_PER_CONNECTION_PER_SECOND`].
pub const MESSAGES_PER_CONNECTION_BURST: u32 = 4_000;

/// Bytes queued towards one connection. Two seconds of a slow phone link; beyond it the reader is marked stale and
/// gets one diff when it has drained (D7).
pub const OUTBOUND_BYTES_MAX: usize = 1024 * 1024;

/// Messages queued towards one connection, so that tiny messages cannot cost unbounded bookkeeping.
pub const OUTBOUND_MESSAGES_MAX: usize = 4_096;

/// Bytes queued towards all connections of one node, counted as if nothing were shared.
pub const OUTBOUND_NODE_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// How long a reader may take not a single byte before it is closed with a retriable code (D7).
pub const READER_STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Events waiting for one room. Senders wait, so a flooded room slows its own members only.
pub const ROOM_MAILBOX_MAX: usize = 1_024;

/// Updates that one room gathers for its next commit.
pub const ROOM_BATCH_ROWS_MAX: usize = 2_048;

/// Bytes that one room holds applied but not yet committed. Above it the room stops reading its mailbox.
pub const ROOM_UNCOMMITTED_BYTES_MAX: usize = 32 * 1024 * 1024;

/// How long a room without members stays in memory. A reload of a page must find it warm.
pub const ROOM_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a message lost between two nodes may stay unnoticed (I6). Long enough that the bus itself brings nearly all;
/// short enough that nobody answers a sentence that has changed meanwhile.
pub const REPAIR_INTERVAL: Duration = Duration::from_secs(2);

/// A document's state, encoded. Beyond it new edits are refused with a reason; reading goes on.
pub const DOC_STATE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Blocks of a document: runs of characters typed in one go, deleted or not, and whatever else stands in a text. A block
/// of one character costs 400 bytes of memory (measured: 1,200,000 of them took 470 MiB), so this is 200 MB, about as much
/// as the text may take. A paper typed in 259,778 edits has 10,971, because what is typed in a row is joined. Beyond it
/// new text is refused with a reason; reading and deleting go on.
pub const BLOCKS_PER_DOC_MAX: usize = 500_000;

/// A document that seems too large is measured before an edit is refused, at most this often: measuring takes as long as
/// opening it.
pub const DOC_MEASURE_INTERVAL: Duration = Duration::from_secs(10);

/// Shared types around a block, its root among them. Prose with lists in tables in lists nests twenty deep. yrs deletes
/// and collects by recursion, one stack frame of each a level, and a stack that is full ends the process.
pub const SHARED_TYPE_DEPTH_MAX: u16 = 128;

/// Updates of one document that wait for missing blocks. They are sent to everybody who comes, so they must be few;
/// honest clients leave such gaps only for the moments after a failed commit, and close them unasked.
pub const WAITING_UPDATES_MAX: usize = 128;

/// The bytes of all of these. They are tried again whenever something that one lacked arrives: some hundredths of a
/// second for all of them.
pub const WAITING_BYTES_MAX: usize = 1024 * 1024;

/// Updates a second that one member may have set aside in one document, sustained. Each is a row in the quarantine. Above
/// it the member's connection is read more slowly, never closed.
pub const SET_ASIDE_PER_SECOND: u32 = 100;

/// The burst on top of [`SET_ASIDE_PER_SECOND`]: minutes of typing offline, keystroke by keystroke.
pub const SET_ASIDE_BURST: u32 = 500;

/// So many bytes of an update that is set aside count as another update: 1.6 MB a second at the sustained rate.
pub const SET_ASIDE_UNIT_BYTES: usize = 16 * 1024;

/// The longest that a connection is not read at a time because of this. A connection that is silent for longer than
/// 9 s has its presence hidden.
pub const SET_ASIDE_WAIT_MAX: Duration = Duration::from_secs(5);

/// Members of one document whose debts are remembered before those that are paid are cleared away.
pub const SET_ASIDE_DEBTORS_MAX: usize = 1_024;

/// CRDT clients of one document whose refused blocks are remembered, so that what follows them is refused too instead
/// of waiting. Each page load is a client; this many refused ones at a time are an attack.
pub const REFUSED_CLIENTS_MAX: usize = 4_096;

/// Presence of one client, as JSON. A cursor with a name takes 300 bytes.
pub const PRESENCE_STATE_BYTES_MAX: usize = 8 * 1024;

/// Presence entries that one connection may own in one document: one a tab, with room for tabs just closed.
pub const PRESENCE_PER_CONNECTION_MAX: usize = 64;

/// The states of one connection in one document together, in bytes. A browser full of tabs takes half of it; every byte
/// is told to everybody who is here, and to every node.
pub const PRESENCE_CONNECTION_BYTES_MAX: usize = 32 * 1024;

/// Presence clocks above this (2^48) are left out. Clients count from 0; the server counts on from what they say, and a clock
/// beyond 2^53 - 1 is no integer to most of them.
pub const PRESENCE_CLOCK_MAX: u64 = 281_474_976_710_656;

/// Presence told to other nodes in one message, in bytes of states. More follows in the next: a crowd that is told anew
/// must not push edits off the bus.
pub const PRESENCE_PEERS_BYTES_MAX: usize = 64 * 1024;

/// Presence entries in one message. A stock y-websocket client repeats those of everybody.
pub const PRESENCE_ENTRIES_MAX: usize = 20_000;

/// Presence that is not renewed for this long is removed. Stock clients renew every 15 s.
pub const PRESENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// Presence changes are gathered for this long and sent as one frame. Below what the eye notices in a cursor.
pub const PRESENCE_COALESCE: Duration = Duration::from_millis(40);

/// Presence changes are gathered this much longer for other nodes, so that the edit that moves a cursor takes it along
/// in the same message.
pub const PRESENCE_PEERS_COALESCE: Duration = Duration::from_millis(60);

/// Initial states larger than this are sent to our own client in chunks of this size, so that other documents and
/// presence of the same socket are not held up and progress can be shown.
pub const SYNC_CHUNK_BYTES: usize = 256 * 1024;

/// A chunked transfer, reassembled.
pub const SYNC_TRANSFER_BYTES_MAX: usize = DOC_STATE_BYTES_MAX;

/// Quarantined bytes kept per document and author (D11).
pub const QUARANTINE_BYTES_PER_AUTHOR_MAX: usize = 32 * 1024 * 1024;

/// A replica must hear something this often or it probes; twice this, and it reconnects.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);

/// The longest wait between two attempts to connect.
pub const RECONNECT_DELAY_MAX: Duration = Duration::from_secs(30);

/// The base of the exponential backoff; each wait is drawn evenly from zero to its bound (full jitter).
pub const RECONNECT_DELAY_BASE: Duration = Duration::from_millis(300);
