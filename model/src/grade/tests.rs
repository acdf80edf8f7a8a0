//! Value sets, certainty over every combination of domains, and the words of recommendations.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::certainty::{Caution, Domain, LargeEffect, Presence};
use super::strength::combined_code;
use super::*;

/// Every combination of judgements: 2 starts, 4 concerns in 5 domains, 3 effects, 2 and 2.
fn every_domains() -> Vec<Domains> {
    let mut all: Vec<Domains> = Start::ALL.into_iter().map(Domains::new).collect();
    let lowering: [fn(&mut Domains, Concern); 5] = [
        |domains, concern| domains.risk_of_bias = concern,
        |domains, concern| domains.inconsistency = concern,
        |domains, concern| domains.indirectness = concern,
        |domains, concern| domains.imprecision = concern,
        |domains, concern| domains.publication_bias = concern,
    ];
    for lower in lowering {
        all = with_each(&all, &Concern::ALL, lower);
    }
    all = with_each(&all, &LargeEffect::ALL, |domains, effect| {
        domains.large_effect = effect;
    });
    all = with_each(&all, &Presence::ALL, |domains, presence| {
        domains.dose_response_gradient = presence;
    });
    with_each(&all, &Presence::ALL, |domains, presence| {
        domains.plausible_confounding = presence;
    })
}

fn with_each<T: Copy>(
    before: &[Domains],
    values: &[T],
    set: impl Fn(&mut Domains, T),
) -> Vec<Domains> {
    let mut after = Vec::with_capacity(before.len() * values.len());
    for domains in before {
        for value in values {
            let mut domains = *domains;
            set(&mut domains, *value);
            after.push(domains);
        }
    }
    after
}

#[test]
fn certainty_is_the_start_with_all_steps_within_the_four_levels() {
    let all = every_domains();
    assert_eq!(all.len(), 2 * 4_usize.pow(5) * 3 * 2 * 2);
    for domains in &all {
        let start = match domains.start {
            Start::Randomised => 4,
            Start::Observational => 2,
        };
        let level = start - i32::from(domains.levels_down()) + i32::from(domains.levels_up());
        let expected = ["very-low", "low", "moderate", "high"]
            [usize::try_from(level.clamp(1, 4) - 1).unwrap()];
        assert_eq!(domains.certainty().code(), expected, "{domains:?}");
    }
}

fn check(start: Start, change: impl FnOnce(&mut Domains), expected: Certainty) {
    let mut domains = Domains::new(start);
    change(&mut domains);
    assert_eq!(domains.certainty(), expected, "{domains:?}");
}

#[test]
fn certainty_in_words_of_the_field() {
    check(Start::Randomised, |_| {}, Certainty::High);
    check(Start::Observational, |_| {}, Certainty::Low);
    check(
        Start::Randomised,
        |domains| domains.imprecision = Concern::Serious,
        Certainty::Moderate,
    );
    check(
        Start::Randomised,
        |domains| {
            domains.risk_of_bias = Concern::Serious;
            domains.indirectness = Concern::Serious;
        },
        Certainty::Low,
    );
    check(
        Start::Randomised,
        |domains| domains.risk_of_bias = Concern::ExtremelySerious,
        Certainty::VeryLow,
    );
    check(
        Start::Observational,
        |domains| domains.large_effect = LargeEffect::VeryLarge,
        Certainty::High,
    );
    check(
        Start::Observational,
        |domains| {
            domains.large_effect = LargeEffect::VeryLarge;
            domains.dose_response_gradient = Presence::Present;
            domains.plausible_confounding = Presence::Present;
        },
        Certainty::High,
    );
    check(
        Start::Observational,
        |domains| {
            domains.dose_response_gradient = Presence::Present;
            domains.imprecision = Concern::VerySerious;
        },
        Certainty::VeryLow,
    );
}

#[test]
fn raising_is_cautioned_where_grade_knows_no_case_for_it() {
    for domains in every_domains() {
        let is_raised = domains.levels_up() > 0;
        let mut expected = Vec::new();
        if is_raised && domains.levels_down() > 0 {
            expected.push(Caution::RaisedDespiteConcern);
        }
        if is_raised && domains.start == Start::Randomised {
            expected.push(Caution::RaisedFromRandomised);
        }
        assert_eq!(domains.cautions(), expected);
    }
    assert_eq!(Domains::new(Start::Randomised).cautions(), []);
}

