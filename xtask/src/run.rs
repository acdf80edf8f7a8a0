//! `cargo xtask run`: from a fresh checkout to a running demonstration, one visible step after the other.
//!
//! Every step knows whether it is up to date, so a second run starts within seconds. The last step replaces xtask with the
//! server: signals reach it directly, and its exit code is the run's.

use std::os::unix::process::CommandExt;
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::building::Building;
use crate::process::{Cmd, Watch};
use crate::progress::{Outcome, Progress, Ticker};
use crate::workspace::Workspace;
use crate::{npm, tools, wasm};

/// Builds everything and becomes `consilium demo`.
pub(crate) fn run(workspace: &Workspace, server_args: &[String]) -> Result<()> {
    let mut progress = Progress::new(7);
    progress.step("checking the tools", |_| {
        Ok(Outcome::Done(Some(tools::check(workspace)?)))
    })?;
    progress.step("installing the JavaScript packages", |ticker| {
        npm::install(workspace, ticker)
    })?;
    progress.step("building the replica (WASM)", |ticker| {
        wasm::build(workspace, ticker)
    })?;
    progress.step("building the replica's JavaScript package", |ticker| {
        npm::build_client(workspace, ticker)
    })?;
    progress.step("building the app", |ticker| {
        npm::build_web(workspace, ticker)
    })?;
    progress.step("building the server, with the app inside", |ticker| {
        build_server(workspace, ticker)
    })?;
    progress.step("starting the demonstration", |_| {
        Ok(Outcome::Done(Some(
            "open the address below; Ctrl-C ends it".to_owned(),
        )))
    })?;

    let mut server = Cmd::new(workspace.release_binary(), workspace.root())
        .arg("demo")
        .args(server_args)
        .build();
    Err(server.stdin(Stdio::inherit()).exec()).context("start the server")
}

/// Builds only the replica, with what it needs.
pub(crate) fn wasm_only(workspace: &Workspace) -> Result<()> {
    let mut progress = Progress::new(3);
    progress.step("checking the tools", |_| {
        Ok(Outcome::Done(Some(tools::check(workspace)?)))
    })?;
    progress.step("installing the JavaScript packages", |ticker| {
        npm::install(workspace, ticker)
    })?;
    progress.step("building the replica (WASM)", |ticker| {
        wasm::build(workspace, ticker)
    })
}

fn build_server(workspace: &Workspace, ticker: &mut Ticker) -> Result<Outcome> {
    ticker.line("cargo build --release");
    Cmd::cargo(workspace.root())
        .args([
            "build",
            "--release",
            "--package",
            "consilium-server",
            "--bin",
            "consilium",
        ])
        .run(&mut Building::new(ticker))?;
    Ok(Outcome::Done(None))
}
