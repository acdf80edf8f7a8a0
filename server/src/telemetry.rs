//! What an operator sees: logs and figures.
//!
//! Logs ([`logs`]) are structured and carry ids; never document text, never tokens. Figures ([`figures`]) are counted
//! through the `metrics` facade under the names of [`names`], and rendered for Prometheus at `/metrics`.

pub mod figures;
pub mod logs;
pub mod names;
