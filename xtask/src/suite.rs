//! `cargo xtask test`: every piece of the suite, to the end, whatever fails on the way.
//!
//! Pieces run one after the other, but for those that leave processors idle and do not touch each other's builds: they run
//! in [`lanes`], each shown in one piece when it has ended. What failed is said again at the end, and the last line is
//! `N passed, N failed`, alone, for people and for scripts. A skipped test makes its step fail and counts as failed. Does
//! not know what the pieces do.

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::ci::Piece;
use crate::digest;
use crate::need::Needs;
use crate::process::{Kept, Live, Watch};
use crate::processors::Processors;
use crate::progress::seconds;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// Pieces that run beside each other: on one side what cargo builds, for a good part on one processor; on the other what
/// asks servers that are built already.
const BESIDE: [&[Piece]; 2] = [
    &[Piece::Counts, Piece::Skew, Piece::Smoke],
    &[Piece::Js, Piece::ApiFuzz],
];

/// How often it is said that lanes are still running.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);

/// How one piece went.
struct Report {
    piece: Piece,
    tally: Tally,
    took: Duration,
    /// For how long, and to which share in per cent, processors worked meanwhile, for whomever.
    worked: Option<(Duration, u64)>,
    /// What those said that failed.
    failures: String,
}

/// Runs all pieces. The answer is the exit code: the last line on the screen must be the count.
pub(crate) fn run(workspace: &Workspace) -> ExitCode {
    let mut needs = Needs::new(workspace);
    needs.begin_to_install();
    run_pieces(needs, Piece::value_variants())
}

/// Runs one piece, with what it needs.
pub(crate) fn run_one(workspace: &Workspace, piece: Piece) -> ExitCode {
    run_pieces(Needs::new(workspace), &[piece])
}

/// Pieces in the order in which they run: one after the other, or several lanes of them beside each other. The lanes come
/// where the first of their pieces would.
fn lanes(pieces: &[Piece]) -> Vec<Vec<Vec<Piece>>> {
    let mut stages: Vec<Vec<Vec<Piece>>> = Vec::new();
    let is_beside = |piece: &Piece| BESIDE.iter().any(|lane| lane.contains(piece));
    let mut came = false;
    for piece in pieces {
        if !is_beside(piece) {
            stages.push(vec![vec![*piece]]);
        } else if !came {
            came = true;
            let lane = |lane: &&[Piece]| -> Vec<Piece> {
                let wanted = lane.iter().filter(|piece| pieces.contains(piece));
                wanted.copied().collect()
            };
            let lanes = BESIDE.iter().map(lane).filter(|lane| !lane.is_empty());
            stages.push(lanes.collect());
        }
    }
    stages
}

fn run_pieces(mut needs: Needs<'_>, pieces: &[Piece]) -> ExitCode {
    let workspace = needs.workspace();
    let mut reports = Vec::new();
    for stage in lanes(pieces) {
        let at = |reports: &[Report]| format!("\n[{}/{}]", reports.len() + 1, pieces.len());
        if let [lane] = &stage[..] {
            for piece in lane {
                println!("{} {}", at(&reports), piece.name());
                let mut watch = Told::default();
                let started = Moment::now();
                let ready = piece.make_ready(&mut needs, &mut watch);
                let ran = ready.and_then(|()| piece.run(workspace, &mut watch));
                reports.push(started.report(*piece, ran, watch.kept.text()));
            }
        } else {
            let names: Vec<String> = stage.iter().map(|lane| names(lane)).collect();
            println!("{} {}", at(&reports), names.join(" beside "));
            reports.extend(run_lanes(workspace, &mut needs, &stage));
        }
    }
    conclude(&reports)
}

fn names(pieces: &[Piece]) -> String {
    let names: Vec<String> = pieces.iter().map(|piece| piece.name()).collect();
    names.join(", ")
}

