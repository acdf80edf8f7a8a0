//! Log lines on standard error: for people or as JSON.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;
use crate::config::options::LogOptions;

/// Starts logging for the whole process.
///
/// # Errors
/// A filter that is not understood.
pub fn start(options: &LogOptions) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&options.log).with_context(|| {
        format!(
            "--log {:?} is not a filter such as info or consilium_server=debug",
            options.log
        )
    })?;
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
