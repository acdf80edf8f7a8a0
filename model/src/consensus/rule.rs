//! The rule of a round, frozen when it opens: everything that can change a verdict is in it, in one text.
//!
//! The text ([`Rule::to_string`], read by [`str::parse`]) is what is stored, shown and hashed (I8). There is exactly one text
//! for each rule, and a text that leaves a choice open is none.

use std::fmt;
use std::str::FromStr;

use super::ballot::Roll;
use super::exact::{Share, Threshold};
use super::rand_ucla;

/// Which definition of disagreement is in force. Both are reported; they can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisagreementRule {
    /// Counts in both extremes, from the manual's table for panels of 8 to 16.
    Classic,
    /// Interpercentile range against the same adjusted for symmetry, for panels of any size.
    Ipras,
}

impl DisagreementRule {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Classic, Self::Ipras];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Ipras => "ipras",
        }
    }
}

/// How a percentile that falls between two ratings is found. One way so far; it is in the rule so that a second one would
/// not change what was decided by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Percentiles {
    /// By linear interpolation between the ranks: at position `(n - 1) p`, counted from nought.
    Linear,
}

impl Percentiles {
    /// All ways.
    pub const ALL: [Self; 1] = [Self::Linear];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Linear => "linear",
        }
    }
}

/// Of what the share of approving votes is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denominator {
    /// Of those who approved or objected: abstentions are left out.
    Votes,
    /// Of all ballots: an abstention counts like an objection.
    Ballots,
    /// Of all who might have voted: silence counts like an objection too.
    Eligible,
}

impl Denominator {
    /// All.
    pub const ALL: [Self; 3] = [Self::Votes, Self::Ballots, Self::Eligible];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Votes => "votes",
            Self::Ballots => "ballots",
            Self::Eligible => "eligible",
        }
    }
}

/// How a round comes to its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Appropriateness, rated 1 to 9. [`rand_ucla`](super::rand_ucla) has the formulas and their source.
    RandUcla {
        /// The definition in force.
        disagreement: DisagreementRule,
        /// How percentiles are found.
        percentiles: Percentiles,
    },
    /// A share of the ratings in one extreme third. There is no one threshold in the field; 75 % is the median of those
    /// that were stated (Diamond et al., J Clin Epidemiol 2014;67:401-409), hence [`Method::delphi`].
    Delphi {
        /// What 7 to 9, or 1 to 3, has to come to: so much that both cannot.
        consensus: Threshold,
    },
    /// Core outcome sets: in when many rate 7 to 9 and few 1 to 3, out the other way round (Williamson et al., The COMET
    /// Handbook, Trials 2017;18(Suppl 3):280). Hence [`Method::core_outcome_set`].
    CoreOutcomeSet {
        /// What the wanted extreme has to come to.
        many: Threshold,
        /// Below what the other has to stay.
        few_below: Share,
    },
    /// Classes of consensus: over 95 % strong consensus, over 75 % consensus, over 50 % majority (AWMF, Ständige Kommission
    /// Leitlinien: AWMF-Regelwerk Leitlinien, structured consensus finding).
    Awmf {
        /// Abstentions are left out as a rule; either way it is said.
        denominator: Denominator,
    },
    /// Approved or not.
    Approval {
        /// What the approving votes have to come to.
        approval: Threshold,
        /// Of what.
        denominator: Denominator,
        /// More objections than this prevent approval, however many approve; `None`: they only count as votes.
        objections_max: Option<u32>,
    },
}

impl Method {
    /// Consensus at 75 % or more.
    #[must_use]
    pub const fn delphi() -> Self {
        Self::Delphi {
            consensus: Threshold::at_least(75),
        }
    }

    /// In at 70 % or more of 7 to 9 and under 15 % of 1 to 3.
    #[must_use]
    pub const fn core_outcome_set() -> Self {
        Self::CoreOutcomeSet {
            many: Threshold::at_least(70),
            few_below: Share::percent(15),
        }
    }
}

/// How many have to take part. Abstaining is taking part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quorum {
    /// No number is required.
    None,
    /// So many.
    Ballots(u32),
    /// A share of those who may vote.
    Share(Threshold),
}

impl Quorum {
    /// Whether so many ballots are enough.
    #[must_use]
    pub fn is_met(self, ballots: u32, roll: Roll) -> bool {
        match self {
            Self::None => true,
            Self::Ballots(needed) => ballots >= needed,
            Self::Share(threshold) => threshold.is_met(ballots, roll.eligible),
        }
    }
}

/// Why something is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Two opposite verdicts could both hold.
    #[error("the threshold is so low that two opposite verdicts could both hold")]
    Ambiguous,
    /// A threshold that is always met, or never: whoever wants none says so.
    #[error("a threshold that decides nothing")]
    Void,
    /// The text is not one of a rule.
    #[error("not the text of a rule")]
    Text,
}

