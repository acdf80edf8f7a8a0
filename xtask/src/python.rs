//! Programs in Python that the suite asks: installed into a folder of this workspace that each list of packages has to
//! itself, and nowhere else.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{Cmd, Watch};
use crate::system;
use crate::workspace::Workspace;

/// A list of packages, each at one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packages {
    /// What its folder begins with.
    pub(crate) name: &'static str,
    /// The list as pip reads it.
    pub(crate) requirements: &'static str,
}

impl Packages {
    /// Where they are installed.
    fn folder(self, workspace: &Workspace) -> Result<PathBuf> {
        let list =
            fs::read(workspace.path(self.requirements)).context("read what is to be installed")?;
        let version = blake3::hash(&list).to_hex();
        let folder = format!("{}-{}", self.name, &version[..12]);
        Ok(workspace.scratch().join(folder))
    }

    /// One of the programs that came with them.
    pub(crate) fn program(self, workspace: &Workspace, name: &str) -> Result<PathBuf> {
        Ok(self.folder(workspace)?.join("bin").join(name))
    }

    /// Installs them, unless they are there.
    pub(crate) fn install(self, workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
        system::ensure(workspace, system::PYTHON, watch)?;
        let folder = self.folder(workspace)?;
        let done = folder.join("installed");
        if done.exists() {
            return Ok(());
        }
        // What is there is half of something.
        if folder.exists() {
            fs::remove_dir_all(&folder).context("remove half an installation")?;
        }
        let venv = Cmd::new("python3", workspace.root())
            .args(["-m", "venv"])
            .arg(&folder);
        if venv.run(watch).is_err() {
            system::install(workspace, system::PYTHON_VENV, watch)?;
            venv.run(watch)?;
        }
        Cmd::new(folder.join("bin/python"), workspace.root())
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--no-deps", "--requirement"])
            .arg(workspace.path(self.requirements))
            .run(watch)?;
        fs::write(done, "").context("note what was installed")
    }
}
