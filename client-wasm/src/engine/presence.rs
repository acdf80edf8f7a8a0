//! This device's own presence in one document: the newest entry of every tab.
//!
//! Kept so that it can be announced again on every new connection. Clocks are the tabs' own; a tab that is gone is
//! announced once with a higher clock. What others do is passed through and not remembered (I7).

use std::collections::BTreeMap;

use bytes::Bytes;
use consilium_protocol::awareness::{self, AwarenessEntry, REMOVED};
use consilium_protocol::limits::PRESENCE_PER_CONNECTION_MAX;

/// The tabs that are here.
#[derive(Debug, Default)]
pub(crate) struct LocalPresence {
    entries: BTreeMap<u64, AwarenessEntry>,
}

impl LocalPresence {
    /// Takes a tab's payload; answers with what to tell the server: nothing for an unreadable one, or when more
    /// tabs speak than the server allows.
    pub(crate) fn take(&mut self, payload: &Bytes) -> Option<Bytes> {
        let news: Vec<AwarenessEntry> = awareness::decode(payload.clone())
            .ok()?
            .into_iter()
            .filter(|entry| self.admit(entry))
            .collect();
        (!news.is_empty()).then(|| awareness::encode(news.iter()))
    }

    fn admit(&mut self, entry: &AwarenessEntry) -> bool {
        if entry.is_removal() {
            return self.entries.remove(&entry.client).is_some();
        }
        let known = self.entries.contains_key(&entry.client);
        if !known && self.entries.len() >= PRESENCE_PER_CONNECTION_MAX {
            return false;
        }
        self.entries.insert(entry.client, entry.clone());
        true
    }

    /// Forgets tabs; answers with the payload that says so.
    pub(crate) fn remove(&mut self, clients: &[u64]) -> Option<Bytes> {
        let gone: Vec<AwarenessEntry> = clients
            .iter()
            .filter_map(|client| self.entries.remove(client))
            .map(|entry| AwarenessEntry {
                client: entry.client,
                clock: entry.clock + 1,
                state: REMOVED.to_owned(),
            })
            .collect();
        (!gone.is_empty()).then(|| awareness::encode(gone.iter()))
    }

    /// Everybody on this device, for a new connection.
    pub(crate) fn announcement(&self) -> Option<Bytes> {
        (!self.entries.is_empty()).then(|| awareness::encode(self.entries.values()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(client: u64, clock: u64, state: &str) -> AwarenessEntry {
        AwarenessEntry {
            client,
            clock,
            state: state.to_owned(),
        }
    }

    fn payload(entries: &[AwarenessEntry]) -> Bytes {
        awareness::encode(entries.iter())
    }

    #[test]
    fn every_tab_is_announced_again_with_its_newest_entry() {
        let mut presence = LocalPresence::default();
        assert!(presence.take(&payload(&[entry(1, 0, "{}")])).is_some());
        assert!(presence.take(&payload(&[entry(2, 0, "{}")])).is_some());
        presence.take(&payload(&[entry(1, 3, r#"{"a":1}"#)]));
        assert_eq!(
            presence.announcement(),
            Some(payload(&[entry(1, 3, r#"{"a":1}"#), entry(2, 0, "{}")]))
        );
    }

    #[test]
    fn a_tab_that_is_gone_is_said_once_with_a_higher_clock() {
        let mut presence = LocalPresence::default();
        presence.take(&payload(&[entry(1, 4, "{}")]));
        assert_eq!(
            presence.remove(&[1, 9]),
            Some(payload(&[entry(1, 5, REMOVED)]))
        );
        assert_eq!(presence.remove(&[1]), None);
        assert_eq!(presence.announcement(), None);
    }

    #[test]
    fn more_tabs_than_the_server_allows_are_not_announced() {
        let mut presence = LocalPresence::default();
        for client in 0..PRESENCE_PER_CONNECTION_MAX as u64 {
            assert!(presence.take(&payload(&[entry(client, 0, "{}")])).is_some());
        }
        assert_eq!(presence.take(&payload(&[entry(1_000, 0, "{}")])), None);
        assert!(presence.take(&payload(&[entry(0, 1, "{}")])).is_some());
    }
}
