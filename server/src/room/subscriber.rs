//! One channel that a room talks to: a document on one socket.
//!
//! Three kinds of client share a room (D1). What they are told is the same; how it looks as bytes and how they learn
//! that an edit is durable differs, and that difference lives here.

use std::collections::VecDeque;

use bytes::Bytes;
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::{Address, Scope, ServerMessage};
use consilium_protocol::extension::{Hello, Kept, RejectCode, ServerExtension};
use consilium_protocol::ids::{Access, Lineage, PushId};
use consilium_protocol::limits;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;

use super::core::Withheld;
use super::presence::Identity;
use crate::outbound::Outbound;

/// A channel, unique while the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SubscriberId(pub u64);

/// Which protocol the channel speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialect {
    /// A stock Hocuspocus provider.
    Envelope(Address),
    /// Our own client: the envelope with extensions.
    Extended(Address),
    /// A stock y-websocket provider.
    Plain,
}

/// Who is behind a channel and how to reach them.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// How to talk.
    pub dialect: Dialect,
    /// Where to put frames.
    pub outbound: Outbound,
    /// Who it is; `None` in insecure-open mode.
    pub identity: Option<Identity>,
    /// What they may do now.
    pub access: Access,
    /// For the extended dialect: the lineage that the replica holds.
    pub lineage: Option<Lineage>,
}

impl Subscriber {
    /// Refuses this document.
    pub(super) fn deny(&self, reason: &str) {
        match &self.dialect {
            Dialect::Plain => {
                let denial = PlainMessage::PermissionDenied(reason.to_owned());
                self.outbound.answer(denial.encode());
                self.outbound.close(CloseCode::Forbidden);
            }
            Dialect::Envelope(address) | Dialect::Extended(address) => {
                let denial = ServerMessage::PermissionDenied(reason.to_owned());
                self.outbound.answer(denial.encode_for(address));
            }
        }
    }

    /// Closes this document's channel, and nothing else of the connection, where the protocol has a word for that.
    pub(super) fn close_channel(&self, code: CloseCode) {
        match &self.dialect {
            Dialect::Plain => self.outbound.close(code),
            Dialect::Envelope(address) | Dialect::Extended(address) => {
                let close = ServerMessage::Close(code.reason().to_owned());
                self.outbound.answer(close.encode_for(address));
            }
        }
    }
}

/// What the author of an update is owed once its fate is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Debt {
    /// Stock Hocuspocus, an update: exactly one SyncStatus.
    UpdateStatus,
    /// Stock Hocuspocus, a step 2: exactly one SyncStatus.
    StepTwoStatus,
    /// Our client: an Ack or a Reject of this id.
    Push(PushId),
    /// y-websocket: the echo of the update is the acknowledgement.
    Echo,
}

/// Whether a channel takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It does.
    Member,
    /// Its replica is of another lineage (D15): it is told nothing and its edits are refused until it has forked and
    /// comes again.
    Stranger,
}

/// A room's record of one channel.
pub(super) struct Member {
    pub(super) standing: Standing,
    pub(super) channel: Subscriber,
    /// Set while the reader is too slow: the state vector from which it must be brought up to date (D7).
    pub(super) stale_since: Option<Bytes>,
    /// SyncStatus frames withheld while storage was away; they are sent after the recovery, so that the provider's
    /// counter returns to zero.
    pub(super) owed_statuses: usize,
    /// Answers to unexpected questions of ours that are still to come.
    uncounted_answers: usize,
    /// A stock client's answer to our question at the beginning is still to come, and will bring all that it has.
    pub(super) is_still_to_answer: bool,
    /// What they are still to bring again.
    pub(super) withheld: Withheld,
    /// Presence was dropped for this reader; it gets everybody's when it has drained.
    pub(super) missed_presence: bool,
}

impl Member {
    pub(super) fn new(channel: Subscriber) -> Self {
        Self {
            standing: Standing::Member,
            is_still_to_answer: !matches!(channel.dialect, Dialect::Extended(_)),
            channel,
            stale_since: None,
            owed_statuses: 0,
            uncounted_answers: 0,
            withheld: Withheld::default(),
            missed_presence: false,
        }
    }

