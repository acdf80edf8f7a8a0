//! Documents of communities: made together with their policy, listed by who may read them, opened further or less far.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName, Lineage};
use sqlx::Error;
use uuid::Uuid;

use super::ledger;
use super::record::{
    Actor, Decided, DocumentStanding, NewDocument, OpenDocument, PolicyView, Refusal,
};
use super::rows::{admit, granted, lock, role_of, view};
use super::standing;
use crate::community::act::{Act, access_word};
use crate::community::rules::{Change, Deed, Opener, change, may_change_privacy};
use crate::store::filter::fold;
use crate::store::limits::TITLE_BYTES_MAX;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::record::{DocId, DocumentRecord, truncate};
use crate::store::statements::{Dialect, Row, Statements, Value, unreadable};
use crate::store::{DocumentFilter, Shelf};

pub(super) async fn create(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    document: &NewDocument,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::CreateDocuments).await?);
    let default = granted!(view(&mut *statements, by, id).await?)
        .community
        .default_privacy;
    put(statements, by, id, document, default).await.map(Ok)
}

/// Makes the record and its policy. The community is locked, or nobody knows it yet.
pub(super) async fn put(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    document: &NewDocument,
    default: Privacy,
) -> Result<(), Error> {
    let privacy = document.privacy.unwrap_or(default);
    let title = truncate(&document.title, TITLE_BYTES_MAX);
    let folded = fold(title);
    let made = statements
        .row(
            "INSERT INTO documents (name, lineage, title, title_folded, created_at_ms, updated_at_ms)
             VALUES ($1, $2, $3, $4, $5, $5) RETURNING id",
            &[
                Value::Text(document.name.as_str()),
                Value::Bytes(Uuid::now_v7().as_bytes()),
                chosen(statements.dialect(), title),
                chosen(statements.dialect(), &folded),
                Value::Int(by.at_ms),
            ],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    statements
        .run(
            "INSERT INTO document_policies (doc, community, privacy, creator) VALUES ($1, $2, $3, $4)",
            &[
                Value::Int(made.int(0)?),
                Value::Bytes(id.as_bytes()),
                Value::Text(privacy.word()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?;
    if privacy == Privacy::Private {
        return Ok(());
    }
    let act = Act::DocumentCreated {
        document: document.name.clone(),
        privacy,
    };
    ledger::write(statements, by, id, &act).await
}

/// A title as the table of documents keeps it.
fn chosen(dialect: Dialect, text: &str) -> Value<'_> {
    match dialect {
        Dialect::Sqlite => Value::Text(text),
        Dialect::Postgres => Value::Bytes(text.as_bytes()),
    }
}

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    within: Option<CommunityId>,
    filter: &DocumentFilter,
) -> Result<Vec<OpenDocument>, Error> {
    let dialect = statements.dialect();
    let (condition, sort) = match filter.shelf {
        Shelf::Live => ("d.deleted_at_ms IS NULL", "d.updated_at_ms"),
        Shelf::Bin => ("d.deleted_at_ms IS NOT NULL", "d.deleted_at_ms"),
    };
    let words = filter.words();
    let mut values = vec![Value::Bytes(by.account.as_bytes()), Value::Int(by.at_ms)];
    let mut sql = format!(
        "SELECT d.id, d.name, d.lineage, d.title, d.created_at_ms, d.updated_at_ms, d.deleted_at_ms, {}
         FROM document_policies p JOIN documents d ON d.id = p.doc {}
         WHERE (m.role IS NOT NULL OR p.privacy IN ('portal', 'public')) AND {condition}",
        standing::COLUMNS,
        standing::JOINS
    );
    if let Some(id) = &within {
        values.push(Value::Bytes(id.as_bytes()));
        sql.push_str(&format!(" AND p.community = ${}", values.len()));
    }
    for word in &words {
        values.push(chosen(dialect, word));
        let at = values.len();
        sql.push_str(&match dialect {
            Dialect::Sqlite => format!(" AND instr(d.title_folded, ${at}) > 0"),
            Dialect::Postgres => format!(" AND position(${at} IN d.title_folded) > 0"),
        });
    }
    if let Some(after) = filter.after {
        values.push(Value::Int(after.at_ms));
        values.push(Value::Int(after.id.0));
        let at = values.len();
        sql.push_str(&format!(" AND ({sort}, d.id) < (${}, ${at})", at - 1));
    }
    values.push(Value::Int(i64::from(filter.page_size())));
    sql.push_str(&format!(
        " ORDER BY {sort} DESC, d.id DESC LIMIT ${}",
        values.len()
    ));
    let rows = statements.rows(&sql, &values).await?;
    rows.iter()
        .map(|row| {
            Ok(OpenDocument {
                record: record_of(row)?,
                standing: standing::read(row, 7)?,
            })
        })
        .collect()
}

fn record_of(row: &Row) -> Result<DocumentRecord, Error> {
    Ok(DocumentRecord {
        id: DocId(row.int(0)?),
        name: DocName::parse(&row.text(1)?).map_err(|_| unreadable(1))?,
        lineage: Lineage::from_bytes(row.bytes(2)?.try_into().map_err(|_| unreadable(2))?),
        title: row.text(3)?,
        created_at_ms: row.int(4)?,
        updated_at_ms: row.int(5)?,
        deleted_at_ms: row.maybe_int(6)?,
    })
}

/// How the actor stands to a document that they can read.
async fn readable(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<DocumentStanding>, Error> {
    let standing = standing::of(statements, by.account, name, by.at_ms).await?;
    Ok(standing
        .filter(|standing| standing.access() >= Access::Read)
        .ok_or(Refusal::NoSuchDocument))
}

pub(super) async fn policy(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
) -> Result<Decided<PolicyView>, Error> {
    let standing = granted!(readable(&mut *statements, by, name).await?);
    let found = statements
        .row(
            "SELECT name FROM communities WHERE id = $1",
            &[Value::Bytes(standing.community.as_bytes())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(Ok(PolicyView {
        standing,
        community_name: found.text(0)?,
    }))
}

pub(super) async fn set_privacy(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    privacy: Privacy,
    reason: Option<&str>,
) -> Result<Decided<PolicyView>, Error> {
    let found = granted!(readable(&mut *statements, by, name).await?);
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it. A document stays with its community.
    let before = granted!(readable(&mut *statements, by, name).await?);
    let opener = Opener {
        role: before.role,
        is_creator: before.is_creator,
    };
    let way = change(before.privacy, privacy);
    if !may_change_privacy(opener, before.privacy, privacy) {
        let leads = before.role == Some(Role::Leader);
        return Ok(Err(if leads && way == Change::Narrower {
            Refusal::CreatorOnly
        } else {
            Refusal::LeadersOnly
        }));
    }
    if way == Change::Wider && reason.is_none() {
        return Ok(Err(Refusal::ReasonMissing));
    }
    if way != Change::Same {
        statements
            .run(
                "UPDATE document_policies SET privacy = $1 WHERE doc = (SELECT id FROM documents WHERE name = $2)",
                &[Value::Text(privacy.word()), Value::Text(name.as_str())],
            )
            .await?;
        let act = Act::PrivacyChanged {
            document: name.clone(),
            from: before.privacy,
            to: privacy,
            reason: reason.map(str::to_owned),
        };
        ledger::write(&mut *statements, by, before.community, &act).await?;
    }
    policy(statements, by, name).await
}

pub(super) async fn grant(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    member: AccountId,
    access: Access,
) -> Result<Decided<()>, Error> {
    let found = granted!(readable(&mut *statements, by, name).await?);
    let id = found.community;
    lock(&mut *statements, id).await?;
    let before = granted!(readable(&mut *statements, by, name).await?);
    if before.role.is_none() {
        return Ok(Err(Refusal::LeadersOnly));
    }
    granted!(admit(&mut *statements, by, id, Deed::GrantAccess).await?);
    if role_of(&mut *statements, id, member, by.at_ms)
        .await?
        .is_none()
    {
        return Ok(Err(Refusal::NoSuchMember));
    }
    let known = standing::of(&mut *statements, member, name, by.at_ms).await?;
    if known
        .and_then(|standing| standing.grant)
        .unwrap_or(Access::None)
        == access
    {
        return Ok(Ok(()));
    }
    statements
        .run(
            "DELETE FROM document_grants
             WHERE doc = (SELECT id FROM documents WHERE name = $1) AND account = $2",
            &[Value::Text(name.as_str()), Value::Bytes(member.as_bytes())],
        )
        .await?;
    if access > Access::None {
        statements
            .run(
                "INSERT INTO document_grants (doc, account, access, granted_by, granted_at_ms)
                 SELECT id, $2, $3, $4, $5 FROM documents WHERE name = $1",
                &[
                    Value::Text(name.as_str()),
                    Value::Bytes(member.as_bytes()),
                    Value::Text(access_word(access)),
                    Value::Bytes(by.account.as_bytes()),
                    Value::Int(by.at_ms),
                ],
            )
            .await?;
    }
    let act = Act::AccessGranted {
        document: name.clone(),
        member,
        access,
    };
    ledger::write(statements, by, id, &act).await.map(Ok)
}
