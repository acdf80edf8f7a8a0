//! Which web pages may talk to this server from a browser.
//!
//! Browsers let any page open a WebSocket to anywhere, so the server must look at `Origin` itself. A page of this
//! server (same host and port) is let in, and whatever the operator lists. Programs that are no browsers send no
//! `Origin` and are not concerned. In the open mode on loopback the `Host` must be a loopback name as well: otherwise
//! a foreign page could point its own name at 127.0.0.1 and count as "same origin".
//!
//! The scheme is not compared for the server's own pages: behind a proxy that ends TLS the server cannot know it.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use url::Url;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The page is of another origin that is not on the list.
    #[error("pages of this origin may not use this server")]
    Foreign,
    /// The request names this server by a name that it does not go by.
    #[error("this server does not go by that name")]
    Host,
}

/// Which names of this server are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostRule {
    /// Any; a proxy or the operator's DNS decides.
    Any,
    /// Only names of the loopback interface.
    LoopbackOnly,
}

/// An origin to let in, in the form `scheme://host[:port]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin(String);

impl std::str::FromStr for AllowedOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not an origin such as https://app.example:8443");
        let url = Url::parse(text).map_err(|_| wrong())?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !bare {
            return Err(wrong());
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

/// The rule of one server.
#[derive(Debug, Clone)]
pub struct OriginPolicy {
    allowed: Vec<AllowedOrigin>,
    host_rule: HostRule,
}

impl OriginPolicy {
    /// Lets in pages of this server, and those of `allowed`.
    #[must_use]
    pub fn new(allowed: Vec<AllowedOrigin>, host_rule: HostRule) -> Self {
        Self { allowed, host_rule }
    }

    /// Looks at `Origin` and `Host` of a request.
    ///
    /// # Errors
    /// [`OriginError`] when it must be refused (403).
    pub fn check(&self, headers: &HeaderMap) -> Result<(), OriginError> {
        let host = single(headers, &HOST).map_err(|()| OriginError::Host)?;
        if self.host_rule == HostRule::LoopbackOnly && !host.is_some_and(is_loopback_name) {
            return Err(OriginError::Host);
        }
        let Some(origin) = single(headers, &ORIGIN).map_err(|()| OriginError::Foreign)? else {
            return Ok(());
        };
        // "null" (a sandboxed frame, a local file) does not parse, and so is foreign.
        let page = Url::parse(origin).map_err(|_| OriginError::Foreign)?;
        let serialized = page.origin().ascii_serialization();
        if self.allowed.iter().any(|allowed| allowed.0 == serialized)
            || host.is_some_and(|host| is_same_authority(&page, host))
        {
            Ok(())
        } else {
            Err(OriginError::Foreign)
        }
    }
}

/// The one value of a header; an error when it occurs twice or is not text.
fn single<'a>(
    headers: &'a HeaderMap,
    name: &axum::http::HeaderName,
) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(());
    }
    first.to_str().map(Some).map_err(|_| ())
}

/// Whether `host`, as in a `Host` header, is where `page` comes from. A missing port is that of the page's scheme.
fn is_same_authority(page: &Url, host: &str) -> bool {
    Url::parse(&format!("{}://{host}/", page.scheme())).is_ok_and(|own| {
        own.host_str().is_some()
            && own.host_str() == page.host_str()
            && own.port_or_known_default() == page.port_or_known_default()
    })
}

fn is_loopback_name(host: &str) -> bool {
    Url::parse(&format!("http://{host}/")).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn policy(allowed: &[&str], host_rule: HostRule) -> OriginPolicy {
        OriginPolicy::new(
            allowed
                .iter()
                .map(|origin| origin.parse().unwrap())
                .collect(),
            host_rule,
        )
    }

    fn check(
        policy: &OriginPolicy,
        host: Option<&str>,
        origin: Option<&str>,
    ) -> Result<(), OriginError> {
        let mut headers = HeaderMap::new();
        if let Some(host) = host {
            headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        policy.check(&headers)
    }

    #[test]
    fn pages_of_the_server_itself_are_let_in() {
        let policy = policy(&[], HostRule::Any);
        for (host, origin) in [
            ("c.example", "https://c.example"),
            ("c.example:443", "https://c.example"),
            ("c.example", "http://c.example:80"),
            ("C.EXAMPLE:8787", "http://c.example:8787"),
            ("[::1]:8787", "http://[::1]:8787"),
            ("127.0.0.1:8787", "http://127.0.0.1:8787"),
        ] {
            assert_eq!(
                check(&policy, Some(host), Some(origin)),
                Ok(()),
                "{host} {origin}"
            );
        }
    }

    #[test]
    fn foreign_pages_are_refused() {
        let policy = policy(&["https://app.example"], HostRule::Any);
        for origin in [
            "https://evil.example",
            "https://c.example.evil.example",
            "https://c.example:444",
            "http://app.example",
            "https://app.example:444",
            "null",
            "",
            "file://",
            "https://c.example, https://evil.example",
        ] {
            assert_eq!(
                check(&policy, Some("c.example"), Some(origin)),
                Err(OriginError::Foreign),
                "{origin}"
            );
        }
    }

    #[test]
    fn listed_pages_and_programs_without_origin_are_let_in() {
        let policy = policy(&["https://app.example/"], HostRule::Any);
        assert_eq!(
            check(&policy, Some("c.example"), Some("https://app.example")),
            Ok(())
        );
        assert_eq!(check(&policy, Some("c.example"), None), Ok(()));
        assert_eq!(check(&policy, None, None), Ok(()));
    }

    #[test]
    fn two_origins_at_once_are_refused() {
        let mut headers = HeaderMap::new();
        headers.append(HOST, HeaderValue::from_static("c.example"));
        headers.append(ORIGIN, HeaderValue::from_static("https://c.example"));
        headers.append(ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert_eq!(
            policy(&[], HostRule::Any).check(&headers),
            Err(OriginError::Foreign)
        );
    }

    #[test]
    fn on_loopback_a_foreign_name_for_this_machine_is_refused() {
        let policy = policy(&[], HostRule::LoopbackOnly);
        assert_eq!(
            check(
                &policy,
                Some("evil.example:8787"),
                Some("http://evil.example:8787")
            ),
            Err(OriginError::Host)
        );
        assert_eq!(check(&policy, None, None), Err(OriginError::Host));
        for host in [
            "localhost:8787",
            "127.0.0.1:8787",
            "[::1]:8787",
            "a.localhost",
        ] {
            assert_eq!(check(&policy, Some(host), None), Ok(()), "{host}");
        }
    }

    #[test]
    fn an_allowed_origin_must_be_an_origin() {
        for wrong in [
            "app.example",
            "https://app.example/path",
            "*",
            "ftp://a",
            "https://u@a",
        ] {
            assert!(wrong.parse::<AllowedOrigin>().is_err(), "{wrong}");
        }
    }
}
