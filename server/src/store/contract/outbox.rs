//! What every store must do about the outbox: one rule a function, named after the sentence of
//! [`crate::store::OutboxStore`] that it holds. [`outbox_contract!`](crate::outbox_contract) turns them into tests.

#![expect(missing_docs, reason = "a rule's name says what it holds")]

use std::sync::Arc;

use super::StoreFactory;
use crate::store::Store;
use crate::store::limits::MAILS_WAITING_MAX;
use crate::store::outbox::{ClaimedMail, NewMail};
use crate::store::portal_ids::MailId;

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! outbox_contract {
    ($factory:expr) => {
        $crate::outbox_contract!(@rules $factory;
            a_mail_is_taken_as_it_was_put_in_and_by_nobody_else_for_a_while
            of_concurrent_takers_each_mail_has_one
            a_mail_that_failed_is_due_later
            a_mail_that_rests_has_forgotten_what_it_said_and_keeps_others_out
            an_outbox_that_is_full_takes_no_more
            mails_survive_closing
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::outbox::$rule(&$factory).await;
            }
        )*
    };
}

const NOW_MS: i64 = 1_790_000_000_000;

fn mail(recipient: &str) -> NewMail {
    NewMail {
        id: MailId::new(),
        recipient: recipient.to_owned(),
        kind: "invitation",
        language: "de",
        details: "{\"community\":\"Ü\"}".to_owned(),
        sealed: Some(vec![0, 1, 255]),
        only_once: None,
        created_at_ms: NOW_MS,
    }
}

async fn put(store: &dyn Store, mail: &NewMail) -> bool {
    store.put_mail(mail).await.expect("put it in")
}

async fn claim(store: &dyn Store, now_ms: i64) -> Option<ClaimedMail> {
    store
        .claim_mail(now_ms, now_ms + 1_000)
        .await
        .expect("take one")
}

pub async fn a_mail_is_taken_as_it_was_put_in_and_by_nobody_else_for_a_while(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    assert_eq!(claim(&*store, NOW_MS).await, None);
    let put_in = mail("ada@example.org");
    assert!(put(&*store, &put_in).await);
    assert_eq!(claim(&*store, NOW_MS - 1).await, None, "not due yet");
    let taken = claim(&*store, NOW_MS).await.expect("it is due");
    assert_eq!(
        taken,
        ClaimedMail {
            id: put_in.id,
            recipient: put_in.recipient,
            kind: "invitation".to_owned(),
            language: "de".to_owned(),
            details: put_in.details,
            sealed: put_in.sealed,
            created_at_ms: NOW_MS,
            attempts: 0,
            is_spent: false,
        }
    );
    assert_eq!(claim(&*store, NOW_MS + 999).await, None);
    // Whoever took it has not come back.
    let again = claim(&*store, NOW_MS + 1_000).await.expect("due again");
    assert_eq!((again.id, again.attempts), (put_in.id, 1));
    store.remove_mail(put_in.id).await.expect("remove it");
    assert_eq!(claim(&*store, NOW_MS + 9_000).await, None);
    assert_eq!(store.mails_waiting().await.expect("count"), 0);
}

pub async fn of_concurrent_takers_each_mail_has_one(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for number in 0..10 {
        assert!(put(&*store, &mail(&format!("m{number}@example.org"))).await);
    }
    assert_eq!(store.mails_waiting().await.expect("count"), 10);
    let mut takers = Vec::new();
    for _ in 0..4 {
        let store = Arc::clone(&store);
        takers.push(tokio::spawn(async move {
            let mut taken = Vec::new();
            // Somebody else may be faster; then there may be another.
            for _ in 0..20 {
                taken.extend(claim(&*store, NOW_MS).await.map(|mail| mail.id));
            }
            taken
        }));
    }
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.expect("a task"));
    }
    taken.sort();
    let count = taken.len();
    taken.dedup();
    assert_eq!((taken.len(), count), (10, 10));
}

pub async fn a_mail_that_failed_is_due_later(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let (one, other) = (mail("one@example.org"), mail("other@example.org"));
    assert!(put(&*store, &one).await && put(&*store, &other).await);
    let first = claim(&*store, NOW_MS).await.expect("one is due");
    store
        .postpone_mail(first.id, NOW_MS + 5_000)
        .await
        .expect("postpone");
    let second = claim(&*store, NOW_MS).await.expect("the other is due");
    assert_ne!(first.id, second.id);
    store.remove_mail(second.id).await.expect("remove it");
    assert_eq!(claim(&*store, NOW_MS + 4_999).await, None);
    let again = claim(&*store, NOW_MS + 5_000).await.expect("due again");
    assert_eq!((again.id, again.attempts), (first.id, 1));
}

pub async fn a_mail_that_rests_has_forgotten_what_it_said_and_keeps_others_out(
    factory: &impl StoreFactory,
) {
    let store = factory.open().await;
    let asked = || NewMail {
        only_once: Some("ada@example.org".to_owned()),
        ..mail("Ada@example.org")
    };
    let first = asked();
    assert!(put(&*store, &first).await);
    assert!(!put(&*store, &asked()).await, "one like it waits");
    let another_kind = NewMail {
        kind: "password-changed",
        ..asked()
    };
    assert!(put(&*store, &another_kind).await);
    store
        .rest_mail(first.id, NOW_MS + 5_000)
        .await
        .expect("let it rest");
    assert_eq!(store.mails_waiting().await.expect("count"), 1);
    assert!(!put(&*store, &asked()).await, "one like it rests");
    let other = claim(&*store, NOW_MS).await.expect("the other is due");
    assert_eq!(other.id, another_kind.id);
    store.remove_mail(other.id).await.expect("remove it");
    let spent = claim(&*store, NOW_MS + 5_000).await.expect("it has rested");
    assert!(spent.is_spent);
    assert_eq!(
        (spent.id, &*spent.details, spent.sealed),
        (first.id, "", None)
    );
    store.remove_mail(spent.id).await.expect("remove it");
    assert!(put(&*store, &asked()).await);
}

pub async fn an_outbox_that_is_full_takes_no_more(factory: &impl StoreFactory) {
    let store = factory.open().await;
    for _ in 0..MAILS_WAITING_MAX {
        assert!(put(&*store, &mail("ada@example.org")).await);
    }
    assert!(!put(&*store, &mail("ada@example.org")).await);
    let taken = claim(&*store, NOW_MS).await.expect("one is due");
    store.remove_mail(taken.id).await.expect("remove it");
    assert!(put(&*store, &mail("ada@example.org")).await);
}

pub async fn mails_survive_closing(factory: &impl StoreFactory) {
    let store = factory.open().await;
    let put_in = mail("ada@example.org");
    assert!(put(&*store, &put_in).await);
    store.close().await;
    let store = factory.open().await;
    let taken = claim(&*store, NOW_MS).await.expect("it is due");
    assert_eq!(taken.id, put_in.id);
}
