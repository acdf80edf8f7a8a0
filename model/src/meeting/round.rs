//! Formal rounds: the hooks by which a vote is held in a meeting.
//!
//! A round is about the current item and about one text, named by its hash (I8): a ballot that names another is refused, and
//! an open round whose text changes is void. One that was counted stays what it was: it says of which text. Its rule is published when it opens and does not change.
//! Who may vote is fixed then: the roll without those who are recused. Enough of them have to be there, and enough have to
//! vote. What the counts mean under the rule is for the consensus arithmetic to say, not for the meeting.
//!
//! Whoever calls this for the chair makes sure that the hash is that of the text as it is committed, and tells the meeting
//! when a text changes; the meeting knows no texts.

use std::collections::{BTreeMap, BTreeSet};

use consilium_protocol::ids::{DocName, UserId};
use serde::{Deserialize, Serialize};

use super::ballot::{Ballot, BoxId, BoxWrite, Boxes, Slot, Turnout};
use super::event::Event;
use super::ids::{Hash32, ItemId, RoundId};
use super::state::State;
use super::{Decided, check, limits, refusal::Refusal};

/// Whether names and choices stand together when a round is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anonymity {
    /// They do, for all to see.
    Named,
    /// They never do.
    Anonymous,
}

/// How many of those who may vote are needed: a share of them, as a fraction, so that it is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quorum {
    /// Above the line.
    pub numerator: u32,
    /// Below it.
    pub denominator: u32,
}

impl Quorum {
    /// Whether so many of so many are enough. Nobody of nobody is not.
    #[must_use]
    pub fn is_met(self, count: usize, of: usize) -> bool {
        let count = count as u128 * u128::from(self.denominator);
        of > 0 && count >= of as u128 * u128::from(self.numerator)
    }

    const fn is_a_share(self) -> bool {
        self.denominator > 0 && self.numerator <= self.denominator
    }
}

/// The rule of a round, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// In words.
    pub words: String,
    /// What the arithmetic knows it by.
    pub hash: Hash32,
    /// How many are needed.
    pub quorum: Quorum,
    /// Whether names and choices stand together.
    pub anonymity: Anonymity,
}

/// A round as it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRound {
    /// The item that it is about, which is the current one.
    pub item: ItemId,
    /// The document whose text is voted on.
    pub document: DocName,
    /// What that says.
    pub text: Hash32,
    /// The rule.
    pub rule: Rule,
    /// What can be chosen: words, or the ratings from 1 to 9.
    pub options: Vec<String>,
}

/// How a round ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundResult {
    /// How many might have voted.
    pub eligible: u32,
    /// How many did, those who abstained among them.
    pub cast: u32,
    /// How many chose none, where counts are shown.
    pub abstained: Option<u32>,
    /// How many of the roll were recused.
    pub recused: u32,
    /// Whether enough voted.
    pub is_quorate: bool,
    /// How many chose each; `None` where an anonymous round had so few ballots that counts would name people.
    pub counts: Option<Vec<u32>>,
}

/// Why a round has no result, or none any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VoidReason {
    /// The chair ended it, for this reason.
    Chair(String),
    /// The text is another (I8).
    TextChanged,
    /// The meeting ended before it was counted.
    MeetingEnded,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// Which.
    pub id: RoundId,
    /// What it is about.
    pub round: NewRound,
    /// Who may vote.
    pub roll: BTreeSet<UserId>,
    /// How many of the meeting's roll may not, being recused.
    pub recused: u32,
    /// Who has voted. Emptied when an anonymous round is counted.
    pub voted: BTreeSet<UserId>,
    /// How it ended.
    pub result: Option<RoundResult>,
    /// How each voted, in a named round that was counted.
    pub named: BTreeMap<UserId, Ballot>,
    /// Why it counts for nothing.
    pub void: Option<VoidReason>,
}

impl Round {
    /// Whether ballots are taken.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.result.is_none() && self.void.is_none()
    }
}

/// All rounds of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rounds {
    /// In the order of their opening. At most the last one is open.
    pub all: Vec<Round>,
}

impl Rounds {
    /// The one that is open.
    #[must_use]
    pub fn open(&self) -> Option<&Round> {
        self.all.last().filter(|round| round.is_open())
    }

    pub(super) fn round_mut(&mut self, id: RoundId) -> Option<&mut Round> {
        self.all.iter_mut().find(|round| round.id == id)
    }

    fn check_open(&self, id: RoundId) -> Result<&Round, Refusal> {
        match self.open() {
            Some(round) if round.id == id => Ok(round),
            _ if self.all.iter().any(|round| round.id == id) => Err(Refusal::RoundClosed),
            _ => Err(Refusal::NoSuchRound),
        }
    }

    pub(super) fn voted(&mut self, id: RoundId, who: &UserId) {
        if let Some(round) = self.round_mut(id) {
            round.voted.insert(who.clone());
        }
    }

    pub(super) fn close(
        &mut self,
        id: RoundId,
        result: RoundResult,
        named: BTreeMap<UserId, Ballot>,
    ) {
        if let Some(round) = self.round_mut(id) {
            if round.round.rule.anonymity == Anonymity::Anonymous {
                round.voted.clear();
            }
            round.result = Some(result);
            round.named = named;
        }
    }

