//! Where a store is, as an operator writes it: `sqlite:DIRECTORY` or `postgres://USER:PASSWORD@HOST/DATABASE`.
//!
//! An address may hold a password, so nothing here prints it: neither `Debug` nor `Display` nor an error repeats more
//! than host and database. Parameters that we do not know are refused, since a mistyped one would otherwise end in a
//! log as "ignored", with its value. This module does not connect to anything.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

/// How a connection is encrypted, as `sslmode` names it.
const SSL_MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// The parameters of a PostgreSQL address that mean something.
const PARAMETERS: [&str; 12] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

/// Why an address is refused. Repeats no part of it that could be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither of the two stores.
    #[error("{0}…: give sqlite:DIRECTORY or postgres://USER:PASSWORD@HOST/DATABASE")]
    Scheme(String),
    /// It does not say which directory.
    #[error("sqlite: names no directory: give sqlite:DIRECTORY")]
    NoDirectory,
    /// It is no URL.
    #[error(
        "this is not a postgres:// address ({0}): give postgres://USER:PASSWORD@HOST/DATABASE, and in a password write @ as \
         %40, / as %2F, ? as %3F, # as %23 and % as %25"
    )]
    Misshapen(String),
    /// A character that ends a part of an address stands where it cannot, most likely in the password.
    #[error(
        "a character of the address ends what it should not: in a user's name or password write @ as %40, / as %2F, ? as %3F, \
         # as %23 and % as %25"
    )]
    Unescaped,
    /// A list of servers, of which only some client libraries choose the primary one.
    #[error(
        "the address names several servers: give one name that leads to the primary server, also after a failover"
    )]
    SeveralServers,
    /// A parameter that means nothing.
    #[error("the parameter {0} of the address is unknown; known are {known}", known = PARAMETERS.join(", "))]
    Parameter(String),
    /// A value that means nothing.
    #[error("sslmode must be one of {modes}", modes = SSL_MODES.join(", "))]
    SslMode,
    /// Which database is a matter of luck otherwise.
    #[error("the address names no database: give postgres://USER:PASSWORD@HOST/DATABASE")]
    NoDatabase,
}

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A data directory of this machine. Empty when the address names none.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(PostgresUrl),
}

impl StoreAddress {
    /// As [`FromStr`], with a directory for `sqlite:` alone.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse_or(text: &str, data_dir: PathBuf) -> Result<Self, AddressError> {
        if text == "sqlite:" {
            return Ok(Self::Sqlite(data_dir));
        }
        text.parse()
    }
}

impl FromStr for StoreAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once(':').unwrap_or((text, ""));
        match scheme {
            "sqlite" => match rest.strip_prefix("//").unwrap_or(rest) {
                "" => Err(AddressError::NoDirectory),
                directory => Ok(Self::Sqlite(PathBuf::from(directory))),
            },
            "postgres" | "postgresql" => text.parse().map(Self::Postgres),
            // A text without a scheme could be a password that went astray.
            _ if rest.is_empty() => Err(AddressError::Scheme(String::new())),
            scheme => Err(AddressError::Scheme(format!("{scheme}:"))),
        }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(directory) => write!(f, "sqlite:{}", directory.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// The address of a PostgreSQL database. Shown without user, password and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

impl PostgresUrl {
    /// The whole address, with its password. For whoever connects, and nobody else.
    #[must_use]
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl FromStr for PostgresUrl {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if names_several(text) {
            return Err(AddressError::SeveralServers);
        }
        let url = Url::parse(text).map_err(|error| AddressError::Misshapen(error.to_string()))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(AddressError::Scheme(format!("{}:", url.scheme())));
        }
        // What was meant as the end of a password would be taken for a database, and shown.
        let database = url.path().trim_start_matches('/');
        let is_astray = |text: &str| text.contains('@');
        if database.contains(['@', '/'])
            || url.fragment().is_some()
            || url.query().is_some_and(is_astray)
        {
            return Err(AddressError::Unescaped);
        }
        let mut has_database = !url.path().trim_start_matches('/').is_empty();
        for (key, value) in url.query_pairs() {
            let is_setting = key.starts_with("options[") && key.ends_with(']');
            if !is_setting && !PARAMETERS.contains(&&*key) {
                return Err(AddressError::Parameter(key.into_owned()));
            }
            if key == "sslmode" && !SSL_MODES.contains(&&*value) {
                return Err(AddressError::SslMode);
            }
            has_database |= key == "dbname" && !value.is_empty();
        }
        if !has_database {
            return Err(AddressError::NoDatabase);
        }
        Ok(Self(url))
    }
}

