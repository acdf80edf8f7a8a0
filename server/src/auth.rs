//! Who may open what: tokens are checked here, and nowhere else.
//!
//! An [`Authenticator`] turns a token into [`Grants`]; grants say what a member may do with a document by its name.
//! Sockets and REST ask the same object, so a rule holds for both. Checking is synchronous and touches no I/O: keys of
//! a JWKS are refreshed by a task of their own. Time comes in from outside.
//!
//! Reading order: [`claims`] (what a token says), [`grants`] (what that allows), [`keys`] (whose signature counts),
//! [`jwks`] (keys from elsewhere), [`portal_token`] (what a portal gives to those who are signed in), [`failures`],
//! [`mint`], [`origin`], [`secret`], [`limits`].
//!
//! This module does not know rooms, sockets or HTTP. No error, log line or `Debug` text of it contains a token.

pub mod claims;
pub mod failures;
pub mod grants;
pub mod jwks;
pub mod keys;
pub mod limits;
pub mod mint;
pub mod origin;
pub mod portal_token;
pub mod secret;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use consilium_protocol::ids::UserId;
use consilium_protocol::limits::TOKEN_BYTES_MAX;

pub use claims::ClaimRules;
pub use failures::FailureLimit;
pub use grants::Grants;
pub use keys::KeyRing;
pub use origin::{OriginError, OriginPolicy};
pub use portal_token::PortalTokens;
pub use secret::Secret;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No token was given.
    #[error("no token was given")]
    Missing,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Signed with a key that is not known here. A refresh of the keys has been asked for; see
    /// [`Authenticator::authenticate_fresh`].
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    /// It will never be valid here.
    #[error("the token is invalid: {0}")]
    Invalid(InvalidToken),
}

/// What is wrong with a token that will never be valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// Longer than [`TOKEN_BYTES_MAX`].
    #[error("too long")]
    TooLong,
    /// Not three base64url parts of JSON, JSON and bytes, or with critical headers that are not understood.
    #[error("not a token")]
    Malformed,
    /// An algorithm that this server has no key for, `none` included.
    #[error("algorithm not accepted")]
    Algorithm,
    /// The signature is not that of the named key.
    #[error("wrong signature")]
    Signature,
    /// Meant for another service.
    #[error("wrong audience")]
    Audience,
    /// Issued by somebody who is not trusted.
    #[error("wrong issuer")]
    Issuer,
    /// `sub`, `exp`, `name` or `docs` is missing or not of the right shape.
    #[error("claims missing or of the wrong shape")]
    Claims,
}

impl AuthError {
    /// The stable word for clients, metrics and logs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "token-missing",
            Self::Expired => "token-expired",
            Self::NotYetValid => "token-not-yet-valid",
            Self::UnknownKey => "token-unknown-key",
            Self::Invalid(InvalidToken::TooLong) => "token-too-long",
            Self::Invalid(InvalidToken::Malformed) => "token-malformed",
            Self::Invalid(InvalidToken::Algorithm) => "token-algorithm",
            Self::Invalid(InvalidToken::Signature) => "token-signature",
            Self::Invalid(InvalidToken::Audience) => "token-audience",
            Self::Invalid(InvalidToken::Issuer) => "token-issuer",
            Self::Invalid(InvalidToken::Claims) => "token-claims",
        }
    }
}

/// How this server lets people in.
#[derive(Debug)]
enum Mode {
    /// Anybody may write everything; nobody has an identity (D16). Only ever on loopback.
    InsecureOpen,
    /// Only with a token.
    Token { keys: KeyRing, rules: ClaimRules },
    /// Whoever is signed in, with a token that the portal gave.
    Portal(PortalTokens),
}

/// Checks tokens. A cheap handle; clones share their keys.
#[derive(Debug, Clone)]
pub struct Authenticator {
    mode: Arc<Mode>,
}

impl Authenticator {
    /// Lets everybody write everything, token or not.
    #[must_use]
    pub fn insecure_open() -> Self {
        Self {
            mode: Arc::new(Mode::InsecureOpen),
        }
    }

    /// Lets in whoever has a token signed with one of `keys` that meets `rules`.
    #[must_use]
    pub fn with_keys(keys: KeyRing, rules: ClaimRules) -> Self {
        Self {
            mode: Arc::new(Mode::Token { keys, rules }),
        }
    }

    /// Lets in whoever has a token that this portal gave.
    #[must_use]
    pub fn portal(tokens: PortalTokens) -> Self {
        Self {
            mode: Arc::new(Mode::Portal(tokens)),
        }
    }

    /// Whether everybody is let in.
    #[must_use]
    pub fn is_insecure_open(&self) -> bool {
        matches!(*self.mode, Mode::InsecureOpen)
    }

    /// What the bearer of `token` may do as of `now`.
    ///
    /// # Errors
    /// [`AuthError`] says why not. [`AuthError::UnknownKey`] has also asked for a refresh of the keys.
    pub fn authenticate(&self, token: &str, now: SystemTime) -> Result<Grants, AuthError> {
        if self.is_insecure_open() {
            return Ok(Grants::everything());
        }
        if token.is_empty() {
            return Err(AuthError::Missing);
        }
        if token.len() > TOKEN_BYTES_MAX {
            return Err(AuthError::Invalid(InvalidToken::TooLong));
        }
        match &*self.mode {
            Mode::InsecureOpen => Ok(Grants::everything()),
            Mode::Token { keys, rules } => rules.check(keys.verify(token)?, now),
            Mode::Portal(tokens) => tokens.check(token, now),
        }
    }

    /// As [`Authenticator::authenticate`], but where the key is unknown it waits a moment (at most
    /// [`limits::REFRESH_WAIT`]) for fresh keys and checks once more: the first token after a key rotation is let in.
    ///
    /// Cancel safety: nothing is lost; a refresh that was asked for goes on.
    ///
    /// # Errors
    /// As [`Authenticator::authenticate`].
    pub async fn authenticate_fresh(
        &self,
        token: &str,
        now: SystemTime,
    ) -> Result<Grants, AuthError> {
        let refreshed = match &*self.mode {
            Mode::InsecureOpen | Mode::Portal(_) => None,
            Mode::Token { keys, .. } => keys.refreshed(),
        };
        match (self.authenticate(token, now), refreshed) {
            (Err(AuthError::UnknownKey), Some(mut refreshed)) => {
                // Either way the second answer is the true one: a refresh that is late or refused changes nothing.
                let _ = tokio::time::timeout(limits::REFRESH_WAIT, refreshed.changed()).await;
                self.authenticate(token, now)
            }
            (answer, _) => answer,
        }
    }
}

/// `user` as the rest of the server names them, from a token's `sub`.
fn user_id(sub: &str) -> UserId {
    UserId::new(sub)
}

/// Seconds since 1970 as an instant; `None` when it cannot be represented.
fn instant(seconds: f64) -> Option<SystemTime> {
    let since_epoch = Duration::try_from_secs_f64(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since_epoch)
}

#[cfg(test)]
mod tests;
