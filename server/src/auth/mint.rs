//! Making tokens with the configured secret: for trying things out and for scripts. Real members get theirs from the
//! application that embeds Consilium.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, EncodingKey, Header};

use super::claims::{Audience, ClaimRules, Claims};
use super::secret::Secret;

/// What to put into a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The member.
    pub sub: String,
    /// The name to show.
    pub name: Option<String>,
    /// Document names or prefixes to access words.
    pub docs: BTreeMap<String, String>,
    /// How long it is good.
    pub ttl: Duration,
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// The clock is before 1970.
    #[error("the system clock is before 1970")]
    Clock,
    /// The signature failed.
    #[error("sign token")]
    Sign(#[source] jsonwebtoken::errors::Error),
}

/// Signs a token (HS256) that a server with the same secret and `rules` accepts from `now` on.
///
/// # Errors
/// [`MintError`].
pub fn mint(
    secret: &Secret,
    rules: &ClaimRules,
    request: TokenRequest,
    now: SystemTime,
) -> Result<String, MintError> {
    let issued = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_err(|_| MintError::Clock)?;
    let claims = Claims {
        sub: request.sub,
        name: request.name,
        // Whole seconds, as other implementations expect.
        exp: (issued.as_secs() + request.ttl.as_secs()) as f64,
        nbf: None,
        iss: rules.issuer.clone(),
        aud: rules.audience.clone().map(Audience::One),
        docs: request.docs,
        sid: None,
    };
    sign(secret, &claims)
}

/// Signs claims as they are (HS256).
pub(super) fn sign(secret: &Secret, claims: &Claims) -> Result<String, MintError> {
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        claims,
        &EncodingKey::from_secret(secret.expose()),
    )
    .map_err(MintError::Sign)
}
