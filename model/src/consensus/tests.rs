//! The arithmetic against vectors computed elsewhere, at its exact limits, and over random ballots.

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

const PAGE: &str = include_str!("../../../docs/consensus.md");
const OURS: &str = include_str!("../../vectors/consensus.json");

fn given(values: &[u8]) -> Vec<Ballot> {
    values
        .iter()
        .map(|value| Ballot::Rating(Rating::new(*value).unwrap()))
        .collect()
}

fn roll(eligible: usize) -> Roll {
    Roll {
        eligible: u32::try_from(eligible).unwrap(),
        recused: 0,
    }
}

fn rule(method: Method) -> Rule {
    Rule::new(method, Quorum::None).unwrap()
}

fn rand_ucla_by(disagreement: DisagreementRule) -> Rule {
    rule(Method::RandUcla {
        disagreement,
        percentiles: Percentiles::Linear,
    })
}

fn spread(values: &[u8]) -> Spread {
    Spread::of(&histogram(values)).unwrap()
}

fn histogram(values: &[u8]) -> Histogram {
    rand_ucla::histogram(values.iter().map(|value| Rating::new(*value).unwrap()))
}

fn verdict(rule: &Rule, ballots: &[Ballot]) -> Verdict {
    count(rule, roll(ballots.len()), ballots).unwrap().verdict
}

fn votes(approve: usize, object: usize, abstain: usize) -> Vec<Ballot> {
    [
        vec![Ballot::Approve; approve],
        vec![Ballot::Object; object],
        vec![Ballot::Abstain; abstain],
    ]
    .concat()
}

fn ratings_of(case: &Value) -> Vec<u8> {
    let ratings = case["ratings"].as_array().unwrap();
    ratings
        .iter()
        .map(|rating| u8::try_from(rating.as_u64().unwrap()).unwrap())
        .collect()
}

#[test]
fn ratings_come_to_what_was_computed_elsewhere() {
    let cases: Vec<Value> = serde_json::from_str(OURS).unwrap();
    assert_eq!(cases.len(), 79);
    for case in &cases {
        let ratings = ratings_of(case);
        let found = spread(&ratings);
        let expect = &case["expect"];
        let name = &case["name"];
        for (key, fraction) in [
            ("median", found.median),
            ("p30", found.p30),
            ("p70", found.p70),
            ("ipr", found.ipr),
            ("ipras", found.ipras),
            ("index", found.index),
        ] {
            assert_eq!(expect[key], fraction.to_string(), "{name}: {key}");
        }
        let counts = histogram(&ratings);
        for (key, number) in [
            ("low", rand_ucla::in_band(&counts, Band::Low)),
            ("high", rand_ucla::in_band(&counts, Band::High)),
            ("outside", found.outside),
        ] {
            assert_eq!(expect[key], number, "{name}: {key}");
        }
        let classic = found.classic;
        assert_eq!(
            expect["classic_disagreement"].as_bool(),
            classic.map(|classic| classic.disagreement),
            "{name}"
        );
        assert_eq!(
            expect["classic_agreement"].as_bool(),
            classic.map(|classic| classic.agreement),
            "{name}"
        );
        assert_eq!(
            expect["ipras_disagreement"].as_bool(),
            Some(found.ipras_disagreement),
            "{name}"
        );
        for disagreement in DisagreementRule::ALL {
            let found = verdict(&rand_ucla_by(disagreement), &given(&ratings));
            let key = format!("verdict_{}", disagreement.word());
            assert_eq!(expect[&key], found.word(), "{name}: {key}");
        }
    }
}

