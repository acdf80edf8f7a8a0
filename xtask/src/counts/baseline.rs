//! What each piece took when it was last accepted, and what to say about what it takes now.
//!
//! Another compiler makes other instructions of the same source. Then the bound is wider, and that is said first: a
//! comparison that is silently left out would be one that nobody misses.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// More than this, in per cent, has a reason in the source. Counts of one build differ by under one.
const BOUND_PERCENT: f64 = 5.0;

/// The same for pieces that two threads do together: how they meet differs from run to run, by a tenth so far.
const THREADS_BOUND_PERCENT: f64 = 15.0;

/// What the names of these pieces begin with.
const THREADS: &str = "journal-";

/// The same where the compiler is another one than that of the baseline.
const OTHER_COMPILER_BOUND_PERCENT: f64 = 25.0;

/// Instructions of each piece, and who compiled it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Baseline {
    /// Version and host of the compiler.
    pub(super) compiler: String,
    /// Instructions of doing each piece once.
    pub(super) instructions: BTreeMap<String, u64>,
}

/// How one piece compares.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    /// Within the bound, in per cent.
    Held(f64),
    /// Fewer by more than the bound.
    Cheaper(f64),
    /// More by more than the bound.
    Dearer(f64),
    /// Never accepted.
    New,
    /// Not counted any more.
    Gone,
}

/// How everything compares.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The compilers, accepted and now, where they differ.
    compilers: Option<(String, String)>,
    pieces: Vec<(String, Change, String)>,
}

/// What a piece may take more, in per cent.
fn bound_percent(piece: &str, same_compiler: bool) -> f64 {
    if !same_compiler {
        OTHER_COMPILER_BOUND_PERCENT
    } else if piece.starts_with(THREADS) {
        THREADS_BOUND_PERCENT
    } else {
        BOUND_PERCENT
    }
}

impl Verdict {
    pub(super) fn of(accepted: &Baseline, counted: &Baseline) -> Self {
        let same_compiler = accepted.compiler == counted.compiler;
        let mut pieces = Vec::new();
        for (piece, now) in &counted.instructions {
            let (change, figures) = match accepted.instructions.get(piece) {
                Some(before) => {
                    let percent = (*now as f64 - *before as f64) * 100.0 / (*before).max(1) as f64;
                    let bound_percent = bound_percent(piece, same_compiler);
                    let change = if percent > bound_percent {
                        Change::Dearer(percent)
                    } else if percent < -bound_percent {
                        Change::Cheaper(percent)
                    } else {
                        Change::Held(percent)
                    };
                    (change, format!("{before} -> {now}"))
                }
                None => (Change::New, now.to_string()),
            };
            pieces.push((piece.clone(), change, figures));
        }
        for (piece, before) in &accepted.instructions {
            if !counted.instructions.contains_key(piece) {
                pieces.push((piece.clone(), Change::Gone, before.to_string()));
            }
        }
        Self {
            compilers: (!same_compiler)
                .then(|| (accepted.compiler.clone(), counted.compiler.clone())),
            pieces,
        }
    }

    /// Pieces that are as they should be.
    pub(super) fn held(&self) -> u64 {
        self.pieces.len() as u64 - self.broken()
    }

    /// Pieces that somebody has to look at.
    pub(super) fn broken(&self) -> u64 {
        self.pieces
            .iter()
            .filter(|(_, change, _)| {
                matches!(change, Change::Dearer(_) | Change::New | Change::Gone)
            })
            .count() as u64
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((accepted, now)) = &self.compilers {
            writeln!(
                f,
                "ANOTHER COMPILER: the baseline was counted with {accepted}, this is {now}. The bound is \
                 {OTHER_COMPILER_BOUND_PERCENT} %, not {BOUND_PERCENT} %, until `cargo xtask bench counts --accept` has been run and committed with this one."
            )?;
        }
        for (piece, change, figures) in &self.pieces {
            match change {
                Change::Held(percent) => writeln!(f, "{piece}: {figures} ({percent:+.1} %)")?,
                Change::Cheaper(percent) => writeln!(
                    f,
                    "{piece}: {figures} ({percent:+.1} %): cheaper; `cargo xtask bench counts --accept` keeps it so"
                )?,
                Change::Dearer(percent) => writeln!(
                    f,
                    "{piece} takes {percent:.1} % more instructions than accepted ({figures}); {} % are allowed",
                    bound_percent(piece, self.compilers.is_none())
                )?,
                Change::New => writeln!(
                    f,
                    "{piece} has never been accepted ({figures}): `cargo xtask bench counts --accept`"
                )?,
                Change::Gone => writeln!(
                    f,
                    "{piece} is not counted any more ({figures}): `cargo xtask bench counts --accept`"
                )?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(compiler: &str, pieces: &[(&str, u64)]) -> Baseline {
        Baseline {
            compiler: compiler.to_owned(),
            instructions: pieces
                .iter()
                .map(|(piece, count)| ((*piece).to_owned(), *count))
                .collect(),
        }
    }

    fn verdict(accepted: &[(&str, u64)], now: &[(&str, u64)], compiler: &str) -> Verdict {
        Verdict::of(&counts("1.95", accepted), &counts(compiler, now))
    }

    #[test]
    fn a_piece_that_takes_too_many_more_instructions_is_broken_and_named() {
        let verdict = verdict(
            &[("edit", 1000), ("load", 1000)],
            &[("edit", 1051), ("load", 1050)],
            "1.95",
        );
        assert_eq!((verdict.held(), verdict.broken()), (1, 1));
        let said = verdict.to_string();
        assert!(
            said.contains(
                "edit takes 5.1 % more instructions than accepted (1000 -> 1051); 5 % are allowed"
            ),
            "{said}"
        );
        assert!(said.contains("load: 1000 -> 1050 (+5.0 %)"), "{said}");
        assert!(!said.contains("COMPILER"), "{said}");
    }

    #[test]
    fn a_piece_of_two_threads_is_held_to_a_wider_bound() {
        let verdict = verdict(
            &[("journal-append", 1000), ("journal-batch", 1000)],
            &[("journal-append", 1149), ("journal-batch", 1151)],
            "1.95",
        );
        assert_eq!((verdict.held(), verdict.broken()), (1, 1));
    }

    #[test]
    fn fewer_instructions_are_told_and_break_nothing() {
        let verdict = verdict(&[("edit", 1000)], &[("edit", 500)], "1.95");
        assert_eq!((verdict.held(), verdict.broken()), (1, 0));
        assert!(verdict.to_string().contains("cheaper"), "{verdict}");
    }

    #[test]
    fn another_compiler_is_said_aloud_and_held_to_a_wider_bound() {
        let wider = verdict(&[("edit", 1000)], &[("edit", 1200)], "1.96");
        assert_eq!((wider.held(), wider.broken()), (1, 0));
        let said = wider.to_string();
        assert!(
            said.starts_with("ANOTHER COMPILER: the baseline was counted with 1.95, this is 1.96. The bound is 25 %"),
            "{said}"
        );
        let beyond = verdict(&[("edit", 1000)], &[("edit", 1251)], "1.96");
        assert_eq!(beyond.broken(), 1);
    }

    #[test]
    fn a_piece_that_is_new_or_gone_has_to_be_accepted() {
        let verdict = verdict(&[("edit", 1000)], &[("type", 1000)], "1.95");
        assert_eq!((verdict.held(), verdict.broken()), (0, 2));
        let said = verdict.to_string();
        assert!(said.contains("type has never been accepted"), "{said}");
        assert!(said.contains("edit is not counted any more"), "{said}");
    }
}
