//! From SQLite's result codes to our kinds. The table is <https://www.sqlite.org/rescode.html>.

use sqlx::Error;

use crate::store::error::DELETED_FOR_GOOD;
use crate::store::{Corruption, StoreError};

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NOMEM: i32 = 7;
const READONLY: i32 = 8;
const INTERRUPT: i32 = 9;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const PROTOCOL: i32 = 15;
const NOLFS: i32 = 22;
const NOTADB: i32 = 26;
/// Not a file error: `SQLITE_IOERR_CORRUPTFS`, the extended code for a file system that lies.
const IOERR_CORRUPTFS: i32 = 10 | (33 << 8);

/// Turns a database error into one of ours, with what was being done.
pub(crate) trait Classify<T> {
    /// `action` reads verb + object: "load snapshots".
    fn classify(self, action: &str) -> Result<T, StoreError>;
}

impl<T> Classify<T> for Result<T, Error> {
    fn classify(self, action: &str) -> Result<T, StoreError> {
        self.map_err(|error| classify(&error, action))
    }
}

/// As [`Classify::classify`], for an error in hand.
pub(super) fn classify(error: &Error, action: &str) -> StoreError {
    let detail: std::sync::Arc<str> = format!("{action}: {error}").into();
    match error {
        Error::Database(database) if database.message() == DELETED_FOR_GOOD => {
            StoreError::DeletedForGood
        }
        Error::Database(database) => match database.code().and_then(|code| code.parse().ok()) {
            Some(code) => by_code(code, detail),
            None => StoreError::Rejected(detail),
        },
        Error::Io(_) | Error::PoolClosed | Error::WorkerCrashed => StoreError::Unavailable(detail),
        Error::PoolTimedOut => StoreError::Busy(detail),
        Error::ColumnDecode { .. } | Error::Decode(_) => {
            StoreError::Corrupt(Corruption::Database { detail })
        }
        _ => StoreError::Rejected(detail),
    }
}

fn by_code(code: i32, detail: std::sync::Arc<str>) -> StoreError {
    if code == IOERR_CORRUPTFS {
        return StoreError::Corrupt(Corruption::Database { detail });
    }
    match code & 0xff {
        FULL => StoreError::Full(detail),
        BUSY | LOCKED | PROTOCOL => StoreError::Busy(detail),
        IOERR | READONLY | CANTOPEN | NOMEM | INTERRUPT | NOLFS => StoreError::Unavailable(detail),
        CORRUPT | NOTADB => StoreError::Corrupt(Corruption::Database { detail }),
        _ => StoreError::Rejected(detail),
    }
}

/// True for a row that names a document that does not exist.
pub(super) fn is_missing_parent(error: &Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes_become_kinds() {
        let kinds = [
            (13, "full"),
            (10, "unavailable"),
            (10 | (3 << 8), "unavailable"),
            (10 | (4 << 8), "unavailable"),
            (10 | (33 << 8), "corrupt"),
            (8, "unavailable"),
            (8 | (4 << 8), "unavailable"),
            (14, "unavailable"),
            (7, "unavailable"),
            (5, "busy"),
            (5 | (2 << 8), "busy"),
            (6, "busy"),
            (11, "corrupt"),
            (26, "corrupt"),
            (1, "rejected"),
            (19, "rejected"),
        ];
        for (code, kind) in kinds {
            assert_eq!(
                by_code(code, "x".into()).code(),
                kind,
                "SQLite result code {code}"
            );
        }
    }
}