/// The field's own vectors, where the data directory is next to the checkout or named by `CONSILIUM_DOMAIN`. Ours are held
/// to the same fields above, so nothing is left unheld where it is not.
#[test]
fn ratings_come_to_what_the_field_has_published() {
    let directory = std::env::var_os("CONSILIUM_DOMAIN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/domain"),
        Into::into,
    );
    // The published example (BMJ Open 2012;2:e001431, table 1) stands here as well.
    let mut cases: Vec<Value> = vec![serde_json::json!({
        "name": "table 1",
        "ratings": [4, 5, 6, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9],
        "expect": {
            "n": 15, "median": 7, "p30": 7.0, "p70": 8.0, "ipr": 1.0, "ipras": 6.1, "DI": 0.16,
            "ipras_disagree": false, "lo": 0, "hi": 12, "classic_disagree": false, "outside": 3
        }
    })];
    if let Ok(text) = std::fs::read_to_string(directory.join("consensus-vectors.json")) {
        let more: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert!(!more.is_empty());
        cases.extend(more);
    }
    for case in &cases {
        let ratings = ratings_of(case);
        let found = spread(&ratings);
        let expect = &case["expect"];
        let name = &case["name"];
        assert_eq!(expect["n"], found.ratings, "{name}");
        // These are written as rounded decimals, at most two places.
        for (key, fraction) in [
            ("median", found.median),
            ("p30", found.p30),
            ("p70", found.p70),
            ("ipr", found.ipr),
            ("ipras", found.ipras),
            ("DI", found.index),
        ] {
            let expected = format!("{:.2}", expect[key].as_f64().unwrap());
            assert_eq!(fraction.decimal(2), expected, "{name}: {key}");
        }
        let counts = histogram(&ratings);
        assert_eq!(
            expect["lo"],
            rand_ucla::in_band(&counts, Band::Low),
            "{name}"
        );
        assert_eq!(
            expect["hi"],
            rand_ucla::in_band(&counts, Band::High),
            "{name}"
        );
        assert_eq!(expect["outside"], found.outside, "{name}");
        assert_eq!(
            expect["classic_disagree"],
            found.classic.unwrap().disagreement,
            "{name}"
        );
        assert_eq!(expect["ipras_disagree"], found.ipras_disagreement, "{name}");
    }
}

/// `7 8 9`, `3 of 8`, `19 approve`, with commas between the kinds.
fn ballots_in(text: &str) -> Vec<Ballot> {
    let mut ballots = Vec::new();
    for part in text.split(", ") {
        let words: Vec<&str> = part.split(' ').collect();
        match words[..] {
            [number, "of", word] | [number, word] if Ballot::from_word(word).is_some() => {
                let is_two_ratings = words.len() == 2 && word.parse::<u8>().is_ok();
                assert!(!is_two_ratings, "write {part:?} otherwise");
                let ballot = Ballot::from_word(word).unwrap();
                ballots.extend(vec![ballot; number.parse().unwrap()]);
            }
            _ => ballots.extend(words.iter().map(|word| Ballot::from_word(word).unwrap())),
        }
    }
    ballots
}

#[test]
fn the_examples_that_people_read_are_counted_so() {
    let examples: Vec<Vec<&str>> = PAGE
        .lines()
        .skip_while(|line| !line.starts_with("| rule | eligible |"))
        .skip(2)
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").collect())
        .collect();
    assert_eq!(examples.len(), 21);
    for example in examples {
        let rule: Rule = example[0].trim_matches('`').parse().unwrap();
        let people = roll(example[1].parse().unwrap());
        let found = count(&rule, people, &ballots_in(example[2])).unwrap();
        assert_eq!(found.verdict.word(), example[3], "{example:?}");
    }
}

#[test]
fn the_two_rules_can_differ_and_the_frozen_one_decides() {
    let ratings = given(&[1, 2, 3, 7, 7, 8, 8, 9, 9]);
    let [classic, ipras] = DisagreementRule::ALL.map(rand_ucla_by);
    assert_eq!(
        verdict(&classic, &ratings),
        Verdict::UncertainByDisagreement
    );
    assert_eq!(verdict(&ipras, &ratings), Verdict::Appropriate);
}

#[test]
fn the_classic_table_is_that_of_the_manual() {
    let rows = [(8..=10, 3, 2), (11..=13, 4, 3), (14..=16, 5, 4)];
    for ratings in 0..200 {
        let row = rows.iter().find(|(sizes, ..)| sizes.contains(&ratings));
        let found = rand_ucla::table(ratings);
        assert_eq!(
            found.map(|row| (row.extremes_min, row.outside_max)),
            row.map(|(_, extremes, outside)| (*extremes, *outside))
        );
        let [classic, ipras] = DisagreementRule::ALL.map(rand_ucla_by);
        assert_eq!(classic.is_defined_for(ratings), row.is_some());
        assert!(ipras.is_defined_for(ratings));
    }
}

#[test]
fn a_panel_outside_the_table_gets_no_classic_verdict() {
    let classic = rand_ucla_by(DisagreementRule::Classic);
    for (size, expected) in [
        (7, Verdict::OutsideTable),
        (8, Verdict::Appropriate),
        (16, Verdict::Appropriate),
        (17, Verdict::OutsideTable),
    ] {
        assert_eq!(verdict(&classic, &given(&vec![8; size])), expected);
    }
    // It is the ratings that count, not the seats.
    let mut ballots = given(&[8; 7]);
    ballots.push(Ballot::Abstain);
    assert_eq!(verdict(&classic, &ballots), Verdict::OutsideTable);
}

