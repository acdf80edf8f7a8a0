//! The questions of [`crate::store::people::queries`], asked of SQLite. What other portal records need of them in
//! transactions of their own (an account and a session made while joining) is here too.

crate::store::people::queries::people_queries!(sqlx::Sqlite);
