//! Documents of communities: made together with their policy, listed by who may read them, opened further or less far.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName, Lineage};
use sqlx::Error;
use uuid::Uuid;

use super::ledger;
use super::record::{
    Actor, Decided, DocumentStanding, NewDocument, OpenDocument, PolicyView, Refusal,
};
use super::rows::{admit, community_id, granted, lock, logo_hash, named, view, word};
use super::standing;
use super::sub_groups;
use crate::community::act::Act;
use crate::community::rules::{Change, Deed, Opener, change, may_begin, may_change_privacy};
use crate::community::wording::Language;
use crate::store::filter::fold;
use crate::store::joining::PublicDocument;
use crate::store::limits::TITLE_BYTES_MAX;
use crate::store::portal_ids::{AccountId, CommunityId, SubGroupId};
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
    let role = granted!(admit(&mut *statements, by, id, Deed::CreateDocuments).await?);
    let default = granted!(view(&mut *statements, by, id).await?)
        .community
        .default_privacy;
    let openness = Openness::from(document.privacy.unwrap_or(default));
    if openness.privacy == Privacy::SubGroup {
        return Ok(Err(Refusal::NoSuchSubGroup));
    }
    if !may_begin(role, openness.privacy, default) {
        return Ok(Err(Refusal::LeadersOnly));
    }
    put(statements, by, id, document, openness).await.map(Ok)
}

/// As [`create`], open to a sub-group that the actor is in.
pub(super) async fn create_in(
    statements: &mut dyn Statements,
    by: Actor,
    group: SubGroupId,
    id: CommunityId,
    document: &NewDocument,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::CreateDocuments).await?);
    granted!(sub_groups::insist_on_being_in(&mut *statements, by, id, group).await?);
    let openness = Openness::to_sub_group(group);
    put(statements, by, id, document, openness).await.map(Ok)
}

/// How far a document is open, and to which sub-group where that is how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Openness {
    privacy: Privacy,
    sub_group: Option<SubGroupId>,
}

impl Openness {
    pub(super) fn to_sub_group(group: SubGroupId) -> Self {
        Self {
            privacy: Privacy::SubGroup,
            sub_group: Some(group),
        }
    }
}

impl From<Privacy> for Openness {
    fn from(privacy: Privacy) -> Self {
        Self {
            privacy,
            sub_group: None,
        }
    }
}

/// Makes the record and its policy. The community is locked, or nobody knows it yet.
pub(super) async fn put(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    document: &NewDocument,
    Openness { privacy, sub_group }: Openness,
) -> Result<(), Error> {
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
            "INSERT INTO document_policies (doc, community, privacy, creator, sub_group, was_open)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                Value::Int(made.int(0)?),
                Value::Bytes(id.as_bytes()),
                Value::Text(privacy.word()),
                Value::Bytes(by.account.as_bytes()),
                Value::MaybeBytes(sub_group.as_ref().map(SubGroupId::as_bytes)),
                Value::Int((privacy != Privacy::Private).into()),
            ],
        )
        .await?;
    if privacy == Privacy::Private {
        return Ok(());
    }
    let act = Act::DocumentCreated {
        document: document.name.clone(),
        privacy,
        sub_group,
    };
    ledger::write(statements, by, id, &act).await
}

/// A title as the table of documents keeps it.
pub(in crate::store) fn chosen(dialect: Dialect, text: &str) -> Value<'_> {
    match dialect {
        Dialect::Sqlite => Value::Text(text),
        Dialect::Postgres => Value::Bytes(text.as_bytes()),
    }
}

/// Which documents a list is of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope {
    /// All that there are.
    Everything,
    /// Those of one community.
    Community(CommunityId),
    /// Those that are open to everybody with an account.
    Shared,
}

pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    scope: Scope,
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
        "SELECT d.id, d.name, d.lineage, d.title, d.created_at_ms, d.updated_at_ms, d.deleted_at_ms, c.name, {}
         FROM document_policies p JOIN documents d ON d.id = p.doc JOIN communities c ON c.id = p.community {}
         WHERE (m.role IS NOT NULL OR p.privacy IN ('portal', 'public')) AND {condition}",
        standing::COLUMNS,
        standing::JOINS
    );
    match &scope {
        Scope::Everything => {}
        Scope::Community(id) => {
            values.push(Value::Bytes(id.as_bytes()));
            sql.push_str(&format!(" AND p.community = ${}", values.len()));
        }
        Scope::Shared => sql.push_str(" AND p.privacy IN ('portal', 'public')"),
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
                community_name: row.text(7)?,
                standing: standing::read(row, 8)?,
            })
        })
        .collect()
}