#[test]
fn classes_of_consensus_end_at_their_limit() {
    let awmf = rule(Method::Awmf {
        denominator: Denominator::Votes,
    });
    for (approve, object, expected) in [
        (20, 0, Verdict::StrongConsensus),
        (96, 4, Verdict::StrongConsensus),
        (19, 1, Verdict::Consensus),
        (95, 5, Verdict::Consensus),
        (951, 49, Verdict::StrongConsensus),
        (76, 24, Verdict::Consensus),
        (751, 249, Verdict::Consensus),
        (3, 1, Verdict::Majority),
        (75, 25, Verdict::Majority),
        (51, 49, Verdict::Majority),
        (501, 499, Verdict::Majority),
        (1, 1, Verdict::NoMajority),
        (50, 50, Verdict::NoMajority),
        (0, 7, Verdict::NoMajority),
        (0, 0, Verdict::NoChoice),
    ] {
        assert_eq!(
            verdict(&awmf, &votes(approve, object, 0)),
            expected,
            "{approve}:{object}"
        );
    }
}

#[test]
fn the_denominator_decides_what_an_abstention_means() {
    // 16 for, 4 against, 4 abstain, 8 silent.
    let ballots = votes(16, 4, 4);
    for (denominator, whole, expected) in [
        (Denominator::Votes, 20, Verdict::Consensus),
        (Denominator::Ballots, 24, Verdict::Majority),
        (Denominator::Eligible, 32, Verdict::NoMajority),
    ] {
        let outcome = count(&rule(Method::Awmf { denominator }), roll(32), &ballots).unwrap();
        assert_eq!(outcome.verdict, expected);
        let Counts::Votes(counted) = outcome.counts else {
            panic!("not votes: {outcome:?}");
        };
        assert_eq!(
            (counted.approve, counted.object, counted.denominator),
            (16, 4, whole)
        );
        assert_eq!(
            (outcome.eligible, outcome.cast, outcome.abstained),
            (32, 20, 4)
        );
    }
}

#[test]
fn delphi_is_reached_at_its_threshold_in_either_direction() {
    let delphi = rule(Method::delphi());
    for (ratings, expected) in [
        ([7, 8, 9, 6], Verdict::ConsensusFor),
        ([7, 8, 6, 6], Verdict::NoConsensus),
        ([1, 2, 3, 4], Verdict::ConsensusAgainst),
        ([5, 5, 5, 5], Verdict::NoConsensus),
    ] {
        assert_eq!(verdict(&delphi, &given(&ratings)), expected);
    }
    // 74 of 99 is 74.7 %, and shown as 75 %.
    let ratings = [[7].repeat(74), [5].repeat(25)].concat();
    assert_eq!(verdict(&delphi, &given(&ratings)), Verdict::NoConsensus);
    let over = rule(Method::Delphi {
        consensus: Threshold::more_than(75),
    });
    assert_eq!(verdict(&over, &given(&[7, 8, 9, 6])), Verdict::NoConsensus);
    // Who cannot judge is left out.
    let mut ballots = given(&[7, 8, 9, 6]);
    ballots.extend([Ballot::Abstain; 4]);
    assert_eq!(verdict(&delphi, &ballots), Verdict::ConsensusFor);
}

#[test]
fn an_outcome_is_in_when_many_want_it_and_few_do_not() {
    let set = rule(Method::core_outcome_set());
    for (high, middle, low, expected) in [
        (14, 4, 2, Verdict::ConsensusIn),
        (14, 3, 3, Verdict::NeitherInNorOut),
        (70, 16, 14, Verdict::ConsensusIn),
        (70, 15, 15, Verdict::NeitherInNorOut),
        (69, 31, 0, Verdict::NeitherInNorOut),
        (2, 4, 14, Verdict::ConsensusOut),
        (15, 15, 70, Verdict::NeitherInNorOut),
        (0, 5, 0, Verdict::NeitherInNorOut),
    ] {
        let ratings = [[8].repeat(high), [5].repeat(middle), [2].repeat(low)].concat();
        assert_eq!(
            verdict(&set, &given(&ratings)),
            expected,
            "{high} {middle} {low}"
        );
    }
}

