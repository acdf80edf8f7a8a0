//! That somebody has just now signed in at the provider once more: kept sealed in their own cookie for the few minutes in
//! which they do what cannot be taken back. It holds for one account and one session of it, and opens nothing by itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::limits::FRESH_LIFE;
use crate::sealed::{NotSealed, Sealer};
use crate::store::portal_ids::{AccountId, SessionId};

/// What sealing it is for; another version of it would be another.
pub const SEALED_FOR: &str = "consilium 2026 fresh sign-in";

/// Who proved that they are still themselves, where, and when.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fresh {
    /// Whose account.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
}

impl Fresh {
    /// The text of a cookie.
    ///
    /// # Errors
    /// [`NotSealed`].
    pub fn seal(&self, sealer: &Sealer) -> Result<String, NotSealed> {
        let plain = serde_json::to_vec(self).map_err(|_| NotSealed)?;
        Ok(URL_SAFE_NO_PAD.encode(sealer.seal(&plain)?))
    }

    /// Whether a cookie says that this account has just signed in again in this session.
    #[must_use]
    pub fn is_in(
        cookie: &str,
        (account, session): (AccountId, SessionId),
        sealer: &Sealer,
        now_ms: i64,
    ) -> bool {
        let opened = URL_SAFE_NO_PAD
            .decode(cookie)
            .ok()
            .and_then(|sealed| sealer.open(&sealed));
        let Some(fresh) = opened.and_then(|plain| serde_json::from_slice::<Self>(&plain).ok())
        else {
            return false;
        };
        let age_ms = now_ms.saturating_sub(fresh.at_ms);
        let is_young = u128::try_from(age_ms).is_ok_and(|age| age <= FRESH_LIFE.as_millis());
        is_young && fresh.account == account && fresh.session == session
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::people::PORTAL_KEY_BYTES;

    #[test]
    fn it_holds_for_one_account_in_one_session_for_some_minutes() {
        let sealer = |purpose| Sealer::new(&[1; PORTAL_KEY_BYTES], purpose).unwrap();
        let (ours, theirs) = (sealer(SEALED_FOR), sealer("something else"));
        let who = (AccountId::new(), SessionId::new());
        let at_ms = 1_790_000_000_000;
        let fresh = Fresh {
            account: who.0,
            session: who.1,
            at_ms,
        };
        let cookie = fresh.seal(&ours).unwrap();
        let life_ms = i64::try_from(FRESH_LIFE.as_millis()).unwrap();
        for (who, sealer, now_ms, expected) in [
            (who, &ours, at_ms + life_ms, true),
            (who, &ours, at_ms + life_ms + 1, false),
            (who, &ours, at_ms - 1, false),
            (who, &theirs, at_ms, false),
            ((AccountId::new(), who.1), &ours, at_ms, false),
            ((who.0, SessionId::new()), &ours, at_ms, false),
        ] {
            assert_eq!(Fresh::is_in(&cookie, who, sealer, now_ms), expected);
        }
        assert!(!Fresh::is_in("", who, &ours, at_ms));
        assert!(!Fresh::is_in(
            &fresh.seal(&theirs).unwrap(),
            who,
            &ours,
            at_ms
        ));
    }
}
