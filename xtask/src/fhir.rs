//! FHIR bundles, judged by models of FHIR R5 that are not ours (`xtask/fhir/validate.py`): those of the demonstration's
//! guideline, as a real server gives them to somebody who leads and to somebody who reads, and of guidelines that nobody
//! wrote. That a bundle which is not as it should be is refused is part of the check.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::local_server::LocalServer;
use crate::process::{Cmd, Watch};
use crate::python::Packages;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// What judges.
pub(crate) const PACKAGES: Packages = Packages {
    name: "fhir",
    requirements: "xtask/fhir/requirements.txt",
};

/// How long the demonstration may take to be there.
const DEMO_MAX: Duration = Duration::from_secs(60);

/// What answers are as.
const MEDIA_TYPE: &str = "application/fhir+json; fhirVersion=5.0";

/// Makes bundles and has them judged. What is counted are bundles.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<Tally> {
    let folder = workspace
        .scratch()
        .join(format!("fhir-bundles-{}", std::process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder).context("remove the bundles of an earlier run")?;
    }
    fs::create_dir_all(&folder).context("make a folder for bundles")?;
    let outcome = judge(workspace, &folder, watch);
    let removed = fs::remove_dir_all(&folder).context("remove the bundles");
    let tally = outcome?;
    removed.map(|()| tally)
}

fn judge(workspace: &Workspace, folder: &Path, watch: &mut dyn Watch) -> Result<Tally> {
    let binary = workspace.test_binary();
    Cmd::new(
        binary.with_file_name(format!(
            "consilium-made-up-bundles{}",
            std::env::consts::EXE_SUFFIX
        )),
        workspace.root(),
    )
    .arg(folder)
    .run(watch)?;
    of_the_demonstration(workspace, folder)?;
    let judged = Cmd::new(PACKAGES.program(workspace, "python")?, workspace.root())
        .arg(workspace.path("xtask/fhir/validate.py"))
        .arg(folder)
        .capture(watch)?;
    let count = |word: &str| {
        let line = judged.output.lines().rev().find_map(|line| {
            let (passed, failed) = line.split_once(" passed, ")?;
            Some((
                passed.to_owned(),
                failed.strip_suffix(" failed")?.to_owned(),
            ))
        });
        line.and_then(|(passed, failed)| {
            if word == "passed" { passed } else { failed }.parse().ok()
        })
    };
    let mut tally = Tally {
        passed: count("passed").unwrap_or(0),
        failed: count("failed").unwrap_or(0),
        skipped: 0,
    };
    if !judged.status.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

/// The bundles of the demonstration's guideline.
fn of_the_demonstration(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut server = LocalServer::start(workspace, &["demo", "--listen", "127.0.0.1:0"])?;
    let begun = Instant::now();
    while server.get("/api/v1/demo")?.status != 200 {
        ensure!(
            begun.elapsed() < DEMO_MAX,
            "the demonstration does not begin"
        );
        thread::sleep(Duration::from_millis(100));
    }
    for person in ["chair", "microbiologist"] {
        let wish = format!(r#"{{"person": "{person}"}}"#);
        let answer = server.post("/api/v1/demo/session", &wish, None)?;
        let cookie = answer.cookie().context("nobody is let in")?.to_owned();
        let listed = server.get_as("/api/v1/documents", &cookie)?;
        let listed: Value = serde_json::from_str(&listed.body).context("a list of documents")?;
        let documents = listed["documents"].as_array().context("documents")?;
        ensure!(!documents.is_empty(), "{person} reads nothing");
        for (document, place) in documents.iter().zip(1..) {
            let name = document["name"].as_str().context("a name")?;
            let path = format!("/api/v1/documents/{}/fhir", name.replace('/', "%2F"));
            let answer = server.get_as(&path, &cookie)?;
            ensure!(answer.status == 200, "{path} answered {}", answer.status);
            ensure!(
                answer.head.contains(MEDIA_TYPE),
                "{path} is of another type: {}",
                answer.head
            );
            let file = folder.join(format!("demo-{person}-{place}.json"));
            fs::write(file, answer.body).context("write a bundle")?;
        }
    }
    server.drain(workspace).map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_version_is_pinned() {
        let list = include_str!("../fhir/requirements.txt");
        let lines: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("fhir.resources==8."))
        );
        for line in lines {
            assert!(line.contains("=="), "{line}");
        }
    }
}