/// Makes everything ready, and then runs the lanes beside each other.
fn run_lanes(workspace: &Workspace, needs: &mut Needs<'_>, stage: &[Vec<Piece>]) -> Vec<Report> {
    let mut reports = Vec::new();
    let mut runnable: Vec<Vec<Piece>> = Vec::new();
    for lane in stage {
        let mut able = Vec::new();
        for piece in lane {
            let mut watch = Told::default();
            let started = Moment::now();
            match piece.make_ready(needs, &mut watch) {
                Ok(()) => able.push(*piece),
                Err(error) => {
                    reports.push(started.report(*piece, Err(error), watch.kept.text()));
                }
            }
        }
        runnable.push(able);
    }
    thread::scope(|scope| {
        let (ended, arrived) = mpsc::channel();
        for lane in runnable {
            let ended = ended.clone();
            scope.spawn(move || {
                for piece in lane {
                    let mut kept = Kept::default();
                    let started = Moment::now();
                    let ran = piece.run(workspace, &mut kept);
                    let report = started.report(piece, ran, kept.text());
                    if ended.send((report, kept)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(ended);
        loop {
            match arrived.recv_timeout(SIGN_OF_LIFE) {
                Ok((report, kept)) => {
                    println!("\n--- {}\n{}", report.piece.name(), kept.text());
                    reports.push(report);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => println!("…"),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
    });
    reports
}

/// Shows every line at once, and keeps it to look for failures.
#[derive(Default)]
struct Told {
    kept: Kept,
}

impl Watch for Told {
    fn line(&mut self, line: &str) {
        Live.line(line);
        self.kept.line(line);
    }

    fn shown(&self) -> bool {
        true
    }
}

/// When a piece began.
struct Moment {
    started: Instant,
    processors: Option<Processors>,
}

impl Moment {
    fn now() -> Self {
        Self {
            started: Instant::now(),
            processors: Processors::now(),
        }
    }

    /// How it went with a piece that has just ended, and said this.
    fn report(self, piece: Piece, ran: anyhow::Result<Tally>, said: &str) -> Report {
        let mut failures = String::new();
        let tally = ran.unwrap_or_else(|error| {
            println!("{error:#}");
            failures = format!("{error:#}\n");
            Tally::ONE_FAILED
        });
        if !tally.is_ok() {
            failures.push_str(&digest::of(said));
        }
        let worked = Processors::now()
            .zip(self.processors)
            .map(|(now, then)| now.since(then));
        Report {
            piece,
            tally,
            took: self.started.elapsed(),
            worked,
            failures,
        }
    }
}

/// Says what failed, how each piece went, and the sum.
fn conclude(reports: &[Report]) -> ExitCode {
    let failed: Vec<&Report> = reports
        .iter()
        .filter(|report| !report.tally.is_ok())
        .collect();
    for report in &failed {
        println!(
            "\n--- what failed in {}\n{}",
            report.piece.name(),
            report.failures
        );
    }
    let (summary, total) = summarize(reports);
    println!("\n{summary}");
    if !failed.is_empty() {
        let names: Vec<String> = failed.iter().map(|report| report.piece.name()).collect();
        println!(
            "Run a failing piece alone: cargo xtask ci {}",
            names.join("|")
        );
        // Whoever sees only the last lines of a long log knows at least the names.
        for report in &failed {
            for title in digest::titles(&report.failures) {
                println!("  {}: {title}", report.piece.name());
            }
        }
    }
    println!(
        "{} passed, {} failed",
        total.passed,
        total.failed + total.skipped
    );
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One line for each piece, and the sum.
fn summarize(reports: &[Report]) -> (String, Tally) {
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for Report {
        piece,
        tally,
        took,
        worked,
        ..
    } in reports
    {
        let worked = worked.map_or_else(String::new, |(worked, percent)| {
            format!("processors {} ({percent} %), ", seconds(worked))
        });
        let verdict = if tally.is_ok() { "ok" } else { "FAILED" };
        let skipped = if tally.skipped > 0 {
            format!(", {} skipped", tally.skipped)
        } else {
            String::new()
        };
        let counts = format!("{} passed, {} failed{skipped}", tally.passed, tally.failed);
        lines.push(format!(
            "{:8} {verdict:7} {:>12}   {worked}{counts}",
            piece.name(),
            seconds(*took)
        ));
        total += *tally;
    }
    (lines.join("\n"), total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_a_line_for_each_piece_and_adds_up() {
        let report = |piece, passed, failed, skipped| Report {
            piece,
            tally: Tally {
                passed,
                failed,
                skipped,
            },
            took: Duration::from_secs(12),
            worked: Some((Duration::from_secs(18), 75)),
            failures: String::new(),
        };
        let (summary, total) = summarize(&[
            report(Piece::Fmt, 1, 0, 0),
            report(Piece::Rust, 40, 2, 0),
            report(Piece::Js, 5, 0, 1),
        ]);
        let lines: Vec<&str> = summary.lines().collect();
        assert!(
            lines[0].starts_with("fmt") && lines[0].contains(" ok "),
            "{summary}"
        );
        assert!(
            lines[0].contains("processors 18 s (75 %), 1 passed"),
            "{summary}"
        );
        assert!(
            lines[1].contains("FAILED") && lines[1].contains("40 passed, 2 failed"),
            "{summary}"
        );
        assert!(
            lines[2].contains("FAILED") && lines[2].contains("1 skipped"),
            "{summary}"
        );
        assert_eq!(
            total,
            Tally {
                passed: 46,
                failed: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn every_piece_runs_once_wherever_it_runs() {
        let stages = lanes(Piece::value_variants());
        let mut run: Vec<Piece> = stages.into_iter().flatten().flatten().collect();
        let wanted = Piece::value_variants();
        assert_eq!(run.len(), wanted.len());
        run.dedup();
        assert!(wanted.iter().all(|piece| run.contains(piece)));
        // Alone there is nothing to be beside.
        assert_eq!(lanes(&[Piece::Js]), [[[Piece::Js]]]);
    }

    #[test]
    fn what_failed_is_said_for_a_runner_and_for_a_check() {
        let failing =
            |ran| Moment::now().report(Piece::Js, ran, "FAIL  a.test.ts > b\nexpected 1\n");
        let report = failing(Ok(Tally::ONE_FAILED));
        assert!(
            report.failures.contains("expected 1"),
            "{}",
            report.failures
        );
        let report = failing(Err(anyhow::anyhow!("no browser")));
        assert!(
            report.failures.contains("no browser"),
            "{}",
            report.failures
        );
        assert_eq!(failing(Ok(Tally::ONE_PASSED)).failures, "");
    }
}
