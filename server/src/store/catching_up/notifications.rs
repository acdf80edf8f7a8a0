//! Seeing notifications, and saying that they were read or are not wanted.

use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{
    Kind, NOTIFICATIONS_KEPT_MS, NOTIFICATIONS_MAX, NotificationView, Sight, Topic,
};
use crate::store::communities::record::Actor;
use crate::store::communities::rows::{community_id, maybe_sub_group_id, named, role, word};
use crate::store::communities::standing;
use crate::store::portal_ids::{AccountId, NotificationId, RoundId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Unread,
}

/// Where the standing to the document begins.
const STANDING: usize = 19;

/// Those that may be shown now, the newest first.
pub(super) async fn list(
    statements: &mut dyn Statements,
    by: Actor,
    which: Which,
) -> Result<Vec<NotificationView>, Error> {
    let unread = match which {
        Which::All => "",
        Which::Unread => "AND n.read_at_ms IS NULL",
    };
    let sql = format!(
        "SELECT n.id, n.at_ms, n.kind, n.actor, x.name, n.community, c.name,
                CASE WHEN n.read_at_ms IS NULL THEN 0 ELSE 1 END, n.thread, n.word, n.until_ms, n.sub_group, sg.name,
                d.name, d.title, b.name, me.role, CASE WHEN r.account IS NULL THEN 0 ELSE 1 END, n.round, {}
         FROM notifications n
         JOIN accounts x ON x.id = n.actor
         JOIN communities c ON c.id = n.community
         LEFT JOIN memberships me ON me.community = n.community AND me.account = $1
                                 AND (me.until_ms IS NULL OR me.until_ms > $2)
         LEFT JOIN join_requests r ON r.community = n.community AND r.account = n.actor AND r.declined_at_ms IS NULL
         LEFT JOIN sub_groups sg ON sg.id = n.sub_group
         LEFT JOIN documents d ON d.id = n.doc
         LEFT JOIN documents b ON b.id = n.branch
         LEFT JOIN document_policies p ON p.doc = n.doc
         {}
         WHERE n.account = $1 AND n.at_ms > $3 {unread}
           AND (n.kind <> 'term-ends' OR n.until_ms = CASE WHEN n.doc IS NULL THEN me.until_ms ELSE (
                    SELECT e.until_ms FROM document_grants e WHERE e.doc = n.doc AND e.account = n.account) END)
         ORDER BY n.at_ms DESC, n.id DESC LIMIT $4",
        standing::COLUMNS,
        standing::JOINS
    );
    let values = [
        Value::Bytes(by.account.as_bytes()),
        Value::Int(by.at_ms),
        Value::Int(by.at_ms.saturating_sub(NOTIFICATIONS_KEPT_MS)),
        Value::Int(i64::from(NOTIFICATIONS_MAX)),
    ];
    let mut shown = Vec::new();
    for row in &statements.rows(&sql, &values).await? {
        let view = view_of(row)?;
        if sight_of(row)?.shows(view.kind) {
            shown.push(view);
        }
    }
    Ok(shown)
}

fn maybe_name(row: &Row, column: usize) -> Result<Option<DocName>, Error> {
    row.maybe_text(column)?
        .map(|text| DocName::parse(&text).map_err(|_| unreadable(column)))
        .transpose()
}

fn view_of(row: &Row) -> Result<NotificationView, Error> {
    let document = maybe_name(row, 13)?
        .map(|name| Ok::<_, Error>((name, row.text(14)?)))
        .transpose()?;
    Ok(NotificationView {
        id: NotificationId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?,
        at_ms: row.int(1)?,
        kind: word(row, 2, Kind::from_word)?,
        actor: named(row, 3, 4)?,
        community: community_id(row, 5)?,
        community_name: row.text(6)?,
        is_read: row.int(7)? == 1,
        document,
        branch: maybe_name(row, 15)?,
        thread: row.maybe_text(8)?,
        round: row
            .maybe_bytes(18)?
            .map(|bytes| RoundId::from_bytes(bytes).map_err(|_| unreadable(18)))
            .transpose()?,
        sub_group: maybe_sub_group_id(row, 11)?.zip(row.maybe_text(12)?),
        word: row.maybe_text(9)?,
        until_ms: row.maybe_int(10)?,
    })
}

fn sight_of(row: &Row) -> Result<Sight, Error> {
    // A document without a policy is not of this portal any more.
    let has_policy = row.maybe_bytes(STANDING)?.is_some();
    let has_role = row.maybe_text(16)?.is_some();
    Ok(Sight {
        role: has_role.then(|| role(row, 16)).transpose()?,
        document: has_policy
            .then(|| standing::read(row, STANDING))
            .transpose()?,
        has_sub_group: row.maybe_text(12)?.is_some(),
        is_asking: row.int(17)? == 1,
    })
}

pub(super) async fn mark_read(
    statements: &mut dyn Statements,
    by: Actor,
    ids: &[NotificationId],
    up_to_ms: Option<i64>,
) -> Result<(), Error> {
    for id in ids {
        statements
            .run(
                "UPDATE notifications SET read_at_ms = $3 WHERE id = $1 AND account = $2 AND read_at_ms IS NULL",
                &[
                    Value::Bytes(id.as_bytes()),
                    Value::Bytes(by.account.as_bytes()),
                    Value::Int(by.at_ms),
                ],
            )
            .await?;
    }
    if let Some(up_to_ms) = up_to_ms {
        statements
            .run(
                "UPDATE notifications SET read_at_ms = $3 WHERE account = $1 AND at_ms <= $2 AND read_at_ms IS NULL",
                &[
                    Value::Bytes(by.account.as_bytes()),
                    Value::Int(up_to_ms),
                    Value::Int(by.at_ms),
                ],
            )
            .await?;
    }
    Ok(())
}

pub(super) async fn silences(
    statements: &mut dyn Statements,
    account: AccountId,
) -> Result<Vec<Topic>, Error> {
    let rows = statements
        .rows(
            "SELECT topic FROM notification_silences WHERE account = $1",
            &[Value::Bytes(account.as_bytes())],
        )
        .await?;
    let mut topics = rows
        .iter()
        .map(|row| word(row, 0, Topic::from_word))
        .collect::<Result<Vec<_>, _>>()?;
    topics.sort_unstable();
    Ok(topics)
}

pub(super) async fn silence(
    statements: &mut dyn Statements,
    account: AccountId,
    topics: &[Topic],
) -> Result<(), Error> {
    let account = Value::Bytes(account.as_bytes());
    statements
        .run(
            "DELETE FROM notification_silences WHERE account = $1",
            &[account],
        )
        .await?;
    for topic in topics {
        statements
            .run(
                "INSERT INTO notification_silences (account, topic) VALUES ($1, $2)
                 ON CONFLICT (account, topic) DO NOTHING",
                &[account, Value::Text(topic.word())],
            )
            .await?;
    }
    Ok(())
}
