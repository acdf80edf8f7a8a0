//! Members: who joins and leaves, what they learn of each other, and answers to what they ask.
//!
//! Presence does not wait for the journal; answers that hold state do (they come out of [`Held`]). A reader that is too
//! slow gets one diff when it has drained (D7).

use bytes::Bytes;
use consilium_protocol::envelope::{Scope, ServerMessage};
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::ids::Access;
use consilium_protocol::sync::SyncMessage;

use super::{Phase, RoomCore};
use crate::room::held::Held;
use crate::room::presence::Identity;
use crate::room::replica::{Refusal, Replica};
use crate::room::subscriber::{Dialect, Member, SharedFrames, Standing, Subscriber, SubscriberId};

/// Why access changes, as our client is told: another token.
const BY_TOKEN: &str = "token";

/// Why access changes, as our client is told: the community has decided so.
pub(super) const BY_COMMUNITY: &str = "community";

/// Why access changes, as our client is told: what is going on in a meeting. The reason's code is behind it.
pub(super) const BY_MEETING: &str = "meeting/";

impl RoomCore {
    pub(super) fn join(&mut self, id: SubscriberId, subscriber: Subscriber) {
        if let Some(member) = self.members.get_mut(&id)
            && member.standing == Standing::Member
        {
            // A newer token: identity is the same person's word, access may differ.
            member.channel.identity = subscriber.identity;
            self.change_access(id, subscriber.access, BY_TOKEN);
            return;
        }
        if let (Dialect::Extended(_), Some(held)) = (&subscriber.dialect, subscriber.lineage)
            && held != self.lineage
        {
            let stranger = Member::stranger(subscriber);
            stranger.extend(ServerExtension::LineageMismatch {
                lineage: self.lineage,
            });
            self.members.insert(id, stranger);
            return;
        }
        let member = Member::new(subscriber);
        self.presence.joined(id);
        member.greet(self.lineage);
        if self.phase == Phase::Away {
            member.extend(ServerExtension::Storage { available: false });
        }
        if !member.is_asked_after_its_own_step_one() {
            self.hold(Held::Ask { id, expected: true });
        }
        self.members.insert(id, member);
        self.tell_everybody_to(id);
    }

    /// Lets a member do more or less from now on, and tells them. Whoever is a stranger to the document (D15) is told
    /// nothing of it.
    pub(super) fn change_access(&mut self, id: SubscriberId, access: Access, reason: &str) {
        let Some(member) = self.members.get_mut(&id) else {
            return;
        };
        let before = std::mem::replace(&mut member.channel.access, access);
        if member.standing == Standing::Stranger || before == access {
            return;
        }
        announce_access(member, reason);
        if before < Access::Write && member.may_write() {
            // What was written meanwhile is welcome now.
            self.hold(Held::Ask {
                id,
                expected: false,
            });
        }
    }

    pub(super) fn leave(&mut self, id: SubscriberId) {
        self.members.remove(&id);
        self.presence.leave(id, self.now);
    }

    pub(super) fn tell_everybody_to(&mut self, id: SubscriberId) {
        if let Some(member) = self.members.get(&id)
            && member.may_read()
            && let Some(payload) = self.presence.everybody()
        {
            member.awareness(payload);
        }
    }

    pub(super) fn hear_presence(&mut self, id: SubscriberId, payload: Bytes) {
        if let Some(member) = self.members.get(&id).filter(|member| member.may_read()) {
            let identity: Option<&Identity> = member.channel.identity.as_ref();
            if self.presence.hear(id, identity, payload, self.now).is_err() {
                metrics::counter!(crate::telemetry::names::MALFORMED).increment(1);
            }
        }
    }

    pub(super) fn tell_presence(&mut self) {
        let Some(payload) = self.presence.tick(self.now) else {
            return;
        };
        let mut shared = SharedFrames::awareness(payload);
        for member in self.members.values_mut().filter(|member| member.may_read()) {
            let frame = shared.for_dialect(&member.channel.dialect);
            if member.channel.outbound.push(&[frame]).is_err() {
                member.missed_presence = true;
                member.channel.outbound.ask_for_drained();
                metrics::counter!(crate::telemetry::names::DROPPED).increment(1);
            }
        }
    }

    pub(super) fn catch_up(&mut self, id: SubscriberId) {
        let Some(member) = self.members.get_mut(&id) else {
            return;
        };
        let missed_presence = std::mem::take(&mut member.missed_presence);
        if let Some(state_vector) = member.stale_since.take() {
            metrics::counter!(crate::telemetry::names::RESYNCS).increment(1);
            self.hold(Held::CatchUp { id, state_vector });
        }
        if missed_presence {
            self.tell_everybody_to(id);
        }
    }

    pub(super) fn answer_diff(&mut self, id: SubscriberId, state_vector: Bytes) {
        let Some(member) = self.members.get_mut(&id).filter(|member| member.may_read()) else {
            return;
        };
        if !member.can_take_a_diff() {
            // Where two answers are owed, one will do: from where the reader lacks something of either.
            let earlier = member.stale_since.as_ref().unwrap_or(&state_vector);
            match Replica::in_both(earlier, &state_vector) {
                Ok(since) => member.stale_since = Some(since),
                Err(_) => metrics::counter!(crate::telemetry::names::MALFORMED).increment(1),
            }
            member.channel.outbound.ask_for_drained();
            return;
        }
        match self.replica.diff(&state_vector) {
            Ok(diff) => {
                member.sync(SyncMessage::Step2(diff.update));
                for update in diff.waiting {
                    member.sync(SyncMessage::Update(update));
                }
            }
            Err(Refusal::Malformed | Refusal::TooDeep) => {
                metrics::counter!(crate::telemetry::names::MALFORMED).increment(1);
            }
            Err(Refusal::Poison) => {
                self.hold_first(Held::CatchUp { id, state_vector });
                self.reload();
            }
        }
    }

    pub(super) fn ask(&mut self, id: SubscriberId, expected: bool) {
        let state_vector = self.replica.state_vector();
        if let Some(member) = self.members.get_mut(&id) {
            if expected {
                member.ask(state_vector);
            } else {
                member.ask_again(state_vector);
            }
        }
    }
}

fn announce_access(member: &Member, reason: &str) {
    let access = member.channel.access;
    match &member.channel.dialect {
        Dialect::Extended(_) => member.extend(ServerExtension::AccessChange {
            access,
            reason: reason.to_owned(),
        }),
        Dialect::Envelope(address) => {
            let scope = if access >= Access::Write {
                Scope::ReadWrite
            } else {
                Scope::ReadOnly
            };
            member.say(address, &ServerMessage::Authenticated(scope));
        }
        Dialect::Plain => {}
    }
}
