//! `consilium restore`: a backup into an empty data directory, verified first.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::backup::{self, Damaged};
use crate::config::options::DataDirOption;

/// Options of `consilium restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreOptions {
    /// The file that `consilium backup` wrote.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Restore the rest of a backup that is damaged in parts.
    #[arg(long)]
    pub leave_out_damaged: bool,
    /// Where to put it.
    #[command(flatten)]
    pub to: DataDirOption,
}

/// Restores the backup.
///
/// # Errors
/// Why not; the data directory is unchanged then.
pub async fn run(options: RestoreOptions) -> anyhow::Result<ExitCode> {
    let damaged = if options.leave_out_damaged {
        Damaged::LeaveOut
    } else {
        Damaged::Refuse
    };
    let restored = backup::restore(&options.from, &options.to.data_dir, damaged)
        .await
        .with_context(|| format!("restore into {}", options.to.data_dir.display()))?;
    for found in &restored.left_out {
        eprintln!("left out, because it is damaged: {found}");
    }
    let verified = restored.verified;
    println!(
        "{} documents, {} journal rows and {} snapshots verified and restored into {} (store {})",
        verified.documents,
        verified.rows,
        verified.snapshots,
        options.to.data_dir.display(),
        restored.store_id,
    );
    Ok(ExitCode::SUCCESS)
}
