//! The server's process behind a session, and the end of work that was given up (I1).
//!
//! A call whose connection broke says nothing about its statement, and neither does the server: the process that works for
//! it may sit on a slow disk, behind a lock, or with the statement in a buffer that it has not read, and commit long
//! after we have read the document without it. Nobody would be told then: the room would lack what the journal has,
//! and what its author was told meanwhile (that it is set aside, say) would turn out untrue. So before a node that gave
//! work up reads again, that process is ended, and what it has done is done.

use sqlx::Row;
use sqlx::postgres::PgConnection;

/// One process of the server. Its number alone may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backend {
    pid: i32,
    /// In microseconds since 1970, by the server's clock.
    started_us: i64,
}

impl Backend {
    /// The one that works for this session.
    pub(super) async fn of(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        const OWN: &str = "
            SELECT pid, (extract(epoch FROM backend_start) * 1000000)::int8 AS started_us
            FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        let row = sqlx::query(OWN)
            .persistent(false)
            .fetch_one(connection)
            .await?;
        Ok(Self {
            pid: row.try_get("pid")?,
            started_us: row.try_get("started_us")?,
        })
    }
}

/// Asks these to end, and says how many there are still. One that is in the middle of a commit ends after it. Those of
/// another server, after a failover, are not found: what they had not done there, they never will.
pub(super) async fn end(
    connection: &mut PgConnection,
    backends: &[Backend],
) -> Result<usize, sqlx::Error> {
    // Sessions of one's own role may be ended by everybody:
    // <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL>
    const END: &str = "
        SELECT pg_terminate_backend(pid)
        FROM pg_stat_activity
        JOIN unnest($1::int4[], $2::int8[]) AS given_up (number, started_us)
          ON pid = number AND (extract(epoch FROM backend_start) * 1000000)::int8 = started_us";
    let pids: Vec<i32> = backends.iter().map(|backend| backend.pid).collect();
    let starts: Vec<i64> = backends.iter().map(|backend| backend.started_us).collect();
    let there = sqlx::query(END)
        .bind(pids)
        .bind(starts)
        .persistent(false)
        .fetch_all(connection)
        .await?;
    Ok(there.len())
}
