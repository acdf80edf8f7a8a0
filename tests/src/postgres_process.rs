//! A real PostgreSQL for tests: a cluster of its own in a throw-away directory, on a port of its own.
//!
//! One cluster serves a whole test binary ([`PostgresProcess::shared`]), with a database for each test; a test that kills
//! or pauses its server starts one for itself. A guardian, a small shell, is the parent of the server: when the pipe
//! to the guardian closes, however the tests end, it ends the server and removes the directory. PostgreSQL refuses to
//! run as root, so as root it runs as the user `postgres`, or `nobody`. Knows nothing of the store in it.

use std::fmt::Write as _;
use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::Ipv4Addr;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use tempfile::TempDir;

use crate::certificates::Certificates;
use crate::server_process::free_port;

/// How long a start may take, recovery after a kill included, on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(120);

/// Where Debian puts its servers, one folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Lines of the server's log that a failed test shows.
const LOG_TAIL_LINES: usize = 40;

/// Takes the directory, then the command that starts a server. Reads what to do line by line; at the end of the input it
/// cleans up. The server's process id cannot be given to anybody else before `wait` has asked for its end.
const GUARDIAN: &str = r#"
    directory=$1; shift
    server=
    while read -r order; do
        case $order in
            start) "$@" >>"$directory/log" 2>&1 </dev/null & server=$!; echo "$server" ;;
            reap) wait "$server"; server=; echo reaped ;;
        esac
    done
    if [ -n "$server" ]; then
        kill -QUIT "$server" 2>/dev/null; kill -CONT "$server" 2>/dev/null
        wait "$server"
    fi
    rm -rf "$directory"
"#;

/// A PostgreSQL cluster of the tests.
#[derive(Debug)]
pub struct PostgresProcess {
    directory: PathBuf,
    port: u16,
    /// The guardian, and the two ends of talking to it.
    guardian: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    server: Option<u32>,
    databases: AtomicU32,
    /// Its certificates, where it has any.
    certificates: Option<TempDir>,
}

