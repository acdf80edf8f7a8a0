//! What every store must do about people: one rule a function, named after the sentence of
//! [`crate::store::PeopleStore`] that it holds. [`people_contract!`](crate::people_contract) turns them into tests.

#![expect(missing_docs, reason = "a rule's name says what it holds")]

use std::collections::BTreeSet;
use std::sync::Arc;

use super::StoreFactory;
use crate::store::communities::Actor;
use crate::store::limits::{ACCOUNTS_PAGE_MAX, SESSIONS_PER_ACCOUNT_MAX};
use crate::store::people::{
    Account, Creation, Email, NewAccount, NewPasswordLink, NewSession, PasswordHash, SecretHash,
    Session,
};
use crate::store::portal_ids::{AccountId, SessionId};
use crate::store::{Store, StoreError};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! people_contract {
    ($factory:expr) => {
        $crate::people_contract!(@rules $factory;
            the_portals_key_is_made_once_and_survives
            one_account_for_an_email_address_in_any_case
            of_concurrent_creators_one_gets_the_email_address
            accounts_are_listed_by_email_without_gaps
            an_account_gets_another_name
            a_session_is_found_by_its_secret_until_it_is_over
            a_session_begins_only_with_the_password_that_was_checked
            no_session_outlives_a_concurrent_change_of_the_password
            a_changed_password_ends_all_other_sessions_and_the_link
            a_password_is_changed_only_from_the_one_that_was_checked
            a_locked_account_has_neither_sessions_nor_links_until_it_is_unlocked
            a_link_sets_a_password_once
            of_concurrent_users_of_a_link_one_succeeds
            a_new_link_withdraws_the_one_before
            a_link_is_over_in_time
            sessions_are_listed_and_ended_by_their_owner_only
            a_used_session_lives_longer_and_comes_first
            of_too_many_sessions_the_one_unused_for_longest_ends
            whoever_watches_sessions_learns_which_have_ended
            people_survive_closing
            a_closed_store_has_no_people
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::people::$rule(&$factory).await;
            }
        )*
    };
}

const NOW_MS: i64 = 1_790_000_000_000;
const LATER_MS: i64 = NOW_MS + 1_000_000;

fn email(written: &str) -> Email {
    Email {
        written: written.to_owned(),
        folded: written.to_lowercase(),
    }
}

