//! `consilium demo`: a server to try, with sample documents; thrown away when it is stopped, unless it was told where to
//! keep them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::serve;
use crate::config::{ConfigError, ServerConfig};
use crate::demo;
use crate::http::ServerMode;
use crate::store::sqlite::files::DATABASE_FILE;

/// Options of `consilium demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoOptions {
    /// Address and port to listen on, on this machine; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "CONSILIUM_LISTEN",
        default_value = "127.0.0.1:8787"
    )]
    pub listen: SocketAddr,
    /// Keep everything in this directory, so that the demonstration can be killed and started again.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Runs the demonstration until a signal.
///
/// # Errors
/// Why it did not start, or did not end cleanly.
pub async fn run(options: DemoOptions) -> anyhow::Result<ExitCode> {
    if !options.listen.ip().is_loopback() {
        return Err(ConfigError::OpenBeyondLoopback(options.listen).into());
    }
    // Removed when dropped, however this function ends; what is killed leaves it behind.
    let mut thrown_away = None;
    let data_dir = match options.data_dir {
        Some(data_dir) => data_dir,
        None => thrown_away
            .insert(
                tempfile::Builder::new()
                    .prefix("consilium-demo-")
                    .tempdir()
                    .context("make a throw-away data directory")?,
            )
            .path()
            .to_owned(),
    };
    let is_new = !data_dir.join(DATABASE_FILE).exists();
    let config = ServerConfig::open_on_loopback(options.listen, data_dir);
    let node = serve::start(&config, ServerMode::Demo).await?;
    if is_new {
        demo::seed(node.registry())
            .await
            .context("write the sample documents")?;
    }
    serve::run_until_signal(node, &config).await?;
    if let Some(thrown_away) = thrown_away {
        thrown_away
            .close()
            .context("remove the throw-away data directory")?;
    }
    Ok(ExitCode::SUCCESS)
}