impl PostgresProcess {
    /// The cluster that all tests of this process share. It is not to be stopped.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresProcess> = OnceLock::new();
        SHARED.get_or_init(Self::start_hasty)
    }

    /// Makes a cluster that waits for no disk, and starts it. No test cuts the power, and what was written before a
    /// `kill -9` is with the kernel; but each fresh database begins with some hundred commits. Not for what measures a
    /// commit or asks for the settings.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start_hasty() -> Self {
        Self::start_with(&["fsync=off"])
    }

    /// As [`PostgresProcess::start_hasty`], with place for so many sessions.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start_roomy(sessions: usize) -> Self {
        Self::start_with(&["fsync=off", &format!("max_connections={sessions}")])
    }

    /// Makes a cluster with the settings that it comes with, and starts it.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Makes a cluster that takes nobody in without TLS, and starts it.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start_encrypted(certificates: &Certificates) -> Self {
        // PostgreSQL wants the key to itself.
        let folder = tempfile::Builder::new()
            .prefix("consilium-postgres-tls-")
            .tempdir()
            .expect("make a directory for the certificates");
        let user = Unprivileged::find();
        let copy = |from: PathBuf, name: &str| {
            let to = folder.path().join(name);
            std::fs::copy(from, &to).expect("copy a certificate");
            std::fs::set_permissions(&to, Permissions::from_mode(0o600)).expect("keep it secret");
            if let Some(user) = &user {
                chown(&to, Some(user.uid), Some(user.gid)).expect("give it away");
            }
            to
        };
        let certificate = copy(certificates.server(), "server.pem");
        let key = copy(certificates.server_key(), "server.key");
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid), Some(user.gid)).expect("give the directory away");
        }
        let mut process = Self::start_with(&[
            "ssl=on",
            &format!("ssl_cert_file={}", certificate.display()),
            &format!("ssl_key_file={}", key.display()),
        ]);
        let only_encrypted = "hostssl all all 127.0.0.1/32 trust\n";
        std::fs::write(process.directory.join("data/pg_hba.conf"), only_encrypted)
            .expect("take nobody else in");
        signal("-HUP", &[process.server.expect("PostgreSQL runs")]);
        process.certificates = Some(folder);
        process
    }

    /// Makes a standby of a running cluster, which the latter knows by this name, and starts it.
    ///
    /// # Panics
    /// When PostgreSQL does not copy the cluster or does not start.
    #[must_use]
    pub fn start_standby(primary: &Self, name: &str) -> Self {
        let reached = format!(
            "host={} port={} user=postgres application_name={name}",
            Ipv4Addr::LOCALHOST,
            primary.port
        );
        Self::start_from(&["fsync=off"], |user| {
            let mut copy = command(user, &program("pg_basebackup"));
            copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
                .args(["--dbname", &reached]);
            copy
        })
    }

    fn start_with(settings: &[&str]) -> Self {
        Self::start_from(settings, |user| {
            let mut initdb = command(user, &program("initdb"));
            initdb
                .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
                .args(["--locale=C", "--no-sync", "--no-instructions"]);
            initdb
        })
    }

    /// Starts a server on what a program makes.
    fn start_from(settings: &[&str], maker: impl FnOnce(Option<&Unprivileged>) -> Command) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("consilium-postgres-")
            .tempdir()
            .expect("make a directory for PostgreSQL")
            .keep();
        let user = Unprivileged::find();
        if let Some(user) = &user {
            chown(&directory, Some(user.uid), Some(user.gid)).expect("give the directory away");
        }
        let data = directory.join("data");
        let made = maker(user.as_ref())
            .arg("-D")
            .arg(&data)
            .output()
            .expect("make a cluster");
        assert!(
            made.status.success(),
            "make a cluster: {}{}",
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr)
        );
        let port = free_port();
        let mut server = command(user.as_ref(), &program("postgres"));
        server.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "shared_buffers=64MB",
        ]
        .iter()
        .chain(settings)
        {
            server.args(["-c", setting]);
        }
        let mut guardian = Command::new("sh")
            .args(["-c", GUARDIAN, "guardian"])
            .arg(&directory)
            .arg(server.get_program())
            .args(server.get_args())
            // What ends the tests from a keyboard must not end their guardian.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start a guardian");
        let answers = guardian.stdout.take().expect("the guardian's answers");
        let mut process = Self {
            directory,
            port,
            orders: guardian.stdin.take(),
            answers: BufReader::new(answers),
            guardian,
            server: None,
            databases: AtomicU32::new(0),
            certificates: None,
        };
        process.start_again();
        process
    }

    /// Starts the server again after [`PostgresProcess::kill`] or [`PostgresProcess::stop`]: the same port, the same data.
    ///
    /// # Panics
    /// When it does not start, or runs already.
    pub fn start_again(&mut self) {
        assert!(self.server.is_none(), "PostgreSQL runs already");
        let pid = self.order("start");
        self.server = Some(pid.parse().expect("a process id"));
        let started = Instant::now();
        while !self.is_ready() {
            assert!(
                started.elapsed() < START_TIMEOUT,
                "PostgreSQL did not start; its log ends:\n{}",
                self.log_tail()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A fresh empty database, as an address.
    ///
    /// # Panics
    /// When the server does not make one.
    pub async fn new_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
        )
        .await;
        self.url(&name)
    }

    /// The address of a database.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@{}:{}/{database}",
            Ipv4Addr::LOCALHOST,
            self.port
        )
    }

    /// Gives a directory to the user that PostgreSQL runs as.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn give(&self, directory: &Path) {
        if let Some(user) = Unprivileged::find() {
            chown(directory, Some(user.uid), Some(user.gid)).expect("give a directory away");
        }
    }

    /// Where it listens, on the loopback address.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs statements in a database, given by name or address.
    ///
    /// # Panics
    /// When one fails.
    pub async fn execute(&self, database: &str, sql: &str) {
        let mut connection = self.connect(database).await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        connection.close().await.expect("close the connection");
    }

    /// A connection of the tests' own to a database, given by name or address.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn connect(&self, database: &str) -> PgConnection {
        let url = if database.contains("://") {
            database.to_owned()
        } else {
            self.url(database)
        };
        PgConnection::connect(&url)
            .await
            .expect("connect to PostgreSQL")
    }

    /// `kill -9` of the server and all its processes at once: what a power cut leaves, but for what the kernel writes
    /// later.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self) {
        let server = self.server.take().expect("PostgreSQL runs");
        let children = children_of(server);
        // The parent first: it would start others in their place.
        signal("-KILL", &[server]);
        signal("-KILL", &children);
        assert_eq!(self.order("reap"), "reaped");
        let started = Instant::now();
        while children.iter().any(|child| is_running(*child)) {
            assert!(started.elapsed() < START_TIMEOUT, "they survive kill -9");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the server in an orderly way, throwing everybody out.
    ///
    /// # Panics
    /// When it does not run.
    pub fn stop(&mut self) {
        let server = self.server.take().expect("PostgreSQL runs");
        signal("-INT", &[server]);
        assert_eq!(self.order("reap"), "reaped");
    }

    /// `kill -9` of one process that serves a client. The server then throws everybody out and recovers by itself,
    /// without being started again.
    ///
    /// # Panics
    /// When there is no such process.
    pub fn crash(&self, backend: i32) {
        signal("-KILL", &[backend.unsigned_abs()]);
    }

    /// SIGSTOP to the server's own processes: those that serve clients go on, and what nobody waits for does not reach the
    /// disk.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use = "they go on when this is dropped"]
    pub fn pause_helpers(&self) -> Paused {
        self.pause_called(&[
            "walwriter",
            "background writer",
            "checkpointer",
            "autovacuum",
        ])
    }

    /// SIGSTOP to what sends the log to standbys: what is committed from now on reaches none.
    ///
    /// # Panics
    /// When it does not run, or has no standby.
    #[must_use = "they go on when this is dropped"]
    pub fn pause_senders(&self) -> Paused {
        self.pause_called(&["walsender"])
    }

    /// At least one process for each of these titles.
    fn pause_called(&self, titles: &[&str]) -> Paused {
        let server = self.server.expect("PostgreSQL runs");
        let processes: Vec<u32> = children_of(server)
            .into_iter()
            .filter(|process| {
                let title = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
                let title = String::from_utf8_lossy(&title);
                titles.iter().any(|wanted| title.contains(wanted))
            })
            .collect();
        assert!(processes.len() >= titles.len(), "{processes:?}");
        signal("-STOP", &processes);
        Paused { processes }
    }

    /// SIGSTOP to the server and all its processes: it hangs, and answers nobody.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use = "it goes on when this is dropped"]
    pub fn pause(&self) -> Paused {
        let server = self.server.expect("PostgreSQL runs");
        // The parent first, so that no child comes between.
        signal("-STOP", &[server]);
        let mut processes = children_of(server);
        signal("-STOP", &processes);
        processes.push(server);
        Paused { processes }
    }

    /// What the server logged.
    #[must_use]
    pub fn log(&self) -> String {
        let log = std::fs::read(self.directory.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// The end of it.
    #[must_use]
    pub fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    fn order(&mut self, order: &str) -> String {
        let orders = self.orders.as_mut().expect("the guardian listens");
        writeln!(orders, "{order}").expect("give the guardian an order");
        let mut answer = String::new();
        self.answers
            .read_line(&mut answer)
            .expect("hear from the guardian");
        answer.trim_end().to_owned()
    }

    /// The eighth line of its file says how far it is, and the first for whom.
    fn is_ready(&self) -> bool {
        let file = std::fs::read_to_string(self.directory.join("data/postmaster.pid"));
        let file = file.unwrap_or_default();
        let mut lines = file.lines();
        let pid = lines.next().and_then(|line| line.parse().ok());
        pid == self.server
            && lines
                .nth(6)
                .is_some_and(|status| matches!(status.trim_end(), "ready" | "standby"))
    }
}

impl Drop for PostgresProcess {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut text = String::new();
            let _ = writeln!(text, "PostgreSQL's log ends:\n{}", self.log_tail());
            eprint!("{text}");
        }
        // The end of its input is the guardian's last order.
        drop(self.orders.take());
        let _ = self.guardian.wait();
    }
}

