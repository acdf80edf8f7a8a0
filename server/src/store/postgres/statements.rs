//! PostgreSQL's side of [`crate::store::statements`].

use async_trait::async_trait;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Column, Error, Postgres, Row as _, TypeInfo, ValueRef};

use super::PostgresStore;
use super::classify::within;
use super::links::Link;
use crate::store::StoreError;
use crate::store::limits::POSTGRES_ANSWER_TIMEOUT;
use crate::store::statements::{Cell, Database, Dialect, Row, Statements, Value, Work};

#[async_trait]
impl Statements for PgConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        let done = bound(sql, values).execute(self);
        Ok(within(POSTGRES_ANSWER_TIMEOUT, done).await?.rows_affected())
    }

    async fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        let found = bound(sql, values).fetch_all(self);
        within(POSTGRES_ANSWER_TIMEOUT, found)
            .await?
            .iter()
            .map(read)
            .collect()
    }
}

fn bound<'q>(sql: &str, values: &[Value<'q>]) -> Query<'q, Postgres, PgArguments> {
    let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    values.iter().fold(query, |query, value| match *value {
        Value::Int(number) => query.bind(number),
        Value::MaybeInt(number) => query.bind(number),
        Value::Text(text) => query.bind(text.to_owned()),
        Value::MaybeText(text) => query.bind(text.map(str::to_owned)),
        Value::Bytes(bytes) => query.bind(bytes.to_vec()),
        Value::MaybeBytes(bytes) => query.bind(bytes.map(<[u8]>::to_vec)),
    })
}

fn read(row: &PgRow) -> Result<Row, Error> {
    row.columns()
        .iter()
        .map(|column| {
            let at = column.ordinal();
            let raw = row.try_get_raw(at)?;
            if raw.is_null() {
                return Ok(Cell::Null);
            }
            Ok(match raw.type_info().name() {
                "TEXT" | "VARCHAR" => Cell::Text(row.try_get(at)?),
                "BYTEA" => Cell::Bytes(row.try_get(at)?),
                "INT4" => Cell::Int(row.try_get::<i32, _>(at)?.into()),
                _ => Cell::Int(row.try_get(at)?),
            })
        })
        .collect::<Result<_, Error>>()
        .map(Row)
}

/// Statements that are their own transactions.
struct Reading<'a>(Link<'a>);

/// One transaction.
struct Writing<'a>(Link<'a>);

#[async_trait]
impl Statements for Link<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        self.connection().map_err(lost)?.run(sql, values).await
    }

    async fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        self.connection().map_err(lost)?.rows(sql, values).await
    }
}

fn lost(error: StoreError) -> Error {
    Error::Io(std::io::Error::other(error))
}

#[async_trait]
impl Work for Reading<'_> {
    fn statements(&mut self) -> &mut dyn Statements {
        &mut self.0
    }

    async fn end(
        mut self: Box<Self>,
        failed: Option<Error>,
        action: &str,
    ) -> Result<(), StoreError> {
        self.0.check(failed.map_or(Ok(()), Err), action)
    }
}

#[async_trait]
impl Work for Writing<'_> {
    fn statements(&mut self) -> &mut dyn Statements {
        &mut self.0
    }

    async fn end(
        mut self: Box<Self>,
        failed: Option<Error>,
        action: &str,
    ) -> Result<(), StoreError> {
        let outcome = match failed {
            // The session is given up, and the server rolls back.
            Some(error) => Err(error),
            None => self.0.run("COMMIT", &[]).await.map(|_| ()),
        };
        self.0.check_transaction(outcome, action)
    }
}

#[async_trait]
impl Database for PostgresStore {
    async fn reading(&self) -> Result<Box<dyn Work + '_>, StoreError> {
        Ok(Box::new(Reading(self.readers.take().await?)))
    }

    async fn writing(&self) -> Result<Box<dyn Work + '_>, StoreError> {
        let mut link = self.writers.take().await?;
        // Whatever the default of the database: an act must see what was committed while it waited for its community.
        let begun = link.run("BEGIN ISOLATION LEVEL READ COMMITTED", &[]).await;
        // Not checked in when it began: from here on the link is busy, and is given up when this work is dropped.
        if let Err(error) = begun {
            link.check_transaction::<()>(Err(error), "begin a transaction")?;
        }
        Ok(Box::new(Writing(link)))
    }
}
