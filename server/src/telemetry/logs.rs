//! Log lines on standard error: for people or as JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::TelemetryError;
use crate::config::LogFormat;
use crate::config::options::LogOptions;

/// Starts logging for the whole process.
///
/// # Errors
/// [`TelemetryError::Filter`].
pub fn start(options: &LogOptions) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&options.log)
        .map_err(|_| TelemetryError::Filter(options.log.clone()))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match options.log_format {
        LogFormat::Text => subscriber.init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    Ok(())
}