/// A rule that can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    method: Method,
    quorum: Quorum,
}

impl Rule {
    /// A rule.
    ///
    /// # Errors
    /// [`RuleError::Ambiguous`], [`RuleError::Void`].
    pub fn new(method: Method, quorum: Quorum) -> Result<Self, RuleError> {
        let is_void = match method {
            Method::Delphi { consensus } => consensus.is_void(),
            Method::CoreOutcomeSet { many, few_below } => {
                many.is_void() || few_below == Share::percent(0)
            }
            Method::Approval { approval, .. } => approval.is_void(),
            Method::RandUcla { .. } | Method::Awmf { .. } => false,
        } || match quorum {
            Quorum::None => false,
            Quorum::Ballots(needed) => needed == 0,
            Quorum::Share(threshold) => threshold.is_void(),
        };
        if is_void {
            return Err(RuleError::Void);
        }
        let is_ambiguous = match method {
            Method::Delphi { consensus } => consensus.allows_two(),
            // "Few" of the other extreme does not keep both from holding when it is a large part.
            Method::CoreOutcomeSet { many, .. } => many.allows_two(),
            Method::Approval { approval, .. } => approval.allows_two(),
            Method::RandUcla { .. } | Method::Awmf { .. } => false,
        };
        if is_ambiguous {
            Err(RuleError::Ambiguous)
        } else {
            Ok(Self { method, quorum })
        }
    }

    /// How it decides.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// How many have to take part.
    #[must_use]
    pub const fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// Whether the rule says anything about so many ratings; to be asked when a round opens, before it is too late.
    #[must_use]
    pub fn is_defined_for(&self, ratings: u32) -> bool {
        match self.method {
            Method::RandUcla {
                disagreement: DisagreementRule::Classic,
                ..
            } => rand_ucla::table(ratings).is_some(),
            Method::RandUcla { .. }
            | Method::Delphi { .. }
            | Method::CoreOutcomeSet { .. }
            | Method::Awmf { .. }
            | Method::Approval { .. } => true,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            Method::RandUcla {
                disagreement,
                percentiles,
            } => write!(
                f,
                "rand-ucla disagreement={} percentiles={}",
                disagreement.word(),
                percentiles.word()
            )?,
            Method::Delphi { consensus } => write!(f, "delphi consensus={consensus}")?,
            Method::CoreOutcomeSet { many, few_below } => {
                write!(f, "core-outcome-set many={many} few-below={few_below}")?;
            }
            Method::Awmf { denominator } => write!(f, "awmf denominator={}", denominator.word())?,
            Method::Approval {
                approval,
                denominator,
                objections_max,
            } => {
                write!(
                    f,
                    "approval approve={approval} denominator={} objections-max=",
                    denominator.word()
                )?;
                match objections_max {
                    Some(most) => write!(f, "{most}")?,
                    None => write!(f, "none")?,
                }
            }
        }
        match self.quorum {
            Quorum::None => write!(f, " quorum=none"),
            Quorum::Ballots(needed) => write!(f, " quorum=ballots:{needed}"),
            Quorum::Share(threshold) => write!(f, " quorum={threshold}"),
        }
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let rule = read(text).ok_or(RuleError::Text)?;
        let rule = Self::new(rule.method, rule.quorum)?;
        if rule.to_string() == text {
            Ok(rule)
        } else {
            Err(RuleError::Text)
        }
    }
}

