//! What is remembered of somebody while they are at the provider: in their own cookie, sealed, so that any node can go on
//! and none keeps anything.
//!
//! The `state` that comes back has to be the one in the cookie. Another site can send a browser to our address with a code
//! and a state of its own making, but cannot put the cookie beside them: nobody is signed in as somebody else by it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

use super::limits::FLOW_LIFE;
use crate::sealed::{NotSealed, Sealer};
use crate::store::portal_ids::{AccountId, SessionId};

/// What sealing it is for; another version of it would be another.
pub const SEALED_FOR: &str = "consilium 2026 openid flow";

/// One way to the provider and back. Shows itself to nobody.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    state: String,
    nonce: String,
    verifier: String,
    begun_at_ms: i64,
    purpose: Purpose,
}

/// What somebody goes there for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To be in.
    SignIn {
        /// The page of ours to go to then.
        next: String,
    },
    /// To take an invitation.
    Join {
        /// The secret in its link.
        secret: String,
    },
    /// To be able to sign in so from now on.
    Connect {
        /// To which account.
        account: AccountId,
        /// Where that was wished for.
        session: SessionId,
    },
    /// To show that they are still themselves, by signing in there once more.
    Prove {
        /// Whose account.
        account: AccountId,
        /// Where that was wished for.
        session: SessionId,
    },
}

impl Flow {
    /// Begins one; gives what the provider gets of the proof that the code was asked for by us.
    #[must_use]
    pub fn begin(purpose: Purpose, now_ms: i64) -> (Self, PkceCodeChallenge) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = Self {
            state: CsrfToken::new_random().into_secret(),
            nonce: Nonce::new_random().secret().clone(),
            verifier: verifier.into_secret(),
            begun_at_ms: now_ms,
            purpose,
        };
        (flow, challenge)
    }

    /// The text of a cookie.
    ///
    /// # Errors
    /// [`NotSealed`].
    pub fn seal(&self, sealer: &Sealer) -> Result<String, NotSealed> {
        let plain = serde_json::to_vec(self).map_err(|_| NotSealed)?;
        Ok(URL_SAFE_NO_PAD.encode(sealer.seal(&plain)?))
    }

    /// The flow in a cookie to which `state` belongs, unless it took too long; `None` otherwise.
    #[must_use]
    pub fn resume(cookie: &str, state: &str, sealer: &Sealer, now_ms: i64) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let flow: Self = serde_json::from_slice(&sealer.open(&sealed)?).ok()?;
        let age_ms = now_ms.checked_sub(flow.begun_at_ms)?;
        let is_young = u128::try_from(age_ms).is_ok_and(|age| age <= FLOW_LIFE.as_millis());
        let is_its = aws_lc_rs::constant_time::verify_slices_are_equal(
            flow.state.as_bytes(),
            state.as_bytes(),
        );
        (is_young && is_its.is_ok()).then_some(flow)
    }

    /// Since when the person must have signed in at the provider, in milliseconds since 1970 UTC; `None` when an earlier
    /// time will do.
    pub(super) fn fresh_since_ms(&self) -> Option<i64> {
        match self.purpose {
            Purpose::Prove { .. } => Some(self.begun_at_ms),
            Purpose::SignIn { .. } | Purpose::Join { .. } | Purpose::Connect { .. } => None,
        }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    pub(super) fn state(&self) -> CsrfToken {
        CsrfToken::new(self.state.clone())
    }

    pub(super) fn nonce(&self) -> Nonce {
        Nonce::new(self.nonce.clone())
    }

    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::people::PORTAL_KEY_BYTES;

    const NOW_MS: i64 = 1_790_000_000_000;
    const LIFE_MS: i64 = 600_000;

    fn sealer(key: u8) -> Sealer {
        Sealer::new(&[key; PORTAL_KEY_BYTES], SEALED_FOR).unwrap()
    }

    fn begun() -> (String, String) {
        let next = "/d/x".to_owned();
        let (flow, _) = Flow::begin(Purpose::SignIn { next }, NOW_MS);
        (flow.seal(&sealer(1)).unwrap(), flow.state)
    }

    #[test]
    fn a_flow_goes_on_with_its_own_state_in_time() {
        let (cookie, state) = begun();
        let flow = Flow::resume(&cookie, &state, &sealer(1), NOW_MS + LIFE_MS).unwrap();
        assert!(
            *flow.purpose()
                == Purpose::SignIn {
                    next: "/d/x".to_owned()
                }
        );
        assert_eq!(flow.state, state);
    }

    #[test]
    fn another_state_another_key_and_another_time_are_refused() {
        let (cookie, state) = begun();
        let (other_cookie, other_state) = begun();
        for (cookie, state, key, now) in [
            (&cookie, &other_state, 1, NOW_MS),
            (&other_cookie, &state, 1, NOW_MS),
            (&cookie, &state, 2, NOW_MS),
            (&cookie, &state, 1, NOW_MS + LIFE_MS + 1),
            (&cookie, &state, 1, NOW_MS - 1),
            (&String::new(), &state, 1, NOW_MS),
            (&cookie, &String::new(), 1, NOW_MS),
        ] {
            assert!(Flow::resume(cookie, state, &sealer(key), now).is_none());
        }
    }
}
