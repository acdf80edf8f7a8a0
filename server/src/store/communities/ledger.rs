//! The ledger in the store: written in the transaction of the act, never changed (triggers see to that), read by members.
//!
//! Whoever writes holds the community's lock, so the last entry is the last one and numbers have no gaps.

use std::collections::HashMap;

use sqlx::Error;

use super::record::{Actor, Decided, LedgerLine, NamedAccount};
use super::rows::{account_id, admit, granted, lock, maybe_named};
use crate::community::act::Act;
use crate::community::ledger::{Chain, Entry, LedgerHash, Sealed, canonical};
use crate::community::rules::Deed;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Writes an entry behind the last one.
pub(in crate::store) async fn write(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    act: &Act,
) -> Result<(), Error> {
    append(statements, by.at_ms, Some(by.account), id, act).await
}

/// As [`write`], for what happens by a rule that the community has given itself: nobody acts.
pub(in crate::store) async fn write_by_rule(
    statements: &mut dyn Statements,
    at_ms: i64,
    id: CommunityId,
    act: &Act,
) -> Result<(), Error> {
    append(statements, at_ms, None, id, act).await
}

async fn append(
    statements: &mut dyn Statements,
    at_ms: i64,
    actor: Option<AccountId>,
    id: CommunityId,
    act: &Act,
) -> Result<(), Error> {
    let last = statements
        .row(
            "SELECT seq, hash FROM ledger WHERE community = $1 ORDER BY seq DESC LIMIT 1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    let last = match last {
        None => Chain::EMPTY,
        Some(row) => Chain {
            seq: row.int(0)?.unsigned_abs(),
            hash: hash(&row, 1)?,
        },
    };
    let entry = Entry {
        community: id,
        seq: last.seq + 1,
        at_ms,
        actor,
        act: act.word().to_owned(),
        detail: canonical(&act.detail().into()),
    };
    let hash = entry.hash(last.hash);
    statements
        .run(
            "INSERT INTO ledger (community, seq, at_ms, actor, act, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(entry.seq.cast_signed()),
                Value::Int(entry.at_ms),
                Value::MaybeBytes(entry.actor.as_ref().map(AccountId::as_bytes)),
                Value::Text(&entry.act),
                Value::Text(&entry.detail),
                Value::Bytes(&hash.0),
            ],
        )
        .await
        .map(|_| ())
}

/// An act that changes no record; for those who may take away what they read.
pub(in crate::store) async fn note(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    act: &Act,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::Export).await?);
    write(statements, by, id, act).await.map(Ok)
}

/// Newest first.
pub(in crate::store) async fn lines(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    before: Option<u64>,
    count: u32,
) -> Result<Decided<Vec<LedgerLine>>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::ReadLedger).await?);
    let before = before.map_or(i64::MAX, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let rows = statements
        .rows(
            "SELECT l.seq, l.at_ms, l.actor, l.act, l.detail, l.hash, a.name
             FROM ledger l LEFT JOIN accounts a ON a.id = l.actor
             WHERE l.community = $1 AND l.seq < $2 ORDER BY l.seq DESC LIMIT $3",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(before),
                Value::Int(i64::from(count)),
            ],
        )
        .await?;
    let mut lines = Vec::with_capacity(rows.len());
    let mut known: HashMap<AccountId, Option<NamedAccount>> = HashMap::new();
    for row in &rows {
        let sealed = sealed_of(id, row)?;
        let member = match member_of(&sealed.entry.detail) {
            None => None,
            Some(member) => match known.get(&member) {
                Some(found) => found.clone(),
                None => {
                    let found = name_of(&mut *statements, member).await?;
                    known.insert(member, found.clone());
                    found
                }
            },
        };
        lines.push(LedgerLine {
            sealed,
            actor: maybe_named(row, 2, 6)?,
            member,
        });
    }
    Ok(Ok(lines))
}

/// The person that an entry is about, besides the one who acted.
fn member_of(detail: &str) -> Option<AccountId> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    detail.get("member")?.as_str()?.parse().ok()
}

async fn name_of(
    statements: &mut dyn Statements,
    id: AccountId,
) -> Result<Option<NamedAccount>, Error> {
    let found = statements
        .row(
            "SELECT name FROM accounts WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    found
        .map(|row| {
            Ok(NamedAccount {
                id,
                name: row.text(0)?,
            })
        })
        .transpose()
}

/// Oldest first.
pub(in crate::store) async fn sealed(
    statements: &mut dyn Statements,
    id: CommunityId,
    after: u64,
    count: u32,
) -> Result<Option<Vec<Sealed>>, Error> {
    let known = statements
        .row(
            "SELECT 1 FROM communities WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    if known.is_none() {
        return Ok(None);
    }
    let rows = statements
        .rows(
            "SELECT seq, at_ms, actor, act, detail, hash FROM ledger
             WHERE community = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(i64::try_from(after).unwrap_or(i64::MAX)),
                Value::Int(i64::from(count)),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| sealed_of(id, row))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// What one account did, oldest first.
pub(in crate::store) async fn sealed_of_actor(
    statements: &mut dyn Statements,
    id: CommunityId,
    actor: AccountId,
    after: u64,
    count: u32,
) -> Result<Vec<Sealed>, Error> {
    let rows = statements
        .rows(
            "SELECT seq, at_ms, actor, act, detail, hash FROM ledger
             WHERE community = $1 AND actor = $2 AND seq > $3 ORDER BY seq LIMIT $4",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(actor.as_bytes()),
                Value::Int(i64::try_from(after).unwrap_or(i64::MAX)),
                Value::Int(i64::from(count)),
            ],
        )
        .await?;
    rows.iter().map(|row| sealed_of(id, row)).collect()
}

fn sealed_of(community: CommunityId, row: &Row) -> Result<Sealed, Error> {
    let actor = match row.maybe_bytes(2)? {
        None => None,
        Some(_) => Some(account_id(row, 2)?),
    };
    Ok(Sealed {
        entry: Entry {
            community,
            seq: row.int(0)?.unsigned_abs(),
            at_ms: row.int(1)?,
            actor,
            act: row.text(3)?,
            detail: row.text(4)?,
        },
        hash: hash(row, 5)?,
    })
}

fn hash(row: &Row, column: usize) -> Result<LedgerHash, Error> {
    row.bytes(column)?
        .try_into()
        .map(LedgerHash)
        .map_err(|_| unreadable(column))
}
