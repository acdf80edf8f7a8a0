//! What the tests that failed had to say, out of all that their runner printed.
//!
//! A log that is shown from its beginning and its end only hides a failure in the middle of twenty minutes of output. So
//! it is said once more at the very end: bounded for each failure and altogether, the beginnings of all rather than all
//! of the first. Knows what cargo's runner, vitest and the compiler print around a failure.

/// Lines shown of one failure: the assertion and where it was made.
const LINES_EACH_MAX: usize = 24;

/// Lines shown altogether.
const LINES_MAX: usize = 160;

/// Characters shown of a line.
const WIDTH_MAX: usize = 300;

/// Lines shown of the end of an output in which no failure is recognised.
const TAIL_LINES: usize = 30;

/// What failed, shortened.
pub(crate) fn of(output: &str) -> String {
    let output = plain(output);
    let mut failures = failures(&output);
    if failures.is_empty() {
        let lines: Vec<&str> = output.lines().collect();
        failures.push(lines[lines.len().saturating_sub(TAIL_LINES)..].to_vec());
    }
    let mut shown = Vec::new();
    for (index, failure) in failures.iter().enumerate() {
        let each_max = LINES_EACH_MAX.min(LINES_MAX.saturating_sub(shown.len()));
        if each_max == 0 {
            shown.push(format!("… and {} more failures", failures.len() - index));
            break;
        }
        shown.extend(failure.iter().take(each_max).map(|line| narrow(line)));
        if failure.len() > each_max {
            shown.push(format!("… {} more lines", failure.len() - each_max));
        }
    }
    shown.join("\n")
}

/// The first line of each failure in a digest: what failed, without what it had to say.
pub(crate) fn titles(digest: &str) -> Vec<&str> {
    let begins = |line: &&str| {
        let line = line.trim_start();
        ["---- ", "FAIL  ", "error: ", "error["]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    let found: Vec<&str> = digest.lines().filter(begins).map(str::trim).collect();
    if found.is_empty() {
        digest.lines().last().into_iter().collect()
    } else {
        found
    }
}

/// Where in an output a line stands.
enum Place {
    Nowhere,
    /// Among what tests of cargo's runner printed that failed.
    Failures,
    /// Within one failure, which ends as its runner ends it.
    One(Runner),
}

#[derive(Clone, Copy)]
enum Runner {
    Cargo,
    Vitest,
    Compiler,
}

fn failures(output: &str) -> Vec<Vec<&str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut place = Place::Nowhere;
    for line in output.lines() {
        // What begins anywhere.
        let begins = if line == "failures:" {
            place = Place::Failures;
            continue;
        } else if line.starts_with("error[") || line.starts_with("error: ") {
            Some(Runner::Compiler)
        } else if line.trim_start().starts_with("FAIL  ") {
            Some(Runner::Vitest)
        } else if matches!(place, Place::Failures | Place::One(Runner::Cargo))
            && line.starts_with("---- ")
        {
            Some(Runner::Cargo)
        } else {
            None
        };
        if let Some(runner) = begins {
            found.push(vec![line]);
            place = Place::One(runner);
            continue;
        }
        let Place::One(runner) = place else {
            continue;
        };
        let ends = match runner {
            Runner::Cargo => line.starts_with("test result: "),
            Runner::Vitest => line.starts_with("⎯⎯⎯"),
            Runner::Compiler => line.is_empty(),
        };
        if ends {
            place = Place::Nowhere;
        } else if let Some(failure) = found.last_mut()
            && !line.trim().is_empty()
        {
            failure.push(line);
        }
    }
    found
}

fn narrow(line: &str) -> String {
    if line.chars().count() <= WIDTH_MAX {
        return line.to_owned();
    }
    line.chars().take(WIDTH_MAX).chain(['…']).collect()
}

/// Without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        if next == '\u{1b}' {
            // Up to the letter that says what to do.
            let _ = rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(next);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_passing_test_printed_is_left_out_and_a_failing_one_is_kept() {
        let output = "test a ... ok\ntest b ... FAILED\n\nsuccesses:\n\n---- a stdout ----\nfine\n\n\
                      successes:\n    a\n\nfailures:\n\n---- b stdout ----\n\nthread 'b' panicked at src/b.rs:1:1:\n\
                      assertion failed: left == right\n\nfailures:\n    b\n\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(
            of(output),
            "---- b stdout ----\nthread 'b' panicked at src/b.rs:1:1:\nassertion failed: left == right"
        );
    }

    #[test]
    fn vitest_says_what_was_expected() {
        let output = " ✓ a 3ms\n\u{1b}[31m FAIL \u{1b}[39m pages tests/a.test.ts > b\nAssertionError: c\n\n- []\n⎯⎯⎯⎯[1/1]⎯\n Tests  1 failed\n";
        assert_eq!(
            of(output),
            " FAIL  pages tests/a.test.ts > b\nAssertionError: c\n- []"
        );
    }

    #[test]
    fn a_build_that_fails_says_why() {
        let output =
            "   Compiling a\nerror[E0308]: mismatched types\n --> src/a.rs:1:1\n\n   Compiling b\n";
        assert_eq!(
            of(output),
            "error[E0308]: mismatched types\n --> src/a.rs:1:1"
        );
    }

    #[test]
    fn titles_are_the_names_of_what_failed_or_at_least_the_last_words() {
        assert_eq!(
            titles("---- b stdout ----\nthread 'b' panicked\n FAIL  pages c.test.ts > d\nE"),
            ["---- b stdout ----", "FAIL  pages c.test.ts > d"]
        );
        assert_eq!(titles("one\ntwo"), ["two"]);
    }

    #[test]
    fn an_unknown_end_is_shown_as_it_is() {
        assert_eq!(of("one\ntwo"), "one\ntwo");
    }

    #[test]
    fn many_failures_are_bounded_and_each_begins() {
        let one = |name: usize| format!("---- t{name} stdout ----\n{}", "line\n".repeat(100));
        let all: String = (0..20).map(one).collect();
        let digest = of(&format!("failures:\n\n{all}\ntest result: FAILED.\n"));
        assert!(digest.lines().count() <= LINES_MAX + 20, "{digest}");
        assert!(digest.contains("---- t5 stdout"), "{digest}");
        assert!(digest.contains("more failures"), "{digest}");
        assert!(narrow(&"x".repeat(1000)).chars().count() <= WIDTH_MAX + 1);
    }
}
