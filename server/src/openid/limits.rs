//! Limits of signing in with a provider, each with its reason (I4).

use std::time::Duration;

/// How long somebody may take at the provider: to find a password and a second factor, and no longer.
pub const FLOW_LIFE: Duration = Duration::from_secs(10 * 60);

/// How long a sign-in at the provider counts as fresh: to read what giving an account up means, and to do it.
pub const FRESH_LIFE: Duration = Duration::from_secs(10 * 60);

/// How long what the provider says of itself is good for: keys that it withdraws are refused after this.
pub const DISCOVERY_LIFE: Duration = Duration::from_secs(60 * 60);

/// The provider is asked about itself at most this often, whoever shows us signatures by keys that it does not have.
pub const DISCOVERY_PAUSE: Duration = Duration::from_secs(5);

/// How long an answer of the provider may take: somebody waits for the page.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// An answer of the provider: its keys are a few kilobytes.
pub const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// How much clocks may differ.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// A page to go to afterwards.
pub const NEXT_BYTES_MAX: usize = 512;

/// What a provider calls somebody (OpenID Connect Core, section 2: at most 255 ASCII characters).
pub const SUBJECT_BYTES_MAX: usize = 255;

/// A code of a provider, or the state that comes back with it; some make codes of a kilobyte.
pub const CODE_BYTES_MAX: usize = 4 * 1024;
