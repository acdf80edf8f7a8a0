//! What waits for the people of the demonstration beside the text: a clinical question with something to decide, a vote that
//! is open, and a meeting that is planned.

use std::sync::Arc;

use consilium_model::meeting::people::Lobby;
use consilium_model::prose::Block;
use consilium_model::question as layout;
use consilium_protocol::ids::{Access, DocName};

use super::people::PEOPLE_COUNT;
use super::seeding::{SeedError, granted};
use super::{guideline, question};
use crate::registry::{ApplyOutcome, Registry};
use crate::rounds::rules::Anonymity;
use crate::rounds::{RoundError, Rounds, Wish};
use crate::store::Store;
use crate::store::communities::Actor;
use crate::store::meetings::NewMeeting;
use crate::store::portal_ids::{AccountId, CommunityId, MeetingId};
use crate::store::questions::NewQuestion;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How long the vote is open, and when the meeting begins.
const VOTE_DAYS: i64 = 14;
const MEETING_DAYS: i64 = 2;

const ASKED: &str = "Do these recommendations go to external review as they stand?";
const RULE: &str = "awmf denominator=votes quorum=at-least:1/2";
const MEETING: &str = "Panel meeting: choice of treatment";

/// Where it all belongs.
pub(super) struct Here<'a> {
    pub(super) store: &'a Arc<dyn Store>,
    pub(super) registry: &'a Registry,
    pub(super) community: CommunityId,
    pub(super) guideline: &'a DocName,
    pub(super) accounts: &'a [AccountId; PEOPLE_COUNT],
    pub(super) now_ms: i64,
}

impl Here<'_> {
    fn by(&self, person: usize) -> Actor {
        Actor {
            account: self.accounts[person],
            at_ms: self.now_ms,
        }
    }

    /// Makes all three.
    pub(super) async fn prepare(&self) -> Result<(), SeedError> {
        self.ask_the_question().await?;
        self.open_the_vote().await?;
        self.plan_the_meeting().await
    }

    async fn ask_the_question(&self) -> Result<(), SeedError> {
        let refused = |what: &str| SeedError::Refused(format!("the question: {what}"));
        let name = layout::of_document(self.guideline, question::ID)
            .ok_or_else(|| refused("its name is too long"))?;
        let new = NewQuestion {
            name: name.clone(),
            title: question::TITLE.to_owned(),
        };
        let by = self.by(question::BY);
        granted(self.store.create_question(by, self.guideline, &new).await?)?;
        let first = question::filled_in(self.now_ms).map_err(|_| refused("a name"))?;
        self.write(&name, question::BY, first.clone()).await?;
        for (person, code) in question::STRENGTHS {
            let update = question::strength(&first, code, self.now_ms);
            self.write(&name, person, update.map_err(|_| refused("a name"))?)
                .await?;
        }
        Ok(())
    }

    async fn write(&self, name: &DocName, person: usize, update: Vec<u8>) -> Result<(), SeedError> {
        let author = Some(self.accounts[person].user());
        let title = question::TITLE;
        let outcome = self
            .registry
            .apply_update(name, author, Access::Write, update.into())
            .await
            .map_err(|cause| SeedError::Room { title, cause })?;
        match outcome {
            ApplyOutcome::Committed => Ok(()),
            ApplyOutcome::Quarantined(reason) => Err(SeedError::Refused(format!(
                "{title:?} was set aside: {}",
                reason.word()
            ))),
        }
    }

    /// About the list of recommendations only: colleagues write elsewhere, and a vote names the text that it is about.
    async fn open_the_vote(&self) -> Result<(), SeedError> {
        let refused = |what: String| SeedError::Refused(format!("the vote: {what}"));
        let list = guideline::body()
            .iter()
            .position(|block| matches!(block, Block::OrderedList { .. }))
            .ok_or_else(|| refused("no recommendations".to_owned()))?;
        let wish = Wish {
            document: self.guideline.clone(),
            blocks: Some((list, list)),
            question: ASKED.to_owned(),
            rule: RULE.parse().map_err(|error| refused(format!("{error}")))?,
            anonymity: Anonymity::Named,
            closes_at_ms: self.now_ms + VOTE_DAYS * DAY_MS,
            is_by_hand: true,
            recused: Vec::new(),
        };
        let rounds = Rounds {
            registry: self.registry,
            store: self.store,
        };
        match rounds.open(self.by(0), self.community, wish).await {
            Ok(_) => Ok(()),
            Err(RoundError::Store(error)) => Err(error.into()),
            Err(error) => Err(refused(error.to_string())),
        }
    }

    async fn plan_the_meeting(&self) -> Result<(), SeedError> {
        let meeting = NewMeeting {
            id: MeetingId::new(),
            title: MEETING.to_owned(),
            starts_at_ms: Some(self.now_ms + MEETING_DAYS * DAY_MS),
            documents: vec![self.guideline.clone()],
            deputies: vec![self.accounts[1]],
            lobby: Lobby::Open,
            peers: false,
        };
        granted(
            self.store
                .plan_meeting(self.by(0), self.community, &meeting)
                .await?,
        )?;
        Ok(())
    }
}
