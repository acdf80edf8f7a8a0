//! Terms that end soon: told to whoever has one a week and a day before, and to those who lead.
//!
//! No task waits for a day: somebody is told when they next ask what concerns them. What was told of a term that was made
//! longer meanwhile is not shown any more (`notifications`).

use consilium_model::access::Role;
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{ENDINGS_MAX, ENDS_SOON_MS, EndingTerm, Kind, notification_id};
use super::telling::{self, Note};
use crate::store::communities::record::Actor;
use crate::store::communities::rows::{community_id, named, role};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// How long before its end a term is told of for the last time.
const LAST_DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Something that is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    community: CommunityId,
    role: Role,
    until_ms: i64,
    /// For a grant.
    document: Option<DocName>,
    cause: String,
}

impl Ending {
    fn read(row: &Row, now_ms: i64) -> Result<Self, Error> {
        let community = community_id(row, 0)?;
        let until_ms = row.int(2)?;
        let document = row
            .maybe_text(3)?
            .map(|name| DocName::parse(&name).map_err(|_| unreadable(3)))
            .transpose()?;
        let before = if until_ms - now_ms <= LAST_DAY_MS {
            "day"
        } else {
            "week"
        };
        let at = document.as_ref().map_or("", DocName::as_str);
        Ok(Self {
            community,
            role: role(row, 1)?,
            until_ms,
            cause: format!("term-ends {community} {at} {until_ms} {before}"),
            document,
        })
    }
}

/// What ends within a week and was not told yet. Cheap where nothing does: two indexes.
pub(super) async fn untold(
    statements: &mut dyn Statements,
    by: Actor,
) -> Result<Vec<Ending>, Error> {
    let rows = statements
        .rows(
            "SELECT m.community, m.role, m.until_ms, NULL FROM memberships m
             WHERE m.account = $1 AND m.until_ms > $2 AND m.until_ms <= $3
             UNION ALL
             SELECT p.community, m.role, g.until_ms, d.name FROM document_grants g
             JOIN documents d ON d.id = g.doc JOIN document_policies p ON p.doc = g.doc
             JOIN memberships m ON m.community = p.community AND m.account = g.account
                               AND (m.until_ms IS NULL OR m.until_ms > g.until_ms)
             WHERE g.account = $1 AND g.until_ms > $2 AND g.until_ms <= $3",
            &[
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Int(by.at_ms.saturating_add(ENDS_SOON_MS)),
            ],
        )
        .await?;
    let mut untold = Vec::new();
    if rows.is_empty() || is_silent(&mut *statements, by.account).await? {
        return Ok(untold);
    }
    for row in &rows {
        let ending = Ending::read(row, by.at_ms)?;
        let id = notification_id(by.account, &ending.cause);
        let told = statements
            .row(
                "SELECT 1 FROM notifications WHERE id = $1",
                &[Value::Bytes(id.as_bytes())],
            )
            .await?;
        if told.is_none() {
            untold.push(ending);
        }
    }
    Ok(untold)
}

/// Tells it, once, whoever asks how often.
pub(super) async fn tell(
    statements: &mut dyn Statements,
    by: Actor,
    endings: &[Ending],
) -> Result<(), Error> {
    for ending in endings {
        let note = Note {
            word: Some(ending.role.word()),
            until_ms: Some(ending.until_ms),
            document: ending.document.as_ref(),
            ..Note::new(by, Kind::TermEnds, ending.community)
        };
        telling::tell_anybody(&mut *statements, by.account, &note, &ending.cause).await?;
    }
    Ok(())
}

/// Whose term in a community ends within a week: what ends first comes first.
pub(super) async fn of_community(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Vec<EndingTerm>, Error> {
    let rows = statements
        .rows(
            "SELECT m.account, a.name, m.role, m.until_ms FROM memberships m JOIN accounts a ON a.id = m.account
             WHERE m.community = $1 AND m.until_ms > $2 AND m.until_ms <= $3
             ORDER BY m.until_ms, m.account LIMIT $4",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Int(by.at_ms),
                Value::Int(by.at_ms.saturating_add(ENDS_SOON_MS)),
                Value::Int(ENDINGS_MAX),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(EndingTerm {
                account: named(row, 0, 1)?,
                role: role(row, 2)?,
                until_ms: row.int(3)?,
            })
        })
        .collect()
}

/// Whether somebody is told of terms at all, so that nothing is written in vain.
async fn is_silent(statements: &mut dyn Statements, account: AccountId) -> Result<bool, Error> {
    let found = statements
        .row(
            "SELECT 1 FROM notification_silences WHERE account = $1 AND topic = $2",
            &[
                Value::Bytes(account.as_bytes()),
                Value::Text(Kind::TermEnds.topic().word()),
            ],
        )
        .await?;
    Ok(found.is_some())
}