    pub(super) fn stranger(channel: Subscriber) -> Self {
        Self {
            standing: Standing::Stranger,
            ..Self::new(channel)
        }
    }

    pub(super) fn greet(&self, lineage: Lineage) {
        let access = self.channel.access;
        let scope = if access >= Access::Write {
            Scope::ReadWrite
        } else {
            Scope::ReadOnly
        };
        match &self.channel.dialect {
            Dialect::Plain => {}
            Dialect::Envelope(address) => self.say(address, &ServerMessage::Authenticated(scope)),
            Dialect::Extended(address) => {
                self.say(address, &ServerMessage::Authenticated(scope));
                let display_name = self
                    .channel
                    .identity
                    .as_ref()
                    .map(|identity| identity.display_name.clone())
                    .unwrap_or_default();
                self.extend(ServerExtension::Hello(Hello {
                    lineage,
                    access,
                    display_name,
                }));
            }
        }
    }

    pub(super) fn sync(&self, message: SyncMessage) {
        match &self.channel.dialect {
            Dialect::Plain => self
                .channel
                .outbound
                .answer(PlainMessage::Sync(message).encode()),
            Dialect::Extended(address) => match message {
                SyncMessage::Step2(update) if update.len() > limits::SYNC_CHUNK_BYTES => {
                    self.channel.outbound.transfer(address.clone(), update);
                }
                message => self.say(address, &ServerMessage::Sync(message)),
            },
            Dialect::Envelope(address) => self.say(address, &ServerMessage::Sync(message)),
        }
    }

    pub(super) fn awareness(&self, payload: Bytes) {
        match &self.channel.dialect {
            Dialect::Plain => self
                .channel
                .outbound
                .answer(PlainMessage::Awareness(payload).encode()),
            Dialect::Envelope(address) | Dialect::Extended(address) => {
                self.say(address, &ServerMessage::Awareness(payload));
            }
        }
    }

    /// Tells the author that an update is durable. The plain dialect's echo is sent with the broadcast; where there
    /// was nothing to broadcast, it is sent here.
    pub(super) fn settle(&mut self, debt: Debt, echo: Option<&Bytes>) {
        match debt {
            Debt::UpdateStatus => self.sync_status(true),
            Debt::StepTwoStatus => {
                self.count_step_two();
                // A step 2 repeats whatever was withheld before it: only now is all of that durable.
                for _ in 0..std::mem::take(&mut self.owed_statuses) {
                    self.sync_status(true);
                }
            }
            Debt::Push(id) => self.extend(ServerExtension::Ack(id)),
            Debt::Echo => {
                if let Some(update) = echo {
                    self.sync(SyncMessage::Update(update.clone()));
                }
            }
        }
    }

    /// Storage is away: nothing is acknowledged, and the author keeps the edit until it is asked for again.
    pub(super) fn withhold(&mut self, debt: Debt) {
        match debt {
            Debt::UpdateStatus => self.owed_statuses += 1,
            Debt::StepTwoStatus => self.count_step_two(),
            Debt::Push(_) | Debt::Echo => {}
        }
    }

    /// Asks, as part of a handshake, what the journal lacks.
    pub(super) fn ask(&self, state_vector: Bytes) {
        self.sync(SyncMessage::Step1(state_vector));
    }

    /// Asks once more, unexpectedly.
    pub(super) fn ask_again(&mut self, state_vector: Bytes) {
        if let Dialect::Envelope(_) = self.channel.dialect {
            self.uncounted_answers += 1;
        }
        self.ask(state_vector);
    }

    /// Whether our step 1 follows each of theirs, as stock servers have it, instead of the greeting.
    pub(super) fn is_asked_after_its_own_step_one(&self) -> bool {
        !matches!(self.channel.dialect, Dialect::Extended(_))
    }

    /// A provider counts one unsynced change for each handshake that it begins, but none for other questions of ours:
    /// a status for an answer that it does not count would take away one that it does.
    fn count_step_two(&mut self) {
        match self.uncounted_answers.checked_sub(1) {
            Some(left) => self.uncounted_answers = left,
            None => self.owed_statuses += 1,
        }
    }

