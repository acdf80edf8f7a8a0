//! Whose turn it is to decide about the suggestions to a document. There is one turn for each document and not one for each
//! suggestion: two suggestions that change the same passage are taken one after the other too.
//!
//! A turn that nobody ends, because its node went away, is over by itself. The clock is the database's: those of nodes
//! differ.

use std::time::Duration;

use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::reading;
use super::record::{BranchView, MergeTurn};
use crate::store::communities::record::{Actor, Decided};
use crate::store::communities::rows::granted;
use crate::store::statements::{Dialect, Statements, Value};

fn clock(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        Dialect::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    }
}

fn millis(life: Duration) -> i64 {
    i64::try_from(life.as_millis()).unwrap_or(i64::MAX)
}

pub(super) async fn take(
    statements: &mut dyn Statements,
    by: Actor,
    branch: &DocName,
    turn: MergeTurn,
    life: Duration,
) -> Result<Decided<bool>, Error> {
    let view = granted!(reading::one(&mut *statements, by, branch).await?);
    let now = clock(statements.dialect());
    let sql = format!(
        "INSERT INTO merge_turns (doc, turn, until_ms) SELECT id, $2, {now} + $3 FROM documents WHERE name = $1
         ON CONFLICT (doc) DO UPDATE SET turn = excluded.turn, until_ms = excluded.until_ms
         WHERE merge_turns.until_ms <= {now}"
    );
    let taken = statements
        .run(
            &sql,
            &[
                Value::Text(view.document.as_str()),
                Value::Bytes(&turn.0),
                Value::Int(millis(life)),
            ],
        )
        .await?;
    Ok(Ok(taken > 0))
}

pub(super) async fn keep(
    statements: &mut dyn Statements,
    turn: MergeTurn,
    life: Duration,
) -> Result<bool, Error> {
    let now = clock(statements.dialect());
    let sql = format!("UPDATE merge_turns SET until_ms = {now} + $2 WHERE turn = $1");
    let kept = statements
        .run(&sql, &[Value::Bytes(&turn.0), Value::Int(millis(life))])
        .await?;
    Ok(kept > 0)
}

pub(super) async fn end(statements: &mut dyn Statements, turn: MergeTurn) -> Result<(), Error> {
    statements
        .run(
            "DELETE FROM merge_turns WHERE turn = $1",
            &[Value::Bytes(&turn.0)],
        )
        .await
        .map(|_| ())
}

/// Whether it is somebody else's turn.
pub(super) async fn is_anothers(
    statements: &mut dyn Statements,
    view: &BranchView,
    turn: Option<MergeTurn>,
) -> Result<bool, Error> {
    let now = clock(statements.dialect());
    let sql = format!(
        "SELECT 1 FROM merge_turns t JOIN documents d ON d.id = t.doc
         WHERE d.name = $1 AND t.until_ms > {now} AND t.turn <> $2"
    );
    // No turn is empty.
    let own: &[u8] = turn.as_ref().map_or(&[], |turn| &turn.0);
    let found = statements
        .row(
            &sql,
            &[Value::Text(view.document.as_str()), Value::Bytes(own)],
        )
        .await?;
    Ok(found.is_some())
}