fn password(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

fn secret(number: u8) -> SecretHash {
    SecretHash([number; 32])
}

fn new_account(address: &str) -> NewAccount {
    NewAccount {
        id: AccountId::new(),
        email: email(address),
        name: "Ünlü".to_owned(),
        password: Some(password("first")),
        created_at_ms: NOW_MS,
    }
}

fn new_session(account: AccountId, secret: SecretHash) -> NewSession {
    NewSession {
        session: Session {
            id: SessionId::new(),
            account,
            created_at_ms: NOW_MS,
            last_seen_at_ms: NOW_MS,
            expires_at_ms: LATER_MS,
            user_agent: "a browser".to_owned(),
            address: "::1".to_owned(),
        },
        secret,
    }
}

fn new_link(account: AccountId, secret: SecretHash) -> NewPasswordLink {
    NewPasswordLink {
        account,
        secret,
        created_at_ms: NOW_MS,
        expires_at_ms: LATER_MS,
    }
}

/// An account with the password "first".
async fn create(store: &dyn Store, address: &str) -> AccountId {
    let account = new_account(address);
    let created = store.create_account(&account, None).await;
    assert_eq!(created.expect("create an account"), Creation::Created);
    account.id
}

async fn account(store: &dyn Store, id: AccountId) -> Account {
    let found = store.account(id).await.expect("read an account");
    found.expect("the account exists")
}

/// Begins a session with the password "first", which must work.
async fn begin(store: &dyn Store, id: AccountId, secret: SecretHash) -> SessionId {
    let session = new_session(id, secret);
    let begun = store.begin_session(&session, &password("first")).await;
    assert!(begun.expect("begin a session"));
    session.session.id
}

async fn is_live(store: &dyn Store, secret: SecretHash) -> bool {
    let found = store.session(secret, NOW_MS).await;
    found.expect("find a session").is_some()
}

pub async fn the_portals_key_is_made_once_and_survives(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let both = {
        let (one, other) = (Arc::clone(&store), Arc::clone(&store));
        tokio::join!(
            tokio::spawn(async move { one.portal_key().await }),
            tokio::spawn(async move { other.portal_key().await }),
        )
    };
    let one = both.0.expect("a task").expect("a key");
    let other = both.1.expect("a task").expect("a key");
    assert_eq!(one, other);
    assert_ne!(one, [0; 32]);
    store.close().await;
    let again = factory.open().await.portal_key().await;
    assert_eq!(again.expect("a key"), one);
}

pub async fn one_account_for_an_email_address_in_any_case(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "Anna@Klinik.example").await;
    let taken = store
        .create_account(&new_account("anna@klinik.EXAMPLE"), None)
        .await;
    assert_eq!(taken.expect("try to create"), Creation::EmailTaken);
    let found = store.account_by_email(&email("ANNA@klinik.example")).await;
    let found = found.expect("find an account").expect("there is one");
    assert_eq!(found.id, id);
    assert_eq!(found.email.written, "Anna@Klinik.example");
    assert_eq!(found.name, "Ünlü");
    assert_eq!(found.password, Some(password("first")));
    assert_eq!(found.created_at_ms, NOW_MS);
    assert_eq!(found.locked_at_ms, None);
    assert_eq!(found, account(&*store, id).await);
    let nobody = store.account_by_email(&email("ben@klinik.example")).await;
    assert_eq!(nobody.expect("find an account"), None);
    let nobody = store.account(AccountId::new()).await;
    assert_eq!(nobody.expect("read an account"), None);
}

pub async fn of_concurrent_creators_one_gets_the_email_address(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let account = new_account("anna@example.org");
            let link = new_link(account.id, secret(number));
            store.create_account(&account, Some(&link)).await
        });
    }
    let outcomes = tasks.join_all().await;
    let created = outcomes
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(Creation::Created)))
        .count();
    assert_eq!(created, 1);
    let mut links = 0;
    for number in 0..8 {
        let found = store.password_link(secret(number), NOW_MS).await;
        links += usize::from(found.expect("find a link").is_some());
    }
    assert_eq!(links, 1, "the others left nothing behind");
}

pub async fn accounts_are_listed_by_email_without_gaps(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let count = ACCOUNTS_PAGE_MAX as usize + 3;
    for number in 0..count {
        create(&*store, &format!("Member{number:04}@example.org")).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.accounts(after.as_ref()).await.expect("list");
        assert!(page.len() <= ACCOUNTS_PAGE_MAX as usize);
        let Some(last) = page.last() else { break };
        after = Some(last.email.clone());
        seen.extend(page.into_iter().map(|account| account.email.folded));
    }
    assert_eq!(seen.len(), count);
    assert!(seen.is_sorted());
}

pub async fn an_account_gets_another_name(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let renamed = store.rename_account(renamer(id), "Änne").await;
    assert_eq!(renamed.expect("rename"), Ok(true));
    assert_eq!(account(&*store, id).await.name, "Änne");
    let nobody = renamer(AccountId::new());
    let nobody = store.rename_account(nobody, "x").await;
    assert_eq!(nobody.expect("rename nobody"), Ok(false));
}

fn renamer(account: AccountId) -> Actor {
    Actor {
        account,
        at_ms: NOW_MS,
    }
}

pub async fn a_session_is_found_by_its_secret_until_it_is_over(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let new = new_session(id, secret(1));
    let begun = store.begin_session(&new, &password("first")).await;
    assert!(begun.expect("begin a session"));
    let found = store.session(secret(1), NOW_MS).await.expect("find");
    assert_eq!(found, Some((account(&*store, id).await, new.session)));
    assert!(!is_live(&*store, secret(2)).await);
    let found = store.session(secret(1), LATER_MS - 1).await.expect("find");
    assert!(found.is_some());
    let found = store.session(secret(1), LATER_MS).await.expect("find");
    assert_eq!(found, None);
}

