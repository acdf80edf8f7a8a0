//! The task of one meeting on this node.
//!
//! It takes one thing after the other, so on a node commands never compete; between nodes the mark decides, and whoever was
//! second loads the meeting and decides again. What it shows and what rooms are held to is what is kept. It ends when
//! nobody is connected here and the meeting is not under way.

mod announcing;
mod attending;
mod crowd;
mod showing;
mod texts;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use consilium_model::meeting::command::{Actor, Command};
use consilium_model::meeting::deadline::next_deadline;
use consilium_model::meeting::people::Kind;
use consilium_model::meeting::refusal::Refusal;
use consilium_model::meeting::state::Phase;
use consilium_model::meeting::{Meeting, time::Moment};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use self::announcing::Announcements;
use self::attending::Settling;
use self::crowd::CrowdList;
use super::draft::{Draft, slot_of};
use super::notice::Notice;
use super::{ActError, Comer, Services, Shown};
use crate::room::actor::now_ms;
use crate::store::StoreError;
use crate::store::meetings::{Keep, Kept, Link, Mark};
use crate::store::portal_ids::{AccountId, CommunityId, MeetingId, SessionId};

/// How often somebody else may be faster before whoever asks is told to try again.
const TRIES_MAX: usize = 12;

/// How often it looks whether the meeting has moved elsewhere, where nobody said so.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Views of everybody go out at most so often (I4); with many people less often, for each costs time.
const SHOW_EVERY: Duration = Duration::from_millis(100);

/// The time that one person adds to that.
const SHOW_EVERY_PERSON: Duration = Duration::from_millis(1);

/// At most this long nothing is shown, however many look on.
const SHOW_EVERY_MAX: Duration = Duration::from_millis(500);

/// After something did not work, it is tried again then.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// How long an empty hall stays.
const IDLE: Duration = Duration::from_secs(30);

/// A page says every 20 seconds that it is there. One that has said so, and says nothing for so long, is gone: a phone that
/// lost its network. Browsers let pages in the background speak once a minute.
const SILENCE_MAX: Duration = Duration::from_secs(75);

/// How long it takes leave when the node goes down.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is brought to a hall.
pub(super) enum HallInput {
    /// Somebody asks for something.
    Act {
        by: AccountId,
        command: Box<Command>,
        reply: oneshot::Sender<Result<u64, ActError>>,
    },
    /// Somebody comes.
    Come {
        stream: u64,
        comer: Comer,
        show: watch::Sender<Shown>,
        reply: oneshot::Sender<Result<(), ActError>>,
    },
    /// A stream has ended.
    Gone { stream: u64 },
    /// The page of this session is still there.
    Here { session: SessionId },
    /// The meeting may stand elsewhere: at this mark, if that is known.
    Look { mark: Option<Mark> },
    /// What anybody may do may have changed.
    AccessMoved,
    /// Another node is gone.
    NodeGone,
    /// Answers when the meeting is loaded, or cannot be.
    Ready { reply: oneshot::Sender<()> },
}

impl std::fmt::Debug for HallInput {
    /// What is asked is not said: it may be a vote.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Act { .. } => "Act",
            Self::Come { .. } => "Come",
            Self::Gone { .. } => "Gone",
            Self::Here { .. } => "Here",
            Self::Look { .. } => "Look",
            Self::AccessMoved => "AccessMoved",
            Self::NodeGone => "NodeGone",
            Self::Ready { .. } => "Ready",
        })
    }
}

/// One tab.
struct Stream {
    id: u64,
    session: SessionId,
    show: watch::Sender<Shown>,
    /// When its page said that it is there; nothing for one that never does.
    heard_at: Option<Instant>,
}

impl Stream {
    /// Whether its page has been silent for so long that it is gone, whatever the network says.
    fn is_silent(&self, now: Instant) -> bool {
        let silence = self.heard_at.map(|at| now.saturating_duration_since(at));
        silence.is_some_and(|silence| silence > SILENCE_MAX)
    }
}

