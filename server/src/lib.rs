//! Under construction.

pub mod store;
pub mod journal;
pub mod backup;
pub mod auth;
pub mod telemetry;
