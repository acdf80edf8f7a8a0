//! The modelled bus between nodes (D5): the server's contract of a bus, kept to the letter and no better.
//!
//! What one node publishes about a document arrives at every other follower at most once and in the order of
//! publishing, if it arrives at all; messages of different publishers overtake each other. A follower hears
//! [`Heard::Following`] when its subscription is in force and [`Heard::Missed`] when the node has noticed that its
//! connection is gone. Between the two it may lack messages all the same: a publisher's loss is silent. Two faults go
//! beyond the contract and are switches of their own ([`BusFaults::repeat`], [`BusFaults::overtake`]).
//!
//! Time comes in, chance is the bus's own, and what is heard comes out: it knows no room and no world.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use consilium_protocol::ids::DocName;
use consilium_server::bus::Heard;

use crate::agenda::Agenda;
use crate::dice::Dice;
use crate::report::{Report, Seen};

/// Messages that a publisher has at hand when it repeats itself.
const RECENT_MAX: usize = 3;

/// What takes longer than this to arrive is late, in milliseconds.
const LATE_MS: u64 = 100;

/// What may go wrong, in thousandths for each opportunity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BusFaults {
    /// A message does not get through to one follower, and nobody notices.
    pub lose: u32,
    /// A message takes up to seconds, and what the same node says about the document afterwards waits behind it.
    pub delay: u32,
    /// A publisher says its last few messages once more. More than the contract allows.
    pub repeat: u32,
    /// A message does not wait behind one that takes long. More than the contract allows.
    pub overtake: u32,
    /// The bus stands still for seconds: nothing gets through, and nothing is lost by that.
    pub pause: u32,
    /// One node's connection breaks.
    pub cut: u32,
    /// It stays broken for longer than a lease.
    pub lasting: u32,
    /// The bus dies and comes back: everybody's connection breaks.
    pub restart: u32,
}

/// Something heard by one node about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hearing {
    /// Who hears it.
    pub node: usize,
    /// What it is about.
    pub doc: DocName,
    /// What is heard.
    pub heard: Heard,
}

/// Something that a follower hears late, or never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Who said it.
    pub from: usize,
    /// Who does not hear it now.
    pub to: usize,
    /// When it arrives, in milliseconds; `None` for never.
    pub arrives_at_ms: Option<u64>,
    /// What it is.
    pub message: Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    from: usize,
    to: usize,
    doc: DocName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The process does not run.
    Off,
    Up,
    /// Gone; the node takes it for up.
    Broken,
    /// Gone, and the node knows.
    Down,
}

struct Connection {
    state: State,
    /// For each time that the connection broke: what would have arrived after this had not left the node yet.
    cut_offs_ms: Vec<u64>,
}

impl Connection {
    /// Counts connections of this node.
    fn epoch(&self) -> usize {
        self.cut_offs_ms.len()
    }
}

struct Following {
    /// Tells it from an earlier following of the same document.
    number: u64,
    /// From when on the bus passes messages on; `None` while there is no connection.
    in_force_from_ms: Option<u64>,
    /// When the node hears of that.
    told_at_ms: u64,
    /// Whether the node has heard of it, and of nothing missed since.
    told: bool,
}

enum Due {
    Arrives {
        link: Link,
        at_ms: u64,
        from_epoch: usize,
        to_epoch: usize,
        following: u64,
        message: Bytes,
    },
    InForce {
        node: usize,
        doc: DocName,
        following: u64,
        epoch: usize,
    },
    Noticed {
        node: usize,
        epoch: usize,
    },
    Reconnected {
        node: usize,
        epoch: usize,
    },
}

