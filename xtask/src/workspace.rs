//! Where things are: the paths of the workspace, in one place.
//!
//! Does not know what is built from them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The checkout that this xtask was built from.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
}

/// The part of a `package.json` that the automations read.
#[derive(Debug, Deserialize)]
pub(crate) struct PackageJson {
    /// The package's name, which `npm --workspace` takes.
    pub(crate) name: String,
    /// Its scripts, by name.
    #[serde(default)]
    pub(crate) scripts: std::collections::BTreeMap<String, String>,
}

/// The part of the root `package.json` that names the JavaScript packages.
#[derive(Debug, Deserialize)]
struct RootPackageJson {
    workspaces: Vec<String>,
}

impl Workspace {
    /// Finds the checkout from the place of xtask's own manifest.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("find the workspace: xtask has no parent folder")?;
        Ok(Self {
            root: root.to_path_buf(),
        })
    }

    /// The workspace at `root`; for tests.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    /// The root of the checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's target folder.
    pub(crate) fn target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |dir| self.root.join(dir))
    }

    /// Where xtask keeps its stamps, logs and tools.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target().join("xtask")
    }

    /// The server built for tests.
    pub(crate) fn test_binary(&self) -> PathBuf {
        self.target()
            .join("debug")
            .join(format!("consilium{}", std::env::consts::EXE_SUFFIX))
    }

    /// The server built for use.
    pub(crate) fn release_binary(&self) -> PathBuf {
        self.target()
            .join("release")
            .join(format!("consilium{}", std::env::consts::EXE_SUFFIX))
    }

    /// A program that npm installed, for example `wasm-opt`.
    pub(crate) fn npm_bin(&self, name: &str) -> PathBuf {
        self.root.join("node_modules/.bin").join(name)
    }

    /// The folders of the JavaScript packages, relative to the root.
    pub(crate) fn package_folders(&self) -> Result<Vec<String>> {
        let root: RootPackageJson = read_json(&self.path("package.json"))?;
        Ok(root.workspaces)
    }

    /// Every JavaScript package of the workspace: its folder (relative to the root) and what its `package.json` says.
    ///
    /// Errors when a package that the root names is missing.
    pub(crate) fn packages(&self) -> Result<Vec<(String, PackageJson)>> {
        self.package_folders()?
            .into_iter()
            .map(|folder| {
                let package = read_json(&self.path(&folder).join("package.json"))?;
                Ok((folder, package))
            })
            .collect()
    }
}

fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("parse {}", path.display()))
}
