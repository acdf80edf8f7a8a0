//! Where Redis is, as an operator writes it, and how to sign on.
//!
//! `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS. For a cluster a few of its servers are
//! enough, separated by commas (`redis://one:7000,two:7000`): whether it is a cluster, and who else belongs to it, is
//! what the servers say. Sign-on and TLS are stated once, in the first, and hold for all. A private authority and a
//! client certificate are files, named in the query: `rediss://host?ca=ca.pem&cert=client.pem&key=client.key`.
//!
//! The password never leaves this type: texts and `Debug` carry addresses only.

use std::fmt;
use std::path::PathBuf;

use redis::{
    Client, ClientTlsConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion,
    TlsCertificates, io::tcp::TcpSettings,
};
use url::Url;

use super::topology::Server;

/// Why an address is not understood. Without what was written: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL at all.
    #[error("it is not a URL such as redis://host:6379")]
    NotAUrl,
    /// Another scheme.
    #[error("it begins with {0}: redis:// and rediss:// (TLS) are possible")]
    Scheme(String),
    /// No host.
    #[error("it names no host")]
    NoHost,
    /// A server of the list after the first is more than a host and a port.
    #[error(
        "server {0} of the list is more than host:port: user, password and options stand in the first, for all, and a comma \
         in a password is written as %2C"
    )]
    LaterServer(usize),
    /// A query parameter that means nothing.
    #[error("the option {0} is not known: ca, cert and key (files) are possible, with rediss://")]
    Option(String),
    /// Half of a client certificate.
    #[error("a client certificate needs both cert and key")]
    HalfCertificate,
    /// What other programs take for leave not to check the certificate.
    #[error("it ends with #insecure: TLS without checking the certificate is not possible here")]
    Insecure,
    /// A character that ends a part of an address stands where it cannot, most likely in the password.
    #[error(
        "a character of it ends what it should not: in a user's name or password write @ as %40, / as %2F, ? as %3F, # as \
         %23, % as %25 and a comma as %2C"
    )]
    Unescaped,
    /// A file cannot be read.
    #[error("read {0}: {1}")]
    File(PathBuf, String),
    /// The driver does not take it.
    #[error("{0}")]
    Driver(String),
}

/// Where Redis is, and how to sign on.
#[derive(Clone)]
pub struct RedisAddress {
    /// At least one.
    servers: Vec<Server>,
    /// Of the first; the others differ in where they listen.
    first: ConnectionInfo,
}

impl RedisAddress {
    /// Reads what an operator wrote, and the files that it names. The latter blocks for as long as a disk does.
    ///
    /// # Errors
    /// [`AddressError`] says what is wrong, without repeating a password.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut parts = text.split(',').map(str::trim);
        let first = parts.next().unwrap_or_default();
        let mut url = Url::parse(first).map_err(|_| {
            if has_sign_on_astray(text) {
                AddressError::Unescaped
            } else {
                AddressError::NotAUrl
            }
        })?;
        if !matches!(url.scheme(), "redis" | "rediss") {
            return Err(AddressError::Scheme(url.scheme().to_owned()));
        }
        // What was meant as a password may stand in either, and is not repeated.
        match url.fragment() {
            None if url.path().contains('@') => return Err(AddressError::Unescaped),
            None => {}
            Some("insecure") => return Err(AddressError::Insecure),
            Some(_) => return Err(AddressError::Unescaped),
        }
        let mut servers = vec![server_of(&url)?];
        for (index, part) in parts.enumerate() {
            servers.push(
                later_server(part, url.scheme()).ok_or(AddressError::LaterServer(index + 2))?,
            );
        }
        let files = TlsFiles::take_from(&mut url)?;
        let first = url
            .into_connection_info()
            .map_err(|error| AddressError::Driver(error.to_string()))?;
        let sign_on = first
            .redis_settings()
            .clone()
            .set_protocol(ProtocolVersion::RESP3)
            .set_lib_name("consilium", env!("CARGO_PKG_VERSION"));
        let first = first
            .set_redis_settings(sign_on)
            .set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let first = match files {
            Some(files) => files.add_to(first)?,
            None => first,
        };
        Ok(Self { servers, first })
    }

    /// The servers that were named.
    pub(super) fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// How to reach one server, named here or by the cluster.
    pub(super) fn connection_to(&self, server: &Server) -> ConnectionInfo {
        let host = server.host.clone();
        let addr = match self.first.addr() {
            ConnectionAddr::TcpTls {
                insecure,
                tls_params,
                ..
            } => ConnectionAddr::TcpTls {
                host,
                port: server.port,
                insecure: *insecure,
                tls_params: tls_params.clone(),
            },
            _ => ConnectionAddr::Tcp(host, server.port),
        };
        self.first.clone().set_addr(addr)
    }

    fn has_tls(&self) -> bool {
        matches!(self.first.addr(), ConnectionAddr::TcpTls { .. })
    }
}