#[test]
fn an_override_has_a_reason_and_hides_nothing() {
    let domains = Domains::new(Start::Observational);
    assert_eq!(Override::new(Certainty::High, " \n"), None);
    let instead = Override::new(Certainty::Moderate, " Rated with ROBINS-I. ").unwrap();
    let rated = domains.rated(Some(instead));
    assert_eq!(rated.computed, Certainty::Low);
    assert_eq!(rated.holds, Certainty::Moderate);
    assert_eq!(rated.reason.as_deref(), Some("Rated with ROBINS-I."));
    let rated = domains.rated(None);
    assert_eq!((rated.holds, rated.reason), (Certainty::Low, None));
}

#[test]
fn importance_has_three_classes() {
    let codes = (1..=9).map(|value| Importance::new(value).unwrap().class().code());
    let expected = ["not-important", "important", "critical"]
        .into_iter()
        .flat_map(|class| [class; 3]);
    assert!(codes.eq(expected));
    assert_eq!(Importance::new(0), None);
    assert_eq!(Importance::new(10), None);
}

#[test]
fn the_sentence_follows_strength_and_direction() {
    for (language, strength, direction, expected) in [
        (
            Language::English,
            Strength::Strong,
            Direction::For,
            "We recommend early antibiotics.",
        ),
        (
            Language::English,
            Strength::Weak,
            Direction::For,
            "We suggest early antibiotics.",
        ),
        (
            Language::English,
            Strength::Strong,
            Direction::Against,
            "We recommend against early antibiotics.",
        ),
        (
            Language::English,
            Strength::Weak,
            Direction::Against,
            "We suggest against early antibiotics.",
        ),
    ] {
        let found = wording(language, strength, direction).sentence(" early antibiotics. ");
        assert_eq!(found, expected);
    }
    for (strength, direction, expected) in [
        (
            Strength::Strong,
            Direction::For,
            "Wir empfehlen frühe Antibiotika.",
        ),
        (
            Strength::Weak,
            Direction::For,
            "Wir schlagen frühe Antibiotika vor.",
        ),
        (
            Strength::Strong,
            Direction::Against,
            "Wir empfehlen den Verzicht auf frühe Antibiotika.",
        ),
        (
            Strength::Weak,
            Direction::Against,
            "Wir schlagen den Verzicht auf frühe Antibiotika vor.",
        ),
    ] {
        let found = wording(Language::German, strength, direction).sentence("frühe Antibiotika");
        assert_eq!(found, expected);
    }
}

#[test]
fn no_two_recommendations_are_worded_alike() {
    let mut seen = BTreeSet::new();
    for language in Language::ALL {
        for strength in Strength::ALL {
            for direction in Direction::ALL {
                seen.insert(wording(language, strength, direction).sentence("x"));
            }
        }
    }
    assert_eq!(seen.len(), 8);
}

#[test]
fn a_scale_has_each_code_once_and_reads_it_back() {
    let lengths = Criterion::ALL.map(|criterion| criterion.scale().len());
    assert_eq!(lengths, [6, 6, 6, 5, 4, 7, 7, 7, 7, 6, 6]);
    for criterion in Criterion::ALL {
        assert_eq!(Criterion::from_code(criterion.code()), Some(criterion));
        let codes: BTreeSet<&str> = criterion.scale().iter().map(|each| each.code()).collect();
        assert_eq!(codes.len(), criterion.scale().len(), "{criterion:?}");
        for judgement in criterion.scale() {
            assert_eq!(criterion.judgement(judgement.code()), Some(*judgement));
        }
    }
    assert_eq!(
        Criterion::Values.judgement("varies"),
        None,
        "no such judgement"
    );
    // The certainty of a table is that of the evidence.
    for level in Certainty::ALL {
        assert!(Criterion::Certainty.judgement(level.code()).is_some());
    }
}

