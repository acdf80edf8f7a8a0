//! Where people reach the server: the origin by which links are written for those who do not see a page of ours yet, and
//! to which a provider sends people back.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// An origin: `https`, or `http`, with nothing behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

/// A text that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "give the address at which people reach the server, such as https://consilium.example, with nothing behind it"
)]
pub struct NotAPublicUrl;

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let url = Url::parse(text).map_err(|_| NotAPublicUrl)?;
        let is_origin = matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if is_origin {
            Ok(Self(url))
        } else {
            Err(NotAPublicUrl)
        }
    }
}

impl fmt::Display for PublicUrl {
    /// Without the slash at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl PublicUrl {
    /// Whether what travels there is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of a page.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// `path` when it leads to a page of ours, in the form in which it goes into a header; `None` for anything else. By the
    /// rules of browsers, which take two slashes or a backslash for the beginning of another site's address.
    #[must_use]
    pub fn own_path(&self, path: &str) -> Option<String> {
        if !path.starts_with('/') {
            return None;
        }
        let url = self.0.join(path).ok()?;
        let is_page = url.origin() == self.0.origin() && !url.path().starts_with("/api/");
        is_page.then(|| url[url::Position::BeforePath..].to_owned())
    }
}

/// Whether an address is on this very machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_is_taken() {
        let url: PublicUrl = "https://c.example:8443/".parse().unwrap();
        assert_eq!(url.to_string(), "https://c.example:8443");
        assert_eq!(url.at("/join/x"), "https://c.example:8443/join/x");
        for text in [
            "",
            "c.example",
            "ftp://c.example",
            "https://c.example/portal",
            "https://c.example/?a",
            "https://c.example/#a",
            "https://u:p@c.example",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotAPublicUrl), "{text}");
        }
    }

    #[test]
    fn only_paths_of_our_own_pages_are_followed() {
        let url: PublicUrl = "https://c.example".parse().unwrap();
        for (path, own) in [
            ("/", "/"),
            ("/d/x?y=1#z", "/d/x?y=1#z"),
            ("/a b", "/a%20b"),
            ("/a\r\nSet-Cookie: x", "/aSet-Cookie:%20x"),
        ] {
            assert_eq!(url.own_path(path).as_deref(), Some(own), "{path:?}");
        }
        for path in [
            "",
            "d/x",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "https://evil.example/",
            "https://c.example/",
            "javascript:alert(1)",
            "/api/v1/session",
        ] {
            assert_eq!(url.own_path(path), None, "{path:?}");
        }
    }
}
