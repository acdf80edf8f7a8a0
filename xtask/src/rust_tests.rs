//! Every Rust test of the product: built once, then several of the programs at a time.
//!
//! Cargo runs one test program after the other, and many of ours wait most of the time: for a node that is cut off, a
//! database that is away, a disk. So those run side by side, the longest first. What holds a bound of time or memory runs
//! when nothing else does. What a program prints is shown when it has ended, in one piece. Knows no test.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::need::NOT_XTASK;
use crate::process::{Captured, Cmd, Silent, Watch};
use crate::progress::seconds;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// Programs that run at a time.
const AT_A_TIME: usize = 3;

/// Programs that measure, or hold a bound that a busy machine would break.
const ALONE: &[&str] = &[
    "fan_out_at_scale",
    "hostile",
    "hostile_cost",
    "hostile_depth",
    "leak",
    "meetings",
    "portal",
    "postgres_cost",
    "slow_reader",
];

/// Programs that take longest, the longest first: begun last they would be waited for alone.
const LONGEST: &[&str] = &[
    "cluster_faults",
    "consilium_server",
    "cluster",
    "postgres_store",
    "postgres_failures",
    "simulation",
    "kill_nine",
    "postgres_communities",
];

/// What properties draw their cases from, unless the environment says otherwise: a suite that says another thing about the
/// same commit each time is no help. Cargo's own `cargo test` draws new cases every time, and what it finds is kept.
const PROPERTIES_SEED: &str = "20261126";

/// How often it is said that all is still running.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);

/// The part of cargo's messages that says where a test program is.
#[derive(Deserialize)]
struct Message {
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    profile: Option<Profile>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// A test program, and the folder of its package, in which it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Program {
    name: String,
    package: PathBuf,
    executable: PathBuf,
}

/// Builds and runs all of them, and the examples in the documentation.
pub(crate) fn run(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let programs = build(workspace)?;
    let (alone, together): (Vec<_>, Vec<_>) = programs
        .into_iter()
        .partition(|program| ALONE.contains(&program.name.as_str()));
    let mut tally = side_by_side(workspace, in_order(together), AT_A_TIME, watch);
    tally += side_by_side(workspace, alone.into(), 1, watch);
    let examples = Cmd::cargo(workspace.root())
        .args(["test", "--workspace", "--doc", "--no-fail-fast"])
        .args(NOT_XTASK)
        .capture(watch)?;
    tally += Tally::of_run(&examples.output, examples.status.success());
    Ok(tally)
}

/// Where cargo has put the programs; it builds what is missing.
fn build(workspace: &Workspace) -> Result<Vec<Program>> {
    let messages = Cmd::cargo(workspace.root())
        .args(["test", "--workspace", "--no-run"])
        .args(NOT_XTASK)
        .arg("--message-format=json-render-diagnostics")
        .text()?;
    let programs = programs(&messages);
    if programs.is_empty() {
        bail!("cargo built no test");
    }
    for known in ALONE.iter().chain(LONGEST) {
        if !programs.iter().any(|program| program.name == *known) {
            bail!("there is no test program {known}; xtask/src/rust_tests.rs says how to run it");
        }
    }
    Ok(programs)
}

fn programs(messages: &str) -> Vec<Program> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter_map(|message| {
            message.profile.filter(|profile| profile.test)?;
            Some(Program {
                name: message.target?.name,
                package: message.manifest_path?.parent()?.to_owned(),
                executable: message.executable?,
            })
        })
        .collect()
}

/// The longest first, the rest as they came.
fn in_order(mut programs: Vec<Program>) -> VecDeque<Program> {
    programs.sort_by_key(|program| {
        let place = LONGEST.iter().position(|name| *name == program.name);
        place.unwrap_or(LONGEST.len())
    });
    programs.into()
}

