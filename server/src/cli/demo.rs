//! `consilium demo`: a server to try, with sample documents, gone without a trace at its end.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::serve;
use crate::config::{ConfigError, ServerConfig};
use crate::demo;
use crate::http::ServerMode;

/// Options of `consilium demo`.
#[derive(Debug, Clone, Copy, Args)]
pub struct DemoOptions {
    /// Address and port to listen on, on this machine; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "CONSILIUM_LISTEN",
        default_value = "127.0.0.1:8787"
    )]
    pub listen: SocketAddr,
}

/// Runs the demonstration until a signal.
///
/// # Errors
/// Why it did not start, or did not end cleanly.
pub async fn run(options: DemoOptions) -> anyhow::Result<ExitCode> {
    if !options.listen.ip().is_loopback() {
        return Err(ConfigError::OpenBeyondLoopback(options.listen).into());
    }
    // Removed when dropped, however this function ends.
    let data_dir = tempfile::Builder::new()
        .prefix("consilium-demo-")
        .tempdir()
        .context("make a throw-away data directory")?;
    let config = ServerConfig::open_on_loopback(options.listen, data_dir.path().to_owned());
    let node = serve::start(&config, ServerMode::Demo).await?;
    demo::seed(node.registry())
        .await
        .context("write the sample documents")?;
    serve::run_until_signal(node, &config).await?;
    data_dir
        .close()
        .context("remove the throw-away data directory")?;
    Ok(ExitCode::SUCCESS)
}
