//! What leaves the process and has to come back unread and unchanged: in somebody's cookie, or in a row of the store.
//!
//! AES-256-GCM under a key of its own for each purpose, derived from the portal's (ADR-0013), so that what one node seals
//! another opens, and what is sealed for one purpose opens for no other. Whoever has the portal's key can open it all.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::store::people::PORTAL_KEY_BYTES;

/// Nothing can be sealed here: the system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be sealed: the system gives no random bytes")]
pub struct NotSealed;

/// Seals and opens, for one purpose.
pub struct Sealer {
    key: RandomizedNonceKey,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// For a purpose that nothing else has.
    ///
    /// # Errors
    /// [`NotSealed`] when the library takes no key.
    pub fn new(portal_key: &[u8; PORTAL_KEY_BYTES], purpose: &str) -> Result<Self, NotSealed> {
        let key = blake3::derive_key(purpose, portal_key);
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| NotSealed)?;
        Ok(Self { key })
    }

    /// Seals.
    ///
    /// # Errors
    /// [`NotSealed`].
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let mut text = plain.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::empty(), &mut text)
            .map_err(|_| NotSealed)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// Opens what was sealed for this purpose under this key; `None` for anything else.
    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::empty(), &mut text);
        plain.ok().map(|plain| plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_the_same_key_and_purpose_only() {
        let sealer = |key: u8, purpose| Sealer::new(&[key; PORTAL_KEY_BYTES], purpose).unwrap();
        let sealed = sealer(1, "one").seal(b"the secret").unwrap();
        assert_eq!(sealer(1, "one").open(&sealed).unwrap(), b"the secret");
        assert_eq!(sealer(1, "other").open(&sealed), None);
        assert_eq!(sealer(2, "one").open(&sealed), None);
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealer(1, "one").seal(b"the secret").unwrap(), sealed);
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let sealer = Sealer::new(&[1; PORTAL_KEY_BYTES], "one").unwrap();
        let sealed = sealer.seal(b"the secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(sealer.open(&changed), None, "byte {at}");
            assert_eq!(sealer.open(&sealed[..at]), None, "{at} bytes");
        }
    }
}
