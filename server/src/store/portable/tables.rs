//! The small tables of a portal, row by row: what moves besides documents.
//!
//! Their rows mean the same in every store: ids are UUIDs, nothing refers to a number that one store gave. So one
//! description of each table serves both stores, a move and a backup. A table that is missing here would be left behind;
//! a test of each store compares the list with its schema.

use super::digest::StoreDigest;

/// What a column holds. Each may also hold nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bytes, ids among them.
    Bytes,
    /// Text.
    Text,
    /// A number, times among them.
    Integer,
}

/// One table.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its primary key, first column first.
    pub key: &'static [&'static str],
    /// All of its columns, those of the key first and in its order.
    pub columns: &'static [(&'static str, Kind)],
}

/// One value of a row.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
    /// A number.
    Integer(i64),
}

/// Shows no value: hashes of passwords and secrets are among them.
impl std::fmt::Debug for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cell(…)")
    }
}

/// One row, in the order of its table's columns.
pub type Row = Vec<Cell>;

/// All tables, each after those that it refers to.
pub const TABLES: &[Table] = &[
    Table {
        name: "accounts",
        key: &["id"],
        columns: &[
            ("id", Kind::Bytes),
            ("email", Kind::Text),
            ("email_folded", Kind::Text),
            ("name", Kind::Text),
            ("password", Kind::Text),
            ("created_at_ms", Kind::Integer),
            ("locked_at_ms", Kind::Integer),
        ],
    },
    Table {
        name: "sessions",
        key: &["id"],
        columns: &[
            ("id", Kind::Bytes),
            ("account", Kind::Bytes),
            ("secret_hash", Kind::Bytes),
            ("created_at_ms", Kind::Integer),
            ("last_seen_at_ms", Kind::Integer),
            ("expires_at_ms", Kind::Integer),
            ("user_agent", Kind::Text),
            ("address", Kind::Text),
        ],
    },
    Table {
        name: "password_links",
        key: &["account"],
        columns: &[
            ("account", Kind::Bytes),
            ("secret_hash", Kind::Bytes),
            ("created_at_ms", Kind::Integer),
            ("expires_at_ms", Kind::Integer),
        ],
    },
];

impl Table {
    /// The statement for rows after a key, or from the first: its parameters are the key's values and a number of rows.
    pub(in crate::store) fn select(&self, is_after: bool) -> String {
        let (columns, key) = (self.column_list(), self.key.join(", "));
        let name = self.name;
        if is_after {
            let values = places(self.key.len());
            let limit = self.key.len() + 1;
            format!(
                "SELECT {columns} FROM {name} WHERE ({key}) > ({values}) ORDER BY {key} LIMIT ${limit}"
            )
        } else {
            format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT $1")
        }
    }

    /// The statement that writes a row unless one of its key is there.
    pub(in crate::store) fn insert(&self) -> String {
        format!(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING",
            self.name,
            self.column_list(),
            places(self.columns.len()),
            self.key.join(", ")
        )
    }

    /// The key of a row.
    #[must_use]
    pub fn key_of<'r>(&self, row: &'r Row) -> &'r [Cell] {
        &row[..self.key.len().min(row.len())]
    }

    fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|at| format!("${at}")).collect();
    places.join(", ")
}

impl StoreDigest {
    /// Takes the next rows of a table in.
    pub fn add_rows(&mut self, table: &Table, rows: &[Row]) {
        for row in rows {
            self.part(table.name.as_bytes());
            for cell in row {
                match cell {
                    Cell::Null => self.part(&[0]),
                    Cell::Bytes(bytes) => self.part(&[&[1], &bytes[..]].concat()),
                    Cell::Text(text) => self.part(&[&[2], text.as_bytes()].concat()),
                    Cell::Integer(number) => self.part(&[&[3], &number.to_le_bytes()[..]].concat()),
                }
            }
        }
    }
}

