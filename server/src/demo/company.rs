//! Plays the simulated members: the edge around [`super::colleague`], with rooms, time and chance.
//!
//! Each part is a task with a copy of the document of its own. It enters the room as a stock client does, is shown under
//! its member's name, and may do what that member may do now, by the same rule as everybody: who is removed, or may only
//! read, is gone from the text at the next look. Who keeps an eye on a document has no presence there until somebody comes
//! for whom it is worth it. Going offline is real: the channel is closed, and the copy goes on without it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use consilium_model::discussion;
use consilium_protocol::awareness::{self, AwarenessEntry, REMOVED};
use consilium_protocol::envelope::{Address, ClientMessage, ServerFrame, ServerMessage};
use consilium_protocol::ids::{Access, DocName};
use consilium_protocol::sync::SyncMessage;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::colleague::{Audience, Colleague, Move, Scene};
use super::colours::COLOURS;
use super::desk::{Beginning, Colleagues, Demo};
use super::people::index_of;
use super::replica::Replica;
use super::script::{PARTS, Part};
use super::talk;
use crate::access::AccessBook;
use crate::outbound::{NodeBudget, Outbound, Outgoing};
use crate::registry::{Registry, RoomEnded, RoomLease};
use crate::room::actor::now_ms;
use crate::room::event::RoomEvent;
use crate::room::presence::Identity;
use crate::room::subscriber::{Dialect, Subscriber, SubscriberId};
use crate::store::Store;
use crate::store::portal_ids::AccountId;
use crate::ws::translate::{Vocabulary, from_envelope};

/// How long somebody waits before they enter a room again that has closed on them.
const RETURN_AFTER: Duration = Duration::from_secs(3);

/// Presence is said again this often: silent clients are forgotten.
const STILL_HERE: Duration = Duration::from_secs(10);

/// What the company needs of the node.
#[derive(Clone)]
pub struct Backstage {
    /// The rooms.
    pub registry: Registry,
    /// Names of today, and what members may do.
    pub store: Arc<dyn Store>,
    /// Says when that has changed.
    pub access: AccessBook,
}

/// The simulated members of one beginning, at work.
pub struct Company {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Company {
    /// Sends all of them to their documents.
    #[must_use]
    pub fn start(demo: &Demo, beginning: &Beginning, backstage: &Backstage, seed: u64) -> Self {
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        for (number, part) in (0_u64..).zip(PARTS) {
            let document = beginning
                .documents
                .iter()
                .find(|(sample, _)| *sample == part.sample);
            if let (Some((_, name)), Some(person)) = (document, index_of(part.person)) {
                let player = Player {
                    account: beginning.accounts[person],
                    part: *part,
                    colour: COLOURS[person],
                    name: name.clone(),
                    backstage: backstage.clone(),
                    at_work: demo.colleagues(),
                    replica: Replica::new(part.mark),
                    colleague: Colleague::new(*part, seed.wrapping_add(number)),
                    seat: None,
                    presence_clock: 0,
                    others: BTreeMap::new(),
                    others_are_of_before: false,
                };
                tasks.spawn(player.play(stop.clone()));
            }
        }
        tasks.close();
        Self { tasks, stop }
    }

    /// Sends all of them home, and waits until they are.
    ///
    /// Cancel safety: they go all the same.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

/// A place in the room.
struct Seat {
    lease: RoomLease,
    id: SubscriberId,
    outbound: Outbound,
}

/// One part, being played.
struct Player {
    account: AccountId,
    part: Part,
    colour: &'static str,
    name: DocName,
    backstage: Backstage,
    at_work: watch::Receiver<Colleagues>,
    replica: Replica,
    colleague: Colleague,
    seat: Option<Seat>,
    presence_clock: u64,
    /// Who else is here, by CRDT client: their presence.
    others: BTreeMap<u64, Value>,
    others_are_of_before: bool,
}

/// What to do next.
enum Heard {
    /// The room has said something.
    Room,
    /// The next question is due.
    Turn,
    /// What members may do may have changed.
    Access,
    /// Colleagues were sent to work, or to rest.
    Work,
    /// The end.
    Stop,
}

impl Player {
    async fn play(mut self, stop: CancellationToken) {
        let mut access = self.backstage.access.changes();
        let mut turn_at = Instant::now();
        let mut renew_at = Instant::now() + STILL_HERE;
        loop {
            let outbound = self.seat.as_ref().map(|seat| seat.outbound.clone());
            let heard = tokio::select! {
                biased;
                () = stop.cancelled() => Heard::Stop,
                Ok(()) = self.at_work.changed() => Heard::Work,
                Ok(()) = access.changed() => Heard::Access,
                () = changed(outbound.as_ref()) => Heard::Room,
                () = tokio::time::sleep_until(turn_at.min(renew_at)) => Heard::Turn,
            };
            let before = self.audience();
            let outcome = match heard {
                Heard::Stop => break,
                Heard::Room => self.hear_room().await,
                Heard::Access => self.mind_access().await,
                Heard::Work => Ok(()),
                Heard::Turn if Instant::now() >= turn_at => {
                    let (outcome, wait) = self.take_turn().await;
                    turn_at = Instant::now() + wait;
                    outcome
                }
                Heard::Turn => {
                    renew_at = Instant::now() + STILL_HERE;
                    self.show().await
                }
            };
            if outcome.is_err() {
                self.lose_seat();
                turn_at = Instant::now() + RETURN_AFTER;
            } else if self.audience() != before || matches!(heard, Heard::Work) {
                // Whoever opens the document need not wait for the next look around.
                turn_at = Instant::now();
            }
        }
        self.stand_up().await;
    }

