//! Tokens of every kind against an [`Authenticator`], with a given time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_protocol::ids::{Access, DocName};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::jwks::{self, JwksSource, RefreshSchedule};
use super::keys::PublicKeys;
use super::mint::{TokenRequest, mint};
use super::*;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
/// 2026-01-01T00:00:00Z
const NOW_SECONDS: u64 = 1_767_225_600;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn now() -> SystemTime {
    at(NOW_SECONDS)
}

fn authenticator(rules: ClaimRules) -> Authenticator {
    Authenticator::with_keys(KeyRing::new().with_secret(&Secret::new(SECRET)), rules)
}

fn signed(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET);
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn claims(overrides: &Value) -> Value {
    let mut claims = json!({
        "sub": "u1", "name": "Ada", "exp": NOW_SECONDS + 60, "docs": { "a": "read-write" }
    });
    for (key, value) in overrides.as_object().unwrap() {
        claims[key] = value.clone();
    }
    claims
}

fn refused(claims: &Value) -> AuthError {
    authenticator(ClaimRules::default())
        .authenticate(&signed(claims), now())
        .unwrap_err()
}

fn name(text: &str) -> DocName {
    DocName::parse(text).unwrap()
}

#[test]
fn a_good_token_gives_its_grants() {
    let grants = authenticator(ClaimRules::default())
        .authenticate(&signed(&claims(&json!({}))), now())
        .unwrap();
    assert_eq!(grants.user.as_ref().map(UserId::as_str), Some("u1"));
    assert_eq!(grants.display_name, "Ada");
    assert_eq!(grants.expires_at, Some(at(NOW_SECONDS + 65)));
    assert_eq!(grants.access_to(&name("a")), Access::Write);
    assert_eq!(grants.access_to(&name("b")), Access::None);
}

#[test]
fn a_token_without_docs_opens_nothing() {
    let token = signed(&json!({ "sub": "u1", "exp": NOW_SECONDS + 60 }));
    let grants = authenticator(ClaimRules::default())
        .authenticate(&token, now())
        .unwrap();
    assert_eq!(grants.access_to(&name("a")), Access::None);
    assert_eq!(
        grants.display_name, "u1",
        "the sub stands in for a missing name"
    );
}

#[test]
fn the_end_of_a_token_is_exact_to_the_leeway() {
    let authenticator = authenticator(ClaimRules::default());
    let token = signed(&claims(&json!({ "exp": NOW_SECONDS })));
    assert!(
        authenticator
            .authenticate(&token, at(NOW_SECONDS + 4))
            .is_ok()
    );
    assert_eq!(
        authenticator.authenticate(&token, at(NOW_SECONDS + 5)),
        Err(AuthError::Expired)
    );
}

#[test]
fn a_token_does_not_count_before_its_time() {
    assert_eq!(
        refused(&claims(&json!({ "nbf": NOW_SECONDS + 6 }))),
        AuthError::NotYetValid
    );
    let token = signed(&claims(&json!({ "nbf": NOW_SECONDS + 5 })));
    assert!(
        authenticator(ClaimRules::default())
            .authenticate(&token, now())
            .is_ok()
    );
}