#[test]
fn approval_counts_votes_and_objections() {
    let by = |objections_max| {
        rule(Method::Approval {
            approval: "at-least:2/3".parse().unwrap(),
            denominator: Denominator::Votes,
            objections_max,
        })
    };
    for (objections_max, approve, object, expected) in [
        (None, 2, 1, Verdict::Approved),
        (None, 199, 101, Verdict::NotApproved),
        (Some(0), 9, 0, Verdict::Approved),
        (Some(0), 9, 1, Verdict::Objected),
        (Some(1), 9, 1, Verdict::Approved),
        (Some(0), 1, 1, Verdict::NotApproved),
    ] {
        assert_eq!(
            verdict(&by(objections_max), &votes(approve, object, 3)),
            expected
        );
    }
}

#[test]
fn without_a_quorum_nothing_is_decided_and_all_is_counted() {
    let rule = Rule::new(Method::delphi(), Quorum::Share(Threshold::at_least(50))).unwrap();
    let people = Roll {
        eligible: 10,
        recused: 2,
    };
    let mut ballots = given(&[9, 9, 9]);
    ballots.push(Ballot::Abstain);
    let outcome = count(&rule, people, &ballots).unwrap();
    assert_eq!(outcome.verdict, Verdict::NoQuorum);
    assert!(!outcome.is_quorate);
    assert_eq!(
        (outcome.cast, outcome.abstained, outcome.recused),
        (3, 1, 2)
    );
    ballots.push(Ballot::Abstain);
    let outcome = count(&rule, people, &ballots).unwrap();
    assert_eq!(outcome.verdict, Verdict::ConsensusFor);
    // All abstain: quorate, and nothing chosen.
    let silent = count(&rule, people, &[Ballot::Abstain; 5]).unwrap();
    assert_eq!(silent.verdict, Verdict::NoChoice);
    let Counts::Ratings { histogram, spread } = silent.counts else {
        panic!("not ratings");
    };
    assert_eq!((histogram, spread), ([0; 9], None));
}

#[test]
fn what_cannot_be_right_is_not_counted() {
    let delphi = rule(Method::delphi());
    assert_eq!(
        count(&delphi, roll(1), &given(&[7, 8])),
        Err(CountError::MoreThanEligible {
            ballots: 2,
            eligible: 1
        })
    );
    assert_eq!(
        count(&delphi, roll(2), &[Ballot::Approve]),
        Err(CountError::WrongKind)
    );
    let awmf = rule(Method::Awmf {
        denominator: Denominator::Votes,
    });
    assert_eq!(
        count(&awmf, roll(2), &given(&[7])),
        Err(CountError::WrongKind)
    );
}

#[test]
fn verdicts_have_words_of_their_own() {
    for verdict in Verdict::ALL {
        assert_eq!(Verdict::from_word(verdict.word()), Some(verdict));
    }
    assert_eq!(Verdict::from_word("Appropriate"), None);
}

/// The adjusted range has no such rule as the classic one (the property below): here a rating of 6, beside a median of 4,
/// makes disagreement where there was none. Whoever takes that rule takes this.
#[test]
fn by_the_adjusted_range_a_rating_near_the_median_can_make_disagreement() {
    assert!(!spread(&[1, 4, 8]).ipras_disagreement);
    assert!(spread(&[1, 4, 6, 8]).ipras_disagreement);
}

fn ratings(sizes: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(1..=9_u8, sizes)
}

fn some_rating_rule() -> impl Strategy<Value = Rule> {
    prop::sample::select(vec![
        rand_ucla_by(DisagreementRule::Classic),
        rand_ucla_by(DisagreementRule::Ipras),
        rule(Method::delphi()),
        rule(Method::core_outcome_set()),
    ])
}

fn opposite(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Appropriate => Verdict::Inappropriate,
        Verdict::Inappropriate => Verdict::Appropriate,
        Verdict::ConsensusFor => Verdict::ConsensusAgainst,
        Verdict::ConsensusAgainst => Verdict::ConsensusFor,
        Verdict::ConsensusIn => Verdict::ConsensusOut,
        Verdict::ConsensusOut => Verdict::ConsensusIn,
        other => other,
    }
}

