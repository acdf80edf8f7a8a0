//! Which channels one connection should be subscribed to, and which it is: a pure state machine.
//!
//! Two sides for each channel. *Wanted* changes at once, whenever a room begins or ends to follow. What the server
//! *has* changes only when it says so, and at most one command about a channel is under way at a time. Whenever the
//! two differ and nothing is under way, the channel is due for a command. So however often a room comes and goes
//! while an answer is on its way, the last word is what was wanted last.
//!
//! Knows no connection, no time and no listener.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// What is asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Subscribe,
    Unsubscribe,
}

/// What the follower of a channel must hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The subscription is in force.
    Following,
    /// It no longer is.
    Missed,
}

/// Why the server says that a channel is no longer subscribed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsubscribed {
    /// It was asked to.
    AsAsked,
    /// It did so by itself: the channel's slot has moved to another server. Nobody subscribes again here until
    /// [`Subscriptions::retry`] or the channel is moved.
    ByItself(Option<Word>),
}

/// What the server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Nothing,
    /// The command is due or under way.
    Subscribing,
    Subscription,
    Unsubscribing,
}

#[derive(Debug, Clone, Copy)]
struct Channel {
    wanted: bool,
    has: Has,
    /// The server refused it; it is not due again until [`Subscriptions::retry`].
    refused: bool,
    /// Its place among those that are due.
    place: Option<u64>,
}

/// All channels of one connection, by their ids.
#[derive(Debug)]
pub(super) struct Subscriptions<Id> {
    channels: HashMap<Id, Channel>,
    /// Channels that are due, in the order in which they became so.
    due: BTreeMap<u64, Id>,
    last_place: u64,
    in_force: usize,
}

impl<Id> Default for Subscriptions<Id> {
    fn default() -> Self {
        Self {
            channels: HashMap::new(),
            due: BTreeMap::new(),
            last_place: 0,
            in_force: 0,
        }
    }
}

impl Channel {
    const NEW: Self = Self {
        wanted: false,
        has: Has::Nothing,
        refused: false,
        place: None,
    };

    /// The command that brings what the server has closer to what is wanted; none while one is under way.
    fn due(self) -> Option<Command> {
        match (self.wanted, self.has) {
            (true, Has::Nothing) if !self.refused => Some(Command::Subscribe),
            (false, Has::Subscription) => Some(Command::Unsubscribe),
            _ => None,
        }
    }

    /// Whether nothing has to be remembered about it.
    fn is_done(self) -> bool {
        !self.wanted && self.has == Has::Nothing
    }
}

impl<Id: Copy + Eq + Hash> Subscriptions<Id> {
    /// Somebody follows. They hear `Following` at once when the server has the subscription already.
    pub(super) fn follow(&mut self, id: Id) -> Option<Word> {
        let channel = self.channels.entry(id).or_insert(Channel::NEW);
        channel.wanted = true;
        let has = channel.has;
        self.settle(id);
        (has == Has::Subscription).then_some(Word::Following)
    }

