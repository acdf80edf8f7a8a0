//! `cargo xtask test`: every piece of the suite, to the end, whatever fails on the way.
//!
//! The last line is `N passed, N failed`, alone, for people and for scripts. A skipped test makes its step fail and counts
//! as failed. Does not know what the pieces do.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::ci::Piece;
use crate::need::Needs;
use crate::progress::seconds;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// How one piece went.
struct Report {
    piece: Piece,
    tally: Tally,
    took: Duration,
}

/// Runs all pieces. The answer is the exit code: the last line on the screen must be the count.
pub(crate) fn run(workspace: &Workspace) -> ExitCode {
    run_pieces(workspace, Piece::value_variants())
}

/// Runs one piece, with what it needs.
pub(crate) fn run_one(workspace: &Workspace, piece: Piece) -> ExitCode {
    run_pieces(workspace, &[piece])
}

fn run_pieces(workspace: &Workspace, pieces: &[Piece]) -> ExitCode {
    let mut needs = Needs::new(workspace);
    let mut reports = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        println!("\n[{}/{}] {}", index + 1, pieces.len(), piece.name());
        let started = Instant::now();
        let tally = piece.run(&mut needs).unwrap_or_else(|error| {
            println!("{error:#}");
            Tally::ONE_FAILED
        });
        reports.push(Report {
            piece: *piece,
            tally,
            took: started.elapsed(),
        });
    }
    let (summary, total) = summarize(&reports);
    println!("\n{summary}");
    let failed: Vec<String> = reports
        .iter()
        .filter(|report| !report.tally.is_ok())
        .map(|report| report.piece.name())
        .collect();
    if !failed.is_empty() {
        println!(
            "Run a failing piece alone: cargo xtask ci {}",
            failed.join("|")
        );
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
    for Report { piece, tally, took } in reports {
        let verdict = if tally.is_ok() { "ok" } else { "FAILED" };
        let skipped = if tally.skipped > 0 {
            format!(", {} skipped", tally.skipped)
        } else {
            String::new()
        };
        let counts = format!("{} passed, {} failed{skipped}", tally.passed, tally.failed);
        lines.push(format!(
            "{:8} {verdict:7} {:>12}   {counts}",
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
}
