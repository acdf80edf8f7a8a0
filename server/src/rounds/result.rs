//! What a round came to, as it is kept for ever and shown: the rule, the counts and the verdict.
//!
//! Made once, when the round is counted. Of an anonymous round it lists every ballot under its slot, so that each voter
//! finds theirs and everybody can count again; which voter a slot is, it cannot say. With too few ballots it says nothing
//! but how many there were.

use consilium_model::consensus::{Ballot, Counts, Fraction, Outcome, Rule, Spread};
use consilium_model::meeting::ids::Hash32;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ballot_box::Emptied;
use super::rules::SECRET_BALLOTS_MIN;

/// Decimal places of what is computed.
const PLACES: u8 = 2;

/// What a round came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoundResult {
    /// The rule, as it was frozen.
    pub rule: String,
    /// How many might vote.
    pub eligible: u32,
    /// How many were recused.
    pub recused: u32,
    /// How many voted, with those who abstained.
    pub voted: u32,
    /// Whether that is enough by the rule.
    pub quorate: bool,
    /// The verdict: a word of `docs/consensus.md`.
    pub verdict: String,
    /// The counts; absent where too few voted without names to show any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<ShownCounts>,
    /// Of an anonymous round: every ballot, sorted by its slot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ballots: Vec<CountedBallot>,
    /// Of an anonymous round: what was said to ballots, in an order that tells nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
    /// Who of the roll was judged while it was open; absent where nobody was.
    #[serde(default, skip_serializing_if = "LateRecusals::is_none")]
    pub late: LateRecusals,
}

/// People whose interests were judged after the roll was fixed, so that they vote no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LateRecusals {
    /// How many ballots under names were taken out.
    pub removed: u32,
    /// Of an anonymous round: how many may have voted, because their ballot cannot be found. They count among those who
    /// might vote.
    pub may_have_voted: u32,
}

impl LateRecusals {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What was chosen how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownCounts {
    /// How many chose something.
    pub cast: u32,
    /// How many abstained.
    pub abstained: u32,
    /// Of ratings: how many of each, 1 first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub histogram: Vec<u32>,
    /// Of ratings: what they come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<ShownSpread>,
    /// Of votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<ShownVotes>,
}

/// What ratings come to. Numbers are decimals, to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownSpread {
    /// The median.
    pub median: String,
    /// The 30th percentile.
    pub p30: String,
    /// The 70th percentile.
    pub p70: String,
    /// The range between them.
    pub ipr: String,
    /// The range from which on there is disagreement.
    pub ipras: String,
    /// The first by the second: above 1 there is disagreement.
    pub index: String,
    /// Disagreement by that.
    pub ipras_disagreement: bool,
    /// Disagreement by the classic table, where it knows so many ratings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classic_disagreement: Option<bool>,
    /// Agreement by the classic table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classic_agreement: Option<bool>,
}

/// Votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownVotes {
    /// Yes.
    pub approve: u32,
    /// No.
    pub object: u32,
    /// Of how many the share of yes is taken.
    pub denominator: u32,
    /// That share in hundredths, with one decimal; absent of nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
}

/// One ballot of an anonymous round.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct CountedBallot {
    /// The hash of the voter's secret: 64 hexadecimal digits.
    #[schema(value_type = String)]
    pub slot: Hash32,
    /// `1` to `9`, `approve`, `object` or `abstain`.
    pub choice: String,
}

impl RoundResult {
    /// Of a round with names.
    #[must_use]
    pub fn named(rule: &Rule, outcome: &Outcome) -> Self {
        Self {
            rule: rule.to_string(),
            eligible: outcome.eligible,
            recused: outcome.recused,
            voted: outcome.cast + outcome.abstained,
            quorate: outcome.is_quorate,
            verdict: outcome.verdict.word().to_owned(),
            counts: Some(ShownCounts::of(outcome)),
            ballots: Vec::new(),
            said: Vec::new(),
            late: LateRecusals::default(),
        }
    }

    /// Of a round without names, and what was in its box.
    #[must_use]
    pub fn anonymous(rule: &Rule, outcome: &Outcome, emptied: Emptied) -> Self {
        let plain = Self::named(rule, outcome);
        if plain.voted < SECRET_BALLOTS_MIN {
            return Self {
                counts: None,
                ..plain
            };
        }
        let counted = |(slot, choice): (Hash32, Ballot)| CountedBallot {
            slot,
            choice: choice.word(),
        };
        let mut ballots: Vec<CountedBallot> = emptied.ballots.into_iter().map(counted).collect();
        ballots.sort();
        Self {
            ballots,
            said: emptied.said,
            ..plain
        }
    }
}

