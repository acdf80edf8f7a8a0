//! Who is here: presence of one document (D16, I7).
//!
//! The table is the authority: it stamps the server's word about identity into each state, refuses to let one
//! connection speak for another, gathers changes so that one frame tells all, and lets silent entries expire. It
//! knows no clock and no sockets; the caller says what time it is.
//!
//! Members of other nodes are in the table too, under the word of their node, which has stamped them. What changes
//! here is gathered for the other nodes as well, a little longer, so that an edit can take it along.
//!
//! Clocks. Receivers take a state only when its clock is newer, so the table hands out its own clocks: never below
//! what the client said, and one more each time. A member who returns
//! after a removal is therefore visible at once, even with an old clock of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_protocol::awareness::{self, AwarenessEntry, REMOVED};
use consilium_protocol::ids::UserId;
use consilium_protocol::limits;
use serde_json::{Map, Value};

use super::subscriber::SubscriberId;
use crate::bus::NodeId;

/// Who the server vouches for. `None` in insecure-open mode, where everybody is who they say they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The member.
    pub user: UserId,
    /// Their name, as the token gives it.
    pub display_name: String,
}

/// Through whom a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// A channel of this node.
    Here(SubscriberId),
    /// A channel of another node, which vouches for it.
    Elsewhere(NodeId),
}

#[derive(Debug)]
struct Entry {
    owner: Owner,
    /// The clock that the client, or its node, last said.
    heard_clock: u64,
    /// The clock that members were last told.
    told_clock: u64,
    /// Stamped JSON; `None` after the client has gone.
    state: Option<String>,
    renewed: Instant,
    /// Whose word it was, as far as the server vouches for that. Kept when they have gone: an id is one member's.
    user: Option<UserId>,
    /// The newest connection when this entry was last told as gone.
    here_when_gone: SubscriberId,
    /// The owner's connection has gone quiet; kept, but told as gone until it speaks again.
    quiet: bool,
}

impl Entry {
    fn visible_state(&self) -> &str {
        match &self.state {
            Some(state) if !self.quiet => state,
            _ => REMOVED,
        }
    }

    fn is_visible(&self) -> bool {
        self.visible_state() != REMOVED
    }

    fn is_here(&self) -> bool {
        matches!(self.owner, Owner::Here(_))
    }
}

/// What other nodes are still to be told of the members here.
#[derive(Debug, Default)]
struct ForPeers {
    changed: BTreeSet<u64>,
    tell_at: Option<Instant>,
}

/// The presence table of one document.
#[derive(Debug, Default)]
pub struct Presence {
    // Ordered, so that a simulation with the same seed says the same things in the same order.
    entries: BTreeMap<u64, Entry>,
    changed: BTreeSet<u64>,
    tell_at: Option<Instant>,
    last_told: Option<Instant>,
    newest: SubscriberId,
    /// `None` on a single node.
    for_peers: Option<ForPeers>,
}

impl Presence {
    /// A table whose changes are also gathered for other nodes.
    #[must_use]
    pub fn with_peers() -> Self {
        Self {
            for_peers: Some(ForPeers::default()),
            ..Self::default()
        }
    }

    /// A connection has joined. Ids grow.
    pub fn joined(&mut self, id: SubscriberId) {
        self.newest = self.newest.max(id);
    }