/// Somebody who is connected here.
struct Person {
    kind: Kind,
    streams: Vec<Stream>,
    /// Which view, and which list of a crowd, they were shown last, to show nothing twice.
    shown: Option<(blake3::Hash, Option<blake3::Hash>)>,
}

/// The meeting as it is kept.
struct Held {
    community: CommunityId,
    title: String,
    mark: Mark,
    written: u64,
    meeting: Meeting,
    links: BTreeSet<Link>,
}

pub(super) struct Hall {
    id: MeetingId,
    services: Arc<Services>,
    mailbox: mpsc::Receiver<HallInput>,
    /// `None` until it is loaded, and while it is in doubt.
    held: Option<Held>,
    /// The mark that was shown last, and that rooms are held to.
    known: Option<Mark>,
    phase: Phase,
    is_deleted: bool,
    people: BTreeMap<AccountId, Person>,
    /// What people of the community are called, by the text of their ids; others are asked for when they are seen.
    names: HashMap<String, String>,
    announcements: Announcements,
    crowd: CrowdList,
    show_at: Option<Instant>,
    shown_at: Instant,
    looked_at: Instant,
    tick_at: Option<Instant>,
    busy_at: Instant,
}

impl Hall {
    pub(super) fn new(
        id: MeetingId,
        services: Arc<Services>,
        mailbox: mpsc::Receiver<HallInput>,
    ) -> Self {
        let now = Instant::now();
        Self {
            id,
            services,
            mailbox,
            held: None,
            known: None,
            phase: Phase::Planned,
            is_deleted: false,
            people: BTreeMap::new(),
            names: HashMap::new(),
            announcements: Announcements::default(),
            crowd: CrowdList::default(),
            show_at: None,
            shown_at: now,
            looked_at: now,
            tick_at: None,
            busy_at: now,
        }
    }

