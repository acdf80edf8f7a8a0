//! What the operator says about the server for mail.

use lettre::message::Mailbox;

use crate::auth::Secret;

/// Where mail is handed over, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub encryption: Encryption,
    /// Who we are there.
    pub user: Option<(String, Secret)>,
    /// Who writes.
    pub from: Mailbox,
}

/// How the server for mail is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Encryption {
    /// Plain at first, and encrypted before anything is said (usually port 587). A server that cannot is not used.
    Starttls,
    /// Encrypted from the first byte (usually port 465).
    Tls,
    /// Not at all.
    None,
}