#[test]
fn codes_come_back_and_others_are_none() {
    for level in Certainty::ALL {
        assert_eq!(Certainty::from_code(level.code()), Some(level));
    }
    for concern in Concern::ALL {
        assert_eq!(Concern::from_code(concern.code()), Some(concern));
    }
    for effect in LargeEffect::ALL {
        assert_eq!(LargeEffect::from_code(effect.code()), Some(effect));
    }
    for presence in Presence::ALL {
        assert_eq!(Presence::from_code(presence.code()), Some(presence));
    }
    for start in Start::ALL {
        assert_eq!(Start::from_code(start.code()), Some(start));
    }
    for strength in Strength::ALL {
        assert_eq!(Strength::from_code(strength.code()), Some(strength));
    }
    for direction in Direction::ALL {
        assert_eq!(Direction::from_code(direction.code()), Some(direction));
    }
    assert_eq!(Certainty::from_code("very low"), None);
    assert_eq!(Strength::from_code("conditional"), None);
    assert_eq!(Direction::from_code("For"), None);
}

/// What the codes have to be: as the field publishes them, and held to its own list where that is next to the checkout or
/// named by `CONSILIUM_DOMAIN`.
#[test]
fn codes_are_those_of_the_field() {
    let mut lists = vec![serde_json::json!({
        "certainty": {
            "system_R5_R6": "http://hl7.org/fhir/certainty-rating",
            "codes": ["high", "moderate", "low", "very-low"],
            "domain_concern": [
                "no-concern", "serious-concern", "very-serious-concern", "extremely-serious-concern"
            ],
            "adjust": ["no-change", "downcode1", "downcode2", "downcode3", "upcode1", "upcode2"],
            "present_absent": ["present", "absent"]
        },
        "certainty_type": {"used_by_CEOsys": [
            "Overall", "RiskOfBias", "Inconsistency", "Indirectness", "Imprecision", "PublicationBias",
            "LargeEffect", "DoseResponseGradient", "PlausibleConfounding"
        ]},
        "strength": {
            "system": "http://terminology.hl7.org/CodeSystem/recommendation-strength",
            "codes": ["strong", "weak"]
        },
        "direction": {
            "system": "http://hl7.org/fhir/uv/cpg/CodeSystem/cpg-recommendation-direction-cs",
            "codes": ["for", "against"]
        },
        "strength_direction_combined": {
            "codes": ["strong-for", "weak-for", "strong-against", "weak-against"]
        },
        "outcome_importance": {
            "not-important": [1, 2, 3], "important": [4, 5, 6], "critical": [7, 8, 9]
        }
    })];
    let directory = std::env::var_os("CONSILIUM_DOMAIN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/domain"),
        Into::into,
    );
    if let Ok(text) = std::fs::read_to_string(directory.join("value-sets.json")) {
        lists.push(serde_json::from_str(&text).unwrap());
    }
    for list in &lists {
        let certainty = &list["certainty"];
        assert_eq!(certainty["system_R5_R6"], Certainty::SYSTEM);
        same(&certainty["codes"], Certainty::ALL.map(Certainty::code));
        same(
            &certainty["domain_concern"],
            Concern::ALL.map(Concern::code),
        );
        same(
            &certainty["present_absent"],
            Presence::ALL.map(Presence::code),
        );
        same(
            &certainty["adjust"],
            Concern::ALL
                .map(Concern::adjustment)
                .into_iter()
                .chain(LargeEffect::ALL.map(LargeEffect::code)),
        );
        same(
            &list["certainty_type"]["used_by_CEOsys"],
            Domain::ALL.map(Domain::code).into_iter().chain(["Overall"]),
        );
        assert_eq!(list["strength"]["system"], Strength::SYSTEM);
        same(
            &list["strength"]["codes"],
            Strength::ALL.map(Strength::code),
        );
        assert_eq!(list["direction"]["system"], Direction::SYSTEM);
        same(
            &list["direction"]["codes"],
            Direction::ALL.map(Direction::code),
        );
        let both = Strength::ALL.into_iter().flat_map(|strength| {
            Direction::ALL.map(|direction| combined_code(strength, direction))
        });
        same(&list["strength_direction_combined"]["codes"], both);
        for class in ImportanceClass::ALL {
            let values = list["outcome_importance"][class.code()].as_array().unwrap();
            assert_eq!(values.len(), 3);
            for value in values {
                let value = u8::try_from(value.as_u64().unwrap()).unwrap();
                assert_eq!(Importance::new(value).unwrap().class(), class);
            }
        }
    }
}

/// Whether two lists have the same members.
fn same(listed: &Value, ours: impl IntoIterator<Item = &'static str>) {
    let listed: BTreeSet<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    assert_eq!(listed, ours.into_iter().collect());
}