    pub(super) async fn run(mut self) {
        let stop = self.services.stop.clone();
        if let Err(error) = self.catch_up().await {
            tracing::debug!(meeting = %self.id, %error, "a meeting is not loaded");
        }
        loop {
            let look_at = self.looked_at + LOOK_EVERY;
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = until(self.tick_at) => self.tick().await,
                () = until(self.announcements.due_at()) => {
                    let due = self.announcements.due(Instant::now());
                    self.announce(due);
                }
                () = until(self.show_at) => self.show().await,
                // While it is in doubt there is nothing to list.
                () = until(self.held.as_ref().and(self.crowd.due_at())) => self.show().await,
                input = self.mailbox.recv() => match input {
                    Some(input) => self.take(input).await,
                    None => break,
                },
                () = tokio::time::sleep_until(look_at) => {
                    self.look(None).await;
                    self.drop_the_silent().await;
                    if self.may_end() && self.end() {
                        return;
                    }
                }
            }
        }
        self.take_leave().await;
    }

    fn may_end(&self) -> bool {
        let is_needed = self.phase == Phase::Open && !self.is_deleted;
        self.people.is_empty() && !is_needed && self.busy_at.elapsed() >= IDLE
    }

    fn end(&mut self) -> bool {
        let services = Arc::clone(&self.services);
        let has_ended = services.forget(self.id, &mut self.mailbox);
        if has_ended {
            let left = self.announcements.last();
            self.announce(left);
            self.let_go();
        }
        has_ended
    }

    /// The node goes down: its people are somewhere else soon, and until then they are not here.
    async fn take_leave(&mut self) {
        self.mailbox.close();
        self.people.clear();
        let settled = self.settle(None);
        // Otherwise the others notice that this node is gone.
        let _ = tokio::time::timeout(FAREWELL, settled).await;
        let left = self.announcements.last();
        self.announce(left);
    }

    async fn take(&mut self, input: HallInput) {
        match input {
            HallInput::Act { by, command, reply } => {
                self.busy_at = Instant::now();
                let outcome = self.act(by, *command).await;
                // Whoever asked may be gone.
                let _ = reply.send(outcome);
            }
            HallInput::Come {
                stream,
                comer,
                show,
                reply,
            } => {
                self.busy_at = Instant::now();
                let outcome = self.come(stream, comer, show).await;
                let _ = reply.send(outcome);
            }
            HallInput::Gone { stream } => self.go(stream).await,
            HallInput::Here { session } => self.hear_of(session),
            HallInput::Look { mark } => self.look(mark).await,
            HallInput::AccessMoved => {
                if let Err(error) = self.review().await {
                    tracing::debug!(meeting = %self.id, %error, "who may be in a meeting is not known now");
                }
            }
            HallInput::NodeGone => self.settle_or_later().await,
            HallInput::Ready { reply } => {
                let _ = reply.send(());
            }
        }
    }

    // What is asked

    async fn act(&mut self, by: AccountId, mut command: Command) -> Result<u64, ActError> {
        self.check_text(&by, &command).await?;
        if let Command::CastBallot {
            round,
            slot: Some(secret),
            ..
        } = &mut command
        {
            *secret = slot_of(self.id, *round, secret);
        }
        let voters = match &command {
            Command::Open => Some(self.voters().await?),
            _ => None,
        };
        let actor = Actor::Person(by.user());
        let version = self
            .change(|draft, _| {
                if let Some(voters) = &voters {
                    let voters = voters.clone();
                    // What somebody may not do is told by what they asked for.
                    let _ = draft.apply(&Actor::Server, &Command::SetRoll { voters });
                }
                draft.apply(&actor, &command)
            })
            .await?;
        if let Command::OpenRound { round } = &command {
            self.look_at_text_again(&round.document).await;
        }
        Ok(version)
    }

    async fn tick(&mut self) {
        let done = self
            .change(|draft, _| draft.apply(&Actor::Server, &Command::Tick))
            .await;
        if done.is_err() {
            self.tick_at = Some(Instant::now() + AGAIN_AFTER);
        } else {
            self.set_alarm();
        }
    }

    // What is kept

    /// Decides and keeps, again and again while others are faster; the version then.
    async fn change(
        &mut self,
        make: impl Fn(&mut Draft, &mut Settling<'_>) -> Result<(), Refusal>,
    ) -> Result<u64, ActError> {
        for _ in 0..TRIES_MAX {
            if self.held.is_none() {
                self.catch_up().await?;
            }
            let Some(held) = &mut self.held else {
                return Err(ActError::NoSuchMeeting);
            };
            let people = self
                .people
                .iter()
                .map(|(account, person)| (*account, person.kind))
                .collect();
            let mut settling = Settling {
                node: self.services.node,
                people,
                services: &self.services,
                links: held.links.clone(),
            };
            let mut draft = Draft::on(&held.meeting, now_ms());
            make(&mut draft, &mut settling)?;
            if draft.is_empty() {
                return Ok(held.mark.version);
            }
            let links = settling.links;
            let state = Keep::writes_the_state(&draft.records, held.written)
                .then_some(&draft.meeting.state);
            let keep = Keep {
                id: self.id,
                community: held.community,
                title: &held.title,
                on: held.mark,
                records: &draft.records,
                writes: &draft.writes,
                links: &draft.links,
                state,
            };
            match self.services.store.keep_meeting(&keep).await {
                Ok(Kept::At(mark)) => {
                    if state.is_some() {
                        held.written = mark.version;
                    }
                    held.mark = mark;
                    held.links = links;
                    held.meeting = draft.meeting;
                    let due = self.announcements.moved(mark, Instant::now());
                    self.announce(due);
                    self.has_moved();
                    return Ok(mark.version);
                }
                Ok(Kept::Moved) => {
                    metrics::counter!(crate::telemetry::names::MEETING_RACES).increment(1);
                    self.held = None;
                }
                Ok(Kept::TextHeld(other)) => return Err(ActError::TextHeld(other)),
                Err(error) => {
                    // It may be kept or not: the store says so when it is loaded.
                    self.held = None;
                    return Err(error.into());
                }
            }
        }
        Err(ActError::Busy)
    }

    /// Tells the other nodes.
    fn announce(&self, mark: Option<Mark>) {
        if let Some(mark) = mark {
            self.services.announce(&Notice { id: self.id, mark });
        }
    }

    /// Loads the meeting.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let stored = self.services.store.load_meeting(self.id).await?;
        self.looked_at = Instant::now();
        let Some(stored) = stored else {
            self.was_deleted();
            return Ok(());
        };
        self.held = Some(Held {
            community: stored.community,
            title: stored.title,
            mark: stored.mark,
            written: stored.written,
            meeting: Meeting {
                state: stored.state,
                boxes: stored.boxes,
            },
            links: stored.links.into_iter().collect(),
        });
        self.has_moved();
        Ok(())
    }

    fn was_deleted(&mut self) {
        self.held = None;
        self.is_deleted = true;
        self.tick_at = None;
        self.show_at = None;
        for person in std::mem::take(&mut self.people).into_values() {
            for stream in person.streams {
                stream.show.send_replace(Shown::Gone);
            }
        }
        self.let_go();
    }

    /// The meeting keeps nobody from writing any more.
    fn let_go(&self) {
        let access = &self.services.access;
        if access.moderation().let_go(self.id) {
            access.judge_anew();
        }
    }

    /// Whatever follows from where the meeting stands.
    fn has_moved(&mut self) {
        let Some(held) = &self.held else {
            return;
        };
        if self.known == Some(held.mark) {
            return;
        }
        self.known = Some(held.mark);
        self.crowd.moved();
        self.phase = held.meeting.state.phase();
        if self.phase == Phase::Open {
            let access = &self.services.access;
            let state = Arc::new(held.meeting.state.clone());
            if access.moderation().hold(self.id, &state) {
                access.judge_anew();
            }
        } else {
            self.let_go();
        }
        let people = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        let pause = SHOW_EVERY
            .max(SHOW_EVERY_PERSON.saturating_mul(people))
            .min(SHOW_EVERY_MAX);
        self.show_at.get_or_insert(self.shown_at + pause);
        self.set_alarm();
    }

    fn set_alarm(&mut self) {
        let held = self.held.as_ref();
        let due = held.and_then(|held| next_deadline(&held.meeting.state));
        self.tick_at = due.map(|at| {
            let left = at.since(Moment(now_ms())).0;
            Instant::now() + Duration::from_millis(left)
        });
    }

    /// Whether the meeting has moved elsewhere.
    async fn look(&mut self, mark: Option<Mark>) {
        self.looked_at = Instant::now();
        if self.is_deleted {
            return;
        }
        let here = self.held.as_ref().map(|held| held.mark);
        let found = match mark {
            Some(mark) => Ok(Some(mark)),
            None => self.services.store.meeting_mark(self.id).await,
        };
        match found {
            Ok(None) => self.was_deleted(),
            // What is heard may be older than what is known.
            Ok(Some(found)) if here.is_some_and(|here| found.is_no_later_than(here)) => {}
            Ok(Some(_)) => {
                if self.catch_up().await.is_ok() {
                    let _ = self.know_names().await;
                    self.settle_or_later().await;
                }
            }
            Err(error) => tracing::debug!(meeting = %self.id, %error, "look at a meeting"),
        }
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_spoke_and_fell_silent_is_gone_and_one_that_never_speaks_is_not() {
        let now = Instant::now();
        let stream = |heard_at| Stream {
            id: 0,
            session: SessionId::new(),
            show: watch::Sender::new(Shown::Nothing),
            heard_at,
        };
        let later = now + SILENCE_MAX;
        assert!(!stream(None).is_silent(later + SILENCE_MAX));
        assert!(!stream(Some(now)).is_silent(now));
        assert!(!stream(Some(now)).is_silent(later));
        assert!(stream(Some(now)).is_silent(later + Duration::from_secs(1)));
    }
}
