//! Running other programs: one builder, output always captured, shown live or quietly.
//!
//! A failed program becomes an error that says which command failed, and, where its output was not shown, how it ended.
//! Does not know what the programs are for.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How many of the last lines of a failed quiet command its error shows.
const TAIL_LINES: usize = 60;

/// How often a watcher hears that a silent command still runs.
const TICK: Duration = Duration::from_secs(1);

/// Sees a command's output while it runs.
pub(crate) trait Watch {
    /// One line of standard output or standard error.
    fn line(&mut self, line: &str);
    /// Something that the person at the screen should read.
    fn say(&mut self, text: &str) {
        self.line(text);
    }
    /// About a second has passed.
    fn tick(&mut self) {}
    /// Whether the person at the screen has seen the lines.
    fn shown(&self) -> bool;
}

/// Passes every line on to standard output.
pub(crate) struct Live;

impl Watch for Live {
    fn line(&mut self, line: &str) {
        // A closed pipe (`cargo xtask test | head`) must not end the run half-way.
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    fn shown(&self) -> bool {
        true
    }
}

/// Shows nothing: for a command whose output somebody else shows when it has ended.
pub(crate) struct Silent;

impl Watch for Silent {
    fn line(&mut self, _line: &str) {}

    fn shown(&self) -> bool {
        false
    }
}

/// Keeps every line, to be shown or searched later.
#[derive(Debug, Default)]
pub(crate) struct Kept(String);

impl Kept {
    /// All lines so far.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl Watch for Kept {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn shown(&self) -> bool {
        // They will be.
        true
    }
}

/// How a command ended, and all it wrote (standard output and standard error, in the order of arrival).
pub(crate) struct Captured {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
}

/// A command to run.
#[derive(Debug, Clone)]
pub(crate) struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    folder: PathBuf,
    env: Vec<(OsString, OsString)>,
}

impl Cmd {
    /// `program`, to be run in `folder`.
    pub(crate) fn new(program: impl AsRef<OsStr>, folder: &Path) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            folder: folder.to_owned(),
            env: vec![
                ("NO_COLOR".into(), "1".into()),
                ("CARGO_TERM_COLOR".into(), "never".into()),
            ],
        }
    }

    /// The cargo that started this xtask, to be run in `folder`.
    pub(crate) fn cargo(folder: &Path) -> Self {
        Self::new(
            std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            folder,
        )
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The standard library's command, for a caller that wants more than a captured run.
    pub(crate) fn build(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the command; `None` when there is no such program.
    pub(crate) fn try_text(&self) -> Result<Option<String>> {
        match self
            .build()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
        {
            Ok(output) if output.status.success() => Ok(Some(
                String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            )),
            Ok(output) => bail!(
                "`{self}` failed ({}): {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            ),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("start `{self}`")),
        }
    }

    /// Runs the command and gives its standard output, trimmed.
    pub(crate) fn text(&self) -> Result<String> {
        self.try_text()?
            .with_context(|| format!("`{}` is not installed", self.program.to_string_lossy()))
    }

    /// Runs the command to its end, whatever that is.
    pub(crate) fn capture(&self, watch: &mut dyn Watch) -> Result<Captured> {
        let mut child = self
            .build()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("start `{self}`"))?;
        let (lines, arrived) = mpsc::channel();
        let readers = [
            child
                .stdout
                .take()
                .map(|stream| forward(stream, lines.clone())),
            child.stderr.take().map(|stream| forward(stream, lines)),
        ];

        let mut output = String::new();
        loop {
            match arrived.recv_timeout(TICK) {
                Ok(line) => {
                    watch.line(&line);
                    output.push_str(&line);
                    output.push('\n');
                }
                Err(RecvTimeoutError::Timeout) => watch.tick(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        for reader in readers.into_iter().flatten() {
            let _ = reader.join();
        }
        let status = child.wait().with_context(|| format!("wait for `{self}`"))?;
        Ok(Captured { status, output })
    }

    /// Runs the command; an error when it fails.
    pub(crate) fn run(&self, watch: &mut dyn Watch) -> Result<String> {
        let Captured { status, output } = self.capture(watch)?;
        if status.success() {
            return Ok(output);
        }
        if watch.shown() {
            bail!("`{self}` failed ({status})");
        }
        let lines: Vec<&str> = output.lines().collect();
        let tail = &lines[lines.len().saturating_sub(TAIL_LINES)..];
        bail!("{}\n\n`{self}` failed ({status})", tail.join("\n"));
    }
}

impl fmt::Display for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = Path::new(&self.program);
        write!(
            f,
            "{}",
            program
                .file_name()
                .unwrap_or(program.as_os_str())
                .to_string_lossy()
        )?;
        for arg in &self.args {
            write!(f, " {}", arg.to_string_lossy())?;
        }
        Ok(())
    }
}

/// Sends a stream's lines on until it ends. A carriage return ends a line too: programs draw progress with it.
fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader
            .read_until(b'\n', &mut bytes)
            .is_ok_and(|read| read > 0)
        {
            let text = String::from_utf8_lossy(&bytes);
            let line = text.trim_end_matches(['\r', '\n']);
            let line = line.rsplit('\r').next().unwrap_or(line).to_owned();
            bytes.clear();
            if lines.send(line).is_err() {
                return;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Quiet(Vec<String>);

    impl Watch for Quiet {
        fn line(&mut self, line: &str) {
            self.0.push(line.to_owned());
        }

        fn shown(&self) -> bool {
            false
        }
    }

    fn shell(script: &str) -> Cmd {
        Cmd::new("sh", Path::new(".")).args(["-c", script])
    }

    #[test]
    fn captures_both_streams_and_the_last_state_of_a_redrawn_line() {
        let mut watch = Quiet(Vec::new());
        let output = shell("printf 'one\\r'; printf 'two\\n'; echo three >&2")
            .run(&mut watch)
            .unwrap();
        let mut lines: Vec<&str> = output.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["three", "two"]);
        assert_eq!(watch.0.len(), 2);
    }

    #[test]
    fn a_quiet_failure_shows_the_end_of_the_output() {
        let error = shell("echo the reason; exit 3")
            .run(&mut Quiet(Vec::new()))
            .unwrap_err()
            .to_string();
        assert!(error.contains("the reason"), "{error}");
        assert!(error.contains("exit status: 3"), "{error}");
    }

    #[test]
    fn a_missing_program_is_told_from_a_failing_one() {
        assert!(
            Cmd::new("no-such-program-here", Path::new("."))
                .try_text()
                .unwrap()
                .is_none()
        );
        assert!(shell("exit 1").try_text().is_err());
    }
}
