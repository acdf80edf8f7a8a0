//! Who asks about documents: `Authorization: Bearer …`, checked once a request; in a portal the cookie does as well.
//!
//! Failures are counted by address. Above the limit the answer is 429, so that somebody who guesses or an automaton
//! with a stale token stops costing signatures; a good token is let in all the same.

use std::time::{Duration, SystemTime};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use consilium_protocol::ids::{Access, DocName};

use super::problem::Problem;
use super::signed_in::{SignedIn, now_ms, signed_in};
use super::state::AppState;
use crate::access::Verdict;
use crate::address::ClientAddress;
use crate::auth::grants::PortalMember;
use crate::auth::{AuthError, Grants};
use crate::telemetry::names;

/// What the bearer of the request's token may do.
#[derive(Debug, Clone)]
pub struct Bearer(pub Grants);

impl Bearer {
    /// Somebody who is signed in.
    fn of(signed_in: SignedIn) -> Self {
        let member = PortalMember {
            account: signed_in.account.id,
            session: signed_in.session,
        };
        let expires_at_ms = u64::try_from(signed_in.expires_at_ms).unwrap_or(0);
        Self(Grants::of_portal_member(
            member,
            signed_in.account.name,
            SystemTime::UNIX_EPOCH + Duration::from_millis(expires_at_ms),
        ))
    }

    /// Insists on at least `needed`, as of now.
    ///
    /// # Errors
    /// [`Problem::ReadOnly`] for those who may read. For others [`Problem::Forbidden`], or for a member of the portal
    /// [`Problem::NoSuchDocument`]: what the community keeps from them does not exist for them. [`Problem::StorageUnavailable`] when
    /// nobody knows, and [`Problem::Unauthorized`] when the session has ended meanwhile.
    pub async fn require(
        &self,
        state: &AppState,
        name: &DocName,
        needed: Access,
    ) -> Result<Access, Problem> {
        let Verdict::May(access) = state.access.of(&self.0, name).await? else {
            // As of a token that has run out: whoever asks finds out by its cookie what became of the session.
            return Err(AuthError::Expired.into());
        };
        if access >= needed {
            Ok(access)
        } else if access >= Access::Read {
            Err(Problem::ReadOnly)
        } else if self.0.portal_member().is_some() {
            Err(Problem::NoSuchDocument)
        } else {
            Err(Problem::Forbidden)
        }
    }
}

impl Bearer {
    /// Insists that they are among those who work on a document, or look on by the community's word: what belongs to the
    /// work is not for the many who read the text because it is open to everybody. Tokens of other applications are not
    /// told apart.
    ///
    /// # Errors
    /// As [`Bearer::require`] has for reading.
    pub async fn require_inside(&self, state: &AppState, name: &DocName) -> Result<(), Problem> {
        self.require(state, name, Access::Read).await?;
        let Some(member) = self.0.portal_member() else {
            return Ok(());
        };
        let standing = state
            .store
            .document_standing(member.account, name, now_ms())
            .await?;
        // Branches and discussions have rules of their own.
        if standing.is_some_and(|standing| standing.access_inside() < Access::Read) {
            return Err(Problem::NoSuchDocument);
        }
        Ok(())
    }
}

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if state.portal.is_some() && !parts.headers.contains_key(AUTHORIZATION) {
            return signed_in(parts, state).await.map(Self::of);
        }
        let token = token(parts);
        match state
            .authenticator
            .authenticate_fresh(token, SystemTime::now())
            .await
        {
            Ok(grants) => Ok(Self(grants)),
            Err(error) => Err(refuse(parts, state, error)),
        }
    }
}

fn refuse(parts: &Parts, state: &AppState, error: AuthError) -> Problem {
    metrics::counter!(names::AUTH_FAILURES, "reason" => error.word()).increment(1);
    let address = parts.extensions.get::<ClientAddress>();
    match address.map(|address| state.failures.record(address.0)) {
        Some(Err(wait)) => Problem::TooManyFailures { wait },
        Some(Ok(())) | None => error.into(),
    }
}

/// The token, or an empty one where there is none or the header is of another kind.
fn token(parts: &Parts) -> &str {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return "";
    };
    value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, token)| token.trim())
}