    /// One question to the script, and what follows of it.
    async fn take_turn(&mut self) -> (Result<(), RoomEnded>, Duration) {
        if self.seat.is_none() && !self.colleague.is_offline() {
            if let Err(ended) = self.sit_down().await {
                return (Err(ended), RETURN_AFTER);
            }
            // The document has to arrive first.
            return (Ok(()), RETURN_AFTER);
        }
        let written = self.replica.written();
        let scene = Scene {
            audience: self.audience(),
            written: written.as_deref(),
        };
        let (step, wait) = self.colleague.next(scene);
        let outcome = match step {
            Move::Wait => Ok(()),
            Move::Consider => {
                self.speak().await;
                Ok(())
            }
            Move::Come | Move::Leave => self.show().await,
            Move::Type(character) => {
                let edit = self.replica.push(character);
                self.send_edit(edit).await
            }
            Move::Erase => {
                let edit = self.replica.pop();
                self.send_edit(edit).await
            }
            Move::LoseNetwork => {
                self.stand_up().await;
                Ok(())
            }
            Move::FindNetwork => match self.sit_down().await {
                Ok(()) => self.show().await,
                Err(ended) => Err(ended),
            },
        };
        (outcome, wait)
    }

    /// Says what is this member's to say next beside the text, as anybody does who may comment there. Nothing hangs on it:
    /// what is not said now is said after the next draft.
    async fn speak(&self) {
        let Some(discussion) = discussion::of_document(&self.name) else {
            return;
        };
        let standing = self
            .backstage
            .store
            .document_standing(self.account, &self.name, now_ms())
            .await;
        let may_speak = matches!(standing, Ok(Some(standing)) if standing.access_to_discussion() >= Access::Write);
        let registry = &self.backstage.registry;
        if !may_speak {
            return;
        }
        let Ok(said) = registry.snapshot_update(&discussion).await else {
            return;
        };
        let said = said.unwrap_or_default();
        let Some(update) = talk::next(self.part.sample, self.part.person, &said, now_ms()) else {
            return;
        };
        let author = Some(self.account.user());
        let spoken = registry
            .apply_update(&discussion, author, Access::Write, update.into())
            .await;
        if let Err(error) = spoken {
            tracing::debug!(%error, name = %discussion, "a simulated member is not heard");
        }
    }

    /// Enters the room, if this member may write there now.
    async fn sit_down(&mut self) -> Result<(), RoomEnded> {
        let access = self.access_now().await;
        if access < Access::Write {
            return Err(RoomEnded);
        }
        let account = self.backstage.store.account(self.account).await;
        let Ok(Some(account)) = account else {
            return Err(RoomEnded);
        };
        let outbound = Outbound::new(NodeBudget::default());
        let seat = Seat {
            lease: self.backstage.registry.lease(&self.name),
            id: self.backstage.registry.next_subscriber(),
            outbound: outbound.clone(),
        };
        let subscriber = Subscriber {
            dialect: Dialect::Envelope(Address::of(&self.name)),
            outbound,
            identity: Some(Identity {
                user: self.account.user(),
                display_name: account.name,
            }),
            access,
            lineage: None,
        };
        seat.lease
            .send(RoomEvent::Join {
                id: seat.id,
                subscriber: Box::new(subscriber),
            })
            .await?;
        self.seat = Some(seat);
        // Whoever was here before is believed to be until the room says who is.
        self.others_are_of_before = true;
        let state_vector = self.replica.state_vector();
        self.say(ClientMessage::Sync(SyncMessage::Step1(state_vector)))
            .await
    }

    /// Leaves the room in good order.
    async fn stand_up(&mut self) {
        if let Some(seat) = self.seat.take() {
            // A room that has ended has let everybody go.
            let _ = seat.lease.send(RoomEvent::Leave { id: seat.id }).await;
        }
    }

    /// The room has ended, or this member may not write there.
    fn lose_seat(&mut self) {
        self.seat = None;
        self.others.clear();
        self.colleague.cut_off();
    }

