//! Links that let people in. A link that lets nobody in is like one that never was, whatever the reason.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::grants;
use super::ledger;
use super::members::{self, Term};
use super::names;
use super::record::{
    Actor, CommunityView, Decided, Grant, Invitation, NewInvitation, OpenInvitation, Refusal,
};
use super::removals;
use super::rows::{
    account_id, admit, community_id, granted, invitation_id, lock, named, role, role_of, view, word,
};
use super::standing;
use crate::community::act::{Act, access_from_word, access_word};
use crate::community::rules::{Deed, role_after_joining};
use crate::store::joining::GuestScope;
use crate::store::limits::{INVITATIONS_BY_ACCOUNT_MAX, INVITATIONS_MAX};
use crate::store::people::SecretHash;
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Of invitations `i`: those that let somebody in as of `$1`. Whoever made one must still be somebody who could
/// ([`crate::community::rules`], `Deed::Invite`): a link is a promise of theirs, and not a way back for them.
const OPEN: &str = "i.withdrawn_at_ms IS NULL AND i.expires_at_ms > $1 AND (i.uses_max IS NULL OR i.uses < i.uses_max)
     AND EXISTS (
         SELECT 1 FROM memberships n JOIN accounts b ON b.id = n.account
         WHERE n.community = i.community AND n.account = i.invited_by AND (n.until_ms IS NULL OR n.until_ms > $1)
           AND b.locked_at_ms IS NULL AND (n.role = 'leader' OR (n.role = 'deputy' AND i.role <> 'leader')))";

const COLUMNS: &str = "
    SELECT i.id, i.role, i.created_at_ms, i.expires_at_ms, i.uses_max, i.uses, i.invited_by, a.name, i.until_ms,
           (SELECT count(*) FROM invitation_documents d WHERE d.invitation = i.id)
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
        until_ms: row.maybe_int(8)?,
        document_count: row.int(9)?.unsigned_abs(),
    })
}

/// Whether there are as many open invitations as the community, or the actor, may have.
async fn are_too_many(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<bool, Error> {
    let sql = format!(
        "SELECT count(*), count(CASE WHEN i.invited_by = $3 THEN 1 END) FROM invitations i
         WHERE i.community = $2 AND {OPEN}"
    );
    let values = [
        Value::Int(by.at_ms),
        Value::Bytes(id.as_bytes()),
        Value::Bytes(by.account.as_bytes()),
    ];
    let Some(row) = statements.row(&sql, &values).await? else {
        return Ok(false);
    };
    Ok(row.int(0)? >= INVITATIONS_MAX || row.int(1)? >= INVITATIONS_BY_ACCOUNT_MAX)
}

pub(super) async fn make(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    invitation: &NewInvitation,
    scope: &GuestScope,
) -> Result<Decided<Invitation>, Error> {
    lock(&mut *statements, id).await?;
    let deed = Deed::Invite(invitation.role);
    granted!(admit(&mut *statements, by, id, deed).await?);
    if are_too_many(&mut *statements, by, id).await? {
        return Ok(Err(Refusal::TooMany));
    }
    for (document, _) in &scope.documents {
        let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
        match found.filter(|found| found.community == id && found.access() >= Access::Read) {
            None => return Ok(Err(Refusal::NoSuchDocument)),
            Some(found) if found.privacy == Privacy::Private => {
                return Ok(Err(Refusal::PrivateDocument));
            }
            Some(_) => {}
        }
    }
    statements
        .run(
            "INSERT INTO invitations
                 (id, community, role, secret_hash, invited_by, created_at_ms, expires_at_ms, uses_max, until_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                Value::Bytes(invitation.id.as_bytes()),
                Value::Bytes(id.as_bytes()),
                Value::Text(invitation.role.word()),
                Value::Bytes(&invitation.secret.0),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Int(invitation.expires_at_ms),
                Value::MaybeInt(invitation.uses_max),
                Value::MaybeInt(scope.until_ms),
            ],
        )
        .await?;
    for (document, access) in &scope.documents {
        statements
            .run(
                "INSERT INTO invitation_documents (invitation, doc, access)
                 SELECT $1, id, $2 FROM documents WHERE name = $3",
                &[
                    Value::Bytes(invitation.id.as_bytes()),
                    Value::Text(access_word(*access)),
                    Value::Text(document.as_str()),
                ],
            )
            .await?;
    }
    let act = Act::Invited {
        invitation: invitation.id,
        role: invitation.role,
        expires_at_ms: invitation.expires_at_ms,
        uses_max: invitation.uses_max,
        until_ms: scope.until_ms,
        documents: scope.documents.len(),
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
        "SELECT i.community, c.name, i.role, a.name, i.expires_at_ms, i.until_ms,
                (SELECT count(*) FROM invitation_documents d WHERE d.invitation = i.id)
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
                until_ms: row.maybe_int(5)?,
                document_count: row.int(6)?.unsigned_abs(),
            })
        })
        .transpose()
}

