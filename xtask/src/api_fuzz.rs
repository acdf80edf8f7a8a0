//! The REST interface against its own description: schemathesis makes requests that the description allows and some that it
//! forbids, and every answer must be one that is described, of the type and form that is described, and never a 5xx.
//!
//! A real server with a community in it, asked by its leader, with ids that exist: otherwise everything would answer 404 and
//! nothing would be looked at. Requests are drawn from a fixed seed. What is left out is said in [`LEFT_OUT`], with its
//! reason. Bounded in time.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::local_server::{Answer, LocalServer};
use crate::process::{Cmd, Watch};
use crate::python::Packages;
use crate::workspace::Workspace;

/// How long requests are made, in seconds; starting and stopping comes to it.
const SECONDS_MAX: &str = "170";

/// Requests drawn for each operation and phase.
const EXAMPLES_MAX: &str = "30";

/// Where the draw begins. Another one is another set of requests.
const SEED: &str = "2";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance";

/// Operations that are not asked, as schemathesis names them, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    (
        "--exclude-method",
        "DELETE",
        "what is deleted is gone for all that would be asked after it",
    ),
    (
        "--exclude-path",
        "/api/v1/session",
        "signing in anew and out ends the session by which everything is asked",
    ),
];

/// A picture of one grey pixel (PNG).
const PIXEL: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\
      \x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\xda\x63\x68\x00\x00\x00\x82\x00\
      \x81\xda\x45\x08\x3b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// What asks.
pub(crate) const PACKAGES: Packages = Packages {
    name: "schemathesis",
    requirements: "xtask/schemathesis/requirements.txt",
};

/// Asks a server of its own.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    let data = workspace
        .scratch()
        .join(format!("api-fuzz-{}", std::process::id()));
    if data.exists() {
        fs::remove_dir_all(&data).context("remove the data of an earlier server")?;
    }
    let outcome = ask(workspace, &data, watch);
    // Removed whatever came of it; what is wrong stands in the output.
    let removed = fs::remove_dir_all(&data).context("remove the server's data");
    outcome.and(removed)
}

fn ask(workspace: &Workspace, data: &Path, watch: &mut dyn Watch) -> Result<()> {
    let data_dir = data.to_string_lossy();
    let mut server = LocalServer::start(
        workspace,
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
            &data_dir,
            // Wrong tokens are part of the draw.
            "--auth-failures-per-address-per-minute",
            "1000000",
        ],
    )?;
    let known = Known::make(workspace, &server, &data_dir)?;
    let config = data.join("schemathesis.toml");
    fs::write(&config, known.config()).context("write down what exists")?;
    let fuzz = Cmd::new(PACKAGES.program(workspace, "schemathesis")?, data)
        .arg("--config-file")
        .arg(&config)
        .arg("run")
        .arg(format!("http://{}/api/v1/openapi.json", server.address()))
        .args(["-H", &format!("Cookie: {}", known.cookie)])
        .args(["--checks", CHECKS])
        .args(["--max-examples", EXAMPLES_MAX])
        .args(["--phases", "coverage,fuzzing", "--workers", "2"])
        .args(["--max-time", SECONDS_MAX, "--seed", SEED])
        .args(["--continue-on-failure", "--no-color"])
        .args(
            LEFT_OUT
                .iter()
                .flat_map(|(option, value, _)| [option, value]),
        );
    for (_, what, why) in LEFT_OUT {
        watch.line(&format!("not asked: {what} ({why})"));
    }
    let asked = fuzz.capture(watch)?;
    ensure!(
        server.runs()?,
        "the server ended while it was asked; the output above says what it was asked last"
    );
    // It drains as after any other day.
    server.drain(workspace)?;
    if !asked.status.success() {
        bail!("the interface does not do what it says of itself; the output above says where");
    }
    Ok(())
}

