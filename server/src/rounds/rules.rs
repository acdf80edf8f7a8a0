//! Who may do what about a round, and when: pure, asked inside the transaction of every act.
//!
//! A round is open once and ends once, so its state is its version: whoever comes second finds it ended. What is counted is
//! [`consilium_model::consensus`]'s business, what is put to the vote [`super::text`]'s.

use consilium_model::consensus::{Ballot, Method, Roll, Rule};
use consilium_model::meeting::ids::Hash32;

/// Fewer ballots than this are shown of no anonymous round: whoever knows their own would know the other.
pub const SECRET_BALLOTS_MIN: u32 = 3;

/// The shortest time in which people who are not waiting for it can vote.
pub const OPEN_MS_MIN: i64 = 60 * 60 * 1_000;

/// A quarter of a year: what nobody decides in that time is put to the vote again. Rounds without a date end then.
pub const OPEN_MS_MAX: i64 = 90 * 24 * 60 * 60 * 1_000;

/// What is asked: a sentence or two.
pub const QUESTION_CHARS_MAX: usize = 500;

/// What somebody says to their ballot: a paragraph or two, kept for ever.
pub const SAID_CHARS_MAX: usize = 2_000;

/// Voters of one round: the box of an anonymous one is written whole with each ballot.
pub const ROLL_MAX: usize = 2_000;

/// Open rounds of one community at one time: more than anybody could vote in.
pub const OPEN_ROUNDS_MAX: i64 = 100;

/// Whether it is kept who chose what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anonymity {
    /// It is, and shown when the round has closed.
    Named,
    /// It is not (I9).
    Anonymous,
}

impl Anonymity {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Named, Self::Anonymous];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Anonymous => "anonymous",
        }
    }

    /// Reads an [`Anonymity::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

/// Where a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It takes ballots until it closes.
    Open,
    /// It was counted.
    Closed,
    /// It was ended without counting, and decides nothing.
    Voided,
}

impl State {
    /// All.
    pub const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Voided];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Voided => "voided",
        }
    }

    /// Reads a [`State::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

/// Why something about a round is refused. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It has ended, or its time was over when this came.
    Over,
    /// Not on the roll.
    NotOnRoll,
    /// On the roll, and recused.
    Recused,
    /// The ballot was given for another text (I8).
    OtherText,
    /// The ballot chooses in another way than the rule asks.
    WrongKind,
    /// An anonymous round takes a secret with each ballot, a named one none.
    Secret,
    /// They have voted, and not with this secret.
    OtherSecret,
    /// This is the secret of another ballot.
    SecretTaken,
    /// They have voted already.
    HasVoted,
    /// It closes by itself, and not everybody has voted.
    NotYet,
    /// Too few may vote for a vote without names.
    TooFew,
    /// The rule would let fewer ballots decide than can be shown of a vote without names.
    RuleTooOpen,
    /// The rule says nothing about a panel of this size.
    RuleUndefined,
    /// Nobody may vote.
    NobodyToVote,
    /// There is no text in it, or not this passage.
    NoText,
    /// The text is longer than can be kept with a round.
    TextTooLong,
    /// Whoever is to be recused is not among those who may vote.
    NotAVoter,
}

/// What a ballot is held against.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Where the round stands.
    pub state: State,
    /// When its time is over.
    pub closes_at_ms: i64,
    /// The hash of what is put to the vote.
    pub text: Hash32,
    /// How it is counted.
    pub rule: Rule,
    /// Whether names are kept.
    pub anonymity: Anonymity,
}

impl Terms {
    /// Whether it takes anything now.
    #[must_use]
    pub fn is_open(&self, now_ms: i64) -> bool {
        self.state == State::Open && now_ms < self.closes_at_ms
    }
}

/// How somebody stands to a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Not on its roll.
    None,
    /// On it, and must not vote.
    Recused,
    /// May vote.
    Voter {
        /// Whether they have.
        has_voted: bool,
    },
}

/// A ballot as it comes.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The choice.
    pub choice: Ballot,
    /// What they say to it; may be empty.
    pub said: String,
    /// The hash of the text that they were shown.
    pub text: Hash32,
    /// Where it lies in the box of an anonymous round.
    pub slot: Option<Hash32>,
}

