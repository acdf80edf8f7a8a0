//! Limits of mail, each with its reason (I4).

use std::time::Duration;

/// How long a node keeps a mail to itself while it sends it: longer than a server for mail may take.
pub const CLAIM: Duration = Duration::from_secs(120);

/// How long handing over a mail may take.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long until the second try; doubled with each.
pub const RETRY_FIRST: Duration = Duration::from_secs(5);

/// The longest wait between two tries.
pub const RETRY_MAX: Duration = Duration::from_secs(60 * 60);

/// A mail that could not be handed over for so long is given up: its link is over, or somebody has found another way.
pub const GIVEN_UP_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How often a node looks for mails that others have put in.
pub const POLL: Duration = Duration::from_secs(5);

/// Nobody is written to about a forgotten password more often.
pub const FORGOTTEN_PAUSE: Duration = Duration::from_secs(5 * 60);

/// Mails that may be asked for from one network address in a minute: a leader who invites a panel, and no flood.
pub const MAILINGS_PER_ADDRESS_PER_MINUTE: u32 = 30;
