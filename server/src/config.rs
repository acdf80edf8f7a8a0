//! Configuration: parsed once, validated once, handed down as small structs.
//!
//! [`options`] is what operators write, on the command line or in the environment; [`ServerConfig`] is what the rest
//! of the server believes. Every rule between the two is here, and every message says what to do.

pub mod mail;
pub mod options;
pub mod sign_in;
pub mod ttl;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use consilium_protocol::limits;

use crate::auth::jwks::JwksSource;
use crate::auth::limits::SECRET_BYTES_MIN;
use crate::auth::origin::{AllowedOrigin, HostRule};
use crate::auth::{ClaimRules, OriginPolicy, Secret};
use crate::demo::Demo;
use crate::mail::MailSettings;
use crate::openid::OpenIdSettings;
use crate::openid::settings::NotAnIssuer;
use crate::public_url::PublicUrl;
use crate::store::address::{AddressError, StoreAddress};
use crate::store::portable::MovedStore;
pub use options::{LogFormat, ServeOptions, WrittenAddress};

/// The environment variable that holds the HS256 secret. It has no option: command lines are visible to everybody on
/// the machine.
pub const SECRET_VARIABLE: &str = "CONSILIUM_JWT_SECRET";

/// Why the server does not start. The texts are for the operator.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// `--insecure-open` where others could reach it.
    #[error(
        "--insecure-open lets anybody write everything, so it is refused on {0}: \
         listen on 127.0.0.1 or [::1], or configure tokens ({SECRET_VARIABLE} or --jwks)"
    )]
    OpenBeyondLoopback(SocketAddr),
    /// A demonstration where others could reach it.
    #[error(
        "a demonstration lets anybody in by a click, so it is refused on {0}: listen on 127.0.0.1 or [::1]"
    )]
    DemoBeyondLoopback(SocketAddr),
    /// `--insecure-open` together with keys: one of them is a mistake.
    #[error(
        "--insecure-open and token keys ({SECRET_VARIABLE}, --jwks) exclude each other: remove one of them"
    )]
    OpenWithKeys,
    /// What tokens must say, in a portal: there are no tokens but its own.
    #[error(
        "{0} concerns tokens of other applications, and without {SECRET_VARIABLE} or --jwks this is a portal, where \
         people have accounts: remove it, or set {SECRET_VARIABLE} (at least {SECRET_BYTES_MIN} bytes) or --jwks FILE|URL"
    )]
    RuleWithoutKeys(&'static str),
    /// The secret can be guessed.
    #[error(
        "{SECRET_VARIABLE} has {0} bytes; HS256 needs at least {SECRET_BYTES_MIN}. \
         Make one with: openssl rand -base64 48"
    )]
    ShortSecret(usize),
    /// A store that this version does not have, or an address that cannot be understood.
    #[error("--database-url {0}")]
    Database(AddressError),
    /// A bus without anybody to share it.
    #[error(
        "--redis-url joins nodes that share one PostgreSQL database, and an embedded store has one node only: \
         give --database-url postgres://…, or remove --redis-url"
    )]
    BusWithoutSharedStore,
    /// The JWKS source cannot be used.
    #[error("--jwks {0}")]
    Jwks(String),
    /// An option that is nothing without another.
    #[error("{0} needs {1} as well")]
    Lacks(&'static str, &'static str),
    /// People sign in elsewhere, or not at all.
    #[error(
        "{0} is for a portal, where people have accounts: remove it, or the token keys or --insecure-open"
    )]
    OnlyInAPortal(&'static str),
    /// The address of the provider cannot be one.
    #[error("--openid-issuer {0} {1}")]
    Issuer(String, NotAnIssuer),
    /// The name of the provider cannot be shown.
    #[error("--openid-name must be 1 to 40 characters that can be shown")]
    ProviderName,
    /// The server for mail cannot be found by it.
    #[error("--smtp-address {0}: give the server for mail as HOST:PORT")]
    SmtpAddress(String),
    /// Mail would travel unencrypted.
    #[error(
        "--smtp-encryption none lets whoever stands between here and {0} read the links in mails: \
         give starttls or tls, or --smtp-allow-plain"
    )]
    PlainMail(String),
    /// The same secret in two places.
    #[error("give either {0} or {0}-file, not both")]
    TwoSecrets(&'static str),
    /// A file with a secret that cannot be used.
    #[error("{0}-file {1}: {2}")]
    SecretFile(&'static str, String, String),
    /// A limit that would shut everybody out.
    #[error("--{0} must be at least 1")]
    Zero(&'static str),
}

/// How people are let in.
#[derive(Debug, Clone)]
pub enum AuthConfig {
    /// Everybody, on loopback only.
    InsecureOpen,
    /// With tokens.
    Token {
        /// The HS256 secret.
        secret: Option<Secret>,
        /// Public keys.
        jwks: Option<JwksSource>,
        /// What tokens must say.
        rules: ClaimRules,
    },
    /// With an account: a portal of communities.
    Portal,
    /// With an account, into which a click lets in. No option of `consilium serve` leads here.
    Demo(Demo),
}

/// Limits that an operator may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// On this node.
    pub connections_max: usize,
    /// From one address; `None` where a proxy stands between, since all connections are the proxy's then.
    pub connections_per_address_max: Option<usize>,
    /// New ones a second from one address; `None` as above.
    pub connects_per_address_per_second: Option<u32>,
    /// New ones a second in all.
    pub connects_per_second: u32,
}

/// Whether `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedFor {
    /// The peer of the connection is the client.
    Ignored,
    /// The last entry, written by the operator's own proxy, is the client.
    Trusted,
}

