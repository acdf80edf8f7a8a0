//! People of a portal: they sign in over HTTP as a browser does, and what they found, join and decide goes the same way.
//!
//! The first of them is made by the operator's command, beside the running server. Knows the command line and the REST
//! surface, and nothing of what a server does inside.

use std::path::Path;
use std::process::Command;

use reqwest::{Client as Http, Method, StatusCode, header};
use serde_json::{Value, json};

use crate::server_process::{ServerProcess, binary};

/// Good enough for anybody here.
const PASSWORD: &str = "a long walk by the river";

/// Somebody who is signed in on one server.
#[derive(Debug, Clone)]
pub struct Person {
    http: Http,
    origin: String,
    cookie: String,
    /// The account.
    pub id: String,
}

/// An answer of the REST surface.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body; null where there is none.
    pub body: Value,
}

impl Answer {
    /// The body of a success.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.body
    }

    /// The body of a problem without the number of its request, which is never the same.
    #[must_use]
    pub fn but_its_number(&self) -> Value {
        let mut body = self.body.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("requestId");
        }
        body
    }

    /// A text of the body.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        let text = self.body[key].as_str();
        text.unwrap_or_else(|| panic!("{key} of {self:?}"))
            .to_owned()
    }
}

/// Where the operator's commands find the store.
#[derive(Debug, Clone, Copy)]
pub enum StoreAt<'a> {
    /// SQLite in a data directory.
    Directory(&'a Path),
    /// PostgreSQL.
    Database(&'a str),
}

impl Person {
    /// The operator makes an account, and its owner sets a password by the link.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn made_by_the_operator(
        server: &ServerProcess,
        store: StoreAt<'_>,
        name: &str,
    ) -> Self {
        let email = email_of(name);
        let mut command = Command::new(binary());
        command.args(["admin", "create-account", "--email", &email, "--name", name]);
        match store {
            StoreAt::Directory(path) => command.env("CONSILIUM_DATA_DIR", path),
            StoreAt::Database(url) => command.env("CONSILIUM_DATABASE_URL", url),
        };
        let output = command.output().expect("run consilium admin");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let secret = said
            .split_whitespace()
            .find_map(|word| word.split_once("/set-password/").map(|(_, secret)| secret))
            .unwrap_or_else(|| panic!("no link in {said:?}"));
        let path = format!("/api/v1/links/{secret}/password");
        Self::come_in(server, &path, json!({ "password": PASSWORD })).await
    }

    /// Somebody new takes an invitation (`/join/…`).
    ///
    /// # Panics
    /// When that does not work.
    pub async fn invited(server: &ServerProcess, invitation: &str, name: &str) -> Self {
        let secret = invitation.trim_start_matches("/join/");
        let path = format!("/api/v1/links/{secret}/sign-up");
        let who = json!({ "name": name, "email": email_of(name), "password": PASSWORD });
        Self::come_in(server, &path, who).await
    }

    /// A click on one of the people of a demonstration.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn by_a_click(server: &ServerProcess, person: &str) -> Self {
        Self::come_in(server, "/api/v1/demo/session", json!({ "person": person })).await
    }

    async fn come_in(server: &ServerProcess, path: &str, body: Value) -> Self {
        let http = Http::new();
        let origin = server.url("");
        let response = http
            .post(format!("{origin}{path}"))
            .header(header::ORIGIN, &origin)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        let status = response.status();
        let cookie = response
            .headers()
            .get(header::SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok()?.split(';').next())
            .unwrap_or_default()
            .to_owned();
        let body: Value = response.json().await.expect("JSON");
        assert!(status.is_success(), "{path}: {status} {body}");
        let id = body["account"]["id"]
            .as_str()
            .expect("an account")
            .to_owned();
        Self {
            http,
            origin,
            cookie,
            id,
        }
    }

    /// The same browser at another node.
    #[must_use]
    pub fn at(&self, server: &ServerProcess) -> Self {
        Self {
            origin: server.url(""),
            ..self.clone()
        }
    }

    /// Asks, and does not care whether an answer comes: for whoever kills the server meanwhile.
    ///
    /// # Errors
    /// As the client has them.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<StatusCode, reqwest::Error> {
        self.http
            .request(method, format!("{}/api/v1{path}", self.origin))
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.origin)
            .json(&body)
            .send()
            .await
            .map(|response| response.status())
    }

    /// A request with the session's cookie. `path` begins after `/api/v1`.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.origin))
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.origin);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("a body");
        Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// Begins to read an answer that goes on. `path` begins after `/api/v1`.
    ///
    /// # Errors
    /// As the client has them.
    pub async fn open(&self, path: &str) -> Result<reqwest::Response, reqwest::Error> {
        self.http
            .get(format!("{}/api/v1{path}", self.origin))
            .header(header::COOKIE, &self.cookie)
            .send()
            .await
    }

    /// A request for, or of, a whole document as one update.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn update(&self, method: Method, doc: &str, update: Vec<u8>) -> StatusCode {
        let url = format!("{}/api/v1/docs/{doc}/update", self.origin);
        self.http
            .request(method, url)
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.origin)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(update)
            .send()
            .await
            .expect("an answer")
            .status()
    }

    /// Brings what was written before access ended to the door of a document.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn hand_in(&self, doc: &str, update: Vec<u8>) -> Answer {
        let url = format!("{}/api/v1/documents/{doc}/left-behind", self.origin);
        let response = self
            .http
            .post(url)
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.origin)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(update)
            .send()
            .await
            .expect("an answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("a body");
        Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// What is at a path that answers with bytes. `path` begins after `/api/v1`.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn bytes(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let response = self
            .http
            .get(format!("{}/api/v1{path}", self.origin))
            .header(header::COOKIE, &self.cookie)
            .send()
            .await
            .expect("an answer");
        let status = response.status();
        (status, response.bytes().await.expect("a body").to_vec())
    }

    /// The whole of a document as one update.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn download(&self, doc: &str) -> Vec<u8> {
        let (status, update) = self.bytes(&format!("/docs/{doc}/update")).await;
        assert_eq!(status, StatusCode::OK, "{doc}");
        update
    }

    /// A token for sockets.
    ///
    /// # Panics
    /// When there is none.
    pub async fn token(&self) -> String {
        let answer = self.call(Method::POST, "/session/token", None).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.text("token")
    }

    /// Founds a community; gives its id.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn found(&self, name: &str) -> String {
        let body = json!({ "name": name, "template": "guideline-panel", "language": "en" });
        let answer = self.call(Method::POST, "/communities", Some(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.text("id")
    }

    /// Makes an invitation; gives its path.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn invite(&self, community: &str, role: &str) -> String {
        let body = json!({ "role": role, "expiresInDays": 7 });
        let path = format!("/communities/{community}/invitations");
        let answer = self.call(Method::POST, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.text("path")
    }

    /// Makes a document; gives its name.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn new_document(&self, community: &str, privacy: &str) -> String {
        let body = json!({ "title": format!("A {privacy} text"), "privacy": privacy });
        let path = format!("/communities/{community}/documents");
        let answer = self.call(Method::POST, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.text("name")
    }

    /// Makes a document that is open to a sub-group; gives its name.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn new_document_in(&self, community: &str, group: &str) -> String {
        let body = json!({ "title": "Of a sub-group", "privacy": "sub-group", "subGroup": group });
        let path = format!("/communities/{community}/documents");
        let answer = self.call(Method::POST, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.text("name")
    }

    /// Decides how far a document is open.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn decide(&self, document: &str, privacy: &str) {
        let body = json!({ "privacy": privacy, "reason": "decided for the test" });
        let path = format!("/documents/{document}/policy");
        let _ = self.call(Method::PUT, &path, Some(body)).await.ok();
    }

    /// Makes a sub-group of oneself and others; gives its id.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn make_sub_group(&self, community: &str, others: &[&Self]) -> String {
        let members: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
        let body = json!({ "name": "Some of us", "members": members });
        let path = format!("/communities/{community}/sub-groups");
        let answer = self.call(Method::POST, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
        answer.text("id")
    }

    /// Grants somebody access to a document by name, for so long or without an end.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn grant(&self, document: &str, to: &Self, access: &str, until_ms: Option<i64>) {
        let mut body = json!({ "access": access });
        if let Some(until) = until_ms {
            body["until"] = until.into();
        }
        let path = format!("/documents/{document}/grants/{}", to.id);
        let _ = self.call(Method::PUT, &path, Some(body)).await.ok();
    }

    /// Gives a member another role.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn give_role(&self, community: &str, member: &Self, role: &str) {
        let path = format!("/communities/{community}/members/{}", member.id);
        let body = json!({ "role": role });
        let _ = self.call(Method::PATCH, &path, Some(body)).await.ok();
    }

    /// Removes a member.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn remove(&self, community: &str, member: &Self) {
        let path = format!("/communities/{community}/members/{}", member.id);
        let _ = self.call(Method::DELETE, &path, None).await.ok();
    }
}

fn email_of(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}
