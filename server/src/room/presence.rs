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
//!
//! Echoes. A stock y-websocket client takes its own state back under such a clock, and says again whatever it has taken.
//! That is no news, or the two would tell each other the same for ever ([`Entry::is_echo`]).

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
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
    /// Marks of what members were told of it lately, by [`mark_of`]: a client may take back an older word while a newer
    /// one is on its way.
    told_lately: [u64; TOLD_LATELY],
}

/// Words that are remembered as told. A client sends what it has taken back within a round trip, in which few go out:
/// changes are gathered ([`limits::PRESENCE_COALESCE`]).
const TOLD_LATELY: usize = 4;

/// After so long without news a word is a renewal, whatever it repeats: clients renew theirs every fifteen seconds, and
/// viewers forget after thirty whom they do not hear of.
const ECHO_MAX: Duration = Duration::from_secs(10);

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

    /// Whether its owner says no more than what they were told of themselves a moment ago. The state is stamped, which
    /// writes JSON in the one way in which it was told.
    fn is_echo(&self, clock: u64, state: Option<&str>, now: Instant) -> bool {
        now.saturating_duration_since(self.renewed) < ECHO_MAX
            && state.is_some_and(|state| self.told_lately.contains(&mark_of(clock, state)))
    }
}

/// By what a word is known again. Two words with one mark cost one of them its turn, no more.
fn mark_of(clock: u64, state: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (clock, state).hash(&mut hasher);
    hasher.finish()
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
    /// The clients of each connection here, those that have gone included: a word of one costs what that one has said,
    /// however many others there are.
    of_connection: BTreeMap<SubscriberId, BTreeSet<u64>>,
    /// No entry expires before.
    expiry_at: Option<Instant>,
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
        for client in self.of_connection.get(&from).into_iter().flatten() {
            if let Some(entry) = self.entries.get(client) {
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
            if !is_new
                && let Some(entry) = self.entries.get_mut(&said.client)
                && entry.is_echo(said.clock, state.as_deref(), now)
            {
                entry.heard_clock = said.clock;
                continue;
            }
            let known = self.entries.get(&said.client);
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
            told_lately: [0; TOLD_LATELY],
        });
        let before = std::mem::replace(&mut entry.owner, owner);
        entry.user = user;
        entry.heard_clock = said.clock;
        entry.state = state;
        entry.renewed = now;
        entry.quiet = false;
        // A renewal that says nothing new counts too: viewers forget whom they do not hear of.
        entry.told_clock = said.clock.max(entry.told_clock + 1);
        if before != owner {
            self.let_go(before, said.client);
        }
        if let Owner::Here(id) = owner {
            self.of_connection
                .entry(id)
                .or_default()
                .insert(said.client);
        }
        self.expiry_at.get_or_insert(now + limits::PRESENCE_TIMEOUT);
        self.mark(said.client, now);
    }

    /// A client is not this owner's any more.
    fn let_go(&mut self, owner: Owner, client: u64) {
        if let Owner::Here(id) = owner
            && let Some(clients) = self.of_connection.get_mut(&id)
        {
            clients.remove(&client);
            if clients.is_empty() {
                self.of_connection.remove(&id);
            }
        }
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
        let for_peers = self.for_peers.as_ref().and_then(|peers| peers.tell_at);
        [self.tell_at, for_peers, self.expiry_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Expires silent entries, then returns one payload with all changes if it is time to tell them.
    pub fn tick(&mut self, now: Instant) -> Option<Bytes> {
        if self.expiry_at.is_some_and(|at| at <= now) {
            self.expire(now);
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
        self.remember_as_told(&entries);
        self.forget_long_gone(now);
        (!entries.is_empty()).then(|| awareness::encode(entries.iter()))
    }

    fn expire(&mut self, now: Instant) {
        let mut next: Option<Instant> = None;
        self.change_where(now, |entry| {
            let expires_at = entry.renewed + limits::PRESENCE_TIMEOUT;
            let gone = entry.state.is_some() && expires_at <= now;
            if gone {
                entry.state = None;
            } else if entry.state.is_some() {
                next = Some(next.map_or(expires_at, |next| next.min(expires_at)));
            }
            gone
        });
        self.expiry_at = next;
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
        self.remember_as_told(&entries);
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

    fn remember_as_told(&mut self, told: &[AwarenessEntry]) {
        for word in told {
            if let Some(entry) = self.entries.get_mut(&word.client)
                && entry.is_here()
            {
                entry.told_lately.rotate_right(1);
                entry.told_lately[0] = mark_of(word.clock, &word.state);
            }
        }
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
            let long_gone = self.entries.extract_if(.., |_, entry| {
                entry.state.is_none() && now.duration_since(entry.renewed) >= MEMORY_OF_THE_GONE
            });
            let long_gone: Vec<(u64, Owner)> = long_gone
                .map(|(client, entry)| (client, entry.owner))
                .collect();
            for (client, owner) in long_gone {
                self.let_go(owner, client);
            }
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
mod tests;