/// All that `consilium serve` needs to know.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where everything is stored.
    pub store: StoreAddress,
    /// The bus to other nodes over the same store, as the operator wrote it: it may hold a password.
    pub redis_url: Option<Secret>,
    /// Whether a store whose documents were moved elsewhere is served all the same.
    pub moved_store: MovedStore,
    /// How people are let in.
    pub auth: AuthConfig,
    /// Where people reach the server, if the operator says so.
    pub public_url: Option<PublicUrl>,
    /// With whose accounts people may sign in too.
    pub openid: Option<OpenIdSettings>,
    /// Through which server mail is sent, if any.
    pub mail: Option<MailSettings>,
    /// Pages that may use this server besides its own.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// Whether `X-Forwarded-For` is believed.
    pub forwarded_for: ForwardedFor,
    /// Connection limits.
    pub connections: ConnectionLimits,
    /// Failed authentications a minute from one address.
    pub auth_failures_per_minute: u32,
    /// How long a document without members stays in memory.
    pub room_idle_timeout: Duration,
    /// How long a message lost between nodes may stay unnoticed.
    pub repair_interval: Duration,
}

impl ServerConfig {
    /// Checks what the operator wrote. `secret` is the value of [`SECRET_VARIABLE`], if set.
    ///
    /// # Errors
    /// [`ConfigError`] says what to change.
    pub fn new(options: ServeOptions, secret: Option<String>) -> Result<Self, ConfigError> {
        let store = store_address(options.database_url, options.data_dir)?;
        if options.redis_url.is_some() && matches!(store, StoreAddress::Sqlite(_)) {
            return Err(ConfigError::BusWithoutSharedStore);
        }
        let moved_store = if options.serve_moved_store {
            MovedStore::Served
        } else {
            MovedStore::Refused
        };
        let keys = KeyOptions {
            secret: secret.filter(|secret| !secret.is_empty()),
            jwks: options.jwks,
            rules: ClaimRules {
                audience: options.jwt_audience,
                issuer: options.jwt_issuer,
            },
        };
        let auth = if options.insecure_open {
            if !options.listen.ip().is_loopback() {
                return Err(ConfigError::OpenBeyondLoopback(options.listen));
            }
            if keys.secret.is_some() || keys.jwks.is_some() {
                return Err(ConfigError::OpenWithKeys);
            }
            AuthConfig::InsecureOpen
        } else {
            keys.check()?
        };
        let openid = options.sign_in.openid(&auth)?;
        let mail = options.mail.settings(&auth, &options.sign_in)?;
        let forwarded_for = if options.trust_forwarded_for {
            ForwardedFor::Trusted
        } else {
            ForwardedFor::Ignored
        };
        let per_address = forwarded_for == ForwardedFor::Ignored;
        Ok(Self {
            listen: options.listen,
            store,
            redis_url: options.redis_url,
            moved_store,
            auth,
            public_url: options.sign_in.public_url,
            openid,
            mail,
            allowed_origins: options.allow_origin,
            forwarded_for,
            connections: ConnectionLimits {
                connections_max: at_least_one("connections-max", options.connections_max)?,
                connections_per_address_max: per_address
                    .then(|| {
                        at_least_one(
                            "connections-per-address-max",
                            options.connections_per_address_max,
                        )
                    })
                    .transpose()?,
                connects_per_address_per_second: per_address
                    .then(|| {
                        at_least_one(
                            "connects-per-address-per-second",
                            options.connects_per_address_per_second,
                        )
                    })
                    .transpose()?,
                connects_per_second: at_least_one(
                    "connects-per-second",
                    options.connects_per_second,
                )?,
            },
            room_idle_timeout: Duration::from_secs(options.room_idle_seconds),
            repair_interval: Duration::from_millis(at_least_one(
                "repair-interval-ms",
                options.repair_interval_ms,
            )?),
            auth_failures_per_minute: at_least_one(
                "auth-failures-per-address-per-minute",
                options.auth_failures_per_address_per_minute,
            )?,
        })
    }

