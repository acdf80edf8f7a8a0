//! GRADE as the app computes and words it: the same here, held together by one file
//! (`web/tests/unit/question-grade.test.ts` reads it too).

use serde_json::{Value, json};

use super::certainty::{Caution, LargeEffect, Presence};
use super::{
    Concern, Criterion, Direction, Domains, Importance, Language, Start, Strength, wording,
};

const VECTORS: &str = include_str!("../../vectors/grade.json");

/// Every start with every reason to raise, and of the concerns a part: all one level apart, and some in a mixture.
fn certainties() -> Vec<Value> {
    let mut found = Vec::new();
    let mut dice = 1_u32;
    for start in Start::ALL {
        for large_effect in LargeEffect::ALL {
            for gradient in [Presence::Absent, Presence::Present] {
                for confounding in [Presence::Absent, Presence::Present] {
                    for round in 0..6 {
                        let mut concern = || {
                            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                            // The first round has no concerns.
                            Concern::ALL[if round == 0 {
                                0
                            } else {
                                (dice >> 29) as usize / 2
                            }]
                        };
                        let domains = Domains {
                            start,
                            risk_of_bias: concern(),
                            inconsistency: concern(),
                            indirectness: concern(),
                            imprecision: concern(),
                            publication_bias: concern(),
                            large_effect,
                            dose_response_gradient: gradient,
                            plausible_confounding: confounding,
                        };
                        found.push(certainty(&domains));
                    }
                }
            }
        }
    }
    found
}

fn certainty(domains: &Domains) -> Value {
    let cautions: Vec<&str> = domains
        .cautions()
        .into_iter()
        .map(|caution| match caution {
            Caution::RaisedDespiteConcern => "raised-despite-concern",
            Caution::RaisedFromRandomised => "raised-from-randomised",
        })
        .collect();
    json!({
        "start": domains.start.code(),
        "concerns": {
            "risk-of-bias": domains.risk_of_bias.code(),
            "inconsistency": domains.inconsistency.code(),
            "indirectness": domains.indirectness.code(),
            "imprecision": domains.imprecision.code(),
            "publication-bias": domains.publication_bias.code(),
        },
        "largeEffect": domains.large_effect.code(),
        "doseResponse": domains.dose_response_gradient.code(),
        "plausibleConfounding": domains.plausible_confounding.code(),
        "certainty": domains.certainty().code(),
        "cautions": cautions,
    })
}

fn sentences() -> Vec<Value> {
    let mut found = Vec::new();
    for language in Language::ALL {
        let (word, action) = match language {
            Language::English => ("en", "antibiotics within one hour."),
            Language::German => ("de", " Antibiotika binnen einer Stunde"),
        };
        for strength in Strength::ALL {
            for direction in Direction::ALL {
                found.push(json!({
                    "language": word,
                    "strength": strength.code(),
                    "direction": direction.code(),
                    "action": action,
                    "sentence": wording(language, strength, direction).sentence(action),
                }));
            }
        }
    }
    found
}

fn scales() -> Value {
    let scales: serde_json::Map<String, Value> = Criterion::ALL
        .into_iter()
        .map(|criterion| {
            let codes: Vec<&str> = criterion.scale().iter().map(|each| each.code()).collect();
            (criterion.code().to_owned(), json!(codes))
        })
        .collect();
    Value::Object(scales)
}

fn importance() -> Vec<&'static str> {
    (1..=9)
        .filter_map(Importance::new)
        .map(|importance| importance.class().code())
        .collect()
}

#[test]
fn the_vectors_say_what_is_computed_here() {
    let computed = json!({
        "certainty": certainties(),
        "importance": importance(),
        "scales": scales(),
        "sentences": sentences(),
    });
    let kept: Value = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(kept, computed);
}