    pub(super) fn void(&mut self, id: RoundId, why: VoidReason) {
        if let Some(round) = self.round_mut(id) {
            round.voted.clear();
            round.void = Some(why);
        }
    }
}

impl State {
    pub(super) fn open_round(&self, round: &NewRound) -> Decided {
        if self.rounds.open().is_some() {
            return Err(Refusal::RoundOpen);
        }
        check::room_for_one(self.rounds.all.len(), limits::ROUNDS_MAX)?;
        check::text(&round.rule.words)?;
        check::options(&round.options)?;
        if !self.documents.contains(&round.document) {
            return Err(Refusal::NotOurText);
        }
        let item = self.agenda.current().ok_or(Refusal::NoCurrentItem)?;
        if item.id != round.item {
            return Err(Refusal::NoCurrentItem);
        }
        if !round.rule.quorum.is_a_share() {
            return Err(Refusal::BadChoices);
        }
        let (recused, roll): (BTreeSet<UserId>, BTreeSet<UserId>) = self
            .roll
            .iter()
            .cloned()
            .partition(|who| item.recused.contains_key(who));
        let present = roll.iter().filter(|who| self.is_present(who)).count();
        if !round.rule.quorum.is_met(present, roll.len()) {
            return Err(Refusal::NoQuorum);
        }
        Ok(vec![Event::RoundOpened {
            id: RoundId(u32::try_from(self.rounds.all.len()).unwrap_or(u32::MAX)),
            round: round.clone(),
            roll,
            recused: number(recused.len()),
        }])
    }

    /// The event of a first ballot, and what goes into the box.
    pub(super) fn cast_ballot(
        &self,
        who: &UserId,
        id: RoundId,
        text: Hash32,
        secret: Option<Hash32>,
        ballot: Ballot,
        boxes: &Boxes,
    ) -> Result<(Option<Event>, BoxWrite), Refusal> {
        let round = self.rounds.check_open(id)?;
        if !round.roll.contains(who) {
            return Err(Refusal::NotOnRoll);
        }
        self.check_not_recused(who)?;
        if text != round.round.text {
            return Err(Refusal::OtherText);
        }
        if let Ballot::Choice(option) = ballot
            && usize::from(option) >= round.round.options.len()
        {
            return Err(Refusal::NoSuchChoice);
        }
        match (round.round.rule.anonymity, secret) {
            (Anonymity::Named, None) | (Anonymity::Anonymous, Some(_)) => {}
            (Anonymity::Named, Some(_)) | (Anonymity::Anonymous, None) => {
                return Err(Refusal::WrongSlot);
            }
        }
        let turnout = if round.voted.contains(who) {
            Turnout::Again
        } else {
            Turnout::First
        };
        let slot = Slot::of(who, secret);
        boxes.check(BoxId::Round(id), &slot, turnout)?;
        let event = (turnout == Turnout::First).then(|| Event::BallotCast {
            round: id,
            who: who.clone(),
        });
        Ok((event, BoxWrite::Put(BoxId::Round(id), slot, ballot)))
    }

    pub(super) fn close_round(
        &self,
        id: RoundId,
        boxes: &Boxes,
    ) -> Result<(Event, BoxWrite), Refusal> {
        let round = self.rounds.check_open(id)?;
        let ballots = BoxId::Round(id);
        let cast = boxes.count(ballots);
        let tally = boxes.tally(ballots, round.round.options.len());
        let rule = &round.round.rule;
        let is_shown = rule.anonymity == Anonymity::Named || cast >= limits::ANONYMOUS_BALLOTS_MIN;
        let result = RoundResult {
            eligible: number(round.roll.len()),
            cast: number(cast),
            abstained: is_shown.then_some(tally.abstained),
            recused: round.recused,
            is_quorate: rule.quorum.is_met(cast, round.roll.len()),
            counts: is_shown.then_some(tally.counts),
        };
        let named = boxes
            .ballots(ballots)
            .filter_map(|(slot, ballot)| match slot {
                Slot::Named(who) => Some((who.clone(), ballot)),
                Slot::Secret(_) => None,
            });
        let closed = Event::RoundClosed {
            round: id,
            result,
            named: named.collect(),
        };
        Ok((closed, BoxWrite::Empty(ballots)))
    }

    pub(super) fn void_round(
        &self,
        id: RoundId,
        reason: &str,
    ) -> Result<(Event, BoxWrite), Refusal> {
        check::text(reason)?;
        let round = self.rounds.check_open(id)?;
        Ok(Self::void(round, VoidReason::Chair(reason.to_owned())))
    }

    pub(super) fn void(round: &Round, why: VoidReason) -> (Event, BoxWrite) {
        let voided = Event::RoundVoided {
            round: round.id,
            why,
        };
        (voided, BoxWrite::Empty(BoxId::Round(round.id)))
    }

    /// Ends the open round, where it is about another version of this text. What was counted is the result of the text
    /// that it names, whatever the document says later.
    pub(super) fn text_changed(&self, document: &DocName, hash: Hash32) -> Vec<(Event, BoxWrite)> {
        self.rounds
            .open()
            .into_iter()
            .filter(|round| round.round.document == *document && round.round.text != hash)
            .map(|round| Self::void(round, VoidReason::TextChanged))
            .collect()
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
