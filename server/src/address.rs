//! What counts as one address where limits are kept by address: the door, and failed tokens.

use std::net::{IpAddr, Ipv6Addr};

/// The address that limits count for. In the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The part of an address that one household, one ward or one attacker holds: an IPv4 address as it is, also when it
/// is written as IPv6, and the /64 of an IPv6 address.
#[must_use]
pub fn address_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> IpAddr {
        address_key(address.parse().unwrap())
    }

    #[test]
    fn a_household_of_ipv6_counts_as_one_address() {
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2::1"));
        assert_ne!(key("2001:db8:1:3::1"), key("2001:db8:1:2::1"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
        assert_ne!(key("10.0.0.1"), key("10.0.0.2"));
    }
}