pub async fn a_session_begins_only_with_the_password_that_was_checked(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let stale = store
        .begin_session(&new_session(id, secret(1)), &password("another"))
        .await;
    assert!(!stale.expect("try to begin"));
    let nobody = store
        .begin_session(
            &new_session(AccountId::new(), secret(2)),
            &password("first"),
        )
        .await;
    assert!(!nobody.expect("try to begin"));
    assert!(!is_live(&*store, secret(1)).await && !is_live(&*store, secret(2)).await);
}

pub async fn no_session_outlives_a_concurrent_change_of_the_password(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let mine = begin(&*store, id, secret(0)).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 1..=12 {
        let beginner = Arc::clone(&store);
        tasks.spawn(async move {
            let session = new_session(id, secret(number));
            // Either order is right; the store may also be busy.
            let _ = beginner.begin_session(&session, &password("first")).await;
        });
        if number == 6 {
            let changer = Arc::clone(&store);
            tasks.spawn(async move {
                let changed = changer
                    .change_password(id, &password("first"), &password("second"), mine)
                    .await;
                assert!(changed.expect("change the password"));
            });
        }
    }
    tasks.join_all().await;
    let left = store.sessions(id, NOW_MS).await.expect("list sessions");
    let left: Vec<SessionId> = left.into_iter().map(|session| session.id).collect();
    assert_eq!(left, [mine]);
}

pub async fn a_changed_password_ends_all_other_sessions_and_the_link(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let other = create(&*store, "ben@example.org").await;
    let mine = begin(&*store, id, secret(1)).await;
    begin(&*store, id, secret(2)).await;
    begin(&*store, other, secret(3)).await;
    let link = store.put_password_link(&new_link(id, secret(4))).await;
    assert!(link.expect("make a link"));
    let changed = store
        .change_password(id, &password("first"), &password("second"), mine)
        .await;
    assert!(changed.expect("change the password"));
    assert_eq!(
        account(&*store, id).await.password,
        Some(password("second"))
    );
    assert!(is_live(&*store, secret(1)).await);
    assert!(!is_live(&*store, secret(2)).await);
    assert!(is_live(&*store, secret(3)).await, "somebody else's");
    let link = store.password_link(secret(4), NOW_MS).await;
    assert_eq!(link.expect("find a link"), None);
}

pub async fn a_password_is_changed_only_from_the_one_that_was_checked(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let mine = begin(&*store, id, secret(1)).await;
    begin(&*store, id, secret(2)).await;
    let changed = store
        .change_password(id, &password("stale"), &password("second"), mine)
        .await;
    assert!(!changed.expect("try to change"));
    assert_eq!(account(&*store, id).await.password, Some(password("first")));
    assert!(is_live(&*store, secret(2)).await, "nothing was changed");
}

pub async fn a_locked_account_has_neither_sessions_nor_links_until_it_is_unlocked(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let mine = begin(&*store, id, secret(1)).await;
    let link = store.put_password_link(&new_link(id, secret(2))).await;
    assert!(link.expect("make a link"));
    assert!(store.set_locked(id, Some(NOW_MS)).await.expect("lock"));
    assert_eq!(account(&*store, id).await.locked_at_ms, Some(NOW_MS));
    assert!(!is_live(&*store, secret(1)).await);

    let begun = store
        .begin_session(&new_session(id, secret(3)), &password("first"))
        .await;
    assert!(!begun.expect("try to begin"));
    let link = store.put_password_link(&new_link(id, secret(4))).await;
    assert!(!link.expect("try to make a link"));
    let used = store
        .use_password_link(secret(2), &password("x"), &new_session(id, secret(5)))
        .await;
    assert!(!used.expect("try to use a link"));
    let changed = store
        .change_password(id, &password("first"), &password("x"), mine)
        .await;
    assert!(!changed.expect("try to change"));

    assert!(store.set_locked(id, None).await.expect("unlock"));
    assert!(!is_live(&*store, secret(1)).await, "what ended stays ended");
    begin(&*store, id, secret(6)).await;
    let nobody = store.set_locked(AccountId::new(), Some(NOW_MS)).await;
    assert!(!nobody.expect("lock nobody"));
}

