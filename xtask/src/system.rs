//! Programs of the system that tests need: Chromium and Redis.
//!
//! As root on a Debian-like system they are installed; anywhere else the error is one sentence with the command. A test
//! that needs one is never skipped.

use anyhow::{Result, bail};

use crate::process::{Cmd, Watch};
use crate::workspace::Workspace;

/// A program and the Debian package that brings it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemProgram {
    program: &'static str,
    package: &'static str,
}

/// The browser that the browser tests drive.
pub(crate) const CHROMIUM: SystemProgram = SystemProgram {
    program: "chromium",
    package: "chromium",
};

/// The bus that the cluster tests start and kill.
pub(crate) const REDIS: SystemProgram = SystemProgram {
    program: "redis-server",
    package: "redis-server",
};

/// Makes sure that `wanted` is installed.
pub(crate) fn ensure(
    workspace: &Workspace,
    wanted: SystemProgram,
    watch: &mut dyn Watch,
) -> Result<()> {
    let SystemProgram { program, package } = wanted;
    if is_installed(workspace, program)? {
        return Ok(());
    }
    let may_install = is_root(workspace)? && is_installed(workspace, "apt-get")?;
    if !may_install {
        bail!(
            "{program} is not installed: run `sudo apt-get install {package}` (or your system's equivalent)."
        );
    }
    watch.line(&format!("installing {package} with apt-get"));
    let apt = || Cmd::new("apt-get", workspace.root()).env("DEBIAN_FRONTEND", "noninteractive");
    apt().arg("update").run(watch)?;
    apt()
        .args(["install", "--yes", "--no-install-recommends", package])
        .run(watch)?;
    if !is_installed(workspace, program)? {
        bail!("apt-get installed {package}, but there is still no `{program}` on the path.");
    }
    Ok(())
}

fn is_installed(workspace: &Workspace, program: &str) -> Result<bool> {
    Ok(Cmd::new(program, workspace.root())
        .arg("--version")
        .try_text()?
        .is_some())
}

fn is_root(workspace: &Workspace) -> Result<bool> {
    Ok(Cmd::new("id", workspace.root()).arg("-u").text()? == "0")
}
