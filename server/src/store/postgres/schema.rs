//! The schema: brought up to date at start, whoever starts and however many at once.
//!
//! One node migrates while the others wait for its advisory lock, and then find nothing to do. A database that a newer
//! version has migrated is refused: this one does not know what its tables mean.

use std::sync::LazyLock;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::classify::{classify, is_forbidden, within};
use crate::store::StoreError;
use crate::store::limits::{POSTGRES_ANSWER_TIMEOUT, POSTGRES_MIGRATION_WAIT};
use crate::store::migrations::{migrator, steps};
use crate::store::portable::Marks;
use crate::store::portable::mark::{MOVED_IN, MOVED_OUT, PORTAL_KEY, STORE_ID};

/// The schema, embedded in the binary (D6).
pub(super) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| migrator(steps!("postgres")));

/// Brings the schema up to date.
///
/// Cancel safety: a half-made step is rolled back, and the lock goes with the connection.
pub(super) async fn migrate(connection: &mut PgConnection) -> Result<(), StoreError> {
    let action = "migrate the database";
    // A step may rewrite a table, and waiting for another node's may take as long.
    allow(connection, Duration::ZERO, POSTGRES_MIGRATION_WAIT)
        .await
        .map_err(|error| classify(&error, action))?;
    match MIGRATIONS.run_direct(None, &mut *connection, false).await {
        Ok(()) => Ok(()),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            let classified = classify(&error, action);
            if is_forbidden(&error) {
                return Err(forbidden(connection, &classified).await);
            }
            Err(classified)
        }
        Err(MigrateError::VersionMissing(version)) => Err(newer(version)),
        Err(other) => Err(StoreError::Rejected(format!("{action}: {other}").into())),
    }
}

/// Which right the role lacks, and how it gets it.
async fn forbidden(connection: &mut PgConnection, refusal: &StoreError) -> StoreError {
    const ASK: &str = "
        SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
               format('GRANT CREATE ON SCHEMA %I TO %I', coalesce(current_schema(), 'public'), current_user)";
    let asked = sqlx::query_as(ASK).persistent(false).fetch_one(connection);
    let (may_create, grant): (bool, String) = match within(POSTGRES_ANSWER_TIMEOUT, asked).await {
        Ok(answer) => answer,
        Err(_) => return refusal.clone(),
    };
    let advice = if may_create {
        "The tables of the store belong to another role: give its name in the address, or REASSIGN OWNED BY it".to_owned()
    } else {
        format!(
            "This role may not make tables there: {grant}, as owner of the database; or give the database to it"
        )
    };
    let said = match refusal {
        StoreError::Rejected(said) => said.to_string(),
        other => other.to_string(),
    };
    StoreError::Rejected(format!("{said}. {advice}").into())
}

/// What is in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// Nobody ever made a store here.
    None,
    /// That of an older version.
    Older,
    /// Ours.
    Current,
}

/// Looks what is there, and changes nothing.
pub(super) async fn found(connection: &mut PgConnection) -> Result<Schema, StoreError> {
    let found = async {
        let table: Option<String> =
            sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text")
                .fetch_one(&mut *connection)
                .await?;
        if table.is_none() {
            return Ok(None);
        }
        sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await
    };
    let latest = within(POSTGRES_ANSWER_TIMEOUT, found)
        .await
        .map_err(|error| classify(&error, "look for a store"))?;
    let Some(latest) = latest else {
        return Ok(Schema::None);
    };
    match MIGRATIONS.iter().map(|step| step.version).max() {
        Some(ours) if latest > ours => Err(newer(latest)),
        Some(ours) if latest == ours => Ok(Schema::Current),
        _ => Ok(Schema::Older),
    }
}

fn newer(version: i64) -> StoreError {
    StoreError::Rejected(
        format!(
            "a newer version of Consilium has written this database (its step {version} is unknown here): run that version or a later one"
        )
        .into(),
    )
}

/// Sets how long this session's statements may take and wait. Zero is for ever.
pub(super) async fn allow(
    connection: &mut PgConnection,
    statement: Duration,
    lock: Duration,
) -> Result<(), sqlx::Error> {
    let milliseconds = |time: Duration| time.as_millis().to_string();
    sqlx::query(
        "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
                set_config('idle_in_transaction_session_timeout', $1, false)",
    )
    .bind(milliseconds(statement))
    .bind(milliseconds(lock))
    .persistent(false)
    .execute(connection)
    .await
    .map(|_| ())
}

/// Gives the store its identity if it has none.
pub(super) async fn identify(connection: &mut PgConnection) -> Result<Uuid, StoreError> {
    let identified = async {
        sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
            .bind(STORE_ID)
            .bind(Uuid::now_v7().as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
        read_marks(&mut *connection).await
    };
    let entries = within(POSTGRES_ANSWER_TIMEOUT, identified)
        .await
        .map_err(|error| classify(&error, "identify the store"))?;
    Marks::read(entries)?
        .store_id
        .ok_or_else(|| StoreError::Rejected("the store has no identity".into()))
}

/// What the store says of itself.
pub(super) async fn read_marks(
    connection: &mut PgConnection,
) -> Result<Vec<(String, Vec<u8>)>, sqlx::Error> {
    sqlx::query_as("SELECT key, value FROM meta WHERE key IN ($1, $2, $3, $4)")
        .bind(STORE_ID)
        .bind(MOVED_OUT)
        .bind(MOVED_IN)
        .bind(PORTAL_KEY)
        .fetch_all(connection)
        .await
}