#[test]
fn claims_of_the_wrong_shape_are_refused() {
    let wrong = AuthError::Invalid(InvalidToken::Claims);
    for overrides in [
        json!({ "exp": null }),
        json!({ "exp": "tomorrow" }),
        json!({ "exp": 1e300 }),
        json!({ "exp": -1 }),
        json!({ "nbf": "now" }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": 7 }),
        json!({ "sub": "x".repeat(256) }),
        json!({ "docs": ["a"] }),
        json!({ "docs": { "a": true } }),
        json!({ "name": 7 }),
    ] {
        assert_eq!(refused(&claims(&overrides)), wrong, "{overrides}");
    }
    let mut without_exp = claims(&json!({}));
    without_exp.as_object_mut().unwrap().remove("exp");
    assert_eq!(refused(&without_exp), wrong);
}

#[test]
fn names_cannot_hide_what_they_are() {
    let token = signed(&claims(&json!({ "name": " A\u{202e}d\na\u{0} " })));
    let grants = authenticator(ClaimRules::default())
        .authenticate(&token, now())
        .unwrap();
    assert_eq!(grants.display_name, "Ada");
}

#[test]
fn what_is_not_a_token_is_refused() {
    let authenticator = authenticator(ClaimRules::default());
    assert_eq!(
        authenticator.authenticate("", now()),
        Err(AuthError::Missing)
    );
    assert_eq!(
        authenticator.authenticate(&"x".repeat(TOKEN_BYTES_MAX + 1), now()),
        Err(AuthError::Invalid(InvalidToken::TooLong))
    );
    for token in ["x", "a.b", "a.b.c", "..", "a.b.c.d", "ä.ö.ü", " "] {
        assert_eq!(
            authenticator.authenticate(token, now()),
            Err(AuthError::Invalid(InvalidToken::Malformed)),
            "{token:?}"
        );
    }
}

#[test]
fn a_changed_token_is_refused() {
    let authenticator = authenticator(ClaimRules::default());
    let token = signed(&claims(&json!({})));
    let parts: Vec<&str> = token.split('.').collect();
    let stronger = signed(&claims(&json!({ "docs": { "*": "read-write" } })));
    let stronger_parts: Vec<&str> = stronger.split('.').collect();
    let forged = format!("{}.{}.{}", parts[0], stronger_parts[1], parts[2]);
    assert_eq!(
        authenticator.authenticate(&forged, now()),
        Err(AuthError::Invalid(InvalidToken::Signature))
    );
}

#[test]
fn no_algorithm_is_believed_because_the_token_says_so() {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let authenticator = authenticator(ClaimRules::default());
    let payload = encode(&claims(&json!({})).to_string());
    for (alg, expected) in [
        ("none", InvalidToken::Malformed),
        ("HS384", InvalidToken::Algorithm),
        ("RS256", InvalidToken::Algorithm),
    ] {
        let header = encode(&json!({ "alg": alg }).to_string());
        assert_eq!(
            authenticator.authenticate(&format!("{header}.{payload}."), now()),
            Err(AuthError::Invalid(expected)),
            "{alg}"
        );
    }
}

#[test]
fn critical_headers_are_refused() {
    let mut header = Header::new(Algorithm::HS256);
    header.crit = Some(vec!["exp".to_owned()]);
    let key = EncodingKey::from_secret(SECRET);
    let token = jsonwebtoken::encode(&header, &claims(&json!({})), &key).unwrap();
    assert_eq!(
        authenticator(ClaimRules::default()).authenticate(&token, now()),
        Err(AuthError::Invalid(InvalidToken::Malformed))
    );
}

#[test]
fn audience_and_issuer_are_insisted_on_when_configured() {
    let authenticator = authenticator(ClaimRules {
        audience: Some("consilium".to_owned()),
        issuer: Some("https://id.example".to_owned()),
    });
    let check = |overrides| authenticator.authenticate(&signed(&claims(&overrides)), now());
    let iss = "https://id.example";
    assert!(check(json!({ "iss": iss, "aud": "consilium" })).is_ok());
    assert!(check(json!({ "iss": iss, "aud": ["other", "consilium"] })).is_ok());
    for aud in [json!(null), json!("other"), json!([])] {
        assert_eq!(
            check(json!({ "iss": iss, "aud": aud })),
            Err(AuthError::Invalid(InvalidToken::Audience))
        );
    }
    for iss in [json!(null), json!("https://id.example/")] {
        assert_eq!(
            check(json!({ "iss": iss, "aud": "consilium" })),
            Err(AuthError::Invalid(InvalidToken::Issuer))
        );
    }
}

#[test]
fn a_minted_token_is_accepted_until_its_end() {
    let rules = ClaimRules {
        audience: Some("consilium".to_owned()),
        issuer: Some("here".to_owned()),
    };
    let request = TokenRequest {
        sub: "u1".to_owned(),
        name: Some("Ada".to_owned()),
        docs: BTreeMap::from([("a*".to_owned(), "readonly".to_owned())]),
        ttl: Duration::from_secs(900),
    };
    let token = mint(&Secret::new(SECRET), &rules, request, now()).unwrap();
    let authenticator = authenticator(rules);
    let grants = authenticator.authenticate(&token, now()).unwrap();
    assert_eq!(grants.access_to(&name("abc")), Access::Read);
    assert_eq!(
        authenticator.authenticate(&token, at(NOW_SECONDS + 905)),
        Err(AuthError::Expired)
    );
}

#[test]
fn open_mode_lets_anybody_write_everything() {
    let authenticator = Authenticator::insecure_open();
    for token in ["", "x", "a.b.c"] {
        let grants = authenticator.authenticate(token, now()).unwrap();
        assert_eq!(grants, Grants::everything());
    }
}

/// A key pair made for this run, with its public half as a JWK.
struct Pair {
    algorithm: Algorithm,
    private: EncodingKey,
    public: Value,
}

impl Pair {
    fn new(algorithm: Algorithm, kid: Option<&str>) -> Self {
        use aws_lc_rs::encoding::AsDer;
        use aws_lc_rs::rsa::{KeyPair, KeySize};
        use aws_lc_rs::signature::{
            ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        };
        let random = aws_lc_rs::rand::SystemRandom::new();
        let (private, mut public) = match algorithm {
            Algorithm::ES256 => {
                let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
                described(EncodingKey::from_ec_der(pkcs8.unwrap().as_ref()), algorithm)
            }
            Algorithm::RS256 => {
                let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
                let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
                // A PKCS#8 wrapper of 26 bytes around the PKCS#1 key that is wanted here.
                described(EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..]), algorithm)
            }
            Algorithm::EdDSA => {
                let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
                let x = URL_SAFE_NO_PAD.encode(pair.public_key());
                let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA" });
                (EncodingKey::from_ed_der(pkcs8.as_ref()), public)
            }
            other => panic!("no test key for {other:?}"),
        };
        if let Some(kid) = kid {
            public["kid"] = json!(kid);
        }
        Self {
            algorithm,
            private,
            public,
        }
    }

    fn token(&self, kid: Option<&str>) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = kid.map(str::to_owned);
        jsonwebtoken::encode(&header, &claims(&json!({})), &self.private).unwrap()
    }
}

