//! People who sign in: what is decided about passwords, secrets and guessing, without SQL and without HTTP.
//!
//! Reading order: [`email`], [`name`], [`likeness`] (which names read alike), [`password`] (what is accepted, and how it is kept), [`secrets`] (of sessions and
//! links), [`attempts`] (whoever guesses waits), [`limits`]. Records and transactions are in
//! [`crate::store::people`], tokens for sockets in [`crate::auth::portal_token`], endpoints in `http`.
//!
//! No error, log line or `Debug` text of it contains a password or a secret.

pub mod attempts;
pub mod email;
pub mod likeness;
pub mod limits;
pub mod name;
pub mod password;
pub mod secrets;