    /// Nobody follows any more.
    pub(super) fn unfollow(&mut self, id: Id) {
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.wanted = false;
            self.settle(id);
        }
    }

    /// The next commands, now under way.
    pub(super) fn take_due(&mut self, max: usize) -> Vec<(Id, Command)> {
        let mut commands = Vec::new();
        while commands.len() < max
            && let Some((_, id)) = self.due.pop_first()
        {
            let Some(channel) = self.channels.get_mut(&id) else {
                continue;
            };
            channel.place = None;
            match channel.due() {
                Some(Command::Subscribe) => {
                    channel.has = Has::Subscribing;
                    commands.push((id, Command::Subscribe));
                }
                Some(Command::Unsubscribe) => {
                    channel.has = Has::Unsubscribing;
                    self.in_force -= 1;
                    commands.push((id, Command::Unsubscribe));
                }
                None => {}
            }
        }
        commands
    }

    /// The server says that the channel is subscribed.
    pub(super) fn subscribed(&mut self, id: Id) -> Option<Word> {
        let channel = self.channels.get_mut(&id)?;
        if channel.has != Has::Subscribing {
            return None;
        }
        channel.has = Has::Subscription;
        self.in_force += 1;
        let wanted = channel.wanted;
        self.settle(id);
        wanted.then_some(Word::Following)
    }

    /// The server says that the channel is not subscribed any more.
    pub(super) fn unsubscribed(&mut self, id: Id) -> Unsubscribed {
        let Some(channel) = self.channels.get_mut(&id) else {
            // It moved away while the old server had not let go of it yet.
            return Unsubscribed::ByItself(None);
        };
        let had = std::mem::replace(&mut channel.has, Has::Nothing);
        let word = (channel.wanted && had == Has::Subscription).then_some(Word::Missed);
        if had == Has::Subscription {
            self.in_force -= 1;
        }
        channel.refused = had != Has::Unsubscribing;
        self.settle(id);
        if had == Has::Unsubscribing {
            Unsubscribed::AsAsked
        } else {
            Unsubscribed::ByItself(word)
        }
    }

    /// The server refused the command; it is not asked again before a retry. What it would not end is as good as
    /// gone: nobody listens, and it ends with the connection.
    pub(super) fn refused(&mut self, id: Id) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        if matches!(channel.has, Has::Subscribing | Has::Unsubscribing) {
            channel.refused = channel.has == Has::Subscribing;
            channel.has = Has::Nothing;
            self.settle(id);
        }
    }

    /// Everything that was refused becomes due again; how much that is.
    pub(super) fn retry(&mut self) -> usize {
        let refused: Vec<Id> = self
            .channels
            .iter_mut()
            .filter_map(|(id, channel)| {
                std::mem::replace(&mut channel.refused, false).then_some(*id)
            })
            .collect();
        for id in &refused {
            self.settle(*id);
        }
        refused.len()
    }

    /// The connection is lost, and with it every subscription. The answer is whose followers must hear `Missed`;
    /// everything wanted is due for the next connection.
    pub(super) fn lost(&mut self) -> Vec<Id> {
        let ids: Vec<Id> = self.channels.keys().copied().collect();
        let mut missed = Vec::new();
        self.in_force = 0;
        for id in ids {
            let Some(channel) = self.channels.get_mut(&id) else {
                continue;
            };
            if channel.wanted && channel.has == Has::Subscription {
                missed.push(id);
            }
            channel.has = Has::Nothing;
            channel.refused = false;
            self.settle(id);
        }
        missed
    }

    /// Lets go of a channel that belongs elsewhere now, whatever the server has. Its follower must hear `Missed` when
    /// the answer says so.
    pub(super) fn remove(&mut self, id: Id) -> Option<Word> {
        let channel = self.channels.remove(&id)?;
        if let Some(place) = channel.place {
            self.due.remove(&place);
        }
        let had = channel.has == Has::Subscription;
        if had {
            self.in_force -= 1;
        }
        (channel.wanted && had).then_some(Word::Missed)
    }

    /// How many subscriptions the server has.
    pub(super) fn in_force(&self) -> usize {
        self.in_force
    }

    /// Gives the channel its place among the due, takes it away, or forgets the channel, as its state demands.
    fn settle(&mut self, id: Id) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        match (channel.due().is_some(), channel.place) {
            (true, None) => {
                self.last_place += 1;
                channel.place = Some(self.last_place);
                self.due.insert(self.last_place, id);
            }
            (false, Some(place)) => {
                channel.place = None;
                self.due.remove(&place);
            }
            (true, Some(_)) | (false, None) => {}
        }
        if channel.is_done() {
            self.channels.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};

    use proptest::prelude::*;

    use super::*;

    /// What happens to one channel.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Step {
        Follow,
        Unfollow,
        /// The due command is sent.
        Send,
        Subscribed,
        Unsubscribed,
        Refused,
        Retry,
        Lost,
        Remove,
    }
    use Step::*;

    /// What comes of it: commands and words, as `subscribe`, `unsubscribe`, `following`, `missed`, `moved`.
    fn outcome(machine: &mut Subscriptions<u8>, step: Step) -> Vec<&'static str> {
        let said = |word: Option<Word>| match word {
            Some(Word::Following) => vec!["following"],
            Some(Word::Missed) => vec!["missed"],
            None => vec![],
        };
        match step {
            Follow => said(machine.follow(1)),
            Unfollow => {
                machine.unfollow(1);
                vec![]
            }
            Send => machine
                .take_due(9)
                .into_iter()
                .map(|(_, command)| match command {
                    Command::Subscribe => "subscribe",
                    Command::Unsubscribe => "unsubscribe",
                })
                .collect(),
            Subscribed => said(machine.subscribed(1)),
            Unsubscribed => match machine.unsubscribed(1) {
                super::Unsubscribed::AsAsked => vec![],
                super::Unsubscribed::ByItself(word) => {
                    let mut outcome = said(word);
                    outcome.push("moved");
                    outcome
                }
            },
            Refused => {
                machine.refused(1);
                vec![]
            }
            Retry => {
                machine.retry();
                vec![]
            }
            Lost => machine.lost().iter().map(|_| "missed").collect(),
            Remove => said(machine.remove(1)),
        }
    }

    fn check(steps: &[Step], expected: &str) {
        let mut machine = Subscriptions::default();
        let outcomes: Vec<&str> = steps
            .iter()
            .flat_map(|step| outcome(&mut machine, *step))
            .collect();
        assert_eq!(outcomes.join(" "), expected, "{steps:?}");
    }

    #[test]
    fn what_is_wanted_is_asked_for_once() {
        check(&[Send], "");
        check(
            &[Follow, Send, Send, Subscribed, Send],
            "subscribe following",
        );
        check(
            &[Follow, Follow, Send, Subscribed, Send],
            "subscribe following",
        );
        check(&[Follow, Unfollow, Send], "");
        check(&[Follow, Unfollow, Follow, Send, Send], "subscribe");
        check(
            &[
                Follow,
                Send,
                Subscribed,
                Unfollow,
                Send,
                Send,
                Unsubscribed,
                Send,
            ],
            "subscribe following unsubscribe",
        );
        check(&[Unfollow, Send], "");
    }

    #[test]
    fn whoever_changes_their_mind_gets_what_they_wanted_last() {
        // Before the answer to the first command.
        check(
            &[
                Follow,
                Send,
                Unfollow,
                Send,
                Subscribed,
                Send,
                Unsubscribed,
                Send,
            ],
            "subscribe unsubscribe",
        );
        check(
            &[Follow, Send, Unfollow, Follow, Send, Subscribed, Send],
            "subscribe following",
        );
        // After it, before the second is sent.
        check(
            &[Follow, Send, Subscribed, Unfollow, Follow, Send],
            "subscribe following following",
        );
        // While the second is under way.
        check(
            &[
                Follow,
                Send,
                Subscribed,
                Unfollow,
                Send,
                Follow,
                Send,
                Unsubscribed,
                Send,
                Subscribed,
            ],
            "subscribe following unsubscribe subscribe following",
        );
        check(
            &[
                Follow,
                Send,
                Subscribed,
                Unfollow,
                Send,
                Follow,
                Unfollow,
                Unsubscribed,
                Send,
            ],
            "subscribe following unsubscribe",
        );
    }

    #[test]
    fn a_later_follower_hears_that_the_subscription_is_in_force_already() {
        check(
            &[Follow, Send, Subscribed, Follow, Send],
            "subscribe following following",
        );
    }

    #[test]
    fn a_lost_connection_is_missed_once_and_everything_wanted_is_asked_for_again() {
        check(
            &[Follow, Send, Subscribed, Lost, Lost, Send, Subscribed],
            "subscribe following missed subscribe following",
        );
        // Nobody has heard `Following` yet: there is nothing to miss.
        check(
            &[Follow, Send, Lost, Send, Subscribed],
            "subscribe subscribe following",
        );
        check(
            &[Follow, Send, Subscribed, Unfollow, Send, Lost, Send],
            "subscribe following unsubscribe",
        );
        check(
            &[Follow, Send, Subscribed, Unfollow, Send, Follow, Lost, Send],
            "subscribe following unsubscribe subscribe",
        );
        check(&[Follow, Lost, Send, Send], "subscribe");
    }

    #[test]
    fn what_the_server_ends_by_itself_is_missed_and_waits_for_a_retry() {
        check(
            &[
                Follow,
                Send,
                Subscribed,
                Unsubscribed,
                Send,
                Retry,
                Send,
                Subscribed,
            ],
            "subscribe following missed moved subscribe following",
        );
        // The answer to a subscription may be that it is gone again.
        check(
            &[Follow, Send, Unsubscribed, Send, Retry, Send],
            "subscribe moved subscribe",
        );
        // Nobody wants it any more: nobody misses it.
        check(
            &[
                Follow,
                Send,
                Subscribed,
                Unfollow,
                Unsubscribed,
                Send,
                Retry,
                Send,
            ],
            "subscribe following moved",
        );
        check(&[Unsubscribed, Send], "moved");
    }

    #[test]
    fn what_is_refused_waits_for_a_retry() {
        check(
            &[Follow, Send, Refused, Send, Retry, Send, Subscribed],
            "subscribe subscribe following",
        );
        check(&[Follow, Send, Refused, Follow, Send], "subscribe");
        check(&[Follow, Send, Refused, Unfollow, Retry, Send], "subscribe");
        check(&[Follow, Send, Refused, Lost, Send], "subscribe subscribe");
        check(
            &[
                Follow, Send, Subscribed, Unfollow, Send, Refused, Follow, Send,
            ],
            "subscribe following unsubscribe subscribe",
        );
    }

    #[test]
    fn what_moves_away_is_forgotten_here() {
        check(
            &[
                Follow, Send, Subscribed, Remove, Send, Subscribed, Lost, Send,
            ],
            "subscribe following missed",
        );
        check(&[Follow, Send, Remove, Subscribed, Send], "subscribe");
        check(&[Remove], "");
    }

    #[test]
    fn commands_are_taken_in_batches_in_the_order_of_asking() {
        let mut machine = Subscriptions::default();
        for id in 0..5 {
            machine.follow(id);
        }
        let ids = |commands: Vec<(i32, Command)>| -> Vec<i32> {
            commands.into_iter().map(|(id, _)| id).collect()
        };
        assert_eq!(ids(machine.take_due(2)), [0, 1]);
        assert_eq!(ids(machine.take_due(9)), [2, 3, 4]);
        assert_eq!(ids(machine.take_due(9)), [] as [i32; 0]);
    }

    #[test]
    fn rooms_that_come_and_go_while_redis_is_away_leave_nothing_behind() {
        let mut machine = Subscriptions::default();
        for id in 0..10_000 {
            machine.follow(id);
            machine.unfollow(id);
            machine.follow(7);
        }
        assert_eq!((machine.channels.len(), machine.due.len()), (1, 1));
    }

    proptest! {
        /// Whatever happens in whatever order: answered to the end, the server has exactly what is wanted.
        #[test]
        fn in_the_end_the_server_has_what_is_wanted(
            events in proptest::collection::vec((0..4_u8, 0..8_u8), 0..200),
        ) {
            let mut machine = Subscriptions::default();
            let mut server = Server::default();
            let mut wanted = BTreeSet::new();
            let mut told = HashMap::new();
            for (id, event) in events {
                match event {
                    0 | 1 => {
                        wanted.insert(id);
                        told.insert(id, machine.follow(id) == Some(Word::Following));
                    }
                    2 | 3 => {
                        wanted.remove(&id);
                        machine.unfollow(id);
                        told.remove(&id);
                    }
                    4 => server.asked.extend(machine.take_due(2)),
                    5 => server.answer(&mut machine, &mut told),
                    6 => server.move_away(id, &mut machine, &mut told),
                    _ => {
                        server = Server::default();
                        for id in machine.lost() {
                            assert_eq!(told.insert(id, false), Some(true), "missed before following");
                        }
                    }
                }
                prop_assert!(machine.in_force() <= server.has.len());
            }
            machine.retry();
            loop {
                server.asked.extend(machine.take_due(2));
                if server.asked.is_empty() {
                    break;
                }
                server.answer(&mut machine, &mut told);
            }
            prop_assert_eq!(&server.has, &wanted);
            prop_assert_eq!(machine.in_force(), wanted.len());
            prop_assert!(wanted.iter().all(|id| told[id]), "{:?}", told);
            prop_assert_eq!(machine.channels.len(), wanted.len());
        }
    }

    /// What a server would do.
    #[derive(Default)]
    struct Server {
        has: BTreeSet<u8>,
        asked: VecDeque<(u8, Command)>,
    }

    impl Server {
        fn answer(&mut self, machine: &mut Subscriptions<u8>, told: &mut HashMap<u8, bool>) {
            match self.asked.pop_front() {
                Some((id, Command::Subscribe)) => {
                    self.has.insert(id);
                    if machine.subscribed(id).is_some() {
                        told.insert(id, true);
                    }
                }
                Some((id, Command::Unsubscribe)) => {
                    self.has.remove(&id);
                    machine.unsubscribed(id);
                }
                None => {}
            }
        }

        /// Only when nothing about the channel is under way, which the connection sees to.
        fn move_away(
            &mut self,
            id: u8,
            machine: &mut Subscriptions<u8>,
            told: &mut HashMap<u8, bool>,
        ) {
            if self.has.contains(&id) && self.asked.iter().all(|(asked, _)| *asked != id) {
                self.has.remove(&id);
                if machine.unsubscribed(id) == super::Unsubscribed::ByItself(Some(Word::Missed)) {
                    told.insert(id, false);
                }
            }
        }
    }
}
