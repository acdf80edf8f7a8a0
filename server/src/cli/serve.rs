//! `consilium serve`: the server until a signal ends it.

use std::process::ExitCode;

use anyhow::Context;

use super::{buses, stores};
use crate::bus::NodeId;
use crate::config::{AuthConfig, SECRET_VARIABLE, ServeOptions, ServerConfig};
use crate::http::ServerMode;
use crate::listener;
use crate::node::{Node, signals};
use crate::panic_boundary;
use crate::store::address::StoreAddress;
use crate::telemetry;

/// Runs the server with what the operator wrote.
///
/// # Errors
/// Why it did not start, or did not end cleanly.
pub async fn run(options: ServeOptions) -> anyhow::Result<ExitCode> {
    let config = ServerConfig::new(options, std::env::var(SECRET_VARIABLE).ok())?;
    let mode = match config.auth {
        AuthConfig::InsecureOpen => ServerMode::Open,
        AuthConfig::Token { .. } => ServerMode::Token,
        AuthConfig::Portal => ServerMode::Portal,
        AuthConfig::Demo(_) => ServerMode::Demo,
    };
    if mode == ServerMode::Open {
        tracing::warn!("open mode: every program on this machine may read and write everything");
    }
    raise_file_limit(config.connections.connections_max);
    let node = start(&config, mode).await?;
    run_until_signal(node, &config).await?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the store and starts everything but the door.
pub(super) async fn start(config: &ServerConfig, mode: ServerMode) -> anyhow::Result<Node> {
    panic_boundary::install_hook();
    let figures = telemetry::figures::start()?;
    let life = NodeId::random();
    let store = stores::open(
        &config.store,
        config.moved_store,
        buses::company(config.redis_url.as_ref()),
        life,
    )
    .await
    .with_context(|| format!("open the store at {}", config.store))?;
    let bus = buses::start(config.redis_url.as_ref(), store.id(), life)?;
    if bus.is_none() && matches!(config.store, StoreAddress::Postgres(_)) {
        tracing::info!("no --redis-url: this must be the only node that serves this database");
    }
    if mode == ServerMode::Portal
        && store
            .accounts(None)
            .await
            .context("look for accounts")?
            .is_empty()
    {
        tracing::warn!(
            "nobody has an account yet: make the first with `consilium admin create-account --email … --name …`"
        );
    }
    Node::start(config, mode, store, bus, figures)
        .await
        .context("start the server")
}

/// Opens the door, says where, and serves until a signal.
pub(super) async fn run_until_signal(node: Node, config: &ServerConfig) -> anyhow::Result<()> {
    // Installed before the address is printed: from then on a supervisor may end us.
    let ended = signals::first().context("listen for signals")?;
    let listener =
        listener::listen(config.listen).with_context(|| format!("listen on {}", config.listen))?;
    let address = listener.local_addr().context("read the address")?;
    let serving = node.serve(listener);
    println!("listening on http://{address}");
    tracing::info!(%address, store = %config.store, "ready");
    let signal = ended.await;
    tracing::info!(signal, "draining");
    let drained = tokio::select! {
        drained = serving.drain() => drained,
        () = signals::impatient() => anyhow::bail!("ended by a second signal before everything was flushed"),
    };
    drained.context("flush everything before the end")?;
    tracing::info!("drained");
    Ok(())
}

/// Every connection takes a file descriptor; systems grant few at first and more on request.
fn raise_file_limit(connections_max: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let granted = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    if granted.is_some_and(|granted| granted < connections_max as u64) {
        tracing::warn!(
            granted,
            connections_max,
            "fewer file descriptors than connections: raise the limit (ulimit -n, LimitNOFILE=)"
        );
    }
}
