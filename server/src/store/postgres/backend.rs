//! The server's process behind a session, and the end of work that was given up (I1).
//!
//! A call whose connection broke says nothing about its statement, and neither does the server: the process that works for
//! it may sit on a slow disk, behind a lock, or with the statement in a buffer that it has not read, and commit long
//! after we have read the document without it. Nobody would be told then: the room would lack what the journal has,
//! and what its author was told meanwhile (that it is set aside, say) would turn out untrue. So before a node that gave
//! work up reads again, that process has ended. It ends by itself: the server's own limits end what waits or takes too
//! long, and then it finds its client gone.
//!
//! It is never ended by us. A process that waits for a synchronous standby would take its end for leave to finish the commit
//! without (<https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION>), and what no standby has
//! would count as safe.

use sqlx::Row;
use sqlx::postgres::PgConnection;

/// One process of the server. Its number alone may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backend {
    pid: i32,
    /// In microseconds since 1970, by the server's clock; zero where the role may not see it.
    started_us: i64,
}

impl Backend {
    /// The one that works for this session.
    pub(super) async fn of(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        const OWN: &str = "
            SELECT pid, coalesce((extract(epoch FROM backend_start) * 1000000)::int8, 0) AS started_us
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

/// How many of these are there still. Those of another server, after a failover, are not found: what they had not done
/// there, they never will.
pub(super) async fn there(
    connection: &mut PgConnection,
    backends: &[Backend],
) -> Result<i64, sqlx::Error> {
    const THERE: &str = "
        SELECT count(*)
        FROM pg_stat_activity
        JOIN unnest($1::int4[], $2::int8[]) AS given_up (number, started_us)
          ON pid = number
         AND coalesce((extract(epoch FROM backend_start) * 1000000)::int8, 0) = started_us";
    let pids: Vec<i32> = backends.iter().map(|backend| backend.pid).collect();
    let starts: Vec<i64> = backends.iter().map(|backend| backend.started_us).collect();
    sqlx::query_scalar(THERE)
        .bind(pids)
        .bind(starts)
        .persistent(false)
        .fetch_one(connection)
        .await
}
