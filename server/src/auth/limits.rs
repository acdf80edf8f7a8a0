//! Limits of authentication that no client needs to know, each with its reason (I4). Those that clients meet are in
//! `consilium_protocol::limits`.

use std::time::Duration;

/// Clocks of issuer and server may differ by this much. NTP keeps them closer; more would make a short-lived token
/// noticeably longer.
pub const CLOCK_LEEWAY: Duration = Duration::from_secs(5);

/// A shorter HMAC key than the hash (RFC 7518, 3.2) can be guessed off-line from a single token.
pub const SECRET_BYTES_MIN: usize = 32;

/// A displayed name. Longer than any real one, short enough for a cursor label.
pub const DISPLAY_NAME_CHARS_MAX: usize = 120;

/// A `sub`. OpenID Connect allows 255 ASCII characters.
pub const SUBJECT_BYTES_MAX: usize = 255;

/// Keys taken from one JWKS. Issuers publish two or three; a token without `kid` may try each.
pub const JWKS_KEYS_MAX: usize = 32;

/// A JWKS document: as many RSA-4096 keys with certificate chains as [`JWKS_KEYS_MAX`] allows.
pub const JWKS_BYTES_MAX: usize = 512 * 1024;

/// How often a JWKS is read when nothing asks for it. Bounds how long a withdrawn key still counts.
pub const JWKS_REFRESH_INTERVAL: Duration = Duration::from_secs(300);

/// An unknown key asks for a refresh at most this often, so that forged tokens cannot make us flood the issuer.
pub const JWKS_ASKED_REFRESH_MIN: Duration = Duration::from_secs(10);

/// The first wait after a failed refresh; doubled up to [`JWKS_REFRESH_INTERVAL`].
pub const JWKS_RETRY_DELAY_MIN: Duration = Duration::from_secs(1);

/// How long one fetch of a JWKS may take.
pub const JWKS_FETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a request with an unknown key waits for fresh keys. Below [`consilium_protocol::limits::AUTH_TIMEOUT`].
pub const REFRESH_WAIT: Duration = Duration::from_secs(3);

/// The longest life that `consilium token` gives: a day of demonstration. Longer-lived ones cannot be withdrawn.
pub const MINT_TTL_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The life of a portal's token: a page that stays open asks for the next one, so what was taken from a browser's memory
/// is worth little.
pub const PORTAL_TOKEN_LIFE: Duration = Duration::from_secs(5 * 60);