impl ShownCounts {
    fn of(outcome: &Outcome) -> Self {
        let (histogram, spread, votes) = match &outcome.counts {
            Counts::Ratings { histogram, spread } => (
                histogram.to_vec(),
                spread.as_ref().map(ShownSpread::of),
                None,
            ),
            Counts::Votes(votes) => {
                let percent =
                    Fraction::new(i64::from(votes.approve) * 100, i64::from(votes.denominator));
                let shown = ShownVotes {
                    approve: votes.approve,
                    object: votes.object,
                    denominator: votes.denominator,
                    percent: percent.map(|percent| percent.decimal(1)),
                };
                (Vec::new(), None, Some(shown))
            }
        };
        Self {
            cast: outcome.cast,
            abstained: outcome.abstained,
            histogram,
            spread,
            votes,
        }
    }
}

impl ShownSpread {
    fn of(spread: &Spread) -> Self {
        Self {
            median: spread.median.decimal(1),
            p30: spread.p30.decimal(1),
            p70: spread.p70.decimal(1),
            ipr: spread.ipr.decimal(PLACES),
            ipras: spread.ipras.decimal(PLACES),
            index: spread.index.decimal(PLACES),
            ipras_disagreement: spread.ipras_disagreement,
            classic_disagreement: spread.classic.map(|classic| classic.disagreement),
            classic_agreement: spread.classic.map(|classic| classic.agreement),
        }
    }
}

#[cfg(test)]
mod tests {
    use consilium_model::consensus::{Rating, Roll, count};

    use super::*;

    fn counted(rule: &str, ballots: &[Ballot]) -> (Rule, Outcome) {
        let rule: Rule = rule.parse().unwrap();
        let roll = Roll {
            eligible: 9,
            recused: 1,
        };
        let outcome = count(&rule, roll, ballots).unwrap();
        (rule, outcome)
    }

    fn emptied(ballots: &[Ballot]) -> Emptied {
        Emptied {
            ballots: ballots
                .iter()
                .zip(0..)
                .map(|(ballot, at)| (Hash32([9 - at; 32]), *ballot))
                .collect(),
            said: vec!["Because.".to_owned()],
        }
    }

    #[test]
    fn too_few_ballots_without_names_show_nothing_but_how_many_they_were() {
        let rule = "awmf denominator=votes quorum=ballots:3";
        let two = [Ballot::Approve, Ballot::Object];
        let (rule, outcome) = counted(rule, &two);
        let result = RoundResult::anonymous(&rule, &outcome, emptied(&two));
        let text = serde_json::to_string(&result).unwrap();
        assert_eq!(
            text,
            r#"{"rule":"awmf denominator=votes quorum=ballots:3","eligible":9,"recused":1,"voted":2,"quorate":false,"verdict":"no-quorum"}"#
        );
        assert_eq!(serde_json::from_str::<RoundResult>(&text).unwrap(), result);
    }

    #[test]
    fn every_ballot_is_listed_by_its_slot() {
        let three = [Ballot::Approve, Ballot::Object, Ballot::Abstain];
        let (rule, outcome) = counted("awmf denominator=votes quorum=ballots:3", &three);
        let result = RoundResult::anonymous(&rule, &outcome, emptied(&three));
        let choices: Vec<&str> = result
            .ballots
            .iter()
            .map(|each| each.choice.as_str())
            .collect();
        assert_eq!(choices, ["abstain", "object", "approve"]);
        let counts = result.counts.clone().unwrap();
        assert_eq!((counts.cast, counts.abstained), (2, 1));
        assert_eq!(counts.votes.unwrap().percent.as_deref(), Some("50.0"));
        let text = serde_json::to_string(&result).unwrap();
        assert_eq!(serde_json::from_str::<RoundResult>(&text).unwrap(), result);
    }

    #[test]
    fn ratings_come_with_what_they_come_to() {
        let ratings: Vec<Ballot> = [1, 2, 3, 7, 7, 8, 8, 9, 9]
            .into_iter()
            .filter_map(Rating::new)
            .map(Ballot::Rating)
            .collect();
        let rule = "rand-ucla disagreement=classic percentiles=linear quorum=none";
        let (rule, outcome) = counted(rule, &ratings);
        let result = RoundResult::named(&rule, &outcome);
        assert_eq!(result.verdict, "uncertain-by-disagreement");
        let counts = result.counts.unwrap();
        assert_eq!(counts.histogram, [1, 1, 1, 0, 0, 0, 2, 2, 2]);
        let spread = counts.spread.unwrap();
        assert_eq!(spread.median, "7.0");
        assert_eq!(
            (spread.classic_disagreement, spread.ipras_disagreement),
            (Some(true), false)
        );
    }
}
