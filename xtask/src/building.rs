//! What cargo is at while it builds the server, as the person at the screen is told.
//!
//! Cargo names a package once, when the first piece of it begins. Of the server that is its build script, at the very
//! start; the server itself comes last, takes minutes, and is not named again. So the name on the screen would be that
//! of whichever package began last, and has long been done.

use std::time::{Duration, Instant};

use crate::process::Watch;

/// Another package begins within this, on a slow machine too, as long as any is left.
const QUIET: Duration = Duration::from_secs(60);

/// What is said then: as short as the details of a step have to be.
const LONGEST: &str = "optimising the server itself, the longest part";

/// Passes on what cargo prints, and says what it does not.
pub(crate) struct Building<'a> {
    watch: &'a mut dyn Watch,
    last: String,
    heard: Instant,
}

impl<'a> Building<'a> {
    /// For whoever watches a build of the server.
    pub(crate) fn new(watch: &'a mut dyn Watch) -> Self {
        Self {
            watch,
            last: String::new(),
            heard: Instant::now(),
        }
    }
}

impl Watch for Building<'_> {
    fn line(&mut self, line: &str) {
        line.clone_into(&mut self.last);
        self.heard = Instant::now();
        self.watch.line(line);
    }

    fn say(&mut self, text: &str) {
        self.watch.say(text);
    }

    fn tick(&mut self) {
        match unsaid(&self.last, self.heard.elapsed()) {
            Some(words) => {
                // Once: it stands until cargo prints something else.
                self.last.clear();
                self.watch.line(words);
            }
            None => self.watch.tick(),
        }
    }

    fn shown(&self) -> bool {
        self.watch.shown()
    }
}

/// What cargo leaves out, after its last line and so much silence.
fn unsaid(last: &str, quiet: Duration) -> Option<&'static str> {
    // It may also wait for another cargo, or for the network, and says so.
    let compiles = last.trim_start().starts_with("Compiling ");
    (compiles && quiet >= QUIET).then_some(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Kept;

    #[test]
    fn when_no_package_has_begun_for_long_it_is_the_server_that_is_compiled() {
        let last = "   Compiling tower-http v0.6.8";
        assert_eq!(unsaid(last, Duration::from_secs(59)), None);
        assert_eq!(unsaid(last, Duration::from_secs(60)), Some(LONGEST));
    }

    #[test]
    fn whatever_else_takes_long_keeps_its_own_words() {
        for last in [
            "",
            "cargo build --release",
            "    Blocking waiting for file lock on build directory",
            " Downloading crates ...",
            "    Finished `release` profile [optimized] target(s) in 9m 12s",
        ] {
            assert_eq!(unsaid(last, Duration::from_secs(600)), None, "{last}");
        }
    }

    #[test]
    fn it_is_said_once_and_the_next_line_of_cargo_takes_its_place() {
        let mut kept = Kept::default();
        let mut building = Building::new(&mut kept);
        building.line("   Compiling tower-http v0.6.8");
        building.tick();
        let long_ago = Instant::now().checked_sub(QUIET);
        building.heard = long_ago.expect("a machine that has run for a minute");
        building.tick();
        building.tick();
        building.line("    Finished");
        let lines: Vec<&str> = kept.text().lines().map(str::trim).collect();
        assert_eq!(lines, ["Compiling tower-http v0.6.8", LONGEST, "Finished"]);
    }
}
