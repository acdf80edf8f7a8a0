//! What an operator may write. Each option is also an environment variable `CONSILIUM_*`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, ValueEnum};
use consilium_protocol::limits;

use super::mail::MailOptions;
use super::sign_in::SignInOptions;
use crate::auth::Secret;
use crate::auth::origin::AllowedOrigin;

/// An address as it was written. It may hold a password, so it shows itself to nobody; what does not parse is refused
/// later than the other options, because the parser of the command line would repeat it.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenAddress(String);

impl WrittenAddress {
    /// The text, with its password.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for WrittenAddress {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for WrittenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrittenAddress(…)")
    }
}

/// Where everything is stored.
#[derive(Debug, Clone, Args)]
pub struct DataDirOption {
    /// The directory of the database.
    #[arg(
        long,
        value_name = "DIR",
        env = "CONSILIUM_DATA_DIR",
        default_value = "./data"
    )]
    pub data_dir: PathBuf,
}

/// Where everything is stored, when it may be in a database of several nodes.
#[derive(Debug, Clone, Args)]
pub struct StoreOption {
    /// The directory of the database.
    #[arg(
        long,
        value_name = "DIR",
        env = "CONSILIUM_DATA_DIR",
        default_value = "./data"
    )]
    pub data_dir: PathBuf,
    /// The store instead of --data-dir: sqlite:DIRECTORY or postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(
        long,
        value_name = "URL",
        env = "CONSILIUM_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: Option<WrittenAddress>,
}

/// Options of `consilium serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "CONSILIUM_LISTEN",
        default_value = "127.0.0.1:8787"
    )]
    pub listen: SocketAddr,
    /// The directory of the database.
    #[arg(
        long,
        value_name = "DIR",
        env = "CONSILIUM_DATA_DIR",
        default_value = "./data"
    )]
    pub data_dir: PathBuf,
    /// The store instead of --data-dir: sqlite:DIRECTORY, or postgres://USER:PASSWORD@HOST/DATABASE, which several nodes
    /// may share. Best given in the environment: command lines are visible to everybody on the machine.
    #[arg(
        long,
        value_name = "URL",
        env = "CONSILIUM_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: Option<WrittenAddress>,
    /// Serve a store although `consilium migrate-store` has moved its documents elsewhere.
    #[arg(long, env = "CONSILIUM_SERVE_MOVED_STORE", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub serve_moved_store: bool,
    /// The bus between several nodes that share one PostgreSQL database: redis://USER:PASSWORD@HOST, rediss:// with TLS,
    /// or the servers of a cluster separated by commas.
    #[arg(
        long,
        value_name = "URL",
        env = "CONSILIUM_REDIS_URL",
        hide_env_values = true
    )]
    pub redis_url: Option<Secret>,
    /// Let anybody open and write any document without a token. Refused unless listening on loopback.
    #[arg(long, env = "CONSILIUM_INSECURE_OPEN", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub insecure_open: bool,
    /// Public keys for tokens of another application (RS256, ES256, EdDSA): a JWKS file or https address. The secret for
    /// HS256 is read from the environment variable CONSILIUM_JWT_SECRET. Without either, people have accounts here.
    #[arg(long, value_name = "FILE|URL", env = "CONSILIUM_JWKS")]
    pub jwks: Option<String>,
    /// Accept only tokens with this `aud`.
    #[arg(long, value_name = "AUD", env = "CONSILIUM_JWT_AUDIENCE")]
    pub jwt_audience: Option<String>,
    /// Accept only tokens with this `iss`.
    #[arg(long, value_name = "ISS", env = "CONSILIUM_JWT_ISSUER")]
    pub jwt_issuer: Option<String>,
    /// Signing in to a portal.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Mail of a portal.
    #[command(flatten)]
    pub mail: MailOptions,
    /// Let pages of this origin use the server from a browser. May be repeated; in the environment separated by
    /// commas.
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "CONSILIUM_ALLOW_ORIGIN",
        value_delimiter = ','
    )]
    pub allow_origin: Vec<AllowedOrigin>,
    /// Take the last entry of X-Forwarded-For as the client's address. Only behind a proxy that writes it itself.
    #[arg(long, env = "CONSILIUM_TRUST_FORWARDED_FOR", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub trust_forwarded_for: bool,
    /// Connections at one time.
    #[arg(long, value_name = "COUNT", env = "CONSILIUM_CONNECTIONS_MAX", default_value_t = limits::CONNECTIONS_MAX)]
    pub connections_max: usize,
    /// Connections at one time from one address.
    #[arg(long, value_name = "COUNT", env = "CONSILIUM_CONNECTIONS_PER_ADDRESS_MAX", default_value_t = limits::CONNECTIONS_PER_ADDRESS_MAX)]
    pub connections_per_address_max: usize,
    /// New connections a second from one address; ten times as many at once.
    #[arg(long, value_name = "COUNT", env = "CONSILIUM_CONNECTS_PER_ADDRESS_PER_SECOND", default_value_t = limits::CONNECTS_PER_ADDRESS_PER_SECOND)]
    pub connects_per_address_per_second: u32,
    /// New connections a second in all; twice as many at once. Beyond it they are told to come a little later.
    #[arg(long, value_name = "COUNT", env = "CONSILIUM_CONNECTS_PER_SECOND", default_value_t = limits::CONNECTS_PER_SECOND)]
    pub connects_per_second: u32,
    /// Failed authentications, and failed attempts to sign in, a minute from one address before it has to wait.
    #[arg(long, value_name = "COUNT", env = "CONSILIUM_AUTH_FAILURES_PER_ADDRESS_PER_MINUTE", default_value_t = limits::AUTH_FAILURES_PER_ADDRESS_PER_MINUTE)]
    pub auth_failures_per_address_per_minute: u32,
    /// Seconds that a document without members stays in memory.
    #[arg(long, value_name = "SECONDS", env = "CONSILIUM_ROOM_IDLE_SECONDS", default_value_t = limits::ROOM_IDLE_TIMEOUT.as_secs())]
    pub room_idle_seconds: u64,
    /// Milliseconds that a message lost between nodes may stay unnoticed; while the bus is away, the time between two
    /// looks into the journal.
    #[arg(long, value_name = "MILLISECONDS", env = "CONSILIUM_REPAIR_INTERVAL_MS", default_value_t = limits::REPAIR_INTERVAL.as_millis() as u64)]
    pub repair_interval_ms: u64,
}

/// Options of the logs, common to all commands.
#[derive(Debug, Clone, Args)]
pub struct LogOptions {
    /// How log lines look (on standard error).
    #[arg(long, value_enum, env = "CONSILIUM_LOG_FORMAT", default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,
    /// Which log lines: a level, or targets with levels such as consilium_server=debug.
    #[arg(
        long,
        value_name = "FILTER",
        env = "CONSILIUM_LOG",
        default_value = "info",
        global = true
    )]
    pub log: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}
