//! Small rules that no other tool holds: no leftovers, no skipped or lonely tests, a head comment in every module.
//!
//! Reads what git tracks and what it would track (so a new file counts before it is committed). The words it looks for are
//! put together at run time, or this file would break its own rule.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::process::{Cmd, Watch};
use crate::workspace::Workspace;

/// Names of functions that start a test or a suite in TypeScript.
const TEST_WORDS: &[&str] = &["it", "test", "describe", "suite", "bench"];

/// What follows one of them when the test does not run, or keeps the others from running.
const TEST_ESCAPES: &[&str] = &[".only", ".skip", ".todo", ".skipIf", ".runIf", ".fails"];

/// Checks every file of the project; the error lists all that is wrong.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    let files = Cmd::new("git", workspace.root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .text()?;
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in files.lines().map(Path::new) {
        // Deleted but not yet committed, or not a text: nothing to read.
        let Ok(text) = fs::read_to_string(workspace.path(file)) else {
            continue;
        };
        checked += 1;
        problems.extend(
            problems_in(file, &text)
                .into_iter()
                .map(|problem| format!("{}:{problem}", file.display())),
        );
    }
    if problems.is_empty() {
        watch.line(&format!("{checked} files are tidy"));
        return Ok(());
    }
    bail!("{}\n{} untidy places", problems.join("\n"), problems.len());
}

/// What is wrong with one file, as `line: problem`.
fn problems_in(file: &Path, text: &str) -> Vec<String> {
    let ending = file
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    let mut problems = Vec::new();
    if ending == "rs" && !text.starts_with("//!") {
        problems.push(
            "1: the module starts without a `//!` comment that says what it is for".to_owned(),
        );
    }
    if file.file_name().is_some_and(|name| name == "mod.rs") {
        problems.push("1: use `foo.rs` beside `foo/`, not `foo/mod.rs`".to_owned());
    }
    for (index, line) in text.lines().enumerate() {
        for problem in problems_in_line(ending, line) {
            problems.push(format!("{}: {problem}", index + 1));
        }
    }
    problems
}

fn problems_in_line(ending: &str, line: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for leftover in [concat!("TO", "DO"), concat!("FIX", "ME")] {
        if has_word(line, leftover) {
            problems.push(format!("{leftover} left behind"));
        }
    }
    match ending {
        "rs" => {
            for escape in [
                concat!("todo", "!("),
                concat!("unimplemented", "!("),
                concat!("#[", "ignore"),
                concat!("allow(", "dead_code"),
            ] {
                if line.contains(escape) {
                    problems.push(format!("`{escape}` is not for this project"));
                }
            }
        }
        "ts" | "tsx" | "js" | "mjs" => problems.extend(
            escaped_test(line).map(|escape| format!("`{escape}` keeps tests from running")),
        ),
        _ => {}
    }
    problems
}

/// Whether `word` stands in `line` with nothing of a word around it.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(part_of_word) && !line[at + word.len()..].starts_with(part_of_word)
    })
}

/// The first test of a line that does not run like the others.
fn escaped_test(line: &str) -> Option<String> {
    TEST_WORDS.iter().find_map(|word| {
        TEST_ESCAPES
            .iter()
            .map(|escape| format!("{word}{escape}"))
            .find(|escaped| {
                // The call may be chained further (`.each`), so only the end of the word is checked.
                has_word(line, escaped)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(file: &str, text: &str) -> usize {
        problems_in(Path::new(file), text).len()
    }

    #[test]
    fn a_tidy_file_passes() {
        assert_eq!(
            problems("a.rs", "//! Head.\nfn f() { (0..3).skip(1); }\n"),
            0
        );
        assert_eq!(
            problems(
                "a.test.ts",
                "it.each([1])(\"todo lists\", () => list.skip(1));\n"
            ),
            0
        );
        assert_eq!(
            problems("a.md", "A METODOLOGY of to-do lists, todo and mastodon.\n"),
            0
        );
    }

    #[test]
    fn each_leftover_is_found() {
        let leftover = format!("// {}{}: later\n", "TO", "DO");
        assert_eq!(problems("a.md", &leftover), 1);
        assert_eq!(problems("a.rs", &format!("//! Head.\n{leftover}")), 1);
        assert_eq!(
            problems(
                "a.rs",
                &format!("//! Head.\n#[{}]\nfn f() {{ {}!() }}\n", "ignore", "todo")
            ),
            2
        );
        assert_eq!(problems("a.rs", "fn f() {}\n"), 1);
        assert_eq!(problems("x/mod.rs", "//! Head.\n"), 1);
    }

    #[test]
    fn escaped_tests_are_found_in_typescript_only() {
        for word in TEST_WORDS {
            for escape in TEST_ESCAPES {
                let line = format!("{word}{escape}(\"name\", () => {{}});");
                assert_eq!(problems("a.test.ts", &line), 1, "{line}");
                assert_eq!(problems("a.md", &line), 0, "{line}");
            }
        }
        assert_eq!(problems("a.ts", "unit.skip(1); submit.only;"), 0);
    }
}
