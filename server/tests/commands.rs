//! The `consilium` binary as an operator meets it: what it prints, what it refuses, and how it ends.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn consilium(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consilium"));
    command.args(arguments).stdin(Stdio::null());
    // What the machine's environment says must not change what is tested.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CONSILIUM_")) {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str], secret: Option<&str>) -> Output {
    let mut command = consilium(arguments);
    if let Some(secret) = secret {
        command.env("CONSILIUM_JWT_SECRET", secret);
    }
    command.output().expect("run the binary")
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server that is serving.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("start the binary");
        let mut line = String::new();
        let output = process.stdout.as_mut().expect("its output is piped");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("read its address");
        let address = line
            .trim_end()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("{line:?} is no address"))
            .to_owned();
        Self { process, address }
    }

    async fn get(&self, path: &str, token: Option<&str>) -> reqwest::Response {
        let request = reqwest::Client::new().get(format!("{}{path}", self.address));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.expect("ask the server")
    }

    fn end(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.process), signal).expect("signal the server");
        self.process.wait().expect("wait for the server").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already after `end`; a test that failed must not leave one behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn the_demonstration_serves_its_people_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = consilium(&["demo", "--listen", "127.0.0.1:0"]);
    command.env("TMPDIR", temporary.path());
    let server = Server::start(command);
    let about: serde_json::Value = server
        .get("/api/v1/config", None)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(about["mode"], "demo");
    let shown: serde_json::Value = server.get("/api/v1/demo", None).await.json().await.unwrap();
    assert_eq!(shown["people"].as_array().unwrap().len(), 5);
    // As in every portal, nobody reads without signing in.
    assert_eq!(server.get("/api/v1/documents", None).await.status(), 401);
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 1);
    assert_eq!(server.end(Signal::TERM), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_served_by_another_with_a_new_lineage() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let serve = |data_dir: &str| {
        let mut command = consilium(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data_dir]);
        command.env("CONSILIUM_JWT_SECRET", SECRET);
        Server::start(command)
    };
    let minted = run(
        &["token", "--sub", "u1", "--doc", "a=read-write"],
        Some(SECRET),
    );
    assert!(minted.status.success(), "{}", complaint(&minted));
    let token = String::from_utf8(minted.stdout)
        .unwrap()
        .trim_end()
        .to_owned();

    let server = serve(&path("data"));
    let taken = reqwest::Client::new()
        .post(format!("{}/api/v1/docs/a/update", server.address))
        .bearer_auth(&token)
        .body(vec![0, 0])
        .send()
        .await
        .unwrap();
    assert_eq!(taken.status(), 204);
    let backup = [
        "backup",
        "--to",
        &path("backup"),
        "--data-dir",
        &path("data"),
    ];
    assert!(run(&backup, None).status.success());
    assert!(
        !run(&backup, None).status.success(),
        "a backup is never overwritten"
    );
    let over = [
        "restore",
        "--from",
        &path("backup"),
        "--data-dir",
        &path("data"),
    ];
    assert!(
        !run(&over, None).status.success(),
        "data in use is never overwritten"
    );
    assert_eq!(server.end(Signal::TERM), Some(0));

    let restore = [
        "restore",
        "--from",
        &path("backup"),
        "--data-dir",
        &path("restored"),
    ];
    let restored = run(&restore, None);
    assert!(restored.status.success(), "{}", complaint(&restored));
    let server = serve(&path("restored"));
    assert_eq!(
        server
            .get("/api/v1/docs/a/update", Some(&token))
            .await
            .status(),
        200
    );
    assert_eq!(
        server
            .get("/api/v1/docs/b/update", Some(&token))
            .await
            .status(),
        403
    );
    assert_eq!(server.end(Signal::INT), Some(0));
}

#[test]
fn a_configuration_that_would_harm_is_refused_with_advice() {
    for (arguments, secret, advice) in [
        (
            &["serve", "--jwt-audience", "panel"][..],
            None,
            "CONSILIUM_JWT_SECRET",
        ),
        (&["serve"], Some("short"), "openssl rand"),
        (
            &["serve", "--insecure-open", "--listen", "0.0.0.0:0"],
            None,
            "listen on 127.0.0.1",
        ),
        (&["demo", "--listen", "[::]:0"], None, "listen on 127.0.0.1"),
        (
            &["serve", "--redis-url", "redis://r"],
            Some(SECRET),
            "--database-url postgres://",
        ),
        (
            &["serve", "--database-url", "postgres://r"],
            Some(SECRET),
            "give postgres://USER:PASSWORD@HOST/DATABASE",
        ),
        (
            &["serve", "--database-url", "postgres://127.0.0.1:9/d"],
            Some(SECRET),
            "connect to PostgreSQL",
        ),
        (
            &["serve", "--database-url", "mysql://r/d"],
            Some(SECRET),
            "sqlite:DIRECTORY",
        ),
        (
            &["serve", "--jwks", "/none/jwks.json"],
            None,
            "/none/jwks.json",
        ),
        (
            &["token", "--sub", "u", "--doc", "a=readonly"],
            None,
            "CONSILIUM_JWT_SECRET",
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut command = consilium(arguments);
        command.env("CONSILIUM_DATA_DIR", directory.path());
        if let Some(secret) = secret {
            command.env("CONSILIUM_JWT_SECRET", secret);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let complaint = complaint(&output);
        assert!(complaint.contains(advice), "{arguments:?}: {complaint}");
        assert!(!complaint.contains(SECRET));
    }
}

#[test]
fn two_servers_never_share_a_data_directory() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().to_str().unwrap();
    let arguments = [
        "serve",
        "--insecure-open",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        data_dir,
    ];
    let first = Server::start(consilium(&arguments));
    let second = run(&arguments, None);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        complaint(&second).contains("in use"),
        "{}",
        complaint(&second)
    );
    assert_eq!(first.end(Signal::TERM), Some(0));
}

