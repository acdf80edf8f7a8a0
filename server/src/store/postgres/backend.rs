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

use sqlx::postgres::PgConnection;

use super::position::RunName;

/// One process of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Backend {
    pub(super) run: RunName,
    /// May come back, and is likely to at another server: in a container they count from one.
    pub(super) pid: i32,
    /// In microseconds since 1970, by the server's clock; zero where the role may not see it.
    pub(super) started_us: i64,
}

/// Those of the run that this one belongs to. What others had not done, they never will: their server is gone, or another
/// one after a failover.
fn of_the_run<'a>(asking: &Backend, given_up: &'a [Backend]) -> Vec<&'a Backend> {
    let same = given_up.iter().filter(|backend| backend.run == asking.run);
    same.collect()
}

/// How many of these are there still, as the server says for which `asking` works.
pub(super) async fn there(
    connection: &mut PgConnection,
    asking: &Backend,
    given_up: &[Backend],
) -> Result<i64, sqlx::Error> {
    const THERE: &str = "
        SELECT count(*)
        FROM pg_stat_activity
        JOIN unnest($1::int4[], $2::int8[]) AS given_up (number, started_us)
          ON pid = number
         AND coalesce((extract(epoch FROM backend_start) * 1000000)::int8, 0) = started_us";
    let here = of_the_run(asking, given_up);
    let pids: Vec<i32> = here.iter().map(|backend| backend.pid).collect();
    let starts: Vec<i64> = here.iter().map(|backend| backend.started_us).collect();
    sqlx::query_scalar(THERE)
        .bind(pids)
        .bind(starts)
        .persistent(false)
        .fetch_one(connection)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backend(run: &str, pid: i32) -> Backend {
        let (name, started) = (run.to_owned(), String::new());
        Backend {
            run: RunName { name, started },
            pid,
            // As a role that may not see it.
            started_us: 0,
        }
    }

    #[test]
    fn a_process_of_the_promoted_server_is_not_taken_for_one_of_the_old() {
        let given_up = [backend("old", 57), backend("old", 58)];
        assert!(of_the_run(&backend("new", 57), &given_up).is_empty());
        let both = [&given_up[0], &given_up[1]];
        assert_eq!(of_the_run(&backend("old", 59), &given_up), both);
    }
}