    /// Takes what a connection says. Entries that are not its own, not newer or not JSON objects are left out;
    /// stock clients repeat everybody's, so that is no offence.
    ///
    /// # Errors
    /// The payload cannot be decoded.
    pub fn hear(
        &mut self,
        from: SubscriberId,
        identity: Option<&Identity>,
        payload: Bytes,
        now: Instant,
    ) -> Result<(), consilium_protocol::wire::DecodeError> {
        let heard = awareness::decode(payload)?;
        let user = identity.map(|identity| &identity.user);
        let (mut own, mut own_bytes) = (0, 0);
        for entry in self.entries.values() {
            if entry.owner == Owner::Here(from) {
                own += 1;
                own_bytes += entry.state.as_ref().map_or(0, String::len);
            }
        }
        let has_spoken = own > 0;
        for said in heard {
            if said.clock > limits::PRESENCE_CLOCK_MAX {
                continue;
            }
            let known = self.entries.get(&said.client);
            let is_new = known.is_none_or(|entry| entry.owner != Owner::Here(from));
            if is_new {
                // An id that a living connection of somebody else holds cannot be taken over, and one that has just
                // gone comes back on a new connection: those who were here before only repeat what they were told.
                // A member who has come over from another node is here now, whatever that node still believes. They say
                // so before anything else; what comes later, or says just what was told, is a repetition.
                let free = known.is_none_or(|entry| match entry.owner {
                    Owner::Elsewhere(_) if entry.is_visible() => {
                        let is_repetition =
                            said.clock == entry.told_clock && said.state == entry.visible_state();
                        !has_spoken && !is_repetition && entry.user.as_ref() == user
                    }
                    Owner::Elsewhere(_) | Owner::Here(_) => {
                        !entry.is_visible()
                            && entry.user.as_ref() == user
                            && (from > entry.here_when_gone || said.clock > entry.told_clock)
                    }
                });
                if !free || said.is_removal() || own >= limits::PRESENCE_PER_CONNECTION_MAX {
                    continue;
                }
                own += 1;
            } else if known.is_some_and(|entry| {
                said.clock < entry.heard_clock
                    || (said.clock == entry.heard_clock
                        && !said.is_removal()
                        && entry.state.is_some())
            }) {
                continue;
            }
            let state = if said.is_removal() {
                None
            } else {
                match stamp(&said.state, identity) {
                    Some(state) => Some(state),
                    None => continue,
                }
            };
            let before = known
                .filter(|_| !is_new)
                .and_then(|entry| entry.state.as_ref());
            let bytes =
                own_bytes - before.map_or(0, String::len) + state.as_ref().map_or(0, String::len);
            if bytes > limits::PRESENCE_CONNECTION_BYTES_MAX && state.is_some() {
                continue;
            }
            own_bytes = bytes;
            self.take(Owner::Here(from), user.cloned(), &said, state, now);
        }
        Ok(())
    }

    /// Takes what another node says of its members. What it says of a member who is here is not believed; it is told
    /// better.
    ///
    /// # Errors
    /// The payload cannot be decoded.
    pub fn hear_peer(
        &mut self,
        node: NodeId,
        payload: Bytes,
        now: Instant,
    ) -> Result<(), consilium_protocol::wire::DecodeError> {
        for said in awareness::decode(payload)? {
            if said.clock > limits::PRESENCE_CLOCK_MAX {
                continue;
            }
            let known = self.entries.get(&said.client);
            let gone = said.is_removal();
            match known.map(|entry| (entry.owner, entry.is_visible())) {
                Some((Owner::Here(_), true)) => {
                    if gone {
                        self.mark_for_peers(said.client, now);
                    }
                    continue;
                }
                Some((Owner::Elsewhere(owner), _)) if owner == node => {}
                // Only its own node can say that a member has gone.
                _ if gone => continue,
                _ => {}
            }
            let state = (!gone).then(|| said.state.clone());
            let user = match &state {
                Some(state) => user_in(state),
                None => known.and_then(|entry| entry.user.clone()),
            };
            self.take(Owner::Elsewhere(node), user, &said, state, now);
        }
        Ok(())
    }

    /// Another node has gone, and with it its members.
    pub fn node_gone(&mut self, node: NodeId, now: Instant) {
        self.remove_where(now, |owner| owner == Owner::Elsewhere(node));
    }

    /// Nothing is known of members of other nodes any more.
    pub fn forget_peers(&mut self, now: Instant) {
        self.remove_where(now, |owner| matches!(owner, Owner::Elsewhere(_)));
    }