/// A private key with its public half as a JWK.
fn described(private: EncodingKey, algorithm: Algorithm) -> (EncodingKey, Value) {
    let public = Jwk::from_encoding_key(&private, algorithm).unwrap();
    (private, serde_json::to_value(public).unwrap())
}

fn key_set(keys: &[&Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

fn with_key_set(document: &[u8]) -> Authenticator {
    let keys = Arc::new(PublicKeys::new(jwks::parse(document).unwrap()));
    Authenticator::with_keys(KeyRing::new().with_public_keys(keys), ClaimRules::default())
}

#[test]
fn every_kind_of_public_key_verifies_its_own_tokens_only() {
    let pairs = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA]
        .map(|algorithm| Pair::new(algorithm, Some("k")));
    let publics: Vec<&Value> = pairs.iter().map(|pair| &pair.public).collect();
    let all = with_key_set(&key_set(&publics));
    for pair in &pairs {
        assert!(
            all.authenticate(&pair.token(Some("k")), now()).is_ok(),
            "{:?}",
            pair.algorithm
        );
        assert!(all.authenticate(&pair.token(None), now()).is_ok());
        assert_eq!(
            all.authenticate(&pair.token(Some("other")), now()),
            Err(AuthError::UnknownKey)
        );
        let stranger = Pair::new(pair.algorithm, Some("k"));
        assert_eq!(
            all.authenticate(&stranger.token(Some("k")), now()),
            Err(AuthError::Invalid(InvalidToken::Signature))
        );
    }
}

#[test]
fn a_public_key_is_never_an_hmac_secret() {
    let pair = Pair::new(Algorithm::RS256, None);
    let authenticator = with_key_set(&key_set(&[&pair.public]));
    let public_bytes = pair.public["n"].as_str().unwrap();
    let token = jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims(&json!({})),
        &EncodingKey::from_secret(public_bytes.as_bytes()),
    )
    .unwrap();
    assert_eq!(
        authenticator.authenticate(&token, now()),
        Err(AuthError::Invalid(InvalidToken::Algorithm))
    );
}

