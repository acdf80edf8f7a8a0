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
pub enum Value<'a> {
    /// A whole number.
    Int(i64),
    /// A whole number, or none.
    MaybeInt(Option<i64>),
    /// A text.
    Text(&'a str),
    /// A text, or none.
    MaybeText(Option<&'a str>),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Bytes, or none.
    MaybeBytes(Option<&'a [u8]>),
}

/// What stands in one column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of an answer; columns are read by their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Cell>);

/// What differs between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// That of the embedded store.
    Sqlite,
    /// That of the store for several nodes.
    Postgres,
}

/// A connection that takes statements.
#[async_trait]
pub trait Statements: Send {
    /// Which one it is.
    fn dialect(&self) -> Dialect;

    /// Carries a statement out; how many rows it touched. Its text is one of ours: values come as parameters only.
    ///
    /// # Errors
    /// As the database's driver has them.
    async fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error>;

    /// All rows of an answer.
    ///
    /// # Errors
    /// As the database's driver has them.
    async fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Error>;

    /// The first row of an answer.
    ///
    /// # Errors
    /// As the database's driver has them.
    async fn row(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }
}

/// A piece of work on the database. Dropping it undoes what it did.
#[async_trait]
pub trait Work: Send {
    /// Where its statements go.
    fn statements(&mut self) -> &mut dyn Statements;

    /// Keeps what was done, or undoes it for this error. `action` reads verb + object.
    ///
    /// # Errors
    /// That error in our words, or why what was done could not be kept.
    ///
    /// Cancel safety: it is kept wholly or not at all.
    async fn end(self: Box<Self>, failed: Option<Error>, action: &str) -> Result<(), StoreError>;
}

/// A database on which work is done.
#[async_trait]
pub trait Database: Send + Sync + 'static {
    /// Begins to read; each statement sees what is committed by then.
    ///
    /// # Errors
    /// The storage-wide kinds.
    ///
    /// Cancel safety: nothing is left behind.
    async fn reading(&self) -> Result<Box<dyn Work + '_>, StoreError>;

    /// Begins a transaction.
    ///
    /// # Errors
    /// The storage-wide kinds.
    ///
    /// Cancel safety: nothing is left behind.
    async fn writing(&self) -> Result<Box<dyn Work + '_>, StoreError>;
}

/// Ends work with its outcome.
///
/// # Errors
/// As [`Work::end`].
///
/// Cancel safety: the work is kept wholly or not at all.
pub async fn end<T>(
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

    /// A whole number.
    ///
    /// # Errors
    /// A driver's error when something else stands there.
    pub fn int(&self, column: usize) -> Result<i64, Error> {
        self.maybe_int(column)?.ok_or_else(|| unreadable(column))
    }

    /// A whole number, or none.
    ///
    /// # Errors
    /// A driver's error when something else stands there.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(*number)),
            Cell::Text(_) | Cell::Bytes(_) => Err(unreadable(column)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// A driver's error when something else stands there.
    pub fn text(&self, column: usize) -> Result<String, Error> {
        self.maybe_text(column)?.ok_or_else(|| unreadable(column))
    }

    /// A text, or none. Texts that people chose are bytes in one database.
    ///
    /// # Errors
    /// A driver's error when something else stands there.
    pub fn maybe_text(&self, column: usize) -> Result<Option<String>, Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.clone())),
            Cell::Bytes(bytes) => String::from_utf8(bytes.clone())
                .map(Some)
                .map_err(|_| unreadable(column)),
            Cell::Int(_) => Err(unreadable(column)),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// A driver's error when something else stands there.
    pub fn bytes(&self, column: usize) -> Result<&[u8], Error> {
        self.maybe_bytes(column)?.ok_or_else(|| unreadable(column))
    }

    /// Bytes, or none.
    ///
    /// # Errors
    /// A driver's error when something else stands there.
    pub fn maybe_bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            Cell::Int(_) | Cell::Text(_) => Err(unreadable(column)),
        }
    }
}

/// What stands in a column is not what belongs there.
#[must_use]
pub fn unreadable(column: usize) -> Error {
    Error::Decode(format!("column {column} holds something else").into())
}

/// Reads: no transaction, each statement sees what is committed by then.
macro_rules! read {
    ($self:ident, $action:literal, |$statements:ident| $body:expr) => {{
        let mut work = $self.reading().await?;
        let outcome = {
            let $statements = work.statements();
            $body.await
        };
        end(work, outcome, $action).await
    }};
}

/// Acts: one transaction.
macro_rules! act {
    ($self:ident, $action:literal, |$statements:ident| $body:expr) => {{
        let mut work = $self.writing().await?;
        let outcome = {
            let $statements = work.statements();
            $body.await
        };
        end(work, outcome, $action).await
    }};
}

pub(in crate::store) use {act, read};
