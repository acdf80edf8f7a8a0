//! `consilium demo`: a portal to try, with a demonstration community; thrown away when it is stopped, unless it was told
//! where to keep it.
//!
//! It can begin again while it runs: the node is drained like at its end, the database is deleted, and another node takes
//! its place at the same door, which stays open meanwhile. A directory is marked as a demonstration's before anything is
//! put there, and one that holds something else is not touched: beginning again deletes.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;
use metrics_exporter_prometheus::PrometheusHandle;

use super::stores;
use crate::bus::NodeId;
use crate::config::ServerConfig;
use crate::demo::company::{Backstage, Company};
use crate::demo::desk::{Browser, Wish};
use crate::demo::{Demo, seeding};
use crate::http::ServerMode;
use crate::node::{Node, signals};
use crate::people::password::{Cost, Passwords};
use crate::room::actor::now_ms;
use crate::store::Store;
use crate::store::people::Session;
use crate::store::postgres::Company as NodeCompany;
use crate::store::sqlite::files::DATABASE_FILE;
use crate::{listener, panic_boundary, telemetry};

/// Says in a data directory that it is a demonstration's, and whether its community is there.
const MARK_FILE: &str = "demonstration";

/// In [`MARK_FILE`] until the community is whole.
const MARK_BEGINNING: &str = "being made\n";

/// In [`MARK_FILE`] from then on.
const MARK_BEGUN: &str = "made\n";

/// How long the server is away when somebody pulls its plug: enough to write two sentences.
const OUTAGE: Duration = Duration::from_secs(20);

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
    /// Keep everything in this directory, so that the demonstration can be killed and started again. It must be empty, or a
    /// demonstration's already.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Runs the demonstration until a signal.
