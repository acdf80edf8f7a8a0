//! A whole edge without a network, and words to ask it with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use yrs::{Doc, GetString, Map, ReadTxn, StateVector, Text, Transact};

use crate::access::AccessBook;
use crate::access::portal::PortalRules;
use crate::auth::mint::{TokenRequest, mint};
use crate::auth::origin::HostRule;
use crate::auth::{
    Authenticator, ClaimRules, FailureLimit, KeyRing, OriginPolicy, PortalTokens, Secret,
};
use crate::config::ForwardedFor;
use crate::demo::Demo;
use crate::http::state::{Parts, Portal};
use crate::http::{AppState, ServerMode, router};
use crate::journal::{Journal, JournalLimits};
use crate::mail::sender::Schedule;
use crate::mail::settings::Encryption;
use crate::mail::{MailSettings, Mailroom};
use crate::meetings::Meetings;
use crate::openid::OpenIdEntrance;
use crate::people::attempts::Attempts;
use crate::people::password::{Cost, Passwords};
use crate::registry::Registry;
use crate::room::actor::RoomServices;
use crate::store::faulty::FaultyStore;
use crate::store::people::PORTAL_KEY_BYTES;
use crate::store::{SqliteStore, Store};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// Failures a minute that the edge tolerates.
pub(super) const FAILURES: u32 = 5;

/// Attempts to sign in a minute that it tolerates from one address.
pub(super) const SIGN_INS: u32 = 30;

/// The edge under test. Its data is gone when it is dropped.
pub(super) struct Edge {
    pub(super) router: Router,
    pub(super) store: Arc<FaultyStore>,
    pub(super) registry: Registry,
    pub(super) meetings: Meetings,
    _directory: TempDir,
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Edge {
    /// In the mode with tokens, with one foreign origin let in.
    pub(super) async fn new() -> Self {
        let keys = KeyRing::new().with_secret(&Secret::new(SECRET));
        let origins =
            OriginPolicy::new(vec!["https://app.example".parse().unwrap()], HostRule::Any);
        Self::build(
            Authenticator::with_keys(keys, ClaimRules::default()),
            origins,
            ServerMode::Token,
            None,
            None,
            opened().await,
        )
        .await
    }

    /// A portal.
    pub(super) async fn portal() -> Self {
        Self::with_people(ServerMode::Portal, None).await
    }

    /// A portal that lets people in with a provider too.
    pub(super) async fn portal_with(openid: OpenIdEntrance) -> Self {
        Self::with_people_and(ServerMode::Portal, None, Some(openid), false).await
    }

    /// A portal that puts mails into its outbox, and has nobody to send them.
    pub(super) async fn portal_with_mail() -> Self {
        Self::with_people_and(ServerMode::Portal, None, None, true).await
    }

    /// A demonstration, whose community is still to be made.
    pub(super) async fn demonstration(demo: Demo) -> Self {
        Self::with_people(ServerMode::Demo, Some(demo)).await
    }

    async fn with_people(mode: ServerMode, demo: Option<Demo>) -> Self {
        Self::with_people_and(mode, demo, None, false).await
    }

    async fn with_people_and(
        mode: ServerMode,
        demo: Option<Demo>,
        openid: Option<OpenIdEntrance>,
        with_mail: bool,
    ) -> Self {
        let (directory, store) = opened().await;
        let mail = with_mail.then(|| mailroom(store.clone()));
        let tokens = PortalTokens::new(Secret::new(SECRET));
        let portal = Portal {
            passwords: Passwords::new(Cost::of_tests()).unwrap(),
            attempts: Attempts::new(SIGN_INS),
            tokens: tokens.clone(),
            openid,
            mail,
            mailing: Attempts::new(SIGN_INS),
        };
        Self::build(
            Authenticator::portal(tokens),
            OriginPolicy::new(Vec::new(), HostRule::Any),
            mode,
            Some(portal),
            demo,
            (directory, store),
        )
        .await
    }

    /// In the open mode on loopback.
    pub(super) async fn open() -> Self {
        let origins = OriginPolicy::new(Vec::new(), HostRule::LoopbackOnly);
        Self::build(
            Authenticator::insecure_open(),
            origins,
            ServerMode::Open,
            None,
            None,
            opened().await,
        )
        .await
    }

    async fn build(
        authenticator: Authenticator,
        origins: OriginPolicy,
        mode: ServerMode,
        portal: Option<Portal>,
        demo: Option<Demo>,
        (directory, store): (TempDir, Arc<FaultyStore>),
    ) -> Self {
        let shared: Arc<dyn Store> = store.clone();
        let tasks = TaskTracker::new();
        let journal = Journal::start(Arc::clone(&shared), JournalLimits::default(), &tasks);
        let access = match portal {
            None => AccessBook::of_tokens(),
            Some(_) => AccessBook::of_portal(Arc::new(PortalRules::new(store.clone()))),
        };
        let registry = Registry::new(RoomServices {
            store: Arc::clone(&shared),
            journal: journal.clone(),
            tail_grown: Arc::new(|_, _, _| false),
            cluster: None,
            moderation: access.moderation().clone(),
            kind_of: consilium_model::discussion::kind_of,
            idle_timeout: std::time::Duration::from_secs(30),
            tasks: tasks.clone(),
            shutdown: CancellationToken::new(),
        });
        let meetings = Meetings::new(
            Arc::clone(&shared),
            access.clone(),
            registry.clone(),
            None,
            tasks,
            CancellationToken::new(),
        );
        let figures = crate::telemetry::figures::builder()
            .unwrap()
            .build_recorder()
            .handle();
        let state = AppState::new(Parts {
            authenticator,
            access,
            meetings,
            failures: Arc::new(FailureLimit::per_minute(FAILURES)),
            origins,
            forwarded_for: ForwardedFor::Ignored,
            store: shared,
            storage: journal.health(),
            bus: None,
            registry,
            figures,
            mode,
            portal,
            demo,
        });
        let sockets = Router::new().route("/panics", axum::routing::get(panics));
        Self {
            router: router(state.clone(), sockets),
            registry: state.registry.clone(),
            meetings: state.meetings.clone(),
            store,
            _directory: directory,
        }
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> Answer {
        self.send_with(method, path, token, body, &[]).await
    }

    pub(super) async fn send_with(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &[u8],
        headers: &[(HeaderName, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8787");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut request = request.body(Body::from(body.to_vec())).unwrap();
        for (name, value) in headers {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).unwrap());
        }
        self.ask(request).await
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: axum::body::to_bytes(body, usize::MAX)
                .await
                .unwrap()
                .to_vec(),
        }
    }

    pub(super) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(Method::GET, path, token, b"").await
    }