/// All channels of all documents, and every node's connection.
pub struct Bus {
    faults: BusFaults,
    dice: Dice,
    agenda: Agenda<Due>,
    connections: Vec<Connection>,
    followings: BTreeMap<(usize, DocName), Following>,
    last_following: u64,
    /// When the last message of a link arrives; later ones do not arrive before.
    arrivals_ms: BTreeMap<Link, u64>,
    recent: BTreeMap<(usize, DocName), VecDeque<Bytes>>,
    paused_until_ms: u64,
    troubles: Vec<Trouble>,
    /// What happened to messages and connections.
    pub report: Report,
}

impl Bus {
    /// A bus for so many nodes, none of which runs yet.
    #[must_use]
    pub fn new(nodes: usize, faults: BusFaults, dice: Dice) -> Self {
        let connections = (0..nodes)
            .map(|_| Connection {
                state: State::Off,
                cut_offs_ms: Vec::new(),
            })
            .collect();
        Self {
            faults,
            dice,
            agenda: Agenda::starting_at(0),
            connections,
            followings: BTreeMap::new(),
            last_following: 0,
            arrivals_ms: BTreeMap::new(),
            recent: BTreeMap::new(),
            paused_until_ms: 0,
            troubles: Vec::new(),
            report: Report::default(),
        }
    }

    /// A process starts; it follows nothing yet.
    pub fn process_starts(&mut self, node: usize) {
        self.connections[node].state = State::Up;
    }

    /// A process dies, and with it all that it followed.
    pub fn process_ends(&mut self, now_ms: u64, node: usize) {
        self.break_connection(now_ms, node);
        self.connections[node].state = State::Off;
        self.followings.retain(|(follower, _), _| *follower != node);
        self.recent.retain(|(publisher, _), _| *publisher != node);
    }

    /// A node wants to hear what others publish about a document. A later following replaces an earlier one.
    pub fn follow(&mut self, now_ms: u64, node: usize, doc: &DocName) {
        self.last_following += 1;
        let following = Following {
            number: self.last_following,
            in_force_from_ms: None,
            told_at_ms: 0,
            told: false,
        };
        self.followings.insert((node, doc.clone()), following);
        if matches!(self.connections[node].state, State::Up) {
            self.subscribe(now_ms, node, doc);
        }
    }

    /// A node has heard enough of a document.
    pub fn unfollow(&mut self, node: usize, doc: &DocName) {
        self.followings.remove(&(node, doc.clone()));
    }

    /// Sends a message to all other nodes that follow the document.
    pub fn publish(&mut self, now_ms: u64, node: usize, doc: &DocName, message: Bytes) {
        self.report.saw(Seen::Published);
        if self.connections[node].state != State::Up {
            self.report.saw(Seen::BusLost);
            return;
        }
        let recent = self.recent.entry((node, doc.clone())).or_default();
        recent.push_back(message.clone());
        if recent.len() > RECENT_MAX {
            recent.pop_front();
        }
        let mut messages = vec![message];
        if self.dice.fault(self.faults.repeat) {
            self.report.saw(Seen::BusRepeated);
            messages.extend(recent.iter().cloned());
        }
        let followers: Vec<usize> = self
            .followings
            .iter()
            .filter(|((follower, followed), following)| {
                *follower != node
                    && followed == doc
                    && following
                        .in_force_from_ms
                        .is_some_and(|from| from <= now_ms)
            })
            .map(|((follower, _), _)| *follower)
            .collect();
        for to in followers {
            let link = Link {
                from: node,
                to,
                doc: doc.clone(),
            };
            for message in &messages {
                self.pass_on(now_ms, &link, message);
            }
        }
    }

