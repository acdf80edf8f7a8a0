//! `consilium backup`: one file with everything, while the server runs or not.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::backup;
use crate::config::options::DataDirOption;

/// Options of `consilium backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupOptions {
    /// The file to write. It must not exist.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// What to copy.
    #[command(flatten)]
    pub from: DataDirOption,
}

/// Writes the backup.
///
/// # Errors
/// Why there is none; nothing is left behind then.
pub async fn run(options: BackupOptions) -> anyhow::Result<ExitCode> {
    backup::backup_data_dir(&options.from.data_dir, &options.to)
        .await
        .with_context(|| format!("back up {}", options.from.data_dir.display()))?;
    let bytes = std::fs::metadata(&options.to)
        .context("read the size of the backup")?
        .len();
    println!("{} ({bytes} bytes)", options.to.display());
    Ok(ExitCode::SUCCESS)
}