#[test]
fn the_doctor_fails_only_when_something_is_broken() {
    let directory = tempfile::tempdir().unwrap();
    let report = |data_dir: &Path| {
        let data_dir = data_dir.to_str().unwrap();
        run(
            &["doctor", "--listen", "127.0.0.1:0", "--data-dir", data_dir],
            Some(SECRET),
        )
    };
    let healthy = report(&directory.path().join("data"));
    assert_eq!(
        healthy.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&healthy.stdout)
    );
    let file = directory.path().join("file");
    std::fs::write(&file, b"in the way").unwrap();
    let broken = report(&file);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stdout).contains("FAIL  data directory"));
}

/// A server for mail that takes one, and what it took. With another code it wants nobody's.
fn mail_server(code: u16) -> (u16, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let taking = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("somebody comes");
        let mut writing = stream.try_clone().expect("a second handle");
        let mut lines = BufReader::new(stream).lines();
        let mut mail = String::new();
        let mut say = |words: &str| {
            std::io::Write::write_all(&mut writing, format!("{words}\r\n").as_bytes())
                .expect("answer");
        };
        say("220 here");
        while let Some(Ok(line)) = lines.next() {
            match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => say("250-here\r\n250 8BITMIME"),
                "RCPT" => say(&format!("{code} as you say")),
                "DATA" => {
                    say("354 go on");
                    for line in lines.by_ref().map_while(Result::ok) {
                        if line == "." {
                            break;
                        }
                        // As quoted-printable text a long line goes on behind its sign.
                        match line.strip_suffix('=') {
                            Some(begun) => mail.push_str(begun),
                            None => mail.push_str(&(line + "\n")),
                        }
                    }
                    say("250 taken");
                }
                "QUIT" => {
                    say("221 farewell");
                    break;
                }
                _ => say("250 as you say"),
            }
        }
        mail
    });
    (port, taking)
}

#[test]
fn a_reset_link_is_mailed_to_its_owner_and_shown_to_nobody() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().to_str().expect("a plain path");
    let admin = |arguments: &[&str]| {
        let (command, rest) = arguments.split_first().expect("a command");
        run(
            &[&["admin", command, "--data-dir", data], rest].concat(),
            None,
        )
    };
    let email = ["--email", "anna@example.org"];
    let made = admin(&[&["create-account", "--name", "Anna"], &email[..]].concat());
    assert!(made.status.success(), "{made:?}");

    let mailed = |code: u16, language: &str| {
        let (port, taking) = mail_server(code);
        let address = format!("127.0.0.1:{port}");
        let output = admin(&[
            "reset-link",
            "--mail",
            email[0],
            email[1],
            "--language",
            language,
            "--public-url",
            "https://c.example/",
            "--smtp-address",
            &address,
            "--smtp-encryption",
            "none",
            "--smtp-from",
            "panel@c.example",
        ]);
        (output, taking.join().expect("the server for mail"))
    };
    let (output, mail) = mailed(250, "de");
    assert!(output.status.success(), "{output:?}");
    assert!(mail.contains("Subject: Ein neues Passwort"), "{mail}");
    let secret = mail
        .split_once("https://c.example/set-password/")
        .map(|(_, rest)| rest.split(['\n', '"', '<']).next().unwrap_or_default())
        .unwrap_or_else(|| panic!("no link: {mail}"));
    assert!(secret.len() > 20, "{secret}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned() + &complaint(&output);
    assert!(shown.contains("mailed to anna@example.org"), "{shown}");
    assert!(!shown.contains("set-password"), "{shown}");

    let (output, _) = mailed(550, "en");
    assert!(!output.status.success());
    assert!(complaint(&output).contains("without --mail"), "{output:?}");
    let without = admin(&[&["reset-link", "--mail"], &email[..]].concat());
    assert!(
        complaint(&without).contains("--smtp-address"),
        "{without:?}"
    );
}
