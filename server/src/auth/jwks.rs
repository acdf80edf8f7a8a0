//! Public keys from a JWKS file or URL, and the task that keeps them fresh.
//!
//! Only three kinds of key are taken: RSA (RS256), P-256 (ES256) and Ed25519 (EdDSA). Symmetric keys in a public
//! document are a mistake and are passed over, as are keys for encryption. A refresh that fails keeps the former keys:
//! an issuer that is away for an hour must not lock out a hospital. A refresh that succeeds replaces them all, so a
//! withdrawn key ends within [`JWKS_REFRESH_INTERVAL`].

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::keys::{PublicKeys, VerifyingKey};
use super::limits::{
    JWKS_ASKED_REFRESH_MIN, JWKS_BYTES_MAX, JWKS_FETCH_TIMEOUT, JWKS_KEYS_MAX,
    JWKS_REFRESH_INTERVAL, JWKS_RETRY_DELAY_MIN,
};
use crate::public_url::is_loopback;

/// Where the keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// A file.
    File(PathBuf),
    /// An address; `https`, or `http` on this very machine.
    Url(Url),
}

/// Why keys could not be had. For logs and `doctor`.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The source is neither a file path nor an address that may be used.
    #[error("{0}")]
    Source(String),
    /// The file cannot be read.
    #[error("read {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The address does not answer with a document.
    #[error("fetch {url}: {cause}")]
    Fetch {
        /// The address.
        url: Url,
        /// What went wrong.
        cause: String,
    },
    /// Larger than [`JWKS_BYTES_MAX`].
    #[error("the key set is larger than {JWKS_BYTES_MAX} bytes")]
    TooLarge,
    /// Not a JWKS.
    #[error("not a JSON Web Key Set: {0}")]
    Malformed(String),
    /// No key that this server can use.
    #[error("the key set holds no RS256, ES256 or EdDSA key for signatures")]
    NoUsableKey,
}

impl fmt::Display for JwksSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => url.fmt(f),
        }
    }
}

impl std::str::FromStr for JwksSource {
    type Err = JwksError;

    fn from_str(source: &str) -> Result<Self, JwksError> {
        if !source.contains("://") {
            return Ok(Self::File(PathBuf::from(source)));
        }
        let url = Url::parse(source)
            .map_err(|error| JwksError::Source(format!("{source} is not an address: {error}")))?;
        match url.scheme() {
            "https" => Ok(Self::Url(url)),
            "http" if is_loopback(&url) => Ok(Self::Url(url)),
            _ => Err(JwksError::Source(format!(
                "{source}: keys are fetched over https only (http only from this machine), \
                 since whoever can change them on the way can sign any token"
            ))),
        }
    }
}

impl JwksSource {
    /// Reads the keys once.
    ///
    /// Cancel safety: nothing to lose.
    ///
    /// # Errors
    /// [`JwksError`].
    pub async fn load(&self) -> Result<Vec<VerifyingKey>, JwksError> {
        match self {
            Self::File(path) => {
                let document = tokio::fs::read(path)
                    .await
                    .map_err(|cause| JwksError::File {
                        path: path.clone(),
                        cause,
                    })?;
                parse(&document)
            }
            Self::Url(url) => parse(&fetch(url).await?),
        }
    }
}

async fn fetch(url: &Url) -> Result<Vec<u8>, JwksError> {
    let failed = |cause: reqwest::Error| JwksError::Fetch {
        url: url.clone(),
        // Without its address, which is in the message already.
        cause: cause.without_url().to_string(),
    };
    let client = reqwest::Client::builder()
        .timeout(JWKS_FETCH_TIMEOUT)
        // A redirect could lead to another scheme or machine than the operator chose.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(failed)?;
    let mut response = client
        .get(url.clone())
        .send()
        .await
        .map_err(failed)?
        .error_for_status()
        .map_err(failed)?;
    if response.status().is_redirection() {
        return Err(JwksError::Fetch {
            url: url.clone(),
            cause: "answers with a redirect; give the final address".to_owned(),
        });
    }
    let mut document = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if document.len() + chunk.len() > JWKS_BYTES_MAX {
            return Err(JwksError::TooLarge);
        }
        document.extend_from_slice(&chunk);
    }
    Ok(document)
}

