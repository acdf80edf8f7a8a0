//! What a server is set to, and whether it takes a write, for `consilium doctor`. The schema is left as it is.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::classify::{classify, within};
use super::neighbours::{self, Neighbour};
use super::probe;
use super::schema::{self, Schema};
use super::session::{Admission, Connector};
use crate::store::StoreError;
use crate::store::address::PostgresUrl;
use crate::store::limits::POSTGRES_ANSWER_TIMEOUT;
use crate::store::portable::Marks;

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Its version, as `15.8`.
    pub version: String,
    /// Whether it waits for the disk at all.
    pub fsync: bool,
    /// Whether it survives a page that was half written at a power cut.
    pub full_page_writes: bool,
    /// What a commit waits for in sessions that do not ask. Ours do.
    pub synchronous_commit: String,
    /// What a commit waits for in our sessions.
    pub our_synchronous_commit: String,
    /// Whether this session is encrypted.
    pub is_encrypted: bool,
    /// Whether this session stays on this machine.
    pub is_local: bool,
    /// Sessions that the server allows, those kept back for its operator not counted.
    pub connections_max: u32,
    /// Transactions that began since the oldest one that is still open: how much every reading of changes repeats.
    pub transactions_behind: u64,
    /// How far its clock is ahead of ours (or behind).
    pub clock_offset: Duration,
    /// Nodes that serve the database now, as far as this role may see.
    pub neighbours: Vec<Neighbour>,
    /// The store in the database, if there is one.
    pub store: Option<FoundStore>,
    /// Whether one could be made.
    pub may_create: bool,
    /// The statement that allows it.
    pub grant_create: String,
}

/// A store that was found in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundStore {
    /// What it says of having been moved.
    pub marks: Marks,
    /// Whether it takes a write.
    pub probed: Probed,
}

/// How trying a durable write went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probed {
    /// It was written, and removed again.
    Written,
    /// It was not tried: the next start will change the schema first.
    Outdated,
}

/// Asks a server, and tries a durable write if it has a store.
///
/// # Errors
/// As [`super::PostgresStore::open`], and as any write.
///
/// Cancel safety: nothing is left but what a probe may leave.
pub async fn examine(url: &PostgresUrl) -> Result<ServerSettings, StoreError> {
    let connector = Connector::new(url)?;
    let mut connection = connector.connect_bare(Admission::Reading).await?;
    let store = match schema::found(&mut connection).await? {
        Schema::None => None,
        found => Some(look(&mut connection, found).await?),
    };
    let neighbours = neighbours::others(&mut connection, None).await?;
    within(
        POSTGRES_ANSWER_TIMEOUT,
        ask(&mut connection, store, neighbours),
    )
    .await
    .map_err(|error| classify(&error, "ask PostgreSQL for its settings"))
}

async fn look(connection: &mut PgConnection, found: Schema) -> Result<FoundStore, StoreError> {
    let marks = within(POSTGRES_ANSWER_TIMEOUT, schema::read_marks(connection))
        .await
        .map_err(|error| classify(&error, "read marks"))?;
    let probed = if found == Schema::Current {
        within(POSTGRES_ANSWER_TIMEOUT, probe::write(connection))
            .await
            .map_err(|error| classify(&error, "write a probe"))?;
        Probed::Written
    } else {
        Probed::Outdated
    };
    Ok(FoundStore {
        marks: Marks::read(marks)?,
        probed,
    })
}

/// `reset_val` is what a new session would have; ours has set its own by now.
const ASK: &str = "
    SELECT current_setting('server_version') AS version,
           current_setting('fsync')::bool AS fsync,
           current_setting('full_page_writes')::bool AS full_page_writes,
           (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS synchronous_commit,
           current_setting('synchronous_commit') AS our_synchronous_commit,
           coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS is_encrypted,
           inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr() AS is_local,
           current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8
               AS connections_max,
           pg_snapshot_xmax(pg_current_snapshot())::text::int8 - pg_snapshot_xmin(pg_current_snapshot())::text::int8
               AS transactions_behind,
           (extract(epoch FROM clock_timestamp()) * 1000)::int8 AS clock_ms,
           has_schema_privilege(current_schema(), 'CREATE') AS may_create,
           format('GRANT CREATE ON SCHEMA %I TO %I', coalesce(current_schema(), 'public'), current_user) AS grant_create";

async fn ask(
    connection: &mut PgConnection,
    store: Option<FoundStore>,
    neighbours: Vec<Neighbour>,
) -> Result<ServerSettings, sqlx::Error> {
    let asked = Instant::now();
    let row = sqlx::query(ASK)
        .persistent(false)
        .fetch_one(connection)
        .await?;
    // The answer was written somewhere in between.
    let ours = SystemTime::now() - asked.elapsed() / 2;
    let theirs: i64 = row.try_get("clock_ms")?;
    let theirs = UNIX_EPOCH + Duration::from_millis(theirs.unsigned_abs());
    let clock_offset = theirs
        .duration_since(ours)
        .unwrap_or_else(|behind| behind.duration());
    let count = |number: i64| number.unsigned_abs();
    Ok(ServerSettings {
        version: row.try_get("version")?,
        fsync: row.try_get("fsync")?,
        full_page_writes: row.try_get("full_page_writes")?,
        synchronous_commit: row.try_get("synchronous_commit")?,
        our_synchronous_commit: row.try_get("our_synchronous_commit")?,
        is_encrypted: row.try_get("is_encrypted")?,
        is_local: row.try_get("is_local")?,
        connections_max: u32::try_from(count(row.try_get("connections_max")?)).unwrap_or(u32::MAX),
        transactions_behind: count(row.try_get("transactions_behind")?),
        clock_offset,
        neighbours,
        store,
        may_create: row
            .try_get::<Option<bool>, _>("may_create")?
            .unwrap_or(false),
        grant_create: row.try_get("grant_create")?,
    })
}
