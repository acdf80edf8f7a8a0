//! What a request says of who makes it, besides any proof: its address, its browser, and whether it came encrypted.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::state::AppState;
use crate::address::ClientAddress;
use crate::config::ForwardedFor;
use crate::people::limits::USER_AGENT_CHARS_MAX;

const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Whoever makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Whom limits count for.
    pub address: IpAddr,
    /// What the browser says of itself, cut to what is kept.
    pub user_agent: String,
    /// Whether it came by https, as far as that can be known.
    pub by_https: bool,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ClientAddress>();
        Ok(Self {
            // Every request has one by the outer layers.
            address: address.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.0),
            user_agent: user_agent(&parts.headers),
            by_https: by_https(&parts.headers, state.forwarded_for),
        })
    }
}

fn user_agent(headers: &HeaderMap) -> String {
    let said = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    said.chars()
        .filter(|c| !c.is_control())
        .take(USER_AGENT_CHARS_MAX)
        .collect()
}

/// The proxy's word where it is trusted, else the page's: browsers say from which scheme a page came when it changes
/// something. Whoever lies gets a cookie that only travels encrypted.
fn by_https(headers: &HeaderMap, forwarded: ForwardedFor) -> bool {
    let by_proxy = match forwarded {
        ForwardedFor::Trusted => headers
            .get_all(X_FORWARDED_PROTO)
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https")),
        ForwardedFor::Ignored => false,
    };
    let by_page = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes().starts_with(b"https://"));
    by_proxy || by_page
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn https_is_believed_of_a_trusted_proxy_and_of_the_page() {
        let check = |name: &'static str, value: &'static str, forwarded| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            by_https(&headers, forwarded)
        };
        use ForwardedFor::{Ignored, Trusted};
        assert!(check(X_FORWARDED_PROTO, "https", Trusted));
        assert!(check(X_FORWARDED_PROTO, "http, HTTPS", Trusted));
        assert!(!check(X_FORWARDED_PROTO, "https, http", Trusted));
        assert!(!check(X_FORWARDED_PROTO, "https", Ignored));
        assert!(check("origin", "https://c.example", Ignored));
        assert!(!check("origin", "http://c.example", Trusted));
    }

    #[test]
    fn what_a_browser_says_of_itself_is_cut() {
        let mut headers = HeaderMap::new();
        assert_eq!(user_agent(&headers), "");
        let long = HeaderValue::from_str(&"x".repeat(5_000)).unwrap();
        headers.insert(header::USER_AGENT, long);
        assert_eq!(user_agent(&headers).len(), USER_AGENT_CHARS_MAX);
    }
}
