//! Signing in with an OpenID Connect provider (ADR-0024): the authorization code with PKCE, and nothing else.
//!
//! Somebody is sent to the provider with a [`flow`] in their cookie, comes back with a code, and the [`provider`] says which
//! [`person`] that is: an issuer and a subject, by which accounts are found, and perhaps a name and an e-mail address that
//! the provider has verified. What follows from that is decided in `http`; who belongs to which account is in
//! [`crate::store::identities`].
//!
//! Reading order: [`settings`], [`flow`], [`fresh`], [`person`], [`line`], [`provider`], [`entrance`], [`limits`].

pub mod entrance;
pub mod flow;
pub mod fresh;
pub mod limits;
pub mod line;
pub mod person;
pub mod provider;
pub mod settings;

pub use entrance::OpenIdEntrance;
pub use flow::{Flow, Purpose};
pub use person::Person;
pub use provider::{Failure, Provider};
pub use settings::OpenIdSettings;