proptest! {
    #[test]
    fn the_order_of_ballots_does_not_matter(
        (given_order, shuffled) in ratings(0..=30).prop_flat_map(|ratings| {
            (Just(ratings.clone()), Just(ratings).prop_shuffle())
        }),
        abstained in 0..4_usize,
        rule in some_rating_rule(),
    ) {
        let mut one = given(&given_order);
        one.extend(vec![Ballot::Abstain; abstained]);
        let mut other = vec![Ballot::Abstain; abstained];
        other.extend(given(&shuffled));
        let people = roll(one.len());
        prop_assert_eq!(count(&rule, people, &one), count(&rule, people, &other));
    }

    #[test]
    fn by_the_table_a_rating_in_the_third_of_the_median_never_makes_disagreement(
        before in ratings(8..=15),
        step in 0..3_u8,
    ) {
        let found = spread(&before);
        let least = match found.band { Band::Low => 1, Band::Middle => 4, Band::High => 7 };
        let mut after = before.clone();
        after.push(least + step);
        let made = !found.classic.unwrap().disagreement
            && spread(&after).classic.unwrap().disagreement;
        prop_assert!(!made, "{:?} and {}", before, least + step);
    }

    #[test]
    fn agreement_and_disagreement_never_both_hold(before in ratings(8..=16)) {
        let classic = spread(&before).classic.unwrap();
        prop_assert!(!(classic.agreement && classic.disagreement));
    }

    /// So it does not matter from which third a median between two of them is counted.
    #[test]
    fn a_median_between_two_thirds_is_never_agreement(before in ratings(8..=16)) {
        let found = spread(&before);
        if [Fraction::new(7, 2), Fraction::new(13, 2)].contains(&Some(found.median)) {
            let from_above = found.ratings - rand_ucla::in_band(&histogram(&before), found.band);
            let most = rand_ucla::table(found.ratings).unwrap().outside_max;
            prop_assert!(from_above > most && !found.classic.unwrap().agreement);
        }
    }

    /// Turning the scale round turns the verdict round, but for a median of 3.5 or 6.5, which counts upwards.
    #[test]
    fn the_scale_has_no_favourite_end(before in ratings(1..=20), rule in some_rating_rule()) {
        let turned: Vec<u8> = before.iter().map(|value| 10 - value).collect();
        let (one, other) = (spread(&before), spread(&turned));
        prop_assert_eq!(one.ipr, other.ipr);
        prop_assert_eq!(one.ipras, other.ipras);
        prop_assert_eq!(one.classic.map(|c| c.disagreement), other.classic.map(|c| c.disagreement));
        if one.median.denominator() == 1 || ![7, 13].contains(&one.median.numerator()) {
            let found = verdict(&rule, &given(&before));
            prop_assert_eq!(verdict(&rule, &given(&turned)), opposite(found));
        }
    }

    #[test]
    fn percentiles_lie_between_the_ratings_and_in_order(before in ratings(1..=40)) {
        let found = spread(&before);
        let whole = |value: &u8| Fraction::new(i64::from(*value), 1).unwrap();
        let least = before.iter().min().map(whole).unwrap();
        let most = before.iter().max().map(whole).unwrap();
        prop_assert!(least <= found.p30 && found.p30 <= found.median);
        prop_assert!(found.median <= found.p70 && found.p70 <= most);
    }

    #[test]
    fn one_more_approval_never_lowers_the_class(
        approve in 0..60_usize,
        object in 0..60_usize,
        abstain in 0..20_usize,
        denominator in prop::sample::select(Denominator::ALL.to_vec()),
    ) {
        let awmf = rule(Method::Awmf { denominator });
        let class = |approve: usize| {
            let ballots = votes(approve, object, abstain);
            let people = roll(200);
            let order = [
                Verdict::NoChoice, Verdict::NoMajority, Verdict::Majority,
                Verdict::Consensus, Verdict::StrongConsensus,
            ];
            let found = count(&awmf, people, &ballots).unwrap().verdict;
            order.iter().position(|verdict| *verdict == found).unwrap()
        };
        prop_assert!(class(approve) <= class(approve + 1));
    }

    #[test]
    fn nobody_is_lost_between_the_counts(before in ratings(0..=30), abstained in 0..5_usize) {
        let mut ballots = given(&before);
        ballots.extend(vec![Ballot::Abstain; abstained]);
        let outcome = count(&rule(Method::delphi()), roll(40), &ballots).unwrap();
        prop_assert_eq!(outcome.cast as usize + outcome.abstained as usize, ballots.len());
        let Counts::Ratings { histogram, .. } = outcome.counts else {
            return Err(TestCaseError::fail("not ratings"));
        };
        prop_assert_eq!(histogram.iter().sum::<u32>(), outcome.cast);
    }
}
