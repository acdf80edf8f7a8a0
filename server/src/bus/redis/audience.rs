//! Who on this node follows the documents of one server, and what they hear.
//!
//! Everything that arrives on the subscribing connection goes through here, in the order of arrival and without
//! waiting: the connection's own task hands it to the rooms' queues. Only the pushes of the connection that counts now
//! are heard; a straggler of an earlier one is not.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use redis::{PushInfo, PushKind, Value};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::envelope::Envelope;
use super::figures::{self, Missed};
use super::limits::ORIGINS_MAX;
use super::names::{ChannelId, Names};
use super::subscriptions::{Command, Subscriptions, Unsubscribed, Word};
use crate::bus::NodeId;
use crate::bus::following::Listener;

/// The followers of one server's documents.
#[derive(Debug)]
pub(super) struct Audience {
    node: NodeId,
    names: Arc<Names>,
    state: Mutex<State>,
    /// A command has become due.
    due: Notify,
}

/// Which of the connections, one after the other, this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionNumber(u64);

/// What the owner of the connection must know about a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// Nothing.
    Nothing,
    /// The server has let go of a document that it no longer serves.
    Moved,
    /// The connection must be replaced: it has ended, or its answers no longer fit its requests.
    Ended,
}

/// One room that follows.
#[derive(Debug)]
pub(super) struct Hearer {
    /// Which following it is: a later one of the same document has another.
    token: u64,
    listener: Listener,
    /// Since when the subscription is awaited, until it is in force for the first time.
    awaited_since: Option<Instant>,
    /// The latest message of each node.
    latest: HashMap<NodeId, u64>,
}

#[derive(Debug, Default)]
struct State {
    subscriptions: Subscriptions<ChannelId>,
    hearers: HashMap<ChannelId, Hearer>,
    /// The connection that counts now, if there is one.
    connection: Option<u64>,
    last_connection: u64,
    /// Whether an answer is awaited on the connection.
    is_asking: bool,
    /// Pushes of any kind so far: a sign of life.
    pushes: u64,
}

impl Hearer {
    pub(super) fn new(token: u64, listener: Listener) -> Self {
        Self {
            token,
            listener,
            awaited_since: Some(Instant::now()),
            latest: HashMap::new(),
        }
    }

    fn hear(&mut self, message: Option<Envelope>, node: NodeId) {
        let Some(envelope) = message else {
            self.listener.gap();
            return figures::missed(Missed::Version);
        };
        if envelope.node == node {
            return;
        }
        if self.latest.len() >= ORIGINS_MAX && !self.latest.contains_key(&envelope.node) {
            self.latest.clear();
        }
        let latest = self.latest.entry(envelope.node).or_default();
        if envelope.sequence <= *latest {
            self.listener.gap();
            return figures::missed(Missed::Order);
        }
        *latest = envelope.sequence;
        figures::heard(envelope.message.len());
        if !self.listener.message(envelope.message) {
            figures::missed(Missed::Overflow);
        }
    }

    fn tell(&mut self, word: Option<Word>, reason: Missed) {
        match word {
            Some(Word::Following) => {
                if let Some(since) = self.awaited_since.take() {
                    figures::subscribed(since.elapsed());
                }
                self.listener.following();
            }
            Some(Word::Missed) => {
                figures::missed(reason);
                self.listener.missed();
            }
            None => {}
        }
    }
}

impl State {
    fn tell(&mut self, id: ChannelId, word: Option<Word>, reason: Missed) {
        if let Some(hearer) = self.hearers.get_mut(&id) {
            hearer.tell(word, reason);
        }
    }
}

impl Audience {
    pub(super) fn new(node: NodeId, names: Arc<Names>) -> Self {
        Self {
            node,
            names,
            state: Mutex::default(),
            due: Notify::new(),
        }
    }

