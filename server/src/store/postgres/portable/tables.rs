//! Rows of the small tables ([`crate::store::portable::tables`]) in PostgreSQL.

crate::store::portable::tables::table_rows!(sqlx::Postgres);
