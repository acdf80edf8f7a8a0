//! `cargo xtask ci counts`: do the small pieces of the server take more instructions than they did? (ADR-0021)
//!
//! Time on a shared machine says little; the number of instructions is the same to a fraction of a per cent however busy
//! the machine is. Each piece of `server/benches/instructions` runs under callgrind twice, and the difference of the two
//! is held against `server/benches/counts.json`. [`baseline`] compares; here is what builds and counts. The profiles stay
//! below the target folder, so that whoever made a piece dearer can see where.

mod baseline;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use self::baseline::{Baseline, Verdict};
use crate::need::NOT_XTASK;
use crate::process::{Cmd, Watch};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// What was last accepted.
const BASELINE: &str = "server/benches/counts.json";

/// The benchmark that is counted.
const BENCH: &str = "instructions";

/// What is compiled as a release has it. All else stays as the tests compile it, so that it need not be compiled again.
const OPTIMISED: &[&str] = &[
    "consilium-protocol",
    "consilium-model",
    "consilium-server",
    "yrs",
];

/// How these are compiled: as for a release, but without its link-time optimisation, and with assertions (what embeds the
/// app has to agree with its macro about them).
const SETTINGS: &[&str] = &["opt-level=3", "codegen-units=4", "overflow-checks=false"];

/// Counts, compares, and says what to do about what has changed. Each piece counts as one test.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let counted = count(workspace, watch)?;
    let path = workspace.path(BASELINE);
    let text = fs::read_to_string(&path).with_context(|| {
        format!("read {BASELINE}; `cargo xtask bench counts --accept` makes it")
    })?;
    let accepted: Baseline =
        serde_json::from_str(&text).with_context(|| format!("parse {BASELINE}"))?;
    let verdict = Verdict::of(&accepted, &counted);
    watch.say(&verdict.to_string());
    if verdict.broken() > 0 {
        watch.say(&format!(
            "Where the instructions go: `callgrind_annotate {}/<piece>.whole`. When the change is worth it, \
             `cargo xtask bench counts --accept`, and say why in the commit.",
            profiles(workspace).display()
        ));
    }
    Ok(Tally {
        passed: verdict.held(),
        failed: verdict.broken(),
        skipped: 0,
    })
}

/// Counts, and writes what was counted down as what is expected from now on.
pub(crate) fn accept(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    let counted = count(workspace, watch)?;
    let mut text = serde_json::to_string_pretty(&counted).context("write the counts")?;
    text.push('\n');
    fs::write(workspace.path(BASELINE), text).with_context(|| format!("write {BASELINE}"))?;
    watch.say(&format!(
        "{BASELINE} has what was counted; commit it with the reason"
    ));
    Ok(())
}

/// Builds the benchmark and counts all its pieces.
fn count(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Baseline> {
    let program = build(workspace)?;
    let folder = profiles(workspace);
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let list = Cmd::new(&program, workspace.root()).arg("list").text()?;
    let mut counted = Baseline {
        compiler: compiler(workspace)?,
        instructions: BTreeMap::new(),
    };
    for line in list.lines() {
        let (piece, half) = line
            .split_once(' ')
            .with_context(|| format!("a piece and a number in {line:?}"))?;
        let half: u64 = half
            .parse()
            .with_context(|| format!("a number in {line:?}"))?;
        let run = |share: &str| -> Result<u64> {
            let profile = folder.join(format!("{piece}.{share}"));
            valgrind(workspace, &profile)
                .arg(&program)
                .args([piece, share])
                .text()?;
            let text = fs::read_to_string(&profile)
                .with_context(|| format!("read {}", profile.display()))?;
            total(&text).with_context(|| format!("a total in {}", profile.display()))
        };
        let (first, both) = (run("half")?, run("whole")?);
        let once = both.saturating_sub(first) / half.max(1);
        watch.line(&format!("{piece}: {once} instructions"));
        counted.instructions.insert(piece.to_owned(), once);
    }
    if counted.instructions.is_empty() {
        bail!("the benchmark has no pieces");
    }
    Ok(counted)
}

fn profiles(workspace: &Workspace) -> PathBuf {
    workspace.scratch().join("counts")
}

fn valgrind(workspace: &Workspace, profile: &Path) -> Cmd {
    let mut out = OsString::from("--callgrind-out-file=");
    out.push(profile);
    Cmd::new("valgrind", workspace.root())
        .args(["--tool=callgrind", "--quiet"])
        .arg(out)
}

/// The part of cargo's messages that says where a program is.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds beside the tests, from the same dependencies.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let settings = OPTIMISED.iter().flat_map(|package| {
        SETTINGS.iter().flat_map(move |setting| {
            [
                "--config".to_owned(),
                format!("profile.dev.package.{package}.{setting}"),
            ]
        })
    });
    let messages = Cmd::cargo(workspace.root())
        .args(["build", "--workspace"])
        // Of the whole workspace, so that features and with them the builds of dependencies are those of the tests.
        .args(NOT_XTASK)
        .args(["--bench", BENCH, "--message-format=json-render-diagnostics"])
        .args(settings)
        // Incremental builds are cut into other units, and so are inlined otherwise.
        .env("CARGO_INCREMENTAL", "0")
        .text()?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .find(|message| {
            message
                .target
                .as_ref()
                .is_some_and(|target| target.name == BENCH)
                && message.executable.is_some()
        })
        .and_then(|message| message.executable)
        .context("cargo built no benchmark")
}

/// Version and host of the compiler: what the instructions of a source depend on.
fn compiler(workspace: &Workspace) -> Result<String> {
    let verbose = Cmd::new("rustc", workspace.root())
        .args(["--version", "--verbose"])
        .text()?;
    let field = |name: &str| {
        verbose
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .with_context(|| format!("find {name:?} in what `rustc --version --verbose` says"))
    };
    Ok(format!(
        "rustc {} {}",
        field("release: ")?,
        field("host: ")?
    ))
}

/// All instructions of a profile of callgrind.
fn total(profile: &str) -> Option<u64> {
    profile
        .lines()
        .find_map(|line| line.strip_prefix("totals: "))?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_a_profile_is_found() {
        assert_eq!(
            total("version: 1\nevents: Ir\nfn=(1)\n0 7\ntotals: 1234\n"),
            Some(1234)
        );
        assert_eq!(total("version: 1\n"), None);
    }
}
