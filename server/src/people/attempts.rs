//! Whoever guesses passwords waits. Three counts, and each is there for what the others let pass.
//!
//! - One e-mail address from one network address: waits longer and longer after a few failures. Somebody else's guesses
//!   do not keep its owner out.
//! - One e-mail address from anywhere: the same after many more failures, for guesses that come from many places.
//! - One network address, whoever it tries: a number of failures a minute. Successes do not count, so that a congress
//!   behind one address comes in.
//!
//! An attempt counts as a failure from its beginning, so that a thousand at once are no way around; success takes it back.
//! Whether an account exists makes no difference. Attempts while one has to wait are refused without looking at the
//! password and do not lengthen the wait. Memory is bounded: where too much is remembered, what failed least goes. Each
//! node counts on its own.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::limits::{
    DELAY_MAX, FAILURES_FORGOTTEN_AFTER, FIRST_DELAY, FREE_FAILURES, FREE_FAILURES_FROM_ANYWHERE,
    REMEMBERED_ADDRESSES_MAX, REMEMBERED_EMAILS_MAX,
};
use crate::address::address_key;
use crate::store::people::Email;

/// Counts failures.
#[derive(Debug)]
pub struct Attempts {
    by_both: Mutex<Failed<(Key, IpAddr)>>,
    by_email: Mutex<Failed<Key>>,
    by_address: Mutex<Allowances>,
}

/// The hash of an e-mail address: they are as long as strangers make them.
type Key = [u8; 16];

impl Attempts {
    /// Tolerates so many failures a minute from one network address.
    #[must_use]
    pub fn new(per_address_per_minute: u32) -> Self {
        Self {
            by_both: Mutex::new(Failed::after(FREE_FAILURES)),
            by_email: Mutex::new(Failed::after(FREE_FAILURES_FROM_ANYWHERE)),
            by_address: Mutex::new(Allowances::per_minute(per_address_per_minute)),
        }
    }

    /// Begins an attempt from `address` at whatever, which counts as failed until [`Attempts::succeeded_from`].
    ///
    /// # Errors
    /// How long to wait, when there were too many failures.
    pub fn begin_from(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.by_address.lock().take(address_key(address), now)
    }

    /// Begins an attempt at one account, after [`Attempts::begin_from`]. It counts as failed until
    /// [`Attempts::succeeded`].
    ///
    /// # Errors
    /// How long to wait, when there were too many failures.
    pub fn begin(&self, email: &Email, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let key = key(email);
        let both = (key, address_key(address));
        let mut by_both = self.by_both.lock();
        let mut by_email = self.by_email.lock();
        // What is refused by either counts for neither.
        let wait = by_both.wait(&both, now).max(by_email.wait(&key, now));
        if wait > Duration::ZERO {
            return Err(wait);
        }
        by_both.count(both, now);
        by_email.count(key, now);
        Ok(())
    }

    /// It was no guess: the network address has one more attempt again.
    pub fn succeeded_from(&self, address: IpAddr) {
        self.by_address.lock().give_back(address_key(address));
    }

    /// The password was right: what failed before, from there and from anywhere, is forgotten.
    pub fn succeeded(&self, email: &Email, address: IpAddr) {
        let key = key(email);
        self.by_both.lock().forget(&(key, address_key(address)));
        self.by_email.lock().forget(&key);
    }
}

/// Failures in a row, by whatever they have in common.
#[derive(Debug)]
struct Failed<K> {
    free: u32,
    counts: HashMap<K, Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_at: Instant,
}

impl<K: Eq + Hash + Copy> Failed<K> {
    /// Lets somebody wait after so many.
    fn after(free: u32) -> Self {
        Self {
            free,
            counts: HashMap::new(),
        }
    }

    fn wait(&self, key: &K, now: Instant) -> Duration {
        let Some(failures) = self.counts.get(key) else {
            return Duration::ZERO;
        };
        if failures.is_forgotten(now) {
            return Duration::ZERO;
        }
        (failures.last_at + delay_after(failures.count, self.free)).saturating_duration_since(now)
    }

    fn count(&mut self, key: K, now: Instant) {
        if self.counts.len() >= REMEMBERED_EMAILS_MAX && !self.counts.contains_key(&key) {
            self.make_room(now);
        }
        let failures = self.counts.entry(key).or_insert(Failures {
            count: 0,
            last_at: now,
        });
        if failures.is_forgotten(now) {
            failures.count = 0;
        }
        failures.count += 1;
        failures.last_at = now;
    }