impl fmt::Display for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.has_tls() {
            "rediss://"
        } else {
            "redis://"
        })?;
        if let Some(user) = self.first.redis_settings().username() {
            write!(f, "{user}@")?;
        }
        for (index, server) in self.servers.iter().enumerate() {
            write!(f, "{}{server}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisAddress({self})")
    }
}

/// Files that TLS needs.
#[derive(Debug, Default)]
struct TlsFiles {
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl TlsFiles {
    /// Takes our options out of the URL; none is left for the driver.
    fn take_from(url: &mut Url) -> Result<Option<Self>, AddressError> {
        let mut files = Self::default();
        for (name, value) in url.query_pairs() {
            let file = match name.as_ref() {
                "ca" => &mut files.ca,
                "cert" => &mut files.cert,
                "key" => &mut files.key,
                _ if url.query().is_some_and(|query| query.contains('@')) => {
                    return Err(AddressError::Unescaped);
                }
                _ => return Err(AddressError::Option(name.into_owned())),
            };
            if url.scheme() != "rediss" {
                return Err(AddressError::Option(name.into_owned()));
            }
            *file = Some(PathBuf::from(value.into_owned()));
        }
        if files.cert.is_some() != files.key.is_some() {
            return Err(AddressError::HalfCertificate);
        }
        let is_empty = url.query().is_none_or(str::is_empty);
        url.set_query(None);
        Ok((!is_empty).then_some(files))
    }

    fn add_to(self, first: ConnectionInfo) -> Result<ConnectionInfo, AddressError> {
        let read = |file: PathBuf| {
            std::fs::read(&file).map_err(|error| AddressError::File(file, error.to_string()))
        };
        let client_tls = match (self.cert, self.key) {
            (Some(cert), Some(key)) => Some(ClientTlsConfig {
                client_cert: read(cert)?,
                client_key: read(key)?,
            }),
            _ => None,
        };
        let certificates = TlsCertificates {
            client_tls,
            root_cert: self.ca.map(read).transpose()?,
        };
        let client = Client::build_with_tls(first, certificates)
            .map_err(|error| AddressError::Driver(error.to_string()))?;
        Ok(client.get_connection_info().clone())
    }
}

/// The port where Redis listens when nobody says otherwise.
const DEFAULT_PORT: u16 = 6379;

fn server_of(url: &Url) -> Result<Server, AddressError> {
    let host = match url.host() {
        None => return Err(AddressError::NoHost),
        Some(url::Host::Domain("")) => return Err(AddressError::NoHost),
        Some(url::Host::Domain(name)) => name.to_owned(),
        Some(url::Host::Ipv4(address)) => address.to_string(),
        Some(url::Host::Ipv6(address)) => address.to_string(),
    };
    Ok(Server {
        host,
        port: url.port().unwrap_or(DEFAULT_PORT),
    })
}

/// Whether the end of a sign-on stands behind a character that ends the servers before it.
fn has_sign_on_astray(text: &str) -> bool {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.find([',', '/', '?', '#'])
        .is_some_and(|end| rest[end..].contains('@'))
}

/// A server after the first: `host`, `host:port`, or the same as a URL of the same scheme.
fn later_server(part: &str, scheme: &str) -> Option<Server> {
    let url = if part.contains("://") {
        Url::parse(part).ok()?
    } else {
        Url::parse(&format!("{scheme}://{part}")).ok()?
    };
    let is_plain = url.scheme() == scheme
        && url.username().is_empty()
        && url.password().is_none()
        && matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none();
    is_plain.then(|| server_of(&url).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, AddressError> {
        RedisAddress::parse(text).map(|address| address.to_string())
    }

    #[test]
    fn addresses_are_read_and_shown_without_the_password() {
        for (text, shown) in [
            ("redis://localhost", "redis://localhost:6379"),
            ("redis://10.0.0.1:7000/3", "redis://10.0.0.1:7000"),
            ("redis://[::1]:7000", "redis://[::1]:7000"),
            (
                "rediss://bus:s3cret@redis.example",
                "rediss://bus@redis.example:6379",
            ),
            ("redis://:s3cret@a", "redis://a:6379"),
            ("redis://u:s3cret@a:1,b:2, c", "redis://u@a:1,b:2,c:6379"),
            ("redis://a,redis://b:2", "redis://a:6379,b:2"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(shown), "{text}");
            let debug = format!("{:?}", RedisAddress::parse(text).unwrap());
            assert!(!debug.contains("s3cret"), "{debug}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (text, expected) in [
            ("", AddressError::NotAUrl),
            (
                "localhost:6379",
                AddressError::Scheme("localhost".to_owned()),
            ),
            ("http://a", AddressError::Scheme("http".to_owned())),
            ("redis:///1", AddressError::NoHost),
            ("redis://a,redis://u:s3cret@b", AddressError::LaterServer(2)),
            ("redis://a,b,rediss://c", AddressError::LaterServer(3)),
            ("redis://a,b/1", AddressError::LaterServer(2)),
            ("redis://a?ca=x", AddressError::Option("ca".to_owned())),
            (
                "rediss://a?protocol=2",
                AddressError::Option("protocol".to_owned()),
            ),
            ("rediss://a?cert=x", AddressError::HalfCertificate),
            ("rediss://u:s3cret@a#insecure", AddressError::Insecure),
            ("redis://u:s3cret@a:port", AddressError::NotAUrl),
            // Of a password that begins with digits, the beginning is taken for a port.
            ("redis://u:p/s3cret@a", AddressError::Unescaped),
            ("redis://u:1/s3cret@a", AddressError::Unescaped),
            ("redis://u:p#s3cret@a", AddressError::Unescaped),
            ("redis://u:1#s3cret@a", AddressError::Unescaped),
            ("redis://u:1#s3cret", AddressError::Unescaped),
            ("redis://u:p?s3cret@a", AddressError::Unescaped),
            ("rediss://u:1?s3cret@a", AddressError::Unescaped),
            ("redis://u:p,s3cret@a", AddressError::Unescaped),
            ("redis://u:1,s3cret@a", AddressError::LaterServer(2)),
            ("redis://u:p@q/s3cret@a", AddressError::Unescaped),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        let error = parse("rediss://u:s3cret@a?ca=/does/not/exist").unwrap_err();
        assert!(matches!(error, AddressError::File(..)), "{error}");
        assert!(
            error.to_string().starts_with("read /does/not/exist: "),
            "{error}"
        );
        let error = parse("redis://u:s3cret@a/database").unwrap_err();
        assert!(matches!(error, AddressError::Driver(_)), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }

    /// Nothing of it is lost: the last of several ends the sign-on.
    #[test]
    fn a_password_may_hold_an_at_sign_alone() {
        let address = RedisAddress::parse("redis://bus:p@w@a:1,b:2").unwrap();
        assert_eq!(address.to_string(), "redis://bus@a:1,b:2");
        let info = address.connection_to(&address.servers()[0]);
        assert_eq!(info.redis_settings().password(), Some("p@w"));
    }

    #[test]
    fn sign_on_and_tls_hold_for_every_server_of_a_cluster() {
        let address = RedisAddress::parse("rediss://bus:p%2Cw@a:1,b:2").unwrap();
        for server in address.servers() {
            let info = address.connection_to(server);
            assert!(matches!(
                info.addr(),
                ConnectionAddr::TcpTls { host, port, insecure: false, .. }
                    if *host == server.host && *port == server.port
            ));
            assert_eq!(info.redis_settings().username(), Some("bus"));
            assert_eq!(info.redis_settings().password(), Some("p,w"));
            assert_eq!(info.redis_settings().protocol(), ProtocolVersion::RESP3);
        }
    }
}
