//! Counting: a rule and the ballots make an outcome.
//!
//! Whatever the verdict, the counts are given, so that nobody has to believe it. Where the rule decides nothing (no quorum,
//! no choices, a panel of a size that it does not know), the verdict says so instead of guessing.

use super::ballot::{Ballot, Roll};
use super::rand_ucla::{self, Histogram, Spread};
use super::rule::{Denominator, Method, Rule};
use super::verdict::{self, Verdict};

/// What a round came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// May vote on this.
    pub eligible: u32,
    /// Must not.
    pub recused: u32,
    /// Ballots that choose something.
    pub cast: u32,
    /// Ballots that abstain.
    pub abstained: u32,
    /// Whether enough took part.
    pub is_quorate: bool,
    /// The counts.
    pub counts: Counts,
    /// What it means.
    pub verdict: Verdict,
}

/// What was chosen how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counts {
    /// Of ratings.
    Ratings {
        /// Of each value, 1 first.
        histogram: Histogram,
        /// What they come to; `None` where nobody rated.
        spread: Option<Spread>,
    },
    /// Of votes.
    Votes(Votes),
}

/// Votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Votes {
    /// Yes.
    pub approve: u32,
    /// No.
    pub object: u32,
    /// Of how many the share of yes is taken, by the rule.
    pub denominator: u32,
}

/// Why ballots cannot be counted. Nothing is counted then: a tally of some of the ballots would be a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// More ballots than people who may vote.
    #[error("{ballots} ballots of {eligible} who may vote")]
    MoreThanEligible {
        /// Handed in.
        ballots: usize,
        /// May vote.
        eligible: u32,
    },
    /// A ballot that chooses in another way than the rule asks.
    #[error("a ballot that does not fit the method")]
    WrongKind,
}

/// Counts. The order of the ballots does not matter.
///
/// # Errors
/// [`CountError`].
pub fn count(rule: &Rule, roll: Roll, ballots: &[Ballot]) -> Result<Outcome, CountError> {
    let handed_in = u32::try_from(ballots.len())
        .ok()
        .filter(|ballots| *ballots <= roll.eligible)
        .ok_or(CountError::MoreThanEligible {
            ballots: ballots.len(),
            eligible: roll.eligible,
        })?;
    let abstained = number(ballots, Ballot::Abstain);
    let turnout = Turnout {
        cast: handed_in - abstained,
        handed_in,
        eligible: roll.eligible,
    };
    let (counts, verdict) = match rule.method() {
        Method::RandUcla { disagreement, .. } => rated(ballots, |_, spread| {
            verdict::appropriateness(disagreement, spread)
        }),
        Method::Delphi { consensus } => rated(ballots, |histogram, _| {
            verdict::delphi(consensus, histogram)
        }),
        Method::CoreOutcomeSet { many, few_below } => rated(ballots, |histogram, _| {
            verdict::core_outcome_set(many, few_below, histogram)
        }),
        Method::Awmf { denominator } => voted(ballots, turnout.of(denominator), |votes| {
            verdict::awmf(votes.approve, votes.denominator)
        }),
        Method::Approval {
            approval,
            denominator,
            objections_max,
        } => voted(ballots, turnout.of(denominator), |votes| {
            verdict::approval(approval, objections_max, votes)
        }),
    }?;
    let is_quorate = rule.quorum().is_met(handed_in, roll);
    Ok(Outcome {
        eligible: roll.eligible,
        recused: roll.recused,
        cast: turnout.cast,
        abstained,
        is_quorate,
        counts,
        verdict: if is_quorate {
            verdict.unwrap_or(Verdict::NoChoice)
        } else {
            Verdict::NoQuorum
        },
    })
}

/// How many took part.
struct Turnout {
    cast: u32,
    handed_in: u32,
    eligible: u32,
}

impl Turnout {
    const fn of(&self, denominator: Denominator) -> u32 {
        match denominator {
            Denominator::Votes => self.cast,
            Denominator::Ballots => self.handed_in,
            Denominator::Eligible => self.eligible,
        }
    }
}

/// The counts, and the verdict where somebody chose something.
type Counted = Result<(Counts, Option<Verdict>), CountError>;

fn rated(ballots: &[Ballot], decide: impl FnOnce(&Histogram, &Spread) -> Verdict) -> Counted {
    let mut ratings = Vec::with_capacity(ballots.len());
    for ballot in ballots {
        match ballot {
            Ballot::Rating(rating) => ratings.push(*rating),
            Ballot::Abstain => {}
            Ballot::Approve | Ballot::Object => return Err(CountError::WrongKind),
        }
    }
    let histogram = rand_ucla::histogram(ratings);
    let spread = Spread::of(&histogram);
    let verdict = spread.as_ref().map(|spread| decide(&histogram, spread));
    Ok((Counts::Ratings { histogram, spread }, verdict))
}

fn voted(ballots: &[Ballot], denominator: u32, decide: impl FnOnce(Votes) -> Verdict) -> Counted {
    let is_rating = |ballot: &Ballot| matches!(ballot, Ballot::Rating(_));
    if ballots.iter().any(is_rating) {
        return Err(CountError::WrongKind);
    }
    let votes = Votes {
        approve: number(ballots, Ballot::Approve),
        object: number(ballots, Ballot::Object),
        denominator,
    };
    let has_choice = votes.approve > 0 || votes.object > 0;
    Ok((Counts::Votes(votes), has_choice.then(|| decide(votes))))
}

fn number(ballots: &[Ballot], which: Ballot) -> u32 {
    let found = ballots.iter().filter(|ballot| **ballot == which).count();
    // There are no more of them than ballots, whose number fits.
    u32::try_from(found).unwrap_or(u32::MAX)
}
