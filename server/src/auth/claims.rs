//! What a token says, and when that counts.
//!
//! `sub` and `exp` are required; `docs` maps a document name, or a prefix ending in `*`, to an access word. Times are
//! NumericDate: seconds since 1970, possibly with a fraction (RFC 7519, section 2). The signature was checked before
//! anything here is looked at.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::grants::Grants;
use super::limits::{CLOCK_LEEWAY, DISPLAY_NAME_CHARS_MAX, SUBJECT_BYTES_MAX};
use super::{AuthError, InvalidToken, instant, user_id};
use crate::visible::{is_deceptive, shows_something};

/// The claims that this server reads and writes. Others are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// The member.
    pub sub: String,
    /// The name to show; the `sub` where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When the token ends, in seconds since 1970.
    pub exp: f64,
    /// When the token begins, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<f64>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Whom it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    /// Document names or prefixes to access words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub docs: BTreeMap<String, String>,
    /// The session of a portal in which the token was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// Who the bearer of a token is, once everything about that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The name to show.
    pub display_name: String,
    /// From when on it does not hold, the tolerance for clocks included.
    pub expires_at: SystemTime,
}

/// One or several audiences (RFC 7519, section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// `"aud": "a"`
    One(String),
    /// `"aud": ["a", "b"]`
    Many(Vec<String>),
}

impl Audience {
    fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(audience) => audience == wanted,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == wanted),
        }
    }
}

/// What a token must say beyond a good signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimRules {
    /// The `aud` to insist on. Without it any token counts that names no audience at all or whichever.
    pub audience: Option<String>,
    /// The `iss` to insist on.
    pub issuer: Option<String>,
}

impl ClaimRules {
    /// Turns verified claims into what they allow as of `now`.
    ///
    /// # Errors
    /// [`AuthError`] says which rule they break.
    pub fn check(&self, claims: Claims, now: SystemTime) -> Result<Grants, AuthError> {
        let vouched = self.vouch(&claims, now)?;
        Ok(Grants::new(
            user_id(&claims.sub),
            vouched.display_name,
            vouched.expires_at,
            claims.docs,
        ))
    }

    /// Checks all that verified claims say, except of documents.
    ///
    /// # Errors
    /// As [`ClaimRules::check`].
    pub fn vouch(&self, claims: &Claims, now: SystemTime) -> Result<Vouched, AuthError> {
        let misshapen = AuthError::Invalid(InvalidToken::Claims);
        if claims.sub.is_empty() || claims.sub.len() > SUBJECT_BYTES_MAX {
            return Err(misshapen);
        }
        let expires_at = instant(claims.exp)
            .and_then(|exp| exp.checked_add(CLOCK_LEEWAY))
            .ok_or(misshapen)?;
        if expires_at <= now {
            return Err(AuthError::Expired);
        }
        if let Some(nbf) = claims.nbf {
            let begins_at = instant(nbf).ok_or(misshapen)?;
            if now
                .checked_add(CLOCK_LEEWAY)
                .is_none_or(|now| now < begins_at)
            {
                return Err(AuthError::NotYetValid);
            }
        }
        if let Some(issuer) = &self.issuer
            && claims.iss.as_ref() != Some(issuer)
        {
            return Err(AuthError::Invalid(InvalidToken::Issuer));
        }
        if let Some(wanted) = &self.audience
            && !claims.aud.as_ref().is_some_and(|aud| aud.contains(wanted))
        {
            return Err(AuthError::Invalid(InvalidToken::Audience));
        }
        Ok(Vouched {
            display_name: displayable(claims.name.as_deref().unwrap_or(&claims.sub)),
            expires_at,
        })
    }
}

/// A name without control and bidirectional characters (which could make it look like another), trimmed and cut to what a
/// label shows; empty when nothing of it is drawn.
pub(crate) fn displayable(name: &str) -> String {
    let shown: String = name
        .chars()
        .filter(|c| !is_deceptive(*c) && !matches!(c, '\u{200e}' | '\u{200f}'))
        .take(DISPLAY_NAME_CHARS_MAX)
        .collect();
    if shows_something(&shown) {
        shown.trim().to_owned()
    } else {
        String::new()
    }
}
