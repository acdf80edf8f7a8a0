//! Nothing here may ever load another machine: every address is checked before a connection is made.

use std::net::SocketAddr;

use anyhow::{Result, ensure};

/// An error unless the address is of this machine's loopback.
pub(crate) fn check(address: SocketAddr) -> Result<()> {
    ensure!(
        address.ip().is_loopback(),
        "the bench loads nothing but loopback addresses, and {address} is none"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_ever_loaded() {
        for good in ["127.0.0.1:80", "127.9.8.7:1", "[::1]:80"] {
            check(good.parse().unwrap()).unwrap();
        }
        for bad in [
            "10.0.0.1:80",
            "192.0.2.1:80",
            "0.0.0.0:80",
            "[2001:db8::1]:80",
        ] {
            assert!(check(bad.parse().unwrap()).is_err(), "{bad}");
        }
    }
}