    pub(super) async fn post(&self, path: &str, token: Option<&str>, body: &[u8]) -> Answer {
        self.send(Method::POST, path, token, body).await
    }
}

/// A store of its own, with faults on demand.
async fn opened() -> (TempDir, Arc<FaultyStore>) {
    let directory = tempfile::tempdir().unwrap();
    let sqlite = SqliteStore::open(directory.path()).await.unwrap();
    (directory, FaultyStore::new(Arc::new(sqlite)))
}

fn mailroom(store: Arc<FaultyStore>) -> Arc<Mailroom> {
    let settings = MailSettings {
        host: "127.0.0.1".to_owned(),
        port: 25,
        encryption: Encryption::None,
        user: None,
        from: "portal@c.example".parse().unwrap(),
    };
    let url = "https://c.example".parse().unwrap();
    let key = [7; PORTAL_KEY_BYTES];
    let mailroom = Mailroom::new(&settings, &url, &key, store, Schedule::default());
    Arc::new(mailroom.unwrap())
}

async fn panics() {
    panic!("a secret that must not leave the process");
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether there is no such endpoint, or not with this method.
    pub(super) fn is_nothing(&self) -> bool {
        ["not-found", "method-not-allowed"]
            .iter()
            .any(|code| String::from_utf8_lossy(&self.body).contains(&format!("\"{code}\"")))
    }

    /// Asserts a complete problem+json with this status and code.
    #[track_caller]
    pub(super) fn is_problem(&self, status: StatusCode, code: &str) {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{text}");
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = self.json();
        assert_eq!(body["code"], code, "{text}");
        assert_eq!(body["status"], status.as_u16(), "{text}");
        assert_eq!(body["type"], format!("urn:consilium:problem:{code}"));
        assert_eq!(
            body["requestId"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        assert!(!body["title"].as_str().unwrap().is_empty());
    }
}

/// A token of `sub` for some documents.
pub(super) fn token(sub: &str, docs: &[(&str, &str)]) -> String {
    let docs: BTreeMap<String, String> = docs
        .iter()
        .map(|(name, word)| ((*name).to_owned(), (*word).to_owned()))
        .collect();
    let request = TokenRequest {
        sub: sub.to_owned(),
        name: None,
        docs,
        ttl: Duration::from_secs(600),
    };
    mint(
        &Secret::new(SECRET),
        &ClaimRules::default(),
        request,
        SystemTime::now(),
    )
    .unwrap()
}

/// A token that has run out.
pub(super) fn expired_token() -> String {
    let request = TokenRequest {
        sub: "u".to_owned(),
        name: None,
        docs: BTreeMap::new(),
        ttl: Duration::from_secs(1),
    };
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    mint(
        &Secret::new(SECRET),
        &ClaimRules::default(),
        request,
        long_ago,
    )
    .unwrap()
}

/// A document of CRDT client `client` with a title and a text, as one update.
pub(crate) fn update(client: u64, title: &str, text: &str) -> Vec<u8> {
    let doc = Doc::with_client_id(client);
    let meta = doc.get_or_insert_map("meta");
    let content = doc.get_or_insert_text("text");
    let mut txn = doc.transact_mut();
    meta.insert(&mut txn, "title", title);
    content.push(&mut txn, text);
    txn.encode_state_as_update_v1(&StateVector::default())
}

/// The text in an update of a whole document.
pub(super) fn text_of(update: &[u8]) -> String {
    use yrs::updates::decoder::Decode;
    let doc = Doc::new();
    let content = doc.get_or_insert_text("text");
    doc.transact_mut()
        .apply_update(yrs::Update::decode_v1(update).unwrap())
        .unwrap();
    content.get_string(&doc.transact())
}