    fn forget(&mut self, key: &K) {
        self.counts.remove(key);
    }

    fn make_room(&mut self, now: Instant) {
        self.counts
            .retain(|_, failures| !failures.is_forgotten(now));
        if self.counts.len() < REMEMBERED_EMAILS_MAX {
            return;
        }
        let least = self
            .counts
            .iter()
            .min_by_key(|(_, failures)| (failures.count, failures.last_at))
            .map(|(key, _)| *key);
        if let Some(least) = least {
            self.counts.remove(&least);
        }
    }
}

impl Failures {
    fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last_at) >= FAILURES_FORGOTTEN_AFTER
    }
}

/// How long to wait after so many failures in a row, of which the first ones are free.
fn delay_after(failures: u32, free: u32) -> Duration {
    match failures.checked_sub(free) {
        None => Duration::ZERO,
        Some(beyond) => FIRST_DELAY
            .saturating_mul(2_u32.saturating_pow(beyond))
            .min(DELAY_MAX),
    }
}

/// Attempts that network addresses may still make, which grow again evenly.
#[derive(Debug)]
struct Allowances {
    /// At most, and what grows in a minute.
    max: u32,
    left: HashMap<IpAddr, Allowance>,
}

#[derive(Debug, Clone, Copy)]
struct Allowance {
    left: f64,
    at: Instant,
}

impl Allowances {
    fn per_minute(failures: u32) -> Self {
        Self {
            max: failures.max(1),
            left: HashMap::new(),
        }
    }

    fn per_second(&self) -> f64 {
        f64::from(self.max) / 60.0
    }

    fn take(&mut self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let (max, rate) = (f64::from(self.max), self.per_second());
        if self.left.len() >= REMEMBERED_ADDRESSES_MAX && !self.left.contains_key(&address) {
            self.make_room(now);
        }
        let full = Allowance { left: max, at: now };
        let allowance = self.left.entry(address).or_insert(full);
        allowance.left = allowance.grown(now, rate).min(max);
        allowance.at = now;
        if allowance.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - allowance.left) / rate));
        }
        allowance.left -= 1.0;
        Ok(())
    }

    fn give_back(&mut self, address: IpAddr) {
        if let Some(allowance) = self.left.get_mut(&address) {
            allowance.left = (allowance.left + 1.0).min(f64::from(self.max));
        }
    }

    /// Forgets whoever has all their attempts again, or else whoever has most.
    fn make_room(&mut self, now: Instant) {
        let (max, rate) = (f64::from(self.max), self.per_second());
        self.left
            .retain(|_, allowance| allowance.grown(now, rate) < max);
        if self.left.len() < REMEMBERED_ADDRESSES_MAX {
            return;
        }
        let most = self
            .left
            .iter()
            .max_by(|(_, one), (_, other)| one.grown(now, rate).total_cmp(&other.grown(now, rate)))
            .map(|(address, _)| *address);
        if let Some(most) = most {
            self.left.remove(&most);
        }
    }
}