/// Whether a comma stands among the hosts: between the user's part and the first character that ends them. A list without
/// a user cannot be told from a password that was cut off at such a character.
fn names_several(text: &str) -> bool {
    let after_scheme = text.split_once("://").map_or("", |(_, rest)| rest);
    let hosts_and_user = after_scheme.split(['/', '?', '#']).next();
    hosts_and_user
        .and_then(|part| part.rsplit_once('@'))
        .is_some_and(|(_, hosts)| hosts.contains(','))
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameter = |name: &str| {
            self.0
                .query_pairs()
                .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        let host = parameter("host")
            .or_else(|| self.0.host_str().map(str::to_owned))
            .unwrap_or_default();
        let database =
            parameter("dbname").unwrap_or_else(|| self.0.path().trim_start_matches('/').to_owned());
        match parameter("port").or_else(|| self.0.port().map(|port| port.to_string())) {
            Some(port) => write!(f, "postgres://{host}:{port}/{database}"),
            None => write!(f, "postgres://{host}/{database}"),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_stores_have_an_address() {
        let directory = |text: &str| match text.parse().expect(text) {
            StoreAddress::Sqlite(directory) => directory,
            StoreAddress::Postgres(url) => panic!("{url}"),
        };
        assert_eq!(directory("sqlite:/b"), PathBuf::from("/b"));
        assert_eq!(directory("sqlite:///b"), PathBuf::from("/b"));
        assert_eq!(directory("sqlite:b/c"), PathBuf::from("b/c"));
        assert_eq!(
            StoreAddress::parse_or("sqlite:", PathBuf::from("/a")),
            Ok(StoreAddress::Sqlite(PathBuf::from("/a")))
        );
        for text in [
            "postgres://u:p@db.example:5433/c?sslmode=verify-full&sslrootcert=/ca.pem",
            "postgresql://db.example/c",
            "postgres:///c?host=/var/run/postgresql&user=u&password=p",
            "postgres://db.example?dbname=c&options[work_mem]=8MB",
        ] {
            let parsed: StoreAddress = text.parse().expect(text);
            assert!(matches!(parsed, StoreAddress::Postgres(_)), "{text}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let refused = |text: &str| text.parse::<StoreAddress>().expect_err(text);
        assert_eq!(refused("sqlite:"), AddressError::NoDirectory);
        assert_eq!(
            refused("mysql://h/d"),
            AddressError::Scheme("mysql:".to_owned())
        );
        assert_eq!(refused("hunter2"), AddressError::Scheme(String::new()));
        assert_eq!(refused("postgres://u@h"), AddressError::NoDatabase);
        assert_eq!(
            refused("postgres://h/d?sslmode=maybe"),
            AddressError::SslMode
        );
        assert_eq!(
            refused("postgres://h/d?pasword=hunter2"),
            AddressError::Parameter("pasword".to_owned())
        );
        for several in [
            "postgres://u:p@h1,h2/d",
            "postgres://u:p,q@h1:5432,h2:5433/d?sslmode=require",
        ] {
            assert_eq!(refused(several), AddressError::SeveralServers);
        }
        let one: StoreAddress = "postgres://u:p,q@h/d".parse().expect("one server");
        assert!(matches!(one, StoreAddress::Postgres(_)));
        assert!(matches!(
            refused("postgres://h:x/d"),
            AddressError::Misshapen(_)
        ));
    }

    #[test]
    fn no_text_about_an_address_holds_its_password() {
        for text in [
            "postgres://anna:hunter2@db.example:5433/c",
            "postgres://db.example/c?user=anna&password=hunter2",
            "postgres:///c?host=%2Frun%2Fpg&password=hunter2&port=5433",
        ] {
            let address: StoreAddress = text.parse().expect(text);
            let shown = format!("{address} {address:?}");
            assert!(
                !shown.contains("hunter2") && !shown.contains("anna"),
                "{shown}"
            );
            assert!(shown.contains("/c"), "{shown}");
        }
        for text in [
            "postgres://anna:hunter2@db:port/c",
            "mysql://anna:hunter2@db/c",
            "postgres://anna:hunter2@db/c?sslmode=hunter2",
            "postgres://anna:hun@ter/hunter2@db/c",
            "postgres://anna:hun/hunter2@db/c",
            "postgres://anna:1/hunter2@db/c",
            "postgres://anna:1?hunter2@db/c",
            "postgres://anna:1#hunter2@db/c",
            "postgres://anna:hun@ter?hunter2@db/c",
            "anna:hunter2@db/c",
        ] {
            let refused = text.parse::<StoreAddress>().expect_err(text);
            assert!(!refused.to_string().contains("hunter2"), "{refused}");
        }
    }
}
