//! The tools that must be there before anything is built, and the one sentence that says how to get a missing one.
//!
//! Rust itself is not checked: xtask is built with it, and the workspace's `rust-version` refuses an older one.

use anyhow::{Result, bail};

use crate::process::Cmd;
use crate::workspace::Workspace;

/// The oldest Node that Vite 8 runs on, as (major, minor).
const NODE_MIN: (u32, u32) = (20, 19);

/// Checks Node and npm; the error says what to install.
pub(crate) fn check(workspace: &Workspace) -> Result<String> {
    let Some(node) = Cmd::new("node", workspace.root())
        .arg("--version")
        .try_text()?
    else {
        bail!("{}", node_advice("Node.js is not installed"));
    };
    if !is_recent(&node) {
        bail!("{}", node_advice(&format!("Node.js {node} is too old")));
    }
    let Some(npm) = Cmd::new("npm", workspace.root())
        .arg("--version")
        .try_text()?
    else {
        bail!(
            "npm is not installed: run `apt-get install npm`, or install Node.js from https://nodejs.org, which brings it."
        );
    };
    let rustc = Cmd::new("rustc", workspace.root())
        .arg("--version")
        .text()?;
    let rustc = rustc.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(format!(
        "{rustc}, node {}, npm {npm}",
        node.trim_start_matches('v')
    ))
}

fn node_advice(problem: &str) -> String {
    let (major, minor) = NODE_MIN;
    format!(
        "{problem}; Consilium needs {major}.{minor} or later: run `nvm install 22`, or see https://nodejs.org/en/download."
    )
}

/// Whether `node --version` names a version from [`NODE_MIN`] on.
fn is_recent(version: &str) -> bool {
    let mut parts = version
        .trim_start_matches('v')
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= NODE_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_by_number() {
        for recent in ["v20.19.0", "v20.20.2", "v22.1.0", "v100.0.0"] {
            assert!(is_recent(recent), "{recent}");
        }
        for old in ["v18.20.4", "v20.9.1", "v20.18.99", "", "nonsense"] {
            assert!(!is_recent(old), "{old}");
        }
    }
}
