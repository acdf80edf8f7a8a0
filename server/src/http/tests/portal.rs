//! A portal without a network, people in it, and words to ask it with.

use std::collections::HashMap;

use axum::http::{Method, StatusCode, header};
use consilium_model::document::BODY;
use consilium_model::prose::{Block, read};
use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, Transact, Update};

use super::edge::{Answer, Edge};
use crate::http::session_cookie;
use crate::http::signed_in::now_ms;
use crate::people::secrets::FreshSecret;
use crate::store::PeopleStore;
use crate::store::people::{Email, NewAccount, NewSession, PasswordHash, Session};
use crate::store::portal_ids::{AccountId, SessionId};

/// The portal under test.
pub(super) struct Portal {
    pub(super) edge: Edge,
    /// How many were called after each role.
    called: Mutex<HashMap<String, u32>>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) account: AccountId,
    pub(super) cookie: String,
}

impl Portal {
    pub(super) async fn new() -> Self {
        Self::at(Edge::portal().await)
    }

    pub(super) fn at(edge: Edge) -> Self {
        Self {
            edge,
            called: Mutex::default(),
        }
    }

    /// Somebody new, signed in.
    pub(super) async fn person(&self, name: &str) -> Person {
        let account = AccountId::new();
        let address = format!("{name}.{account}@example.org").to_lowercase();
        let password = PasswordHash::new("checked elsewhere".to_owned());
        let made = NewAccount {
            id: account,
            email: Email {
                written: address.clone(),
                folded: address,
            },
            name: name.to_owned(),
            password: Some(password.clone()),
            created_at_ms: now_ms(),
        };
        self.edge.store.create_account(&made, None).await.unwrap();
        let secret = FreshSecret::make().unwrap();
        let session = NewSession {
            session: Session {
                id: SessionId::new(),
                account,
                created_at_ms: now_ms(),
                last_seen_at_ms: now_ms(),
                expires_at_ms: now_ms() + 60_000,
                user_agent: String::new(),
                address: String::new(),
            },
            secret: secret.hash(),
        };
        let begun = self.edge.store.begin_session(&session, &password).await;
        assert!(begun.unwrap());
        let cookie = format!("{}={}", session_cookie::NAME, secret.expose());
        Person { account, cookie }
    }

    pub(super) async fn get(&self, who: &Person, path: &str) -> Answer {
        self.ask(who, Method::GET, path, None).await
    }

    pub(super) async fn post(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.ask(who, Method::POST, path, Some(body)).await
    }

    pub(super) async fn put(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.ask(who, Method::PUT, path, Some(body)).await
    }

    pub(super) async fn patch(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.ask(who, Method::PATCH, path, Some(body)).await
    }

    pub(super) async fn delete(&self, who: &Person, path: &str) -> Answer {
        self.ask(who, Method::DELETE, path, None).await
    }

    pub(super) async fn ask(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut headers = vec![(header::COOKIE, who.cookie.as_str())];
        let body = match body {
            None => Vec::new(),
            Some(body) => {
                headers.push((header::CONTENT_TYPE, "application/json"));
                serde_json::to_vec(&body).unwrap()
            }
        };
        let path = format!("/api/v1{path}");
        self.edge
            .send_with(method, &path, None, &body, &headers)
            .await
    }

    /// A community of this leader; its path.
    pub(super) async fn found(&self, leader: &Person, name: &str) -> String {
        let wish = json!({"name": name, "template": "guideline-panel", "language": "en"});
        let answer = self.post(leader, "/communities", wish).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        format!("/communities/{}", answer.json()["id"].as_str().unwrap())
    }

    /// A link into a community; its secret.
    pub(super) async fn invite(&self, leader: &Person, community: &str, role: &str) -> String {
        let wish = json!({"role": role, "expiresInDays": 7});
        let answer = self
            .post(leader, &format!("{community}/invitations"), wish)
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        let made = answer.json();
        let path = made["path"].as_str().unwrap();
        path.strip_prefix("/join/").unwrap().to_owned()
    }

    /// Somebody new who has joined as this.
    pub(super) async fn member(&self, leader: &Person, community: &str, role: &str) -> Person {
        // Two in one community are not called the same.
        let before = {
            let mut called = self.called.lock();
            let count = called.entry(role.to_owned()).or_insert(0);
            *count += 1;
            *count - 1
        };
        let person = match before {
            0 => self.person(role).await,
            _ => self.person(&format!("{role} {before}")).await,
        };
        let secret = self.invite(leader, community, role).await;
        let joined = self
            .post(&person, &format!("/links/{secret}/join"), json!({}))
            .await;
        assert_eq!(joined.status, StatusCode::OK, "{}", joined.json());
        person
    }

    /// What stands in the body of a document.
    pub(super) async fn text(&self, name: &str) -> String {
        let name = DocName::parse(name).unwrap();
        let update = self.edge.registry.snapshot_update(&name).await;
        let update = Update::decode_v1(&update.unwrap().unwrap()).unwrap();
        let doc = Doc::new();
        let body = doc.get_or_insert_xml_fragment(BODY);
        doc.transact_mut().apply_update(update).unwrap();
        body.get_string(&doc.transact())
    }

    /// The blocks of a document.
    pub(super) async fn blocks(&self, name: &str) -> Vec<Block> {
        let name = DocName::parse(name).unwrap();
        let update = self.edge.registry.snapshot_update(&name).await;
        let update = Update::decode_v1(&update.unwrap().unwrap()).unwrap();
        let doc = Doc::new();
        doc.transact_mut().apply_update(update).unwrap();
        read::body(&doc.transact())
    }

    /// A document in a community; its name.
    pub(super) async fn document(&self, who: &Person, community: &str, wish: Value) -> String {
        let answer = self
            .post(who, &format!("{community}/documents"), wish)
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        answer.json()["name"].as_str().unwrap().to_owned()
    }
}

/// An answer without what is different in each: the request's id and the address that was asked.
pub(super) fn bare(answer: &Answer) -> (StatusCode, Vec<(String, String)>, Value) {
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let mut body = answer.json();
    body["requestId"].take();
    (answer.status, headers, body)
}