    async fn hear_room(&mut self) -> Result<(), RoomEnded> {
        while let Some(outgoing) = self.seat.as_ref().and_then(|seat| seat.outbound.take()) {
            let Outgoing::Frame(frame) = outgoing else {
                return Err(RoomEnded);
            };
            let Ok(ServerFrame::Message { message, .. }) = ServerFrame::decode(frame) else {
                continue;
            };
            match message {
                ServerMessage::Sync(SyncMessage::Step1(state_vector)) => {
                    if let Ok(update) = self.replica.diff(&state_vector) {
                        self.say(ClientMessage::Sync(SyncMessage::Step2(update)))
                            .await?;
                    }
                }
                ServerMessage::Sync(SyncMessage::Step2(update) | SyncMessage::Update(update)) => {
                    self.hear_update(&update);
                }
                ServerMessage::Awareness(payload) => self.hear_presence(payload),
                ServerMessage::PermissionDenied(_) | ServerMessage::Close(_) => {
                    return Err(RoomEnded);
                }
                _ => {}
            }
        }
        // A reader that was too slow is told what it missed when it has drained.
        if let Some(seat) = &self.seat
            && seat.outbound.take_drained()
        {
            seat.lease.send(RoomEvent::Drained { id: seat.id }).await?;
        }
        Ok(())
    }

    fn hear_update(&self, update: &[u8]) {
        if self.replica.take(update).is_err() {
            tracing::warn!(name = %self.name, "a simulated member was sent something that is no update");
        }
    }

    fn hear_presence(&mut self, payload: Bytes) {
        if std::mem::take(&mut self.others_are_of_before) {
            self.others.clear();
        }
        for AwarenessEntry { client, state, .. } in awareness::decode(payload).unwrap_or_default() {
            if client == self.replica.client() {
                continue;
            }
            match serde_json::from_str(&state) {
                Ok(state) if state != Value::Null => self.others.insert(client, state),
                _ => self.others.remove(&client),
            };
        }
    }

    /// For whom it is worth it: presence that is not the company's own.
    fn audience(&self) -> Audience {
        if *self.at_work.borrow() == Colleagues::Resting {
            return Audience::Nobody;
        }
        let me = self.account.to_string();
        let visitors = self
            .others
            .values()
            .filter(|state| state["user"]["simulated"] != Value::Bool(true));
        let mut audience = Audience::Nobody;
        for visitor in visitors {
            if visitor["user"]["id"].as_str() == Some(&me) {
                return Audience::Oneself;
            }
            audience = Audience::Somebody;
        }
        audience
    }

    /// Says what others see of this member now.
    async fn show(&mut self) -> Result<(), RoomEnded> {
        if self.seat.is_none() {
            return Ok(());
        }
        let state = if self.colleague.is_here() {
            json!({
                "user": { "color": self.colour, "mark": 0, "simulated": true },
                "cursor": self.replica.cursor(),
            })
            .to_string()
        } else {
            REMOVED.to_owned()
        };
        self.presence_clock += 1;
        let entry = AwarenessEntry {
            client: self.replica.client(),
            clock: self.presence_clock,
            state,
        };
        let payload = awareness::encode([entry].iter());
        self.say(ClientMessage::Awareness(payload)).await
    }

    async fn send_edit(&mut self, edit: Option<Bytes>) -> Result<(), RoomEnded> {
        if let (Some(update), true) = (edit, self.seat.is_some()) {
            self.say(ClientMessage::Sync(SyncMessage::Update(update)))
                .await?;
            self.show().await?;
        }
        Ok(())
    }

    async fn mind_access(&mut self) -> Result<(), RoomEnded> {
        if self.seat.is_some() && self.access_now().await < Access::Write {
            self.stand_up().await;
            return Err(RoomEnded);
        }
        Ok(())
    }

    /// What this member may do now; nothing, where nobody knows.
    async fn access_now(&self) -> Access {
        let standing = self
            .backstage
            .store
            .document_standing(self.account, &self.name, now_ms());
        match standing.await {
            Ok(Some(standing)) => standing.access(),
            Ok(None) | Err(_) => Access::None,
        }
    }

    async fn say(&self, message: ClientMessage) -> Result<(), RoomEnded> {
        let Some(seat) = &self.seat else {
            return Ok(());
        };
        match from_envelope(seat.id, Vocabulary::Stock, message) {
            Ok(Some(event)) => seat.lease.send(event).await,
            // None of these is said here.
            Ok(None) | Err(_) => Ok(()),
        }
    }
}

/// Waits until the room has said something; for ever without a seat.
async fn changed(outbound: Option<&Outbound>) {
    match outbound {
        Some(outbound) => outbound.changed().await,
        None => std::future::pending().await,
    }
}
