//! SQLite's side of [`crate::store::statements`].

use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column, Error, Row as _, Sqlite, TypeInfo, ValueRef};

use super::SqliteStore;
use super::classify::{Classify, classify};
use super::writer::WriteTransaction;
use crate::store::StoreError;
use crate::store::statements::{Cell, Database, Dialect, Row, Statements, Value, Work};

#[async_trait]
impl Statements for SqliteConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        Ok(bound(sql, values).execute(self).await?.rows_affected())
    }

    async fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        bound(sql, values)
            .fetch_all(self)
            .await?
            .iter()
            .map(read)
            .collect()
    }
}

fn bound<'q>(sql: &str, values: &[Value<'q>]) -> Query<'q, Sqlite, SqliteArguments> {
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

fn read(row: &SqliteRow) -> Result<Row, Error> {
    row.columns()
        .iter()
        .map(|column| {
            let at = column.ordinal();
            let raw = row.try_get_raw(at)?;
            if raw.is_null() {
                return Ok(Cell::Null);
            }
            Ok(match raw.type_info().name() {
                "TEXT" => Cell::Text(row.try_get(at)?),
                "BLOB" => Cell::Bytes(row.try_get(at)?),
                _ => Cell::Int(row.try_get(at)?),
            })
        })
        .collect::<Result<_, Error>>()
        .map(Row)
}

struct Reading(PoolConnection<Sqlite>);

#[async_trait]
impl Work for Reading {
    fn statements(&mut self) -> &mut dyn Statements {
        &mut *self.0
    }

    async fn end(self: Box<Self>, failed: Option<Error>, action: &str) -> Result<(), StoreError> {
        match failed {
            None => Ok(()),
            Some(error) => Err(classify(&error, action)),
        }
    }
}

#[async_trait]
impl Work for WriteTransaction<'_> {
    fn statements(&mut self) -> &mut dyn Statements {
        self
    }

    async fn end(self: Box<Self>, failed: Option<Error>, action: &str) -> Result<(), StoreError> {
        let outcome = match failed {
            None => Ok(()),
            Some(error) => Err(classify(&error, action)),
        };
        self.finish(outcome).await
    }
}

/// A connection that was lost says so at the statement.
#[async_trait]
impl Statements for WriteTransaction<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
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
impl Database for SqliteStore {
    async fn reading(&self) -> Result<Box<dyn Work + '_>, StoreError> {
        let connection = self.readers.acquire().await.classify("begin to read")?;
        Ok(Box::new(Reading(connection)))
    }

    async fn writing(&self) -> Result<Box<dyn Work + '_>, StoreError> {
        Ok(Box::new(self.writer.begin().await?))
    }
}
