//! The channel's life on a connection: opening it, presenting tokens, losing it, and asking whether pushes were heard.

use bytes::Bytes;
use consilium_protocol::envelope::{ClientAuth, ClientMessage};
use consilium_protocol::extension::{CLIENT_VERSION, ClientExtension};
use consilium_protocol::sync::SyncMessage;
use yrs::updates::encoder::Encode;

use super::{Channel, Link, Local, ServerStorage};
use crate::effect::Effect;
use crate::engine::auth::News;
use crate::engine::backoff::Jitter;
use crate::engine::clock::EngineTime;
use crate::engine::transfer::Transfer;

impl Channel {
    /// Says goodbye to the server.
    pub(crate) fn leave(&self, out: &mut Vec<Effect>) {
        if matches!(self.link, Link::Opening | Link::Open) {
            out.push(self.frame(ClientMessage::Close));
        }
    }

    /// Whether the channel waits to be opened on a connection that is up.
    pub(crate) fn wants_opening(&self) -> bool {
        self.link == Link::Down && !matches!(self.local, Local::Loading(_))
    }

    /// The frames that open the channel, all at once: no round trip is waited for.
    pub(crate) fn opening(&self, token: &str) -> Vec<Bytes> {
        std::iter::once(self.auth(token))
            .chain(self.greeting())
            .map(|message| self.encode(message))
            .collect()
    }

    /// What follows the token: what is held here, and who is here.
    pub(super) fn greeting(&self) -> Vec<ClientMessage> {
        let mut messages = vec![self.step1()];
        messages.extend(self.presence.announcement().map(ClientMessage::Awareness));
        messages
    }

    pub(super) fn step1(&self) -> ClientMessage {
        ClientMessage::Sync(SyncMessage::Step1(
            self.held.state_vector().encode_v1().into(),
        ))
    }

    /// The opening frames went out.
    pub(crate) fn opened(&mut self) {
        self.link = Link::Opening;
        self.spell_ends();
        self.forget_the_door();
        self.transfer = Transfer::default();
    }

    /// There is a newer token: present it, or try a refused channel again.
    pub(crate) fn new_token(
        &mut self,
        token: &str,
        news: News,
        jitter: &mut Jitter,
        now: EngineTime,
        out: &mut Vec<Effect>,
    ) {
        match self.link {
            Link::Opening | Link::Open => out.push(self.frame(self.auth(token))),
            // Never at once: a server that refuses every token must not be asked in a tight circle.
            Link::Denied if news == News::Changed => self.pause(jitter, now),
            Link::Denied | Link::Down | Link::Pausing(_) => {}
        }
    }

    pub(super) fn pause(&mut self, jitter: &mut Jitter, now: EngineTime) {
        let wait = self.reopening.next_wait(jitter);
        self.close_link(Link::Pausing(now.after(wait)));
    }

    fn auth(&self, token: &str) -> ClientMessage {
        ClientMessage::Auth(ClientAuth {
            token: token.to_owned(),
            version: Some(CLIENT_VERSION.to_owned()),
            lineage: self.lineage,
        })
    }

    /// The connection is gone.
    pub(crate) fn connection_lost(&mut self, out: &mut Vec<Effect>) {
        self.see_nobody(out);
        self.close_link(Link::Down);
        self.server_storage = ServerStorage::Available;
    }

    /// Nobody is told any more of who is here.
    pub(super) fn see_nobody(&self, out: &mut Vec<Effect>) {
        if matches!(self.link, Link::Opening | Link::Open) {
            out.push(Effect::ClearPresence {
                doc: self.doc.clone(),
            });
        }
    }

    pub(super) fn close_link(&mut self, link: Link) {
        self.link = link;
        self.transfer = Transfer::default();
        self.ack_probe.connection_lost();
        self.outbox.connection_lost();
        self.unchecked |= !self.suspects.is_empty();
    }

    /// When [`Channel::timer`] has something to do.
    pub(crate) fn deadline(&self) -> Option<EngineTime> {
        let of_link = match self.link {
            Link::Pausing(until) => Some(until),
            Link::Open => self.ack_probe.deadline(),
            Link::Down | Link::Opening | Link::Denied => None,
        };
        of_link.into_iter().chain(self.door_deadline()).min()
    }

    /// Looks at the clock.
    pub(crate) fn timer(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        self.door_timer(now);
        match self.link {
            Link::Pausing(until) if now >= until => self.link = Link::Down,
            Link::Open if self.ack_probe.deadline().is_some_and(|due| now >= due) => {
                self.probe(now, out);
            }
            _ => {}
        }
    }

    /// Asks whether the pushes under way were heard.
    pub(crate) fn probe(&mut self, now: EngineTime, out: &mut Vec<Effect>) {
        if self.link != Link::Open {
            return;
        }
        if let Some(newest) = self.outbox.newest_in_flight()
            && let Some(nonce) = self.ack_probe.ask(newest, now)
        {
            out.push(self.frame(ClientMessage::Extension(ClientExtension::Probe { nonce })));
        }
    }
}