    /// Other nodes are to be told of everybody who is here.
    pub fn announce(&mut self, now: Instant) {
        let here: Vec<u64> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.is_here() && entry.is_visible())
            .map(|(client, _)| *client)
            .collect();
        for client in here {
            self.mark_for_peers(client, now);
        }
    }

    /// What changed here and other nodes were not told yet, whether it is time or not; `None` when nothing did. At most
    /// `PRESENCE_PEERS_BYTES_MAX`: what is left follows at the next time, so that however many are here, the bus carries
    /// so much of them in a second and no more.
    #[must_use]
    pub fn take_for_peers(&mut self, now: Instant) -> Option<Bytes> {
        let mut changed = std::mem::take(&mut self.for_peers.as_mut()?.changed);
        let mut entries: Vec<AwarenessEntry> = Vec::new();
        let mut bytes = 0;
        while bytes < limits::PRESENCE_PEERS_BYTES_MAX
            && entries.len() < limits::PRESENCE_ENTRIES_MAX
            && let Some(client) = changed.pop_first()
        {
            if self.entries.get(&client).is_some_and(Entry::is_here)
                && let Some(entry) = self.told(client)
            {
                bytes += entry.state.len();
                entries.push(entry);
            }
        }
        let for_peers = self.for_peers.as_mut()?;
        for_peers.tell_at = (!changed.is_empty()).then(|| now + limits::PRESENCE_PEERS_COALESCE);
        for_peers.changed = changed;
        (!entries.is_empty()).then(|| awareness::encode(entries.iter()))
    }

    /// As [`Presence::take_for_peers`], once it is time.
    #[must_use]
    pub fn tick_for_peers(&mut self, now: Instant) -> Option<Bytes> {
        let due = self.for_peers.as_ref()?.tell_at?;
        if due > now {
            return None;
        }
        self.take_for_peers(now)
    }

    /// Who has spoken for a client here, as far as the server vouches for that. Client ids are public by presence before
    /// their owner has written anything; until then they are whose presence they are.
    #[must_use]
    pub fn speaker_of(&self, client: u64) -> Option<&UserId> {
        self.entries.get(&client)?.user.as_ref()
    }

    fn take(
        &mut self,
        owner: Owner,
        user: Option<UserId>,
        said: &AwarenessEntry,
        state: Option<String>,
        now: Instant,
    ) {
        let entry = self.entries.entry(said.client).or_insert(Entry {
            owner,
            heard_clock: 0,
            told_clock: 0,
            state: None,
            renewed: now,
            user: None,
            here_when_gone: SubscriberId(0),
            quiet: false,
        });
        entry.owner = owner;
        entry.user = user;
        entry.heard_clock = said.clock;
        entry.state = state;
        entry.renewed = now;
        entry.quiet = false;
        // A renewal that says nothing new counts too: viewers forget whom they do not hear of.
        entry.told_clock = said.clock.max(entry.told_clock + 1);
        self.mark(said.client, now);
    }

    /// A connection has left; its entries go at once.
    pub fn leave(&mut self, id: SubscriberId, now: Instant) {
        self.remove_where(now, |owner| owner == Owner::Here(id));
    }

    fn remove_where(&mut self, now: Instant, is_meant: impl Fn(Owner) -> bool) {
        self.change_where(now, |entry| {
            let gone = is_meant(entry.owner) && entry.state.is_some();
            if gone {
                entry.state = None;
            }
            gone
        });
    }

    /// A connection has gone quiet (or speaks again): its entries are hidden (or shown), not forgotten.
    pub fn set_quiet(&mut self, id: SubscriberId, quiet: bool, now: Instant) {
        self.change_where(now, |entry| {
            let differs =
                entry.owner == Owner::Here(id) && entry.state.is_some() && entry.quiet != quiet;
            if differs {
                entry.quiet = quiet;
            }
            differs
        });
    }

    fn change_where(&mut self, now: Instant, mut change: impl FnMut(&mut Entry) -> bool) {
        let mut changed = Vec::new();
        for (client, entry) in &mut self.entries {
            if change(entry) {
                entry.told_clock += 1;
                entry.here_when_gone = self.newest;
                changed.push(*client);
            }
        }
        for client in changed {
            self.mark(client, now);
        }
    }

    fn mark(&mut self, client: u64, now: Instant) {
        self.changed.insert(client);
        if self.tell_at.is_none() {
            // The first change after a pause goes out at once; a stream of changes is gathered.
            let earliest = self
                .last_told
                .map_or(now, |last| last + limits::PRESENCE_COALESCE);
            self.tell_at = Some(earliest.max(now));
        }
        if self.entries.get(&client).is_some_and(Entry::is_here) {
            self.mark_for_peers(client, now);
        }
    }

    fn mark_for_peers(&mut self, client: u64, now: Instant) {
        if let Some(for_peers) = &mut self.for_peers {
            for_peers.changed.insert(client);
            for_peers
                .tell_at
                .get_or_insert(now + limits::PRESENCE_PEERS_COALESCE);
        }
    }

    /// When [`Presence::tick`] has something to do next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        // Expiry is checked coarsely; a second more is within the 30 s promise's meaning.
        let expiry = self
            .entries
            .values()
            .filter(|entry| entry.state.is_some())
            .map(|entry| entry.renewed + limits::PRESENCE_TIMEOUT)
            .min();
        let for_peers = self.for_peers.as_ref().and_then(|peers| peers.tell_at);
        [self.tell_at, for_peers, expiry]
            .into_iter()
            .flatten()
            .min()
    }

    /// Expires silent entries, then returns one payload with all changes if it is time to tell them.
    pub fn tick(&mut self, now: Instant) -> Option<Bytes> {
        let expired = |entry: &Entry| {
            entry.state.is_some() && now.duration_since(entry.renewed) >= limits::PRESENCE_TIMEOUT
        };
        if self.entries.values().any(expired) {
            self.change_where(now, |entry| {
                let gone = expired(entry);
                if gone {
                    entry.state = None;
                }
                gone
            });
        }
        if self.tell_at.is_none_or(|at| at > now) {
            return None;
        }
        self.tell_at = None;
        self.last_told = Some(now);
        let changed = std::mem::take(&mut self.changed);
        let entries: Vec<AwarenessEntry> = changed
            .iter()
            .filter_map(|client| self.told(*client))
            .collect();
        self.forget_long_gone(now);
        (!entries.is_empty()).then(|| awareness::encode(entries.iter()))
    }

    /// Everybody who is here, for a newcomer; `None` when nobody is.
    ///
    /// Stock clients that return have forgotten the others' states but not their clocks, and would not take a state
    /// whose clock has not grown: so each is told under a clock that nobody was told before.
    #[must_use]
    pub fn everybody(&mut self) -> Option<Bytes> {
        for entry in self.entries.values_mut() {
            entry.told_clock += 1;
        }
        let entries: Vec<AwarenessEntry> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.is_visible())
            .filter_map(|(client, _)| self.told(*client))
            .collect();
        (!entries.is_empty()).then(|| awareness::encode(entries.iter()))
    }

    /// How many clients are visible.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries
            .values()
            .filter(|entry| entry.is_visible())
            .count()
    }

    /// Whether nobody is visible.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn told(&self, client: u64) -> Option<AwarenessEntry> {
        let entry = self.entries.get(&client)?;
        Some(AwarenessEntry {
            client,
            clock: entry.told_clock,
            state: entry.visible_state().to_owned(),
        })
    }

    /// Gone entries are kept for a while for the sake of their clocks, not for ever (I4).
    fn forget_long_gone(&mut self, now: Instant) {
        const MEMORY_OF_THE_GONE: Duration = Duration::from_secs(600);
        if self.entries.len() > 2 * limits::PRESENCE_PER_CONNECTION_MAX {
            self.entries.retain(|_, entry| {
                entry.state.is_some() || now.duration_since(entry.renewed) < MEMORY_OF_THE_GONE
            });
        }
    }
}

