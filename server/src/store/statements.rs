//! Statements that both databases understand, so that what the portal keeps is written once and behaves the same.
//!
//! The journal is written by hand for each database, because there every microsecond and every lock counts (ADR-0003,
//! ADR-0009). Governance happens a few times a day, and what counts is that a rule holds whichever database is
//! beneath: parameters are `$1`, types are whole numbers, texts and bytes, and an act locks its community by updating its
//! row. Both sides speak through [`Statements`]; what differs between them is [`Dialect`].

use async_trait::async_trait;
use sqlx::Error;

use super::StoreError;

/// What a parameter is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Int(i64),
    MaybeInt(Option<i64>),
    Text(&'a str),
    MaybeText(Option<&'a str>),
    Bytes(&'a [u8]),
    MaybeBytes(Option<&'a [u8]>),
}

/// What stands in one column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// One row of an answer; columns are read by their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

/// What differs between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A connection that takes statements.
#[async_trait]
pub(crate) trait Statements: Send {
    fn dialect(&self) -> Dialect;

    /// Carries a statement out; how many rows it touched. Its text is one of ours: values come as parameters only.
    async fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error>;

    /// All rows of an answer.
    async fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error>;

    /// The first row of an answer.
    async fn row(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }
}

/// A piece of work on the database. Dropping it undoes what it did.
#[async_trait]
pub(crate) trait Work: Send {
    fn statements(&mut self) -> &mut dyn Statements;

    /// Keeps what was done, or undoes it for this error. `action` reads verb + object.
    async fn end(self: Box<Self>, failed: Option<Error>, action: &str) -> Result<(), StoreError>;
}

/// A database on which work is done.
#[async_trait]
pub(crate) trait Database: Send + Sync + 'static {
    /// Begins to read; each statement sees what is committed by then.
    async fn reading(&self) -> Result<Box<dyn Work + '_>, StoreError>;

    /// Begins a transaction.
    async fn writing(&self) -> Result<Box<dyn Work + '_>, StoreError>;
}

/// Ends work with its outcome.
///
/// Cancel safety: the work is kept wholly or not at all.
pub(crate) async fn end<T>(
    work: Box<dyn Work + '_>,
    outcome: Result<T, Error>,
    action: &str,
) -> Result<T, StoreError> {
    match outcome {
        Ok(value) => work.end(None, action).await.map(|()| value),
        Err(error) => match work.end(Some(error), action).await {
            Err(error) => Err(error),
            Ok(()) => Err(StoreError::Rejected(
                format!("{action}: a failure was passed over").into(),
            )),
        },
    }
}

impl Row {
    fn cell(&self, column: usize) -> Result<&Cell, Error> {
        self.0.get(column).ok_or_else(|| unreadable(column))
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, Error> {
        self.maybe_int(column)?.ok_or_else(|| unreadable(column))
    }

    pub(crate) fn maybe_int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(*number)),
            Cell::Text(_) | Cell::Bytes(_) => Err(unreadable(column)),
        }
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, Error> {
        self.maybe_text(column)?.ok_or_else(|| unreadable(column))
    }

    /// Texts that people chose are bytes in one database.
    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<String>, Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.clone())),
            Cell::Bytes(bytes) => String::from_utf8(bytes.clone())
                .map(Some)
                .map_err(|_| unreadable(column)),
            Cell::Int(_) => Err(unreadable(column)),
        }
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8], Error> {
        self.maybe_bytes(column)?.ok_or_else(|| unreadable(column))
    }

    pub(crate) fn maybe_bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            Cell::Int(_) | Cell::Text(_) => Err(unreadable(column)),
        }
    }
}

/// What stands in a column is not what belongs there.
pub(crate) fn unreadable(column: usize) -> Error {
    Error::Decode(format!("column {column} holds something else").into())
}
