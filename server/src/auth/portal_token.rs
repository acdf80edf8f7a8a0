//! The tokens that a portal gives to those who are signed in: for sockets, and for REST about documents.
//!
//! They say who somebody is and in which session, and nothing of documents. They live for minutes, because one that was
//! copied out of a page cannot be taken back: the cookie is the proof, and a page that stays open asks for the next one.
//! The key is made once and kept in the store, so that every node signs and checks with the same; nobody else has it.

use std::time::{Duration, SystemTime};

use super::claims::{Audience, ClaimRules, Claims};
use super::grants::{Grants, PortalMember};
use super::keys::KeyRing;
use super::limits::PORTAL_TOKEN_LIFE;
use super::mint::{MintError, sign};
use super::secret::Secret;
use super::{AuthError, InvalidToken};

/// Who issues them.
const ISSUER: &str = "consilium";

/// Whom they are for: a token of another kind under the same key must not pass.
const AUDIENCE: &str = "consilium-portal";

/// Gives tokens and checks them.
#[derive(Debug, Clone)]
pub struct PortalTokens {
    key: Secret,
    keys: KeyRing,
    rules: ClaimRules,
}

/// A token, and when it ends.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalToken {
    /// For whoever asked.
    pub token: String,
    /// Whole seconds.
    pub expires_at: SystemTime,
}

impl PortalTokens {
    /// Signs and checks with this key.
    #[must_use]
    pub fn new(key: Secret) -> Self {
        Self {
            keys: KeyRing::new().with_secret(&key),
            key,
            rules: ClaimRules {
                audience: Some(AUDIENCE.to_owned()),
                issuer: Some(ISSUER.to_owned()),
            },
        }
    }

    /// A token for somebody who is signed in.
    ///
    /// # Errors
    /// [`MintError`].
    pub fn give(
        &self,
        member: PortalMember,
        name: &str,
        now: SystemTime,
    ) -> Result<PortalToken, MintError> {
        let issued = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_err(|_| MintError::Clock)?;
        let expires = Duration::from_secs(issued.as_secs()) + PORTAL_TOKEN_LIFE;
        let claims = Claims {
            sub: member.account.to_string(),
            name: Some(name.to_owned()),
            exp: expires.as_secs() as f64,
            nbf: None,
            iss: Some(ISSUER.to_owned()),
            aud: Some(Audience::One(AUDIENCE.to_owned())),
            docs: std::collections::BTreeMap::new(),
            sid: Some(member.session.to_string()),
        };
        Ok(PortalToken {
            token: sign(&self.key, &claims)?,
            expires_at: SystemTime::UNIX_EPOCH + expires,
        })
    }

    /// Who the bearer of a token is as of `now`.
    pub(super) fn check(&self, token: &str, now: SystemTime) -> Result<Grants, AuthError> {
        let claims = self.keys.verify(token)?;
        let vouched = self.rules.vouch(&claims, now)?;
        let misshapen = AuthError::Invalid(InvalidToken::Claims);
        let session = claims.sid.as_deref().ok_or(misshapen)?;
        let member = PortalMember {
            account: claims.sub.parse().map_err(|_| misshapen)?,
            session: session.parse().map_err(|_| misshapen)?,
        };
        Ok(Grants::of_portal_member(
            member,
            vouched.display_name,
            vouched.expires_at,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Authenticator;
    use crate::auth::limits::CLOCK_LEEWAY;
    use crate::auth::mint::{TokenRequest, mint};
    use crate::store::portal_ids::{AccountId, SessionId};
    use consilium_protocol::ids::{Access, DocName};

    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn tokens() -> PortalTokens {
        PortalTokens::new(Secret::new(KEY))
    }

    fn member() -> PortalMember {
        PortalMember {
            account: AccountId::new(),
            session: SessionId::new(),
        }
    }

    #[test]
    fn a_token_says_who_and_in_which_session_for_minutes_and_nothing_of_documents() {
        let (member, now) = (member(), SystemTime::now());
        let given = tokens().give(member, "Anna", now).unwrap();
        let door = Authenticator::portal(tokens());
        let grants = door.authenticate(&given.token, now).unwrap();
        assert_eq!(grants.user, Some(member.account.user()));
        assert_eq!(grants.display_name, "Anna");
        assert_eq!(grants.portal_member(), Some(&member));
        assert_eq!(grants.expires_at, Some(given.expires_at + CLOCK_LEEWAY));
        let life = given.expires_at.duration_since(now).unwrap();
        assert!(life <= PORTAL_TOKEN_LIFE, "{life:?}");
        let name = DocName::parse("a").unwrap();
        assert_eq!(grants.access_to(&name), Access::None);
        let late = given.expires_at + CLOCK_LEEWAY;
        assert_eq!(
            door.authenticate(&given.token, late),
            Err(AuthError::Expired)
        );
        assert_eq!(door.authenticate("", now), Err(AuthError::Missing));
    }

    #[test]
    fn tokens_of_another_kind_or_key_do_not_pass() {
        let now = SystemTime::now();
        let door = Authenticator::portal(tokens());
        let foreign = PortalTokens::new(Secret::new(b"another key of thirty-two bytes!"));
        let given = foreign.give(member(), "Anna", now).unwrap();
        assert_eq!(
            door.authenticate(&given.token, now),
            Err(AuthError::Invalid(InvalidToken::Signature))
        );
        // One for documents, under the same key: by its audience, and if that were right for want of a session.
        let of_documents = |rules: &ClaimRules| {
            let request = TokenRequest {
                sub: AccountId::new().to_string(),
                name: None,
                docs: [("*".to_owned(), "read-write".to_owned())].into(),
                ttl: Duration::from_secs(60),
            };
            mint(&Secret::new(KEY), rules, request, now).unwrap()
        };
        let right_issuer = ClaimRules {
            issuer: Some(ISSUER.to_owned()),
            audience: None,
        };
        for (rules, refusal) in [
            (ClaimRules::default(), InvalidToken::Issuer),
            (right_issuer, InvalidToken::Audience),
            (tokens().rules, InvalidToken::Claims),
        ] {
            assert_eq!(
                door.authenticate(&of_documents(&rules), now),
                Err(AuthError::Invalid(refusal))
            );
        }
    }
}