/// Whether somebody may hand this ballot in now. Where it lies in a box is [`super::ballot_box`]'s question.
///
/// # Errors
/// [`Refusal`].
pub fn may_vote(terms: &Terms, seat: Seat, cast: &Cast, now_ms: i64) -> Result<(), Refusal> {
    if !terms.is_open(now_ms) {
        return Err(Refusal::Over);
    }
    match seat {
        Seat::None => return Err(Refusal::NotOnRoll),
        Seat::Recused => return Err(Refusal::Recused),
        Seat::Voter { .. } => {}
    }
    if cast.text != terms.text {
        return Err(Refusal::OtherText);
    }
    if !fits(terms.rule.method(), cast.choice) {
        return Err(Refusal::WrongKind);
    }
    let has_secret = cast.slot.is_some();
    if has_secret != (terms.anonymity == Anonymity::Anonymous) {
        return Err(Refusal::Secret);
    }
    Ok(())
}

/// Whether the method counts such a ballot.
#[must_use]
pub const fn fits(method: Method, choice: Ballot) -> bool {
    match choice {
        Ballot::Abstain => true,
        Ballot::Rating(_) => rates(method),
        Ballot::Approve | Ballot::Object => !rates(method),
    }
}

/// Whether the method rates from 1 to 9.
#[must_use]
pub const fn rates(method: Method) -> bool {
    match method {
        Method::RandUcla { .. } | Method::Delphi { .. } | Method::CoreOutcomeSet { .. } => true,
        Method::Awmf { .. } | Method::Approval { .. } => false,
    }
}

/// Whether a member may recuse themselves now: a ballot without a name could not be found to take it out.
///
/// # Errors
/// [`Refusal`].
pub fn may_recuse(terms: &Terms, seat: Seat, now_ms: i64) -> Result<(), Refusal> {
    if !terms.is_open(now_ms) {
        return Err(Refusal::Over);
    }
    match seat {
        Seat::None => Err(Refusal::NotOnRoll),
        Seat::Recused => Err(Refusal::Recused),
        Seat::Voter { has_voted: true } => Err(Refusal::HasVoted),
        Seat::Voter { has_voted: false } => Ok(()),
    }
}

/// Whether a round may be closed by hand now: one that was opened so, and any in which nobody is missing. Else whoever
/// leads could end it when it suits them.
///
/// # Errors
/// [`Refusal`].
pub fn may_close(
    terms: &Terms,
    is_by_hand: bool,
    voted: u32,
    eligible: u32,
    now_ms: i64,
) -> Result<(), Refusal> {
    if terms.state != State::Open {
        Err(Refusal::Over)
    } else if is_by_hand || voted >= eligible || now_ms >= terms.closes_at_ms {
        Ok(())
    } else {
        Err(Refusal::NotYet)
    }
}

