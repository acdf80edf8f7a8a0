//! How many tests passed, failed and were skipped, read from what the test runners print.
//!
//! Knows three runners: cargo's, vitest and node's own. A skipped test is a failure of the suite: it was written to be run.

use std::ops::AddAssign;

/// Counts of one step, or of several added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// A check that is one thing and passed.
    pub(crate) const ONE_PASSED: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
    };

    /// A check, or a step that could not even start, that failed.
    pub(crate) const ONE_FAILED: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    /// Whether the step counts as passed: something ran, and all of it passed.
    pub(crate) fn is_ok(self) -> bool {
        self.passed > 0 && self.failed == 0 && self.skipped == 0
    }

    /// The count of a runner that ended with success or not. A runner that failed without counting a failed test (a
    /// compile error, a crash, a test that leaked an error) failed once.
    pub(crate) fn of_run(output: &str, succeeded: bool) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            tally += cargo_line(line)
                .or_else(|| vitest_line(line))
                .or_else(|| node_line(line))
                .unwrap_or_default();
        }
        if !succeeded && tally.failed == 0 {
            tally.failed = 1;
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s`
fn cargo_line(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    counted(counts.split(';'))
}

/// `      Tests  1 failed | 11 passed | 2 skipped | 1 todo (15)`
fn vitest_line(line: &str) -> Option<Tally> {
    let counts = line.trim_start().strip_prefix("Tests  ")?;
    counted(counts.split('(').next()?.split('|'))
}

/// `# pass 12` or, on a terminal, `ℹ pass 12`.
fn node_line(line: &str) -> Option<Tally> {
    let (word, count) = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("ℹ "))?
        .split_once(' ')?;
    sort(word, count.trim().parse().ok()?)
}

fn counted<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Tally> {
    let mut tally = None;
    for part in parts {
        let Some((count, word)) = part.trim().split_once(' ') else {
            continue;
        };
        let Some(counted) = count.parse().ok().and_then(|count| sort(word, count)) else {
            continue;
        };
        *tally.get_or_insert_with(Tally::default) += counted;
    }
    tally
}

fn sort(word: &str, count: u64) -> Option<Tally> {
    let mut tally = Tally::default();
    match word {
        "passed" | "pass" => tally.passed = count,
        "failed" | "fail" | "cancelled" => tally.failed = count,
        "ignored" | "skipped" | "todo" => tally.skipped = count,
        _ => return None,
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, succeeded: bool, passed: u64, failed: u64, skipped: u64) {
        assert_eq!(
            Tally::of_run(output, succeeded),
            Tally {
                passed,
                failed,
                skipped
            },
            "{output}"
        );
    }

    #[test]
    fn each_runner_is_read() {
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.0s",
            true,
            12,
            0,
            1,
        );
        check(
            " Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 11 passed | 2 skipped | 1 todo (15)",
            false,
            11,
            1,
            3,
        );
        check("      Tests  4 passed (4)", true, 4, 0, 0);
        check(
            "# tests 6\n# suites 2\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 3",
            false,
            3,
            2,
            1,
        );
        check("ℹ pass 3\nℹ fail 0", true, 3, 0, 0);
    }

    #[test]
    fn several_binaries_add_up() {
        let output = "test result: ok. 2 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 3 failed; 0 ignored";
        check(output, false, 3, 3, 0);
    }

    #[test]
    fn a_runner_that_fails_without_counting_failed_once() {
        check("error[E0308]: mismatched types", false, 0, 1, 0);
        check(
            "      Tests  4 passed (4)\n     Errors  1 error",
            false,
            4,
            1,
            0,
        );
    }

    #[test]
    fn nothing_run_or_something_skipped_is_not_a_pass() {
        assert!(!Tally::of_run("no tests here", true).is_ok());
        assert!(
            !Tally {
                passed: 3,
                failed: 0,
                skipped: 1
            }
            .is_ok()
        );
        assert!(Tally::ONE_PASSED.is_ok());
    }
}
