//! `consilium restore`: a backup into an empty data directory, verified first.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clap::Args;

use crate::backup::{self, Damaged};
use crate::config::options::DataDirOption;
use crate::store::{Corruption, StoreError};

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
    if !options.from.exists() {
        bail!("there is no file {}", options.from.display());
    }
    if is_cut_off(&options.from).context("read the backup")? {
        return Err(damaged(&options.from, ""));
    }
    let what_is_damaged = if options.leave_out_damaged {
        Damaged::LeaveOut
    } else {
        Damaged::Refuse
    };
    let restored = backup::restore(&options.from, &options.to.data_dir, what_is_damaged)
        .await
        .map_err(|error| in_words(error, &options.from))
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

/// What is wrong with a backup is no matter of storage: nothing that is served is damaged.
fn in_words(error: StoreError, from: &Path) -> anyhow::Error {
    match &error {
        StoreError::Corrupt(Corruption::Database { .. }) => damaged(from, ""),
        StoreError::Corrupt(found) => anyhow!(
            "{}, and --leave-out-damaged restores everything else",
            damaged(from, &format!(" ({found} is not as it was written)"))
        ),
        _ => error.into(),
    }
}

fn damaged(from: &Path, found: &str) -> anyhow::Error {
    anyhow!(
        "the backup {} is incomplete or damaged{found}: copy it once more from where it was made, or take another",
        from.display()
    )
}

/// Whether the end of the file is missing, by the size of its pages, which SQLite's header names. SQLite itself notices
/// missing pages, and fills up one that ends too early.
fn is_cut_off(from: &Path) -> std::io::Result<bool> {
    const HEADER_BYTES: u64 = 100;
    let mut file = File::open(from)?;
    let bytes = file.metadata()?.len();
    if bytes < HEADER_BYTES {
        return Ok(true);
    }
    let mut header = [0; 18];
    file.read_exact(&mut header)?;
    let is_database = header.starts_with(b"SQLite format 3\0");
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    Ok(is_database && page_bytes > 0 && bytes % page_bytes != 0)
}