/// An invitation that is being taken.
pub(super) struct Taken {
    pub(super) id: InvitationId,
    pub(super) community: CommunityId,
    pub(super) role: Role,
    invited_by: AccountId,
    until_ms: Option<i64>,
    created_at_ms: i64,
}

pub(super) async fn find(
    statements: &mut dyn Statements,
    secret: &SecretHash,
    now_ms: i64,
) -> Result<Option<Taken>, Error> {
    let sql = format!(
        "SELECT i.id, i.community, i.role, i.invited_by, i.until_ms, i.created_at_ms FROM invitations i WHERE i.secret_hash = $2 AND {OPEN}"
    );
    let values = [Value::Int(now_ms), Value::Bytes(&secret.0)];
    let found = statements.row(&sql, &values).await?;
    found
        .map(|row| {
            Ok(Taken {
                id: invitation_id(&row, 0)?,
                community: community_id(&row, 1)?,
                role: role(&row, 2)?,
                invited_by: account_id(&row, 3)?,
                until_ms: row.maybe_int(4)?,
                created_at_ms: row.int(5)?,
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
    let lowered = members::last_lowered_ms(&mut *statements, id, by.account, by.at_ms).await?;
    let is_from_before = lowered.is_some_and(|at_ms| taken.created_at_ms <= at_ms);
    let role = match before {
        // Whoever went, or was sent, comes back by a link that was made after that.
        None if is_from_before => return Ok(Err(Refusal::NoSuchLink)),
        Some(role) if is_from_before => role,
        before => role_after_joining(before, taken.role),
    };
    let comes_in = before != Some(role);
    if comes_in {
        if before.is_none() {
            if !names::may_come_in(&mut *statements, id, by.account, by.at_ms).await? {
                return Ok(Err(Refusal::NameReadsAlike));
            }
            members::forget(&mut *statements, id, by.account).await?;
        }
        let term = Term {
            role,
            since_ms: by.at_ms,
            until_ms: taken.until_ms,
        };
        members::put(&mut *statements, id, by.account, term).await?;
        removals::forgive(&mut *statements, id, by.account).await?;
        let act = Act::Joined {
            invitation: taken.id,
            role,
        };
        ledger::write(&mut *statements, by, id, &act).await?;
    }
    let gains = role == Role::Guest && gain(&mut *statements, by, &taken).await?;
    if comes_in || gains {
        statements
            .run(
                "UPDATE invitations SET uses = uses + 1 WHERE id = $1",
                &[Value::Bytes(taken.id.as_bytes())],
            )
            .await?;
    }
    if gains && !comes_in {
        stay_as_long(&mut *statements, by, &taken).await?;
    }
    view(statements, by, id).await
}

/// Gives a guest what the invitation grants, where that is more than they have; whether it was.
async fn gain(statements: &mut dyn Statements, by: Actor, taken: &Taken) -> Result<bool, Error> {
    let rows = statements
        .rows(
            "SELECT d.name, i.access FROM invitation_documents i
             JOIN documents d ON d.id = i.doc JOIN document_policies p ON p.doc = i.doc
             WHERE i.invitation = $1 AND p.privacy <> $2 ORDER BY d.id",
            &[
                Value::Bytes(taken.id.as_bytes()),
                Value::Text(Privacy::Private.word()),
            ],
        )
        .await?;
    // It was decided by whoever made the invitation.
    let decided = Actor {
        account: taken.invited_by,
        at_ms: by.at_ms,
    };
    let mut gains = false;
    for row in &rows {
        let document = DocName::parse(&row.text(0)?).map_err(|_| unreadable(0))?;
        let invited = Grant {
            access: word(row, 1, access_from_word)?,
            until_ms: taken.until_ms,
        };
        let held = grants::held(&mut *statements, &document, by.account, by.at_ms).await?;
        let grant = held.map_or(invited, |held| Grant {
            access: held.access.max(invited.access),
            until_ms: later(held.until_ms, invited.until_ms),
        });
        if held != Some(grant) {
            grants::put(
                &mut *statements,
                decided,
                taken.community,
                &document,
                by.account,
                grant,
            )
            .await?;
            gains = true;
        }
    }
    Ok(gains)
}

/// The later of two ends; none is the latest.
fn later(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    Some(one?.max(other?))
}

/// A guest who was asked for more stays at least as long as that.
async fn stay_as_long(
    statements: &mut dyn Statements,
    by: Actor,
    taken: &Taken,
) -> Result<(), Error> {
    let values = [
        Value::Bytes(taken.community.as_bytes()),
        Value::Bytes(by.account.as_bytes()),
    ];
    let sql = "SELECT until_ms FROM memberships WHERE community = $1 AND account = $2";
    let held = statements.row(sql, &values).await?;
    let held = held.ok_or_else(|| unreadable(0))?.maybe_int(0)?;
    let [community, account] = values;
    let sql = "UPDATE memberships SET until_ms = $3 WHERE community = $1 AND account = $2";
    let until = Value::MaybeInt(later(held, taken.until_ms));
    statements.run(sql, &[community, account, until]).await?;
    Ok(())
}