pub async fn a_link_sets_a_password_once(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let mut new = new_account("anna@example.org");
    new.password = None;
    let link = new_link(new.id, secret(1));
    let created = store.create_account(&new, Some(&link)).await;
    assert_eq!(created.expect("create"), Creation::Created);
    assert_eq!(account(&*store, new.id).await.password, None);
    let found = store.password_link(secret(1), NOW_MS).await;
    let found = found.expect("find a link").expect("there is one");
    assert_eq!(found.account.id, new.id);
    assert_eq!(found.expires_at_ms, LATER_MS);

    let session = new_session(new.id, secret(2));
    let used = store
        .use_password_link(secret(1), &password("first"), &session)
        .await;
    assert!(used.expect("use a link"));
    assert_eq!(
        account(&*store, new.id).await.password,
        Some(password("first"))
    );
    assert!(is_live(&*store, secret(2)).await);
    let again = store
        .use_password_link(secret(1), &password("x"), &new_session(new.id, secret(3)))
        .await;
    assert!(!again.expect("try again"));
    let found = store.password_link(secret(1), NOW_MS).await;
    assert_eq!(found.expect("find a link"), None);

    // Another link later: what was signed in before is no longer.
    let link = store.put_password_link(&new_link(new.id, secret(4))).await;
    assert!(link.expect("make a link"));
    let other = create(&*store, "ben@example.org").await;
    let wrong_owner = store
        .use_password_link(secret(4), &password("x"), &new_session(other, secret(5)))
        .await;
    assert!(!wrong_owner.expect("try for another"));
    let used = store
        .use_password_link(
            secret(4),
            &password("second"),
            &new_session(new.id, secret(6)),
        )
        .await;
    assert!(used.expect("use a link"));
    assert!(!is_live(&*store, secret(2)).await);
    assert!(is_live(&*store, secret(6)).await);
}

pub async fn of_concurrent_users_of_a_link_one_succeeds(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let link = store.put_password_link(&new_link(id, secret(100))).await;
    assert!(link.expect("make a link"));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let to = password(&format!("by {number}"));
            let session = new_session(id, secret(number));
            store.use_password_link(secret(100), &to, &session).await
        });
    }
    let outcomes = tasks.join_all().await;
    let used = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(true)))
        .count();
    assert_eq!(used, 1, "{outcomes:?}");
    let left = store.sessions(id, NOW_MS).await.expect("list sessions");
    assert_eq!(left.len(), 1);
}

pub async fn a_new_link_withdraws_the_one_before(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    for number in [1, 2] {
        let link = store.put_password_link(&new_link(id, secret(number))).await;
        assert!(link.expect("make a link"));
    }
    let first = store.password_link(secret(1), NOW_MS).await;
    assert_eq!(first.expect("find a link"), None);
    let second = store.password_link(secret(2), NOW_MS).await;
    assert!(second.expect("find a link").is_some());
    let nobody = store
        .put_password_link(&new_link(AccountId::new(), secret(3)))
        .await;
    assert!(!nobody.expect("a link for nobody"));
}

pub async fn a_link_is_over_in_time(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let link = store.put_password_link(&new_link(id, secret(1))).await;
    assert!(link.expect("make a link"));
    let found = store.password_link(secret(1), LATER_MS).await;
    assert_eq!(found.expect("find a link"), None);
    let mut late = new_session(id, secret(2));
    late.session.created_at_ms = LATER_MS;
    let used = store
        .use_password_link(secret(1), &password("x"), &late)
        .await;
    assert!(!used.expect("try to use"));
    assert_eq!(account(&*store, id).await.password, Some(password("first")));
}

