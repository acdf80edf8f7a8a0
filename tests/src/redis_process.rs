//! The real Redis as a process of its own: started, killed with `kill -9`, started again, paused, its connections cut.
//!
//! A dropped [`RedisProcess`] takes its process with it, also when a test panics, and then shows the end of its log.
//! Knows Redis' own surface, and nothing of the server under test.

use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::certificates::Certificates;
use crate::server_process::free_port;

/// How long a start may take, on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Lines of the log that a failed test shows.
const LOG_TAIL_LINES: usize = 20;

/// What a Redis is started with.
#[derive(Debug, Clone, Default)]
pub struct RedisOptions {
    /// More lines of its configuration.
    configuration: Vec<String>,
    /// The user with whom [`RedisProcess::admin`] signs on; the default one when none.
    admin: Option<(String, String)>,
    /// TLS on a port of its own.
    tls: Option<Certificates>,
}

impl RedisOptions {
    /// A plain one: no users, no TLS.
    #[must_use]
    pub fn plain() -> Self {
        Self::default()
    }

    /// One more line of configuration.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.configuration.push(line.to_owned());
        self
    }

    /// A user with these rights, besides whom only the harness may sign on.
    #[must_use]
    pub fn user(self, name: &str, password: &str, rights: &str) -> Self {
        let admin = ("harness".to_owned(), "harness".to_owned());
        let mut options = self
            .line("user default off")
            .line(&format!("user {name} on >{password} {rights}"))
            .line(&format!("user {} on >{} ~* &* +@all", admin.0, admin.1));
        options.admin = Some(admin);
        options
    }

    /// TLS, with client certificates asked for.
    #[must_use]
    pub fn tls(mut self, certificates: &Certificates) -> Self {
        self.tls = Some(certificates.clone());
        self
    }
}

/// A running, paused or killed Redis.
#[derive(Debug)]
pub struct RedisProcess {
    options: RedisOptions,
    folder: TempDir,
    port: u16,
    tls_port: Option<u16>,
    child: Option<Child>,
}

impl RedisProcess {
    /// Starts one on a port of its own and waits until it answers.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(options: RedisOptions) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("consilium-redis-")
            .tempdir()
            .expect("make a folder for Redis");
        let mut redis = Self {
            port: free_port(),
            tls_port: options.tls.as_ref().map(|_| free_port()),
            options,
            folder,
            child: None,
        };
        redis.start_again();
        redis
    }

    /// Starts it again after [`RedisProcess::kill`]: the same ports, and empty.
    ///
    /// # Panics
    /// When it does not start, or runs already.
    pub fn start_again(&mut self) {
        assert!(self.child.is_none(), "this Redis runs already");
        let configuration = self.folder.path().join("redis.conf");
        std::fs::write(&configuration, self.configuration()).expect("write Redis' configuration");
        let child = Command::new("redis-server")
            .arg(&configuration)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.unwrap_or_else(|error| {
            panic!(
                "this test needs a Redis ({error}): run `sudo apt-get install redis-server` (or your system's equivalent)"
            )
        }));
        let started = Instant::now();
        while self.try_admin().is_err() {
            let child = self.child.as_mut().expect("it was started just now");
            let ended = child.try_wait().expect("ask for Redis' end");
            assert!(
                ended.is_none() && started.elapsed() < START_TIMEOUT,
                "Redis did not start ({ended:?}); its log ends:\n{}",
                self.log_tail()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it with `kill -9`.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("Redis runs");
        child.kill().expect("kill Redis");
        child.wait().expect("wait for Redis' end");
    }

    /// Stops it in its tracks: connections stay, answers do not come.
    ///
    /// # Panics
    /// When it does not run.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Ends [`RedisProcess::pause`].
    ///
    /// # Panics
    /// When it does not run.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Cuts every connection of a type (`pubsub` or `normal`), as a network would.
    ///
    /// # Panics
    /// When Redis does not answer.
    pub fn cut(&self, kind: &str) -> usize {
        redis::cmd("CLIENT")
            .arg(&["KILL", "TYPE", kind, "SKIPME", "yes"])
            .query(&mut self.admin())
            .expect("cut connections")
    }

    /// A connection of the harness.
    ///
    /// # Panics
    /// When Redis does not answer.
    #[must_use]
    pub fn admin(&self) -> redis::Connection {
        self.try_admin().expect("connect to Redis")
    }

    /// A number from one line of a section of `INFO`, such as `cmdstat_spublish` and `calls`; 0 when it is not there.
    ///
    /// # Panics
    /// When Redis does not answer.
    #[must_use]
    pub fn info(&self, section: &str, line: &str, field: &str) -> u64 {
        let text: String = redis::cmd("INFO")
            .arg(section)
            .query(&mut self.admin())
            .expect("ask Redis about itself");
        let Some(values) = text
            .lines()
            .find_map(|found| found.strip_prefix(line)?.strip_prefix(':'))
        else {
            return 0;
        };
        let value = values
            .split(',')
            .find_map(|pair| pair.strip_prefix(field)?.strip_prefix('='))
            .unwrap_or(values);
        value.trim().parse().expect("a number")
    }

    /// Where it listens, without TLS.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address without TLS, for its default user.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Its address with TLS, with this before the host (`user:password@`, or nothing) and this query.
    ///
    /// # Panics
    /// When it was started without.
    #[must_use]
    pub fn tls_url(&self, user: &str, query: &str) -> String {
        let port = self.tls_port.expect("started with TLS");
        format!("rediss://{user}{}:{port}{query}", Ipv4Addr::LOCALHOST)
    }

    fn try_admin(&self) -> redis::RedisResult<redis::Connection> {
        let url = match &self.options.admin {
            Some((name, password)) => format!("redis://{name}:{password}@127.0.0.1:{}", self.port),
            None => self.url(),
        };
        let mut connection = redis::Client::open(url)?.get_connection()?;
        redis::cmd("PING").exec(&mut connection)?;
        Ok(connection)
    }

    fn configuration(&self) -> String {
        let mut lines = vec![
            format!("bind {}", Ipv4Addr::LOCALHOST),
            format!("port {}", self.port),
            format!("dir {}", self.folder.path().display()),
            format!("logfile {}", self.log_path().display()),
            "save \"\"".to_owned(),
            "appendonly no".to_owned(),
            "daemonize no".to_owned(),
        ];
        if let (Some(certificates), Some(port)) = (&self.options.tls, self.tls_port) {
            lines.extend([
                format!("tls-port {port}"),
                format!("tls-ca-cert-file {}", certificates.ca().display()),
                format!("tls-cert-file {}", certificates.server().display()),
                format!("tls-key-file {}", certificates.server_key().display()),
                "tls-auth-clients yes".to_owned(),
            ]);
        }
        lines.extend(self.options.configuration.iter().cloned());
        lines.join("\n") + "\n"
    }

    fn signal(&self, name: &str) {
        let child = self.child.as_ref().expect("Redis runs");
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(child.id().to_string())
            .status()
            .expect("run kill");
        assert!(status.success(), "kill -{name}: {status}");
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("redis.log")
    }

    /// Its own folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }
}

impl Drop for RedisProcess {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself. A paused one ends too.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let mut stderr = std::io::stderr().lock();
            let _ = writeln!(stderr, "Redis' log ends:\n{}", self.log_tail());
        }
    }
}
