//! Which discussions have something new, and what follows from it.
//!
//! A discussion is due when its journal is not the one that it was when it was last read: its last row or the number of
//! its rows is another. So nothing is missed whoever writes, and whoever compacts; reading once too often does nothing.

use consilium_model::discussion;
use consilium_protocol::ids::{Access, DocName, UserId};
use sqlx::Error;

use super::record::{Call, CallKind, DueDiscussion, Heard, Kind, NOTIFICATIONS_KEPT_MS, Seen};
use super::telling::{Note, tell_of};
use crate::store::communities::record::Actor;
use crate::store::communities::standing;
use crate::store::portal_ids::AccountId;
use crate::store::record::DocId;
use crate::store::statements::{Row, Statements, Value};

pub(super) async fn due(
    statements: &mut dyn Statements,
    touched_since_ms: i64,
    count: u32,
) -> Result<Vec<DueDiscussion>, Error> {
    let rows = statements
        .rows(
            "SELECT doc, name, tail_last, tail_rows, is_known, seen FROM (
                 SELECT d.id AS doc, d.name AS name,
                        COALESCE((SELECT max(j.id) FROM journal j WHERE j.doc = d.id), 0) AS tail_last,
                        (SELECT count(*) FROM journal j WHERE j.doc = d.id) AS tail_rows,
                        CASE WHEN r.doc IS NULL THEN 0 ELSE 1 END AS is_known, r.seen AS seen,
                        r.tail_last AS known_last, r.tail_rows AS known_rows
                 FROM documents d LEFT JOIN discussion_reads r ON r.doc = d.id
                 WHERE d.deleted_at_ms IS NULL AND d.updated_at_ms >= $1 AND d.name LIKE '%/discussion') AS looked
             WHERE is_known = 0 OR tail_last <> known_last OR tail_rows <> known_rows
             ORDER BY doc LIMIT $2",
            &[Value::Int(touched_since_ms), Value::Int(i64::from(count))],
        )
        .await?;
    let found: Result<Vec<Option<DueDiscussion>>, Error> = rows.iter().map(due_of).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// `None` for what is called like a discussion and is none.
fn due_of(row: &Row) -> Result<Option<DueDiscussion>, Error> {
    let name = DocName::parse(&row.text(1)?).ok();
    let named = name.and_then(|name| discussion::parent_of(&name).map(|document| (name, document)));
    let Some((name, document)) = named else {
        return Ok(None);
    };
    let seen = match (row.int(4)? == 1, row.maybe_bytes(5)?) {
        (false, _) => Seen::Nothing,
        (true, None) => Seen::BeforeAnything,
        (true, Some(bytes)) => Seen::UpTo(bytes.to_vec()),
    };
    Ok(Some(DueDiscussion {
        doc: DocId(row.int(0)?),
        name,
        document,
        seen,
        tail: (row.int(2)?, row.int(3)?),
    }))
}

pub(super) async fn tell(
    statements: &mut dyn Statements,
    discussion: &DueDiscussion,
    heard: &Heard,
    now_ms: i64,
) -> Result<(), Error> {
    for call in &heard.calls {
        pass_on(&mut *statements, &discussion.document, call, now_ms).await?;
    }
    let document = discussion.document.as_str();
    for (remark, author) in &heard.remarks {
        note_remark(&mut *statements, document, remark, author, now_ms).await?;
    }
    for remark in &heard.gone {
        for sql in [
            "DELETE FROM remarks WHERE doc = (SELECT id FROM documents WHERE name = $1) AND remark = $2",
            "DELETE FROM notifications WHERE doc = (SELECT id FROM documents WHERE name = $1) AND remark = $2",
        ] {
            let values = [Value::Text(document), Value::Text(remark)];
            statements.run(sql, &values).await?;
        }
    }
    statements
        .run(
            "DELETE FROM remarks WHERE doc = (SELECT id FROM documents WHERE name = $1) AND at_ms <= $2",
            &[
                Value::Text(document),
                Value::Int(now_ms.saturating_sub(NOTIFICATIONS_KEPT_MS)),
            ],
        )
        .await?;
    statements
        .run(
            "INSERT INTO discussion_reads (doc, tail_last, tail_rows, seen) VALUES ($1, $2, $3, $4)
             ON CONFLICT (doc) DO UPDATE
             SET tail_last = excluded.tail_last, tail_rows = excluded.tail_rows, seen = excluded.seen",
            &[
                Value::Int(discussion.doc.0),
                Value::Int(discussion.tail.0),
                Value::Int(discussion.tail.1),
                Value::MaybeBytes(heard.seen.as_deref()),
            ],
        )
        .await
        .map(|_| ())
}

/// Tells somebody, if they may read what they are told of.
async fn pass_on(
    statements: &mut dyn Statements,
    document: &DocName,
    call: &Call,
    now_ms: i64,
) -> Result<(), Error> {
    let people = (AccountId::of_user(&call.to), AccountId::of_user(&call.by));
    let (Some(to), Some(by)) = people else {
        return Ok(());
    };
    let stands = standing::of(&mut *statements, to, document, now_ms).await?;
    let Some(stands) = stands.filter(|stands| stands.access_to_discussion() >= Access::Read) else {
        return Ok(());
    };
    let (kind, remark) = match call.kind {
        CallKind::Mention => (Kind::Mention, Some(call.event.as_str())),
        CallKind::Reply => (Kind::Reply, Some(call.event.as_str())),
        CallKind::Resolved => (Kind::Resolved, None),
    };
    let by = Actor {
        account: by,
        at_ms: now_ms,
    };
    let note = Note {
        document: Some(document),
        thread: Some(&call.thread),
        remark,
        ..Note::new(by, kind, stands.community)
    };
    let cause = format!("{} {document} {}", kind.word(), call.event);
    tell_of(statements, to, &note, &cause).await
}

async fn note_remark(
    statements: &mut dyn Statements,
    document: &str,
    remark: &str,
    author: &UserId,
    now_ms: i64,
) -> Result<(), Error> {
    let Some(author) = AccountId::of_user(author) else {
        return Ok(());
    };
    statements
        .run(
            "INSERT INTO remarks (doc, remark, author, at_ms)
             SELECT d.id, $2, a.id, $4 FROM documents d, accounts a WHERE d.name = $1 AND a.id = $3
             ON CONFLICT (doc, remark) DO NOTHING",
            &[
                Value::Text(document),
                Value::Text(remark),
                Value::Bytes(author.as_bytes()),
                Value::Int(now_ms),
            ],
        )
        .await
        .map(|_| ())
}
