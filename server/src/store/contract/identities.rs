//! What every store must do about identities: one rule a function, named after the sentence of
//! [`crate::store::IdentityStore`] that it holds. [`identities_contract!`](crate::identities_contract) turns them into
//! tests.

#![expect(missing_docs, reason = "a rule's name says what it holds")]

use std::sync::Arc;

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::DocName;

use super::StoreFactory;
use crate::community::wording::Language;
use crate::store::Store;
use crate::store::communities::{Actor, Founding, NewDocument, NewInvitation, Refusal};
use crate::store::identities::{Connection, Disconnection, Identity, NewIdentity};
use crate::store::limits::SESSIONS_PER_ACCOUNT_MAX;
use crate::store::people::{
    Creation, Email, NewAccount, NewSession, PasswordHash, SecretHash, Session,
};
use crate::store::portal_ids::{AccountId, CommunityId, IdentityId, InvitationId, SessionId};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! identities_contract {
    ($factory:expr) => {
        $crate::identities_contract!(@rules $factory;
            an_account_is_made_with_its_identity_and_found_by_it
            an_identity_or_an_address_that_is_taken_makes_nothing
            of_concurrent_creators_with_one_identity_one_succeeds
            who_signs_up_with_an_identity_is_in_or_nothing_was_made
            a_session_begins_only_by_an_identity_of_the_account
            of_too_many_sessions_by_identity_the_oldest_end
            an_identity_is_connected_to_one_account_and_an_account_to_one_of_an_issuer
            the_last_way_in_stays
            of_two_ways_in_taken_at_once_one_stays
            identities_survive_closing
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::identities::$rule(&$factory).await;
            }
        )*
    };
}

const NOW_MS: i64 = 1_790_000_000_000;
const ISSUER: &str = "https://login.example";
const OTHER: &str = "https://other.example";

fn identity(issuer: &str, subject: &str) -> NewIdentity {
    NewIdentity {
        id: IdentityId::new(),
        identity: Identity {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
        },
        shown_as: format!("{subject}@login.example"),
        since_ms: NOW_MS,
    }
}

fn account(address: &str) -> NewAccount {
    NewAccount {
        id: AccountId::new(),
        email: Email {
            written: address.to_owned(),
            folded: address.to_lowercase(),
        },
        name: "Ünlü".to_owned(),
        password: None,
        created_at_ms: NOW_MS,
    }
}

fn session(account: AccountId, number: u8) -> NewSession {
    NewSession {
        session: Session {
            id: SessionId::new(),
            account,
            created_at_ms: NOW_MS,
            last_seen_at_ms: NOW_MS + i64::from(number),
            expires_at_ms: NOW_MS + 1_000_000,
            user_agent: String::new(),
            address: "::1".to_owned(),
        },
        secret: SecretHash([number; 32]),
    }
}

/// An account that signs in by this identity alone.
async fn create(store: &dyn Store, address: &str, identity: &NewIdentity) -> AccountId {
    let account = account(address);
    let first = session(account.id, 250);
    let made = store
        .create_account_by_identity(&account, identity, &first)
        .await;
    assert_eq!(made.expect("create an account"), Creation::Created);
    let ended = store.end_session(account.id, first.session.id).await;
    assert!(ended.expect("end its session"));
    account.id
}

/// An account with a password.
async fn with_password(store: &dyn Store, address: &str) -> AccountId {
    let account = NewAccount {
        password: Some(PasswordHash::new("a hash".to_owned())),
        ..account(address)
    };
    let made = store.create_account(&account, None).await;
    assert_eq!(made.expect("create an account"), Creation::Created);
    account.id
}

async fn owner(store: &dyn Store, identity: &NewIdentity) -> Option<AccountId> {
    let found = store.account_by_identity(&identity.identity).await;
    found.expect("look for it").map(|account| account.id)
}

async fn disconnect(store: &dyn Store, account: AccountId, id: IdentityId) -> Disconnection {
    let done = store.disconnect_identity(account, id, ISSUER).await;
    done.expect("disconnect")
}

async fn connect(store: &dyn Store, account: AccountId, identity: &NewIdentity) -> Connection {
    let done = store.connect_identity(account, identity).await;
    done.expect("connect")
}

pub async fn an_account_is_made_with_its_identity_and_found_by_it(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (account, ada) = (account("Ada@example.org"), identity(ISSUER, "ada"));
    let first = session(account.id, 1);
    let made = store
        .create_account_by_identity(&account, &ada, &first)
        .await;
    assert_eq!(made.expect("create"), Creation::Created);
    assert_eq!(owner(&*store, &ada).await, Some(account.id));
    let found = store.session(first.secret, NOW_MS).await.expect("look");
    let (signed_in, _) = found.expect("it has begun");
    assert_eq!((signed_in.id, signed_in.password), (account.id, None));
    assert_eq!(owner(&*store, &identity(OTHER, "ada")).await, None);
    assert_eq!(owner(&*store, &identity(ISSUER, "Ada")).await, None);
    let listed = store.identities(account.id).await.expect("list");
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].id, &*listed[0].issuer), (ada.id, ISSUER));
    assert_eq!(listed[0].shown_as, "ada@login.example");
    assert_eq!(listed[0].since_ms, NOW_MS);
}