    /// A room follows. Whoever followed the same document before hears that it no longer does.
    pub(super) fn follow(&self, id: ChannelId, mut hearer: Hearer) {
        self.change(|state| {
            let word = state.subscriptions.follow(id);
            hearer.tell(word, Missed::Moved);
            if let Some(earlier) = state.hearers.insert(id, hearer) {
                earlier.listener.missed();
            }
        });
        self.due.notify_one();
    }

    /// A room no longer follows, unless a later following has taken its place.
    pub(super) fn unfollow(&self, id: ChannelId, token: u64) {
        self.change(|state| {
            if state
                .hearers
                .get(&id)
                .is_some_and(|hearer| hearer.token == token)
            {
                state.hearers.remove(&id);
                state.subscriptions.unfollow(id);
            }
        });
        self.due.notify_one();
    }

    /// A new connection counts from now on. The earlier one must have been [`Audience::lost`].
    pub(super) fn connected(&self) -> ConnectionNumber {
        let mut state = self.state.lock();
        state.last_connection += 1;
        state.connection = Some(state.last_connection);
        state.is_asking = false;
        ConnectionNumber(state.last_connection)
    }

    /// The connection is gone, and every follower misses something from now on.
    pub(super) fn lost(&self) {
        self.change(|state| {
            state.connection = None;
            for id in state.subscriptions.lost() {
                state.tell(id, Some(Word::Missed), Missed::Connection);
            }
        });
    }

    /// The bus is closed.
    pub(super) fn close(&self) {
        self.lost();
        self.state.lock().hearers.clear();
    }

    /// The next commands, which are sent now: an answer is awaited.
    pub(super) fn take_due(&self, max: usize) -> Vec<(ChannelId, Command)> {
        self.change(|state| {
            let commands = state.subscriptions.take_due(max);
            state.is_asking |= !commands.is_empty();
            commands
        })
    }

    /// Something else is asked now: an answer is awaited.
    pub(super) fn asks(&self) {
        self.state.lock().is_asking = true;
    }

    /// All answers have come.
    pub(super) fn answered(&self) {
        self.state.lock().is_asking = false;
    }

    /// The server refused a command.
    pub(super) fn refused(&self, id: ChannelId) {
        self.change(|state| state.subscriptions.refused(id));
    }

    /// What was refused, or ended by the server, is due again.
    pub(super) fn retry(&self) {
        if self.change(|state| state.subscriptions.retry()) > 0 {
            self.due.notify_one();
        }
    }

    /// Waits until a command may be due.
    ///
    /// Cancel safety: nothing is lost.
    pub(super) async fn until_due(&self) {
        self.due.notified().await;
    }

    /// How many pushes have come, of any kind.
    pub(super) fn pushes(&self) -> u64 {
        self.state.lock().pushes
    }

    /// Takes what the connection brings.
    pub(super) fn push(&self, connection: ConnectionNumber, info: PushInfo) -> Noted {
        if info.kind == PushKind::Disconnection {
            return Noted::Ended;
        }
        self.change(|state| {
            if state.connection != Some(connection.0) {
                return Noted::Nothing;
            }
            state.pushes += 1;
            let mut data = info.data.into_iter();
            let id = match data.next() {
                Some(Value::BulkString(channel)) => self.names.id_of(&channel),
                _ => None,
            };
            let Some(id) = id else {
                return Noted::Nothing;
            };
            match info.kind {
                PushKind::SMessage => {
                    if let (Some(hearer), Some(Value::BulkString(payload))) =
                        (state.hearers.get_mut(&id), data.next())
                    {
                        hearer.hear(Envelope::decode(Bytes::from(payload)), self.node);
                    }
                    Noted::Nothing
                }
                PushKind::SSubscribe => {
                    let word = state.subscriptions.subscribed(id);
                    state.tell(id, word, Missed::Moved);
                    Noted::Nothing
                }
                PushKind::SUnsubscribe => match state.subscriptions.unsubscribed(id) {
                    Unsubscribed::AsAsked => Noted::Nothing,
                    Unsubscribed::ByItself(word) => {
                        state.tell(id, word, Missed::Moved);
                        // The driver takes every confirmation for the answer to the oldest request. If one is
                        // awaited, all answers after this are off by one.
                        if state.is_asking {
                            Noted::Ended
                        } else {
                            Noted::Moved
                        }
                    }
                },
                _ => Noted::Nothing,
            }
        })
    }

