//! `consilium ledger verify`: whether a community's ledger is what was written, entry by entry.
//!
//! For operators on the store, beside a running server or without one; for members on the archive that they took away. It prints the last number and hash: whoever noted them before can tell that
//! nothing was cut off at the end, which a chain cannot show by itself.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use super::stores;
use crate::community::ledger::Chain;
use crate::config::options::StoreOption;
use crate::config::store_address;
use crate::export::archive::Reader;
use crate::export::chronicle::LedgerFound;
use crate::store::communities::CommunityStore;
use crate::store::limits::LEDGER_PAGE;
use crate::store::portable::MovedStore;
use crate::store::portal_ids::CommunityId;

/// Options of `consilium ledger`.
#[derive(Debug, Clone, Args)]
pub struct LedgerOptions {
    #[command(subcommand)]
    command: LedgerCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum LedgerCommand {
    /// Recompute every hash of a community's ledger. Exit code 1 names the first entry that is wrong.
    Verify(VerifyOptions),
}

/// Options of `consilium ledger verify`.
#[derive(Debug, Clone, Args)]
struct VerifyOptions {
    /// The community's id, as in its address.
    #[arg(long, value_name = "ID", required_unless_present = "archive")]
    community: Option<CommunityId>,
    /// An archive that a member has downloaded: its ledger is verified, and no store is needed.
    #[arg(long, value_name = "FILE", conflicts_with = "community")]
    archive: Option<PathBuf>,
    /// Where it is kept.
    #[command(flatten)]
    from: StoreOption,
}

/// Carries it out.
///
/// # Errors
/// Why nothing could be verified; a broken chain is an exit code.
pub async fn run(options: LedgerOptions) -> anyhow::Result<ExitCode> {
    let LedgerCommand::Verify(options) = options.command;
    let id = match (options.community, options.archive) {
        (_, Some(archive)) => return verify_archive(&archive),
        (Some(id), None) => id,
        (None, None) => bail!("name a community, or an archive"),
    };
    let from = store_address(options.from.database_url, options.from.data_dir)?;
    let store = stores::open_beside(&from, MovedStore::Served)
        .await
        .with_context(|| format!("open the store at {from}"))?;
    let verified = verify(&*store, id).await;
    store.close().await;
    verified
}

/// For members: what they took away says by itself whether it is what was written.
fn verify_archive(file: &Path) -> anyhow::Result<ExitCode> {
    let shown = file.display();
    let bytes = std::fs::read(file).with_context(|| format!("read {shown}"))?;
    let mut archive =
        Reader::open(bytes).with_context(|| format!("{shown} is no archive of a community"))?;
    let community = archive.manifest().community.id.clone();
    match archive.ledger() {
        LedgerFound::Whole => {
            let head = archive.manifest().ledger_head.clone().unwrap_or_default();
            println!("the ledger of {community} is unbroken; the last hash is {head}");
            Ok(ExitCode::SUCCESS)
        }
        LedgerFound::Missing => {
            eprintln!("{shown} comes without a ledger");
            Ok(ExitCode::FAILURE)
        }
        LedgerFound::Broken => {
            eprintln!("the ledger of {community} in {shown} is not what was written");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn verify(store: &dyn CommunityStore, id: CommunityId) -> anyhow::Result<ExitCode> {
    let mut chain = Chain::EMPTY;
    loop {
        let page = store
            .sealed_entries(id, chain.seq, LEDGER_PAGE)
            .await
            .context("read the ledger")?;
        let Some(page) = page else {
            bail!("there is no community {id} here");
        };
        if page.is_empty() {
            println!(
                "{} entries, unbroken; the last hash is {}",
                chain.seq, chain.hash
            );
            return Ok(ExitCode::SUCCESS);
        }
        for entry in &page {
            if let Err(broken) = chain.follow(entry) {
                eprintln!("the ledger of {id} is broken: {broken}");
                return Ok(ExitCode::FAILURE);
            }
        }
    }
}