pub async fn an_identity_or_an_address_that_is_taken_makes_nothing(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let ada = identity(ISSUER, "ada");
    create(&*store, "ada@example.org", &ada).await;
    for (address, identity) in [
        ("ADA@example.org", identity(ISSUER, "another")),
        ("new@example.org", identity(ISSUER, "ada")),
    ] {
        let account = account(address);
        let begun = session(account.id, 2);
        let made = store
            .create_account_by_identity(&account, &identity, &begun)
            .await;
        assert_eq!(made.expect("try"), Creation::EmailTaken, "{address}");
        assert_eq!(store.account(account.id).await.expect("look"), None);
        assert_eq!(
            store.session(begun.secret, NOW_MS).await.expect("look"),
            None
        );
    }
    assert_eq!(owner(&*store, &identity(ISSUER, "another")).await, None);
}

pub async fn of_concurrent_creators_with_one_identity_one_succeeds(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let mut races = Vec::new();
    for number in 0..4 {
        let store = Arc::clone(&store);
        races.push(tokio::spawn(async move {
            let account = account(&format!("racer{number}@example.org"));
            let begun = session(account.id, number);
            let made = store
                .create_account_by_identity(&account, &identity(ISSUER, "racer"), &begun)
                .await;
            (account.id, made.expect("create"))
        }));
    }
    let mut made = Vec::new();
    for race in races {
        let (account, outcome) = race.await.expect("a task");
        let is_there = store.account(account).await.expect("look").is_some();
        assert_eq!(is_there, outcome == Creation::Created);
        made.extend(is_there.then_some(account));
    }
    assert_eq!(made.len(), 1);
    assert_eq!(
        owner(&*store, &identity(ISSUER, "racer")).await,
        Some(made[0])
    );
}

pub async fn who_signs_up_with_an_identity_is_in_or_nothing_was_made(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let leader = Actor {
        account: with_password(&*store, "leader@example.org").await,
        at_ms: NOW_MS,
    };
    let founding = Founding {
        id: CommunityId::new(),
        name: "Panel".to_owned(),
        description: String::new(),
        accent: "#186a58".to_owned(),
        default_privacy: Privacy::Community,
        language: Language::English,
        first_document: NewDocument {
            name: DocName::parse("first").expect("a name"),
            title: "First".to_owned(),
            privacy: None,
        },
    };
    store
        .found_community(leader, &founding)
        .await
        .expect("found");
    let invitation = NewInvitation {
        id: InvitationId::new(),
        role: Role::Member,
        secret: SecretHash([9; 32]),
        expires_at_ms: NOW_MS + 1_000,
        uses_max: Some(1),
    };
    let invited = store.invite(leader, founding.id, &invitation).await;
    invited.expect("invite").expect("leaders invite");
    let sign_up = async |address: &str, subject: &str| {
        let account = NewAccount {
            // Two in one community are not called the same.
            name: address.to_owned(),
            ..account(address)
        };
        let (identity, begun) = (identity(ISSUER, subject), session(account.id, 1));
        let joined = store
            .join_new_by_identity(&account, &identity, &begun, &invitation.secret)
            .await;
        joined.expect("sign up").map(|view| (account.id, view.role))
    };
    let taken = sign_up("Leader@example.org", "ada").await;
    assert_eq!(taken, Err(Refusal::EmailTaken));
    assert_eq!(owner(&*store, &identity(ISSUER, "ada")).await, None);
    let (account, role) = sign_up("ada@example.org", "ada").await.expect("it is free");
    assert_eq!(role, Role::Member);
    assert_eq!(
        owner(&*store, &identity(ISSUER, "ada")).await,
        Some(account)
    );
    let late = sign_up("late@example.org", "late").await;
    assert_eq!(late, Err(Refusal::NoSuchLink));
    assert_eq!(owner(&*store, &identity(ISSUER, "late")).await, None);
}

pub async fn a_session_begins_only_by_an_identity_of_the_account(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (ada, ben) = (identity(ISSUER, "ada"), identity(ISSUER, "ben"));
    let adas = create(&*store, "ada@example.org", &ada).await;
    create(&*store, "ben@example.org", &ben).await;
    let begin = async |number, identity: &NewIdentity| {
        let begun = store
            .begin_session_by_identity(&session(adas, number), &identity.identity)
            .await;
        begun.expect("try to begin")
    };
    assert!(begin(1, &ada).await);
    assert!(!begin(2, &ben).await, "it is somebody else's");
    assert!(!begin(3, &identity(ISSUER, "nobody")).await);
    let locked = store.set_locked(adas, Some(NOW_MS)).await;
    assert!(locked.expect("lock"));
    assert!(!begin(4, &ada).await, "the account is locked");
    assert!(store.sessions(adas, NOW_MS).await.expect("list").is_empty());
    assert!(store.set_locked(adas, None).await.expect("unlock"));
    assert!(begin(5, &ada).await);
}