    /// Takes out all that another server serves now. Their followers miss something until they are put in there.
    pub(super) fn take_out(&self, stays: impl Fn(ChannelId) -> bool) -> Vec<(ChannelId, Hearer)> {
        self.change(|state| {
            let leaving: Vec<ChannelId> = state
                .hearers
                .keys()
                .copied()
                .filter(|id| !stays(*id))
                .collect();
            leaving
                .into_iter()
                .filter_map(|id| {
                    let word = state.subscriptions.remove(id);
                    state.tell(id, word, Missed::Moved);
                    Some((id, state.hearers.remove(&id)?))
                })
                .collect()
        })
    }

    /// Changes the state and reports how many subscriptions are in force.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock();
        let before = state.subscriptions.in_force();
        let outcome = change(&mut state);
        figures::subscriptions(before, state.subscriptions.in_force());
        outcome
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        figures::subscriptions(self.state.get_mut().subscriptions.in_force(), 0);
    }
}

#[cfg(test)]
mod tests {
    use consilium_protocol::ids::DocName;
    use redis::ToRedisArgs;
    use uuid::Uuid;

    use super::*;
    use crate::bus::following::Subscription;
    use crate::bus::{Following, Heard};

    #[derive(Debug)]
    struct Nothing;
    impl Subscription for Nothing {}

    const US: NodeId = NodeId(1);
    const OTHER: NodeId = NodeId(2);

    struct Stage {
        audience: Audience,
        names: Arc<Names>,
        connection: ConnectionNumber,
        id: ChannelId,
    }

    fn stage() -> Stage {
        let names = Arc::new(Names::new(Uuid::nil()));
        let audience = Audience::new(US, Arc::clone(&names));
        Stage {
            connection: audience.connected(),
            audience,
            names,
            id: ChannelId::of(&DocName::parse("a").unwrap()),
        }
    }

    impl Stage {
        fn follow(&self, token: u64) -> Following {
            let listener = Listener::new();
            let following = Following::new(Box::new(Nothing), &listener);
            self.audience.follow(self.id, Hearer::new(token, listener));
            following
        }

        fn push(&self, kind: PushKind, payload: Value) -> Noted {
            let channel = Value::BulkString(self.names.channel(self.id).into_bytes());
            let info = PushInfo {
                kind,
                data: vec![channel, payload],
            };
            self.audience.push(self.connection, info)
        }

        /// Everything due is sent and confirmed.
        fn confirm(&self) {
            for (_, command) in self.audience.take_due(9) {
                let kind = match command {
                    Command::Subscribe => PushKind::SSubscribe,
                    Command::Unsubscribe => PushKind::SUnsubscribe,
                };
                assert_eq!(self.push(kind, Value::Int(1)), Noted::Nothing);
            }
            self.audience.answered();
        }

        fn say(&self, node: NodeId, sequence: u64, text: &'static str) {
            let envelope = Envelope {
                node,
                sequence,
                message: Bytes::from_static(text.as_bytes()),
            };
            let payload = Value::BulkString(envelope.to_redis_args().concat());
            assert_eq!(self.push(PushKind::SMessage, payload), Noted::Nothing);
        }
    }

