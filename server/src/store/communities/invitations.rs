//! Links that let people in. A link that lets nobody in is like one that never was, whatever the reason.

use consilium_model::access::Role;
use sqlx::Error;

use super::ledger;
use super::members::{self, Term};
use super::record::{
    Actor, CommunityView, Decided, Invitation, NewInvitation, OpenInvitation, Refusal,
};
use super::rows::{admit, community_id, granted, invitation_id, lock, named, role, role_of, view};
use crate::community::act::Act;
use crate::community::rules::{Deed, role_after_joining};
use crate::store::people::SecretHash;
use crate::store::portal_ids::{CommunityId, InvitationId};
use crate::store::statements::{Row, Statements, Value};

/// Of invitations `i`: those that let somebody in as of `$1`.
const OPEN: &str = "i.withdrawn_at_ms IS NULL AND i.expires_at_ms > $1 AND (i.uses_max IS NULL OR i.uses < i.uses_max)";

const COLUMNS: &str = "
    SELECT i.id, i.role, i.created_at_ms, i.expires_at_ms, i.uses_max, i.uses, i.invited_by, a.name
    FROM invitations i JOIN accounts a ON a.id = i.invited_by";

fn invitation_of(row: &Row) -> Result<Invitation, Error> {
    Ok(Invitation {
        id: invitation_id(row, 0)?,
        role: role(row, 1)?,
        created_at_ms: row.int(2)?,
        expires_at_ms: row.int(3)?,
        uses_max: row.maybe_int(4)?,
        uses: row.int(5)?,
        invited_by: named(row, 6, 7)?,
    })
}

pub(super) async fn make(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    invitation: &NewInvitation,
) -> Result<Decided<Invitation>, Error> {
    lock(&mut *statements, id).await?;
    let deed = Deed::Invite(invitation.role);
    granted!(admit(&mut *statements, by, id, deed).await?);
    statements
        .run(
            "INSERT INTO invitations (id, community, role, secret_hash, invited_by, created_at_ms, expires_at_ms, uses_max)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                Value::Bytes(invitation.id.as_bytes()),
                Value::Bytes(id.as_bytes()),
                Value::Text(invitation.role.word()),
                Value::Bytes(&invitation.secret.0),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Int(invitation.expires_at_ms),
                Value::MaybeInt(invitation.uses_max),
            ],
        )
        .await?;
    let act = Act::Invited {
        invitation: invitation.id,
        role: invitation.role,
        expires_at_ms: invitation.expires_at_ms,
        uses_max: invitation.uses_max,
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    let sql = format!("{COLUMNS} WHERE i.id = $1");
    let values = [Value::Bytes(invitation.id.as_bytes())];
    match statements.row(&sql, &values).await? {
        Some(row) => invitation_of(&row).map(Ok),
        None => Ok(Err(Refusal::NoSuchInvitation)),
    }
}

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Vec<Invitation>>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::SeeInvitations).await?);
    let sql = format!(
        "{COLUMNS} WHERE i.community = $2 AND {OPEN} ORDER BY i.created_at_ms DESC, i.id DESC"
    );
    let values = [Value::Int(by.at_ms), Value::Bytes(id.as_bytes())];
    let rows = statements.rows(&sql, &values).await?;
    rows.iter()
        .map(invitation_of)
        .collect::<Result<_, _>>()
        .map(Ok)
}

pub(super) async fn withdraw(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    invitation: InvitationId,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::SeeInvitations).await?);
    let sql = format!("{COLUMNS} WHERE i.community = $2 AND i.id = $3 AND {OPEN}");
    let values = [
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Bytes(invitation.as_bytes()),
    ];
    let Some(row) = statements.row(&sql, &values).await? else {
        return Ok(Err(Refusal::NoSuchInvitation));
    };
    let deed = Deed::Invite(invitation_of(&row)?.role);
    granted!(admit(&mut *statements, by, id, deed).await?);
    statements
        .run(
            "UPDATE invitations SET withdrawn_at_ms = $1 WHERE id = $2",
            &[Value::Int(by.at_ms), Value::Bytes(invitation.as_bytes())],
        )
        .await?;
    let act = Act::InvitationWithdrawn { invitation };
    ledger::write(statements, by, id, &act).await.map(Ok)
}

pub(super) async fn open(
    statements: &mut dyn Statements,
    secret: &SecretHash,
    now_ms: i64,
) -> Result<Option<OpenInvitation>, Error> {
    let sql = format!(
        "SELECT i.community, c.name, i.role, a.name, i.expires_at_ms
         FROM invitations i JOIN communities c ON c.id = i.community JOIN accounts a ON a.id = i.invited_by
         WHERE i.secret_hash = $2 AND {OPEN}"
    );
    let values = [Value::Int(now_ms), Value::Bytes(&secret.0)];
    let found = statements.row(&sql, &values).await?;
    found
        .map(|row| {
            Ok(OpenInvitation {
                community: community_id(&row, 0)?,
                community_name: row.text(1)?,
                role: role(&row, 2)?,
                invited_by: row.text(3)?,
                expires_at_ms: row.int(4)?,
            })
        })
        .transpose()
}

/// An invitation that is being taken.
pub(super) struct Taken {
    pub(super) id: InvitationId,
    pub(super) community: CommunityId,
    pub(super) role: Role,
}

pub(super) async fn find(
    statements: &mut dyn Statements,
    secret: &SecretHash,
    now_ms: i64,
) -> Result<Option<Taken>, Error> {
    let sql = format!(
        "SELECT i.id, i.community, i.role FROM invitations i WHERE i.secret_hash = $2 AND {OPEN}"
    );
    let values = [Value::Int(now_ms), Value::Bytes(&secret.0)];
    let found = statements.row(&sql, &values).await?;
    found
        .map(|row| {
            Ok(Taken {
                id: invitation_id(&row, 0)?,
                community: community_id(&row, 1)?,
                role: role(&row, 2)?,
            })
        })
        .transpose()
}

pub(super) async fn join(
    statements: &mut dyn Statements,
    by: Actor,
    secret: &SecretHash,
) -> Result<Decided<CommunityView>, Error> {
    let Some(found) = find(&mut *statements, secret, by.at_ms).await? else {
        return Ok(Err(Refusal::NoSuchLink));
    };
    let id = found.community;
    lock(&mut *statements, id).await?;
    // Again, now that nobody else can use it up.
    let Some(taken) = find(&mut *statements, secret, by.at_ms).await? else {
        return Ok(Err(Refusal::NoSuchLink));
    };
    let before = role_of(&mut *statements, id, by.account, by.at_ms).await?;
    let role = role_after_joining(before, taken.role);
    if before != Some(role) {
        let term = Term {
            role,
            since_ms: by.at_ms,
            until_ms: None,
        };
        members::put(&mut *statements, id, by.account, term).await?;
        statements
            .run(
                "UPDATE invitations SET uses = uses + 1 WHERE id = $1",
                &[Value::Bytes(taken.id.as_bytes())],
            )
            .await?;
        let act = Act::Joined {
            invitation: taken.id,
            role,
        };
        ledger::write(&mut *statements, by, id, &act).await?;
    }
    view(statements, by, id).await
}