#[test]
fn keys_that_cannot_be_used_are_passed_over() {
    let good = Pair::new(Algorithm::EdDSA, Some("good"));
    let mut encryption = Pair::new(Algorithm::ES256, Some("enc")).public;
    encryption["use"] = json!("enc");
    let mut other_algorithm = Pair::new(Algorithm::RS256, Some("ps")).public;
    other_algorithm["alg"] = json!("PS256");
    let symmetric = json!({ "kty": "oct", "k": "AAAA", "kid": "oct", "alg": "HS256" });
    let short_rsa = json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "short" });
    let unknown = json!({ "kty": "PQ-future", "kid": "pq" });
    let set = key_set(&[
        &encryption,
        &other_algorithm,
        &symmetric,
        &short_rsa,
        &unknown,
        &json!(7),
        &good.public,
    ]);
    let ids: Vec<_> = jwks::parse(&set)
        .unwrap()
        .into_iter()
        .map(|key| key.id)
        .collect();
    assert_eq!(ids, [Some("good".to_owned())]);
    assert!(matches!(
        jwks::parse(&key_set(&[&symmetric])),
        Err(jwks::JwksError::NoUsableKey)
    ));
    assert!(matches!(
        jwks::parse(b"{}"),
        Err(jwks::JwksError::Malformed(_))
    ));
}

#[test]
fn keys_are_fetched_over_https_or_from_this_machine_only() {
    for good in [
        "https://id.example/jwks",
        "http://127.0.0.1:9/jwks",
        "http://[::1]/k",
        "http://localhost/k",
    ] {
        assert!(matches!(good.parse(), Ok(JwksSource::Url(_))), "{good}");
    }
    assert!(matches!("keys.json".parse(), Ok(JwksSource::File(_))));
    for wrong in ["http://id.example/jwks", "ftp://127.0.0.1/k", "https://"] {
        assert!(wrong.parse::<JwksSource>().is_err(), "{wrong}");
    }
}

/// Refreshes whenever somebody asks, and never by itself.
const AT_ONCE: RefreshSchedule = RefreshSchedule {
    interval: Duration::from_secs(3600),
    asked_min: Duration::ZERO,
    retry_min: Duration::from_secs(3600),
};

