//! Links that let people into a community: making, seeing and withdrawing them. Taking one is in [`super::links`].

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_model::access::Role;
use consilium_protocol::ids::DocName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_path::{CommunityPath, InvitationPath};
use super::grants::grantable;
use super::limits::{INVITATION_DAYS_MAX, INVITATION_DOCUMENTS_MAX, INVITATION_USES_MAX};
use super::members::role;
use super::paging::{PageAfter, PageQuery, page, place};
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use super::visitor::Visitor;
use crate::community::wording as community;
use crate::mail::post::can_be_written_to;
use crate::mail::{Language, Letter, Mailroom};
use crate::people::email;
use crate::people::secrets::FreshSecret;
use crate::store::communities::{Invitation, NewInvitation, Refusal};
use crate::store::joining::GuestScope;
use crate::store::people::Email;
use crate::store::portal_ids::InvitationId;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// An invitation to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationWish {
    /// What the invited become.
    pub role: String,
    /// For how many days it lets people in: 1 to 365.
    pub expires_in_days: u32,
    /// How many people it lets in: 1 to 10,000; any number when it is left out.
    #[serde(default)]
    pub uses_max: Option<u32>,
    /// When the guests that it lets in are to be gone, in milliseconds since 1970 UTC; only for the role `guest`.
    #[serde(default)]
    pub until: Option<i64>,
    /// What the guests that it lets in are granted, at most 50 documents; only for the role `guest`.
    #[serde(default)]
    pub documents: Vec<InvitedDocument>,
    /// Whom to send the link by mail; where there is a server for mail.
    #[serde(default)]
    pub email: Option<String>,
}

/// A document that guests are asked about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitedDocument {
    /// Its name.
    pub name: String,
    /// `read`, `comment` or `write`.
    pub access: String,
}

/// An invitation that was just made. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeInvitation {
    /// Its id.
    #[schema(value_type = String)]
    pub id: InvitationId,
    /// Where the invited go, on this server. It is shown here and never again.
    pub path: String,
    /// What the invited become.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// When it ends.
    pub expires_at: i64,
    /// How many people it lets in; `null` for any number.
    pub uses_max: Option<i64>,
    /// How many it has let in.
    pub uses: i64,
    /// Whether a mail with the link is on its way.
    pub mailed: bool,
}

/// Invitations that are open.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitations {
    /// Latest first.
    pub invitations: Vec<ShownInvitation>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownInvitation {
    /// Its id.
    #[schema(value_type = String)]
    pub id: InvitationId,
    /// What the invited become.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// Who made it.
    pub invited_by: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// How many people it lets in; `null` for any number.
    pub uses_max: Option<i64>,
    /// How many it has let in.
    pub uses: i64,
    /// When the guests that it lets in are to be gone; absent without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// How many documents it grants them.
    pub document_count: u64,
}

impl From<Invitation> for ShownInvitation {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            role: invitation.role.word(),
            invited_by: invitation.invited_by.name,
            created_at: invitation.created_at_ms,
            expires_at: invitation.expires_at_ms,
            uses_max: invitation.uses_max,
            uses: invitation.uses,
            until: invitation.until_ms,
            document_count: invitation.document_count,
        }
    }
}

