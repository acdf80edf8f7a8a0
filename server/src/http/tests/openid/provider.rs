//! A provider on loopback that can be made to say anything: what a browser and an honest provider cannot show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parking_lot::Mutex;
use serde_json::{Value, json};

/// The secret of the client.
pub(super) const CLIENT_SECRET: &str = "a secret of the client, long enough for HS256";

/// The provider. It ends with the test's runtime.
#[derive(Clone)]
pub(super) struct Fake {
    pub(super) issuer: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    /// Those that it names, and the one that it signs with.
    named: Vec<Value>,
    signs_with: (String, EncodingKey),
    /// What the next token says.
    claims: Value,
    /// What it answers about whoever has an access token.
    user_info: Value,
    how: Signing,
    used_codes: BTreeSet<String>,
    times_asked_for_keys: usize,
}

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    /// As it should be.
    Honest,
    /// Not at all.
    None,
    /// With what the client has as well.
    WithClientSecret,
}

pub(super) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

fn pair(kid: &str) -> (EncodingKey, Value) {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    let random = aws_lc_rs::rand::SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let private = EncodingKey::from_ec_der(pkcs8.as_ref());
    let public = Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap();
    let mut public = serde_json::to_value(public).unwrap();
    public["kid"] = json!(kid);
    public["use"] = json!("sig");
    (private, public)
}

impl Fake {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (private, public) = pair("first");
        let fake = Self {
            issuer,
            inner: Arc::new(Mutex::new(Inner {
                named: vec![public],
                signs_with: ("first".to_owned(), private),
                claims: json!({}),
                user_info: json!({}),
                how: Signing::Honest,
                used_codes: BTreeSet::new(),
                times_asked_for_keys: 0,
            })),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// What a token says of `subject` to whoever sent this nonce.
    pub(super) fn claims(&self, subject: &str, nonce: &str) -> Value {
        json!({
            "iss": self.issuer, "aud": "consilium", "sub": subject, "nonce": nonce,
            "iat": now(), "exp": now() + 300, "name": "Ada Lindqvist",
            "email": format!("{subject}@example.org"), "email_verified": true,
        })
    }

    /// Lets the next token say this.
    pub(super) fn say(&self, claims: Value) {
        self.inner.lock().claims = claims;
    }

    pub(super) fn say_of_whoever_has_a_token(&self, claims: Value) {
        self.inner.lock().user_info = claims;
    }

    pub(super) fn sign(&self, how: Signing) {
        self.inner.lock().how = how;
    }

    /// Signs with a new key from now on, named to whoever asks from now on or not at all.
    pub(super) fn rotate(&self, kid: &str, is_named: bool) {
        let (private, public) = pair(kid);
        let mut inner = self.inner.lock();
        inner.signs_with = (kid.to_owned(), private);
        if is_named {
            inner.named = vec![public];
        }
    }

    pub(super) fn times_asked_for_keys(&self) -> usize {
        self.inner.lock().times_asked_for_keys
    }
}

async fn metadata(State(fake): State<Fake>) -> Json<Value> {
    let issuer = &fake.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn jwks(State(fake): State<Fake>) -> Json<Value> {
    let mut inner = fake.inner.lock();
    inner.times_asked_for_keys += 1;
    Json(json!({ "keys": inner.named }))
}

async fn token(State(fake): State<Fake>, form: String) -> (StatusCode, Json<Value>) {
    let fields: BTreeMap<_, _> = url::form_urlencoded::parse(form.as_bytes()).collect();
    let mut inner = fake.inner.lock();
    let is_fresh = inner.used_codes.insert(fields["code"].to_string());
    if fields["code_verifier"].len() < 43 || !is_fresh {
        let refused = json!({"error": "invalid_grant", "error_description": "<b>used</b>"});
        return (StatusCode::BAD_REQUEST, Json(refused));
    }
    let (kid, private) = &inner.signs_with;
    let id_token = match inner.how {
        Signing::Honest => {
            let mut header = Header::new(Algorithm::ES256);
            header.kid = Some(kid.clone());
            jsonwebtoken::encode(&header, &inner.claims, private).unwrap()
        }
        Signing::WithClientSecret => {
            let key = EncodingKey::from_secret(CLIENT_SECRET.as_bytes());
            jsonwebtoken::encode(&Header::new(Algorithm::HS256), &inner.claims, &key).unwrap()
        }
        Signing::None => {
            use base64::Engine as _;
            use base64::engine::general_purpose::URL_SAFE_NO_PAD;
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(&json!({"alg": "none"})), part(&inner.claims))
        }
    };
    let tokens = json!({"access_token": "a token", "token_type": "Bearer", "id_token": id_token});
    (StatusCode::OK, Json(tokens))
}

async fn me(State(fake): State<Fake>) -> Json<Value> {
    Json(fake.inner.lock().user_info.clone())
}
