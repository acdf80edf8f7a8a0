//! By what somebody can sign in: a password, and identities of a provider. One way always stays.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::{AppState, Portal};
use crate::store::identities::Disconnection;
use crate::store::portal_ids::IdentityId;

/// By what somebody can sign in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaysIn {
    /// Whether there is a password.
    has_password: bool,
    /// Who they are at providers, the earliest first.
    identities: Vec<ShownIdentity>,
}

/// Who somebody is at a provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownIdentity {
    /// Its id.
    #[schema(value_type = String)]
    id: IdentityId,
    /// The provider's address.
    issuer: String,
    /// Their e-mail address or name there when it was connected; may be empty.
    shown_as: String,
    /// When that was, in milliseconds since 1970 UTC.
    since: i64,
    /// Whether it is the provider that lets people in here today.
    is_usable: bool,
}

fn issuer_of(portal: &Portal) -> &str {
    portal
        .openid
        .as_ref()
        .map_or("", |openid| openid.provider.issuer())
}

/// By what one can sign in.
#[utoipa::path(get, path = "/api/v1/account/ways-in", tag = "people",
    responses(
        (status = 200, description = "A password, and identities", body = WaysIn),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<WaysIn>, Problem> {
    let usable = issuer_of(state.portal()?);
    let identities = state.store.identities(signed_in.account.id).await?;
    Ok(Json(WaysIn {
        has_password: signed_in.account.password.is_some(),
        identities: identities
            .into_iter()
            .map(|identity| ShownIdentity {
                id: identity.id,
                is_usable: identity.issuer == usable,
                issuer: identity.issuer,
                shown_as: identity.shown_as,
                since: identity.since_ms,
            })
            .collect(),
    }))
}

/// Disconnects an identity: it signs in no more. Never the last way in.
#[utoipa::path(delete, path = "/api/v1/account/identities/{id}", tag = "people",
    params(("id" = String, Path, description = "The identity")),
    responses(
        (status = 204, description = "It signs in no more"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such identity of this account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nobody could sign in to the account any more", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn disconnect(
    State(state): State<AppState>,
    signed_in: SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| Problem::NoSuchIdentity)?;
    let id: IdentityId = id.parse().map_err(|_| Problem::NoSuchIdentity)?;
    let usable = issuer_of(state.portal()?);
    let done = state
        .store
        .disconnect_identity(signed_in.account.id, id, usable)
        .await?;
    match done {
        Disconnection::Disconnected => Ok(StatusCode::NO_CONTENT),
        Disconnection::LastWayIn => Err(Problem::LastWayIn),
        Disconnection::NoSuchIdentity => Err(Problem::NoSuchIdentity),
    }
}
