//! Signing in with a provider: what a browser and an honest provider cannot show. Every failure leads to a page of ours.

mod provider;

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use self::provider::{CLIENT_SECRET, Fake, Signing, now};
use super::edge::{Answer, Edge};
use crate::auth::Secret;
use crate::http::signed_in::now_ms;
use crate::openid::entrance::OpenIdEntrance;
use crate::openid::provider::Schedule;
use crate::openid::settings::{OpenIdSettings, SignUp};
use crate::people::email;
use crate::store::identities::{Connection, Disconnection, Identity, NewIdentity};
use crate::store::people::{NewAccount, PORTAL_KEY_BYTES, PasswordHash};
use crate::store::portal_ids::{AccountId, IdentityId};
use crate::store::{IdentityStore, PeopleStore};

/// The provider may be asked for its keys at any time.
const ALWAYS: Schedule = Schedule {
    life: Duration::from_secs(3_600),
    pause: Duration::ZERO,
};

struct World {
    edge: Edge,
    fake: Fake,
    /// Tells codes apart.
    codes: std::cell::Cell<u32>,
}

/// Somebody who has set out.
struct SetOut {
    cookie: String,
    state: String,
    nonce: String,
}

impl World {
    async fn new() -> Self {
        Self::with(SignUp::Invited, ALWAYS).await
    }

    async fn with(sign_up: SignUp, schedule: Schedule) -> Self {
        let fake = Fake::start().await;
        let settings = OpenIdSettings {
            issuer: fake.issuer.parse().unwrap(),
            client_id: "consilium".to_owned(),
            client_secret: Some(Secret::from(CLIENT_SECRET.to_owned())),
            name: "Example ID".to_owned(),
            sign_up,
        };
        let public_url = "https://c.example".parse().unwrap();
        let key = [7; PORTAL_KEY_BYTES];
        let openid = OpenIdEntrance::new(&settings, &public_url, &key, schedule).unwrap();
        Self {
            edge: Edge::portal_with(openid).await,
            fake,
            codes: std::cell::Cell::default(),
        }
    }

    async fn begin(&self, wish: Value, cookie: Option<&str>) -> Answer {
        let mut headers = vec![(header::CONTENT_TYPE, "application/json")];
        headers.extend(cookie.map(|cookie| (header::COOKIE, cookie)));
        let body = wish.to_string();
        self.edge
            .send_with(
                Method::POST,
                "/api/v1/openid",
                None,
                body.as_bytes(),
                &headers,
            )
            .await
    }

    async fn set_out(&self, wish: Value, cookie: Option<&str>) -> SetOut {
        let answer = self.begin(wish, cookie).await;
        assert_eq!(answer.status, StatusCode::OK);
        let door: Url = answer.json()["location"].as_str().unwrap().parse().unwrap();
        assert_eq!(door.origin().ascii_serialization(), self.fake.issuer);
        let query = |name: &str| {
            let found = door.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).unwrap()
        };
        assert_eq!(
            query("redirect_uri"),
            "https://c.example/api/v1/openid/callback"
        );
        assert_eq!(query("code_challenge_method"), "S256");
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        SetOut {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            state: query("state"),
            nonce: query("nonce"),
        }
    }

    async fn sign_in_wish(&self) -> SetOut {
        self.set_out(json!({"purpose": "sign-in", "next": "/d/x?y#z"}), None)
            .await
    }

    fn fresh_code(&self) -> String {
        self.codes.set(self.codes.get() + 1);
        format!("code-{}", self.codes.get())
    }

    /// Comes back with these cookies and this query.
    async fn come_back(&self, cookies: &str, query: &str) -> Answer {
        let path = format!("/api/v1/openid/callback?{query}");
        let answer = self
            .edge
            .send_with(Method::GET, &path, None, b"", &[(header::COOKIE, cookies)])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        answer
    }

    /// Comes back as an honest browser does, while the provider says `claims`.
    async fn return_with(&self, set_out: &SetOut, claims: Value) -> Answer {
        self.fake.say(claims);
        let query = format!("code={}&state={}", self.fresh_code(), set_out.state);
        self.come_back(&set_out.cookie, &query).await
    }

    /// Where it ends when the provider says to a fresh sign-in of Ada what `change` makes of the truth.
    async fn ends_at(&self, change: impl FnOnce(&mut Value)) -> String {
        let set_out = self.sign_in_wish().await;
        let mut claims = self.fake.claims("ada", &set_out.nonce);
        change(&mut claims);
        place(&self.return_with(&set_out, claims).await)
    }

    /// An account that is connected with the provider's `subject`.
    async fn account(&self, subject: &str) -> AccountId {
        let password = PasswordHash::new("checked elsewhere".to_owned());
        self.account_with(subject, Some(password)).await
    }

    /// One with this password, or none.
    async fn account_with(&self, subject: &str, password: Option<PasswordHash>) -> AccountId {
        let account = NewAccount {
            id: AccountId::new(),
            email: email::parse(&format!("{subject}@here.example")).unwrap(),
            name: subject.to_owned(),
            password,
            created_at_ms: now_ms(),
        };
        self.edge
            .store
            .create_account(&account, None)
            .await
            .unwrap();
        let identity = NewIdentity {
            id: IdentityId::new(),
            identity: Identity {
                issuer: self.fake.issuer.clone(),
                subject: subject.to_owned(),
            },
            shown_as: String::new(),
            since_ms: now_ms(),
        };
        let connected = self
            .edge
            .store
            .connect_identity(account.id, &identity)
            .await;
        assert_eq!(connected.unwrap(), Connection::Connected);
        account.id
    }
}

