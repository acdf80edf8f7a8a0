//! Tokens as an application that embeds documents would mint them: HS256, with `sub`, `name`, `exp` and `docs`.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;

/// A secret for tests, long enough for HS256.
pub const SECRET: &str = "black-box-tests-0123456789-abcdefghij";

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    name: &'a str,
    exp: u64,
    docs: BTreeMap<&'a str, &'a str>,
}

/// Mints a token under [`SECRET`] that ends after `ttl`. `docs` pairs names (or prefixes ending in `*`) with access
/// words.
///
/// # Panics
/// When the clock stands before 1970.
#[must_use]
pub fn mint(sub: &str, docs: &[(&str, &str)], ttl: Duration) -> String {
    mint_under(SECRET, sub, docs, SystemTime::now() + ttl)
}

/// Mints a token under any secret, with any end.
///
/// # Panics
/// When the clock stands before 1970.
#[must_use]
pub fn mint_under(secret: &str, sub: &str, docs: &[(&str, &str)], ends_at: SystemTime) -> String {
    let claims = Claims {
        sub,
        name: sub,
        exp: ends_at
            .duration_since(UNIX_EPOCH)
            .expect("a clock after 1970")
            .as_secs(),
        docs: docs.iter().copied().collect(),
    };
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).expect("sign a token")
}
