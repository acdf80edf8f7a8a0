//! `consilium backup`: one file with everything, while the server runs or not.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::backup;
use crate::config::options::StoreOption;
use crate::config::store_address;
use crate::store::address::StoreAddress;

/// Options of `consilium backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupOptions {
    /// The file to write. It must not exist.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// What to copy.
    #[command(flatten)]
    pub from: StoreOption,
}

/// Writes the backup.
///
/// # Errors
/// Why there is none; nothing is left behind then.
pub async fn run(options: BackupOptions) -> anyhow::Result<ExitCode> {
    let from = store_address(options.from.database_url, options.from.data_dir)?;
    let damage = match &from {
        StoreAddress::Sqlite(data_dir) => backup::backup_data_dir(data_dir, &options.to).await,
        StoreAddress::Postgres(url) => backup::backup_postgres(url, &options.to).await,
    }
    .with_context(|| format!("back up {from}"))?;
    let bytes = std::fs::metadata(&options.to)
        .context("read the size of the backup")?
        .len();
    println!("{from} → {} ({bytes} bytes)", options.to.display());
    if damage.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for found in &damage {
        eprintln!("damaged: {found}");
    }
    eprintln!(
        "the backup holds everything else; `consilium restore --leave-out-damaged` takes it. Keep older backups: the store itself is damaged"
    );
    Ok(ExitCode::FAILURE)
}