/// Whether a round with this rule can be opened for so many voters.
///
/// # Errors
/// [`Refusal`].
pub fn may_open(rule: &Rule, anonymity: Anonymity, roll: Roll) -> Result<(), Refusal> {
    if roll.eligible == 0 {
        return Err(Refusal::NobodyToVote);
    }
    if !rule.is_defined_for(roll.eligible) {
        return Err(Refusal::RuleUndefined);
    }
    if anonymity == Anonymity::Anonymous {
        if roll.eligible < SECRET_BALLOTS_MIN {
            return Err(Refusal::TooFew);
        }
        // What too few ballots came to must not be seen in a verdict either.
        if rule.quorum().is_met(SECRET_BALLOTS_MIN - 1, roll) {
            return Err(Refusal::RuleTooOpen);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::consensus::Rating;

    const TEXT: Hash32 = Hash32([1; 32]);
    const OTHER: Hash32 = Hash32([2; 32]);

    fn terms(rule: &str, anonymity: Anonymity) -> Terms {
        Terms {
            state: State::Open,
            closes_at_ms: 1_000,
            text: TEXT,
            rule: rule.parse().unwrap(),
            anonymity,
        }
    }

    fn cast(choice: Ballot) -> Cast {
        Cast {
            choice,
            said: String::new(),
            text: TEXT,
            slot: None,
        }
    }

    #[test]
    fn a_ballot_is_taken_from_whoever_may_vote_in_time_on_this_text_and_in_this_way() {
        let delphi = "delphi consensus=at-least:3/4 quorum=none";
        let awmf = "awmf denominator=votes quorum=none";
        let seven = Ballot::Rating(Rating::new(7).unwrap());
        let voter = Seat::Voter { has_voted: false };
        let again = Seat::Voter { has_voted: true };
        let elsewhere = Cast {
            text: OTHER,
            ..cast(seven)
        };
        let secret = Cast {
            slot: Some(OTHER),
            ..cast(seven)
        };
        let named = terms(delphi, Anonymity::Named);
        let hidden = terms(delphi, Anonymity::Anonymous);
        let closed = Terms {
            state: State::Closed,
            ..named
        };
        for (terms, seat, cast, now_ms, expected) in [
            (named, voter, cast(seven), 999, Ok(())),
            (named, again, cast(seven), 999, Ok(())),
            (named, voter, cast(Ballot::Abstain), 0, Ok(())),
            (named, voter, cast(seven), 1_000, Err(Refusal::Over)),
            (closed, voter, cast(seven), 0, Err(Refusal::Over)),
            (named, Seat::None, cast(seven), 0, Err(Refusal::NotOnRoll)),
            (named, Seat::Recused, cast(seven), 0, Err(Refusal::Recused)),
            (named, voter, elsewhere, 0, Err(Refusal::OtherText)),
            (
                named,
                voter,
                cast(Ballot::Approve),
                0,
                Err(Refusal::WrongKind),
            ),
            (
                terms(awmf, Anonymity::Named),
                voter,
                cast(seven),
                0,
                Err(Refusal::WrongKind),
            ),
            (named, voter, secret.clone(), 0, Err(Refusal::Secret)),
            (hidden, voter, secret, 0, Ok(())),
            (hidden, voter, cast(seven), 0, Err(Refusal::Secret)),
        ] {
            assert_eq!(
                may_vote(&terms, seat, &cast, now_ms),
                expected,
                "{seat:?} {cast:?} {now_ms}"
            );
        }
    }

    #[test]
    fn whoever_has_voted_cannot_be_recused_any_more() {
        let terms = terms("awmf denominator=votes quorum=none", Anonymity::Named);
        for (seat, now_ms, expected) in [
            (Seat::Voter { has_voted: false }, 0, Ok(())),
            (Seat::Voter { has_voted: true }, 0, Err(Refusal::HasVoted)),
            (Seat::Recused, 0, Err(Refusal::Recused)),
            (Seat::None, 0, Err(Refusal::NotOnRoll)),
            (Seat::Voter { has_voted: false }, 1_000, Err(Refusal::Over)),
        ] {
            assert_eq!(may_recuse(&terms, seat, now_ms), expected);
        }
    }

    #[test]
    fn a_round_with_a_date_is_closed_by_hand_only_when_nobody_is_missing() {
        let open = terms("awmf denominator=votes quorum=none", Anonymity::Named);
        let ended = Terms {
            state: State::Voided,
            ..open
        };
        for (terms, is_by_hand, voted, now_ms, expected) in [
            (open, false, 3, 0, Err(Refusal::NotYet)),
            (open, false, 4, 0, Ok(())),
            (open, false, 0, 1_000, Ok(())),
            (open, true, 0, 0, Ok(())),
            (ended, true, 4, 0, Err(Refusal::Over)),
        ] {
            assert_eq!(may_close(&terms, is_by_hand, voted, 4, now_ms), expected);
        }
    }

    #[test]
    fn a_vote_without_names_needs_three_ballots_by_its_rule() {
        let roll = |eligible| Roll {
            eligible,
            recused: 1,
        };
        let none = "awmf denominator=votes quorum=none";
        let three = "awmf denominator=votes quorum=ballots:3";
        let half = "awmf denominator=votes quorum=at-least:1/2";
        let classic = "rand-ucla disagreement=classic percentiles=linear quorum=ballots:3";
        use Anonymity::{Anonymous, Named};
        for (rule, anonymity, eligible, expected) in [
            (none, Named, 1, Ok(())),
            (none, Named, 0, Err(Refusal::NobodyToVote)),
            (none, Anonymous, 9, Err(Refusal::RuleTooOpen)),
            (three, Anonymous, 9, Ok(())),
            (three, Anonymous, 2, Err(Refusal::TooFew)),
            (half, Anonymous, 4, Err(Refusal::RuleTooOpen)),
            (half, Anonymous, 5, Ok(())),
            (classic, Named, 7, Err(Refusal::RuleUndefined)),
            (classic, Anonymous, 8, Ok(())),
        ] {
            let rule = rule.parse().unwrap();
            assert_eq!(
                may_open(&rule, anonymity, roll(eligible)),
                expected,
                "{rule}"
            );
        }
    }
}
