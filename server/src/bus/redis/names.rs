//! What our channels and keys are called in Redis.
//!
//! Every name begins with our prefix and the store's id: two installations on one Redis never mix, also not when one is a
//! restored copy of the other. A document goes by a hash of its name, so that names have one length, carry no hash tag
//! into a cluster and tell nobody who looks at Redis what a document is called.

use std::fmt;

use consilium_protocol::ids::DocName;
use uuid::Uuid;

use crate::bus::NodeId;

/// What all our names begin with. Access rules in Redis name it: `&consilium:*` and `~consilium:*`.
const PREFIX: &str = "consilium";

/// What the names begin with on which an operator's check tries things out.
pub(super) const CHECK_PREFIX: &str = "consilium:check:";

/// A document on this bus: the first 16 bytes of BLAKE3 of its name. Nobody finds two names with one id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ChannelId([u8; 16]);

impl ChannelId {
    pub(super) fn of(doc: &DocName) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&blake3::hash(doc.as_str().as_bytes()).as_bytes()[..16]);
        Self(id)
    }

    #[cfg(test)]
    pub(super) fn numbered(number: u8) -> Self {
        Self([number; 16])
    }
}

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The names of one installation.
#[derive(Debug, Clone)]
pub(super) struct Names {
    channels: String,
    leases: String,
}

impl Names {
    pub(super) fn new(store: Uuid) -> Self {
        Self {
            channels: format!("{PREFIX}:{store}:d:"),
            leases: format!("{PREFIX}:{store}:n:"),
        }
    }

    /// The channel of a document.
    pub(super) fn channel(&self, id: ChannelId) -> String {
        format!("{}{id}", self.channels)
    }

    /// A channel that nobody follows, and that goes the way of a document's: to the same server, under the same rights.
    pub(super) fn probe(&self, id: ChannelId) -> String {
        // In a cluster the braces are all that counts for the slot.
        format!("{}probe:{{{}}}", self.channels, self.channel(id))
    }

    /// The key that lives as long as a node does.
    pub(super) fn lease(&self, node: NodeId) -> String {
        format!("{}{node}", self.leases)
    }

    /// Which document a channel is of; none when it is not one of ours.
    pub(super) fn id_of(&self, channel: &[u8]) -> Option<ChannelId> {
        let hex = channel.strip_prefix(self.channels.as_bytes())?;
        let (pairs, rest) = hex.as_chunks::<2>();
        if pairs.len() != 16 || !rest.is_empty() {
            return None;
        }
        let mut id = [0; 16];
        for (byte, [high, low]) in id.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(ChannelId(id))
    }
}

/// The value of a lower-case hexadecimal digit.
fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(store: u128) -> Names {
        Names::new(Uuid::from_u128(store))
    }

    fn id(name: &str) -> ChannelId {
        ChannelId::of(&DocName::parse(name).unwrap())
    }

    #[test]
    fn a_channel_names_installation_and_document_and_leads_back() {
        let channel = names(1).channel(id("Frage {1}"));
        // Other nodes of other releases must find the same: the name is pinned.
        assert_eq!(
            channel,
            "consilium:00000000-0000-0000-0000-000000000001:d:41500d639c9721c72dcfaebda4651c24"
        );
        assert_eq!(names(1).id_of(channel.as_bytes()), Some(id("Frage {1}")));
        assert_eq!(names(2).id_of(channel.as_bytes()), None);
    }

    #[test]
    fn whatever_a_document_is_called_its_channel_has_one_length_and_no_braces() {
        for name in ["a", "{a}", "a*", "\u{1f3e5}", &"x".repeat(255)] {
            let channel = names(1).channel(id(name));
            assert_eq!(channel.len(), "consilium:".len() + 36 + ":d:".len() + 32);
            assert!(!channel.contains(['{', '}', '*']), "{channel}");
        }
    }

    #[test]
    fn a_probe_is_no_document_and_begins_as_documents_do() {
        let probe = names(1).probe(id("a"));
        let channel = names(1).channel(id("a"));
        assert_eq!(names(1).id_of(probe.as_bytes()), None);
        assert!(probe.starts_with("consilium:00000000-0000-0000-0000-000000000001:d:"));
        let tag = probe
            .split_once('{')
            .and_then(|(_, rest)| rest.strip_suffix('}'));
        assert_eq!(tag, Some(&*channel), "the slot of the document");
    }

    #[test]
    fn what_is_not_a_channel_of_ours_is_nobodys() {
        let channel = names(1).channel(id("a"));
        let lease = names(1).lease(NodeId(7));
        assert!(lease.ends_with(":n:0000000000000007"), "{lease}");
        for other in [
            "",
            "consilium",
            &lease,
            &channel[..channel.len() - 1],
            &format!("{channel}0"),
            &format!("{}G", &channel[..channel.len() - 1]),
            &channel.to_uppercase(),
        ] {
            assert_eq!(names(1).id_of(other.as_bytes()), None, "{other}");
        }
    }
}
