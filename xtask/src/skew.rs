//! Two adjacent releases on one wire and one bus: today's code reads what the code of the commit before wrote.
//!
//! The vectors of the previous commit are taken out of git and the tests that read vectors are run over them. What that
//! commit *refused* is left out: a newer release may understand more.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::need::NOT_XTASK;
use crate::process::{Cmd, Watch};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// A folder of vectors, the variable that points its tests elsewhere, and which tests these are.
struct Suite {
    folder: &'static str,
    variable: &'static str,
    tests: [&'static str; 2],
}

const SUITES: [Suite; 2] = [
    Suite {
        folder: "protocol/vectors",
        variable: "CONSILIUM_VECTORS",
        tests: ["--test", "golden"],
    },
    Suite {
        folder: "server/vectors",
        variable: "CONSILIUM_SERVER_VECTORS",
        tests: ["--lib", "the_vectors_are_read"],
    },
];

/// Runs today's tests over the previous commit's vectors.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let git = |arguments: &[&str]| {
        Cmd::new("git", workspace.root())
            .args(arguments.iter().copied())
            .try_text()
    };
    let Some(previous) = git(&["rev-parse", "--verify", "--quiet", "HEAD^1"])? else {
        bail!(
            "the commit before HEAD is not here: clone with its history (git fetch --unshallow)."
        );
    };
    let mut tally = Tally::default();
    for suite in SUITES {
        let listed = git(&[
            "ls-tree",
            "-r",
            "--name-only",
            &previous,
            "--",
            suite.folder,
        ])?
        .unwrap_or_default();
        let folder = workspace.scratch().join("skew").join(suite.folder);
        if folder.exists() {
            fs::remove_dir_all(&folder).context("remove the vectors of another commit")?;
        }
        fs::create_dir_all(&folder).context("make a folder for vectors")?;
        let mut files = 0;
        for path in listed.lines().filter(|path| path.ends_with(".json")) {
            let name = path.rsplit('/').next().unwrap_or(path);
            if name.starts_with("refused") {
                continue;
            }
            let Some(text) = git(&["show", &format!("{previous}:{path}")])? else {
                bail!("git has no {path} of {previous}");
            };
            fs::write(folder.join(name), text).context("write a vector")?;
            files += 1;
        }
        if files == 0 {
            bail!("{previous} has no vectors in {}", suite.folder);
        }
        watch.line(&format!("{files} files of vectors of {previous}"));
        let captured = Cmd::cargo(workspace.root())
            // Of the whole workspace, so that the build of all tests is used again.
            .args(["test", "--workspace"])
            .args(NOT_XTASK)
            .args(suite.tests)
            .env(suite.variable, &folder)
            .capture(watch)?;
        let ran = Tally::of_run(&captured.output, captured.status.success());
        if ran == Tally::default() {
            bail!("no test has read the vectors in {}", suite.folder);
        }
        tally += ran;
    }
    Ok(tally)
}