/// Puts the server's word into a state: `user.id` and `user.name` are ours, everything else is the client's.
/// `None` when the text is not a JSON object, which would crash other clients.
fn stamp(state: &str, identity: Option<&Identity>) -> Option<String> {
    let mut fields: Map<String, Value> = serde_json::from_str(state).ok()?;
    let Some(identity) = identity else {
        return Some(state.to_owned());
    };
    let user = fields
        .entry("user")
        .or_insert_with(|| Value::Object(Map::new()));
    if !user.is_object() {
        *user = Value::Object(Map::new());
    }
    if let Value::Object(user) = user {
        user.insert("id".into(), identity.user.as_str().into());
        user.insert("name".into(), identity.display_name.as_str().into());
    }
    // Stock clients repeat everybody's states: one that has grown over the bound would make them unheard.
    serde_json::to_string(&fields)
        .ok()
        .filter(|stamped| stamped.len() <= limits::PRESENCE_STATE_BYTES_MAX)
}

/// The member in a state that a node has stamped. Without identity, everybody is who they say they are.
fn user_in(state: &str) -> Option<UserId> {
    let state: Value = serde_json::from_str(state).ok()?;
    state["user"]["id"].as_str().map(UserId::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: SubscriberId = SubscriberId(1);
    const BERT: SubscriberId = SubscriberId(2);

    fn identity(name: &str) -> Identity {
        Identity {
            user: UserId::new(name),
            display_name: format!("Dr {name}"),
        }
    }

    fn say(client: u64, clock: u64, state: &str) -> Bytes {
        awareness::encode(
            [AwarenessEntry {
                client,
                clock,
                state: state.into(),
            }]
            .iter(),
        )
    }

    fn told(payload: Option<Bytes>) -> Vec<(u64, u64, String)> {
        payload.map_or_else(Vec::new, |payload| {
            awareness::decode(payload)
                .unwrap()
                .into_iter()
                .map(|entry| (entry.client, entry.clock, entry.state))
                .collect()
        })
    }

    #[test]
    fn a_name_is_the_servers_word_and_custom_fields_survive() {
        let mut presence = Presence::default();
        let now = Instant::now();
        let claim = r##"{"user":{"name":"Somebody else","color":"#123"},"cursor":5}"##;
        presence
            .hear(ANNA, Some(&identity("anna")), say(7, 0, claim), now)
            .unwrap();
        let (_, _, state) = told(presence.tick(now)).remove(0);
        let state: Value = serde_json::from_str(&state).unwrap();
        assert_eq!(state["user"]["name"], "Dr anna");
        assert_eq!(state["user"]["id"], "anna");
        assert_eq!(state["user"]["color"], "#123");
        assert_eq!(state["cursor"], 5);
    }

    #[test]
    fn nobody_speaks_for_another() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence
            .hear(ANNA, Some(&identity("anna")), say(7, 3, "{}"), now)
            .unwrap();
        presence.tick(now);
        presence
            .hear(BERT, Some(&identity("bert")), say(7, 9, r#"{"x":1}"#), now)
            .unwrap();
        presence
            .hear(BERT, Some(&identity("bert")), say(7, 9, REMOVED), now)
            .unwrap();
        assert_eq!(told(presence.tick(now + limits::PRESENCE_COALESCE)), []);
        assert_eq!(presence.len(), 1);
    }

    #[test]
    fn a_member_who_returns_with_an_old_clock_is_visible_at_once() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence.hear(ANNA, None, say(7, 4, "{}"), now).unwrap();
        let first = told(presence.tick(now)).remove(0);
        presence.leave(ANNA, now);
        presence.joined(BERT);
        let later = now + limits::PRESENCE_COALESCE;
        let gone = told(presence.tick(later)).remove(0);
        assert_eq!(gone.2, REMOVED);
        assert!(gone.1 > first.1);
        presence.hear(BERT, None, say(7, 4, "{}"), later).unwrap();
        let back = told(presence.tick(later + limits::PRESENCE_COALESCE)).remove(0);
        assert_eq!(back.2, "{}");
        assert!(back.1 > gone.1);
    }

    #[test]
    fn who_was_here_cannot_keep_the_gone_by_repeating_them() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence.joined(ANNA);
        presence.joined(BERT);
        presence.hear(ANNA, None, say(7, 4, "{}"), now).unwrap();
        let told_clock = told(presence.tick(now)).remove(0).1;
        presence.leave(ANNA, now);
        // A stock client repeats what it was told, and has not heard yet that Anna has left.
        presence
            .hear(BERT, None, say(7, told_clock, "{}"), now)
            .unwrap();
        assert!(presence.is_empty());
        let later = now + limits::PRESENCE_COALESCE;
        assert_eq!(told(presence.tick(later)).remove(0).2, REMOVED);
    }

    #[test]
    fn a_renewal_is_told_under_a_newer_clock() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence.hear(ANNA, None, say(7, 1, "{}"), now).unwrap();
        presence.tick(now);
        presence.set_quiet(ANNA, true, now);
        presence.set_quiet(ANNA, false, now);
        let before = told(presence.tick(now + limits::PRESENCE_COALESCE))
            .remove(0)
            .1;
        presence.hear(ANNA, None, say(7, 2, "{}"), now).unwrap();
        let after = told(presence.tick(now + limits::PRESENCE_COALESCE * 2))
            .remove(0)
            .1;
        assert!(after > before);
    }

    #[test]
    fn many_changes_become_one_payload_with_the_newest_states() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence.hear(ANNA, None, say(1, 0, "{}"), now).unwrap();
        presence.tick(now);
        for clock in 1..10 {
            let state = format!(r#"{{"cursor":{clock}}}"#);
            presence
                .hear(ANNA, None, say(1, clock, &state), now)
                .unwrap();
            presence
                .hear(BERT, None, say(2, clock, &state), now)
                .unwrap();
        }
        assert_eq!(presence.tick(now), None);
        let told = told(presence.tick(now + limits::PRESENCE_COALESCE));
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|(_, _, state)| state == r#"{"cursor":9}"#));
    }

    #[test]
    fn presence_that_is_not_renewed_expires() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence.hear(ANNA, None, say(1, 0, "{}"), now).unwrap();
        presence.tick(now);
        let late = now + limits::PRESENCE_TIMEOUT;
        assert_eq!(presence.next_deadline(), Some(late));
        assert_eq!(told(presence.tick(late)).remove(0).2, REMOVED);
        assert!(presence.is_empty());
    }

    #[test]
    fn a_quiet_connection_is_hidden_and_comes_back_unchanged() {
        let mut presence = Presence::default();
        let now = Instant::now();
        presence
            .hear(ANNA, None, say(1, 0, r#"{"a":1}"#), now)
            .unwrap();
        presence.tick(now);
        presence.set_quiet(ANNA, true, now);
        assert!(presence.is_empty());
        presence.set_quiet(ANNA, false, now);
        let back = told(presence.tick(now + limits::PRESENCE_COALESCE)).remove(0);
        assert_eq!(back.2, r#"{"a":1}"#);
    }

    const LEFT: NodeId = NodeId(1);
    const RIGHT: NodeId = NodeId(2);

    /// Two nodes' tables and the messages between them.
    fn exchange(from: NodeId, payload: Option<Bytes>, to: &mut Presence, now: Instant) {
        if let Some(payload) = payload {
            to.hear_peer(from, payload, now).unwrap();
        }
    }

    #[test]
    fn members_of_other_nodes_are_seen_and_go() {
        let now = Instant::now();
        let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
        left.hear(ANNA, Some(&identity("anna")), say(7, 3, "{}"), now)
            .unwrap();
        assert_eq!(left.tick_for_peers(now), None, "it waits for company");
        let later = now + limits::PRESENCE_PEERS_COALESCE;
        exchange(LEFT, left.tick_for_peers(later), &mut right, later);
        assert_eq!(left.tick_for_peers(later), None, "told once");
        assert!(told(right.tick(later))[0].2.contains("Dr anna"));
        assert_eq!(
            right.take_for_peers(now),
            None,
            "nobody speaks for another node"
        );
        left.leave(ANNA, later);
        exchange(LEFT, left.take_for_peers(now), &mut right, later);
        assert!(right.is_empty());
    }

    #[test]
    fn a_node_that_has_gone_takes_its_members_along() {
        let now = Instant::now();
        let mut right = Presence::with_peers();
        right.hear_peer(LEFT, say(7, 3, "{}"), now).unwrap();
        right.hear_peer(NodeId(9), say(8, 3, "{}"), now).unwrap();
        right.node_gone(LEFT, now);
        assert_eq!(right.len(), 1);
        right.forget_peers(now);
        assert!(right.is_empty());
    }

    #[test]
    fn who_moves_to_another_node_is_seen_there_at_once_and_stays_when_the_old_one_notices() {
        let now = Instant::now();
        let anna = identity("anna");
        let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
        left.hear(ANNA, Some(&anna), say(7, 3, "{}"), now).unwrap();
        exchange(LEFT, left.take_for_peers(now), &mut right, now);
        right.tick(now);
        // The line is cut; the left node has not noticed.
        right
            .hear(BERT, Some(&anna), say(7, 4, r#"{"cursor":1}"#), now)
            .unwrap();
        exchange(RIGHT, right.take_for_peers(now), &mut left, now);
        left.leave(ANNA, now);
        exchange(LEFT, left.take_for_peers(now), &mut right, now);
        assert_eq!(right.len(), 1, "only her node can say that she has gone");
        exchange(RIGHT, right.take_for_peers(now), &mut left, now);
        assert_eq!(left.len(), 1, "and it says that she has not");
        left.tick(now);
        right.leave(BERT, now);
        exchange(RIGHT, right.take_for_peers(now), &mut left, now);
        assert!(left.is_empty() && right.is_empty());
    }

    #[test]
    fn who_repeats_what_they_were_told_does_not_speak_for_members_elsewhere() {
        let now = Instant::now();
        // In open mode nobody's name is vouched for, and one person may have two devices.
        for identity in [None, Some(identity("anna"))] {
            let identity = identity.as_ref();
            let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
            left.hear(ANNA, identity, say(7, 1, "{}"), now).unwrap();
            exchange(LEFT, left.take_for_peers(now), &mut right, now);
            let heard = told(right.tick(now)).remove(0);
            // One who has not spoken for themselves yet, and one who has; stock clients repeat everybody's.
            right
                .hear(BERT, identity, say(7, heard.1, &heard.2), now)
                .unwrap();
            right.hear(BERT, identity, say(8, 1, "{}"), now).unwrap();
            assert!(right.everybody().is_some(), "somebody joins");
            right
                .hear(BERT, identity, say(7, heard.1, &heard.2), now)
                .unwrap();
            left.hear(ANNA, identity, say(7, 2, r#"{"cursor":1}"#), now)
                .unwrap();
            exchange(LEFT, left.take_for_peers(now), &mut right, now);
            let later = now + limits::PRESENCE_COALESCE;
            let seen = told(right.tick(later));
            let anna = seen.iter().find(|entry| entry.0 == 7).unwrap();
            assert!(anna.2.contains("cursor"), "{seen:?}");
        }
    }

    #[test]
    fn a_clock_beyond_reason_is_left_out_wherever_it_comes_from() {
        let now = Instant::now();
        let mut presence = Presence::with_peers();
        let beyond = limits::PRESENCE_CLOCK_MAX + 1;
        presence
            .hear(ANNA, None, say(1, beyond, "{}"), now)
            .unwrap();
        presence.hear_peer(LEFT, say(2, beyond, "{}"), now).unwrap();
        assert!(presence.is_empty());
        presence
            .hear(ANNA, None, say(1, limits::PRESENCE_CLOCK_MAX, "{}"), now)
            .unwrap();
        presence.leave(ANNA, now);
        let removal = presence.tick(now).expect("a removal");
        assert!(awareness::decode(removal).is_ok(), "others can read it");
    }

    #[test]
    fn one_connection_has_so_much_to_say_and_no_more() {
        let now = Instant::now();
        let mut presence = Presence::default();
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(7_000));
        for client in 0..20 {
            presence
                .hear(ANNA, None, say(client, 1, &large), now)
                .unwrap();
        }
        assert_eq!(
            presence.len(),
            limits::PRESENCE_CONNECTION_BYTES_MAX / large.len()
        );
        // Less may always be said, and makes room.
        presence.hear(ANNA, None, say(0, 2, "{}"), now).unwrap();
        presence.hear(ANNA, None, say(19, 2, &large), now).unwrap();
        assert_eq!(
            presence.len(),
            limits::PRESENCE_CONNECTION_BYTES_MAX / large.len() + 1
        );
        presence.hear(BERT, None, say(30, 1, &large), now).unwrap();
        assert_eq!(told(presence.tick(now)).last().unwrap().0, 30);
    }

    #[test]
    fn a_crowd_is_told_to_other_nodes_bit_by_bit() {
        let mut now = Instant::now();
        let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
        let state = format!(r#"{{"a":"{}"}}"#, "x".repeat(7_000));
        for client in 0..100 {
            let from = SubscriberId(100 + client);
            left.hear(from, None, say(client, 1, &state), now).unwrap();
        }
        let mut messages = 0;
        while let Some(due) = left.for_peers.as_ref().unwrap().tell_at {
            now = now.max(due);
            let payload = left.tick_for_peers(now).unwrap();
            assert!(payload.len() < limits::PRESENCE_PEERS_BYTES_MAX + 2 * state.len());
            exchange(LEFT, Some(payload), &mut right, now);
            messages += 1;
        }
        assert_eq!(right.len(), 100);
        assert!(messages > 5, "{messages}");
    }

    #[test]
    fn an_id_stays_its_members_when_they_have_gone() {
        let now = Instant::now();
        let (anna, bert) = (identity("anna"), identity("bert"));
        let mut presence = Presence::default();
        presence
            .hear(ANNA, Some(&anna), say(7, 1, "{}"), now)
            .unwrap();
        assert_eq!(presence.speaker_of(7), Some(&anna.user));
        presence.leave(ANNA, now);
        let later = SubscriberId(50);
        presence.joined(later);
        presence
            .hear(later, Some(&bert), say(7, 9, "{}"), now)
            .unwrap();
        assert!(presence.is_empty());
        assert_eq!(presence.speaker_of(7), Some(&anna.user));
        presence
            .hear(later, Some(&anna), say(7, 9, "{}"), now)
            .unwrap();
        assert_eq!(presence.len(), 1);
    }

    #[test]
    fn nobody_takes_over_a_member_of_another_node() {
        let now = Instant::now();
        let mut left = Presence::with_peers();
        let mut right = Presence::with_peers();
        left.hear(ANNA, Some(&identity("anna")), say(7, 3, "{}"), now)
            .unwrap();
        exchange(LEFT, left.take_for_peers(now), &mut right, now);
        right
            .hear(BERT, Some(&identity("bert")), say(7, 9, "{}"), now)
            .unwrap();
        assert!(told(right.tick(now))[0].2.contains("Dr anna"));
        // Nor does a node's word about a member who is here count.
        left.hear_peer(RIGHT, say(7, 99, r#"{"x":1}"#), now)
            .unwrap();
        assert!(told(left.tick(now))[0].2.contains("Dr anna"));
    }

    #[test]
    fn a_newcomer_among_the_nodes_is_told_of_everybody_who_is_here() {
        let now = Instant::now();
        let mut left = Presence::with_peers();
        left.hear(ANNA, None, say(7, 3, "{}"), now).unwrap();
        left.hear_peer(RIGHT, say(8, 3, "{}"), now).unwrap();
        assert!(left.take_for_peers(now).is_some());
        left.announce(now);
        let told = told(left.take_for_peers(now));
        assert_eq!(
            told.iter().map(|(client, ..)| *client).collect::<Vec<_>>(),
            [7]
        );
    }

    #[test]
    fn text_that_is_not_a_json_object_never_reaches_others() {
        let mut presence = Presence::default();
        let now = Instant::now();
        for bad in ["", "7", "[1]", "{", "{\"a\":}", "\"x\""] {
            presence.hear(ANNA, None, say(1, 1, bad), now).unwrap();
        }
        assert_eq!(told(presence.tick(now)), []);
    }
}
