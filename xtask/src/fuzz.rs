//! `cargo xtask fuzz`: long searches by hand over the protocol's decoders, with libFuzzer.
//!
//! Needs a nightly compiler, so it is no part of the suite; the suite runs a seeded mutational smoke over the same entry
//! points on stable. What a search finds is kept in `protocol/fuzz/artifacts`.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process::{Cmd, Live};
use crate::workspace::Workspace;

/// The crate of the fuzz targets, outside the workspace.
const FOLDER: &str = "protocol/fuzz";

/// Searches with one target for `seconds`; without a target, lists them.
pub(crate) fn run(workspace: &Workspace, target: Option<&str>, seconds: u64) -> Result<()> {
    let targets = targets(workspace)?;
    let Some(target) = target else {
        println!(
            "cargo xtask fuzz <target> [--seconds N] runs one of:\n\n  {}",
            targets.join("\n  ")
        );
        return Ok(());
    };
    if !targets.iter().any(|known| known == target) {
        bail!(
            "there is no fuzz target `{target}`: choose one of {}.",
            targets.join(", ")
        );
    }
    let nightly = |args: &[&str]| {
        Cmd::new("rustup", &workspace.path(FOLDER))
            .args(["run", "nightly"])
            .args(args)
    };
    if nightly(&["rustc", "--version"])
        .try_text()
        .ok()
        .flatten()
        .is_none()
    {
        bail!("fuzzing needs the nightly toolchain: run `rustup toolchain install nightly`.");
    }
    if nightly(&["cargo", "fuzz", "--version"])
        .try_text()
        .ok()
        .flatten()
        .is_none()
    {
        bail!("cargo-fuzz is not installed: run `cargo install cargo-fuzz --locked`.");
    }
    let limit = format!("-max_total_time={seconds}");
    nightly(&[
        "cargo",
        "fuzz",
        "run",
        "--fuzz-dir",
        ".",
        target,
        "--",
        &limit,
    ])
    .run(&mut Live)?;
    println!("{target}: nothing found in {seconds} s");
    Ok(())
}

/// The targets, by the names of their files.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.path(FOLDER).join("fuzz_targets");
    let mut targets = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            targets.extend(
                path.file_stem()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    targets.sort();
    Ok(targets)
}