/// The functions with which a store reads and writes rows, for one kind of database.
macro_rules! table_rows {
    ($database:ty) => {
        use sqlx::Row as _;

        use $crate::store::portable::tables::{Cell, Kind, Row, Table};

        type Connection = <$database as sqlx::Database>::Connection;

        /// Rows in the order of their keys, from the first after `after`.
        pub(super) async fn rows_after(
            connection: &mut Connection,
            table: &Table,
            after: Option<&[Cell]>,
            count: u32,
        ) -> Result<Vec<Row>, sqlx::Error> {
            let statement = table.select(after.is_some());
            let mut query = sqlx::query(sqlx::AssertSqlSafe(statement));
            for cell in after.unwrap_or_default() {
                query = match cell {
                    Cell::Null => query.bind(None::<i64>),
                    Cell::Bytes(bytes) => query.bind(&bytes[..]),
                    Cell::Text(text) => query.bind(text.as_str()),
                    Cell::Integer(number) => query.bind(*number),
                };
            }
            query
                .bind(i64::from(count))
                .try_map(|row: <$database as sqlx::Database>::Row| {
                    let columns = table.columns.iter();
                    columns
                        .map(|(column, kind)| {
                            Ok(match kind {
                                Kind::Bytes => row
                                    .try_get::<Option<Vec<u8>>, _>(*column)?
                                    .map_or(Cell::Null, Cell::Bytes),
                                Kind::Text => row
                                    .try_get::<Option<String>, _>(*column)?
                                    .map_or(Cell::Null, Cell::Text),
                                Kind::Integer => row
                                    .try_get::<Option<i64>, _>(*column)?
                                    .map_or(Cell::Null, Cell::Integer),
                            })
                        })
                        .collect()
                })
                .fetch_all(connection)
                .await
        }

        /// Writes rows that are not there yet, in one transaction.
        pub(super) async fn write_rows(
            connection: &mut Connection,
            table: &Table,
            rows: &[Row],
        ) -> Result<(), sqlx::Error> {
            let statement = table.insert();
            let mut tx = sqlx::Connection::begin(connection).await?;
            for row in rows {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(statement.clone()));
                for (cell, (_, kind)) in row.iter().zip(table.columns) {
                    query = match (cell, kind) {
                        (Cell::Bytes(bytes), _) => query.bind(&bytes[..]),
                        (Cell::Text(text), _) => query.bind(text.as_str()),
                        (Cell::Integer(number), _) => query.bind(*number),
                        // PostgreSQL wants to know of which kind nothing is.
                        (Cell::Null, Kind::Bytes) => query.bind(None::<&[u8]>),
                        (Cell::Null, Kind::Text) => query.bind(None::<&str>),
                        (Cell::Null, Kind::Integer) => query.bind(None::<i64>),
                    };
                }
                query.execute(&mut *tx).await?;
            }
            tx.commit().await
        }
    };
}

pub(crate) use table_rows;

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const TWO: Table = Table {
        name: "two",
        key: &["a", "b"],
        columns: &[("a", Kind::Bytes), ("b", Kind::Integer), ("c", Kind::Text)],
    };

    #[test]
    fn statements_page_by_the_whole_key_and_never_overwrite() {
        assert_eq!(
            TWO.select(true),
            "SELECT a, b, c FROM two WHERE (a, b) > ($1, $2) ORDER BY a, b LIMIT $3"
        );
        assert_eq!(
            TWO.select(false),
            "SELECT a, b, c FROM two ORDER BY a, b LIMIT $1"
        );
        assert_eq!(
            TWO.insert(),
            "INSERT INTO two (a, b, c) VALUES ($1, $2, $3) ON CONFLICT (a, b) DO NOTHING"
        );
    }

    #[test]
    fn every_table_names_its_key_first() {
        for table in TABLES {
            let first: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(&first[..table.key.len()], table.key, "{}", table.name);
        }
    }

    #[test]
    fn every_value_of_a_row_is_in_the_digest_of_its_store() {
        let digest = |rows: &[Row]| {
            let mut digest = StoreDigest::new(Uuid::from_u128(1));
            digest.add_rows(&TWO, rows);
            digest.end()
        };
        let row = vec![
            Cell::Bytes(vec![1]),
            Cell::Integer(2),
            Cell::Text("x".to_owned()),
        ];
        let mut digests = vec![digest(&[]), digest(&[row.clone()])];
        for (at, value) in [
            (0, Cell::Bytes(vec![2])),
            (1, Cell::Integer(3)),
            (2, Cell::Null),
            (2, Cell::Text(String::new())),
            (2, Cell::Bytes(b"x".to_vec())),
        ] {
            let mut changed = row.clone();
            changed[at] = value;
            digests.push(digest(&[changed]));
        }
        for (at, digest) in digests.iter().enumerate() {
            assert!(!digests[..at].contains(digest), "{at}");
        }
    }
}