    fn sync_status(&self, durable: bool) {
        if let Dialect::Envelope(address) | Dialect::Extended(address) = &self.channel.dialect {
            self.say(address, &ServerMessage::SyncStatus(durable));
        }
    }

    /// Tells the author that an update was refused.
    pub(super) fn refuse(&self, debt: Debt, code: RejectCode, kept: Kept) {
        match debt {
            Debt::Push(id) => self.extend(ServerExtension::Reject {
                id,
                code,
                kept,
                reason: code.word().to_owned(),
            }),
            Debt::UpdateStatus | Debt::StepTwoStatus => self.sync_status(false),
            Debt::Echo => self
                .channel
                .outbound
                .answer(PlainMessage::PermissionDenied(code.word().to_owned()).encode()),
        }
    }

    /// Sends an extension message to our own client; other clients have no words for it.
    pub(super) fn extend(&self, extension: ServerExtension) {
        if let Dialect::Extended(address) = &self.channel.dialect {
            self.say(address, &ServerMessage::Extension(extension));
        }
    }

    pub(super) fn say(&self, address: &Address, message: &ServerMessage) {
        self.channel.outbound.answer(message.encode_for(address));
    }

    /// Whether the reader may be sent a diff now, or must drain first.
    pub(super) fn can_take_a_diff(&self) -> bool {
        self.stale_since.is_none() && !self.channel.outbound.is_over_bound()
    }

    pub(super) fn may_read(&self) -> bool {
        self.standing == Standing::Member && self.channel.access >= Access::Read
    }

    pub(super) fn may_write(&self) -> bool {
        self.standing == Standing::Member && self.channel.access >= Access::Write
    }
}

/// One message as frames, encoded once for each way in which some member needs it.
pub(super) struct SharedFrames {
    make_plain: fn(Bytes) -> PlainMessage,
    make_envelope: fn(Bytes) -> ServerMessage,
    payload: Bytes,
    plain: Option<Bytes>,
    /// Almost always one address; a client that opens a document twice on one socket has more.
    envelopes: VecDeque<(Address, Bytes)>,
}

impl SharedFrames {
    pub(super) fn update(update: Bytes) -> Self {
        Self::new(
            update,
            |update| PlainMessage::Sync(SyncMessage::Update(update)),
            |update| ServerMessage::Sync(SyncMessage::Update(update)),
        )
    }

    /// An update whose frame another node has encoded, under the document's plain address.
    pub(super) fn of_frame(frame: Bytes, address: &Address, update: Bytes) -> Self {
        let mut shared = Self::update(update);
        // Behind the address, the envelope says what y-websocket says.
        shared.plain = Some(frame.slice(address.encoded_len()..));
        shared.envelopes.push_front((address.clone(), frame));
        shared
    }

    pub(super) fn awareness(payload: Bytes) -> Self {
        Self::new(payload, PlainMessage::Awareness, ServerMessage::Awareness)
    }

    fn new(
        payload: Bytes,
        make_plain: fn(Bytes) -> PlainMessage,
        make_envelope: fn(Bytes) -> ServerMessage,
    ) -> Self {
        Self {
            make_plain,
            make_envelope,
            payload,
            plain: None,
            envelopes: VecDeque::new(),
        }
    }

    pub(super) fn for_dialect(&mut self, dialect: &Dialect) -> Bytes {
        match dialect {
            Dialect::Plain => self
                .plain
                .get_or_insert_with(|| (self.make_plain)(self.payload.clone()).encode())
                .clone(),
            Dialect::Envelope(address) | Dialect::Extended(address) => self.for_address(address),
        }
    }

    /// The frame for one channel of the envelope protocol.
    pub(super) fn for_address(&mut self, address: &Address) -> Bytes {
        if let Some((_, frame)) = self.envelopes.iter().find(|(known, _)| known == address) {
            return frame.clone();
        }
        let frame = (self.make_envelope)(self.payload.clone()).encode_for(address);
        // Session addresses are one member's own: remembering them all would be a list per subscriber.
        if address.is_plain() {
            self.envelopes.push_front((address.clone(), frame.clone()));
        }
        frame
    }
}
