//! Which passwords pass, and that nobody's take as long as somebody's.

use std::time::{Duration, Instant};

use super::*;
use crate::people::email;
use crate::store::portal_ids::AccountId;

fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes())
}

fn account(password: Option<PasswordHash>) -> Account {
    Account {
        id: AccountId::new(),
        email: email::parse("anna@example.org").unwrap(),
        name: "Anna".to_owned(),
        password,
        created_at_ms: 0,
        locked_at_ms: None,
    }
}

#[test]
fn what_is_guessed_first_is_not_accepted() {
    let check = |password: &str| accept(password, "Anna.Lindqvist@example.org", "Anna Lindqvist");
    let long = "ä".repeat(257);
    for (password, weakness) in [
        ("", Weakness::TooShort),
        ("nine char", Weakness::TooShort),
        (long.as_str(), Weakness::TooLong),
        ("anna.lindqvist@EXAMPLE.org", Weakness::IsKnown),
        ("ANNA.lindqvist", Weakness::IsKnown),
        ("anna lindqvist", Weakness::IsKnown),
        ("Passwort123", Weakness::Common),
        ("aaaaaaaaaaaa", Weakness::Common),
        ("1q2w3e4r5t", Weakness::Common),
    ] {
        assert_eq!(check(password), Err(weakness), "{password}");
    }
    for password in ["correct horse", "zehnzeiche", "ü".repeat(9).as_str()] {
        let expected = if password.chars().count() < PASSWORD_CHARS_MIN {
            Err(Weakness::TooShort)
        } else {
            Ok(())
        };
        assert_eq!(check(password), expected, "{password}");
    }
}

#[test]
fn the_list_of_the_commonest_holds_only_what_is_long_enough_and_folded() {
    for common in COMMONEST {
        assert!(common.chars().count() >= PASSWORD_CHARS_MIN, "{common}");
        assert_eq!(*common, common.to_lowercase());
    }
}

#[tokio::test]
async fn a_password_is_right_for_its_own_account_only() {
    let passwords = Passwords::new(Cost::of_tests()).unwrap();
    let kept = passwords.hash(&secret("correct horse")).await.unwrap();
    let anna = account(Some(kept.clone()));
    let right = passwords.check(&secret("correct horse"), Some(&anna)).await;
    assert_eq!(right, Ok(Some(kept.clone())));
    let wrong = passwords.check(&secret("Correct horse"), Some(&anna)).await;
    assert_eq!(wrong, Ok(None));
    for nobody in [None, Some(account(None))] {
        let answer = passwords
            .check(&secret("correct horse"), nobody.as_ref())
            .await;
        assert_eq!(answer, Ok(None));
    }
    let again = passwords.hash(&secret("correct horse")).await.unwrap();
    assert_ne!(again, kept, "each hash has a salt of its own");
    let broken = account(Some(PasswordHash::new("$argon2id$".to_owned())));
    let answer = passwords
        .check(&secret("correct horse"), Some(&broken))
        .await;
    assert_eq!(answer, Err(HashError::Broken));
}

#[tokio::test]
async fn what_is_kept_is_argon2id_and_names_its_cost() {
    let passwords = Passwords::new(Cost::default()).unwrap();
    let kept = passwords.hash(&secret("correct horse")).await.unwrap();
    assert!(
        kept.expose().starts_with("$argon2id$v=19$m=32768,t=3,p=1$"),
        "{}",
        kept.expose()
    );
    assert!(!format!("{kept:?}").contains("argon2"));
}

/// The least of several, because others use this machine too.
async fn time_to_refuse(passwords: &Passwords, account: Option<&Account>) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..5 {
        let began = Instant::now();
        let answer = passwords.check(&secret("a wrong one"), account).await;
        assert_eq!(answer, Ok(None));
        least = least.min(began.elapsed());
    }
    least
}

#[tokio::test]
async fn an_answer_takes_as_long_for_nobody_as_for_a_wrong_password() {
    let passwords = Passwords::new(Cost::default()).unwrap();
    let anna = account(Some(
        passwords.hash(&secret("correct horse")).await.unwrap(),
    ));
    let somebody = time_to_refuse(&passwords, Some(&anna)).await;
    for nobody in [None, Some(account(None))] {
        let nobody = time_to_refuse(&passwords, nobody.as_ref()).await;
        // Without the hash of nobody it would be microseconds.
        assert!(nobody * 2 > somebody, "{nobody:?} and {somebody:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_too_long_for_a_turn_is_told_to_come_again() {
    let passwords = Passwords::new(Cost::of_tests()).unwrap();
    let all = u32::try_from(HASHES_AT_ONCE_MAX).unwrap();
    let _taken = passwords.inner.turns.acquire_many(all).await.unwrap();
    let answer = passwords.hash(&secret("correct horse")).await;
    assert_eq!(answer, Err(HashError::Busy));
}
