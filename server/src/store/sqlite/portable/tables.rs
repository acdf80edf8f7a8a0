//! Rows of the small tables ([`crate::store::portable::tables`]) in SQLite.

crate::store::portable::tables::table_rows!(sqlx::Sqlite);
