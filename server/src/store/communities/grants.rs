//! What somebody was given for one document by name. A grant that is over is like one that never was.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::documents::readable;
use super::ledger;
use super::record::{Actor, Decided, DocumentStanding, Grant, Refusal};
use super::rows::{granted, lock, named, role, role_of, word};
use crate::community::act::{Act, access_from_word, access_word};
use crate::community::rules::{Opener, may_grant};
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::joining::GrantView;
use crate::store::limits::GRANTS_PER_DOCUMENT_MAX;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value};

/// What somebody holds for a document as of now.
pub(super) async fn held(
    statements: &mut dyn Statements,
    document: &DocName,
    account: AccountId,
    now_ms: i64,
) -> Result<Option<Grant>, Error> {
    let found = statements
        .row(
            "SELECT g.access, g.until_ms FROM document_grants g JOIN documents d ON d.id = g.doc
             WHERE d.name = $1 AND g.account = $2 AND (g.until_ms IS NULL OR g.until_ms > $3)",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(account.as_bytes()),
                Value::Int(now_ms),
            ],
        )
        .await?;
    found
        .map(|row| {
            Ok(Grant {
                access: word(&row, 0, access_from_word)?,
                until_ms: row.maybe_int(1)?,
            })
        })
        .transpose()
}

/// Writes a grant, or takes it back, with its entry of the ledger. The community is locked.
pub(super) async fn put(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    document: &DocName,
    member: AccountId,
    grant: Grant,
) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM document_grants
             WHERE doc = (SELECT id FROM documents WHERE name = $1) AND account = $2",
            &[
                Value::Text(document.as_str()),
                Value::Bytes(member.as_bytes()),
            ],
        )
        .await?;
    if grant.access > Access::None {
        statements
            .run(
                "INSERT INTO document_grants (doc, account, access, granted_by, granted_at_ms, until_ms)
                 SELECT id, $2, $3, $4, $5, $6 FROM documents WHERE name = $1",
                &[
                    Value::Text(document.as_str()),
                    Value::Bytes(member.as_bytes()),
                    Value::Text(access_word(grant.access)),
                    Value::Bytes(by.account.as_bytes()),
                    Value::Int(by.at_ms),
                    Value::MaybeInt(grant.until_ms),
                ],
            )
            .await?;
    }
    let act = Act::AccessGranted {
        document: document.clone(),
        member,
        access: grant.access,
        until_ms: grant.until_ms,
    };
    ledger::write(statements, by, id, &act).await
}

/// How the actor stands to a document to which they may grant access.
async fn grantable(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<DocumentStanding>, Error> {
    let standing = granted!(readable(statements, by, name).await?);
    let opener = Opener {
        role: standing.role,
        is_creator: standing.is_creator,
    };
    Ok(if may_grant(opener) {
        Ok(standing)
    } else {
        Err(Refusal::LeadersOnly)
    })
}

pub(super) async fn set(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    member: AccountId,
    grant: Grant,
) -> Result<Decided<()>, Error> {
    let id = granted!(readable(&mut *statements, by, name).await?).community;
    lock(&mut *statements, id).await?;
    let standing = granted!(grantable(&mut *statements, by, name).await?);
    let role = role_of(&mut *statements, id, member, by.at_ms).await?;
    if role.is_none() {
        return Ok(Err(Refusal::NoSuchMember));
    }
    let held = held(&mut *statements, name, member, by.at_ms).await?;
    if held == (grant.access > Access::None).then_some(grant) {
        return Ok(Ok(()));
    }
    if grant.access > Access::None {
        if role == Some(Role::Listener) {
            return Ok(Err(Refusal::NotForListeners));
        }
        // It would have no effect, and the ledger would say that there is such a document.
        if standing.privacy == Privacy::Private {
            return Ok(Err(Refusal::PrivateDocument));
        }
        if held.is_none()
            && count(&mut *statements, name, by.at_ms).await? >= GRANTS_PER_DOCUMENT_MAX
        {
            return Ok(Err(Refusal::TooMany));
        }
    }
    put(&mut *statements, by, id, name, member, grant).await?;
    let note = Note {
        document: Some(name),
        word: Some(access_word(grant.access)),
        until_ms: grant.until_ms,
        ..Note::new(by, Kind::AccessGranted, id)
    };
    telling::tell(statements, member, &note).await.map(Ok)
}

async fn count(statements: &mut dyn Statements, name: &DocName, now_ms: i64) -> Result<u64, Error> {
    let counted = statements
        .row(
            "SELECT count(*) FROM document_grants g JOIN documents d ON d.id = g.doc
             WHERE d.name = $1 AND (g.until_ms IS NULL OR g.until_ms > $2)",
            &[Value::Text(name.as_str()), Value::Int(now_ms)],
        )
        .await?;
    Ok(counted.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// By name; only of those who are in the community.
pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<Vec<GrantView>>, Error> {
    granted!(grantable(&mut *statements, by, name).await?);
    let rows = statements
        .rows(
            "SELECT g.account, a.name, m.role, g.access, g.until_ms, g.granted_by, b.name, g.granted_at_ms
             FROM documents d JOIN document_policies p ON p.doc = d.id JOIN document_grants g ON g.doc = d.id
             JOIN memberships m ON m.community = p.community AND m.account = g.account
                               AND (m.until_ms IS NULL OR m.until_ms > $2)
             JOIN accounts a ON a.id = g.account JOIN accounts b ON b.id = g.granted_by
             WHERE d.name = $1 AND (g.until_ms IS NULL OR g.until_ms > $2)",
            &[Value::Text(name.as_str()), Value::Int(by.at_ms)],
        )
        .await?;
    let mut grants = rows
        .iter()
        .map(view_of)
        .collect::<Result<Vec<_>, Error>>()?;
    // By Unicode, which neither database sorts by alike.
    grants.sort_by_cached_key(|grant| (grant.account.name.to_lowercase(), grant.account.id));
    Ok(Ok(grants))
}

fn view_of(row: &Row) -> Result<GrantView, Error> {
    Ok(GrantView {
        account: named(row, 0, 1)?,
        role: role(row, 2)?,
        grant: Grant {
            access: word(row, 3, access_from_word)?,
            until_ms: row.maybe_int(4)?,
        },
        granted_by: named(row, 5, 6)?,
        granted_at_ms: row.int(7)?,
    })
}
