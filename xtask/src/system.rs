//! Programs of the system that tests need: Chromium, Redis, PostgreSQL, Valgrind and Python.
//!
//! As root on a Debian-like system they are installed; anywhere else the error is one sentence with the command. A test
//! that needs one is never skipped.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{Cmd, Watch};
use crate::workspace::Workspace;

/// A program and the Debian package that brings it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemProgram {
    program: &'static str,
    package: &'static str,
    /// Where the package puts it, one folder a version, when that is not on the path.
    versions: Option<&'static str>,
    /// What keeps the package from starting a server of its own: a file that is there during the installation, and its
    /// text.
    calm: Option<(&'static str, &'static str)>,
}

/// The browser that the browser tests drive.
pub(crate) const CHROMIUM: SystemProgram = SystemProgram {
    program: "chromium",
    package: "chromium",
    versions: None,
    calm: None,
};

/// The bus that the cluster tests start and kill.
pub(crate) const REDIS: SystemProgram = SystemProgram {
    program: "redis-server",
    package: "redis-server",
    versions: None,
    calm: None,
};

/// The database that the store's tests start and kill. They make clusters of their own; Debian's would only listen on the
/// usual port for ever.
pub(crate) const POSTGRES: SystemProgram = SystemProgram {
    program: "postgres",
    package: "postgresql",
    versions: Some("/usr/lib/postgresql"),
    calm: Some((
        "/etc/postgresql-common/createcluster.d/consilium-tests.conf",
        "create_main_cluster = false\n",
    )),
};

/// What counts instructions (ADR-0021).
pub(crate) const VALGRIND: SystemProgram = SystemProgram {
    program: "valgrind",
    package: "valgrind",
    versions: None,
    calm: None,
};

/// What runs schemathesis.
pub(crate) const PYTHON: SystemProgram = SystemProgram {
    program: "python3",
    package: "python3",
    versions: None,
    calm: None,
};

/// What makes a folder of Python packages: a part of Python that Debian has in a package of its own.
pub(crate) const PYTHON_VENV: SystemProgram = SystemProgram {
    program: "python3",
    package: "python3-venv",
    versions: None,
    calm: None,
};

/// All that the suite needs of the system, installed at once where it is missing and may be: one update of the lists and
/// one installation, for whoever has something else to do meanwhile. What could not be installed is told to the watcher,
/// and again to whoever needs it.
pub(crate) fn install_missing(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    let mut missing = Vec::new();
    for wanted in [CHROMIUM, REDIS, POSTGRES, VALGRIND, PYTHON] {
        if !is_there(workspace, wanted)? {
            missing.push(wanted);
        }
    }
    // The part of Python that makes folders of packages; `--help` is answered without it.
    let venv = Cmd::new("python3", workspace.root()).args(["-c", "import ensurepip"]);
    if !matches!(venv.try_text(), Ok(Some(_))) {
        missing.push(PYTHON_VENV);
    }
    if missing.is_empty() || !may_install(workspace)? {
        return Ok(());
    }
    apt_get(workspace, &missing, watch)
}

/// Makes sure that `wanted` is installed.
pub(crate) fn ensure(
    workspace: &Workspace,
    wanted: SystemProgram,
    watch: &mut dyn Watch,
) -> Result<()> {
    if is_there(workspace, wanted)? {
        return Ok(());
    }
    install(workspace, wanted, watch)
}

/// Installs `wanted`, whether or not its program is there.
pub(crate) fn install(
    workspace: &Workspace,
    wanted: SystemProgram,
    watch: &mut dyn Watch,
) -> Result<()> {
    let SystemProgram {
        program, package, ..
    } = wanted;
    if !may_install(workspace)? {
        bail!(
            "{program} is not installed, or not wholly: run `sudo apt-get install {package}` (or your system's equivalent)."
        );
    }
    apt_get(workspace, &[wanted], watch)?;
    if !is_there(workspace, wanted)? {
        bail!("apt-get installed {package}, but there is still no `{program}`.");
    }
    Ok(())
}

fn may_install(workspace: &Workspace) -> Result<bool> {
    Ok(is_root(workspace)? && is_installed(workspace, "apt-get")?)
}

fn apt_get(workspace: &Workspace, wanted: &[SystemProgram], watch: &mut dyn Watch) -> Result<()> {
    let packages: Vec<&str> = wanted.iter().map(|wanted| wanted.package).collect();
    watch.line(&format!("installing {} with apt-get", packages.join(", ")));
    let apt = || Cmd::new("apt-get", workspace.root()).env("DEBIAN_FRONTEND", "noninteractive");
    apt().arg("update").run(watch)?;
    let calm: Vec<Calm> = wanted
        .iter()
        .filter_map(|wanted| wanted.calm)
        .map(Calm::begin)
        .collect::<Result<_>>()?;
    let installed = apt()
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages)
        .run(watch);
    drop(calm);
    installed.map(drop)
}

/// A file that is there only while a package is being installed.
struct Calm(PathBuf);

impl Calm {
    fn begin((path, text): (&str, &str)) -> Result<Self> {
        let path = PathBuf::from(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Calm {
    fn drop(&mut self) {
        // Left behind it would only keep a later installation calm as well.
        let _ = fs::remove_file(&self.0);
    }
}

fn is_there(workspace: &Workspace, wanted: SystemProgram) -> Result<bool> {
    let has_version = |folder: &str| has_version(Path::new(folder), wanted.program);
    Ok(wanted.versions.is_some_and(has_version) || is_installed(workspace, wanted.program)?)
}

/// Whether `folder` holds a version with this program: `15/bin/postgres`.
fn has_version(folder: &Path, program: &str) -> bool {
    let versions = fs::read_dir(folder).into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin").join(program))
        .any(|program| program.is_file())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_the_folder_of_its_version() {
        let folder = std::env::temp_dir().join(format!("xtask-versions-{}", std::process::id()));
        assert!(!has_version(&folder, "postgres"));
        fs::create_dir_all(folder.join("15/bin")).unwrap();
        assert!(!has_version(&folder, "postgres"), "only the client");
        fs::write(folder.join("15/bin/postgres"), "").unwrap();
        assert!(has_version(&folder, "postgres"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_installation_is_kept_calm_only_while_it_lasts() {
        let folder = std::env::temp_dir().join(format!("xtask-calm-{}", std::process::id()));
        let file = folder.join("d/calm.conf");
        let calm = Calm::begin((file.to_str().unwrap(), "text\n")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "text\n");
        drop(calm);
        assert!(!file.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