/// Reads the usable keys of a JWKS document.
///
/// # Errors
/// [`JwksError::TooLarge`], [`JwksError::Malformed`] or [`JwksError::NoUsableKey`].
pub fn parse(document: &[u8]) -> Result<Vec<VerifyingKey>, JwksError> {
    #[derive(Deserialize)]
    struct KeySet {
        keys: Vec<serde_json::Value>,
    }
    if document.len() > JWKS_BYTES_MAX {
        return Err(JwksError::TooLarge);
    }
    let set: KeySet = serde_json::from_slice(document)
        .map_err(|error| JwksError::Malformed(error.to_string()))?;
    // One key of a kind that is unknown here must not cost us the others (RFC 7517, section 5).
    let keys: Vec<VerifyingKey> = set
        .keys
        .into_iter()
        .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
        .filter_map(|jwk| usable(&jwk))
        .take(JWKS_KEYS_MAX)
        .collect();
    if keys.is_empty() {
        return Err(JwksError::NoUsableKey);
    }
    Ok(keys)
}

fn usable(jwk: &Jwk) -> Option<VerifyingKey> {
    if jwk
        .common
        .public_key_use
        .as_ref()
        .is_some_and(|usage| *usage != PublicKeyUse::Signature)
    {
        return None;
    }
    if jwk
        .common
        .key_operations
        .as_ref()
        .is_some_and(|operations| !operations.contains(&KeyOperations::Verify))
    {
        return None;
    }
    let (algorithm, declared) = match &jwk.algorithm {
        AlgorithmParameters::RSA(parameters) => {
            // RFC 7518, 3.3: a smaller modulus must not be used.
            if URL_SAFE_NO_PAD.decode(&parameters.n).ok()?.len() < 256 {
                return None;
            }
            (Algorithm::RS256, KeyAlgorithm::RS256)
        }
        AlgorithmParameters::EllipticCurve(parameters)
            if parameters.curve == EllipticCurve::P256 =>
        {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(parameters)
            if parameters.curve == EllipticCurve::Ed25519 =>
        {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    if jwk
        .common
        .key_algorithm
        .is_some_and(|wanted| wanted != declared)
    {
        return None;
    }
    Some(VerifyingKey {
        id: jwk.common.key_id.clone(),
        algorithm,
        key: DecodingKey::from_jwk(jwk).ok()?,
    })
}

/// When keys are read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshSchedule {
    /// When nothing asks for it.
    pub interval: Duration,
    /// At most this often when somebody met an unknown key.
    pub asked_min: Duration,
    /// After a first failure; doubled up to `interval`.
    pub retry_min: Duration,
}

impl Default for RefreshSchedule {
    fn default() -> Self {
        Self {
            interval: JWKS_REFRESH_INTERVAL,
            asked_min: JWKS_ASKED_REFRESH_MIN,
            retry_min: JWKS_RETRY_DELAY_MIN,
        }
    }
}

/// Keeps `keys` fresh until `stop`.
///
/// Cancel safety: the keys in use stay as they are.
pub async fn keep_fresh(
    source: JwksSource,
    keys: Arc<PublicKeys>,
    schedule: RefreshSchedule,
    stop: CancellationToken,
) {
    let mut loaded_at = Instant::now();
    // Without keys the first attempt has failed already.
    let mut retry_delay = keys.is_empty().then_some(schedule.retry_min);
    loop {
        let due = loaded_at + retry_delay.unwrap_or(schedule.interval);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(due) => {}
            () = keys.asked.notified() => {
                if loaded_at.elapsed() < schedule.asked_min {
                    // Whoever asked within the pause is answered now, not made to wait for it.
                    keys.refresh_failed();
                    continue;
                }
            }
        }
        loaded_at = Instant::now();
        match source.load().await {
            Ok(fresh) => {
                retry_delay = None;
                tracing::debug!(keys = fresh.len(), "token keys refreshed");
                keys.replace(fresh);
            }
            Err(error) => {
                let delay = retry_delay
                    .map_or(schedule.retry_min, |delay| delay * 2)
                    .min(schedule.interval);
                retry_delay = Some(delay);
                tracing::warn!(%error, retry_seconds = delay.as_secs(), "token keys not refreshed; the former stay in use");
                keys.refresh_failed();
            }
        }
    }
}
