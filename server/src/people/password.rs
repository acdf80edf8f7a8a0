//! Passwords: which are accepted, and how they are kept.
//!
//! Kept as Argon2id (RFC 9106) in a PHC string, which carries its parameters: stronger ones can come later and old hashes
//! still check. Hashing takes a core for about 90 ms and 32 MiB (figures: `docs/adr/0013-portal-people.md`), so it runs
//! beside the runtime, a few at a time. Checking a password of nobody costs the same as a wrong one: how long an answer
//! takes must not tell who has an account.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::limits::{
    HASH_TURN_TIMEOUT, HASHES_AT_ONCE_MAX, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN,
};
use crate::auth::Secret;
use crate::store::people::{Account, PasswordHash};

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 32 * 1024;

/// Passes over it.
const PASSES: u32 = 3;

/// What everybody tries first, of those that are long enough. In lower case.
const COMMONEST: &[&str] = &[
    "0123456789",
    "0987654321",
    "1029384756",
    "123456789a",
    "1234567890",
    "12345678910",
    "123456789123",
    "1234512345",
    "1234554321",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "9876543210",
    "abcdefghij",
    "abcdefghijk",
    "administrator",
    "basketball",
    "changeme123",
    "consilium1",
    "consilium123",
    "football123",
    "iloveyou123",
    "krankenhaus",
    "letmein123",
    "liverpool1",
    "michael123",
    "password01",
    "password10",
    "password11",
    "password12",
    "password123",
    "password1234",
    "password!!",
    "passwort01",
    "passwort12",
    "passwort123",
    "passwort1234",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qazwsxedcrfv",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "qwertyuiop123",
    "qwertz12345",
    "qwertzuiop",
    "starwars123",
    "superman123",
    "trustno1trustno1",
    "welcome123",
    "willkommen",
    "willkommen1",
    "zaq12wsxcde3",
];

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
    TooShort,
    /// More than [`PASSWORD_BYTES_MAX`] bytes.
    TooLong,
    /// The e-mail address or the name.
    IsKnown,
    /// One of the first that anybody tries.
    Common,
}

impl Weakness {
    /// The stable word for clients.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::IsKnown => "email-or-name",
            Self::Common => "too-common",
        }
    }
}

/// Looks whether a password may be chosen by somebody of that e-mail address and name.
///
/// # Errors
/// [`Weakness`] says why not.
pub fn accept(password: &str, email: &str, name: &str) -> Result<(), Weakness> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Weakness::TooLong);
    }
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Weakness::TooShort);
    }
    let folded = password.trim().to_lowercase();
    let email = email.to_lowercase();
    let local = email.rsplit_once('@').map_or("", |(local, _)| local);
    if [email.as_str(), local, &name.to_lowercase()].contains(&folded.as_str()) {
        return Err(Weakness::IsKnown);
    }
    let mut chars = folded.chars();
    let first = chars.next();
    if COMMONEST.contains(&folded.as_str()) || chars.all(|c| Some(c) == first) {
        return Err(Weakness::Common);
    }
    Ok(())
}

/// Why a password was neither hashed nor checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting. Worth a retry soon.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash cannot be made, or the stored one not be read.
    #[error("the password's hash cannot be made or read")]
    Broken,
}

/// What hashing costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            memory_kib: MEMORY_KIB,
            passes: PASSES,
        }
    }
}

impl Cost {
    /// Next to nothing, for tests of what is around it.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn of_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
        }
    }
}

/// Hashes and checks passwords. A cheap handle; clones share their turns.
#[derive(Debug, Clone)]
pub struct Passwords {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    cost: Cost,
    turns: Arc<Semaphore>,
    /// Checked in place of the hash of somebody who has none.
    of_nobody: PasswordHash,
}

impl Passwords {
    /// Makes hashes of this cost.
    ///
    /// # Errors
    /// [`HashError::Broken`] when that is no cost, or the system gives no random bytes.
    pub fn new(cost: Cost) -> Result<Self, HashError> {
        // Nobody knows the password of nobody, and nobody is let in by it.
        let of_nobody = hash(cost, uuid::Uuid::now_v7().as_bytes())?;
        Ok(Self {
            inner: Arc::new(Inner {
                cost,
                turns: Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX)),
                of_nobody,
            }),
        })
    }

    /// Hashes a password that was accepted.
    ///
    /// Cancel safety: the work is done to its end and forgotten.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn hash(&self, password: &Secret) -> Result<PasswordHash, HashError> {
        let (cost, password) = (self.inner.cost, password.clone());
        self.aside(move || hash(cost, password.expose())).await
    }

    /// Whether `password` is that of `account`. It takes as long for nobody, and for somebody without a password, as for
    /// a wrong one. The hash in the answer is the one that was checked.
    ///
    /// Cancel safety: the work is done to its end and forgotten.
    ///
    /// # Errors
    /// [`HashError`].
    pub async fn check(
        &self,
        password: &Secret,
        account: Option<&Account>,
    ) -> Result<Option<PasswordHash>, HashError> {
        let of_somebody = account.and_then(|account| account.password.clone());
        let is_somebody = of_somebody.is_some();
        let kept = of_somebody.unwrap_or_else(|| self.inner.of_nobody.clone());
        let password = password.clone();
        self.aside(move || {
            let is_right = verify(&kept, password.expose())?;
            Ok((is_right && is_somebody).then_some(kept))
        })
        .await
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let turn = Arc::clone(&self.inner.turns).acquire_owned();
        let turn = tokio::time::timeout(HASH_TURN_TIMEOUT, turn)
            .await
            .map_err(|_| HashError::Busy)?
            .map_err(|_| HashError::Broken)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work, not by whoever waits for it: who goes away must not make room for another.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| HashError::Broken)?
    }
}

fn hash(cost: Cost, password: &[u8]) -> Result<PasswordHash, HashError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None);
    let params = params.map_err(|_| HashError::Broken)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password)
        .map(|phc: phc::PasswordHash| PasswordHash::new(phc.to_string()))
        .map_err(|_| HashError::Broken)
}

fn verify(kept: &PasswordHash, password: &[u8]) -> Result<bool, HashError> {
    let kept = phc::PasswordHash::new(kept.expose()).map_err(|_| HashError::Broken)?;
    // With the parameters of the hash.
    match Argon2::default().verify_password(password, &kept) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(HashError::Broken),
    }
}

#[cfg(test)]
mod tests;