pub async fn sessions_are_listed_and_ended_by_their_owner_only(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let anna = create(&*store, "anna@example.org").await;
    let ben = create(&*store, "ben@example.org").await;
    let one = begin(&*store, anna, secret(1)).await;
    let two = begin(&*store, anna, secret(2)).await;
    let of_ben = begin(&*store, ben, secret(3)).await;
    let listed = store.sessions(anna, NOW_MS).await.expect("list sessions");
    let listed: BTreeSet<SessionId> = listed.into_iter().map(|session| session.id).collect();
    assert_eq!(listed, BTreeSet::from([one, two]));
    let over = store.sessions(anna, LATER_MS).await.expect("list sessions");
    assert_eq!(over, []);

    assert!(!store.end_session(anna, of_ben).await.expect("end"));
    assert!(is_live(&*store, secret(3)).await);
    assert!(store.end_session(anna, one).await.expect("end"));
    assert!(!store.end_session(anna, one).await.expect("end again"));
    assert!(!is_live(&*store, secret(1)).await);
    assert!(is_live(&*store, secret(2)).await);
}

pub async fn a_used_session_lives_longer_and_comes_first(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let one = begin(&*store, id, secret(1)).await;
    begin(&*store, id, secret(2)).await;
    let touched = store.touch_session(one, NOW_MS + 5, LATER_MS + 5).await;
    touched.expect("touch");
    let listed = store.sessions(id, LATER_MS - 1).await.expect("list");
    assert_eq!(listed[0].id, one);
    assert_eq!(listed[0].last_seen_at_ms, NOW_MS + 5);
    let found = store.session(secret(1), LATER_MS + 4).await.expect("find");
    assert!(found.is_some());
    let nobody = store.touch_session(SessionId::new(), NOW_MS, NOW_MS).await;
    nobody.expect("touch what has ended");
}

pub async fn of_too_many_sessions_the_one_unused_for_longest_ends(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let count = u8::try_from(SESSIONS_PER_ACCOUNT_MAX).expect("few sessions");
    let first = begin(&*store, id, secret(0)).await;
    let second = begin(&*store, id, secret(1)).await;
    store
        .touch_session(first, NOW_MS + 1, LATER_MS)
        .await
        .expect("touch");
    store
        .touch_session(second, NOW_MS - 1, LATER_MS)
        .await
        .expect("touch");
    for number in 2..=count {
        begin(&*store, id, secret(number)).await;
    }
    let left = store.sessions(id, NOW_MS).await.expect("list sessions");
    assert_eq!(left.len(), usize::from(count));
    assert!(is_live(&*store, secret(0)).await);
    assert!(!is_live(&*store, secret(1)).await);
    assert!(is_live(&*store, secret(count)).await);
}

pub async fn whoever_watches_sessions_learns_which_have_ended(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    let one = begin(&*store, id, secret(1)).await;
    let two = begin(&*store, id, secret(2)).await;
    store.end_session(id, one).await.expect("end");
    let mut watched: Vec<SessionId> = (0..1_200).map(|_| SessionId::new()).collect();
    watched.extend([one, two]);
    let live = store.live_sessions(&watched, NOW_MS).await.expect("look");
    assert_eq!(live, [two]);
    let live = store.live_sessions(&[two], LATER_MS).await.expect("look");
    assert_eq!(live, []);
    assert_eq!(store.live_sessions(&[], NOW_MS).await.expect("look"), []);
}

pub async fn people_survive_closing(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    begin(&*store, id, secret(1)).await;
    let before = account(&*store, id).await;
    store.close().await;
    drop(store);
    let store = factory.open().await;
    assert_eq!(account(&*store, id).await, before);
    assert!(is_live(&*store, secret(1)).await);
}

pub async fn a_closed_store_has_no_people(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let id = create(&*store, "anna@example.org").await;
    store.close().await;
    assert!(matches!(
        store.account(id).await,
        Err(StoreError::Unavailable(_))
    ));
    assert!(matches!(
        store.rename_account(renamer(id), "x").await,
        Err(StoreError::Unavailable(_))
    ));
}
