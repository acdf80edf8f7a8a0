//! Who is here: coming and going, and what follows when roles or sessions change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use consilium_model::access::Role;
use consilium_model::meeting::command::{Actor, Command};
use consilium_model::meeting::people::Kind;
use consilium_model::meeting::state::Phase;
use consilium_protocol::ids::UserId;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Hall, Person, Stream};
use crate::community::rules::{Deed, may};
use crate::meetings::draft::Draft;
use crate::meetings::links::{Here, settle};
use crate::meetings::{ActError, Comer, STREAMS_PER_PERSON_MAX, Services, Shown};
use crate::room::actor::now_ms;
use crate::store::meetings::{Link, Member};
use crate::store::portal_ids::{AccountId, SessionId};

impl Hall {
    /// Who may vote, as the community has it now.
    pub(super) async fn voters(&mut self) -> Result<BTreeSet<UserId>, ActError> {
        let members = self.members().await?;
        Ok(voters_of(&members))
    }

    pub(super) async fn members(&mut self) -> Result<Vec<Member>, ActError> {
        if self.held.is_none() {
            self.catch_up().await?;
        }
        let held = self.held.as_ref().ok_or(ActError::NoSuchMeeting)?;
        let now = now_ms();
        let members = self.services.store.meeting_members(held.community, now);
        let members = members.await?;
        for member in &members {
            self.names
                .insert(member.account.to_string(), member.name.clone());
        }
        Ok(members)
    }

    pub(super) async fn come(
        &mut self,
        stream: u64,
        comer: Comer,
        show: watch::Sender<Shown>,
    ) -> Result<(), ActError> {
        let Comer {
            account,
            session,
            role,
        } = comer;
        if self.held.is_none() {
            self.catch_up().await?;
        }
        if self.held.is_none() {
            return Err(ActError::NoSuchMeeting);
        }
        let kind = kind_of(role);
        let person = self.people.entry(account).or_insert_with(|| Person {
            kind,
            streams: Vec::new(),
            shown: None,
        });
        if person.streams.len() >= STREAMS_PER_PERSON_MAX {
            return Err(ActError::TooManyStreams);
        }
        person.kind = kind;
        person.streams.push(Stream {
            id: stream,
            session,
            show,
            heard_at: None,
        });
        self.know_names().await?;
        self.settle(Some(account)).await?;
        self.show_one(account);
        Ok(())
    }

    pub(super) async fn go(&mut self, stream: u64) {
        self.end_streams(|each| each.id == stream).await;
    }

    /// The page of a session is there.
    pub(super) fn hear_of(&mut self, session: SessionId) {
        let now = Instant::now();
        let people = self.people.values_mut();
        let streams = people.flat_map(|person| &mut person.streams);
        for stream in streams.filter(|stream| stream.session == session) {
            stream.heard_at = Some(now);
        }
    }

    /// Pages that have fallen silent are gone. One that is there after all finds its stream ended, and opens another.
    pub(super) async fn drop_the_silent(&mut self) {
        let now = Instant::now();
        let mut streams = self.people.values().flat_map(|person| &person.streams);
        if streams.any(|stream| stream.is_silent(now)) {
            self.end_streams(|each| each.is_silent(now)).await;
        }
    }

    async fn end_streams(&mut self, is_one: impl Fn(&Stream) -> bool) {
        let mut is_last = false;
        self.people.retain(|_, person| {
            person.streams.retain(|each| !is_one(each));
            is_last |= person.streams.is_empty();
            !person.streams.is_empty()
        });
        self.busy_at = Instant::now();
        if is_last {
            self.settle_or_later().await;
        }
    }

    pub(super) async fn settle_or_later(&mut self) {
        // Where it does not work now, it is tried when the hall looks next.
        if let Err(error) = self.settle(None).await {
            tracing::debug!(meeting = %self.id, %error, "who is in a meeting is not kept now");
            self.held = None;
        }
    }

    /// Brings the meeting into line with who is connected.
    pub(super) async fn settle(&mut self, comes: Option<AccountId>) -> Result<(), ActError> {
        self.change(|draft, hall| {
            hall.settle(draft, comes);
            Ok(())
        })
        .await
        .map(|_| ())
    }

    /// Asks anew who may be here, and by which sessions.
    pub(super) async fn review(&mut self) -> Result<(), ActError> {
        if self.phase == Phase::Ended && self.people.is_empty() {
            return Ok(());
        }
        let members = self.members().await?;
        let roles: HashMap<_, _> = members.iter().map(|one| (one.account, one.role)).collect();
        let sessions: Vec<_> = self
            .people
            .values()
            .flat_map(|person| person.streams.iter().map(|stream| stream.session))
            .collect();
        let live: BTreeSet<SessionId> = if sessions.is_empty() {
            BTreeSet::new()
        } else {
            let live = self.services.store.live_sessions(&sessions, now_ms());
            live.await?.into_iter().collect()
        };
        self.people.retain(|account, person| {
            let role = roles.get(account);
            person.streams.retain(|stream| {
                let stays = role.is_some() && live.contains(&stream.session);
                if !stays {
                    stream.show.send_replace(Shown::Gone);
                }
                stays
            });
            if let Some(role) = role {
                person.kind = kind_of(*role);
            }
            !person.streams.is_empty()
        });
        let voters = voters_of(&members);
        let may_be_here: BTreeSet<_> = members.iter().map(|one| one.account.user()).collect();
        self.change(|draft, hall| {
            hall.settle(draft, None);
            if draft.meeting.state.phase() == Phase::Ended {
                return Ok(());
            }
            let lost: Vec<_> = draft
                .meeting
                .state
                .known()
                .filter(|(who, _, _)| !may_be_here.contains(*who))
                .map(|(who, _, _)| who.clone())
                .collect();
            for who in lost {
                draft.apply(&Actor::Server, &Command::Expel { who })?;
            }
            let voters = voters.clone();
            draft.apply(&Actor::Server, &Command::SetRoll { voters })
        })
        .await
        .map(|_| ())
    }
}

/// What is needed to bring links into line, and the links after it.
pub(super) struct Settling<'a> {
    pub(super) node: i64,
    pub(super) people: BTreeMap<AccountId, Kind>,
    pub(super) services: &'a Services,
    pub(super) links: BTreeSet<Link>,
}

impl Settling<'_> {
    pub(super) fn settle(&mut self, draft: &mut Draft, comes: Option<AccountId>) {
        let gone = self.services.gone.lock();
        let here = Here {
            node: self.node,
            people: &self.people,
            gone: &gone,
            comes,
        };
        self.links = settle(draft, &self.links, &here);
    }
}

fn kind_of(role: Role) -> Kind {
    if role.belongs() {
        Kind::Member
    } else {
        Kind::Guest
    }
}

fn voters_of(members: &[Member]) -> BTreeSet<UserId> {
    members
        .iter()
        .filter(|member| may(member.role, Deed::Vote))
        .map(|member| member.account.user())
        .collect()
}
