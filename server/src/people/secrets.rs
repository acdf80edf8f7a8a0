//! The secrets of sessions and links: 256 random bits, shown once, of which only the SHA-256 is kept.
//!
//! A plain hash suffices: nobody can try 2^256 of them, so there is nothing that a slow hash would slow down.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::store::people::SecretHash;

const SECRET_BYTES: usize = 32;

/// Where on this server the secret of a link for a password leads; the app knows it too.
pub const SET_PASSWORD_PATH: &str = "/set-password/";

/// A secret that was just made. Shows itself to nobody but through [`FreshSecret::expose`].
#[derive(Clone)]
pub struct FreshSecret {
    text: String,
    hash: SecretHash,
}

/// The system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

impl FreshSecret {
    /// Makes one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn make() -> Result<Self, NoRandomness> {
        let mut bytes = [0; SECRET_BYTES];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self {
            text: URL_SAFE_NO_PAD.encode(bytes),
            hash: hash_of(&bytes),
        })
    }

    /// The text for its owner: 43 characters of base64url.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        self.hash
    }
}

impl fmt::Debug for FreshSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreshSecret(…)")
    }
}

/// What was kept of a secret that somebody shows; `None` for a text that none ever had.
#[must_use]
pub fn hash_of_text(text: &str) -> Option<SecretHash> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    (bytes.len() == SECRET_BYTES).then(|| hash_of(&bytes))
}

fn hash_of(bytes: &[u8]) -> SecretHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    SecretHash(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash_and_shown_to_nobody() {
        let (one, other) = (FreshSecret::make().unwrap(), FreshSecret::make().unwrap());
        assert_eq!(hash_of_text(one.expose()), Some(one.hash()));
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.expose().len(), 43);
        assert!(!format!("{one:?}").contains(one.expose()));
        for wrong in ["", "x", &one.expose()[1..], &format!("{}=", one.expose())] {
            assert_eq!(hash_of_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_hash_is_sha_256_of_the_bytes() {
        // As `head -c 32 /dev/zero | sha256sum` says.
        let zeros = URL_SAFE_NO_PAD.encode([0; SECRET_BYTES]);
        let hash = hash_of_text(&zeros).unwrap();
        assert_eq!(hash.0[..4], [0x66, 0x68, 0x7a, 0xad]);
    }
}
