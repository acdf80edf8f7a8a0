//! From PostgreSQL's error codes to our kinds. The table is
//! <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
//!
//! A connection that breaks while a statement is under way says nothing about the statement: it may have been
//! committed. That is a storage-wide error, after which [`crate::store::Store::append`] promises nothing.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Error;

use crate::store::error::DELETED_FOR_GOOD;
use crate::store::{Corruption, StoreError};

/// Waits for an answer, but not for ever: a server that hangs, or a network that swallows packets, sends no error.
///
/// Cancel safety: as that of `answer`.
pub(super) async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| {
            let text = format!("no answer from PostgreSQL within {} s", limit.as_secs_f32());
            Err(Error::Io(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                text,
            )))
        })
}

/// What an error means, with what was being done: "load a document".
pub(super) fn classify(error: &Error, action: &str) -> StoreError {
    kind(error, format!("{action}: {}", said(error)).into())
}

fn kind(error: &Error, detail: Arc<str>) -> StoreError {
    match error {
        Error::Database(database) if database.message() == DELETED_FOR_GOOD => {
            StoreError::DeletedForGood
        }
        Error::Database(database) => by_code(&database.code().unwrap_or_default(), detail),
        // Protocol: the two sides no longer agree about where in the conversation they are.
        Error::Io(_) | Error::Tls(_) | Error::Protocol(_) => StoreError::Unavailable(detail),
        Error::ColumnDecode { .. } | Error::Decode(_) => {
            StoreError::Corrupt(Corruption::Database { detail })
        }
        _ => StoreError::Rejected(detail),
    }
}

/// What went wrong, without what only the driver's authors want to know: the server's sentence and its code.
fn said(error: &Error) -> String {
    match error {
        Error::Database(database) => match database.code() {
            Some(code) => format!("{} ({code})", database.message()),
            None => database.message().to_owned(),
        },
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// What an operator does about it, while connecting.
fn advice(error: &Error) -> Option<&'static str> {
    match error {
        Error::Database(database) => advice_on(&database.code()?),
        Error::Io(_) => Some(
            "Check host and port of the address, that the server runs, and that this machine may reach it",
        ),
        Error::Tls(_) => {
            Some("Compare sslmode and sslrootcert of the address with what the server offers")
        }
        _ => None,
    }
}

fn advice_on(code: &str) -> Option<&'static str> {
    Some(match code {
        "28P01" | "28000" => {
            "Check user and password of the address, and pg_hba.conf; psql with the same address must get in"
        }
        "3D000" => {
            "Make it (CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8'), or correct its name in the address"
        }
        "42501" => "GRANT CONNECT ON DATABASE to the user of the address",
        "53300" => "Raise max_connections, or end sessions that nobody needs",
        "57P03" => "It is starting up or shutting down: try again in a moment",
        _ => return None,
    })
}

/// Whether the server refuses for want of a right.
pub(super) fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::Database(error) if error.code().as_deref() == Some("42501"))
}

/// As [`classify`], while connecting, with what to do about it. Whatever is wrong then (a password that was changed, a
/// database that was dropped), nobody's work would fare better.
pub(super) fn classify_connecting(error: &Error) -> StoreError {
    let mut detail = format!("connect to PostgreSQL: {}", said(error));
    if let Some(advice) = advice(error) {
        detail.push_str(". ");
        detail.push_str(advice);
    }
    match kind(error, detail.into()) {
        StoreError::Rejected(detail) => StoreError::Unavailable(detail),
        other => other,
    }
}

/// Whether the connection is of no further use.
pub(super) fn is_lost(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_))
}

fn by_code(code: &str, detail: Arc<str>) -> StoreError {
    match code {
        "53100" => StoreError::Full(detail),
        // Too many connections; a statement that took too long; a lock that somebody holds; a lost race.
        "53300" | "57014" | "55P03" | "40001" | "40P01" => StoreError::Busy(detail),
        "XX001" | "XX002" => StoreError::Corrupt(Corruption::Database { detail }),
        // A standby, or a server that was set read-only.
        "25006" | "25P03" => StoreError::Unavailable(detail),
        _ => match code.get(..2) {
            // Connections; resources; the operator (shutdown, starting up, dropped); the system beneath (I/O).
            Some("08" | "53" | "57" | "58") => StoreError::Unavailable(detail),
            _ => StoreError::Rejected(detail),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_codes_become_kinds() {
        let kinds = [
            ("53100", "full"),
            ("53200", "unavailable"),
            ("53300", "busy"),
            ("08006", "unavailable"),
            ("08P01", "unavailable"),
            ("57014", "busy"),
            ("57P01", "unavailable"),
            ("57P02", "unavailable"),
            ("57P03", "unavailable"),
            ("25006", "unavailable"),
            ("25P03", "unavailable"),
            ("55P03", "busy"),
            ("40001", "busy"),
            ("40P01", "busy"),
            ("58030", "unavailable"),
            ("XX001", "corrupt"),
            ("XX002", "corrupt"),
            ("XX000", "rejected"),
            ("42P01", "rejected"),
            ("23503", "rejected"),
            ("", "rejected"),
        ];
        for (code, kind) in kinds {
            assert_eq!(by_code(code, "x".into()).code(), kind, "SQLSTATE {code}");
        }
    }

    #[test]
    fn whatever_is_wrong_while_connecting_concerns_everybody() {
        let refused = Error::Configuration("wrong password".into());
        assert!(!classify(&refused, "x").is_storage_wide());
        assert!(classify_connecting(&refused).is_storage_wide());
    }

    #[test]
    fn who_cannot_connect_is_told_what_to_do_in_one_line() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let said = classify_connecting(&Error::Io(refused)).to_string();
        assert!(
            said.starts_with("storage is unavailable: connect to PostgreSQL: ")
                && said.contains("that the server runs"),
            "{said}"
        );
        for code in ["28P01", "28000", "3D000", "42501", "53300", "57P03"] {
            assert!(advice_on(code).is_some(), "{code}");
        }
        assert_eq!(advice_on("XX000"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_hangs_is_given_up() {
        let hangs = std::future::pending::<Result<(), Error>>();
        let error = within(Duration::from_secs(3), hangs).await.unwrap_err();
        assert!(is_lost(&classify(&error, "x")), "{error}");
    }
}
