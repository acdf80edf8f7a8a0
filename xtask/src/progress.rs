//! Progress for the person at the screen: `[3/7] building the replica (WASM) … 12 s`.
//!
//! On a terminal the line is redrawn every second with what is going on; elsewhere (a log) a step prints one line when it
//! starts, one each half minute, and one when it ends. Does not know the steps.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::Watch;

/// How often a log hears of a long step.
const LOG_EVERY: Duration = Duration::from_secs(30);

/// The widest detail shown after the time, in characters: longer ones would wrap and break the redrawing.
const DETAIL_WIDTH: usize = 48;

/// What a step did.
pub(crate) enum Outcome {
    /// It worked; the text, if any, is shown after the time.
    Done(Option<String>),
    /// Nothing had changed since the last time.
    UpToDate,
}

/// A fixed number of steps, one after the other.
pub(crate) struct Progress {
    total: usize,
    at: usize,
    screen: Screen,
}

/// Where the progress is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    Terminal,
    Log,
}

impl Progress {
    /// Progress over `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        let screen = if std::io::stdout().is_terminal() {
            Screen::Terminal
        } else {
            Screen::Log
        };
        Self {
            total,
            at: 0,
            screen,
        }
    }

    /// Runs the next step.
    pub(crate) fn step(
        &mut self,
        title: &str,
        work: impl FnOnce(&mut Ticker) -> Result<Outcome>,
    ) -> Result<()> {
        self.at += 1;
        let label = format!("[{}/{}] {title}", self.at, self.total);
        let mut ticker = Ticker {
            label,
            started: Instant::now(),
            logged: Instant::now(),
            detail: String::new(),
            screen: self.screen,
        };
        ticker.begin();
        let outcome = work(&mut ticker);
        ticker.end(&match &outcome {
            Ok(Outcome::Done(note)) => note
                .as_deref()
                .map_or_else(String::new, |note| format!(", {note}")),
            Ok(Outcome::UpToDate) => ", up to date".to_owned(),
            Err(_) => ", failed".to_owned(),
        });
        outcome.map(|_| ())
    }
}

/// The running step: give it to a command as its watcher.
pub(crate) struct Ticker {
    label: String,
    started: Instant,
    logged: Instant,
    detail: String,
    screen: Screen,
}

impl Ticker {
    fn begin(&mut self) {
        match self.screen {
            Screen::Terminal => self.draw(),
            Screen::Log => println!("{} …", self.label),
        }
    }

    fn draw(&self) {
        let detail: String = self.detail.chars().take(DETAIL_WIDTH).collect();
        print!(
            "\r\x1b[2K{} … {}  {detail}",
            self.label,
            seconds(self.started.elapsed())
        );
        let _ = std::io::stdout().flush();
    }

    fn end(&self, note: &str) {
        let line = format!("{} … {}{note}", self.label, seconds(self.started.elapsed()));
        match self.screen {
            Screen::Terminal => println!("\r\x1b[2K{line}"),
            Screen::Log => println!("{line}"),
        }
    }
}

impl Watch for Ticker {
    fn line(&mut self, line: &str) {
        line.trim().clone_into(&mut self.detail);
        self.tick();
    }

    fn say(&mut self, text: &str) {
        match self.screen {
            Screen::Terminal => {
                println!("\r\x1b[2K      {text}");
                self.draw();
            }
            Screen::Log => println!("      {text}"),
        }
    }

    fn tick(&mut self) {
        match self.screen {
            Screen::Terminal => self.draw(),
            Screen::Log if self.logged.elapsed() >= LOG_EVERY => {
                self.logged = Instant::now();
                println!("      {} {}", seconds(self.started.elapsed()), self.detail);
            }
            Screen::Log => {}
        }
    }

    fn shown(&self) -> bool {
        false
    }
}

/// A duration as people read it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole >= 60 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else if whole >= 10 {
        format!("{whole} s")
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well_at_every_size() {
        let cases = [
            (0.44, "0.4 s"),
            (9.0, "9.0 s"),
            (12.7, "12 s"),
            (60.0, "1 min 00 s"),
            (187.0, "3 min 07 s"),
        ];
        for (given, expected) in cases {
            assert_eq!(seconds(Duration::from_secs_f64(given)), expected);
        }
    }
}
