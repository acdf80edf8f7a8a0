//! Stamps: a step whose inputs have not changed is not done again.
//!
//! A stamp is the hash of everything a step reads: names and contents of files, and plain texts such as versions. It is
//! written only after the step has succeeded. Content, not time: a fresh checkout or a touched file rebuilds nothing.
//! Does not know the steps.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Folders that are never an input: outputs, packages and version control.
const NEVER_INPUTS: &[&str] = &[
    "node_modules",
    "dist",
    "target",
    ".git",
    ".screenshots",
    ".vite",
    "coverage",
];

/// The hash of a step's inputs, under construction.
pub(crate) struct Inputs {
    hasher: blake3::Hasher,
}

impl Inputs {
    /// No inputs yet.
    pub(crate) fn new() -> Self {
        Self {
            hasher: blake3::Hasher::new(),
        }
    }

    /// Adds a text, for example a version.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// Adds a file, or every file below a folder. A missing path counts as such.
    pub(crate) fn path(mut self, workspace: &Workspace, relative: &str) -> Result<Self> {
        let path = workspace.path(relative);
        if !path.exists() {
            self.add(b"missing");
            self.add(relative.as_bytes());
            return Ok(self);
        }
        for file in files(&path)? {
            let name = file.strip_prefix(workspace.root()).unwrap_or(&file);
            self.add(name.as_os_str().as_encoded_bytes());
            self.add(&fs::read(&file).with_context(|| format!("read {}", file.display()))?);
        }
        Ok(self)
    }

    /// Adds a length first, so that no two lists of inputs can look the same.
    fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }

    /// The stamp that these inputs give to the step called `name`.
    pub(crate) fn stamp(self, workspace: &Workspace, name: &str) -> Stamp {
        Stamp {
            path: workspace.scratch().join(format!("{name}.stamp")),
            hash: self.hasher.finalize().to_hex().to_string(),
        }
    }
}

/// What a step's last success was made from, against what is there now.
pub(crate) struct Stamp {
    path: PathBuf,
    hash: String,
}

impl Stamp {
    /// Whether the step succeeded with exactly these inputs and all of `outputs` are still there.
    pub(crate) fn is_current(&self, outputs: &[&Path]) -> bool {
        outputs.iter().all(|output| output.exists())
            && fs::read_to_string(&self.path).is_ok_and(|stored| stored == self.hash)
    }

    /// Records the success.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        }
        fs::write(&self.path, &self.hash).with_context(|| format!("write {}", self.path.display()))
    }
}

/// Every file at or below `path`, sorted, without what is never an input.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let entries = fs::read_dir(path).with_context(|| format!("list {}", path.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("list {}", path.display()))?;
        let name = entry.file_name();
        if NEVER_INPUTS.iter().any(|never| name == *never) {
            continue;
        }
        found.extend(files(&entry.path())?);
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(workspace: &Workspace) -> Stamp {
        Inputs::new()
            .text("v1")
            .path(workspace, "src")
            .unwrap()
            .stamp(workspace, "sample")
    }

    #[test]
    fn a_step_is_current_until_an_input_changes_or_an_output_goes() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path());
        let (source, output) = (folder.path().join("src/a.ts"), folder.path().join("out"));
        fs::create_dir_all(folder.path().join("src/node_modules")).unwrap();
        fs::write(&source, "one").unwrap();
        fs::write(&output, "").unwrap();

        assert!(!stamp(&workspace).is_current(&[&output]));
        stamp(&workspace).write().unwrap();
        assert!(stamp(&workspace).is_current(&[&output]));

        fs::write(folder.path().join("src/node_modules/x"), "ignored").unwrap();
        assert!(stamp(&workspace).is_current(&[&output]));

        fs::write(&source, "two").unwrap();
        assert!(!stamp(&workspace).is_current(&[&output]));
        stamp(&workspace).write().unwrap();
        fs::remove_file(&output).unwrap();
        assert!(!stamp(&workspace).is_current(&[&output]));
    }

    #[test]
    fn moving_bytes_from_a_name_to_the_content_is_a_change() {
        let hash = |parts: &[&str]| {
            parts
                .iter()
                .fold(Inputs::new(), |inputs, part| inputs.text(part))
                .hasher
                .finalize()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }
}
