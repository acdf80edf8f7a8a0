//! A portal from nothing: the operator makes accounts beside a running server and without one, people set their password
//! by the link, sign in, and get a token.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse";

/// `consilium admin` on a data directory.
fn admin(data_dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    command
        .arg("admin")
        .args(arguments)
        .arg("--data-dir")
        .arg(data_dir);
    run(command)
}

fn run(mut command: Command) -> Output {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CONSILIUM_")) {
        command.env_remove(name);
    }
    command
        .stdin(Stdio::null())
        .output()
        .expect("run the binary")
}

/// Standard output of what must succeed.
fn said(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The secret in the link that a command printed.
fn secret_in(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.starts_with("/set-password/"))
        .unwrap_or_else(|| panic!("no link in {text}"));
    line.trim_start_matches("/set-password/").to_owned()
}

async fn post(
    server: &ServerProcess,
    path: &str,
    cookie: Option<&str>,
    body: &Value,
) -> reqwest::Response {
    let mut request = Client::new().post(server.url(path)).json(body);
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.send().await.expect("an answer")
}

/// Sets a password with the link; the cookie of the session that begins.
async fn set_password(server: &ServerProcess, secret: &str, password: &str) -> String {
    let path = format!("/api/v1/links/{secret}/password");
    let answer = post(server, &path, None, &json!({"password": password})).await;
    assert_eq!(answer.status(), StatusCode::OK);
    cookie_of(&answer)
}

fn cookie_of(answer: &reqwest::Response) -> String {
    let cookie = answer.headers()[header::SET_COOKIE].to_str().expect("text");
    cookie.split(';').next().expect("a cookie").to_owned()
}

async fn sign_in(server: &ServerProcess, email: &str) -> reqwest::Response {
    let credentials = json!({"email": email, "password": PASSWORD});
    post(server, "/api/v1/session", None, &credentials).await
}

async fn session_status(server: &ServerProcess, cookie: &str) -> StatusCode {
    Client::new()
        .get(server.url("/api/v1/session"))
        .header(header::COOKIE, cookie)
        .send()
        .await
        .expect("an answer")
        .status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_makes_the_first_account_and_its_owner_comes_in() {
    let directory = TempDir::new().expect("a directory");
    let data = directory.path().join("data");
    // Without a server.
    let made = said(&admin(
        &data,
        &[
            "create-account",
            "--email",
            "anna@example.org",
            "--name",
            "Anna",
        ],
    ));
    let id = made
        .lines()
        .find_map(|line| line.strip_prefix("account "))
        .expect("an id")
        .to_owned();
    let secret = secret_in(&made);

    let mut server = ServerProcess::start(ServerOptions::portal().in_dir(&data));
    let about: Value = reqwest::get(server.url("/api/v1/config"))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(about["mode"], "portal");
    let link: Value = reqwest::get(server.url(&format!("/api/v1/links/{secret}")))
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(link["kind"], "set-password");
    set_password(&server, &secret, PASSWORD).await;
    let answer = sign_in(&server, "Anna@example.org").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = cookie_of(&answer);
    let given = post(&server, "/api/v1/session/token", Some(&cookie), &json!({})).await;
    assert_eq!(given.status(), StatusCode::OK);
    let given: Value = given.json().await.expect("JSON");
    let token = given["token"].as_str().expect("a token");
    let documents = || {
        Client::new()
            .get(server.url("/api/v1/documents"))
            .bearer_auth(token)
            .send()
    };
    assert_eq!(
        documents().await.expect("an answer").status(),
        StatusCode::OK
    );

    // Beside the server.
    let made = said(&admin(
        &data,
        &[
            "create-account",
            "--email",
            "ben@example.org",
            "--name",
            "Ben",
        ],
    ));
    let ben = set_password(&server, &secret_in(&made), PASSWORD).await;
    assert_eq!(session_status(&server, &ben).await, StatusCode::OK);
    let listed = said(&admin(&data, &["list"]));
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines[0], format!("anna@example.org\tactive\tAnna\t{id}"));
    assert!(
        lines[1].starts_with("ben@example.org\tactive\tBen\t"),
        "{listed}"
    );
    let twice = admin(
        &data,
        &[
            "create-account",
            "--email",
            "BEN@example.org",
            "--name",
            "Ben",
        ],
    );
    assert!(complaint(&twice).contains("reset-link"), "{twice:?}");

    said(&admin(&data, &["lock", "--email", "ben@example.org"]));
    assert_eq!(
        session_status(&server, &ben).await,
        StatusCode::UNAUTHORIZED
    );
    let refused = sign_in(&server, "ben@example.org").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let locked = admin(&data, &["reset-link", "--email", "ben@example.org"]);
    assert!(complaint(&locked).contains("unlock"), "{locked:?}");
    said(&admin(&data, &["unlock", "--email", "ben@example.org"]));
    let in_again = sign_in(&server, "ben@example.org").await;
    assert_eq!(in_again.status(), StatusCode::OK);

    // What is signed in stays so when the server starts again, and its tokens hold.
    server.terminate();
    server.start_again();
    assert_eq!(session_status(&server, &cookie).await, StatusCode::OK);
    let answer = Client::new()
        .get(server.url("/api/v1/documents"))
        .bearer_auth(token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);

    // A forgotten password: the new link ends what was signed in, and the log has seen no secret.
    let reset = said(&admin(
        &data,
        &["reset-link", "--email", "anna@example.org"],
    ));
    let reset = secret_in(&reset);
    set_password(&server, &reset, "battery staple").await;
    assert_eq!(
        session_status(&server, &cookie).await,
        StatusCode::UNAUTHORIZED
    );
    let log = server.log_tail();
    assert!(!log.contains(&secret) && !log.contains(&reset), "{log}");
}

#[test]
fn a_mistyped_directory_is_no_store_to_administer() {
    let directory = TempDir::new().expect("a directory");
    for arguments in [
        &["list"][..],
        &["lock", "--email", "anna@example.org"],
        &["reset-link", "--email", "anna@example.org"],
    ] {
        let refused = admin(&directory.path().join("none"), arguments);
        assert!(
            complaint(&refused).contains("holds no store"),
            "{refused:?}"
        );
    }
    assert!(!directory.path().join("none").exists());
    let unknown = said(&admin(
        directory.path(),
        &[
            "create-account",
            "--email",
            "anna@example.org",
            "--name",
            "Anna",
            "--public-url",
            "https://c.example/",
        ],
    ));
    assert!(
        unknown.contains("\nhttps://c.example/set-password/"),
        "{unknown}"
    );
    let nobody = admin(directory.path(), &["lock", "--email", "ben@example.org"]);
    assert!(
        complaint(&nobody).contains("no account for ben@example.org"),
        "{nobody:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_in_postgresql_are_made_beside_the_node_that_serves_it() {
    let url = PostgresProcess::shared().new_database().await;
    let server = ServerProcess::start(ServerOptions::portal().arg("--database-url").arg(&url));
    let mut command = Command::new(binary());
    command.args([
        "admin",
        "create-account",
        "--email",
        "anna@example.org",
        "--name",
        "Anna",
        "--database-url",
        &url,
    ]);
    let made = said(&run(command));
    let cookie = set_password(&server, &secret_in(&made), PASSWORD).await;
    assert_eq!(session_status(&server, &cookie).await, StatusCode::OK);
}