    /// A server for this machine only, with a data directory of its own and the defaults for everything else.
    #[must_use]
    pub fn open_on_loopback(listen: SocketAddr, data_dir: PathBuf) -> Self {
        Self::on_loopback(listen, data_dir, AuthConfig::InsecureOpen)
    }

    /// The same for a demonstration.
    ///
    /// # Errors
    /// [`ConfigError::DemoBeyondLoopback`].
    pub fn demonstration(
        listen: SocketAddr,
        data_dir: PathBuf,
        demo: Demo,
    ) -> Result<Self, ConfigError> {
        if !listen.ip().is_loopback() {
            return Err(ConfigError::DemoBeyondLoopback(listen));
        }
        Ok(Self::on_loopback(listen, data_dir, AuthConfig::Demo(demo)))
    }

    fn on_loopback(listen: SocketAddr, data_dir: PathBuf, auth: AuthConfig) -> Self {
        Self {
            listen,
            store: StoreAddress::Sqlite(data_dir),
            redis_url: None,
            moved_store: MovedStore::Refused,
            auth,
            public_url: None,
            openid: None,
            mail: None,
            allowed_origins: Vec::new(),
            forwarded_for: ForwardedFor::Ignored,
            connections: ConnectionLimits {
                connections_max: limits::CONNECTIONS_MAX,
                connections_per_address_max: Some(limits::CONNECTIONS_PER_ADDRESS_MAX),
                connects_per_address_per_second: Some(limits::CONNECTS_PER_ADDRESS_PER_SECOND),
                connects_per_second: limits::CONNECTS_PER_SECOND,
            },
            auth_failures_per_minute: limits::AUTH_FAILURES_PER_ADDRESS_PER_MINUTE,
            room_idle_timeout: limits::ROOM_IDLE_TIMEOUT,
            repair_interval: limits::REPAIR_INTERVAL,
        }
    }

    /// Which pages may use the server.
    #[must_use]
    pub fn origin_policy(&self) -> OriginPolicy {
        let host_rule = match self.auth {
            // Where there is no secret that another site's page lacks, the name by which it came must do.
            AuthConfig::InsecureOpen | AuthConfig::Demo(_) => HostRule::LoopbackOnly,
            AuthConfig::Token { .. } | AuthConfig::Portal => HostRule::Any,
        };
        OriginPolicy::new(self.allowed_origins.clone(), host_rule)
    }
}

struct KeyOptions {
    secret: Option<String>,
    jwks: Option<String>,
    rules: ClaimRules,
}

impl KeyOptions {
    fn check(self) -> Result<AuthConfig, ConfigError> {
        let secret = self.secret.map(check_secret).transpose()?;
        let jwks = self
            .jwks
            .map(|source| source.parse::<JwksSource>())
            .transpose()
            .map_err(|error| ConfigError::Jwks(error.to_string()))?;
        if secret.is_none() && jwks.is_none() {
            return match (self.rules.audience, self.rules.issuer) {
                (Some(_), _) => Err(ConfigError::RuleWithoutKeys("--jwt-audience")),
                (None, Some(_)) => Err(ConfigError::RuleWithoutKeys("--jwt-issuer")),
                (None, None) => Ok(AuthConfig::Portal),
            };
        }
        Ok(AuthConfig::Token {
            secret,
            jwks,
            rules: self.rules,
        })
    }
}

/// Takes a secret of sufficient length.
///
/// # Errors
/// [`ConfigError::ShortSecret`].
pub fn check_secret(secret: String) -> Result<Secret, ConfigError> {
    if secret.len() < SECRET_BYTES_MIN {
        return Err(ConfigError::ShortSecret(secret.len()));
    }
    Ok(Secret::from(secret))
}

/// Where the store is: `url` if there is one, else the data directory.
///
/// # Errors
/// [`ConfigError::Database`], without repeating what could be a password.
pub fn store_address(
    url: Option<WrittenAddress>,
    data_dir: PathBuf,
) -> Result<StoreAddress, ConfigError> {
    match url {
        Some(url) => StoreAddress::parse_or(url.expose(), data_dir).map_err(ConfigError::Database),
        None => Ok(StoreAddress::Sqlite(data_dir)),
    }
}

fn at_least_one<T: PartialOrd + From<u8>>(
    option: &'static str,
    value: T,
) -> Result<T, ConfigError> {
    if value < T::from(1) {
        return Err(ConfigError::Zero(option));
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
