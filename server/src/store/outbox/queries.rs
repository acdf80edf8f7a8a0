//! What the two databases are asked about the outbox.

use sqlx::Error;

use super::{ClaimedMail, NewMail};
use crate::store::limits::MAILS_WAITING_MAX;
use crate::store::portal_ids::MailId;
use crate::store::statements::{Row, Statements, Value, unreadable};

pub(super) async fn put(statements: &mut dyn Statements, mail: &NewMail) -> Result<bool, Error> {
    let done = statements
        .run(
            "INSERT INTO mails (id, recipient, kind, language, details, sealed, only_once, created_at_ms,
                                due_at_ms, attempts, spent)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8, 0, 0
             WHERE (SELECT count(*) FROM mails) < $9 ON CONFLICT DO NOTHING",
            &[
                Value::Bytes(mail.id.as_bytes()),
                Value::Text(&mail.recipient),
                Value::Text(mail.kind),
                Value::Text(mail.language),
                Value::Text(&mail.details),
                Value::MaybeBytes(mail.sealed.as_deref()),
                Value::MaybeText(mail.only_once.as_deref()),
                Value::Int(mail.created_at_ms),
                Value::Int(MAILS_WAITING_MAX),
            ],
        )
        .await?;
    Ok(done > 0)
}

pub(super) async fn claim(
    statements: &mut dyn Statements,
    now_ms: i64,
    until_ms: i64,
) -> Result<Option<ClaimedMail>, Error> {
    let due = statements
        .row(
            "SELECT id, recipient, kind, language, details, sealed, created_at_ms, attempts, spent FROM mails
             WHERE due_at_ms <= $1 ORDER BY due_at_ms, id LIMIT 1",
            &[Value::Int(now_ms)],
        )
        .await?;
    let Some(mail) = due.as_ref().map(mail).transpose()? else {
        return Ok(None);
    };
    // Whoever else has read the same row waits for this one, and then finds it due later.
    let taken = statements
        .run(
            "UPDATE mails SET due_at_ms = $3, attempts = attempts + 1 WHERE id = $1 AND due_at_ms <= $2",
            &[
                Value::Bytes(mail.id.as_bytes()),
                Value::Int(now_ms),
                Value::Int(until_ms),
            ],
        )
        .await?;
    Ok((taken > 0).then_some(mail))
}

fn mail(row: &Row) -> Result<ClaimedMail, Error> {
    Ok(ClaimedMail {
        id: MailId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?,
        recipient: row.text(1)?,
        kind: row.text(2)?,
        language: row.text(3)?,
        details: row.text(4)?,
        sealed: row.maybe_bytes(5)?.map(<[u8]>::to_vec),
        created_at_ms: row.int(6)?,
        attempts: row.int(7)?,
        is_spent: row.int(8)? != 0,
    })
}

pub(super) async fn postpone(
    statements: &mut dyn Statements,
    id: MailId,
    due_at_ms: i64,
) -> Result<(), Error> {
    statements
        .run(
            "UPDATE mails SET due_at_ms = $2 WHERE id = $1",
            &[Value::Bytes(id.as_bytes()), Value::Int(due_at_ms)],
        )
        .await
        .map(|_| ())
}

pub(super) async fn rest(
    statements: &mut dyn Statements,
    id: MailId,
    until_ms: i64,
) -> Result<(), Error> {
    statements
        .run(
            "UPDATE mails SET due_at_ms = $2, spent = 1, details = '', sealed = NULL WHERE id = $1",
            &[Value::Bytes(id.as_bytes()), Value::Int(until_ms)],
        )
        .await
        .map(|_| ())
}

pub(super) async fn remove(statements: &mut dyn Statements, id: MailId) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM mails WHERE id = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await
        .map(|_| ())
}

pub(super) async fn waiting(statements: &mut dyn Statements) -> Result<u64, Error> {
    let row = statements
        .row("SELECT count(*) FROM mails WHERE spent = 0", &[])
        .await?
        .ok_or(Error::RowNotFound)?;
    u64::try_from(row.int(0)?).map_err(|_| unreadable(0))
}