pub async fn of_too_many_sessions_by_identity_the_oldest_end(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let ada = identity(ISSUER, "ada");
    let account = create(&*store, "ada@example.org", &ada).await;
    let max = u8::try_from(SESSIONS_PER_ACCOUNT_MAX).expect("a small limit");
    for number in 0..=max {
        let begun = store
            .begin_session_by_identity(&session(account, number), &ada.identity)
            .await;
        assert!(begun.expect("begin"));
    }
    let left = store.sessions(account, NOW_MS).await.expect("list");
    assert_eq!(left.len(), usize::from(max));
    let first = store.session(SecretHash([0; 32]), NOW_MS).await;
    assert_eq!(first.expect("look"), None);
}

pub async fn an_identity_is_connected_to_one_account_and_an_account_to_one_of_an_issuer(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    let ada = with_password(&*store, "ada@example.org").await;
    let ben = with_password(&*store, "ben@example.org").await;
    let one = identity(ISSUER, "one");
    assert_eq!(connect(&*store, ada, &one).await, Connection::Connected);
    let again = identity(ISSUER, "one");
    assert_eq!(connect(&*store, ada, &again).await, Connection::Connected);
    assert_eq!(connect(&*store, ben, &again).await, Connection::OfAnother);
    let two = identity(ISSUER, "two");
    assert_eq!(connect(&*store, ada, &two).await, Connection::HasAnother);
    let elsewhere = identity(OTHER, "one");
    assert_eq!(
        connect(&*store, ada, &elsewhere).await,
        Connection::Connected
    );
    assert_eq!(owner(&*store, &one).await, Some(ada));
    assert_eq!(owner(&*store, &two).await, None);
    assert!(store.set_locked(ben, Some(NOW_MS)).await.expect("lock"));
    assert_eq!(connect(&*store, ben, &two).await, Connection::NoAccount);
    let nobody = connect(&*store, AccountId::new(), &two).await;
    assert_eq!(nobody, Connection::NoAccount);
    // What is disconnected is free for anybody.
    assert_eq!(
        disconnect(&*store, ada, one.id).await,
        Disconnection::Disconnected
    );
    assert!(store.set_locked(ben, None).await.expect("unlock"));
    assert_eq!(connect(&*store, ben, &again).await, Connection::Connected);
}

pub async fn the_last_way_in_stays(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (ada, elsewhere) = (identity(ISSUER, "ada"), identity(OTHER, "ada"));
    let account = create(&*store, "ada@example.org", &ada).await;
    assert_eq!(
        disconnect(&*store, account, ada.id).await,
        Disconnection::LastWayIn
    );
    assert_eq!(
        connect(&*store, account, &elsewhere).await,
        Connection::Connected
    );
    // Nobody signs in with the other provider here.
    assert_eq!(
        disconnect(&*store, account, ada.id).await,
        Disconnection::LastWayIn
    );
    assert_eq!(
        disconnect(&*store, account, elsewhere.id).await,
        Disconnection::Disconnected
    );
    assert_eq!(
        disconnect(&*store, account, elsewhere.id).await,
        Disconnection::NoSuchIdentity
    );
    let ben = with_password(&*store, "ben@example.org").await;
    assert_eq!(
        disconnect(&*store, ben, ada.id).await,
        Disconnection::NoSuchIdentity
    );
    let bens = identity(ISSUER, "ben");
    assert_eq!(connect(&*store, ben, &bens).await, Connection::Connected);
    assert_eq!(
        disconnect(&*store, ben, bens.id).await,
        Disconnection::Disconnected
    );
    assert_eq!(owner(&*store, &ada).await, Some(account));
}

pub async fn of_two_ways_in_taken_at_once_one_stays(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for round in 0..5 {
        let subject = format!("ada{round}");
        let (one, other) = (identity(ISSUER, &subject), identity(OTHER, &subject));
        let account = create(&*store, &format!("{subject}@example.org"), &one).await;
        assert_eq!(
            connect(&*store, account, &other).await,
            Connection::Connected
        );
        let take = |id, usable| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.disconnect_identity(account, id, usable).await })
        };
        // Each is told that the other is a way in.
        let (first, second) = tokio::join!(take(one.id, OTHER), take(other.id, ISSUER));
        let mut outcomes = [first, second].map(|done| done.expect("a task").expect("disconnect"));
        outcomes.sort_by_key(|outcome| *outcome == Disconnection::LastWayIn);
        assert_eq!(
            outcomes,
            [Disconnection::Disconnected, Disconnection::LastWayIn]
        );
        assert_eq!(store.identities(account).await.expect("list").len(), 1);
    }
}

pub async fn identities_survive_closing(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let ada = identity(ISSUER, "ada");
    let account = create(&*store, "ada@example.org", &ada).await;
    store.close().await;
    let store = factory.open().await;
    assert_eq!(owner(&*store, &ada).await, Some(account));
}
