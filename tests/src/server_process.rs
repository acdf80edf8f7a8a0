//! The real server as a process of its own: started, asked, ended gently or with `kill -9`, and started again.
//!
//! Every start waits until the server has printed its address, so nothing here sleeps and hopes. A dropped
//! [`ServerProcess`] takes its process with it, also when a test panics, and then shows the end of the server's log.
//! Knows the command line and the HTTP surface, and nothing of what a server does inside.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a start may take, on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a drain may take before a test calls it hung; the promise itself is asserted by the drain test.
const EXIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Ports outside of the range from which the system gives local ports to clients. Within it, a client that tries to
/// reconnect to a dead server could be given the server's own port, and would connect to itself.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Ports of one test process. None of them starts half as many servers, databases and proxies.
const SHARE_WIDTH: u16 = 400;

/// Lines of the server's log that a failed test shows.
const LOG_TAIL_LINES: usize = 40;

/// How people are let in.
#[derive(Debug, Clone)]
pub enum Door {
    /// `--insecure-open`.
    Open,
    /// HS256 tokens under this secret.
    Secret(String),
    /// People sign in ([`crate::portal`]).
    Portal,
    /// `consilium demo`: people sign in by a click.
    Demonstration,
}

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// How people are let in.
    pub door: Door,
    /// Where it stores; a throw-away directory when `None`.
    pub data_dir: Option<PathBuf>,
    /// More arguments of `consilium serve`.
    pub arguments: Vec<String>,
}

impl ServerOptions {
    /// Anybody may write.
    #[must_use]
    pub fn open() -> Self {
        Self {
            door: Door::Open,
            data_dir: None,
            arguments: Vec::new(),
        }
    }

    /// Tokens are needed.
    #[must_use]
    pub fn with_secret(secret: &str) -> Self {
        Self {
            door: Door::Secret(secret.to_owned()),
            ..Self::open()
        }
    }

    /// People sign in.
    #[must_use]
    pub fn portal() -> Self {
        Self {
            door: Door::Portal,
            ..Self::open()
        }
    }

    /// A demonstration.
    #[must_use]
    pub fn demonstration() -> Self {
        Self {
            door: Door::Demonstration,
            ..Self::open()
        }
    }

    /// Stores there.
    #[must_use]
    pub fn in_dir(mut self, data_dir: &Path) -> Self {
        self.data_dir = Some(data_dir.to_owned());
        self
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }
}

/// A running (or killed) server.
#[derive(Debug)]
pub struct ServerProcess {
    options: ServerOptions,
    data_dir: PathBuf,
    scratch: TempDir,
    address: SocketAddr,
    child: Option<Child>,
    starts: u32,
}

