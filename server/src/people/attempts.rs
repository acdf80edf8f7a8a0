//! Whoever guesses the password of one e-mail address waits longer and longer, from wherever the guesses come.
//!
//! An attempt counts as a failure from its beginning, so that a thousand at once are no way around; success clears the
//! count. Whether an account exists makes no difference. Attempts while one has to wait are refused without looking at
//! the password and do not lengthen the wait. Memory is bounded: where too many addresses are remembered, the one that
//! failed least goes. Each node counts on its own.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::limits::{
    DELAY_MAX, FAILURES_FORGOTTEN_AFTER, FIRST_DELAY, FREE_FAILURES, REMEMBERED_EMAILS_MAX,
};
use crate::store::people::Email;

/// Counts failures by e-mail address.
#[derive(Debug, Default)]
pub struct Attempts {
    failed: Mutex<HashMap<Key, Failures>>,
}

/// The hash of an address: they are as long as strangers make them.
type Key = [u8; 16];

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_at: Instant,
}

impl Attempts {
    /// Begins an attempt, which counts as failed until [`Attempts::succeeded`].
    ///
    /// # Errors
    /// How long to wait, when there were too many failures.
    pub fn begin(&self, email: &Email, now: Instant) -> Result<(), Duration> {
        let key = key(email);
        let mut failed = self.failed.lock();
        if let Some(failures) = failed.get_mut(&key) {
            if failures.is_forgotten(now) {
                failures.count = 0;
            }
            let over = failures.last_at + delay_after(failures.count);
            if over > now {
                return Err(over - now);
            }
            failures.count += 1;
            failures.last_at = now;
            return Ok(());
        }
        if failed.len() >= REMEMBERED_EMAILS_MAX {
            make_room(&mut failed, now);
        }
        let first = Failures {
            count: 1,
            last_at: now,
        };
        failed.insert(key, first);
        Ok(())
    }

    /// The password was right: what failed before is forgotten.
    pub fn succeeded(&self, email: &Email) {
        self.failed.lock().remove(&key(email));
    }
}

impl Failures {
    fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last_at) >= FAILURES_FORGOTTEN_AFTER
    }
}

/// How long to wait after so many failures in a row.
fn delay_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES) {
        None => Duration::ZERO,
        Some(beyond) => FIRST_DELAY
            .saturating_mul(2_u32.saturating_pow(beyond))
            .min(DELAY_MAX),
    }
}

fn make_room(failed: &mut HashMap<Key, Failures>, now: Instant) {
    failed.retain(|_, failures| !failures.is_forgotten(now));
    if failed.len() < REMEMBERED_EMAILS_MAX {
        return;
    }
    let least = failed
        .iter()
        .min_by_key(|(_, failures)| (failures.count, failures.last_at))
        .map(|(key, _)| *key);
    if let Some(least) = least {
        failed.remove(&least);
    }
}

fn key(email: &Email) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&blake3::hash(email.folded.as_bytes()).as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::email;

    fn anna() -> Email {
        email::parse("anna@example.org").unwrap()
    }

    /// Attempts of somebody who comes back whenever they may; the waits in between.
    fn waits(attempts: &Attempts, mut now: Instant, count: usize) -> Vec<u64> {
        (0..count)
            .map(|_| {
                let wait = attempts.begin(&anna(), now).err().unwrap_or_default();
                if wait > Duration::ZERO {
                    now += wait;
                    attempts.begin(&anna(), now).unwrap();
                }
                wait.as_secs()
            })
            .collect()
    }

    #[test]
    fn waits_grow_after_some_failures_up_to_a_bound() {
        let attempts = Attempts::default();
        let waits = waits(&attempts, Instant::now(), 14);
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn refused_attempts_do_not_lengthen_the_wait() {
        let attempts = Attempts::default();
        let now = Instant::now();
        waits(&attempts, now, 5);
        for _ in 0..100 {
            let wait = attempts.begin(&anna(), now).unwrap_err();
            assert_eq!(wait, FIRST_DELAY);
        }
        assert!(attempts.begin(&anna(), now + FIRST_DELAY).is_ok());
    }

    #[test]
    fn success_and_time_clear_the_count_and_others_are_not_concerned() {
        let attempts = Attempts::default();
        let now = Instant::now();
        waits(&attempts, now, 5);
        assert!(attempts.begin(&anna(), now).is_err());
        let other = email::parse("ben@example.org").unwrap();
        assert!(attempts.begin(&other, now).is_ok());
        attempts.succeeded(&anna());
        assert_eq!(waits(&attempts, now, 6), [0, 0, 0, 0, 0, 1]);
        let later = now + FAILURES_FORGOTTEN_AFTER + Duration::from_secs(2);
        assert_eq!(waits(&attempts, later, 6), [0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn memory_is_bounded_and_a_flood_does_not_wash_away_who_is_being_guessed() {
        let attempts = Attempts::default();
        let now = Instant::now();
        waits(&attempts, now, 5);
        for number in 0..REMEMBERED_EMAILS_MAX + 50 {
            let email = email::parse(&format!("m{number}@example.org")).unwrap();
            assert!(attempts.begin(&email, now).is_ok());
        }
        assert_eq!(attempts.failed.lock().len(), REMEMBERED_EMAILS_MAX);
        assert!(attempts.begin(&anna(), now).is_err());
    }
}