fn place(answer: &Answer) -> String {
    answer.headers[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

/// The cookie of the session that an answer begins, if it does.
fn session_of(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let found = cookies.find(|cookie| cookie.starts_with("consilium_session="))?;
    assert!(
        found.ends_with("; HttpOnly; SameSite=Lax; Secure"),
        "{found}"
    );
    Some(found.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_known_identity_signs_in_and_goes_where_it_wanted() {
    let world = World::new().await;
    let account = world.account("ada").await;
    let set_out = world.sign_in_wish().await;
    let claims = world.fake.claims("ada", &set_out.nonce);
    let answer = world.return_with(&set_out, claims).await;
    assert_eq!(place(&answer), "/d/x?y#z");
    let session = session_of(&answer).expect("a session");
    let headers = [(header::COOKIE, session.as_str())];
    let who = world
        .edge
        .send_with(Method::GET, "/api/v1/session", None, b"", &headers)
        .await;
    assert_eq!(who.json()["account"]["id"], account.to_string());
    // What was remembered meanwhile is gone.
    let mut cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    let cleared = "__Host-consilium_openid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure";
    assert!(cookies.any(|cookie| cookie == cleared));
}

#[tokio::test]
async fn a_token_of_anybody_else_for_anybody_else_or_of_another_time_signs_nobody_in() {
    let world = World::new().await;
    world.account("ada").await;
    let refused = "/openid/refused";
    for (what, change, ending) in [
        ("another nonce", json!({"nonce": "another"}), refused),
        ("no nonce", json!({"nonce": null}), refused),
        ("another audience", json!({"aud": "another"}), refused),
        (
            "one more audience",
            json!({"aud": ["consilium", "another"]}),
            refused,
        ),
        (
            "another issuer",
            json!({"iss": "https://evil.example"}),
            refused,
        ),
        ("no subject", json!({"sub": ""}), refused),
        (
            "another access token",
            json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
            refused,
        ),
        ("over", json!({"exp": now() - 120}), "/openid/clock"),
        (
            "still to come",
            json!({"iat": now() + 120, "exp": now() + 500}),
            "/openid/clock",
        ),
        (
            "clocks that differ a little",
            json!({"iat": now() + 30, "exp": now() - 30}),
            "/d/x?y#z",
        ),
    ] {
        let end = world.ends_at(|claims| {
            for (name, value) in change.as_object().unwrap() {
                if value.is_null() {
                    claims.as_object_mut().unwrap().remove(name);
                } else {
                    claims[name] = value.clone();
                }
            }
        });
        assert_eq!(end.await, ending, "{what}");
    }
    for how in [Signing::None, Signing::WithClientSecret] {
        world.fake.sign(how);
        assert_eq!(world.ends_at(|_| {}).await, refused);
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_and_a_key_that_the_provider_does_not_name_is_nobodys() {
    let world = World::new().await;
    world.account("ada").await;
    assert_eq!(world.ends_at(|_| {}).await, "/d/x?y#z");
    assert_eq!(world.fake.times_asked_for_keys(), 1);
    assert_eq!(world.ends_at(|_| {}).await, "/d/x?y#z");
    assert_eq!(world.fake.times_asked_for_keys(), 1, "it is remembered");
    world.fake.rotate("second", true);
    assert_eq!(world.ends_at(|_| {}).await, "/d/x?y#z");
    assert_eq!(world.fake.times_asked_for_keys(), 2);
    world.fake.rotate("third", false);
    assert_eq!(world.ends_at(|_| {}).await, "/openid/refused");
}

#[tokio::test]
async fn whoever_shows_unknown_keys_makes_us_ask_no_more_than_once_in_a_while() {
    let schedule = Schedule {
        pause: Duration::from_secs(3_600),
        ..ALWAYS
    };
    let world = World::with(SignUp::Invited, schedule).await;
    world.account("ada").await;
    world.fake.rotate("unknown", false);
    for _ in 0..4 {
        assert_eq!(world.ends_at(|_| {}).await, "/openid/refused");
    }
    assert_eq!(world.fake.times_asked_for_keys(), 1);
}

#[tokio::test]
async fn a_way_back_is_taken_once() {
    let world = World::new().await;
    world.account("ada").await;
    let set_out = world.sign_in_wish().await;
    world.fake.say(world.fake.claims("ada", &set_out.nonce));
    let query = format!("code=once&state={}", set_out.state);
    let first = world.come_back(&set_out.cookie, &query).await;
    assert!(session_of(&first).is_some());
    // A browser has no cookie any more; whoever has kept a copy comes with a code that is used up.
    for (cookies, ending) in [
        ("a=b", "/openid/forgotten"),
        (&set_out.cookie, "/openid/refused"),
    ] {
        let again = world.come_back(cookies, &query).await;
        assert_eq!(place(&again), ending);
        assert!(session_of(&again).is_none());
    }
}

#[tokio::test]
async fn what_somebody_else_began_ends_nowhere() {
    let world = World::new().await;
    world.account("ada").await;
    let (mine, theirs) = (world.sign_in_wish().await, world.sign_in_wish().await);
    world.fake.say(world.fake.claims("ada", &theirs.nonce));
    let query = format!("code=x&state={}", theirs.state);
    let twice = format!("{0}; {0}", theirs.cookie);
    for cookies in [
        mine.cookie.as_str(),
        "",
        &twice,
        "__Host-consilium_openid=x",
    ] {
        let answer = world.come_back(cookies, &query).await;
        assert_eq!(place(&answer), "/openid/forgotten", "{cookies}");
        assert!(session_of(&answer).is_none());
    }
    let mixed = format!(
        "code=x&state={}&iss=https%3A%2F%2Fevil.example",
        theirs.state
    );
    let answer = world.come_back(&theirs.cookie, &mixed).await;
    assert_eq!(
        place(&answer),
        "/openid/refused",
        "a code of another provider"
    );
}

#[tokio::test]
async fn refusals_of_the_provider_become_our_own_words() {
    let world = World::new().await;
    for (error, ending) in [
        ("access_denied", "/openid/denied"),
        ("temporarily_unavailable", "/openid/away"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "/openid/refused"),
    ] {
        let set_out = world.sign_in_wish().await;
        let query = format!(
            "error={error}&error_description=%3Cb%3E&state={}",
            set_out.state
        );
        let answer = world.come_back(&set_out.cookie, &query).await;
        assert_eq!(place(&answer), ending);
        assert!(answer.body.is_empty());
    }
    for query in ["", "code=", "state=x", "code=x&code=y&state=z"] {
        let answer = world.come_back("a=b", query).await;
        assert_eq!(place(&answer), "/openid/forgotten", "{query}");
    }
}

#[tokio::test]
async fn who_it_is_may_be_said_elsewhere_but_only_of_the_same_person() {
    let world = World::with(SignUp::Everybody, ALWAYS).await;
    let without_email = |claims: &mut Value| {
        claims.as_object_mut().unwrap().remove("email");
    };
    world.fake.say_of_whoever_has_a_token(json!({
        "sub": "ben", "email": "ben@example.org", "email_verified": true,
    }));
    assert_eq!(world.ends_at(without_email).await, "/openid/refused");
    world.fake.say_of_whoever_has_a_token(json!({"sub": "ada"}));
    assert_eq!(world.ends_at(without_email).await, "/openid/no-email");
    world.fake.say_of_whoever_has_a_token(json!({
        "sub": "ada", "email": "ada@example.org", "email_verified": true,
    }));
    assert_eq!(world.ends_at(without_email).await, "/d/x?y#z");
    let made = email::parse("ada@example.org").unwrap();
    let made = world.edge.store.account_by_email(&made).await.unwrap();
    // Nobody said a name.
    assert_eq!(made.unwrap().name, "ada");
}

#[tokio::test]
async fn a_stranger_gets_an_account_only_where_everybody_does_and_never_somebody_elses() {
    let world = World::new().await;
    assert_eq!(world.ends_at(|_| {}).await, "/openid/unknown");
    let world = World::with(SignUp::Everybody, ALWAYS).await;
    let owner = world.account("owner").await;
    let taken = world.ends_at(|claims| claims["email"] = json!("Owner@here.example"));
    assert_eq!(taken.await, "/openid/email-taken");
    let listed = world.edge.store.identities(owner).await.unwrap();
    assert_eq!(listed.len(), 1, "nothing was merged");
    assert_eq!(world.ends_at(|_| {}).await, "/d/x?y#z");
}

#[tokio::test]
async fn a_locked_account_is_told_so() {
    let world = World::new().await;
    let account = world.account("ada").await;
    world.edge.store.set_locked(account, Some(1)).await.unwrap();
    assert_eq!(world.ends_at(|_| {}).await, "/openid/locked");
}

#[tokio::test]
async fn only_who_wished_to_connect_is_connected() {
    let world = World::new().await;
    let wish = json!({"purpose": "connect"});
    let nobody = world.begin(wish.clone(), None).await;
    nobody.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    let mut sessions = Vec::new();
    for subject in ["ada", "ben"] {
        world.account(subject).await;
        let set_out = world.sign_in_wish().await;
        let claims = world.fake.claims(subject, &set_out.nonce);
        let answer = world.return_with(&set_out, claims).await;
        sessions.push(session_of(&answer).unwrap());
    }
    let set_out = world.set_out(wish, Some(&sessions[0])).await;
    world.fake.say(world.fake.claims("new", &set_out.nonce));
    let query = format!("code={}&state={}", world.fresh_code(), set_out.state);
    // Signed out meanwhile, and somebody else in the same browser.
    for session in ["a=b", &sessions[1]] {
        let cookies = format!("{}; {session}", set_out.cookie);
        let query = query.replace("code-", &format!("code-{}", session.len()));
        let answer = world.come_back(&cookies, &query).await;
        assert_eq!(place(&answer), "/openid/signed-out");
    }
    let cookies = format!("{}; {}", set_out.cookie, sessions[0]);
    let answer = world.come_back(&cookies, &query).await;
    assert_eq!(place(&answer), "/openid/has-another");
    let new = Identity {
        issuer: world.fake.issuer.clone(),
        subject: "new".to_owned(),
    };
    assert_eq!(
        world.edge.store.account_by_identity(&new).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn nobody_sets_out_for_a_page_or_an_invitation_that_is_not_ours() {
    let world = World::new().await;
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/api/v1/session",
    ] {
        let answer = world
            .begin(json!({"purpose": "sign-in", "next": next}), None)
            .await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], "next");
    }
    for secret in ["x".to_owned(), "A".repeat(43)] {
        let answer = world
            .begin(json!({"purpose": "join", "secret": secret}), None)
            .await;
        answer.is_problem(StatusCode::NOT_FOUND, "no-such-link");
    }
    let answer = world.begin(json!({"purpose": "join"}), None).await;
    answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    for wish in [
        json!({"purpose": "other"}),
        json!({"purpose": "connect", "more": 1}),
    ] {
        let answer = world.begin(wish, None).await;
        answer.is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    }
}

#[tokio::test]
async fn a_provider_is_there_where_there_is_one_and_nowhere_else() {
    let world = World::new().await;
    let about = world.edge.get("/api/v1/config", None).await.json();
    assert_eq!(about["openid"], json!({"name": "Example ID"}));
    let api = world.edge.get("/api/v1/openapi.json", None).await.json();
    assert!(api["paths"]["/api/v1/openid/callback"]["get"].is_object());
    assert!(api["paths"]["/api/v1/openid"]["post"].is_object());

    let without = Edge::portal().await;
    let about = without.get("/api/v1/config", None).await.json();
    assert_eq!(about.get("openid"), None);
    for path in ["/api/v1/openid", "/api/v1/openid/callback"] {
        assert!(without.post(path, None, b"").await.is_nothing(), "{path}");
        assert!(without.get(path, None).await.is_nothing(), "{path}");
    }
}

impl World {
    /// The cookie of a session in which `subject` has signed in with the provider.
    async fn signed_in(&self, subject: &str) -> String {
        let set_out = self.sign_in_wish().await;
        let claims = self.fake.claims(subject, &set_out.nonce);
        let answer = self.return_with(&set_out, claims).await;
        session_of(&answer).expect("a session")
    }

    /// Signs in at the provider once more, as `subject`, at this time by the provider's clock; the answer.
    async fn prove(&self, session: &str, subject: &str, signed_in_at: Option<i64>) -> Answer {
        let wish = json!({"purpose": "prove"});
        let mut set_out = self.set_out(wish, Some(session)).await;
        set_out.cookie = format!("{session}; {}", set_out.cookie);
        let mut claims = self.fake.claims(subject, &set_out.nonce);
        if let Some(at) = signed_in_at {
            claims["auth_time"] = json!(at);
        }
        self.return_with(&set_out, claims).await
    }

    async fn farewell(&self, cookies: &str, more: Value) -> Answer {
        let mut wish = json!({"keepName": true, "language": "en"});
        for (name, value) in more.as_object().unwrap() {
            wish[name] = value.clone();
        }
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::COOKIE, cookies),
        ];
        let path = "/api/v1/account/farewell";
        let body = wish.to_string();
        self.edge
            .send_with(Method::POST, path, None, body.as_bytes(), &headers)
            .await
    }
}

fn fresh_of(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let found = cookies.find(|cookie| cookie.starts_with("__Host-consilium_fresh="))?;
    Some(found.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn an_account_without_a_password_is_given_up_by_whoever_has_just_signed_in_once_more() {
    let world = World::new().await;
    world.account_with("ada", None).await;
    world.account_with("ben", None).await;
    let session = world.signed_in("ada").await;
    let elsewhere = world.signed_in("ada").await;
    // Whoever sits down at an open browser has no more than its session, and knows the address.
    for more in [json!({}), json!({"email": "ada@here.example"})] {
        let refused = world.farewell(&session, more).await;
        refused.is_problem(StatusCode::FORBIDDEN, "sign-in-again");
    }

    let begun = world.begin(json!({"purpose": "prove"}), None).await;
    begun.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
    let begun = world
        .begin(json!({"purpose": "prove"}), Some(&session))
        .await;
    let door: Url = begun.json()["location"].as_str().unwrap().parse().unwrap();
    let asked = |name: &str, value: &str| {
        door.query_pairs()
            .any(|pair| pair == (name.into(), value.into()))
    };
    assert!(asked("prompt", "login") && asked("max_age", "0"), "{door}");

    for (subject, signed_in_at, ending) in [
        ("ada", Some(now() - 3_600), "/openid/stale"),
        ("ben", Some(now()), "/openid/somebody-else"),
        ("nobody", Some(now()), "/openid/somebody-else"),
    ] {
        let answer = world.prove(&session, subject, signed_in_at).await;
        assert_eq!(place(&answer), ending);
        assert_eq!(fresh_of(&answer), None);
    }
    let proved = world.prove(&session, "ada", Some(now())).await;
    assert_eq!(place(&proved), "/account?again");
    let fresh = fresh_of(&proved).expect("a cookie");
    // What was proved in one browser counts in no other.
    let refused = world
        .farewell(&format!("{elsewhere}; {fresh}"), json!({}))
        .await;
    refused.is_problem(StatusCode::FORBIDDEN, "sign-in-again");
    let left = world
        .farewell(&format!("{session}; {fresh}"), json!({}))
        .await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    let headers = [(header::COOKIE, elsewhere.as_str())];
    let who = world
        .edge
        .send_with(Method::GET, "/api/v1/session", None, b"", &headers)
        .await;
    who.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[tokio::test]
async fn a_provider_that_does_not_say_when_somebody_signed_in_was_asked_to_ask_them_again() {
    let world = World::new().await;
    world.account_with("ada", None).await;
    let session = world.signed_in("ada").await;
    let proved = world.prove(&session, "ada", None).await;
    assert!(fresh_of(&proved).is_some());
}

#[tokio::test]
async fn whose_provider_lets_nobody_in_any_more_types_the_address_of_the_account() {
    let world = World::new().await;
    let account = world.account_with("ada", None).await;
    let session = world.signed_in("ada").await;
    // The operator has another provider since.
    let mine = world.edge.store.identities(account).await.unwrap();
    let elsewhere = NewIdentity {
        id: IdentityId::new(),
        identity: Identity {
            issuer: "https://earlier.example".to_owned(),
            subject: "ada".to_owned(),
        },
        shown_as: String::new(),
        since_ms: now_ms(),
    };
    let store = &world.edge.store;
    store.connect_identity(account, &elsewhere).await.unwrap();
    let gone = store.disconnect_identity(account, mine[0].id, "https://earlier.example");
    assert_eq!(gone.await.unwrap(), Disconnection::Disconnected);
    for more in [json!({}), json!({"email": "ben@here.example"})] {
        let refused = world.farewell(&session, more).await;
        refused.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    }
    let left = world
        .farewell(&session, json!({"email": "Ada@Here.example"}))
        .await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
}