pub(in crate::store) fn record_of(row: &Row) -> Result<DocumentRecord, Error> {
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
pub(super) async fn readable(
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
            "SELECT c.name, a.id, a.name, s.name
             FROM documents d JOIN document_policies p ON p.doc = d.id JOIN communities c ON c.id = p.community
             JOIN accounts a ON a.id = p.creator LEFT JOIN sub_groups s ON s.id = p.sub_group
             WHERE d.name = $1",
            &[Value::Text(name.as_str())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(Ok(PolicyView {
        standing,
        community_name: found.text(0)?,
        creator: named(&found, 1, 2)?,
        sub_group_name: found.maybe_text(3)?,
    }))
}

pub(super) async fn set_privacy(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    Openness { privacy, sub_group }: Openness,
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
    match (privacy, sub_group) {
        (Privacy::SubGroup, None) => return Ok(Err(Refusal::NoSuchSubGroup)),
        // Whoever opened it to others would lose it with that.
        (Privacy::SubGroup, Some(group)) => {
            let id = before.community;
            granted!(sub_groups::insist_on_being_in(&mut *statements, by, id, group).await?);
        }
        _ => {}
    }
    // Another sub-group is other people: some lose it, and others read it.
    let is_moved = way == Change::Same && sub_group != before.sub_group;
    if (way == Change::Wider || is_moved) && reason.is_none() {
        return Ok(Err(Refusal::ReasonMissing));
    }
    if way != Change::Same || is_moved {
        statements
            .run(
                "UPDATE document_policies SET privacy = $1, sub_group = $3, was_open = 1
                 WHERE doc = (SELECT id FROM documents WHERE name = $2)",
                &[
                    Value::Text(privacy.word()),
                    Value::Text(name.as_str()),
                    Value::MaybeBytes(sub_group.as_ref().map(SubGroupId::as_bytes)),
                ],
            )
            .await?;
        let act = Act::PrivacyChanged {
            document: name.clone(),
            from: before.privacy,
            to: privacy,
            sub_group,
            reason: reason.map(str::to_owned),
        };
        ledger::write(&mut *statements, by, before.community, &act).await?;
    }
    policy(statements, by, name).await
}

/// What a stranger reads of a document that is open to everybody and not in the bin.
pub(super) async fn public(
    statements: &mut dyn Statements,
    name: &DocName,
) -> Result<Option<PublicDocument>, Error> {
    let found = statements
        .row(
            "SELECT d.id, d.name, d.lineage, d.title, d.created_at_ms, d.updated_at_ms, d.deleted_at_ms,
                    c.name, c.accent, c.language, c.id, l.hash
             FROM documents d JOIN document_policies p ON p.doc = d.id JOIN communities c ON c.id = p.community
             LEFT JOIN community_logos l ON l.community = c.id
             WHERE d.name = $1 AND p.privacy = $2 AND d.deleted_at_ms IS NULL",
            &[
                Value::Text(name.as_str()),
                Value::Text(Privacy::Public.word()),
            ],
        )
        .await?;
    found
        .map(|row| {
            Ok(PublicDocument {
                record: record_of(&row)?,
                community_name: row.text(7)?,
                community: community_id(&row, 10)?,
                accent: row.text(8)?,
                logo: logo_hash(&row, 11)?,
                language: word(&row, 9, Language::from_word)?,
            })
        })
        .transpose()
}

/// Gives the community what was its own: documents that were open to it once, and that somebody who goes had narrowed to
/// themselves.
pub(super) async fn return_from(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    maker: AccountId,
) -> Result<(), Error> {
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Bytes(maker.as_bytes()),
        Value::Text(Privacy::Private.word()),
    ];
    let rows = statements
        .rows(
            "SELECT d.name FROM document_policies p JOIN documents d ON d.id = p.doc
             WHERE p.community = $1 AND p.creator = $2 AND p.privacy = $3 AND p.was_open = 1 ORDER BY d.id",
            &values,
        )
        .await?;
    let [community, creator, private] = values;
    statements
        .run(
            "UPDATE document_policies SET privacy = $4
             WHERE community = $1 AND creator = $2 AND privacy = $3 AND was_open = 1",
            &[
                community,
                creator,
                private,
                Value::Text(Privacy::Community.word()),
            ],
        )
        .await?;
    for row in rows {
        let act = Act::PrivacyChanged {
            document: DocName::parse(&row.text(0)?).map_err(|_| unreadable(0))?,
            from: Privacy::Private,
            to: Privacy::Community,
            sub_group: None,
            reason: None,
        };
        ledger::write(&mut *statements, by, id, &act).await?;
    }
    Ok(())
}

/// Puts a document into the bin, or takes it out. Nothing happens to one that is there already.
pub(super) async fn set_binned(
    statements: &mut dyn Statements,
    by: Actor,
    name: &DocName,
    is_binned: bool,
) -> Result<Decided<()>, Error> {
    let found = granted!(readable(&mut *statements, by, name).await?);
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it.
    let found = granted!(readable(&mut *statements, by, name).await?);
    if found.access() < Access::Write {
        return Ok(Err(Refusal::ReadOnly));
    }
    let changed = statements
        .run(
            "UPDATE documents SET deleted_at_ms = $2
             WHERE name = $1 AND (deleted_at_ms IS NULL) = (CAST($2 AS BIGINT) IS NOT NULL)",
            &[
                Value::Text(name.as_str()),
                Value::MaybeInt(is_binned.then_some(by.at_ms)),
            ],
        )
        .await?;
    if changed == 0 || found.privacy == Privacy::Private {
        return Ok(Ok(()));
    }
    let document = name.clone();
    let act = if is_binned {
        Act::DocumentBinned { document }
    } else {
        Act::DocumentRestored { document }
    };
    ledger::write(statements, by, found.community, &act)
        .await
        .map(Ok)
}
