//! Whose signature counts.
//!
//! Each key carries the one algorithm that it may be used with, chosen by us from the kind of the key. The `alg` of a
//! token only selects among these, so a public key can never be abused as an HMAC secret and `none` selects nothing.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use parking_lot::RwLock;
use tokio::sync::{Notify, watch};

use super::claims::Claims;
use super::secret::Secret;
use super::{AuthError, InvalidToken};

/// A public key with the one algorithm it may be used with.
#[derive(Clone)]
pub struct VerifyingKey {
    /// Its name in the `kid` header.
    pub id: Option<String>,
    /// The only algorithm that it verifies.
    pub algorithm: Algorithm,
    /// The key.
    pub key: DecodingKey,
}

impl std::fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// The public keys in use, shared between the checks and the task that refreshes them.
#[derive(Debug)]
pub struct PublicKeys {
    current: RwLock<Arc<[VerifyingKey]>>,
    /// Somebody met an unknown key.
    pub(super) asked: Notify,
    refreshed: watch::Sender<u64>,
}

impl PublicKeys {
    /// Starts with these keys, possibly none yet.
    #[must_use]
    pub fn new(keys: Vec<VerifyingKey>) -> Self {
        Self {
            current: RwLock::new(keys.into()),
            asked: Notify::new(),
            refreshed: watch::Sender::new(0),
        }
    }

    /// Whether there are none (yet).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.current.read().is_empty()
    }

    /// Puts the keys of a refresh in place of the former ones.
    pub fn replace(&self, keys: Vec<VerifyingKey>) {
        *self.current.write() = keys.into();
        self.refreshed.send_modify(|count| *count += 1);
    }

    /// Says that a refresh brought nothing, so that nobody waits for it longer.
    pub(super) fn refresh_failed(&self) {
        self.refreshed.send_modify(|count| *count += 1);
    }

    fn snapshot(&self) -> Arc<[VerifyingKey]> {
        Arc::clone(&self.current.read())
    }
}

/// All keys of one server.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    secret: Option<HmacKey>,
    public: Option<Arc<PublicKeys>>,
}

#[derive(Clone)]
struct HmacKey(DecodingKey);

impl std::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacKey(redacted)")
    }
}

impl KeyRing {
    /// A ring without keys: it accepts nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the HS256 secret. Its length was checked with the configuration.
    #[must_use]
    pub fn with_secret(mut self, secret: &Secret) -> Self {
        self.secret = Some(HmacKey(DecodingKey::from_secret(secret.expose())));
        self
    }

    /// Adds public keys.
    #[must_use]
    pub fn with_public_keys(mut self, keys: Arc<PublicKeys>) -> Self {
        self.public = Some(keys);
        self
    }

    /// Tells when the public keys have been refreshed next; `None` when there are none to refresh.
    pub(super) fn refreshed(&self) -> Option<watch::Receiver<u64>> {
        self.public.as_ref().map(|keys| keys.refreshed.subscribe())
    }

    /// The claims of a token with a good signature. Times, audience and issuer are not looked at.
    ///
    /// # Errors
    /// [`AuthError::UnknownKey`] or [`AuthError::Invalid`].
    pub fn verify(&self, token: &str) -> Result<Claims, AuthError> {
        let header = jsonwebtoken::decode_header(token)
            .map_err(|_| AuthError::Invalid(InvalidToken::Malformed))?;
        // RFC 7515, 4.1.11: extensions that are critical and not understood make a token invalid. We understand none.
        if header.crit.is_some() {
            return Err(AuthError::Invalid(InvalidToken::Malformed));
        }
        match header.alg {
            Algorithm::HS256 => match &self.secret {
                Some(HmacKey(key)) => claims_signed_with(token, key, Algorithm::HS256),
                None => Err(AuthError::Invalid(InvalidToken::Algorithm)),
            },
            Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA => {
                self.verify_public(token, &header)
            }
            _ => Err(AuthError::Invalid(InvalidToken::Algorithm)),
        }
    }

    fn verify_public(&self, token: &str, header: &Header) -> Result<Claims, AuthError> {
        let Some(public) = &self.public else {
            return Err(AuthError::Invalid(InvalidToken::Algorithm));
        };
        let keys = public.snapshot();
        let mut answer = Err(AuthError::UnknownKey);
        for candidate in keys.iter().filter(|key| fits(key, header)) {
            answer = claims_signed_with(token, &candidate.key, candidate.algorithm);
            // Without a `kid` several keys may fit; only a wrong signature makes the next one worth trying.
            if !matches!(answer, Err(AuthError::Invalid(InvalidToken::Signature))) {
                break;
            }
        }
        let may_be_new_key = match answer {
            Err(AuthError::UnknownKey) => true,
            Err(AuthError::Invalid(InvalidToken::Signature)) => header.kid.is_none(),
            _ => false,
        };
        if may_be_new_key {
            public.asked.notify_one();
            return Err(AuthError::UnknownKey);
        }
        answer
    }
}

/// Whether `key` may have signed a token with this header.
fn fits(key: &VerifyingKey, header: &Header) -> bool {
    let named = match (&header.kid, &key.id) {
        (Some(wanted), Some(id)) => wanted == id,
        (Some(_), None) => false,
        (None, _) => true,
    };
    named && key.algorithm == header.alg
}

fn claims_signed_with(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<Claims, AuthError> {
    // Only the signature is checked here; what the claims must say is decided by `ClaimRules` with a given time.
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode::<Claims>(token, key, &validation)
        .map(|data| data.claims)
        .map_err(|error| {
            use jsonwebtoken::errors::ErrorKind;
            AuthError::Invalid(match error.kind() {
                ErrorKind::InvalidSignature => InvalidToken::Signature,
                ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => {
                    InvalidToken::Algorithm
                }
                // The header was read before, so JSON that does not fit is the claims'.
                ErrorKind::Json(_) => InvalidToken::Claims,
                _ => InvalidToken::Malformed,
            })
        })
}