/// Runs programs, so many at a time, and shows what each printed when it has ended.
fn side_by_side(
    workspace: &Workspace,
    programs: VecDeque<Program>,
    at_a_time: usize,
    watch: &mut dyn Watch,
) -> Tally {
    let mut left = programs.len();
    let queue = Mutex::new(programs);
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let (ended, arrived) = mpsc::channel();
        for _ in 0..at_a_time {
            let (queue, ended) = (&queue, ended.clone());
            scope.spawn(move || {
                while let Some(program) = queue.lock().ok().and_then(|mut queue| queue.pop_front())
                {
                    let started = Instant::now();
                    let captured = command(workspace, &program).capture(&mut Silent);
                    if ended.send((program, captured, started.elapsed())).is_err() {
                        return;
                    }
                }
            });
        }
        drop(ended);
        loop {
            match arrived.recv_timeout(SIGN_OF_LIFE) {
                Ok((program, captured, took)) => {
                    left -= 1;
                    tally += show(workspace, &program, captured, took, watch);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    watch.say(&format!("… {left} test programs left"));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
    });
    tally
}

/// As cargo runs it: in the folder of its package.
fn command(workspace: &Workspace, program: &Program) -> Cmd {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let seed = std::env::var_os("PROPTEST_RNG_SEED").unwrap_or_else(|| PROPERTIES_SEED.into());
    Cmd::new(&program.executable, &program.package)
        // What a test measured is printed whether it passed or not.
        .arg("--show-output")
        .env("CARGO", cargo)
        .env("PROPTEST_RNG_SEED", seed)
        .env("CARGO_MANIFEST_DIR", &program.package)
        .env("CONSILIUM_BIN", workspace.test_binary())
}

fn show(
    workspace: &Workspace,
    program: &Program,
    captured: Result<Captured>,
    took: Duration,
    watch: &mut dyn Watch,
) -> Tally {
    let place = program
        .package
        .strip_prefix(workspace.root())
        .unwrap_or(Path::new(""));
    watch.line(&format!(
        "     Ran {} of {} in {}",
        program.name,
        place.display(),
        seconds(took)
    ));
    match captured.with_context(|| format!("run {}", program.name)) {
        Ok(Captured { status, output }) => {
            for line in output.lines() {
                watch.line(line);
            }
            if !status.success() {
                watch.line(&format!("error: {} failed ({status})", program.name));
            }
            Tally::of_run(&output, status.success())
        }
        Err(error) => {
            watch.line(&format!("error: {error:#}"));
            Tally::ONE_FAILED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Kept;

    fn program(name: &str, script: &str, folder: &Path) -> Program {
        use std::os::unix::fs::PermissionsExt;

        let executable = folder.join(name);
        std::fs::write(&executable, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&executable, std::fs::Permissions::from_mode(0o755)).unwrap();
        Program {
            name: name.to_owned(),
            package: folder.to_owned(),
            executable,
        }
    }

    #[test]
    fn only_test_programs_are_taken_from_the_messages_of_cargo() {
        let message = |test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/w/tests/Cargo.toml","target":{{"name":"leak"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let messages = [
            message(true, r#""/t/leak-1""#),
            message(false, r#""/t/consilium""#),
            message(true, "null"),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        assert_eq!(
            programs(&messages.join("\n")),
            [Program {
                name: "leak".to_owned(),
                package: "/w/tests".into(),
                executable: "/t/leak-1".into()
            }]
        );
    }

    #[test]
    fn programs_run_side_by_side_each_shown_whole_and_all_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        // Each waits until the other has begun: one after the other they would never end.
        let meets = |other: &str, end: &str| {
            format!(
                "echo begun; touch $(basename $0).here; while [ ! -e {other}.here ]; do sleep 0.01; done; {end}"
            )
        };
        let programs = [
            program(
                "one",
                &meets("two", "echo 'test result: ok. 2 passed; 0 failed'"),
                folder.path(),
            ),
            program("two", &meets("one", "exit 3"), folder.path()),
        ];
        let mut watch = Kept::default();
        let tally = side_by_side(
            &Workspace::at(folder.path()),
            programs.into(),
            2,
            &mut watch,
        );
        assert_eq!((tally.passed, tally.failed), (2, 1));
        let shown = watch.text();
        assert_eq!(shown.matches("begun").count(), 2, "{shown}");
        assert!(shown.contains("error: two failed"), "{shown}");
    }

    #[test]
    fn the_longest_begins() {
        let folder = tempfile::tempdir().unwrap();
        let names = |programs: VecDeque<Program>| -> Vec<String> {
            programs.into_iter().map(|program| program.name).collect()
        };
        let unordered =
            ["access", "kill_nine", "cluster_faults"].map(|name| program(name, "", folder.path()));
        assert_eq!(
            names(in_order(unordered.into())),
            ["cluster_faults", "kill_nine", "access"]
        );
    }
}
