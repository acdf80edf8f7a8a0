//! Limits of signing in, each with its reason (I4).

use std::time::Duration;

/// An e-mail address (RFC 5321 allows a path of 256 with its brackets).
pub const EMAIL_BYTES_MAX: usize = 254;

/// The part before the `@` (RFC 5321, 4.5.3.1.1).
pub const EMAIL_LOCAL_BYTES_MAX: usize = 64;

/// A shorter password is guessed even at our pace.
pub const PASSWORD_CHARS_MIN: usize = 10;

/// A longer one is a mistake; hashing it costs more than it protects.
pub const PASSWORD_BYTES_MAX: usize = 512;

/// Passwords hashed at one time on a node: each takes a core for a tenth of a second, and rooms need some too.
pub const HASHES_AT_ONCE_MAX: usize = 2;

/// How long somebody waits for a turn at hashing: a crowd that signs in at eight in the morning, and no longer.
pub const HASH_TURN_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a session lives after it was last used.
pub const SESSION_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A session's use is noted at most this often, so that reading does not become writing.
pub const SESSION_TOUCH_GRANULARITY: Duration = Duration::from_secs(5 * 60);

/// What a browser says of itself, as far as it is kept: enough to recognise one's own.
pub const USER_AGENT_CHARS_MAX: usize = 200;

/// The link of a new account: its owner may be away for some days.
pub const FIRST_LINK_LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A link in place of a forgotten password: its owner waits for it.
pub const RESET_LINK_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Failures in a row for one e-mail address from one network address before the next has to wait. People mistype, and have
/// two keyboards.
pub const FREE_FAILURES: u32 = 5;

/// The same from anywhere: a botnet that shares the work. More, so that a handful of strangers cannot keep the owner out.
pub const FREE_FAILURES_FROM_ANYWHERE: u32 = 50;

/// The first wait; doubled with every further failure.
pub const FIRST_DELAY: Duration = Duration::from_secs(1);

/// The longest wait. Guessing at this pace is 1,440 passwords a day; longer, and a stranger could keep somebody out.
pub const DELAY_MAX: Duration = Duration::from_secs(60);

/// Failures are forgotten after so long without another.
pub const FAILURES_FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// E-mail addresses whose failures are remembered on a node, and as many pairs with a network address: two megabytes.
pub const REMEMBERED_EMAILS_MAX: usize = 10_000;

/// Network addresses whose failures are remembered on a node: at most a megabyte.
pub const REMEMBERED_ADDRESSES_MAX: usize = 10_000;