    fn pass_on(&mut self, now_ms: u64, link: &Link, message: &Bytes) {
        if self.dice.fault(self.faults.lose) {
            self.report.saw(Seen::BusLost);
            self.note_trouble(link, None, message);
            return;
        }
        let delay = if self.dice.fault(self.faults.delay) {
            self.report.saw(Seen::BusDelayed);
            self.dice.ms(50..3000)
        } else {
            self.dice.ms(1..8)
        };
        let waits = !self.overtakes();
        let Some(following) = self.followings.get(&(link.to, link.doc.clone())) else {
            return;
        };
        let last = self.arrivals_ms.entry(link.clone()).or_default();
        let at_ms = (now_ms + delay)
            .max(if waits { *last } else { 0 })
            .max(following.told_at_ms)
            .max(self.paused_until_ms);
        if at_ms < *last {
            self.report.saw(Seen::BusOvertaken);
        }
        *last = at_ms.max(*last);
        self.agenda.at(
            at_ms,
            Due::Arrives {
                link: link.clone(),
                at_ms,
                from_epoch: self.connections[link.from].epoch(),
                to_epoch: self.connections[link.to].epoch(),
                following: following.number,
                message: message.clone(),
            },
        );
        if at_ms > now_ms + LATE_MS {
            self.note_trouble(link, Some(at_ms), message);
        }
    }

    fn overtakes(&mut self) -> bool {
        // A bus that keeps to its contract has no dice for it.
        self.faults.overtake > 0 && self.dice.fault(self.faults.overtake)
    }

    fn note_trouble(&mut self, link: &Link, arrives_at_ms: Option<u64>, message: &Bytes) {
        self.troubles.push(Trouble {
            from: link.from,
            to: link.to,
            arrives_at_ms,
            message: message.clone(),
        });
    }

