//! npm: the packages of the lock file, and the scripts of the JavaScript packages.
//!
//! Installing and building are skipped while their inputs are unchanged. Does not know what the scripts do.

mod lock;

use anyhow::{Context, Result};

use crate::process::{Cmd, Watch};
use crate::progress::Outcome;
use crate::stamp::Inputs;
use crate::workspace::Workspace;

/// The JavaScript package of the replica.
pub(crate) const CLIENT: &str = "@consilium/client";

/// The browser app.
pub(crate) const WEB: &str = "@consilium/web";

/// What every JavaScript build reads beside its own folder.
const SHARED_INPUTS: &[&str] = &["package-lock.json", "tsconfig.base.json"];

/// npm, to be run at the root.
fn npm(workspace: &Workspace) -> Cmd {
    Cmd::new("npm", workspace.root())
        .env("npm_config_fund", "false")
        .env("npm_config_audit", "false")
}

/// Installs exactly what the lock file says, unless it is there already, whoever installed it.
pub(crate) fn install(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Outcome> {
    let mut inputs = Inputs::new()
        .path(workspace, "package.json")?
        .path(workspace, "package-lock.json")?;
    for folder in workspace.package_folders()? {
        inputs = inputs.path(workspace, &format!("{folder}/package.json"))?;
    }
    let stamp = inputs.stamp(workspace, "npm");
    let installed = workspace.path("node_modules/.package-lock.json");
    if stamp.is_current(&[&installed])
        || lock::is_installed(&workspace.path("package-lock.json"), &installed)
    {
        return Ok(Outcome::UpToDate);
    }
    npm(workspace).arg("ci").run(watch)?;
    stamp.write()?;
    Ok(Outcome::Done(None))
}

/// Builds the JavaScript package of the replica.
pub(crate) fn build_client(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Outcome> {
    build(
        workspace,
        watch,
        CLIENT,
        &["client-wasm/js"],
        "client-wasm/js/dist",
    )
}

/// Builds the browser app.
pub(crate) fn build_web(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Outcome> {
    build(
        workspace,
        watch,
        WEB,
        &["web", "client-wasm/js"],
        "web/dist/index.html",
    )
}

fn build(
    workspace: &Workspace,
    watch: &mut dyn Watch,
    package: &str,
    sources: &[&str],
    output: &str,
) -> Result<Outcome> {
    let mut inputs = Inputs::new();
    for path in sources.iter().chain(SHARED_INPUTS) {
        inputs = inputs.path(workspace, path)?;
    }
    let stamp = inputs.stamp(
        workspace,
        &format!("build-{}", package.trim_start_matches("@consilium/")),
    );
    let output = workspace.path(output);
    if stamp.is_current(&[&output]) {
        return Ok(Outcome::UpToDate);
    }
    script(workspace, "build", package).run(watch)?;
    output
        .try_exists()
        .ok()
        .filter(|exists| *exists)
        .with_context(|| format!("building {package} left no {}", output.display()))?;
    stamp.write()?;
    Ok(Outcome::Done(None))
}

/// A script of a package.
pub(crate) fn script(workspace: &Workspace, script: &str, package: &str) -> Cmd {
    npm(workspace).args(["run", script, "--workspace", package])
}
