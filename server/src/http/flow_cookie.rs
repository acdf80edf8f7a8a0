//! The cookies of somebody who is at the provider, and of somebody who has just signed in there once more: sealed, for ten
//! minutes. Where the portal is encrypted their names say that no other host of the domain can have set them.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::openid::limits::{FLOW_LIFE, FRESH_LIFE};
use crate::public_url::PublicUrl;

/// Names of cookies that only this host can set, over TLS, begin so.
const HOST_ONLY: &str = "__Host-";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Somebody is at the provider.
    Flow,
    /// They have signed in there once more.
    Fresh,
}

impl Which {
    const fn name(self) -> &'static str {
        match self {
            Self::Flow => "consilium_openid",
            Self::Fresh => "consilium_fresh",
        }
    }

    const fn life(self) -> Duration {
        match self {
            Self::Flow => FLOW_LIFE,
            Self::Fresh => FRESH_LIFE,
        }
    }
}

/// Sets it.
pub(super) fn set(which: Which, sealed: &str, public_url: &PublicUrl) -> Option<HeaderValue> {
    written(which, sealed, which.life().as_secs(), public_url)
}

/// Takes it away.
pub(super) fn clear(which: Which, public_url: &PublicUrl) -> Option<HeaderValue> {
    written(which, "", 0, public_url)
}

fn written(which: Which, value: &str, seconds: u64, public_url: &PublicUrl) -> Option<HeaderValue> {
    // A name of a host needs the path of all.
    let (before, secure) = if public_url.is_https() {
        (HOST_ONLY, "; Secure")
    } else {
        ("", "")
    };
    let name = which.name();
    let cookie = format!(
        "{before}{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    );
    let mut cookie = HeaderValue::from_str(&cookie).ok()?;
    cookie.set_sensitive(true);
    Some(cookie)
}

/// What a request brings; `None` without one, and with two, of which neither is to be believed.
pub(super) fn of<'a>(
    which: Which,
    headers: &'a HeaderMap,
    public_url: &PublicUrl,
) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| {
            let name = if public_url.is_https() {
                name.strip_prefix(HOST_ONLY)
            } else {
                Some(*name)
            };
            name == Some(which.name())
        })
        .map(|(_, value)| value);
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(line: &str, public_url: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        of(Which::Flow, &headers, &public_url.parse().unwrap()).map(str::to_owned)
    }

    #[test]
    fn only_our_own_host_sets_it_where_it_travels_encrypted() {
        let (near, far) = ("http://127.0.0.1:8787", "https://c.example");
        let plain = "a=b; consilium_openid=x";
        let host_only = "a=b; __Host-consilium_openid=x";
        assert_eq!(cookie(plain, near).as_deref(), Some("x"));
        assert_eq!(cookie(host_only, far).as_deref(), Some("x"));
        assert_eq!(
            cookie(plain, far),
            None,
            "a sibling of the domain sets such"
        );
        assert_eq!(cookie(&format!("{host_only}; {host_only}"), far), None);
        let set = set(Which::Flow, "x", &far.parse().unwrap()).unwrap();
        assert_eq!(
            set,
            "__Host-consilium_openid=x; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(set.is_sensitive());
    }
}