/// Reads what each word says; whether they stand in order and nothing else does is seen by writing the rule again.
fn read(text: &str) -> Option<Rule> {
    let mut words = text.split(' ');
    let method = words.next()?;
    let value = |name: &str| {
        text.split(' ')
            .filter_map(|word| word.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let denominator = || {
        let word = value("denominator")?;
        Denominator::ALL
            .into_iter()
            .find(|denominator| denominator.word() == word)
    };
    let method = match method {
        "rand-ucla" => {
            let disagreement = value("disagreement")?;
            let percentiles = value("percentiles")?;
            Method::RandUcla {
                disagreement: DisagreementRule::ALL
                    .into_iter()
                    .find(|rule| rule.word() == disagreement)?,
                percentiles: Percentiles::ALL
                    .into_iter()
                    .find(|way| way.word() == percentiles)?,
            }
        }
        "delphi" => Method::Delphi {
            consensus: value("consensus")?.parse().ok()?,
        },
        "core-outcome-set" => Method::CoreOutcomeSet {
            many: value("many")?.parse().ok()?,
            few_below: value("few-below")?.parse().ok()?,
        },
        "awmf" => Method::Awmf {
            denominator: denominator()?,
        },
        "approval" => Method::Approval {
            approval: value("approve")?.parse().ok()?,
            denominator: denominator()?,
            objections_max: match value("objections-max")? {
                "none" => None,
                most => Some(most.parse().ok()?),
            },
        },
        _ => return None,
    };
    let quorum = match value("quorum")? {
        "none" => Quorum::None,
        other => match other.strip_prefix("ballots:") {
            Some(needed) => Quorum::Ballots(needed.parse().ok()?),
            None => Quorum::Share(other.parse().ok()?),
        },
    };
    Some(Rule { method, quorum })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, quorum: Quorum, text: &str) {
        let rule = Rule::new(method, quorum).unwrap();
        assert_eq!(rule.to_string(), text);
        assert_eq!(text.parse(), Ok(rule));
    }

    #[test]
    fn each_rule_has_one_text() {
        check(
            Method::RandUcla {
                disagreement: DisagreementRule::Classic,
                percentiles: Percentiles::Linear,
            },
            Quorum::None,
            "rand-ucla disagreement=classic percentiles=linear quorum=none",
        );
        check(
            Method::delphi(),
            Quorum::Ballots(5),
            "delphi consensus=at-least:3/4 quorum=ballots:5",
        );
        check(
            Method::core_outcome_set(),
            Quorum::None,
            "core-outcome-set many=at-least:7/10 few-below=3/20 quorum=none",
        );
        check(
            Method::Awmf {
                denominator: Denominator::Votes,
            },
            Quorum::Share(Threshold::more_than(50)),
            "awmf denominator=votes quorum=more-than:1/2",
        );
        for (objections_max, word) in [(None, "none"), (Some(0), "0")] {
            check(
                Method::Approval {
                    approval: "at-least:2/3".parse().unwrap(),
                    denominator: Denominator::Eligible,
                    objections_max,
                },
                Quorum::None,
                &format!(
                    "approval approve=at-least:2/3 denominator=eligible objections-max={word} quorum=none"
                ),
            );
        }
    }

    #[test]
    fn a_text_that_leaves_something_open_is_no_rule() {
        for text in [
            "",
            "delphi",
            "delphi consensus=at-least:3/4",
            "delphi consensus=at-least:75/100 quorum=none",
            "delphi quorum=none consensus=at-least:3/4",
            "delphi consensus=at-least:3/4 quorum=none quorum=none",
            "delphi consensus=at-least:3/4  quorum=none",
            "delphi consensus=at-least:3/4 quorum=none ",
            "delphi consensus=at-least:3/4 consensus=at-least:4/5 quorum=none",
            "rand-ucla disagreement=both percentiles=linear quorum=none",
            "rand-ucla disagreement=ipras percentiles=nearest quorum=none",
            "awmf denominator=votes quorum=ballots:05",
            "ranked quorum=none",
        ] {
            assert_eq!(text.parse::<Rule>(), Err(RuleError::Text), "{text:?}");
        }
    }

    #[test]
    fn a_rule_never_says_yes_and_no() {
        for (threshold, is_rule) in [
            (Threshold::more_than(50), true),
            (Threshold::at_least(51), true),
            (Threshold::at_least(50), false),
            (Threshold::more_than(49), false),
        ] {
            let delphi = Method::Delphi {
                consensus: threshold,
            };
            let set = Method::CoreOutcomeSet {
                many: threshold,
                few_below: Share::percent(100),
            };
            let vote = Method::Approval {
                approval: threshold,
                denominator: Denominator::Votes,
                objections_max: None,
            };
            for method in [delphi, set, vote] {
                assert_eq!(Rule::new(method, Quorum::None).is_ok(), is_rule);
            }
        }
    }

    #[test]
    fn a_threshold_that_decides_nothing_is_none() {
        for text in [
            "delphi consensus=more-than:1/1 quorum=none",
            "core-outcome-set many=at-least:7/10 few-below=0/1 quorum=none",
            "approval approve=at-least:0/1 denominator=votes objections-max=none quorum=none",
            "awmf denominator=votes quorum=ballots:0",
            "awmf denominator=votes quorum=at-least:0/1",
            "awmf denominator=votes quorum=more-than:1/1",
        ] {
            assert_eq!(text.parse::<Rule>(), Err(RuleError::Void), "{text}");
        }
    }

    #[test]
    fn abstaining_is_taking_part_and_recusal_is_not() {
        let roll = Roll {
            eligible: 10,
            recused: 5,
        };
        for (quorum, least) in [
            (Quorum::None, 0),
            (Quorum::Ballots(7), 7),
            (Quorum::Share(Threshold::at_least(50)), 5),
            (Quorum::Share(Threshold::more_than(50)), 6),
        ] {
            for ballots in 0..=10 {
                assert_eq!(quorum.is_met(ballots, roll), ballots >= least);
            }
        }
    }
}
