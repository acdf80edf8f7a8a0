//! What is committed of the texts that a meeting is about: the sections that are there, and what is voted on (I8).
//!
//! Whoever opens a vote names the text by its hash, and it is opened only if that is what the server reads. A text that has
//! become another between the two, or until the count, makes the vote void: from the moment at which a round is open nobody
//! writes, but another node may have taken an edit before it heard of that.

use bytes::Bytes;
use consilium_model::document::BODY;
use consilium_model::meeting::command::{Actor, Command};
use consilium_model::meeting::decide;
use consilium_model::meeting::ids::Hash32;
use consilium_model::meeting::place::{Place, SectionName};
use consilium_model::meeting::refusal::Refusal;
use consilium_model::meeting::time::Moment;
use consilium_protocol::ids::DocName;
use yrs::{Doc, Transact};

use super::Hall;
use crate::branching::{BranchError, contained, document_of, off_thread};
use crate::meetings::{ActError, Services};
use crate::plain_doc::plain_doc;
use crate::registry::RoomError;
use crate::room::actor::now_ms;
use crate::room::sections::Outline;
use crate::rounds::text;
use crate::store::portal_ids::AccountId;

impl Hall {
    /// Holds what somebody asks for to what is written.
    pub(super) async fn check_text(
        &mut self,
        by: &AccountId,
        command: &Command,
    ) -> Result<(), ActError> {
        match command {
            Command::Lock {
                place:
                    Place {
                        document,
                        section: Some(section),
                    },
                ..
            } => {
                self.check_otherwise(by, command).await?;
                let name = SectionName::read(section);
                let is_there = self
                    .services
                    .read(document, move |doc| {
                        let body = doc.get_or_insert_xml_fragment(BODY);
                        Outline::read(&doc.transact(), &body).has(&name)
                    })
                    .await?;
                is_there.then_some(()).ok_or(ActError::NoSuchSection)
            }
            Command::OpenRound { round } => {
                self.check_otherwise(by, command).await?;
                let is_it = self.services.hash_of(&round.document).await? == Some(round.text);
                is_it.then_some(()).ok_or(Refusal::OtherText.into())
            }
            Command::CloseRound { round } => {
                self.check_otherwise(by, command).await?;
                let held = self.held.as_ref();
                let open = held.and_then(|held| held.meeting.state.rounds().open());
                match open.map(|open| (open.id, open.round.document.clone())) {
                    Some((id, document)) if id == *round => self.compare_text(&document).await,
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// What is refused anyway is refused for that.
    async fn check_otherwise(&mut self, by: &AccountId, command: &Command) -> Result<(), ActError> {
        if self.held.is_none() {
            self.catch_up().await?;
        }
        let held = self.held.as_ref().ok_or(ActError::NoSuchMeeting)?;
        let actor = Actor::Person(by.user());
        let (state, boxes) = (&held.meeting.state, &held.meeting.boxes);
        let decision = decide(state, boxes, command, &actor, Moment(now_ms()));
        decision.map(|_| ()).map_err(ActError::from)
    }

    /// A round is open about this text from now on: what came in before that is looked at once more.
    pub(super) async fn look_at_text_again(&mut self, document: &DocName) {
        if let Err(error) = self.compare_text(document).await {
            tracing::debug!(meeting = %self.id, %error, "a text under vote is not read now");
        }
    }

    /// Ends rounds about another text than is written.
    async fn compare_text(&mut self, document: &DocName) -> Result<(), ActError> {
        let hash = self.services.hash_of(document).await?.unwrap_or(NO_TEXT);
        let open = self.held.as_ref().and_then(|held| {
            let open = held.meeting.state.rounds().open()?;
            (open.round.document == *document).then_some(open.round.text)
        });
        if open.is_none_or(|text| text == hash) {
            return Ok(());
        }
        let changed = Command::TextChanged {
            document: document.clone(),
            hash,
        };
        self.change(|draft, _| draft.apply(&Actor::Server, &changed))
            .await
            .map(|_| ())
    }
}

/// Of a document in which nothing is written. No text has it.
const NO_TEXT: Hash32 = Hash32([0; 32]);

impl Services {
    /// By what a whole text is known in a vote; nothing where nothing is written.
    pub(in crate::meetings) async fn hash_of(
        &self,
        document: &DocName,
    ) -> Result<Option<Hash32>, ActError> {
        self.read(document, |doc| text::whole(doc).map(|put| put.hash))
            .await
    }

    /// Reads what is committed of a document. Takes as long as there is text.
    async fn read<T: Send + 'static>(
        &self,
        document: &DocName,
        look: impl FnOnce(&Doc) -> T + Send + 'static,
    ) -> Result<T, ActError> {
        let state = self.registry.snapshot_update(document).await?;
        look_at(state, look).await.map_err(|error| match error {
            BranchError::Room(error) => ActError::Room(error),
            _ => ActError::Room(RoomError::Unavailable),
        })
    }
}

async fn look_at<T: Send + 'static>(
    state: Option<Bytes>,
    look: impl FnOnce(&Doc) -> T + Send + 'static,
) -> Result<T, BranchError> {
    off_thread(move || {
        contained(|| {
            let doc = match state {
                Some(state) => document_of(&state)?,
                None => plain_doc(),
            };
            Ok(look(&doc))
        })
    })
    .await?
}
