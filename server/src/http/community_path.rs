//! Ids in the paths of communities. A text that is no id is like the id of nothing: nobody learns which ids exist.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use consilium_protocol::ids::DocName;

use super::problem::Problem;
use crate::community::logo::LogoHash;
use crate::store::portal_ids::{
    AccountId, CommunityId, InvitationId, PublicationId, RoundId, SubGroupId,
};

/// `…/communities/{id}`.
#[derive(Debug, Clone, Copy)]
pub struct CommunityPath(pub CommunityId);

/// `…/communities/{id}/members/{accountId}`.
#[derive(Debug, Clone, Copy)]
pub struct MemberPath(pub CommunityId, pub AccountId);

/// `…/communities/{id}/invitations/{invitationId}`.
#[derive(Debug, Clone, Copy)]
pub struct InvitationPath(pub CommunityId, pub InvitationId);

/// `…/communities/{id}/sub-groups/{subGroupId}/…`.
#[derive(Debug, Clone, Copy)]
pub struct SubGroupPath(pub CommunityId, pub SubGroupId);

/// `…/communities/{id}/sub-groups/{subGroupId}/members/{accountId}`.
#[derive(Debug, Clone, Copy)]
pub struct SubGroupMemberPath(pub CommunityId, pub SubGroupId, pub AccountId);

/// `…/publications/{publication}`.
#[derive(Debug, Clone, Copy)]
pub struct PublicationPath(pub PublicationId);

/// `…/rounds/{round}`.
#[derive(Debug, Clone, Copy)]
pub struct RoundPath(pub RoundId);

/// `…/communities/{id}/logo/{hash}`.
#[derive(Debug, Clone, Copy)]
pub struct LogoPath(pub CommunityId, pub LogoHash);

/// `…/documents/{name}/grants/{accountId}`.
#[derive(Debug, Clone)]
pub struct GrantPath(pub DocName, pub AccountId);

impl<S: Send + Sync> FromRequestParts<S> for CommunityPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::NoSuchCommunity)?;
        id.parse().map(Self).map_err(|_| Problem::NoSuchCommunity)
    }
}

async fn two<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<(CommunityId, String), Problem> {
    let Path((id, other)) = Path::<(String, String)>::from_request_parts(parts, state)
        .await
        .map_err(|_| Problem::NoSuchCommunity)?;
    let id = id.parse().map_err(|_| Problem::NoSuchCommunity)?;
    Ok((id, other))
}

impl<S: Send + Sync> FromRequestParts<S> for MemberPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (id, member) = two(parts, state).await?;
        // An id that nobody has; whether the community exists is asked with it.
        Ok(Self(id, member.parse().unwrap_or_default()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LogoPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (id, hash) = two(parts, state).await?;
        LogoHash::from_word(&hash)
            .map(|hash| Self(id, hash))
            .ok_or(Problem::NoSuchCommunity)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for InvitationPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (id, invitation) = two(parts, state).await?;
        Ok(Self(id, invitation.parse().unwrap_or_default()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SubGroupPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (id, group) = two(parts, state).await?;
        Ok(Self(id, group.parse().unwrap_or_default()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SubGroupMemberPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((id, group, member)) =
            Path::<(String, String, String)>::from_request_parts(parts, state)
                .await
                .map_err(|_| Problem::NoSuchCommunity)?;
        Ok(Self(
            id.parse().map_err(|_| Problem::NoSuchCommunity)?,
            group.parse().unwrap_or_default(),
            member.parse().unwrap_or_default(),
        ))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RoundPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::NoSuchRound)?;
        id.parse().map(Self).map_err(|_| Problem::NoSuchRound)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PublicationPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::NoSuchPublication)?;
        id.parse().map(Self).map_err(|_| Problem::NoSuchPublication)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for GrantPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((name, member)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::BadName)?;
        let name = DocName::parse(&name).map_err(|_| Problem::BadName)?;
        Ok(Self(name, member.parse().unwrap_or_default()))
    }
}
