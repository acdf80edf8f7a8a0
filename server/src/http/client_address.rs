//! Which address a request counts for.
//!
//! That of the connection, unless the operator says that a proxy stands before us; then the last entry of
//! `X-Forwarded-For`, which is the one that the operator's own proxy wrote. Earlier entries are anybody's invention.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use super::state::AppState;
use crate::address::ClientAddress;
use crate::config::ForwardedFor;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Puts the [`ClientAddress`] into the extensions.
pub async fn resolve(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        // Only requests made inside this process have no peer.
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let address = match state.forwarded_for {
        ForwardedFor::Ignored => peer,
        ForwardedFor::Trusted => forwarded(request.headers()).unwrap_or(peer),
    };
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last_line = headers.get_all(X_FORWARDED_FOR).iter().next_back()?;
    let last = last_line.to_str().ok()?.rsplit(',').next()?.trim();
    last.parse().ok().or_else(|| {
        // Some proxies write the port too.
        last.parse::<SocketAddr>().ok().map(|address| address.ip())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_the_entry_of_our_own_proxy_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.append(
            X_FORWARDED_FOR,
            HeaderValue::from_static("1.1.1.1, 2.2.2.2"),
        );
        headers.append(
            X_FORWARDED_FOR,
            HeaderValue::from_static("3.3.3.3,10.0.0.7"),
        );
        assert_eq!(forwarded(&headers), Some("10.0.0.7".parse().unwrap()));
        headers.append(
            X_FORWARDED_FOR,
            HeaderValue::from_static("[2001:db8::1]:443"),
        );
        assert_eq!(forwarded(&headers), Some("2001:db8::1".parse().unwrap()));
        headers.append(X_FORWARDED_FOR, HeaderValue::from_static("unknown"));
        assert_eq!(forwarded(&headers), None);
    }
}
