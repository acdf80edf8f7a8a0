//! Arrows between the layers of the app: ui -> editor -> sync -> the replica's package, never backwards.
//!
//! Reads import specifiers from the source, static and dynamic, of types and of values. A folder of `web/src` that is no
//! layer may be used by all and may use none.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Where the app's source is.
const SOURCE: &str = "web/src";

/// The layers from the top down: each may import those after it.
const LAYERS: &[&str] = &["ui", "editor", "sync"];

/// The package that only the lowest layer may import.
const REPLICA: &str = "@consilium/client";

/// The forbidden imports of the app.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let root = workspace.path(SOURCE);
    let mut problems = Vec::new();
    for file in script_files(&root)? {
        let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let relative = file.strip_prefix(&root).unwrap_or(&file);
        problems.extend(
            forbidden(relative, &text)
                .into_iter()
                .map(|problem| format!("{SOURCE}/{problem}")),
        );
    }
    Ok(problems)
}

fn script_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(script_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "ts" || ending == "tsx")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The forbidden imports of one file, given relative to the source folder.
fn forbidden(file: &Path, text: &str) -> Vec<String> {
    let from = place(file);
    let mut problems = Vec::new();
    for specifier in specifiers(text) {
        let is_replica = specifier == REPLICA || specifier.starts_with(&format!("{REPLICA}/"));
        if is_replica && from != Place::Layer(LAYERS.len() - 1) {
            problems.push(format!(
                "{} -> {specifier}: only `sync` knows the replica's package",
                file.display()
            ));
        }
        let Some(target) = target(file, specifier) else {
            continue;
        };
        let is_backwards = match (from, place(&target)) {
            (Place::Layer(from), Place::Layer(to)) => to < from,
            (Place::Shared, Place::Layer(_)) => true,
            (Place::Root, _) | (_, Place::Shared) => false,
            (_, Place::Root) => true,
        };
        if is_backwards {
            problems.push(format!(
                "{} -> {}: backwards; the layers are {}",
                file.display(),
                target.display(),
                LAYERS.join(" -> ")
            ));
        }
    }
    problems
}

/// Where a file of the app stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a layer, counted from the top.
    Layer(usize),
    /// In a folder that is no layer.
    Shared,
    /// Directly in the source folder: it starts the app and may know everything; nothing may know it.
    Root,
}

fn place(file: &Path) -> Place {
    let mut parts = file.iter();
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next());
    if let Some(layer) = LAYERS.iter().position(|layer| first == *layer) {
        return Place::Layer(layer);
    }
    if rest.is_some() {
        Place::Shared
    } else {
        Place::Root
    }
}

/// The file that a relative specifier names, relative to the source folder; `None` when it is a package or outside.
fn target(file: &Path, specifier: &str) -> Option<PathBuf> {
    if !specifier.starts_with('.') {
        return None;
    }
    let mut target = file.parent()?.to_path_buf();
    for part in Path::new(specifier).components() {
        match part {
            Component::ParentDir => target.pop().then_some(())?,
            Component::Normal(name) => target.push(name),
            _ => {}
        }
    }
    Some(target)
}

/// What a file imports: the text in quotes after `from`, `import` or `import(`.
fn specifiers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(['"', '\'']) {
        let before = text[..at].trim_end();
        let before = before.strip_suffix('(').map_or(before, str::trim_end);
        let starts = ["from", "import"].iter().any(|word| {
            before.strip_suffix(word).is_some_and(|rest| {
                !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
            })
        });
        let quote = &text[at..=at];
        if starts && let Some(end) = text[at + 1..].find(quote) {
            found.push(&text[at + 1..at + 1 + end]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(file: &str, text: &str) -> usize {
        forbidden(Path::new(file), text).len()
    }

    #[test]
    fn imports_downwards_and_of_shared_folders_pass() {
        assert_eq!(
            count(
                "ui/App.tsx",
                "import { Editor } from \"../editor/Editor\";\nimport \"../sync/replica\";"
            ),
            0
        );
        assert_eq!(
            count(
                "editor/find.ts",
                "import type { State } from '../sync/state';\nimport { en } from \"../messages/en\";"
            ),
            0
        );
        assert_eq!(
            count(
                "sync/replica.ts",
                "export { connectReplica } from \"@consilium/client\";"
            ),
            0
        );
        assert_eq!(count("main.tsx", "import { App } from \"./ui/App\";"), 0);
        assert_eq!(
            count(
                "editor/a.ts",
                "const from = \"../ui/App\"; text.from(\"../ui/App\");"
            ),
            0
        );
    }

    #[test]
    fn imports_backwards_are_found_in_every_form() {
        assert_eq!(
            count("editor/a.ts", "import { App } from \"../ui/App\";"),
            1
        );
        assert_eq!(
            count("sync/a.ts", "import type {\n  A,\n} from '../editor/a';"),
            1
        );
        assert_eq!(count("sync/a/b.ts", "export * from \"../../ui/App\";"), 1);
        assert_eq!(
            count("editor/a.ts", "const ui = await import( \"../ui/App\" );"),
            1
        );
        assert_eq!(count("editor/a.ts", "import \"../ui/side-effect\";"), 1);
        assert_eq!(
            count("messages/en.ts", "import { App } from \"../ui/App\";"),
            1
        );
        assert_eq!(count("ui/App.tsx", "import \"../main\";"), 1);
    }

    #[test]
    fn the_replica_is_imported_by_sync_only() {
        assert_eq!(
            count(
                "ui/App.tsx",
                "import type { Replica } from \"@consilium/client\";"
            ),
            1
        );
        assert_eq!(
            count(
                "editor/a.ts",
                "import { x } from \"@consilium/client/worker\";"
            ),
            1
        );
        assert_eq!(
            count("main.tsx", "import { x } from \"@consilium/client\";"),
            1
        );
    }
}
