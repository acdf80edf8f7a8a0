//! How somebody stands to a document, and the number that says that this may have changed. Asked on every opening of a
//! document and twice a second by every node, so both are one cheap query.

use consilium_model::access::Participation;
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::DocumentStanding;
use super::rows::{community_id, maybe_sub_group_id, privacy, role, word};
use crate::community::act::access_from_word;
use crate::store::portal_ids::AccountId;
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Columns that [`read`] reads, for account `$1` as of `$2`: of a policy `p` of a document `d`, and of what [`JOINS`]
/// joins to it.
pub(in crate::store) const COLUMNS: &str =
    "p.community, p.privacy, m.role, CASE WHEN p.creator = $1 THEN 1 ELSE 0 END, g.access,
     CASE WHEN a.id IS NULL OR a.locked_at_ms IS NOT NULL THEN 1 ELSE 0 END, p.sub_group,
     CASE WHEN s.account IS NULL THEN 0 ELSE 1 END, CASE WHEN d.deleted_at_ms IS NULL THEN 0 ELSE 1 END,
     coalesce((SELECT own.verdict FROM judgements own WHERE own.doc = p.doc AND own.member = $1
               ORDER BY own.version DESC LIMIT 1), 'full')";

/// What belongs to these columns.
pub(in crate::store) const JOINS: &str = "
    LEFT JOIN accounts a ON a.id = $1
    LEFT JOIN memberships m
      ON m.community = p.community AND m.account = $1 AND (m.until_ms IS NULL OR m.until_ms > $2)
    LEFT JOIN document_grants g
      ON g.doc = p.doc AND g.account = $1 AND (g.until_ms IS NULL OR g.until_ms > $2)
    LEFT JOIN sub_group_members s ON s.sub_group = p.sub_group AND s.account = $1";

pub(in crate::store) fn read(row: &Row, first: usize) -> Result<DocumentStanding, Error> {
    let has = |column: usize| row.maybe_text(column).map(|text| text.is_some());
    Ok(DocumentStanding {
        community: community_id(row, first)?,
        privacy: privacy(row, first + 1)?,
        role: if has(first + 2)? {
            Some(role(row, first + 2)?)
        } else {
            None
        },
        is_creator: row.int(first + 3)? == 1,
        grant: if has(first + 4)? {
            Some(word(row, first + 4, access_from_word)?)
        } else {
            None
        },
        account_is_locked: row.int(first + 5)? == 1,
        sub_group: maybe_sub_group_id(row, first + 6)?,
        is_in_sub_group: row.int(first + 7)? == 1,
        is_binned: row.int(first + 8)? == 1,
        participation: word(row, first + 9, Participation::from_word)?,
    })
}

pub(in crate::store) async fn of(
    statements: &mut dyn Statements,
    account: AccountId,
    name: &DocName,
    now_ms: i64,
) -> Result<Option<DocumentStanding>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM documents d JOIN document_policies p ON p.doc = d.id {JOINS} WHERE d.name = $3"
    );
    let values = [
        Value::Bytes(account.as_bytes()),
        Value::Int(now_ms),
        Value::Text(name.as_str()),
    ];
    let found = statements.row(&sql, &values).await?;
    found.map(|row| read(&row, 0)).transpose()
}

pub(in crate::store) async fn epoch(statements: &mut dyn Statements) -> Result<u64, Error> {
    let found = statements
        .row("SELECT epoch FROM access_epoch", &[])
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(found.int(0)?.unsigned_abs())
}

/// When the next membership or grant after `now_ms` is over.
pub(in crate::store) async fn next_end(
    statements: &mut dyn Statements,
    now_ms: i64,
) -> Result<Option<i64>, Error> {
    let found = statements
        .row(
            "SELECT min(until_ms) FROM (
                 SELECT min(until_ms) AS until_ms FROM memberships WHERE until_ms > $1
                 UNION ALL
                 SELECT min(until_ms) AS until_ms FROM document_grants WHERE until_ms > $1
             ) AS ends",
            &[Value::Int(now_ms)],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    found.maybe_int(0)
}
