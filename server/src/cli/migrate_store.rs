//! `consilium migrate-store`: a whole community from one store into another.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;

use crate::config::options::WrittenAddress;
use crate::moving::{Moved, Outcome, Progress, move_store};
use crate::room::actor::now_ms;
use crate::store::StoreError;
use crate::store::address::StoreAddress;
use crate::store::portable::PortableStore;
use crate::store::postgres::PortablePostgres;
use crate::store::sqlite::PortableSqlite;

/// How often progress is told, at most.
const REPORT_EVERY: Duration = Duration::from_secs(2);

/// Options of `consilium migrate-store`.
#[derive(Debug, Clone, Args)]
pub struct MigrateStoreOptions {
    /// Where everything is now: sqlite:DIRECTORY or postgres://USER@HOST/DATABASE.
    #[arg(value_name = "FROM")]
    pub from: WrittenAddress,
    /// Where it goes: an empty directory or database. A password is best given in PGPASSWORD or ~/.pgpass, since
    /// command lines are visible to everybody on the machine.
    #[arg(value_name = "TO")]
    pub to: WrittenAddress,
}

/// Moves everything, or goes on with that.
///
/// # Errors
/// Why it stopped; running it again goes on from there.
pub async fn run(options: MigrateStoreOptions) -> anyhow::Result<ExitCode> {
    let from: StoreAddress = options.from.expose().parse().context("FROM")?;
    let to: StoreAddress = options.to.expose().parse().context("TO")?;
    if from == to {
        bail!("FROM and TO are the same store");
    }
    let mut source = open_source(&from)
        .await
        .with_context(|| format!("open the source, {from}"))?;
    let mut target = open_target(&to)
        .await
        .with_context(|| format!("open the target, {to}"))?;
    let mut report = Reporter::default();
    let outcome = move_store(
        &mut *source,
        &mut *target,
        &shown(&to),
        now_ms(),
        &mut |progress| report.tell(progress),
    )
    .await
    .with_context(|| format!("move {from} to {to}"))?;
    match outcome {
        Outcome::Moved(moved) => print(&from, &to, &moved),
        Outcome::DoneBefore(digest) => {
            println!("this move was finished before, with digest {digest}; serve {to}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open_source(address: &StoreAddress) -> Result<Box<dyn PortableStore>, StoreError> {
    Ok(match address {
        StoreAddress::Sqlite(data_dir) => Box::new(PortableSqlite::source(data_dir).await?),
        StoreAddress::Postgres(url) => Box::new(PortablePostgres::source(url).await?),
    })
}

async fn open_target(address: &StoreAddress) -> Result<Box<dyn PortableStore>, StoreError> {
    Ok(match address {
        StoreAddress::Sqlite(data_dir) => Box::new(PortableSqlite::target(data_dir).await?),
        StoreAddress::Postgres(url) => Box::new(PortablePostgres::target(url).await?),
    })
}

/// How the source will call the target: understood from anywhere on its machine.
fn shown(to: &StoreAddress) -> String {
    match to {
        StoreAddress::Sqlite(data_dir) => {
            let whole = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.clone());
            StoreAddress::Sqlite(whole).to_string()
        }
        StoreAddress::Postgres(_) => to.to_string(),
    }
}

fn print(from: &StoreAddress, to: &StoreAddress, moved: &Moved) {
    let Moved {
        progress,
        source,
        target,
        store_id,
    } = moved;
    println!("{source}  {from}");
    println!("{target}  {to}");
    println!(
        "{} documents moved, {} of them in earlier runs; the store keeps its identity {store_id}. \
         Serve {to} from now on; {from} is kept as it is and will not be served again",
        progress.done, progress.passed_over
    );
}

/// Tells progress from time to time, and at the end.
#[derive(Default)]
struct Reporter {
    last: Option<Instant>,
}

impl Reporter {
    fn tell(&mut self, progress: Progress) {
        let is_due = self.last.is_none_or(|last| last.elapsed() >= REPORT_EVERY);
        if is_due || progress.done == progress.total {
            self.last = Some(Instant::now());
            tracing::info!(
                done = progress.done,
                total = progress.total,
                passed_over = progress.passed_over,
                "moving documents"
            );
        }
    }
}