#[tokio::test]
async fn the_first_token_after_a_rotation_is_let_in() {
    let old = Pair::new(Algorithm::ES256, Some("old"));
    let new = Pair::new(Algorithm::EdDSA, Some("new"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    std::fs::write(&path, key_set(&[&old.public])).unwrap();
    let source = JwksSource::File(path.clone());
    let keys = Arc::new(PublicKeys::new(source.load().await.unwrap()));
    let authenticator = Authenticator::with_keys(
        KeyRing::new().with_public_keys(Arc::clone(&keys)),
        ClaimRules::default(),
    );
    assert!(
        authenticator
            .authenticate(&old.token(Some("old")), now())
            .is_ok()
    );

    std::fs::write(&path, key_set(&[&new.public])).unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(jwks::keep_fresh(
        source,
        Arc::clone(&keys),
        AT_ONCE,
        stop.clone(),
    ));

    let token = new.token(Some("new"));
    assert!(
        authenticator
            .authenticate_fresh(&token, now())
            .await
            .is_ok()
    );
    assert_eq!(
        authenticator.authenticate(&old.token(Some("old")), now()),
        Err(AuthError::UnknownKey),
        "a withdrawn key no longer counts"
    );
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn a_refresh_that_fails_keeps_the_former_keys() {
    let pair = Pair::new(Algorithm::EdDSA, Some("k"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    std::fs::write(&path, key_set(&[&pair.public])).unwrap();
    let source = JwksSource::File(path.clone());
    let keys = Arc::new(PublicKeys::new(source.load().await.unwrap()));
    let authenticator = Authenticator::with_keys(
        KeyRing::new().with_public_keys(Arc::clone(&keys)),
        ClaimRules::default(),
    );
    std::fs::remove_file(&path).unwrap();

    let stop = CancellationToken::new();
    let task = tokio::spawn(jwks::keep_fresh(
        source,
        Arc::clone(&keys),
        AT_ONCE,
        stop.clone(),
    ));
    assert_eq!(
        authenticator
            .authenticate_fresh(&pair.token(Some("other")), now())
            .await,
        Err(AuthError::UnknownKey)
    );
    assert!(
        authenticator
            .authenticate(&pair.token(Some("k")), now())
            .is_ok()
    );
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn forged_tokens_cannot_make_us_flood_the_issuer() {
    let pair = Pair::new(Algorithm::EdDSA, Some("k"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("jwks.json");
    std::fs::write(&path, key_set(&[&pair.public])).unwrap();
    let source = JwksSource::File(path.clone());
    let keys = Arc::new(PublicKeys::new(source.load().await.unwrap()));
    let authenticator = Authenticator::with_keys(
        KeyRing::new().with_public_keys(Arc::clone(&keys)),
        ClaimRules::default(),
    );
    let stop = CancellationToken::new();
    let schedule = RefreshSchedule {
        asked_min: Duration::from_secs(3600),
        ..AT_ONCE
    };
    let task = tokio::spawn(jwks::keep_fresh(
        source,
        Arc::clone(&keys),
        schedule,
        stop.clone(),
    ));
    // A new key is there, but the pause after the last reading is not over: answered at once, without reading.
    let new = Pair::new(Algorithm::EdDSA, Some("new"));
    std::fs::write(&path, key_set(&[&new.public])).unwrap();
    let token = new.token(Some("new"));
    let asked = authenticator.authenticate_fresh(&token, now());
    let answer = tokio::time::timeout(limits::REFRESH_WAIT / 2, asked)
        .await
        .expect("nobody waits for a refresh that will not come");
    assert_eq!(answer, Err(AuthError::UnknownKey));
    stop.cancel();
    task.await.unwrap();
}

/// Serves `answer` to every request on a free port of this machine.
async fn issuer(answer: String) -> (JwksSource, tokio::task::JoinHandle<()>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (format!("http://{address}/jwks").parse().unwrap(), serving)
}

fn http_answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn keys_are_read_from_their_issuer() {
    let pair = Pair::new(Algorithm::EdDSA, Some("k"));
    let document = String::from_utf8(key_set(&[&pair.public])).unwrap();
    let (source, serving) = issuer(http_answer("200 OK", "", &document)).await;
    let keys = source.load().await.unwrap();
    assert_eq!(keys.len(), 1);
    serving.abort();
}

#[tokio::test]
async fn an_issuer_that_errs_redirects_or_floods_gives_no_keys() {
    let large = " ".repeat(limits::JWKS_BYTES_MAX + 1);
    for answer in [
        http_answer("500 Internal Server Error", "", "{}"),
        http_answer("302 Found", "Location: http://127.0.0.1:1/\r\n", ""),
        http_answer("200 OK", "", "<html>"),
        http_answer("200 OK", "", &large),
    ] {
        let status = answer.lines().next().unwrap().to_owned();
        let (source, serving) = issuer(answer).await;
        assert!(source.load().await.is_err(), "{status}");
        serving.abort();
    }
}
