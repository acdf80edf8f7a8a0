//! What an operator sees: logs and figures.
//!
//! Logs ([`logs`]) are structured and carry ids; never document text, never tokens. Figures ([`figures`]) are counted
//! through the `metrics` facade under the names of [`names`], and rendered for Prometheus at `/metrics`.

pub mod figures;
pub mod logs;
pub mod names;

/// Why nothing would be seen.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter of the logs is not understood.
    #[error("--log {0:?} is not a filter such as info or consilium_server=debug")]
    Filter(String),
    /// The recorder of the figures cannot be set up.
    #[error("count figures: {0}")]
    Figures(#[from] metrics_exporter_prometheus::BuildError),
}