    /// What was late or lost since this was asked last.
    pub fn take_troubles(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.troubles)
    }

    fn subscribe(&mut self, now_ms: u64, node: usize, doc: &DocName) {
        let (there, back) = (self.dice.ms(1..20), self.dice.ms(1..20));
        let epoch = self.connections[node].epoch();
        let Some(following) = self.followings.get_mut(&(node, doc.clone())) else {
            return;
        };
        following.in_force_from_ms = Some(now_ms + there);
        following.told_at_ms = now_ms + there + back;
        self.agenda.at(
            following.told_at_ms,
            Due::InForce {
                node,
                doc: doc.clone(),
                following: following.number,
                epoch,
            },
        );
    }

    /// Faults get their chance. To be called ten times a second.
    pub fn mischief(&mut self, now_ms: u64) {
        if self.dice.fault(self.faults.pause) {
            let pause = self.dice.ms(200..4000);
            self.pause(now_ms, pause);
        }
        if self.dice.fault(self.faults.restart) {
            for node in 0..self.connections.len() {
                self.cut(now_ms, node);
            }
        }
        for node in 0..self.connections.len() {
            if self.dice.fault(self.faults.cut) {
                self.cut(now_ms, node);
            }
        }
    }

    /// The bus stands still. What is published meanwhile waits.
    pub fn pause(&mut self, now_ms: u64, pause_ms: u64) {
        self.report.saw(Seen::BusPaused);
        self.paused_until_ms = self.paused_until_ms.max(now_ms + pause_ms);
    }

    /// A node's connection breaks: what is under way to it is lost, and some of what it has just said. It notices
    /// after a while, and connects again after another.
    pub fn cut(&mut self, now_ms: u64, node: usize) {
        if self.connections[node].state != State::Up {
            return;
        }
        self.report.saw(Seen::BusCut);
        self.break_connection(now_ms, node);
        let epoch = self.connections[node].epoch();
        let noticed = now_ms + self.dice.ms(1..2000);
        let lasts = self.faults.lasting > 0 && self.dice.fault(self.faults.lasting);
        let away = if lasts {
            self.report.saw(Seen::BusCutForLong);
            self.dice.ms(8_000..40_000)
        } else {
            self.dice.ms(1..2000)
        };
        let again = noticed + away;
        self.agenda.at(noticed, Due::Noticed { node, epoch });
        self.agenda.at(again, Due::Reconnected { node, epoch });
    }

    fn break_connection(&mut self, now_ms: u64, node: usize) {
        let cut_off = now_ms + self.dice.ms(0..10);
        let connection = &mut self.connections[node];
        connection.state = State::Broken;
        connection.cut_offs_ms.push(cut_off);
        for ((follower, _), following) in &mut self.followings {
            if *follower == node {
                following.in_force_from_ms = None;
            }
        }
    }

    /// No fault happens any more; what is broken mends itself.
    pub fn calm_down(&mut self) {
        self.dice.calm_down();
    }

    /// Whether messages get through, as far as the node can tell.
    #[must_use]
    pub fn seems_connected(&self, node: usize) -> bool {
        matches!(self.connections[node].state, State::Up | State::Broken)
    }

    /// Whether messages get through.
    #[must_use]
    pub fn is_connected(&self, node: usize) -> bool {
        self.connections[node].state == State::Up
    }

    /// Whether nothing gets through to anybody.
    #[must_use]
    pub fn is_paused(&self, now_ms: u64) -> bool {
        now_ms < self.paused_until_ms
    }

    /// When [`Bus::hearings`] has something to do next.
    #[must_use]
    pub fn next_at_ms(&self) -> Option<u64> {
        let at = self.agenda.next_at_ms()?;
        Some(at.max(self.paused_until_ms))
    }

    /// Everything heard until now, in order.
    pub fn hearings(&mut self, now_ms: u64) -> Vec<Hearing> {
        let mut hearings = Vec::new();
        if now_ms < self.paused_until_ms {
            return hearings;
        }
        while let Some(due) = self.agenda.next_until(now_ms) {
            match due {
                Due::Arrives {
                    link,
                    at_ms,
                    from_epoch,
                    to_epoch,
                    following,
                    message,
                } => {
                    let has_left = self.connections[link.from]
                        .cut_offs_ms
                        .get(from_epoch)
                        .is_none_or(|cut_off| at_ms <= *cut_off);
                    let is_followed = self
                        .followings
                        .get(&(link.to, link.doc.clone()))
                        .is_some_and(|now| now.number == following);
                    if has_left && is_followed && self.connections[link.to].epoch() == to_epoch {
                        hearings.push(Hearing {
                            node: link.to,
                            doc: link.doc,
                            heard: Heard::Message(message),
                        });
                    } else {
                        self.report.saw(Seen::BusLost);
                    }
                }
                Due::InForce {
                    node,
                    doc,
                    following,
                    epoch,
                } => {
                    let is_same_connection = self.connections[node].epoch() == epoch;
                    if let Some(now) = self.followings.get_mut(&(node, doc.clone()))
                        && now.number == following
                        && is_same_connection
                    {
                        now.told = true;
                        hearings.push(Hearing {
                            node,
                            doc,
                            heard: Heard::Following,
                        });
                    }
                }
                Due::Noticed { node, epoch } => self.notice(node, epoch, &mut hearings),
                Due::Reconnected { node, epoch } => {
                    let connection = &mut self.connections[node];
                    if connection.epoch() == epoch && connection.state == State::Down {
                        connection.state = State::Up;
                        for doc in self.followed_by(node) {
                            self.subscribe(now_ms, node, &doc);
                        }
                    }
                }
            }
        }
        hearings
    }

    fn notice(&mut self, node: usize, epoch: usize, hearings: &mut Vec<Hearing>) {
        let connection = &mut self.connections[node];
        if connection.epoch() != epoch || connection.state != State::Broken {
            return;
        }
        connection.state = State::Down;
        for ((follower, doc), following) in &mut self.followings {
            if *follower == node && std::mem::take(&mut following.told) {
                self.report.saw(Seen::BusMissed);
                hearings.push(Hearing {
                    node,
                    doc: doc.clone(),
                    heard: Heard::Missed,
                });
            }
        }
    }

    fn followed_by(&self, node: usize) -> Vec<DocName> {
        self.followings
            .keys()
            .filter(|(follower, _)| *follower == node)
            .map(|(_, doc)| doc.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests;