impl ServerProcess {
    /// Starts a server on a port of its own and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(options: ServerOptions) -> Self {
        let scratch = tempfile::Builder::new()
            .prefix("consilium-test-")
            .tempdir()
            .expect("make a scratch directory");
        let data_dir = options
            .data_dir
            .clone()
            .unwrap_or_else(|| scratch.path().join("data"));
        let mut server = Self {
            options,
            data_dir,
            scratch,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, free_port())),
            child: None,
            starts: 0,
        };
        server.start_again();
        server
    }

    /// Starts the server again after [`ServerProcess::kill`] or [`ServerProcess::terminate`]: the same port, the same
    /// data.
    ///
    /// # Panics
    /// When it does not start, or runs already.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "the server runs already");
        self.starts += 1;
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .expect("open the server's log");
        let mut command = Command::new(binary());
        command
            .arg(match self.options.door {
                Door::Demonstration => "demo",
                Door::Open | Door::Secret(_) | Door::Portal => "serve",
            })
            .arg("--listen")
            .arg(self.address.to_string())
            .args(&self.options.arguments)
            .env_remove("CONSILIUM_JWT_SECRET")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        match &self.options.door {
            Door::Open => command.arg("--insecure-open"),
            Door::Secret(secret) => command.env("CONSILIUM_JWT_SECRET", secret),
            Door::Portal => &mut command,
            Door::Demonstration => command.arg("--data-dir").arg(&self.data_dir),
        };
        // Not on the command line: beside an address of another store, it is refused there.
        if !matches!(self.options.door, Door::Demonstration) {
            command.env("CONSILIUM_DATA_DIR", &self.data_dir);
        }
        let mut child = command.spawn().expect("start the server");
        let stdout = child.stdout.take().expect("the server's standard output");
        self.child = Some(child);
        let (said, listening) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut said = Some(said);
            // Reads to the end, so that the server never writes into a closed pipe.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.starts_with("listening on ")
                    && let Some(said) = said.take()
                {
                    // The starter may have given up.
                    let _ = said.send(line);
                }
            }
        });
        let line = listening.recv_timeout(START_TIMEOUT).unwrap_or_else(|_| {
            panic!(
                "the server did not start; its log ends:\n{}",
                self.log_tail()
            )
        });
        assert_eq!(line, format!("listening on http://{}", self.address));
    }

    /// `kill -9`.
    ///
    /// # Panics
    /// When the process cannot be killed.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("the server runs");
        child.kill().expect("kill -9");
        child.wait().expect("reap the server");
    }

    /// Sends SIGTERM and waits for the end.
    ///
    /// # Panics
    /// When the server does not end at all.
    pub fn terminate(&mut self) -> (ExitStatus, Duration) {
        let started = Instant::now();
        self.signal("TERM");
        let mut child = self.child.take().expect("the server runs");
        while started.elapsed() < EXIT_TIMEOUT {
            if let Some(status) = child.try_wait().expect("ask for the server's end") {
                return (status, started.elapsed());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = child.kill();
        let _ = child.wait();
        panic!(
            "the server did not end on SIGTERM; its log ends:\n{}",
            self.log_tail()
        );
    }

    /// SIGSTOP: nothing of it runs, its connections stay, until [`ServerProcess::resume`].
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Ends [`ServerProcess::pause`].
    pub fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.pid().to_string())
            .status()
            .expect("run kill");
        assert!(status.success(), "kill -{name}: {status}");
    }

    /// Whether the process has not ended by itself.
    ///
    /// # Panics
    /// When the system does not say.
    pub fn is_alive(&mut self) -> bool {
        let child = self.child.as_mut().expect("the server was started");
        child
            .try_wait()
            .expect("ask for the server's end")
            .is_none()
    }

    /// The process id.
    ///
    /// # Panics
    /// When the server was killed.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the server runs").id()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it stores.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// A URL of its HTTP surface; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Resident memory in bytes.
    ///
    /// # Panics
    /// When the process has gone.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))
            .expect("read the server's status");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("a line with the resident memory");
        let kib: u64 = line
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .expect("a number of KiB");
        kib * 1024
    }

    /// The sum of a figure over all its labels; 0 when it was never counted.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn figure(&self, name: &str) -> f64 {
        self.metrics()
            .await
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let (series, value) = line.rsplit_once(' ')?;
                let plain = series.split('{').next()?;
                (plain == name).then(|| value.parse::<f64>().ok())?
            })
            .sum()
    }

    /// All figures, as Prometheus reads them.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn metrics(&self) -> String {
        reqwest::get(self.url("/metrics"))
            .await
            .expect("ask for the figures")
            .text()
            .await
            .expect("read the figures")
    }

    /// The status of `/readyz`.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn readiness(&self) -> u16 {
        reqwest::get(self.url("/readyz"))
            .await
            .expect("ask for readiness")
            .status()
            .as_u16()
    }

    /// Runs another command of the binary to its end; returns its standard output.
    ///
    /// # Panics
    /// When it fails.
    pub fn run(arguments: &[&str]) -> String {
        let output = Command::new(binary())
            .args(arguments)
            .output()
            .expect("run the binary");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The end of what the server logged.
    #[must_use]
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    fn log_path(&self) -> PathBuf {
        self.scratch.path().join("server.log")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let mut stderr = std::io::stderr().lock();
            let _ = writeln!(stderr, "server log ends:\n{}", self.log_tail());
        }
    }
}

/// A port that nobody listens on, different for each call in this process until its share is used up.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    static SHARE: OnceLock<(TcpListener, u16)> = OnceLock::new();
    let (_, first) = SHARE.get_or_init(claim_share);
    // The first is what the share is held by.
    for _ in 1..SHARE_WIDTH {
        let offset = 1 + NEXT.fetch_add(1, Ordering::Relaxed) % (SHARE_WIDTH - 1);
        let port = first + offset;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no free port");
}

/// Takes a share of the ports for this process. Test processes run side by side, and the port of a server that was killed
/// and will be started again is free meanwhile: nobody else may be given it. Whoever listens on the first port has all.
fn claim_share() -> (TcpListener, u16) {
    let shares = (PORTS.end - PORTS.start) / SHARE_WIDTH;
    // Each begins to look elsewhere.
    let begin = (std::process::id() % u32::from(shares)) as u16;
    for share in 0..shares {
        let first = PORTS.start + (begin + share) % shares * SHARE_WIDTH;
        if let Ok(holder) = TcpListener::bind((Ipv4Addr::LOCALHOST, first)) {
            return (holder, first);
        }
    }
    panic!("too many test processes at once: no share of the ports is left");
}

/// The server's binary: `CONSILIUM_BIN`, else the one of this build, made when it is missing.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn binary() -> PathBuf {
    static BUILD: Once = Once::new();
    if let Some(path) = std::env::var_os("CONSILIUM_BIN") {
        return path.into();
    }
    // This test runs from target/<profile>/deps.
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("a target directory around this test")
        .to_owned();
    let path = profile.join("consilium");
    BUILD.call_once(|| {
        if path.exists() {
            return;
        }
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([
                "build",
                "--quiet",
                "-p",
                "consilium-server",
                "--bin",
                "consilium",
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("run cargo");
        assert!(status.success(), "build the server: {status}");
    });
    path
}