/// Reads what guests are given.
fn scope_of(wish: &InvitationWish, role: Role, now_ms: i64) -> Result<GuestScope, Problem> {
    let is_odd = |until: i64| role != Role::Guest || until <= now_ms;
    if wish.until.is_some_and(is_odd) {
        return Err(Problem::InvalidField { field: "until" });
    }
    let unfit = Problem::InvalidField { field: "documents" };
    let is_for_others = role != Role::Guest && !wish.documents.is_empty();
    if is_for_others || wish.documents.len() > INVITATION_DOCUMENTS_MAX {
        return Err(unfit);
    }
    let documents = wish
        .documents
        .iter()
        .map(|document| {
            let name = DocName::parse(&document.name).map_err(|_| unfit)?;
            Ok((name, grantable(&document.access, "documents")?))
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    let names: BTreeSet<&str> = documents.iter().map(|(name, _)| name.as_str()).collect();
    if names.len() < documents.len() {
        return Err(unfit);
    }
    Ok(GuestScope {
        until_ms: wish.until,
        documents,
    })
}

/// To whom the link goes by mail.
fn mailing(
    state: &AppState,
    signed_in: &SignedIn,
    visitor: &Visitor,
    address: &str,
) -> Result<(Arc<Mailroom>, Email), Problem> {
    let unfit = Problem::InvalidField { field: "email" };
    let portal = state.portal()?;
    let mail = portal.mail.clone().ok_or(unfit)?;
    let to = email::parse(address)
        .filter(can_be_written_to)
        .ok_or(unfit)?;
    portal.begin_mail(&signed_in.account.email, visitor.address)?;
    Ok((mail, to))
}

/// Makes a link that lets people in; for leaders and deputies, and leaders are invited by leaders.
#[utoipa::path(post, path = "/api/v1/communities/{id}/invitations", tag = "communities", request_body = InvitationWish,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 201, description = "Made; `path` is shown only here", body = MadeInvitation),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A private document cannot be granted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many people were written to", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn make(
    State(state): State<AppState>,
    visitor: Visitor,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<InvitationWish>,
) -> Result<(StatusCode, Json<MadeInvitation>), Problem> {
    if !(1..=INVITATION_DAYS_MAX).contains(&wish.expires_in_days) {
        return Err(Problem::InvalidField {
            field: "expiresInDays",
        });
    }
    let is_odd = |uses: u32| !(1..=INVITATION_USES_MAX).contains(&uses);
    if wish.uses_max.is_some_and(is_odd) {
        return Err(Problem::InvalidField { field: "usesMax" });
    }
    let mailing = match &wish.email {
        None => None,
        Some(address) => Some(mailing(&state, &signed_in, &visitor, address)?),
    };
    let secret = FreshSecret::make()?;
    let actor = signed_in.actor();
    let role = role(&wish.role)?;
    let scope = scope_of(&wish, role, actor.at_ms)?;
    let invitation = NewInvitation {
        id: InvitationId::new(),
        role,
        secret: secret.hash(),
        expires_at_ms: actor.at_ms + i64::from(wish.expires_in_days) * DAY_MS,
        uses_max: wish.uses_max.map(i64::from),
    };
    let made = state
        .store
        .invite_guests(actor, id, &invitation, &scope)
        .await?;
    let made = made.map_err(|refusal| match refusal {
        // It was the body that named it.
        Refusal::NoSuchDocument => Problem::InvalidField { field: "documents" },
        other => other.into(),
    })?;
    let path = format!("/join/{}", secret.expose());
    let mailed = match mailing {
        None => false,
        Some((mail, to)) => {
            let community = state.store.community(actor, id).await??.community;
            let letter = Letter::Invitation {
                community: community.name,
                invited_by: signed_in.account.name,
            };
            let language = match community.language {
                community::Language::English => Language::English,
                community::Language::German => Language::German,
            };
            // The invitation is there, and whoever made it sees the link: a full outbox is no failure of it.
            match mail.put(&letter, &to, language, Some(&path)).await {
                Ok(is_in) => is_in,
                Err(error) => {
                    tracing::warn!(%error, "an invitation is not sent by mail");
                    false
                }
            }
        }
    };
    let made = MadeInvitation {
        mailed,
        id: made.id,
        path,
        role: made.role.word(),
        expires_at: made.expires_at_ms,
        uses_max: made.uses_max,
        uses: made.uses,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Lists the invitations that are open; for leaders and deputies.
#[utoipa::path(get, path = "/api/v1/communities/{id}/invitations", tag = "communities",
    params(("id" = String, Path, description = "The community's id"), PageQuery),
    responses(
        (status = 200, description = "Latest first", body = Invitations),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    query: PageAfter,
) -> Result<Json<Invitations>, Problem> {
    let open = state.store.invitations(signed_in.actor(), id).await??;
    let (shown, next) = page(open, query, |invitation| {
        // Latest first: what is later comes before.
        place(&[
            &format!("{:020}", i64::MAX - invitation.created_at_ms),
            &format!("{:032x}", u128::MAX - invitation.id.uuid().as_u128()),
        ])
    })?;
    Ok(Json(Invitations {
        next,
        invitations: shown.into_iter().map(ShownInvitation::from).collect(),
    }))
}

/// Withdraws an invitation: it lets nobody in any more. For those who could have made it.
#[utoipa::path(delete, path = "/api/v1/communities/{id}/invitations/{invitationId}", tag = "communities",
    params(
        ("id" = String, Path, description = "The community's id"),
        ("invitationId" = String, Path, description = "The invitation's id"),
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or no such open invitation", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn withdraw(
    State(state): State<AppState>,
    signed_in: SignedIn,
    InvitationPath(id, invitation): InvitationPath,
) -> Result<StatusCode, Problem> {
    state
        .store
        .withdraw_invitation(signed_in.actor(), id, invitation)
        .await??;
    Ok(StatusCode::NO_CONTENT)
}