///
/// # Errors
/// Why it did not start, or did not end cleanly.
pub async fn run(options: DemoOptions) -> anyhow::Result<ExitCode> {
    // Before a directory is made for nothing.
    let demo = Demo::default();
    let no_dir = PathBuf::new();
    ServerConfig::demonstration(options.listen, no_dir, demo.clone())?;
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
    let place = Place::claim(&data_dir)?;
    let config = ServerConfig::demonstration(options.listen, data_dir, demo.clone())?;
    serve_until_signal(&demo, &config, &place).await?;
    if let Some(thrown_away) = thrown_away {
        thrown_away
            .close()
            .context("remove the throw-away data directory")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Serves one beginning after the other.
async fn serve_until_signal(
    demo: &Demo,
    config: &ServerConfig,
    place: &Place,
) -> anyhow::Result<()> {
    panic_boundary::install_hook();
    let figures = telemetry::figures::start()?;
    let mut act = Act::begin(demo, config, place, &figures, Vec::new()).await?;
    // Installed before the address is printed: from then on a supervisor may end us.
    let mut ended = std::pin::pin!(signals::first().context("listen for signals")?);
    let door = listener::listen(config.listen)
        .and_then(tokio::net::TcpListener::into_std)
        .with_context(|| format!("listen on {}", config.listen))?;
    let address = door.local_addr().context("read the address")?;
    println!("listening on http://{address}");
    tracing::info!(%address, store = %config.store, "ready");
    loop {
        // Whoever knocks between two nodes waits at the door.
        let listener = door.try_clone().and_then(tokio::net::TcpListener::from_std);
        let serving = act.node.serve(listener.context("open the door")?);
        let why = tokio::select! {
            signal = &mut ended => Err(signal),
            wish = demo.wish() => Ok(wish),
        };
        tracing::info!(?why, "draining");
        let browsers = match why {
            Ok(Wish::BeginAgain) => let_out(demo, act.store.as_ref()).await,
            Ok(Wish::Outage) | Err(_) => Vec::new(),
        };
        act.company.stop().await;
        let drained = tokio::select! {
            drained = serving.drain() => drained,
            () = signals::impatient() => anyhow::bail!("ended by a second signal before everything was flushed"),
        };
        drained.context("flush everything before the end")?;
        tracing::info!("drained");
        drop(act.store);
        match why {
            Err(_) => return Ok(()),
            Ok(Wish::BeginAgain) => place.clear().context("delete what was written")?,
            Ok(Wish::Outage) => tokio::select! {
                () = tokio::time::sleep(OUTAGE) => {}
                _ = &mut ended => return Ok(()),
            },
        }
        act = Act::begin(demo, config, place, &figures, browsers).await?;
    }
}

/// One beginning: a node whose door is still closed, its store, and the colleagues at work in it.
struct Act {
    node: Node,
    store: Arc<dyn Store>,
    company: Company,
}

impl Act {
    /// Starts a node, and makes the community if it is not there.
    async fn begin(
        demo: &Demo,
        config: &ServerConfig,
        place: &Place,
        figures: &PrometheusHandle,
        browsers: Vec<(Browser, Session)>,
    ) -> anyhow::Result<Self> {
        let is_made = place.is_made();
        if !is_made {
            // Of one that was interrupted while it was made, nothing is good for anything.
            place
                .clear()
                .context("delete an unfinished demonstration")?;
        }
        let life = NodeId::random();
        let store = stores::open(&config.store, config.moved_store, NodeCompany::Alone, life)
            .await
            .with_context(|| format!("open the store at {}", config.store))?;
        let node = Node::start(
            config,
            ServerMode::Demo,
            Arc::clone(&store),
            None,
            figures.clone(),
        )
        .await
        .context("start the server")?;
        let beginning = if is_made {
            seeding::find(store.as_ref(), now_ms())
                .await
                .context("look for the demonstration community")?
                .context(
                    "the people of the demonstration are not in this directory any more: give --data-dir another one",
                )?
        } else {
            let passwords = Passwords::new(Cost::default())?;
            let made = seeding::seed(&store, node.registry(), &passwords, now_ms())
                .await
                .context("make the demonstration community")?;
            place.set_made()?;
            made
        };
        seeding::let_in_again(store.as_ref(), &beginning, browsers)
            .await
            .context("let browsers in again")?;
        let backstage = Backstage {
            registry: node.registry().clone(),
            store: Arc::clone(&store),
            access: node.access().clone(),
        };
        let company = Company::start(demo, &beginning, &backstage, beginning.id.as_u64_pair().1);
        demo.begun(beginning);
        Ok(Self {
            node,
            store,
            company,
        })
    }
}

/// The sessions of browsers that are one of the people now. Storage that does not answer costs them a click.
async fn let_out(demo: &Demo, store: &dyn Store) -> Vec<(Browser, Session)> {
    let mut sessions = Vec::new();
    for browser in demo.browsers() {
        match store.session(browser.secret, now_ms()).await {
            Ok(Some((_, session))) => sessions.push((browser, session)),
            Ok(None) => demo.forget(browser.secret),
            Err(error) => tracing::warn!(%error, "a browser will have to choose a person again"),
        }
    }
    sessions
}

/// A data directory that is a demonstration's.
struct Place {
    data_dir: PathBuf,
}

impl Place {
    /// Marks a directory, unless it holds something else.
    fn claim(data_dir: &Path) -> anyhow::Result<Self> {
        let place = Self {
            data_dir: data_dir.to_owned(),
        };
        if place.mark().is_none() {
            ensure!(
                !data_dir.join(DATABASE_FILE).exists(),
                "{} holds the data of a server and no demonstration, and a demonstration deletes what it finds when it \
                 begins again: give --data-dir another directory",
                data_dir.display()
            );
            fs::create_dir_all(data_dir).context("make the data directory")?;
            place.set_mark(MARK_BEGINNING)?;
        }
        Ok(place)
    }

    fn mark(&self) -> Option<String> {
        fs::read_to_string(self.data_dir.join(MARK_FILE)).ok()
    }

    fn set_mark(&self, mark: &str) -> anyhow::Result<()> {
        fs::write(self.data_dir.join(MARK_FILE), mark)
            .context("mark the data directory as a demonstration's")
    }

    fn is_made(&self) -> bool {
        self.mark().as_deref() == Some(MARK_BEGUN)
    }

    fn set_made(&self) -> anyhow::Result<()> {
        self.set_mark(MARK_BEGUN)
    }

    /// Deletes the database. Nobody may have it open.
    fn clear(&self) -> anyhow::Result<()> {
        self.set_mark(MARK_BEGINNING)?;
        for ending in ["", "-wal", "-shm", "-journal"] {
            match fs::remove_file(self.data_dir.join(format!("{DATABASE_FILE}{ending}"))) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_with_the_data_of_a_server_is_never_touched() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join(DATABASE_FILE);
        fs::write(&database, "precious").unwrap();
        let refused = Place::claim(directory.path()).err().unwrap();
        assert!(refused.to_string().contains("another directory"));
        assert_eq!(fs::read_to_string(&database).unwrap(), "precious");
        assert!(!directory.path().join(MARK_FILE).exists());
    }

    #[test]
    fn a_demonstration_is_found_again_unless_it_was_interrupted_while_it_was_made() {
        let directory = tempfile::tempdir().unwrap();
        let data_dir = directory.path().join("demo");
        let place = Place::claim(&data_dir).unwrap();
        assert!(!place.is_made());
        fs::write(data_dir.join(DATABASE_FILE), "made").unwrap();
        place.set_made().unwrap();
        let again = Place::claim(&data_dir).unwrap();
        assert!(again.is_made());
        again.clear().unwrap();
        assert!(!data_dir.join(DATABASE_FILE).exists());
        assert!(!again.is_made());
        again.clear().unwrap();
    }
}
