//! The past of a document outside of any one database: what moves from one store into another with it.
//!
//! Times, names and texts are as they are; what only means something inside one store (the document's number) stays
//! behind. Texts stay compressed: they were checked by their hash, and are read rarely.

use sqlx::Error;

use crate::store::statements::{Cell, Row, Statements, Value, unreadable};

/// A table of the past: its name and its columns after the document's, in the order that tells rows apart.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    key: usize,
}

/// In an order in which they can be written.
const TABLES: [Table; 3] = [
    Table {
        name: "contributions",
        columns: &["author", "slot", "from_ms", "until_ms", "edits"],
        key: 2,
    },
    Table {
        name: "version_states",
        columns: &["hash", "state_bytes", "state_zstd"],
        key: 1,
    },
    Table {
        name: "versions",
        columns: &["id", "at_ms", "ends_session", "hash", "name", "named_by"],
        key: 1,
    },
];

/// All that a store keeps of a document's past besides its journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortablePast {
    tables: [Vec<Vec<Cell>>; 3],
}

impl PortablePast {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(Vec::is_empty)
    }

    /// The rows of each table with its name, for a digest.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&'static str, &[Vec<Cell>])> {
        TABLES
            .iter()
            .zip(&self.tables)
            .map(|(table, rows)| (table.name, rows.as_slice()))
    }

    /// A past in which one member worked once, for tests of what moves.
    #[cfg(test)]
    pub(crate) fn of_one_edit(author: &consilium_protocol::ids::UserId, at_ms: i64) -> Self {
        let row = vec![
            Cell::Bytes(author.as_str().as_bytes().to_vec()),
            Cell::Int(crate::history::sessions::slot(at_ms)),
            Cell::Int(at_ms),
            Cell::Int(at_ms),
            Cell::Int(1),
        ];
        Self {
            tables: [vec![row], Vec::new(), Vec::new()],
        }
    }
}

/// Reads the past of a document.
///
/// # Errors
/// As the database's driver has them.
///
/// Cancel safety: reads only.
pub(crate) async fn read(statements: &mut dyn Statements, doc: i64) -> Result<PortablePast, Error> {
    let mut past = PortablePast::default();
    for (table, rows) in TABLES.iter().zip(&mut past.tables) {
        let columns = table.columns.join(", ");
        let sql = format!("SELECT {columns} FROM {} WHERE doc = $1", table.name);
        let found = statements.rows(&sql, &[Value::Int(doc)]).await?;
        rows.extend(found.into_iter().map(|Row(cells)| cells));
        // Here, because two databases need not sort alike.
        rows.sort_by(|a, b| a[..table.key].cmp(&b[..table.key]));
    }
    Ok(past)
}

/// Writes the past of a document that has none.
///
/// # Errors
/// As the database's driver has them.
///
/// Cancel safety: to be called inside a transaction.
pub(crate) async fn write(
    statements: &mut dyn Statements,
    doc: i64,
    past: &PortablePast,
) -> Result<(), Error> {
    for (table, rows) in TABLES.iter().zip(&past.tables) {
        let places: Vec<String> = (2..table.columns.len() + 2)
            .map(|at| format!("${at}"))
            .collect();
        let sql = format!(
            "INSERT INTO {} (doc, {}) VALUES ($1, {})",
            table.name,
            table.columns.join(", "),
            places.join(", ")
        );
        for row in rows {
            let mut values = vec![Value::Int(doc)];
            for (column, cell) in table.columns.iter().zip(row) {
                values.push(match (cell, *column) {
                    (Cell::Int(number), _) => Value::Int(*number),
                    (Cell::Text(text), _) => Value::Text(text),
                    (Cell::Bytes(bytes), _) => Value::Bytes(bytes),
                    (Cell::Null, "name") => Value::MaybeText(None),
                    (Cell::Null, "named_by") => Value::MaybeBytes(None),
                    (Cell::Null, _) => return Err(unreadable(0)),
                });
            }
            statements.run(&sql, &values).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of a table after the document's, as they are written in a migration.
    fn columns<'a>(migration: &'a str, table: &str) -> Vec<&'a str> {
        let (_, rest) = migration
            .split_once(&format!("CREATE TABLE {table} ("))
            .expect("the table is made");
        let body = rest.split("\n)").next().expect("it ends");
        body.lines()
            .filter_map(|line| line.split_whitespace().next())
            .filter(|word| word.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter(|word| *word != "doc")
            .collect()
    }

    #[test]
    fn every_column_of_the_past_moves() {
        for migration in [
            include_str!("../../../migrations/sqlite/0006_history.sql"),
            include_str!("../../../migrations/postgres/0006_history.sql"),
        ] {
            for table in TABLES {
                assert_eq!(columns(migration, table.name), table.columns);
            }
            assert_eq!(migration.matches("CREATE TABLE").count(), TABLES.len());
        }
    }
}