/// Somebody who leads a community, and the ids of what is in it.
struct Known {
    cookie: String,
    /// Names of parameters in paths, with what is there.
    ids: Vec<(&'static str, String)>,
    /// The id of a version, whose parameter is called as that of a community.
    version: String,
}

impl Known {
    fn make(workspace: &Workspace, server: &LocalServer, data_dir: &str) -> Result<Self> {
        let leader = person(workspace, server, data_dir, "Lena Leader")?;
        let member = person(workspace, server, data_dir, "Mia Member")?;
        let community = leader.make(
            server,
            "/communities",
            &json!({"name": "Known", "template": "guideline-panel", "language": "en"}),
        )?;
        let id = text(&community, "id")?;
        let at = |rest: &str| format!("/communities/{id}/{rest}");
        let invite = json!({"role": "member", "expiresInDays": 7});
        let invitation = leader.make(server, &at("invitations"), &invite)?;
        let path = text(&invitation, "path")?;
        let secret = path.rsplit('/').next().unwrap_or_default().to_owned();
        member.make(server, &format!("/links/{secret}/join"), &json!({}))?;
        let path = format!("/api/v1{}", at("logo"));
        let shown = read(&server.put(&path, PIXEL, &leader.cookie)?)?;
        let logo = text(&shown, "logo")?;
        let hash = logo.rsplit('/').next().unwrap_or_default().to_owned();
        let group = json!({"name": "Dosage", "members": [member.account]});
        let group = leader.make(server, &at("sub-groups"), &group)?;
        let document = json!({"title": "Known", "template": "guideline-panel"});
        let document = leader.make(server, &at("documents"), &document)?;
        let name = text(&document, "name")?;
        let of = |rest: &str| format!("/documents/{name}/{rest}");
        let branch = leader.make(server, &of("branches"), &json!({}))?;
        let version = leader.make(server, &of("versions"), &json!({"name": "First"}))?;
        Ok(Self {
            ids: vec![
                ("id", id.clone()),
                ("name", name.clone()),
                ("accountId", member.account),
                ("subGroupId", text(&group, "id")?),
                ("branch", text(&branch, "name")?),
                ("invitationId", text(&invitation, "id")?),
                ("secret", secret),
                ("hash", hash),
            ],
            version: text(&version, "id")?,
            cookie: leader.cookie,
        })
    }

    /// As schemathesis reads it.
    fn config(&self) -> String {
        let mut config = "[parameters]\n".to_owned();
        for (name, value) in &self.ids {
            config.push_str(&format!("\"path.{name}\" = \"{value}\"\n"));
        }
        config.push_str(&format!(
            "\n[[operations]]\ninclude-path-regex = \"/versions/\"\nparameters = {{ \"path.id\" = \"{}\" }}\n",
            self.version
        ));
        config
    }
}

/// Somebody who is signed in.
struct Person {
    account: String,
    cookie: String,
}

fn person(
    workspace: &Workspace,
    server: &LocalServer,
    data_dir: &str,
    name: &str,
) -> Result<Person> {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let said = Cmd::new(workspace.test_binary(), workspace.root())
        .args(["admin", "create-account", "--email", &email])
        .args(["--name", name, "--data-dir", data_dir])
        .text()?;
    let secret = said
        .split_once("/set-password/")
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .with_context(|| format!("no link in what the command line says: {said}"))?;
    let answer = server.post(
        &format!("/api/v1/links/{secret}/password"),
        r#"{"password": "a tortoise in the library"}"#,
        None,
    )?;
    let cookie = answer
        .cookie()
        .with_context(|| format!("nobody is signed in: {answer:?}"))?
        .to_owned();
    let account = text(&read(&answer)?["account"], "id")?;
    Ok(Person { account, cookie })
}

impl Person {
    fn make(&self, server: &LocalServer, path: &str, wish: &Value) -> Result<Value> {
        let path = format!("/api/v1{path}");
        let answer = server.post(&path, &wish.to_string(), Some(&self.cookie))?;
        ensure!(
            (200..300).contains(&answer.status),
            "POST {path} answered {}: {}",
            answer.status,
            answer.body
        );
        read(&answer)
    }
}

fn read(answer: &Answer) -> Result<Value> {
    serde_json::from_str(&answer.body).with_context(|| format!("no JSON: {answer:?}"))
}

fn text(value: &Value, field: &str) -> Result<String> {
    value[field]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("no {field} in {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_pinned() {
        let list = include_str!("../schemathesis/requirements.txt");
        let lines: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("schemathesis==4."))
        );
        for line in lines {
            assert!(line.contains("=="), "{line}");
        }
    }

    #[test]
    fn what_exists_is_told_in_the_form_that_is_read() {
        let known = Known {
            cookie: String::new(),
            ids: vec![("id", "a".to_owned())],
            version: "v".to_owned(),
        };
        assert_eq!(
            known.config(),
            "[parameters]\n\"path.id\" = \"a\"\n\n[[operations]]\ninclude-path-regex = \"/versions/\"\n\
             parameters = { \"path.id\" = \"v\" }\n"
        );
    }
}
