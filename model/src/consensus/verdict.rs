//! What each method makes of the counts.

use std::cmp::Ordering;

use super::ballot::Band;
use super::exact::{Share, Threshold};
use super::outcome::Votes;
use super::rand_ucla::{Histogram, Spread, in_band};
use super::rule::DisagreementRule;

/// What the rule makes of the counts. The interface chooses the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Nothing is decided: too few took part.
    NoQuorum,
    /// Nothing is decided: nobody chose anything.
    NoChoice,
    /// Nothing is decided: the classic table says nothing of so many ratings.
    OutsideTable,
    /// RAND/UCLA: median 7 to 9, no disagreement.
    Appropriate,
    /// RAND/UCLA: median 4 to 6, no disagreement.
    Uncertain,
    /// RAND/UCLA: uncertain because of disagreement, whatever the median.
    UncertainByDisagreement,
    /// RAND/UCLA: median 1 to 3, no disagreement.
    Inappropriate,
    /// Delphi: enough rate 7 to 9.
    ConsensusFor,
    /// Delphi: enough rate 1 to 3.
    ConsensusAgainst,
    /// Delphi: neither.
    NoConsensus,
    /// Core outcome set: in.
    ConsensusIn,
    /// Core outcome set: out.
    ConsensusOut,
    /// Core outcome set: neither.
    NeitherInNorOut,
    /// AWMF: over 95 %.
    StrongConsensus,
    /// AWMF: over 75 to 95 %.
    Consensus,
    /// AWMF: over 50 to 75 %.
    Majority,
    /// AWMF: up to 50 %.
    NoMajority,
    /// Approved.
    Approved,
    /// Not approved: too few approve.
    NotApproved,
    /// Not approved: enough approve, too many object.
    Objected,
}

impl Verdict {
    /// All.
    pub const ALL: [Self; 20] = [
        Self::NoQuorum,
        Self::NoChoice,
        Self::OutsideTable,
        Self::Appropriate,
        Self::Uncertain,
        Self::UncertainByDisagreement,
        Self::Inappropriate,
        Self::ConsensusFor,
        Self::ConsensusAgainst,
        Self::NoConsensus,
        Self::ConsensusIn,
        Self::ConsensusOut,
        Self::NeitherInNorOut,
        Self::StrongConsensus,
        Self::Consensus,
        Self::Majority,
        Self::NoMajority,
        Self::Approved,
        Self::NotApproved,
        Self::Objected,
    ];

    /// The stable word for storage and REST.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoQuorum => "no-quorum",
            Self::NoChoice => "no-choice",
            Self::OutsideTable => "outside-table",
            Self::Appropriate => "appropriate",
            Self::Uncertain => "uncertain",
            Self::UncertainByDisagreement => "uncertain-by-disagreement",
            Self::Inappropriate => "inappropriate",
            Self::ConsensusFor => "consensus-for",
            Self::ConsensusAgainst => "consensus-against",
            Self::NoConsensus => "no-consensus",
            Self::ConsensusIn => "consensus-in",
            Self::ConsensusOut => "consensus-out",
            Self::NeitherInNorOut => "neither-in-nor-out",
            Self::StrongConsensus => "strong-consensus",
            Self::Consensus => "consensus",
            Self::Majority => "majority",
            Self::NoMajority => "no-majority",
            Self::Approved => "approved",
            Self::NotApproved => "not-approved",
            Self::Objected => "objected",
        }
    }

    /// Reads a [`Verdict::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// A median in the upper or lower third counts only without disagreement.
pub(super) fn appropriateness(rule: DisagreementRule, spread: &Spread) -> Verdict {
    let disagreement = match rule {
        DisagreementRule::Classic => spread.classic.map(|classic| classic.disagreement),
        DisagreementRule::Ipras => Some(spread.ipras_disagreement),
    };
    match (disagreement, spread.band) {
        (None, _) => Verdict::OutsideTable,
        (Some(true), _) => Verdict::UncertainByDisagreement,
        (Some(false), Band::High) => Verdict::Appropriate,
        (Some(false), Band::Middle) => Verdict::Uncertain,
        (Some(false), Band::Low) => Verdict::Inappropriate,
    }
}

/// The rule's threshold lets at most one of the two hold.
pub(super) fn delphi(consensus: Threshold, histogram: &Histogram) -> Verdict {
    let ratings = histogram.iter().sum();
    if consensus.is_met(in_band(histogram, Band::High), ratings) {
        Verdict::ConsensusFor
    } else if consensus.is_met(in_band(histogram, Band::Low), ratings) {
        Verdict::ConsensusAgainst
    } else {
        Verdict::NoConsensus
    }
}

/// Many of the one extreme, and few of the other.
pub(super) fn core_outcome_set(many: Threshold, few: Share, histogram: &Histogram) -> Verdict {
    let ratings = histogram.iter().sum();
    let is_clear = |wanted: Band, unwanted: Band| {
        many.is_met(in_band(histogram, wanted), ratings)
            && few.compare(in_band(histogram, unwanted), ratings) == Some(Ordering::Less)
    };
    if is_clear(Band::High, Band::Low) {
        Verdict::ConsensusIn
    } else if is_clear(Band::Low, Band::High) {
        Verdict::ConsensusOut
    } else {
        Verdict::NeitherInNorOut
    }
}

/// Each class ends with its upper limit: 95 % is consensus, 75 % a majority, 50 % none.
pub(super) fn awmf(approve: u32, denominator: u32) -> Verdict {
    let is_over = |hundredths| Threshold::more_than(hundredths).is_met(approve, denominator);
    if is_over(95) {
        Verdict::StrongConsensus
    } else if is_over(75) {
        Verdict::Consensus
    } else if is_over(50) {
        Verdict::Majority
    } else {
        Verdict::NoMajority
    }
}

/// Enough approve, and not too many object.
pub(super) fn approval(threshold: Threshold, objections_max: Option<u32>, votes: Votes) -> Verdict {
    if !threshold.is_met(votes.approve, votes.denominator) {
        Verdict::NotApproved
    } else if objections_max.is_some_and(|most| votes.object > most) {
        Verdict::Objected
    } else {
        Verdict::Approved
    }
}
