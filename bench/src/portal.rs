//! People of a portal: how a crowd of members comes to be, as people do it and in seconds.
//!
//! The operator's command makes the leader's account, the leader founds a community with a document and makes one link, and
//! everybody else signs up by it over REST, each with a password that the server hashes (Argon2id, 19 MiB, two at a time on
//! a node: some tens of milliseconds each). So every member has an account, a role and a session of their own, and what
//! follows asks the same questions of the store as in earnest. Rows written past the server would be faster, and would be
//! somebody else's idea of a member; tokens of an embedding application have no communities, so no meetings.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::http::{self, Answer};
use crate::peer::consilium::binary;

/// Good enough for anybody here.
const PASSWORD: &str = "a long walk by the river";

/// People who sign up at the same time: as many as keep both hashers busy.
const AT_ONCE: usize = 8;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    server: SocketAddr,
    cookie: Arc<str>,
}

/// A leader with a community, and its members.
#[derive(Debug)]
pub(crate) struct Community {
    pub(crate) id: String,
    /// The leader first.
    pub(crate) people: Vec<Person>,
}

impl Person {
    /// The operator makes an account, and its owner sets a password by the link.
    async fn made_by_the_operator(server: SocketAddr, folder: &Path) -> Result<Self> {
        let output = tokio::task::block_in_place(|| {
            Command::new(binary()?)
                .args(["admin", "create-account", "--email", "leader@example.org"])
                .args(["--name", "Lena Leader"])
                .env("CONSILIUM_DATA_DIR", folder)
                .output()
                .context("run the operator's command")
        })?;
        let said = String::from_utf8_lossy(&output.stdout);
        let secret = said
            .split_whitespace()
            .find_map(|word| word.split_once("/set-password/"))
            .map(|(_, secret)| secret.to_owned());
        let secret = secret.with_context(|| {
            format!(
                "no link in {said:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
        let path = format!("/api/v1/links/{secret}/password");
        Self::come_in(server, &path, json!({ "password": PASSWORD })).await
    }

    /// Whoever sets a password or signs up is signed in.
    async fn come_in(server: SocketAddr, path: &str, wish: Value) -> Result<Self> {
        let answer = http::ask(server, "POST", path, "", Some(&wish)).await?;
        let cookie = answer.cookie.clone();
        answer.ok().with_context(|| format!("come in by {path}"))?;
        Ok(Self {
            server,
            cookie: cookie.context("a cookie")?.into(),
        })
    }

    /// Asks for something; `path` begins after `/api/v1`.
    ///
    /// Cancel safety: the request may have been done.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer> {
        let path = format!("/api/v1{path}");
        http::ask(self.server, method, &path, &self.cookie, body.as_ref()).await
    }

    /// As [`Person::ask`], and it has to be done; the body of the answer.
    ///
    /// Cancel safety: the request may have been done.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value> {
        let answer = self.ask("POST", path, Some(body)).await?;
        answer.ok().with_context(|| format!("POST {path}"))
    }

    /// Opens a stream of events; `path` begins after `/api/v1`.
    ///
    /// Cancel safety: yes.
    pub(crate) async fn listen(&self, path: &str) -> Result<http::events::Events> {
        let path = format!("/api/v1{path}");
        http::events::Events::open(self.server, &path, &self.cookie).await
    }

    /// A token for sockets.
    ///
    /// Cancel safety: yes.
    pub(crate) async fn token(&self) -> Result<String> {
        let answer = self.ask("POST", "/session/token", None).await?;
        text(&answer.ok().context("ask for a token")?, "token")
    }
}

/// Founds a community of so many people.
///
/// Cancel safety: yes; what was made stays in the server's folder.
pub(crate) async fn found(server: SocketAddr, folder: &Path, people: usize) -> Result<Community> {
    ensure!(
        (1..=1_000).contains(&people),
        "a meeting is of at most 1000"
    );
    let leader = Person::made_by_the_operator(server, folder).await?;
    let wish = json!({ "name": "Panel", "template": "guideline-panel", "language": "en" });
    let community = text(&leader.post("/communities", wish).await?, "id")?;
    let path = format!("/communities/{community}/invitations");
    let wish = json!({ "role": "member", "expiresInDays": 7 });
    let link = text(&leader.post(&path, wish).await?, "path")?;
    let secret = link.trim_start_matches("/join/");
    let path: Arc<str> = format!("/api/v1/links/{secret}/sign-up").into();

    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut coming = JoinSet::new();
    for number in 1..people {
        let (places, path) = (Arc::clone(&places), Arc::clone(&path));
        coming.spawn(async move {
            let _place = places.acquire().await.context("a place to sign up")?;
            let who = json!({
                "name": name(number), "email": format!("member-{number}@example.org"), "password": PASSWORD,
            });
            let person = Person::come_in(server, &path, who).await?;
            anyhow::Ok((number, person))
        });
    }
    let mut all = vec![None; people];
    all[0] = Some(leader);
    while let Some(came) = coming.join_next().await {
        let (number, person) = came.context("a member's task")??;
        all[number] = Some(person);
    }
    Ok(Community {
        id: community,
        people: all.into_iter().flatten().collect(),
    })
}

/// As long as names are, and none reads like another: digits as letters that nobody takes for each other.
fn name(number: usize) -> String {
    let digit = |nth: u32| {
        ["ba", "ce", "di", "fo", "gu", "ha", "ke", "mi", "po", "tu"]
            [number / 10_usize.pow(nth) % 10]
    };
    let word: String = [2, 1, 0].map(digit).concat();
    format!("Member {}{}", word[..1].to_uppercase(), &word[1..])
}

/// A text of an answer.
pub(crate) fn text(body: &Value, key: &str) -> Result<String> {
    body[key]
        .as_str()
        .map(ToOwned::to_owned)
        .with_context(|| format!("{key} in {body}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_has_the_name_of_another() {
        let names: BTreeSet<String> = (0..1_000).map(name).collect();
        assert_eq!(names.len(), 1_000);
        assert_eq!(name(207), "Member Dibami");
    }
}