    fn heard(following: &mut Following) -> String {
        let words = std::iter::from_fn(|| following.try_next()).map(|heard| match heard {
            Heard::Following => "following".to_owned(),
            Heard::Missed => "missed".to_owned(),
            Heard::Message(message) => String::from_utf8_lossy(&message).into_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_room_hears_others_and_not_its_own_node() {
        let stage = stage();
        let mut following = stage.follow(1);
        stage.confirm();
        stage.say(US, 1, "mine");
        stage.say(OTHER, 1, "theirs");
        assert_eq!(heard(&mut following), "following theirs");
    }

    #[test]
    fn what_comes_twice_or_after_a_later_one_is_missed_instead() {
        let stage = stage();
        let mut following = stage.follow(1);
        stage.confirm();
        stage.say(OTHER, 5, "five");
        stage.say(NodeId(3), 1, "another's one");
        assert_eq!(heard(&mut following), "following five another's one");
        stage.say(OTHER, 4, "four");
        assert_eq!(heard(&mut following), "missed following");
        stage.say(OTHER, 5, "five again");
        stage.say(OTHER, 6, "six");
        assert_eq!(heard(&mut following), "missed following six");
    }

    #[test]
    fn a_message_of_an_unknown_version_is_missed() {
        let stage = stage();
        let mut following = stage.follow(1);
        stage.confirm();
        assert_eq!(heard(&mut following), "following");
        stage.push(PushKind::SMessage, Value::BulkString(vec![9; 40]));
        assert_eq!(heard(&mut following), "missed following");
    }

    #[test]
    fn a_straggler_of_an_earlier_connection_is_not_heard() {
        let stage = stage();
        let mut following = stage.follow(1);
        stage.confirm();
        stage.audience.lost();
        stage.say(OTHER, 1, "late");
        assert_eq!(heard(&mut following), "");
        let later = Stage {
            connection: stage.audience.connected(),
            ..stage
        };
        later.confirm();
        later.say(OTHER, 2, "in time");
        assert_eq!(heard(&mut following), "following in time");
    }

    #[test]
    fn a_later_following_takes_over_and_the_end_of_the_earlier_does_not_touch_it() {
        let stage = stage();
        let mut earlier = stage.follow(1);
        stage.confirm();
        assert_eq!(heard(&mut earlier), "following");
        let mut later = stage.follow(2);
        stage.audience.unfollow(stage.id, 1);
        stage.say(OTHER, 1, "x");
        assert_eq!(heard(&mut earlier), "missed");
        assert_eq!(heard(&mut later), "following x");
        assert_eq!(stage.audience.take_due(9), []);
        stage.audience.unfollow(stage.id, 2);
        assert_eq!(
            stage.audience.take_due(9),
            [(stage.id, Command::Unsubscribe)]
        );
    }

    #[test]
    fn a_document_that_moves_away_is_missed_and_the_connection_is_kept_unless_it_is_confused() {
        let stage = stage();
        let mut following = stage.follow(1);
        stage.confirm();
        assert_eq!(heard(&mut following), "following");
        let gone = || stage.push(PushKind::SUnsubscribe, Value::Int(0));
        assert_eq!(gone(), Noted::Moved);
        assert_eq!(heard(&mut following), "missed");
        stage.audience.asks();
        assert_eq!(gone(), Noted::Ended);
    }

    #[test]
    fn what_is_taken_out_follows_elsewhere() {
        let (here, there) = (stage(), stage());
        let mut following = here.follow(1);
        here.confirm();
        assert_eq!(heard(&mut following), "following");
        assert!(here.audience.take_out(|_| true).is_empty());
        for (id, hearer) in here.audience.take_out(|_| false) {
            there.audience.follow(id, hearer);
        }
        here.say(OTHER, 1, "from the old server");
        there.confirm();
        there.say(OTHER, 2, "from the new one");
        assert_eq!(heard(&mut following), "missed following from the new one");
    }

    #[test]
    fn the_end_of_a_connection_is_noted() {
        let stage = stage();
        let info = PushInfo {
            kind: PushKind::Disconnection,
            data: Vec::new(),
        };
        assert_eq!(stage.audience.push(stage.connection, info), Noted::Ended);
    }
}
