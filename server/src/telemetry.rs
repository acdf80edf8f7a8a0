//! What an operator sees: logs and figures.
//!
//! Logs are structured and carry ids; never document text, never tokens. Figures are counted through the `metrics`
//! facade under the names of [`names`], and rendered for Prometheus at `/metrics`.

pub mod names;