impl Allowance {
    fn grown(&self, now: Instant, per_second: f64) -> f64 {
        self.left + now.saturating_duration_since(self.at).as_secs_f64() * per_second
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

    const PER_MINUTE: u32 = 6;

    fn anna() -> Email {
        email::parse("anna@example.org").unwrap()
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn attempts() -> Attempts {
        Attempts::new(PER_MINUTE)
    }

    /// Attempts of somebody who comes back whenever they may; the waits in between.
    fn waits(attempts: &Attempts, mut now: Instant, count: usize) -> Vec<u64> {
        (0..count)
            .map(|_| {
                let begin = |now| attempts.begin(&anna(), address(1), now);
                let wait = begin(now).err().unwrap_or_default();
                if wait > Duration::ZERO {
                    now += wait;
                    begin(now).unwrap();
                }
                wait.as_secs()
            })
            .collect()
    }

    #[test]
    fn waits_grow_after_some_failures_up_to_a_bound() {
        let waits = waits(&attempts(), Instant::now(), 14);
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn refused_attempts_do_not_lengthen_the_wait() {
        let attempts = attempts();
        let now = Instant::now();
        waits(&attempts, now, 5);
        for _ in 0..100 {
            let wait = attempts.begin(&anna(), address(1), now).unwrap_err();
            assert_eq!(wait, FIRST_DELAY);
        }
        let later = now + FIRST_DELAY;
        assert!(attempts.begin(&anna(), address(1), later).is_ok());
    }

    #[test]
    fn success_and_time_clear_the_count_and_others_are_not_concerned() {
        let attempts = attempts();
        let now = Instant::now();
        waits(&attempts, now, 5);
        assert!(attempts.begin(&anna(), address(1), now).is_err());
        let other = email::parse("ben@example.org").unwrap();
        assert!(attempts.begin(&other, address(1), now).is_ok());
        attempts.succeeded(&anna(), address(1));
        assert_eq!(waits(&attempts, now, 6), [0, 0, 0, 0, 0, 1]);
        let later = now + FAILURES_FORGOTTEN_AFTER + Duration::from_secs(2);
        assert_eq!(waits(&attempts, later, 6), [0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn whoever_guesses_an_account_does_not_keep_its_owner_out() {
        let attempts = attempts();
        let begun = Instant::now();
        let waited: u64 = waits(&attempts, begun, 20).iter().sum();
        let now = begun + Duration::from_secs(waited);
        assert!(attempts.begin(&anna(), address(1), now).is_err());
        assert!(attempts.begin(&anna(), address(2), now).is_ok());
    }

    #[test]
    fn guesses_at_one_account_from_many_places_are_bounded_too() {
        let attempts = attempts();
        let now = Instant::now();
        let taken = (0..=u8::MAX)
            .filter(|last| attempts.begin(&anna(), address(*last), now).is_ok())
            .count();
        assert_eq!(taken, FREE_FAILURES_FROM_ANYWHERE as usize);
    }

    #[test]
    fn a_congress_behind_one_address_comes_in_and_whoever_guesses_there_does_not() {
        let attempts = attempts();
        let now = Instant::now();
        for _ in 0..3_000 {
            assert_eq!(attempts.begin_from(address(1), now), Ok(()));
            attempts.succeeded_from(address(1));
        }
        for _ in 0..PER_MINUTE {
            assert_eq!(attempts.begin_from(address(1), now), Ok(()));
        }
        let wait = attempts.begin_from(address(1), now).unwrap_err();
        assert_eq!(wait, Duration::from_secs(60) / PER_MINUTE);
        assert_eq!(attempts.begin_from(address(2), now), Ok(()));
        assert_eq!(attempts.begin_from(address(1), now + wait), Ok(()));
        assert!(attempts.begin_from(address(1), now + wait).is_err());
        // Rest gives no more than a minute's worth.
        let rested = now + Duration::from_secs(3_600);
        let taken = (0..100)
            .filter(|_| attempts.begin_from(address(1), rested).is_ok())
            .count();
        assert_eq!(taken, PER_MINUTE as usize);
    }

    #[test]
    fn many_at_once_are_no_way_around() {
        let attempts = attempts();
        let now = Instant::now();
        // None of them has failed yet: they are all still being checked.
        let taken = (0..1_000)
            .filter(|_| attempts.begin_from(address(1), now).is_ok())
            .count();
        assert_eq!(taken, PER_MINUTE as usize);
    }

    #[test]
    fn memory_is_bounded_and_a_flood_does_not_wash_away_who_is_being_guessed_or_guesses() {
        let attempts = attempts();
        let now = Instant::now();
        waits(&attempts, now, 5);
        for number in 0..REMEMBERED_EMAILS_MAX + 50 {
            let email = email::parse(&format!("m{number}@example.org")).unwrap();
            assert!(attempts.begin(&email, address(1), now).is_ok());
        }
        assert_eq!(attempts.by_both.lock().counts.len(), REMEMBERED_EMAILS_MAX);
        assert_eq!(attempts.by_email.lock().counts.len(), REMEMBERED_EMAILS_MAX);
        assert!(attempts.begin(&anna(), address(1), now).is_err());

        while attempts.begin_from(address(1), now).is_ok() {}
        for number in 0..REMEMBERED_ADDRESSES_MAX as u32 + 50 {
            let other = IpAddr::from((0x0b00_0000 + number).to_be_bytes());
            assert!(attempts.begin_from(other, now).is_ok());
        }
        assert_eq!(
            attempts.by_address.lock().left.len(),
            REMEMBERED_ADDRESSES_MAX
        );
        assert!(attempts.begin_from(address(1), now).is_err());
    }
}