/// A server that hangs, until this is dropped.
#[derive(Debug)]
pub struct Paused {
    processes: Vec<u32>,
}

impl Drop for Paused {
    fn drop(&mut self) {
        signal("-CONT", &self.processes);
    }
}

/// A user who may run PostgreSQL.
struct Unprivileged {
    name: &'static str,
    uid: u32,
    gid: u32,
}

impl Unprivileged {
    /// `None` where this process is such a user.
    fn find() -> Option<Self> {
        if id(&["-u"]) != Some(0) {
            return None;
        }
        ["postgres", "nobody"].into_iter().find_map(|name| {
            Some(Self {
                name,
                uid: id(&["-u", name])?,
                gid: id(&["-g", name])?,
            })
        })
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn command(user: Option<&Unprivileged>, program: &Path) -> Command {
    let Some(user) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={}", user.name))
        .arg(format!("--regid={}", user.gid))
        .args(["--clear-groups", "--"])
        .arg(program);
    // It complains of a working directory that it may not read.
    command.current_dir("/");
    command
}

/// A program of PostgreSQL: the newest of Debian's, else on the path.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path())
        .filter(|version| version.join("bin").join(name).exists())
        .max_by_key(|version| {
            let number = version.file_name().and_then(|number| number.to_str());
            number.and_then(|number| number.parse::<u32>().ok())
        });
    if let Some(newest) = newest {
        return newest.join("bin").join(name);
    }
    let on_path = std::env::var_os("PATH").and_then(|paths| {
        std::env::split_paths(&paths)
            .map(|folder| folder.join(name))
            .find(|program| program.exists())
    });
    on_path.unwrap_or_else(|| {
        panic!(
            "PostgreSQL is not installed (no `{name}`): run `sudo apt-get install postgresql` (or your system's equivalent)."
        )
    })
}

fn signal(signal: &str, processes: &[u32]) {
    for process in processes {
        // One that has just ended by itself is no failure.
        let _ = Command::new("kill")
            .args([signal, &process.to_string()])
            .stderr(Stdio::null())
            .status()
            .expect("run kill");
    }
}

/// The processes of the system whose parent is this one.
fn children_of(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("list the processes");
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| stat(*process).is_some_and(|(_, its_parent)| its_parent == parent))
        .collect()
}

fn is_running(process: u32) -> bool {
    // A zombie has ended; whoever inherited it may take his time to notice.
    stat(process).is_some_and(|(state, _)| state != 'Z')
}

/// State and parent of a process, if it is there.
fn stat(process: u32) -> Option<(char, u32)> {
    let mut line = String::new();
    let file = File::open(format!("/proc/{process}/stat")).ok()?;
    BufReader::new(file).read_line(&mut line).ok()?;
    // The name, in parentheses, may hold anything.
    let (_, rest) = line.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.next()?.parse().ok()?))
}
